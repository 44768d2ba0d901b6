//! Making a plan: read, search, check, explain, keep. The search runs on a thread of its own.

use super::command::{ChangeIn, PlanIn};
use super::document::*;
use super::facts::{self, document, first_day};
use super::request::{self, Asked, Built};
use super::runs::{Run, Stage};
use super::verdict::{self, Names};
use crate::App;
use crate::frame::error::{AppError, FieldError};
use crate::frame::work::{Ctx, Done};
use std::sync::Arc;
use std::time::{Duration, Instant as Moment};
use yixian_domain::access::{Actor, Ask, may};
use yixian_domain::duty::Month;
use yixian_domain::ids::*;
use yixian_domain::refusal::Refusal;
use yixian_domain::time::{Date, Instant};
use yixian_planner::model;
use yixian_planner::search::{Budget, Outcome, Settings, solve};
use yixian_store::StoreError;
use yixian_store::plan::{self as table, NewPlan};

/// Changes one plan may carry.
const MOST_CHANGES: usize = 2_000;

/// A plan that is made and not yet written. Its search is over, as others see it, when the last of these is dropped.
pub(crate) struct Made {
    row: NewPlan,
    /// Held for what its end tells others.
    _going: Going,
}

/// A search that others can watch, for as long as somebody waits for its plan.
pub(crate) struct Going {
    app: App,
    plan: uuid::Uuid,
    run: Arc<Run>,
    /// Tells the other nodes.
    telling: tokio::task::JoinHandle<()>,
}

impl Drop for Going {
    fn drop(&mut self) {
        self.telling.abort();
        self.run.stop();
        self.app.inner.runs.end(self.plan);
        self.app.end_run(self.plan, false);
    }
}

