//! Plans for pages, the API and the command line: lists, one plan with what changed since, searches that go on, what places
//! are worth. Makes and adopts nothing.

use super::adopt;
use super::document::PlanDoc;
use super::facts::{self, document, first_day};
use super::list::PlanRow;
use super::runs::{Progress, alive};
use crate::App;
use crate::frame::error::AppError;
use uuid::Uuid;
use yixian_domain::access::{Actor, Ask, may};
use yixian_domain::duty::Month;
use yixian_domain::ids::*;
use yixian_domain::org::{Role, Unit};
use yixian_domain::place::Place;
use yixian_domain::planning::{Change, Priority};
use yixian_store::plan as table;

/// A place with what it is worth.
#[derive(Clone, Debug)]
pub struct Ranked {
    /// The place.
    pub place: Place,
    /// What it is worth.
    pub priority: Priority,
    /// Somebody plans to go there in the month.
    pub planned: Option<VisitId>,
}

/// A plan as its page shows it.
#[derive(Clone, Debug)]
pub struct PlanPage {
    /// Its row, with its adoption.
    pub row: PlanRow,
    /// The plan.
    pub doc: PlanDoc,
    /// What changed since it was made; empty for an adopted one.
    pub changes: Vec<Change>,
    /// A later plan of the same days was adopted.
    pub superseded: bool,
}

impl App {
    /// The units whose visits the actor may plan, parents before children.
    pub async fn plannable(&self, actor: &Actor) -> Result<Vec<Unit>, AppError> {
        Ok(self.directory().await?.units().filter(|u| may(actor, &Ask::PlanVisits(&u.path)).is_ok()).cloned().collect())
    }

    /// Refuses whoever may plan nowhere.
    pub fn may_plan(&self, actor: &Actor) -> Result<(), AppError> {
        if actor.is_somewhere(Role::Coordinator) {
            return Ok(());
        }
        Err(match actor {
            Actor::Person { .. } => yixian_domain::access::Denial::NeedsRole { role: Role::Coordinator },
            _ => yixian_domain::access::Denial::SignIn,
        }
        .into())
    }

    /// Plans of the units the actor plans for, newest first.
    pub async fn plans(
        &self,
        actor: &Actor,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<table::PlanRow>, AppError> {
        self.may_plan(actor)?;
        let mut conn = self.store().read().await?;
        let (mut out, mut at) = (Vec::new(), before.unwrap_or(i64::MAX));
        loop {
            let page = table::list(&mut conn, at, 100).await?;
            let Some(last) = page.last() else { return Ok(out) };
            at = last.n;
            for row in page {
                if out.len() == limit {
                    return Ok(out);
                }
                if may(actor, &Ask::PlanVisits(&row.path)).is_ok() {
                    out.push(row);
                }
            }
        }
    }

    async fn plan_row(&self, actor: &Actor, id: Uuid) -> Result<table::PlanRow, AppError> {
        let row = table::plan(&mut self.store().read().await?, id).await?.ok_or(AppError::NotFound("plan"))?;
        // Whoever plans elsewhere learns nothing of it; whoever plans nowhere is told so.
        if may(actor, &Ask::PlanVisits(&row.path)).is_err() {
            self.may_plan(actor)?;
            return Err(AppError::NotFound("plan"));
        }
        Ok(row)
    }

    /// A plan.
    pub async fn plan(&self, actor: &Actor, id: Uuid) -> Result<PlanPage, AppError> {
        let row = self.plan_row(actor, id).await?;
        let mut conn = self.store().read().await?;
        let doc = document(&mut conn, id).await?;
        let (mut changes, mut superseded) = (Vec::new(), false);
        if row.adoption.is_none() {
            superseded = table::superseded(&mut conn, &row).await?;
            changes = adopt::changes(&mut conn, self, &doc).await?;
        }
        Ok(PlanPage { row: row.try_into()?, doc, changes, superseded })
    }

    /// A search that is going on or has failed, on whichever node.
    pub async fn plan_run(&self, actor: &Actor, id: Uuid) -> Result<Option<Progress>, AppError> {
        let directory = self.directory().await?;
        let mine = |u: UnitId| directory.unit(u).is_some_and(|u| may(actor, &Ask::PlanVisits(&u.path)).is_ok());
        let here = self.inner.runs.get(id).map(|r| r.progress());
        let run = match here {
            Some(here) => Some(here),
            None => table::run(&mut self.store().read().await?, id, alive()).await?.map(Progress::from),
        };
        Ok(run.filter(|r| mine(r.unit)))
    }

    /// Asks a search to end with what it has, on whichever node; false when there is none.
    pub async fn stop_plan(&self, actor: &Actor, id: Uuid) -> Result<bool, AppError> {
        if self.plan_run(actor, id).await?.is_none() {
            return Ok(false);
        }
        if let Some(here) = self.inner.runs.get(id) {
            here.stop();
            return Ok(true);
        }
        let stop = async move |tx: &mut yixian_store::Tx| tx.stop_run(id).await;
        Ok(self.store().write::<_, yixian_store::StoreError, _>(stop).await?)
    }

    /// The searches of units the actor plans for, on all nodes.
    pub async fn plan_runs(&self, actor: &Actor) -> Result<Vec<(Uuid, Progress)>, AppError> {
        let directory = self.directory().await?;
        let mine = |u: UnitId| directory.unit(u).is_some_and(|u| may(actor, &Ask::PlanVisits(&u.path)).is_ok());
        let mut all: Vec<(Uuid, Progress)> =
            self.inner.runs.going().into_iter().map(|(id, r)| (id, r.progress())).collect();
        for row in table::runs(&mut self.store().read().await?, alive()).await? {
            if row.node != self.inner.runs.node && !all.iter().any(|(id, _)| *id == row.plan_id) {
                all.push((row.plan_id, row.into()));
            }
        }
        all.retain(|(_, p)| mine(p.unit));
        Ok(all)
    }

    /// What the places of a unit are worth in a month, the most urgent first.
    pub async fn priorities(&self, actor: &Actor, unit: UnitId, month: Month) -> Result<Vec<Ranked>, AppError> {
        let directory = self.directory().await?;
        let path = directory.unit(unit).ok_or(AppError::NotFound("unit"))?.path.clone();
        may(actor, &Ask::PlanVisits(&path))?;
        let mut f = facts::load(self, unit, month, first_day(self, month, None), self.clock().now()).await?;
        let mut planned = std::collections::HashMap::new();
        for k in &f.planned {
            if may(actor, &Ask::SeeVisit(&yixian_domain::access::VisitFacts::of(&k.visit, k.host_path.clone()))).is_ok()
            {
                planned.entry(k.visit.plan.place).or_insert(k.visit.id);
            }
        }
        let mut all: Vec<Ranked> = f
            .places
            .into_iter()
            .filter_map(|place| {
                let priority = f.priorities.remove(&place.id)?;
                Some(Ranked { planned: planned.get(&place.id).copied(), place, priority })
            })
            .collect();
        all.sort_by(|a, b| b.priority.points.cmp(&a.priority.points).then_with(|| a.place.code.cmp(&b.place.code)));
        Ok(all)
    }
}
