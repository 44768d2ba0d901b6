//! The rows of `matters`.

use super::*;

pub const ROWS: &[Row] = &[
    Row("GET", "/matters", SignIn, all(Good), all(Good)),
    Row("POST", "/matters/csv", SignIn, all(Good), all(Good)),
    Row("GET", "/matters/new", SignIn, all(Good), all(Good)),
    Row("POST", "/matters/new", SignIn, all(Invalid), all(Invalid)),
    Row("GET", "/matters/{id}", SignIn, all(Good), all(Missing)),
    Row("GET", "/matters/{id}/show", SignIn, [Forbidden, Good, Good, Good, Good, Good], all(Missing)),
    Row("POST", "/matters/{id}/show", SignIn, [Forbidden, Invalid, Invalid, Invalid, Invalid, Invalid], all(Missing)),
    Row("GET", "/matters/{id}/erase", SignIn, ADMIN, all(Missing)),
    Row("POST", "/matters/{id}/erase", SignIn, ADMIN_EMPTY, all(Missing)),
    // Each action has a row of its own below; here the one that everybody in sight may do.
    Row("GET", "/matters/{id}/{action}", SignIn, all(Good), all(Missing)),
    Row("POST", "/matters/{id}/{action}", SignIn, all(Invalid), all(Missing)),
    Row("POST", "/matters/{id}/link", SignIn, all(Invalid), all(Missing)),
    Row("GET", "/admin/privacy", SignIn, ADMIN, ADMIN),
    Row("GET", "/admin/privacy/retention", SignIn, ADMIN, ADMIN),
    Row("POST", "/admin/privacy/retention", SignIn, ADMIN_EMPTY, ADMIN_EMPTY),
    // The rules hold for the whole company, and he administers a part of it.
    Row("GET", "/admin/privacy/retention/rules", SignIn, all(Forbidden), all(Forbidden)),
    Row("POST", "/admin/privacy/retention/rules", SignIn, all(Forbidden), all(Forbidden)),
    Row("GET", "/inbox", SignIn, all(Good), all(Good)),
    Row("GET", "/tasks", SignIn, all(Good), all(Good)),
    Row("GET", "/api/v1/matters", SignIn, all(Good), all(Good)),
    Row("POST", "/api/v1/matters/csv", SignIn, all(Good), all(Good)),
    Row("GET", "/api/v1/matters/{id}", SignIn, all(Good), all(Missing)),
    // Whoever had nothing shown is told nothing.
    Row("GET", "/api/v1/matters/{id}/disclosed", SignIn, all(Good), all(Missing)),
];
