//! What planning reads of visits, matters and places. It writes nothing, and does not know what a place is worth.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use uuid::Uuid;
use yixian_domain::ids::*;
use yixian_domain::org::UnitPath;
use yixian_domain::time::{Date, Instant};

statements! {
    PLANNED = "SELECT v.n, v.body, u.path, CASE WHEN EXISTS (SELECT 1 FROM plan_visit y WHERE y.visit_id = v.id) THEN 1 ELSE 0 END AS adopted FROM visit v JOIN unit u ON u.id = v.host_id WHERE v.state = 'planned' AND v.day >= $1 AND v.day <= $2 ORDER BY v.day, v.n";
    // COALESCE hides the place from the planner: nearly every matter has one. The open ones lie in an index, by when they are due.
    MATTERS = "SELECT m.id, m.n, m.place_id, m.kind, m.visit_id, m.due_at, m.solved_at, m.is_open, m.paused, m.on_the_spot FROM matter m WHERE m.is_open AND m.due_sort > $2 AND COALESCE(m.place_id, m.place_id) IS NOT NULL UNION ALL SELECT m.id, m.n, m.place_id, m.kind, m.visit_id, m.due_at, m.solved_at, m.is_open, m.paused, m.on_the_spot FROM matter m WHERE NOT m.is_open AND m.visit_id IS NOT NULL AND m.solved_at >= $1 AND COALESCE(m.place_id, m.place_id) IS NOT NULL";
    LAST = "SELECT v.place_id, v.id, v.started_at FROM place p CROSS JOIN visit v WHERE v.place_id = p.id AND v.state = 'finished' AND v.started_at = (SELECT MAX(l.started_at) FROM visit l WHERE l.place_id = p.id AND l.state = 'finished')";
    ALL_PLACES = "SELECT id, code, name, kind, district, area, lat, lon, unit_id FROM place ORDER BY code";
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

pub(super) struct KnownRow {
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
        crate::engine::named::named("kind", &self.kind)
    }
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
    rows!(conn, crate::organisation::place::Row, ALL_PLACES)?
        .into_iter()
        .map(yixian_domain::place::Place::try_from)
        .collect()
}
