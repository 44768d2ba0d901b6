//! The rows of `planning`.

use super::*;

pub const ROWS: &[Row] = &[
    // A plan holds visits without notice: only who plans for its unit sees it.
    Row("GET", "/planning", SignIn, COORDINATOR, COORDINATOR),
    Row("GET", "/planning/priorities", SignIn, COORDINATOR, COORDINATOR),
    Row("GET", "/planning/new", SignIn, COORDINATOR, COORDINATOR),
    Row("POST", "/planning/new", SignIn, COORDINATOR_EMPTY, COORDINATOR_EMPTY),
    Row("GET", "/planning/plans/{id}", SignIn, COORDINATOR, COORDINATOR_ELSEWHERE),
    Row("POST", "/planning/plans/{id}/stop", SignIn, COORDINATOR, COORDINATOR_ELSEWHERE),
    Row("GET", "/planning/plans/{id}/day", SignIn, COORDINATOR, COORDINATOR_ELSEWHERE),
    Row("GET", "/planning/plans/{id}/place", SignIn, COORDINATOR, COORDINATOR_ELSEWHERE),
    Row("GET", "/planning/plans/{id}/change", SignIn, COORDINATOR, COORDINATOR_ELSEWHERE),
    Row("POST", "/planning/plans/{id}/change", SignIn, COORDINATOR_EMPTY, COORDINATOR_ELSEWHERE),
    Row("GET", "/planning/plans/{id}/compare", SignIn, COORDINATOR, COORDINATOR_ELSEWHERE),
    Row("POST", "/planning/plans/{id}/adopt", SignIn, COORDINATOR_EMPTY, COORDINATOR_ELSEWHERE),
    Row("GET", "/planning/week", SignIn, all(Good), all(Good)),
    Row("POST", "/planning/calendar", SignIn, all(Good), all(Good)),
    Row("POST", "/planning/calendar/revoke", SignIn, all(Good), all(Good)),
    Row("GET", "/calendar/{secret}", Good, all(Good), all(Good)),
    Row("GET", "/api/v1/plans", SignIn, COORDINATOR, COORDINATOR),
    Row("GET", "/api/v1/plans/{id}", SignIn, COORDINATOR, COORDINATOR_ELSEWHERE),
    Row("GET", "/api/v1/priorities", SignIn, COORDINATOR, COORDINATOR),
];
