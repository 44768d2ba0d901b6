//! API: joint conferences and their meetings.

use crate::door::answer::{Coded, Day, choices, told};
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
use yixian_domain::conference::{Attendance, Conference, Meeting, Member, MinutesState, Seating};
use yixian_domain::ids::*;

choices!("Seating" Seating);
choices!("Attendance" Attendance);
choices!("MinutesState" MinutesState);

/// A member's seat.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SeatItem {
    /// The partner, where the member is one.
    partner: Option<Uuid>,
    /// The unit, where the member is one of ours.
    unit: Option<Uuid>,
    /// As what it sits.
    role: Coded<Seating>,
    /// First day.
    from: Day,
    /// Last day.
    to: Option<Day>,
}

/// A joint conference. Names of those who sit are on its page alone.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ConferenceItem {
    /// Identity.
    id: Uuid,
    /// Short stable code, unique.
    code: String,
    /// Name.
    name: String,
    /// English name, where there is one.
    name_en: Option<String>,
    /// The document that sets it up.
    basis: String,
    /// The unit that convenes it.
    convener: Uuid,
    /// Its secretary.
    secretary: Uuid,
    /// First day.
    set_up: Day,
    /// Last day.
    dissolved: Option<Day>,
    /// Seats, in the order in which they were given.
    seats: Vec<SeatItem>,
    /// Revision, for `If-Match`.
    rev: u32,
}

/// A member at a meeting.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AttendedItem {
    /// The partner, where the member is one.
    partner: Option<Uuid>,
    /// The unit, where the member is one of ours.
    unit: Option<Uuid>,
    /// Whether it came.
    how: Coded<Attendance>,
}

/// A meeting.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MeetingItem {
    /// Identity.
    id: Uuid,
    /// Its number, from one.
    no: u32,
    /// When it begins, milliseconds.
    starts_at: i64,
    /// On which day.
    day: Day,
    /// The regular day it was moved from.
    moved_from: Option<Day>,
    /// Who came, as far as it was recorded.
    attendance: Vec<AttendedItem>,
    /// Matters that were resolved.
    resolutions: Vec<Uuid>,
    /// Where the newest version of the minutes is.
    minutes: Option<Coded<MinutesState>>,
    /// How many versions of them there are.
    versions: usize,
    /// Revision, for `If-Match`.
    rev: u32,
}

fn ids(m: Member) -> (Option<Uuid>, Option<Uuid>) {
    match m {
        Member::Partner(id) => (Some(id.0), None),
        Member::Unit(id) => (None, Some(id.0)),
    }
}

fn item(c: &Conference) -> ConferenceItem {
    ConferenceItem {
        id: c.id.0,
        code: c.code.clone(),
        name: c.details.name.clone(),
        name_en: c.details.name_en.clone(),
        basis: c.details.basis.clone(),
        convener: c.details.convener.0,
        secretary: c.details.secretary.0,
        set_up: told(&c.details.set_up),
        dissolved: told(&c.dissolved),
        seats: c
            .seats
            .iter()
            .map(|s| {
                let (partner, unit) = ids(s.member);
                SeatItem { partner, unit, role: told(&s.role), from: told(&s.from), to: told(&s.to) }
            })
            .collect(),
        rev: c.rev,
    }
}

fn meeting(m: &Meeting) -> MeetingItem {
    MeetingItem {
        id: m.id.0,
        no: m.no,
        starts_at: m.setting.starts.0,
        day: told(&m.setting.day.day),
        moved_from: told(&m.setting.day.moved.as_ref().map(|(from, _)| *from)),
        attendance: m
            .attendance
            .iter()
            .map(|a| {
                let (partner, unit) = ids(a.member);
                AttendedItem { partner, unit, how: told(&a.how) }
            })
            .collect(),
        resolutions: m.resolved.iter().map(|r| r.matter.0).collect(),
        minutes: told(&m.newest().map(|v| v.state)),
        versions: m.minutes.len(),
        rev: m.rev,
    }
}

fn all<T>(items: Vec<T>) -> Json<Listed<T>> {
    Json(Listed { items, next: None, total: None, total_is_exact: None })
}

/// `GET /api/v1/conferences?after=&limit=`: by code, those that whoever asks may see.
pub async fn conferences(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    uri: Uri,
) -> Result<Json<Listed<ConferenceItem>>, Failure> {
    let q = query(uri.query());
    let n = limit(&q)?;
    let mut found = web.app().conferences(&v.actor).await?;
    found.retain(|e| e.conference.code.as_str() > q.get("after"));
    let more = cut(&mut found, n);
    let next = found.last().filter(|_| more).map(|e| e.conference.code.clone());
    let items = found.iter().map(|e| item(&e.conference)).collect();
    Ok(Json(Listed { items, next, total: None, total_is_exact: None }))
}

/// `GET /api/v1/conferences/{id}`
pub async fn conference(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<Uuid>,
) -> Result<Json<ConferenceItem>, Failure> {
    Ok(Json(item(&web.app().conference(&v.actor, ConferenceId(id)).await?)))
}

/// `GET /api/v1/conferences/{id}/meetings`: the last first.
pub async fn meetings(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<Uuid>,
) -> Result<Json<Listed<MeetingItem>>, Failure> {
    let page = web.app().conference_page(&v.actor, ConferenceId(id)).await?;
    Ok(all(page.meetings.iter().map(meeting).collect()))
}
