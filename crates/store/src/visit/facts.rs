//! The columns of visits that figures are computed from, as the domain's own facts. The unit subtree is a range of unit
//! paths; the empty path is everything. It does not know how a figure is made.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::named::{day, named, range};
use std::collections::HashMap;
use uuid::Uuid;
use yixian_domain::figure::{Frame, VisitFact};
use yixian_domain::ids::*;
use yixian_domain::time::Instant;

statements! {
    VISITS = "SELECT v.id, v.state, v.kind, v.place_id, p.kind AS place_kind, p.area, p.district, v.host_id, v.leader_id, l.level, v.day, v.announced, v.started_at, v.finished_at FROM visit v JOIN place p ON p.id = v.place_id JOIN person l ON l.id = v.leader_id WHERE ($1 = '' OR v.host_id IN (SELECT id FROM unit WHERE path >= $1 AND path < $2)) AND (v.started_at >= $3 AND v.started_at < $4 OR v.finished_at >= $3 AND v.finished_at < $4 OR v.day >= $5 AND v.day <= $6)";
    PARTIES = "SELECT y.visit_id, y.person_id FROM visit v CROSS JOIN visit_party y WHERE y.visit_id = v.id AND y.duty AND (v.started_at >= $1 AND v.started_at < $2 OR v.finished_at >= $1 AND v.finished_at < $2)";
}

struct VisitRow {
    id: Uuid,
    state: String,
    kind: String,
    place_id: Uuid,
    place_kind: String,
    area: String,
    district: String,
    host_id: Uuid,
    leader_id: Uuid,
    level: String,
    day: String,
    announced: bool,
    started_at: Option<i64>,
    finished_at: Option<i64>,
}
columns!(VisitRow {
    id,
    state,
    kind,
    place_id,
    place_kind,
    area,
    district,
    host_id,
    leader_id,
    level,
    day,
    announced,
    started_at,
    finished_at
});

/// Visits planned for, begun or ended in the frame's period, and a week around it, so that duties
/// of weeks that cross its edges can be told.
pub async fn visits(conn: &mut Conn, unit: &str, frame: &Frame<'_>) -> Result<Vec<VisitFact>, StoreError> {
    const WEEK_MS: i64 = 7 * 86_400_000;
    let (a, b) = range(unit);
    let (from, until) = (frame.from().0 - WEEK_MS, frame.until().0 + WEEK_MS);
    let days = (frame.zone.date_of(frame.from()).to_string(), frame.zone.date_of(frame.until()).to_string());
    let mut bearers: HashMap<Uuid, Vec<PersonId>> = HashMap::new();
    for (visit, person) in rows!(&mut *conn, (Uuid, Uuid), PARTIES, from, until)? {
        bearers.entry(visit).or_default().push(PersonId(person));
    }
    let rows = rows!(conn, VisitRow, VISITS, &a, &b, from, until, &days.0, &days.1)?;
    rows.into_iter()
        .map(|r| {
            let mut who = bearers.remove(&r.id).unwrap_or_default();
            if !who.contains(&PersonId(r.leader_id)) {
                who.insert(0, PersonId(r.leader_id));
            }
            Ok(VisitFact {
                id: VisitId(r.id),
                kind: named("visit type", &r.kind)?,
                secondary: None,
                place: PlaceId(r.place_id),
                place_kind: named("place kind", &r.place_kind)?,
                area: named("area", &r.area)?,
                district: r.district.into(),
                host: UnitId(r.host_id),
                leader: PersonId(r.leader_id),
                leader_level: named("level", &r.level)?,
                bearers: who,
                planned_day: day("visit day", &r.day)?,
                started: r.started_at.map(Instant),
                finished: r.finished_at.map(Instant),
                cancelled: r.state == "cancelled",
                merged: r.state == "merged",
                announced: r.announced,
            })
        })
        .collect()
}
