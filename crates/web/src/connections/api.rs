//! Connections for programs: the list of the hall's queue by its filters, one with its case, clocks and
//! near applications. Names, phones and addresses are for the page, where they are masked or asked for.

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
use serde_json::json;
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::connections::ConnectionOrder;
use yixian_app::store::matter::{COUNT_LIMIT, ConnectionRow};
use yixian_domain::connection::Capacity;
use yixian_domain::ids::MatterId;

/// A connection in a list.
#[derive(Serialize)]
pub struct Row {
    id: Uuid,
    number: i64,
    class: String,
    district: String,
    capacity_kw: String,
    stage: String,
    step: Option<String>,
    flags: Vec<String>,
    unit: Uuid,
    applied_at: At,
    due_at: Option<At>,
    paused: bool,
    eligible: bool,
    overridden: bool,
    accepted_at: Option<At>,
    energized_at: Option<At>,
    archived_at: Option<At>,
    withdrawn_at: Option<At>,
    elapsed_days: Option<i64>,
    satisfaction: Option<String>,
    call_outcome: Option<String>,
}

fn row(r: ConnectionRow) -> Row {
    let m = r.matter;
    Row {
        id: m.id,
        number: m.n,
        class: r.class,
        district: r.district,
        capacity_kw: Capacity::watts(r.capacity).to_string(),
        stage: m.stage,
        step: r.step,
        flags: r.flags.split_whitespace().map(str::to_owned).collect(),
        unit: m.unit_id,
        applied_at: At(m.raised_at),
        due_at: m.due_at.map(At),
        paused: m.paused,
        eligible: r.eligible,
        overridden: r.overridden,
        accepted_at: r.accepted_at.map(At),
        energized_at: r.energized_at.map(At),
        archived_at: r.archived_at.map(At),
        withdrawn_at: r.withdrawn_at.map(At),
        elapsed_days: r.d1,
        satisfaction: r.satisfaction,
        call_outcome: r.call_outcome,
    }
}

/// `GET /api/v1/connections?class=&district=&step=&special=&show=&limit=&after=`
pub async fn list(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    uri: Uri,
) -> Result<Json<Listed<Row>>, Failure> {
    let q = query(uri.query());
    let limit = limit(&q)?;
    let f = crate::connections::queue::filter(&q, &v)?;
    let (mut rows, total) = web.app().connections(&v.actor, &(&f).into(), limit as i64).await?;
    let more = cut(&mut rows, limit);
    let key = |r: &ConnectionRow| if f.order == ConnectionOrder::Queue { r.rank } else { r.matter.due_sort };
    let next = rows.last().filter(|_| more).map(|r| format!("{}.{}", key(r), r.matter.n));
    Ok(Json(Listed {
        items: rows.into_iter().map(row).collect(),
        next,
        total: Some(total.min(COUNT_LIMIT)),
        total_is_exact: Some(total <= COUNT_LIMIT),
    }))
}

/// `GET /api/v1/connections/{id}`
pub async fn one(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let id: Uuid = id.parse().map_err(|_| AppError::NotFound("connection"))?;
    let p = web.app().connection_page(&v.actor, MatterId(id)).await?;
    let rev = p.page.matter.rev;
    let body = json!({ "matter": p.page.matter, "number": p.page.n, "clocks": p.clocks, "deadline": p.page.deadline, "near": p.splits, "leads": p.leads, "nodes": p.nodes, "actions": p.offers.iter().filter(|o| o.missing.is_none()).map(|o| o.action.as_str()).collect::<Vec<_>>() });
    let mut response = Json(body).into_response();
    if let Ok(etag) = HeaderValue::from_str(&format!("\"{rev}\"")) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    Ok(response)
}
