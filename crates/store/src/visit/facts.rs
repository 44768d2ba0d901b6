//! The columns of visits that figures are computed from, as the domain's own facts. The unit subtree is a range of unit
//! paths; the empty path is everything. It does not know how a figure is made.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::named::{day, named, range};
use crate::journal::past;
use crate::visit::table::DATED;
use uuid::Uuid;
use yixian_domain::figure::{Frame, Places, VisitFact};
use yixian_domain::ids::*;
use yixian_domain::org::{Level, Specialty};
use yixian_domain::tier::Tier;
use yixian_domain::time::{Date, Instant, Zone};

statements! {
    VISITS = "SELECT v.id, v.state, v.kind, v.place_id, v.host_id, v.leader_id, v.day, v.announced, v.started_at, v.finished_at, v.bearers, v.partner_id, v.evident FROM visit v WHERE v.known_from <= $7 AND ($1 = '' OR v.host_id IN (SELECT id FROM unit WHERE path >= $1 AND path < $2)) AND (v.started_at >= $3 AND v.started_at < $4 OR v.finished_at >= $3 AND v.finished_at < $4 OR v.day >= $5 AND v.day <= $6)";
    // Those that have changed since: as they were known then.
    VISITS_THEN = "SELECT v.id, p.state, v.kind, v.place_id, v.host_id, p.leader_id, p.day, v.announced, p.started_at, p.finished_at, p.bearers, p.partner_id, p.evident FROM visit_past p JOIN visit v ON v.id = p.id WHERE p.known_to > $7 AND p.known_from <= $7 AND ($1 = '' OR v.host_id IN (SELECT id FROM unit WHERE path >= $1 AND path < $2)) AND (p.started_at >= $3 AND p.started_at < $4 OR p.finished_at >= $3 AND p.finished_at < $4 OR p.day >= $5 AND p.day <= $6)";
    SEEN = "SELECT v.partner_id, v.started_at FROM visit v WHERE v.partner_id IS NOT NULL AND v.known_from <= $3 AND v.started_at >= $1 AND v.started_at < $2 AND v.state NOT IN ('cancelled', 'merged')";
    WENT = "SELECT v.id, v.partner_id, v.started_at, v.bearers FROM visit v WHERE v.partner_id IS NOT NULL AND v.known_from <= $3 AND v.started_at >= $1 AND v.started_at < $2 AND v.state NOT IN ('cancelled', 'merged')";
    WENT_THEN = "SELECT p.id, p.partner_id, p.started_at, p.bearers FROM visit_past p WHERE p.partner_id IS NOT NULL AND p.known_to > $3 AND p.known_from <= $3 AND p.started_at >= $1 AND p.started_at < $2 AND p.state NOT IN ('cancelled', 'merged')";
    SEEN_THEN = "SELECT p.partner_id, p.started_at FROM visit_past p WHERE p.partner_id IS NOT NULL AND p.known_to > $3 AND p.known_from <= $3 AND p.started_at >= $1 AND p.started_at < $2 AND p.state NOT IN ('cancelled', 'merged')";
}

struct VisitRow {
    id: Uuid,
    state: String,
    kind: String,
    place_id: Uuid,
    host_id: Uuid,
    leader_id: Uuid,
    day: String,
    announced: bool,
    started_at: Option<i64>,
    finished_at: Option<i64>,
    bearers: String,
    partner_id: Option<Uuid>,
    evident: bool,
}
columns!(VisitRow {
    id,
    state,
    kind,
    place_id,
    host_id,
    leader_id,
    day,
    announced,
    started_at,
    finished_at,
    bearers,
    partner_id,
    evident
});

/// What somebody was on a day.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    /// Level.
    pub level: Level,
    /// Unit.
    pub unit: UnitId,
    /// Tier.
    pub tier: Tier,
    /// Specialty.
    pub specialty: Specialty,
}

const WEEK_MS: i64 = 7 * 86_400_000;

/// Visits planned for, begun or ended in the frame's period, and a week around it, so that duties
/// of weeks that cross its edges can be told; as they were known at the frame's instant. Places and posts are those of the
/// visit's day.
pub async fn visits(
    conn: &mut Conn,
    unit: &str,
    frame: &Frame<'_>,
    places: &Places,
    post: impl Fn(PersonId, Date) -> Option<Held>,
) -> Result<Vec<VisitFact>, StoreError> {
    let (a, b) = range(unit);
    let (from, until, known) = (frame.from().0 - WEEK_MS, frame.until().0 + WEEK_MS, frame.as_of);
    let days = (frame.zone.date_of(frame.from()).to_string(), frame.zone.date_of(frame.until()).to_string());
    let mut rows = rows!(&mut *conn, VisitRow, VISITS, &a, &b, from, until, &days.0, &days.1, known.0)?;
    if past::since(conn, &DATED, known).await? {
        rows.extend(rows!(conn, VisitRow, VISITS_THEN, &a, &b, from, until, &days.0, &days.1, known.0)?);
    }
    rows.into_iter().map(|r| fact(r, frame.zone, places, &post)).collect()
}

