//! API: agreements, and what was promised in them.

use crate::door::answer::{Coded, Day, told};
use crate::door::problem::Failure;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::paging::Listed;
use axum::Json;
use axum::extract::{Path, State};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;
use yixian_domain::agreement::Agreement;
use yixian_domain::part::{Direction, Part};
use yixian_domain::time::Date;

/// An agreement.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AgreementItem {
    /// Identity.
    id: Uuid,
    /// Short stable code, unique.
    code: String,
    /// Title.
    title: String,
    /// English title, where there is one.
    title_en: Option<String>,
    /// The partners that signed it.
    parties: Vec<Uuid>,
    /// The company signed it too.
    ours: bool,
    /// The unit of ours that keeps it.
    unit: Uuid,
    /// Signed on.
    signed: Day,
    /// Last day.
    valid_to: Option<Day>,
    /// Ended early: the first day on which it held no more.
    ended: Option<Day>,
    /// Whether it holds today.
    in_force: bool,
    /// Days left, where it holds and has a last day.
    days_left: Option<i32>,
    /// Revision, for `If-Match`.
    rev: u32,
}

fn item(a: &Agreement, today: Date) -> AgreementItem {
    let d = &a.details;
    AgreementItem {
        id: a.id,
        code: a.code.clone(),
        title: d.title.clone(),
        title_en: d.title_en.clone(),
        parties: d.parties.iter().map(|p| p.0).collect(),
        ours: d.ours,
        unit: d.unit.0,
        signed: told(&d.signed),
        valid_to: told(&d.valid_to),
        ended: told(&a.ended.as_ref().map(|(on, _)| *on)),
        in_force: a.in_force(today),
        days_left: a.days_left(today),
        rev: a.rev,
    }
}

/// A commitment made in an agreement.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CommitmentItem {
    /// The matter it is.
    matter: Uuid,
    /// Who promised.
    direction: Coded<Direction>,
    /// Due on.
    due: Option<Day>,
    /// Somebody is still owed something.
    open: bool,
}

/// An agreement with what was promised in it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AgreementAnswer {
    /// The agreement.
    agreement: AgreementItem,
    /// What it is about.
    scope: Option<String>,
    /// Commitments the reader may see.
    commitments: Vec<CommitmentItem>,
}

/// `GET /api/v1/agreements`
pub async fn agreements(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
) -> Result<Json<Listed<AgreementItem>>, Failure> {
    let all = web.app().agreements(&v.actor).await?;
    let items = all.iter().map(|a| item(a, v.say.today())).collect();
    Ok(Json(Listed { items, next: None, total: None, total_is_exact: None }))
}

/// `GET /api/v1/agreements/{id}`
pub async fn agreement(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
) -> Result<Json<AgreementAnswer>, Failure> {
    let p = web.app().agreement_page(&v.actor, &at).await?;
    let commitments = p.commitments.iter().filter_map(|m| {
        let direction = m.matter.part.as_deref().and_then(Part::commitment)?.direction;
        Some(CommitmentItem {
            matter: m.matter.id.0,
            direction: told(&direction),
            due: told(&m.matter.due.as_ref().map(|d| d.day)),
            open: m.matter.is_open(),
        })
    });
    let scope = p.agreement.details.scope.as_ref().and_then(|w| p.words.get(&w.id)).cloned();
    Ok(Json(AgreementAnswer {
        agreement: item(&p.agreement, v.say.today()),
        scope,
        commitments: commitments.collect(),
    }))
}
