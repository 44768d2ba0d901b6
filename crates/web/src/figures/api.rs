//! API: figures with their definitions, and the ids that make them.

use crate::door::problem::Failure;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::figures::asked::asked;
use crate::form::fields::query;
use crate::organisation::api::limit;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::Uri;
use serde_json::{Value, json};
use yixian_app::{AppError, FieldError};
use yixian_domain::access::{Ask, may};
use yixian_domain::figure::{FigureCode, Keys};

/// Most ids of a page.
const MOST: usize = 5_000;

/// `GET /api/v1/figures?period=&unit=&as_of=`
pub async fn list(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    uri: Uri,
) -> Result<Json<Value>, Failure> {
    may(&v.actor, &Ask::RaiseMatter)?;
    let q = query(uri.query());
    let asked = asked(&web, &v, &q).await?;
    let report = web.app().report(&v.actor, asked.period, asked.unit, asked.as_of).await?;
    let items: Vec<Value> = report.figures.iter().map(|f| {
        let d = f.definition();
        json!({
            "figure": d.name, "label": v.say.t(&d.label_key()), "numerator": f.ids().len(), "denominator": f.denominator_ids().map(Keys::len),
            "value": f.number(), "unit": d.unit.as_str(), "ids": f.ids().len(), "definition": d,
        })
    }).collect();
    let unit = if asked.code.is_empty() { None } else { Some(asked.code) };
    Ok(Json(
        json!({ "period": asked.period, "unit": unit, "as_of": asked.as_of.to_string(), "items": items, "next": null }),
    ))
}

/// `GET /api/v1/figures/{code}?period=&unit=&as_of=&part=&after=&limit=`: `after` is the last id
/// seen. A week of a person is `person@2018-W18`.
pub async fn ids(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(code): Path<String>,
    uri: Uri,
) -> Result<Json<Value>, Failure> {
    may(&v.actor, &Ask::RaiseMatter)?;
    let code = FigureCode::parse(&code).ok_or(AppError::NotFound("figure"))?;
    let q = query(uri.query());
    let n = limit(&q, MOST)?;
    let bad = |field: &'static str| AppError::Invalid(vec![FieldError::with(field, "filter", q.get(field))]);
    let asked = asked(&web, &v, &q).await?;
    let report = web.app().report(&v.actor, asked.period, asked.unit, asked.as_of).await?;
    let figure = report.get(code).ok_or(AppError::NotFound("figure"))?;
    let (part, keys) = match (q.get("part"), figure.denominator_ids()) {
        ("" | "numerator", _) => ("numerator", figure.ids()),
        ("denominator", Some(all)) => ("denominator", all),
        _ => return Err(bad("part").into()),
    };
    let from = match q.get("after") {
        "" => 0,
        last => keys.iter().position(|k| k.to_string() == last).ok_or_else(|| bad("after"))? + 1,
    };
    let items: Vec<String> = keys.iter().skip(from).take(n).map(|k| k.to_string()).collect();
    let next = if from + items.len() < keys.len() { items.last().cloned() } else { None };
    Ok(Json(json!({
        "figure": code.as_str(), "part": part, "period": asked.period, "as_of": asked.as_of.to_string(), "total": keys.len(), "items": items, "next": next,
    })))
}
