//! The columns of matters that figures are computed from, as the domain's own facts. The unit subtree is a range of unit
//! paths; the empty path is everything. It does not know how a figure is made.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::named::{named, range};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use uuid::Uuid;
use yixian_domain::figure::{Frame, MatterFact};
use yixian_domain::ids::*;
use yixian_domain::matter::{Origin, StageName};
use yixian_domain::time::Instant;

statements! {
    MATTERS = "SELECT m.id, m.kind, m.category, m.origin, m.stage, m.unit_id, m.raised_at, m.due_at, m.solved_at, m.answered_at, m.closed_at, m.on_the_spot, m.reopened, m.verdict, m.voice FROM matter m WHERE m.kind <> 'connection' AND ($1 = '' OR m.unit_id IN (SELECT id FROM unit WHERE path >= $1 AND path < $2)) AND (m.raised_at < $4 AND m.raised_at >= $3 OR m.due_at >= $3 AND m.due_at <= $4)";
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
    voice: Option<String>,
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
    verdict,
    voice
});

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
                voice: r.voice.map(|v| named("voice", &v)).transpose()?,
                imported: origin == Origin::Import,
                stage: StageName::parse(&r.stage).ok_or_else(|| StoreError::corrupt("stage", &r.stage))?,
            })
        })
        .collect()
}
