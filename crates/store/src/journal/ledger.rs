//! The ledger: audit trail, job queue and process-mining log at once. Every event is hashed over
//! its canonical JSON (RFC 8785 for what we use: sorted ASCII keys, whole numbers, no white space)
//! together with the hash of the record's event before it; every commit batch is sealed over the
//! hashes of its events and the seal before it. [`super::verify`] recomputes everything and names the
//! event that was altered, dropped or reordered. `docs/ledger.md` gives the format so that
//! anybody can write another verifier; one in Python lies under `tools/`.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::table::{
    Column,
    Kind::{self, Bool, Id, Int, Text},
    Table, inserted, names, once, places, plain, table,
};
use crate::engine::value::Value;
use crate::journal::event::{EventRow, NewEvent, SealRow, actor_text, seal_hash, sha256};
use crate::journal::tx::{RecordHead, Tx};
use serde::Serialize;
use std::sync::LazyLock;
use uuid::Uuid;
use yixian_domain::time::Instant;

/// How an event tells a column.
type Get = for<'r> fn(&'r EventRow) -> Value<'r>;

const COLUMNS: [Column<Get>; 14] = [
    once("seq", Int, |e| e.seq.into()),
    once("kind", Text, |e| e.kind.as_str().into()),
    once("record_id", Id, |e| e.record_id.into()),
    once("rev", Int, |e| e.rev.into()),
    once("code", Text, |e| e.code.as_str().into()),
    once("happened_at", Int, |e| e.happened_at.into()),
    once("recorded_at", Int, |e| e.recorded_at.into()),
    once("late", Bool, |e| e.late.into()),
    once("actor", Text, |e| e.actor.as_str().into()),
    once("command_id", Id, |e| e.command_id.into()),
    once("body", Text, |e| e.body.as_str().into()),
    once("prev", Text, |e| e.prev.as_str().into()),
    once("hash", Text, |e| e.hash.as_str().into()),
    once("version", Int, |e| e.version.into()),
];
const PLAIN: [(&str, Kind); 14] = plain(&COLUMNS);

/// Events.
pub(crate) const EVENT: Table = table("event", "seq", &PLAIN);

/// Seals.
pub(crate) const SEALS_TABLE: Table = table(
    "seal",
    "n",
    &[("n", Int), ("first_seq", Int), ("last_seq", Int), ("sealed_at", Int), ("prev", Text), ("hash", Text)],
);

/// Events of one statement where many are written at once.
const MANY: usize = 8;

static PUT: LazyLock<String> =
    LazyLock::new(|| format!("INSERT INTO event ({}) VALUES {}", names(&COLUMNS), places(COLUMNS.len(), 1)));
static PUT_MANY: LazyLock<String> =
    LazyLock::new(|| format!("INSERT INTO event ({}) VALUES {}", names(&COLUMNS), places(COLUMNS.len(), MANY)));

/// Texts that are made once, for the prepare-everything test.
pub(crate) fn made_texts() -> Vec<(&'static str, &'static str)> {
    vec![("ledger::PUT", PUT.as_str()), ("ledger::PUT_MANY", PUT_MANY.as_str())]
}

