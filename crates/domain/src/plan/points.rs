//! What a place is worth, as named parts that each name their records.
//!
//! ```text
//! base + open + overdue + risk + promises + absence + special campaigns
//! ```

use super::{PlanningRules, rules::Special};
use crate::base::codes::codes;
use crate::base::ids::{MatterId, PlaceId, VisitId};
use crate::base::time::{Date, Instant, Zone};
use crate::matter::MatterKind;
use crate::organisation::place::Place;
use serde::{Deserialize, Serialize};

const DAY_MS: i64 = 86_400_000;

/// A matter as priority sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Identity.
    pub id: MatterId,
    /// Kind.
    pub kind: MatterKind,
    /// Not closed, refused or merged.
    pub open: bool,
    /// Due.
    pub due: Option<Instant>,
    /// Put right.
    pub solved: Option<Instant>,
    /// The clock is stopped.
    pub paused: bool,
    /// Found on a visit and to be put right by a deadline: somebody promised.
    pub promised: bool,
}

/// What is known of a place.
#[derive(Clone, Copy, Debug)]
pub struct PlaceFacts<'a> {
    /// The place.
    pub place: &'a Place,
    /// Its matters, in any order.
    pub matters: &'a [Seen],
    /// The last finished visit and when it began.
    pub last: Option<(VisitId, Instant)>,
}

codes! {
    /// What a part is for.
    PartKind[7] in [Open, Overdue, Promise, Risk, Absence, Special, Base] {
        /// Every place has it.
        Base = "base",
        /// Open matters.
        Open = "open",
        /// Overdue ones.
        Overdue = "overdue",
        /// What the place is and where it lies.
        Risk = "risk",
        /// Promises made on a visit, kept and not seen again.
        Promise = "promise",
        /// Nobody was there for long.
        Absence = "absence",
        /// A special campaign.
        Special = "special",
    }
}

/// What a part stands on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// These matters.
    Matters(Vec<MatterId>),
    /// The last visit, and so many days ago.
    LastVisit(VisitId, u32),
    /// Nobody was ever there.
    Never,
    /// A special campaign, by its code.
    Special(String),
    /// The rule itself.
    Rule,
}

/// One part of a place's priority.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// What for.
    pub kind: PartKind,
    /// Points, more than none.
    pub points: u32,
    /// What it stands on.
    pub of: Evidence,
}

/// What a place is worth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Priority {
    /// Which.
    pub place: PlaceId,
    /// The sum of the parts.
    pub points: u32,
    /// The parts that give something, in the order of [`PartKind::ALL`].
    pub parts: Vec<Part>,
}

/// What a place is worth to a plan for the days `first..=last`, as of an instant.
pub fn priority(
    facts: PlaceFacts<'_>,
    rules: &PlanningRules,
    first: Date,
    last: Date,
    as_of: Instant,
    zone: &Zone,
) -> Priority {
    let p = &rules.points;
    let mut parts = Vec::new();
    let mut add = |kind, points, of| {
        if points > 0 {
            parts.push(Part { kind, points, of });
        }
    };

    let open: Vec<&Seen> = facts.matters.iter().filter(|m| m.open).collect();
    let worth = |m: &Seen| p.kinds.get(&m.kind).copied().unwrap_or(p.open);
    add(PartKind::Open, open.iter().map(|m| worth(m)).sum(), Evidence::Matters(open.iter().map(|m| m.id).collect()));

    // The clock of a matter that is put right or paused does not run.
    let late: Vec<(&Seen, i64)> = open
        .iter()
        .filter(|m| m.solved.is_none() && !m.paused)
        .filter_map(|m| Some((*m, as_of.since(m.due?))))
        .filter(|(_, ms)| *ms > 0)
        .collect();
    let lateness: u32 = late.iter().map(|(_, ms)| p.overdue + p.overdue_week * (ms / (7 * DAY_MS)) as u32).sum();
    add(PartKind::Overdue, lateness.min(p.overdue_most), Evidence::Matters(late.iter().map(|(m, _)| m.id).collect()));

    let unseen = |m: &&Seen| m.promised && m.solved.is_some_and(|at| facts.last.is_none_or(|(_, seen)| seen < at));
    let kept: Vec<MatterId> = facts.matters.iter().filter(unseen).map(|m| m.id).collect();
    add(PartKind::Promise, p.promise * kept.len() as u32, Evidence::Matters(kept));

    let place = facts.place;
    let risk = p.risk.get(&place.kind).copied().unwrap_or(0) + p.area.get(&place.area).copied().unwrap_or(0);
    add(PartKind::Risk, risk, Evidence::Rule);

    match facts.last {
        None => add(PartKind::Absence, p.never, Evidence::Never),
        Some((visit, at)) => {
            let days = first.since(zone.date_of(at)).map_or(0, |s| s.get_days()).max(0) as u32;
            let weeks = days.saturating_sub(p.absence_free_days) / 7;
            add(PartKind::Absence, (weeks * p.absence_week).min(p.absence_most), Evidence::LastVisit(visit, days));
        }
    }
    for special in rules.special.iter().filter(|s: &&Special| s.holds(place, first, last)) {
        add(PartKind::Special, special.points, Evidence::Special(special.code.clone()));
    }
    add(PartKind::Base, p.base, Evidence::Rule);
    Priority { place: place.id, points: parts.iter().map(|p| p.points).sum(), parts }
}
