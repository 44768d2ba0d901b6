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
use crate::engine::value::Value;
use crate::journal::event::{NewEvent, RecordKind, sha256};
use crate::journal::tx::Tx;
use serde_json::json;
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
type Get = for<'r> fn(&'r NewRow<'r>) -> Value<'r>;

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
        let event = json!({ "type": "plan_made", "unit": p.unit, "month": p.month, "from": p.from, "to": p.to, "base": p.base, "sha256": sha });
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
        let event =
            json!({ "type": "plan_adopted", "made": a.made, "kept": a.kept, "moved": a.moved, "dropped": a.dropped });
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
