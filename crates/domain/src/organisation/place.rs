//! Places: what a visit goes to and where a matter lies. Points are WGS-84 in whole
//! micro-degrees, because a ledger that hashes canonical JSON holds no fractions.

use crate::base::codes::codes;
use crate::base::ids::PlaceId;
use serde::{Deserialize, Serialize};

/// A WGS-84 point in micro-degrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Point {
    /// Latitude × 10⁶.
    pub lat: i32,
    /// Longitude × 10⁶.
    pub lon: i32,
}

impl Point {
    /// From degrees; `None` when not on Earth or not a number.
    pub fn from_degrees(lat: f64, lon: f64) -> Option<Self> {
        ((-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon))
            .then(|| Point { lat: (lat * 1e6).round() as i32, lon: (lon * 1e6).round() as i32 })
    }
    /// Latitude and longitude in degrees.
    pub fn degrees(self) -> (f64, f64) {
        (f64::from(self.lat) / 1e6, f64::from(self.lon) / 1e6)
    }
    /// Great-circle distance in metres (haversine, mean Earth radius 6,371,008.8 m).
    pub fn metres_to(self, other: Point) -> f64 {
        let ((a, b), (c, d)) = (self.degrees(), other.degrees());
        let (dlat, dlon) = ((c - a).to_radians() / 2.0, (d - b).to_radians() / 2.0);
        let h = dlat.sin().powi(2) + a.to_radians().cos() * c.to_radians().cos() * dlon.sin().powi(2);
        2.0 * 6_371_008.8 * h.sqrt().min(1.0).asin()
    }
}

codes! {
    /// What kind of place it is.
    PlaceKind {
        /// Construction site 施工现场; the only kind the 工地 figure counts.
        ConstructionSite = "construction_site",
        /// Substation, line, switch room 变电站、线路.
        Installation = "installation",
        /// Supply station or service hall 供电所、营业厅.
        Station = "station",
        /// Street, lane 道路、胡同.
        Street = "street",
        /// Village 村.
        Village = "village",
        /// Community 社区.
        Community = "community",
        /// Government office 政府机关.
        Government = "government",
        /// Customer premises 客户.
        Customer = "customer",
    }
}

codes! {
    /// Where a place lies, which decides travel and the remote share.
    Area {
        /// Core and inner city.
        Urban = "urban",
        /// Plain outside the city.
        Suburban = "suburban",
        /// Mountain and far districts 偏远.
        Remote = "remote",
    }
}

/// A place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Identity; a renamed site keeps it.
    pub id: PlaceId,
    /// Short stable code, unique.
    pub code: String,
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: PlaceKind,
    /// District 区, a dimension of its own.
    pub district: String,
    /// Area class.
    pub area: Area,
    /// Where it is.
    pub point: Option<Point>,
    /// The unit that answers for it, by default responsible for matters found there.
    pub unit: Option<crate::base::ids::UnitId>,
}
