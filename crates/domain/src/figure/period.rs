//! The period of a figure: `2011`, `2018-05`, `2018-05-17`, or from one of these to another, `2011-07..2011-12`.
//!
//! A period is civil days, both ends included. In a zone it runs from the midnight that begins its first day to the
//! midnight that ends its last one; where a clock change skips midnight, the day begins at the first time that exists.
//! This module does not know what today is: there is no "last month".
//!
//! ```
//! use yixian_domain::figure::Period;
//! let half_year: Period = "2011-07..2011-12".parse().unwrap();
//! assert_eq!((half_year.first().to_string(), half_year.last().to_string()), ("2011-07-01".into(), "2011-12-31".into()));
//! assert_eq!("2018-05-01..2018-05-31".parse::<Period>().unwrap().to_string(), "2018-05");
//! ```

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::base::time::{Date, Instant, Time, Zone};
use crate::duty::{IsoWeek, Month};

/// Why a text or two dates are not a period.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// Not one of the ways of writing.
    #[error("not a period (2011, 2018-05, 2011-07..2011-12 or 2018-05-01..2018-05-31 is wanted): {0}")]
    Unreadable(String),
    /// The end lies before the beginning.
    #[error("the period {first}..{last} ends before it begins")]
    Reversed {
        /// First day.
        first: Date,
        /// Last day.
        last: Date,
    },
}

/// Days in a row, both ends included. Prints in its shortest way of writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Period {
    first: Date,
    last: Date,
}

impl Period {
    /// The days from `first` to `last`, both included.
    pub fn new(first: Date, last: Date) -> Result<Self, PeriodError> {
        if last < first { Err(PeriodError::Reversed { first, last }) } else { Ok(Self { first, last }) }
    }

    /// One month.
    pub fn month(month: Month) -> Self {
        Self { first: month.first(), last: month.last() }
    }

    /// First day.
    pub fn first(self) -> Date {
        self.first
    }

    /// Last day.
    pub fn last(self) -> Date {
        self.last
    }

    /// Whether the day lies in it.
    pub fn contains(self, day: Date) -> bool {
        self.first <= day && day <= self.last
    }

    /// First instant, and first instant after it, in a zone.
    pub fn bounds(self, zone: &Zone) -> (Instant, Instant) {
        (zone.at(self.first, Time::midnight()), zone.end_of_day(self.last))
    }

    /// The ISO weeks that belong to it: those whose Thursday lies in it, so that a week belongs to exactly one month.
    pub fn weeks(self) -> Vec<IsoWeek> {
        let mut week = IsoWeek::of(self.first);
        let mut weeks = Vec::new();
        while week.thursday() <= self.last {
            if week.thursday() >= self.first {
                weeks.push(week);
            }
            let next = week.next();
            if next <= week {
                break;
            }
            week = next;
        }
        weeks
    }

    /// The months that lie in it as a whole.
    pub fn months(self) -> Vec<Month> {
        let mut month = Month::of(self.first);
        let mut months = Vec::new();
        while month.last() <= self.last {
            if month.first() >= self.first {
                months.push(month);
            }
            let next = month.next();
            if next <= month {
                break;
            }
            month = next;
        }
        months
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { first, last } = *self;
        let months = first == first.first_of_month() && last == last.last_of_month();
        let (from, to) = (Month::of(first), Month::of(last));
        if first == first.first_of_year() && last == last.last_of_year() && first.year() == last.year() {
            write!(f, "{:04}", first.year())
        } else if months && from == to {
            from.fmt(f)
        } else if months {
            write!(f, "{from}..{to}")
        } else if first == last {
            first.fmt(f)
        } else {
            write!(f, "{first}..{last}")
        }
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let refuse = || PeriodError::Unreadable(text.to_owned());
        let (from, to) = text.trim().split_once("..").unwrap_or((text.trim(), text.trim()));
        let (from, to) = (part(from).ok_or_else(refuse)?, part(to).ok_or_else(refuse)?);
        Self::new(from.first, to.last)
    }
}

/// A year, month or day.
fn part(text: &str) -> Option<Period> {
    // jiff and `parse` would let signs and times of day pass.
    if text.starts_with('-') || !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
        return None;
    }
    match text.len() {
        4 => {
            let first = Date::new(text.parse().ok()?, 1, 1).ok()?;
            Some(Period { first, last: first.last_of_year() })
        }
        7 => text.parse().ok().map(Period::month),
        10 => text.parse().ok().map(|day| Period { first: day, last: day }),
        _ => None,
    }
}

impl TryFrom<String> for Period {
    type Error = PeriodError;

