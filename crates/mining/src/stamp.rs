//! Dates of event logs as microseconds since 1970: ISO 8601 in the spellings that logs really use, or a pattern that a
//! map names. Knows no file.

use jiff::fmt::strtime;
use yixian_domain::time::Zone;

/// An instant as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Microseconds since 1970-01-01T00:00:00 of the clock it was read from.
    pub wall: i64,
    /// How far that clock is ahead of UTC, seconds, where it says so.
    pub ahead: Option<i32>,
}

fn two(bytes: &[u8]) -> Option<i64> {
    match bytes {
        [a @ b'0'..=b'9', b @ b'0'..=b'9', ..] => Some(i64::from(a - b'0') * 10 + i64::from(b - b'0')),
        _ => None,
    }
}

/// Days from 1970-01-01 to a date of the proleptic Gregorian calendar (Hinnant, "chrono-compatible low-level date
/// algorithms", `days_from_civil`).
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    if !(1..=longest).contains(&day) {
        return None;
    }
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let of_era = y.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

impl Stamp {
    /// Reads `2011-12-06T13:41:31.788000+01:00` and its like: `T` or a space, seconds and fraction optional (digits
    /// after the sixth are dropped), `Z`, `+01:00`, `+0100`, `+01` or nothing.
    pub fn parse(text: &str) -> Option<Stamp> {
        let b = text.trim().as_bytes();
        let year = two(b)? * 100 + two(b.get(2..)?)?;
        let &[b'-', _, _, b'-', ..] = b.get(4..)? else { return None };
        let day = days(year, two(&b[5..])?, two(b.get(8..)?)?)?;
        let mut wall = day * 86_400;
        let mut rest = &b[10..];
        let mut micros = 0;
        if let [b'T' | b't' | b' ', clock @ ..] = rest {
            let (hour, minute) = (two(clock)?, two(clock.get(3..)?)?);
            if clock[2] != b':' || hour > 23 || minute > 59 {
                return None;
            }
            wall += hour * 3_600 + minute * 60;
            rest = &clock[5..];
            if let [b':', seconds @ ..] = rest {
                let second = two(seconds)?;
                // A leap second is the first of the next minute.
                if second > 60 {
                    return None;
                }
                wall += second;
                rest = &seconds[2..];
                if let [b'.' | b',', fraction @ ..] = rest {
                    let digits = fraction.iter().take_while(|c| c.is_ascii_digit()).count();
                    if digits == 0 {
                        return None;
                    }
                    let padded = fraction[..digits].iter().copied().chain(std::iter::repeat(b'0'));
                    micros = padded.take(6).fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
                    rest = &fraction[digits..];
                }
            }
        }
        let ahead = match rest.trim_ascii_start() {
            [] => None,
            b"Z" | b"z" => Some(0),
            [sign @ (b'+' | b'-'), offset @ ..] => {
                let minutes = match offset {
                    [_, _] => 0,
                    [_, _, b':', minutes @ ..] | [_, _, minutes @ ..] if minutes.len() == 2 => two(minutes)?,
                    _ => return None,
                };
                let seconds = two(offset)? * 3_600 + minutes * 60;
                Some(if *sign == b'-' { -seconds } else { seconds } as i32)
            }
            _ => return None,
        };
        Some(Stamp { wall: wall * 1_000_000 + micros, ahead })
    }

    /// Reads by a strftime pattern.
    pub fn parse_as(pattern: &str, text: &str) -> Option<Stamp> {
        let parts = strtime::parse(pattern, text.trim()).ok()?;
        let wall = match parts.to_datetime() {
            Ok(both) => both,
            Err(_) => parts.to_date().ok()?.at(0, 0, 0, 0),
        };
        let since = wall.duration_since(jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0));
        Some(Stamp {
            wall: i64::try_from(since.as_micros()).ok()?,
            ahead: parts.offset().map(jiff::tz::Offset::seconds),
        })
    }

    /// Microseconds since 1970-01-01T00:00:00Z; a clock that says no zone stood in `zone`, in UTC where none is given.
    pub fn micros(self, zone: Option<&Zone>) -> i64 {
        match (self.ahead, zone) {
            (Some(seconds), _) => self.wall - i64::from(seconds) * 1_000_000,
            (None, None) => self.wall,
            (None, Some(zone)) => {
                let since = jiff::SignedDuration::from_micros(self.wall);
                match jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0).checked_add(since) {
                    Ok(local) => zone.at(local.date(), local.time()).0 * 1_000 + self.wall.rem_euclid(1_000),
                    Err(_) => self.wall,
                }
            }
        }
    }
}

/// An instant as RFC 3339 in UTC, with six digits of fraction where it has any.
pub fn rfc3339(micros: i64) -> String {
    match jiff::Timestamp::from_microsecond(micros) {
        Ok(at) if micros.rem_euclid(1_000_000) == 0 => at.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string(),
        Ok(at) => at.strftime("%Y-%m-%dT%H:%M:%S.%6f+00:00").to_string(),
        Err(_) => format!("{micros} µs"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dates_read_in_all_their_spellings() {
        let micros = |text: &str| Stamp::parse(text).map(|s| s.micros(None));
        let noon = 1_323_175_291_788_000;
        for text in [
            "2011-12-06T13:41:31.788+01:00",
            "2011-12-06 13:41:31.788000+01:00",
            "2011-12-06T12:41:31.788Z",
            "2011-12-06T12:41:31,788",
            "2011-12-06T13:41:31.788000999+0100",
            "2011-12-06t13:41:31.788 +01",
            " 2011-12-06T12:41:31.788-00:00 ",
        ] {
            assert_eq!(micros(text), Some(noon), "{text}");
        }
        assert_eq!(micros("1948-01-01"), Some(-694_310_400_000_000));
        assert_eq!(micros("1948-01-01T00:00"), micros("1948-01-01"));
        for text in [
            "",
            "2011",
            "2011-13-01",
            "2011-02-29",
            "2011-12-06T25:00",
            "2011-12-06T10:00:00.",
            "2011-12-06X",
            "2011-12-06T10:00+1",
            "ü011-12-06",
        ] {
            assert_eq!(micros(text), None, "{text}");
        }
        assert_eq!(
            Stamp::parse_as("%d.%m.%Y %H:%M", "06.12.2011 12:41").map(|s| s.micros(None)),
            Some(1_323_175_260_000_000)
        );
        let shanghai = Zone::parse("Asia/Shanghai").expect("a zone");
        assert_eq!(
            Stamp::parse_as("%d/%m/%Y", "06/12/2011").map(|s| s.micros(Some(&shanghai))),
            Some(1_323_100_800_000_000)
        );
        assert_eq!(rfc3339(noon), "2011-12-06T12:41:31.788000+00:00");
        assert_eq!(rfc3339(-694_310_400_000_000), "1948-01-01T00:00:00+00:00");
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(micros in -62_000_000_000_000_000_i64..250_000_000_000_000_000) {
            let text = rfc3339(micros);
            prop_assert_eq!(Stamp::parse(&text).map(|s| s.micros(None)), Some(micros));
            let by_library: jiff::Timestamp = text.parse().expect("RFC 3339");
            prop_assert_eq!(by_library.as_microsecond(), micros);
        }

        #[test]
        fn nothing_panics(text in "\\PC{0,40}") { let _ = Stamp::parse(&text); }
    }
}
