//! The rows of `figures`.

use super::*;

pub const ROWS: &[Row] = &[
    Row("GET", "/figures", SignIn, all(Good), all(Good)),
    Row("GET", "/figures/{code}", SignIn, all(Good), all(Good)),
    Row("GET", "/figures/{code}/{format}", SignIn, all(Good), all(Good)),
    Row("GET", "/connections/figures", SignIn, all(Good), all(Good)),
    Row("GET", "/connections/figures/{part}", SignIn, all(Good), all(Good)),
    Row("GET", "/api/v1/figures", SignIn, all(Good), all(Good)),
    Row("GET", "/api/v1/figures/{code}", SignIn, all(Good), all(Good)),
];
