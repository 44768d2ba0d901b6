//! Briefings 简报: a table of figures that belong together, as data. A line asks a question of a figure with *its own* period, unit and
//! day of knowledge; the table has no period of its own. What nobody counts, because it was before us or is somebody else's, is a claim 自述:
//! what was said, by whom, when. It is marked, and never added to anything.
//!
//! The template writes `YYYY` for its year. Nothing here computes a number or knows what the words say.

use crate::base::codes::codes;
use crate::base::fold::blank;
use crate::base::quoted::Quoted;
use crate::base::time::{Date, Instant, Zone};
use crate::figure::{Question, QuestionFault};
use serde::{Deserialize, Serialize};

/// What stands in a template for its year.
const YEAR: &str = "YYYY";

/// A template as its file says it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Name in the company's language.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// The year where none is asked for.
    pub year: i16,
    /// Its lines, in order.
    #[serde(rename = "line")]
    pub lines: Vec<TemplateLine>,
}

/// A line as the file says it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateLine {
    /// Under which heading; the one before where it is missing.
    #[serde(default)]
    pub head: Option<String>,
    /// The same in English.
    #[serde(default)]
    pub head_en: Option<String>,
    /// What it is called.
    pub label: String,
    /// The same in English.
    pub label_en: String,
    /// Code of the figure; none where the line is a claim alone.
    #[serde(default)]
    pub figure: Option<String>,
    /// What of it.
    #[serde(default)]
    pub part: Option<String>,
    /// Period, `YYYY-05`.
    #[serde(default)]
    pub period: String,
    /// Code of a unit.
    #[serde(default)]
    pub unit: Option<String>,
    /// Code of a works programme.
    #[serde(default)]
    pub programme: Option<String>,
    /// Dimension.
    #[serde(default)]
    pub by: Option<String>,
    /// Value of the dimension.
    #[serde(default)]
    pub key: Option<String>,
    /// Day of knowledge, whose end is meant.
    #[serde(default)]
    pub known: String,
    /// What is claimed beside it, or instead of it.
    #[serde(default)]
    pub claim: Option<TemplateClaim>,
}

/// What was claimed, as the file says it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateClaim {
    /// What was said: `80余天`.
    pub said: String,
    /// The same in English.
    pub said_en: String,
    /// Who said it, where.
    pub source: String,
    /// The same in English.
    pub source_en: String,
    /// On which day.
    pub day: String,
}

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Both {
    /// In the company's language.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// A claim: marked wherever it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Claim {
    /// What was said.
    pub said: Both,
    /// Who said it.
    pub source: Both,
    /// On which day.
    pub day: Date,
}

/// A line, ready to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Heading that begins with it.
    pub head: Option<Both>,
    /// What it is called.
    pub label: Both,
    /// What it asks; none where it is a claim alone.
    pub question: Option<Question>,
    /// What is claimed.
    pub claim: Option<Claim>,
}

/// A briefing of a year, ready to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Briefing {
    /// Name.
    pub name: Both,
    /// Year.
    pub year: i16,
    /// Lines, in order.
    pub lines: Vec<Line>,
}

codes! {
    /// What is wrong with a line.
    LineRule {
        /// It has no label in one of the languages.
        Label = "line_label",
        /// It neither asks a figure nor claims anything.
        Empty = "line_empty",
        /// Its day of knowledge cannot be read.
        Known = "line_known",
        /// A claim without what was said, who said it or when.
        Claim = "line_claim",
        /// No figure has that code.
        Figure = "line_figure",
        /// Its period cannot be read.
        Period = "line_period",
        /// There is no such part of a figure, or this one has none.
        Part = "line_part",
        /// The figure cannot be taken apart by that, or no value of it is named.
        Dimension = "line_dimension",
    }
}

impl From<QuestionFault> for LineRule {
    fn from(fault: QuestionFault) -> Self {
        match fault {
            QuestionFault::Figure => LineRule::Figure,
            QuestionFault::Period => LineRule::Period,
            QuestionFault::Part => LineRule::Part,
            QuestionFault::Dimension => LineRule::Dimension,
        }
    }
}

