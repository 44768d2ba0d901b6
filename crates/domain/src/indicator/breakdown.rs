//! An indicator taken apart 指标分解: aspects 方面 with their tasks, each with a weight among its siblings and exactly one owner.
//! A breakdown is a version: it is drafted as a copy of the one before, written over, approved by another person from a day
//! on, and never changed after that; the next one says what became of what. A task is a matter like any other
//! ([`crate::part::Task`]); here are its place and its weight, not whether it is done.

use super::method::WHOLE;
use crate::base::history::{Happened, Recorded};
use crate::base::ids::*;
use crate::base::time::{Date, Instant};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap, HashSet};
use uuid::Uuid;

/// An aspect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aspect {
    /// Identity, the same in every version.
    pub id: AspectId,
    /// Short code, unique in its version.
    pub code: String,
    /// The aspect above it.
    pub parent: Option<AspectId>,
    /// In the company's language.
    pub name: String,
    /// English, where there is one.
    pub name_en: Option<String>,
    /// Its share among its siblings, in hundredths of a per cent.
    pub weight: u32,
    /// The component of the indicator that it moves.
    pub component: String,
}

/// A task in its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaf {
    /// The matter that it is, from the approval on; the same in every version.
    pub task: MatterId,
    /// Short code, unique in its version.
    pub code: String,
    /// Under which aspect.
    pub aspect: AspectId,
    /// What is to be done.
    pub title: String,
    /// Its share among the tasks of its aspect, in hundredths of a per cent.
    pub weight: u32,
    /// The department that answers for it: one.
    pub owner: UnitId,
    /// Departments that help.
    pub helpers: Vec<UnitId>,
    /// Its last day.
    pub due: Date,
    /// What is handed over 交付物.
    pub deliverable: String,
    /// Whether it is only done with a photo or a file that shows it.
    pub evidence: bool,
}

/// A task that this version has no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retired {
    /// Which.
    pub task: MatterId,
    /// The tasks that it became: two of one that was split, one of one that was merged, none of one that was dropped.
    pub into: Vec<MatterId>,
    /// Why.
    pub reason: String,
}

/// Aspects and tasks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tree {
    /// Aspects, in the order of their codes.
    pub aspects: Vec<Aspect>,
    /// Tasks, in the order of their codes.
    pub tasks: Vec<Leaf>,
}

/// Where a version is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum BreakdownState {
    /// Being written.
    Draft,
    /// Approved, and in force from a day on until the next one.
    Approved {
        /// First day.
        effective: Date,
        /// By whom.
        by: By,
        /// When.
        at: Instant,
    },
}

/// A version of how an indicator is taken apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breakdown {
    /// Identity.
    pub id: BreakdownId,
    /// Of which indicator.
    pub indicator: IndicatorId,
    /// Its number among them, from 1.
    pub no: u32,
    /// Why there is another one.
    pub reason: String,
    /// Who drafts it.
    pub drafted_by: By,
    /// Where it is.
    pub state: BreakdownState,
    /// What it says.
    pub tree: Tree,
    /// Tasks of the version before that it has no more.
    pub retired: Vec<Retired>,
    /// When the last thing happened to it.
    pub last_at: Instant,
    /// Number of events so far.
    pub rev: u32,
}

/// What happens to a breakdown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[allow(missing_docs)] // fields carry the names of the breakdown's own
pub enum BreakdownEvent {
    Begun { indicator: IndicatorId, no: u32, reason: String, tree: Tree },
    Written { tree: Tree, retired: Vec<Retired> },
    AspectPut { aspect: Aspect },
    AspectRemoved { aspect: AspectId },
    TaskPut { task: Leaf },
    TaskSplit { retired: Retired, tasks: Vec<Leaf> },
    TasksMerged { retired: Vec<Retired>, into: MatterId, weight: u32 },
    TaskDropped { retired: Retired },
    Approved { effective: Date },
}

impl BreakdownEvent {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            BreakdownEvent::Begun { .. } => "breakdown_begun",
            BreakdownEvent::Written { .. } => "breakdown_written",
            BreakdownEvent::AspectPut { .. } => "aspect_put",
            BreakdownEvent::AspectRemoved { .. } => "aspect_removed",
            BreakdownEvent::TaskPut { .. } => "task_put",
            BreakdownEvent::TaskSplit { .. } => "task_split",
            BreakdownEvent::TasksMerged { .. } => "tasks_merged",
            BreakdownEvent::TaskDropped { .. } => "task_dropped",
            BreakdownEvent::Approved { .. } => "breakdown_approved",
        }
    }
}

impl Recorded for Breakdown {
    type Event = BreakdownEvent;

    fn begin(id: Uuid, first: &Happened<BreakdownEvent>) -> Option<Breakdown> {
        let BreakdownEvent::Begun { indicator, no, reason, tree } = &first.event else { return None };
        Some(Breakdown {
            id: BreakdownId(id),
            indicator: *indicator,
            no: *no,
            reason: reason.clone(),
            drafted_by: first.by.clone(),
            state: BreakdownState::Draft,
            tree: tree.clone(),
            retired: Vec::new(),
            last_at: first.at,
            rev: 1,
        })
    }

