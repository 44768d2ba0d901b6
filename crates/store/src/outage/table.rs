//! Outages, a row each, and what they add up to, kept in the same transaction: whatever changes a row changes its sums by what it
//! adds now less what it added before. The last event of whoever wrote a row holds its hash, so that a million rows of a file need
//! no million events. It does not know what an index is.

use super::sums::{Change, put_sums};
use crate::engine::canonical::canonical;
use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::named::named;
use crate::engine::table::{
    Column,
    Kind::{self, Bool, Id, Int, Text},
    Table, inserted, live, names, once, places, plain, replaced, table,
};
use crate::engine::value::Value;
use crate::journal::event::{EventRow, NewEvent, RecordKind};
use crate::journal::register::{Get, Registered, bodies, some};
use crate::journal::rows::{Hashed, Since};
use crate::journal::tx::Tx;
use sqlx::AssertSqlSafe;
use std::sync::LazyLock;
use uuid::Uuid;
use yixian_domain::ids::{By, UnitId};
use yixian_domain::outage::served::{ServedBase, ServedEvent};
use yixian_domain::outage::{Outage, OutageEvent, OutageFacts, OutageFileEvent};
use yixian_domain::time::{Instant, Zone};

impl RecordKind {
    /// Customers served.
    #[allow(non_upper_case_globals)] // a kind among others, wherever it is declared
    pub const ServedBase: RecordKind = RecordKind::stored_as("served_base");
    /// Outages.
    #[allow(non_upper_case_globals)] // a kind among others, wherever it is declared
    pub const Outage: RecordKind = RecordKind::stored_as("outage");
    /// Files of outages.
    #[allow(non_upper_case_globals)] // a kind among others, wherever it is declared
    pub const OutageFile: RecordKind = RecordKind::stored_as("outage_file");
}

const SERVED: [Column<Get<ServedBase>>; 5] = [
    once("id", Id, |r| r.it.id.into()),
    once("unit_id", Id, |r| r.it.unit.0.into()),
    once("district", Text, |r| r.it.district.as_str().into()),
    live("rev", Int, |r| i64::from(r.it.rev).into()),
    live("body", Text, |r| r.body.into()),
];
const SERVED_PLAIN: [(&str, Kind); 5] = plain(&SERVED);
const SERVED_TEXT: Hashed = bodies("served_base.body", "served_base");

impl Registered for ServedBase {
    const KIND: RecordKind = RecordKind::ServedBase;
    const TABLE: Table = table("served_base", "id", &SERVED_PLAIN);
    const TEXT: &'static Hashed = &SERVED_TEXT;
    const COLUMNS: &'static [Column<Get<ServedBase>>] = &SERVED;

    fn id(&self) -> Uuid {
        self.id
    }
    fn code_of(event: &ServedEvent) -> &'static str {
        event.code()
    }
}

/// The customers of a unit in a district.
pub async fn served(conn: &mut Conn, unit: UnitId, district: &str) -> Result<Option<ServedBase>, StoreError> {
    Ok(some(conn, "WHERE unit_id = $1 AND district = $2", &values![unit.0, district]).await?.pop())
}

/// An outage on its way into its row.
#[derive(Clone, Copy)]
pub(super) struct Put<'a> {
    it: &'a Outage,
    day: &'a str,
}

type GetOf = for<'a> fn(&Put<'a>) -> Value<'a>;

const OUTAGE: [Column<GetOf>; 17] = [
    once("id", Id, |r| r.it.id.into()),
    once("code", Text, |r| r.it.code.as_str().into()),
    live("started_at", Int, |r| r.it.facts.start.0.into()),
    live("ended_at", Int, |r| r.it.facts.end.map(|e| e.0).into()),
    live("day", Text, |r| r.day.into()),
    live("district", Text, |r| r.it.facts.district.as_str().into()),
    live("unit_id", Id, |r| r.it.facts.unit.0.into()),
    live("level", Text, |r| r.it.facts.level.as_str().into()),
    live("kind", Text, |r| r.it.facts.kind.as_str().into()),
    live("customers", Int, |r| i64::from(r.it.facts.customers).into()),
    live("cause", Text, |r| r.it.facts.cause.as_deref().into()),
    live("voided", Bool, |r| r.it.voided.into()),
    once("file_id", Id, |r| r.it.source.map(|s| s.0).into()),
    once("line", Int, |r| r.it.source.map(|s| s.1 as i64).into()),
    once("recorded_at", Int, |r| r.it.recorded_at.0.into()),
    live("changed_at", Int, |r| r.it.changed_at.0.into()),
    live("rev", Int, |r| i64::from(r.it.rev).into()),
];
const OUTAGE_PLAIN: [(&str, Kind); 17] = plain(&OUTAGE);

/// Outages.
pub(crate) const TABLE: Table = table("outage", "id", &OUTAGE_PLAIN);

