//! What if: a copy of the request is changed, planned anew from the plan at hand, and compared with it.

use crate::check::{check, timed};
use crate::compare::{Comparison, compare};
use crate::fault::Fault;
use crate::model::*;
use crate::search::{Settings, solve};
use crate::validate;

/// A change to ask about.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// One more shift.
    Shift(Shift),
    /// A shift falls away: its leader is ill. It stays in the list and takes no visit, so that nothing is renumbered.
    Cancel(u32),
    /// One more visit worth doing; its place must be known to [`Request::travel`].
    Task(Task),
    /// A visit falls away: its site closes.
    Close(u32),
    /// Other weights.
    Weights(Weights),
    /// A visit is settled.
    Pin(Pin),
    /// A visit is ruled out.
    Forbid(Forbid),
}

/// What would be.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The request as changed, its base the plan at hand.
    pub request: Request,
    /// The plan it gets.
    pub plan: Plan,
    /// Against what is left of the plan at hand, both valued by the changed request.
    pub difference: Comparison,
    /// Iterations spent.
    pub iterations: u64,
}

/// Plans the changed request within the settings' budget. The plan at hand is where the search starts, so an unhelpful change costs nothing but
/// time. Faults of the changed request are refused.
pub fn what_if(request: &Request, plan: &Plan, changes: &[Change], settings: Settings) -> Result<Answer, Vec<Fault>> {
    let mut copy = changed(request, changes);
    copy.base = Some(plan.clone());
    let faults = validate::faults(&copy);
    if !faults.is_empty() {
        return Err(faults);
    }
    let left = remains(&copy, plan);
    copy.base = Some(left.clone());
    let outcome = solve(&copy, settings);
    let difference = compare(&copy, &left, &outcome.plan);
    Ok(Answer { request: copy, plan: outcome.plan, difference, iterations: outcome.iterations })
}

/// A copy with the changes made, in their order. Indices of shifts and tasks stay as they are.
pub fn changed(request: &Request, changes: &[Change]) -> Request {
    let mut copy = request.clone();
    for change in changes {
        match change {
            Change::Shift(shift) => copy.shifts.push(shift.clone()),
            Change::Cancel(shift) => {
                if let Some(shift) = copy.shifts.get_mut(*shift as usize) {
                    shift.most = 0;
                }
            }
            Change::Task(task) => copy.tasks.push(task.clone()),
            Change::Close(task) => copy.forbids.push(Forbid { task: *task, leader: None, day: None }),
            Change::Weights(weights) => copy.weights = *weights,
            Change::Pin(pin) => copy.pins.push(*pin),
            Change::Forbid(forbid) => copy.forbids.push(*forbid),
        }
    }
    // What is owed cannot be more than what the shifts that are left allow.
    let mut allowed = vec![0u32; copy.leaders.len()];
    for shift in &copy.shifts {
        if let Some(visits) = allowed.get_mut(shift.leader as usize) {
            *visits += u32::from(shift.most);
        }
    }
    for (leader, visits) in copy.leaders.iter_mut().zip(allowed) {
        leader.quota = leader.quota.min(u16::try_from(visits).unwrap_or(u16::MAX));
    }
    copy
}

/// What of a plan may still be lived under a request: visits that break something are taken out until nothing does.
pub fn remains(request: &Request, plan: &Plan) -> Plan {
    let mut routes: Vec<(u32, Vec<u32>)> =
        plan.routes.iter().map(|r| (r.shift, r.stops.iter().map(|s| s.task).collect())).collect();
    loop {
        let left = timed(request, &routes);
        let faults = check(request, &left).faults;
        if faults.is_empty() {
            return left;
        }
        let before: usize = routes.iter().map(|(_, tasks)| tasks.len()).sum();
        for fault in &faults {
            let Some((_, tasks)) = routes.iter_mut().find(|(shift, _)| Some(*shift) == fault.shift) else { continue };
            match fault.task {
                Some(task) => tasks.retain(|t| *t != task),
                None => _ = tasks.pop(),
            }
        }
        routes.retain(|(_, tasks)| !tasks.is_empty());
        // A fault that no visit carries cannot be mended by taking one out.
        if routes.iter().map(|(_, tasks)| tasks.len()).sum::<usize>() == before {
            routes.clear();
        }
    }
}
