//! Working hours of a unit, and time measured in them.
//!
//! Reminders come when half or four fifths of the *working* time up to a due date is gone; nights,
//! weekends and holidays do not bring one nearer. Hours are read off the office clock: the lunch
//! break counts, and on a day when a clock change falls into office hours (nowhere so far) the day
//! has as many working minutes as any other.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::WorkingCalendar;
use super::days::DayNumber;
use crate::base::time::{Instant, MINUTE_MS, Time, Zone};

/// Why hours are not working hours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// Not two times of day.
    #[error("not working hours (08:30-17:30 is wanted): {0}")]
    Unreadable(String),
    /// Closing time is not after opening time. Night shifts are no office hours: such limits run
    /// round the clock.
    #[error("working hours must end after they begin: {0}")]
    Empty(String),
}

/// From opening to closing time of every working day, to the minute. Written `08:30-17:30`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WorkingHours {
    /// Minutes after midnight.
    open: i16,
    /// Minutes after midnight, later than `open`.
    close: i16,
}

impl Default for WorkingHours {
    /// 08:30 to 17:30.
    fn default() -> Self {
        Self { open: 8 * 60 + 30, close: 17 * 60 + 30 }
    }
}

impl WorkingHours {
    /// Hours from `open` to `close`; seconds are dropped.
    pub fn new(open: Time, close: Time) -> Result<Self, HoursError> {
        let minutes = |time: Time| i16::from(time.hour()) * 60 + i16::from(time.minute());
        let hours = Self { open: minutes(open), close: minutes(close) };
        if hours.open < hours.close { Ok(hours) } else { Err(HoursError::Empty(hours.to_string())) }
    }

    /// Working minutes of one working day.
    pub fn minutes_per_day(self) -> i64 {
        i64::from(self.close - self.open)
    }

    /// Whole working minutes from `from` to `to`; 0 when `to` is not after `from`.
    pub fn minutes_between(self, calendar: &WorkingCalendar, zone: &Zone, from: Instant, to: Instant) -> i64 {
        self.millis_between(calendar, zone, from, to) / MINUTE_MS
    }

    /// The same in milliseconds.
    pub fn millis_between(self, calendar: &WorkingCalendar, zone: &Zone, from: Instant, to: Instant) -> i64 {
        (self.worked_until(calendar, zone, to) - self.worked_until(calendar, zone, from)).max(0)
    }

    /// The first instant at which `millis` of working time have passed since `from`; `from` itself
    /// for nothing. Nothing when that lies beyond the calendar.
    pub fn after(self, calendar: &WorkingCalendar, zone: &Zone, from: Instant, millis: i64) -> Option<Instant> {
        if millis <= 0 {
            return Some(from);
        }
        let wanted = self.worked_until(calendar, zone, from).checked_add(millis)?;
        // A full day is finished at its closing time, not at the next opening: hence the step back
        // by one.
        let full_days = (wanted - 1).div_euclid(self.day_ms());
        let within = wanted - full_days * self.day_ms();
        let before = zone.date_of(from).yesterday().ok()?;
        let nth = full_days + 1 - calendar.worked_until(DayNumber::of(before));
        let date = calendar.nth_working_day_after(before, u32::try_from(nth).ok()?)?;
        let midnight = date.to_datetime(Time::midnight());
        let span = jiff::SignedDuration::from_millis(i64::from(self.open) * MINUTE_MS + within);
        let local = midnight.checked_add(span).ok()?;
        Some(zone.at(local.date(), local.time()).max(from))
    }

    fn day_ms(self) -> i64 {
        self.minutes_per_day() * MINUTE_MS
    }

    /// Working milliseconds up to an instant; only differences mean anything.
    fn worked_until(self, calendar: &WorkingCalendar, zone: &Zone, at: Instant) -> i64 {
        let local = zone.local(at);
        let full_days = calendar.worked_until(DayNumber::of(local.date()).plus(-1));
        let today = if calendar.is_working(local.date()) {
            let since_midnight = local.duration_since(local.date().to_datetime(Time::midnight())).as_millis() as i64;
            (since_midnight - i64::from(self.open) * MINUTE_MS).clamp(0, self.day_ms())
        } else {
            0
        };
        full_days * self.day_ms() + today
    }
}

impl fmt::Display for WorkingHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { open, close } = self;
        write!(f, "{:02}:{:02}-{:02}:{:02}", open / 60, open % 60, close / 60, close % 60)
    }
}

impl FromStr for WorkingHours {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, HoursError> {
        let unreadable = || HoursError::Unreadable(text.to_owned());
        let (open, close) = text.trim().split_once('-').ok_or_else(unreadable)?;
        let time = |part: &str| match part.len() {
            5 => part.parse::<Time>().map_err(|_| unreadable()),
            _ => Err(unreadable()),
        };
        Self::new(time(open)?, time(close)?)
    }
}