fn check(asked: &PlanIn, first: Date, most: u16) -> Result<(), AppError> {
    let mut faults = Vec::new();
    let last = asked.month.last();
    if first > last {
        faults.push(FieldError::with("from", "plan_past", asked.month));
    }
    if asked.seconds.is_some_and(|s| s == 0 || s > most) {
        faults.push(FieldError::with("seconds", "plan_seconds", most));
    }
    if asked.iterations.is_some_and(|n| n > 100_000_000) {
        faults.push(FieldError::with("iterations", "plan_iterations", 100_000_000));
    }
    let w = asked.weights;
    if [w.priority, w.duty, w.travel, w.spread, w.fairness, w.keep].iter().any(|n| *n > 1_000) {
        faults.push(FieldError::with("weights", "plan_weight", 1_000));
    }
    if asked.changes.len() > MOST_CHANGES {
        faults.push(FieldError::with("changes", "plan_changes", MOST_CHANGES));
    }
    for c in &asked.changes {
        match c {
            ChangeIn::Pin { leader: None, day: None, .. } => faults.push(FieldError::new("leader", "plan_pin")),
            ChangeIn::Pin { day: Some(d), .. } | ChangeIn::Shift { day: d, .. }
                if *d < asked.month.first() || *d > last =>
            {
                faults.push(FieldError::with("day", "plan_day", asked.month))
            }
            ChangeIn::Closed { from, to, .. } | ChangeIn::Away { from, to, .. } if to < from => {
                faults.push(FieldError::new("to", "ends_before_it_begins"))
            }
            ChangeIn::Urgent { points, .. } if *points == 0 || *points > 1_000 => {
                faults.push(FieldError::with("points", "plan_points", 1_000))
            }
            _ => {}
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(AppError::Invalid(faults)) }
}

/// What the base had settled, and what is settled now. Each is said once.
fn all_changes(before: &[ChangeIn], now: &[ChangeIn]) -> Vec<ChangeIn> {
    let mut out: Vec<ChangeIn> = before.iter().filter(|c| !now.contains(c)).cloned().collect();
    for c in now {
        if !out.contains(c) {
            out.push(c.clone());
        }
    }
    out
}

/// Makes a plan. Whoever asks twice for the same one while it is being made is told that it is.
pub(crate) async fn make(app: &App, actor: &Actor, asked: &PlanIn) -> Result<Made, AppError> {
    let directory = app.directory().await?;
    let unit = directory.unit(UnitId(asked.unit)).ok_or_else(|| AppError::field("unit", "unit"))?;
    may(actor, &Ask::PlanVisits(&unit.path))?;
    if asked.plan.get_version_num() != 7 {
        return Err(AppError::field("plan", "uuid_v7"));
    }
    let first = first_day(app, asked.month, asked.from);
    check(asked, first, app.policies().planning.budget.most_seconds)?;
    if table::plan(&mut app.store().read().await?, asked.plan).await?.is_some() {
        return Err(AppError::IdReused);
    }
    let run = app.inner.runs.begin(asked.plan, unit.id, asked.base).ok_or(AppError::IdReused)?;
    if !app.begin_run(asked.plan, unit.id, asked.base).await? {
        app.inner.runs.end(asked.plan);
        return Err(AppError::IdReused);
    }
    let telling = tokio::spawn(app.clone().tell_run(asked.plan, run.clone()));
    let going = Going { app: app.clone(), plan: asked.plan, run: run.clone(), telling };
    let turn = app.inner.runs.turn.acquire().await.map_err(|e| StoreError::Halted(e.to_string()))?;
    let row = search(app, actor, asked, first, &run).await;
    drop(turn);
    Ok(Made { row: row?, _going: going })
}

async fn search(app: &App, actor: &Actor, asked: &PlanIn, first: Date, run: &Arc<Run>) -> Result<NewPlan, AppError> {
    run.enter(Stage::Reading);
    let as_of = app.clock().now();
    let mut asked = asked.clone();
    let mut base = Vec::new();
    if let Some(id) = asked.base {
        let mut conn = app.store().read().await?;
        let row = table::plan(&mut conn, id).await?.ok_or_else(|| AppError::field("base", "plan_base"))?;
        may(actor, &Ask::PlanVisits(&row.path))?;
        if row.unit.0 != asked.unit || row.month != asked.month.to_string() {
            return Err(AppError::field("base", "plan_base"));
        }
        let doc = document(&mut conn, id).await?;
        base = doc
            .stops()
            .filter(|(r, s)| r.day >= first && s.visit.is_none())
            .map(|(r, s)| (s.place, r.person, r.day, s.begins))
            .collect();
        asked.changes = all_changes(&doc.asked.changes, &asked.changes);
    }
    let adoptions =
        table::adoptions(&mut app.store().read().await?, UnitId(asked.unit), first, asked.month.last()).await?;
    let facts = facts::load(app, UnitId(asked.unit), asked.month, first, as_of).await?;
    let built = request::build(app, facts, Asked { plan: &asked, first, actor, base }).await?;
    run.enter(Stage::Searching);
    let seconds = asked.seconds.unwrap_or(app.policies().planning.budget.seconds);
    let (iterations, seed, watch) = (asked.iterations, asked.seed, run.clone());
    let solved = tokio::task::spawn_blocking(move || {
        let begun = Moment::now();
        let outcome = find(&built.request, iterations, seed, Duration::from_secs(seconds.into()), &watch);
        watch.enter(Stage::Writing);
        let ms = if iterations.is_some() { 0 } else { begun.elapsed().as_millis() as u64 };
        let search = Search { iterations: outcome.iterations, ms, stopped: watch.stopped() };
        tell(&asked, as_of, built, &outcome.plan, search).map(|doc| (doc, asked))
    })
    .await
    .map_err(|e| StoreError::Panicked(e.to_string()))?;
    let (doc, asked) = solved?;
    let body = serde_json::to_string(&doc).map_err(|e| StoreError::corrupt("plan", e))?;
    let summary = serde_json::to_string(&doc.summary()).map_err(|e| StoreError::corrupt("plan", e))?;
    Ok(NewPlan {
        id: asked.plan,
        unit: UnitId(asked.unit),
        month: asked.month.to_string(),
        from: doc.first,
        to: doc.last,
        base: asked.base,
        adoptions,
        summary,
        body,
    })
}

fn find(request: &model::Request, iterations: Option<u64>, seed: u64, time: Duration, run: &Run) -> Outcome {
    if let Some(n) = iterations {
        return solve(request, Settings { seed, threads: 1, budget: Budget::Iterations(n) });
    }
    let begun = Moment::now();
    let share = |p: &yixian_planner::search::Progress| {
        let share = if run.stopped() { 1.0 } else { begun.elapsed().as_secs_f64() / time.as_secs_f64() };
        run.note(share.min(1.0), p.best.total(), p.iterations);
        share
    };
    solve(request, Settings { seed, threads: 1, budget: Budget::Share(&share) })
}

/// The plan in the company's words, once the checker has passed it.
fn tell(asked: &PlanIn, as_of: Instant, built: Built, plan: &model::Plan, search: Search) -> Result<PlanDoc, AppError> {
    let Built { request, first, tasks, leaders, shifts, mut left, travel, points, units } = built;
    let verdict = verdict::of(&request, plan).map_err(|first| AppError::Refused(Refusal::PlanFaulty { first }))?;
    let month: Month = asked.month;
    let names = Names {
        person: &|l| leaders[l as usize].person.id,
        day: &|d| first.saturating_add(jiff::Span::new().days(i32::from(d))),
        unit: &|u| units.get(u as usize).copied(),
        shift: &|s| (shifts[s as usize].person, shifts[s as usize].day),
        place: &|t| tasks[t as usize].place,
    };
    let remarks = verdict.remarks(&names);
    let mut planned = vec![false; tasks.len()];
    let mut routes = Vec::new();
    for r in &plan.routes {
        let (shift, s) = (&shifts[r.shift as usize], &request.shifts[r.shift as usize]);
        let mut from = s.from;
        let mut stops = Vec::new();
        for stop in &r.stops {
            let (task, of) = (&request.tasks[stop.task as usize], &tasks[stop.task as usize]);
            planned[stop.task as usize] = true;
            stops.push(Stop {
                place: of.place,
                visit: of.visit,
                pinned: of.pinned,
                announced: of.announced,
                drive: request.travel.ticks(from, task.place),
                arrives: stop.arrives,
                begins: stop.begins,
                ends: stop.leaves,
                points: of.priority.points,
                parts: of.priority.parts.clone(),
                gain: verdict.gains.get(&stop.task).copied(),
            });
            from = task.place;
        }
        routes.push(Route {
            person: shift.person,
            day: shift.day,
            rule: shift.rule.clone(),
            leaves: r.leaves,
            returns: r.returns,
            travel: r.travel,
            office: points.get(s.from as usize).copied(),
            stops,
        });
    }
    routes.sort_by_key(|r| (r.day, r.person));
    for (i, of) in tasks.iter().enumerate().filter(|(i, _)| !planned[*i]) {
        let why = verdict.why(i as u32, &names);
        left.push(Left {
            place: of.place,
            visit: of.visit.filter(|_| of.loose),
            points: of.priority.points,
            parts: of.priority.parts.clone(),
            why,
        });
    }
    left.sort_by_key(|l| (std::cmp::Reverse(l.points), l.place));
    let leaders = leaders
        .into_iter()
        .map(|l| Leader {
            person: l.person.id,
            level: l.person.level,
            specialty: l.person.specialty,
            owed: l.owed,
            made: l.made,
            shifts: shifts.iter().filter(|s| s.person == l.person.id).cloned().collect(),
        })
        .collect();
    Ok(PlanDoc {
        asked: asked.clone(),
        month,
        first,
        last: month.last(),
        as_of,
        leaders,
        routes,
        left,
        worth: verdict.value.into(),
        bound: Some(verdict.bound.upper),
        likely: verdict.bound.likely,
        travel,
        search,
        remarks,
    })
}

/// A plan that will be made soon, as others see it.
pub(crate) struct Announced {
    plan: uuid::Uuid,
    unit: UnitId,
    base: Option<uuid::Uuid>,
}

impl Announced {
    /// It was made, or not, and why.
    pub(crate) fn over(&self, app: &App, fault: Option<AppError>) {
        app.inner.runs.end(self.plan);
        if let Some(e) = fault {
            tracing::warn!(code = e.code(), "a plan was not made");
            app.end_run(self.plan, true);
            app.inner.runs.fail(self.plan, self.unit, self.base, e);
        }
    }
}

/// Announces a plan that is to be made; none where it is there or being made already.
pub(crate) async fn announce(app: &App, actor: &Actor, asked: &PlanIn) -> Result<Option<Announced>, AppError> {
    let directory = app.directory().await?;
    let unit = directory.unit(UnitId(asked.unit)).ok_or_else(|| AppError::field("unit", "unit"))?;
    may(actor, &Ask::PlanVisits(&unit.path))?;
    check(asked, first_day(app, asked.month, asked.from), app.policies().planning.budget.most_seconds)?;
    let known = table::plan(&mut app.store().read().await?, asked.plan).await?.is_some();
    let going = app.inner.runs.get(asked.plan).is_some_and(|r| !r.progress().stage.has_failed());
    if known || going || !app.begin_run(asked.plan, unit.id, asked.base).await? {
        return Ok(None);
    }
    app.inner.runs.announce(asked.plan, unit.id, asked.base);
    Ok(Some(Announced { plan: asked.plan, unit: unit.id, base: asked.base }))
}

/// Writes a plan that was made.
pub(crate) async fn keep(ctx: &mut Ctx<'_>, made: &Made) -> Result<Done, AppError> {
    let by = ctx.by();
    let number = ctx.tx.insert_plan(&made.row, by, ctx.at).await?;
    Ok(Done { rev: None, number: Some(number), record: None })
}
