//! Whether a request built by code can be planned at all: every fault at once. It knows neither files nor plans.

use crate::fault::{At, Fault, Thing, Wrong};
use crate::model::*;
use crate::travel::Travel;
use std::collections::HashMap;

/// Times, spans and points lie within ± this, so that no sum of a route overflows.
pub const LIMIT: i32 = 1 << 26;

/// Every fault of a request; empty when it can be planned. Names are not looked at: two people may share one.
pub fn faults(request: &Request) -> Vec<Fault> {
    let mut all = Vec::new();
    let mut say = |at: At, what: Wrong| all.push(Fault { at, what });
    let places = request.travel.places();
    for (index, task) in (0u32..).zip(&request.tasks) {
        let at = At::Task { index };
        known(&mut say, at, Thing::Place, task.place, places);
        range(&mut say, at, "service", i64::from(task.service), 0, i64::from(LIMIT));
        range(&mut say, at, "priority", task.worth(), 0, i64::from(LIMIT));
        if let Some(skill) = task.skill {
            range(&mut say, at, "skill", i64::from(skill), 0, 63);
        }
        if task.windows.is_empty() {
            say(at, Wrong::NoWindow);
        }
        for w in &task.windows {
            range(&mut say, at, "opens", i64::from(w.opens), -i64::from(LIMIT), i64::from(LIMIT));
            range(&mut say, at, "closes", i64::from(w.closes), -i64::from(LIMIT), i64::from(LIMIT));
            if w.closes < w.opens {
                say(at, Wrong::ClosesBeforeItOpens { opens: w.opens, closes: w.closes });
            }
            if w.last < w.first {
                say(at, Wrong::LastBeforeFirst { first: w.first, last: w.last });
            }
        }
    }
    let mut allowed = vec![(0u32, 0u32); request.leaders.len()];
    for (index, shift) in (0u32..).zip(&request.shifts) {
        let at = At::Shift { index };
        known(&mut say, at, Thing::Leader, shift.leader, request.leaders.len());
        known(&mut say, at, Thing::Place, shift.from, places);
        known(&mut say, at, Thing::Place, shift.to, places);
        range(&mut say, at, "starts", i64::from(shift.starts), -i64::from(LIMIT), i64::from(LIMIT));
        range(&mut say, at, "ends", i64::from(shift.ends), -i64::from(LIMIT), i64::from(LIMIT));
        if shift.ends < shift.starts {
            say(at, Wrong::EndsBeforeItStarts { starts: shift.starts, ends: shift.ends });
        }
        if let Some((visits, shifts)) = allowed.get_mut(shift.leader as usize) {
            *visits += u32::from(shift.most);
            *shifts += 1;
        }
    }
    for (index, (leader, (visits, shifts))) in (0u32..).zip(request.leaders.iter().zip(allowed)) {
        let at = At::Leader { index };
        range(&mut say, at, "level", i64::from(leader.level), 0, 63);
        range(&mut say, at, "specialty", i64::from(leader.specialty), 0, 63);
        if u32::from(leader.quota) > visits {
            say(at, Wrong::DutyAboveShifts { owed: leader.quota.into(), allowed: visits, shifts });
        }
    }
    weights(request, &mut say);
    wishes(request, &mut say);
    caps(request, &mut say);
    base(request, &mut say);
    if let Travel::Matrix(matrix) = &request.travel
        && places > 0
    {
        for (index, row) in (0u32..).zip(matrix.ticks().chunks(places)) {
            if let Some(what) = no_way(row) {
                say(At::Place { index }, what);
            }
        }
    }
    all
}

/// The entries of one row that say −1.
pub(crate) fn no_way(row: &[u16]) -> Option<Wrong> {
    let first = row.iter().position(|t| *t == u16::MAX)?;
    Some(Wrong::NoWay { first: first as u64, count: row.iter().filter(|t| **t == u16::MAX).count() as u64 })
}

fn known(say: &mut impl FnMut(At, Wrong), at: At, thing: Thing, index: u32, len: usize) {
    if index as usize >= len {
        say(at, Wrong::Unknown { thing, name: index.to_string() });
    }
}

fn range(say: &mut impl FnMut(At, Wrong), at: At, field: &'static str, value: i64, least: i64, most: i64) {
    if !(least..=most).contains(&value) {
        say(at, Wrong::OutOfRange { field, value, least, most });
    }
}

fn weights(request: &Request, say: &mut impl FnMut(At, Wrong)) {
    let w = &request.weights;
    for (weight, value) in [
        ("priority", w.priority),
        ("duty", w.duty),
        ("surplus", w.surplus),
        ("weekly", w.weekly),
        ("fairness", w.fairness),
        ("spread", w.spread),
        ("spare", w.spare),
        ("travel", w.travel),
        ("stability", w.stability),
    ] {
        if !(value.is_finite() && value >= 0.0) {
            say(At::Request, Wrong::Weight { weight });
        }
    }
}

