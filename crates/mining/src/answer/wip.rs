//! Work in progress: cases that are open at an instant, how old they are and where they stand.

use crate::log::{Activity, Case, Log};
use crate::traces::Traces;

/// An open case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenCase {
    /// Which.
    pub case: Case,
    /// Since its first event, microseconds.
    pub age: i64,
    /// Its last step up to the instant.
    pub at_step: Activity,
    /// Since that step, microseconds.
    pub idle: i64,
}

/// The cases that are open at `as_of`, the oldest first: those of `log` known to be open, and those that were finished
/// only later. A case whose first event is later is not there yet.
pub fn work_in_progress(log: &Log, traces: &Traces, as_of: i64) -> Vec<OpenCase> {
    let mut open: Vec<OpenCase> = traces
        .iter()
        .filter_map(|t| {
            let done = t.at.partition_point(|at| *at <= as_of);
            let last = done.checked_sub(1)?;
            let still = log.is_open(t.case) || done < t.at.len();
            still.then(|| OpenCase {
                case: t.case,
                age: as_of - t.first(),
                at_step: t.activities[last],
                idle: as_of - t.at[last],
            })
        })
        .collect();
    open.sort_by(|a, b| b.age.cmp(&a.age).then_with(|| log.cases.get(a.case).cmp(log.cases.get(b.case))));
    open
}

/// Ages in classes: cases younger than each limit (microseconds, ascending) and not than the one before; the last class
/// holds the rest.
pub fn ageing(open: &[OpenCase], limits: &[i64]) -> Vec<Vec<Case>> {
    let mut classes = vec![Vec::new(); limits.len() + 1];
    for case in open {
        classes[limits.partition_point(|l| *l <= case.age)].push(case.case);
    }
    classes
}
