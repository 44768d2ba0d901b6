//! Visits: the whole visit as JSON beside the columns that lists and figures read.

use crate::db::Conn;
use crate::error::StoreError;
use crate::ledger::{NewEvent, RecordKind, canonical};
use crate::org::named;
use crate::value::Value;
use sqlx::AssertSqlSafe;
use uuid::Uuid;
use yixian_domain::access::Scope;
use yixian_domain::ids::*;
use yixian_domain::matter::Happened;
use yixian_domain::org::UnitPath;
use yixian_domain::time::Date;
use yixian_domain::visit::{Visit, VisitEvent, VisitState, VisitType};

statements! {
    INSERT = "INSERT INTO visit (id, n, state, kind, place_id, host_id, leader_id, day, announced, planned_by, started_at, finished_at, rev, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    UPDATE = "UPDATE visit SET state = $2, started_at = $3, finished_at = $4, rev = $5, body = $6, leader_id = $7, day = $8 WHERE id = $1";
    PARTY_OUT = "DELETE FROM visit_party WHERE visit_id = $1 AND person_id = $2";
    PARTY = "INSERT INTO visit_party (visit_id, person_id, duty) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
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
    let (start, end) = times(v);
    let fields = serde_json::json!({
        "state": v.state.as_str(), "kind": v.plan.kind.as_str(), "place_id": v.plan.place, "host_id": v.plan.host, "leader_id": v.plan.leader,
        "day": v.plan.day.to_string(), "announced": v.plan.announced, "planned_by": v.planned_by.person(), "started_at": start, "finished_at": end,
        "rev": v.rev, "body": body(v).unwrap_or_default(),
    });
    match fields {
        serde_json::Value::Object(fields) => fields,
        _ => serde_json::Map::new(),
    }
}

fn body(v: &Visit) -> Result<String, StoreError> {
    serde_json::to_string(v).map_err(|e| StoreError::corrupt("visit", e))
}

impl crate::Tx {
    /// Writes a new visit with its events.
    pub async fn insert_visit(&mut self, v: &Visit, events: &[Happened<VisitEvent>]) -> Result<i64, StoreError> {
        self.visit_n += 1;
        let n = self.visit_n;
        let (start, end) = times(v);
        exec!(
            &mut self.conn,
            INSERT,
            v.id.0,
            n,
            v.state.as_str(),
            v.plan.kind.as_str(),
            v.plan.place.0,
            v.plan.host.0,
            v.plan.leader.0,
            v.plan.day.to_string(),
            v.plan.announced,
            v.planned_by.person().map(|p| p.0),
            start,
            end,
            i64::from(v.rev),
            body(v)?
        )?;
        for c in &v.plan.companions {
            exec!(&mut self.conn, PARTY, v.id.0, c.person.0, c.duty)?;
        }
        self.is_new(v.id.0);
        self.append_visit(v.id, events).await?;
        Ok(n)
    }

