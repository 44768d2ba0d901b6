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
use yixian_store::{Conn, facts, register};

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
        let mut conferences = register::known::<Conference>(conn, frame.as_of).await?;
        let convened = |c: &Conference| directory.unit(c.details.convener).map(|u| &u.path);
        conferences.retain(|c| under.is_none_or(|path| convened(c).is_some_and(|own| path.contains(own))));
        if conferences.is_empty() {
            return Ok(Sittings::default());
        }
        let meetings = register::known::<Meeting>(conn, frame.as_of).await?;
        let topics = register::known::<Topic>(conn, frame.as_of).await?;
        let outside = |m: Member| match m {
            Member::Partner(id) => Some(id.0),
            Member::Unit(_) => None,
        };
        let ids: Vec<Uuid> = conferences.iter().flat_map(Conference::ever).filter_map(outside).collect();
        let mut partners = register::known_among::<Partner>(conn, &ids, frame.as_of).await?;
        // As whom they count has a name too.
        let into: Vec<Uuid> = partners.iter().filter_map(|p| p.merged.map(|(into, _)| into.0)).collect();
        let into: Vec<Uuid> = into.into_iter().filter(|id| !ids.contains(id)).collect();
        partners.extend(register::known_among::<Partner>(conn, &into, frame.as_of).await?);
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
