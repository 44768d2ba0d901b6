//! The rows of `connections`.

use super::*;

pub const ROWS: &[Row] = &[
    Row("GET", "/connections", SignIn, all(Good), all(Good)),
    Row("GET", "/connections/new", SignIn, all(Good), all(Good)),
    Row("POST", "/connections/new", SignIn, all(Invalid), all(Invalid)),
    Row("GET", "/connections/leads", SignIn, all(Good), all(Good)),
    Row("GET", "/connections/{id}", SignIn, all(Good), all(Missing)),
    // A remark is everybody's in sight, and so is a paper; without its kind it is not taken.
    Row("GET", "/connections/{id}/{action}", SignIn, all(Good), all(Missing)),
    Row("POST", "/connections/{id}/{action}", SignIn, all(Invalid), all(Missing)),
    Row("GET", "/api/v1/connections", SignIn, all(Good), all(Good)),
    Row("GET", "/api/v1/connections/{id}", SignIn, all(Good), all(Missing)),
];
