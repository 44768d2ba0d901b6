//! What the planner's independent parts say of a plan: the checker, the explanations, the bound, the
//! lint, in the shapes a kept plan holds.

use super::document::{Gain, Remark, WhyNot};
use std::collections::HashMap;
use yixian_domain::ids::PersonId;
use yixian_domain::time::Date;
use yixian_planner::check::check;
use yixian_planner::fault::Wrong;
use yixian_planner::model::{Plan, Request, Value};
use yixian_planner::validate;

pub(crate) struct Verdict {
    pub value: Value,
    pub bound: Option<f64>,
    pub gains: HashMap<u32, Gain>,
    pub remarks: Vec<Remark>,
    reasons: HashMap<u32, WhyNot>,
}

impl Verdict {
    /// Why a task is left out; `_who` names a leader and a day.
    pub fn why(&self, task: u32, _who: impl Fn(u32, u16) -> (PersonId, Date)) -> WhyNot { self.reasons.get(&task).copied().unwrap_or(WhyNot::Unknown) }
}

/// The verdict on a plan, or its first fault.
pub(crate) fn of(request: &Request, plan: &Plan) -> Result<Verdict, String> {
    // A pin that fits no shift is not a fault of ours: somebody settled what cannot be, and reads so in the plan.
    let wrong = validate::faults(request).into_iter().find(|f| f.what != Wrong::PinFitsNoShift);
    if let Some(f) = wrong {
        return Err(f.to_string());
    }
    let report = check(request, plan);
    if let Some(f) = report.faults.first() {
        return Err(format!("{f:?}"));
    }
    Ok(Verdict { value: report.value, bound: None, gains: HashMap::new(), remarks: Vec::new(), reasons: HashMap::new() })
}
