//! The rows of `partners`. The register is the whole company's: nothing of it lies elsewhere.

use super::*;

pub const ROWS: &[Row] = &[
    Row("GET", "/partners", SignIn, all(Good), all(Good)),
    Row("POST", "/partners/{id}/link", SignIn, KEEPER_EMPTY, KEEPER_EMPTY),
    Row("POST", "/partners/{id}/link/end", SignIn, KEEPER_EMPTY, KEEPER_EMPTY),
    Row("GET", "/partners/{id}/edit", SignIn, KEEPER, KEEPER),
    Row("POST", "/partners/{id}/edit", SignIn, KEEPER_EMPTY, KEEPER_EMPTY),
    Row("GET", "/partners/{id}/{action}", SignIn, KEEPER, KEEPER),
    Row("POST", "/partners/{id}/{action}", SignIn, KEEPER_EMPTY, KEEPER_EMPTY),
    // Whoever has the link sees what is that partner's; who else he is makes no difference.
    Row("GET", "/p/{id}/{secret}", Good, all(Good), all(Good)),
    Row("GET", "/p/{id}/{secret}/matters/{matter}", Missing, all(Missing), all(Missing)),
    Row("POST", "/p/{id}/{secret}/matters/{matter}", Missing, all(Missing), all(Missing)),
    Row("GET", "/p/{id}/{secret}/files/{sha}", Missing, all(Missing), all(Missing)),
    Row("GET", "/api/v1/partners", SignIn, all(Good), all(Good)),
    Row("GET", "/api/v1/partners/{id}", SignIn, all(Good), all(Good)),
];
