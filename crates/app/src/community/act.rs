//! Use cases of service days: call one, plan its sessions, record what is done, register organisations with each other. What is
//! done to the roster and at the door stands beside.

use super::command::{CommunityCommand, DidIn, Needs};
use super::whose::{keeps, session};
use super::{opinions, roster, sign_in};
use crate::frame::error::{AppError, FieldError, fail};
use crate::frame::work::{Ctx, Done};
use crate::visits::act as visits;
use uuid::Uuid;
use yixian_domain::access::{Ask, may};
use yixian_domain::base::fold::blank;
use yixian_domain::community::{DayDetails, Did, Member, Pairing, Quantity, ServiceDay, Session, SessionDetails};
use yixian_domain::ids::*;
use yixian_domain::org::valid_code;
use yixian_domain::partner::{Partner, PartnerRole};
use yixian_domain::programme::Section;
use yixian_domain::time::{Date, Instant};
use yixian_store::{community as table, org, place, register};

/// Nothing, or the text without blanks around it.
fn some(text: Option<String>) -> Option<String> {
    text.filter(|t| !blank(t)).map(|t| t.trim().to_owned())
}

/// What a form says of a service day.
struct OfDay {
    code: String,
    name: String,
    name_en: Option<String>,
    day: Date,
    organiser: Uuid,
}

async fn put_day(ctx: &mut Ctx<'_>, id: Uuid, s: OfDay) -> Result<Done, AppError> {
    let known = ctx.known::<ServiceDay>(id).await?;
    let before = if known { Some(ctx.record::<ServiceDay>(id, "service_day").await?) } else { None };
    if let Some(b) = &before {
        keeps(ctx, "organiser", b.details.organiser).await?;
    }
    keeps(ctx, "organiser", UnitId(s.organiser)).await?;
    let mut faults = Vec::new();
    let mut fault = |wrong: bool, field: &'static str, code: &'static str| {
        if wrong {
            faults.push(FieldError::new(field, code));
        }
    };
    fault(!valid_code(&s.code), "code", "code");
    fault(table::day_by_code(ctx.tx.conn(), &s.code).await?.is_some_and(|d| d.id.0 != id), "code", "code_taken");
    fault(before.as_ref().is_some_and(|b| b.code != s.code), "code", "code_stays");
    fault(blank(&s.name), "name", "name_needed");
    fail(faults)?;
    let (at, by) = (ctx.at, ctx.by());
    let details = DayDetails {
        name: s.name.trim().to_owned(),
        name_en: some(s.name_en),
        day: s.day,
        organiser: UnitId(s.organiser),
    };
    match before {
        Some(b) => ctx.keep(b.change(at, &by, details)?, false).await,
        None => ctx.keep(ServiceDay::call(ServiceDayId(id), at, &by, s.code, details)?, true).await,
    }
}

/// What a form says of a session.
struct OfSession {
    service_day: Uuid,
    code: String,
    community: Uuid,
    host: Uuid,
    lead: Option<Uuid>,
    starts: String,
    ends: String,
    visit: Option<Uuid>,
}

