//! Matters: the whole matter as JSON beside the columns that lists, sweeps and figures read. The columns are declared here
//! and nowhere else, so they cannot disagree with the matter. It does not know what a kind of matter writes beside the row.

use crate::engine::canonical::canonical;
use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::named::name_of;
use crate::engine::table::{
    Column,
    Kind::{self, Bool, Id, Int, Text},
    Table, changed, count_dated, dated, dated_values, following, inserted, keep, kept, live, live_beside, names, once,
    once_beside, past, places, plain, sets_dated, table,
};
use crate::engine::value::Value;
use crate::journal::event::{EventRow, NewEvent, RecordKind};
use crate::journal::past::Dated;
use crate::journal::replay::happened;
use crate::journal::rows::{Hashed, Since};
use crate::journal::tx::Tx;
use crate::matter::list::ListRow;
use crate::matter::search::INDEX;
use std::collections::HashMap;
use std::sync::LazyLock;
use uuid::Uuid;
use yixian_domain::access::Voice;
use yixian_domain::base::about::AboutKind;
use yixian_domain::ids::*;
use yixian_domain::matter::{Happened, Matter, MatterEvent, MatterKind, Stage};
use yixian_domain::org::UnitPath;
use yixian_domain::time::Instant;

impl RecordKind {
    /// Matters.
    #[allow(non_upper_case_globals)] // a kind among others, wherever it is declared
    pub const Matter: RecordKind = RecordKind::stored_as("matter");
}

/// A matter on its way into its row.
pub(crate) struct Row<'r> {
    m: &'r Matter,
    /// The matter as JSON.
    body: &'r str,
    n: i64,
    subject: &'r str,
    next_at: Option<Instant>,
    /// Since when it is known as it is.
    known: i64,
}

/// How a row tells a column.
type Get = for<'r> fn(&'r Row<'r>) -> Value<'r>;

const COLUMNS: [Column<Get>; 37] = [
    once_beside("id", Id, |r| r.m.id.0.into()),
    once_beside("n", Int, |r| r.n.into()),
    once("kind", Text, |r| name_of(r.m.kind).into()),
    // A correction of what was applied for may change the class of a connection, which is its category.
    dated("category", Text, |r| r.m.raised.category.as_str().into()),
    once("origin", Text, |r| name_of(r.m.origin).into()),
    dated("stage", Text, |r| r.m.stage.name().as_str().into()),
    live("is_open", Bool, |r| r.m.is_open().into()),
    dated("unit_id", Id, |r| r.m.unit.0.into()),
    once("place_id", Id, |r| r.m.raised.place.map(|p| p.0).into()),
    once("visit_id", Id, |r| r.m.raised.visit.map(|v| v.0).into()),
    once("raiser", Id, |r| uuid_of(&r.m.raised.by).into()),
    once("recorder", Id, |r| uuid_of(&r.m.raised.recorded_by).into()),
    live("handler", Id, |r| r.m.handler.map(|h| h.0).into()),
    live("doer", Id, |r| r.m.doer.as_ref().and_then(uuid_of).into()),
    live("merged_into", Id, |r| merged_into(r.m).into()),
    once_beside("subject", Text, |r| r.subject.into()),
    once("raised_at", Int, |r| r.m.raised.at.0.into()),
    dated("due_at", Int, |r| r.m.due.as_ref().map(|d| d.at.0).into()),
    live("due_sort", Int, |r| r.m.due.as_ref().map_or(NEVER, |d| d.at.0).into()),
    live("provisional", Bool, |r| r.m.due.as_ref().is_some_and(|d| d.provisional).into()),
    dated("solved_at", Int, |r| r.m.solved_at.map(|t| t.0).into()),
    dated("answered_at", Int, |r| r.m.answered_at.map(|t| t.0).into()),
    dated("closed_at", Int, |r| r.m.closed_at.map(|t| t.0).into()),
    dated("on_the_spot", Bool, |r| r.m.on_the_spot.into()),
    live("paused", Bool, |r| r.m.paused().is_some().into()),
    live("request", Text, |r| request_name(r.m).into()),
    live("escalated", Int, |r| i64::from(r.m.escalated).into()),
    dated("reopened", Int, |r| i64::from(r.m.reopened).into()),
    dated("verdict", Text, |r| r.m.verdict.map(name_of).into()),
    dated("voice", Text, |r| r.m.voice.map(Voice::as_str).into()),
    live_beside("next_at", Int, |r| r.next_at.map(|t| t.0).into()),
    live("rev", Int, |r| i64::from(r.m.rev).into()),
    live("body", Text, |r| r.body.into()),
    // Changed by a text of its own, and held with the earlier states.
    once_beside("known_from", Int, |r| r.known.into()),
    live("about_kind", Text, |r| r.m.about.map(|a| a.kind.as_str()).into()),
    live("about_id", Id, |r| r.m.about.map(|a| a.id).into()),
    once("owner_id", Id, |r| r.m.raised.owner.map(|p| p.0).into()),
];
const PLAIN: [(&str, Kind); 37] = plain(&COLUMNS);
const PAST_PLAIN: [(&str, Kind); count_dated(&COLUMNS) + 3] = past(&COLUMNS);

