//! API: indicators, the tasks of the version in force, campaigns.

use super::indicator::as_of;
use super::shown::{State as Standing, Tally};
use crate::door::answer::{Coded, Day, choices, told};
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
use yixian_app::indicators::IndicatorPage;
use yixian_domain::indicator::ReadingKind;
use yixian_domain::indicator::reading::{decimal, percent};

choices!("ReadingKind" ReadingKind);

/// The end of the day of knowledge.
#[derive(Debug, JsonSchema)]
#[allow(dead_code)] // its shape is told
pub struct AsOf(String);

/// An indicator.
#[derive(Debug, Serialize, JsonSchema)]
pub struct IndicatorItem {
    /// Identity.
    id: Uuid,
    /// Short stable code.
    code: String,
    /// In the company's language.
    name: String,
    /// English, where there is one.
    name_en: Option<String>,
    /// The unit that keeps it.
    owner: Uuid,
    /// Who leads what is done for it.
    commander: Uuid,
    /// Code of the method by which it is scored.
    method: String,
    /// The score that the company counted last.
    score: Option<f64>,
    /// Tasks of the version in force.
    tasks: usize,
    /// Those that are done.
    done: usize,
    /// Revision, for `If-Match`.
    rev: u32,
}

/// Values as of a day.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReadingItem {
    /// Where they come from.
    kind: Coded<ReadingKind>,
    /// The day of which they speak.
    day: Day,
    /// How it is called.
    label: String,
    /// Who says so, or how it was counted.
    source: String,
    /// What was measured in each city.
    cities: Vec<CityItem>,
    /// Scores of the components, 0–100.
    components: Vec<f64>,
    /// The score, 0–100.
    score: f64,
}

/// What was measured in a city.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CityItem {
    /// Which.
    name: String,
    /// Its share, per cent.
    share: String,
    /// A number for each component.
    values: Vec<String>,
}

/// An aspect of the version in force.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AspectItem {
    /// Identity.
    id: Uuid,
    /// Short code.
    code: String,
    /// The aspect above it.
    parent: Option<Uuid>,
    /// In the company's language.
    name: String,
    /// English, where there is one.
    name_en: Option<String>,
    /// Its share among its siblings, per cent.
    weight: String,
    /// The component that it moves.
    component: String,
}

/// An indicator with what belongs to it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct IndicatorAnswer {
    /// The indicator.
    indicator: IndicatorItem,
    /// What was read of it.
    readings: Vec<ReadingItem>,
    /// Number of the version in force.
    version: Option<u32>,
    /// Since when it is.
    effective: Option<Day>,
    /// Its aspects.
    aspects: Vec<AspectItem>,
    /// The draft of the next version, for whoever keeps or approves it.
    draft: Option<Uuid>,
}

/// A task of the version in force.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TaskItem {
    /// The matter that it is.
    matter: Uuid,
    /// Short code.
    code: String,
    /// What is to be done.
    title: String,
    /// Under which aspect.
    aspect: Uuid,
    /// The component that it moves.
    component: String,
    /// The department that answers for it.
    owner: Uuid,
    /// Departments that help.
    helpers: Vec<Uuid>,
    /// Its last day as the breakdown has it.
    due: Day,
    /// What it weighs of the whole, per cent.
    weight: f64,
    /// It is closed.
    done: bool,
    /// Its due instant is past and it is not put right.
    overdue: bool,
}

/// A campaign.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CampaignItem {
    /// Identity.
    id: Uuid,
    /// Short stable code.
    code: String,
    /// In the company's language.
    name: String,
    /// English, where there is one.
    name_en: Option<String>,
    /// What it is about.
    theme: String,
    /// Its principles.
    principles: Vec<String>,
    /// First day.
    from: Day,
    /// Last day.
    to: Day,
    /// Who leads it.
    commander: Uuid,
    /// The indicator that it works for.
    indicator: Option<Uuid>,
    /// Revision, for `If-Match`.
    rev: u32,
}

fn item(i: &yixian_domain::indicator::Indicator, score: Option<f64>, tasks: usize, done: usize) -> IndicatorItem {
    let d = &i.details;
    IndicatorItem {
        id: i.id.0,
        code: i.code.clone(),
        name: d.name.clone(),
        name_en: d.name_en.clone(),
        owner: d.owner.0,
        commander: d.commander.0,
        method: i.method().code.clone(),
        score,
        tasks,
        done,
        rev: i.rev,
    }
}

