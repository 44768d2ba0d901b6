//! Teams as pages read them. Nothing here writes.

use crate::App;
use crate::frame::error::AppError;
use crate::partners::Numbered;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;
use yixian_domain::access::{Actor, Ask, may};
use yixian_domain::base::history::Happened;
use yixian_domain::ids::*;
use yixian_domain::org::{Unit, UnitKind};
use yixian_domain::partner::{Partner, PartnerRole};
use yixian_domain::programme::{Programme, Section};
use yixian_domain::team::{Team, TeamEvent};
use yixian_domain::time::{Date, Instant, Time};
use yixian_store::{matter, org, register, team as table, visit, words};

/// A team with what it is called and what it is for.
#[derive(Clone, Debug)]
pub struct TeamRow {
    /// The team.
    pub team: Team,
    /// The unit that it is.
    pub unit: Unit,
    /// Its programme.
    pub programme: Option<Programme>,
}

/// A party organisation to which members went.
#[derive(Clone, Debug)]
pub struct VisitedBody {
    /// Which.
    pub partner: Partner,
    /// When somebody was there last.
    pub last: Date,
    /// How often.
    pub times: usize,
}

/// A team with what belongs to it.
#[derive(Debug)]
pub struct TeamPage {
    /// The team.
    pub row: TeamRow,
    /// The section it is for.
    pub section: Option<Section>,
    /// The team it is part of.
    pub within: Option<TeamRow>,
    /// Teams that are part of it.
    pub parts: Vec<TeamRow>,
    /// The reader may change, staff and dissolve it.
    pub keeps: bool,
    /// Its words by key.
    pub words: HashMap<WordsId, String>,
    /// Matters that lie open with it, of what the reader may see.
    pub open: Vec<Numbered>,
    /// How many lie open with it, whoever may see them.
    pub open_in_all: usize,
    /// Party organisations visited, the latest first.
    pub bodies: Vec<VisitedBody>,
    /// What happened to it, with when that was recorded.
    pub story: Vec<(Instant, Happened<TeamEvent>)>,
}

impl App {
    /// A matter's number as people write it.
    pub(crate) fn matter_number(&self, m: &Numbered) -> String {
        format!("{}-{:04}", self.policies().zone.date_of(m.matter.raised.at).year(), m.n)
    }

    async fn team_rows(&self, teams: Vec<Team>) -> Result<Vec<TeamRow>, AppError> {
        let of: Vec<Uuid> = teams.iter().filter_map(|t| t.details.programme).collect();
        let programmes = register::among::<Programme>(&mut self.store().read().await?, &of).await?;
        let directory = self.directory().await?;
        let rows = teams.into_iter().filter_map(|team| {
            let unit = directory.unit(team.unit)?.clone();
            let programme = team.details.programme.and_then(|id| programmes.get(&id)).cloned();
            Some(TeamRow { team, unit, programme })
        });
        Ok(rows.collect())
    }

    /// Every team: those that are there first, by programme, a general branch before its parts.
    pub async fn teams(&self, actor: &Actor) -> Result<Vec<TeamRow>, AppError> {
        may(actor, &Ask::SeeTeams)?;
        let today = self.policies().zone.date_of(self.clock().now());
        let all = register::all::<Team>(&mut self.store().read().await?).await?;
        let mut rows = self.team_rows(all).await?;
        let key = |r: &TeamRow| {
            let programme = r.programme.as_ref().map(|p| p.code.clone());
            (r.team.last_day() < today, programme, r.team.details.within.is_some(), r.unit.code.clone())
        };
        rows.sort_by_cached_key(key);
        Ok(rows)
    }

    /// Some teams by their ids, of what somebody may see.
    pub async fn teams_by_id(&self, actor: &Actor, ids: &[Uuid]) -> Result<Vec<TeamRow>, AppError> {
        may(actor, &Ask::SeeTeams)?;
        let mut all = register::among::<Team>(&mut self.store().read().await?, ids).await?;
        self.team_rows(ids.iter().filter_map(|id| all.remove(id)).collect()).await
    }