/// Some visits as they are known now.
pub async fn visits_of(
    conn: &mut Conn,
    ids: &[Uuid],
    zone: &Zone,
    places: &Places,
    post: impl Fn(PersonId, Date) -> Option<Held>,
) -> Result<Vec<VisitFact>, StoreError> {
    const OF: &str = "SELECT v.id, v.state, v.kind, v.place_id, v.host_id, v.leader_id, v.day, v.announced, v.started_at, v.finished_at, v.bearers, v.partner_id, v.evident FROM visit v WHERE v.id IN ({ids})";
    let rows = conn.fetch_among::<VisitRow>(OF, ids).await?;
    rows.into_iter().map(|r| fact(r, zone, places, &post)).collect()
}

/// Whether [`visits`] of a frame has a visit.
pub fn lies_in(v: &VisitFact, frame: &Frame<'_>) -> bool {
    let (from, until) = (frame.from().0 - WEEK_MS, frame.until().0 + WEEK_MS);
    let within = |at: Option<Instant>| at.is_some_and(|at| from <= at.0 && at.0 < until);
    let days = (frame.zone.date_of(frame.from()), frame.zone.date_of(frame.until()));
    within(v.started) || within(v.finished) || (days.0..=days.1).contains(&v.planned_day)
}

fn fact(
    r: VisitRow,
    zone: &Zone,
    places: &Places,
    post: impl Fn(PersonId, Date) -> Option<Held>,
) -> Result<VisitFact, StoreError> {
    let planned_day = day("visit day", &r.day)?;
    let (on, at) = match r.started_at.map(Instant) {
        Some(at) => (zone.date_of(at), at),
        None => (planned_day, zone.end_of_day(planned_day)),
    };
    let place = places.held(PlaceId(r.place_id), at);
    let place = place.ok_or_else(|| StoreError::corrupt("place", r.place_id))?;
    let leader = PersonId(r.leader_id);
    let held = post(leader, on).ok_or_else(|| StoreError::corrupt("leader", r.leader_id))?;
    let bearers: Result<Vec<PersonId>, _> = r.bearers.split_whitespace().map(str::parse).collect();
    Ok(VisitFact {
        id: VisitId(r.id),
        kind: named("visit type", &r.kind)?,
        secondary: None,
        place: PlaceId(r.place_id),
        place_kind: place.kind,
        area: place.area,
        district: place.district.clone(),
        host: UnitId(r.host_id),
        leader,
        leader_level: held.level,
        led: held.unit,
        tier: held.tier,
        specialty: held.specialty,
        keeper: place.unit,
        bearers: bearers.map_err(|e| StoreError::corrupt("bearers", e))?,
        planned_day,
        started: r.started_at.map(Instant),
        finished: r.finished_at.map(Instant),
        cancelled: r.state == "cancelled",
        merged: r.state == "merged",
        announced: r.announced,
        evident: r.evident,
        partner: r.partner_id.map(PartnerId),
    })
}

/// Which partners were visited when, from one instant to another, as it was known at a third.
pub async fn seen(
    conn: &mut Conn,
    from: Instant,
    until: Instant,
    known: Instant,
) -> Result<Vec<(PartnerId, Instant)>, StoreError> {
    let mut rows = rows!(&mut *conn, (Uuid, i64), SEEN, from.0, until.0, known.0)?;
    if past::since(conn, &DATED, known).await? {
        rows.extend(rows!(conn, (Uuid, i64), SEEN_THEN, from.0, until.0, known.0)?);
    }
    Ok(rows.into_iter().map(|(partner, at)| (PartnerId(partner), Instant(at))).collect())
}

/// A visit to a partner.
#[derive(Clone, Debug)]
pub struct Went {
    /// The visit.
    pub visit: VisitId,
    /// The partner, as it was named.
    pub partner: PartnerId,
    /// When.
    pub at: Instant,
    /// Who led, and who went along with a duty.
    pub bearers: Vec<PersonId>,
}

type WentRow = (Uuid, Uuid, i64, String);

/// Who went to which partner when, from one instant to another, as it was known at a third.
pub async fn went(conn: &mut Conn, from: Instant, until: Instant, known: Instant) -> Result<Vec<Went>, StoreError> {
    let mut rows = rows!(&mut *conn, WentRow, WENT, from.0, until.0, known.0)?;
    if past::since(conn, &DATED, known).await? {
        rows.extend(rows!(conn, WentRow, WENT_THEN, from.0, until.0, known.0)?);
    }
    let read = |(visit, partner, at, bearers): WentRow| {
        let bearers: Result<Vec<PersonId>, _> = bearers.split_whitespace().map(str::parse).collect();
        let bearers = bearers.map_err(|e| StoreError::corrupt("bearers", e))?;
        Ok(Went { visit: VisitId(visit), partner: PartnerId(partner), at: Instant(at), bearers })
    };
    rows.into_iter().map(read).collect()
}
