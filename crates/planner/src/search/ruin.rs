//! Ruin: takes visits out of a plan so that others may come in. Adjacent strings after Christiaens
//! and Vanden Berghe (SISR, 2020), single visits by chance and by worth, whole shifts and leaders.

use super::chance::Chance;
use super::instance::{Instance, NONE};
use super::state::State;

/// Longest string.
const LONGEST: usize = 10;

/// Takes strings out of the routes around a seed: about `size` visits.
pub(super) fn strings(on: &Instance, state: &mut State, seed: u32, size: f64, chance: &mut Chance, out: &mut Vec<u32>) {
    let (planned, routes) = state.load();
    let longest = (planned as f64 / routes.max(1) as f64).min(LONGEST as f64).max(1.0);
    let most = (4.0 * size / (1.0 + longest) - 1.0).max(1.0);
    let strings = (1.0 + chance.unit() * most) as usize;
    let mut done = 0;
    for &t in std::iter::once(&seed).chain(on.near(seed)) {
        let shift = state.at[t as usize];
        if shift == NONE || state.is_touched(shift) {
            continue;
        }
        let i = state.index(t);
        let visits = state.routes[shift as usize].len() - 2;
        let length = (1.0 + chance.unit() * longest.min(visits as f64)) as usize;
        let length = length.clamp(1, visits);
        if length > 1 && length < visits && chance.below(2) == 0 {
            // A split string keeps a part in its middle.
            let mut kept = 1;
            while length + kept < visits && chance.below(100) > 0 && chance.below(2) == 0 {
                kept += 1;
            }
            let (from, whole) = window(i, length + kept, visits, chance);
            let head = 1 + chance.below(length - 1).min(length - 2);
            state.remove(on, shift, from + head + kept, from + whole, out);
            state.remove(on, shift, from, from + head, out);
        } else {
            let (from, whole) = window(i, length, visits, chance);
            state.remove(on, shift, from, from + whole, out);
        }
        done += 1;
        if done >= strings {
            return;
        }
    }
}

/// A stretch of `length` nodes of a route that holds node `i`.
fn window(i: usize, length: usize, visits: usize, chance: &mut Chance) -> (usize, usize) {
    let lowest = (i + 1).saturating_sub(length).max(1);
    let highest = i.min(visits + 1 - length);
    (lowest + chance.below(highest + 1 - lowest), length)
}

/// Takes visits out by chance.
pub(super) fn scattered(
    on: &Instance,
    state: &mut State,
    seed: u32,
    count: usize,
    chance: &mut Chance,
    out: &mut Vec<u32>,
) {
    let near = on.near(seed);
    let reach = near.len().min(4 * count + 4);
    if state.at[seed as usize] != NONE {
        state.remove_task(on, seed, out);
    }
    for _ in 0..count * 2 {
        if out.len() >= count || reach == 0 {
            break;
        }
        let t = near[chance.below(reach)];
        if state.at[t as usize] != NONE {
            state.remove_task(on, t, out);
        }
    }
}

/// Takes the visits that are worth least for the time they take out of the routes around a seed.
pub(super) fn worst(
    on: &Instance,
    state: &mut State,
    seed: u32,
    count: usize,
    chance: &mut Chance,
    out: &mut Vec<u32>,
) {
    let mut found: Vec<(f64, u32)> = vec![];
    let mut seen = [NONE; 4];
    let mut routes = 0;
    for &t in std::iter::once(&seed).chain(on.near(seed)) {
        let shift = state.at[t as usize];
        if shift == NONE || seen.contains(&shift) {
            continue;
        }
        seen[routes] = shift;
        routes += 1;
        let route = &state.routes[shift as usize];
        for w in route.windows(3) {
            let saved = w[1].leg + w[2].leg - on.ticks(w[0].place, w[2].place) + w[1].service;
            let worth = on.jobs[w[1].task as usize].worth as f64;
            found.push((worth / f64::from(saved.max(1)) * (0.4 + chance.unit()), w[1].task));
        }
        if routes == seen.len() {
            break;
        }
    }
    found.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    for &(_, t) in found.iter().take(count) {
        state.remove_task(on, t, out);
    }
}

/// Takes a whole route out.
pub(super) fn shift(on: &Instance, state: &mut State, shift: u32, out: &mut Vec<u32>) {
    let end = state.routes[shift as usize].len() - 1;
    state.remove(on, shift, 1, end, out);
}
