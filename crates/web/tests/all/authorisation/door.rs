//! The rows of `door`.

use super::*;

pub const ROWS: &[Row] = &[
    Row("GET", "/files/{sha}", SignIn, all(Good), all(Missing)),
    Row("GET", "/assets/{path}", Missing, all(Missing), all(Missing)),
    Row("GET", "/healthz", Good, all(Good), all(Good)),
    Row("GET", "/api/v1/openapi.json", Good, all(Good), all(Good)),
    Row("PUT", "/api/v1/commands/{id}", SignIn, all(Invalid), all(Invalid)),
    Row("POST", "/api/v1/files", SignIn, all(Invalid), all(Invalid)),
];
