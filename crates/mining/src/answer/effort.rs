//! Working against waiting, where a log knows both ends of its steps.
//!
//! A step's end belongs to the earliest start of the same step that has none yet. Working time of a case is the union
//! of its steps, so that parallel steps count once; the rest of the case is waiting.

use crate::log::{Activity, Case, Log, Phase, Row, SECOND_US};
use crate::traces::{Trace, Traces};
use yixian_domain::figure::Distribution;

/// A step whose both ends are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Step {
    activity: Activity,
    from: i64,
    to: i64,
    /// Its last event.
    row: Row,
}

/// How long a step is worked on.
#[derive(Clone, Debug, PartialEq)]
pub struct StepEffort {
    /// The step.
    pub activity: Activity,
    /// The events that ended it.
    pub rows: Vec<Row>,
    /// From start to end, seconds.
    pub working: Distribution,
}

/// Working and waiting of a log.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Effort {
    /// Cases with at least one step whose both ends are known.
    pub cases: Vec<Case>,
    /// Working time of those cases, seconds.
    pub working: Option<Distribution>,
    /// The rest of their time, seconds.
    pub waiting: Option<Distribution>,
    /// By step, in the order of the activities' first sight.
    pub steps: Vec<StepEffort>,
    /// Starts that no end followed, and ends without a start.
    pub unpaired: Vec<Row>,
}

fn steps(log: &Log, trace: &Trace<'_>, unpaired: &mut Vec<Row>) -> Vec<Step> {
    let mut begun: Vec<(Activity, i64, Row)> = Vec::new();
    let mut done = Vec::new();
    for ((activity, at), row) in trace.activities.iter().zip(trace.at).zip(trace.rows) {
        match log.phase(*row) {
            Phase::Start => begun.push((*activity, *at, *row)),
            Phase::Complete => match begun.iter().position(|b| b.0 == *activity) {
                Some(i) => done.push(Step { activity: *activity, from: begun.remove(i).1, to: *at, row: *row }),
                None => unpaired.push(*row),
            },
            Phase::Unknown | Phase::Other => {}
        }
    }
    unpaired.extend(begun.into_iter().map(|b| b.2));
    done
}

/// Length of the union of intervals.
fn union(steps: &mut [Step]) -> i64 {
    steps.sort_unstable_by_key(|s| (s.from, s.to));
    let (mut sum, mut reached) = (0, i64::MIN);
    for step in steps {
        sum += (step.to - step.from.max(reached)).max(0);
        reached = reached.max(step.to);
    }
    sum
}

/// Tells working from waiting.
pub fn effort(log: &Log, traces: &Traces) -> Effort {
    let mut out = Effort::default();
    let (mut working, mut waiting) = (Vec::new(), Vec::new());
    let mut by_step: Vec<(Vec<Row>, Vec<i64>)> = vec![Default::default(); log.activities.len()];
    if !log.knows_phases() {
        return out;
    }
    for trace in traces.iter() {
        let mut done = steps(log, &trace, &mut out.unpaired);
        if done.is_empty() {
            continue;
        }
        for step in &done {
            let (rows, lasted) = &mut by_step[step.activity as usize];
            rows.push(step.row);
            lasted.push(step.to - step.from);
        }
        let worked = union(&mut done);
        out.cases.push(trace.case);
        working.push(worked);
        waiting.push(trace.lasted() - worked);
    }
    out.working = Distribution::of(&mut working, SECOND_US);
    out.waiting = Distribution::of(&mut waiting, SECOND_US);
    out.steps = by_step.into_iter().enumerate().filter_map(|(activity, (rows, mut lasted))| {
        Some(StepEffort { activity: activity as Activity, rows, working: Distribution::of(&mut lasted, SECOND_US)? })
    }).collect();
    out
}
