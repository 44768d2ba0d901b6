//! A task of an indicator 指标任务: where it stands in the breakdown and what it hands over. Its aspect and its weight are the
//! breakdown's, version by version; whether it is done is the matter's.

use crate::base::codes::codes;
use crate::base::ids::{IndicatorId, UnitId};
use serde::{Deserialize, Serialize};

codes! {
    /// Why not.
    TaskRule {
        /// What shows that it is done is missing.
        NoEvidence = "task_evidence",
    }
}

/// What a task carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// For which indicator.
    pub indicator: IndicatorId,
    /// Its code in the breakdown that it came with.
    pub code: String,
    /// What is handed over 交付物.
    pub deliverable: String,
    /// Departments that help.
    pub helpers: Vec<UnitId>,
    /// It is only done with a photo or a file that shows it.
    pub evidence: bool,
}
