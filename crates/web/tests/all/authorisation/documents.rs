//! The rows of `documents`. The registers are the whole company's; who keeps one coordinates for its unit. A form of what cites is
//! anybody's who coordinates anywhere: he may find a matter of his own that rests on a clause of others.

use super::*;

const NOBODY: [Expect; 6] = all(Forbidden);

pub const ROWS: &[Row] = &[
    Row("GET", "/documents", SignIn, all(Good), all(Good)),
    Row("GET", "/documents/new", SignIn, COORDINATOR, COORDINATOR),
    Row("POST", "/documents/new", SignIn, COORDINATOR_EMPTY, COORDINATOR_EMPTY),
    Row("GET", "/documents/{id}", SignIn, all(Good), all(Good)),
    Row("GET", "/documents/{id}/edit", SignIn, COORDINATOR, NOBODY),
    Row("POST", "/documents/{id}/edit", SignIn, COORDINATOR_EMPTY, NOBODY),
    Row("GET", "/documents/{id}/version", SignIn, COORDINATOR, NOBODY),
    Row("POST", "/documents/{id}/version", SignIn, COORDINATOR_EMPTY, NOBODY),
    Row("GET", "/documents/{id}/end", SignIn, COORDINATOR, NOBODY),
    Row("POST", "/documents/{id}/end", SignIn, COORDINATOR_EMPTY, NOBODY),
    Row("GET", "/documents/{id}/clauses/{clause}", SignIn, all(Good), all(Good)),
    Row("GET", "/documents/{id}/clauses/{clause}/cite", SignIn, COORDINATOR, COORDINATOR),
    Row("POST", "/documents/{id}/clauses/{clause}/cite", SignIn, COORDINATOR_EMPTY, COORDINATOR_EMPTY),
    Row("GET", "/documents/{id}/clauses/{clause}/end", SignIn, COORDINATOR, NOBODY),
    Row("POST", "/documents/{id}/clauses/{clause}/end", SignIn, COORDINATOR_EMPTY, NOBODY),
    Row("GET", "/citations/{id}/end", SignIn, COORDINATOR, NOBODY),
    Row("POST", "/citations/{id}/end", SignIn, COORDINATOR_EMPTY, NOBODY),
    Row("GET", "/recognitions", SignIn, all(Good), all(Good)),
    Row("GET", "/recognitions/new", SignIn, COORDINATOR, COORDINATOR),
    Row("POST", "/recognitions/new", SignIn, COORDINATOR_EMPTY, COORDINATOR_EMPTY),
    Row("GET", "/recognitions/{id}", SignIn, all(Good), all(Good)),
    Row("GET", "/recognitions/{id}/edit", SignIn, COORDINATOR, NOBODY),
    Row("POST", "/recognitions/{id}/edit", SignIn, COORDINATOR_EMPTY, NOBODY),
    Row("GET", "/api/v1/documents", SignIn, all(Good), all(Good)),
    Row("GET", "/api/v1/documents/{id}", SignIn, all(Good), all(Good)),
    Row("GET", "/api/v1/recognitions", SignIn, all(Good), all(Good)),
    Row("GET", "/api/v1/recognitions/{id}", SignIn, all(Good), all(Good)),
];