statements! {
    REV = "SELECT COALESCE(MAX(rev), 0) FROM event WHERE record_id = $1";
    NEWEST = "SELECT seq, recorded_at FROM event ORDER BY seq DESC LIMIT 1";
    NEWS = "SELECT seq, kind, record_id, recorded_at FROM event WHERE seq > $1 ORDER BY seq LIMIT $2";
    BETWEEN = "SELECT seq, kind, record_id, rev, code, happened_at, recorded_at, late, actor, command_id, body, prev, hash, version FROM event WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3";
    RECORDED = "SELECT recorded_at FROM event WHERE seq = $1";
    SEAL = "INSERT INTO seal (n, first_seq, last_seq, sealed_at, prev, hash) VALUES ($1, $2, $3, $4, $5, $6)";
    HEADS = "SELECT COALESCE((SELECT MAX(seq) FROM event), 0), COALESCE((SELECT MAX(n) FROM seal), 0), COALESCE((SELECT hash FROM seal ORDER BY n DESC LIMIT 1), '')";
    TIMELINE = "SELECT seq, kind, record_id, rev, code, happened_at, recorded_at, late, actor, command_id, body, prev, hash, version FROM event WHERE record_id = $1 ORDER BY rev";
    PAGE = "SELECT seq, kind, record_id, rev, code, happened_at, recorded_at, late, actor, command_id, body, prev, hash, version FROM event WHERE seq > $1 ORDER BY seq LIMIT $2";
    SEALS = "SELECT n, first_seq, last_seq, sealed_at, prev, hash FROM seal WHERE n > $1 ORDER BY n LIMIT $2";
}

impl Tx {
    /// Appends an event. It is numbered, chained and hashed now and written when the batch commits.
    pub async fn append(&mut self, e: NewEvent) -> Result<(), StoreError> {
        if self.command.0.is_nil() {
            return Err(StoreError::corrupt("event", "it belongs to no command"));
        }
        let RecordHead { rev, hash: prev, kind } = self.record_head(e.record).await?;
        if kind.is_some_and(|kind| kind != e.kind.as_str()) {
            return Err(StoreError::IdTaken(e.record));
        }
        self.seq += 1;
        let recorded_at = self.recorded_at.0;
        let mut event = EventRow {
            seq: self.seq,
            kind: e.kind.as_str().to_owned(),
            record_id: e.record,
            rev: rev + 1,
            code: e.code.to_owned(),
            happened_at: e.happened_at.0,
            recorded_at,
            late: recorded_at - e.happened_at.0 > self.late_after_ms,
            actor: actor_text(&e.by),
            command_id: self.command.0,
            body: e.body,
            prev,
            hash: String::new(),
            version: e.version,
        };
        event.hash = sha256(event.sealed_text().as_bytes());
        self.set_record_head(e.record, RecordHead::of(&event));
        self.events.push(event);
        Ok(())
    }

    /// Writes the events that wait, those before the mark excepted, which are written already.
    pub(crate) async fn write_events(&mut self, written: usize) -> Result<(), StoreError> {
        // Two texts of fixed size, so that both stay prepared.
        for chunk in self.events.get(written..).unwrap_or_default().chunks(MANY) {
            if chunk.len() == MANY {
                insert(&mut self.conn, &PUT_MANY, chunk).await?;
            } else {
                for e in chunk {
                    insert(&mut self.conn, &PUT, std::slice::from_ref(e)).await?;
                }
            }
        }
        Ok(())
    }

    /// Seals the events of the batch.
    pub(crate) async fn seal(&mut self) -> Result<(), StoreError> {
        let events = std::mem::take(&mut self.events);
        let (Some(first), Some(last)) = (events.first(), events.last()) else { return Ok(()) };
        let (first, last, at) = (first.seq, last.seq, last.recorded_at);
        self.seal_n += 1;
        let hash = seal_hash(&self.seal_hash, self.seal_n, first, last, at, events.iter().map(|e| &e.hash));
        exec!(&mut self.conn, SEAL, self.seal_n, first, last, at, &self.seal_hash, &hash)?;
        self.seal_hash = hash;
        Ok(())
    }
}

async fn insert(conn: &mut Conn, sql: &'static str, events: &[EventRow]) -> Result<(), StoreError> {
    let values: Vec<Value<'_>> = events.iter().flat_map(|e| inserted(&COLUMNS, |get| get(e))).collect();
    conn.execute(sql, &values).await.map(drop)
}

/// The events of one record, in order.
pub async fn timeline(conn: &mut Conn, record: Uuid) -> Result<Vec<EventRow>, StoreError> {
    Ok(rows!(conn, EventRow, TIMELINE, record)?)
}

