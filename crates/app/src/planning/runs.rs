//! Plans that are being searched for: who asked, how far it is, the best so far. One search of a node runs at a
//! time; others wait for their turn. Each node tells of its searches in the database, a beat a second, and hears there
//! that somebody wants one to stop; so every node shows and stops them all. A search that a restart interrupted has no
//! beat any more: it is simply gone, and pages say so.

use crate::App;
use crate::frame::clock::real_now;
use crate::frame::error::AppError;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use uuid::Uuid;
use yixian_domain::ids::UnitId;
use yixian_domain::time::Instant;
use yixian_store::plan::RunRow;

/// Where a search stands.
#[derive(Clone, Debug)]
pub enum Stage {
    /// Another one runs.
    Waiting,
    /// Reads what the company knows.
    Reading,
    /// Searches.
    Searching,
    /// Checks, explains, writes.
    Writing,
    /// It did not come to a plan; the error as people read it is the page's.
    Failed(Arc<AppError>),
    /// The same, on another node, which alone knows why.
    FailedElsewhere,
}

impl Stage {
    /// It is over, and there is no plan.
    pub fn has_failed(&self) -> bool {
        matches!(self, Stage::Failed(_) | Stage::FailedElsewhere)
    }
    /// As nodes tell one another.
    fn code(&self) -> &'static str {
        match self {
            Stage::Waiting => "waiting",
            Stage::Reading => "reading",
            Stage::Searching => "searching",
            Stage::Writing => "writing",
            Stage::Failed(_) | Stage::FailedElsewhere => "failed",
        }
    }
    fn of_code(code: &str) -> Stage {
        match code {
            "waiting" => Stage::Waiting,
            "reading" => Stage::Reading,
            "searching" => Stage::Searching,
            "failed" => Stage::FailedElsewhere,
            _ => Stage::Writing,
        }
    }
}

/// A search.
#[derive(Debug)]
pub struct Run {
    /// Whose visits.
    pub unit: UnitId,
    /// The plan this one begins from.
    pub base: Option<Uuid>,
    /// Somebody works on it; else it is only announced.
    claimed: AtomicBool,
    stop: AtomicBool,
    best: AtomicU64,
    iterations: AtomicU64,
    share: AtomicU32,
    stage: Mutex<Stage>,
}

/// How far a search is, at one moment.
#[derive(Clone, Debug)]
pub struct Progress {
    /// Where it stands.
    pub stage: Stage,
    /// Best value so far.
    pub best: f64,
    /// Iterations so far.
    pub iterations: u64,
    /// Share of its time that is used up, 0 to 1.
    pub share: f64,
    /// Somebody asked it to stop.
    pub stopping: bool,
    /// Whose visits.
    pub unit: UnitId,
    /// The plan it begins from.
    pub base: Option<Uuid>,
}

impl Run {
    /// Asks it to end with what it has.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }
    pub(crate) fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
    pub(crate) fn enter(&self, stage: Stage) {
        if let Ok(mut s) = self.stage.lock() {
            *s = stage;
        }
    }
    pub(crate) fn note(&self, share: f64, best: f64, iterations: u64) {
        self.share.store((share * 1000.0) as u32, Ordering::Relaxed);
        self.best.store(best.to_bits(), Ordering::Relaxed);
        self.iterations.store(iterations, Ordering::Relaxed);
    }
    /// How far it is.
    pub fn progress(&self) -> Progress {
        Progress {
            stage: self.stage.lock().map_or(Stage::Writing, |s| s.clone()),
            best: f64::from_bits(self.best.load(Ordering::Relaxed)),
            iterations: self.iterations.load(Ordering::Relaxed),
            share: f64::from(self.share.load(Ordering::Relaxed)) / 1000.0,
            stopping: self.stopped(),
            unit: self.unit,
            base: self.base,
        }
    }
}

impl From<RunRow> for Progress {
    fn from(r: RunRow) -> Progress {
        Progress {
            stage: Stage::of_code(&r.stage),
            best: r.best as f64,
            iterations: r.iterations.unsigned_abs(),
            share: r.share as f64 / 1000.0,
            stopping: r.stop,
            unit: UnitId(r.unit_id),
            base: r.base,
        }
    }
}

/// How often a node tells of its searches.
const BEAT: Duration = Duration::from_secs(1);
/// After so long a silence a node counts as gone, milliseconds.
const SILENCE_MS: i64 = 15_000;

/// From when on a beat counts.
pub(crate) fn alive() -> Instant {
    Instant(real_now().0 - SILENCE_MS)
}

/// Failed ones that are remembered, so that whoever waits for them reads why.
const FAILED: usize = 20;

/// The searches of this process.
#[derive(Debug)]
pub(crate) struct Runs {
    all: Mutex<HashMap<Uuid, Arc<Run>>>,
    /// What this node calls itself among the others, for as long as it runs.
    pub(crate) node: String,
    pub(crate) turn: tokio::sync::Semaphore,
}

