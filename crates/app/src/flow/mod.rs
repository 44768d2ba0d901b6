//! Process mining on our own ledger: columns in memory, fed from the ledger, and the cases of them that a reader may see.
//!
//! A case is a matter or a visit; its activities are the codes of its events, of a step that began with the step's code
//! behind it ([`STEP_STARTED`]); an event's unit is the one that held the matter after it. Kind and category stand beside
//! each case, so that rules can speak of some only. Columns are read once and then only what is new; a matter is finished when it is closed.

pub mod compare;
pub mod export;
pub mod foreign;
pub mod report;
pub mod rules;
mod turns;
pub mod warning;

use crate::App;
use crate::frame::error::AppError;
use std::cell::{LazyCell, OnceCell};
use std::collections::HashSet;
use std::rc::Rc;
use std::sync::RwLock;
use uuid::Uuid;
use yixian_domain::access::{Actor, Ask, may};
use yixian_domain::figure::{put_right, withdrawn};
use yixian_domain::ids::UnitId;
use yixian_domain::matter::{Origin, StageName};
use yixian_domain::org::UnitPath;
use yixian_domain::procedure::Procedures;
use yixian_domain::time::Instant;
use yixian_mining::answer::effort::Turn;
use yixian_mining::log::{Case, Log, Phase};
use yixian_mining::names::Names;
use yixian_mining::traces::Traces;
use yixian_store::flow::{self, About, Event};
use yixian_store::org::name_of;

pub use yixian_store::flow::Of;

/// Events read at once.
const BATCH: i64 = 1_024;
/// Changed records up to which each is looked up by itself.
const FEW: usize = 1_024;

/// Before the code of a step in the name of the event that began it.
pub const STEP_STARTED: &str = "step_started:";

/// What a case is about; the numbers are those of [`Columns::words`].
#[derive(Clone, Copy, Debug)]
pub struct CaseAbout {
    /// The record.
    pub id: Uuid,
    /// Its kind.
    pub kind: u32,
    /// Its category.
    pub category: u32,
    /// Where it came from.
    pub origin: u32,
    /// District of its place.
    pub district: u32,
    /// Its unit.
    pub unit: UnitId,
    /// What it promised; nothing for visits, and for matters that nobody is to put right any more.
    pub promise: Option<Promise>,
    /// A visit whose readers are few: nobody's flow shows it and no export carries it.
    pub restricted: bool,
}

/// What a matter promised, milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promise {
    /// When it was raised.
    pub opened: i64,
    /// By when it is due; nothing where nothing is promised, or while it is paused.
    pub due: Option<i64>,
    /// When it was put right.
    pub done: Option<i64>,
}

impl Promise {
    fn of(about: &About) -> Option<Promise> {
        let row = about.promise.as_ref()?;
        let imported = about.origin == name_of(Origin::Import);
        let (solved, closed) = (row.solved_at.map(Instant), row.closed_at.map(Instant));
        let stage = StageName::parse(&row.stage)?;
        (!withdrawn(imported, solved, stage)).then(|| Promise {
            opened: row.raised_at,
            due: row.due_at,
            done: put_right(imported, solved, closed).map(|at| at.0),
        })
    }
}

/// The ledger of one kind of record in columns.
#[derive(Debug, Default)]
pub struct Columns {
    /// The events.
    pub log: Log,
    /// What each case is about, by its number.
    pub about: Vec<CaseAbout>,
    /// Kinds, categories, origins, districts.
    pub words: Names,
    /// Place of each event in the ledger, by its row.
    pub seq: Vec<i64>,
    /// The unit that holds each case, a number in the log's units.
    holder: Vec<Option<u32>>,
    /// Cases with new events since what they are about was last read.
    changed: Vec<Case>,
}

impl Columns {
    fn add(&mut self, event: &Event<'_>) {
        let mut buffer = Uuid::encode_buffer();
        let case = self.log.cases.intern(event.record_id.hyphenated().encode_lower(&mut buffer));
        if case as usize == self.about.len() {
            self.about.push(CaseAbout {
                id: event.record_id,
                kind: 0,
                category: 0,
                origin: 0,
                district: 0,
                unit: UnitId(Uuid::nil()),
                promise: None,
                restricted: false,
            });
            self.holder.push(None);
        }
        if let Some(unit) = event.unit {
            self.holder[case as usize] = Some(self.log.units.intern(unit));
        }
        let activity = match event.step.filter(|_| event.code == "step_started") {
            Some(step) => self.log.activities.intern(&format!("{STEP_STARTED}{step}")),
            None => self.log.activities.intern(event.code),
        };
        let actor = self.log.actors.intern(event.actor);
        self.log.push_known(
            case,
            activity,
            event.happened_at.saturating_mul(1_000),
            Some(actor),
            self.holder[case as usize],
            Phase::Unknown,
        );
        self.seq.push(event.seq);
        if self.changed.last() != Some(&case) {
            self.changed.push(case);
        }
    }

