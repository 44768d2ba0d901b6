//! What a record promises and when that falls due. It does not know how a due day is counted ([`super::deadline`]) nor
//! whose promise it is.

use super::deadline::{Promise, RuleRef};
use crate::base::time::{Date, Instant};
use serde::{Deserialize, Serialize};

/// What the matter promises: where its clock starts, how far it runs, and which row said so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Start of the clock.
    pub start: Instant,
    /// The row that gave the promise; rule set [`CHOSEN`] where a coordinator chose it.
    pub rule: RuleRef,
    /// A limit, a day, or an instant that another system promised.
    pub promise: Promise,
}

/// The rule set named by deadlines that somebody set by hand.
pub const CHOSEN: &str = "chosen";

/// A computed due date; kept beside the matter and in the event that set it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// Overdue from here on.
    pub at: Instant,
    /// The due day in the unit's zone.
    pub day: Date,
    /// Some day that was counted has no published calendar yet.
    pub provisional: bool,
    /// Calendar and version it was computed with.
    pub calendar: String,
}

/// The deadline that a step of a procedure brings with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepDeadline {
    /// What it promises; none where no rule is in force.
    pub target: Option<Target>,
    /// When it is due; none while the customer has it.
    pub due: Option<Due>,
}
