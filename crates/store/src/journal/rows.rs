//! Rows that no replay gives: receipts, notices, links, running numbers. The last event of the job that wrote them holds a hash
//! of each, under `rows`, so that none can be changed, dropped or slipped in unseen; a command that leaves no other event
//! leaves one of its own. Which columns are hashed is declared beside their table; what they mean is not known here.
//! Ledgers from before there were such hashes keep what they have: nothing is told of rows older than the first of them.

use crate::engine::canonical::canonical;
use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::table::{Kind, as_json, row_as_json};
use crate::engine::value::Value;
use crate::journal::event::{NewEvent, RecordKind, sha256};
use crate::journal::tx::{Mark, RecordHead, Tx};
use crate::journal::verify::Faults;
use serde_json::{Map, Value as Json, json};
use sqlx::AssertSqlSafe;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;
use yixian_domain::ids::{By, Words};
use yixian_domain::time::Instant;

statements! {
    TOLD = "SELECT seq, recorded_at, body FROM event WHERE body LIKE '%\"rows\":{%' ORDER BY seq";
    BODY = "SELECT body FROM event WHERE seq = $1";
    BORN = "SELECT record_id FROM event WHERE rev = 1 AND recorded_at >= $1";
}

impl RecordKind {
    /// Commands that leave no event of another record.
    #[allow(non_upper_case_globals)] // a kind among others, wherever it is declared
    pub const Command: RecordKind = RecordKind::stored_as("command");
}

/// How it is known that a row was written when events held such hashes already, so that one must speak of it.
pub enum Since {
    /// By the instant in a column of its own.
    Column(&'static str),
    /// By the first event of the record that a column names.
    Record(&'static str),
    /// By what is checked elsewhere.
    Elsewhere,
}

/// Columns of a table of which events hold a hash.
pub struct Hashed {
    /// As events name it: the table, with the column where another hash is of the same table.
    pub name: &'static str,
    /// The table.
    pub table: &'static str,
    /// What a row is named by.
    pub key: &'static [(&'static str, Kind)],
    /// The key is somebody else's text, so that events hold a hash of it.
    pub foreign_key: bool,
    /// What is hashed, with the key.
    pub columns: &'static [(&'static str, Kind)],
    /// Which rows have to have one.
    pub since: Since,
}

impl Hashed {
    fn fields(&self) -> impl Iterator<Item = &(&'static str, Kind)> {
        self.key.iter().chain(self.columns)
    }

    /// The key as events write it.
    fn name_of(&self, row: &Map<String, Json>) -> String {
        let text = |name: &str| match row.get(name) {
            Some(Json::String(s)) => s.clone(),
            other => other.map(ToString::to_string).unwrap_or_default(),
        };
        let name = self.key.iter().map(|(k, _)| text(k)).collect::<Vec<_>>().join(" ");
        if self.foreign_key { sha256(name.as_bytes()) } else { name }
    }

    /// The hash of a row: of the canonical JSON of key and columns.
    fn hash_of(&self, row: &Map<String, Json>) -> Result<String, StoreError> {
        let held: Map<String, Json> = self
            .fields()
            .map(|(name, _)| ((*name).to_owned(), row.get(*name).cloned().unwrap_or(Json::Null)))
            .collect();
        Ok(sha256(canonical(&held)?.as_bytes()))
    }
}

