//! Instants and zones.
//!
//! An [`Instant`] is a number of UTC milliseconds: what the databases store and what orders events.
//! A [`Zone`] turns it into the civil date and time of a unit's office, and back. Civil dates and
//! times are jiff's own.
//!
//! This module deliberately does not know what time it is, which days are worked, or which zone is
//! meant: all three are given by the caller. The time-zone rules are the ones compiled in; nothing
//! is read from the machine.
//!
//! Nothing here panics. Instants beyond what the calendar can express (years −9999 to 9999) are
//! clamped to its ends when shown in a zone; a local time that a clock change skips or repeats is
//! resolved the "compatible" way of RFC 5545: a skipped time moves later by the gap, a repeated
//! time means its first occurrence.
//!
//! ```
//! use yixian_domain::time::{Instant, Zone};
//! let zone = Zone::parse("Asia/Shanghai").unwrap();
//! let at = Instant::parse("2018-09-30T09:00:00+08:00").unwrap();
//! assert_eq!(at.to_string(), "2018-09-30T01:00:00.000Z");
//! assert_eq!(zone.date_of(at).to_string(), "2018-09-30");
//! assert_eq!(zone.end_of_day(zone.date_of(at)).to_string(), "2018-09-30T16:00:00.000Z");
//! ```

use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
pub use jiff::civil::{Date, Time};
use jiff::tz::{Offset, TimeZone};
use serde::{Deserialize, Serialize};

/// Milliseconds of one minute.
pub const MINUTE_MS: i64 = 60_000;
/// Milliseconds of one hour.
pub const HOUR_MS: i64 = 60 * MINUTE_MS;

/// Why a text is not an instant or a zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// Not RFC 3339, or without an offset, or outside the years −9999 to 9999.
    #[error("not an instant (RFC 3339 with an offset is wanted): {0}")]
    NotAnInstant(String),
    /// Neither an IANA name that is compiled in nor `fixed:±HH:MM`.
    #[error("not a time zone (an IANA name or fixed:±HH:MM is wanted): {0}")]
    NotAZone(String),
}

/// A point in time: milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(pub i64);

impl Instant {
    /// The first instant that has a civil date in every zone (just after −9999-01-01).
    pub const MIN: Self = Self(-377_705_023_201_000);
    /// The last such instant (just before the end of 9999).
    pub const MAX: Self = Self(253_402_207_200_999);

    /// Reads RFC 3339 with an offset, e.g. `2018-09-30T09:00:00+08:00`; fractions beyond the
    /// millisecond are cut off.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let timestamp: Timestamp = text.trim().parse().map_err(|_| TimeError::NotAnInstant(text.to_owned()))?;
        let ms = timestamp.as_nanosecond().div_euclid(1_000_000);
        // A timestamp in nanoseconds fits i128; in milliseconds it always fits i64.
        i64::try_from(ms).map(Self).map_err(|_| TimeError::NotAnInstant(text.to_owned()))
    }

    /// This instant moved by milliseconds (negative: earlier), held at the ends of the number
    /// range.
    #[must_use]
    pub fn plus_millis(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// This instant moved by minutes (negative: earlier), held at the ends of the number range.
    #[must_use]
    pub fn plus_minutes(self, minutes: i64) -> Self {
        self.plus_millis(minutes.saturating_mul(MINUTE_MS))
    }

    /// Milliseconds from `earlier` to this instant; negative when `earlier` is in fact later.
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// True when the instant has a civil date in every zone, so that no clamping takes place.
    pub fn is_civil(self) -> bool {
        Self::MIN <= self && self <= Self::MAX
    }

    fn timestamp(self) -> Timestamp {
        Timestamp::from_millisecond(self.0).unwrap_or(if self.0 < 0 { Timestamp::MIN } else { Timestamp::MAX })
    }

    fn from_timestamp(timestamp: Timestamp) -> Self {
        Self(timestamp.as_millisecond())
    }
}

/// RFC 3339 in UTC with three decimals, e.g. `2018-09-30T01:00:00.000Z`; clamped to
/// [`Instant::MIN`] and [`Instant::MAX`].
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.timestamp())
    }
}

/// A time zone by name: `Asia/Shanghai`, or a fixed distance from UTC, `fixed:-05:00`.
///
/// Stored and compared as its name; names are kept in their official spelling.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone {
    name: String,
    rules: TimeZone,
}

