//! Names, days and other small things as columns hold them. It knows neither tables nor what a name stands for.

use crate::engine::error::StoreError;
use yixian_domain::time::Date;

/// A fieldless enum from its stored name.
pub(crate) fn named<T: serde::de::DeserializeOwned>(what: &'static str, s: &str) -> Result<T, StoreError> {
    serde_json::from_value(serde_json::Value::String(s.to_owned())).map_err(|e| StoreError::corrupt(what, e))
}

/// The stored name of a fieldless enum.
pub fn name_of<T: serde::Serialize>(value: T) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

pub(crate) fn day(what: &'static str, s: &str) -> Result<Date, StoreError> {
    s.parse().map_err(|e| StoreError::corrupt(what, e))
}

pub(crate) fn days(from: Option<&String>, to: Option<&String>) -> Result<(Option<Date>, Option<Date>), StoreError> {
    Ok((from.map(|s| day("day", s)).transpose()?, to.map(|s| day("day", s)).transpose()?))
}

/// The range of paths at and below a unit's.
pub(crate) fn range(unit: &str) -> (String, String) {
    (unit.to_owned(), format!("{unit}\u{10ffff}"))
}
