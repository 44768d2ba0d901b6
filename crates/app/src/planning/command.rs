//! What can be asked of plans of visits, as plain data. Whether a plan can be made as asked is found out by making it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use yixian_domain::duty::Month;
use yixian_domain::time::Date;

/// What can be asked of plans. Each needs the right to plan visits of the plan's unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs)] // fields carry the names of the domain's own
#[schemars(inline)] // `Envelope` has fields beside it, which a reference would forbid
pub enum PlanCommand {
    /// Makes a plan of visits: searches for as long as it may, checks what it found, keeps it.
    MakePlan(PlanIn),
    /// Turns a plan into visits.
    AdoptPlan { plan: Uuid },
}

/// What access asks before a command is carried out: to plan the visits of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// Of this unit.
    PlanOfUnit(Uuid),
    /// Of the unit this plan was made for.
    PlanMade(Uuid),
}

impl PlanCommand {
    /// What access asks. A new command does not compile until it stands here.
    pub(crate) fn needs(&self) -> Needs {
        match self {
            PlanCommand::MakePlan(asked) => Needs::PlanOfUnit(asked.unit),
            PlanCommand::AdoptPlan { plan } => Needs::PlanMade(*plan),
        }
    }

    /// The record it acts on.
    pub fn record(&self) -> Uuid {
        match self {
            PlanCommand::MakePlan(asked) => asked.plan,
            PlanCommand::AdoptPlan { plan } => *plan,
        }
    }
}

/// What a plan is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanIn {
    /// The plan's id.
    pub plan: Uuid,
    /// Whose visits: places and leaders of this unit and everything below it.
    pub unit: Uuid,
    /// The month, `2018-10`.
    #[schemars(with = "String")]
    pub month: Month,
    /// First day that may change; the month's first day or today, whichever is later, when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub from: Option<Date>,
    /// The plan it begins from; its visits are kept where nothing speaks against it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<Uuid>,
    /// What is settled. Together with what the base had settled.
    #[serde(default)]
    pub changes: Vec<ChangeIn>,
    /// How much each part of the goal counts.
    #[serde(default)]
    pub weights: WeightsIn,
    /// Fewer visits: the lower limits of the rules, and hardly anything beyond what leaders owe.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fewer: bool,
    /// Seconds the search may take; the rule's when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u16>,
    /// Iterations instead of seconds: the same plan again, on any machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iterations: Option<u64>,
    /// Where the search takes its chance from.
    #[serde(default)]
    pub seed: u64,
}

/// Something that a person settles before a plan is made: what only he knows, or wants to try.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "change", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs)] // fields carry the names of the domain's own
pub enum ChangeIn {
    /// This place, with this leader or on this day or both: pins it, or moves it there.
    Pin {
        place: Uuid,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        leader: Option<Uuid>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Option<String>")]
        day: Option<Date>,
    },
    /// This place not with this leader, not on this day, or (neither) not at all.
    Forbid {
        place: Uuid,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        leader: Option<Uuid>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Option<String>")]
        day: Option<Date>,
    },
    /// The place is closed on these days.
    Closed {
        place: Uuid,
        #[schemars(with = "String")]
        from: Date,
        #[schemars(with = "String")]
        to: Date,
    },
    /// The leader cannot go on these days; an exemption proper is a command of its own.
    Away {
        leader: Uuid,
        #[schemars(with = "String")]
        from: Date,
        #[schemars(with = "String")]
        to: Date,
    },
    /// Somebody has to go there: so many points on top.
    Urgent { place: Uuid, points: u32 },
    /// One shift more.
    Shift {
        leader: Uuid,
        #[schemars(with = "String")]
        day: Date,
    },
}

/// How much each part of the goal counts, percent of the rule's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)] // as in the rules' goal
pub struct WeightsIn {
    pub priority: u16,
    pub duty: u16,
    pub travel: u16,
    pub spread: u16,
    pub fairness: u16,
    pub keep: u16,
}

impl Default for WeightsIn {
    fn default() -> Self {
        WeightsIn { priority: 100, duty: 100, travel: 100, spread: 100, fairness: 100, keep: 100 }
    }
}
