//! What commands of more than one slice carry, as it is typed: a point, a raiser outside the company. Names no slice.

use super::error::AppError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use yixian_domain::place::Point;

/// A point of a phone.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PointIn {
    /// Degrees, WGS-84.
    pub lat: f64,
    /// Degrees, WGS-84.
    pub lon: f64,
    /// Radius in metres.
    #[serde(default)]
    pub accuracy_m: Option<f64>,
}

/// Whoever raised something when somebody else records it: outside the company by name or phone, inside it a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ContactIn {
    /// Name.
    #[serde(default)]
    pub name: String,
    /// Phone.
    #[serde(default)]
    pub phone: String,
    /// A person of the company, who is answered in the product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Uuid>,
}

/// A point as the domain holds it; what is not on Earth is refused.
pub(crate) fn point(p: Option<PointIn>) -> Result<Option<Point>, AppError> {
    p.map(|p| Point::from_degrees(p.lat, p.lon).ok_or_else(|| AppError::field("point", "point"))).transpose()
}
