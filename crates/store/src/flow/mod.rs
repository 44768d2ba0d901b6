//! What process mining reads of the ledger: which record, what, when, who, and whose it was then; and
//! what a record is about. Comes in batches, so that a million events never stand in memory twice.
//! What is mined from it is not known here.

use crate::engine::db::{Conn, Engine};
use crate::engine::error::StoreError;
use uuid::Uuid;

statements! {
    DUES = "SELECT seq, record_id, happened_at, body, version FROM event WHERE seq > $1 AND kind = 'matter' AND code IN ('raised', 'assigned', 'extension_approved', 'pause_approved', 'resumed', 'reopened', 'step_started') ORDER BY seq LIMIT $2";
    MATTERS = "SELECT m.n, m.id, m.kind, m.category, m.origin, m.unit_id, COALESCE(p.district, '') AS district, m.is_open, m.raised_at, m.due_at, m.solved_at, m.closed_at, m.stage, m.place_id, m.visit_id FROM matter m LEFT JOIN place p ON p.id = m.place_id WHERE m.n > $1 ORDER BY m.n LIMIT $2";
    MATTER = "SELECT m.n, m.id, m.kind, m.category, m.origin, m.unit_id, COALESCE(p.district, '') AS district, m.is_open, m.raised_at, m.due_at, m.solved_at, m.closed_at, m.stage, m.place_id, m.visit_id FROM matter m LEFT JOIN place p ON p.id = m.place_id WHERE m.id = $1";
    VISITS = "SELECT v.n, v.id, v.kind, v.host_id, COALESCE(p.district, '') AS district, v.state IN ('planned', 'on_site') AS open, v.place_id, v.restricted FROM visit v LEFT JOIN place p ON p.id = v.place_id WHERE v.n > $1 ORDER BY v.n LIMIT $2";
    VISIT = "SELECT v.n, v.id, v.kind, v.host_id, COALESCE(p.district, '') AS district, v.state IN ('planned', 'on_site') AS open, v.place_id, v.restricted FROM visit v LEFT JOIN place p ON p.id = v.place_id WHERE v.id = $1";
}

/// Fields of an event stand apart by this, events by a line's end; no text of an event has either.
const APART: char = '\u{1f}';

/// The events of a batch as one text: a row each would cost more than all that is done with it.
fn batch_text(conn: &Conn) -> &'static str {
    match conn.engine() {
        Engine::Sqlite => {
            "SELECT COALESCE(group_concat(line, char(10)), '') FROM (SELECT seq || char(31) || kind || char(31) || hex(record_id) || char(31) || code || char(31) || happened_at || char(31) || actor || char(31) || CASE WHEN code IN ('raised', 'assigned', 'transferred', 'step_started') THEN COALESCE(json_extract(body, '$.unit'), '') || char(31) || COALESCE(json_extract(body, '$.step'), '') ELSE char(31) END AS line FROM event WHERE seq > $1 AND kind IN ('matter', 'visit') ORDER BY seq LIMIT $2)"
        }
        Engine::Postgres => {
            "SELECT COALESCE(string_agg(line, chr(10)), '') FROM (SELECT seq || chr(31) || kind || chr(31) || record_id || chr(31) || code || chr(31) || happened_at || chr(31) || actor || chr(31) || CASE WHEN code IN ('raised', 'assigned', 'transferred', 'step_started') THEN COALESCE(CAST(body AS json) ->> 'unit', '') || chr(31) || COALESCE(CAST(body AS json) ->> 'step', '') ELSE chr(31) END AS line FROM event WHERE seq > $1 AND kind IN ('matter', 'visit') ORDER BY seq LIMIT $2) AS few"
        }
    }
}

/// That text, for the prepare-everything test.
pub fn texts(conn: &Conn) -> Vec<String> {
    vec![batch_text(conn).to_owned()]
}

/// Events of the ledger, in its order.
#[derive(Debug)]
pub struct Batch(String);

/// An event of a matter or a visit.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    /// Place in the ledger.
    pub seq: i64,
    /// Of a visit; else of a matter.
    pub of_visit: bool,
    /// The record.
    pub record_id: Uuid,
    /// Its code.
    pub code: &'a str,
    /// When it happened, milliseconds.
    pub happened_at: i64,
    /// Who, as the ledger writes it.
    pub actor: &'a str,
    /// The unit to which a matter went, where it says so.
    pub unit: Option<&'a str>,
    /// The step that began, where one did.
    pub step: Option<&'a str>,
}

