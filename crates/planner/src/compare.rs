//! Two plans of one request side by side: what stays, what moves, what comes and what goes, and what each is worth.

use crate::check::Feature;
use crate::model::*;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Where and when a visit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Shift.
    pub shift: u32,
    /// Its leader.
    pub leader: u32,
    /// Its day.
    pub day: Day,
    /// Begin.
    pub begins: Ticks,
}

/// What became of a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "fate")]
pub enum Fate {
    /// Same leader, same day, same hour.
    Kept {
        /// Where it is.
        at: Place,
    },
    /// Somewhere or some time else.
    Moved {
        /// Where it was.
        from: Place,
        /// Where it is.
        to: Place,
        /// Another leader.
        leader: bool,
        /// Another day.
        day: bool,
        /// A begin that is further from the old one than [`Request::same_hour`].
        hour: bool,
    },
    /// Not planned before.
    Added {
        /// Where it is.
        to: Place,
    },
    /// No longer planned.
    Dropped {
        /// Where it was.
        from: Place,
    },
}

/// The difference between two plans.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// By task, for every task in either plan.
    pub visits: BTreeMap<u32, Fate>,
    /// Visits that stay.
    pub kept: u32,
    /// Visits that move.
    pub moved: u32,
    /// Visits that come.
    pub added: u32,
    /// Visits that go.
    pub dropped: u32,
    /// Feature by feature: before, after.
    pub value: Vec<(Feature, f64, f64)>,
    /// The objective: before, after.
    pub total: (f64, f64),
}

/// Compares `after` with `before`. Each plan's worth is taken as the plan says; stops in shifts the request does not have are left out.
pub fn compare(request: &Request, before: &Plan, after: &Plan) -> Comparison {
    let (old, new) = (places(request, before), places(request, after));
    let mut all = Comparison {
        visits: BTreeMap::new(),
        kept: 0,
        moved: 0,
        added: 0,
        dropped: 0,
        value: Feature::ALL.iter().map(|f| (*f, f.of(&before.value), f.of(&after.value))).collect(),
        total: (before.value.total(), after.value.total()),
    };
    for task in old.keys().chain(new.keys()).copied().collect::<BTreeSet<_>>() {
        let fate = match (old.get(&task).copied(), new.get(&task).copied()) {
            (Some(from), Some(to)) => {
                let hour = from.begins.abs_diff(to.begins) > request.same_hour.unsigned_abs();
                let (leader, day) = (from.leader != to.leader, from.day != to.day);
                if leader || day || hour { Fate::Moved { from, to, leader, day, hour } } else { Fate::Kept { at: to } }
            }
            (Some(from), None) => Fate::Dropped { from },
            (None, Some(to)) => Fate::Added { to },
            (None, None) => continue,
        };
        match fate {
            Fate::Kept { .. } => all.kept += 1,
            Fate::Moved { .. } => all.moved += 1,
            Fate::Added { .. } => all.added += 1,
            Fate::Dropped { .. } => all.dropped += 1,
        }
        all.visits.insert(task, fate);
    }
    all
}

fn places(request: &Request, plan: &Plan) -> BTreeMap<u32, Place> {
    let at = |(shift, stop): (u32, &Stop)| {
        let s = request.shifts.get(shift as usize)?;
        Some((stop.task, Place { shift, leader: s.leader, day: s.day, begins: stop.begins }))
    };
    plan.stops().filter_map(at).collect()
}
