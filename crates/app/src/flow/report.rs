//! What a flow page shows of cases, in names, our own or a foreign log's; and of our own the records behind each of its
//! numbers. A number is the size of the list that `records` gives for the same [`Part`].

use super::{Chosen, View};
use crate::App;
use crate::frame::error::AppError;
use uuid::Uuid;
use yixian_domain::access::Actor;
use yixian_domain::figure::Distribution;
use yixian_domain::time::{Date, Instant, Zone};
use yixian_mining::answer::daily::daily;
use yixian_mining::answer::effort::{Ends, effort};
use yixian_mining::answer::flow::flow;
use yixian_mining::answer::handover::handovers;
use yixian_mining::answer::rework::rework;
use yixian_mining::answer::summary::summary_of;
use yixian_mining::answer::throughput::{OfficeHours, throughput};
use yixian_mining::answer::wip::{ageing, work_in_progress};
use yixian_mining::log::{Case, Log, SECOND_US};
use yixian_mining::map::{self, Map};
use yixian_mining::traces::Traces;

/// Limits of the classes of age of open cases, days.
pub const AGES: [i64; 5] = [3, 7, 15, 30, 90];

const DAY_US: i64 = 86_400 * SECOND_US;

/// Which of the chosen cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// All.
    All,
    /// Finished.
    Finished,
    /// Open.
    Open,
    /// Finished ones that went exactly this way.
    Way(Vec<String>),
    /// Finished ones in which one step directly followed another.
    Hop(String, String),
    /// Open ones of a class of age, a place in [`AGES`] or behind its end.
    Age(usize),
    /// Those in which a step was done more than once.
    Again(String),
    /// Finished ones whose first event lies in a month, `2018-05`.
    Month(String),
    /// Those in which both ends of a step are known.
    Worked(String),
    /// Finished ones in which work went from one unit to another, both as the log names them.
    Handover(String, String),
    /// Those whose first event is of a day.
    Arrived(Date),
    /// Finished ones whose last event is of a day.
    Completed(Date),
}

/// A hop as shown.
#[derive(Clone, Debug)]
pub struct HopShown {
    /// Step before.
    pub from: String,
    /// Step after.
    pub to: String,
    /// How often it was made.
    pub count: usize,
    /// In how many cases.
    pub cases: usize,
    /// Median, seconds.
    pub median: f64,
    /// Ninth decile, seconds.
    pub p90: f64,
    /// All together, seconds.
    pub total: f64,
}

/// A way as shown.
#[derive(Clone, Debug)]
pub struct WayShown {
    /// Steps.
    pub path: Vec<String>,
    /// Finished cases.
    pub cases: usize,
    /// Median, seconds.
    pub median: f64,
}

/// Finished cases begun in a month.
#[derive(Clone, Debug)]
pub struct MonthShown {
    /// `2018-05`.
    pub month: String,
    /// How many.
    pub cases: usize,
    /// Median, seconds.
    pub median: f64,
    /// Ninth decile, seconds.
    pub p90: f64,
}

/// Work that went from unit to unit, as shown.
#[derive(Clone, Debug)]
pub struct HandoverShown {
    /// The unit that gave, as the log names it.
    pub from: String,
    /// The unit that took.
    pub to: String,
    /// How often.
    pub count: usize,
    /// In how many cases.
    pub cases: usize,
    /// Median until the taking unit acted, seconds.
    pub median: f64,
    /// All together, seconds.
    pub total: f64,
}

/// A day as shown.
#[derive(Clone, Debug)]
pub struct DayShown {
    /// Which.
    pub day: Date,
    /// Cases that came.
    pub arrived: usize,
    /// Cases that were finished.
    pub completed: usize,
}

/// Working against waiting, where a log knows both ends of its steps; seconds.
#[derive(Clone, Debug)]
pub struct EffortShown {
    /// Cases with a step of which both ends are known.
    pub cases: usize,
    /// Time in which they were worked on.
    pub working: Option<Distribution>,
    /// The rest of their time.
    pub waiting: Option<Distribution>,
    /// By step.
    pub steps: Vec<StepWorked>,
    /// Starts without an end, and ends without a start.
    pub unpaired: usize,
}

/// A step with both ends, as shown.
#[derive(Clone, Debug)]
pub struct StepWorked {
    /// The step.
    pub step: String,
    /// In how many cases.
    pub cases: usize,
    /// How often it was done, and how long that took, seconds.
    pub lasted: Distribution,
}

