//! The rows of `agreements`. The register is the whole company's; who keeps one coordinates for its unit. What is promised on a
//! visit is recorded by who goes there and who coordinates for its host.

use super::*;

const NOBODY: [Expect; 6] = all(Forbidden);

pub const ROWS: &[Row] = &[
    Row("GET", "/partners/{id}", SignIn, all(Good), all(Good)),
    Row("GET", "/partners/{id}/sheet", SignIn, all(Good), all(Good)),
    Row("GET", "/visits/{id}/commitment", SignIn, COORDINATOR, all(Missing)),
    Row("POST", "/visits/{id}/commitment", SignIn, COORDINATOR_EMPTY, all(Missing)),
    Row("GET", "/agreements", SignIn, all(Good), all(Good)),
    Row("GET", "/agreements/new", SignIn, COORDINATOR, COORDINATOR),
    Row("POST", "/agreements/new", SignIn, COORDINATOR_EMPTY, COORDINATOR_EMPTY),
    Row("GET", "/agreements/{id}", SignIn, all(Good), all(Good)),
    Row("GET", "/agreements/{id}/edit", SignIn, COORDINATOR, NOBODY),
    Row("POST", "/agreements/{id}/edit", SignIn, COORDINATOR_EMPTY, NOBODY),
    Row("GET", "/agreements/{id}/end", SignIn, COORDINATOR, NOBODY),
    Row("POST", "/agreements/{id}/end", SignIn, COORDINATOR_EMPTY, NOBODY),
    Row("GET", "/agreements/{id}/commitment", SignIn, COORDINATOR, NOBODY),
    Row("POST", "/agreements/{id}/commitment", SignIn, COORDINATOR_EMPTY, NOBODY),
    Row("GET", "/api/v1/agreements", SignIn, all(Good), all(Good)),
    Row("GET", "/api/v1/agreements/{id}", SignIn, all(Good), all(Good)),
];
