//! What a deadline is computed from, and what can be in the way. It counts nothing.

use crate::base::codes::codes;
use crate::base::time::{Date, Instant, Zone};
use crate::law::calendar::{LAST_DATE, WorkingCalendar};
use crate::law::limit::Limit;
use serde::{Deserialize, Serialize};

codes! {
    /// What becomes of a calendar-day limit whose last day is a rest day.
    #[derive(Default)]
    RestDayEnd {
        /// It moves to the next working day (Civil Code art. 203): the rule of deadlines.
        #[default]
        Moves = "moves",
        /// It stays. The command `calendar due --unit calendar-days` counts this way: it answers how
        /// many days lie between two dates, not when a promise ends.
        Stays = "stays",
    }
}

/// Why no due date can be given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeadlineError {
    /// The promised or extended due date lies before the start.
    #[error("due on {due}, before the start on {start}")]
    DueBeforeStart {
        /// Date of the start event.
        start: Date,
        /// Date promised.
        due: Date,
    },
    /// The count runs past the end of the calendar.
    #[error("{limit} from {start} lies beyond {LAST_DATE}")]
    BeyondCalendar {
        /// Date of the start event.
        start: Date,
        /// What was to be counted.
        limit: Promise,
    },
    /// A pause that ends before it begins.
    #[error("the pause from {from} ends before it begins, at {to}")]
    PauseReversed {
        /// Its beginning.
        from: Instant,
        /// Its end.
        to: Instant,
    },
    /// Hours cannot be counted from a date alone.
    #[error("{0} needs a start with a time of day")]
    NeedsTimeOfDay(Limit),
}

/// What starts the clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartEvent {
    /// Code of the event, e.g. `accepted`.
    pub code: String,
    /// When it happened.
    pub at: Instant,
}

/// The rule row a limit came from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RuleRef {
    /// Rule set, e.g. `R3`.
    pub rule_set: String,
    /// Row within it.
    pub row: String,
    /// Document and clause.
    pub source: String,
}

/// What is promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Promise {
    /// A limit counted from the start.
    Limit(Limit),
    /// Until the end of a day.
    Day(Date),
    /// Until an instant, e.g. one that another system promised.
    Instant(Instant),
}

impl std::fmt::Display for Promise {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Limit(limit) => limit.fmt(f),
            Self::Day(day) => day.fmt(f),
            Self::Instant(at) => at.fmt(f),
        }
    }
}

/// An approved pause: the clock stands from `from` up to, not including, `to`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// Since when.
    pub from: Instant,
    /// Until when; none while it lasts.
    pub to: Option<Instant>,
    /// Code of the reason.
    pub reason: String,
    /// Reference to whoever approved it.
    pub approver: String,
}

/// An approved extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// What is promised from now on.
    pub promise: Promise,
    /// Reference to whoever approved it.
    pub approver: String,
    /// When.
    pub approved_at: Instant,
}

/// Everything a deadline is computed from.
#[derive(Debug, Clone)]
pub struct Terms<'a> {
    /// What starts the clock.
    pub start: StartEvent,
    /// Where the promise comes from.
    pub rule: RuleRef,
    /// What was promised first.
    pub promise: Promise,
    /// The days.
    pub calendar: &'a WorkingCalendar,
    /// Where days begin and end.
    pub zone: &'a Zone,
    /// Approved pauses, in any order; they may overlap.
    pub pauses: &'a [Pause],
    /// Approved extensions, in any order.
    pub extensions: &'a [Extension],
    /// What becomes of a calendar-day limit that ends on a rest day.
    pub rest_day_end: RestDayEnd,
}

/// How a deadline stands while its clock does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspension {
    /// Beginning of the open pause.
    pub since: Instant,
    /// What is left.
    pub left: Left,
}

/// What is left of a suspended limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Left {
    /// Days of the limit's unit, the day the pause began included; 0 when only the move off a rest
    /// day is left.
    Days(u32),
    /// Milliseconds of the clock.
    Millis(i64),
}

impl Pause {
    /// The pause as if it had ended at `now`, to tell when something would be due if it resumed; a
    /// pause that has ended, or begins later, stays as it is.
    #[must_use]
    pub fn closed_at(mut self, now: Instant) -> Self {
        if self.to.is_none() && self.from <= now {
            self.to = Some(now);
        }
        self
    }
}