impl TryFrom<String> for WorkingHours {
    type Error = HoursError;

    fn try_from(text: String) -> Result<Self, HoursError> {
        text.parse()
    }
}

impl From<WorkingHours> for String {
    fn from(hours: WorkingHours) -> Self {
        hours.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::law::calendar::tests::cn;

    fn zone() -> Zone {
        Zone::parse("Asia/Shanghai").expect("compiled in")
    }

    fn at(text: &str) -> Instant {
        Instant::parse(&format!("{text}:00+08:00")).expect("an instant that the test names")
    }

    #[test]
    fn hours_read_and_print() {
        assert_eq!(WorkingHours::default().to_string(), "08:30-17:30");
        assert_eq!("08:30-17:30".parse(), Ok(WorkingHours::default()));
        assert_eq!(WorkingHours::default().minutes_per_day(), 540);
        for text in ["", "08:30", "8-17", "08:30-25:00", "08:30 - 17:30"] {
            assert_eq!(text.parse::<WorkingHours>(), Err(HoursError::Unreadable(text.to_owned())));
        }
        for text in ["17:30-08:30", "08:30-08:30"] {
            assert_eq!(text.parse::<WorkingHours>(), Err(HoursError::Empty(text.to_owned())));
        }
    }

    #[test]
    fn only_office_hours_of_working_days_count() {
        let (calendar, zone, hours) = (cn(), zone(), WorkingHours::default());
        for (from, to, minutes) in [
            ("2018-05-02T08:30", "2018-05-02T17:30", 540),
            ("2018-05-02T00:00", "2018-05-03T00:00", 540),
            ("2018-05-02T09:00", "2018-05-02T10:00", 60),
            ("2018-05-02T17:30", "2018-05-03T08:30", 0),
            ("2018-05-02T17:00", "2018-05-03T09:00", 60),
            // Saturday 28 April was worked in exchange for Monday 30 April.
            ("2018-04-28T00:00", "2018-04-29T00:00", 540),
            ("2018-04-29T00:00", "2018-05-02T00:00", 0),
            ("2018-05-03T00:00", "2018-05-02T00:00", 0),
        ] {
            assert_eq!(hours.minutes_between(calendar, &zone, at(from), at(to)), minutes, "{from} {to}");
        }
    }

    #[test]
    fn a_full_day_is_over_at_closing_time() {
        let (calendar, zone, hours) = (cn(), zone(), WorkingHours::default());
        for (from, minutes, then) in [
            ("2018-05-02T08:30", 540, "2018-05-02T17:30"),
            ("2018-05-02T08:30", 541, "2018-05-03T08:31"),
            ("2018-05-02T20:00", 1, "2018-05-03T08:31"),
            ("2018-04-27T17:00", 60, "2018-04-28T09:00"),
            ("2018-04-28T17:00", 60, "2018-05-02T09:00"),
            ("2018-04-30T12:00", 0, "2018-04-30T12:00"),
        ] {
            let got = hours.after(calendar, &zone, at(from), minutes * MINUTE_MS);
            assert_eq!(got, Some(at(then)), "{from} + {minutes} min");
        }
    }

    proptest! {
        #[test]
        fn working_time_adds_up_and_can_be_undone(
            start in 1_167_580_800_000i64..1_830_000_000_000,
            first in 0i64..40_000_000_000,
            second in 0i64..40_000_000_000,
        ) {
            let (calendar, zone, hours) = (cn(), zone(), WorkingHours::default());
            let (a, b, c) = (Instant(start), Instant(start + first), Instant(start + first + second));
            let between = |from, to| hours.millis_between(calendar, &zone, from, to);
            prop_assert_eq!(between(a, b) + between(b, c), between(a, c));
            prop_assert!(between(a, c) <= c.since(a));
            let done = hours.after(calendar, &zone, a, between(a, c)).expect("within the calendar");
            prop_assert!(done <= c);
            prop_assert_eq!(between(a, done), between(a, c));
            // The earliest such instant: a millisecond before, less had been worked.
            if between(a, c) > 0 {
                prop_assert_eq!(between(a, done.plus_millis(-1)), between(a, c) - 1);
            }
        }

        #[test]
        fn nothing_panics_whatever_the_instants(a in any::<i64>(), b in any::<i64>(), ms in any::<i64>()) {
            let (calendar, zone, hours) = (cn(), zone(), WorkingHours::default());
            let _ = hours.minutes_between(calendar, &zone, Instant(a), Instant(b));
            let _ = hours.after(calendar, &zone, Instant(a), ms);
        }
    }
}
