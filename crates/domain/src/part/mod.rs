//! What a kind of matter carries beyond every matter, as data, and what happens to it alone. The lifecycle of the matter is
//! the same for all of them; when a part has a say in it is told in [`crate::matter`], and what may happen to a part in the
//! slice above it. A connection's file is older and has a room of its own ([`crate::case`]).

pub mod commitment;
pub mod measure;
pub mod resolution;
pub mod task;

pub use commitment::{Commitment, Direction};
pub use measure::{Baseline, Measure, MeasureClass, MeasureEvent, Verdict};
pub use resolution::Resolution;
pub use task::Task;

use crate::base::ids::By;
use crate::base::time::Instant;
use crate::law::kind::MatterKind;
use serde::{Deserialize, Serialize};

/// What a matter carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "of")]
pub enum Part {
    /// An improvement measure 改进措施.
    Measure(Measure),
    /// A commitment 承诺.
    Commitment(Commitment),
    /// A resolution 议定事项.
    Resolution(Resolution),
    /// A task of an indicator 指标任务.
    Task(Task),
}

/// What happens to a part alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "of")]
pub enum PartEvent {
    /// To a measure.
    Measure {
        /// What.
        what: MeasureEvent,
    },
}

impl PartEvent {
    /// The stable code, as ledger and timeline name it.
    pub fn code(&self) -> &'static str {
        match self {
            PartEvent::Measure { what } => what.code(),
        }
    }
}

impl Part {
    /// The kind of matter that carries it.
    pub fn kind(&self) -> MatterKind {
        match self {
            Part::Measure(_) => MatterKind::Measure,
            Part::Commitment(_) => MatterKind::Commitment,
            Part::Resolution(_) => MatterKind::Resolution,
            Part::Task(_) => MatterKind::Task,
        }
    }

    /// Changes it as an event says. Total.
    pub fn apply(&mut self, at: Instant, by: &By, event: &PartEvent) {
        match (self, event) {
            (Part::Measure(measure), PartEvent::Measure { what }) => measure.apply(at, by, what),
            // An event of another kind's part was never recorded of this one.
            (Part::Commitment(_) | Part::Resolution(_) | Part::Task(_), PartEvent::Measure { .. }) => {}
        }
    }

    /// The measure, where it is one.
    pub fn measure(&self) -> Option<&Measure> {
        match self {
            Part::Measure(measure) => Some(measure),
            Part::Commitment(_) | Part::Resolution(_) | Part::Task(_) => None,
        }
    }

    /// The commitment, where it is one.
    pub fn commitment(&self) -> Option<&Commitment> {
        match self {
            Part::Commitment(commitment) => Some(commitment),
            Part::Measure(_) | Part::Resolution(_) | Part::Task(_) => None,
        }
    }

    /// The resolution, where it is one.
    pub fn resolution(&self) -> Option<&Resolution> {
        match self {
            Part::Resolution(resolution) => Some(resolution),
            Part::Measure(_) | Part::Commitment(_) | Part::Task(_) => None,
        }
    }

    /// The task, where it is one.
    pub fn task(&self) -> Option<&Task> {
        match self {
            Part::Task(task) => Some(task),
            Part::Measure(_) | Part::Commitment(_) | Part::Resolution(_) => None,
        }
    }
}
