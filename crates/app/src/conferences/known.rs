//! What access and lists need to know of a conference: paths of units, partners with their units.

use crate::frame::error::AppError;
use crate::frame::work::Ctx;
use std::collections::HashMap;
use uuid::Uuid;
use yixian_domain::access::{Ask, ConferenceFacts};
use yixian_domain::base::about::{About, AboutKind};
use yixian_domain::base::actor::UnitPath;
use yixian_domain::conference::{Conference, Member, Topic};
use yixian_domain::ids::*;
use yixian_domain::partner::Partner;
use yixian_store::{Conn, org, register};

/// The partners that sit or sat in it.
pub(crate) async fn partners(conn: &mut Conn, c: &Conference) -> Result<HashMap<Uuid, Partner>, AppError> {
    let ids: Vec<Uuid> = c
        .ever()
        .into_iter()
        .filter_map(|m| match m {
            Member::Partner(id) => Some(id.0),
            Member::Unit(_) => None,
        })
        .collect();
    Ok(register::among(conn, &ids).await?)
}

/// The unit of a member: itself, or that of a partner that has one.
pub(crate) fn unit_of(member: Member, partners: &HashMap<Uuid, Partner>) -> Option<UnitId> {
    match member {
        Member::Unit(id) => Some(id),
        Member::Partner(id) => partners.get(&id.0).and_then(|p| p.details.unit),
    }
}

/// What access asks of a conference, with its partners.
pub(crate) async fn facts(
    conn: &mut Conn,
    c: &Conference,
) -> Result<(ConferenceFacts, HashMap<Uuid, Partner>), AppError> {
    let partners = partners(conn, c).await?;
    let convener = path(conn, c.details.convener).await?.unwrap_or_else(|| UnitPath::from_stored("/"));
    let mut units = Vec::new();
    for member in c.ever() {
        if let Some(unit) = unit_of(member, &partners)
            && let Some(path) = path(conn, unit).await?
        {
            units.push(path);
        }
    }
    let ids = partners.values().map(|p| p.id).collect();
    Ok((ConferenceFacts { convener, secretary: c.details.secretary, partners: ids, units }, partners))
}

/// Whether a conference or a topic of one is there and may be seen by whoever says that something is about it.
pub(crate) async fn see(ctx: &mut Ctx<'_>, about: About) -> Result<bool, AppError> {
    let of = match about.kind {
        AboutKind::Topic => register::one::<Topic>(ctx.tx.conn(), about.id).await?.map(|t| t.conference.0),
        _ => Some(about.id),
    };
    let Some(of) = of else { return Ok(false) };
    let Some(c) = register::one::<Conference>(ctx.tx.conn(), of).await? else { return Ok(false) };
    let (facts, _) = facts(ctx.tx.conn(), &c).await?;
    Ok(ctx.ask(&Ask::SeeConference(&facts)).is_ok())
}

/// Where a unit stands.
pub(crate) async fn path(conn: &mut Conn, unit: UnitId) -> Result<Option<UnitPath>, AppError> {
    Ok(org::unit(conn, unit).await?.map(|u| u.path))
}
