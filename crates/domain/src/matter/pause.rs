//! What a handler asks for and somebody else decides: more time, or a pause of the clock. It does not know when either may
//! be asked for.

use crate::base::codes::codes;
use crate::base::ids::*;
use crate::base::time::{Date, Instant};
use serde::{Deserialize, Serialize};

codes! {
    /// Why the clock was stopped.
    PauseGround {
        /// 材料不全 (一次性告知)
        IncompleteMaterial = "incomplete_material",
        /// 客户工程
        CustomerWorks = "customer_works",
        /// 客户要求延期
        CustomerRequest = "customer_request",
        /// 政府审批
        GovernmentPermit = "government_permit",
        /// 不可抗力
        ForceMajeure = "force_majeure",
    }
}

/// What a handler asks for and somebody else decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "for")]
pub enum Wanted {
    /// More time, up to the end of this day.
    Extension {
        /// New due day.
        until: Date,
    },
    /// Stop the clock.
    Pause,
}

/// A request waiting for a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// What is wanted.
    pub wanted: Wanted,
    /// Who asked.
    pub by: By,
    /// When.
    pub at: Instant,
    /// Why.
    pub reason: Words,
    /// What shows it.
    pub evidence: Vec<FileRef>,
    /// Ground of a pause, where the procedure names grounds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground: Option<PauseGround>,
}

/// An approved pause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// From the request on.
    pub from: Instant,
    /// Until it was resumed.
    pub to: Option<Instant>,
    /// Why.
    pub reason: Words,
    /// What shows it.
    pub evidence: Vec<FileRef>,
    /// Who asked.
    pub asked_by: By,
    /// Who approved.
    pub approved_by: By,
    /// On which ground, where the procedure names grounds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground: Option<PauseGround>,
}

/// An approved extension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// New due day.
    pub until: Date,
    /// The due day before.
    pub was: Option<Date>,
    /// When it was approved.
    pub at: Instant,
    /// Why.
    pub reason: Words,
    /// Who asked.
    pub asked_by: By,
    /// Who approved.
    pub approved_by: By,
}
