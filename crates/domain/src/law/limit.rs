//! A limit: how long something may take, as a number and a unit.
//!
//! Written `5wd` (working days), `7cd` (calendar days) or `24h` (clock hours) in rules, procedures
//! and files. A limit does not know when it starts nor which days are worked; `deadline` joins it
//! with both.
//!
//! ```
//! use yixian_domain::limit::{Limit, LimitUnit};
//! let limit: Limit = "5wd".parse().unwrap();
//! assert_eq!((limit.n(), limit.unit()), (5, LimitUnit::WorkingDays));
//! assert_eq!(limit.to_string(), "5wd");
//! ```

use crate::base::codes::codes;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

codes! {
    /// What the number of a limit counts.
    LimitUnit {
        /// Working days of the calendar in force, make-up workdays included (工作日).
        WorkingDays = "working-days",
        /// Calendar days (自然日).
        CalendarDays = "calendar-days",
        /// Hours of the clock, running through nights and holidays.
        Hours = "hours",
    }
}

impl LimitUnit {
    /// The letters after the number.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::WorkingDays => "wd",
            Self::CalendarDays => "cd",
            Self::Hours => "h",
        }
    }
}

/// Why a text or a number is not a limit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LimitError {
    /// Not a number followed by `wd`, `cd` or `h`.
    #[error("not a limit (5wd, 7cd or 24h is wanted): {0}")]
    Unreadable(String),
    /// Nothing can be done in no time.
    #[error("a limit must be at least 1")]
    Zero,
    /// Beyond [`Limit::MAX`]; certainly a slip of the pen.
    #[error("a limit of {0} is too long: at most {max} is allowed", max = Limit::MAX)]
    TooLong(u64),
}

/// A number from 1 to [`Limit::MAX`] and its unit. Serialised as its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Limit {
    n: u32,
    unit: LimitUnit,
}

impl Limit {
    /// The longest limit in any unit: a century of hours, nearly four millennia of working days.
    pub const MAX: u32 = 1_000_000;

    /// A limit of `n` units.
    pub fn new(n: u32, unit: LimitUnit) -> Result<Self, LimitError> {
        match n {
            0 => Err(LimitError::Zero),
            1..=Self::MAX => Ok(Self { n, unit }),
            _ => Err(LimitError::TooLong(n.into())),
        }
    }

    /// The number, 1 to [`Limit::MAX`].
    pub fn n(self) -> u32 {
        self.n
    }

    /// What the number counts.
    pub fn unit(self) -> LimitUnit {
        self.unit
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.n, self.unit.suffix())
    }
}

impl FromStr for Limit {
    type Err = LimitError;

    fn from_str(text: &str) -> Result<Self, LimitError> {
        let unreadable = || LimitError::Unreadable(text.to_owned());
        let trimmed = text.trim();
        let digits = trimmed.bytes().take_while(u8::is_ascii_digit).count();
        let (number, suffix) = trimmed.split_at(digits);
        let unit = [LimitUnit::WorkingDays, LimitUnit::CalendarDays, LimitUnit::Hours]
            .into_iter()
            .find(|unit| unit.suffix() == suffix.trim_start())
            .ok_or_else(unreadable)?;
        if number.is_empty() {
            return Err(unreadable());
        }
        // More digits than u64 holds is "too long" as well, not unreadable.
        let n: u64 = number.parse().unwrap_or(u64::MAX);
        Self::new(u32::try_from(n).map_err(|_| LimitError::TooLong(n))?, unit)
    }
}

impl TryFrom<String> for Limit {
    type Error = LimitError;

    fn try_from(text: String) -> Result<Self, LimitError> {
        text.parse()
    }
}

impl From<Limit> for String {
    fn from(limit: Limit) -> Self {
        limit.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts_and_limits_correspond() {
        for (text, n, unit) in [
            ("5wd", 5, LimitUnit::WorkingDays),
            ("7cd", 7, LimitUnit::CalendarDays),
            ("24h", 24, LimitUnit::Hours),
            ("1000000wd", 1_000_000, LimitUnit::WorkingDays),
        ] {
            let limit = Limit::new(n, unit).expect("within bounds");
            assert_eq!(text.parse(), Ok(limit));
            assert_eq!(limit.to_string(), text);
            assert_eq!(serde_json::to_string(&limit).expect("a string"), format!("\"{text}\""));
        }
        assert_eq!(" 5 wd ".parse(), Limit::new(5, LimitUnit::WorkingDays));
    }

    #[test]
    fn what_is_not_a_limit_is_refused_in_words() {
        for text in ["", "5", "wd", "5 days", "-5wd", "+5wd", "5.5h", "5WD", "五wd", "5wd wd"] {
            assert_eq!(text.parse::<Limit>(), Err(LimitError::Unreadable(text.to_owned())));
        }
        assert_eq!("0h".parse::<Limit>(), Err(LimitError::Zero));
        assert_eq!(Limit::new(u32::MAX, LimitUnit::Hours), Err(LimitError::TooLong(u32::MAX.into())));
        assert_eq!("4294967296wd".parse::<Limit>(), Err(LimitError::TooLong(1 << 32)));
        assert_eq!("99999999999999999999wd".parse::<Limit>(), Err(LimitError::TooLong(u64::MAX)));
        let words = LimitError::TooLong(2_000_000).to_string();
        assert_eq!(words, "a limit of 2000000 is too long: at most 1000000 is allowed");
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".*") {
            let _ = text.parse::<Limit>();
        }
    }
}