/// What was noted of rows, by table and key; nothing is noted any more.
fn taken(rows: &mut Vec<(&'static str, String, Json)>) -> Json {
    let mut all: Map<String, Json> = Map::new();
    for (name, key, what) in rows.drain(..) {
        if let Json::Object(of) = all.entry(name).or_insert_with(|| json!({})) {
            of.insert(key, what);
        }
    }
    Json::Object(all)
}

impl Tx {
    /// Notes the hash of a row that was written: its key and columns, in the order in which they are declared.
    pub(crate) fn wrote(&mut self, of: &'static Hashed, values: &[Value<'_>]) -> Result<(), StoreError> {
        let row: Map<String, Json> =
            of.fields().zip(values).map(|((name, _), v)| ((*name).to_owned(), as_json(v))).collect();
        let hash = of.hash_of(&row)?;
        self.rows.push((of.name, of.name_of(&row), hash.into()));
        Ok(())
    }

    /// Notes the words that hold what a row says and may be erased.
    pub(crate) fn wrote_words(&mut self, table: &'static str, key: Uuid, words: &Words) {
        self.rows.push((table, key.to_string(), json!(words)));
    }

    /// Puts what was noted into the last event since an event of the job; false when there is none.
    pub(crate) fn tell_rows(&mut self, from: usize) -> Result<bool, StoreError> {
        if self.rows.is_empty() {
            return Ok(true);
        }
        if self.events.len() <= from {
            return Ok(false);
        }
        let Some(event) = self.events.last_mut() else { return Ok(false) };
        let bad = |e: &dyn std::fmt::Display| StoreError::corrupt("event", e);
        let mut body: Map<String, Json> = serde_json::from_str(&event.body).map_err(|e| bad(&e))?;
        let told = taken(&mut self.rows);
        if let (Some(Json::Object(before)), Json::Object(now)) = (body.get_mut("rows"), &told) {
            for (name, rows) in now {
                match (before.get_mut(name), rows) {
                    (Some(Json::Object(old)), Json::Object(new)) => old.extend(new.clone()),
                    _ => drop(before.insert(name.clone(), rows.clone())),
                }
            }
        } else {
            body.insert("rows".into(), told);
        }
        event.body = canonical(&body)?;
        event.hash = sha256(event.sealed_text().as_bytes());
        let (record, head) = (event.record_id, RecordHead::of(event));
        self.set_record_head(record, head);
        Ok(true)
    }

    /// The end of a job: what it wrote is told by its last event, or by one of its command.
    pub(crate) async fn end_job(&mut self, mark: &Mark) -> Result<(), StoreError> {
        if self.tell_rows(mark.events)? {
            return Ok(());
        }
        let rows = taken(&mut self.rows);
        let by = self.by.take().unwrap_or(By::Rule);
        let (record, happened_at) = (self.command.0, self.recorded_at);
        let body = canonical(&json!({ "type": "carried_out", "rows": rows }))?;
        let code = "carried_out";
        self.append(NewEvent { kind: RecordKind::Command, record, code, happened_at, by, body, version: None }).await
    }
}

/// What events say of a row, by table and key: the hash or the id of its words, cut to 128 bits, and the event.
#[derive(Default)]
pub(crate) struct Known {
    rows: HashMap<u128, (u128, i64)>,
    /// From when on every row has one.
    since: Option<Instant>,
}

fn short(text: &str) -> u128 {
    u128::from_str_radix(text.get(..32).unwrap_or_default(), 16).unwrap_or_default()
}

fn key(name: &str, row: &str) -> u128 {
    short(&sha256(format!("{name}\n{row}").as_bytes()))
}

/// What an event says of a row.
fn said(what: &Json) -> Option<u128> {
    match what {
        Json::String(hash) => Some(short(hash)),
        Json::Object(words) => words.get("id")?.as_str()?.parse::<Uuid>().ok().map(|id| id.as_u128()),
        _ => None,
    }
}

impl Known {
    /// Reads the ledger for it.
    pub(crate) async fn read(conn: &mut Conn) -> Result<Known, StoreError> {
        let mut known = Known::default();
        conn.each(
            TOLD,
            &[],
            |row| Ok((row.get::<i64>(0)?, row.get::<i64>(1)?, row.get::<String>(2)?)),
            |(seq, at, body)| {
                let Ok(body) = serde_json::from_str::<Map<String, Json>>(&body) else { return Ok(()) };
                let Some(Json::Object(tables)) = body.get("rows") else { return Ok(()) };
                known.since.get_or_insert(Instant(at));
                for (name, rows) in tables {
                    let Json::Object(rows) = rows else { continue };
                    for (row, what) in rows {
                        if let Some(said) = said(what) {
                            known.rows.insert(key(name, row), (said, seq));
                        }
                    }
                }
                Ok(())
            },
        )
        .await?;
        Ok(known)
    }

