//! Values that customers and counters type: capacity, phone, credit code, money. Each is read or refused in the field's
//! words; nothing is guessed. Full-width digits are read, Chinese numerals are not.

use super::fold::{dialled, plain};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a typed value cannot be taken. The code is stable; catalogues word it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueFault {
    /// No number, as `一百` or `about 50`.
    #[error("not a number of kilowatts: {0}")]
    CapacityNotANumber(String),
    /// Zero or less.
    #[error("a capacity is more than 0 kW, not {0}")]
    CapacityNotPositive(String),
    /// Finer than a watt.
    #[error("a capacity has at most three decimals: {0}")]
    CapacityTooFine(String),
    /// More than [`Capacity::MAX_KW`].
    #[error("a capacity of {0} kW is certainly a slip of the pen")]
    CapacityTooLarge(String),
    /// Neither a mobile number nor a landline with its area code.
    #[error("a phone has 11 digits (mobile) or an area code; this has {digits}")]
    Phone {
        /// Digits that were typed.
        digits: usize,
    },
    /// A message reaches mobile phones only.
    #[error("a code is sent to a mobile phone; this is a landline")]
    NotMobile,
    /// Not 18 characters of the code's alphabet.
    #[error("a unified social credit code has 18 digits and letters (no I, O, S, V, Z)")]
    CreditCode,
    /// The last character does not fit the others (GB 32100-2015).
    #[error("the credit code's check character does not fit; look at it again")]
    CreditCodeCheck,
    /// No amount of money.
    #[error("not an amount of yuan: {0}")]
    Money(String),
}

impl ValueFault {
    /// Stable code; the catalogue key is `invalid-` + code with `-` for `_`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::CapacityNotANumber(_) => "capacity_not_a_number",
            Self::CapacityNotPositive(_) => "capacity_not_positive",
            Self::CapacityTooFine(_) => "capacity_too_fine",
            Self::CapacityTooLarge(_) => "capacity_too_large",
            Self::Phone { .. } => "phone",
            Self::NotMobile => "phone_not_mobile",
            Self::CreditCode => "credit_code",
            Self::CreditCodeCheck => "credit_code_check",
            Self::Money(_) => "money",
        }
    }
    /// What a message may quote.
    pub fn detail(&self) -> String {
        match self {
            Self::CapacityNotANumber(t)
            | Self::CapacityNotPositive(t)
            | Self::CapacityTooFine(t)
            | Self::CapacityTooLarge(t)
            | Self::Money(t) => t.clone(),
            Self::Phone { digits } => digits.to_string(),
            _ => String::new(),
        }
    }
}

enum Decimal {
    Not,
    TooFine,
    Thousandths(i64),
}

/// A decimal in thousandths.
fn decimal(text: &str) -> Decimal {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 12 || !all_digits(whole) || !all_digits(part) {
        return Decimal::Not;
    }
    let part = part.trim_end_matches('0');
    if part.len() > 3 {
        return Decimal::TooFine;
    }
    let thousandths = format!("{whole}{part:0<3}").parse::<i64>();
    thousandths.map_or(Decimal::Not, |n| Decimal::Thousandths(sign * n))
}

/// A decimal of at most three places in thousandths, `41.5`, `-0.125`, `４１`; none of anything else.
pub fn thousandths(text: &str) -> Option<i64> {
    match decimal(plain(text).trim()) {
        Decimal::Thousandths(n) => Some(n),
        Decimal::Not | Decimal::TooFine => None,
    }
}

/// Power, in watts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Capacity(i64);

impl Capacity {
    /// Largest that is read, kW.
    pub const MAX_KW: i64 = 1_000_000;
    /// So many kilowatts.
    pub const fn kw(n: i64) -> Self {
        Self(n * 1_000)
    }
    /// So many watts, as stored.
    pub const fn watts(n: i64) -> Self {
        Self(n)
    }
    /// In watts.
    pub const fn in_watts(self) -> i64 {
        self.0
    }
    /// Together with another.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
    /// Reads `160`, `7.5 kW`, `１００千瓦`.
    pub fn parse(text: &str) -> Result<Self, ValueFault> {
        let typed = text.trim().to_owned();
        let p = plain(text);
        let lower = p.to_lowercase();
        let number = ["kw", "kva", "千瓦", "千伏安"]
            .iter()
            .find_map(|unit| lower.strip_suffix(unit))
            .unwrap_or(&lower)
            .trim_end();
        match decimal(number) {
            Decimal::Not => Err(ValueFault::CapacityNotANumber(typed)),
            Decimal::TooFine => Err(ValueFault::CapacityTooFine(typed)),
            Decimal::Thousandths(n) if n <= 0 => Err(ValueFault::CapacityNotPositive(typed)),
            Decimal::Thousandths(n) if n > Self::MAX_KW * 1_000 => Err(ValueFault::CapacityTooLarge(typed)),
            Decimal::Thousandths(n) => Ok(Self(n)),
        }
    }
}

