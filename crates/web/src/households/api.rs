//! API: households and what was done there, without who lives there: names and addresses are told on the pages alone.

use crate::door::answer::{Coded, Day, choices, told};
use crate::door::problem::Failure;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::query;
use crate::form::paging::{Listed, limit};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::Uri;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;
use yixian_domain::base::service::ServiceItem;
use yixian_domain::household::{ConfirmedHow, DoneSheet, Household};

choices! {
    "ServiceItem" ServiceItem,
    "ConfirmedHow" ConfirmedHow,
}

/// A household.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HouseholdItem {
    /// Identity.
    id: Uuid,
    /// Short stable code, unique.
    code: String,
    /// The service team's unit.
    unit: Uuid,
    /// The community where it is.
    community: Option<Uuid>,
    /// Its name and address may leave the team.
    consent: bool,
    /// Who lives there was erased.
    erased: bool,
    /// Revision, for `If-Match`.
    rev: u32,
}

fn item(h: &Household) -> HouseholdItem {
    HouseholdItem {
        id: h.id,
        code: h.code.clone(),
        unit: h.details.unit.0,
        community: h.details.community.map(|p| p.0),
        consent: h.may_leave(),
        erased: h.is_erased(),
        rev: h.rev,
    }
}

/// `GET /api/v1/households`
pub async fn households(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    uri: Uri,
) -> Result<Json<Listed<HouseholdItem>>, Failure> {
    let q = query(uri.query());
    let n = limit(&q)?;
    let mut all = web.app().households(&v.actor, q.get("after"), n as i64 + 1).await?;
    let more = all.len() > n;
    all.truncate(n);
    let next = all.last().filter(|_| more).map(|r| r.household.code.clone());
    let items = all.iter().map(|r| item(&r.household)).collect();
    Ok(Json(Listed { items, next, total: None, total_is_exact: None }))
}

/// How much of an item was done.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ItemDone {
    /// Which.
    item: Coded<ServiceItem>,
    /// How many.
    n: u32,
}

/// A material that was used.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MaterialUsed {
    /// What it is called.
    item: String,
    /// How many.
    n: u32,
    /// What the household paid, yuan.
    charge: String,
}

/// What was done on an order.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SheetItem {
    /// Identity.
    id: Uuid,
    /// The order.
    matter: Uuid,
    /// On which day.
    day: Day,
    /// What was done.
    items: Vec<ItemDone>,
    /// With which materials.
    materials: Vec<MaterialUsed>,
    /// When the team comes again.
    next_visit: Option<Day>,
    /// How it was confirmed; none where it was not.
    confirmed: Option<Coded<ConfirmedHow>>,
    /// Revision, for `If-Match`.
    rev: u32,
}

fn sheet(s: &DoneSheet) -> SheetItem {
    let d = &s.details;
    SheetItem {
        id: s.id,
        matter: s.matter.0,
        day: told(&d.day),
        items: d.items.iter().map(|q| ItemDone { item: told(&q.item), n: q.n }).collect(),
        materials: d
            .materials
            .iter()
            .map(|m| MaterialUsed { item: m.item.clone(), n: m.n, charge: m.charge.to_string() })
            .collect(),
        next_visit: told(&d.next_visit),
        confirmed: told(&s.confirmed.as_ref().map(|c| c.how)),
        rev: s.rev,
    }
}

/// A household with its done-sheets.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HouseholdAnswer {
    /// The household.
    household: HouseholdItem,
    /// What was done there, the newest first.
    sheets: Vec<SheetItem>,
}

/// `GET /api/v1/households/{id}`
pub async fn household(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
) -> Result<Json<HouseholdAnswer>, Failure> {
    let p = web.app().household_page(&v.actor, &at).await?;
    Ok(Json(HouseholdAnswer { household: item(&p.row.household), sheets: p.sheets.iter().map(sheet).collect() }))
}
