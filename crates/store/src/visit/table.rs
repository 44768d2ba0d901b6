//! Visits: the whole visit as JSON beside the columns that lists and figures read. The columns are declared here and nowhere
//! else. It does not know what was found on a visit.

use crate::engine::canonical::canonical;
use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::table::{
    Column,
    Kind::{self, Bool, Id, Int, Text},
    Table, changed, count_dated, dated, dated_values, following, inserted, keep, kept, live, names, once, once_beside,
    past, places, plain, sets_dated, table,
};
use crate::engine::value::Value;
use crate::journal::event::{EventRow, NewEvent, RecordKind};
use crate::journal::past::{Dated, History};
use crate::journal::replay::{Checking, Holding, Replayed, happened, page, records, refill};
use crate::journal::rows::{Hashed, Since};
use crate::journal::tx::Tx;
use crate::visit::list::ListRow;
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;
use uuid::Uuid;
use yixian_domain::ids::*;
use yixian_domain::matter::Happened;
use yixian_domain::org::UnitPath;
use yixian_domain::time::Date;
use yixian_domain::visit::{Visit, VisitEvent, VisitState};

impl RecordKind {
    /// Visits.
    #[allow(non_upper_case_globals)] // a kind among others, wherever it is declared
    pub const Visit: RecordKind = RecordKind::stored_as("visit");
}

/// A visit on its way into its row.
pub(crate) struct Row<'r> {
    v: &'r Visit,
    n: i64,
    /// The visit as JSON.
    body: &'r str,
    /// Since when it is known as it is.
    known: i64,
}

/// How a row tells a column.
type Get = for<'r> fn(&'r Row<'r>) -> Value<'r>;

const COLUMNS: [Column<Get>; 19] = [
    once_beside("id", Id, |r| r.v.id.0.into()),
    once_beside("n", Int, |r| r.n.into()),
    dated("state", Text, |r| r.v.state.as_str().into()),
    once("kind", Text, |r| r.v.plan.kind.as_str().into()),
    once("place_id", Id, |r| r.v.plan.place.0.into()),
    once("host_id", Id, |r| r.v.plan.host.0.into()),
    dated("leader_id", Id, |r| r.v.plan.leader.0.into()),
    dated("day", Text, |r| r.v.plan.day.to_string().into()),
    once("announced", Bool, |r| r.v.plan.announced.into()),
    once("planned_by", Id, |r| r.v.planned_by.person().map(|p| p.0).into()),
    dated("started_at", Int, |r| times(r.v).0.into()),
    dated("finished_at", Int, |r| times(r.v).1.into()),
    live("rev", Int, |r| i64::from(r.v.rev).into()),
    live("body", Text, |r| r.body.into()),
    dated("bearers", Text, |r| bearers(r.v).into()),
    // Changed by a text of its own, and held with the earlier states.
    once_beside("known_from", Int, |r| r.known.into()),
    dated("partner_id", Id, |r| r.v.plan.partner.map(|p| p.0).into()),
    once("restricted", Bool, |r| r.v.is_restricted().into()),
    dated("evident", Bool, |r| r.v.is_evident().into()),
];
const PLAIN: [(&str, Kind); 19] = plain(&COLUMNS);
const PAST_PLAIN: [(&str, Kind); count_dated(&COLUMNS) + 3] = past(&COLUMNS);

/// Visits.
pub(crate) const TABLE: Table = table("visit", "id", &PLAIN);

/// Earlier states of visits.
pub(crate) const PAST: Table = table("visit_past", "id, known_from", &PAST_PLAIN);

/// What is dated of visits.
pub(crate) const DATED: Dated = Dated { of: &TABLE, past: &PAST };

/// Who goes along.
pub(crate) const PARTIES: Table =
    table("visit_party", "visit_id, person_id", &[("visit_id", Id), ("person_id", Id), ("duty", Bool)]);

/// What an event says of a visit's running number.
pub(crate) const NUMBER: Hashed = Hashed {
    name: "visit.n",
    table: "visit",
    key: &[("id", Id)],
    foreign_key: false,
    columns: &[("n", Int)],
    since: Since::Record("id"),
};

/// What an event says of a visit's text, for whoever cannot replay it.
pub(crate) const TEXT: Hashed = Hashed {
    name: "visit.body",
    table: "visit",
    key: &[("id", Id)],
    foreign_key: false,
    columns: &[("body", Text)],
    since: Since::Elsewhere,
};

static INSERT: LazyLock<String> =
    LazyLock::new(|| format!("INSERT INTO visit ({}) VALUES {}", names(&COLUMNS), places(COLUMNS.len(), 1)));
