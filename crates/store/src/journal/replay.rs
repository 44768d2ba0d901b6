//! Holds rows against the ledger: a record's row is what its events give when they are replayed, and kept words are what
//! their events hashed. [`crate::journal::verify`] says whether the ledger itself is whole; this says whether what pages
//! show still follows from it. It does not know which records there are: whoever asks says how each is replayed.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::table::Table;
use crate::journal::backup;
use crate::journal::event::{EventRow, actor_from};
use crate::journal::past::{self, Dated, History};
use crate::journal::rows::{Hashed, Known};
use crate::journal::verify::Faults;
use crate::journal::words::hash;
use futures::future::BoxFuture;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use sqlx::AssertSqlSafe;
use std::collections::HashMap;
use uuid::Uuid;
use yixian_domain::matter::Happened;
use yixian_domain::time::Instant;

statements! {
    EVENTS = "SELECT seq, kind, record_id, rev, code, happened_at, recorded_at, late, actor, command_id, body, prev, hash, version FROM event WHERE kind = $1 AND record_id > $2 AND record_id <= $3 ORDER BY record_id, rev";
    WORDS = "SELECT id, salt, body, erased_at FROM words WHERE record_id > $1 AND record_id <= $2";
    WORDS_ONE = "SELECT id, salt, body, erased_at FROM words WHERE id = $1";
}

/// What holding the rows of all tables against the ledger works with.
#[derive(Default)]
pub(crate) struct Holding {
    /// What was found.
    pub faults: Faults,
    /// What events say of rows.
    pub known: Known,
}

/// A table being held against the ledger.
pub(crate) type Checking<'a> = BoxFuture<'a, Result<(), StoreError>>;

/// How the rows of a table are held against the ledger.
pub(crate) enum Held {
    /// They are the ledger.
    Ledger,
    /// Its own check: what events give when they are replayed; then what events hold hashes of.
    By(for<'a> fn(&'a mut Conn, &'a mut Holding) -> Checking<'a>, &'static [&'static Hashed]),
    /// Events hold hashes of them.
    Rows(&'static [&'static Hashed]),
    /// Each by what the events of records say of it, where those are replayed.
    WithRecords,
    /// Earlier states, by the replay of the records they are of.
    Past,
    /// Outside of the database: by the files themselves.
    ByFiles,
    /// Not at all, and why.
    Not(&'static str),
}

const PAGE: i64 = 500;

type Kept = HashMap<Uuid, (String, Option<String>, Option<i64>)>;

/// The events as the domain reads them; `None` when one cannot be read.
pub(crate) fn happened<E: DeserializeOwned>(events: &[EventRow]) -> Option<Vec<Happened<E>>> {
    events
        .iter()
        .map(|e| Some(Happened { at: Instant(e.happened_at), by: actor_from(&e.actor)?, event: e.read().ok()? }))
        .collect()
}

/// What the events of a record give.
pub(crate) struct Replayed {
    /// What the columns of its row hold.
    pub row: Map<String, Value>,
    /// What was known of it before, table by table.
    pub histories: Vec<History>,
}

/// Of a record of whose earlier states nothing is kept.
impl From<Map<String, Value>> for Replayed {
    fn from(row: Map<String, Value>) -> Replayed {
        Replayed { row, histories: Vec::new() }
    }
}

/// What was known of a record before, from its events.
pub(crate) type Histories = fn(Uuid, &[EventRow]) -> Option<Vec<History>>;

/// Makes the earlier states of all records of a table anew from their events. While some are written, the next are replayed.
pub(crate) async fn refill(conn: &mut Conn, table: &Table, histories: Histories) -> Result<(), StoreError> {
    let ids = format!("SELECT id FROM {} WHERE id > $1 ORDER BY id LIMIT $2", table.name);
    let mut after = Uuid::nil();
    let mut replaying: Option<tokio::task::JoinHandle<Vec<(Uuid, Vec<History>)>>> = None;
    loop {
        let ids = conn.fetch_all::<(Uuid,)>(AssertSqlSafe(ids.clone()), &values![after, PAGE]).await?;
        let next = match ids.last() {
            None => None,
            Some((upto,)) => {
                let events = rows!(&mut *conn, EventRow, EVENTS, table.name, after, *upto)?;
                after = *upto;
                Some(tokio::task::spawn_blocking(move || {
                    let of = |e: &[EventRow]| Some((e[0].record_id, histories(e[0].record_id, e)?));
                    events.chunk_by(|a, b| a.record_id == b.record_id).filter_map(of).collect()
                }))
            }
        };
        let last = next.is_none();
        if let Some(told) = std::mem::replace(&mut replaying, next) {
            let told = told.await.map_err(|e| StoreError::corrupt("earlier states", e))?;
            past::rebuild(conn, told).await?;
        }
        if last {
            return Ok(());
        }
    }
}

