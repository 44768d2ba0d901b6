//! Matters for programs: a list by the filters of the page with a cursor, one with its timeline.

use crate::door::page::cut;
use crate::door::problem::Failure;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::query;
use crate::form::paging::{At, Listed, limit};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::store::matter::{COUNT_LIMIT, ListRow};
use yixian_domain::ids::MatterId;
use yixian_domain::time::Instant;

/// A matter in a list.
#[derive(Serialize)]
pub struct Row {
    id: Uuid,
    number: i64,
    kind: String,
    category: String,
    origin: String,
    stage: String,
    unit: Uuid,
    place: Option<Uuid>,
    subject: String,
    raised_at: At,
    due_at: Option<At>,
    provisional: bool,
    solved_at: Option<At>,
    closed_at: Option<At>,
    on_the_spot: bool,
    paused: bool,
    request: Option<String>,
    escalated: i64,
    reopened: i64,
}

fn row(r: ListRow) -> Row {
    Row {
        id: r.id,
        number: r.n,
        kind: r.kind,
        category: r.category,
        origin: r.origin,
        stage: r.stage,
        unit: r.unit_id,
        place: r.place_id,
        subject: r.subject,
        raised_at: At(r.raised_at),
        due_at: r.due_at.map(At),
        provisional: r.provisional,
        solved_at: r.solved_at.map(At),
        closed_at: r.closed_at.map(At),
        on_the_spot: r.on_the_spot,
        paused: r.paused,
        request: r.request,
        escalated: r.escalated,
        reopened: r.reopened,
    }
}

/// `GET /api/v1/matters?stage=&kind=&unit=&text=…&limit=&after=`
pub async fn list(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    uri: Uri,
) -> Result<Json<Listed<Row>>, Failure> {
    let q = query(uri.query());
    let limit = limit(&q)?;
    let filter = crate::matters::list::filter(&web, &q, v.person, v.say.now()).await?;
    let (mut rows, total) = web.app().matters(&v.actor, &(&filter).into(), limit as i64).await?;
    let more = cut(&mut rows, limit);
    let next = rows.last().filter(|_| more).map(|r| format!("{}.{}", r.due_sort, r.n));
    Ok(Json(Listed {
        items: rows.into_iter().map(row).collect(),
        next,
        total: Some(total.min(COUNT_LIMIT)),
        total_is_exact: Some(total <= COUNT_LIMIT),
    }))
}

/// `GET /api/v1/matters/{id}`: the matter, its words, its timeline, what may be done now.
pub async fn one(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let id: Uuid = id.parse().map_err(|_| AppError::NotFound("matter"))?;
    let p = web.app().matter_page(&v.actor, MatterId(id)).await?;
    let timeline: Vec<Value> = p.timeline.iter().map(|t| json!({
        "seq": t.row.seq, "rev": t.row.rev, "code": t.row.code, "happened_at": Instant(t.row.happened_at).to_string(),
        "recorded_at": Instant(t.row.recorded_at).to_string(), "late": t.row.late, "actor": t.row.actor, "event": t.event, "hash": t.row.hash,
    })).collect();
    let offers: Vec<&str> = p.offers.iter().filter(|o| o.missing.is_none()).map(|o| o.action.as_str()).collect();
    let words: serde_json::Map<String, Value> =
        p.words.iter().map(|(id, text)| (id.to_string(), json!(text))).collect();
    let rev = p.matter.rev;
    let body = json!({ "matter": p.matter, "number": p.n, "words": words, "timeline": timeline, "deadline": p.deadline, "actions": offers });
    let mut response = Json(body).into_response();
    if let Ok(etag) = HeaderValue::from_str(&format!("\"{rev}\"")) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    Ok(response)
}
