//! Use cases of the roster: put a member on it, take him off, and find one by what he types.

use super::command::PersonalIn;
use super::personal::Personal;
use super::whose::keeps;
use crate::frame::error::{AppError, FieldError, fail};
use crate::frame::work::{Ctx, Done};
use uuid::Uuid;
use yixian_domain::base::fold::blank;
use yixian_domain::community::{Member, MemberDetails};
use yixian_domain::ids::*;
use yixian_domain::org::valid_code;
use yixian_domain::partner::{Partner, PartnerRole};
use yixian_domain::time::Date;
use yixian_store::{Conn, community as table, org, register, words};

/// What a form or a line of a table says of a member, besides who he is.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub code: String,
    pub branch: String,
    pub unit: Uuid,
    pub person: Option<Uuid>,
    pub community: Option<Uuid>,
}

/// What is wrong with what is said, as far as that can be told without the registers.
pub(crate) fn faults(s: &Said) -> Vec<FieldError> {
    let mut faults = Vec::new();
    if !valid_code(&s.code) {
        faults.push(FieldError::new("code", "code"));
    }
    if blank(&s.branch) {
        faults.push(FieldError::new("branch", "branch_needed"));
    }
    faults
}

/// A member, for whoever keeps the roster of his unit.
pub(super) async fn member(ctx: &mut Ctx<'_>, id: Uuid) -> Result<Member, AppError> {
    let m: Member = ctx.record(id, "member").await?;
    keeps(ctx, "unit", m.details.unit).await?;
    Ok(m)
}

pub(super) async fn put(
    ctx: &mut Ctx<'_>,
    id: MemberId,
    s: Said,
    personal: Option<PersonalIn>,
) -> Result<Done, AppError> {
    let known = ctx.known::<Member>(id.0).await?;
    let before = if known { Some(member(ctx, id.0).await?) } else { None };
    keeps(ctx, "unit", UnitId(s.unit)).await?;
    let mut faults = faults(&s);
    let mut fault = |wrong: bool, field: &'static str, code: &'static str| {
        if wrong {
            faults.push(FieldError::new(field, code));
        }
    };
    fault(table::member_by_code(ctx.tx.conn(), &s.code).await?.is_some_and(|m| m.id != id), "code", "code_taken");
    fault(before.as_ref().is_some_and(|b| b.code != s.code), "code", "code_stays");
    if let Some(person) = s.person {
        fault(org::person(ctx.tx.conn(), PersonId(person)).await?.is_none(), "person", "person");
    }
    if let Some(community) = s.community {
        let known = register::one::<Partner>(ctx.tx.conn(), community).await?;
        let day = ctx.day();
        let is_one = |p: Partner| p.roles_on(day).any(|r| r == PartnerRole::Community);
        fault(!known.is_some_and(is_one), "community", "community");
    }
    let mut said = None;
    if let Some(p) = &personal {
        let (own, wrong) = Personal::said(p);
        faults.extend(wrong);
        said = Some(own);
    } else if before.is_none() {
        faults.push(FieldError::new("name", "name_needed"));
    }
    fail(faults)?;
    let was = before.as_ref().and_then(|b| b.details.personal.clone());
    let personal = match said {
        None => was,
        Some(said) => {
            let text = said.text();
            let kept = match &was {
                Some(w) => words::of_record(ctx.tx.conn(), id.0).await?.remove(&w.id),
                None => None,
            };
            // Kept words have no blank lines at their end.
            if kept.is_some_and(|kept| Personal::of(&kept) == said) {
                was
            } else {
                Some(ctx.needed_words("name", id.0, &text)?)
            }
        }
    };
    let details = MemberDetails {
        branch: s.branch.trim().to_owned(),
        unit: UnitId(s.unit),
        person: s.person.map(PersonId),
        community: s.community.map(PartnerId),
        personal,
    };
    let (at, by) = (ctx.at, ctx.by());
    match before {
        Some(b) => ctx.keep(b.change(at, &by, details)?, false).await,
        None => ctx.keep(Member::list(id, at, &by, s.code, details)?, true).await,
    }
}

/// The one member of a day's roster who is meant by a name and a key; none where nobody is, or more than one.
pub(super) async fn found(conn: &mut Conn, name: &str, key: &str, day: Date) -> Result<Option<Member>, AppError> {
    let meant = |text: &str| Personal::of(text).is_meant(name, key);
    let ids: Vec<Uuid> =
        table::who(conn).await?.into_iter().filter(|(_, text)| meant(text)).map(|(id, _)| id).collect();
    let all = register::among::<Member>(conn, &ids).await?;
    let mut on_roster = all.into_values().filter(|m| m.listed_on(day));
    let one = on_roster.next();
    Ok(one.filter(|_| on_roster.next().is_none()))
}
