//! What happens inside InHand: policy, and therefore data. A procedure is a versioned list of
//! steps; which one applies is decided by kind and day. A problem has one step, a 三零
//! connection two, a high-voltage connection many: the same engine. This module does not read
//! files and does not know limits: those are rule rows ([`crate::rules`]).

use crate::matter::{MatterKind, ProcedureRef};
use crate::time::Date;
use serde::{Deserialize, Serialize};

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Stable code.
    pub code: String,
    /// Name.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// Whether the raiser sees it.
    #[serde(default)]
    pub visible: bool,
}

/// A procedure in one version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Procedure {
    /// Stable id.
    pub id: String,
    /// Version, rising.
    pub version: u32,
    /// Kinds it serves.
    pub kinds: Vec<MatterKind>,
    /// First day it applies.
    pub from: Date,
    /// Last day it applies.
    pub to: Option<Date>,
    /// The steps in order.
    pub steps: Vec<Step>,
    /// Categories offered when something is raised.
    pub categories: Vec<Category>,
}

/// A category of a kind of matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// Stable code.
    pub code: String,
    /// Name.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// A physical defect: submitting it needs a photo taken afterwards.
    #[serde(default)]
    pub physical: bool,
}

impl Procedure {
    /// As matters refer to it.
    pub fn reference(&self) -> ProcedureRef { ProcedureRef { id: self.id.clone(), version: self.version } }
    /// The first step.
    pub fn first(&self) -> Option<&Step> { self.steps.first() }
    /// The step after `code`.
    pub fn after(&self, code: &str) -> Option<&Step> {
        self.steps.iter().position(|s| s.code == code).and_then(|i| self.steps.get(i + 1))
    }
    /// A category by its code.
    pub fn category(&self, code: &str) -> Option<&Category> { self.categories.iter().find(|c| c.code == code) }
}

/// All procedures.
#[derive(Clone, Debug, Default)]
pub struct Procedures(Vec<Procedure>);

/// What is wrong with a set of procedures.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProcedureFault {
    /// No step.
    #[error("procedure {0} has no step")]
    NoStep(String),
    /// A step code stands twice.
    #[error("procedure {0} has step {1} twice")]
    StepTwice(String, String),
    /// Two serve one kind on one day.
    #[error("procedures {0} and {1} both serve {2:?} on {3}")]
    Overlap(String, String, MatterKind, Date),
}

impl Procedures {
    /// Checks them; every fault, not the first only.
    pub fn new(all: Vec<Procedure>) -> Result<Self, Vec<ProcedureFault>> {
        let mut faults = Vec::new();
        for (i, p) in all.iter().enumerate() {
            let name = format!("{} v{}", p.id, p.version);
            if p.steps.is_empty() {
                faults.push(ProcedureFault::NoStep(name.clone()));
            }
            for (j, s) in p.steps.iter().enumerate() {
                if p.steps[..j].iter().any(|t| t.code == s.code) {
                    faults.push(ProcedureFault::StepTwice(name.clone(), s.code.clone()));
                }
            }
            for q in &all[..i] {
                let kind = p.kinds.iter().find(|k| q.kinds.contains(k));
                let from = p.from.max(q.from);
                if let Some(kind) = kind
                    && p.to.is_none_or(|to| to >= from)
                    && q.to.is_none_or(|to| to >= from)
                {
                    faults.push(ProcedureFault::Overlap(format!("{} v{}", q.id, q.version), name.clone(), *kind, from));
                }
            }
        }
        if faults.is_empty() { Ok(Procedures(all)) } else { Err(faults) }
    }
    /// The procedure in force for a kind on a day.
    pub fn in_force(&self, kind: MatterKind, day: Date) -> Option<&Procedure> {
        self.0.iter().find(|p| p.kinds.contains(&kind) && p.from <= day && p.to.is_none_or(|to| day <= to))
    }
    /// The procedure a matter was begun under.
    pub fn get(&self, r: &ProcedureRef) -> Option<&Procedure> {
        self.0.iter().find(|p| p.id == r.id && p.version == r.version)
    }
    /// All of them.
    pub fn all(&self) -> &[Procedure] { &self.0 }
}
