//! The two spans in which duty is owed: ISO weeks (Monday to Sunday) and months. Both are civil: they do not know zones.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::base::time::Date;

/// Why a text is not a week or a month.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpanError {
    /// Not like `2018-W40`.
    #[error("not an ISO week (2018-W40 is wanted): {0}")]
    NotAWeek(String),
    /// Not like `2018-05`.
    #[error("not a month (2018-05 is wanted): {0}")]
    NotAMonth(String),
}

/// An ISO 8601 week, written `2018-W40`. Its year is the one of its Thursday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IsoWeek {
    /// A Monday, except for the first days of the year −9999, which begin on none.
    monday: Date,
}

impl IsoWeek {
    /// The week of a day.
    pub fn of(day: Date) -> Self {
        let back = i32::from(day.weekday().to_monday_zero_offset());
        Self { monday: day.saturating_sub(jiff::Span::new().days(back)) }
    }

    /// Its first day.
    pub fn monday(self) -> Date {
        self.monday
    }

    /// Its middle day, which decides to which month and year it belongs.
    pub fn thursday(self) -> Date {
        self.plus(3)
    }

    /// Its last day.
    pub fn sunday(self) -> Date {
        self.plus(6)
    }

    /// The year it belongs to.
    pub fn year(self) -> i16 {
        self.thursday().year()
    }

    /// Its number in that year, from 1.
    pub fn number(self) -> i8 {
        self.thursday().iso_week_date().week()
    }

    /// Its days, Monday to Sunday.
    pub fn days(self) -> impl Iterator<Item = Date> {
        (0..7).map(move |n| self.plus(n))
    }

    /// The week after.
    #[must_use]
    pub fn next(self) -> Self {
        Self::of(self.plus(7))
    }

    fn plus(self, days: i32) -> Date {
        self.monday.saturating_add(jiff::Span::new().days(days))
    }
}

impl fmt::Display for IsoWeek {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let iso = self.monday.iso_week_date();
        write!(f, "{:04}-W{:02}", iso.year(), iso.week())
    }
}

impl FromStr for IsoWeek {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        let refuse = || SpanError::NotAWeek(text.to_owned());
        let (year, week) = text.split_once("-W").ok_or_else(refuse)?;
        let year = digits(year, 4).ok_or_else(refuse)?;
        let week = i8::try_from(digits(week, 2).ok_or_else(refuse)?).map_err(|_| refuse())?;
        let iso = jiff::civil::ISOWeekDate::new(year, week, jiff::civil::Weekday::Monday).map_err(|_| refuse())?;
        Ok(Self { monday: iso.date() })
    }
}

impl TryFrom<String> for IsoWeek {
    type Error = SpanError;

    fn try_from(text: String) -> Result<Self, SpanError> {
        text.parse()
    }
}

impl From<IsoWeek> for String {
    fn from(week: IsoWeek) -> Self {
        week.to_string()
    }
}

/// A month, written `2018-05`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Month {
    first: Date,
}

impl Month {
    /// The month of a day.
    pub fn of(day: Date) -> Self {
        Self { first: day.first_of_month() }
    }

    /// Its first day.
    pub fn first(self) -> Date {
        self.first
    }

    /// Its last day.
    pub fn last(self) -> Date {
        self.first.last_of_month()
    }

    /// Its number in the year, 1 to 12.
    pub fn number(self) -> i8 {
        self.first.month()
    }

    /// Its days.
    pub fn days(self) -> impl Iterator<Item = Date> {
        std::iter::successors(Some(self.first), |day| day.tomorrow().ok()).take_while(move |day| *day <= self.last())
    }

    /// The month after; itself at the end of the calendar.
    #[must_use]
    pub fn next(self) -> Self {
        self.last().tomorrow().map_or(self, Self::of)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.first.year(), self.first.month())
    }
}

impl FromStr for Month {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        let refuse = || SpanError::NotAMonth(text.to_owned());
        let (year, month) = text.split_once('-').ok_or_else(refuse)?;
        let year = digits(year, 4).ok_or_else(refuse)?;
        let month = i8::try_from(digits(month, 2).ok_or_else(refuse)?).map_err(|_| refuse())?;
        Date::new(year, month, 1).map(Self::of).map_err(|_| refuse())
    }
}

impl TryFrom<String> for Month {
    type Error = SpanError;

    fn try_from(text: String) -> Result<Self, SpanError> {
        text.parse()
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        month.to_string()
    }
}

/// Exactly so many ASCII digits, as a number; `parse` alone would let a sign pass.
fn digits(text: &str, count: usize) -> Option<i16> {
    let plain = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_is_numbered_in_the_year_of_its_thursday() {
        for (day, year, number) in [("2018-09-30", 2018, 39), ("2018-12-31", 2019, 1), ("2021-01-03", 2020, 53)] {
            let week = IsoWeek::of(day.parse().expect("a day"));
            assert_eq!((week.year(), week.number()), (year, number), "{day}");
            assert_eq!(week.to_string(), format!("{year}-W{number:02}"));
        }
    }
}
