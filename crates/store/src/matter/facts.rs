//! The columns of matters that figures are computed from, as the domain's own facts. The unit subtree is a range of unit
//! paths; the empty path is everything. It does not know how a figure is made.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::named::{named, range};
use crate::matter::table::DATED;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use uuid::Uuid;
use yixian_domain::figure::{Frame, MatterFact};
use yixian_domain::ids::*;
use yixian_domain::matter::{Origin, StageName};
use yixian_domain::time::Instant;

statements! {
    MATTERS = "SELECT m.id, m.kind, m.category, m.origin, m.stage, m.unit_id, m.place_id, m.raised_at, m.due_at, m.solved_at, m.answered_at, m.closed_at, m.on_the_spot, m.reopened, m.verdict, m.voice, m.raiser, m.owner_id, m.visit_id FROM matter m WHERE m.kind <> 'connection' AND m.known_from <= $5 AND ($1 = '' OR m.unit_id IN (SELECT id FROM unit WHERE path >= $1 AND path < $2)) AND (m.raised_at < $4 AND m.raised_at >= $3 OR m.due_at >= $3 AND m.due_at <= $4)";
    // Those that have changed since: as they were known then.
    MATTERS_THEN = "SELECT m.id, m.kind, p.category, m.origin, p.stage, p.unit_id, m.place_id, m.raised_at, p.due_at, p.solved_at, p.answered_at, p.closed_at, p.on_the_spot, p.reopened, p.verdict, p.voice, m.raiser, m.owner_id, m.visit_id FROM matter_past p JOIN matter m ON m.id = p.id WHERE p.known_to > $5 AND p.known_from <= $5 AND m.kind <> 'connection' AND ($1 = '' OR p.unit_id IN (SELECT id FROM unit WHERE path >= $1 AND path < $2)) AND (m.raised_at < $4 AND m.raised_at >= $3 OR p.due_at >= $3 AND p.due_at <= $4)";
    TASKS = "SELECT m.id, m.kind, m.category, m.origin, m.stage, m.unit_id, m.place_id, m.raised_at, m.due_at, m.solved_at, m.answered_at, m.closed_at, m.on_the_spot, m.reopened, m.verdict, m.voice, m.raiser, m.owner_id, m.visit_id FROM matter m WHERE m.kind = 'task' AND m.known_from <= $1";
    TASKS_THEN = "SELECT m.id, m.kind, p.category, m.origin, p.stage, p.unit_id, m.place_id, m.raised_at, p.due_at, p.solved_at, p.answered_at, p.closed_at, p.on_the_spot, p.reopened, p.verdict, p.voice, m.raiser, m.owner_id, m.visit_id FROM matter m JOIN matter_past p ON p.id = m.id WHERE m.kind = 'task' AND p.known_to > $1 AND p.known_from <= $1";
}

struct MatterRow {
    id: Uuid,
    kind: String,
    category: String,
    origin: String,
    stage: String,
    unit_id: Uuid,
    place_id: Option<Uuid>,
    raised_at: i64,
    due_at: Option<i64>,
    solved_at: Option<i64>,
    answered_at: Option<i64>,
    closed_at: Option<i64>,
    on_the_spot: bool,
    reopened: i64,
    verdict: Option<String>,
    voice: Option<String>,
    raiser: Option<Uuid>,
    owner_id: Option<Uuid>,
    visit_id: Option<Uuid>,
}
columns!(MatterRow {
    id,
    kind,
    category,
    origin,
    stage,
    unit_id,
    place_id,
    raised_at,
    due_at,
    solved_at,
    answered_at,
    closed_at,
    on_the_spot,
    reopened,
    verdict,
    voice,
    raiser,
    owner_id,
    visit_id
});

const OF: &str = "SELECT m.id, m.kind, m.category, m.origin, m.stage, m.unit_id, m.place_id, m.raised_at, m.due_at, m.solved_at, m.answered_at, m.closed_at, m.on_the_spot, m.reopened, m.verdict, m.voice, m.raiser, m.owner_id, m.visit_id FROM matter m WHERE m.id IN ({ids}) AND m.kind <> 'connection'";

