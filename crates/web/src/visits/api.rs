//! Visits for programs.

use crate::door::answer::{Coded, Day, Moment, told};
use crate::door::page::cut;
use crate::door::problem::Failure;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::query;
use crate::form::paging::{Listed, limit};
use crate::matters::api::words;
use crate::organisation::answer::Place;
use crate::visits::answer::{STAGES, Visit};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::Uri;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use uuid::Uuid;
use yixian_app::visits::{VisitFilter, VisitRow, VisitStage};
use yixian_app::{AppError, FieldError};
use yixian_domain::ids::VisitId;
use yixian_domain::time::Date;
use yixian_domain::visit::VisitType;

/// A visit in a list.
#[derive(Debug, Serialize, JsonSchema)]
pub struct VisitItem {
    /// Identity.
    id: Uuid,
    /// Running number.
    number: i64,
    /// Where it is.
    state: Coded<VisitStage>,
    /// Primary type.
    kind: Coded<VisitType>,
    /// Where to.
    place: Uuid,
    /// The unit that hosts it.
    host: Uuid,
    /// Who leads.
    leader: Uuid,
    /// On which day.
    day: Day,
    /// The place knows of it.
    announced: bool,
    /// The partner that is visited.
    partner: Option<Uuid>,
    /// When it began.
    started_at: Option<Moment>,
    /// When it ended.
    finished_at: Option<Moment>,
}

impl From<VisitRow> for VisitItem {
    fn from(r: VisitRow) -> Self {
        VisitItem {
            id: r.id.0,
            number: r.n,
            state: told(&r.stage),
            kind: told(&r.kind),
            place: r.place.0,
            host: r.host.0,
            leader: r.leader.0,
            day: told(&r.day),
            announced: r.announced,
            partner: r.partner.map(|p| p.0),
            started_at: told(&r.started),
            finished_at: told(&r.finished),
        }
    }
}

/// `GET /api/v1/visits?from=&to=&state=&mine=&limit=&after=`
pub async fn list(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    uri: Uri,
) -> Result<Json<Listed<VisitItem>>, Failure> {
    let q = query(uri.query());
    let limit = limit(&q)?;
    let bad = |e| AppError::Invalid(vec![e]);
    let from = q.optional_day("from").map_err(bad)?;
    let to = q.optional_day("to").map_err(bad)?;
    let stage = match q.get("state") {
        "" => None,
        s => Some(
            STAGES
                .into_iter()
                .find(|k| k.as_str() == s)
                .ok_or_else(|| AppError::Invalid(vec![FieldError::with("state", "filter", s)]))?,
        ),
    };
    let filter = VisitFilter {
        days: (from.is_some() || to.is_some())
            .then(|| (from.unwrap_or(Date::constant(1970, 1, 1)), to.unwrap_or(Date::constant(9998, 12, 31)))),
        person: v.person.filter(|_| q.ticked("mine")),
        stage,
        after: q.get("after").parse().ok(),
        ..VisitFilter::default()
    };
    let mut rows = web.app().visit_list(&v.actor, &filter, limit as i64).await?;
    let more = cut(&mut rows, limit);
    let next = rows.last().filter(|_| more).map(|r| r.after().to_string());
    let items = rows.into_iter().map(VisitItem::from).collect();
    Ok(Json(Listed { items, next, total: None, total_is_exact: None }))
}

/// A visit with where it went and what was found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct VisitAnswer {
    /// The visit.
    visit: Visit,
    /// Running number.
    number: i64,
    /// Where to.
    place: Place,
    /// Its words by their keys; erased ones are missing.
    words: BTreeMap<Uuid, String>,
    /// The matters found on it.
    findings: Vec<Uuid>,
}

/// `GET /api/v1/visits/{id}`
pub async fn one(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<String>,
) -> Result<Json<VisitAnswer>, Failure> {
    let id: Uuid = id.parse().map_err(|_| AppError::NotFound("visit"))?;
    let p = web.app().visit_page(&v.actor, VisitId(id)).await?;
    Ok(Json(VisitAnswer {
        visit: told(&p.visit),
        number: p.n,
        place: told(&p.place),
        words: words(&p.words),
        findings: p.findings.iter().map(|f| told(&f.id)).collect(),
    }))
}
