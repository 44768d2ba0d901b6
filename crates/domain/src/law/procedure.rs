//! What happens inside InHand: policy, and therefore data. A procedure is a versioned list of
//! steps; which one applies is decided by kind and day. A problem has one step, a 三零
//! connection two, a high-voltage connection many: the same engine. This module does not read
//! files and does not know limits: those are rule rows ([`crate::law::rules`]).

use super::kind::MatterKind;
use crate::base::codes::codes;
use crate::base::time::Date;
use serde::{Deserialize, Serialize};

codes! {
    /// Who has the record during a step.
    #[derive(Default)]
    Holder {
        /// The utility.
        #[default]
        Utility = "utility",
        /// The customer: his design, his works, his papers.
        Customer = "customer",
    }
}

/// A procedure and its version, as the matter was begun under it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcedureRef {
    /// Procedure id.
    pub id: String,
    /// Version.
    pub version: u32,
}

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
    /// Who has the matter during it.
    #[serde(default)]
    pub holder: Holder,
    /// Whose work it is, in the field's words: a hall, a team, a desk.
    #[serde(default)]
    pub role: Option<String>,
    /// The same in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_en: Option<String>,
    /// The step code of its limit in the rules, where it is not its own.
    #[serde(default)]
    pub limit: Option<String>,
    /// Ends with evidence: a photo or a note.
    #[serde(default)]
    pub evidence: bool,
    /// It begins with the customer's own submission, so that his time before it is his.
    #[serde(default)]
    pub submission: bool,
    /// What the record must hold before it ends.
    #[serde(default)]
    pub needs: Option<Needs>,
    /// Gone through only under a condition.
    #[serde(default)]
    pub only: Option<Condition>,
}

impl Step {
    /// The step code under which rules give its limit.
    pub fn limit_key(&self) -> &str {
        self.limit.as_deref().unwrap_or(&self.code)
    }
}

codes! {
    /// What a step leaves in the record.
    Needs {
        /// What the survey found.
        Survey = "survey",
        /// The scheme given to the customer.
        Scheme = "scheme",
    }
}

codes! {
    /// When a step is gone through.
    Condition {
        /// Works on the grid are needed.
        Works = "works",
        /// An important load 重要客户.
        Important = "important",
    }
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
    pub fn reference(&self) -> ProcedureRef {
        ProcedureRef { id: self.id.clone(), version: self.version }
    }
    /// The first step.
    pub fn first(&self) -> Option<&Step> {
        self.steps.first()
    }
    /// The step after `code`.
    pub fn after(&self, code: &str) -> Option<&Step> {
        self.steps.iter().position(|s| s.code == code).and_then(|i| self.steps.get(i + 1))
    }
    /// A step by its code.
    pub fn step(&self, code: &str) -> Option<&Step> {
        self.steps.iter().find(|s| s.code == code)
    }
    /// A category by its code.
    pub fn category(&self, code: &str) -> Option<&Category> {
        self.categories.iter().find(|c| c.code == code)
    }
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
    /// Two serve one category of a kind on one day.
    #[error("procedures {0} and {1} both serve {2:?} {4} on {3}")]
    Overlap(String, String, MatterKind, Date, String),
    /// A step that begins with the customer's submission follows no step of his.
    #[error("procedure {0}: {1} begins with the customer's submission, but no step of his comes before it")]
    NoSubmission(String, String),
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
            for (j, s) in p.steps.iter().enumerate().filter(|(_, s)| s.submission) {
                if j == 0 || p.steps[j - 1].holder != Holder::Customer {
                    faults.push(ProcedureFault::NoSubmission(name.clone(), s.code.clone()));
                }
            }
            for q in &all[..i] {
                let kind = p.kinds.iter().find(|k| q.kinds.contains(k));
                let category = p.categories.iter().find(|c| q.category(&c.code).is_some());
                let from = p.from.max(q.from);
                if let (Some(kind), Some(category)) = (kind, category)
                    && p.to.is_none_or(|to| to >= from)
                    && q.to.is_none_or(|to| to >= from)
                {
                    faults.push(ProcedureFault::Overlap(
                        format!("{} v{}", q.id, q.version),
                        name.clone(),
                        *kind,
                        from,
                        category.code.clone(),
                    ));
                }
            }
        }
        if faults.is_empty() { Ok(Procedures(all)) } else { Err(faults) }
    }
    /// The procedure in force for a kind on a day.
    pub fn in_force(&self, kind: MatterKind, day: Date) -> Option<&Procedure> {
        self.0.iter().find(|p| p.kinds.contains(&kind) && p.from <= day && p.to.is_none_or(|to| day <= to))
    }
    /// The procedure in force for a category of a kind on a day: the one that lists it, else the kind's only one (another
    /// system's categories are not ours).
    pub fn for_category(&self, kind: MatterKind, category: &str, day: Date) -> Option<&Procedure> {
        let mut of_kind =
            self.0.iter().filter(|p| p.kinds.contains(&kind) && p.from <= day && p.to.is_none_or(|to| day <= to));
        let named = of_kind.clone().find(|p| p.category(category).is_some());
        named.or_else(|| of_kind.next().filter(|_| of_kind.next().is_none()))
    }
    /// Every category of a kind on a day, with its procedure.
    pub fn categories(&self, kind: MatterKind, day: Date) -> impl Iterator<Item = (&Procedure, &Category)> {
        let of_kind =
            self.0.iter().filter(move |p| p.kinds.contains(&kind) && p.from <= day && p.to.is_none_or(|to| day <= to));
        of_kind.flat_map(|p| p.categories.iter().map(move |c| (p, c)))
    }
    /// The procedure a matter was begun under.
    pub fn get(&self, r: &ProcedureRef) -> Option<&Procedure> {
        self.0.iter().find(|p| p.id == r.id && p.version == r.version)
    }
    /// All of them.
    pub fn all(&self) -> &[Procedure] {
        &self.0
    }
}