/// Matters.
pub(crate) const TABLE: Table = table("matter", "id", &PLAIN);

/// Earlier states of matters.
pub(crate) const PAST: Table = table("matter_past", "id, known_from", &PAST_PLAIN);

/// What is dated of matters.
pub(crate) const DATED: Dated = Dated { of: &TABLE, past: &PAST };

/// What an event says of a matter's running number.
pub(crate) const NUMBER: Hashed = Hashed {
    name: "matter.n",
    table: "matter",
    key: &[("id", Id)],
    foreign_key: false,
    columns: &[("n", Int)],
    since: Since::Record("id"),
};

/// What an event says of a matter's text, for whoever cannot replay it.
pub(crate) const TEXT: Hashed = Hashed {
    name: "matter.body",
    table: "matter",
    key: &[("id", Id)],
    foreign_key: false,
    columns: &[("body", Text)],
    since: Since::Elsewhere,
};

static INSERT: LazyLock<String> =
    LazyLock::new(|| format!("INSERT INTO matter ({}) VALUES {}", names(&COLUMNS), places(COLUMNS.len(), 1)));
static UPDATE: LazyLock<String> = LazyLock::new(|| format!("UPDATE matter SET {} WHERE id = $1", sets_dated(&COLUMNS)));
static KEEP: LazyLock<String> = LazyLock::new(|| keep("matter", &COLUMNS));

/// Texts that are made once, for the prepare-everything test.
pub(crate) fn made_texts() -> Vec<(&'static str, &'static str)> {
    vec![("matter::INSERT", INSERT.as_str()), ("matter::UPDATE", UPDATE.as_str()), ("matter::KEEP", KEEP.as_str())]
}

statements! {
    LAST = "SELECT COALESCE(MAX(n), 0) FROM matter";
    GET = "SELECT m.n, m.subject, m.body, u.path FROM matter m JOIN unit u ON u.id = m.unit_id WHERE m.id = $1";
    ID_OF_N = "SELECT id FROM matter WHERE n = $1";
    FOLLOWERS = "SELECT id FROM matter WHERE merged_into = $1 AND stage = 'merged' ORDER BY n";
    MERGED_IN = "SELECT id FROM matter WHERE merged_into = $1 ORDER BY n";
    ON_VISIT = "SELECT id FROM matter WHERE visit_id = $1 ORDER BY n";
    DUE_FOR_SWEEP = "SELECT id FROM matter WHERE next_at <= $1 ORDER BY next_at, n LIMIT $2";
    ABOUT = "SELECT n, subject, body FROM matter WHERE about_id = $1 ORDER BY n";
    OPEN_OF_UNIT = "SELECT n, subject, body FROM matter WHERE unit_id = $1 AND is_open ORDER BY n";
    OWNED_BY = "SELECT n, subject, body FROM matter WHERE owner_id = $1 ORDER BY n";
    RAISED_BY = "SELECT n, subject, body FROM matter WHERE raiser = $1 ORDER BY n";
    OF_KIND = "SELECT n, subject, body FROM matter WHERE kind = $1 ORDER BY n";
    KNOWN = "SELECT e.seq, e.kind, e.record_id, e.rev, e.code, e.happened_at, e.recorded_at, e.late, e.actor, e.command_id, e.body, e.prev, e.hash, e.version FROM matter m CROSS JOIN event e WHERE m.kind = $1 AND e.record_id = m.id AND e.recorded_at <= $2 ORDER BY e.record_id, e.rev";
    ERASE_SUBJECT = "UPDATE matter SET subject = '' WHERE id = $1";
}