    /// The words that hold what a row says, and the event that names them.
    pub(crate) fn words_of(&mut self, name: &str, row: Uuid) -> Option<(Uuid, i64)> {
        self.rows.remove(&key(name, &row.to_string())).map(|(id, seq)| (Uuid::from_u128(id), seq))
    }

    /// Holds every row of a table against what events say of it.
    pub(crate) async fn hold(
        &mut self,
        conn: &mut Conn,
        of: &'static Hashed,
        faults: &mut Faults,
    ) -> Result<(), StoreError> {
        let name = of.name;
        let mut fields: Vec<(&'static str, Kind)> = of.fields().copied().collect();
        if let Since::Column(c) = of.since
            && !fields.iter().any(|f| f.0 == c)
        {
            fields.push((c, Kind::Int));
        }
        let names = fields.iter().map(|f| f.0).collect::<Vec<_>>().join(", ");
        let Known { rows, since } = &mut *self;
        let mut unknown: Vec<(Uuid, String)> = Vec::new();
        conn.each(
            AssertSqlSafe(format!("SELECT {names} FROM {}", of.table)),
            &[],
            move |row| row_as_json(&fields, row),
            |row| {
                let of_row = of.name_of(&row);
                match rows.remove(&key(name, &of_row)) {
                    Some((said, seq)) if said != short(&of.hash_of(&row)?) => {
                        faults.add(seq, format!("the row of {name} {of_row} is not what its event says"));
                    }
                    Some(_) => {}
                    None => match (&of.since, &since) {
                        (Since::Column(c), Some(since)) => {
                            if row.get(*c).and_then(Json::as_i64).is_some_and(|at| at >= since.0) {
                                faults.add(0, format!("no event knows the row of {name} {of_row}"));
                            }
                        }
                        (Since::Record(c), Some(_)) => {
                            let record = row.get(*c).and_then(Json::as_str).and_then(|id| id.parse().ok());
                            unknown.extend(record.map(|id| (id, of_row)));
                        }
                        (_, None) | (Since::Elsewhere, _) => {}
                    },
                }
                Ok(())
            },
        )
        .await?;
        self.told_nowhere(conn, name, unknown, faults).await
    }

    /// Rows that no event speaks of, each with its record: a fault where the record is younger than the first hash of a row.
    pub(crate) async fn told_nowhere(
        &self,
        conn: &mut Conn,
        name: &str,
        rows: Vec<(Uuid, String)>,
        faults: &mut Faults,
    ) -> Result<(), StoreError> {
        if let (false, Some(since)) = (rows.is_empty(), self.since) {
            let born: HashSet<Uuid> = rows!(&mut *conn, (Uuid,), BORN, since.0)?.into_iter().map(|r| r.0).collect();
            for (_, row) in rows.into_iter().filter(|(record, _)| born.contains(record)) {
                faults.add(0, format!("no event knows the row of {name} {row}"));
            }
        }
        Ok(())
    }

    /// What no row was found for, once every table was held: those rows are gone.
    pub(crate) async fn end(self, conn: &mut Conn, faults: &mut Faults) -> Result<(), StoreError> {
        let events: HashSet<i64> = self.rows.values().map(|(_, seq)| *seq).collect();
        for seq in events {
            let body = row!(&mut *conn, (String,), BODY, seq)?.map(|r| r.0).unwrap_or_default();
            let body: Map<String, Json> = serde_json::from_str(&body).unwrap_or_default();
            let Some(Json::Object(tables)) = body.get("rows") else { continue };
            for (name, rows) in tables.iter().filter_map(|(name, rows)| Some((name, rows.as_object()?))) {
                for row in rows.keys() {
                    if self.rows.get(&key(name, row)).is_some_and(|(_, at)| *at == seq) {
                        faults.add(seq, format!("the row of {name} {row} is missing"));
                    }
                }
            }
        }
        Ok(())
    }
}
