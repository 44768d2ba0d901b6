//! API: the register of places and the units, page by page.

use crate::door::answer::{Coded, Day, Text, asked, told};
use crate::door::page::cut;
use crate::door::problem::Failure;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::query;
use crate::form::paging::Listed;
use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;
use yixian_app::{AppError, FieldError};
use yixian_domain::access::{Ask, may};
use yixian_domain::org::UnitKind;
use yixian_domain::place::{Area, PlaceKind};

/// Most items of a page.
pub const MOST: usize = 200;

asked! {
    /// A part of a place's name or code.
    PlaceText { "type": "string", "description": "A part of the name or the code" }
    /// A district.
    District { "type": "string", "description": "A district, by its whole name" }
    /// The last code seen.
    AfterCode { "type": "string", "description": "`next` of the page before: the last code seen" }
}

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

/// A point, WGS-84.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Degrees {
    /// Latitude in degrees.
    lat: f64,
    /// Longitude in degrees.
    lon: f64,
}

/// A place in a list.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PlaceItem {
    /// Identity; a renamed site keeps it.
    id: Uuid,
    /// Short stable code, unique.
    code: String,
    /// Name.
    name: String,
    /// Kind.
    kind: Coded<PlaceKind>,
    /// District.
    district: String,
    /// Area class.
    area: Coded<Area>,
    /// Where it is.
    point: Option<Degrees>,
    /// The unit that answers for it.
    unit: Option<Uuid>,
}

/// `GET /api/v1/places?text=&district=&after=&limit=`: by code; `after` is the code of the last one
/// seen.
pub async fn places(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    uri: Uri,
) -> Result<Json<Listed<PlaceItem>>, Failure> {
    let q = query(uri.query());
    let n = limit(&q, MOST)?;
    let mut list = web.app().places(&v.actor, q.get("after"), q.get("text"), q.get("district"), n as i64 + 1).await?;
    let more = cut(&mut list, n);
    let next = list.last().filter(|_| more).map(|p| p.code.clone());
    let items = list.into_iter().map(|p| PlaceItem {
        point: p.point.map(|at| {
            let (lat, lon) = at.degrees();
            Degrees { lat, lon }
        }),
        id: p.id.0,
        code: p.code,
        name: p.name,
        kind: told(&p.kind),
        district: p.district,
        area: told(&p.area),
        unit: told(&p.unit),
    });
    Ok(Json(Listed { items: items.collect(), next, total: None, total_is_exact: None }))
}

/// A unit in a list.
#[derive(Debug, Serialize, JsonSchema)]
pub struct UnitItem {
    /// Identity.
    id: Uuid,
    /// Short stable code, unique.
    code: String,
    /// Name in the company's language.
    name: String,
    /// English name, where there is one.
    name_en: Option<String>,
    /// What it is.
    kind: Coded<UnitKind>,
    /// The unit above.
    parent: Option<Uuid>,
    /// Where it stands in the tree.
    path: Text,
    /// First day it exists.
    from: Option<Day>,
    /// Last day it exists.
    to: Option<Day>,
}

/// `GET /api/v1/units?after=&limit=`: parents before children; `after` is the code of the last one
/// seen.
pub async fn units(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    uri: Uri,
) -> Result<Json<Listed<UnitItem>>, Failure> {
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
    let items = list.into_iter().map(|u| UnitItem {
        id: u.id.0,
        code: u.code.clone(),
        name: u.name.clone(),
        name_en: u.name_en.clone(),
        kind: told(&u.kind),
        parent: told(&u.parent),
        path: told(&u.path),
        from: told(&u.from),
        to: told(&u.to),
    });
    Ok(Json(Listed { items: items.collect(), next, total: None, total_is_exact: None }))
}
