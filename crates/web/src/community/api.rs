//! API: service days, and one with its sessions and what is counted of it. Who came is nobody's name here.

use crate::door::answer::{Day, Moment, told};
use crate::door::problem::Failure;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::paging::Listed;
use axum::Json;
use axum::extract::{Path, State};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;
use yixian_app::community::Tile;
use yixian_domain::community::{ActKind, ServiceDay};

/// A service day.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ServiceDayItem {
    /// Identity.
    id: Uuid,
    /// Short stable code.
    code: String,
    /// In the company's language.
    name: String,
    /// English.
    name_en: Option<String>,
    /// The day.
    day: Day,
    /// The unit that calls it.
    organiser: Uuid,
    /// Sessions that were not called off.
    sessions: usize,
    /// Revision, for `If-Match`.
    rev: u32,
}

/// A session of a service day.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SessionItem {
    /// Identity.
    id: Uuid,
    /// Short stable code.
    code: String,
    /// The community, a partner.
    community: Uuid,
    /// Its district.
    district: Option<String>,
    /// The unit that hosts it.
    host: Uuid,
    /// From.
    starts: Moment,
    /// Until.
    ends: Moment,
    /// It was called off.
    cancelled: bool,
    /// Kinds of acts that were done.
    acts: Vec<String>,
    /// How many kinds those are.
    marks: usize,
    /// Members who came.
    members: usize,
    /// Sign-ins that were entered more than a day later.
    late: usize,
    /// Revision, for `If-Match`.
    rev: u32,
}

/// A number of the board.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BoardFigure {
    /// Code of the figure.
    figure: String,
    /// The number; a rate in per cent, not rounded.
    value: Option<f64>,
}

/// A service day with its sessions.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BoardAnswer {
    /// The day.
    service_day: ServiceDayItem,
    /// Its sessions.
    sessions: Vec<SessionItem>,
    /// What is counted of it.
    figures: Vec<BoardFigure>,
}

fn item(d: &ServiceDay, sessions: usize) -> ServiceDayItem {
    ServiceDayItem {
        id: d.id.0,
        code: d.code.clone(),
        name: d.details.name.clone(),
        name_en: d.details.name_en.clone(),
        day: told(&d.details.day),
        organiser: d.details.organiser.0,
        sessions,
        rev: d.rev,
    }
}

fn session(t: &Tile) -> SessionItem {
    let s = &t.session;
    SessionItem {
        id: s.id.0,
        code: s.code.clone(),
        community: t.community.id.0,
        district: t.community.details.district.clone(),
        host: s.details.host.0,
        starts: told(&s.details.starts),
        ends: told(&s.details.ends),
        cancelled: s.cancelled.is_some(),
        acts: ActKind::ALL.into_iter().filter(|k| s.has_done(*k)).map(|k| k.as_str().to_owned()).collect(),
        marks: s.marks(),
        members: t.members,
        late: t.late,
        rev: s.rev,
    }
}

/// `GET /api/v1/service-days`
pub async fn days(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
) -> Result<Json<Listed<ServiceDayItem>>, Failure> {
    let all = web.app().service_days(&v.actor).await?;
    Ok(Json(Listed {
        items: all.iter().map(|(d, n)| item(d, *n)).collect(),
        next: None,
        total: None,
        total_is_exact: None,
    }))
}

/// `GET /api/v1/service-days/{id}`
pub async fn day(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
) -> Result<Json<BoardAnswer>, Failure> {
    let board = web.app().day_board(&v.actor, &at).await?;
    let held = board.tiles.iter().filter(|t| t.session.cancelled.is_none()).count();
    let figures = board.figures.iter();
    Ok(Json(BoardAnswer {
        service_day: item(&board.day, held),
        sessions: board.tiles.iter().map(session).collect(),
        figures: figures.map(|f| BoardFigure { figure: f.code.as_str().to_owned(), value: f.number() }).collect(),
    }))
}
