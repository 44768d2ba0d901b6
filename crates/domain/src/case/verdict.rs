//! What the eligibility rules said of an application, and who decided otherwise. It does not know the rules.

use super::words::Exclusion;
use crate::base::ids::{By, Words};
use crate::base::time::Instant;
use crate::base::values::Capacity;
use serde::{Deserialize, Serialize};

/// Why it is not a 三零 case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "code")]
pub enum Reason {
    /// Not low voltage.
    Voltage,
    /// Not a small or micro firm, or not shown to be one.
    FirmSize,
    /// A resident; residents have a procedure of their own.
    Resident,
    /// More than the cap of that day and area.
    Capacity {
        /// The cap.
        cap: Capacity,
    },
    /// More than the cap together with other applications at the address or by the same party.
    Aggregate {
        /// The cap.
        cap: Capacity,
        /// All of them together.
        total: Capacity,
    },
    /// Excluded.
    Excluded {
        /// By what.
        exclusion: Exclusion,
    },
    /// No row is in force there on that day.
    NoRule,
}

impl Reason {
    /// Stable code, as keyed in the catalogues.
    pub fn code(&self) -> &'static str {
        match self {
            Reason::Voltage => "voltage",
            Reason::FirmSize => "firm_size",
            Reason::Resident => "resident",
            Reason::Capacity { .. } => "capacity",
            Reason::Aggregate { .. } => "aggregate",
            Reason::Excluded { exclusion } => exclusion.as_str(),
            Reason::NoRule => "no_rule",
        }
    }
}

/// Somebody decided otherwise than the rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// Who.
    pub by: By,
    /// When.
    pub at: Instant,
    /// What he decided.
    pub eligible: bool,
    /// Why.
    pub reason: Words,
}

/// The verdict of the rules, and of whoever overrode them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Eligibility {
    /// By the rules.
    pub by_rule: bool,
    /// Why not; empty when eligible.
    pub reasons: Vec<Reason>,
    /// The row that held; none = no rule in force.
    pub row: Option<String>,
    /// Overridden.
    pub overridden: Option<Override>,
}

impl Eligibility {
    /// As it stands.
    pub fn stands(&self) -> bool {
        self.overridden.as_ref().map_or(self.by_rule, |o| o.eligible)
    }
}