impl Batch {
    /// Its events.
    pub fn events(&self) -> Result<Vec<Event<'_>>, StoreError> {
        let mut all: Vec<Event<'_>> = self
            .0
            .lines()
            .map(|line| event(line).ok_or_else(|| StoreError::corrupt("event", line)))
            .collect::<Result<_, _>>()?;
        // An aggregate promises no order.
        all.sort_unstable_by_key(|e| e.seq);
        Ok(all)
    }
}

fn event(line: &str) -> Option<Event<'_>> {
    let mut fields = line.split(APART);
    let mut next = || fields.next();
    Some(Event {
        seq: next()?.parse().ok()?,
        of_visit: next()? == "visit",
        record_id: Uuid::try_parse(next()?).ok()?,
        code: next()?,
        happened_at: next()?.parse().ok()?,
        actor: next()?,
        unit: Some(next()?).filter(|u| !u.is_empty()),
        step: Some(next()?).filter(|s| !s.is_empty()),
    })
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
    /// A visit whose readers are few: it is shown to nobody here.
    pub restricted: bool,
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
    n: i64,
    id: Uuid,
    kind: String,
    category: String,
    origin: String,
    unit_id: Uuid,
    district: String,
    is_open: bool,
    raised_at: i64,
    due_at: Option<i64>,
    solved_at: Option<i64>,
    closed_at: Option<i64>,
    stage: String,
    place_id: Option<Uuid>,
    visit_id: Option<Uuid>,
}
columns!(MatterRow {
    n,
    id,
    kind,
    category,
    origin,
    unit_id,
    district,
    is_open,
    raised_at,
    due_at,
    solved_at,
    closed_at,
    stage,
    place_id,
    visit_id
});

impl From<MatterRow> for About {
    fn from(r: MatterRow) -> About {
        let promise = Promise {
            raised_at: r.raised_at,
            due_at: r.due_at,
            solved_at: r.solved_at,
            closed_at: r.closed_at,
            stage: r.stage,
        };
        About {
            n: r.n,
            id: r.id,
            kind: r.kind,
            category: r.category,
            origin: r.origin,
            unit: r.unit_id,
            district: r.district,
            open: r.is_open,
            promise: Some(promise),
            place: r.place_id,
            visit: r.visit_id,
            restricted: false,
        }
    }
}

struct VisitRow {
    n: i64,
    id: Uuid,
    kind: String,
    host_id: Uuid,
    district: String,
    open: bool,
    place_id: Uuid,
    restricted: bool,
}
columns!(VisitRow { n, id, kind, host_id, district, open, place_id, restricted });

impl From<VisitRow> for About {
    fn from(r: VisitRow) -> About {
        About {
            n: r.n,
            id: r.id,
            kind: r.kind,
            category: String::new(),
            origin: String::new(),
            unit: r.host_id,
            district: r.district,
            open: r.open,
            promise: None,
            place: Some(r.place_id),
            visit: None,
            restricted: r.restricted,
        }
    }
}

/// The next events after a place in the ledger, at most `most`.
pub async fn events(conn: &mut Conn, after: i64, most: i64) -> Result<Batch, StoreError> {
    let text = batch_text(conn);
    Ok(Batch(row!(conn, (String,), text, after, most)?.map(|r| r.0).unwrap_or_default()))
}

/// The next events after a place in the ledger that may say when a matter is due, at most `most`: place, record, when
/// (milliseconds), and the event as the ledger has it.
pub async fn dues(conn: &mut Conn, after: i64, most: i64) -> Result<Vec<(i64, Uuid, i64, String)>, StoreError> {
    rows!(conn, (i64, Uuid, i64, String, Option<i64>), DUES, after, most)?
        .into_iter()
        .map(|(seq, record, at, body, version)| match version {
            Some(version) if version > crate::journal::event::NEWEST => Err(StoreError::UnknownEvent { seq, version }),
            _ => Ok((seq, record, at, body)),
        })
        .collect()
}

/// What the next records after a number are about, at most `most`.
pub async fn about(conn: &mut Conn, of: Of, after: i64, most: i64) -> Result<Vec<About>, StoreError> {
    Ok(match of {
        Of::Matters => rows!(conn, MatterRow, MATTERS, after, most)?.into_iter().map(About::from).collect(),
        Of::Visits => rows!(conn, VisitRow, VISITS, after, most)?.into_iter().map(About::from).collect(),
    })
}

/// What one record is about.
pub async fn about_one(conn: &mut Conn, of: Of, id: Uuid) -> Result<Option<About>, StoreError> {
    Ok(match of {
        Of::Matters => row!(conn, MatterRow, MATTER, id)?.map(About::from),
        Of::Visits => row!(conn, VisitRow, VISIT, id)?.map(About::from),
    })
}