impl Zone {
    /// Finds a zone. Names are those of the IANA database, in any letter case; `fixed:±HH:MM` goes
    /// up to 18 hours.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let refuse = || TimeError::NotAZone(text.to_owned());
        let name = text.trim();
        if let Some(offset) = name.strip_prefix("fixed:") {
            let seconds = fixed_offset(offset).ok_or_else(refuse)?;
            let rules = TimeZone::fixed(Offset::from_seconds(seconds).map_err(|_| refuse())?);
            let sign = if seconds < 0 { '-' } else { '+' };
            let minutes = seconds.abs() / 60;
            return Ok(Self { name: format!("fixed:{sign}{:02}:{:02}", minutes / 60, minutes % 60), rules });
        }
        let rules = TimeZone::get(name).map_err(|_| refuse())?;
        // "Etc/Unknown" is jiff's stand-in for "no idea"; an office must know where it is.
        if rules.is_unknown() {
            return Err(refuse());
        }
        Ok(Self { name: rules.iana_name().unwrap_or(name).to_owned(), rules })
    }

    /// The official name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Civil date and time on the wall of an office in this zone.
    pub fn local(&self, at: Instant) -> DateTime {
        self.rules.to_datetime(at.timestamp())
    }

    /// Civil date in this zone.
    pub fn date_of(&self, at: Instant) -> Date {
        self.local(at).date()
    }

    /// The instant of a local date and time. A time skipped by a clock change moves later by the
    /// gap, a repeated one is its first occurrence, a date at the very ends of the calendar is held
    /// at [`Instant::MIN`] or [`Instant::MAX`].
    pub fn at(&self, date: Date, time: Time) -> Instant {
        match self.rules.to_timestamp(date.to_datetime(time)) {
            Ok(timestamp) => Instant::from_timestamp(timestamp),
            Err(_) if date.year() < 0 => Instant::MIN,
            Err(_) => Instant::MAX,
        }
    }

    /// 24:00 of the date: the first instant that no longer belongs to it. A deadline of a day is
    /// missed from here on.
    pub fn end_of_day(&self, date: Date) -> Instant {
        date.tomorrow().map_or(Instant::MAX, |next| self.at(next, Time::midnight()))
    }
}