    fn tell(&mut self, about: &About) {
        let mut buffer = Uuid::encode_buffer();
        // A record whose events come only with the next batch.
        let Some(case) = self.log.cases.find(about.id.hyphenated().encode_lower(&mut buffer)) else { return };
        let mut word = |w: &str| self.words.intern(w);
        self.about[case as usize] = CaseAbout {
            id: about.id,
            kind: word(&about.kind),
            category: word(&about.category),
            origin: word(&about.origin),
            district: word(&about.district),
            unit: UnitId(about.unit),
            promise: Promise::of(about),
            restricted: about.restricted,
        };
        for (name, word) in [("kind", &about.kind), ("category", &about.category)] {
            let value = self.log.text(word);
            self.log.describe(case, name, value);
        }
        self.log.set_open(case, about.open);
    }
}

#[derive(Debug, Default)]
struct Both {
    matters: Columns,
    visits: Columns,
    seq: i64,
}

impl Both {
    fn of(&self, of: Of) -> &Columns {
        match of {
            Of::Matters => &self.matters,
            Of::Visits => &self.visits,
        }
    }
    fn of_mut(&mut self, of: Of) -> &mut Columns {
        match of {
            Of::Matters => &mut self.matters,
            Of::Visits => &mut self.visits,
        }
    }
}

/// Columns kept by a running product.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    both: RwLock<Both>,
    /// Held by whoever reads on, so that nothing is read twice.
    reading: tokio::sync::Mutex<()>,
}

impl Kept {
    fn read<T>(&self, work: impl FnOnce(&Both) -> T) -> T {
        match self.both.read() {
            Ok(b) => work(&b),
            Err(b) => work(&b.into_inner()),
        }
    }
    fn write<T>(&self, work: impl FnOnce(&mut Both) -> T) -> T {
        match self.both.write() {
            Ok(mut b) => work(&mut b),
            Err(b) => work(&mut b.into_inner()),
        }
    }
}

/// Which cases are looked at.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// Matters or visits.
    pub of: Of,
    /// Cases of this unit's subtree; the whole company when none.
    pub unit: Option<UnitId>,
    /// Cases of this kind only.
    pub kind: Option<String>,
    /// Cases of this category only.
    pub category: Option<String>,
    /// Cases whose first event lies in this span, milliseconds, the end excluded.
    pub begun: Option<(i64, i64)>,
}

impl Chosen {
    /// All of a kind of record.
    pub fn all(of: Of) -> Chosen {
        Chosen { of, unit: None, kind: None, category: None, begun: None }
    }
}

/// The cases that were chosen and may be seen.
#[derive(Debug)]
pub struct View<'a> {
    /// All columns.
    pub columns: &'a Columns,
    /// The numbers of the chosen cases, ascending.
    pub cases: Rc<[Case]>,
    /// The chosen cases, put in order when somebody first looks.
    pub all: LazyCell<Traces, Box<dyn FnOnce() -> Traces + 'a>>,
    /// The finished ones among them, once they were asked for.
    finished: OnceCell<Traces>,
    /// What each activity does to the step in hand.
    pub turns: Vec<Turn>,
}

impl View<'_> {
    /// The finished ones among the chosen cases.
    pub fn finished(&self) -> &Traces {
        self.finished.get_or_init(|| self.all.only(|case| !self.columns.log.is_open(case)))
    }
}

impl App {
    /// Reads what the ledger has that the columns have not.
    pub async fn catch_up_flow(&self) -> Result<(), AppError> {
        let kept = &self.inner.flow;
        let _one = kept.reading.lock().await;
        let mut conn = self.store().read().await?;
        loop {
            let batch = flow::events(&mut conn, kept.read(|b| b.seq), BATCH).await?;
            let batch = batch.events()?;
            let Some(last) = batch.last().map(|e| e.seq) else { break };
            kept.write(|b| {
                for event in &batch {
                    b.of_mut(if event.of_visit { Of::Visits } else { Of::Matters }).add(event);
                }
                b.seq = last;
            });
        }
        for of in [Of::Matters, Of::Visits] {
            let mut changed = kept.write(|b| std::mem::take(&mut b.of_mut(of).changed));
            changed.sort_unstable();
            changed.dedup();
            if changed.len() > FEW {
                let mut after = 0;
                loop {
                    let batch = flow::about(&mut conn, of, after, BATCH).await?;
                    let Some(last) = batch.last().map(|a| a.n) else { break };
                    kept.write(|b| batch.iter().for_each(|a| b.of_mut(of).tell(a)));
                    after = last;
                }
            } else {
                for id in kept.read(|b| changed.iter().map(|c| b.of(of).about[*c as usize].id).collect::<Vec<_>>()) {
                    if let Some(about) = flow::about_one(&mut conn, of, id).await? {
                        kept.write(|b| b.of_mut(of).tell(&about));
                    }
                }
            }
        }
        Ok(())
    }

