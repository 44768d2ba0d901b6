//! Plans for programs. Making and adopting them are commands (`make_plan`, `adopt_plan`); a plan is
//! made before its receipt is given.

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
use yixian_app::planning::{PlanRow, compare::compare, runs::Stage};
use yixian_domain::duty::Month;

fn row(r: &PlanRow) -> Value {
    json!({
        "id": r.id, "number": r.n, "unit": r.unit, "month": r.month, "from": r.from, "to": r.to, "base": r.base, "made_by": r.made_by,
        "made_at": r.made_at.to_string(), "summary": r.summary,
        "adoption": r.adoption.map(|a| json!({ "by": a.by, "at": a.at.to_string(), "made": a.made, "kept": a.kept, "moved": a.moved, "dropped": a.dropped })),
    })
}

/// `GET /api/v1/plans?limit=&after=`
pub async fn list(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    uri: Uri,
) -> Result<Json<Listed>, Failure> {
    let q = query(uri.query());
    let limit = limit(&q)?;
    let before = q.optional::<i64>("after", "filter").map_err(|e| AppError::Invalid(vec![e]))?;
    let mut rows = web.app().plan_list(&v.actor, before, limit + 1).await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|r| r.n.to_string());
    Ok(Json(Listed { items: rows.iter().map(row).collect(), next, total: None, total_is_exact: None }))
}

/// `GET /api/v1/plans/{id}?with=`: the plan, what changed since, and how it differs from another.
pub async fn one(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Json<Value>, Failure> {
    let id: Uuid = id.parse().map_err(|_| AppError::NotFound("plan"))?;
    web.app().may_plan(&v.actor)?;
    if let Some(p) = web.app().plan_run(&v.actor, id).await? {
        let error = match &p.stage {
            Stage::Failed(e) => Some(e.code()),
            _ => None,
        };
        return Ok(Json(
            json!({ "running": error.is_none(), "error": error, "share": p.share, "best": p.best, "iterations": p.iterations, "stopping": p.stopping }),
        ));
    }
    let kept = web.app().plan(&v.actor, id).await?;
    let with = query(uri.query()).optional::<Uuid>("with", "plan").map_err(|e| AppError::Invalid(vec![e]))?;
    let difference = match with {
        Some(other) => Some(compare(&web.app().plan(&v.actor, other).await?.doc, &kept.doc)),
        None => None,
    };
    let mut body = row(&kept.row);
    body["plan"] = json!(kept.doc);
    body["changes"] = json!(kept.changes);
    body["superseded"] = json!(kept.superseded);
    body["comparison"] = json!(difference);
    Ok(Json(body))
}

/// `GET /api/v1/priorities?unit=&month=&limit=&after=`
pub async fn priorities(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    uri: Uri,
) -> Result<Json<Listed>, Failure> {
    let q = query(uri.query());
    let limit = limit(&q)?;
    web.app().may_plan(&v.actor)?;
    let bad = |e| AppError::Invalid(vec![e]);
    let units = web.app().plannable(&v.actor).await?;
    let unit = match q.get("unit") {
        "" => units.first(),
        code => Some(
            units
                .iter()
                .find(|u| u.code == code || u.id.to_string() == code)
                .ok_or_else(|| AppError::field("unit", "unit"))?,
        ),
    }
    .ok_or(AppError::NotFound("unit"))?;
    let month = q.optional::<Month>("month", "plan_month").map_err(bad)?.unwrap_or(Month::of(v.say.today()));
    let after = q.optional::<usize>("after", "filter").map_err(bad)?.unwrap_or(0);
    let all = web.app().priorities(&v.actor, unit.id, month).await?;
    let items = all.iter().skip(after).take(limit).map(|r| json!({ "place": r.place.id, "code": r.place.code, "points": r.priority.points, "parts": r.priority.parts, "planned": r.planned })).collect();
    let next = (after + limit < all.len()).then(|| (after + limit).to_string());
    Ok(Json(Listed { items, next, total: Some(all.len() as i64), total_is_exact: Some(true) }))
}
