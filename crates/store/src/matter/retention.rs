//! Matters and people whose personal data may be due to be erased: those that came to their end before a day and were not
//! erased since, with what about each is still open. It does not know how long anything is kept.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::named::{day, named, range};
use serde::Deserialize;
use uuid::Uuid;
use yixian_domain::ids::{MatterId, PersonId};
use yixian_domain::matter::{Closing, MatterKind};
use yixian_domain::org::UnitPath;
use yixian_domain::retention::Ties;
use yixian_domain::time::{Date, Instant};

statements! {
    CLOSED = "SELECT m.id AS id, m.n AS n, m.kind AS kind, m.raised_at AS raised_at, m.closed_at AS closed_at, m.rev AS rev, (SELECT u.path FROM unit u WHERE u.id = m.unit_id) AS path, 1 = 0 AS erased, m.is_open AS is_open, m.request IS NOT NULL AS asked, EXISTS (SELECT 1 FROM matter f WHERE f.merged_into = m.id AND f.is_open) AS followed, EXISTS (SELECT 1 FROM matter o WHERE o.id = m.merged_into AND o.is_open) AS follows, CASE WHEN m.kind = 'connection' THEN m.body ELSE '' END AS body FROM matter m WHERE m.kind = $1 AND m.n > $2 AND m.closed_at < $3 AND m.unit_id IN (SELECT id FROM unit WHERE path >= $4 AND path < $5) AND NOT EXISTS (SELECT 1 FROM event e WHERE e.record_id = m.id AND e.code = 'erased' AND NOT EXISTS (SELECT 1 FROM event l WHERE l.record_id = e.record_id AND l.rev > e.rev AND l.code NOT IN ('disclosed', 'erased'))) ORDER BY m.n LIMIT $6";
    MATTER = "SELECT m.id AS id, m.n AS n, m.kind AS kind, m.raised_at AS raised_at, m.closed_at AS closed_at, m.rev AS rev, (SELECT u.path FROM unit u WHERE u.id = m.unit_id) AS path, EXISTS (SELECT 1 FROM event e WHERE e.record_id = m.id AND e.code = 'erased' AND NOT EXISTS (SELECT 1 FROM event l WHERE l.record_id = e.record_id AND l.rev > e.rev AND l.code NOT IN ('disclosed', 'erased'))) AS erased, m.is_open AS is_open, m.request IS NOT NULL AS asked, EXISTS (SELECT 1 FROM matter f WHERE f.merged_into = m.id AND f.is_open) AS followed, EXISTS (SELECT 1 FROM matter o WHERE o.id = m.merged_into AND o.is_open) AS follows, CASE WHEN m.kind = 'connection' THEN m.body ELSE '' END AS body FROM matter m WHERE m.id = $1";
    LEFT = "SELECT p.id AS id, p.code AS code, p.to_day AS to_day, (SELECT u.path FROM unit u WHERE u.id = p.unit_id) AS path, 1 = 0 AS erased, COALESCE((SELECT MAX(e.rev) FROM event e WHERE e.record_id = p.id), 0) AS rev, EXISTS (SELECT 1 FROM matter m WHERE m.raiser = p.id AND m.is_open) OR EXISTS (SELECT 1 FROM matter m WHERE m.recorder = p.id AND m.is_open) OR EXISTS (SELECT 1 FROM matter m WHERE m.handler = p.id AND m.is_open) OR EXISTS (SELECT 1 FROM matter m WHERE m.doer = p.id AND m.is_open) AS concerned FROM person p WHERE p.to_day < $1 AND p.unit_id IN (SELECT id FROM unit WHERE path >= $2 AND path < $3) AND NOT EXISTS (SELECT 1 FROM event e WHERE e.record_id = p.id AND e.code = 'erased' AND NOT EXISTS (SELECT 1 FROM event l WHERE l.record_id = e.record_id AND l.rev > e.rev AND l.code NOT IN ('disclosed', 'erased'))) ORDER BY p.code";
    PERSON = "SELECT p.id AS id, p.code AS code, p.to_day AS to_day, (SELECT u.path FROM unit u WHERE u.id = p.unit_id) AS path, EXISTS (SELECT 1 FROM event e WHERE e.record_id = p.id AND e.code = 'erased' AND NOT EXISTS (SELECT 1 FROM event l WHERE l.record_id = e.record_id AND l.rev > e.rev AND l.code NOT IN ('disclosed', 'erased'))) AS erased, COALESCE((SELECT MAX(e.rev) FROM event e WHERE e.record_id = p.id), 0) AS rev, EXISTS (SELECT 1 FROM matter m WHERE m.raiser = p.id AND m.is_open) OR EXISTS (SELECT 1 FROM matter m WHERE m.recorder = p.id AND m.is_open) OR EXISTS (SELECT 1 FROM matter m WHERE m.handler = p.id AND m.is_open) OR EXISTS (SELECT 1 FROM matter m WHERE m.doer = p.id AND m.is_open) AS concerned FROM person p WHERE p.id = $1";
    IS_OPEN = "SELECT is_open FROM matter WHERE id = $1";
}

/// A matter as a rule of retention asks about it.
#[derive(Clone, Debug)]
pub struct MatterEnd {
    /// Identity.
    pub id: MatterId,
    /// Running number.
    pub n: i64,
    /// What was raised.
    pub kind: MatterKind,
    /// When.
    pub raised: Instant,
    /// When it was closed.
    pub closed: Option<Instant>,
    /// Number of its events.
    pub rev: u32,
    /// The unit that holds it.
    pub unit: UnitPath,
    /// Nothing was recorded of it since its personal data were erased.
    pub erased: bool,
    /// What about it is open.
    pub ties: Ties,
}

