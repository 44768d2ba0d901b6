//! Answers as the machine contract writes them: names instead of numbers, seconds instead of microseconds.

use crate::answer::compare::Comparison;
use crate::answer::effort::Effort;
use crate::answer::flow::Hop;
use crate::answer::handover::Handover;
use crate::answer::rework::Rework;
use crate::answer::summary::{Shared, Summary};
use crate::answer::variants::Variant;
use crate::deadlines::{Deadlines, Kept, Outcome};
use crate::log::{Activity, Log};
use crate::stamp::rfc3339;
use crate::traces::Traces;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use yixian_domain::figure::Distribution;

/// Counts by name, in the order in which they stand.
#[derive(Debug)]
pub struct Counts<'a>(Vec<(&'a str, usize)>);

impl Serialize for Counts<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.0.iter().copied())
    }
}

fn counts<'a>(log: &'a Log, shared: &[Shared]) -> Counts<'a> {
    Counts(shared.iter().map(|s| (log.activities.get(s.activity), s.cases.len())).collect())
}

fn path<'a>(log: &'a Log, of: &[Activity]) -> Vec<&'a str> {
    of.iter().map(|a| log.activities.get(*a)).collect()
}

/// Spread of durations, seconds.
#[derive(Debug, Serialize)]
pub struct Spread {
    min: f64,
    p25: f64,
    median: f64,
    mean: f64,
    p75: f64,
    p90: f64,
    p95: f64,
    max: f64,
}

impl Spread {
    fn of(d: Distribution) -> Spread {
        Spread {
            min: d.min,
            p25: d.p25,
            median: d.median,
            mean: d.mean,
            p75: d.p75,
            p90: d.p90,
            p95: d.p95,
            max: d.max,
        }
    }
}

/// A way and how many cases went it.
#[derive(Debug, Serialize)]
pub struct Way<'a> {
    count: usize,
    path: Vec<&'a str>,
}

/// `mine summary`.
#[derive(Debug, Serialize)]
pub struct SummaryShown<'a> {
    events: usize,
    cases: usize,
    open_cases: usize,
    activities: usize,
    variants: usize,
    first: Option<String>,
    last: Option<String>,
    top_variants: Vec<Way<'a>>,
    start_activities: Counts<'a>,
    end_activities: Counts<'a>,
    throughput_s: Option<Spread>,
}

/// A summary in names, with its `top` most used ways.
pub fn summary<'a>(log: &'a Log, of: &Summary, top: usize) -> SummaryShown<'a> {
    SummaryShown {
        events: of.events,
        cases: of.cases.len(),
        open_cases: of.open.len(),
        activities: of.activities.len(),
        variants: of.variants.len(),
        first: of.span.map(|s| rfc3339(s.0)),
        last: of.span.map(|s| rfc3339(s.1)),
        top_variants: of
            .variants
            .iter()
            .take(top)
            .map(|v| Way { count: v.count(), path: path(log, &v.path) })
            .collect(),
        start_activities: counts(log, &of.starts),
        end_activities: counts(log, &of.ends),
        throughput_s: of.throughput.spread.map(Spread::of),
    }
}

/// `mine flow`.
#[derive(Debug, Serialize)]
pub struct FlowShown<'a> {
    edges: Vec<Edge<'a>>,
}

#[derive(Debug, Serialize)]
struct Edge<'a> {
    from: &'a str,
    to: &'a str,
    count: usize,
    mean: f64,
    median: f64,
    p90: f64,
    max: f64,
    total: f64,
}

/// A flow in names, seconds.
pub fn flow<'a>(log: &'a Log, hops: &[Hop]) -> FlowShown<'a> {
    let name = |a| log.activities.get(a);
    FlowShown {
        edges: hops
            .iter()
            .map(|h| Edge {
                from: name(h.from),
                to: name(h.to),
                count: h.count(),
                mean: h.mean,
                median: h.median,
                p90: h.p90,
                max: h.max,
                total: h.total,
            })
            .collect(),
    }
}

/// `mine variants`.
#[derive(Debug, Serialize)]
pub struct VariantsShown<'a> {
    cases: usize,
    count: usize,
    variants: Vec<VariantShown<'a>>,
}

