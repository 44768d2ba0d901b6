//! The columns figures are computed from, as the domain's own fact types. The unit subtree is a
//! range of unit paths; the empty path is everything.

use crate::db::Conn;
use crate::error::StoreError;
use crate::org::{day, named};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use uuid::Uuid;
use yixian_domain::figure::{Frame, MatterFact, PlaceFact, VisitFact};
use yixian_domain::ids::*;
use yixian_domain::matter::{Origin, StageName};
use yixian_domain::time::Instant;

statements! {
    MATTERS = "SELECT m.id, m.kind, m.category, m.origin, m.stage, m.unit_id, m.raised_at, m.due_at, m.solved_at, m.answered_at, m.closed_at, m.on_the_spot, m.reopened, m.verdict FROM matter m WHERE m.kind <> 'connection' AND ($1 = '' OR m.unit_id IN (SELECT id FROM unit WHERE path >= $1 AND path < $2)) AND (m.raised_at < $4 AND m.raised_at >= $3 OR m.due_at >= $3 AND m.due_at <= $4)";
    VISITS = "SELECT v.id, v.state, v.kind, v.place_id, p.kind AS place_kind, p.area, p.district, v.host_id, v.leader_id, l.level, v.day, v.announced, v.started_at, v.finished_at FROM visit v JOIN place p ON p.id = v.place_id JOIN person l ON l.id = v.leader_id WHERE ($1 = '' OR v.host_id IN (SELECT id FROM unit WHERE path >= $1 AND path < $2)) AND (v.started_at >= $3 AND v.started_at < $4 OR v.finished_at >= $3 AND v.finished_at < $4 OR v.day >= $5 AND v.day <= $6)";
    PARTIES = "SELECT y.visit_id, y.person_id FROM visit v CROSS JOIN visit_party y WHERE y.visit_id = v.id AND y.duty AND (v.started_at >= $1 AND v.started_at < $2 OR v.finished_at >= $1 AND v.finished_at < $2)";
    PLACES = "SELECT p.id, p.kind FROM place p WHERE $1 = '' OR p.unit_id IN (SELECT id FROM unit WHERE path >= $1 AND path < $2)";
}

struct MatterRow {
    id: Uuid,
    kind: String,
    category: String,
    origin: String,
    stage: String,
    unit_id: Uuid,
    raised_at: i64,
    due_at: Option<i64>,
    solved_at: Option<i64>,
    answered_at: Option<i64>,
    closed_at: Option<i64>,
    on_the_spot: bool,
    reopened: i64,
    verdict: Option<String>,
}
columns!(MatterRow {
    id,
    kind,
    category,
    origin,
    stage,
    unit_id,
    raised_at,
    due_at,
    solved_at,
    answered_at,
    closed_at,
    on_the_spot,
    reopened,
    verdict
});

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

fn range(unit: &str) -> (String, String) {
    (unit.to_owned(), format!("{unit}\u{10ffff}"))
}

/// When a matter that was reopened was first answered and first reopened; its row knows the last answer only.
#[derive(Clone, Copy, Debug, Default)]
struct Turn {
    answered: Option<i64>,
    reopened: Option<i64>,
}

async fn turns(conn: &mut Conn, reopened: &[Uuid]) -> Result<HashMap<Uuid, Turn>, StoreError> {
    const FIRST: &str = "SELECT record_id, code, MIN(happened_at) FROM event WHERE record_id IN ({ids}) AND code IN ('answered', 'reopened') GROUP BY record_id, code";
    let mut turns: HashMap<Uuid, Turn> = HashMap::new();
    for (id, code, at) in conn.fetch_among::<(Uuid, String, i64)>(FIRST, reopened).await? {
        let turn = turns.entry(id).or_default();
        if code == "reopened" { turn.reopened = Some(at) } else { turn.answered = Some(at) }
    }
    Ok(turns)
}

/// Matters raised or due in the frame's period: no figure counts another one. Connections have figures of their own.
pub async fn matters(conn: &mut Conn, unit: &str, frame: &Frame<'_>) -> Result<Vec<MatterFact>, StoreError> {
    let (a, b) = range(unit);
    let mut categories: HashSet<Arc<str>> = HashSet::new();
    let rows = rows!(&mut *conn, MatterRow, MATTERS, &a, &b, frame.from().0, frame.until().0)?;
    let reopened: Vec<Uuid> = rows.iter().filter(|r| r.reopened > 0).map(|r| r.id).collect();
    let mut turns = turns(conn, &reopened).await?;
    rows.into_iter()
        .map(|r| {
            let turn = turns.remove(&r.id).unwrap_or_default();
            let category = categories.get(r.category.as_str()).cloned().unwrap_or_else(|| {
                let c: Arc<str> = r.category.into();
                categories.insert(c.clone());
                c
            });
            let origin: Origin = named("origin", &r.origin)?;
            Ok(MatterFact {
                id: MatterId(r.id),
                kind: named("kind", &r.kind)?,
                category,
                origin,
                unit: UnitId(r.unit_id),
                raised_at: Instant(r.raised_at),
                due_at: r.due_at.map(Instant),
                solved_at: r.solved_at.map(Instant),
                answered_at: turn.answered.or(r.answered_at).map(Instant),
                closed_at: r.closed_at.map(Instant),
                on_the_spot: r.on_the_spot,
                reopened: r.reopened as u16,
                reopened_at: turn.reopened.map(Instant),
                verdict: r.verdict.map(|v| named("verdict", &v)).transpose()?,
                imported: origin == Origin::Import,
                stage: StageName::parse(&r.stage).ok_or_else(|| StoreError::corrupt("stage", &r.stage))?,
            })
        })
        .collect()
}

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

/// The register of places.
pub async fn places(conn: &mut Conn, unit: &str) -> Result<Vec<PlaceFact>, StoreError> {
    let (a, b) = range(unit);
    rows!(conn, (Uuid, String), PLACES, &a, &b)?
        .into_iter()
        .map(|(id, kind)| Ok(PlaceFact { id: PlaceId(id), kind: named("place kind", &kind)? }))
        .collect()
}