/// Sorts matters that are due at no time behind all others.
const NEVER: i64 = i64::MAX;

/// A matter with what the store adds to it.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The matter.
    pub matter: Matter,
    /// Its running number, for people.
    pub n: i64,
    /// First words of what was raised; empty when erased.
    pub subject: String,
    /// The path of the unit that holds it.
    pub unit_path: UnitPath,
}

impl Stored {
    /// As a list shows it.
    pub fn into_row(self) -> ListRow {
        let m = self.matter;
        let due = m.due.as_ref().map(|d| d.at.0);
        ListRow {
            id: m.id.0,
            n: self.n,
            kind: name_of(m.kind),
            category: m.raised.category.clone(),
            origin: name_of(m.origin),
            stage: m.stage.name().as_str().to_owned(),
            unit_id: m.unit.0,
            place_id: m.raised.place.map(|p| p.0),
            subject: self.subject,
            raised_at: m.raised.at.0,
            due_at: due,
            due_sort: due.unwrap_or(NEVER),
            provisional: m.due.as_ref().is_some_and(|d| d.provisional),
            solved_at: m.solved_at.map(|t| t.0),
            closed_at: m.closed_at.map(|t| t.0),
            on_the_spot: m.on_the_spot,
            paused: m.paused().is_some(),
            request: request_name(&m).map(str::to_owned),
            escalated: i64::from(m.escalated),
            reopened: i64::from(m.reopened),
        }
    }
}

pub(crate) fn uuid_of(by: &By) -> Option<Uuid> {
    match by {
        By::Person(p) => Some(p.0),
        By::Raiser(c) => Some(c.0),
        By::Partner(p) => Some(p.0),
        By::Rule | By::Import => None,
    }
}

fn merged_into(m: &Matter) -> Option<Uuid> {
    match &m.stage {
        Stage::Merged { into, .. } => Some(into.0),
        Stage::Answered { answer } => answer.through.map(|t| t.0),
        Stage::Closed { answer: Some(a), .. } => a.through.map(|t| t.0),
        _ => None,
    }
}

fn request_name(m: &Matter) -> Option<&'static str> {
    use yixian_domain::matter::Wanted;
    m.request.as_ref().map(|r| match r.wanted {
        Wanted::Extension { .. } => "extension",
        Wanted::Pause => "pause",
    })
}

/// An event of a matter, ready for the ledger.
fn ledger_event(id: MatterId, h: &Happened<MatterEvent>) -> Result<NewEvent, StoreError> {
    Ok(NewEvent {
        kind: RecordKind::Matter,
        record: id.0,
        code: h.event.code(),
        happened_at: h.at,
        by: h.by.clone(),
        body: canonical(&h.event)?,
        version: None,
    })
}

impl Tx {
    /// Writes the row of a new matter; gives its number. `next_at`: when the sweep has to look at it next.
    pub(crate) async fn put_matter(
        &mut self,
        m: &Matter,
        subject: &str,
        next_at: Option<Instant>,
    ) -> Result<i64, StoreError> {
        let n = self.number(LAST).await?;
        let body = body(m)?;
        let row = Row { m, body: &body, n, subject, next_at, known: self.recorded_at.0 };
        self.conn.execute(INSERT.as_str(), &inserted(&COLUMNS, |get| get(&row))).await?;
        self.wrote(&NUMBER, &values![m.id.0, n])?;
        self.wrote(&TEXT, &values![m.id.0, body])?;
        Ok(n)
    }

