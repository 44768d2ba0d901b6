//! Earlier states of records: of each record the columns that figures read, from when to when it was known so. The writer
//! keeps what a row held before it changes; here the same is made again from events, to fill a database that has none yet
//! and to hold what is kept against the ledger. It does not know which columns there are, nor how a record is replayed.
//!
//! *Known* is when it was recorded. What happened in between and what was recorded late are therefore told apart: figures
//! as of an instant read what was known then (ADR 26).

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::table::{Kind, Table, places};
use crate::engine::value::Value;
use crate::journal::backup;
use crate::journal::event::EventRow;
use crate::journal::verify::Faults;
use serde_json::{Map, Value as Json};
use sqlx::AssertSqlSafe;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;
use yixian_domain::time::Instant;

/// A table whose earlier states are kept, and the table that keeps them.
pub(crate) struct Dated {
    /// The table of records.
    pub of: &'static Table,
    /// Its earlier states: id, since when and until when they were known, and the dated columns.
    pub past: &'static Table,
}

/// Since when a state was known, and what is dated of it.
#[derive(Clone, Debug, PartialEq)]
struct Span {
    since: i64,
    values: Vec<Json>,
}

/// What was known of a record, one state after the other; the last one is known still.
#[derive(Clone)]
pub(crate) struct History {
    dated: &'static Dated,
    spans: Vec<Span>,
}

impl History {
    /// Of a record of which nothing is known yet.
    pub(crate) fn begin(dated: &'static Dated) -> History {
        History { dated, spans: Vec::new() }
    }

    /// One event further: what is dated after it, where there is anything; a part of a record may begin later than the record.
    /// Events that were recorded at one instant are known together.
    pub(crate) fn push(&mut self, event: &EventRow, values: Option<Vec<Json>>) {
        let Some(values) = values else { return };
        match self.spans.last_mut() {
            Some(last) if last.values == values => {}
            // A clock that was set back does not make anything known earlier.
            Some(last) if last.since >= event.recorded_at => last.values = values,
            _ => self.spans.push(Span { since: event.recorded_at, values }),
        }
    }

    /// Whether anything was ever known.
    pub(crate) fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// Without what was changed and changed back at one instant. A writer that was told of both at once kept it so; one that was
    /// told one after the other kept each: nobody could have asked in between, and either is right.
    fn collapsed(mut self) -> History {
        self.spans.dedup_by(|later, earlier| later.values == earlier.values);
        self
    }

    /// Since when the last state is known.
    fn since(&self) -> i64 {
        self.spans.last().map_or(0, |s| s.since)
    }

    /// The rows of earlier states.
    fn rows(&self, id: Uuid) -> Vec<Map<String, Json>> {
        let names: Vec<&str> = self.dated.past.columns.iter().map(|c| c.0).collect();
        self.spans
            .windows(2)
            .map(|pair| {
                let head = [Json::from(id.to_string()), pair[0].since.into(), pair[1].since.into()];
                let values = head.into_iter().chain(pair[0].values.iter().cloned());
                names.iter().map(|n| (*n).to_owned()).zip(values).collect()
            })
            .collect()
    }
}

type Kept = HashMap<Uuid, (i64, Vec<Map<String, Json>>)>;

/// Since when each row is known as it is, and its earlier states, of records between two ids.
async fn kept(conn: &mut Conn, dated: &Dated, after: Uuid, upto: Uuid) -> Result<Kept, StoreError> {
    let since = Table { columns: vec![("id", Kind::Id), ("known_from", Kind::Int)].into(), ..dated.of.clone() };
    let between = values![after, upto];
    let mut all = Kept::new();
    for row in backup::some_rows(conn, &since, "WHERE id > $1 AND id <= $2", &between).await? {
        let known = row.get("known_from").and_then(Json::as_i64).unwrap_or_default();
        all.insert(id_of(&row)?, (known, Vec::new()));
    }
    let rest = "WHERE id > $1 AND id <= $2 ORDER BY id, known_from";
    for row in backup::some_rows(conn, dated.past, rest, &between).await? {
        all.entry(id_of(&row)?).or_default().1.push(row);
    }
    Ok(all)
}

fn id_of(row: &Map<String, Json>) -> Result<Uuid, StoreError> {
    let id = row.get("id").and_then(Json::as_str).and_then(|s| s.parse().ok());
    id.ok_or_else(|| StoreError::corrupt("id", "earlier states"))
}