/// Kilowatts without needless zeros, `7.5`.
impl fmt::Display for Capacity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.0 / 1_000, (self.0 % 1_000).abs());
        if part == 0 {
            write!(f, "{whole}")
        } else {
            write!(f, "{whole}.{}", format!("{part:03}").trim_end_matches('0'))
        }
    }
}

/// Money, in fen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(pub i64);

impl Money {
    /// So many yuan.
    pub const fn yuan(n: i64) -> Self {
        Self(n * 100)
    }
    /// Reads `1200`, `1,200.50 元`; nothing negative.
    pub fn parse(text: &str) -> Result<Self, ValueFault> {
        let typed = || ValueFault::Money(text.trim().to_owned());
        let p = plain(text).replace(',', "");
        match decimal(p.strip_suffix('元').unwrap_or(&p).trim()) {
            Decimal::Thousandths(n) if n >= 0 && n % 10 == 0 => Ok(Self(n / 10)),
            _ => Err(typed()),
        }
    }
}

/// Yuan, `1200` or `1200.50`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (yuan, fen) = (self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100);
        if fen == 0 { write!(f, "{sign}{yuan}") } else { write!(f, "{sign}{yuan}.{fen:02}") }
    }
}

/// A phone of mainland China: digits only.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Phone(String);

impl Phone {
    /// Reads a mobile number (11 digits from 13 to 19) or a landline with its area code; `+86`, blanks and hyphens fall away.
    pub fn parse(text: &str) -> Result<Self, ValueFault> {
        let p = dialled(text);
        let p = p.strip_prefix("+86").or_else(|| p.strip_prefix("0086")).unwrap_or(&p);
        let digits = p.chars().filter(char::is_ascii_digit).count();
        let fault = ValueFault::Phone { digits };
        if digits != p.chars().count() {
            return Err(fault);
        }
        let mobile =
            digits == 11 && p.starts_with('1') && p.as_bytes().get(1).is_some_and(|b| (b'3'..=b'9').contains(b));
        let landline = (11..=12).contains(&digits) && p.starts_with('0') && !p.starts_with("00");
        if mobile || landline { Ok(Self(p.to_owned())) } else { Err(fault) }
    }
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// Whether a message can reach it.
    pub fn is_mobile(&self) -> bool {
        self.0.starts_with('1')
    }
    /// The last four digits, which the customer's link asks for.
    pub fn last_four(&self) -> &str {
        &self.0[self.0.len() - 4..]
    }
}

/// Unified social credit code 统一社会信用代码.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CreditCode(String);

/// Characters of the code in the order of their values (GB 32100-2015, table 1).
const ALPHABET: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

impl CreditCode {
    /// Reads and checks a code: 18 characters, the last is the check character of the 17 before it (weights 3ⁱ mod 31).
    pub fn parse(text: &str) -> Result<Self, ValueFault> {
        let code: String = plain(text).chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
        let values: Option<Vec<u64>> =
            code.bytes().map(|b| ALPHABET.iter().position(|a| *a == b).map(|v| v as u64)).collect();
        let values = values.filter(|v| v.len() == 18).ok_or(ValueFault::CreditCode)?;
        if values[17] == check(&values[..17]) { Ok(Self(code)) } else { Err(ValueFault::CreditCodeCheck) }
    }
    /// The code whose first 17 characters are given; none when they are not of the alphabet.
    pub fn complete(first: &str) -> Option<Self> {
        let values: Option<Vec<u64>> =
            first.bytes().map(|b| ALPHABET.iter().position(|a| *a == b).map(|v| v as u64)).collect();
        let values = values.filter(|v| v.len() == 17)?;
        Some(Self(format!("{first}{}", char::from(ALPHABET[check(&values) as usize]))))
    }
    /// The 18 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn check(values: &[u64]) -> u64 {
    let mut weight = 1;
    let sum: u64 = values
        .iter()
        .map(|v| {
            let term = v * weight;
            weight = weight * 3 % 31;
            term
        })
        .sum();
    (31 - sum % 31) % 31
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_is_read_as_it_is_written() {
        for (text, n) in [
            ("41", Some(41_000)),
            ("41.5", Some(41_500)),
            (" 0.125 ", Some(125)),
            ("-3.5", Some(-3_500)),
            ("1.2345", None),
            ("很多", None),
            ("", None),
        ] {
            assert_eq!(thousandths(text), n, "{text}");
        }
    }

