//! The rows of `outages`. They are read by whoever works in the company; those of a unit are kept by who coordinates for it.

use super::*;

const NOBODY: [Expect; 6] = all(Forbidden);

pub const ROWS: &[Row] = &[
    Row("GET", "/reliability", SignIn, all(Good), all(Good)),
    Row("GET", "/outages", SignIn, all(Good), all(Good)),
    Row("GET", "/outages/new", SignIn, COORDINATOR, COORDINATOR),
    Row("POST", "/outages/new", SignIn, COORDINATOR_EMPTY, COORDINATOR_EMPTY),
    Row("GET", "/outages/served", SignIn, all(Good), all(Good)),
    Row("GET", "/outages/served/new", SignIn, COORDINATOR, COORDINATOR),
    Row("POST", "/outages/served/new", SignIn, COORDINATOR_EMPTY, COORDINATOR_EMPTY),
    Row("GET", "/outages/{id}", SignIn, all(Good), all(Good)),
    Row("GET", "/outages/{id}/edit", SignIn, COORDINATOR, NOBODY),
    Row("POST", "/outages/{id}/edit", SignIn, COORDINATOR_EMPTY, NOBODY),
    Row("GET", "/outages/{id}/end", SignIn, COORDINATOR, NOBODY),
    Row("POST", "/outages/{id}/end", SignIn, COORDINATOR_EMPTY, NOBODY),
    Row("GET", "/outages/{id}/void", SignIn, COORDINATOR, NOBODY),
    Row("POST", "/outages/{id}/void", SignIn, COORDINATOR_EMPTY, NOBODY),
    Row("GET", "/api/v1/reliability", SignIn, all(Good), all(Good)),
    Row("GET", "/api/v1/outages", SignIn, all(Good), all(Good)),
    Row("GET", "/api/v1/outages/{id}", SignIn, all(Good), all(Good)),
];