    /// Writes the row of a matter that events have changed, or that is only looked at at another time.
    pub(crate) async fn change_matter(
        &mut self,
        m: &Matter,
        next_at: Option<Instant>,
        by_events: bool,
    ) -> Result<(), StoreError> {
        let body = body(m)?;
        let known = self.recorded_at.0;
        let row = Row { m, body: &body, n: 0, subject: "", next_at, known };
        if by_events {
            self.conn.execute(KEEP.as_str(), &kept(&COLUMNS, m.id.0, known, |get| get(&row))).await?;
        }
        let mut values = changed(&COLUMNS, m.id.0, |get| get(&row));
        values.push(known.into());
        self.conn.execute(UPDATE.as_str(), &values).await?;
        if by_events {
            self.wrote(&TEXT, &values![m.id.0, body])?;
        }
        Ok(())
    }

    /// Appends events of a matter to the ledger.
    pub(crate) async fn put_events(
        &mut self,
        id: MatterId,
        events: &[Happened<MatterEvent>],
    ) -> Result<(), StoreError> {
        for h in events {
            self.append(ledger_event(id, h)?).await?;
        }
        Ok(())
    }

    /// Forgets the first words of a matter whose words are being erased.
    pub async fn erase_subject(&mut self, id: MatterId, n: i64) -> Result<(), StoreError> {
        exec!(&mut self.conn, ERASE_SUBJECT, id.0)?;
        self.find_by(&INDEX, n, "", false);
        Ok(())
    }
}

/// What the columns of a matter's row hold, as far as they follow from its events.
pub(crate) fn columns(m: &Matter) -> serde_json::Map<String, serde_json::Value> {
    let body = body(m).unwrap_or_default();
    let row = Row { m, body: &body, n: 0, subject: "", next_at: None, known: 0 };
    following(&COLUMNS, |get| get(&row))
}

/// What is dated of a matter, as figures read it.
pub(crate) fn dated_of(m: &Matter) -> Vec<serde_json::Value> {
    let row = Row { m, body: "", n: 0, subject: "", next_at: None, known: 0 };
    dated_values(&COLUMNS, |get| get(&row))
}

fn body(m: &Matter) -> Result<String, StoreError> {
    serde_json::to_string(m).map_err(|e| StoreError::corrupt("matter", e))
}

/// One matter.
pub async fn matter(conn: &mut Conn, id: MatterId) -> Result<Option<Stored>, StoreError> {
    let Some((n, subject, body, path)) = row!(conn, (i64, String, String, String), GET, id.0)? else { return Ok(None) };
    let matter = serde_json::from_str(&body).map_err(|e| StoreError::corrupt("matter", e))?;
    Ok(Some(Stored { matter, n, subject, unit_path: UnitPath::from_stored(path) }))
}

/// The matter with a running number.
pub async fn id_of_number(conn: &mut Conn, n: i64) -> Result<Option<MatterId>, StoreError> {
    Ok(row!(conn, (Uuid,), ID_OF_N, n)?.map(|r| MatterId(r.0)))
}

/// Matters merged into this one that still wait for its answer.
pub async fn followers(conn: &mut Conn, id: MatterId) -> Result<Vec<MatterId>, StoreError> {
    Ok(rows!(conn, (Uuid,), FOLLOWERS, id.0)?.into_iter().map(|r| MatterId(r.0)).collect())
}

/// Matters that were merged into this one, whatever became of them.
pub async fn merged_in(conn: &mut Conn, id: MatterId) -> Result<Vec<MatterId>, StoreError> {
    Ok(rows!(conn, (Uuid,), MERGED_IN, id.0)?.into_iter().map(|r| MatterId(r.0)).collect())
}

/// Matters found on a visit.
pub async fn on_visit(conn: &mut Conn, id: VisitId) -> Result<Vec<MatterId>, StoreError> {
    Ok(rows!(conn, (Uuid,), ON_VISIT, id.0)?.into_iter().map(|r| MatterId(r.0)).collect())
}