    #[test]
    fn capacities_are_read_or_refused_in_words() {
        for (text, watts) in [
            ("160", 160_000),
            (" 7.5 kW", 7_500),
            ("１００千瓦", 100_000),
            ("0.001", 1),
            ("160.000", 160_000),
            ("200kVA", 200_000),
        ] {
            assert_eq!(Capacity::parse(text), Ok(Capacity::watts(watts)), "{text}");
        }
        for (text, code) in [
            ("-5", "capacity_not_positive"),
            ("0", "capacity_not_positive"),
            ("160.0001", "capacity_too_fine"),
            ("一百", "capacity_not_a_number"),
            ("", "capacity_not_a_number"),
            ("1e3", "capacity_not_a_number"),
            ("16O", "capacity_not_a_number"),
            ("1000001", "capacity_too_large"),
            ("1.2.3", "capacity_not_a_number"),
        ] {
            assert_eq!(Capacity::parse(text).map_err(|e| e.code()), Err(code), "{text}");
        }
        assert_eq!(Capacity::watts(7_500).to_string(), "7.5");
        assert_eq!(Capacity::kw(160).to_string(), "160");
    }

    #[test]
    fn phones_have_eleven_digits_or_an_area_code() {
        for (text, kept) in [
            ("138 0013 8000", "13800138000"),
            ("+86-139-1234-5678", "13912345678"),
            ("010-63121234", "01063121234"),
            ("１３８００１３８０００", "13800138000"),
        ] {
            assert_eq!(Phone::parse(text).expect(text).as_str(), kept);
        }
        for text in ["1380013800", "12800138000", "138001380001", "abc", "", "63121234", "0063121234"] {
            assert!(matches!(Phone::parse(text), Err(ValueFault::Phone { .. })), "{text}");
        }
        assert_eq!(Phone::parse("13800138000").expect("a phone").last_four(), "8000");
        assert!(!Phone::parse("01063121234").expect("a phone").is_mobile());
    }

    #[test]
    fn a_credit_code_fits_its_check_character() {
        // Codes that companies print on their own pages.
        for code in ["91350100M000100Y43", "91330100799655058B", "9144030071526726XG", "914403001922038216"] {
            assert_eq!(CreditCode::parse(code).map(|c| c.0), Ok(code.to_owned()));
        }
        assert_eq!(CreditCode::parse("91350100M000100Y42"), Err(ValueFault::CreditCodeCheck));
        for code in ["9135010000010043", "91350100M000100I43", "", "91350100M000100Y433"] {
            assert_eq!(CreditCode::parse(code), Err(ValueFault::CreditCode), "{code}");
        }
    }

    #[test]
    fn money_is_yuan_and_fen() {
        assert_eq!(Money::parse("1,200.50 元"), Ok(Money(120_050)));
        assert_eq!(Money(120_050).to_string(), "1200.50");
        for text in ["-1", "1.005", "一万", ""] {
            assert!(Money::parse(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read(watts in 1i64..=1_000_000_000) {
            prop_assert_eq!(Capacity::parse(&Capacity::watts(watts).to_string()), Ok(Capacity::watts(watts)));
        }
        #[test]
        fn a_slip_in_a_credit_code_is_seen(first in "9[1-3][0-9]{6}[0-9A-H]{9}", at in 0usize..17, by in 1usize..31) {
            let code = CreditCode::complete(&first).expect("of the alphabet");
            let mut bytes = code.0.clone().into_bytes();
            let value = ALPHABET.iter().position(|a| *a == bytes[at]).expect("of the alphabet");
            bytes[at] = ALPHABET[(value + by) % 31];
            prop_assert_eq!(CreditCode::parse(&String::from_utf8(bytes).expect("ASCII")), Err(ValueFault::CreditCodeCheck));
        }
        #[test]
        fn no_text_panics(text in ".*") {
            let _ = (Capacity::parse(&text), Phone::parse(&text), CreditCode::parse(&text), Money::parse(&text));
        }
    }
}
