//! Questions to figures, answered together: what asks of the same period, narrowing and instant is computed once. What was known at an instant
//! before the ledger's end does not move any more, so that an answer may be kept. It counts nothing.

use crate::App;
use crate::figures::Narrow;
use crate::frame::error::AppError;
use crate::ledger::sha256;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use yixian_domain::access::{Actor, Ask, may};
use yixian_domain::figure::{Dimension, Figure, FigureCode, Group, Keys, Question, Told, Value};
use yixian_domain::org::UnitPath;
use yixian_domain::time::Instant;
use yixian_store::ledger;

/// Why a question has no answer for whoever asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// There is no unit of that code.
    Unit,
    /// There is no works programme of that code.
    Programme,
    /// He may not see figures of that unit.
    Denied,
}

/// A question with what the figure tells.
#[derive(Clone, Debug)]
pub struct Reading {
    /// What was asked.
    pub question: Question,
    /// The figure; none where nothing lies in the group that was asked for.
    pub figure: Result<Option<Arc<Figure>>, Missing>,
}

impl Reading {
    /// What is told; none over nothing.
    pub fn told(&self) -> Option<Told> {
        self.question.told(self.figure.as_ref().ok()?.as_deref()?)
    }

    /// The figure, where there is one.
    pub fn figure(&self) -> Option<&Figure> {
        self.figure.as_ref().ok()?.as_deref()
    }

    /// Whether another reading of the same question was counted from the same records and gives the same number.
    pub fn same(&self, other: &Reading) -> bool {
        let of = |r: &Reading| r.figure().map(|f| (f.numerator.clone(), f.denominator.clone(), f.value));
        of(self) == of(other)
    }

    /// SHA-256 of what it was counted from: definition, number, records.
    pub fn hash(&self) -> Option<String> {
        let f = self.figure()?;
        let keys = |keys: &Keys| keys.iter().map(|k| k.to_string()).collect::<Vec<_>>();
        let (d, value) = (f.definition(), f.value);
        let said = serde_json::json!({
            "figure": d.name, "version": d.version, "value": value, "numerator": keys(f.ids()),
            "denominator": f.denominator_ids().map(keys),
        });
        Some(sha256(said.to_string().as_bytes()))
    }

    /// The period lies before what is counted was in force.
    pub fn not_in_force(&self) -> bool {
        self.figure().is_some_and(|f| matches!(f.value, Value::NotInForce { .. }))
    }
}

/// Answers that are kept, at most.
const MOST: usize = 256;

/// Answers as of instants that are over.
#[derive(Debug, Default)]
pub(crate) struct KeptReadings(Mutex<HashMap<Question, Option<Arc<Figure>>>>);

impl KeptReadings {
    /// What is kept, if anything is: a figure, or that there is none.
    #[allow(clippy::option_option)]
    fn get(&self, question: &Question) -> Option<Option<Arc<Figure>>> {
        let kept = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        kept.get(question).cloned()
    }

    fn keep(&self, question: &Question, figure: Option<&Arc<Figure>>) {
        let mut kept = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(question.clone(), figure.cloned());
    }
}

/// What one computation answers.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Together {
    period: yixian_domain::figure::Period,
    unit: Option<String>,
    programme: Option<String>,
    by: Option<Dimension>,
    as_of: Instant,
}

impl Together {
    fn of(q: &Question) -> Together {
        Together {
            period: q.period,
            unit: q.unit.clone(),
            programme: q.programme.clone(),
            by: q.by.as_ref().map(|(by, _)| *by),
            as_of: q.as_of,
        }
    }
}

/// The figure of one group by the key that pages and tables give it, or of the whole.
fn chosen<'r>(
    report: &'r super::Report,
    directory: &crate::read::Directory,
    code: FigureCode,
    key: Option<&str>,
) -> Option<&'r Figure> {
    let Some(wanted) = key else { return report.get(code) };
    let (group, _) = report.groups.iter().find(|(g, _)| group_key(directory, g) == wanted)?;
    report.of_group(code, group)
}

/// What stands for records of which it was not said.
const UNSAID: &str = "-";

/// The key of a group, stable in addresses and files: `2018-05`, a code, a name, the code of a unit.
pub fn group_key(directory: &crate::read::Directory, group: &Group) -> String {
    match group {
        Group::Month(month) => month.to_string(),
        Group::Code(_, code) => (*code).to_owned(),
        Group::Text(text) => text.to_string(),
        Group::Unit(id) => directory.unit(*id).map_or_else(|| id.to_string(), |u| u.code.clone()),
        Group::Called(called) => called.code.to_string(),
        Group::Unsaid => UNSAID.to_owned(),
    }
}

impl App {
    /// Answers questions, in their order. A question that has no answer for whoever asks says why; the others are answered.
    pub async fn readings(&self, actor: &Actor, questions: &[Question]) -> Result<Vec<Reading>, AppError> {
        let newest = ledger::newest(&mut self.store().read().await?).await?.1;
        let directory = self.directory().await?;
        let mut computed: HashMap<Together, super::Report> = HashMap::new();
        let mut all = Vec::new();
        for q in questions {
            all.push(Reading { question: q.clone(), figure: Ok(None) });
            let Some(reading) = all.last_mut() else { continue };
            let unit = match q.unit.as_deref() {
                None => None,
                Some(code) => match directory.units().find(|u| u.code == code) {
                    Some(unit) => Some(unit),
                    None => {
                        reading.figure = Err(Missing::Unit);
                        continue;
                    }
                },
            };
            let path = unit.or_else(|| directory.root()).map_or_else(|| UnitPath::from_stored("/"), |u| u.path.clone());
            if may(actor, &Ask::SeeFigures(&path)).is_err() {
                reading.figure = Err(Missing::Denied);
                continue;
            }
            let programme = match q.programme.as_deref() {
                None => None,
                Some(code) => match self.programme_of_code(code).await? {
                    Some(id) => Some(id),
                    None => {
                        reading.figure = Err(Missing::Programme);
                        continue;
                    }
                },
            };
            let over = q.as_of < newest;
            if over && let Some(kept) = self.inner.kept_readings.get(q) {
                reading.figure = Ok(kept);
                continue;
            }
            let together = Together::of(q);
            if !computed.contains_key(&together) {
                let narrow = Narrow { unit: unit.map(|u| u.id), programme };
                let report = self.report_of(actor, q.period, narrow, q.as_of, together.by).await?;
                computed.insert(together.clone(), report);
            }
            let Some(report) = computed.get(&together) else { continue };
            let key = q.by.as_ref().map(|(_, key)| key.as_str());
            let figure = chosen(report, &directory, q.figure, key).cloned().map(Arc::new);
            if over {
                self.inner.kept_readings.keep(q, figure.as_ref());
            }
            reading.figure = Ok(figure);
        }
        Ok(all)
    }

    /// Answers one question.
    pub async fn reading(&self, actor: &Actor, question: &Question) -> Result<Reading, AppError> {
        let answered = self.readings(actor, std::slice::from_ref(question)).await?.pop();
        Ok(answered.unwrap_or_else(|| Reading { question: question.clone(), figure: Ok(None) }))
    }
}