async fn put_session(ctx: &mut Ctx<'_>, id: Uuid, s: OfSession) -> Result<Done, AppError> {
    let known = ctx.known::<Session>(id).await?;
    let before = if known { Some(session(ctx, id, Needs::Keep).await?) } else { None };
    let day: ServiceDay = ctx.named("service_day", s.service_day, "service_day").await?;
    let unit = org::unit(ctx.tx.conn(), UnitId(s.host)).await?.ok_or_else(|| AppError::field("host", "unit"))?;
    if may(ctx.actor, &Ask::KeepServiceDays(&unit.path)).is_err() {
        keeps(ctx, "organiser", day.details.organiser).await?;
    }
    let mut faults = Vec::new();
    let mut fault = |wrong: bool, field: &'static str, code: &'static str| {
        if wrong {
            faults.push(FieldError::new(field, code));
        }
    };
    fault(!valid_code(&s.code), "code", "code");
    let other = table::session_by_code(ctx.tx.conn(), &s.code).await?;
    fault(other.is_some_and(|o| o.id.0 != id), "code", "code_taken");
    fault(before.as_ref().is_some_and(|b| b.code != s.code), "code", "code_stays");
    fault(before.as_ref().is_some_and(|b| b.service_day != day.id), "service_day", "service_day");
    let community = register::one::<Partner>(ctx.tx.conn(), s.community).await?;
    let on = day.details.day;
    let is_one = |p: Partner| p.counts_as(on) == p.id && p.roles_on(on).any(|r| r == PartnerRole::Community);
    fault(!community.is_some_and(is_one), "community", "community");
    if let Some(lead) = s.lead {
        let lead = register::one::<Member>(ctx.tx.conn(), lead).await?;
        fault(!lead.is_some_and(|l| l.listed_on(on)), "lead", "member");
    }
    if let Some(visit) = s.visit {
        let seen = visits::load(ctx, visit).await;
        fault(!seen.is_ok_and(|(_, facts)| ctx.ask(&Ask::SeeVisit(&facts)).is_ok()), "visit", "visit");
    }
    let (starts, ends) = (Instant::parse(&s.starts).ok(), Instant::parse(&s.ends).ok());
    fault(starts.is_none(), "starts", "instant");
    fault(ends.is_none(), "ends", "instant");
    fail(faults)?;
    let details = SessionDetails {
        community: PartnerId(s.community),
        host: unit.id,
        lead: s.lead.map(MemberId),
        starts: starts.unwrap_or(ctx.at),
        ends: ends.unwrap_or(ctx.at),
        visit: s.visit.map(VisitId),
    };
    let (at, by, zone) = (ctx.at, ctx.by(), &ctx.policies.zone);
    match before {
        Some(b) => ctx.keep(b.change(at, &by, details, zone)?, false).await,
        None => ctx.keep(Session::plan(SessionId(id), at, &by, s.code, &day, details, zone)?, true).await,
    }
}

/// What was done, with its words kept and its opinions raised.
async fn did(ctx: &mut Ctx<'_>, session: &Session, did: DidIn) -> Result<Did, AppError> {
    let of = session.id.0;
    Ok(match did {
        DidIn::Works { section, note } => {
            ctx.named::<Section>("section", section, "section").await?;
            Did::Works { section, note: ctx.words(of, &note)? }
        }
        DidIn::Household { place, household } => {
            if let Some(id) = place {
                let known = place::place(ctx.tx.conn(), PlaceId(id)).await?;
                known.ok_or_else(|| AppError::field("place", "place"))?;
            }
            let household = ctx.needed_words("household", of, &household)?;
            Did::Household { place: place.map(PlaceId), household }
        }
        DidIn::Publicity { reached, note } => Did::Publicity { reached, note: ctx.words(of, &note)? },
        DidIn::Repairs { items, note } => {
            let items = items.into_iter().filter(|q| q.n > 0).map(|q| Quantity { item: q.item, n: q.n }).collect();
            Did::Repairs { items, note: ctx.words(of, &note)? }
        }
        DidIn::Opinions { opinions } => Did::Opinions { matters: opinions::raise(ctx, session, opinions).await? },
    })
}

async fn register_pairing(ctx: &mut Ctx<'_>, id: Uuid, ours: Uuid, theirs: Uuid, from: Date) -> Result<Done, AppError> {
    let root = org::root(ctx.tx.conn()).await?.ok_or_else(|| AppError::field("unit", "no_unit_yet"))?;
    let organisation: Partner = ctx.named("ours", ours, "partner").await?;
    let unit = organisation.details.unit.unwrap_or(root.id);
    keeps(ctx, "ours", unit).await?;
    let with: Partner = ctx.named("theirs", theirs, "partner").await?;
    let mut faults = Vec::new();
    if !organisation.roles_on(from).any(|r| r == PartnerRole::PartyOrganisation) {
        faults.push(FieldError::new("ours", "party_organisation"));
    }
    let local = |r| matches!(r, PartnerRole::PartyOrganisation | PartnerRole::Community);
    if !with.roles_on(from).any(local) {
        faults.push(FieldError::new("theirs", "party_organisation"));
    }
    let known = table::pairings_with(ctx.tx.conn(), with.id).await?;
    if known.iter().any(|p| p.id != id && p.ours == organisation.id && p.to.is_none_or(|to| from <= to)) {
        faults.push(FieldError::new("theirs", "paired_already"));
    }
    fail(faults)?;
    let (at, by) = (ctx.at, ctx.by());
    ctx.keep(Pairing::register(id, at, &by, organisation.id, with.id, from)?, true).await
}

