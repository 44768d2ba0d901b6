//! Use cases of visits: plan, go, record what is found, finish.

use super::command::{CompanionIn, FindingIn, Needs, VisitCommand};
use crate::frame::error::AppError;
use crate::frame::input::point;
use crate::frame::work::{Ctx, Done};
use crate::matters::act::{self as matters, NewMatter, choice};
use uuid::Uuid;
use yixian_domain::access::{Ask, VisitFacts};
use yixian_domain::ids::*;
use yixian_domain::matter::{Happened, Origin, TargetChoice};
use yixian_domain::organisation::org::Person;
use yixian_domain::organisation::work;
use yixian_domain::partner::Partner;
use yixian_domain::time::{Date, Time};
use yixian_domain::visit::{CheckIn, Companion, Meeting, Plan, Sensitivity, Visit, VisitEvent, VisitType};
use yixian_store::visit::Stored;
use yixian_store::{org, place, visit as table};

pub(crate) async fn load(ctx: &mut Ctx<'_>, id: Uuid) -> Result<(Stored, VisitFacts), AppError> {
    let stored = table::visit(ctx.tx.conn(), VisitId(id)).await?.ok_or(AppError::NotFound("visit"))?;
    let facts = VisitFacts::of(&stored.visit, stored.host_path.clone());
    Ok((stored, facts))
}

async fn save(ctx: &mut Ctx<'_>, visit: &Visit, events: &[Happened<VisitEvent>]) -> Result<Done, AppError> {
    ctx.tx.update_visit(visit, events).await?;
    Ok(Done { rev: Some(visit.rev), number: None, record: None })
}

fn fresh(ctx: &Ctx<'_>, v: &Visit) -> Result<(), AppError> {
    match ctx.if_match {
        Some(seen) if seen != v.rev => Err(AppError::Stale { current: v.rev }),
        _ => Ok(()),
    }
}

/// The visit a command acts on, once access has said yes.
async fn open(ctx: &mut Ctx<'_>, id: Uuid, needs: Needs) -> Result<Stored, AppError> {
    let (stored, facts) = load(ctx, id).await?;
    ctx.ask(&match needs {
        Needs::Plan => Ask::PlanVisit { host: &facts.host, leader: facts.leader },
        Needs::Go => Ask::GoOnVisit(&facts),
        Needs::Cancel => Ask::CancelVisit(&facts),
        Needs::Note => Ask::NoteMeeting(&facts),
        Needs::Erase => {
            ctx.ask(&Ask::SeeVisit(&facts))?;
            Ask::Administer(&facts.host)
        }
    })?;
    Ok(stored)
}

/// What a new visit is made of.
pub(crate) struct NewVisit {
    pub visit: Uuid,
    pub kind: VisitType,
    pub place: Uuid,
    pub host: Option<Uuid>,
    pub leader: Uuid,
    pub companions: Vec<CompanionIn>,
    pub day: Date,
    pub from: Option<Time>,
    pub purpose: String,
    pub announced: bool,
    pub partner: Option<Uuid>,
    pub sensitivity: Option<Sensitivity>,
}

/// Somebody who goes on a visit of a day; what keeps him is told of a field.
async fn going(ctx: &mut Ctx<'_>, id: PersonId, day: Date, field: &'static str) -> Result<Person, AppError> {
    let person = org::person(ctx.tx.conn(), id).await?.ok_or_else(|| AppError::field(field, "person"))?;
    work::serves(&person, day).map_err(|e| AppError::field(field, e.as_str()))?;
    Ok(person)
}

/// A partner that somebody visits on a day: it has to count as itself then.
async fn visited(ctx: &mut Ctx<'_>, id: Uuid, day: Date) -> Result<PartnerId, AppError> {
    let partner: Partner = ctx.named("partner", id, "partner").await?;
    if partner.counts_as(day) == partner.id {
        Ok(partner.id)
    } else {
        Err(AppError::field("partner", "partner_merged"))
    }
}

/// Whether a visit planned by hand has to name its partner: to a government or a customer, from the day the settings say.
fn partner_named(ctx: &Ctx<'_>, kind: VisitType, day: Date, partner: Option<Uuid>) -> Result<(), AppError> {
    let due = matches!(kind, VisitType::Government | VisitType::Customer)
        && ctx.policies.settings_book.known(ctx.now).newest().partner_since.is_some_and(|since| since <= day);
    if due && partner.is_none() { Err(AppError::field("partner", "partner_needed")) } else { Ok(()) }
}

