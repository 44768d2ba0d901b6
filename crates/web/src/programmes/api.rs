//! API: programmes, and their sections as they are or were known.

use crate::door::answer::{Coded, Day, asked, choices, told};
use crate::door::problem::Failure;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::query;
use crate::form::paging::Listed;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::Uri;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;
use yixian_app::{AppError, FieldError};
use yixian_domain::programme::milestone::milestone_id;
use yixian_domain::programme::{LengthKind, Programme, ProgrammeKind, Section, Standing, Terrain};
use yixian_domain::time::{Date, Instant};

choices!("ProgrammeKind" ProgrammeKind, "Terrain" Terrain, "Standing" Standing);

asked! {
    /// A milestone that was reached.
    Reached { "type": "string", "description": "Only sections of which this milestone is confirmed: `start`, `energize` …" }
    /// An instant of knowledge.
    KnownAt { "type": "string", "description": "What was known then: RFC 3339, or a day, whose end is meant" }
}

/// A programme.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProgrammeItem {
    /// Identity.
    id: Uuid,
    /// Short stable code, unique.
    code: String,
    /// Name.
    name: String,
    /// English name, where there is one.
    name_en: Option<String>,
    /// Year it is planned for.
    year: i16,
    /// Kind.
    kind: Coded<ProgrammeKind>,
    /// Unit that owns it.
    owner: Uuid,
    /// Who manages it.
    manager: Uuid,
    /// A national key project.
    key_project: bool,
    /// The programme it is compared with.
    compare_with: Option<Uuid>,
    /// First day.
    from: Day,
    /// It was carried out before the register began.
    taken_over: bool,
    /// Revision, for `If-Match`.
    rev: u32,
}

fn item(p: &Programme) -> ProgrammeItem {
    let d = &p.details;
    ProgrammeItem {
        id: p.id,
        code: p.code.clone(),
        name: d.name.clone(),
        name_en: d.name_en.clone(),
        year: d.year,
        kind: told(&d.kind),
        owner: d.owner.0,
        manager: d.manager.0,
        key_project: d.key_project,
        compare_with: d.compare_with,
        from: told(&d.from),
        taken_over: d.taken_over,
        rev: p.rev,
    }
}

/// A milestone of a section.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MilestoneItem {
    /// Its key, as figures name it.
    id: Uuid,
    /// Code.
    code: String,
    /// Baseline in force.
    baseline: Option<Day>,
    /// Which version of the baseline that is.
    version: usize,
    /// Forecast.
    forecast: Option<Day>,
    /// Day reported.
    reported: Option<Day>,
    /// Day confirmed.
    actual: Option<Day>,
    /// Calendar days ahead of the baseline; negative behind it.
    days_ahead: Option<i32>,
    /// How it stands.
    standing: Option<Coded<Standing>>,
}

/// A section.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SectionItem {
    /// Identity.
    id: Uuid,
    /// Short stable code, unique.
    code: String,
    /// The road it counts as.
    road: Uuid,
    /// Name.
    name: String,
    /// District.
    district: String,
    /// Batch.
    batch: u8,
    /// Terrain.
    terrain: Coded<Terrain>,
    /// Where it is: `draft`, `approved`, `started`, `energized`, `handed_over`, `cancelled`, `split`, `merged`.
    progress: &'static str,
    /// Route, metres, as it was measured by then.
    route_metres: Option<u32>,
    /// Households.
    households: Option<u32>,
    /// Contractor.
    contractor: Option<Uuid>,
    /// Supervisor.
    supervisor: Option<Uuid>,
    /// Place.
    place: Option<Uuid>,
    /// Milestones, in order.
    milestones: Vec<MilestoneItem>,
}

fn section(s: &Section, day: Date) -> SectionItem {
    let standings = s.standings(day);
    let milestones = s.milestones.iter().enumerate().map(|(i, m)| MilestoneItem {
        id: milestone_id(s.id, i),
        code: m.code.clone(),
        baseline: told(&m.baseline()),
        version: m.baselines.len(),
        forecast: told(&m.forecast.as_ref().map(|f| f.day)),
        reported: told(&m.actual.as_ref().map(|a| a.day)),
        actual: told(&m.reached()),
        days_ahead: s.days_ahead(&m.code),
        standing: told(&standings[i]),
    });
    SectionItem {
        id: s.id,
        code: s.code.clone(),
        road: s.road,
        name: s.details.name.clone(),
        district: s.details.district.clone(),
        batch: s.details.batch,
        terrain: told(&s.details.terrain),
        progress: s.progress().as_str(),
        route_metres: s.metres(LengthKind::Route, day),
        households: s.details.households,
        contractor: s.details.contractor.map(|c| c.0),
        supervisor: s.details.supervisor.map(|c| c.0),
        place: s.details.place.map(|p| p.0),
        milestones: milestones.collect(),
    }
}

/// `GET /api/v1/programmes`
pub async fn programmes(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
) -> Result<Json<Listed<ProgrammeItem>>, Failure> {
    let all = web.app().programmes(&v.actor).await?;
    Ok(Json(Listed { items: all.iter().map(item).collect(), next: None, total: None, total_is_exact: None }))
}

/// `GET /api/v1/programmes/{id}`: by id or code.
pub async fn programme(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
) -> Result<Json<ProgrammeItem>, Failure> {
    Ok(Json(item(&web.app().works(&v.actor, &at, None).await?.programme)))
}

/// Sections.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SectionList {
    /// Sections, by code.
    items: Vec<SectionItem>,
    /// None: all stand on one page.
    next: Option<String>,
}

/// `GET /api/v1/programmes/{id}/sections?reached=start&as_of=`: those that count, as they were known at an instant.
pub async fn sections(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    uri: Uri,
) -> Result<Json<SectionList>, Failure> {
    let q = query(uri.query());
    let zone = v.say.zone();
    let known = match q.get("as_of") {
        "" => None,
        text => Some(
            Instant::parse(text)
                .ok()
                .or_else(|| text.parse::<Date>().ok().map(|d| zone.end_of_day(d)))
                .ok_or_else(|| AppError::Invalid(vec![FieldError::with("as_of", "instant", text)]))?,
        ),
    };
    let works = web.app().works(&v.actor, &at, known).await?;
    let day = known.map_or_else(|| v.say.today(), |at| zone.date_of(Instant(at.0 - 1)));
    let reached = |s: &&Section| match q.get("reached") {
        "" => true,
        code => s.milestone(code).is_some_and(|m| m.reached().is_some_and(|d| d <= day)),
    };
    let items = works.sections.iter().map(|s| &**s).filter(|s| s.counts()).filter(reached).map(|s| section(s, day));
    Ok(Json(SectionList { items: items.collect(), next: None }))
}
