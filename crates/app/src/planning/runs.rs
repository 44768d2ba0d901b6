//! Plans that are being searched for: who asked, how far it is, the best so far. One search runs at a
//! time; others wait for their turn. Nothing of this outlives the process: a search that a restart
//! interrupted is simply gone, and pages say so.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use uuid::Uuid;
use yixian_domain::ids::UnitId;

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
    Failed(Arc<crate::frame::error::AppError>),
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

/// Failed ones that are remembered, so that whoever waits for them reads why.
const FAILED: usize = 20;

/// The searches of this process.
#[derive(Debug)]
pub(crate) struct Runs {
    all: Mutex<HashMap<Uuid, Arc<Run>>>,
    pub(crate) turn: tokio::sync::Semaphore,
}

impl Default for Runs {
    fn default() -> Runs {
        Runs { all: Mutex::default(), turn: tokio::sync::Semaphore::new(1) }
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
        if let Some(going) = all.get(&plan).filter(|r| !matches!(r.progress().stage, Stage::Failed(_))) {
            return Some(going.clone());
        }
        let failed: Vec<Uuid> =
            all.iter().filter(|(_, r)| matches!(r.progress().stage, Stage::Failed(_))).map(|(id, _)| *id).collect();
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
    pub(crate) fn fail(&self, plan: Uuid, unit: UnitId, base: Option<Uuid>, why: crate::frame::error::AppError) {
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
        all.iter()
            .filter(|(_, r)| !matches!(r.progress().stage, Stage::Failed(_)))
            .map(|(id, r)| (*id, r.clone()))
            .collect()
    }
}
