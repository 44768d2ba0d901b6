//! What can be asked of visits, as plain data, and what access asks of each. What a visit may do when, the domain knows.

use crate::frame::input::{ContactIn, PointIn};
use crate::matters::command::DueIn;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use yixian_domain::matter::MatterKind;
use yixian_domain::time::{Date, Time};
use yixian_domain::visit::{Sensitivity, VisitType};

/// What can be asked of visits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs)] // fields carry the names of the domain's own
#[schemars(inline)] // `Envelope` has fields beside it, which a reference would forbid
pub enum VisitCommand {
    /// Plans a visit.
    PlanVisit {
        visit: Uuid,
        #[schemars(with = "String")]
        kind: VisitType,
        place: Uuid,
        /// The hosting unit; the place's own when missing.
        #[serde(default)]
        host: Option<Uuid>,
        leader: Uuid,
        #[serde(default)]
        companions: Vec<CompanionIn>,
        #[schemars(with = "String")]
        day: Date,
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        from: Option<Time>,
        #[serde(default)]
        purpose: String,
        #[serde(default = "yes")]
        announced: bool,
        /// The government, firm or body that is visited.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        partner: Option<Uuid>,
        /// Who may read of it: `open`, `internal`, `restricted`; internal when missing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Option<String>")]
        sensitivity: Option<Sensitivity>,
    },
    /// Notes whom they met, what was spoken of, what load is expected; names the partner where the plan named none. What was noted
    /// before is replaced.
    NoteMeeting {
        visit: Uuid,
        #[serde(default)]
        partner: Option<Uuid>,
        /// Names, posts, levels.
        #[serde(default)]
        met: String,
        #[serde(default)]
        topics: String,
        /// Load that the partner expects, kW.
        #[serde(default)]
        load_kw: Option<u32>,
    },
    /// Erases the words of a visit: whom they met, what was spoken of, what for, its summary. The ledger stays valid.
    EraseVisitWords { visit: Uuid },
    /// Checks in.
    StartVisit {
        visit: Uuid,
        #[serde(default)]
        point: Option<PointIn>,
        #[serde(default)]
        photos: Vec<String>,
        /// As it turned out; as planned when missing.
        #[serde(default)]
        announced: Option<bool>,
    },
    /// Records what was found, closed on the spot or to be put right.
    RecordFinding {
        visit: Uuid,
        matter: Uuid,
        #[serde(default = "problem")]
        #[schemars(with = "String")]
        kind: MatterKind,
        category: String,
        words: String,
        #[serde(default)]
        photos: Vec<String>,
        /// Who raised it, when not the leader himself.
        #[serde(default)]
        raiser: Option<ContactIn>,
        /// The partner that is visited raised it, and is answered through its link.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        from_partner: bool,
        finding: FindingIn,
    },
    /// Ends a visit.
    FinishVisit {
        visit: Uuid,
        #[serde(default)]
        summary: String,
    },
    /// Gives a planned visit to another leader, day or hour; what is missing stays.
    RescheduleVisit {
        visit: Uuid,
        #[serde(default)]
        leader: Option<Uuid>,
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        day: Option<Date>,
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        from: Option<Time>,
    },
    /// Calls a visit off.
    CancelVisit { visit: Uuid, reason: String },
    /// Counts a visit with another.
    MergeVisit { visit: Uuid, into: Uuid },
}

/// What access asks before a command is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// To plan for the hosting unit, or oneself as a leader.
    Plan,
    /// To be one of those who go.
    Go,
    /// To lead it, or to coordinate for its host.
    Cancel,
    /// To go, to have planned it, or to coordinate for its host.
    Note,
    /// To administer its host.
    Erase,
}

impl VisitCommand {
    /// The record it acts on.
    pub fn record(&self) -> Uuid {
        use VisitCommand::*;
        match self {
            RecordFinding { matter, .. } => *matter,
            PlanVisit { visit, .. }
            | StartVisit { visit, .. }
            | FinishVisit { visit, .. }
            | CancelVisit { visit, .. }
            | MergeVisit { visit, .. }
            | NoteMeeting { visit, .. }
            | EraseVisitWords { visit }
            | RescheduleVisit { visit, .. } => *visit,
        }
    }

    /// What access asks. A new command does not compile until it stands here.
    pub(crate) fn needs(&self) -> Needs {
        use VisitCommand::*;
        match self {
            PlanVisit { .. } => Needs::Plan,
            StartVisit { .. } | RecordFinding { .. } | FinishVisit { .. } => Needs::Go,
            NoteMeeting { .. } => Needs::Note,
            EraseVisitWords { .. } => Needs::Erase,
            RescheduleVisit { .. } | CancelVisit { .. } | MergeVisit { .. } => Needs::Cancel,
        }
    }
}

/// Somebody who goes along.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CompanionIn {
    /// Who.
    pub person: Uuid,
    /// The visit counts towards his duty.
    #[serde(default)]
    pub duty: bool,
}

/// How a finding is closed: on the spot, or by a deadline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingIn {
    /// 当场解决
    OnTheSpot {
        /// How.
        #[serde(default)]
        how: String,
        /// Photos taken afterwards, content addresses.
        #[serde(default)]
        photos: Vec<String>,
    },
    /// 限期整改
    PutRight {
        /// Responsible unit.
        unit: Uuid,
        /// By when.
        #[serde(default)]
        due: DueIn,
    },
}

fn yes() -> bool {
    true
}
fn problem() -> MatterKind {
    MatterKind::Problem
}
