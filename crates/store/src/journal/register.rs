//! Registers: records that are what happened to them, each a row with its body and the columns that lists ask for. What of it
//! was known at an instant is its events up to then, replayed: a register is small, so that nothing else need be kept of
//! the past (ADR 28). It does not know which registers there are: each declares its table, its columns and its kind.

use crate::engine::canonical::canonical;
use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::table::{
    Column,
    Kind::{Id, Text},
    Table, following, inserted, names, places, replaced,
};
use crate::engine::value::Value;
use crate::journal::event::{EventRow, NewEvent, RecordKind};
use crate::journal::ledger::newest;
use crate::journal::replay::{Checking, Holding, happened, records};
use crate::journal::rows::{Hashed, Since};
use crate::journal::tx::Tx;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::AssertSqlSafe;
use std::collections::HashMap;
use uuid::Uuid;
use yixian_domain::base::history::{Happened, Recorded};
use yixian_domain::time::Instant;

/// A record on its way into its row.
#[derive(Debug)]
pub struct RegisterRow<'r, R> {
    /// The record.
    pub(crate) it: &'r R,
    /// The same as JSON.
    pub(crate) body: &'r str,
}

/// How a row tells a column.
pub type Get<R> = for<'r> fn(&RegisterRow<'r, R>) -> Value<'r>;

/// What events say of the bodies of a register: `partner.body` of `partner`.
pub(crate) const fn bodies(name: &'static str, table: &'static str) -> Hashed {
    Hashed { name, table, key: &[("id", Id)], foreign_key: false, columns: &[("body", Text)], since: Since::Elsewhere }
}

/// A record of a register.
pub trait Registered:
    Recorded<Event: Serialize + DeserializeOwned> + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// Its kind, which is the name of its table.
    const KIND: RecordKind;
    /// Its table, keyed by `id`.
    const TABLE: Table;
    /// Its columns, `id`, `rev` and `body` among them.
    const COLUMNS: &'static [Column<Get<Self>>];

    /// What events say of its body, for whoever cannot replay it.
    const TEXT: &'static Hashed;

    /// Identity.
    fn id(&self) -> Uuid;
    /// The stable code of an event.
    fn code_of(event: &Self::Event) -> &'static str;
}

fn body_of<R: Registered>(record: &R) -> Result<String, StoreError> {
    serde_json::to_string(record).map_err(|e| StoreError::corrupt("register", e))
}

fn read<R: Registered>(body: &str) -> Result<R, StoreError> {
    serde_json::from_str(body).map_err(|e| StoreError::corrupt("register", e))
}

/// The text that writes a row, new or changed.
fn put_text<R: Registered>() -> String {
    let (table, all) = (R::TABLE.name, names(R::COLUMNS));
    let (places, replaced) = (places(R::COLUMNS.len(), 1), replaced(R::COLUMNS));
    format!("INSERT INTO {table} ({all}) VALUES {places} ON CONFLICT (id) DO UPDATE SET {replaced}")
}

/// The text that reads bodies; `rest` follows the table's name.
fn read_text<R: Registered>(rest: &str) -> String {
    format!("SELECT body FROM {} {rest}", R::TABLE.name)
}

impl Tx {
    /// Writes a record as it is with the events that made it so. The id of a new one is claimed.
    pub async fn put_record<R: Registered>(
        &mut self,
        record: &R,
        events: &[Happened<R::Event>],
        new: bool,
    ) -> Result<(), StoreError> {
        if new {
            self.claim(record.id()).await?;
        }
        let body = body_of(record)?;
        let row = RegisterRow { it: record, body: &body };
        self.conn.execute(AssertSqlSafe(put_text::<R>()), &inserted(R::COLUMNS, |get| get(&row))).await?;
        self.wrote(R::TEXT, &values![record.id(), body])?;
        for h in events {
            self.append(NewEvent {
                kind: R::KIND,
                record: record.id(),
                code: R::code_of(&h.event),
                happened_at: h.at,
                by: h.by.clone(),
                body: canonical(&h.event)?,
                version: None,
            })
            .await?;
        }
        Ok(())
    }
}

/// Every row is what its events give.
pub(crate) fn hold<'a, R: Registered>(conn: &'a mut Conn, holding: &'a mut Holding) -> Checking<'a> {
    Box::pin(async move {
        records(conn, &R::TABLE, &[], &mut holding.faults, |id, events| {
            let all: Vec<Happened<R::Event>> = happened(events)?;
            let record = R::replay(id, &all)?;
            let body = body_of(&record).ok()?;
            let row = RegisterRow { it: &record, body: &body };
            Some(following(R::COLUMNS, |get| get(&row)).into())
        })
        .await
    })
}

/// One record.
pub async fn one<R: Registered>(conn: &mut Conn, id: Uuid) -> Result<Option<R>, StoreError> {
    let text = read_text::<R>("WHERE id = $1");
    let row = conn.fetch_optional::<(String,)>(AssertSqlSafe(text), &values![id]).await?;
    row.map(|(body,)| read(&body)).transpose()
}

