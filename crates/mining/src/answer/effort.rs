//! Working against waiting, where a log knows both ends of its steps.
//!
//! A log tells the ends in one of two ways: each step has an event for its start and one for its end (XES `lifecycle`), or
//! events say what they turn: one begins a step, another stops or ends whatever is in hand. Working time of a case is the
//! union of its steps, so that parallel steps count once; the rest of the case is waiting.

use crate::log::{Activity, Case, Log, Phase, Row, SECOND_US};
use crate::traces::{Trace, Traces};
use yixian_domain::figure::Distribution;

/// What an event does to the one step that is in hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Turn {
    /// Nothing.
    #[default]
    Nothing,
    /// Ends it and begins the step that the event is named after.
    Begins,
    /// Somebody asks for a stop; if it comes, it counts from here.
    AsksToStop,
    /// Stops it, from when that was asked for.
    Stops,
    /// It goes on.
    GoesOn,
    /// Ends it.
    Ends,
}

/// How a log tells the ends of its steps.
#[derive(Clone, Copy, Debug)]
pub enum Ends<'a> {
    /// By the [`Phase`] of its events: a step's end belongs to the earliest start of the same step that has none yet.
    Phases,
    /// By what its activities turn, one for each number of an activity.
    Turns(&'a [Turn]),
}

/// A step whose both ends are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Step {
    activity: Activity,
    /// From start to end without the time in which it was stopped, microseconds.
    lasted: i64,
    /// The event that ended it.
    row: Row,
}

/// The steps of a case, and the spans in which it was worked on.
#[derive(Debug, Default)]
struct Worked {
    steps: Vec<Step>,
    spans: Vec<(i64, i64)>,
}

