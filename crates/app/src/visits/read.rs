//! A visit as pages and the API read it, with what was found on it. Nothing here writes. A record outside the actor's sight
//! is "not found".

use crate::App;
use crate::frame::error::AppError;
use crate::frame::timeline::{TimelineRow, read_events};
use crate::matters::MatterRow;
use crate::matters::list::typed;
use std::collections::HashMap;
use yixian_domain::access::{self, Actor, Ask, Denial, VisitFacts, may};
use yixian_domain::ids::*;
use yixian_domain::place::Place;
use yixian_domain::visit::{Visit, VisitEvent};
use yixian_store::{StoreError, ledger, matter, place, visit, words};

/// Everything a visit's page shows.
#[derive(Clone, Debug)]
pub struct VisitPage {
    /// The visit.
    pub visit: Visit,
    /// Its running number.
    pub n: i64,
    /// Where to.
    pub place: Place,
    /// Its words by id.
    pub words: HashMap<WordsId, String>,
    /// What happened.
    pub timeline: Vec<TimelineRow<VisitEvent>>,
    /// What was found.
    pub findings: Vec<MatterRow>,
    /// Open matters of the same place found before.
    pub open_here: Vec<MatterRow>,
    /// I go on it.
    pub mine: bool,
}

impl App {
    /// A visit's page.
    pub async fn visit_page(&self, actor: &Actor, id: VisitId) -> Result<VisitPage, AppError> {
        let mut conn = self.store().read().await?;
        let stored = visit::visit(&mut conn, id).await?.ok_or(AppError::NotFound("visit"))?;
        let facts = VisitFacts::of(&stored.visit, stored.host_path.clone());
        may(actor, &Ask::SeeVisit(&facts)).map_err(|d| match d {
            Denial::OutOfSight => AppError::NotFound("visit"),
            d => AppError::Denied(d),
        })?;
        let mine = may(actor, &Ask::GoOnVisit(&facts)).is_ok();
        let v = stored.visit;
        let at = place::place(&mut conn, v.plan.place)
            .await?
            .ok_or_else(|| StoreError::corrupt("visit", "its place is missing"))?;
        let timeline = read_events(ledger::timeline(&mut conn, id.0).await?)?;
        let words = words::of_record(&mut conn, id.0).await?;
        let scope = access::scope(actor);
        let (findings, _) =
            matter::list(&mut conn, &scope, &matter::Filter { visit: Some(id), ..Default::default() }, 200).await?;
        let here = matter::Filter { place: Some(v.plan.place), open: true, ..Default::default() };
        let (mut open_here, _) = matter::list(&mut conn, &scope, &here, 20).await?;
        open_here.retain(|m| !findings.iter().any(|f| f.id == m.id));
        Ok(VisitPage {
            visit: v,
            n: stored.n,
            place: at,
            words,
            timeline,
            findings: typed(findings)?,
            open_here: typed(open_here)?,
            mine,
        })
    }

    /// A list of visits the actor may see.
    pub async fn visits(
        &self,
        actor: &Actor,
        filter: &visit::Filter,
        limit: i64,
    ) -> Result<Vec<visit::ListRow>, AppError> {
        let mut conn = self.store().read().await?;
        Ok(visit::list(&mut conn, &access::scope(actor), filter, limit).await?)
    }
}
