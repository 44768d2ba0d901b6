//! The rows of `indicators`. Everybody of the company reads them; who keeps one coordinates for the unit that keeps it.

use super::*;

const NOBODY: [Expect; 6] = all(Forbidden);

pub const ROWS: &[Row] = &[
    Row("GET", "/indicators", SignIn, all(Good), all(Good)),
    Row("GET", "/indicators/reliability-index", SignIn, all(Good), all(Good)),
    Row("GET", "/indicators/{id}", SignIn, all(Good), all(Good)),
    Row("GET", "/indicators/{id}/matrix", SignIn, all(Good), all(Good)),
    Row("GET", "/indicators/{id}/bulletin", SignIn, all(Good), all(Good)),
    // A draft is shown to whoever writes or approves it.
    Row("GET", "/indicators/{id}/draft", SignIn, DRAFT, all(Missing)),
    Row("GET", "/indicators/{id}/versions/{no}", SignIn, DRAFT, all(Missing)),
    Row("GET", "/indicators/{id}/{action}", SignIn, COORDINATOR, NOBODY),
    Row("POST", "/indicators/{id}/{action}", SignIn, COORDINATOR_EMPTY, NOBODY),
    Row("GET", "/campaigns/{id}", SignIn, all(Good), all(Good)),
    Row("GET", "/campaigns/{id}/edit", SignIn, COORDINATOR, NOBODY),
    Row("POST", "/campaigns/{id}/edit", SignIn, COORDINATOR_EMPTY, NOBODY),
    Row("GET", "/api/v1/indicators", SignIn, all(Good), all(Good)),
    Row("GET", "/api/v1/indicators/{id}", SignIn, all(Good), all(Good)),
    Row("GET", "/api/v1/indicators/{id}/tasks", SignIn, all(Good), all(Good)),
    Row("GET", "/api/v1/campaigns", SignIn, all(Good), all(Good)),
];

/// As [`COORDINATOR`], where what others are not shown is not there.
const DRAFT: [Expect; 6] = {
    let mut out = COORDINATOR;
    let mut i = 0;
    while i < out.len() {
        if matches!(out[i], Forbidden) {
            out[i] = Missing;
        }
        i += 1;
    }
    out
};
