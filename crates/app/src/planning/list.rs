//! Plans in lists and visits in calendars, as pages see them. Does not know how a plan was searched for.

use super::document::Summary;
use crate::App;
use crate::frame::error::AppError;
use uuid::Uuid;
use yixian_domain::access::Actor;
use yixian_domain::duty::Month;
use yixian_domain::ids::*;
use yixian_domain::org::UnitPath;
use yixian_domain::place::Place;
use yixian_domain::time::{Date, Instant};
use yixian_domain::visit::Visit;
use yixian_store::{StoreError, plan as table, words};

/// A plan in a list.
#[derive(Clone, Debug)]
pub struct PlanRow {
    /// Identity.
    pub id: Uuid,
    /// Running number.
    pub n: i64,
    /// Unit.
    pub unit: UnitId,
    /// Where the unit stands.
    pub path: UnitPath,
    /// Month.
    pub month: Month,
    /// First day that may still change.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// The plan it began from.
    pub base: Option<Uuid>,
    /// Who had it made; none = the system.
    pub made_by: Option<PersonId>,
    /// When.
    pub made_at: Instant,
    /// What lists show.
    pub summary: Summary,
    /// Whether and how it was adopted.
    pub adoption: Option<Adoption>,
}

/// How a plan was adopted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Adoption {
    /// Who.
    pub by: Option<PersonId>,
    /// When.
    pub at: Instant,
    /// Visits made.
    pub made: i64,
    /// Visits kept as they were.
    pub kept: i64,
    /// Visits moved.
    pub moved: i64,
    /// Visits called off.
    pub dropped: i64,
}

impl From<table::Adoption> for Adoption {
    fn from(a: table::Adoption) -> Self {
        Adoption { by: a.by, at: a.at, made: a.made, kept: a.kept, moved: a.moved, dropped: a.dropped }
    }
}

impl TryFrom<table::PlanRow> for PlanRow {
    type Error = AppError;
    fn try_from(r: table::PlanRow) -> Result<Self, AppError> {
        Ok(PlanRow {
            summary: serde_json::from_str(&r.summary).map_err(|e| StoreError::corrupt("plan", e))?,
            id: r.id,
            n: r.n,
            unit: r.unit,
            path: r.path,
            month: r.month.parse().map_err(|_| StoreError::corrupt("month of a plan", &r.month))?,
            from: r.from,
            to: r.to,
            base: r.base,
            made_by: r.made_by,
            made_at: r.made_at,
            adoption: r.adoption.map(Adoption::from),
        })
    }
}

/// A visit that somebody plans to make, as calendars see it.
#[derive(Clone, Debug)]
pub struct PlannedVisit {
    /// The visit.
    pub visit: Visit,
    /// Its running number.
    pub n: i64,
    /// The path of its host.
    pub host_path: UnitPath,
    /// It came of a plan.
    pub adopted: bool,
    /// What for, where it is asked for.
    pub purpose: Option<String>,
}

impl From<table::Known> for PlannedVisit {
    fn from(k: table::Known) -> Self {
        PlannedVisit { visit: k.visit, n: k.n, host_path: k.host_path, adopted: k.adopted, purpose: None }
    }
}

impl App {
    /// Plans of the units the actor plans for, newest first.
    pub async fn plan_list(&self, actor: &Actor, before: Option<i64>, limit: usize) -> Result<Vec<PlanRow>, AppError> {
        self.plans(actor, before, limit).await?.into_iter().map(PlanRow::try_from).collect()
    }

    /// Whose calendar a link opens, and his visits, called-off ones too.
    pub async fn calendar_of_link(&self, secret: &str) -> Result<(PersonId, Vec<(PlannedVisit, Place)>), AppError> {
        let (person, visits) = self.calendar_feed(secret).await?;
        let mut out = Vec::with_capacity(visits.len());
        let mut conn = self.store().read().await?;
        for (known, place) in visits {
            let mut k = PlannedVisit::from(known);
            if let Some(purpose) = &k.visit.plan.purpose {
                k.purpose = words::of_record(&mut conn, k.visit.id.0).await?.remove(&purpose.id);
            }
            out.push((k, place));
        }
        Ok((person, out))
    }

    /// A leader's visits of some days, those the actor may see.
    pub async fn visits_led(
        &self,
        actor: &Actor,
        person: PersonId,
        from: Date,
        to: Date,
    ) -> Result<Vec<(PlannedVisit, Place)>, AppError> {
        let visits = self.leader_visits(actor, person, from, to).await?;
        Ok(visits.into_iter().map(|(k, place)| (k.into(), place)).collect())
    }
}
