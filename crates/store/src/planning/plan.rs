//! Plans of visits as they were made, which of them were adopted, and the visits that came of it. What a plan's text says is
//! the use case's.

use crate::engine::canonical::canonical;
use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::named::day;
use crate::engine::table::{
    Column,
    Kind::{self, Id, Int, Text},
    Table, inserted, names, once, once_beside, places, plain, table,
};
use crate::engine::value::Value as Bound;
use crate::journal::backup::some_rows;
use crate::journal::event::{EventRow, NewEvent, RecordKind, actor_from, sha256};
use crate::journal::replay::{Checking, Holding, records};
use crate::journal::tx::Tx;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;
use uuid::Uuid;
use yixian_domain::ids::*;
use yixian_domain::org::UnitPath;
use yixian_domain::time::{Date, Instant};

impl RecordKind {
    /// Plans.
    #[allow(non_upper_case_globals)] // a kind among others, wherever it is declared
    pub const Plan: RecordKind = RecordKind::stored_as("plan");
}

/// A plan on its way into its row.
struct NewRow<'r> {
    p: &'r NewPlan,
    n: i64,
    by: &'r By,
    at: Instant,
    sha: &'r str,
}

/// How a row tells a column.
type Get = for<'r> fn(&'r NewRow<'r>) -> Bound<'r>;

const COLUMNS: [Column<Get>; 13] = [
    once_beside("id", Id, |r| r.p.id.into()),
    once_beside("n", Int, |r| r.n.into()),
    once("unit_id", Id, |r| r.p.unit.0.into()),
    once("month", Text, |r| r.p.month.as_str().into()),
    once("from_day", Text, |r| r.p.from.to_string().into()),
    once("to_day", Text, |r| r.p.to.to_string().into()),
    once("base", Id, |r| r.p.base.into()),
    once("adoptions", Int, |r| r.p.adoptions.into()),
    once("made_by", Id, |r| r.by.person().map(|p| p.0).into()),
    once("made_at", Int, |r| r.at.0.into()),
    once("summary", Text, |r| r.p.summary.as_str().into()),
    once("sha", Text, |r| r.sha.into()),
    once("body", Text, |r| r.p.body.as_str().into()),
];
const PLAIN: [(&str, Kind); 13] = plain(&COLUMNS);

/// Plans.
pub(crate) const TABLE: Table = table("plan", "id", &PLAIN);

static PUT: LazyLock<String> =
    LazyLock::new(|| format!("INSERT INTO plan ({}) VALUES {}", names(&COLUMNS), places(COLUMNS.len(), 1)));

/// Texts that are made once, for the prepare-everything test.
pub(crate) fn made_texts() -> Vec<(&'static str, &'static str)> {
    vec![("plan::PUT", PUT.as_str())]
}

/// Adoptions of plans.
pub(crate) const ADOPTIONS_TABLE: Table = table(
    "plan_adoption",
    "plan_id",
    &[
        ("plan_id", Id),
        ("adopted_by", Id),
        ("adopted_at", Int),
        ("made", Int),
        ("kept", Int),
        ("moved", Int),
        ("dropped", Int),
    ],
);

/// Visits that came of a plan.
pub(crate) const VISITS_TABLE: Table = table("plan_visit", "plan_id, visit_id", &[("plan_id", Id), ("visit_id", Id)]);

statements! {
    LAST = "SELECT COALESCE(MAX(n), 0) FROM plan";
    GET = "SELECT p.id, p.n, p.unit_id, u.path, p.month, p.from_day, p.to_day, p.base, p.adoptions, p.made_by, p.made_at, p.summary, a.adopted_by, a.adopted_at, a.made, a.kept, a.moved, a.dropped FROM plan p JOIN unit u ON u.id = p.unit_id LEFT JOIN plan_adoption a ON a.plan_id = p.id WHERE p.id = $1";
    TEXTS = "SELECT summary, body FROM plan WHERE id = $1";
    VISITS_ALL = "SELECT plan_id, visit_id FROM plan_visit";
    EVENTS_OF_PLANS = "SELECT seq, kind, record_id, rev, code, happened_at, recorded_at, late, actor, command_id, body, prev, hash, version FROM event WHERE kind = 'plan' ORDER BY record_id, rev";
    BODY = "SELECT body FROM plan WHERE id = $1";
    LIST = "SELECT p.id, p.n, p.unit_id, u.path, p.month, p.from_day, p.to_day, p.base, p.adoptions, p.made_by, p.made_at, p.summary, a.adopted_by, a.adopted_at, a.made, a.kept, a.moved, a.dropped FROM plan p CROSS JOIN unit u LEFT JOIN plan_adoption a ON a.plan_id = p.id WHERE u.id = p.unit_id AND p.n < $1 ORDER BY p.n DESC LIMIT $2";
    ADOPT = "INSERT INTO plan_adoption (plan_id, adopted_by, adopted_at, made, kept, moved, dropped) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    ADOPTIONS = "SELECT COUNT(*) FROM plan p JOIN plan_adoption a ON a.plan_id = p.id WHERE p.unit_id = $1 AND p.to_day >= $2 AND p.from_day <= $3";
    VISIT_PUT = "INSERT INTO plan_visit (plan_id, visit_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    VISITS_OF = "SELECT v.visit_id FROM plan_visit v WHERE v.plan_id = $1 ORDER BY v.visit_id";
}