/// `GET /api/v1/indicators`
pub async fn indicators(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
) -> Result<Json<Listed<IndicatorItem>>, Failure> {
    let all = web.app().indicators(&v.actor).await?;
    let items = all.iter().map(|e| item(&e.indicator, e.score, e.tasks.1, e.tasks.0)).collect();
    Ok(Json(Listed { items, next: None, total: None, total_is_exact: None }))
}

async fn asked(web: &Web, v: &crate::door::visitor::Visitor, at: &str, uri: &Uri) -> Result<IndicatorPage, Failure> {
    let as_of = as_of(&v.say, &query(uri.query()))?;
    Ok(web.app().indicator(&v.actor, at, as_of).await?)
}

/// `GET /api/v1/indicators/{id}`
pub async fn indicator(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    uri: Uri,
) -> Result<Json<IndicatorAnswer>, Failure> {
    let p = asked(&web, &v, &at, &uri).await?;
    let i = &p.indicator;
    let readings = i.readings.iter().map(|r| {
        let scored = i.score(r);
        let city = |c: &yixian_domain::indicator::City| CityItem {
            name: c.name.clone(),
            share: percent(u64::from(c.share)),
            values: c.values.iter().map(|v| decimal(*v)).collect(),
        };
        ReadingItem {
            kind: told(&r.kind),
            day: told(&r.day),
            label: r.label.clone(),
            source: r.source.clone(),
            cities: r.cities.iter().map(city).collect(),
            components: scored.components,
            score: scored.total,
        }
    });
    let aspects = p.version.iter().flat_map(|b| &b.tree.aspects).map(|a| AspectItem {
        id: a.id.0,
        code: a.code.clone(),
        parent: a.parent.map(|p| p.0),
        name: a.name.clone(),
        name_en: a.name_en.clone(),
        weight: percent(u64::from(a.weight)),
        component: a.component.clone(),
    });
    let sum = Tally::of(&p.tasks, p.at);
    let day = v.say.zone().date_of(p.at.plus_millis(-1));
    let score = i.counted_on(day).map(|r| i.score(r).total);
    Ok(Json(IndicatorAnswer {
        indicator: item(i, score, sum.all, sum.done),
        readings: readings.collect(),
        version: p.version.as_ref().map(|b| b.no),
        effective: told(&p.version.as_ref().and_then(yixian_domain::indicator::Breakdown::effective)),
        aspects: aspects.collect(),
        draft: p.draft.as_ref().map(|b| b.id.0),
    }))
}

/// `GET /api/v1/indicators/{id}/tasks`
pub async fn tasks(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    uri: Uri,
) -> Result<Json<Listed<TaskItem>>, Failure> {
    let p = asked(&web, &v, &at, &uri).await?;
    let items: Vec<TaskItem> = p
        .tasks
        .iter()
        .map(|t| {
            let state = Standing::of(&t.fact, p.at);
            TaskItem {
                matter: t.leaf.task.0,
                code: t.leaf.code.clone(),
                title: t.leaf.title.clone(),
                aspect: t.leaf.aspect.0,
                component: t.fact.component.code.to_string(),
                owner: t.leaf.owner.0,
                helpers: t.leaf.helpers.iter().map(|h| h.0).collect(),
                due: told(&t.leaf.due),
                weight: t.fact.weight,
                done: state == Standing::Done,
                overdue: state == Standing::Overdue,
            }
        })
        .collect();
    let total = Some(items.len() as i64);
    Ok(Json(Listed { items, next: None, total, total_is_exact: Some(true) }))
}

/// `GET /api/v1/campaigns`
pub async fn campaigns(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
) -> Result<Json<Listed<CampaignItem>>, Failure> {
    let all = web.app().campaigns(&v.actor).await?;
    let items = all.iter().map(|c| {
        let d = &c.details;
        CampaignItem {
            id: c.id.0,
            code: c.code.clone(),
            name: d.name.clone(),
            name_en: d.name_en.clone(),
            theme: d.theme.clone(),
            principles: d.principles.clone(),
            from: told(&d.from),
            to: told(&d.to),
            commander: d.commander.0,
            indicator: d.indicator.map(|i| i.0),
            rev: c.rev,
        }
    });
    Ok(Json(Listed { items: items.collect(), next: None, total: None, total_is_exact: None }))
}