/// Nodes that this process has been; one, but in tests.
static NODES: AtomicU32 = AtomicU32::new(0);

impl Default for Runs {
    fn default() -> Runs {
        Runs {
            all: Mutex::default(),
            node: format!("{}-{}-{}", std::process::id(), real_now().0, NODES.fetch_add(1, Ordering::Relaxed)),
            turn: tokio::sync::Semaphore::new(1),
        }
    }
}

impl Runs {
    /// Begins one, announced before or not; none when somebody works on it already.
    pub(crate) fn begin(&self, plan: Uuid, unit: UnitId, base: Option<Uuid>) -> Option<Arc<Run>> {
        self.announce(plan, unit, base).filter(|run| !run.claimed.swap(true, Ordering::Relaxed))
    }

    /// Shows one that is about to begin, so that whoever is sent to its page finds it.
    pub(crate) fn announce(&self, plan: Uuid, unit: UnitId, base: Option<Uuid>) -> Option<Arc<Run>> {
        let mut all = self.all.lock().ok()?;
        if let Some(going) = all.get(&plan).filter(|r| !r.progress().stage.has_failed()) {
            return Some(going.clone());
        }
        let failed: Vec<Uuid> =
            all.iter().filter(|(_, r)| r.progress().stage.has_failed()).map(|(id, _)| *id).collect();
        if failed.len() >= FAILED {
            for id in failed {
                all.remove(&id);
            }
        }
        let run = Arc::new(Run {
            unit,
            base,
            claimed: AtomicBool::new(false),
            stop: AtomicBool::new(false),
            best: AtomicU64::new(0),
            iterations: AtomicU64::new(0),
            share: AtomicU32::new(0),
            stage: Mutex::new(Stage::Waiting),
        });
        all.insert(plan, run.clone());
        Some(run)
    }

    /// Remembers why there is no plan.
    pub(crate) fn fail(&self, plan: Uuid, unit: UnitId, base: Option<Uuid>, why: AppError) {
        if let Some(run) = self.announce(plan, unit, base) {
            run.enter(Stage::Failed(Arc::new(why)));
        }
    }

    pub(crate) fn get(&self, plan: Uuid) -> Option<Arc<Run>> {
        self.all.lock().ok()?.get(&plan).cloned()
    }

    /// It is written; the store knows it now.
    pub(crate) fn end(&self, plan: Uuid) {
        if let Ok(mut all) = self.all.lock() {
            all.remove(&plan);
        }
    }

    /// Those that have not failed.
    pub(crate) fn going(&self) -> Vec<(Uuid, Arc<Run>)> {
        let Ok(all) = self.all.lock() else { return Vec::new() };
        all.iter().filter(|(_, r)| !r.progress().stage.has_failed()).map(|(id, r)| (*id, r.clone())).collect()
    }
}

impl App {
    /// Tells the other nodes that this one makes a plan; false when another one does.
    pub(crate) async fn begin_run(&self, plan: Uuid, unit: UnitId, base: Option<Uuid>) -> Result<bool, AppError> {
        let node = self.inner.runs.node.clone();
        let begun =
            async move |tx: &mut yixian_store::Tx| tx.begin_run(plan, unit, base, &node, real_now(), alive()).await;
        Ok(self.store().write::<_, yixian_store::StoreError, _>(begun).await?)
    }

    /// Tells of a search for as long as it goes on, and hears whether it is to stop.
    pub(crate) async fn tell_run(self, plan: Uuid, run: Arc<Run>) {
        loop {
            tokio::time::sleep(BEAT).await;
            let p = run.progress();
            let told = RunRow {
                plan_id: plan,
                unit_id: p.unit.0,
                base: p.base,
                node: self.inner.runs.node.clone(),
                stage: p.stage.code().to_owned(),
                share: (p.share * 1000.0) as i64,
                best: p.best as i64,
                iterations: p.iterations as i64,
                stop: p.stopping,
                beat_at: real_now().0,
            };
            let told = async move |tx: &mut yixian_store::Tx| tx.beat_run(&told).await;
            match self.store().write::<_, yixian_store::StoreError, _>(told).await {
                Ok(true) => run.stop(),
                Ok(false) => {}
                Err(e) => tracing::warn!(error = %e, "the other nodes were not told of a search"),
            }
        }
    }

    /// A search is over: the others forget it, or know that it failed.
    pub(crate) fn end_run(&self, plan: Uuid, failed: bool) {
        let (app, node) = (self.clone(), self.inner.runs.node.clone());
        tokio::spawn(async move {
            let ended = async move |tx: &mut yixian_store::Tx| {
                if failed { tx.fail_run(plan, &node, real_now()).await } else { tx.end_run(plan, &node).await }
            };
            if let Err(e) = app.store().write::<_, yixian_store::StoreError, _>(ended).await {
                tracing::warn!(error = %e, "the other nodes were not told of the end of a search");
            }
        });
    }
}