/// Matters the sweep has to look at.
pub async fn due_for_sweep(conn: &mut Conn, now: Instant, limit: i64) -> Result<Vec<MatterId>, StoreError> {
    Ok(rows!(conn, (Uuid,), DUE_FOR_SWEEP, now.0, limit)?.into_iter().map(|r| MatterId(r.0)).collect())
}

/// A matter as lists of few show it whole.
#[derive(Clone, Debug)]
pub struct Numbered {
    /// Its running number.
    pub n: i64,
    /// First words of what was raised; empty when erased.
    pub subject: String,
    /// The matter.
    pub matter: Matter,
}

type NumberedRow = (i64, String, String);

fn numbered(rows: Vec<NumberedRow>) -> Result<Vec<Numbered>, StoreError> {
    let read = |(n, subject, body): NumberedRow| {
        let matter = serde_json::from_str(&body).map_err(|e| StoreError::corrupt("matter", e))?;
        Ok(Numbered { n, subject, matter })
    };
    rows.into_iter().map(read).collect()
}

/// Matters about a record.
pub async fn about(conn: &mut Conn, id: Uuid) -> Result<Vec<Numbered>, StoreError> {
    numbered(rows!(conn, NumberedRow, ABOUT, id)?)
}

/// Which of some matters are about a record of a kind, with when each was raised: neither ever changes.
pub async fn raised_about(
    conn: &mut Conn,
    ids: &[Uuid],
    kind: AboutKind,
) -> Result<HashMap<MatterId, Instant>, StoreError> {
    const ABOUT_KIND: &str =
        "SELECT id, about_kind, raised_at FROM matter WHERE id IN ({ids}) AND about_kind IS NOT NULL";
    let found = conn.fetch_among::<(Uuid, String, i64)>(ABOUT_KIND, ids).await?;
    let of_kind = found.into_iter().filter(|(_, of, _)| of == kind.as_str());
    Ok(of_kind.map(|(id, _, at)| (MatterId(id), Instant(at))).collect())
}

/// Matters that a body outside is to put right.
pub async fn owned_by(conn: &mut Conn, id: PartnerId) -> Result<Vec<Numbered>, StoreError> {
    numbered(rows!(conn, NumberedRow, OWNED_BY, id.0)?)
}

/// Matters that lie open with a unit itself, not with those below it.
pub async fn open_of_unit(conn: &mut Conn, unit: UnitId) -> Result<Vec<Numbered>, StoreError> {
    numbered(rows!(conn, NumberedRow, OPEN_OF_UNIT, unit.0)?)
}

/// Matters that somebody raised.
pub async fn raised_by(conn: &mut Conn, by: &By) -> Result<Vec<Numbered>, StoreError> {
    let Some(id) = uuid_of(by) else { return Ok(Vec::new()) };
    numbered(rows!(conn, NumberedRow, RAISED_BY, id)?)
}

/// Every matter of a kind of which there are few: measures, commitments, resolutions, tasks.
pub async fn of_kind(conn: &mut Conn, kind: MatterKind) -> Result<Vec<Numbered>, StoreError> {
    numbered(rows!(conn, NumberedRow, OF_KIND, name_of(kind))?)
}

/// Every matter of a kind of which there are few, as it was known at an instant.
pub async fn known(conn: &mut Conn, kind: MatterKind, at: Instant) -> Result<Vec<Matter>, StoreError> {
    let events = rows!(conn, EventRow, KNOWN, name_of(kind), at.0)?;
    let of = |events: &[EventRow]| {
        let id = events[0].record_id;
        let bad = || StoreError::corrupt("matter", format!("the events of {id} cannot be replayed"));
        let all: Vec<Happened<MatterEvent>> = happened(events).ok_or_else(bad)?;
        Matter::replay(MatterId(id), &all).ok_or_else(bad)
    };
    events.chunk_by(|a, b| a.record_id == b.record_id).map(of).collect()
}