/// What is written of a new plan.
#[derive(Clone, Debug)]
pub struct NewPlan {
    /// Identity.
    pub id: Uuid,
    /// The unit whose visits it plans.
    pub unit: UnitId,
    /// The month, `2018-10`.
    pub month: String,
    /// First day that may still change.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// The plan it began from.
    pub base: Option<Uuid>,
    /// Adoptions of the unit's plans of these days that it knows of.
    pub adoptions: i64,
    /// What lists show, JSON.
    pub summary: String,
    /// The plan, JSON.
    pub body: String,
}

/// A plan as lists show it, with its adoption.
#[derive(Clone, Debug)]
pub struct PlanRow {
    /// Identity.
    pub id: Uuid,
    /// Running number.
    pub n: i64,
    /// Unit.
    pub unit: UnitId,
    /// Where the unit stands.
    pub path: UnitPath,
    /// Month.
    pub month: String,
    /// First day that may still change.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// The plan it began from.
    pub base: Option<Uuid>,
    /// Adoptions of the unit's plans of these days that it knew of.
    pub adoptions: i64,
    /// Who had it made; none = the system.
    pub made_by: Option<PersonId>,
    /// When.
    pub made_at: Instant,
    /// What lists show, JSON.
    pub summary: String,
    /// Whether and how it was adopted.
    pub adoption: Option<Adoption>,
}

/// How a plan was adopted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Adoption {
    /// Who.
    pub by: Option<PersonId>,
    /// When.
    pub at: Instant,
    /// Visits made.
    pub made: i64,
    /// Visits kept as they were.
    pub kept: i64,
    /// Visits moved.
    pub moved: i64,
    /// Visits called off.
    pub dropped: i64,
}

struct Row {
    id: Uuid,
    n: i64,
    unit_id: Uuid,
    path: String,
    month: String,
    from_day: String,
    to_day: String,
    base: Option<Uuid>,
    adoptions: i64,
    made_by: Option<Uuid>,
    made_at: i64,
    summary: String,
    adopted_by: Option<Uuid>,
    adopted_at: Option<i64>,
    made: Option<i64>,
    kept: Option<i64>,
    moved: Option<i64>,
    dropped: Option<i64>,
}
columns!(Row {
    id,
    n,
    unit_id,
    path,
    month,
    from_day,
    to_day,
    base,
    adoptions,
    made_by,
    made_at,
    summary,
    adopted_by,
    adopted_at,
    made,
    kept,
    moved,
    dropped
});

impl TryFrom<Row> for PlanRow {
    type Error = StoreError;
    fn try_from(r: Row) -> Result<PlanRow, StoreError> {
        let n = |x: Option<i64>| x.unwrap_or(0);
        Ok(PlanRow {
            id: r.id,
            n: r.n,
            unit: UnitId(r.unit_id),
            path: UnitPath::from_stored(r.path),
            month: r.month,
            from: day("plan", &r.from_day)?,
            to: day("plan", &r.to_day)?,
            base: r.base,
            adoptions: r.adoptions,
            made_by: r.made_by.map(PersonId),
            made_at: Instant(r.made_at),
            summary: r.summary,
            adoption: r.adopted_at.map(|at| Adoption {
                by: r.adopted_by.map(PersonId),
                at: Instant(at),
                made: n(r.made),
                kept: n(r.kept),
                moved: n(r.moved),
                dropped: n(r.dropped),
            }),
        })
    }
}

