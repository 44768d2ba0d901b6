//! Lists of visits: what can be asked for, and a row with its values typed. Does not know how a row is found.

use crate::App;
use crate::frame::codes::value_of;
use crate::frame::error::{AppError, FieldError};
use std::collections::HashMap;
use std::str::FromStr;
use yixian_domain::access::{self, Actor};
use yixian_domain::ids::*;
use yixian_domain::org::UnitPath;
use yixian_domain::time::{Date, Instant};
use yixian_domain::visit::{VisitState, VisitType};
use yixian_store::{StoreError, visit as table};

/// Where a visit is, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitStage {
    /// Planned.
    Planned,
    /// Somebody is there.
    OnSite,
    /// Finished.
    Finished,
    /// Called off.
    Cancelled,
    /// Counted with another.
    Merged,
}

impl VisitStage {
    /// All, in the order of a visit's life.
    pub const ALL: [VisitStage; 5] =
        [VisitStage::Planned, VisitStage::OnSite, VisitStage::Finished, VisitStage::Cancelled, VisitStage::Merged];

    /// As stored and as keyed in the catalogues.
    pub fn as_str(self) -> &'static str {
        match self {
            VisitStage::Planned => "planned",
            VisitStage::OnSite => "on_site",
            VisitStage::Finished => "finished",
            VisitStage::Cancelled => "cancelled",
            VisitStage::Merged => "merged",
        }
    }
}

impl From<&VisitState> for VisitStage {
    fn from(state: &VisitState) -> Self {
        match state {
            VisitState::Planned => VisitStage::Planned,
            VisitState::OnSite { .. } => VisitStage::OnSite,
            VisitState::Finished { .. } => VisitStage::Finished,
            VisitState::Cancelled { .. } => VisitStage::Cancelled,
            VisitState::Merged { .. } => VisitStage::Merged,
        }
    }
}

/// Where a list goes on: after the visit of this day and number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AfterVisit {
    /// Its day.
    pub day: Date,
    /// Running number.
    pub n: i64,
}

impl std::fmt::Display for AfterVisit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}~{}", self.day, self.n)
    }
}

impl FromStr for AfterVisit {
    type Err = AppError;
    /// As it is written in addresses: `2018-10-01~731`.
    fn from_str(text: &str) -> Result<Self, AppError> {
        let read = |(day, n): (&str, &str)| Some(AfterVisit { day: day.parse().ok()?, n: n.parse().ok()? });
        text.split_once('~')
            .and_then(read)
            .ok_or_else(|| AppError::Invalid(vec![FieldError::with("after", "filter", text)]))
    }
}

/// What a list shows. Empty means no filter.
#[derive(Clone, Debug, Default)]
pub struct VisitFilter {
    /// First and last day.
    pub days: Option<(Date, Date)>,
    /// Led by or accompanied by.
    pub person: Option<PersonId>,
    /// Hosted by this unit or one below it.
    pub host: Option<UnitPath>,
    /// Type.
    pub kind: Option<VisitType>,
    /// Where it is.
    pub stage: Option<VisitStage>,
    /// Place.
    pub place: Option<PlaceId>,
    /// Partner.
    pub partner: Option<PartnerId>,
    /// Newest first instead of by day.
    pub newest: bool,
    /// Where to go on.
    pub after: Option<AfterVisit>,
}

impl From<&VisitFilter> for table::Filter {
    fn from(f: &VisitFilter) -> Self {
        table::Filter {
            days: f.days,
            person: f.person,
            host: f.host.clone(),
            kind: f.kind,
            state: f.stage.map(VisitStage::as_str),
            place: f.place,
            partner: f.partner,
            newest: f.newest,
            after: f.after.map(|a| (a.day.to_string(), a.n)),
        }
    }
}

/// A visit in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitRow {
    /// Identity.
    pub id: VisitId,
    /// Running number.
    pub n: i64,
    /// Where it is.
    pub stage: VisitStage,
    /// Type.
    pub kind: VisitType,
    /// Where to.
    pub place: PlaceId,
    /// Hosting unit.
    pub host: UnitId,
    /// Leader.
    pub leader: PersonId,
    /// Day.
    pub day: Date,
    /// The place knows of it.
    pub announced: bool,
    /// The partner that is visited.
    pub partner: Option<PartnerId>,
    /// When it began.
    pub started: Option<Instant>,
    /// When it ended.
    pub finished: Option<Instant>,
}

impl VisitRow {
    /// Where a list goes on after this row.
    pub fn after(&self) -> AfterVisit {
        AfterVisit { day: self.day, n: self.n }
    }
}

impl TryFrom<table::ListRow> for VisitRow {
    type Error = AppError;
    fn try_from(r: table::ListRow) -> Result<Self, AppError> {
        Ok(VisitRow {
            id: VisitId(r.id),
            n: r.n,
            stage: value_of("state of a visit", &r.state)?,
            kind: value_of("visit type", &r.kind)?,
            place: PlaceId(r.place_id),
            host: UnitId(r.host_id),
            leader: PersonId(r.leader_id),
            day: r.day.parse().map_err(|e| StoreError::corrupt("day", e))?,
            announced: r.announced,
            partner: r.partner_id.map(PartnerId),
            started: r.started_at.map(Instant),
            finished: r.finished_at.map(Instant),
        })
    }
}

impl App {
    /// A list of visits the actor may see.
    pub async fn visit_list(&self, actor: &Actor, filter: &VisitFilter, limit: i64) -> Result<Vec<VisitRow>, AppError> {
        let mut conn = self.store().read().await?;
        let rows = table::list(&mut conn, &access::scope(actor), &filter.into(), limit).await?;
        rows.into_iter().map(VisitRow::try_from).collect()
    }

    /// When some partners were visited last: that a visit took place is everybody's to know, of a restricted one only who sees it.
    pub async fn partners_last_seen(
        &self,
        actor: &Actor,
        partners: &[PartnerId],
    ) -> Result<HashMap<PartnerId, Instant>, AppError> {
        Ok(table::last_seen(&mut self.store().read().await?, &access::scope(actor), partners).await?)
    }

    /// Visits by id, as lists show them, in the order of the ids.
    pub async fn visit_rows(&self, actor: &Actor, ids: &[VisitId]) -> Result<Vec<VisitRow>, AppError> {
        let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
        self.visits_by_id(actor, &ids).await?.into_iter().map(VisitRow::try_from).collect()
    }
}
