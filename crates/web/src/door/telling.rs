//! How numbers, spans and names are told, the same on every page: thousands apart, a period in words, a unit in the
//! reader's language. It knows no page and no list.

use crate::door::say::{Lang, Say};
use yixian_app::read::Directory;
use yixian_domain::document::DocumentKind;
use yixian_domain::duty::IsoWeek;
use yixian_domain::figure::{Definition, Dimension, Part, Period, Question, Shape, Told, Unit};
use yixian_domain::outage::NetworkLevel;
use yixian_domain::part::MeasureClass;
use yixian_domain::partner::PartnerRole;
use yixian_domain::time::{Date, Instant};
use yixian_domain::visit::VisitType;

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

/// What a figure tells, as people write it: counts in groups of three digits, shares, lengths and months with one decimal, means with two.
pub fn told_text(d: &Definition, part: Part, told: Told) -> String {
    let n = match told {
        Told::Day(day) => return day.to_string(),
        Told::Number(n) => n,
    };
    match (part, d.shape) {
        (Part::Numerator | Part::Denominator, _) | (_, Shape::Count) => digits(n as u64),
        (_, Shape::Rate) => format!("{n:.1}"),
        _ if matches!(d.unit, Unit::Kilometres | Unit::Months | Unit::PercentOfLength) => format!("{n:.1}"),
        _ => measured(d.unit, n),
    }
}

/// A measure as it is printed: shares of a customer are small, and a supply is told apart by its last decimals.
pub fn measured(unit: Unit, n: f64) -> String {
    match unit {
        Unit::TimesPerCustomer | Unit::PercentOfTime => format!("{n:.4}"),
        _ => format!("{n:.2}"),
    }
}

/// What a reader calls one of the closed lists of a dimension.
pub fn code_label(say: &Say, by: Dimension, code: &str) -> String {
    match by {
        Dimension::Level if NetworkLevel::parse(code).is_some() => say.of("network-level", code),
        Dimension::Level => say.of("level", code),
        Dimension::Class if MeasureClass::parse(code).is_some() => say.of("measure-class", code),
        Dimension::Class => say.of("class", code),
        // What sits in a conference and is no role of a partner.
        Dimension::Role if PartnerRole::parse(code).is_none() => say.of("seating", code),
        Dimension::Role => say.of("partner-role", code),
        Dimension::Kind if DocumentKind::parse(code).is_some() => say.of("document-kind", code),
        Dimension::Kind if VisitType::parse(code).is_some() => say.of("visit-type", code),
        Dimension::Kind => say.of("kind", code),
        Dimension::Tier => say.of("tier", code),
        Dimension::Act => say.of("act-kind", code),
        Dimension::Item => say.of("service-item", code),
        Dimension::Month
        | Dimension::District
        | Dimension::Host
        | Dimension::Led
        | Dimension::Category
        | Dimension::Programme
        | Dimension::Batch
        | Dimension::Organisation
        | Dimension::Aspect
        | Dimension::Component
        | Dimension::Department
        | Dimension::Team => code.to_owned(),
    }
}

/// Where the records behind an answer are listed, with its definition.
pub fn question_at(q: &Question) -> String {
    let mut address = form_urlencoded::Serializer::new(String::new());
    address.append_pair("period", &q.period.to_string());
    for (name, said) in [("unit", &q.unit), ("programme", &q.programme)] {
        if let Some(code) = said {
            address.append_pair(name, code);
        }
    }
    if let Some((by, key)) = &q.by {
        address.append_pair("by", by.as_str()).append_pair("key", key);
    }
    if q.part != Part::Value {
        address.append_pair("part", q.part.as_str());
    }
    address.append_pair("as_of", &q.as_of.to_string());
    format!("/figures/{}?{}", q.figure.as_str(), address.finish())
}

/// What an answer is narrowed to, in words: the period, the unit, the works, the value of a dimension.
pub fn question_words(say: &Say, directory: &Directory, q: &Question) -> Vec<String> {
    let mut all = vec![period_words(say, q.period)];
    if let Some(code) = &q.unit {
        all.push(directory.units().find(|u| u.code == *code).map_or_else(|| code.clone(), |u| unit_name(say, u)));
    }
    all.extend(q.programme.clone());
    if let Some((by, key)) = &q.by {
        all.push(match by {
            Dimension::Host | Dimension::Led => {
                directory.units().find(|u| u.code == *key).map_or_else(|| key.clone(), |u| unit_name(say, u))
            }
            Dimension::Month => key.parse().map_or_else(|_| key.clone(), |period| period_words(say, period)),
            Dimension::Category => say.of_or("category", key),
            _ => code_label(say, *by, key),
        });
    }
    all
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
