//! Holds rows against the ledger: a matter's and a visit's row is what its events give when they are
//! replayed, and kept words are what their events hashed. [`crate::ledger::verify`] says whether
//! the ledger itself is whole; this says whether what pages show still follows from it.

use crate::backup::{self, Table};
use crate::db::Conn;
use crate::error::StoreError;
use crate::ledger::{EventRow, Fault, MOST_FAULTS, actor_from};
use crate::words::hash;
use crate::{connection, matter, visit};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::collections::HashMap;
use uuid::Uuid;
use yixian_domain::ids::{MatterId, VisitId};
use yixian_domain::matter::{Happened, Matter};
use yixian_domain::time::Instant;
use yixian_domain::visit::Visit;

statements! {
    EVENTS = "SELECT seq, kind, record_id, rev, code, happened_at, recorded_at, late, actor, command_id, body, prev, hash, version FROM event WHERE kind = $1 AND record_id > $2 AND record_id <= $3 ORDER BY record_id, rev";
    LATE = "SELECT record_id, MAX(recorded_at - happened_at) FROM event WHERE kind = 'matter' AND late AND record_id > $1 AND record_id <= $2 GROUP BY record_id";
    WORDS = "SELECT id, salt, body, erased_at FROM words WHERE record_id > $1 AND record_id <= $2";
    WORDS_ONE = "SELECT id, salt, body, erased_at FROM words WHERE id = $1";
}

const PAGE: i64 = 500;

type Kept = HashMap<Uuid, (String, Option<String>, Option<i64>)>;

/// What was found, by event.
struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, event: i64, what: String) {
        if self.0.len() < MOST_FAULTS {
            self.0.push(Fault { event, what });
        }
    }
}

/// Checks every matter, every visit and all words they speak of. One consistent view, as for
/// [`crate::ledger::verify`].
pub async fn verify(conn: &mut Conn) -> Result<Vec<Fault>, StoreError> {
    let mut faults = Faults(Vec::new());
    records(conn, "matter", &mut faults, |id, events| {
        let all = happened(events)?;
        Some(matter::columns(&Matter::replay(MatterId(id), &all)?))
    })
    .await?;
    records(conn, "visit", &mut faults, |id, events| {
        let all = happened(events)?;
        Some(visit::columns(&Visit::replay(VisitId(id), &all)?))
    })
    .await?;
    connections(conn, &mut faults).await?;
    faults.0.sort_by_key(|f| f.event);
    Ok(faults.0)
}

/// The events as the domain reads them; `None` when one cannot be read.
fn happened<E: DeserializeOwned>(events: &[EventRow]) -> Option<Vec<Happened<E>>> {
    events
        .iter()
        .map(|e| Some(Happened { at: Instant(e.happened_at), by: actor_from(&e.actor)?, event: e.read().ok()? }))
        .collect()
}

/// Walks a table in the order of ids beside the events of its kind.
async fn records(
    conn: &mut Conn,
    kind: &'static str,
    faults: &mut Faults,
    replay: impl Fn(Uuid, &[EventRow]) -> Option<Map<String, Value>>,
) -> Result<(), StoreError> {
    let Some(table) = backup::table_named(kind) else { return Ok(()) };
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
                (Some(row), Some(want)) => {
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
        if upto.is_max() {
            return Ok(());
        }
        after = upto;
    }
}

/// A connection's row is what its matter's case gives; the matter itself was checked before.
async fn connections(conn: &mut Conn, faults: &mut Faults) -> Result<(), StoreError> {
    let Some(table) = backup::table_named("connection") else { return Ok(()) };
    let mut after = Uuid::nil();
    loop {
        let rows = page(conn, table, after).await?;
        let Some(last) = rows.last().map(|r| r.0) else { return Ok(()) };
        let late: HashMap<Uuid, i64> = rows!(&mut *conn, (Uuid, i64), LATE, after, last)?.into_iter().collect();
        for (id, row) in rows {
            let mut want = matter::matter(conn, MatterId(id)).await?.and_then(|s| connection::columns(&s.matter));
            if let Some(want) = &mut want {
                want.insert("late_ms".into(), late.get(&id).copied().unwrap_or_default().into());
            }
            let differs: Vec<String> = match &want {
                None => vec!["it is no connection".into()],
                Some(want) => want.iter().filter(|(k, v)| !same(k, row.get(*k), v)).map(|(k, _)| k.clone()).collect(),
            };
            if !differs.is_empty() {
                faults.add(0, format!("the row of connection {id} is not what its case gives: {}", differs.join(", ")));
            }
        }
        after = last;
    }
}

async fn page(conn: &mut Conn, table: &Table, after: Uuid) -> Result<Vec<(Uuid, Map<String, Value>)>, StoreError> {
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
fn same(name: &str, stored: Option<&Value>, want: &Value) -> bool {
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
