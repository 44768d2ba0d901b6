//! The register of places. It does not know what happens there.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::named::{name_of, named};
use crate::engine::table::{
    Kind::{Id, Int, Text},
    Table, table,
};
use crate::journal::event::RecordKind;
use crate::journal::tx::Tx;
use uuid::Uuid;
use yixian_domain::ids::{PlaceId, UnitId};
use yixian_domain::place::{Place, Point};

impl RecordKind {
    /// Places.
    #[allow(non_upper_case_globals)] // a kind among others, wherever it is declared
    pub const Place: RecordKind = RecordKind::stored_as("place");
}

/// Places.
pub(crate) const TABLE: Table = table(
    "place",
    "id",
    &[
        ("id", Id),
        ("code", Text),
        ("name", Text),
        ("kind", Text),
        ("district", Text),
        ("area", Text),
        ("lat", Int),
        ("lon", Int),
        ("unit_id", Id),
    ],
);

statements! {
    PLACE = "SELECT id, code, name, kind, district, area, lat, lon, unit_id FROM place WHERE id = $1";
    PLACE_BY_CODE = "SELECT id, code, name, kind, district, area, lat, lon, unit_id FROM place WHERE code = $1";
    PLACES = "SELECT id, code, name, kind, district, area, lat, lon, unit_id FROM place WHERE code > $1 AND ($2 = '' OR lower(name) LIKE $3 ESCAPE '!' OR lower(code) LIKE $3 ESCAPE '!') AND ($4 = '' OR district = $4) ORDER BY code LIMIT $5";
    DISTRICTS = "SELECT DISTINCT district FROM place ORDER BY district";
    PUT = "INSERT INTO place (id, code, name, kind, district, area, lat, lon, unit_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO UPDATE SET name = excluded.name, kind = excluded.kind, district = excluded.district, area = excluded.area, lat = excluded.lat, lon = excluded.lon, unit_id = excluded.unit_id";
}

pub(crate) struct Row {
    id: Uuid,
    code: String,
    name: String,
    kind: String,
    district: String,
    area: String,
    lat: Option<i64>,
    lon: Option<i64>,
    unit_id: Option<Uuid>,
}
columns!(Row { id, code, name, kind, district, area, lat, lon, unit_id });

impl TryFrom<Row> for Place {
    type Error = StoreError;
    fn try_from(r: Row) -> Result<Place, StoreError> {
        Ok(Place {
            id: PlaceId(r.id),
            code: r.code,
            name: r.name,
            kind: named("place kind", &r.kind)?,
            district: r.district,
            area: named("area", &r.area)?,
            unit: r.unit_id.map(UnitId),
            point: r.lat.zip(r.lon).map(|(lat, lon)| Point { lat: lat as i32, lon: lon as i32 }),
        })
    }
}

impl Tx {
    /// Writes a place. The code is set once.
    pub async fn put_place(&mut self, p: &Place) -> Result<(), StoreError> {
        exec!(
            &mut self.conn,
            PUT,
            p.id.0,
            &p.code,
            &p.name,
            name_of(p.kind),
            &p.district,
            name_of(p.area),
            p.point.map(|p| i64::from(p.lat)),
            p.point.map(|p| i64::from(p.lon)),
            p.unit.map(|u| u.0)
        )?;
        Ok(())
    }
}

/// One place.
pub async fn place(conn: &mut Conn, id: PlaceId) -> Result<Option<Place>, StoreError> {
    row!(conn, Row, PLACE, id.0)?.map(Place::try_from).transpose()
}

/// One place by its code.
pub async fn by_code(conn: &mut Conn, code: &str) -> Result<Option<Place>, StoreError> {
    row!(conn, Row, PLACE_BY_CODE, code)?.map(Place::try_from).transpose()
}

/// Places after a code, by a part of name or code and by district; empty texts do not filter.
pub async fn list(
    conn: &mut Conn,
    after: &str,
    text: &str,
    district: &str,
    limit: i64,
) -> Result<Vec<Place>, StoreError> {
    // ASCII letters in either case, everything else as it is: the same on both engines.
    let text = text.to_ascii_lowercase();
    let like = format!("%{}%", text.replace('!', "!!").replace('%', "!%").replace('_', "!_"));
    rows!(conn, Row, PLACES, after, &text, &like, district, limit)?.into_iter().map(Place::try_from).collect()
}

/// The districts in use.
pub async fn districts(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    Ok(rows!(conn, (String,), DISTRICTS)?.into_iter().map(|r| r.0).collect())
}

/// Names of places by id, for lists.
pub async fn names(conn: &mut Conn, ids: &[Uuid]) -> Result<std::collections::HashMap<Uuid, String>, StoreError> {
    let rows = conn.fetch_among::<(Uuid, String)>("SELECT id, name FROM place WHERE id IN ({ids})", ids).await?;
    Ok(rows.into_iter().collect())
}