/// Plans a visit; `tell`: the leader gets a notice of this one, where it is not he who plans.
pub(crate) async fn plan(ctx: &mut Ctx<'_>, new: NewVisit, tell: bool) -> Result<Done, AppError> {
    let NewVisit {
        visit,
        kind,
        place: at,
        host,
        leader,
        companions,
        day,
        from,
        purpose,
        announced,
        partner,
        sensitivity,
    } = new;
    let by = ctx.by();
    let place = place::place(ctx.tx.conn(), PlaceId(at)).await?.ok_or_else(|| AppError::field("place", "place"))?;
    let host = host.map(UnitId).or(place.unit).ok_or_else(|| AppError::field("host", "host_needed"))?;
    let host = matters::unit_to_do(ctx, host, "host").await?;
    let leader = going(ctx, PersonId(leader), day, "leader").await?;
    ctx.ask(&Ask::PlanVisit { host: &host.path, leader: leader.id })?;
    if table::visit(ctx.tx.conn(), VisitId(visit)).await?.is_some() {
        return Err(AppError::IdReused);
    }
    // Nobody goes twice to one place at one hour: a button was pressed twice, or two people planned it.
    let again = from.is_some()
        && table::planned_for(ctx.tx.conn(), leader.id, day, place.id).await?.iter().any(|v| v.plan.from == from);
    if again {
        return Err(AppError::field("from", "visit_twice"));
    }
    let mut party = Vec::new();
    for c in companions {
        let person = going(ctx, PersonId(c.person), day, "companions").await?;
        if person.id != leader.id && !party.iter().any(|p: &Companion| p.person == person.id) {
            party.push(Companion { person: person.id, duty: c.duty });
        }
    }
    let partner = match partner {
        Some(id) => Some(visited(ctx, id, day).await?),
        None => None,
    };
    let purpose = ctx.words(visit, &purpose)?;
    let plan = Plan {
        kind,
        place: place.id,
        host: host.id,
        leader: leader.id,
        companions: party,
        day,
        from,
        purpose,
        announced,
        partner,
        sensitivity,
    };
    let (visit, event) = Visit::plan(VisitId(visit), ctx.at, &by, plan);
    let number = ctx.tx.insert_visit(&visit, &[event]).await?;
    if tell && by != By::Person(leader.id) {
        let id = ctx.app.mint().uuid(ctx.now);
        ctx.tx.put_notice(id, leader.id, "visit_planned", "visit", visit.id.0, ctx.at).await?;
    }
    Ok(Done { rev: Some(visit.rev), number: Some(number), record: None })
}

/// Gives a planned visit to another leader, day or hour. Both leaders are told, unless it was one of them.
pub(crate) async fn reschedule(
    ctx: &mut Ctx<'_>,
    stored: Stored,
    leader: Option<PersonId>,
    day: Option<Date>,
    from: Option<Time>,
    tell: bool,
) -> Result<Done, AppError> {
    let (by, old) = (ctx.by(), stored.visit.plan.clone());
    let leader = match leader {
        Some(id) => going(ctx, id, day.unwrap_or(old.day), "leader").await?.id,
        None => old.leader,
    };
    if leader != old.leader {
        ctx.ask(&Ask::PlanVisit { host: &stored.host_path, leader })?;
    }
    let (v, event) = stored.visit.reschedule(ctx.at, &by, leader, day.unwrap_or(old.day), from.or(old.from))?;
    if tell {
        let mut told = vec![leader, old.leader];
        told.dedup();
        for person in told.into_iter().filter(|p| by != By::Person(*p)) {
            let id = ctx.app.mint().uuid(ctx.now);
            ctx.tx.put_notice(id, person, "visit_rescheduled", "visit", v.id.0, ctx.at).await?;
        }
    }
    save(ctx, &v, &[event]).await
}

