//! The rows of `measures`. What one unit found out is every unit's to read; its unit decides it.

use super::*;

const DECIDES: [Expect; 6] = [Forbidden, Forbidden, Forbidden, Good, Good, Forbidden];
const DECIDES_EMPTY: [Expect; 6] = [Forbidden, Forbidden, Forbidden, Invalid, Invalid, Forbidden];

pub const ROWS: &[Row] = &[
    Row("GET", "/measures", SignIn, all(Good), all(Good)),
    Row("GET", "/measures/new", SignIn, all(Good), all(Good)),
    Row("POST", "/measures/new", SignIn, all(Invalid), all(Invalid)),
    Row("GET", "/measures/{id}", SignIn, all(Good), all(Good)),
    Row("GET", "/measures/{id}/{action}", SignIn, DECIDES, all(Forbidden)),
    Row("POST", "/measures/{id}/{action}", SignIn, DECIDES_EMPTY, all(Forbidden)),
    Row("GET", "/api/v1/measures", SignIn, all(Good), all(Good)),
];