fn fixed_offset(text: &str) -> Option<i32> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+')?),
    };
    let (hours, minutes) = rest.split_once(':')?;
    let two_digits = |part: &str| {
        let is_plain = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        is_plain.then(|| part.parse::<i32>().ok()).flatten()
    };
    let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
    let total = hours * 60 + minutes;
    (minutes < 60 && total <= 18 * 60).then_some(sign * total * 60)
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Zone {}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl TryFrom<String> for Zone {
    type Error = TimeError;

    fn try_from(text: String) -> Result<Self, TimeError> {
        Self::parse(&text)
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.name
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};
    use proptest::prelude::*;

    use super::*;

    fn zone(name: &str) -> Zone {
        Zone::parse(name).expect("a zone that the test names")
    }

    fn instant(text: &str) -> Instant {
        Instant::parse(text).expect("an instant that the test names")
    }

    #[test]
    fn the_ends_are_those_of_the_calendar() {
        assert_eq!(Instant::MIN.0, Timestamp::MIN.as_millisecond());
        assert_eq!(Instant::MAX.0, Timestamp::MAX.as_millisecond());
    }

    #[test]
    fn an_instant_reads_what_it_prints() {
        for text in ["2018-09-30T01:00:00.000Z", "1969-12-31T23:59:59.999Z", "0000-02-29T00:00:00.001Z"] {
            assert_eq!(instant(text).to_string(), text);
        }
        assert_eq!(instant("2018-09-30T09:00:00.5+08:00").to_string(), "2018-09-30T01:00:00.500Z");
        // Cutting off, not rounding: an event never moves into the next second, also before 1970.
        assert_eq!(instant("2018-09-30T01:00:00.9999Z").to_string(), "2018-09-30T01:00:00.999Z");
        assert_eq!(instant("1969-12-31T23:59:59.9999Z").0, -1);
    }

    #[test]
    fn what_is_not_an_instant_is_refused() {
        for text in
            ["", "2018-09-30", "2018-09-30T09:00:00", "2018-02-30T00:00:00Z", "yesterday", "12018-01-01T00:00:00Z"]
        {
            assert_eq!(Instant::parse(text), Err(TimeError::NotAnInstant(text.to_owned())));
        }
    }

    #[test]
    fn zones_by_name_and_by_offset() {
        assert_eq!(zone("asia/shanghai").name(), "Asia/Shanghai");
        assert_eq!(zone("fixed:-05:00").local(instant("2011-07-01T00:30:00Z")), date(2011, 6, 30).at(19, 30, 0, 0));
        assert_eq!(zone("fixed:-00:00").name(), "fixed:+00:00");
        for text in [
            "",
            "Asia/Nowhere",
            "fixed:5",
            "fixed:05:00",
            "fixed:+5:00",
            "fixed:+05:60",
            "fixed:+18:01",
            "fixed:+-1:00",
        ] {
            assert_eq!(Zone::parse(text), Err(TimeError::NotAZone(text.to_owned())), "{text}");
        }
    }

    #[test]
    fn a_zone_is_stored_as_its_name() {
        let json = serde_json::to_string(&zone("fixed:-05:00")).expect("a zone is a string");
        assert_eq!(json, "\"fixed:-05:00\"");
        assert_eq!(serde_json::from_str::<Zone>(&json).expect("and comes back"), zone("fixed:-05:00"));
        assert!(serde_json::from_str::<Zone>("\"Asia/Nowhere\"").is_err());
        assert_eq!(serde_json::to_string(&Instant(5)).expect("a number"), "5");
    }

    #[test]
    fn skipped_and_repeated_local_times_are_resolved() {
        let boston = zone("America/New_York");
        // 02:30 did not exist on 2011-03-13; 01:30 happened twice on 2011-11-06 and means the
        // first.
        assert_eq!(boston.at(date(2011, 3, 13), time(2, 30, 0, 0)), instant("2011-03-13T03:30:00-04:00"));
        assert_eq!(boston.at(date(2011, 11, 6), time(1, 30, 0, 0)), instant("2011-11-06T01:30:00-04:00"));
        // Midnight itself was skipped in São Paulo: the day ends where the next one begins, at
        // 01:00.
        let sao_paulo = zone("America/Sao_Paulo");
        assert_eq!(sao_paulo.end_of_day(date(2018, 11, 3)), instant("2018-11-04T01:00:00-02:00"));
        // Shanghai had summer time in 1991: 24 hours are not always a day, 24:00 is always its end.
        let shanghai = zone("Asia/Shanghai");
        assert_eq!(shanghai.end_of_day(date(1991, 4, 13)), instant("1991-04-13T16:00:00Z"));
        assert_eq!(shanghai.end_of_day(date(1991, 4, 14)), instant("1991-04-14T15:00:00Z"));
    }

    fn any_zone() -> impl Strategy<Value = Zone> {
        prop::sample::select(vec![
            "Asia/Shanghai",
            "UTC",
            "America/New_York",
            "America/Sao_Paulo",
            "Pacific/Apia",
            "Asia/Kathmandu",
            "Australia/Lord_Howe",
            "Africa/Casablanca",
            "fixed:-05:00",
            "fixed:+18:00",
            "fixed:-18:00",
        ])
        .prop_map(zone)
    }

    proptest! {
        #[test]
        fn nothing_panics_whatever_the_number(zone in any_zone(), ms in any::<i64>()) {
            let at = Instant(ms);
            let date = zone.date_of(at);
            let _ = (at.to_string(), zone.end_of_day(date), zone.at(date, zone.local(at).time()));
            let _ = (at.plus_minutes(ms), at.since(Instant(ms.wrapping_neg())));
        }

        #[test]
        fn every_date_ends_after_it_began(zone in any_zone(), day in -4_371_000i32..2_932_000) {
            let date = Date::constant(1970, 1, 1).saturating_add(jiff::Span::new().days(day));
            let begin = zone.at(date, Time::midnight());
            let end = zone.end_of_day(date);
            prop_assert!(end >= begin);
            prop_assert!(zone.date_of(end) > date);
            // Samoa left out 2011-12-30 altogether, so the last millisecond may belong to an
            // earlier date.
            prop_assert!(zone.date_of(end.plus_millis(-1)) <= date);
        }

        #[test]
        fn parsing_undoes_printing(ms in Instant::MIN.0..=Instant::MAX.0) {
            prop_assert_eq!(Instant::parse(&Instant(ms).to_string()), Ok(Instant(ms)));
        }
    }
}