pub(crate) async fn run(ctx: &mut Ctx<'_>, command: VisitCommand) -> Result<Done, AppError> {
    use VisitCommand as C;
    let (by, needs) = (ctx.by(), command.needs());
    match command {
        C::PlanVisit {
            visit,
            kind,
            place,
            host,
            leader,
            companions,
            day,
            from,
            purpose,
            announced,
            partner,
            sensitivity,
        } => {
            partner_named(ctx, kind, day, partner)?;
            let new = NewVisit {
                visit,
                kind,
                place,
                host,
                leader,
                companions,
                day,
                from,
                purpose,
                announced,
                partner,
                sensitivity,
            };
            plan(ctx, new, true).await
        }
        C::NoteMeeting { visit, partner, met, topics, load_kw } => {
            let stored = open(ctx, visit, needs).await?;
            fresh(ctx, &stored.visit)?;
            let partner = match partner {
                Some(id) => Some(visited(ctx, id, stored.visit.plan.day).await?),
                None => None,
            };
            if stored.visit.plan.partner.is_some_and(|p| partner.is_some_and(|n| n != p)) {
                return Err(AppError::field("partner", "partner_stays"));
            }
            let partner = partner.filter(|_| stored.visit.plan.partner.is_none());
            let (met, topics) = (ctx.words(visit, &met)?, ctx.words(visit, &topics)?);
            if met.is_none() && topics.is_none() && load_kw.is_none() && partner.is_none() {
                return Err(AppError::field("topics", "words_needed"));
            }
            let (v, event) = stored.visit.note_meeting(ctx.at, &by, partner, Meeting { met, topics, load_kw })?;
            save(ctx, &v, &[event]).await
        }
        C::EraseVisitWords { visit } => {
            let stored = open(ctx, visit, needs).await?;
            fresh(ctx, &stored.visit)?;
            ctx.tx.erase(visit, ctx.now).await?;
            let (v, event) = stored.visit.erase_words(ctx.at, &by);
            save(ctx, &v, &[event]).await
        }
        C::RescheduleVisit { visit, leader, day, from } => {
            let stored = open(ctx, visit, needs).await?;
            fresh(ctx, &stored.visit)?;
            reschedule(ctx, stored, leader.map(PersonId), day, from, true).await
        }
        C::StartVisit { visit, point: p, photos, announced } => {
            let stored = open(ctx, visit, needs).await?;
            fresh(ctx, &stored.visit)?;
            let check_in = CheckIn {
                at: ctx.at,
                point: point(p)?,
                accuracy_m: p
                    .and_then(|p| p.accuracy_m)
                    .filter(|a| a.is_finite() && *a >= 0.0)
                    .map(|a| a.round().min(1e9) as u32),
                announced: announced.unwrap_or(stored.visit.plan.announced),
            };
            let photos = ctx.photos(visit, &photos).await?;
            let (v, event) = stored.visit.start(&ctx.law(), ctx.now, &by, check_in, photos)?;
            save(ctx, &v, &[event]).await
        }
        C::RecordFinding { visit, matter, kind, category, words, photos, raiser, from_partner, finding } => {
            let stored = open(ctx, visit, needs).await?;
            let id = MatterId(matter);
            let asked_by = match (from_partner, stored.visit.plan.partner) {
                (true, None) => return Err(AppError::field("from_partner", "partner_needed")),
                (true, Some(_)) if raiser.is_some() => return Err(AppError::field("raiser", "raiser_one_of")),
                (true, partner) => partner.map(By::Partner),
                (false, _) => None,
            };
            let (v, event) = stored.visit.record_finding(ctx.at, &by, id)?;
            let new = NewMatter {
                id,
                kind,
                origin: Origin::Visit,
                category,
                words,
                place: Some(v.plan.place),
                unit: Some(v.plan.host),
                visit: Some(v.id),
                photos,
                raiser,
                about: None,
                owed: matters::Owed { raiser: asked_by, ..matters::Owed::default() },
            };
            let done = match finding {
                FindingIn::OnTheSpot { how, photos } => {
                    // A finding solved on the spot is never late, so it promises nothing.
                    let (moved, text) = matters::raise(ctx, new, &TargetChoice::RuleIfAny).await?;
                    let how = match ctx.words(matter, &how)? {
                        Some(how) => how,
                        None => moved.matter.raised.words.clone(),
                    };
                    let after = ctx.photos(matter, &photos).await?;
                    let moved = moved.and(|m| m.solve_on_the_spot(ctx.at, &by, how, after))?;
                    matters::insert(ctx, moved, &text).await?
                }
                FindingIn::PutRight { unit, due } => {
                    let to = matters::unit_to_do(ctx, UnitId(unit), "unit").await?;
                    let due = choice(&due)?;
                    let (moved, text) = matters::raise(ctx, new, &TargetChoice::RuleIfAny).await?;
                    let law = ctx.policies.law();
                    let moved = moved.and(|m| m.assign(&law, ctx.at, &by, to.id, None, &due, None))?;
                    matters::insert(ctx, moved, &text).await?
                }
            };
            ctx.tx.update_visit(&v, &[event]).await?;
            Ok(done)
        }
        C::FinishVisit { visit, summary } => {
            let stored = open(ctx, visit, needs).await?;
            fresh(ctx, &stored.visit)?;
            let summary = ctx.words(visit, &summary)?;
            let (v, event) = stored.visit.finish(ctx.at, &by, summary)?;
            save(ctx, &v, &[event]).await
        }
        C::CancelVisit { visit, reason } => {
            let stored = open(ctx, visit, needs).await?;
            fresh(ctx, &stored.visit)?;
            let reason = ctx.needed_words("reason", visit, &reason)?;
            let (v, event) = stored.visit.cancel(ctx.at, &by, reason)?;
            save(ctx, &v, &[event]).await
        }
        C::MergeVisit { visit, into } => {
            let stored = open(ctx, visit, needs).await?;
            fresh(ctx, &stored.visit)?;
            let (other, other_facts) = load(ctx, into).await.map_err(|_| AppError::field("into", "visit"))?;
            ctx.ask(&Ask::SeeVisit(&other_facts))?;
            let (v, event) = stored.visit.merge(ctx.at, &by, &other.visit)?;
            save(ctx, &v, &[event]).await
        }
    }
}
