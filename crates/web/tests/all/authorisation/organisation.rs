//! The rows of `organisation`.

use super::*;

pub const ROWS: &[Row] = &[
    Row("GET", "/admin", SignIn, ADMIN, ADMIN),
    Row("GET", "/admin/units/{id}", SignIn, ADMIN, ADMIN_ELSEWHERE),
    Row("POST", "/admin/units/{id}", SignIn, ADMIN_EMPTY, ADMIN_EMPTY),
    Row("GET", "/admin/people/{id}", SignIn, ADMIN, ADMIN_ELSEWHERE),
    Row("POST", "/admin/people/{id}", SignIn, ADMIN_EMPTY, ADMIN_EMPTY),
    Row("POST", "/admin/people/{id}/link", SignIn, ADMIN, all(Forbidden)),
    Row("POST", "/admin/people/{id}/second-factor/off", SignIn, ADMIN, all(Forbidden)),
    Row("POST", "/admin/people/{id}/credentials/end", SignIn, ADMIN, all(Forbidden)),
    Row("POST", "/admin/people/{id}/credentials/{hash}/end", SignIn, ADMIN, all(Forbidden)),
    Row("POST", "/admin/people/{id}/exempt", SignIn, ADMIN_EMPTY, ADMIN_ELSEWHERE),
    Row("GET", "/admin/people/{id}/erase", SignIn, ADMIN, ADMIN_ELSEWHERE),
    Row("POST", "/admin/people/{id}/erase", SignIn, ADMIN_EMPTY, ADMIN_ELSEWHERE),
    Row("GET", "/admin/places/{id}", SignIn, ADMIN, ADMIN),
    Row("POST", "/admin/places/{id}", SignIn, ADMIN_EMPTY, ADMIN_EMPTY),
    Row("GET", "/admin/ledger", SignIn, ADMIN, ADMIN),
    Row("GET", "/admin/security", SignIn, ADMIN, ADMIN),
    Row("GET", "/api/v1/places", SignIn, all(Good), all(Good)),
    Row("GET", "/api/v1/units", SignIn, all(Good), all(Good)),
];