/// Records by a condition and an order that their slice writes.
pub async fn some<R: Registered>(conn: &mut Conn, rest: &str, values: &[Value<'_>]) -> Result<Vec<R>, StoreError> {
    let rows = conn.fetch_all::<(String,)>(AssertSqlSafe(read_text::<R>(rest)), values).await?;
    rows.iter().map(|(body,)| read(body)).collect()
}

/// Every record, in the order of ids.
pub async fn all<R: Registered>(conn: &mut Conn) -> Result<Vec<R>, StoreError> {
    some(conn, "ORDER BY id", &[]).await
}

/// Records by their ids; those that are not there are missing.
pub async fn among<R: Registered>(conn: &mut Conn, ids: &[Uuid]) -> Result<HashMap<Uuid, R>, StoreError> {
    let mut found = HashMap::new();
    for ids in ids.chunks(AT_ONCE) {
        let rest = format!("WHERE id IN {}", places(ids.len(), 1));
        let values: Vec<Value<'_>> = ids.iter().map(|id| Value::Id(Some(*id))).collect();
        found.extend(some::<R>(conn, &rest, &values).await?.into_iter().map(|r| (r.id(), r)));
    }
    Ok(found)
}

/// Ids in one statement.
const AT_ONCE: usize = 500;

statements! {
    KNOWN_OF = "SELECT seq, kind, record_id, rev, code, happened_at, recorded_at, late, actor, command_id, body, prev, hash, version FROM event WHERE record_id = $1 AND kind = $2 ORDER BY rev";
}

fn replayed<R: Registered>(events: &[EventRow]) -> Result<Vec<R>, StoreError> {
    let of = |events: &[EventRow]| {
        let bad =
            || StoreError::corrupt("register", format!("the events of {} cannot be replayed", events[0].record_id));
        let all: Vec<Happened<R::Event>> = happened(events).ok_or_else(bad)?;
        R::replay(events[0].record_id, &all).ok_or_else(bad)
    };
    events.chunk_by(|a, b| a.record_id == b.record_id).map(of).collect()
}

/// Every record as it was known at an instant, in the order of ids.
pub async fn known<R: Registered>(conn: &mut Conn, at: Instant) -> Result<Vec<R>, StoreError> {
    let rows = all(conn).await?;
    as_known(conn, rows, at).await
}

/// Records as they were known at an instant, by a condition that their slice writes: one that never changes for a record.
pub async fn known_some<R: Registered>(
    conn: &mut Conn,
    rest: &str,
    values: &[Value<'_>],
    at: Instant,
) -> Result<Vec<R>, StoreError> {
    let rows = some(conn, rest, values).await?;
    as_known(conn, rows, at).await
}

/// Some records as they were known at an instant, in the order of ids; those that were not there yet are missing.
pub async fn known_among<R: Registered>(conn: &mut Conn, ids: &[Uuid], at: Instant) -> Result<Vec<R>, StoreError> {
    let mut rows: Vec<R> = among(conn, ids).await?.into_values().collect();
    rows.sort_by_key(R::id);
    as_known(conn, rows, at).await
}

/// Events of some records.
const OF_SOME: &str = "SELECT seq, kind, record_id, rev, code, happened_at, recorded_at, late, actor, command_id, body, prev, hash, version FROM event WHERE record_id IN ({ids}) ORDER BY record_id, rev";

/// Rows say what is known now; before that it is their events up to then. Nothing of a register is deleted, so that its rows name
/// all that ever were known. The ledger's end is looked at after the rows were read: what was written between is replayed away.
async fn as_known<R: Registered>(conn: &mut Conn, rows: Vec<R>, at: Instant) -> Result<Vec<R>, StoreError> {
    if newest(conn).await?.1 <= at {
        return Ok(rows);
    }
    let ids: Vec<Uuid> = rows.iter().map(R::id).collect();
    let mut events = conn.fetch_among::<EventRow>(OF_SOME, &ids).await?;
    events.retain(|e| e.recorded_at <= at.0 && e.kind == R::KIND.as_str());
    replayed(&events)
}

/// What happened to a record, with when it was recorded.
pub async fn story<R: Registered>(conn: &mut Conn, id: Uuid) -> Result<Vec<(Instant, Happened<R::Event>)>, StoreError> {
    let events = rows!(conn, EventRow, KNOWN_OF, id, R::KIND.as_str())?;
    let all: Vec<Happened<R::Event>> = happened(&events).ok_or_else(|| StoreError::corrupt("register", id))?;
    Ok(events.iter().map(|e| Instant(e.recorded_at)).zip(all).collect())
}

/// The texts of a register, for the prepare-everything test: made once in a program that asks for them.
pub(crate) fn made_texts<R: Registered>() -> Vec<(&'static str, &'static str)> {
    let texts = [put_text::<R>(), read_text::<R>("WHERE id = $1")];
    texts.into_iter().map(|t| (R::TABLE.name, &*t.leak())).collect()
}
