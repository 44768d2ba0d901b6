//! What figures read of teams, as they were known at an instant. It counts nothing.

use crate::App;
use crate::frame::error::AppError;
use crate::organisation::Directory;
use crate::programmes::kept::Known;
use std::sync::Arc;
use uuid::Uuid;
use yixian_domain::figure::Frame;
use yixian_domain::figure::conferences::Called;
use yixian_domain::figure::teams::{TeamFact, TeamFacts, WentTo};
use yixian_domain::ids::UnitId;
use yixian_domain::team::Team;
use yixian_domain::time::{Instant, Time};
use yixian_store::{Conn, register, visit};

impl App {
    /// Teams of a frame, of the programme that is asked for, with the visits to partners since the first of them was there.
    pub(crate) async fn team_facts(
        &self,
        conn: &mut Conn,
        frame: &Frame<'_>,
        (directory, works): (&Directory, &Known),
        programme: Option<Uuid>,
        wanted: impl Fn(UnitId) -> bool,
    ) -> Result<TeamFacts, AppError> {
        let mut teams: Vec<Team> = register::known(conn, frame.as_of).await?;
        teams.retain(|t| wanted(t.unit) && programme.is_none_or(|p| t.details.programme == Some(p)));
        let Some(first) = teams.iter().map(|t| t.details.from).min() else { return Ok(TeamFacts::default()) };
        let from = frame.zone.at(first, Time::midnight());
        let until = frame.until().min(Instant(frame.as_of.0.saturating_add(1)));
        let went = visit::went(conn, from, until, frame.as_of).await?.into_iter();
        let went = went.map(|w| WentTo { partner: w.partner, day: frame.zone.date_of(w.at), bearers: w.bearers });
        let facts = teams.into_iter().map(|t| {
            let unit = directory.unit(t.unit);
            let called = unit.map_or_else(Called::default, |u| Called {
                code: u.code.as_str().into(),
                name: u.name.as_str().into(),
                name_en: u.name_en.as_deref().map(Into::into),
            });
            let programme = t.details.programme.and_then(|id| works.programmes.get(&id));
            let programme = programme.map_or_else(|| "".into(), |p| p.code.as_str().into());
            TeamFact { team: Arc::new(t), called, programme }
        });
        Ok(TeamFacts { teams: facts.collect(), went: Arc::new(went.collect()) })
    }
}
