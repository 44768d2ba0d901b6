//! The rows of `programmes`. Works are their owner's: who sees nothing of it is told of no such record; a body outside sees what
//! it builds or supervises, by its link.

use super::*;

const KEEPS: [Expect; 6] = [Forbidden, Forbidden, Forbidden, Forbidden, Good, Forbidden];
const KEEPS_EMPTY: [Expect; 6] = [Forbidden, Forbidden, Forbidden, Forbidden, Invalid, Forbidden];

pub const ROWS: &[Row] = &[
    Row("GET", "/programmes", SignIn, all(Good), all(Good)),
    Row("GET", "/programmes/new", SignIn, REGISTERS, REGISTERS),
    Row("POST", "/programmes/new", SignIn, REGISTERS_EMPTY, REGISTERS_EMPTY),
    Row("GET", "/programmes/{id}", SignIn, all(Good), all(Missing)),
    Row("GET", "/programmes/{id}/edit", SignIn, KEEPS, all(Missing)),
    Row("POST", "/programmes/{id}/edit", SignIn, KEEPS_EMPTY, all(Missing)),
    Row("GET", "/programmes/{id}/calendar", SignIn, all(Good), all(Missing)),
    Row("POST", "/programmes/{id}/approve", SignIn, KEEPS_EMPTY, all(Missing)),
    Row("GET", "/programmes/{id}/section", SignIn, KEEPS, all(Missing)),
    Row("POST", "/programmes/{id}/section", SignIn, KEEPS_EMPTY, all(Missing)),
    Row("GET", "/sections/{id}", SignIn, all(Good), all(Missing)),
    Row("GET", "/sections/{id}/edit", SignIn, KEEPS, all(Missing)),
    Row("POST", "/sections/{id}/edit", SignIn, KEEPS_EMPTY, all(Missing)),
    Row("GET", "/sections/{id}/{action}", SignIn, KEEPS, all(Missing)),
    Row("POST", "/sections/{id}/{action}", SignIn, KEEPS_EMPTY, all(Missing)),
    // Its own link shows a partner nothing of works that are not its own.
    Row("GET", "/p/{id}/{secret}/works/{section}", Missing, all(Missing), all(Missing)),
    Row("POST", "/p/{id}/{secret}/works/{section}", Missing, all(Missing), all(Missing)),
    Row("GET", "/api/v1/programmes", SignIn, all(Good), all(Good)),
    Row("GET", "/api/v1/programmes/{id}", SignIn, all(Good), all(Missing)),
    Row("GET", "/api/v1/programmes/{id}/sections", SignIn, all(Good), all(Missing)),
];

const REGISTERS: [Expect; 6] = [Forbidden, Forbidden, Forbidden, Forbidden, Good, Forbidden];
const REGISTERS_EMPTY: [Expect; 6] = [Forbidden, Forbidden, Forbidden, Forbidden, Invalid, Forbidden];
