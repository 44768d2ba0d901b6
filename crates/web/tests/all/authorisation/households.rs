//! The rows of `households`. The register is the whole company's, without who lives there; who serves a household has work in hand for its
//! unit, or coordinates for it; who erases administers it. An order is a matter, out of sight where that is.

use super::*;

const NOBODY: [Expect; 6] = all(Forbidden);
const SERVER: [Expect; 6] = [Forbidden, Forbidden, Good, Forbidden, Good, Forbidden];
const SERVER_EMPTY: [Expect; 6] = [Forbidden, Forbidden, Invalid, Forbidden, Invalid, Forbidden];

pub const ROWS: &[Row] = &[
    Row("GET", "/households", SignIn, all(Good), all(Good)),
    Row("GET", "/households/round", SignIn, all(Good), all(Good)),
    Row("POST", "/households/csv", SignIn, all(Good), all(Good)),
    Row("GET", "/households/new", SignIn, SERVER, SERVER),
    Row("POST", "/households/new", SignIn, SERVER_EMPTY, SERVER_EMPTY),
    Row("GET", "/households/import", SignIn, SERVER, SERVER),
    Row("POST", "/households/import", SignIn, SERVER_EMPTY, SERVER_EMPTY),
    Row("GET", "/households/{id}", SignIn, all(Good), all(Good)),
    Row("GET", "/households/{id}/edit", SignIn, SERVER, NOBODY),
    Row("POST", "/households/{id}/edit", SignIn, SERVER_EMPTY, NOBODY),
    Row("GET", "/households/{id}/erase", SignIn, ADMIN, NOBODY),
    Row("POST", "/households/{id}/erase", SignIn, ADMIN_EMPTY, NOBODY),
    Row("GET", "/households/{id}/order", SignIn, SERVER, NOBODY),
    Row("POST", "/households/{id}/order", SignIn, SERVER_EMPTY, NOBODY),
    Row("GET", "/orders/{id}/sheet", SignIn, SERVER, all(Missing)),
    Row("POST", "/orders/{id}/sheet", SignIn, SERVER_EMPTY, all(Missing)),
    Row("GET", "/sheets/{id}/confirm", SignIn, SERVER, NOBODY),
    Row("POST", "/sheets/{id}/confirm", SignIn, SERVER_EMPTY, NOBODY),
    Row("GET", "/api/v1/households", SignIn, all(Good), all(Good)),
    Row("GET", "/api/v1/households/{id}", SignIn, all(Good), all(Good)),
];