#[derive(Debug, Serialize)]
struct VariantShown<'a> {
    count: usize,
    share: f64,
    median_s: f64,
    path: Vec<&'a str>,
    cases: Vec<&'a str>,
}

/// The `top` most used ways, with the cases that went them.
pub fn variants<'a>(log: &'a Log, of: &[Variant], top: usize) -> VariantsShown<'a> {
    let cases: usize = of.iter().map(Variant::count).sum();
    VariantsShown {
        cases,
        count: of.len(),
        variants: of
            .iter()
            .take(top)
            .map(|v| VariantShown {
                count: v.count(),
                share: v.count() as f64 / cases as f64,
                median_s: v.median,
                path: path(log, &v.path),
                cases: v.cases.iter().map(|c| log.cases.get(*c)).collect(),
            })
            .collect(),
    }
}

/// `mine rework`.
#[derive(Debug, Serialize)]
pub struct ReworkShown<'a> {
    cases: usize,
    activities: Vec<RepeatedShown<'a>>,
    ping_pong: Vec<PingPongShown<'a>>,
}

#[derive(Debug, Serialize)]
struct RepeatedShown<'a> {
    activity: &'a str,
    cases: usize,
    again: usize,
    returns: usize,
}

#[derive(Debug, Serialize)]
struct PingPongShown<'a> {
    home: &'a str,
    away: &'a str,
    count: usize,
}

/// Rework in names.
pub fn rework<'a>(log: &'a Log, of: &Rework) -> ReworkShown<'a> {
    let name = |a| log.activities.get(a);
    ReworkShown {
        cases: of.cases.len(),
        activities: of
            .repeated
            .iter()
            .map(|r| RepeatedShown {
                activity: name(r.activity),
                cases: r.cases.len(),
                again: r.again.len(),
                returns: r.returns.len(),
            })
            .collect(),
        ping_pong: of
            .ping_pong
            .iter()
            .map(|p| PingPongShown { home: name(p.home), away: name(p.away), count: p.rows.len() })
            .collect(),
    }
}

/// `mine effort`.
#[derive(Debug, Serialize)]
pub struct EffortShown<'a> {
    cases: usize,
    working_s: Option<Spread>,
    waiting_s: Option<Spread>,
    unpaired: usize,
    steps: Vec<StepShown<'a>>,
}

#[derive(Debug, Serialize)]
struct StepShown<'a> {
    activity: &'a str,
    count: usize,
    cases: usize,
    working_s: Spread,
}

/// Working against waiting in names.
pub fn effort<'a>(log: &'a Log, of: &Effort) -> EffortShown<'a> {
    EffortShown {
        cases: of.cases.len(),
        working_s: of.working.map(Spread::of),
        waiting_s: of.waiting.map(Spread::of),
        unpaired: of.unpaired.len(),
        steps: of
            .steps
            .iter()
            .map(|s| StepShown {
                activity: log.activities.get(s.activity),
                count: s.rows.len(),
                cases: log.cases_of(&s.rows).len(),
                working_s: Spread::of(s.working),
            })
            .collect(),
    }
}

/// `mine handovers`.
#[derive(Debug, Serialize)]
pub struct HandoversShown<'a> {
    handovers: Vec<HandoverShown<'a>>,
}

#[derive(Debug, Serialize)]
struct HandoverShown<'a> {
    from: &'a str,
    to: &'a str,
    count: usize,
    cases: usize,
    median: f64,
    total: f64,
}

/// Handovers between units in names, seconds.
pub fn handovers<'a>(log: &'a Log, of: &[Handover]) -> HandoversShown<'a> {
    let handovers = of
        .iter()
        .map(|h| HandoverShown {
            from: log.units.get(h.from),
            to: log.units.get(h.to),
            count: h.rows.len(),
            cases: log.cases_of(&h.rows).len(),
            median: h.median,
            total: h.total,
        })
        .collect();
    HandoversShown { handovers }
}

/// `mine deadlines`.
#[derive(Debug, Serialize)]
pub struct DeadlinesShown<'a> {
    as_of: Option<String>,
    #[serde(flatten)]
    all: KeptShown,
    by_type: BTreeMap<&'a str, KeptShown>,
    by_unit: BTreeMap<&'a str, KeptShown>,
}