static UPDATE: LazyLock<String> = LazyLock::new(|| format!("UPDATE visit SET {} WHERE id = $1", sets_dated(&COLUMNS)));
static KEEP: LazyLock<String> = LazyLock::new(|| keep("visit", &COLUMNS));

/// Texts that are made once, for the prepare-everything test.
pub(crate) fn made_texts() -> Vec<(&'static str, &'static str)> {
    vec![("visit::INSERT", INSERT.as_str()), ("visit::UPDATE", UPDATE.as_str()), ("visit::KEEP", KEEP.as_str())]
}

statements! {
    LAST = "SELECT COALESCE(MAX(n), 0) FROM visit";
    PARTY_OUT = "DELETE FROM visit_party WHERE visit_id = $1 AND person_id = $2";
    PARTY = "INSERT INTO visit_party (visit_id, person_id, duty) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    PARTIES_OF = "SELECT visit_id, person_id, duty FROM visit_party WHERE visit_id > $1 AND visit_id <= $2";
    PLANNED_FOR = "SELECT v.id FROM visit v WHERE v.leader_id = $1 AND v.day = $2 AND v.place_id = $3 AND v.state = 'planned'";
    GET = "SELECT v.n, v.body, u.path FROM visit v JOIN unit u ON u.id = v.host_id WHERE v.id = $1";
}

/// A visit with what the store adds to it.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The visit.
    pub visit: Visit,
    /// Its running number.
    pub n: i64,
    /// The path of its host.
    pub host_path: UnitPath,
}

impl Stored {
    /// As a list shows it.
    pub fn into_row(self) -> ListRow {
        let v = self.visit;
        let (started_at, finished_at) = times(&v);
        ListRow {
            id: v.id.0,
            n: self.n,
            state: v.state.as_str().to_owned(),
            kind: v.plan.kind.as_str().to_owned(),
            place_id: v.plan.place.0,
            host_id: v.plan.host.0,
            leader_id: v.plan.leader.0,
            day: v.plan.day.to_string(),
            announced: v.plan.announced,
            partner_id: v.plan.partner.map(|p| p.0),
            started_at,
            finished_at,
        }
    }
}

fn times(v: &Visit) -> (Option<i64>, Option<i64>) {
    let end = match &v.state {
        VisitState::Finished { at, .. } => Some(at.0),
        _ => None,
    };
    (v.check_in().map(|c| c.at.0), end)
}

/// What the columns of a visit's row hold, as far as they follow from its events.
pub(crate) fn columns(v: &Visit) -> serde_json::Map<String, serde_json::Value> {
    let body = body(v).unwrap_or_default();
    let row = Row { v, n: 0, body: &body, known: 0 };
    following(&COLUMNS, |get| get(&row))
}

/// Who bears the duty of a visit, its leader first, as ids behind one another.
fn bearers(v: &Visit) -> String {
    v.duty_bearers().map(|p| p.0.simple().to_string()).collect::<Vec<_>>().join(" ")
}

/// What is dated of a visit, as figures read it.
fn dated_of(v: &Visit) -> Vec<serde_json::Value> {
    let row = Row { v, n: 0, body: "", known: 0 };
    dated_values(&COLUMNS, |get| get(&row))
}

/// The visit that events give, and what was known of it before.
fn told(id: Uuid, events: &[EventRow]) -> Option<(Visit, Vec<History>)> {
    let all: Vec<Happened<VisitEvent>> = happened(events)?;
    let mut visit: Option<Visit> = None;
    let mut history = History::begin(&DATED);
    for (h, row) in all.iter().zip(events) {
        match &mut visit {
            Some(v) => v.apply(h),
            none => *none = Visit::replay(VisitId(id), std::iter::once(h)),
        }
        history.push(row, visit.as_ref().map(dated_of));
    }
    Some((visit?, vec![history]))
}

fn replayed(id: Uuid, events: &[EventRow]) -> Option<Replayed> {
    let (visit, histories) = told(id, events)?;
    Some(Replayed { row: columns(&visit), histories })
}

/// Makes what was known of visits anew from their events.
pub(crate) async fn refill_past(conn: &mut Conn) -> Result<(), StoreError> {
    refill(conn, &TABLE, |id, events| Some(told(id, events)?.1)).await
}

fn body(v: &Visit) -> Result<String, StoreError> {
    serde_json::to_string(v).map_err(|e| StoreError::corrupt("visit", e))
}

