//! Refill: a shift of a leader who owes visits, or of a leader's empty week, is planned anew, with as many visits as it takes,
//! whoever has them now.
//!
//! Ruins free little room at a time and insertions go by what a visit is worth, so a short shift that has room for three
//! short visits keeps its two long ones. Of what the others lose it only knows whether they owe visits themselves: recreate and
//! the acceptance know the rest.

use super::chance::Chance;
use super::instance::{Instance, NONE, Opening};
use super::state::State;
use crate::model::Ticks;

/// Tours that are tried for one shift.
const TRIES: usize = 4;
/// Usual legs that a visit of another shift counts as: where its leader has more visits than are owed, and where the loss would only be moved.
const TAKEN: (i32, i32) = (1, 4);

/// One visit of a tour in the making.
#[derive(Clone, Copy)]
struct Next {
    task: u32,
    opening: Opening,
    ends: Ticks,
    cost: f64,
}

/// Refills a shift; `out` takes what lost its place. Nothing where no shift has a fuller tour.
pub(super) fn refill(on: &Instance, state: &mut State, chance: &mut Chance, out: &mut Vec<u32>) -> Option<()> {
    let shift = state.wanting(on, chance)?;
    let route = &state.routes[shift as usize];
    let visits = route.len() - 2;
    if route.iter().any(|n| n.task != NONE && on.jobs[n.task as usize].must) {
        return None;
    }
    let fitting: Vec<u32> = (0..on.jobs.len() as u32)
        .filter(|&t| on.fits(t, shift) && !(on.jobs[t as usize].must && state.at[t as usize] != NONE))
        .collect();
    let tours = (0..TRIES).map(|_| fill(on, state, shift, &fitting, chance));
    let dear = |tour: &Vec<Next>| tour.iter().map(|n| n.cost).sum::<f64>();
    let best =
        tours.max_by(|a, b| a.len().cmp(&b.len()).then(dear(b).total_cmp(&dear(a)))).filter(|t| t.len() > visits)?;
    let end = route.len() - 1;
    state.remove(on, shift, 1, end, out);
    for next in &best {
        if state.at[next.task as usize] != NONE {
            state.remove_task(on, next.task, out);
        }
    }
    for next in best {
        let at = state.routes[shift as usize].len() - 1;
        let gain = state.gain(on, next.task, shift);
        if let Some(spot) = state.spot_at(on, next.task, shift, at, next.opening, gain) {
            state.insert(on, next.task, &spot);
        }
    }
    out.retain(|&t| state.at[t as usize] == NONE);
    Some(())
}

/// A tour that goes on to whoever takes least time, chance allowing; visits of others cost a little more.
fn fill(on: &Instance, state: &State, shift: u32, fitting: &[u32], chance: &mut Chance) -> Vec<Next> {
    let tour = &on.tours[shift as usize];
    let (mut here, mut now, mut out) = (tour.from, tour.starts, Vec::<Next>::new());
    while out.len() < tour.most {
        let mut best: Option<Next> = None;
        for &t in fitting {
            let job = &on.jobs[t as usize];
            let (arrives, home) = (now + on.ticks(here, job.place), on.ticks(job.place, tour.to));
            if arrives + job.service + home > tour.ends || out.iter().any(|n| n.task == t) {
                continue;
            }
            let at = state.at[t as usize];
            let whose = if at == NONE || at == shift {
                0
            } else if state.spares(on, at) {
                TAKEN.0 * on.usual_leg
            } else {
                TAKEN.1 * on.usual_leg
            };
            let taste = 0.6 + 0.8 * chance.unit();
            on.openings(t, shift, |opening| {
                let ends = arrives.max(opening.opens) + job.service;
                let cost = f64::from(ends - now + home / 4 + whose) * taste;
                if arrives <= opening.closes && ends + home <= tour.ends && best.is_none_or(|b| cost < b.cost) {
                    best = Some(Next { task: t, opening, ends, cost });
                }
            });
        }
        let Some(next) = best else { break };
        (here, now) = (on.jobs[next.task as usize].place, next.ends);
        out.push(next);
    }
    out
}
