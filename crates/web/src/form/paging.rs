//! Cursor paging, the same for every list: `limit` (1–200), `after` (opaque), `next`.

use crate::form::fields::Form;
use serde::{Serialize, Serializer};
use serde_json::Value;
use yixian_app::{AppError, FieldError};
use yixian_domain::time::Instant;

/// A page of a list.
#[derive(Debug, Serialize)]
pub struct Listed<R = Value> {
    /// Records.
    pub items: Vec<R>,
    /// What to pass as `after` for the next page; none on the last.
    pub next: Option<String>,
    /// How many in all, where it is counted; never more than a thousand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
    /// Whether `total` is exact or "a thousand and more".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_is_exact: Option<bool>,
}

/// Stored milliseconds as programs read them.
pub struct At(pub i64);

impl Serialize for At {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(&Instant(self.0))
    }
}

/// The page size asked for.
pub fn limit(q: &Form) -> Result<usize, AppError> {
    match q.optional::<usize>("limit", "filter") {
        Ok(None) => Ok(50),
        Ok(Some(n)) if (1..=200).contains(&n) => Ok(n),
        _ => Err(AppError::Invalid(vec![FieldError::with("limit", "filter", "limit: 1–200")])),
    }
}
