//! What process mining reads of the ledger: which record, what, when, who, and whose it was then; and
//! what a record is about. Comes in batches, so that a million events never stand in memory twice.

use crate::db::{Conn, StoreError};
use uuid::Uuid;

statements! {
    EVENTS = "SELECT seq, kind, record_id, code, happened_at, actor, CASE WHEN code IN ('raised', 'assigned', 'transferred', 'step_started') THEN body END FROM event WHERE seq > $1 AND kind IN ('matter', 'visit') ORDER BY seq LIMIT $2";
    MATTERS = "SELECT m.n, m.id, m.kind, m.category, m.origin, m.unit_id, COALESCE(p.district, '') AS district, m.is_open, m.raised_at, m.due_at, m.solved_at, m.closed_at, m.stage, m.place_id, m.visit_id FROM matter m LEFT JOIN place p ON p.id = m.place_id WHERE m.n > $1 ORDER BY m.n LIMIT $2";
    MATTER = "SELECT m.n, m.id, m.kind, m.category, m.origin, m.unit_id, COALESCE(p.district, '') AS district, m.is_open, m.raised_at, m.due_at, m.solved_at, m.closed_at, m.stage, m.place_id, m.visit_id FROM matter m LEFT JOIN place p ON p.id = m.place_id WHERE m.id = $1";
    VISITS = "SELECT v.n, v.id, v.kind, v.host_id, COALESCE(p.district, ''), v.state IN ('planned', 'on_site'), v.place_id FROM visit v LEFT JOIN place p ON p.id = v.place_id WHERE v.n > $1 ORDER BY v.n LIMIT $2";
    VISIT = "SELECT v.n, v.id, v.kind, v.host_id, COALESCE(p.district, ''), v.state IN ('planned', 'on_site'), v.place_id FROM visit v LEFT JOIN place p ON p.id = v.place_id WHERE v.id = $1";
}

/// An event of a matter or a visit.
#[derive(Clone, Debug)]
pub struct Event {
    /// Place in the ledger.
    pub seq: i64,
    /// `matter` or `visit`.
    pub kind: String,
    /// The record.
    pub record_id: Uuid,
    /// Its code.
    pub code: String,
    /// When it happened, milliseconds.
    pub happened_at: i64,
    /// Who, as the ledger writes it.
    pub actor: String,
    /// The body, where it says to which unit a matter went or which step began.
    pub body: Option<String>,
}

/// What a matter or visit is about.
#[derive(Clone, Debug)]
pub struct About {
    /// Number of the record.
    pub n: i64,
    /// The record.
    pub id: Uuid,
    /// Its kind.
    pub kind: String,
    /// Its category; empty for visits.
    pub category: String,
    /// Where it came from; empty for visits.
    pub origin: String,
    /// Its unit.
    pub unit: Uuid,
    /// District of its place; empty where it has none.
    pub district: String,
    /// Whether it is open.
    pub open: bool,
    /// What a matter promised; nothing for visits.
    pub promise: Option<Promise>,
    /// The place it is about.
    pub place: Option<Uuid>,
    /// The visit a matter was found on.
    pub visit: Option<Uuid>,
}

/// What a matter promised, milliseconds, as its row has it.
#[derive(Clone, Debug)]
pub struct Promise {
    /// When it was raised.
    pub raised_at: i64,
    /// By when it is due.
    pub due_at: Option<i64>,
    /// When it was put right.
    pub solved_at: Option<i64>,
    /// When it was closed.
    pub closed_at: Option<i64>,
    /// Where it stands.
    pub stage: String,
}

/// Which records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Of {
    /// Matters.
    Matters,
    /// Visits.
    Visits,
}

struct MatterRow {
    n: i64, id: Uuid, kind: String, category: String, origin: String, unit_id: Uuid, district: String, is_open: bool,
    raised_at: i64, due_at: Option<i64>, solved_at: Option<i64>, closed_at: Option<i64>, stage: String, place_id: Option<Uuid>, visit_id: Option<Uuid>,
}
columns!(MatterRow { n, id, kind, category, origin, unit_id, district, is_open, raised_at, due_at, solved_at, closed_at, stage, place_id,
    visit_id });

impl From<MatterRow> for About {
    fn from(r: MatterRow) -> About {
        let promise = Promise { raised_at: r.raised_at, due_at: r.due_at, solved_at: r.solved_at, closed_at: r.closed_at, stage: r.stage };
        About {
            n: r.n, id: r.id, kind: r.kind, category: r.category, origin: r.origin, unit: r.unit_id, district: r.district, open: r.is_open, promise: Some(promise),
            place: r.place_id, visit: r.visit_id,
        }
    }
}

type VisitTuple = (i64, Uuid, String, Uuid, String, bool, Uuid);

impl From<VisitTuple> for About {
    fn from((n, id, kind, unit, district, open, place): VisitTuple) -> About {
        About { n, id, kind, category: String::new(), origin: String::new(), unit, district, open, promise: None, place: Some(place), visit: None }
    }
}

/// The next events after a place in the ledger, at most `most`.
pub async fn events(conn: &mut Conn, after: i64, most: i64) -> Result<Vec<Event>, StoreError> {
    let rows = rows!(conn, (i64, String, Uuid, String, i64, String, Option<String>), EVENTS, after, most)?;
    Ok(rows.into_iter().map(|(seq, kind, record_id, code, happened_at, actor, body)| Event { seq, kind, record_id, code, happened_at, actor, body }).collect())
}

/// What the next records after a number are about, at most `most`.
pub async fn about(conn: &mut Conn, of: Of, after: i64, most: i64) -> Result<Vec<About>, StoreError> {
    Ok(match of {
        Of::Matters => rows!(conn, MatterRow, MATTERS, after, most)?.into_iter().map(About::from).collect(),
        Of::Visits => rows!(conn, VisitTuple, VISITS, after, most)?.into_iter().map(About::from).collect(),
    })
}

/// What one record is about.
pub async fn about_one(conn: &mut Conn, of: Of, id: Uuid) -> Result<Option<About>, StoreError> {
    Ok(match of {
        Of::Matters => row!(conn, MatterRow, MATTER, id)?.map(About::from),
        Of::Visits => row!(conn, VisitTuple, VISIT, id)?.map(About::from),
    })
}
