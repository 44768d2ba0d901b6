//! How numbers, spans and names are told, the same on every page: thousands apart, a period in words, a unit in the
//! reader's language. It knows no page and no list.

use crate::door::say::{Lang, Say};
use yixian_domain::duty::IsoWeek;
use yixian_domain::figure::Period;
use yixian_domain::time::{Date, Instant};

/// A whole number with its thousands told apart.
pub fn digits(n: u64) -> String {
    let plain = n.to_string();
    let mut out = String::new();
    for (i, c) in plain.chars().enumerate() {
        if i > 0 && (plain.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// The same for a number that may lie below nothing.
pub fn digits_signed(n: i64) -> String {
    if n < 0 { format!("−{}", digits(n.unsigned_abs())) } else { digits(n.unsigned_abs()) }
}

/// A period in words.
pub fn period_words(say: &Say, period: Period) -> String {
    let text = period.to_string();
    match text.len() {
        4 => say.t1("period-year", "y", text),
        7 => {
            let month = say.t(&format!("month-{}", period.first().month()));
            say.t2("period-month", ("y", period.first().year().to_string()), ("m", month))
        }
        10 => say.day(period.first()),
        _ => say.t2("period-days", ("from", say.day(period.first())), ("to", say.day(period.last()))),
    }
}

/// A unit's name in the reader's language.
pub fn unit_name(say: &Say, u: &yixian_domain::org::Unit) -> String {
    say.named(&u.name, u.name_en.as_deref())
}

/// A count as lists tell it: exact up to a thousand.
pub fn count(say: &Say, n: i64) -> String {
    if n > yixian_app::matters::COUNT_LIMIT { say.t("count-many") } else { n.to_string() }
}

/// The moment a visit began, for those who are told since when.
pub fn since(say: &Say, at: Instant) -> String {
    say.t1("visit-elapsed", "span", say.span(say.now().0 - at.0))
}

/// A week as people name it: `第39周（9.24–9.30）`. The year only where it is another than this one.
pub fn week_words(say: &Say, week: IsoWeek) -> String {
    let day = |d: Date| match say.lang() {
        Lang::Zh => format!("{}.{}", d.month(), d.day()),
        Lang::En => format!("{} {}", d.day(), say.t(&format!("month-{}", d.month()))),
    };
    let span = format!("{}–{}", day(week.monday()), day(week.sunday()));
    let words = say.t2("week-of", ("n", i64::from(week.number())), ("span", span));
    if week.year() == IsoWeek::of(say.today()).year() {
        words
    } else {
        say.t2("week-of-year", ("year", week.year().to_string()), ("week", words))
    }
}

#[cfg(test)]
mod tests {
    use super::digits;

    #[test]
    fn thousands_are_told_apart() {
        for (n, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (58_251, "58,251"), (1_234_567, "1,234,567")] {
            assert_eq!(digits(n), text);
        }
    }
}
