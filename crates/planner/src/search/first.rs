//! The first plan: the base plan as far as it still holds, then the rest greedily.

use super::chance::Chance;
use super::instance::{Instance, NONE};
use super::recreate;
use super::state::{Spot, State, Taste};

/// Where so many pairs of tasks and shifts are possible, a task looks at its neighbours' shifts and a few more.
const MANY: usize = 20_000_000;

/// Two plans to set out from: the base plan as far as it still holds (nothing where there is none), and that one filled up.
/// Filling is guided by more than the objective (see [`Instance::guide`]), so the full one may be the worse of the two.
pub(super) fn plans(on: &Instance, seed: u64) -> (State, State) {
    let mut fresh = State::new(on);
    let (state, chance) = (&mut fresh, &mut Chance::new(seed));
    if let Some(base) = &on.request.base {
        for route in base.routes.iter().filter(|r| (r.shift as usize) < on.tours.len()) {
            for stop in &route.stops {
                let t = stop.task;
                if (t as usize) < on.jobs.len() && state.at[t as usize] == NONE && on.fits(t, route.shift) {
                    append(on, state, t, route.shift);
                }
            }
        }
    }
    state.settle();
    let base = state.clone();
    let taste = Taste { travel: on.time_price + on.request.weights.travel, push: 0.0, blink: 0.0, skip: 0.0 };
    let mut order: Vec<(f64, u32)> = state
        .idle
        .iter()
        .map(|&t| {
            let job = &on.jobs[t as usize];
            (if job.must { f64::INFINITY } else { job.worth as f64 / f64::from(job.service + on.usual_leg) }, t)
        })
        .collect();
    order.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut shifts = vec![];
    for (_, t) in order {
        if on.jobs.len() * on.tours.len() < MANY {
            shifts.clear();
            shifts.extend(on.shifts_of(t, 0));
        } else {
            recreate::shifts(on, state, t, 64, chance, &mut shifts);
        }
        if let Some(spot) = recreate::best(on, state, t, &shifts, &taste, chance) {
            state.insert(on, t, &spot);
        }
        state.settle();
    }
    fresh.settle();
    (base, fresh)
}

/// Puts a visit of the base plan at the end of its route, or where it fits best.
fn append(on: &Instance, state: &mut State, t: u32, shift: u32) {
    let gain = on.beyond;
    let end = state.routes[shift as usize].len() - 1;
    let mut last: Option<Spot> = None;
    on.openings(t, shift, |opening| {
        if last.is_none() {
            last = state.spot_at(on, t, shift, end, opening, gain);
        }
    });
    if let Some(spot) = last {
        state.insert(on, t, &spot);
    }
}
