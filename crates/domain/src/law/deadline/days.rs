//! Counted days as data: which were skipped and why. Knows neither how they were counted nor what for.

use crate::base::time::Date;
use crate::law::calendar::Name;
use serde::{Deserialize, Serialize};

/// Why a day was not counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum SkipReason {
    /// A plain Saturday or Sunday.
    Weekend,
    /// A holiday by a notice.
    Holiday(Name),
    /// A rest day by a local measure.
    LocalRest(Name),
    /// The clock stood for all or part of the day.
    Paused,
}

/// A day that was not counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkippedDay {
    /// The day.
    pub date: Date,
    /// Why.
    #[serde(flatten)]
    pub why: SkipReason,
}

/// A weekend day that was counted, because it is worked in exchange for a holiday.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MakeUpDay {
    /// The day.
    pub date: Date,
    /// For which holiday.
    pub name: Name,
}

/// A count of days and how it came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayCount {
    /// The last day.
    pub due_date: Date,
    /// Some day counted has no final calendar yet.
    pub provisional: bool,
    /// Days after the start that were not counted, ascending.
    pub skipped: Vec<SkippedDay>,
    /// How many more were skipped than are listed.
    pub unlisted: u32,
    /// Days counted although they are a weekend's.
    pub make_up: Vec<MakeUpDay>,
    /// The rest day on which the limit would have ended, where it moved.
    pub moved_from: Option<Date>,
}