/// How long a step is worked on.
#[derive(Clone, Debug, PartialEq)]
pub struct StepEffort {
    /// The step.
    pub activity: Activity,
    /// The events that ended it.
    pub rows: Vec<Row>,
    /// From start to end without stops, seconds.
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

fn by_phases(log: &Log, trace: &Trace<'_>, unpaired: &mut Vec<Row>) -> Worked {
    let mut begun: Vec<(Activity, i64, Row)> = Vec::new();
    let mut worked = Worked::default();
    for ((activity, at), row) in trace.activities.iter().zip(trace.at).zip(trace.rows) {
        match log.phase(*row) {
            Phase::Start => begun.push((*activity, *at, *row)),
            Phase::Complete => match begun.iter().position(|b| b.0 == *activity) {
                Some(i) => {
                    let from = begun.remove(i).1;
                    worked.steps.push(Step { activity: *activity, lasted: at.saturating_sub(from), row: *row });
                    worked.spans.push((from, *at));
                }
                None => unpaired.push(*row),
            },
            Phase::Unknown | Phase::Other => {}
        }
    }
    unpaired.extend(begun.into_iter().map(|b| b.2));
    worked
}

/// The step in hand.
struct InHand {
    activity: Activity,
    row: Row,
    /// Since when it is worked on; nothing while it is stopped.
    since: Option<i64>,
    asked: Option<i64>,
    spans: Vec<(i64, i64)>,
}

impl InHand {
    fn stop(&mut self, at: i64) {
        if let Some(since) = self.since.take() {
            self.spans.push((since, at.max(since)));
        }
    }
}

fn by_turns(turns: &[Turn], trace: &Trace<'_>, unpaired: &mut Vec<Row>) -> Worked {
    let (mut hand, mut worked): (Option<InHand>, Worked) = (None, Worked::default());
    let end = |hand: &mut Option<InHand>, worked: &mut Worked, at: i64, row: Row| {
        if let Some(mut step) = hand.take() {
            step.stop(at);
            worked.steps.push(Step {
                activity: step.activity,
                lasted: step.spans.iter().map(|(from, to)| to.saturating_sub(*from)).sum(),
                row,
            });
            worked.spans.extend(step.spans);
        }
    };
    for ((activity, at), row) in trace.activities.iter().zip(trace.at).zip(trace.rows) {
        match (turns.get(*activity as usize).copied().unwrap_or_default(), &mut hand) {
            (Turn::Begins, _) => {
                end(&mut hand, &mut worked, *at, *row);
                hand =
                    Some(InHand { activity: *activity, row: *row, since: Some(*at), asked: None, spans: Vec::new() });
            }
            (Turn::Ends, _) => end(&mut hand, &mut worked, *at, *row),
            (Turn::AsksToStop, Some(step)) => step.asked = Some(*at),
            (Turn::Stops, Some(step)) => {
                let from = step.asked.take().unwrap_or(*at);
                step.stop(from);
            }
            (Turn::GoesOn, Some(step)) => step.since = step.since.or(Some(*at)),
            (Turn::Nothing, _) | (_, None) => {}
        }
    }
    unpaired.extend(hand.map(|step| step.row));
    worked
}

/// Length of the union of spans.
fn union(spans: &mut [(i64, i64)]) -> i64 {
    spans.sort_unstable();
    let (mut sum, mut reached) = (0, i64::MIN);
    for (from, to) in spans {
        sum += to.saturating_sub((*from).max(reached)).max(0);
        reached = reached.max(*to);
    }
    sum
}

/// Tells working from waiting.
pub fn effort(log: &Log, traces: &Traces, ends: Ends<'_>) -> Effort {
    let mut out = Effort::default();
    let (mut working, mut waiting) = (Vec::new(), Vec::new());
    let mut by_step: Vec<(Vec<Row>, Vec<i64>)> = vec![Default::default(); log.activities.len()];
    if matches!(ends, Ends::Phases) && !log.knows_phases() {
        return out;
    }
    for trace in traces.iter() {
        let mut done = match ends {
            Ends::Phases => by_phases(log, &trace, &mut out.unpaired),
            Ends::Turns(turns) => by_turns(turns, &trace, &mut out.unpaired),
        };
        if done.steps.is_empty() {
            continue;
        }
        for step in &done.steps {
            let (rows, lasted) = &mut by_step[step.activity as usize];
            rows.push(step.row);
            lasted.push(step.lasted);
        }
        let worked = union(&mut done.spans);
        out.cases.push(trace.case);
        working.push(worked);
        waiting.push(trace.lasted() - worked);
    }
    out.working = Distribution::of(&mut working, SECOND_US);
    out.waiting = Distribution::of(&mut waiting, SECOND_US);
    out.steps = by_step
        .into_iter()
        .enumerate()
        .filter_map(|(activity, (rows, mut lasted))| {
            Some(StepEffort {
                activity: activity as Activity,
                rows,
                working: Distribution::of(&mut lasted, SECOND_US)?,
            })
        })
        .collect();
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::Event;

    const NAMES: [(&str, Turn); 6] = [
        ("work", Turn::Begins),
        ("ask", Turn::AsksToStop),
        ("stop", Turn::Stops),
        ("on", Turn::GoesOn),
        ("done", Turn::Ends),
        ("note", Turn::Nothing),
    ];

    #[test]
    fn a_stop_counts_from_its_asking() {
        let table: [(&str, &[(&str, i64)], Option<(f64, f64)>, &[f64], usize); 9] = [
            ("worked on to its end", &[("note", 0), ("work", 2), ("done", 7)], Some((5.0, 2.0)), &[5.0], 0),
            (
                "stopped from the asking on",
                &[("work", 0), ("ask", 2), ("stop", 3), ("on", 5), ("done", 9)],
                Some((6.0, 3.0)),
                &[6.0],
                0,
            ),
            (
                "a stop that nobody asked for",
                &[("work", 0), ("stop", 3), ("on", 5), ("done", 9)],
                Some((7.0, 2.0)),
                &[7.0],
                0,
            ),
            ("asked for and never granted", &[("work", 0), ("ask", 2), ("done", 9)], Some((9.0, 0.0)), &[9.0], 0),
            ("ended while stopped", &[("work", 0), ("stop", 3), ("done", 9)], Some((3.0, 6.0)), &[3.0], 0),
            ("one step ends the other", &[("work", 0), ("work", 4), ("done", 5)], Some((5.0, 0.0)), &[4.0, 1.0], 0),
            ("still in hand", &[("work", 0), ("note", 9)], None, &[], 1),
            ("nothing was in hand", &[("ask", 0), ("stop", 1), ("on", 2), ("done", 3)], None, &[], 0),
            ("done, and begun again", &[("work", 0), ("done", 1), ("work", 3)], Some((1.0, 2.0)), &[1.0], 1),
        ];
        for (what, events, expected, steps, unpaired) in table {
            let mut log = Log::new();
            for (activity, second) in events {
                log.push(&Event { case: "c", activity, at: second * SECOND_US, ..Event::default() });
            }
            let turns: Vec<Turn> =
                log.activities.iter().map(|a| NAMES.iter().find(|n| n.0 == a).expect("a name").1).collect();
            let e = effort(&log, &Traces::of(&log), Ends::Turns(&turns));
            assert_eq!(e.working.zip(e.waiting).map(|(work, wait)| (work.mean, wait.mean)), expected, "{what}");
            let all: f64 = e.steps.iter().map(|s| s.working.mean * s.working.n as f64).sum();
            assert_eq!(
                (e.steps.iter().map(|s| s.rows.len()).sum::<usize>(), e.unpaired.len()),
                (steps.len(), unpaired),
                "{what}"
            );
            assert!((all - steps.iter().sum::<f64>()).abs() < 1e-9, "{what}");
        }
    }
}