/// Whether a leader could make a visit on the day of a shift, times apart.
fn may(request: &Request, task: &Task, shift: &Shift) -> bool {
    request
        .leaders
        .get(shift.leader as usize)
        .is_some_and(|l| l.rank >= task.rank && task.skill.is_none_or(|s| s < 64 && l.skills >> s & 1 == 1))
        && task.windows.iter().any(|w| (w.first..=w.last).contains(&shift.day))
}

fn wishes(request: &Request, say: &mut impl FnMut(At, Wrong)) {
    let mut pins: HashMap<u32, Vec<(u32, &Pin)>> = HashMap::new();
    for (index, pin) in (0u32..).zip(&request.pins) {
        let at = At::Pin { index };
        known(say, at, Thing::Task, pin.task, request.tasks.len());
        if let Some(leader) = pin.leader {
            known(say, at, Thing::Leader, leader, request.leaders.len());
        }
        if let Some(task) = request.tasks.get(pin.task as usize)
            && !request.shifts.iter().any(|s| {
                pin.leader.is_none_or(|l| l == s.leader) && pin.day.is_none_or(|d| d == s.day) && may(request, task, s)
            })
        {
            say(at, Wrong::PinFitsNoShift);
        }
        let earlier = pins.entry(pin.task).or_default();
        let differ = |a: Option<u32>, b: Option<u32>| a.is_some() && b.is_some() && a != b;
        if let Some((other, _)) = earlier
            .iter()
            .find(|(_, p)| differ(p.leader, pin.leader) || differ(p.day.map(u32::from), pin.day.map(u32::from)))
        {
            say(at, Wrong::Contradiction { with: At::Pin { index: *other } });
        }
        earlier.push((index, pin));
    }
    for (index, forbid) in (0u32..).zip(&request.forbids) {
        let at = At::Forbid { index };
        known(say, at, Thing::Task, forbid.task, request.tasks.len());
        if let Some(leader) = forbid.leader {
            known(say, at, Thing::Leader, leader, request.leaders.len());
        }
        // A prohibition undoes a pin when it covers all that the pin leaves open.
        for (pin_index, pin) in pins.get(&forbid.task).into_iter().flatten() {
            if forbid.leader.is_none_or(|l| pin.leader == Some(l)) && forbid.day.is_none_or(|d| pin.day == Some(d)) {
                say(At::Pin { index: *pin_index }, Wrong::Contradiction { with: at });
            }
        }
    }
}

fn caps(request: &Request, say: &mut impl FnMut(At, Wrong)) {
    let (caps, leaders) = (&request.caps, request.leaders.len());
    for (leader, _) in caps.leader_day.keys().chain(caps.leader_week.keys()).chain(caps.rest.keys()) {
        known(say, At::Request, Thing::Leader, *leader, leaders);
    }
    for (place, _) in caps.place_week.keys() {
        known(say, At::Request, Thing::Place, *place, request.travel.places());
    }
    for until in caps.rest.values().chain([&caps.night]) {
        range(say, At::Request, "rest", i64::from(*until), -i64::from(LIMIT), i64::from(LIMIT));
    }
    for (shift, pause) in &caps.breaks {
        known(say, At::Request, Thing::Shift, *shift, request.shifts.len());
        let at = At::Shift { index: *shift };
        for (field, t) in [("break from", pause.from), ("break to", pause.to)] {
            range(say, at, field, i64::from(t), -i64::from(LIMIT), i64::from(LIMIT));
        }
        if pause.to < pause.from {
            say(at, Wrong::EndsBeforeItStarts { starts: pause.from, ends: pause.to });
        }
    }
}

fn base(request: &Request, say: &mut impl FnMut(At, Wrong)) {
    let Some(plan) = &request.base else { return };
    let (mut shifts, mut tasks) = (vec![false; request.shifts.len()], vec![false; request.tasks.len()]);
    for (index, route) in (0u32..).zip(&plan.routes) {
        let at = At::Base { index };
        match shifts.get_mut(route.shift as usize) {
            None => say(at, Wrong::Unknown { thing: Thing::Shift, name: route.shift.to_string() }),
            Some(true) => say(at, Wrong::Twice { thing: Thing::Shift, name: route.shift.to_string() }),
            Some(seen) => *seen = true,
        }
        for stop in &route.stops {
            match tasks.get_mut(stop.task as usize) {
                None => say(at, Wrong::Unknown { thing: Thing::Task, name: stop.task.to_string() }),
                Some(true) => say(at, Wrong::Twice { thing: Thing::Task, name: stop.task.to_string() }),
                Some(seen) => *seen = true,
            }
        }
    }
}
