//! Milestones 里程碑: a baseline frozen at approval, with versions; a forecast; an actual day that one person reports and another
//! confirms. Which milestones a kind of works has is policy, and therefore data (`milestones/*.toml`).

use super::ProgrammeKind;
use crate::base::ids::*;
use crate::base::time::{Date, Instant};
use crate::organisation::place::Point;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// 开工
pub const START: &str = "start";
/// 投产: completed as the press counts it.
pub const ENERGIZE: &str = "energize";
/// 拔杆: the other completion.
pub const POLES: &str = "pole_removal";
/// 移交
pub const HANDOVER: &str = "handover";

/// A kind of milestone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MilestoneKind {
    /// Stable code.
    pub code: String,
    /// Name.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// With it the works are finished, as days ahead are counted.
    #[serde(default)]
    pub finish: bool,
}

/// The milestones of a kind of works, in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MilestoneSet {
    /// Kind of works.
    pub kind: ProgrammeKind,
    /// Milestones.
    pub milestones: Vec<MilestoneKind>,
}

/// The milestones of every kind of works.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MilestoneSets(Vec<MilestoneSet>);

/// What is wrong with a set of milestones.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MilestoneFault {
    /// A kind has two sets.
    #[error("{0:?} has its milestones twice")]
    KindTwice(ProgrammeKind),
    /// A code stands twice.
    #[error("{0:?} has the milestone {1} twice")]
    CodeTwice(ProgrammeKind, String),
    /// It cannot be told when works of the kind begin.
    #[error("{0:?} has no milestone `start`")]
    NoStart(ProgrammeKind),
    /// It cannot be told when works of the kind are finished.
    #[error("{0:?} has {1} milestones that finish it; one is wanted")]
    Finish(ProgrammeKind, usize),
}

impl MilestoneSets {
    /// Checks them; every fault, not the first only.
    pub fn new(all: Vec<MilestoneSet>) -> Result<Self, Vec<MilestoneFault>> {
        let mut faults = Vec::new();
        for (i, set) in all.iter().enumerate() {
            if all[..i].iter().any(|s| s.kind == set.kind) {
                faults.push(MilestoneFault::KindTwice(set.kind));
            }
            for (j, m) in set.milestones.iter().enumerate() {
                if set.milestones[..j].iter().any(|n| n.code == m.code) {
                    faults.push(MilestoneFault::CodeTwice(set.kind, m.code.clone()));
                }
            }
            if !set.milestones.iter().any(|m| m.code == START) {
                faults.push(MilestoneFault::NoStart(set.kind));
            }
            let finish = set.milestones.iter().filter(|m| m.finish).count();
            if finish != 1 {
                faults.push(MilestoneFault::Finish(set.kind, finish));
            }
        }
        if faults.is_empty() { Ok(MilestoneSets(all)) } else { Err(faults) }
    }

    /// The milestones of a kind of works, in order; none where the policy has none.
    pub fn of(&self, kind: ProgrammeKind) -> &[MilestoneKind] {
        self.0.iter().find(|s| s.kind == kind).map_or(&[], |s| &s.milestones)
    }

    /// The one with which works of a kind are finished.
    pub fn finish(&self, kind: ProgrammeKind) -> Option<&MilestoneKind> {
        self.of(kind).iter().find(|m| m.finish)
    }
}

/// A baseline in one version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    /// The day.
    pub day: Date,
    /// Since when it is the baseline.
    pub at: Instant,
    /// Why another version was needed; none for the first.
    pub reason: Option<Words>,
}

/// A baseline somebody wants and nobody has approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// The day.
    pub day: Date,
    /// Who.
    pub by: By,
    /// Why.
    pub reason: Words,
}

/// A forecast.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forecast {
    /// The day.
    pub day: Date,
    /// Who.
    pub by: By,
    /// Somebody else approved it.
    pub approved_by: Option<By>,
}

/// What was reached, as reported and as confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actual {
    /// The day.
    pub day: Date,
    /// Who reported it.
    pub by: By,
    /// When.
    pub at: Instant,
    /// Photos.
    pub photos: Vec<FileRef>,
    /// Where the phone was.
    pub point: Option<Point>,
    /// The visit on which it was seen.
    pub visit: Option<VisitId>,
    /// Who confirmed it, and when; another person.
    pub confirmed: Option<(By, Instant)>,
    /// Started without a granted permit, with the reason.
    pub without_permit: Option<Words>,
}

/// A milestone of a section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Milestone {
    /// Stable code.
    pub code: String,
    /// Baselines, oldest first; the last one is in force.
    pub baselines: Vec<Baseline>,
    /// A new version that waits for approval.
    pub wanted: Option<Wanted>,
    /// Forecast.
    pub forecast: Option<Forecast>,
    /// What was reached.
    pub actual: Option<Actual>,
}

impl Milestone {
    /// One of which nothing is known yet.
    pub fn new(code: &str) -> Milestone {
        Milestone { code: code.to_owned(), baselines: Vec::new(), wanted: None, forecast: None, actual: None }
    }

    /// The baseline in force.
    pub fn baseline(&self) -> Option<Date> {
        self.baselines.last().map(|b| b.day)
    }

    /// The day it was reached, once that is confirmed.
    pub fn reached(&self) -> Option<Date> {
        self.actual.as_ref().filter(|a| a.confirmed.is_some()).map(|a| a.day)
    }

    /// When it is expected: as forecast, else as planned.
    pub fn expected(&self) -> Option<Date> {
        self.forecast.as_ref().map(|f| f.day).or_else(|| self.baseline())
    }
}

/// The key of a milestone among all: its section's, and its place there.
pub fn milestone_id(section: Uuid, position: usize) -> Uuid {
    Uuid::from_u128(section.as_u128().wrapping_add(position as u128 + 1))
}