/// A fault of a template: which line, what is wrong, what stood there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} ({label}): {}: {said}", rule.as_str())]
pub struct LineFault {
    /// Its number, from 1.
    pub line: usize,
    /// Its label.
    pub label: String,
    /// What is wrong.
    pub rule: LineRule,
    /// What stood there.
    pub said: String,
}

impl Template {
    /// The briefing of a year; its own where none is asked for.
    ///
    /// # Errors
    /// Every fault of every line: a line that asks for what is not there is never left out in silence.
    pub fn of_year(&self, year: Option<i16>, zone: &Zone) -> Result<Briefing, Vec<LineFault>> {
        let year = year.unwrap_or(self.year);
        let mut faults = Vec::new();
        let mut lines = Vec::new();
        for (i, line) in self.lines.iter().enumerate() {
            match line.read(year, zone) {
                Ok(line) => lines.push(line),
                Err(wrong) => faults.extend(wrong.into_iter().map(|(rule, said)| LineFault {
                    line: i + 1,
                    label: line.label.clone(),
                    rule,
                    said,
                })),
            }
        }
        let name = Both { zh: self.name.clone(), en: self.name_en.clone() };
        if faults.is_empty() { Ok(Briefing { name, year, lines }) } else { Err(faults) }
    }
}

fn of_year(text: &str, year: i16) -> String {
    text.replace(YEAR, &format!("{year:04}"))
}

impl TemplateLine {
    fn read(&self, year: i16, zone: &Zone) -> Result<Line, Vec<(LineRule, String)>> {
        let mut faults = Vec::new();
        if blank(&self.label) || blank(&self.label_en) {
            faults.push((LineRule::Label, self.label.clone()));
        }
        if self.figure.is_none() && self.claim.is_none() {
            faults.push((LineRule::Empty, String::new()));
        }
        let question = self.figure.as_ref().and_then(|figure| match self.question(figure, year, zone) {
            Ok(question) => Some(question),
            Err(wrong) => {
                faults.extend(wrong);
                None
            }
        });
        let claim = self.claim.as_ref().and_then(|c| {
            let claim = c.read(year);
            if claim.is_none() {
                faults.push((LineRule::Claim, c.said.clone()));
            }
            claim
        });
        let head = self.head.as_ref().map(|zh| Both { zh: zh.clone(), en: self.head_en.clone().unwrap_or_default() });
        if head.as_ref().is_some_and(|h| blank(&h.zh) || blank(&h.en)) {
            faults.push((LineRule::Label, self.head.clone().unwrap_or_default()));
        }
        let label = Both { zh: self.label.clone(), en: self.label_en.clone() };
        if faults.is_empty() { Ok(Line { head, label, question, claim }) } else { Err(faults) }
    }

    fn question(&self, figure: &str, year: i16, zone: &Zone) -> Result<Question, Vec<(LineRule, String)>> {
        let known = of_year(&self.known, year).parse::<Date>().map(|day| zone.end_of_day(day));
        let of = |text: &Option<String>| text.as_deref().map(|t| of_year(t, year));
        let quoted = Quoted {
            part: self.part.clone(),
            unit: of(&self.unit),
            programme: of(&self.programme),
            by: self.by.clone(),
            key: of(&self.key),
            ..Quoted::whole(figure, &of_year(&self.period, year), known.clone().unwrap_or(Instant(0)), None)
        };
        let asked = Question::of(&quoted)
            .map_err(|wrong| wrong.into_iter().map(|(fault, said)| (fault.into(), said)).collect::<Vec<_>>());
        match (known, asked) {
            (Ok(_), asked) => asked,
            (Err(_), asked) => {
                let mut faults = asked.err().unwrap_or_default();
                faults.push((LineRule::Known, self.known.clone()));
                Err(faults)
            }
        }
    }
}

