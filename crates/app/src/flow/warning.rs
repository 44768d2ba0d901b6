//! Warning before breach on our own ledger: open matters with a deadline, how often their like was late, and how well
//! such rates would have done in months that they were not learned from.
//!
//! The like of a matter is its kind and category in its unit. History is that of the chosen units alone, so that nobody
//! learns of others through a rate. Late means put right after the due instant, as figures judge it.

use super::{Chosen, Promise, View};
use crate::App;
use crate::frame::error::AppError;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;
use yixian_domain::access::Actor;
use yixian_domain::ids::UnitId;
use yixian_domain::time::{Date, Instant, Zone};
use yixian_mining::deadlines;
use yixian_mining::log::Case;
use yixian_mining::names::Names;
use yixian_mining::traces::Traces;
use yixian_mining::warning::promised::{HeldOut, Least, Promised, held_out, learn, watch};
use yixian_mining::warning::{BackTest, Ended, Estimate, Look, Off, Rate, Remaining, Window, looks_at};

/// Months that a back-test takes.
const MONTHS: usize = 6;
/// What a score of a back-test needs below it.
pub const LEAST: Least = Least { learned: 50, tested: 20 };
/// Events that only note something: where a matter stands is told by the step before them.
const NOTES: [&str; 6] = ["reminded", "escalated", "commented", "flagged", "disclosed", "erased"];

/// An open matter with a deadline.
#[derive(Clone, Debug)]
pub struct Watch {
    /// Which.
    pub id: Uuid,
    /// Its kind.
    pub kind: String,
    /// Its category.
    pub category: String,
    /// Its unit.
    pub unit: UnitId,
    /// When it is due.
    pub due: Instant,
    /// Milliseconds until then, below nothing when it is over.
    pub left: i64,
    /// Its last step.
    pub step: String,
    /// When that was.
    pub step_at: Instant,
    /// How often its like was late, with what that rests on; nothing without a history.
    pub estimate: Option<Estimate>,
    /// Milliseconds that others still took from this step until they were put right: their median, and how many steps it
    /// rests on.
    pub remaining: Option<(i64, u32)>,
}

/// A page of the list.
#[derive(Clone, Debug)]
pub struct WatchList {
    /// The wanted part of it, the worst first.
    pub here: Vec<Watch>,
    /// How many there are.
    pub all: usize,
    /// How many of them are over.
    pub over: usize,
    /// The rate of all together, and when it was learned; nothing without a history.
    pub history: Option<(Rate, Window)>,
    /// How many looks at matters put right before now the remaining times rest on.
    pub looks: u32,
}

/// How the rates did.
#[derive(Clone, Debug)]
pub struct BackTests {
    /// Month by month, with the first day of each.
    pub months: Vec<(Date, HeldOut)>,
    /// All these months together.
    pub whole: Option<BackTest>,
    /// Month by month how far off remaining times were, with how many looks they were learned from.
    pub remaining: Vec<(Date, u32, Off)>,
}

/// Promises of the chosen cases that have a deadline, and whose they are. Of an open matter that is put right and waits
/// for its raiser, the promise is kept.
struct Due<'a> {
    /// Names of kinds and of units, each once.
    names: Names,
    /// Each with the numbers of its kind and its unit among the names.
    rows: Vec<(Case, &'a Promise, u32, u32)>,
}

const MS: i64 = 1_000;

impl<'a> Due<'a> {
    fn of(view: &View<'a>) -> Due<'a> {
        let columns = view.columns;
        let mut names = Names::default();
        // A matter's kind and category are one word of history; there are few of them, and few units.
        let mut kinds: HashMap<(u32, u32), u32> = HashMap::new();
        let mut units: HashMap<UnitId, u32> = HashMap::new();
        let mut rows = Vec::new();
        for case in &*view.cases {
            let about = &columns.about[*case as usize];
            let Some(promise) = about.promise.as_ref().filter(|p| p.due.is_some()) else { continue };
            let kind = *kinds.entry((about.kind, about.category)).or_insert_with(|| {
                names.intern(&format!("{}/{}", columns.words.get(about.kind), columns.words.get(about.category)))
            });
            let unit = *units.entry(about.unit).or_insert_with(|| names.intern(&about.unit.0.to_string()));
            rows.push((*case, promise, kind, unit));
        }
        Due { names, rows }
    }

    fn promises(&self) -> Vec<Promised<'_>> {
        self.rows
            .iter()
            .map(|(_, p, kind, unit)| Promised {
                kind: self.names.get(*kind),
                unit: self.names.get(*unit),
                opened: p.opened * MS,
                due: p.due.unwrap_or_default() * MS,
                done: p.done.map(|at| at * MS),
            })
            .collect()
    }
}

/// When each chosen matter was put right, by case, where that is known; the like of a matter is its kind.
fn ended(view: &View<'_>) -> Vec<Option<Ended>> {
    let about = &view.columns.about;
    let mut ends = vec![None; about.len()];
    for case in &*view.cases {
        let about = &about[*case as usize];
        ends[*case as usize] = about.promise.and_then(|p| p.done).map(|at| Ended { group: about.kind, at: at * MS });
    }
    ends
}

/// Looks at matters of which is known when they were put right; the like of a matter is its kind.
fn looks<'a>(view: &'a View<'_>) -> impl Iterator<Item = Look> + 'a {
    let about = &view.columns.about;
    yixian_mining::warning::looks(&view.all, |t| {
        let about = &about[t.case as usize];
        Some(Ended { group: about.kind, at: about.promise?.done? * MS })
    })
}

