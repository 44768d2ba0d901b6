//! The register of places. It does not know what happens there.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::named::{name_of, named};
use crate::engine::table::{
    Column,
    Kind::{self, Id, Int, Text},
    Table, following, inserted, live, names as all_names, once, once_beside, places, plain, replaced, table,
};
use crate::engine::value::Value;
use crate::journal::event::RecordKind;
use crate::journal::replay::{Checking, Holding, records};
use crate::journal::tx::Tx;
use serde::Deserialize;
use serde_json::json;
use std::sync::LazyLock;
use uuid::Uuid;
use yixian_domain::ids::{PlaceId, UnitId};
use yixian_domain::place::{Place, Point};
use yixian_domain::time::Instant;

impl RecordKind {
    /// Places.
    #[allow(non_upper_case_globals)] // a kind among others, wherever it is declared
    pub const Place: RecordKind = RecordKind::stored_as("place");
}

/// How a place tells a column.
type Get = for<'r> fn(&'r Place) -> Value<'r>;

const COLUMNS: [Column<Get>; 9] = [
    once_beside("id", Id, |p| p.id.0.into()),
    once("code", Text, |p| p.code.as_str().into()),
    live("name", Text, |p| p.name.as_str().into()),
    live("kind", Text, |p| name_of(p.kind).into()),
    live("district", Text, |p| p.district.as_str().into()),
    live("area", Text, |p| name_of(p.area).into()),
    live("lat", Int, |p| p.point.map(|p| i64::from(p.lat)).into()),
    live("lon", Int, |p| p.point.map(|p| i64::from(p.lon)).into()),
    live("unit_id", Id, |p| p.unit.map(|u| u.0).into()),
];
const PLAIN: [(&str, Kind); 9] = plain(&COLUMNS);

/// Places.
pub(crate) const TABLE: Table = table("place", "id", &PLAIN);

static PUT: LazyLock<String> = LazyLock::new(|| {
    let (names, places, replaced) = (all_names(&COLUMNS), places(COLUMNS.len(), 1), replaced(&COLUMNS));
    format!("INSERT INTO place ({names}) VALUES {places} ON CONFLICT (id) DO UPDATE SET {replaced}")
});

/// Texts that are made once, for the prepare-everything test.
pub(crate) fn made_texts() -> Vec<(&'static str, &'static str)> {
    vec![("place::PUT", PUT.as_str())]
}

statements! {
    PLACE = "SELECT id, code, name, kind, district, area, lat, lon, unit_id FROM place WHERE id = $1";
    PLACE_BY_CODE = "SELECT id, code, name, kind, district, area, lat, lon, unit_id FROM place WHERE code = $1";
    PLACES = "SELECT id, code, name, kind, district, area, lat, lon, unit_id FROM place WHERE code > $1 AND ($2 = '' OR lower(name) LIKE $3 ESCAPE '!' OR lower(code) LIKE $3 ESCAPE '!') AND ($4 = '' OR district = $4) ORDER BY code LIMIT $5";
    DISTRICTS = "SELECT DISTINCT district FROM place ORDER BY district";
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
    /// Writes a place as it is from an instant on. The code is set once.
    pub async fn put_place(&mut self, p: &Place, from: Instant) -> Result<(), StoreError> {
        self.conn.execute(PUT.as_str(), &inserted(&COLUMNS, |get| get(p))).await?;
        self.put_place_version(p, from).await
    }
}

/// What the ledger says of a place.
pub fn told(p: &Place) -> serde_json::Value {
    json!({ "place": p })
}

#[derive(Deserialize)]
struct Told {
    place: Place,
}

/// Every place is what its last event says.
pub(crate) fn hold<'a>(conn: &'a mut Conn, holding: &'a mut Holding) -> Checking<'a> {
    Box::pin(async move {
        records(conn, &TABLE, &[], &mut holding.faults, |_, events| {
            let told: Told = events.last()?.read().ok()?;
            Some(following(&COLUMNS, |get| get(&told.place)).into())
        })
        .await
    })
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
