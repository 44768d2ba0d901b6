//! An improvement measure 改进措施: which kind, which problems it answers point to point 点对点, from which baseline, what was
//! decided, where it is applied and who took it over. Its effect is computed from sections and stands nowhere here.

use crate::base::about::About;
use crate::base::codes::codes;
use crate::base::ids::{By, UnitId, Words};
use crate::base::time::{Date, Instant};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

codes! {
    /// The four classes of measures (domain facts §5).
    MeasureClass {
        /// 人力
        Labour = "labour",
        /// 物资
        Material = "material",
        /// 工艺
        Method = "method",
        /// 标准
        Standard = "standard",
    }
}

codes! {
    /// What was decided.
    Verdict {
        /// 采纳
        Adopted = "adopted",
        /// 不采纳
        Rejected = "rejected",
    }
}

/// From what it starts: a number somebody measured, with where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    /// What is measured.
    pub name: String,
    /// The number × 1,000: the ledger holds no fractions.
    pub thousandths: i64,
    /// In what.
    pub unit: String,
    /// Where it comes from, or the code of a figure.
    pub source: String,
}

/// The decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// What.
    pub verdict: Verdict,
    /// From which day on.
    pub day: Date,
    /// Why.
    pub reason: Option<Words>,
    /// Who; never the proposer.
    pub by: By,
    /// When.
    pub at: Instant,
}

/// A section it is applied to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// Which.
    pub section: Uuid,
    /// From which day on.
    pub from: Date,
}

/// A unit that took it over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenOver {
    /// Which.
    pub unit: UnitId,
    /// On which day.
    pub day: Date,
}

/// What a measure carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// Class.
    pub class: MeasureClass,
    /// The problems it answers: matters or sections, one at least.
    pub answers: Vec<About>,
    /// From what it starts.
    pub baseline: Option<Baseline>,
    /// What it is expected to gain.
    pub gain: Option<Words>,
    /// What was decided.
    pub decision: Option<Decision>,
    /// Sections it is applied to, each from a day.
    pub applied: Vec<Application>,
    /// Units that took it over, each on a day.
    pub taken_over: Vec<TakenOver>,
}

/// What happens to a measure alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[allow(missing_docs)] // fields carry the names of the measure's own
pub enum MeasureEvent {
    Decided { verdict: Verdict, day: Date, reason: Option<Words> },
    Applied { sections: Vec<Uuid>, from: Date },
    TakenOver { unit: UnitId, day: Date },
    Reclassed { class: MeasureClass, reason: Words },
}

impl MeasureEvent {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            MeasureEvent::Decided { verdict: Verdict::Adopted, .. } => "measure_adopted",
            MeasureEvent::Decided { verdict: Verdict::Rejected, .. } => "measure_rejected",
            MeasureEvent::Applied { .. } => "measure_applied",
            MeasureEvent::TakenOver { .. } => "measure_taken_over",
            MeasureEvent::Reclassed { .. } => "measure_reclassed",
        }
    }
}

impl Measure {
    /// Changes it as an event says. Total.
    pub fn apply(&mut self, at: Instant, by: &By, event: &MeasureEvent) {
        match event {
            MeasureEvent::Decided { verdict, day, reason } => {
                self.decision =
                    Some(Decision { verdict: *verdict, day: *day, reason: reason.clone(), by: by.clone(), at });
            }
            MeasureEvent::Applied { sections, from } => {
                for section in sections {
                    self.applied.retain(|a| a.section != *section);
                    self.applied.push(Application { section: *section, from: *from });
                }
            }
            MeasureEvent::TakenOver { unit, day } => {
                self.taken_over.retain(|t| t.unit != *unit);
                self.taken_over.push(TakenOver { unit: *unit, day: *day });
            }
            MeasureEvent::Reclassed { class, .. } => self.class = *class,
        }
    }

    /// Whether it was adopted.
    pub fn is_adopted(&self) -> bool {
        self.decision.as_ref().is_some_and(|d| d.verdict == Verdict::Adopted)
    }
}
