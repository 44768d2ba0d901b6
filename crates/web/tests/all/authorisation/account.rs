//! The rows of `account`.

use super::*;

pub const ROWS: &[Row] = &[
    Row("GET", "/", SignIn, all(Good), all(Good)),
    Row("GET", "/sign-in", Good, all(Good), all(Good)),
    Row("POST", "/sign-in", SignIn, all(SignIn), all(SignIn)),
    Row("POST", "/sign-in/again", SignIn, all(SignIn), all(SignIn)),
    Row("POST", "/sign-out", Good, all(Good), all(Good)),
    Row("GET", "/enter/{secret}", Good, all(Good), all(Good)),
    Row("POST", "/enter/{secret}", Good, all(Good), all(Good)),
    Row("GET", "/setup/{secret}", Good, all(Good), all(Good)),
    Row("POST", "/setup/{secret}", Invalid, all(Invalid), all(Invalid)),
    Row("GET", "/password/{secret}", Good, all(Good), all(Good)),
    Row("POST", "/password/{secret}", Invalid, all(Invalid), all(Invalid)),
    Row("GET", "/me", SignIn, all(Good), all(Good)),
    Row("POST", "/me/locale", Good, all(Good), all(Good)),
    Row("POST", "/me/appearance", Good, all(Good), all(Good)),
    Row("POST", "/me/password", SignIn, all(Invalid), all(Invalid)),
    Row("POST", "/me/notices", SignIn, all(Good), all(Good)),
    Row("POST", "/me/tokens", SignIn, all(Invalid), all(Invalid)),
    Row("POST", "/sign-in/second", SignIn, all(SignIn), all(SignIn)),
    Row("GET", "/me/second-factor", SignIn, all(Good), all(Good)),
    Row("POST", "/me/second-factor", SignIn, all(Invalid), all(Invalid)),
    Row("POST", "/me/second-factor/off", SignIn, all(Good), all(Good)),
    Row("POST", "/me/credentials/end", SignIn, all(Good), all(Good)),
    Row("POST", "/me/credentials/{hash}/end", SignIn, all(Good), all(Good)),
    Row("GET", "/help", Good, all(Good), all(Good)),
];
