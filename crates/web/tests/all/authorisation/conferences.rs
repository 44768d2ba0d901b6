//! The rows of `conferences`. A conference lies with the unit that convenes it; a member outside comes by its link.

use super::*;

pub const ROWS: &[Row] = &[
    Row("GET", "/conferences", SignIn, all(Good), all(Good)),
    Row("GET", "/conferences/{id}", SignIn, all(Good), all(Missing)),
    Row("GET", "/conferences/{id}/{action}", SignIn, COORDINATOR, all(Missing)),
    Row("POST", "/conferences/{id}/{action}", SignIn, COORDINATOR_EMPTY, all(Missing)),
    Row("GET", "/meetings/{id}", SignIn, all(Good), all(Missing)),
    Row("GET", "/meetings/{id}/minutes", SignIn, all(Good), all(Missing)),
    Row("GET", "/meetings/{id}/{action}", SignIn, COORDINATOR, all(Missing)),
    Row("POST", "/meetings/{id}/{action}", SignIn, COORDINATOR_EMPTY, all(Missing)),
    // Whoever has the link reads what that partner was sent; who else he is makes no difference.
    Row("GET", "/p/{id}/{secret}/minutes", Good, all(Good), all(Good)),
    Row("GET", "/p/{id}/{secret}/minutes/{meeting}", Good, all(Good), all(Good)),
    Row("POST", "/p/{id}/{secret}/minutes/{meeting}", Invalid, all(Invalid), all(Invalid)),
    Row("GET", "/api/v1/conferences", SignIn, all(Good), all(Good)),
    Row("GET", "/api/v1/conferences/{id}", SignIn, all(Good), all(Missing)),
    Row("GET", "/api/v1/conferences/{id}/meetings", SignIn, all(Good), all(Missing)),
];
