//! The rows of `public`.

use super::*;

pub const ROWS: &[Row] = &[
    // Whoever has the link; who else he is makes no difference.
    Row("GET", "/r/{secret}", Good, all(Good), all(Good)),
    Row("POST", "/r/{secret}/rate", Invalid, all(Invalid), all(Invalid)),
    Row("POST", "/r/{secret}/comment", Invalid, all(Invalid), all(Invalid)),
    Row("GET", "/r/{secret}/files/{sha}", Good, all(Good), all(Good)),
    // An applicant has no account. A customer's link asks for the last digits of his phone first.
    Row("GET", "/apply", Good, all(Good), all(Good)),
    Row("POST", "/apply", Invalid, all(Invalid), all(Invalid)),
    Row("GET", "/c/{secret}", Good, all(Good), all(Good)),
    Row("POST", "/c/{secret}", Limited, all(Limited), all(Limited)),
    Row("POST", "/c/{secret}/rate", SignIn, all(SignIn), all(SignIn)),
    Row("POST", "/c/{secret}/papers", SignIn, all(SignIn), all(SignIn)),
    Row("GET", "/c/{secret}/files/{sha}", Missing, all(Missing), all(Missing)),
];
