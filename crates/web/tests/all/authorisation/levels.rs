//! The rows of `levels`: read by whoever works in the company, as far as he sees figures.

use super::*;

pub const ROWS: &[Row] = &[
    Row("GET", "/two-levels", SignIn, all(Good), all(Good)),
    Row("GET", "/two-levels/matrix", SignIn, all(Good), all(Good)),
    Row("GET", "/two-levels/burden", SignIn, all(Good), all(Good)),
    Row("GET", "/api/v1/two-levels", SignIn, all(Good), all(Good)),
    Row("GET", "/api/v1/two-levels/matrix", SignIn, all(Good), all(Good)),
    Row("GET", "/api/v1/two-levels/burden", SignIn, all(Good), all(Good)),
];