pub(crate) async fn run(ctx: &mut Ctx<'_>, command: CommunityCommand) -> Result<Done, AppError> {
    use CommunityCommand as C;
    let needs = command.needs();
    let (at, by) = (ctx.at, ctx.by());
    match command {
        C::PutServiceDay { service_day, code, name, name_en, day, organiser } => {
            put_day(ctx, service_day, OfDay { code, name, name_en, day, organiser }).await
        }
        C::PutSession { session, service_day, code, community, host, lead, starts, ends, visit } => {
            let said = OfSession { service_day, code, community, host, lead, starts, ends, visit };
            put_session(ctx, session, said).await
        }
        C::CancelSession { session: id, reason } => {
            let s = session(ctx, id, needs).await?;
            let reason = ctx.needed_words("reason", id, &reason)?;
            ctx.keep(s.cancel(at, &by, reason)?, false).await
        }
        C::GiveSessionLink { session: id } => {
            let s = session(ctx, id, needs).await?;
            ctx.keep(s.give_link(at, &by)?, false).await
        }
        C::EraseSessionWords { session: id } => {
            let s = session(ctx, id, needs).await?;
            ctx.tx.erase(id, ctx.now).await?;
            ctx.keep(s.erase_words(at, &by)?, false).await
        }
        C::RecordAct { session: id, act, did: said } => {
            let s = session(ctx, id, needs).await?;
            s.takes_acts(at)?;
            let did = did(ctx, &s, said).await?;
            ctx.keep(s.act(at, &by, act, did)?, false).await
        }
        C::VoidAct { session: id, act, reason } => {
            let s = session(ctx, id, needs).await?;
            let reason = ctx.needed_words("reason", id, &reason)?;
            ctx.keep(s.void(at, &by, act, reason)?, false).await
        }
        C::SignIn { sign_in, session: id, member } => {
            let s = session(ctx, id, needs).await?;
            sign_in::by_staff(ctx, &s, sign_in, member).await
        }
        C::TakeSheet { session: id, photo, signed } => {
            let s = session(ctx, id, needs).await?;
            sign_in::of_sheet(ctx, &s, &photo, signed).await
        }
        C::SignInByCode { sign_in, session: id, secret, name, key, guest, point } => {
            let s = session(ctx, id, needs).await?;
            sign_in::by_code(ctx, &s, sign_in::Typed { sign_in, secret, name, key, guest, point }).await
        }
        C::SignOut { sign_in } => sign_in::out(ctx, needs, sign_in, None).await,
        C::SignOutByCode { sign_in, secret } => sign_in::out(ctx, needs, sign_in, Some(&secret)).await,
        C::VoidSignIn { sign_in, reason } => sign_in::void(ctx, needs, sign_in, &reason).await,
        C::ListMember { member, code, branch, unit, person, community, personal } => {
            let said = roster::Said { code, branch, unit, person, community };
            roster::put(ctx, MemberId(member), said, personal).await
        }
        C::UnlistMember { member, on } => {
            let m = roster::member(ctx, member).await?;
            ctx.keep(m.leave(at, &by, on)?, false).await
        }
        C::EraseMember { member } => {
            let m = roster::member(ctx, member).await?;
            ctx.tx.erase(member, ctx.now).await?;
            ctx.keep(m.erase(at, &by)?, false).await
        }
        C::RegisterPairing { pairing, ours, theirs, from } => register_pairing(ctx, pairing, ours, theirs, from).await,
        C::EndPairing { pairing, to } => {
            let p: Pairing = ctx.record(pairing, "pairing").await?;
            let ours: Partner = ctx.named("ours", p.ours.0, "partner").await?;
            let root = org::root(ctx.tx.conn()).await?.ok_or_else(|| AppError::field("unit", "no_unit_yet"))?;
            keeps(ctx, "ours", ours.details.unit.unwrap_or(root.id)).await?;
            ctx.keep(p.end(at, &by, to)?, false).await
        }
    }
}
