//! What can be asked of measures, as plain data, and what access asks of each.

use crate::matters::command::AboutIn;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use yixian_domain::part::{MeasureClass, Verdict};
use yixian_domain::time::Date;

/// What can be asked of measures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs)] // fields carry the names of the domain's own
#[schemars(inline)] // `Envelope` has fields beside it, which a reference would forbid
#[allow(clippy::large_enum_variant)] // there is one at a time
pub enum MeasureCommand {
    /// Proposes a measure that answers problems point to point.
    ProposeMeasure {
        matter: Uuid,
        #[schemars(with = "String")]
        class: MeasureClass,
        category: String,
        words: String,
        /// Matters and sections it answers, one at least.
        answers: Vec<AboutIn>,
        #[serde(default)]
        baseline: Option<BaselineOfIn>,
        /// What it is expected to gain.
        #[serde(default)]
        gain: String,
        /// Its unit; that of whoever proposes it when missing.
        #[serde(default)]
        unit: Option<Uuid>,
        #[serde(default)]
        photos: Vec<String>,
    },
    /// Adopts or rejects a measure from a day on.
    DecideMeasure {
        matter: Uuid,
        #[schemars(with = "String")]
        verdict: Verdict,
        #[schemars(with = "String")]
        day: Date,
        #[serde(default)]
        reason: String,
    },
    /// Applies an adopted measure to sections from a day on.
    ApplyMeasure {
        matter: Uuid,
        sections: Vec<Uuid>,
        #[schemars(with = "String")]
        from: Date,
    },
    /// Takes an adopted measure over for another unit.
    TakeOverMeasure {
        matter: Uuid,
        unit: Uuid,
        #[schemars(with = "String")]
        day: Date,
    },
    /// Puts a measure into another class.
    ReclassMeasure {
        matter: Uuid,
        #[schemars(with = "String")]
        class: MeasureClass,
        reason: String,
    },
}

/// From what a measure starts: a number with where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BaselineOfIn {
    /// What is measured.
    pub name: String,
    /// The number, as it is written: `41`, `41.5`.
    pub value: String,
    /// In what.
    pub unit: String,
    /// Where it comes from, or the code of a figure.
    pub source: String,
}

/// What access asks before a command is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// To raise a matter.
    Propose,
    /// To decide for its unit.
    Decide,
    /// To apply it in its unit.
    Apply,
    /// To coordinate for the unit that takes it over.
    TakeOver,
}

impl MeasureCommand {
    /// The record it acts on.
    pub fn record(&self) -> Uuid {
        use MeasureCommand::*;
        match self {
            ProposeMeasure { matter, .. }
            | DecideMeasure { matter, .. }
            | ApplyMeasure { matter, .. }
            | TakeOverMeasure { matter, .. }
            | ReclassMeasure { matter, .. } => *matter,
        }
    }

    /// What access asks. A new command does not compile until it stands here.
    pub(crate) fn needs(&self) -> Needs {
        use MeasureCommand::*;
        match self {
            ProposeMeasure { .. } => Needs::Propose,
            DecideMeasure { .. } => Needs::Decide,
            ApplyMeasure { .. } | ReclassMeasure { .. } => Needs::Apply,
            TakeOverMeasure { .. } => Needs::TakeOver,
        }
    }
}
