//! Adopting a plan: it becomes visits. New ones are planned, known ones are kept or moved, those of an
//! earlier plan that have no place any more are called off; all through the use cases that a hand
//! uses, in one transaction. Each leader concerned gets one notice.

use super::document::{PlanDoc, civil};
use super::facts::document;
use crate::App;
use crate::frame::error::AppError;
use crate::frame::phrases::{filled, phrases};
use crate::frame::work::{Ctx, Done};
use crate::visits::act::{self as visits, NewVisit};
use crate::visits::command::VisitCommand;
use std::collections::{BTreeSet, HashMap, HashSet};
use uuid::Uuid;
use yixian_domain::ids::*;
use yixian_domain::org::Person;
use yixian_domain::place::PlaceKind;
use yixian_domain::planning::Change;
use yixian_domain::refusal::Refusal;
use yixian_domain::time::Time;
use yixian_domain::visit::VisitType;
use yixian_store::plan::{self as table, Adoption};
use yixian_store::{Conn, org, place, visit};

/// A visit that begins so many minutes earlier or later than it was known for stays where it is.
const SAME_MINUTES: i32 = 20;

/// Sites, villages and the like are front-line places; the other three go where their name says.
pub fn type_of(kind: PlaceKind) -> VisitType {
    match kind {
        PlaceKind::Government => VisitType::Government,
        PlaceKind::Customer => VisitType::Customer,
        PlaceKind::Community => VisitType::Community,
        _ => VisitType::Site,
    }
}

/// Everything that is no longer as the plan took it to be.
pub(super) async fn changes(conn: &mut Conn, app: &App, doc: &PlanDoc) -> Result<Vec<Change>, AppError> {
    let policies = app.policies();
    let today = policies.zone.date_of(app.clock().now());
    let mut out = Vec::new();
    // A night of the last day ends on the day after.
    let planned = table::planned(conn, doc.first, doc.last.tomorrow().unwrap_or(doc.last)).await?;
    let revs: HashMap<VisitId, u32> = planned.iter().map(|k| (k.visit.id, k.visit.rev)).collect();
    let places: HashSet<PlaceId> = planned.iter().map(|k| k.visit.plan.place).collect();
    let people: HashMap<PersonId, Person> = org::people(conn).await?.into_iter().map(|p| (p.id, p)).collect();
    let gone: HashSet<PlaceId> =
        table::last_visits(conn).await?.into_iter().filter(|l| l.2 > doc.as_of).map(|l| l.0).collect();
    for (visit, rev) in doc.stops().filter_map(|(_, s)| s.visit).chain(doc.left.iter().filter_map(|l| l.visit)) {
        if revs.get(&visit) != Some(&rev) {
            out.push(Change::Visit { visit });
        }
    }
    for (_, s) in doc.stops().filter(|(_, s)| s.visit.is_none()) {
        if places.contains(&s.place) || gone.contains(&s.place) {
            out.push(Change::Place { place: s.place });
        }
    }
    let exempt = org::exemptions(conn, doc.first, doc.last, app.clock().now()).await?;
    for r in &doc.routes {
        if r.day < today {
            out.push(Change::Past { day: r.day });
            continue;
        }
        let serves = people
            .get(&r.person)
            .is_some_and(|p| p.duty && p.from.is_none_or(|a| a <= r.day) && p.to.is_none_or(|b| r.day <= b));
        if !serves || exempt.iter().any(|e| e.0 == r.person && e.1 <= r.day && r.day <= e.2) {
            out.push(Change::Leader { person: r.person, day: r.day });
        }
    }
    out.dedup();
    Ok(out)
}

pub(crate) async fn adopt(ctx: &mut Ctx<'_>, plan: Uuid) -> Result<Done, AppError> {
    let row = table::plan(ctx.tx.conn(), plan).await?.ok_or(AppError::NotFound("plan"))?;
    if row.adoption.is_some() {
        return Err(Refusal::PlanAdopted.into());
    }
    if table::superseded(ctx.tx.conn(), &row).await? {
        return Err(Refusal::PlanSuperseded.into());
    }
    let doc = document(ctx.tx.conn(), plan).await?;
    if doc.routes.is_empty() {
        return Err(Refusal::PlanEmpty.into());
    }
    let app = ctx.app.clone();
    let reasons = changes(ctx.tx.conn(), &app, &doc).await?;
    if !reasons.is_empty() {
        return Err(Refusal::PlanOutOfDate { reasons }.into());
    }
    let by = ctx.by();
    let mut a = Adoption { by: by.person(), at: ctx.at, made: 0, kept: 0, moved: 0, dropped: 0 };
    let (mut all, mut told): (Vec<VisitId>, BTreeSet<PersonId>) = (Vec::new(), BTreeSet::new());
    for (route, stop) in doc.stops() {
        let (day, from) = civil(route.day, stop.begins);
        match stop.visit {
            None => {
                let at = place::place(ctx.tx.conn(), stop.place).await?.ok_or(AppError::NotFound("place"))?;
                let visit = ctx.app.mint().uuid(ctx.now);
                let new = NewVisit {
                    visit,
                    kind: type_of(at.kind),
                    place: at.id.0,
                    host: Some(at.unit.map_or(row.unit.0, |u| u.0)),
                    leader: route.person.0,
                    companions: Vec::new(),
                    day,
                    from: Some(from),
                    purpose: String::new(),
                    announced: stop.announced,
                    partner: None,
                    sensitivity: None,
                };
                visits::plan(ctx, new, false).await?;
                all.push(VisitId(visit));
                told.insert(route.person);
                a.made += 1;
            }
            Some((id, _)) => {
                let stored = visit::visit(ctx.tx.conn(), id).await?.ok_or(AppError::NotFound("visit"))?;
                let was = &stored.visit.plan;
                let minutes = |t: Time| i32::from(t.hour()) * 60 + i32::from(t.minute());
                let near = was.from.is_some_and(|f| (minutes(f) - minutes(from)).abs() <= SAME_MINUTES);
                if was.leader == route.person && was.day == day && (near || stop.pinned) {
                    a.kept += 1;
                } else {
                    told.extend([was.leader, route.person]);
                    visits::reschedule(ctx, stored, Some(route.person), Some(day), Some(from), false).await?;
                    a.moved += 1;
                }
                all.push(id);
            }
        }
    }
    for (id, _) in doc.left.iter().filter_map(|l| l.visit) {
        if let Some(stored) = visit::visit(ctx.tx.conn(), id).await? {
            told.insert(stored.visit.plan.leader);
        }
        visits::run(
            ctx,
            VisitCommand::CancelVisit {
                visit: id.0,
                reason: filled(&phrases().replanned, &[("plan", &format!("{}-{:04}", row.month, row.n))]),
            },
        )
        .await?;
        a.dropped += 1;
    }
    for person in told.into_iter().filter(|p| by != By::Person(*p)) {
        let id = ctx.app.mint().uuid(ctx.now);
        ctx.tx.put_notice(id, person, "plan_adopted", "plan", plan, ctx.at).await?;
    }
    ctx.tx.adopt_plan(plan, &a, &all, by).await?;
    Ok(Done { rev: None, number: Some(row.n), record: None })
}