    /// Works on the cases that were chosen, if the reader may see figures of their unit.
    pub async fn flow<T>(
        &self,
        actor: &Actor,
        chosen: &Chosen,
        work: impl FnOnce(&View<'_>) -> T,
    ) -> Result<T, AppError> {
        let units = self.units_of(actor, chosen).await?;
        self.catch_up_flow().await?;
        let procedures = &self.policies().procedures;
        Ok(at_length(|| self.inner.flow.read(|b| work(&view(b, chosen, units.as_ref(), procedures)))))
    }

    /// Works on two choices from one kind of record, seen at once.
    pub async fn flow_both<T>(
        &self,
        actor: &Actor,
        left: &Chosen,
        right: &Chosen,
        work: impl FnOnce(&View<'_>, &View<'_>) -> T,
    ) -> Result<T, AppError> {
        let (of_left, of_right) = (self.units_of(actor, left).await?, self.units_of(actor, right).await?);
        self.catch_up_flow().await?;
        let procedures = &self.policies().procedures;
        Ok(at_length(|| {
            self.inner.flow.read(|b| {
                work(&view(b, left, of_left.as_ref(), procedures), &view(b, right, of_right.as_ref(), procedures))
            })
        }))
    }

    /// The units whose cases are chosen, all when nothing; refused to those who may not see figures of them.
    async fn units_of(&self, actor: &Actor, chosen: &Chosen) -> Result<Option<HashSet<UnitId>>, AppError> {
        let directory = self.directory().await?;
        let path = match chosen.unit {
            Some(id) => directory.unit(id).ok_or(AppError::NotFound("unit"))?.path.clone(),
            None => directory.root().map_or_else(|| UnitPath::from_stored("/"), |u| u.path.clone()),
        };
        may(actor, &Ask::SeeFigures(&path))?;
        Ok(chosen.unit.map(|_| directory.units().filter(|u| path.contains(&u.path)).map(|u| u.id).collect()))
    }
}

/// Works for longer than a few milliseconds: the other tasks of this thread go on elsewhere meanwhile.
fn at_length<T>(work: impl FnOnce() -> T) -> T {
    use tokio::runtime::{Handle, RuntimeFlavor};
    // A runtime with one thread has no elsewhere.
    let many = Handle::try_current().is_ok_and(|h| h.runtime_flavor() != RuntimeFlavor::CurrentThread);
    if many { tokio::task::block_in_place(work) } else { work() }
}

fn view<'a>(both: &'a Both, chosen: &Chosen, units: Option<&HashSet<UnitId>>, procedures: &Procedures) -> View<'a> {
    let columns = both.of(chosen.of);
    // A word that no case has chooses none.
    let word = |w: &Option<String>| w.as_deref().map(|w| columns.words.find(w));
    let (kind, category) = (word(&chosen.kind), word(&chosen.category));
    let wanted = |case: Case| {
        let about = &columns.about[case as usize];
        !about.restricted
            && units.is_none_or(|u| u.contains(&about.unit))
            && kind.is_none_or(|k| k == Some(about.kind))
            && category.is_none_or(|c| c == Some(about.category))
    };
    let begun = |case: Case| {
        chosen.begun.is_none_or(|(from, until)| {
            let (from, until) = (from.saturating_mul(1_000), until.saturating_mul(1_000));
            columns.log.extent(case).is_some_and(|e| (from..until).contains(&e.begun))
        })
    };
    let all = 0..columns.about.len() as Case;
    let cases: Rc<[Case]> = all.filter(|c| begun(*c) && wanted(*c)).collect();
    let chosen = cases.clone();
    let all: Box<dyn FnOnce() -> Traces + 'a> = Box::new(move || Traces::of_cases(&columns.log, &chosen));
    let turns = turns::turns(&columns.log, procedures);
    View { columns, cases, all: LazyCell::new(all), finished: OnceCell::new(), turns }
}