impl Tx {
    /// Writes a new visit with its events.
    pub async fn insert_visit(&mut self, v: &Visit, events: &[Happened<VisitEvent>]) -> Result<i64, StoreError> {
        let n = self.number(LAST).await?;
        let body = body(v)?;
        let row = Row { v, n, body: &body, known: self.recorded_at.0 };
        self.conn.execute(INSERT.as_str(), &inserted(&COLUMNS, |get| get(&row))).await?;
        for c in &v.plan.companions {
            exec!(&mut self.conn, PARTY, v.id.0, c.person.0, c.duty)?;
        }
        self.wrote(&NUMBER, &values![v.id.0, n])?;
        self.wrote(&TEXT, &values![v.id.0, body])?;
        self.claim(v.id.0).await?;
        self.append_visit(v.id, events).await?;
        Ok(n)
    }

    /// Writes a changed visit with the events that changed it.
    pub async fn update_visit(&mut self, v: &Visit, events: &[Happened<VisitEvent>]) -> Result<(), StoreError> {
        let body = body(v)?;
        let known = self.recorded_at.0;
        let row = Row { v, n: 0, body: &body, known };
        self.conn.execute(KEEP.as_str(), &kept(&COLUMNS, v.id.0, known, |get| get(&row))).await?;
        let mut values = changed(&COLUMNS, v.id.0, |get| get(&row));
        values.push(known.into());
        self.conn.execute(UPDATE.as_str(), &values).await?;
        if !events.is_empty() {
            self.wrote(&TEXT, &values![v.id.0, body])?;
        }
        if events.iter().any(|h| matches!(h.event, VisitEvent::Rescheduled { .. })) {
            exec!(&mut self.conn, PARTY_OUT, v.id.0, v.plan.leader.0)?;
        }
        self.append_visit(v.id, events).await
    }

    /// Appends events of a visit whose row says already what they bring about.
    pub async fn append_visit(&mut self, id: VisitId, events: &[Happened<VisitEvent>]) -> Result<(), StoreError> {
        for h in events {
            self.append(NewEvent {
                kind: RecordKind::Visit,
                record: id.0,
                code: h.event.code(),
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

/// Who goes along on each visit is what the visit says, which was held against its events.
pub(crate) fn hold_parties<'a>(conn: &'a mut Conn, holding: &'a mut Holding) -> Checking<'a> {
    Box::pin(async move {
        let mut after = Uuid::nil();
        loop {
            let rows = page(conn, &TABLE, after).await?;
            let upto = rows.last().map_or(Uuid::max(), |r| r.0);
            let mut found: HashMap<Uuid, BTreeMap<Uuid, bool>> = HashMap::new();
            for (visit, person, duty) in rows!(&mut *conn, (Uuid, Uuid, bool), PARTIES_OF, after, upto)? {
                found.entry(visit).or_default().insert(person, duty);
            }
            for (id, row) in rows {
                let body = row.get("body").and_then(|b| b.as_str()).unwrap_or_default();
                // One that cannot be read was told already.
                let Ok(v) = serde_json::from_str::<Visit>(body) else { continue };
                let want: BTreeMap<Uuid, bool> = v.plan.companions.iter().map(|c| (c.person.0, c.duty)).collect();
                if found.remove(&id).unwrap_or_default() != want {
                    holding.faults.add(0, format!("visit_party of visit {id} is not what the visit says"));
                }
            }
            for id in found.keys() {
                holding.faults.add(0, format!("visit_party speaks of visit {id}, which is not there"));
            }
            if upto.is_max() {
                return Ok(());
            }
            after = upto;
        }
    })
}

/// Every visit is what its events give.
pub(crate) fn hold<'a>(conn: &'a mut Conn, holding: &'a mut Holding) -> Checking<'a> {
    Box::pin(async move { records(conn, &TABLE, &[&DATED], &mut holding.faults, replayed).await })
}

/// One visit.
pub async fn visit(conn: &mut Conn, id: VisitId) -> Result<Option<Stored>, StoreError> {
    let Some((n, body, path)) = row!(conn, (i64, String, String), GET, id.0)? else { return Ok(None) };
    let visit = serde_json::from_str(&body).map_err(|e| StoreError::corrupt("visit", e))?;
    Ok(Some(Stored { visit, n, host_path: UnitPath::from_stored(path) }))
}

/// Visits of a leader that are planned at a place for a day.
pub async fn planned_for(conn: &mut Conn, of: PersonId, day: Date, at: PlaceId) -> Result<Vec<Visit>, StoreError> {
    let mut planned = Vec::new();
    for (id,) in rows!(&mut *conn, (Uuid,), PLANNED_FOR, of.0, day.to_string(), at.0)? {
        planned.extend(visit(conn, VisitId(id)).await?.map(|s| s.visit));
    }
    Ok(planned)
}
