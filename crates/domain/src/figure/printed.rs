//! A number as it was printed: `3,600`, `84 公里`, `≥ 96 %`, `20+`, `2018-05-23`. It says whether what was counted agrees with it,
//! to as many decimals as were printed.

use crate::base::fold::plain;
use crate::base::time::Date;
use serde::Serialize;

/// What a figure told: its number in the definition's unit, or a day.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Told {
    /// A number, not rounded.
    Number(f64),
    /// A day of the calendar.
    Day(Date),
}

/// A number that was printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Printed {
    /// So much, in units of its last printed decimal.
    Exactly {
        /// Without its point.
        digits: i64,
        /// Digits behind the point.
        decimals: u32,
    },
    /// No less than that: `≥ 96`, `20+`, `30余`.
    AtLeast {
        /// Without its point.
        digits: i64,
        /// Digits behind the point.
        decimals: u32,
    },
    /// A day.
    Day(Date),
}

/// Most decimals that are read.
const MOST_DECIMALS: usize = 6;

impl Printed {
    /// Reads what was printed; none where it is no number and no day.
    pub fn parse(text: &str) -> Option<Printed> {
        let text = plain(text);
        let text = text.trim();
        if let Ok(day) = text.parse::<Date>() {
            return Some(Printed::Day(day));
        }
        let (text, floor) = match text.strip_prefix('≥').or_else(|| text.strip_prefix(">=")) {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        // A sign behind the number is the unit's, and says nothing of how much.
        let text = text.trim().trim_end_matches(|c: char| c == '%' || c.is_alphabetic() && c != '余' || c == ' ');
        let (text, more) = match text.strip_suffix('+').or_else(|| text.strip_suffix('余')) {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        let text: String = text.chars().filter(|c| !matches!(c, ',' | ' ')).collect();
        let (sign, text) = text.strip_prefix('-').map_or((1, text.as_str()), |rest| (-1, rest));
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        let readable = !whole.is_empty()
            && whole.len() <= 12
            && all_digits(whole)
            && part.len() <= MOST_DECIMALS
            && all_digits(part)
            && !text.ends_with('.');
        if !readable {
            return None;
        }
        let digits = sign * format!("{whole}{part}").parse::<i64>().ok()?;
        let decimals = part.len() as u32;
        Some(if floor || more { Printed::AtLeast { digits, decimals } } else { Printed::Exactly { digits, decimals } })
    }

    /// Whether what was counted is what was printed, rounded to what was printed.
    pub fn agrees(self, told: Option<Told>) -> bool {
        match (self, told) {
            (Printed::Exactly { digits, decimals }, Some(Told::Number(n))) => in_last_decimals(n, decimals) == digits,
            (Printed::AtLeast { digits, decimals }, Some(Told::Number(n))) => {
                // Never rounded up to what was promised.
                n * 10f64.powi(decimals as i32) + NOISE >= digits as f64
            }
            (Printed::Day(day), Some(Told::Day(told))) => day == told,
            (Printed::Exactly { .. } | Printed::AtLeast { .. } | Printed::Day(_), _) => false,
        }
    }
}

/// By how much binary fractions may miss a decimal one.
const NOISE: f64 = 1e-6;

/// Rounded half up in the last printed decimal.
fn in_last_decimals(n: f64, decimals: u32) -> i64 {
    (n * 10f64.powi(decimals as i32) + 0.5 + NOISE).floor() as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn numbers_are_read_as_they_are_printed() {
        let exactly = |digits, decimals| Some(Printed::Exactly { digits, decimals });
        let at_least = |digits, decimals| Some(Printed::AtLeast { digits, decimals });
        for (text, read) in [
            ("3,600", exactly(3_600, 0)),
            ("３６００次", exactly(3_600, 0)),
            ("5.09 天", exactly(509, 2)),
            ("84.0", exactly(840, 1)),
            ("-2", exactly(-2, 0)),
            ("96.3%", exactly(963, 1)),
            ("≥ 96 %", at_least(96, 0)),
            (">=96", at_least(96, 0)),
            ("20+", at_least(20, 0)),
            ("30余项", at_least(30, 0)),
            ("2018-05-23", Some(Printed::Day(date(2018, 5, 23)))),
            ("", None),
            ("很多", None),
            ("5.", None),
            ("1.2.3", None),
            ("约20", None),
            ("0.1234567", None),
        ] {
            assert_eq!(Printed::parse(text), read, "{text}");
        }
    }

    #[test]
    fn what_was_counted_agrees_to_the_printed_decimals() {
        let number = |n| Some(Told::Number(n));
        for (text, told, agrees) in [
            ("3,600", number(3_600.0), true),
            ("3,600", number(3_599.0), false),
            ("5.09", number(5.090_018_75), true),
            ("5.09", number(5.085), true),
            ("5.09", number(5.084_9), false),
            ("5.09", number(5.095), false),
            ("84", number(84.0), true),
            ("≥ 96", number(97.15), true),
            ("≥ 96", number(95.99), false),
            ("96", number(96.6), false),
            ("20+", number(20.0), true),
            ("20+", number(19.9), false),
            ("0", None, false),
            ("2018-05-23", Some(Told::Day(date(2018, 5, 23))), true),
            ("2018-05-23", Some(Told::Day(date(2018, 5, 24))), false),
            ("2018-05-23", number(23.0), false),
            ("23", Some(Told::Day(date(2018, 5, 23))), false),
        ] {
            assert_eq!(Printed::parse(text).expect(text).agrees(told), agrees, "{text} {told:?}");
        }
    }
}