/// A flow page.
#[derive(Clone, Debug)]
pub struct FlowReport {
    /// Chosen cases.
    pub cases: usize,
    /// Events of them.
    pub events: usize,
    /// Finished.
    pub finished: usize,
    /// Open.
    pub open: usize,
    /// How long finished ones took, seconds.
    pub lasted: Option<Distribution>,
    /// The same in the company's working hours.
    pub worked: Option<Distribution>,
    /// Names of the steps by number.
    pub steps: Vec<String>,
    /// The picture; its hops are those of `hops`.
    pub map: Map,
    /// Hops of finished cases, the most frequent first.
    pub hops: Vec<HopShown>,
    /// The same hops by all waiting together, places in `hops`, the worst first.
    pub worst: Vec<usize>,
    /// The most used ways.
    pub ways: Vec<WayShown>,
    /// How many ways there are.
    pub ways_in_all: usize,
    /// Open cases by class of age.
    pub ages: Vec<usize>,
    /// Steps that were done more than once in a case, and in how many.
    pub again: Vec<(String, usize)>,
    /// Month by month of their beginning.
    pub months: Vec<MonthShown>,
    /// From unit to unit in finished cases, the most frequent first.
    pub handovers: Vec<HandoverShown>,
    /// Days on which anything came or was finished.
    pub days: Vec<DayShown>,
    /// Working against waiting; nothing where the log does not know both ends of its steps.
    pub effort: Option<EffortShown>,
}

/// What a report needs besides the cases.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// Zone in which days begin.
    pub zone: &'a Zone,
    /// Working time, where it means anything for the log.
    pub office: Option<OfficeHours<'a>>,
    /// How the log tells the ends of its steps.
    pub ends: Ends<'a>,
    /// As of when open cases have their age.
    pub now: Instant,
    /// Percent of the hops on the map.
    pub paths: u8,
    /// Ways named.
    pub ways: usize,
}

fn month(zone: &Zone, micros: i64) -> String {
    let day = zone.date_of(Instant(micros.div_euclid(1_000)));
    format!("{:04}-{:02}", day.year(), day.month())
}

/// Open cases by class of age.
fn aged(log: &Log, all: &Traces, now: Instant) -> Vec<Vec<Case>> {
    let mut open = work_in_progress(log, all, now.0.saturating_mul(1_000));
    open.retain(|o| log.is_open(o.case));
    ageing(&open, &AGES.map(|d| d * DAY_US))
}

/// What a flow page shows of cases, `finished` among them.
pub fn report(log: &Log, all: &Traces, finished: &Traces, at: &Setting<'_>) -> FlowReport {
    let name = |a: u32| log.activities.get(a).to_owned();
    let s = summary_of(log, all, finished);
    let hops = flow(log, finished);
    let mut counts = vec![0_usize; log.activities.len()];
    for activity in finished.iter().flat_map(|t| t.activities) {
        counts[*activity as usize] += 1;
    }
    let counts: Vec<(u32, usize)> = (0_u32..).zip(counts).filter(|c| c.1 > 0).collect();
    let mut worst: Vec<usize> = (0..hops.len()).collect();
    worst.sort_by(|a, b| hops[*b].total.total_cmp(&hops[*a].total));
    FlowReport {
        cases: s.cases.len(),
        events: s.events,
        finished: s.throughput.cases.len(),
        open: s.open.len(),
        lasted: s.throughput.spread,
        worked: at.office.and_then(|office| throughput(finished, &office).spread),
        steps: log.activities.iter().map(str::to_owned).collect(),
        map: map::draw(&counts, &hops, at.paths),
        worst,
        hops: hops
            .iter()
            .map(|h| HopShown {
                from: name(h.from),
                to: name(h.to),
                count: h.count(),
                cases: log.cases_of(&h.rows).len(),
                median: h.median,
                p90: h.p90,
                total: h.total,
            })
            .collect(),
        ways_in_all: s.variants.len(),
        ways: s
            .variants
            .iter()
            .take(at.ways)
            .map(|v| WayShown { path: v.path.iter().map(|a| name(*a)).collect(), cases: v.count(), median: v.median })
            .collect(),
        ages: aged(log, all, at.now).iter().map(Vec::len).collect(),
        again: rework(log, all).repeated.iter().map(|r| (name(r.activity), r.cases.len())).collect(),
        months: months(finished, at.zone),
        handovers: handovers(log, finished)
            .iter()
            .map(|h| HandoverShown {
                from: log.units.get(h.from).to_owned(),
                to: log.units.get(h.to).to_owned(),
                count: h.rows.len(),
                cases: log.cases_of(&h.rows).len(),
                median: h.median,
                total: h.total,
            })
            .collect(),
        days: daily(log, all, at.zone)
            .into_iter()
            .map(|(day, d)| DayShown { day, arrived: d.arrived.len(), completed: d.completed.len() })
            .collect(),
        effort: worked_on(log, all, at.ends),
    }
}