/// Walks a table in the order of ids beside the events of its kind, which has the name of the table. `dated`: the tables
/// of which earlier states are kept, its own and those of its parts.
pub(crate) async fn records(
    conn: &mut Conn,
    table: &Table,
    dated: &[&'static Dated],
    faults: &mut Faults,
    replay: impl Fn(Uuid, &[EventRow]) -> Option<Replayed>,
) -> Result<(), StoreError> {
    let kind = table.name;
    let mut after = Uuid::nil();
    loop {
        let rows = page(conn, table, after).await?;
        // Behind the last row there may be events whose row is gone.
        let upto = rows.last().map_or(Uuid::max(), |r| r.0);
        let events = rows!(&mut *conn, EventRow, EVENTS, kind, after, upto)?;
        let kept: Kept = rows!(&mut *conn, (Uuid, String, Option<String>, Option<i64>), WORDS, after, upto)?
            .into_iter()
            .map(|(id, salt, body, erased)| (id, (salt, body, erased)))
            .collect();
        let mut rows_by_id: HashMap<Uuid, Map<String, Value>> = rows.into_iter().collect();
        let mut told = Vec::new();
        for events in events.chunk_by(|a, b| a.record_id == b.record_id) {
            let (id, last) = (events[0].record_id, events[events.len() - 1].seq);
            match (rows_by_id.remove(&id), replay(id, events)) {
                (None, _) => faults.add(last, format!("the row of {kind} {id} is missing")),
                (Some(_), None) => {
                    let newer = events
                        .iter()
                        .find_map(|e| e.read::<Value>().err().filter(|e| matches!(e, StoreError::UnknownEvent { .. })));
                    let why = newer.map_or_else(String::new, |e| format!(": {e}"));
                    faults.add(last, format!("the events of {kind} {id} cannot be replayed{why}"));
                }
                (Some(row), Some(Replayed { row: want, histories })) => {
                    told.push((id, last, histories));
                    let differs: Vec<&str> =
                        want.iter().filter(|(k, v)| !same(k, row.get(*k), v)).map(|(k, _)| k.as_str()).collect();
                    if !differs.is_empty() {
                        faults.add(
                            last,
                            format!("the row of {kind} {id} is not what its events give: {}", differs.join(", ")),
                        );
                    }
                }
            }
            words_of(conn, events, &kept, faults).await?;
        }
        for id in rows_by_id.keys() {
            faults.add(0, format!("{kind} {id} has no events"));
        }
        past::hold(conn, (after, upto), &told, dated, faults).await?;
        if upto.is_max() {
            return Ok(());
        }
        after = upto;
    }
}

/// The words with this id, as they are kept; none where they are missing.
pub(crate) async fn words_by_id(conn: &mut Conn, id: Uuid) -> Result<Option<Option<String>>, StoreError> {
    Ok(row!(conn, (Uuid, String, Option<String>, Option<i64>), WORDS_ONE, id)?.map(|(_, _, body, _)| body))
}

/// The next rows of a table after an id.
pub(crate) async fn page(
    conn: &mut Conn,
    table: &Table,
    after: Uuid,
) -> Result<Vec<(Uuid, Map<String, Value>)>, StoreError> {
    let rows = backup::some_rows(conn, table, "WHERE id > $1 ORDER BY id LIMIT $2", &values![after, PAGE]).await?;
    rows.into_iter()
        .map(|row| {
            let id = row
                .get("id")
                .and_then(Value::as_str)
                .and_then(|s| s.parse().ok())
                .ok_or_else(|| StoreError::corrupt("id", table.name))?;
            Ok((id, row))
        })
        .collect()
}

/// Bodies are compared by what they say, not by how they were printed.
pub(crate) fn same(name: &str, stored: Option<&Value>, want: &Value) -> bool {
    match stored {
        Some(Value::String(text)) if name == "body" => {
            let read = |s: &str| serde_json::from_str::<Value>(s).ok();
            want.as_str().is_some_and(|w| read(text).is_some() && read(text) == read(w))
        }
        Some(value) => value == want,
        None => false,
    }
}

/// Every `{"id", "hash"}` in the events is looked up and hashed again.
async fn words_of(conn: &mut Conn, events: &[EventRow], kept: &Kept, faults: &mut Faults) -> Result<(), StoreError> {
    for e in events {
        let mut named = Vec::new();
        if let Ok(body) = serde_json::from_str::<Value>(&e.body) {
            find(&body, &mut named);
        }
        for (id, hashed) in named {
            // An answer that fanned out lies with the matter it was given to.
            let row = match kept.get(&id) {
                Some(row) => Some(row.clone()),
                None => row!(&mut *conn, (Uuid, String, Option<String>, Option<i64>), WORDS_ONE, id)?
                    .map(|(_, s, b, at)| (s, b, at)),
            };
            match row {
                None => faults.add(e.seq, format!("its words {id} are missing")),
                Some((_, None, None)) => faults.add(e.seq, format!("its words {id} are gone and were not erased")),
                Some((salt, Some(body), _)) if hash(&salt, &body) != hashed => {
                    faults.add(e.seq, format!("its words {id} were altered"))
                }
                Some(_) => {}
            }
        }
    }
    Ok(())
}

fn find(value: &Value, out: &mut Vec<(Uuid, String)>) {
    match value {
        Value::Object(fields) => {
            if let (2, Some(Value::String(id)), Some(Value::String(hashed))) =
                (fields.len(), fields.get("id"), fields.get("hash"))
                && let Ok(id) = id.parse()
            {
                out.push((id, hashed.clone()));
                return;
            }
            fields.values().for_each(|v| find(v, out));
        }
        Value::Array(all) => all.iter().for_each(|v| find(v, out)),
        _ => {}
    }
}
