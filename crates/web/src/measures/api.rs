//! API: the board of measures.

use crate::door::answer::{Coded, Day, told};
use crate::door::problem::Failure;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::paging::Listed;
use crate::measures::board::stands;
use axum::Json;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;
use yixian_domain::part::MeasureClass;

/// A measure.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MeasureItem {
    /// The matter.
    id: Uuid,
    /// Its class.
    class: Coded<MeasureClass>,
    /// Where it stands: `proposed`, `adopted`, `applied`, `spread`, `rejected`.
    stands: &'static str,
    /// Its unit.
    unit: Uuid,
    /// Day of the decision.
    decided_on: Option<Day>,
    /// Sections it is applied to.
    sections: Vec<Uuid>,
    /// Units that took it over.
    taken_over_by: Vec<Uuid>,
}

/// `GET /api/v1/measures`
pub async fn measures(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
) -> Result<Json<Listed<MeasureItem>>, Failure> {
    let all = web.app().measures(&v.actor).await?;
    let items = all.iter().map(|r| MeasureItem {
        id: r.matter.id.0,
        class: told(&r.measure.class),
        stands: stands(r),
        unit: r.matter.unit.0,
        decided_on: told(&r.measure.decision.as_ref().map(|d| d.day)),
        sections: r.measure.applied.iter().map(|a| a.section).collect(),
        taken_over_by: r.measure.taken_over.iter().map(|t| t.unit.0).collect(),
    });
    Ok(Json(Listed { items: items.collect(), next: None, total: None, total_is_exact: None }))
}