/// What the last event of whoever wrote a row says of it: of all of it.
pub(crate) const HASH: Hashed = Hashed {
    name: "outage",
    table: "outage",
    key: &[("id", Id)],
    foreign_key: false,
    columns: OUTAGE_PLAIN.split_at(1).1,
    since: Since::Column("recorded_at"),
};

/// Rows of one statement where a file brings many.
const MANY: usize = 50;

fn put_text(rows: usize) -> String {
    let (all, places, replaced) = (names(&OUTAGE), places(OUTAGE.len(), rows), replaced(&OUTAGE));
    format!("INSERT INTO outage ({all}) VALUES {places} ON CONFLICT (id) DO UPDATE SET {replaced}")
}

static PUT: LazyLock<String> = LazyLock::new(|| put_text(1));
static PUT_MANY: LazyLock<String> = LazyLock::new(|| put_text(MANY));

/// Numbers that are looked for at once.
const CODES: usize = 200;

/// The text that reads outages; `rest` follows the table's name.
pub(super) fn read_text(rest: &str) -> String {
    format!("SELECT {} FROM outage {rest}", names(&OUTAGE))
}

static BY_ID: LazyLock<String> = LazyLock::new(|| read_text("WHERE id = $1"));
static BY_CODES: LazyLock<String> = LazyLock::new(|| read_text(&format!("WHERE code IN {}", places(CODES, 1))));

statements! {
    STORY = "SELECT seq, kind, record_id, rev, code, happened_at, recorded_at, late, actor, command_id, body, prev, hash, version FROM event WHERE record_id = $1 AND kind = 'outage' ORDER BY rev";
    FILE = "SELECT seq, kind, record_id, rev, code, happened_at, recorded_at, late, actor, command_id, body, prev, hash, version FROM event WHERE record_id = $1 AND kind = 'outage_file' ORDER BY rev LIMIT 1";
}

/// Texts that are made once, for the prepare-everything test.
pub(crate) fn made_texts() -> Vec<(&'static str, &'static str)> {
    vec![
        ("outage::PUT", PUT.as_str()),
        ("outage::PUT_MANY", PUT_MANY.as_str()),
        ("outage::BY_ID", BY_ID.as_str()),
        ("outage::BY_CODES", BY_CODES.as_str()),
    ]
}

/// A row as it is read.
pub(super) struct OutageRow {
    id: Uuid,
    code: String,
    started_at: i64,
    ended_at: Option<i64>,
    district: String,
    unit_id: Uuid,
    level: String,
    kind: String,
    customers: i64,
    cause: Option<String>,
    voided: bool,
    file_id: Option<Uuid>,
    line: Option<i64>,
    recorded_at: i64,
    changed_at: i64,
    rev: i64,
}
columns!(OutageRow {
    id,
    code,
    started_at,
    ended_at,
    district,
    unit_id,
    level,
    kind,
    customers,
    cause,
    voided,
    file_id,
    line,
    recorded_at,
    changed_at,
    rev
});

impl OutageRow {
    /// The outage it holds.
    pub(super) fn outage(self) -> Result<Outage, StoreError> {
        let whole = |n: i64| u32::try_from(n).map_err(|e| StoreError::corrupt("outage", e));
        Ok(Outage {
            facts: OutageFacts {
                start: Instant(self.started_at),
                end: self.ended_at.map(Instant),
                district: self.district,
                unit: UnitId(self.unit_id),
                level: named("network level", &self.level)?,
                kind: named("kind of outage", &self.kind)?,
                customers: whole(self.customers)?,
                cause: self.cause,
            },
            id: self.id,
            code: self.code,
            voided: self.voided,
            source: self.file_id.zip(self.line.and_then(|l| u64::try_from(l).ok())),
            recorded_at: Instant(self.recorded_at),
            changed_at: Instant(self.changed_at),
            rev: whole(self.rev)?,
        })
    }
}

