//! What figures read of joint conferences: the registers as they were known, and the matters that their resolutions are.

use crate::App;
use crate::frame::error::AppError;
use crate::organisation::Directory;
use std::collections::HashSet;
use uuid::Uuid;
use yixian_domain::conference::{Conference, Meeting, Member, Topic};
use yixian_domain::figure::conferences::{Called, Registers, Sittings};
use yixian_domain::figure::{Frame, MatterFact};
use yixian_domain::ids::MatterId;
use yixian_domain::org::UnitPath;
use yixian_domain::partner::Partner;
use yixian_domain::time::Instant;
use yixian_store::register::{self, Registered};
use yixian_store::{Conn, facts, ledger};

/// Records as they were known at an instant; none where that is now, and the rows say it.
async fn known<R: Registered + Clone>(conn: &mut Conn, rows: Vec<R>, at: Option<Instant>) -> Result<Vec<R>, AppError> {
    let Some(at) = at else { return Ok(rows) };
    let ids: Vec<Uuid> = rows.iter().map(R::id).collect();
    Ok(register::known_among(conn, &ids, at).await?)
}

/// Partners by their ids.
async fn partners_of(conn: &mut Conn, ids: &[Uuid], at: Option<Instant>) -> Result<Vec<Partner>, AppError> {
    let rows = register::among::<Partner>(conn, ids).await?.into_values().collect();
    known(conn, rows, at).await
}

impl App {
    /// What is known of the conferences that units below a path convene, all of them where there is none. `matters` are those
    /// of the same frame and path: a resolution lies with its owner, which may be elsewhere.
    pub(crate) async fn sittings(
        &self,
        conn: &mut Conn,
        directory: &Directory,
        under: Option<&UnitPath>,
        matters: &[MatterFact],
        frame: &Frame<'_>,
    ) -> Result<Sittings, AppError> {
        // Nothing of a register is deleted, so that its rows name all that ever were known.
        let then = (ledger::newest(conn).await?.1 > frame.as_of).then_some(frame.as_of);
        let rows = register::all::<Conference>(conn).await?;
        let mut conferences = known(conn, rows, then).await?;
        let convened = |c: &Conference| directory.unit(c.details.convener).map(|u| &u.path);
        conferences.retain(|c| under.is_none_or(|path| convened(c).is_some_and(|own| path.contains(own))));
        if conferences.is_empty() {
            return Ok(Sittings::default());
        }
        let rows = register::all::<Meeting>(conn).await?;
        let meetings = known(conn, rows, then).await?;
        let rows = register::all::<Topic>(conn).await?;
        let topics = known(conn, rows, then).await?;
        let outside = |m: Member| match m {
            Member::Partner(id) => Some(id.0),
            Member::Unit(_) => None,
        };
        let ids: Vec<Uuid> = conferences.iter().flat_map(Conference::ever).filter_map(outside).collect();
        let mut partners = partners_of(conn, &ids, then).await?;
        // As whom they count has a name too.
        let into: Vec<Uuid> = partners.iter().filter_map(|p| p.merged.map(|(into, _)| into.0)).collect();
        let into: Vec<Uuid> = into.into_iter().filter(|id| !ids.contains(id)).collect();
        partners.extend(partners_of(conn, &into, then).await?);
        let resolved: HashSet<MatterId> = meetings.iter().flat_map(|m| &m.resolved).map(|r| r.matter).collect();
        let elsewhere = match under {
            Some(_) if !resolved.is_empty() => facts::matters(conn, "", frame).await?,
            Some(_) | None => Vec::new(),
        };
        let all = if under.is_some() { &elsewhere } else { matters };
        let own: Vec<MatterFact> = all.iter().filter(|m| resolved.contains(&m.id)).cloned().collect();
        let unit = |id| {
            directory.unit(id).map(|u| Called {
                code: u.code.as_str().into(),
                name: u.name.as_str().into(),
                name_en: u.name_en.as_deref().map(Into::into),
            })
        };
        let known = Registers { conferences: &conferences, meetings: &meetings, topics: &topics, partners: &partners };
        Ok(Sittings::of(&known, &own, unit, frame))
    }
}