#[derive(Debug, Serialize)]
struct KeptShown {
    cases: usize,
    on_time: usize,
    late: usize,
    without_end: usize,
    overdue: usize,
    not_yet_due: usize,
    open_without_deadline: usize,
    closed_without_deadline: usize,
    /// Of what was closed and had a deadline; nothing of nothing.
    on_time_rate: Option<f64>,
    /// Open cases by age in days, when it is known as of when.
    ageing: Option<BTreeMap<String, usize>>,
}

fn kept(of: &Kept, aged: bool) -> KeptShown {
    let n = |outcome| of.of(outcome).len();
    let (on_time, late) = (n(Outcome::OnTime), n(Outcome::Late));
    let name = |i: usize| match (i.checked_sub(1).map(|b| Kept::LIMITS[b]), Kept::LIMITS.get(i)) {
        (None, Some(to)) => format!("000-{to:03}"),
        (Some(from), Some(to)) => format!("{from:03}-{to:03}"),
        (from, None) => format!("{:03}-", from.unwrap_or_default()),
    };
    KeptShown {
        cases: of.count(&Outcome::ALL),
        on_time,
        late,
        without_end: of.count(&[Outcome::OpenOverdue, Outcome::OpenNotYetDue, Outcome::OpenWithoutDeadline]),
        overdue: n(Outcome::OpenOverdue),
        not_yet_due: n(Outcome::OpenNotYetDue),
        open_without_deadline: n(Outcome::OpenWithoutDeadline),
        closed_without_deadline: n(Outcome::ClosedWithoutDeadline),
        on_time_rate: (on_time + late > 0).then(|| on_time as f64 / (on_time + late) as f64),
        ageing: aged.then(|| of.ageing.iter().enumerate().map(|(i, cases)| (name(i), cases.len())).collect()),
    }
}

/// Promises in names.
pub fn deadlines(of: &Deadlines, as_of: Option<i64>) -> DeadlinesShown<'_> {
    DeadlinesShown {
        as_of: as_of.map(rfc3339),
        all: kept(&of.all, as_of.is_some()),
        by_type: of.by_kind.iter().map(|(k, v)| (k.as_str(), kept(v, as_of.is_some()))).collect(),
        by_unit: of.by_unit.iter().map(|(k, v)| (k.as_str(), kept(v, as_of.is_some()))).collect(),
    }
}

/// A hop on one side of a comparison.
#[derive(Debug, Serialize)]
pub struct SideOfHop {
    count: usize,
    cases: usize,
    median_s: f64,
    total_s: f64,
}

/// A hop on both sides.
#[derive(Debug, Serialize)]
pub struct HopOfBoth<'a> {
    from: &'a str,
    to: &'a str,
    left: Option<SideOfHop>,
    right: Option<SideOfHop>,
    slower_by_s: Option<f64>,
}

/// A side of a comparison.
#[derive(Debug, Serialize)]
pub struct OneSide {
    cases: usize,
    throughput: Option<Spread>,
}

/// `mine compare`.
#[derive(Debug, Serialize)]
pub struct ComparedShown<'a> {
    left: OneSide,
    right: OneSide,
    hops: Vec<HopOfBoth<'a>>,
}

/// Two sets side by side; hops in the order of their names.
pub fn compared<'a>(log: &'a Log, both: &Comparison, sets: (&Traces, &Traces)) -> ComparedShown<'a> {
    let side = |hop: &Hop| SideOfHop {
        count: hop.count(),
        cases: log.cases_of(&hop.rows).len(),
        median_s: hop.median,
        total_s: hop.total,
    };
    let mut hops: Vec<HopOfBoth<'a>> = both
        .hops
        .iter()
        .map(|((from, to), pair)| HopOfBoth {
            from: log.activities.get(*from),
            to: log.activities.get(*to),
            left: pair.left.as_ref().map(side),
            right: pair.right.as_ref().map(side),
            slower_by_s: pair.slower_by(),
        })
        .collect();
    hops.sort_by(|a, b| (a.from, a.to).cmp(&(b.from, b.to)));
    let one =
        |of: &Traces, spread: Option<Distribution>| OneSide { cases: of.len(), throughput: spread.map(Spread::of) };
    ComparedShown { left: one(sets.0, both.throughput.0.spread), right: one(sets.1, both.throughput.1.spread), hops }
}