/// Somebody who left, as a rule of retention asks about him.
#[derive(Clone, Debug)]
pub struct PersonEnd {
    /// Identity.
    pub id: PersonId,
    /// His code.
    pub code: String,
    /// His last day.
    pub left: Option<Date>,
    /// Number of his events.
    pub rev: u32,
    /// His unit.
    pub unit: UnitPath,
    /// Nothing was recorded of him since he was erased.
    pub erased: bool,
    /// What about him is open.
    pub ties: Ties,
}

/// What of a connection's text says where it went on.
#[derive(Deserialize)]
struct GoesOn {
    stage: Ended,
    #[serde(default)]
    case: Option<Problem>,
}
#[derive(Deserialize)]
struct Ended {
    #[serde(default)]
    closing: Option<Closing>,
}
#[derive(Deserialize)]
struct Problem {
    problem: Option<MatterId>,
}

impl GoesOn {
    /// The problems it was carried on as.
    fn problems(self) -> impl Iterator<Item = MatterId> {
        let carried = match self.stage.closing {
            Some(Closing::CarriedOn { problem }) => Some(problem),
            _ => None,
        };
        carried.into_iter().chain(self.case.and_then(|c| c.problem))
    }
}

struct MatterRow {
    id: Uuid,
    n: i64,
    kind: String,
    raised_at: i64,
    closed_at: Option<i64>,
    rev: i64,
    path: String,
    erased: bool,
    is_open: bool,
    asked: bool,
    followed: bool,
    follows: bool,
    body: String,
}
columns!(MatterRow { id, n, kind, raised_at, closed_at, rev, path, erased, is_open, asked, followed, follows, body });

struct PersonRow {
    id: Uuid,
    code: String,
    to_day: Option<String>,
    path: String,
    erased: bool,
    rev: i64,
    concerned: bool,
}
columns!(PersonRow { id, code, to_day, path, erased, rev, concerned });

fn revision(rev: i64) -> Result<u32, StoreError> {
    u32::try_from(rev).map_err(|e| StoreError::corrupt("revision", e))
}

impl TryFrom<PersonRow> for PersonEnd {
    type Error = StoreError;
    fn try_from(r: PersonRow) -> Result<PersonEnd, StoreError> {
        Ok(PersonEnd {
            id: PersonId(r.id),
            code: r.code,
            left: r.to_day.map(|d| day("day", &d)).transpose()?,
            rev: revision(r.rev)?,
            unit: UnitPath::from_stored(r.path),
            erased: r.erased,
            ties: Ties { concerned: r.concerned, ..Ties::default() },
        })
    }
}

async fn end(conn: &mut Conn, r: MatterRow) -> Result<MatterEnd, StoreError> {
    let mut problem = false;
    if !r.body.is_empty() {
        let on: GoesOn = serde_json::from_str(&r.body).map_err(|e| StoreError::corrupt("matter", e))?;
        for id in on.problems() {
            problem |= row!(&mut *conn, (bool,), IS_OPEN, id.0)?.is_some_and(|r| r.0);
        }
    }
    Ok(MatterEnd {
        id: MatterId(r.id),
        n: r.n,
        kind: named("matter kind", &r.kind)?,
        raised: Instant(r.raised_at),
        closed: r.closed_at.map(Instant),
        rev: revision(r.rev)?,
        unit: UnitPath::from_stored(r.path),
        erased: r.erased,
        ties: Ties { open: r.is_open, request: r.asked, problem, merged: r.followed || r.follows, concerned: false },
    })
}

/// Matters of a kind at and below a unit that closed before an instant, but those of which nothing was recorded since they
/// were erased: those after a running number, in order.
pub async fn closed(
    conn: &mut Conn,
    kind: MatterKind,
    after: i64,
    before: Instant,
    unit: &UnitPath,
    limit: i64,
) -> Result<Vec<MatterEnd>, StoreError> {
    let (a, b) = range(unit.as_str());
    let mut out = Vec::new();
    for row in rows!(&mut *conn, MatterRow, CLOSED, kind.as_str(), after, before.0, &a, &b, limit)? {
        out.push(end(conn, row).await?);
    }
    Ok(out)
}

/// One matter.
pub async fn matter(conn: &mut Conn, id: MatterId) -> Result<Option<MatterEnd>, StoreError> {
    match row!(&mut *conn, MatterRow, MATTER, id.0)? {
        Some(row) => Ok(Some(end(conn, row).await?)),
        None => Ok(None),
    }
}

/// People at and below a unit whose last day lies before a day, but those of whom nothing was recorded since they were erased.
pub async fn left(conn: &mut Conn, before: Date, unit: &UnitPath) -> Result<Vec<PersonEnd>, StoreError> {
    let (a, b) = range(unit.as_str());
    rows!(conn, PersonRow, LEFT, before.to_string(), &a, &b)?.into_iter().map(TryInto::try_into).collect()
}

/// One person.
pub async fn person(conn: &mut Conn, id: PersonId) -> Result<Option<PersonEnd>, StoreError> {
    row!(conn, PersonRow, PERSON, id.0)?.map(TryInto::try_into).transpose()
}
