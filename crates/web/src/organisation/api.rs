//! API: the register of places and the units, page by page.

use crate::door::page::cut;
use crate::door::problem::Failure;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::query;
use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use serde_json::{Value, json};
use yixian_app::{AppError, FieldError};
use yixian_domain::access::{Ask, may};

/// Most items of a page.
pub const MOST: usize = 200;

/// How many items are wanted: 50 when not said, at most `most`.
pub fn limit(q: &crate::form::fields::Form, most: usize) -> Result<usize, AppError> {
    match q.get("limit") {
        "" => Ok(50.min(most)),
        text => match text.parse::<usize>() {
            Ok(n) if n > 0 => Ok(n.min(most)),
            _ => Err(AppError::Invalid(vec![FieldError::with("limit", "filter", text)])),
        },
    }
}

/// `GET /api/v1/places?text=&district=&after=&limit=`: by code; `after` is the code of the last one
/// seen.
pub async fn places(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    uri: Uri,
) -> Result<Json<Value>, Failure> {
    let q = query(uri.query());
    let n = limit(&q, MOST)?;
    let mut list = web.app().places(&v.actor, q.get("after"), q.get("text"), q.get("district"), n as i64 + 1).await?;
    let more = cut(&mut list, n);
    let next = list.last().filter(|_| more).map(|p| p.code.clone());
    let items: Vec<Value> = list.into_iter().map(|p| {
        let point = p.point.map(|at| { let (lat, lon) = at.degrees(); json!({ "lat": lat, "lon": lon }) });
        json!({ "id": p.id, "code": p.code, "name": p.name, "kind": p.kind, "district": p.district, "area": p.area, "point": point, "unit": p.unit })
    }).collect();
    Ok(Json(json!({ "items": items, "next": next })))
}

/// `GET /api/v1/units?after=&limit=`: parents before children; `after` is the code of the last one
/// seen.
pub async fn units(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    uri: Uri,
) -> Result<Json<Value>, Failure> {
    may(&v.actor, &Ask::RaiseMatter)?;
    let q = query(uri.query());
    let n = limit(&q, MOST)?;
    let directory = web.app().directory().await?;
    let from = match q.get("after") {
        "" => 0,
        code => {
            directory
                .units()
                .position(|u| u.code == code)
                .ok_or_else(|| AppError::Invalid(vec![FieldError::with("after", "filter", code)]))?
                + 1
        }
    };
    let mut list: Vec<_> = directory.units().skip(from).take(n + 1).collect();
    let more = cut(&mut list, n);
    let next = list.last().filter(|_| more).map(|u| u.code.clone());
    let items: Vec<Value> = list.into_iter().map(|u| json!({
        "id": u.id, "code": u.code, "name": u.name, "name_en": u.name_en, "kind": u.kind, "parent": u.parent, "path": u.path, "from": u.from, "to": u.to,
    })).collect();
    Ok(Json(json!({ "items": items, "next": next })))
}
