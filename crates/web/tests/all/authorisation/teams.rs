//! The rows of `teams`. The register is the whole company's; who keeps a team coordinates for its unit.

use super::*;

const NOBODY: [Expect; 6] = all(Forbidden);

pub const ROWS: &[Row] = &[
    Row("GET", "/teams", SignIn, all(Good), all(Good)),
    Row("GET", "/teams/new", SignIn, COORDINATOR, COORDINATOR),
    Row("POST", "/teams/new", SignIn, COORDINATOR_EMPTY, COORDINATOR_EMPTY),
    Row("GET", "/teams/{id}", SignIn, all(Good), all(Good)),
    Row("GET", "/teams/{id}/edit", SignIn, COORDINATOR, NOBODY),
    Row("POST", "/teams/{id}/edit", SignIn, COORDINATOR_EMPTY, NOBODY),
    Row("GET", "/teams/{id}/members/new", SignIn, COORDINATOR, NOBODY),
    Row("POST", "/teams/{id}/members/new", SignIn, COORDINATOR_EMPTY, NOBODY),
    Row("GET", "/teams/{id}/members/{person}/end", SignIn, COORDINATOR, NOBODY),
    Row("POST", "/teams/{id}/members/{person}/end", SignIn, COORDINATOR_EMPTY, NOBODY),
    Row("GET", "/teams/{id}/dissolve", SignIn, COORDINATOR, NOBODY),
    Row("POST", "/teams/{id}/dissolve", SignIn, COORDINATOR_EMPTY, NOBODY),
    Row("GET", "/api/v1/teams", SignIn, all(Good), all(Good)),
    Row("GET", "/api/v1/teams/{id}", SignIn, all(Good), all(Good)),
];
