//! Work done again: steps that repeat, steps to which a case returns, and ping-pong (A, B, A).

use super::grouped;
use crate::log::{Activity, Case, Log, Row};
use crate::traces::Traces;
use hashbrown::HashMap;

/// A step done more than once in a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeated {
    /// The step.
    pub activity: Activity,
    /// The cases in which it was done more than once.
    pub cases: Vec<Case>,
    /// The times it was done again: every event of it after the first of its case.
    pub again: Vec<Row>,
    /// Of these, the ones with another step in between: the case came back.
    pub returns: Vec<Row>,
}

/// A case went from one step to another and straight back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PingPong {
    /// The step to which it came back.
    pub home: Activity,
    /// The step in between.
    pub away: Activity,
    /// The events with which it came back.
    pub rows: Vec<Row>,
}

/// Rework of a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rework {
    /// Cases in which any step repeats.
    pub cases: Vec<Case>,
    /// Steps that repeat, by the number of cases, then by name.
    pub repeated: Vec<Repeated>,
    /// Ping-pong, by how often, then by name.
    pub ping_pong: Vec<PingPong>,
}

/// Finds rework.
pub fn rework(log: &Log, traces: &Traces) -> Rework {
    let n = log.activities.len();
    // The trace in which a step was last seen, and its place there.
    let mut seen = vec![(u32::MAX, 0_usize); n];
    let mut repeated_in = vec![u32::MAX; n];
    let (mut in_case, mut again, mut returns) = (Vec::new(), Vec::new(), Vec::new());
    let mut pairs: HashMap<(Activity, Activity), Vec<Row>> = HashMap::new();
    let mut out = Rework::default();
    for (number, trace) in (0_u32..).zip(traces.iter()) {
        let mut any = false;
        for (i, (activity, row)) in trace.activities.iter().zip(trace.rows).enumerate() {
            let a = *activity as usize;
            if seen[a].0 == number {
                any = true;
                again.push((*activity, *row));
                if seen[a].1 + 1 < i {
                    returns.push((*activity, *row));
                }
                if repeated_in[a] != number {
                    repeated_in[a] = number;
                    in_case.push((*activity, trace.case));
                }
            }
            seen[a] = (number, i);
            if i >= 2 && trace.activities[i - 2] == *activity && trace.activities[i - 1] != *activity {
                pairs.entry((*activity, trace.activities[i - 1])).or_default().push(*row);
            }
        }
        if any {
            out.cases.push(trace.case);
        }
    }
    let cases = grouped(n, in_case.iter().copied());
    let again = grouped(n, again.iter().copied());
    let returns = grouped(n, returns.iter().copied());
    out.repeated = cases
        .into_iter()
        .zip(again)
        .zip(returns)
        .enumerate()
        .filter(|(_, ((cases, _), _))| !cases.is_empty())
        .map(|(activity, ((cases, again), returns))| Repeated { activity: activity as Activity, cases, again, returns })
        .collect();
    let name = |a: Activity| log.activities.get(a);
    out.repeated.sort_by(|a, b| b.cases.len().cmp(&a.cases.len()).then_with(|| name(a.activity).cmp(name(b.activity))));
    out.ping_pong = pairs.into_iter().map(|((home, away), rows)| PingPong { home, away, rows }).collect();
    out.ping_pong.sort_by(|a, b| {
        b.rows.len().cmp(&a.rows.len()).then_with(|| (name(a.home), name(a.away)).cmp(&(name(b.home), name(b.away))))
    });
    out
}
