//! A question to a figure: which, what of it, over which period, narrowed to what, as of when. It is what `yixian figures` is asked with; who
//! quotes a figure and who puts a briefing together ask nothing else.

use super::definition::{FigureCode, Shape};
use super::group::Dimension;
use super::period::Period;
use super::printed::Told;
use super::{Figure, Keys, Value};
use crate::base::codes::codes;
use crate::base::quoted::Quoted;
use crate::base::time::Instant;

codes! {
    /// What of a figure is told.
    Part {
        /// The number itself.
        Value = "value",
        /// How many records its numerator has.
        Numerator = "numerator",
        /// How many records its denominator has.
        Denominator = "denominator",
    }
}

codes! {
    /// Why something said is no question.
    QuestionFault {
        /// No figure has that code.
        Figure = "quoted_figure",
        /// The period cannot be read.
        Period = "quoted_period",
        /// There is no such part of a figure, or this one has none.
        Part = "quoted_part",
        /// The figure cannot be taken apart by that, or no value of it is named.
        Dimension = "quoted_dimension",
    }
}

/// A question to a figure.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Question {
    /// Which figure.
    pub figure: FigureCode,
    /// What of it.
    pub part: Part,
    /// Over which period.
    pub period: Period,
    /// Code of the unit it is narrowed to.
    pub unit: Option<String>,
    /// Code of the works programme it is narrowed to.
    pub programme: Option<String>,
    /// One value of a dimension.
    pub by: Option<(Dimension, String)>,
    /// As of when.
    pub as_of: Instant,
}

impl Question {
    /// Reads what was quoted.
    ///
    /// # Errors
    /// Every fault, with what was said.
    pub fn of(q: &Quoted) -> Result<Question, Vec<(QuestionFault, String)>> {
        let mut faults = Vec::new();
        let said = |text: &Option<String>| text.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
        let figure = FigureCode::parse(q.figure.trim());
        if figure.is_none() {
            faults.push((QuestionFault::Figure, q.figure.clone()));
        }
        let period = q.period.trim().parse::<Period>().ok();
        if period.is_none() {
            faults.push((QuestionFault::Period, q.period.clone()));
        }
        let part = said(&q.part).map_or(Some(Part::Value), |text| Part::parse(&text));
        let part =
            part.filter(|p| *p != Part::Denominator || figure.is_none_or(|f| f.definition().shape == Shape::Rate));
        if part.is_none() {
            faults.push((QuestionFault::Part, q.part.clone().unwrap_or_default()));
        }
        let by = match (said(&q.by), said(&q.key)) {
            (None, None) => Some(None),
            (Some(by), Some(key)) => {
                let named = Dimension::parse(&by);
                let named = named.filter(|d| figure.is_none_or(|f| f.definition().dimensions().contains(d)));
                named.map(|d| Some((d, key)))
            }
            (Some(_), None) | (None, Some(_)) => None,
        };
        if by.is_none() {
            let said = [&q.by, &q.key].into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" · ");
            faults.push((QuestionFault::Dimension, said));
        }
        match (figure, period, part, by) {
            (Some(figure), Some(period), Some(part), Some(by)) => Ok(Question {
                figure,
                part,
                period,
                unit: said(&q.unit),
                programme: said(&q.programme),
                by,
                as_of: q.as_of,
            }),
            _ => Err(faults),
        }
    }

    /// The same as of another instant.
    #[must_use]
    pub fn as_of(&self, as_of: Instant) -> Question {
        Question { as_of, ..self.clone() }
    }

    /// What a figure tells to it; none over nothing.
    pub fn told(&self, f: &Figure) -> Option<Told> {
        let n = |keys: &Keys| Told::Number(keys.len() as f64);
        match (self.part, f.value) {
            (_, Value::NotInForce { .. }) => None,
            (Part::Value, Value::Day { day }) => day.map(Told::Day),
            (Part::Value, _) => f.number().map(Told::Number),
            (Part::Numerator, _) => Some(n(f.ids())),
            (Part::Denominator, _) => f.denominator_ids().map(n),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quoted(figure: &str, period: &str) -> Quoted {
        Quoted::whole(figure, period, Instant(0), None)
    }

    #[test]
    fn every_fault_of_a_question_is_told() {
        assert!(Question::of(&quoted("activities", "2018-05")).is_ok());
        let codes = |q: &Quoted| -> Vec<&'static str> {
            Question::of(q).expect_err("faults").iter().map(|(f, _)| f.as_str()).collect()
        };
        let mut q = quoted("made_up", "May");
        q.part = Some("half".into());
        q.by = Some("level".into());
        assert_eq!(codes(&q), ["quoted_figure", "quoted_period", "quoted_part", "quoted_dimension"]);
        // A count has no denominator, a rate has one.
        let part = |figure: &str| Quoted { part: Some("denominator".into()), ..quoted(figure, "2018") };
        assert_eq!(codes(&part("activities")), ["quoted_part"]);
        assert!(Question::of(&part("tasks_done")).is_ok());
        // Only dimensions that the definition names, and one value of it.
        let by = |by: &str, key: Option<&str>| Quoted {
            by: Some(by.into()),
            key: key.map(str::to_owned),
            ..quoted("activities", "2018")
        };
        assert_eq!(codes(&by("class", Some("three_zero"))), ["quoted_dimension"]);
        assert_eq!(codes(&by("level", None)), ["quoted_dimension"]);
        assert!(Question::of(&by("level", Some("staff"))).is_ok());
    }
}
