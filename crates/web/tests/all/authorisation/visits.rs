//! The rows of `visits`.

use super::*;

pub const ROWS: &[Row] = &[
    Row("GET", "/visits", SignIn, all(Good), all(Good)),
    Row("GET", "/visits/new", SignIn, PLANNER, PLANNER),
    Row("POST", "/visits/new", SignIn, PLANNER_EMPTY, PLANNER_EMPTY),
    Row("GET", "/visits/{id}", SignIn, all(Good), all(Missing)),
    Row("POST", "/visits/{id}/start", SignIn, all(Forbidden), all(Missing)),
    Row("POST", "/visits/{id}/findings", SignIn, all(Forbidden), all(Missing)),
    Row("GET", "/visits/{id}/finish", SignIn, all(Forbidden), all(Missing)),
    Row("POST", "/visits/{id}/finish", SignIn, all(Forbidden), all(Missing)),
    Row("GET", "/visits/{id}/meeting", SignIn, COORDINATOR, all(Missing)),
    Row("POST", "/visits/{id}/meeting", SignIn, COORDINATOR_EMPTY, all(Missing)),
    Row("GET", "/visits/{id}/cancel", SignIn, COORDINATOR, all(Missing)),
    Row("POST", "/visits/{id}/cancel", SignIn, COORDINATOR_EMPTY, all(Missing)),
    Row("GET", "/visits/{id}/merge", SignIn, COORDINATOR, all(Missing)),
    Row("POST", "/visits/{id}/merge", SignIn, COORDINATOR_EMPTY, all(Missing)),
    // The register of places is everybody's of the company.
    Row("GET", "/places", SignIn, all(Good), all(Good)),
    Row("GET", "/places/{id}", SignIn, all(Good), all(Good)),
    Row("GET", "/api/v1/visits", SignIn, all(Good), all(Good)),
    Row("GET", "/api/v1/visits/{id}", SignIn, all(Good), all(Missing)),
];
