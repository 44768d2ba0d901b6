//! Plans for programs. Making and adopting them are commands (`make_plan`, `adopt_plan`); a plan is
//! made before its receipt is given.

use crate::door::answer::{Day, Moment, Text, told};
use crate::door::problem::Failure;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::query;
use crate::form::paging::{Listed, limit};
use crate::planning::answer::{Part, PlanChange, PlanComparison, PlanDocument, PlanSummary};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::Uri;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::planning::{Adoption, PlanRow, compare::compare, runs::Stage};
use yixian_domain::duty::Month;

/// How a plan was adopted.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PlanAdoption {
    /// Who.
    by: Option<Uuid>,
    /// When.
    at: Moment,
    /// Visits made.
    made: i64,
    /// Visits kept as they were.
    kept: i64,
    /// Visits moved.
    moved: i64,
    /// Visits called off.
    dropped: i64,
}

impl From<Adoption> for PlanAdoption {
    fn from(a: Adoption) -> Self {
        PlanAdoption {
            by: told(&a.by),
            at: told(&a.at),
            made: a.made,
            kept: a.kept,
            moved: a.moved,
            dropped: a.dropped,
        }
    }
}

/// A plan in a list.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PlanItem {
    /// Identity.
    id: Uuid,
    /// Running number.
    number: i64,
    /// Whose visits: the unit and everything below it.
    unit: Uuid,
    /// The month, `2018-10`.
    month: Text,
    /// First day that may still change.
    from: Day,
    /// Last day.
    to: Day,
    /// The plan it began from.
    base: Option<Uuid>,
    /// Who had it made; none = the system.
    made_by: Option<Uuid>,
    /// When.
    made_at: Moment,
    /// What it comes to.
    summary: PlanSummary,
    /// Whether and how it was adopted.
    adoption: Option<PlanAdoption>,
}

impl From<PlanRow> for PlanItem {
    fn from(r: PlanRow) -> Self {
        PlanItem {
            id: r.id,
            number: r.n,
            unit: r.unit.0,
            month: told(&r.month),
            from: told(&r.from),
            to: told(&r.to),
            base: r.base,
            made_by: told(&r.made_by),
            made_at: told(&r.made_at),
            summary: told(&r.summary),
            adoption: r.adoption.map(PlanAdoption::from),
        }
    }
}

/// `GET /api/v1/plans?limit=&after=`
pub async fn list(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    uri: Uri,
) -> Result<Json<Listed<PlanItem>>, Failure> {
    let q = query(uri.query());
    let limit = limit(&q)?;
    let before = q.optional::<i64>("after", "filter").map_err(|e| AppError::Invalid(vec![e]))?;
    let mut rows = web.app().plan_list(&v.actor, before, limit + 1).await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|r| r.n.to_string());
    let items = rows.into_iter().map(PlanItem::from).collect();
    Ok(Json(Listed { items, next, total: None, total_is_exact: None }))
}

/// How far a search for a plan is.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PlanSearching {
    /// It goes on.
    running: bool,
    /// Code of what went wrong, where it did not come to a plan.
    error: Option<String>,
    /// Share of its time that is used up, 0 to 1.
    share: f64,
    /// Best value so far, points of the goal.
    best: f64,
    /// Iterations so far.
    iterations: u64,
    /// Somebody asked it to stop.
    stopping: bool,
}

/// A plan, what changed since, and how it differs from another.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PlanMade {
    /// As in lists.
    #[serde(flatten)]
    item: PlanItem,
    /// The plan.
    plan: PlanDocument,
    /// What changed since it was made; empty for an adopted one.
    changes: Vec<PlanChange>,
    /// A later plan of the same days was adopted.
    superseded: bool,
    /// How it differs from the plan named by `with`.
    comparison: Option<PlanComparison>,
}

/// A plan, or how far its search is.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum PlanAnswer {
    /// Nobody has it yet.
    Searching(PlanSearching),
    /// It is there.
    Made(Box<PlanMade>),
}

/// `GET /api/v1/plans/{id}?with=`: the plan, what changed since, and how it differs from another.
pub async fn one(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Json<PlanAnswer>, Failure> {
    let id: Uuid = id.parse().map_err(|_| AppError::NotFound("plan"))?;
    web.app().may_plan(&v.actor)?;
    if let Some(p) = web.app().plan_run(&v.actor, id).await? {
        let error = match &p.stage {
            Stage::Failed(e) => Some(e.code().to_owned()),
            Stage::FailedElsewhere => Some("failed_elsewhere".to_owned()),
            _ => None,
        };
        return Ok(Json(PlanAnswer::Searching(PlanSearching {
            running: error.is_none(),
            error,
            share: p.share,
            best: p.best,
            iterations: p.iterations,
            stopping: p.stopping,
        })));
    }
    let kept = web.app().plan(&v.actor, id).await?;
    let with = query(uri.query()).optional::<Uuid>("with", "plan").map_err(|e| AppError::Invalid(vec![e]))?;
    let difference = match with {
        Some(other) => Some(compare(&web.app().plan(&v.actor, other).await?.doc, &kept.doc)),
        None => None,
    };
    Ok(Json(PlanAnswer::Made(Box::new(PlanMade {
        plan: told(&kept.doc),
        changes: told(&kept.changes),
        superseded: kept.superseded,
        comparison: told(&difference),
        item: kept.row.into(),
    }))))
}

/// A place with what it is worth to a plan.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PriorityItem {
    /// Which.
    place: Uuid,
    /// Its code.
    code: String,
    /// The sum of the parts.
    points: u32,
    /// Why.
    parts: Vec<Part>,
    /// The visit that somebody plans to make there in the month.
    planned: Option<Uuid>,
}

/// `GET /api/v1/priorities?unit=&month=&limit=&after=`
pub async fn priorities(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    uri: Uri,
) -> Result<Json<Listed<PriorityItem>>, Failure> {
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
    let items = all.iter().skip(after).take(limit).map(|r| PriorityItem {
        place: r.place.id.0,
        code: r.place.code.clone(),
        points: r.priority.points,
        parts: told(&r.priority.parts),
        planned: told(&r.planned),
    });
    let next = (after + limit < all.len()).then(|| (after + limit).to_string());
    Ok(Json(Listed { items: items.collect(), next, total: Some(all.len() as i64), total_is_exact: Some(true) }))
}
