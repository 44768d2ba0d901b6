//! Recreate: puts tasks back, greedily, by an order or by the best ratio of gain to time.

use super::chance::Chance;
use super::instance::{Instance, NONE};
use super::state::{Spot, State, Taste};

/// In which order tasks are put back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// By chance.
    Chance,
    /// Most worth first.
    Worth,
    /// Most worth for the visit's time first.
    Ratio,
    /// Earliest latest begin first.
    Closing,
    /// Nearest to the seed first.
    Near,
    /// The best ratio of gain and time over all spots, again after each insertion.
    Greedy,
}

/// Scratch space that lives as long as the chain.
#[derive(Default)]
pub(super) struct Scratch {
    keyed: Vec<(f64, u32)>,
    shifts: Vec<u32>,
    stamp: Vec<u32>,
    now: u32,
    spots: Vec<(u32, Option<Spot>)>,
}

/// Puts tasks back: those of `removed`, and others that may profit.
pub(super) fn recreate(
    on: &Instance,
    state: &mut State,
    seed: u32,
    removed: &[u32],
    order: Order,
    taste: &Taste,
    chance: &mut Chance,
    scratch: &mut Scratch,
) {
    scratch.keyed.clear();
    scratch.now += 1;
    scratch.stamp.resize(on.jobs.len(), 0);
    for &t in removed {
        scratch.stamp[t as usize] = scratch.now;
    }
    let candidates: &[u32] = if on.small { &state.idle } else { removed };
    let seed_place = on.jobs[seed as usize].place;
    for &t in candidates {
        if taste.skip > 0.0 && chance.unit() < taste.skip && scratch.stamp[t as usize] != scratch.now {
            continue;
        }
        let job = &on.jobs[t as usize];
        let key = match order {
            Order::Chance | Order::Greedy => chance.unit(),
            Order::Worth => job.worth as f64 * (0.7 + chance.unit() * 0.6),
            Order::Ratio => job.worth as f64 / f64::from(job.service + on.usual_leg) * (0.7 + chance.unit() * 0.6),
            Order::Closing => -f64::from(on.request.tasks[t as usize].windows[0].closes) * (0.9 + chance.unit() * 0.2),
            Order::Near => -f64::from(on.ticks(seed_place, job.place)) * (0.7 + chance.unit() * 0.6),
        };
        scratch.keyed.push((if job.must { f64::INFINITY } else { key }, t));
    }
    if !on.small {
        // Others nearby that are not planned come after the removed ones are known.
        for k in 0..removed.len().min(8) {
            let near = on.near(removed[if removed.len() <= 8 { k } else { chance.below(removed.len()) }]);
            for &t in &near[..near.len().min(24)] {
                if state.at[t as usize] == NONE && scratch.stamp[t as usize] != scratch.now && on.fits_any(t) {
                    scratch.stamp[t as usize] = scratch.now;
                    scratch.keyed.push((on.jobs[t as usize].worth as f64 * (0.7 + chance.unit() * 0.6), t));
                }
            }
        }
    }
    if order == Order::Greedy {
        greedy(on, state, taste, chance, scratch);
        return;
    }
    scratch.keyed.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    for k in 0..scratch.keyed.len() {
        let t = scratch.keyed[k].1;
        if on.small && scratch.stamp[t as usize] != scratch.now {
            // An idle task found no spot on a route that has not changed since.
            scratch.shifts.clear();
            scratch.shifts.extend(state.touched.iter().copied().filter(|&s| on.fits(t, s)));
        } else {
            shifts(on, state, t, OTHERS, chance, &mut scratch.shifts);
        }
        if let Some(spot) = best(on, state, t, &scratch.shifts, taste, chance) {
            state.insert(on, t, &spot);
        }
    }
}

/// Shifts that are looked at although nothing near is planned on them.
const OTHERS: usize = 6;

/// The shifts worth a look for a task: all where there are few; else those of its neighbours, those that have just lost visits, and
/// `others` from anywhere.
pub(super) fn shifts(on: &Instance, state: &State, t: u32, others: usize, chance: &mut Chance, out: &mut Vec<u32>) {
    out.clear();
    if on.small {
        out.extend(on.shifts_of(t, 0));
        return;
    }
    out.extend(state.touched.iter().copied().filter(|&s| on.fits(t, s)));
    for &n in on.near(t).iter().take(32) {
        let s = state.at[n as usize];
        if s != NONE && on.fits(t, s) && !out.contains(&s) {
            out.push(s);
        }
    }
    let from = chance.below(on.tours.len());
    for s in on.shifts_of(t, from).take(others) {
        if !out.contains(&s) {
            out.push(s);
        }
    }
}

/// The best spot for a task in the shifts, where it gains anything.
#[inline]
pub(super) fn best(
    on: &Instance,
    state: &State,
    t: u32,
    shifts: &[u32],
    taste: &Taste,
    chance: &mut Chance,
) -> Option<Spot> {
    let mut best: Option<Spot> = None;
    for &s in shifts {
        let gain = state.gain(on, t, s);
        if let Some(b) = &best
            && gain + on.hour_bonus <= b.score
        {
            continue;
        }
        let Some(spot) = state.spot(on, t, s, gain, taste, chance) else { continue };
        if spot.gain > 0.0 && best.as_ref().is_none_or(|b| spot.score > b.score) {
            best = Some(spot);
        }
    }
    best
}

fn greedy(on: &Instance, state: &mut State, taste: &Taste, chance: &mut Chance, scratch: &mut Scratch) {
    scratch.spots.clear();
    for k in 0..scratch.keyed.len() {
        let t = scratch.keyed[k].1;
        shifts(on, state, t, OTHERS, chance, &mut scratch.shifts);
        if let Some(spot) = best(on, state, t, &scratch.shifts, taste, chance) {
            scratch.spots.push((t, Some(spot)));
        }
    }
    loop {
        let mut top: Option<(f64, usize)> = None;
        for (k, (t, spot)) in scratch.spots.iter().enumerate() {
            let Some(spot) = spot else { continue };
            let service = f64::from(on.jobs[*t as usize].service.max(1));
            let key = spot.gain / (service * taste.travel + spot.price).max(taste.travel) * (0.9 + 0.2 * chance.unit());
            if top.is_none_or(|(b, _)| key > b) {
                top = Some((key, k));
            }
        }
        let Some((_, k)) = top else { return };
        let (t, Some(spot)) = scratch.spots.swap_remove(k) else { return };
        if !state.may(on, t, &spot) {
            // A cap was reached since.
            shifts(on, state, t, OTHERS, chance, &mut scratch.shifts);
            if let Some(spot) = best(on, state, t, &scratch.shifts, taste, chance) {
                scratch.spots.push((t, Some(spot)));
            }
            continue;
        }
        state.insert(on, t, &spot);
        let changed = spot.shift;
        for i in 0..scratch.spots.len() {
            let (t, Some(old)) = scratch.spots[i] else { continue };
            if old.shift == changed {
                shifts(on, state, t, OTHERS, chance, &mut scratch.shifts);
                scratch.spots[i].1 = best(on, state, t, &scratch.shifts, taste, chance);
            } else if on.fits(t, changed) {
                let new = best(on, state, t, &[changed], taste, chance);
                if let Some(new) = new
                    && new.score > old.score
                {
                    scratch.spots[i].1 = Some(new);
                }
            }
        }
        scratch.spots.retain(|x| x.1.is_some());
    }
}
