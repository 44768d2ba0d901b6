//! Plans of visits as they were made, which of them were adopted, and the visits that came of it;
//! leaders' calendar links. What a plan's text says is the use case's.

use crate::db::Conn;
use crate::error::StoreError;
use crate::ledger::{NewEvent, RecordKind, canonical, sha256};
use crate::org::day;
use serde_json::json;
use uuid::Uuid;
use yixian_domain::ids::*;
use yixian_domain::org::UnitPath;
use yixian_domain::time::{Date, Instant};

statements! {
    NEXT = "SELECT COALESCE(MAX(n), 0) + 1 FROM plan";
    PUT = "INSERT INTO plan (id, n, unit_id, month, from_day, to_day, base, adoptions, made_by, made_at, summary, sha, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    GET = "SELECT p.id, p.n, p.unit_id, u.path, p.month, p.from_day, p.to_day, p.base, p.adoptions, p.made_by, p.made_at, p.summary, a.adopted_by, a.adopted_at, a.made, a.kept, a.moved, a.dropped FROM plan p JOIN unit u ON u.id = p.unit_id LEFT JOIN plan_adoption a ON a.plan_id = p.id WHERE p.id = $1";
    BODY = "SELECT body FROM plan WHERE id = $1";
    LIST = "SELECT p.id, p.n, p.unit_id, u.path, p.month, p.from_day, p.to_day, p.base, p.adoptions, p.made_by, p.made_at, p.summary, a.adopted_by, a.adopted_at, a.made, a.kept, a.moved, a.dropped FROM plan p CROSS JOIN unit u LEFT JOIN plan_adoption a ON a.plan_id = p.id WHERE u.id = p.unit_id AND p.n < $1 ORDER BY p.n DESC LIMIT $2";
    ADOPT = "INSERT INTO plan_adoption (plan_id, adopted_by, adopted_at, made, kept, moved, dropped) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    ADOPTIONS = "SELECT COUNT(*) FROM plan p JOIN plan_adoption a ON a.plan_id = p.id WHERE p.unit_id = $1 AND p.to_day >= $2 AND p.from_day <= $3";
    VISIT_PUT = "INSERT INTO plan_visit (plan_id, visit_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    VISITS_OF = "SELECT v.visit_id FROM plan_visit v WHERE v.plan_id = $1 ORDER BY v.visit_id";
    PLANNED = "SELECT v.n, v.body, u.path, CASE WHEN EXISTS (SELECT 1 FROM plan_visit y WHERE y.visit_id = v.id) THEN 1 ELSE 0 END AS adopted FROM visit v JOIN unit u ON u.id = v.host_id WHERE v.state = 'planned' AND v.day >= $1 AND v.day <= $2 ORDER BY v.day, v.n";
    // COALESCE hides the place from the planner: nearly every matter has one. The open ones lie in an index, by when they are due.
    MATTERS = "SELECT m.id, m.n, m.place_id, m.kind, m.visit_id, m.due_at, m.solved_at, m.is_open, m.paused, m.on_the_spot FROM matter m WHERE m.is_open AND m.due_sort > $2 AND COALESCE(m.place_id, m.place_id) IS NOT NULL UNION ALL SELECT m.id, m.n, m.place_id, m.kind, m.visit_id, m.due_at, m.solved_at, m.is_open, m.paused, m.on_the_spot FROM matter m WHERE NOT m.is_open AND m.visit_id IS NOT NULL AND m.solved_at >= $1 AND COALESCE(m.place_id, m.place_id) IS NOT NULL";
    LAST = "SELECT v.place_id, v.id, v.started_at FROM place p CROSS JOIN visit v WHERE v.place_id = p.id AND v.state = 'finished' AND v.started_at = (SELECT MAX(l.started_at) FROM visit l WHERE l.place_id = p.id AND l.state = 'finished')";
    ALL_PLACES = "SELECT id, code, name, kind, district, area, lat, lon, unit_id FROM place ORDER BY code";
    LINK_PUT = "INSERT INTO calendar_link (token_hash, person_id, created_at) VALUES ($1, $2, $3)";
    LINK_OFF = "UPDATE calendar_link SET revoked_at = $2 WHERE person_id = $1 AND revoked_at IS NULL";
    LINK = "SELECT person_id FROM calendar_link WHERE token_hash = $1 AND revoked_at IS NULL";
    LINK_SINCE = "SELECT created_at FROM calendar_link WHERE person_id = $1 AND revoked_at IS NULL";
    FEED = "SELECT v.n, v.body, u.path, CASE WHEN EXISTS (SELECT 1 FROM plan_visit y WHERE y.visit_id = v.id) THEN 1 ELSE 0 END AS adopted FROM visit v JOIN unit u ON u.id = v.host_id WHERE v.day >= $2 AND v.day <= $3 AND (v.leader_id = $1 OR v.id IN (SELECT visit_id FROM visit_party WHERE person_id = $1)) ORDER BY v.day, v.n";
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

/// A visit that somebody plans to make, as planning and feeds see it.
#[derive(Clone, Debug)]
pub struct Known {
    /// The visit.
    pub visit: yixian_domain::visit::Visit,
    /// Its running number.
    pub n: i64,
    /// The path of its host.
    pub host_path: UnitPath,
    /// It came of a plan.
    pub adopted: bool,
}

struct KnownRow {
    n: i64,
    body: String,
    path: String,
    adopted: i32,
}
columns!(KnownRow { n, body, path, adopted });

impl TryFrom<KnownRow> for Known {
    type Error = StoreError;
    fn try_from(r: KnownRow) -> Result<Known, StoreError> {
        let visit = serde_json::from_str(&r.body).map_err(|e| StoreError::corrupt("visit", e))?;
        Ok(Known { visit, n: r.n, host_path: UnitPath::from_stored(r.path), adopted: r.adopted != 0 })
    }
}

/// A matter that lies at a place.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // the columns
pub struct MatterRow {
    pub id: Uuid,
    pub n: i64,
    pub place_id: Uuid,
    pub kind: String,
    pub visit_id: Option<Uuid>,
    pub due_at: Option<i64>,
    pub solved_at: Option<i64>,
    pub is_open: bool,
    pub paused: bool,
    pub on_the_spot: bool,
}
columns!(MatterRow { id, n, place_id, kind, visit_id, due_at, solved_at, is_open, paused, on_the_spot });

impl MatterRow {
    /// The kind.
    pub fn matter_kind(&self) -> Result<yixian_domain::matter::MatterKind, StoreError> {
        crate::org::named("kind", &self.kind)
    }
}

impl crate::Tx {
    /// Writes a new plan with its event. The event holds the hash of the text, not the text.
    pub async fn insert_plan(&mut self, p: &NewPlan, by: By, at: Instant) -> Result<i64, StoreError> {
        let n = row!(&mut self.conn, (i64,), NEXT)?.map_or(1, |r| r.0);
        let sha = sha256(p.body.as_bytes());
        exec!(
            &mut self.conn,
            PUT,
            p.id,
            n,
            p.unit.0,
            &p.month,
            p.from.to_string(),
            p.to.to_string(),
            p.base,
            p.adoptions,
            by.person().map(|p| p.0),
            at.0,
            &p.summary,
            &sha,
            &p.body
        )?;
        self.is_new(p.id);
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

    /// Makes a person's calendar link; those before it are revoked.
    pub async fn put_calendar_link(
        &mut self,
        token_hash: &str,
        person: PersonId,
        at: Instant,
    ) -> Result<(), StoreError> {
        exec!(&mut self.conn, LINK_OFF, person.0, at.0)?;
        exec!(&mut self.conn, LINK_PUT, token_hash, person.0, at.0)?;
        Ok(())
    }

    /// Revokes a person's calendar link.
    pub async fn revoke_calendar_link(&mut self, person: PersonId, at: Instant) -> Result<bool, StoreError> {
        Ok(exec!(&mut self.conn, LINK_OFF, person.0, at.0)? > 0)
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

/// Planned visits of some days.
pub async fn planned(conn: &mut Conn, from: Date, to: Date) -> Result<Vec<Known>, StoreError> {
    rows!(conn, KnownRow, PLANNED, from.to_string(), to.to_string())?.into_iter().map(Known::try_from).collect()
}

/// Matters that lie at a place: open ones, and those found on a visit and put right since an instant.
pub async fn matters(conn: &mut Conn, since: Instant) -> Result<Vec<MatterRow>, StoreError> {
    Ok(rows!(conn, MatterRow, MATTERS, since.0, i64::MIN)?)
}

/// The last finished visit of each place, with its begin.
pub async fn last_visits(conn: &mut Conn) -> Result<Vec<(PlaceId, VisitId, Instant)>, StoreError> {
    Ok(rows!(conn, (Uuid, Uuid, i64), LAST)?
        .into_iter()
        .map(|(p, v, at)| (PlaceId(p), VisitId(v), Instant(at)))
        .collect())
}

/// Every place, by code.
pub async fn places(conn: &mut Conn) -> Result<Vec<yixian_domain::place::Place>, StoreError> {
    rows!(conn, crate::place::Row, ALL_PLACES)?.into_iter().map(yixian_domain::place::Place::try_from).collect()
}

/// Whose calendar a link opens.
pub async fn calendar_of(conn: &mut Conn, token_hash: &str) -> Result<Option<PersonId>, StoreError> {
    Ok(row!(conn, (Uuid,), LINK, token_hash)?.map(|r| PersonId(r.0)))
}

/// Since when a person has a calendar link.
pub async fn calendar_since(conn: &mut Conn, person: PersonId) -> Result<Option<Instant>, StoreError> {
    Ok(row!(conn, (i64,), LINK_SINCE, person.0)?.map(|r| Instant(r.0)))
}

/// A person's visits of some days, called-off ones too.
pub async fn feed(conn: &mut Conn, person: PersonId, from: Date, to: Date) -> Result<Vec<Known>, StoreError> {
    rows!(conn, KnownRow, FEED, person.0, from.to_string(), to.to_string())?.into_iter().map(Known::try_from).collect()
}
