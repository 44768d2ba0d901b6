//! API: the register of partners.

use crate::door::answer::{Coded, Day, asked, choices, told};
use crate::door::page::cut;
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
use yixian_app::partners::PartnerFilter;
use yixian_app::{AppError, FieldError};
use yixian_domain::ids::PartnerId;
use yixian_domain::partner::{Partner, PartnerRole};

choices!("PartnerRole" PartnerRole);

asked! {
    /// A part of a partner's name or code.
    PartnerText { "type": "string", "description": "A part of the name or the code" }
    /// A role.
    Role { "type": "string", "description": "A role, whenever held: `construction_unit`, `enterprise` …" }
    /// A district.
    District { "type": "string", "description": "A district, by its whole name" }
    /// The last code seen.
    AfterCode { "type": "string", "description": "`next` of the page before: the last code seen" }
}

/// A name, since a day.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NameItem {
    /// In the company's language.
    name: String,
    /// English name, where there is one.
    name_en: Option<String>,
    /// First day.
    from: Day,
}

/// A role over days.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RoleItem {
    /// Which.
    role: Coded<PartnerRole>,
    /// First day.
    from: Day,
    /// Last day.
    to: Option<Day>,
}

/// A partner. Contacts are on its page alone.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PartnerItem {
    /// Identity; it outlives names and mergers.
    id: Uuid,
    /// Short stable code, unique.
    code: String,
    /// Names, oldest first.
    names: Vec<NameItem>,
    /// Roles over days.
    roles: Vec<RoleItem>,
    /// District; none for one of the whole city.
    district: Option<String>,
    /// Unified credit code.
    credit_code: Option<String>,
    /// Who of ours keeps the contact.
    liaison: Option<Uuid>,
    /// Its unit in our tree.
    unit: Option<Uuid>,
    /// As which partner it counts.
    merged_into: Option<Uuid>,
    /// From which day on.
    merged_from: Option<Day>,
    /// Revision, for `If-Match`.
    rev: u32,
}

fn item(p: &Partner) -> PartnerItem {
    PartnerItem {
        id: p.id.0,
        code: p.code.clone(),
        names: p
            .names
            .iter()
            .map(|n| NameItem { name: n.name.clone(), name_en: n.name_en.clone(), from: told(&n.from) })
            .collect(),
        roles: p
            .details
            .roles
            .iter()
            .map(|r| RoleItem { role: told(&r.role), from: told(&r.from), to: told(&r.to) })
            .collect(),
        district: p.details.district.clone(),
        credit_code: p.details.credit_code.clone(),
        liaison: p.details.liaison.map(|l| l.0),
        unit: p.details.unit.map(|u| u.0),
        merged_into: p.merged.map(|(into, _)| into.0),
        merged_from: told(&p.merged.map(|(_, from)| from)),
        rev: p.rev,
    }
}

/// `GET /api/v1/partners?text=&role=&district=&after=&limit=`: by code.
pub async fn partners(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    uri: Uri,
) -> Result<Json<Listed<PartnerItem>>, Failure> {
    let q = query(uri.query());
    let n = limit(&q)?;
    let role = match q.get("role") {
        "" => None,
        text => Some(
            PartnerRole::parse(text)
                .ok_or_else(|| AppError::Invalid(vec![FieldError::with("role", "filter", text)]))?,
        ),
    };
    let filter = PartnerFilter { after: q.get("after"), text: q.get("text"), role, district: q.get("district") };
    let mut all = web.app().partners(&v.actor, &filter, n as i64 + 1).await?;
    let more = cut(&mut all, n);
    let next = all.last().filter(|_| more).map(|p| p.code.clone());
    Ok(Json(Listed { items: all.iter().map(item).collect(), next, total: None, total_is_exact: None }))
}

/// `GET /api/v1/partners/{id}`
pub async fn partner(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<Uuid>,
) -> Result<Json<PartnerItem>, Failure> {
    Ok(Json(item(&web.app().partner(&v.actor, PartnerId(id)).await?)))
}
