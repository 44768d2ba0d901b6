//! The register of places as figures read it. It does not know how a figure is made.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::named::{named, range};
use uuid::Uuid;
use yixian_domain::figure::PlaceFact;
use yixian_domain::ids::PlaceId;

statements! {
    PLACES = "SELECT p.id, p.kind FROM place p WHERE $1 = '' OR p.unit_id IN (SELECT id FROM unit WHERE path >= $1 AND path < $2)";
}

/// The register of places.
pub async fn places(conn: &mut Conn, unit: &str) -> Result<Vec<PlaceFact>, StoreError> {
    let (a, b) = range(unit);
    rows!(conn, (Uuid, String), PLACES, &a, &b)?
        .into_iter()
        .map(|(id, kind)| Ok(PlaceFact { id: PlaceId(id), kind: named("place kind", &kind)? }))
        .collect()
}
