//! Use cases of teams: set up, staff, dissolve.

use super::command::{Needs, TeamCommand};
use crate::frame::error::{AppError, FieldError, fail};
use crate::frame::work::{Ctx, Done};
use crate::organisation::act as organisation;
use uuid::Uuid;
use yixian_domain::access::Ask;
use yixian_domain::ids::*;
use yixian_domain::org::{Unit, UnitKind};
use yixian_domain::organisation::work;
use yixian_domain::programme::{Programme, Section};
use yixian_domain::team::law::Around;
use yixian_domain::team::{Membership, Team, TeamDetails};
use yixian_store::{matter, org, register, team as table};

/// What a form says of a team.
struct Said {
    unit: Uuid,
    details: TeamDetails,
}

/// The unit that a team is, for whoever coordinates for it.
async fn keeper(ctx: &mut Ctx<'_>, needs: Needs, field: &'static str, unit: UnitId) -> Result<Unit, AppError> {
    let unit = org::unit(ctx.tx.conn(), unit).await?.ok_or_else(|| AppError::field(field, "unit"))?;
    ctx.ask(&match needs {
        Needs::Keep => Ask::KeepTeam(&unit.path),
    })?;
    Ok(unit)
}

/// What of a team's details cannot be so, whatever the law says of its days.
async fn faults(ctx: &mut Ctx<'_>, id: Uuid, unit: &Unit, d: &TeamDetails) -> Result<Vec<FieldError>, AppError> {
    let mut faults = Vec::new();
    if unit.kind != UnitKind::Temporary {
        faults.push(FieldError::new("unit", "team_unit"));
    }
    if table::of_unit(ctx.tx.conn(), unit.id).await?.is_some_and(|t| t.id != id) {
        faults.push(FieldError::new("unit", "team_unit_taken"));
    }
    match d.programme {
        Some(p) if !ctx.known::<Programme>(p).await? => faults.push(FieldError::new("programme", "programme")),
        Some(_) | None => {}
    }
    if let Some(section) = d.section {
        let s = register::one::<Section>(ctx.tx.conn(), section).await?;
        if s.is_none_or(|s| Some(s.programme) != d.programme) {
            faults.push(FieldError::new("section", "team_section"));
        }
    }
    for parent in &d.parents {
        if org::unit(ctx.tx.conn(), *parent).await?.is_none() {
            faults.push(FieldError::new("parents", "unit"));
        }
    }
    if let Some(within) = d.within
        && (within == id || !ctx.known::<Team>(within).await?)
    {
        faults.push(FieldError::new("within", "team"));
    }
    Ok(faults)
}

async fn put(ctx: &mut Ctx<'_>, needs: Needs, id: Uuid, s: Said) -> Result<Done, AppError> {
    let known = ctx.known::<Team>(id).await?;
    let before = if known { Some(ctx.record::<Team>(id, "team").await?) } else { None };
    if let Some(b) = &before {
        keeper(ctx, needs, "unit", b.unit).await?;
    }
    let unit = keeper(ctx, needs, "unit", UnitId(s.unit)).await?;
    let mut all = faults(ctx, id, &unit, &s.details).await?;
    if before.as_ref().is_some_and(|b| b.unit != unit.id) {
        all.push(FieldError::new("unit", "team_unit_stays"));
    }
    fail(all)?;
    let within = match s.details.within {
        Some(within) => register::one::<Team>(ctx.tx.conn(), within).await?,
        None => None,
    };
    let parts = table::parts(ctx.tx.conn(), id).await?;
    let around = Around { unit: (unit.from, unit.to), within: within.as_ref(), parts: &parts };
    let (at, by) = (ctx.at, ctx.by());
    match before {
        Some(b) => ctx.keep(b.change(at, &by, s.details, &around)?, false).await,
        None => ctx.keep(Team::set_up(id, at, &by, unit.id, s.details, &around)?, true).await,
    }
}

async fn join(ctx: &mut Ctx<'_>, needs: Needs, id: Uuid, member: Membership) -> Result<Done, AppError> {
    let t: Team = ctx.record(id, "team").await?;
    keeper(ctx, needs, "team", t.unit).await?;
    let person = org::person(ctx.tx.conn(), member.person).await?.ok_or_else(|| AppError::field("person", "person"))?;
    work::serves(&person, member.from).map_err(|e| AppError::field("person", e.as_str()))?;
    let (at, by) = (ctx.at, ctx.by());
    ctx.keep(t.join(at, &by, member)?, false).await
}

/// Dissolves a team, and ends its unit where that would last longer.
async fn dissolve(
    ctx: &mut Ctx<'_>,
    needs: Needs,
    id: Uuid,
    on: yixian_domain::time::Date,
    reason: &str,
) -> Result<Done, AppError> {
    let t: Team = ctx.record(id, "team").await?;
    let unit = keeper(ctx, needs, "team", t.unit).await?;
    let reason = ctx.needed_words("reason", id, reason)?;
    let open = matter::open_of_unit(ctx.tx.conn(), t.unit).await?;
    let open: Vec<String> = open.iter().map(|m| ctx.app.matter_number(m)).collect();
    let parts = table::parts(ctx.tx.conn(), id).await?;
    let (at, by) = (ctx.at, ctx.by());
    let done = ctx.keep(t.dissolve(at, &by, on, reason, &open, &parts)?, false).await?;
    organisation::end_unit(ctx, unit, on).await?;
    Ok(done)
}

pub(crate) async fn run(ctx: &mut Ctx<'_>, command: TeamCommand) -> Result<Done, AppError> {
    use TeamCommand as C;
    let needs = command.needs();
    match command {
        C::PutTeam { team, unit, kind, programme, section, within, parents, document, from, to } => {
            let document = document.map(|d| d.trim().to_owned()).filter(|d| !d.is_empty());
            let parents = parents.into_iter().map(UnitId).collect();
            let details = TeamDetails { kind, programme, section, within, parents, document, from, to };
            put(ctx, needs, team, Said { unit, details }).await
        }
        C::JoinTeam { team, person, post, from, to } => {
            join(ctx, needs, team, Membership { person: PersonId(person), post, from, to }).await
        }
        C::LeaveTeam { team, person, from, to } => {
            let t: Team = ctx.record(team, "team").await?;
            keeper(ctx, needs, "team", t.unit).await?;
            let (at, by) = (ctx.at, ctx.by());
            ctx.keep(t.leave(at, &by, PersonId(person), from, to)?, false).await
        }
        C::DissolveTeam { team, on, reason } => dissolve(ctx, needs, team, on, &reason).await,
    }
}