    /// The team of an address: its id, or the code of its unit.
    pub async fn team(&self, actor: &Actor, at: &str) -> Result<TeamRow, AppError> {
        may(actor, &Ask::SeeTeams)?;
        let mut conn = self.store().read().await?;
        let found = match at.parse::<Uuid>() {
            Ok(id) => register::one(&mut conn, id).await?,
            Err(_) => match org::unit_by_code(&mut conn, at).await? {
                Some(unit) => table::of_unit(&mut conn, unit.id).await?,
                None => None,
            },
        };
        drop(conn);
        let rows = self.team_rows(found.into_iter().collect()).await?;
        rows.into_iter().next().ok_or(AppError::NotFound("team"))
    }

    /// Whether somebody keeps the team that a unit is.
    pub async fn keeps_team(&self, actor: &Actor, unit: UnitId) -> Result<bool, AppError> {
        let directory = self.directory().await?;
        Ok(directory.unit(unit).is_some_and(|u| may(actor, &Ask::KeepTeam(&u.path)).is_ok()))
    }

    /// Temporary units that somebody keeps and that are no team yet.
    pub async fn units_for_teams(&self, actor: &Actor) -> Result<Vec<Unit>, AppError> {
        let taken: Vec<UnitId> = self.teams(actor).await?.into_iter().map(|r| r.team.unit).collect();
        let directory = self.directory().await?;
        let free = |u: &&Unit| {
            u.kind == UnitKind::Temporary && !taken.contains(&u.id) && may(actor, &Ask::KeepTeam(&u.path)).is_ok()
        };
        Ok(directory.units().filter(free).cloned().collect())
    }

    /// A team with what belongs to it.
    pub async fn team_page(&self, actor: &Actor, at: &str) -> Result<TeamPage, AppError> {
        let row = self.team(actor, at).await?;
        let keeps = self.keeps_team(actor, row.unit.id).await?;
        let mut conn = self.store().read().await?;
        let section = match row.team.details.section {
            Some(section) => register::one::<Section>(&mut conn, section).await?,
            None => None,
        };
        let within = match row.team.details.within {
            Some(within) => register::one::<Team>(&mut conn, within).await?,
            None => None,
        };
        let parts = table::parts(&mut conn, row.team.id).await?;
        let words = words::of_record(&mut conn, row.team.id).await?;
        let open = matter::open_of_unit(&mut conn, row.unit.id).await?;
        let story = register::story::<Team>(&mut conn, row.team.id).await?;
        let bodies = self.bodies(&mut conn, &row.team).await?;
        drop(conn);
        let open_in_all = open.len();
        Ok(TeamPage {
            section,
            within: self.team_rows(within.into_iter().collect()).await?.into_iter().next(),
            parts: self.team_rows(parts).await?,
            keeps,
            words,
            open: self.seen_of(actor, open).await?,
            open_in_all,
            bodies,
            story,
            row,
        })
    }

    /// Party organisations to which members went on days of theirs.
    async fn bodies(&self, conn: &mut yixian_store::Conn, team: &Team) -> Result<Vec<VisitedBody>, AppError> {
        let zone = self.policies().zone.clone();
        let now = self.clock().now();
        let went = visit::went(conn, zone.at(team.details.from, Time::midnight()), now, now).await?;
        let member =
            |w: &visit::Went, day: Date| w.bearers.iter().any(|p| team.members_on(day).any(|m| m.person == *p));
        let mut days: BTreeMap<Uuid, Vec<Date>> = BTreeMap::new();
        for w in went {
            let day = zone.date_of(w.at);
            if member(&w, day) {
                days.entry(w.partner.0).or_default().push(day);
            }
        }
        let ids: Vec<Uuid> = days.keys().copied().collect();
        let partners = register::among::<Partner>(conn, &ids).await?;
        let mut bodies = Vec::new();
        for (id, days) in days {
            let Some(partner) = partners.get(&id) else { continue };
            let party = |day: &Date| partner.roles_on(*day).any(|r| r == PartnerRole::PartyOrganisation);
            let days: Vec<Date> = days.into_iter().filter(party).collect();
            if let Some(last) = days.iter().max() {
                bodies.push(VisitedBody { partner: partner.clone(), last: *last, times: days.len() });
            }
        }
        bodies.sort_by(|a, b| (b.last, &a.partner.code).cmp(&(a.last, &b.partner.code)));
        Ok(bodies)
    }
}