/// How far off times that remain would have been in a month, and from how many looks they were learned: those at matters
/// put right before it.
fn remained(view: &View<'_>, month: Window) -> Option<(u32, Off)> {
    let from = month.from?;
    let known = Remaining::learn(looks(view).filter(|l| l.at + l.left < from));
    let off = known.test(looks(view).filter(|l| month.holds(l.at)))?;
    Some((known.whole?.1, off))
}

/// The last step of each wanted case, by case.
fn last_steps(view: &View<'_>, mut wanted: Vec<Case>) -> HashMap<Case, (u32, i64)> {
    wanted.sort_unstable();
    wanted.dedup();
    let notes: Vec<u32> = NOTES.iter().filter_map(|code| view.columns.log.activities.find(code)).collect();
    Traces::of_cases(&view.columns.log, &wanted)
        .iter()
        .map(|t| {
            let last = t.activities.iter().rposition(|a| !notes.contains(a)).unwrap_or(0);
            (t.case, (t.activities[last], t.at[last]))
        })
        .collect()
}

/// The last whole months in which promises were made, each with its first day.
fn months_of(promises: &[Promised<'_>], now: Instant, zone: &Zone) -> Vec<(Date, Window)> {
    let at = |day: Date| zone.at(day, yixian_domain::time::Time::midnight()).0 * MS;
    let month = |at: Instant| zone.date_of(at).first_of_month();
    let made: BTreeSet<Date> =
        promises.iter().map(|p| month(Instant(p.opened / MS))).filter(|m| *m < month(now)).collect();
    let mut last: Vec<(Date, Window)> = made
        .into_iter()
        .rev()
        .take(MONTHS)
        .filter_map(|first| {
            Some((first, Window { from: Some(at(first)), before: at(first.last_of_month().tomorrow().ok()?) }))
        })
        .collect();
    last.reverse();
    last
}

impl App {
    /// Open matters with a deadline that were chosen, `most` of them from the `skip`-th, the worst first.
    pub async fn flow_watch(
        &self,
        actor: &Actor,
        chosen: &Chosen,
        skip: usize,
        most: usize,
    ) -> Result<WatchList, AppError> {
        let now = self.clock().now();
        self.flow(actor, chosen, |view| {
            let due = Due::of(view);
            let promises = due.promises();
            let rates = learn(&promises, now.0 * MS);
            let open = |place: usize| view.columns.log.is_open(due.rows[place].0);
            let mut list = watch(&promises, rates.as_ref(), now.0 * MS);
            list.retain(|w| open(w.place));
            let here: Vec<_> = list.iter().skip(skip).take(most).collect();
            let steps = last_steps(view, here.iter().map(|w| due.rows[w.place].0).collect());
            let mut asked: Vec<u32> = steps.values().map(|(step, _)| *step).collect();
            asked.sort_unstable();
            asked.dedup();
            let (left, looks) = Remaining::learn_of(looks_at(&view.columns.log, &ended(view)), &asked);
            let columns = view.columns;
            WatchList {
                all: list.len(),
                over: list.iter().filter(|w| w.left < 0).count(),
                looks,
                history: rates.as_ref().map(|r| (r.whole, r.window)),
                here: here
                    .into_iter()
                    .filter_map(|w| {
                        let case = due.rows[w.place].0;
                        let about = &columns.about[case as usize];
                        let (step, at) = *steps.get(&case)?;
                        Some(Watch {
                            id: about.id,
                            kind: columns.words.get(about.kind).to_owned(),
                            category: columns.words.get(about.category).to_owned(),
                            unit: about.unit,
                            due: Instant(promises[w.place].due / MS),
                            left: w.left / MS,
                            step: columns.log.activities.get(step).to_owned(),
                            step_at: Instant(at / MS),
                            estimate: w.estimate,
                            remaining: left.after(about.kind, step).map(|(micros, n)| (micros / MS, n)),
                        })
                    })
                    .collect(),
            }
        })
        .await
    }

    /// How rates of the chosen cases would have done on the months before this one.
    pub async fn flow_back_test(&self, actor: &Actor, chosen: &Chosen) -> Result<BackTests, AppError> {
        let (now, zone) = (self.clock().now(), self.policies().zone.clone());
        self.flow(actor, chosen, |view| {
            let due = Due::of(view);
            let promises = due.promises();
            let months = months_of(&promises, now, &zone);
            let (each, whole) = held_out(&promises, &months.iter().map(|m| m.1).collect::<Vec<_>>(), now.0 * MS, LEAST);
            let remaining = months
                .iter()
                .filter_map(|(first, month)| remained(view, *month).map(|(n, off)| (*first, n, off)))
                .collect();
            let months =
                each.into_iter().filter_map(|h| Some((months.iter().find(|m| m.1 == h.tested)?.0, h))).collect();
            BackTests { months, whole, remaining }
        })
        .await
    }

    /// The promises of the chosen cases, all of them, for those who judge them themselves.
    pub async fn flow_promises(&self, actor: &Actor, chosen: &Chosen) -> Result<Vec<deadlines::Promise>, AppError> {
        let directory = self.directory().await?;
        self.flow(actor, chosen, |view| {
            view.all
                .iter()
                .filter_map(|t| {
                    let about = &view.columns.about[t.case as usize];
                    let p = about.promise?;
                    Some(deadlines::Promise {
                        case: about.id.to_string(),
                        opened: Some(p.opened * MS),
                        due: p.due.map(|at| at * MS),
                        closed: p.done.map(|at| at * MS),
                        kind: view.columns.words.get(about.kind).to_owned(),
                        unit: directory.unit(about.unit).map(|u| u.code.clone()).unwrap_or_default(),
                    })
                })
                .collect()
        })
        .await
    }
}
