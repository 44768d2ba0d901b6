//! Figures as somebody quotes them, read from what is said. Whether what was printed is so, it does not ask.

use super::command::QuotedIn;
use super::keeper::some;
use crate::frame::error::FieldError;
use yixian_domain::base::fold;
use yixian_domain::base::quoted::Quoted;
use yixian_domain::figure::{Printed, Question};
use yixian_domain::time::{Instant, Zone};

/// An instant, or the end of a day.
fn as_of(text: &str, zone: &Zone) -> Option<Instant> {
    fold::day(text).map(|day| zone.end_of_day(day)).or_else(|| Instant::parse(text).ok())
}

/// A figure as it was quoted; every fault, not the first only.
pub(crate) fn quoted(q: QuotedIn, zone: &Zone, faults: &mut Vec<FieldError>) -> Option<Quoted> {
    let mut wrong = |code: &'static str, detail: &str| faults.push(FieldError::with("figures", code, detail));
    let at = as_of(&q.as_of, zone);
    let said = Quoted {
        part: some(q.part),
        unit: some(q.unit),
        programme: some(q.programme),
        by: some(q.by),
        key: some(q.key),
        ..Quoted::whole(q.figure.trim(), q.period.trim(), at.unwrap_or(Instant(0)), some(q.value))
    };
    let asked = Question::of(&said);
    for (fault, detail) in asked.as_ref().err().into_iter().flatten() {
        wrong(fault.as_str(), detail);
    }
    if at.is_none() {
        wrong("quoted_as_of", &q.as_of);
    }
    let value = said.value.as_deref();
    if value.is_some_and(|v| Printed::parse(v).is_none()) {
        wrong("quoted_value", value.unwrap_or_default());
    }
    at?;
    // A period in its shortest way of writing.
    let period = asked.ok()?.period.to_string();
    Some(Quoted { period, ..said })
}