/// A record's revision: how many events it has; 0 where there is none.
pub async fn rev_of(conn: &mut Conn, record: Uuid) -> Result<i64, StoreError> {
    Ok(row!(conn, (i64,), REV, record)?.map_or(0, |r| r.0))
}

/// Events after `seq`, in order.
pub async fn page(conn: &mut Conn, after: i64, limit: i64) -> Result<Vec<EventRow>, StoreError> {
    Ok(rows!(conn, EventRow, PAGE, after, limit)?)
}

/// Which record an event is of, for whoever keeps what records say.
#[derive(Clone, Debug)]
pub struct News {
    /// Its number.
    pub seq: i64,
    /// What kind of record it is of.
    pub kind: String,
    /// The record.
    pub record: Uuid,
    /// When it was recorded, milliseconds of the business clock.
    pub recorded_at: i64,
}

/// Number of the last event and when it was recorded; long ago where there is none.
pub async fn newest(conn: &mut Conn) -> Result<(i64, Instant), StoreError> {
    let last = row!(conn, (i64, i64), NEWEST)?;
    Ok(last.map_or((0, Instant(i64::MIN)), |(seq, at)| (seq, Instant(at))))
}

/// When the event of a number was recorded; none where there is no such event. Numbers have no gaps.
pub async fn recorded(conn: &mut Conn, seq: i64) -> Result<Option<Instant>, StoreError> {
    Ok(row!(conn, (i64,), RECORDED, seq)?.map(|r| Instant(r.0)))
}

/// Number of the last event after one number and up to another that was recorded at an instant or before; `after` where there is none.
/// Events are recorded in the order of their numbers, so that it is found by halving.
pub async fn last_at(conn: &mut Conn, after: i64, up_to: i64, at: Instant) -> Result<i64, StoreError> {
    let (mut known, mut later) = (after, up_to + 1);
    while later - known > 1 {
        let mid = known + (later - known) / 2;
        match recorded(conn, mid).await? {
            Some(then) if then <= at => known = mid,
            Some(_) | None => later = mid,
        }
    }
    Ok(known)
}

/// Events after a number up to another, at most so many.
pub async fn between(conn: &mut Conn, after: i64, up_to: i64, limit: i64) -> Result<Vec<EventRow>, StoreError> {
    Ok(rows!(conn, EventRow, BETWEEN, after, up_to, limit)?)
}

/// Events after a number, at most so many.
pub async fn news(conn: &mut Conn, after: i64, limit: i64) -> Result<Vec<News>, StoreError> {
    let rows = rows!(conn, (i64, String, Uuid, i64), NEWS, after, limit)?;
    let of = |(seq, kind, record, recorded_at)| News { seq, kind, record, recorded_at };
    Ok(rows.into_iter().map(of).collect())
}

/// How far the ledger is written and sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Head {
    /// Number of the last event.
    pub events: i64,
    /// Number of the last seal.
    pub seal: i64,
    /// Last event under it.
    pub sealed_to: i64,
    /// When it was made, milliseconds of the business clock.
    pub sealed_at: Option<i64>,
    /// Its hash, which a printed report can carry.
    pub hash: String,
}

/// How far the ledger is written and sealed.
pub async fn head(conn: &mut Conn) -> Result<Head, StoreError> {
    let heads = row!(&mut *conn, (i64, i64, String), HEADS)?;
    let (events, seal) = heads.map_or((0, 0), |h| (h.0, h.1));
    let last = row!(conn, SealRow, SEALS, seal - 1, 1i64)?;
    Ok(last.map_or(Head { events, ..Head::default() }, |s| Head {
        events,
        seal: s.n,
        sealed_to: s.last_seq,
        sealed_at: Some(s.sealed_at),
        hash: s.hash,
    }))
}

/// Seals after `n`, in order.
pub async fn seals(conn: &mut Conn, after: i64, limit: i64) -> Result<Vec<SealRow>, StoreError> {
    Ok(rows!(conn, SealRow, SEALS, after, limit)?)
}