    fn apply(&mut self, h: &Happened<BreakdownEvent>) {
        self.rev += 1;
        self.last_at = self.last_at.max(h.at);
        match &h.event {
            BreakdownEvent::Begun { .. } => {}
            BreakdownEvent::Written { tree, retired } => {
                self.tree = tree.clone();
                self.retired.clone_from(retired);
            }
            BreakdownEvent::AspectPut { aspect } => self.tree.put_aspect(aspect.clone()),
            BreakdownEvent::AspectRemoved { aspect } => self.tree.aspects.retain(|a| a.id != *aspect),
            BreakdownEvent::TaskPut { task } => self.tree.put_task(task.clone()),
            BreakdownEvent::TaskSplit { retired, tasks } => {
                self.retire(retired.clone());
                for task in tasks {
                    self.tree.put_task(task.clone());
                }
            }
            BreakdownEvent::TasksMerged { retired, into, weight } => {
                for r in retired {
                    self.retire(r.clone());
                }
                self.tree.tasks.iter_mut().filter(|t| t.task == *into).for_each(|t| t.weight = *weight);
            }
            BreakdownEvent::TaskDropped { retired } => self.retire(retired.clone()),
            BreakdownEvent::Approved { effective } => {
                self.state = BreakdownState::Approved { effective: *effective, by: h.by.clone(), at: h.at };
            }
        }
    }
}

impl Breakdown {
    fn retire(&mut self, retired: Retired) {
        self.tree.tasks.retain(|t| t.task != retired.task);
        self.retired.push(retired);
    }

    /// The first day on which it is in force, once it is approved.
    pub fn effective(&self) -> Option<Date> {
        match &self.state {
            BreakdownState::Approved { effective, .. } => Some(*effective),
            BreakdownState::Draft => None,
        }
    }
}

/// The version of an indicator that is in force on a day.
pub fn in_force(versions: &[Breakdown], of: IndicatorId, day: Date) -> Option<&Breakdown> {
    let own = versions.iter().filter(|v| v.indicator == of && v.effective().is_some_and(|from| from <= day));
    own.max_by_key(|v| (v.effective(), v.no))
}

impl Tree {
    fn put_aspect(&mut self, aspect: Aspect) {
        self.aspects.retain(|a| a.id != aspect.id);
        let at = self.aspects.partition_point(|a| a.code <= aspect.code);
        self.aspects.insert(at, aspect);
    }

    fn put_task(&mut self, task: Leaf) {
        self.tasks.retain(|t| t.task != task.task);
        let at = self.tasks.partition_point(|t| t.code <= task.code);
        self.tasks.insert(at, task);
    }

    /// The same in the order of codes.
    #[must_use]
    pub fn sorted(mut self) -> Tree {
        self.aspects.sort_by(|a, b| a.code.cmp(&b.code));
        self.tasks.sort_by(|a, b| a.code.cmp(&b.code));
        self
    }

    /// An aspect.
    pub fn aspect(&self, id: AspectId) -> Option<&Aspect> {
        self.aspects.iter().find(|a| a.id == id)
    }

    /// A task.
    pub fn task(&self, id: MatterId) -> Option<&Leaf> {
        self.tasks.iter().find(|t| t.task == id)
    }

    /// Aspects that carry tasks themselves: these are counted, what stands above them are headings.
    pub fn carrying(&self) -> impl Iterator<Item = &Aspect> + '_ {
        let with: HashSet<AspectId> = self.tasks.iter().map(|t| t.aspect).collect();
        self.aspects.iter().filter(move |a| with.contains(&a.id))
    }

    /// What each task weighs of the whole, 0–100: its weight in its aspect, that of the aspect among its siblings, and so up.
    pub fn weights(&self) -> HashMap<MatterId, f64> {
        let by_id: HashMap<AspectId, &Aspect> = self.aspects.iter().map(|a| (a.id, a)).collect();
        let share = |weight: u32| f64::from(weight) / f64::from(WHOLE);
        let mut of: HashMap<AspectId, f64> = HashMap::new();
        for a in &self.aspects {
            let (mut at, mut whole) = (Some(a), 1.0);
            // As deep as there are aspects, at most: a draft may go in a circle.
            for _ in 0..self.aspects.len() {
                let Some(here) = at else { break };
                whole *= share(here.weight);
                at = here.parent.and_then(|p| by_id.get(&p).copied());
            }
            of.insert(a.id, whole);
        }
        self.tasks
            .iter()
            .map(|t| (t.task, 100.0 * share(t.weight) * of.get(&t.aspect).copied().unwrap_or_default()))
            .collect()
    }

    /// The children of each aspect, and those at the top under none.
    pub fn children(&self) -> BTreeMap<Option<AspectId>, Vec<&Aspect>> {
        let mut of: BTreeMap<Option<AspectId>, Vec<&Aspect>> = BTreeMap::new();
        for a in &self.aspects {
            of.entry(a.parent).or_default().push(a);
        }
        of
    }
}
