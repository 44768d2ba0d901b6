//! What was asked for, and what the hall found to be otherwise. It does not know what the rules say of it.

use super::words::{ApplicantKind, Exclusion, FirmSize, Setting, Use, Voltage};
use crate::base::ids::{Said, Words};
use crate::base::values::Capacity;
use serde::{Deserialize, Serialize};

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// Person or firm.
    pub applicant: ApplicantKind,
    /// Size of the firm.
    pub size: FirmSize,
    /// District 区.
    pub district: String,
    /// Street or town; empty when not given.
    pub street: Said,
    /// The rest of the address, where it can be erased.
    pub address: Option<Words>,
    /// Urban or rural.
    pub setting: Setting,
    /// What for.
    pub purpose: Use,
    /// How much.
    pub capacity: Capacity,
    /// Voltage asked for.
    pub voltage: Voltage,
    /// Second source asked for.
    pub dual: bool,
    /// Temporary supply.
    pub temporary: bool,
    /// An important load 重要客户: design review and mid inspection apply.
    pub important: bool,
    /// Exclusions that hold by what was declared.
    pub exclusions: Vec<Exclusion>,
    /// Number at the hotline it came through.
    pub reference: Option<Said>,
}

/// What the hall found to be otherwise than the application says; the values as they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// Size of the firm, as its registration says.
    pub size: FirmSize,
    /// Urban or rural.
    pub setting: Setting,
    /// How much.
    pub capacity: Capacity,
    /// Voltage.
    pub voltage: Voltage,
    /// Exclusions that hold.
    pub exclusions: Vec<Exclusion>,
}

impl Application {
    /// The application as it should have been.
    #[must_use]
    pub fn corrected(&self, c: &Correction) -> Application {
        Application {
            size: c.size,
            setting: c.setting,
            capacity: c.capacity,
            voltage: c.voltage,
            exclusions: c.exclusions.clone(),
            ..self.clone()
        }
    }
}