impl Tx {
    /// Writes a new plan with its event. The event holds the hash of the text, not the text.
    pub async fn insert_plan(&mut self, p: &NewPlan, by: By, at: Instant) -> Result<i64, StoreError> {
        let n = self.number(LAST).await?;
        let sha = sha256(p.body.as_bytes());
        let row = NewRow { p, n, by: &by, at, sha: &sha };
        self.conn.execute(PUT.as_str(), &inserted(&COLUMNS, |get| get(&row))).await?;
        self.claim(p.id).await?;
        let event = json!({ "type": "plan_made", "unit": p.unit, "month": p.month, "from": p.from, "to": p.to, "base": p.base, "sha256": sha,
            "n": n, "adoptions": p.adoptions, "summary_sha256": sha256(p.summary.as_bytes()) });
        self.append(NewEvent {
            kind: RecordKind::Plan,
            record: p.id,
            code: "plan_made",
            happened_at: at,
            by,
            body: canonical(&event)?,
            version: None,
        })
        .await?;
        Ok(n)
    }

    /// Notes that a plan was adopted, with the visits that came of it.
    pub async fn adopt_plan(&mut self, plan: Uuid, a: &Adoption, visits: &[VisitId], by: By) -> Result<(), StoreError> {
        exec!(&mut self.conn, ADOPT, plan, a.by.map(|p| p.0), a.at.0, a.made, a.kept, a.moved, a.dropped)?;
        for v in visits {
            exec!(&mut self.conn, VISIT_PUT, plan, v.0)?;
        }
        let event = json!({ "type": "plan_adopted", "made": a.made, "kept": a.kept, "moved": a.moved, "dropped": a.dropped,
            "visits_sha256": hash_of(visits.iter().map(|v| v.0).collect()) });
        self.append(NewEvent {
            kind: RecordKind::Plan,
            record: plan,
            code: "plan_adopted",
            happened_at: a.at,
            by,
            body: canonical(&event)?,
            version: None,
        })
        .await
    }
}

/// The hash of the visits that came of a plan: of their ids in order, a line each.
fn hash_of(visits: BTreeSet<Uuid>) -> String {
    sha256(visits.iter().map(|v| format!("{v}\n")).collect::<String>().as_bytes())
}

/// A plan as its event tells it; number, adoptions and summary since the event tells them.
#[derive(Deserialize)]
struct MadeIs {
    unit: UnitId,
    month: String,
    from: Date,
    to: Date,
    base: Option<Uuid>,
    sha256: String,
    #[serde(default)]
    n: Option<i64>,
    #[serde(default)]
    adoptions: Option<i64>,
    #[serde(default)]
    summary_sha256: Option<String>,
}

/// An adoption as its event tells it; its visits since the event tells them.
#[derive(Deserialize)]
struct AdoptedIs {
    made: i64,
    kept: i64,
    moved: i64,
    dropped: i64,
    #[serde(default)]
    visits_sha256: Option<String>,
}

fn made_of(events: &[EventRow]) -> Option<(&EventRow, MadeIs)> {
    events.iter().find(|e| e.code == "plan_made").and_then(|e| Some((e, e.read().ok()?)))
}

fn person_of(e: &EventRow) -> Option<Uuid> {
    actor_from(&e.actor)?.person().map(|p| p.0)
}

async fn plans_told(conn: &mut Conn) -> Result<BTreeMap<Uuid, Vec<EventRow>>, StoreError> {
    let mut all: BTreeMap<Uuid, Vec<EventRow>> = BTreeMap::new();
    for e in rows!(conn, EventRow, EVENTS_OF_PLANS)? {
        all.entry(e.record_id).or_default().push(e);
    }
    Ok(all)
}

/// Every plan is what its event says, and its text and summary are what the event hashed.
pub(crate) fn hold<'a>(conn: &'a mut Conn, holding: &'a mut Holding) -> Checking<'a> {
    Box::pin(async move {
        records(conn, &TABLE, &[], &mut holding.faults, |_, events| {
            let (e, told) = made_of(events)?;
            let want = json!({ "unit_id": told.unit, "month": told.month, "from_day": told.from, "to_day": told.to,
                "base": told.base, "sha": told.sha256, "made_by": person_of(e), "made_at": e.happened_at });
            let mut want = want.as_object()?.clone();
            want.extend(told.n.map(|n| ("n".to_owned(), n.into())));
            want.extend(told.adoptions.map(|n| ("adoptions".to_owned(), n.into())));
            Some(want.into())
        })
        .await?;
        for (id, events) in plans_told(conn).await? {
            let (Some((e, told)), Some((summary, body))) =
                (made_of(&events), row!(&mut *conn, (String, String), TEXTS, id)?)
            else {
                continue;
            };
            let differs = [
                (Some(&told.sha256) != Some(&sha256(body.as_bytes()))).then_some("body"),
                told.summary_sha256.is_some_and(|sha| sha != sha256(summary.as_bytes())).then_some("summary"),
            ];
            for column in differs.into_iter().flatten() {
                holding.faults.add(e.seq, format!("the row of plan {id} is not what its events give: {column}"));
            }
        }
        Ok(())
    })
}

