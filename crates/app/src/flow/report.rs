//! What a flow page shows of chosen cases, in names; and the records behind each of its numbers. A number is the size
//! of the list that [`records`] gives for the same [`Part`].

use super::{Chosen, View};
use crate::App;
use crate::error::AppError;
use uuid::Uuid;
use yixian_domain::access::Actor;
use yixian_domain::figure::Distribution;
use yixian_domain::time::{Instant, Zone};
use yixian_mining::answer::flow::{Hop, flow};
use yixian_mining::answer::rework::rework;
use yixian_mining::answer::summary::summary_of;
use yixian_mining::answer::throughput::{OfficeHours, throughput};
use yixian_mining::answer::wip::{OpenCase, ageing, work_in_progress};
use yixian_mining::log::{Case, SECOND_US};
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
}

fn cases_of(view: &View<'_>, hop: &Hop) -> Vec<Case> {
    let mut cases: Vec<Case> = hop.rows.iter().map(|r| view.columns.log.case()[*r as usize]).collect();
    cases.sort_unstable();
    cases.dedup();
    cases
}

fn month(zone: &Zone, micros: i64) -> String {
    let day = zone.date_of(Instant(micros.div_euclid(1_000)));
    format!("{:04}-{:02}", day.year(), day.month())
}

fn open_now(view: &View<'_>, now: Instant) -> Vec<OpenCase> {
    let log = &view.columns.log;
    let mut open = work_in_progress(log, &view.all, now.0.saturating_mul(1_000));
    open.retain(|o| log.is_open(o.case));
    open
}

fn aged(view: &View<'_>, now: Instant) -> Vec<Vec<Case>> { ageing(&open_now(view, now), &AGES.map(|d| d * DAY_US)) }

impl App {
    /// What a flow page shows: `paths` percent of the hops on the map, `ways` ways.
    pub async fn flow_report(&self, actor: &Actor, chosen: &Chosen, paths: u8, ways: usize) -> Result<FlowReport, AppError> {
        let policies = self.policies();
        let now = self.clock().now();
        self.flow(actor, chosen, |view| {
            let log = &view.columns.log;
            let name = |a: u32| log.activities.get(a).to_owned();
            let s = summary_of(log, &view.all, &view.finished);
            let hops = flow(log, &view.finished);
            let mut counts = vec![0_usize; log.activities.len()];
            for activity in view.finished.iter().flat_map(|t| t.activities) {
                counts[*activity as usize] += 1;
            }
            let counts: Vec<(u32, usize)> = (0_u32..).zip(counts).filter(|c| c.1 > 0).collect();
            let office = OfficeHours { hours: policies.hours, calendar: &policies.calendar, zone: &policies.zone };
            let again = rework(log, &view.all);
            FlowReport {
                cases: s.cases.len(),
                events: s.events,
                finished: s.throughput.cases.len(),
                open: s.open.len(),
                lasted: s.throughput.spread,
                worked: throughput(&view.finished, &office).spread,
                steps: log.activities.iter().map(str::to_owned).collect(),
                map: map::draw(&counts, &hops, paths),
                hops: hops.iter().map(|h| HopShown {
                    from: name(h.from), to: name(h.to), count: h.count(), cases: cases_of(view, h).len(), median: h.median, p90: h.p90, total: h.total,
                }).collect(),
                ways_in_all: s.variants.len(),
                ways: s.variants.iter().take(ways).map(|v| WayShown { path: v.path.iter().map(|a| name(*a)).collect(), cases: v.count(), median: v.median }).collect(),
                ages: aged(view, now).iter().map(Vec::len).collect(),
                again: again.repeated.iter().map(|r| (name(r.activity), r.cases.len())).collect(),
                months: months(&view.finished, &policies.zone),
            }
        }).await
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
    by.into_iter().filter_map(|(month, mut lasted)| {
        let d = Distribution::of(&mut lasted, SECOND_US)?;
        Some(MonthShown { month, cases: d.n as usize, median: d.median, p90: d.p90 })
    }).collect()
}

fn records(view: &View<'_>, part: &Part, zone: &Zone, now: Instant) -> Vec<Uuid> {
    let log = &view.columns.log;
    let cases: Vec<Case> = match part {
        Part::All => view.all.iter().map(|t| t.case).collect(),
        Part::Finished => view.finished.iter().map(|t| t.case).collect(),
        Part::Open => view.all.iter().map(|t| t.case).filter(|c| log.is_open(*c)).collect(),
        Part::Way(path) => {
            let path: Option<Vec<u32>> = path.iter().map(|s| log.activities.find(s)).collect();
            view.finished.iter().filter(|t| path.as_deref() == Some(t.activities)).map(|t| t.case).collect()
        }
        Part::Hop(from, to) => {
            let ends = log.activities.find(from).zip(log.activities.find(to));
            view.finished.iter().filter(|t| ends.is_some_and(|(a, b)| t.activities.windows(2).any(|w| w == [a, b]))).map(|t| t.case).collect()
        }
        Part::Age(class) => aged(view, now).into_iter().nth(*class).unwrap_or_default(),
        Part::Again(step) => log.activities.find(step).map_or_else(Vec::new, |a| {
            view.all.iter().filter(|t| t.activities.iter().filter(|b| **b == a).count() > 1).map(|t| t.case).collect()
        }),
        Part::Month(wanted) => view.finished.iter().filter(|t| month(zone, t.first()) == *wanted).map(|t| t.case).collect(),
    };
    cases.into_iter().map(|c| view.columns.about[c as usize].id).collect()
}
