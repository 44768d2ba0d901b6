//! Use cases at the door of a session: somebody signs in by the session's code, is signed in by one of ours, stands on a sheet, signs
//! out. Signing in again at the same session gives the sign-in that is there.

use super::command::{Needs, SheetLineIn};
use super::roster;
use super::whose::session;
use crate::frame::error::{AppError, FieldError, fail};
use crate::frame::input::{PointIn, point};
use crate::frame::work::{Ctx, Done};
use std::collections::HashMap;
use uuid::Uuid;
use yixian_domain::community::sign_in::Shown;
use yixian_domain::community::{CommunityRule, Member, Session, SignIn, SignedHow, Stay};
use yixian_domain::partner::Partner;
use yixian_domain::refusal::Refusal;
use yixian_store::{community as table, register};

/// What somebody types who has the session's code.
pub(super) struct Typed {
    pub sign_in: Uuid,
    pub secret: String,
    pub name: String,
    pub key: String,
    pub guest: bool,
    pub point: Option<PointIn>,
}

/// Sessions as people tell them apart: code and community.
async fn called(ctx: &mut Ctx<'_>, sessions: &[&Session]) -> Result<String, AppError> {
    let ids: Vec<Uuid> = sessions.iter().map(|s| s.details.community.0).collect();
    let communities: HashMap<Uuid, Partner> = register::among(ctx.tx.conn(), &ids).await?;
    let name = |s: &&Session| {
        let name = communities.get(&s.details.community.0).map_or("", |p| p.name_on(s.day).name.as_str());
        format!("{name} ({})", s.code)
    };
    Ok(sessions.iter().map(name).collect::<Vec<_>>().join(" · "))
}

async fn sign(
    ctx: &mut Ctx<'_>,
    s: &Session,
    id: Uuid,
    member: Option<Member>,
    shown: Shown,
) -> Result<Done, AppError> {
    let mine = match &member {
        Some(m) => table::sign_ins_of(ctx.tx.conn(), m.id).await?,
        None => Vec::new(),
    };
    s.held()?;
    if let Some(there) = mine.iter().find(|i| i.session == s.id) {
        return Ok(Done { rev: Some(there.rev), number: None, record: Some(there.id) });
    }
    let ids: Vec<Uuid> = mine.iter().map(|i| i.session.0).collect();
    let sessions: HashMap<Uuid, Session> = register::among(ctx.tx.conn(), &ids).await?;
    // Where a session was called off, nobody is.
    let stay = |i: &SignIn| sessions.get(&i.session.0).filter(|s| s.cancelled.is_none()).map(|s| i.stay(s));
    let elsewhere: Vec<Stay> = mine.iter().filter_map(stay).collect();
    let (at, by, now) = (ctx.at, ctx.by(), ctx.now);
    let signed = SignIn::enter(id, (at, now), &by, s, member.as_ref(), shown, &elsewhere, &ctx.policies.zone);
    let moved = match signed {
        Err(Refusal::Rule { rule, about }) if rule == CommunityRule::TwoPlaces.into() => {
            let other = about.parse().ok().and_then(|id: Uuid| sessions.get(&id));
            let both: Vec<&Session> = other.into_iter().chain([s]).collect();
            let both = called(ctx, &both).await?;
            return Err(Refusal::rule(CommunityRule::TwoPlaces, both).into());
        }
        signed => signed?,
    };
    ctx.keep(moved, true).await
}

pub(super) async fn by_staff(ctx: &mut Ctx<'_>, s: &Session, id: Uuid, member: Option<Uuid>) -> Result<Done, AppError> {
    let member = match member {
        Some(member) => Some(ctx.named::<Member>("member", member, "not_on_roster").await?),
        None => None,
    };
    sign(ctx, s, id, member, Shown { how: SignedHow::Staff, point: None, sheet: None }).await
}

/// Everybody on a sheet, or nobody: whoever cannot be signed in is named by his code.
pub(super) async fn of_sheet(
    ctx: &mut Ctx<'_>,
    s: &Session,
    photo: &str,
    signed: Vec<SheetLineIn>,
) -> Result<Done, AppError> {
    let photos = ctx.photos(s.id.0, &[photo.to_owned()]).await?;
    let sheet = photos.into_iter().next().ok_or_else(|| AppError::field("photos", "photo_unknown"))?;
    let ids: Vec<Uuid> = signed.iter().map(|l| l.member).collect();
    let known: HashMap<Uuid, Member> = register::among(ctx.tx.conn(), &ids).await?;
    let mut faults = Vec::new();
    if signed.is_empty() {
        faults.push(FieldError::new("signed", "sheet_empty"));
    }
    let missing = signed.iter().filter(|l| !known.contains_key(&l.member));
    faults.extend(missing.map(|l| FieldError::with("signed", "not_on_roster", l.member)));
    fail(faults)?;
    for line in signed {
        let member = known.get(&line.member).cloned();
        let shown = Shown { how: SignedHow::Sheet, point: None, sheet: Some(sheet.clone()) };
        sign(ctx, s, line.sign_in, member, shown).await?;
    }
    Ok(Done { rev: Some(s.rev), number: None, record: Some(s.id.0) })
}

pub(super) async fn by_code(ctx: &mut Ctx<'_>, s: &Session, t: Typed) -> Result<Done, AppError> {
    if !ctx.app.opens_session(s, &t.secret) {
        return Err(AppError::NotFound("link"));
    }
    let point = point(t.point)?;
    let member = roster::found(ctx.tx.conn(), &t.name, &t.key, s.day).await?;
    if member.is_none() && !t.guest {
        return Err(AppError::field("name", "not_on_roster"));
    }
    sign(ctx, s, t.sign_in, member, Shown { how: SignedHow::Link, point, sheet: None }).await
}

/// A sign-in with its session, for whoever may do something to it.
async fn at_session(ctx: &mut Ctx<'_>, needs: Needs, id: Uuid, secret: Option<&str>) -> Result<SignIn, AppError> {
    let i: SignIn = ctx.named("sign_in", id, "sign_in").await?;
    let seen = ctx.if_match.take();
    let s = session(ctx, i.session.0, needs).await?;
    ctx.if_match = seen;
    if secret.is_some_and(|secret| !ctx.app.opens_session(&s, secret)) {
        return Err(AppError::NotFound("link"));
    }
    ctx.record(id, "sign_in").await
}

pub(super) async fn out(ctx: &mut Ctx<'_>, needs: Needs, id: Uuid, secret: Option<&str>) -> Result<Done, AppError> {
    let i = at_session(ctx, needs, id, secret).await?;
    let (at, by) = (ctx.at, ctx.by());
    ctx.keep(i.sign_out(at, &by)?, false).await
}

pub(super) async fn void(ctx: &mut Ctx<'_>, needs: Needs, id: Uuid, reason: &str) -> Result<Done, AppError> {
    let i = at_session(ctx, needs, id, None).await?;
    let reason = ctx.needed_words("reason", id, reason)?;
    let (at, by) = (ctx.at, ctx.by());
    ctx.keep(i.void(at, &by, reason)?, false).await
}