fn worked_on(log: &Log, all: &Traces, ends: Ends<'_>) -> Option<EffortShown> {
    let e = effort(log, all, ends);
    (!e.cases.is_empty()).then(|| EffortShown {
        cases: e.cases.len(),
        working: e.working,
        waiting: e.waiting,
        steps: e
            .steps
            .iter()
            .map(|s| StepWorked {
                step: log.activities.get(s.activity).to_owned(),
                cases: log.cases_of(&s.rows).len(),
                lasted: s.working,
            })
            .collect(),
        unpaired: e.unpaired.len(),
    })
}

impl App {
    /// What a flow page shows: `paths` percent of the hops on the map, `ways` ways.
    pub async fn flow_report(
        &self,
        actor: &Actor,
        chosen: &Chosen,
        paths: u8,
        ways: usize,
    ) -> Result<FlowReport, AppError> {
        let policies = self.policies();
        let office = OfficeHours { hours: policies.hours, calendar: &policies.calendar, zone: &policies.zone };
        let now = self.clock().now();
        self.flow(actor, chosen, |view| {
            let at = Setting {
                zone: &policies.zone,
                office: Some(office),
                ends: Ends::Turns(&view.turns),
                now,
                paths,
                ways,
            };
            report(&view.columns.log, &view.all, view.finished(), &at)
        })
        .await
    }

    /// The records behind a number of a flow page, in the order of their numbers.
    pub async fn flow_records(&self, actor: &Actor, chosen: &Chosen, part: &Part) -> Result<Vec<Uuid>, AppError> {
        let zone = self.policies().zone.clone();
        let now = self.clock().now();
        self.flow(actor, chosen, |view| records(view, part, &zone, now)).await
    }
}

fn months(finished: &Traces, zone: &Zone) -> Vec<MonthShown> {
    let mut by: std::collections::BTreeMap<String, Vec<i64>> = std::collections::BTreeMap::new();
    for trace in finished.iter() {
        by.entry(month(zone, trace.first())).or_default().push(trace.lasted());
    }
    by.into_iter()
        .filter_map(|(month, mut lasted)| {
            let d = Distribution::of(&mut lasted, SECOND_US)?;
            Some(MonthShown { month, cases: d.n as usize, median: d.median, p90: d.p90 })
        })
        .collect()
}

fn records(view: &View<'_>, part: &Part, zone: &Zone, now: Instant) -> Vec<Uuid> {
    let log = &view.columns.log;
    let cases: Vec<Case> = match part {
        Part::All => view.all.iter().map(|t| t.case).collect(),
        Part::Finished => view.finished().iter().map(|t| t.case).collect(),
        Part::Open => view.all.iter().map(|t| t.case).filter(|c| log.is_open(*c)).collect(),
        Part::Way(path) => {
            let path: Option<Vec<u32>> = path.iter().map(|s| log.activities.find(s)).collect();
            view.finished().iter().filter(|t| path.as_deref() == Some(t.activities)).map(|t| t.case).collect()
        }
        Part::Hop(from, to) => {
            let ends = log.activities.find(from).zip(log.activities.find(to));
            view.finished()
                .iter()
                .filter(|t| ends.is_some_and(|(a, b)| t.activities.windows(2).any(|w| w == [a, b])))
                .map(|t| t.case)
                .collect()
        }
        Part::Age(class) => aged(log, &view.all, now).into_iter().nth(*class).unwrap_or_default(),
        Part::Again(step) => log.activities.find(step).map_or_else(Vec::new, |a| {
            view.all.iter().filter(|t| t.activities.iter().filter(|b| **b == a).count() > 1).map(|t| t.case).collect()
        }),
        Part::Month(wanted) => {
            view.finished().iter().filter(|t| month(zone, t.first()) == *wanted).map(|t| t.case).collect()
        }
        Part::Worked(step) => effort(log, &view.all, Ends::Turns(&view.turns))
            .steps
            .iter()
            .find(|s| log.activities.get(s.activity) == step)
            .map_or_else(Vec::new, |s| log.cases_of(&s.rows)),
        Part::Handover(from, to) => {
            let ends = log.units.find(from).zip(log.units.find(to));
            let mut cases: Vec<Case> = handovers(log, view.finished())
                .iter()
                .filter(|h| ends == Some((h.from, h.to)))
                .flat_map(|h| log.cases_of(&h.rows))
                .collect();
            cases.sort_unstable();
            cases
        }
        Part::Arrived(day) => daily(log, &view.all, zone).remove(day).unwrap_or_default().arrived,
        Part::Completed(day) => daily(log, &view.all, zone).remove(day).unwrap_or_default().completed,
    };
    cases.into_iter().map(|c| view.columns.about[c as usize].id).collect()
}
