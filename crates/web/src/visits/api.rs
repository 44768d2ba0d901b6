//! Visits for programs.

use crate::door::page::cut;
use crate::door::problem::Failure;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::query;
use crate::form::paging::{Listed, limit};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::Uri;
use serde_json::{Value, json};
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::store::visit::Filter;
use yixian_domain::ids::VisitId;
use yixian_domain::time::{Date, Instant};

/// `GET /api/v1/visits?from=&to=&state=&mine=&limit=&after=`
pub async fn list(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    uri: Uri,
) -> Result<Json<Listed>, Failure> {
    let q = query(uri.query());
    let limit = limit(&q)?;
    let bad = |e| AppError::Invalid(vec![e]);
    let from = q.optional::<Date>("from", "day").map_err(bad)?;
    let to = q.optional::<Date>("to", "day").map_err(bad)?;
    let state = match q.get("state") {
        "" => None,
        s => Some(
            ["planned", "on_site", "finished", "cancelled", "merged"]
                .into_iter()
                .find(|k| *k == s)
                .ok_or_else(|| AppError::Invalid(vec![yixian_app::FieldError::with("state", "filter", s)]))?,
        ),
    };
    let filter = Filter {
        days: (from.is_some() || to.is_some())
            .then(|| (from.unwrap_or(Date::constant(1970, 1, 1)), to.unwrap_or(Date::constant(9998, 12, 31)))),
        person: v.person.filter(|_| q.ticked("mine")),
        state,
        after: q.get("after").split_once('~').and_then(|(d, n)| Some((d.to_owned(), n.parse().ok()?))),
        ..Filter::default()
    };
    let mut rows = web.app().visits(&v.actor, &filter, limit as i64).await?;
    let more = cut(&mut rows, limit);
    let next = rows.last().filter(|_| more).map(|r| format!("{}~{}", r.day, r.n));
    let at = |ms: Option<i64>| ms.map(|t| Instant(t).to_string());
    let items = rows.iter().map(|r| json!({
        "id": r.id, "number": r.n, "state": r.state, "kind": r.kind, "place": r.place_id, "host": r.host_id, "leader": r.leader_id,
        "day": r.day, "announced": r.announced, "started_at": at(r.started_at), "finished_at": at(r.finished_at),
    })).collect();
    Ok(Json(Listed { items, next, total: None, total_is_exact: None }))
}

/// `GET /api/v1/visits/{id}`
pub async fn one(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<String>,
) -> Result<Json<Value>, Failure> {
    let id: Uuid = id.parse().map_err(|_| AppError::NotFound("visit"))?;
    let p = web.app().visit_page(&v.actor, VisitId(id)).await?;
    let words: serde_json::Map<String, Value> =
        p.words.iter().map(|(id, text)| (id.to_string(), json!(text))).collect();
    Ok(Json(json!({
        "visit": p.visit, "number": p.n, "place": p.place, "words": words,
        "findings": p.findings.iter().map(|f| f.id).collect::<Vec<_>>(),
    })))
}