/// When matters that were reopened were first answered, of what was known at an instant; a row knows the last answer only.
async fn first_answers(conn: &mut Conn, reopened: &[Uuid], known: Instant) -> Result<HashMap<Uuid, i64>, StoreError> {
    const ANSWERED: &str =
        "SELECT id, known_from, answered_at FROM matter_past WHERE id IN ({ids}) AND answered_at IS NOT NULL";
    let mut first: HashMap<Uuid, i64> = HashMap::new();
    for (id, since, at) in conn.fetch_among::<(Uuid, i64, i64)>(ANSWERED, reopened).await? {
        if since <= known.0 {
            first.entry(id).and_modify(|f| *f = at.min(*f)).or_insert(at);
        }
    }
    Ok(first)
}

/// Matters raised or due in the frame's period, as they were known at its instant: no figure counts another one.
/// Connections have figures of their own.
pub async fn matters(conn: &mut Conn, unit: &str, frame: &Frame<'_>) -> Result<Vec<MatterFact>, StoreError> {
    let (a, b) = range(unit);
    let (from, until, known) = (frame.from().0, frame.until().0, frame.as_of);
    let mut rows = rows!(&mut *conn, MatterRow, MATTERS, &a, &b, from, until, known.0)?;
    if crate::journal::past::since(conn, &DATED, known).await? {
        rows.extend(rows!(&mut *conn, MatterRow, MATTERS_THEN, &a, &b, from, until, known.0)?);
    }
    facts(conn, rows, known).await
}

/// Every task of indicators, as it was known at an instant.
pub async fn tasks(conn: &mut Conn, known: Instant) -> Result<Vec<MatterFact>, StoreError> {
    let mut rows = rows!(&mut *conn, MatterRow, TASKS, known.0)?;
    if crate::journal::past::since(conn, &DATED, known).await? {
        rows.extend(rows!(&mut *conn, MatterRow, TASKS_THEN, known.0)?);
    }
    facts(conn, rows, known).await
}

/// Some matters as they are known now; connections are left out.
pub async fn matters_of(conn: &mut Conn, ids: &[Uuid]) -> Result<Vec<MatterFact>, StoreError> {
    let rows = conn.fetch_among::<MatterRow>(OF, ids).await?;
    facts(conn, rows, Instant(i64::MAX)).await
}

/// At which stage each of some matters was known to be at an instant; those that were not there yet are missing.
pub async fn stages(conn: &mut Conn, ids: &[Uuid], known: Instant) -> Result<HashMap<MatterId, StageName>, StoreError> {
    const NOW: &str = "SELECT id, stage, known_from FROM matter WHERE id IN ({ids})";
    const THEN: &str = "SELECT id, stage, known_from, known_to FROM matter_past WHERE id IN ({ids})";
    let mut found = HashMap::new();
    let mut changed = Vec::new();
    for (id, stage, since) in conn.fetch_among::<(Uuid, String, i64)>(NOW, ids).await? {
        if since <= known.0 {
            found.insert(MatterId(id), named("stage", &stage)?);
        } else {
            changed.push(id);
        }
    }
    for (id, stage, from, to) in conn.fetch_among::<(Uuid, String, i64, i64)>(THEN, &changed).await? {
        if from <= known.0 && known.0 < to {
            found.insert(MatterId(id), named("stage", &stage)?);
        }
    }
    Ok(found)
}

async fn facts(conn: &mut Conn, rows: Vec<MatterRow>, known: Instant) -> Result<Vec<MatterFact>, StoreError> {
    let mut categories: HashSet<Arc<str>> = HashSet::new();
    let reopened: Vec<Uuid> = rows.iter().filter(|r| r.reopened > 0).map(|r| r.id).collect();
    let mut answers = first_answers(conn, &reopened, known).await?;
    rows.into_iter()
        .map(|r| {
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
                visit: r.visit_id.map(VisitId),
                unit: UnitId(r.unit_id),
                place: r.place_id.map(PlaceId),
                raiser: r.raiser,
                owner: r.owner_id.map(PartnerId),
                raised_at: Instant(r.raised_at),
                due_at: r.due_at.map(Instant),
                solved_at: r.solved_at.map(Instant),
                answered_at: answers.remove(&r.id).or(r.answered_at).map(Instant),
                closed_at: r.closed_at.map(Instant),
                on_the_spot: r.on_the_spot,
                reopened: r.reopened as u16,
                verdict: r.verdict.map(|v| named("verdict", &v)).transpose()?,
                voice: r.voice.map(|v| named("voice", &v)).transpose()?,
                imported: origin == Origin::Import,
                stage: StageName::parse(&r.stage).ok_or_else(|| StoreError::corrupt("stage", &r.stage))?,
            })
        })
        .collect()
}
