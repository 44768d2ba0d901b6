//! The working calendar: which days are worked, and why.
//!
//! Monday to Friday are worked, Saturday and Sunday are not, except where a published notice says
//! otherwise: it gives days off and, in exchange, make-up workdays on weekends (调休). Notices are
//! data ([`CalendarBook`]); a [`WorkingCalendar`] is one reading of them, either the final one or
//! the one that was known on some date, because a due date promised in January must still be
//! explained after the notice of February. Local measures that are no national holidays (a late
//! return to work, a utility's own shutdown) are laid over it with [`WorkingCalendar::with_local`].
//!
//! A year without a notice is counted Monday to Friday and marked *provisional*, and so are the
//! three last days of the last published year: the arrangement of New Year stands in the notice of
//! the year that follows.
//!
//! This module does not know the present date, files or formats, and gives no due dates (see
//! [`crate::law::deadline`]). It answers for every date that jiff can express and never panics.

mod build;
mod days;
mod hours;
mod notice;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use build::CalendarError;
pub use hours::{HoursError, WorkingHours};
pub use notice::{Arrangement, CalendarBook, DateRange, DateRangeError, LocalDays, Name, Notice};

use crate::base::time::Date;
use days::DayNumber;

/// The last date this calendar counts to. A due date beyond it is refused, so that its end of day
/// exists in any zone.
pub const LAST_DATE: Date = Date::constant(9998, 12, 31);

/// What sort of day a date is. Carries the reason, for explanations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DayKind {
    /// A plain Monday to Friday.
    Working,
    /// A weekend day worked in exchange for a day off (调休上班).
    MakeUp(Name),
    /// A plain Saturday or Sunday.
    WeekendOff,
    /// A day off by a notice; also the weekend days within the holiday.
    Holiday(Name),
    /// Worked by a local measure.
    LocalWork(Name),
    /// Off by a local measure.
    LocalRest(Name),
}

impl DayKind {
    /// Whether work is done on such a day.
    pub fn is_working(&self) -> bool {
        matches!(self, Self::Working | Self::MakeUp(_) | Self::LocalWork(_))
    }
}

/// Which calendar a due date was computed with; stored with it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CalendarRef {
    /// The calendar's id, e.g. `CN`.
    pub id: String,
    /// The label of the data's version, e.g. `2026.1`.
    pub version: String,
    /// Set when only notices published by this date were taken into account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Date>,
    /// Names of the local overlays, in the order they were laid.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub local: Vec<String>,
}

/// One line, e.g. `CN 2026.1`, `CN 2026.1 @2020-01-26` (as known on that date) or `CN 2026.1
/// +复工延期` (with an overlay).
impl fmt::Display for CalendarRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.id, self.version)?;
        if let Some(date) = self.known_on {
            write!(f, " @{date}")?;
        }
        self.local.iter().try_for_each(|name| write!(f, " +{name}"))
    }
}

/// A day that differs from the plain week.
#[derive(Debug, Clone)]
struct Mark {
    day: DayNumber,
    kind: DayKind,
}

/// One reading of a calendar. Made by [`CalendarBook::latest`] or [`CalendarBook::as_known_on`].
#[derive(Debug, Clone)]
pub struct WorkingCalendar {
    reference: CalendarRef,
    /// Ascending by day, each day once.
    marks: Vec<Mark>,
    /// For each mark that changes the count: its day and the sum of all changes up to and including
    /// it.
    changes: Vec<(DayNumber, i64)>,
    /// Years with a notice, ascending, each once.
    years: Vec<i16>,
}

impl WorkingCalendar {
    /// Which calendar this is.
    pub fn reference(&self) -> &CalendarRef {
        &self.reference
    }

    /// The same in one line, as it is stored beside a due date.
    pub fn label(&self) -> String {
        self.reference.to_string()
    }

    /// The years that have a notice, ascending.
    pub fn published_years(&self) -> &[i16] {
        &self.years
    }

    /// The last date whose kind is final: 28 December of the last published year, or the beginning
    /// of time when nothing is published.
    pub fn provisional_after(&self) -> Date {
        self.years.last().map_or(Date::MIN, |&year| days::new_year_cut(year))
    }

    /// Whether the date's kind may still change: its year has no notice, or it is one of the last
    /// three days of a year whose successor has none. Days before the first published year count as
    /// unpublished too.
    pub fn is_provisional(&self, date: Date) -> bool {
        let published = |year: i16| self.years.binary_search(&year).is_ok();
        let year = date.year();
        !published(year) || (date > days::new_year_cut(year) && !published(year.saturating_add(1)))
    }

    /// Whether any date from `from` to `to`, both included, is provisional. False for an empty
    /// range.
    pub fn any_provisional(&self, from: Date, to: Date) -> bool {
        if from > to {
            return false;
        }
        // Within one year the provisional days are its last three or all of them, so its last day
        // decides for it.
        let whole_years = from.year()..to.year();
        whole_years.len() > self.years.len()
            || whole_years.into_iter().any(|year| self.is_provisional(days::last_of(year)))
            || self.is_provisional(to)
    }

    /// What sort of day it is, with the reason.
    pub fn kind(&self, date: Date) -> DayKind {
        match self.mark(DayNumber::of(date)) {
            Some(mark) => mark.kind.clone(),
            None if DayNumber::of(date).is_weekend() => DayKind::WeekendOff,
            None => DayKind::Working,
        }
    }

    /// Whether the day is worked.
    pub fn is_working(&self, date: Date) -> bool {
        let day = DayNumber::of(date);
        self.mark(day).map_or(!day.is_weekend(), |mark| mark.kind.is_working())
    }

    /// Working days after `from` up to and including `to`; 0 when `to` is not after `from`. This is
    /// the D3 of the duration conventions: the start day is not counted.
    pub fn working_days_between(&self, from: Date, to: Date) -> u32 {
        let count = self.worked_until(DayNumber::of(to)) - self.worked_until(DayNumber::of(from));
        u32::try_from(count).unwrap_or(0)
    }

    /// The `n`-th working day after `start`, the start day itself not counted; `start` for `n` = 0.
    /// Nothing when it lies beyond [`LAST_DATE`]. Takes a few steps whatever `n` is.
    pub fn nth_working_day_after(&self, start: Date, n: u32) -> Option<Date> {
        let start = DayNumber::of(start);
        let wanted = self.worked_until(start) + i64::from(n);
        let last = DayNumber::of(LAST_DATE);
        // Each day adds at most one working day, so moving by what is missing never passes the day
        // looked for; the distance shrinks geometrically over working weeks and by at least a day
        // within a holiday.
        let mut day = start.plus(i64::from(n));
        while day <= last {
            let missing = wanted - self.worked_until(day);
            if missing <= 0 {
                return day.date();
            }
            day = day.plus(missing);
        }
        None
    }

    fn mark(&self, day: DayNumber) -> Option<&Mark> {
        self.marks.binary_search_by_key(&day, |mark| mark.day).ok().map(|at| &self.marks[at])
    }

    /// Working days up to and including a day, counted from a fixed Monday; only differences mean
    /// anything.
    fn worked_until(&self, day: DayNumber) -> i64 {
        let at = self.changes.partition_point(|&(changed, _)| changed <= day);
        let change = at.checked_sub(1).and_then(|at| self.changes.get(at)).map_or(0, |&(_, sum)| sum);
        day.weekdays_until() + change
    }
}

#[cfg(test)]
pub(crate) mod tests;
