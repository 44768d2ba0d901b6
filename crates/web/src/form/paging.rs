//! Cursor paging, the same for every list: `limit` (1–200), `after` (opaque), `next`.

use crate::form::fields::Form;
use schemars::JsonSchema;
use serde::Serialize;
use yixian_app::{AppError, FieldError};

/// A page of a list.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "{R}Page")]
pub struct Listed<R> {
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

/// The page size asked for.
pub fn limit(q: &Form) -> Result<usize, AppError> {
    match q.optional::<usize>("limit", "filter") {
        Ok(None) => Ok(50),
        Ok(Some(n)) if (1..=200).contains(&n) => Ok(n),
        _ => Err(AppError::Invalid(vec![FieldError::with("limit", "filter", "limit: 1–200")])),
    }
}