impl TemplateClaim {
    fn read(&self, year: i16) -> Option<Claim> {
        let whole = [&self.said, &self.said_en, &self.source, &self.source_en].iter().all(|text| !blank(text));
        let day = of_year(&self.day, year).parse().ok().filter(|_| whole)?;
        Some(Claim {
            said: Both { zh: self.said.clone(), en: self.said_en.clone() },
            source: Both { zh: self.source.clone(), en: self.source_en.clone() },
            day,
        })
    }
}

impl Line {
    /// What it asks where nothing later than `upper` is to be known: as of its own day, or of the upper bound where that comes first.
    pub fn asks(&self, upper: Instant) -> Option<Question> {
        self.question.as_ref().map(|q| q.as_of(q.as_of.min(upper)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::{FigureCode, Part};

    fn zone() -> Zone {
        Zone::parse("Asia/Shanghai").expect("a zone")
    }

    fn line(figure: &str) -> TemplateLine {
        TemplateLine {
            head: None,
            head_en: None,
            label: "走访活动".into(),
            label_en: "Activities".into(),
            figure: Some(figure.into()),
            part: None,
            period: "YYYY-05".into(),
            unit: None,
            programme: Some("UG-YYYY".into()),
            by: None,
            key: None,
            known: "YYYY-06-30".into(),
            claim: None,
        }
    }

    fn template(lines: Vec<TemplateLine>) -> Template {
        Template { name: "一线".into(), name_en: "Front line".into(), year: 2018, lines }
    }

    fn claim() -> TemplateClaim {
        TemplateClaim {
            said: "80余天".into(),
            said_en: "over 80 days".into(),
            source: "客户自述".into(),
            source_en: "the customer".into(),
            day: "YYYY-05-19".into(),
        }
    }

    #[test]
    fn a_year_takes_every_period_day_and_code_with_it() {
        let t = template(vec![line("activities")]);
        for (asked, year) in [(None, 2018), (Some(2019), 2019)] {
            let b = t.of_year(asked, &zone()).expect("a briefing");
            let q = b.lines[0].question.clone().expect("a question");
            assert_eq!((b.year, q.figure, q.part), (year, FigureCode::Activities, Part::Value));
            assert_eq!(q.period.to_string(), format!("{year}-05"));
            assert_eq!(q.programme, Some(format!("UG-{year}")));
            assert_eq!(q.as_of, zone().end_of_day(format!("{year}-06-30").parse().expect("a day")));
        }
    }

    #[test]
    fn a_line_is_read_as_of_the_earlier_of_its_day_and_the_bound() {
        let b = template(vec![line("activities")]).of_year(None, &zone()).expect("a briefing");
        let own = b.lines[0].question.as_ref().expect("a question").as_of;
        let of = |upper| b.lines[0].asks(upper).expect("a question").as_of;
        assert_eq!(of(Instant(own.0 + 1)), own);
        assert_eq!(of(Instant(own.0 - 1)), Instant(own.0 - 1));
    }

    #[test]
    fn a_line_that_asks_for_nothing_there_is_a_fault_and_not_a_gap() {
        let faults = |lines: Vec<TemplateLine>| -> Vec<(usize, &'static str)> {
            let wrong = template(lines).of_year(None, &zone()).expect_err("faults");
            wrong.iter().map(|f| (f.line, f.rule.as_str())).collect()
        };
        assert_eq!(faults(vec![line("activities"), line("districts_reached_by_nobody")]), [(2, "line_figure")]);
        let bad = TemplateLine { known: "June".into(), period: "May".into(), label_en: " ".into(), ..line("made_up") };
        let told = faults(vec![bad]);
        assert_eq!(told, [(1, "line_label"), (1, "line_figure"), (1, "line_period"), (1, "line_known")]);
        assert_eq!(faults(vec![TemplateLine { figure: None, ..line("") }]), [(1, "line_empty")]);
        // A claim without who said it is none.
        let nobody = TemplateClaim { source: String::new(), ..claim() };
        assert_eq!(faults(vec![TemplateLine { claim: Some(nobody), ..line("activities") }]), [(1, "line_claim")]);
        let whole = TemplateLine { figure: None, claim: Some(claim()), ..line("") };
        assert!(template(vec![whole]).of_year(None, &zone()).is_ok());
    }
}
