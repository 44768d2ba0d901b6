//! Places and units as the API answers them.

use crate::door::answer::{Coded, answers, choices};
use uuid::Uuid;
use yixian_domain::org::{Level, Specialty, UnitKind};
use yixian_domain::place as kept;
use yixian_domain::place::{Area, PlaceKind};

choices!("UnitKind" UnitKind, "Level" Level, "Specialty" Specialty, "PlaceKind" PlaceKind, "Area" Area);

answers! {
    /// A point, WGS-84.
    struct Microdegrees of kept::Point {
        /// Latitude × 10⁶.
        lat: i32,
        /// Longitude × 10⁶.
        lon: i32,
    }

    /// A place.
    struct Place of kept::Place {
        /// Identity; a renamed site keeps it.
        id: Uuid,
        /// Short stable code, unique.
        code: String,
        /// Name.
        name: String,
        /// Kind.
        kind: Coded<PlaceKind>,
        /// District.
        district: String,
        /// Area class.
        area: Coded<Area>,
        /// Where it is.
        point: Option<Microdegrees>,
        /// The unit that answers for it.
        unit: Option<Uuid>,
    }
}
