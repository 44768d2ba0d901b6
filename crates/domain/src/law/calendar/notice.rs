//! Notices and overlays: the calendar as data.
//!
//! The shapes here are read from and written to files and the database with serde; whether they
//! make sense together is checked when a calendar is built from them. Parsing a file is somebody
//! else's work.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::base::time::Date;

/// A holiday's name in both languages of the product.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Name {
    /// As the notice has it.
    pub zh: String,
    /// In English; the Chinese name again where no translation is given.
    pub en: String,
}

/// All notices of one calendar, in any order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarBook {
    /// Short and stable, e.g. `CN`.
    pub id: String,
    /// Label of this state of the data, e.g. `2026.1`.
    pub version: String,
    /// English names by Chinese name.
    #[serde(default)]
    pub names: BTreeMap<String, String>,
    /// The notices.
    #[serde(rename = "notice")]
    pub notices: Vec<Notice>,
}

/// One published notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// The year it arranges; its days lie in this year or in the December before.
    pub year: i16,
    /// The day the public could read it. The notice is unknown before.
    pub published: Date,
    /// Document number, where it is certain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Title of the document.
    pub title: String,
    /// Where it can be read.
    pub source: String,
    /// For a revision: days whose earlier arrangement no longer holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<DateRange>,
    /// What it arranges, holiday by holiday.
    pub days: Vec<Arrangement>,
}

/// Days off and make-up workdays of one holiday.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arrangement {
    /// The holiday, in Chinese.
    pub name: String,
    /// Days off, weekends within included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub off: Vec<DateRange>,
    /// Weekend days worked in exchange.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub work: Vec<DateRange>,
}

/// A local measure laid over the published calendar. Not a national holiday, and named apart in
/// explanations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocalDays {
    /// What it is called.
    pub name: Name,
    /// Who ordered it and where that can be read.
    pub source: String,
    /// Days off.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub off: Vec<DateRange>,
    /// Days worked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub work: Vec<DateRange>,
}

/// Some days in a row, both ends included. Written `2018-02-15`, `2018-02-15..02-21` or
/// `2018-12-30..2019-01-01`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DateRange {
    from: Date,
    to: Date,
}

/// Why a text or two dates are not a range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DateRangeError {
    /// Not one of the three ways of writing.
    #[error("not a range of days (2018-02-15, 2018-02-15..02-21 or 2018-12-30..2019-01-01 is wanted): {0}")]
    Unreadable(String),
    /// The end lies before the beginning.
    #[error("the range {from}..{to} ends before it begins")]
    Reversed {
        /// First day.
        from: Date,
        /// Last day.
        to: Date,
    },
    /// Longer than [`DateRange::MAX_DAYS`].
    #[error("the range {from}..{to} is longer than {max} days", max = DateRange::MAX_DAYS)]
    TooLong {
        /// First day.
        from: Date,
        /// Last day.
        to: Date,
    },
}

impl DateRange {
    /// No notice and no local measure speaks of more days in a row; a longer range is a slip in a
    /// year.
    pub const MAX_DAYS: i64 = 366;

    /// The days from `from` to `to`, both included.
    pub fn new(from: Date, to: Date) -> Result<Self, DateRangeError> {
        if to < from {
            Err(DateRangeError::Reversed { from, to })
        } else if to.duration_since(from).as_hours() / 24 >= Self::MAX_DAYS {
            Err(DateRangeError::TooLong { from, to })
        } else {
            Ok(Self { from, to })
        }
    }

    /// First day.
    pub fn from(self) -> Date {
        self.from
    }

    /// Last day.
    pub fn to(self) -> Date {
        self.to
    }

    /// The days, ascending.
    pub fn days(self) -> impl Iterator<Item = Date> {
        let next = move |day: &Date| day.tomorrow().ok().filter(|day| *day <= self.to);
        std::iter::successors(Some(self.from), next)
    }
}

impl fmt::Display for DateRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to } = self;
        if from == to {
            write!(f, "{from}")
        } else if from.year() == to.year() {
            write!(f, "{from}..{:02}-{:02}", to.month(), to.day())
        } else {
            write!(f, "{from}..{to}")
        }
    }
}

impl FromStr for DateRange {
    type Err = DateRangeError;

    fn from_str(text: &str) -> Result<Self, DateRangeError> {
        let unreadable = || DateRangeError::Unreadable(text.to_owned());
        // jiff reads a date out of a longer text such as a date-time; the length keeps those out.
        let date = |part: &str| match part.len() {
            10 => part.parse::<Date>().map_err(|_| unreadable()),
            _ => Err(unreadable()),
        };
        let trimmed = text.trim();
        let Some((first, second)) = trimmed.split_once("..") else {
            let day = date(trimmed)?;
            return Self::new(day, day);
        };
        let from = date(first)?;
        let to = match second.len() {
            5 => date(&format!("{:04}-{second}", from.year()))?,
            _ => date(second)?,
        };
        Self::new(from, to)
    }
}

impl TryFrom<String> for DateRange {
    type Error = DateRangeError;

    fn try_from(text: String) -> Result<Self, DateRangeError> {
        text.parse()
    }
}

impl From<DateRange> for String {
    fn from(range: DateRange) -> Self {
        range.to_string()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ranges_read_and_print() {
        for text in ["2018-02-15", "2018-02-15..02-21", "2018-12-30..2019-01-01", "2020-02-29"] {
            assert_eq!(text.parse::<DateRange>().map(|range| range.to_string()), Ok(text.to_owned()));
        }
        let range: DateRange = "2018-02-27..03-01".parse().expect("a range");
        let days: Vec<_> = range.days().collect();
        assert_eq!(days, [date(2018, 2, 27), date(2018, 2, 28), date(2018, 3, 1)]);
    }

    #[test]
    fn what_is_not_a_range_is_refused() {
        for text in [
            "",
            "2018",
            "2018-02-30",
            "2018-02-15..",
            "..2018-02-15",
            "2018-02-15..2-21",
            "2018-02-15T00:00",
            "2018-2-15",
            "2018-02-15..1",
        ] {
            assert_eq!(text.parse::<DateRange>(), Err(DateRangeError::Unreadable(text.to_owned())), "{text}");
        }
        let reversed = DateRangeError::Reversed { from: date(2018, 2, 15), to: date(2018, 2, 14) };
        assert_eq!("2018-02-15..02-14".parse::<DateRange>(), Err(reversed));
        assert!(matches!("2018-02-15..2019-02-16".parse::<DateRange>(), Err(DateRangeError::TooLong { .. })));
        assert_eq!("2016-01-01..12-31".parse::<DateRange>().map(|range| range.days().count()), Ok(366));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[0-9.-]{0,24}|.*") {
            let _ = text.parse::<DateRange>();
        }
    }
}