/// Holds earlier states against what events give.
pub(crate) async fn hold(
    conn: &mut Conn,
    (after, upto): (Uuid, Uuid),
    told: &[(Uuid, i64, Vec<History>)],
    tables: &[&'static Dated],
    faults: &mut Faults,
) -> Result<(), StoreError> {
    for dated in tables {
        let mut kept = kept(conn, dated, after, upto).await?;
        let (of, past) = (dated.of.name, dated.past.name);
        for (id, seq, histories) in told {
            let Some(history) = histories.iter().find(|h| h.dated.past.name == dated.past.name) else { continue };
            // A row that is missing was told already.
            let Some((since, rows)) = kept.remove(id) else { continue };
            if since == history.since() && rows == history.rows(*id) {
                continue;
            }
            let history = history.clone().collapsed();
            if since != history.since() {
                faults.add(*seq, format!("the row of {of} {id} is not what its events give: known_from"));
            }
            if rows != history.rows(*id) {
                faults.add(*seq, format!("{past} of {of} {id} is not what its events give"));
            }
        }
        for (id, (_, rows)) in kept {
            if !rows.is_empty() {
                faults.add(0, format!("{past} speaks of {of} {id}, whose events give nothing"));
            }
        }
    }
    Ok(())
}

/// Whether anything of a table has changed since an instant: whoever asks about now reads rows alone.
pub(crate) async fn since(conn: &mut Conn, dated: &Dated, known: Instant) -> Result<bool, StoreError> {
    let text = format!("SELECT known_to FROM {} WHERE known_to > $1 LIMIT 1", dated.past.name);
    Ok(conn.fetch_optional::<(i64,)>(AssertSqlSafe(text), &values![known.0]).await?.is_some())
}

/// Rows in one statement.
const ROWS: usize = 50;

/// Makes the earlier states of records anew, as their events give them.
pub(crate) async fn rebuild(conn: &mut Conn, told: Vec<(Uuid, Vec<History>)>) -> Result<(), StoreError> {
    let mut by_table: BTreeMap<&str, Vec<(Uuid, History)>> = BTreeMap::new();
    for (id, history) in told.into_iter().flat_map(|(id, all)| all.into_iter().map(move |h| (id, h.collapsed()))) {
        by_table.entry(history.dated.past.name).or_default().push((id, history));
    }
    for all in by_table.values() {
        let Some((_, History { dated, .. })) = all.first() else { continue };
        for part in all.chunks(ROWS) {
            write(conn, dated, part).await?;
        }
    }
    Ok(())
}

/// Puts the earlier states of some records in the place of those that are there, and says since when the rows are known.
async fn write(conn: &mut Conn, dated: &Dated, some: &[(Uuid, History)]) -> Result<(), StoreError> {
    let past = dated.past;
    let ids: Vec<Value<'_>> = some.iter().map(|(id, _)| Value::Id(Some(*id))).collect();
    let among = format!("WHERE id IN {}", places(ids.len(), 1));
    conn.execute(AssertSqlSafe(format!("DELETE FROM {} {among}", past.name)), &ids).await?;
    let bad = |of: &Table| StoreError::corrupt("earlier states", of.name);
    let rows: Vec<Map<String, Json>> = some.iter().flat_map(|(id, h)| h.rows(*id)).collect();
    for rows in rows.chunks(ROWS) {
        let values: Option<Vec<Value<'_>>> =
            rows.iter().flat_map(|row| past.columns.iter().map(|(n, k)| k.value(&row[*n]))).collect();
        conn.execute(AssertSqlSafe(past.insert(rows.len())), &values.ok_or_else(|| bad(past))?).await?;
    }
    // A row mostly says what is dated already, and lacks since when; indices are left alone where they can be.
    let columns = [&[("id", Kind::Id), ("known_from", Kind::Int)], &past.columns[3..]].concat();
    let now = Table { columns: columns.into(), ..dated.of.clone() };
    let there: HashMap<Uuid, Map<String, Json>> = backup::some_rows(conn, &now, &among, &ids)
        .await?
        .into_iter()
        .map(|row| Ok((id_of(&row)?, row)))
        .collect::<Result<_, StoreError>>()?;
    let mut since = Vec::new();
    for (id, history) in some {
        let (Some(row), Some(last)) = (there.get(id), history.spans.last()) else { continue };
        let differing: Vec<_> =
            now.columns[2..].iter().zip(&last.values).filter(|((name, _), v)| row[*name] != **v).collect();
        if differing.is_empty() {
            if row["known_from"] != last.since {
                since.extend(values![*id, last.since]);
            }
            continue;
        }
        let sets: Vec<String> =
            differing.iter().enumerate().map(|(i, ((n, _), _))| format!("{n} = ${}", i + 3)).collect();
        let text = format!("UPDATE {} SET known_from = $2, {} WHERE id = $1", dated.of.name, sets.join(", "));
        let held: Option<Vec<Value<'_>>> = differing.iter().map(|((_, kind), v)| kind.value(v)).collect();
        let values: Vec<Value<'_>> =
            values![*id, last.since].into_iter().chain(held.ok_or_else(|| bad(dated.of))?).collect();
        conn.execute(AssertSqlSafe(text), &values).await?;
    }
    if !since.is_empty() {
        let text = format!(
            "UPDATE {0} SET known_from = known.column2 FROM (VALUES {1}) AS known WHERE {0}.id = known.column1",
            dated.of.name,
            places(2, since.len() / 2)
        );
        conn.execute(AssertSqlSafe(text), &since).await?;
    }
    Ok(())
}
