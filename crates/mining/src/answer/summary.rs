//! A log at a glance: how much, from when to when, which ways, and how long.

use super::grouped;
use super::throughput::{RoundTheClock, Throughput, throughput};
use super::variants::{Variant, variants};
use crate::log::{Activity, Case, Log};
use crate::traces::Traces;

/// Cases that share an activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    /// The activity.
    pub activity: Activity,
    /// The cases.
    pub cases: Vec<Case>,
}

/// A log at a glance. Times are those of finished cases; everything else counts all cases.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// Events.
    pub events: usize,
    /// Cases that have events.
    pub cases: Vec<Case>,
    /// Activities that happened.
    pub activities: Vec<Activity>,
    /// First and last instant, microseconds; nothing without events.
    pub span: Option<(i64, i64)>,
    /// Ways of the finished cases, the most used first.
    pub variants: Vec<Variant>,
    /// What all cases began with, the most frequent first.
    pub starts: Vec<Shared>,
    /// What the finished cases ended with.
    pub ends: Vec<Shared>,
    /// How long the finished cases took.
    pub throughput: Throughput,
    /// Cases known to be open.
    pub open: Vec<Case>,
}

fn shared(log: &Log, pairs: impl Iterator<Item = (Activity, Case)> + Clone) -> Vec<Shared> {
    let groups = grouped(log.activities.len(), pairs);
    let mut all: Vec<Shared> = groups
        .into_iter()
        .enumerate()
        .filter(|(_, cases)| !cases.is_empty())
        .map(|(activity, cases)| Shared { activity: activity as Activity, cases })
        .collect();
    all.sort_by(|a, b| {
        b.cases
            .len()
            .cmp(&a.cases.len())
            .then_with(|| log.activities.get(a.activity).cmp(log.activities.get(b.activity)))
    });
    all
}

/// Sums a log up.
pub fn summary(log: &Log) -> Summary {
    let all = Traces::of(log);
    if log.knows_ends() { summary_of(log, &all, &Traces::finished(log)) } else { summary_of(log, &all, &all) }
}

/// Sums chosen cases of a log up: all of them, and the finished ones among them.
pub fn summary_of(log: &Log, all: &Traces, finished: &Traces) -> Summary {
    let mut happened = vec![false; log.activities.len()];
    let (mut first, mut last) = (i64::MAX, i64::MIN);
    for trace in all.iter() {
        (first, last) = (first.min(trace.first()), last.max(trace.last()));
        for activity in trace.activities {
            happened[*activity as usize] = true;
        }
    }
    Summary {
        events: all.events(),
        cases: all.iter().map(|t| t.case).collect(),
        activities: (0..log.activities.len() as Activity).filter(|a| happened[*a as usize]).collect(),
        span: (first <= last).then_some((first, last)),
        variants: variants(log, finished),
        starts: shared(log, all.iter().map(|t| (t.activities[0], t.case))),
        ends: shared(log, finished.iter().map(|t| (t.activities[t.activities.len() - 1], t.case))),
        throughput: throughput(finished, &RoundTheClock),
        open: all.iter().map(|t| t.case).filter(|c| log.is_open(*c)).collect(),
    }
}
