//! The rows of `flow`.

use super::*;

pub const ROWS: &[Row] = &[
    Row("GET", "/flow", SignIn, all(Good), all(Good)),
    Row("GET", "/flow/cases", SignIn, all(Good), all(Good)),
    Row("GET", "/flow/rules", SignIn, all(Good), all(Good)),
    Row("GET", "/flow/warning", SignIn, all(Good), all(Good)),
    Row("GET", "/flow/warning/test", SignIn, all(Good), all(Good)),
    Row("GET", "/flow/compare", SignIn, all(Good), all(Good)),
    // A foreign log is the sender's own; without one there is nothing to analyse.
    Row("GET", "/flow/foreign", SignIn, all(Good), all(Good)),
    Row("POST", "/flow/foreign", SignIn, all(Invalid), all(Invalid)),
];