/// Every adoption, with the visits that came of it, is what the plan's event says.
pub(crate) fn hold_adoptions<'a>(conn: &'a mut Conn, holding: &'a mut Holding) -> Checking<'a> {
    Box::pin(async move {
        let columns = ADOPTIONS_TABLE.columns.clone();
        let mut found: HashMap<Uuid, Map<String, Value>> = HashMap::new();
        for row in some_rows(conn, &ADOPTIONS_TABLE, "", &[]).await? {
            let id = row.get("plan_id").and_then(Value::as_str).and_then(|id| id.parse().ok()).unwrap_or_default();
            found.insert(id, row);
        }
        for (id, events) in plans_told(conn).await? {
            for e in events.iter().filter(|e| e.code == "plan_adopted") {
                let Ok(told) = e.read::<AdoptedIs>() else { continue };
                let want = json!({ "plan_id": id, "adopted_by": person_of(e), "adopted_at": e.happened_at, "made": told.made,
                    "kept": told.kept, "moved": told.moved, "dropped": told.dropped });
                match found.remove(&id) {
                    None => holding.faults.add(e.seq, format!("plan_adoption of plan {id} is missing")),
                    Some(row) if columns.iter().any(|(c, _)| row.get(*c) != want.get(*c)) => {
                        let what = format!("plan_adoption of plan {id} is not what its event says");
                        holding.faults.add(e.seq, what);
                    }
                    Some(_) => {}
                }
            }
        }
        for id in found.keys() {
            holding.faults.add(0, format!("plan_adoption: plan {id} was never adopted"));
        }
        Ok(())
    })
}

/// The visits that came of each plan are those its event hashed.
pub(crate) fn hold_visits<'a>(conn: &'a mut Conn, holding: &'a mut Holding) -> Checking<'a> {
    Box::pin(async move {
        let mut found: HashMap<Uuid, BTreeSet<Uuid>> = HashMap::new();
        for (plan, visit) in rows!(&mut *conn, (Uuid, Uuid), VISITS_ALL)? {
            found.entry(plan).or_default().insert(visit);
        }
        for (id, events) in plans_told(conn).await? {
            let adopted = events.iter().rfind(|e| e.code == "plan_adopted");
            let rows = found.remove(&id).unwrap_or_default();
            match adopted.and_then(|e| Some((e.seq, e.read::<AdoptedIs>().ok()?.visits_sha256))) {
                None if !rows.is_empty() => {
                    holding.faults.add(0, format!("plan_visit: plan {id} was never adopted"));
                }
                Some((seq, Some(sha))) if sha != hash_of(rows) => {
                    holding.faults.add(seq, format!("plan_visit of plan {id} is not what its event says"));
                }
                // An event from before it said so.
                Some(_) | None => {}
            }
        }
        for id in found.keys() {
            holding.faults.add(0, format!("plan_visit: there is no plan {id}"));
        }
        Ok(())
    })
}

/// One plan without its text.
pub async fn plan(conn: &mut Conn, id: Uuid) -> Result<Option<PlanRow>, StoreError> {
    row!(conn, Row, GET, id)?.map(PlanRow::try_from).transpose()
}

/// A plan's text.
pub async fn body(conn: &mut Conn, id: Uuid) -> Result<Option<String>, StoreError> {
    Ok(row!(conn, (String,), BODY, id)?.map(|r| r.0))
}

/// Plans, newest first, with numbers below `before`.
pub async fn list(conn: &mut Conn, before: i64, limit: i64) -> Result<Vec<PlanRow>, StoreError> {
    rows!(conn, Row, LIST, before, limit)?.into_iter().map(PlanRow::try_from).collect()
}

/// How many plans of the unit for some of these days were adopted.
pub async fn adoptions(conn: &mut Conn, unit: UnitId, from: Date, to: Date) -> Result<i64, StoreError> {
    Ok(row!(conn, (i64,), ADOPTIONS, unit.0, from.to_string(), to.to_string())?.map_or(0, |r| r.0))
}

/// Whether another plan of the unit for some of the same days was adopted since this one was made.
pub async fn superseded(conn: &mut Conn, p: &PlanRow) -> Result<bool, StoreError> {
    Ok(adoptions(conn, p.unit, p.from, p.to).await? > p.adoptions)
}

/// Visits that came of a plan.
pub async fn visits_of(conn: &mut Conn, plan: Uuid) -> Result<Vec<VisitId>, StoreError> {
    Ok(rows!(conn, (Uuid,), VISITS_OF, plan)?.into_iter().map(|r| VisitId(r.0)).collect())
}