    fn try_from(text: String) -> Result<Self, PeriodError> {
        text.parse()
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        period.to_string()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn period(text: &str) -> Period {
        text.parse().expect("a period that the test names")
    }

    #[test]
    fn periods_read_and_print_in_their_shortest_way() {
        for text in ["2011", "2018-05", "2018-05-17", "2011-07..2011-12", "2018-05-02..2018-05-31", "2017-11..2018-02"]
        {
            assert_eq!(period(text).to_string(), text);
        }
        for (text, short) in [
            ("2018-05-01..2018-05-31", "2018-05"),
            ("2011-01..2011-12", "2011"),
            ("2011..2011", "2011"),
            ("2011..2012", "2011-01..2012-12"),
            ("2018-05..2018-06-10", "2018-05-01..2018-06-10"),
            (" 2016-02-29 ", "2016-02-29"),
        ] {
            assert_eq!(period(text).to_string(), short);
        }
    }

    #[test]
    fn what_is_not_a_period_is_refused() {
        for text in [
            "",
            "11",
            "2018-5",
            "2018-13",
            "2018-02-30",
            "2018-05..",
            "..2018",
            "-018",
            "-018-05",
            "2018/05",
            "2018-05-01T00:00",
        ] {
            assert_eq!(text.parse::<Period>(), Err(PeriodError::Unreadable(text.to_owned())), "{text}");
        }
        assert!(matches!("2018-06..2018-05".parse::<Period>(), Err(PeriodError::Reversed { .. })));
    }

    #[test]
    fn edges_are_local_midnights_also_when_clocks_change() {
        let edges = |zone: &str, text: &str| {
            let (from, until) = period(text).bounds(&Zone::parse(zone).expect("a zone"));
            (from.to_string(), until.to_string())
        };
        let is = |from: &str, until: &str| (format!("{from}:00.000Z"), format!("{until}:00.000Z"));
        assert_eq!(edges("Asia/Shanghai", "2018-05"), is("2018-04-30T16:00", "2018-05-31T16:00"));
        // Boston: a month that begins in summer time and ends in winter time, and one with a day of 23 hours.
        assert_eq!(edges("America/New_York", "2011-11"), is("2011-11-01T04:00", "2011-12-01T05:00"));
        assert_eq!(edges("America/New_York", "2011-03-13"), is("2011-03-13T05:00", "2011-03-14T04:00"));
        // São Paulo skipped the midnight that began 2018-11-04.
        assert_eq!(edges("America/Sao_Paulo", "2018-11-04"), is("2018-11-04T03:00", "2018-11-05T02:00"));
    }

    #[test]
    fn weeks_belong_by_their_thursday_and_months_as_a_whole() {
        let weeks: Vec<String> = period("2018-05").weeks().iter().map(ToString::to_string).collect();
        assert_eq!(weeks, ["2018-W18", "2018-W19", "2018-W20", "2018-W21", "2018-W22"]);
        assert_eq!(period("2018-05-04..2018-05-09").weeks(), []);
        assert_eq!(period("2018").weeks().len(), 52);
        assert_eq!(period("2020").weeks().len(), 53);
        let months: Vec<String> = period("2018-04-02..2018-06-30").months().iter().map(ToString::to_string).collect();
        assert_eq!(months, ["2018-05", "2018-06"]);
    }

    #[test]
    fn the_ends_of_the_calendar_do_not_hang() {
        let end = Period { first: date(9999, 12, 1), last: Date::MAX };
        assert_eq!((end.weeks().len(), end.months().len()), (5, 1));
        let begin = Period { first: Date::MIN, last: date(-9999, 1, 31) };
        assert!(begin.weeks().len() >= 4);
        assert_eq!(begin.months().len(), 1);
    }

    proptest! {
        #[test]
        fn reading_undoes_printing(a in 0i32..80_000, days in 0i32..800) {
            let first = date(1900, 1, 1).saturating_add(jiff::Span::new().days(a));
            let period = Period::new(first, first.saturating_add(jiff::Span::new().days(days))).expect("in order");
            prop_assert_eq!(period.to_string().parse(), Ok(period));
        }

        #[test]
        fn every_week_belongs_to_exactly_one_month(year in 1990i16..2040) {
            let whole = period(&format!("{year}"));
            let parts: Vec<IsoWeek> = whole.months().into_iter().flat_map(|m| Period::month(m).weeks()).collect();
            prop_assert_eq!(parts, whole.weeks());
        }

        #[test]
        fn no_text_panics(text in "[0-9.-]{0,24}|.*") {
            let _ = text.parse::<Period>();
        }
    }
}
