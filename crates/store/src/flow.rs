//! What process mining reads of the ledger: which record, what, when, who, and whose it was then; and
//! what a record is about. Comes in batches, so that a million events never stand in memory twice.

use crate::db::{Conn, StoreError};
use uuid::Uuid;

statements! {
    EVENTS = "SELECT seq, kind, record_id, code, happened_at, actor, CASE WHEN code IN ('raised', 'assigned', 'transferred') THEN body END FROM event WHERE seq > $1 AND kind IN ('matter', 'visit') ORDER BY seq LIMIT $2";
    MATTERS = "SELECT m.n, m.id, m.kind, m.category, m.origin, m.unit_id, COALESCE(p.district, ''), m.is_open FROM matter m LEFT JOIN place p ON p.id = m.place_id WHERE m.n > $1 ORDER BY m.n LIMIT $2";
    MATTER = "SELECT m.n, m.id, m.kind, m.category, m.origin, m.unit_id, COALESCE(p.district, ''), m.is_open FROM matter m LEFT JOIN place p ON p.id = m.place_id WHERE m.id = $1";
    VISITS = "SELECT v.n, v.id, v.kind, '' AS category, '' AS origin, v.host_id, COALESCE(p.district, ''), v.state IN ('planned', 'on_site') FROM visit v LEFT JOIN place p ON p.id = v.place_id WHERE v.n > $1 ORDER BY v.n LIMIT $2";
    VISIT = "SELECT v.n, v.id, v.kind, '' AS category, '' AS origin, v.host_id, COALESCE(p.district, ''), v.state IN ('planned', 'on_site') FROM visit v LEFT JOIN place p ON p.id = v.place_id WHERE v.id = $1";
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
    /// The body, where it says to which unit a matter went.
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
}

/// Which records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Of {
    /// Matters.
    Matters,
    /// Visits.
    Visits,
}

type Tuple = (i64, Uuid, String, String, String, Uuid, String, bool);

impl From<Tuple> for About {
    fn from((n, id, kind, category, origin, unit, district, open): Tuple) -> About { About { n, id, kind, category, origin, unit, district, open } }
}

/// The next events after a place in the ledger, at most `most`.
pub async fn events(conn: &mut Conn, after: i64, most: i64) -> Result<Vec<Event>, StoreError> {
    let rows = rows!(conn, (i64, String, Uuid, String, i64, String, Option<String>), EVENTS, after, most)?;
    Ok(rows.into_iter().map(|(seq, kind, record_id, code, happened_at, actor, body)| Event { seq, kind, record_id, code, happened_at, actor, body }).collect())
}

/// What the next records after a number are about, at most `most`.
pub async fn about(conn: &mut Conn, of: Of, after: i64, most: i64) -> Result<Vec<About>, StoreError> {
    let rows = match of {
        Of::Matters => rows!(conn, Tuple, MATTERS, after, most)?,
        Of::Visits => rows!(conn, Tuple, VISITS, after, most)?,
    };
    Ok(rows.into_iter().map(About::from).collect())
}

/// What one record is about.
pub async fn about_one(conn: &mut Conn, of: Of, id: Uuid) -> Result<Option<About>, StoreError> {
    let row = match of {
        Of::Matters => row!(conn, Tuple, MATTER, id)?,
        Of::Visits => row!(conn, Tuple, VISIT, id)?,
    };
    Ok(row.map(About::from))
}