/// Outages by a condition and an order.
pub(super) async fn read(conn: &mut Conn, rest: &str, values: &[Value<'_>]) -> Result<Vec<Outage>, StoreError> {
    let rows = conn.fetch_all::<OutageRow>(AssertSqlSafe(read_text(rest)), values).await?;
    rows.into_iter().map(OutageRow::outage).collect()
}

/// One outage.
pub async fn outage(conn: &mut Conn, id: Uuid) -> Result<Option<Outage>, StoreError> {
    let row = conn.fetch_optional::<OutageRow>(BY_ID.as_str(), &values![id]).await?;
    row.map(OutageRow::outage).transpose()
}

/// Outages by their numbers; those that are not there are missing.
pub async fn by_codes(conn: &mut Conn, codes: &[&str]) -> Result<Vec<Outage>, StoreError> {
    let mut found = Vec::new();
    for some in codes.chunks(CODES) {
        // One text for any number of them: the last fills the places that are left.
        let filled = some.iter().chain(std::iter::repeat(&some[some.len() - 1])).take(CODES);
        let values: Vec<Value<'_>> = filled.map(|code| Value::from(*code)).collect();
        let rows = conn.fetch_all::<OutageRow>(BY_CODES.as_str(), &values).await?;
        found.extend(rows.into_iter().map(OutageRow::outage).collect::<Result<Vec<_>, _>>()?);
    }
    Ok(found)
}

/// What happened to an outage, with when it was recorded and who did it; nothing of one that a file brought and nobody touched.
pub async fn story(conn: &mut Conn, id: Uuid) -> Result<Vec<(EventRow, OutageEvent)>, StoreError> {
    let rows = rows!(conn, EventRow, STORY, id)?;
    rows.into_iter().map(|row| Ok((row.read()?, row)).map(|(event, row)| (row, event))).collect()
}

/// The first piece of a file that was taken over.
pub async fn file(conn: &mut Conn, id: Uuid) -> Result<Option<(EventRow, OutageFileEvent)>, StoreError> {
    let row = row!(conn, EventRow, FILE, id)?;
    row.map(|row| Ok((row.read()?, row))).transpose().map(|r| r.map(|(event, row)| (row, event)))
}

impl Tx {
    async fn put_outages(&mut self, all: &[Outage], zone: &Zone) -> Result<(), StoreError> {
        let days: Vec<String> = all.iter().map(|o| o.facts.day(zone).to_string()).collect();
        let puts: Vec<Put<'_>> = all.iter().zip(&days).map(|(it, day)| Put { it, day }).collect();
        let (full, rest) = puts.split_at(puts.len() / MANY * MANY);
        let chunks = full.chunks(MANY).map(|c| (PUT_MANY.as_str(), c)).chain(rest.chunks(1).map(|c| (PUT.as_str(), c)));
        for (text, chunk) in chunks {
            let values: Vec<Value<'_>> = chunk.iter().flat_map(|p| inserted(&OUTAGE, |get| get(p))).collect();
            self.conn.execute(text, &values).await?;
        }
        for p in &puts {
            self.wrote(&HASH, &inserted(&OUTAGE, |get| get(p)))?;
        }
        Ok(())
    }

    /// Writes a new outage with the event that recorded it. Its id is claimed.
    pub async fn record_outage(&mut self, it: &Outage, at: Instant, by: &By, zone: &Zone) -> Result<(), StoreError> {
        self.claim(it.id).await?;
        self.put_outages(std::slice::from_ref(it), zone).await?;
        put_sums(&mut self.conn, [Change { facts: &it.facts, adds: true }], zone).await?;
        let event = OutageEvent::Recorded { code: it.code.clone(), facts: it.facts.clone() };
        self.outage_event(it.id, at, by, &event).await
    }

    /// Writes an outage that something happened to: its sums change by the difference.
    pub async fn change_outage(
        &mut self,
        before: &Outage,
        (after, event): (&Outage, &OutageEvent),
        at: Instant,
        by: &By,
        zone: &Zone,
    ) -> Result<(), StoreError> {
        // What a file brought has no event yet, so that nobody has claimed its id.
        if before.rev == 0 {
            self.claim(before.id).await?;
        }
        self.put_outages(std::slice::from_ref(after), zone).await?;
        let (was, is) = (Change { facts: &before.facts, adds: false }, Change { facts: &after.facts, adds: true });
        let changes = [(before, was), (after, is)].into_iter().filter(|(o, _)| !o.voided).map(|(_, c)| c);
        put_sums(&mut self.conn, changes, zone).await?;
        self.outage_event(after.id, at, by, event).await
    }

    async fn outage_event(&mut self, id: Uuid, at: Instant, by: &By, event: &OutageEvent) -> Result<(), StoreError> {
        let body = canonical(event)?;
        let (kind, code, by) = (RecordKind::Outage, event.code(), by.clone());
        self.append(NewEvent { kind, record: id, code, happened_at: at, by, body, version: None }).await
    }

    /// Writes the outages of a piece of a file. Its one event holds a hash of each row, so that none can be changed unseen.
    pub async fn take_outages(
        &mut self,
        file: Uuid,
        all: &[Outage],
        event: &OutageFileEvent,
        at: Instant,
        by: &By,
        zone: &Zone,
    ) -> Result<(), StoreError> {
        self.put_outages(all, zone).await?;
        put_sums(&mut self.conn, all.iter().map(|o| Change { facts: &o.facts, adds: true }), zone).await?;
        let body = canonical(event)?;
        let (kind, code, by) = (RecordKind::OutageFile, event.code(), by.clone());
        self.append(NewEvent { kind, record: file, code, happened_at: at, by, body, version: None }).await
    }
}
