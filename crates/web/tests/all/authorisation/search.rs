//! The rows of `search`.

use super::*;

// Everybody may look; what he finds is what he may see (`tests/search.rs`).
pub const ROWS: &[Row] = &[Row("GET", "/search", SignIn, all(Good), all(Good))];