    /// Writes a changed visit with the events that changed it.
    pub async fn update_visit(&mut self, v: &Visit, events: &[Happened<VisitEvent>]) -> Result<(), StoreError> {
        let (start, end) = times(v);
        exec!(
            &mut self.conn,
            UPDATE,
            v.id.0,
            v.state.as_str(),
            start,
            end,
            i64::from(v.rev),
            body(v)?,
            v.plan.leader.0,
            v.plan.day.to_string()
        )?;
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

/// One visit.
pub async fn visit(conn: &mut Conn, id: VisitId) -> Result<Option<Stored>, StoreError> {
    let Some((n, body, path)) = row!(conn, (i64, String, String), GET, id.0)? else { return Ok(None) };
    let visit = serde_json::from_str(&body).map_err(|e| StoreError::corrupt("visit", e))?;
    Ok(Some(Stored { visit, n, host_path: UnitPath::from_stored(path) }))
}

/// What a list of visits shows. Empty means no filter.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// First and last day.
    pub days: Option<(Date, Date)>,
    /// Led by or accompanied by.
    pub person: Option<PersonId>,
    /// Hosted in this subtree.
    pub host: Option<UnitPath>,
    /// Type.
    pub kind: Option<VisitType>,
    /// State, as stored.
    pub state: Option<&'static str>,
    /// Place.
    pub place: Option<PlaceId>,
    /// Newest first instead of by day.
    pub newest: bool,
    /// Continue after (day, n).
    pub after: Option<(String, i64)>,
}

/// One row of a list.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // the columns
pub struct ListRow {
    pub id: Uuid,
    pub n: i64,
    pub state: String,
    pub kind: String,
    pub place_id: Uuid,
    pub host_id: Uuid,
    pub leader_id: Uuid,
    pub day: String,
    pub announced: bool,
    pub started_at: Option<i64>,
    pub finished_at: Option<i64>,
}
columns!(ListRow { id, n, state, kind, place_id, host_id, leader_id, day, announced, started_at, finished_at });

impl ListRow {
    /// The type.
    pub fn visit_type(&self) -> Result<VisitType, StoreError> {
        named("visit type", &self.kind)
    }
}

fn text(scope: &Scope, f: &Filter, limit: i64) -> (String, Vec<Value<'static>>) {
    let mut binds = Vec::new();
    let mut wheres = Vec::new();
    let mut bind = |b: Value<'static>| {
        binds.push(b);
        binds.len()
    };
    match scope {
        Scope::All => {}
        Scope::Nothing => wheres.push("1 = 0".to_owned()),
        Scope::Of { units, person } => {
            let p = bind(Value::from(person.0));
            let mut seen: Vec<String> = Vec::new();
            for u in units {
                if u.depth() == 1 {
                    seen.push("1 = 1".into());
                } else {
                    let (i, j) = (
                        bind(Value::from(u.as_str().to_owned())),
                        bind(Value::from(format!("{}\u{10ffff}", u.as_str()))),
                    );
                    seen.push(format!("v.host_id IN (SELECT id FROM unit WHERE path >= ${i} AND path < ${j})"));
                }
            }
            let open = if seen.is_empty() {
                String::new()
            } else {
                format!(" OR NOT (v.state = 'planned' AND NOT v.announced) AND ({})", seen.join(" OR "))
            };
            wheres.push(format!("(v.leader_id = ${p} OR v.planned_by = ${p} OR v.id IN (SELECT visit_id FROM visit_party WHERE person_id = ${p}){open})"));
        }
    }
    if let Some((a, b)) = &f.days {
        let (i, j) = (bind(Value::from(a.to_string())), bind(Value::from(b.to_string())));
        wheres.push(format!("v.day >= ${i} AND v.day <= ${j}"));
    }
    if let Some(p) = f.person {
        let i = bind(Value::from(p.0));
        wheres
            .push(format!("(v.leader_id = ${i} OR v.id IN (SELECT visit_id FROM visit_party WHERE person_id = ${i}))"));
    }
    if let Some(u) = &f.host {
        let (i, j) = (bind(Value::from(u.as_str().to_owned())), bind(Value::from(format!("{}\u{10ffff}", u.as_str()))));
        wheres.push(format!("v.host_id IN (SELECT id FROM unit WHERE path >= ${i} AND path < ${j})"));
    }
    if let Some(k) = f.kind {
        let i = bind(Value::from(k.as_str().to_owned()));
        wheres.push(format!("v.kind = ${i}"));
    }
    if let Some(s) = f.state {
        let i = bind(Value::from(s.to_owned()));
        wheres.push(format!("v.state = ${i}"));
    }
    if let Some(p) = f.place {
        let i = bind(Value::from(p.0));
        wheres.push(format!("v.place_id = ${i}"));
    }
    let (op, dir) = if f.newest { ("<", " DESC") } else { (">", "") };
    if let Some((d, n)) = &f.after {
        let (i, j) = (bind(Value::from(d.clone())), bind(Value::from(*n)));
        wheres.push(format!("(v.day {op} ${i} OR v.day = ${i} AND v.n {op} ${j})"));
    }
    let wheres = if wheres.is_empty() { String::new() } else { format!(" WHERE {}", wheres.join(" AND ")) };
    (
        format!(
            "SELECT v.id, v.n, v.state, v.kind, v.place_id, v.host_id, v.leader_id, v.day, v.announced, v.started_at, v.finished_at FROM visit v{wheres} ORDER BY v.day{dir}, v.n{dir} LIMIT {limit}"
        ),
        binds,
    )
}

/// Visits by day; one row more than `limit` says there is more.
pub async fn list(conn: &mut Conn, scope: &Scope, f: &Filter, limit: i64) -> Result<Vec<ListRow>, StoreError> {
    let (text, binds) = text(scope, f, limit + 1);
    conn.fetch_all(AssertSqlSafe(text), &binds).await
}

/// Texts of every combination of filters, for the prepare-everything test.
pub fn list_texts() -> Vec<String> {
    let id = Uuid::nil();
    let path = UnitPath::root("A").child("B");
    let day = Date::constant(2018, 5, 1);
    (0u32..256)
        .map(|bits| {
            let on = |i: u32| bits & (1 << i) != 0;
            let f = Filter {
                days: on(0).then_some((day, day)),
                person: on(1).then_some(PersonId(id)),
                host: on(2).then(|| path.clone()),
                kind: on(3).then_some(VisitType::Site),
                state: on(4).then_some("planned"),
                place: on(5).then_some(PlaceId(id)),
                newest: on(6),
                after: on(7).then(|| (day.to_string(), 0)),
            };
            let scope = if on(3) {
                Scope::All
            } else {
                Scope::Of { units: vec![path.clone(), UnitPath::root("X")], person: PersonId(id) }
            };
            text(&scope, &f, 50).0
        })
        .collect()
}
