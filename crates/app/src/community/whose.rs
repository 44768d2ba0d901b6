//! Whose a session is: the unit that hosts it, who leads it, and whether somebody may do to it what is needed.

use super::command::Needs;
use crate::frame::error::AppError;
use crate::frame::work::Ctx;
use uuid::Uuid;
use yixian_domain::access::{Ask, may};
use yixian_domain::base::actor::UnitPath;
use yixian_domain::community::{Member, ServiceDay, Session};
use yixian_domain::ids::*;
use yixian_store::{Conn, org, register};

/// Where the unit that hosts a session stands.
pub(super) async fn host(conn: &mut Conn, session: &Session) -> Result<UnitPath, AppError> {
    let unit = org::unit(conn, session.details.host).await?.ok_or(AppError::NotFound("unit"))?;
    Ok(unit.path)
}

/// Asks access to keep what is a unit's.
pub(super) async fn keeps(ctx: &mut Ctx<'_>, field: &'static str, unit: UnitId) -> Result<(), AppError> {
    let unit = org::unit(ctx.tx.conn(), unit).await?.ok_or_else(|| AppError::field(field, "unit"))?;
    ctx.ask(&Ask::KeepServiceDays(&unit.path))
}

/// A session, for whoever may do to it what is needed: it is kept by who organises the day or coordinates for its host, and run by
/// its host's people.
pub(super) async fn session(ctx: &mut Ctx<'_>, id: Uuid, needs: Needs) -> Result<Session, AppError> {
    let session: Session = ctx.record(id, "session").await?;
    let path = host(ctx.tx.conn(), &session).await?;
    match needs {
        Needs::Keep => {
            if may(ctx.actor, &Ask::KeepServiceDays(&path)).is_err() {
                let day: ServiceDay = ctx.named("service_day", session.service_day.0, "service_day").await?;
                keeps(ctx, "organiser", day.details.organiser).await?;
            }
        }
        Needs::Run => {
            let lead = lead(ctx.tx.conn(), &session).await?;
            ctx.ask(&Ask::RunSession(&path, lead))?;
        }
        Needs::Code => ctx.ask(&Ask::SignInByCode)?,
    }
    Ok(session)
}

/// The person of ours who leads a session.
pub(super) async fn lead(conn: &mut Conn, session: &Session) -> Result<Option<PersonId>, AppError> {
    let Some(lead) = session.details.lead else { return Ok(None) };
    let member: Option<Member> = register::one(conn, lead.0).await?;
    Ok(member.and_then(|m| m.details.person))
}
