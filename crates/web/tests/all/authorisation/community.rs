//! The rows of `community`. Service days are read by whoever works in the company; who keeps one coordinates for its unit, who runs a
//! session works for its host. A session's code opens its own page to everybody, and nobody's name.

use super::*;

const NOBODY: [Expect; 6] = all(Forbidden);
const RUNS: [Expect; 6] = [Forbidden, Good, Good, Forbidden, Good, Forbidden];
const RUNS_EMPTY: [Expect; 6] = [Forbidden, Invalid, Invalid, Forbidden, Invalid, Forbidden];
const RUNS_OR_MISSING: [Expect; 6] = [Missing, Good, Good, Missing, Good, Missing];

pub const ROWS: &[Row] = &[
    Row("GET", "/service-days", SignIn, all(Good), all(Good)),
    Row("GET", "/service-days/members", SignIn, COORDINATOR, COORDINATOR),
    Row("GET", "/service-days/members/{id}/{action}", SignIn, COORDINATOR, NOBODY),
    Row("POST", "/service-days/members/{id}/{action}", SignIn, COORDINATOR_EMPTY, NOBODY),
    Row("GET", "/service-days/pairings", SignIn, all(Good), all(Good)),
    Row("GET", "/service-days/pairings/{id}/{action}", SignIn, COORDINATOR, COORDINATOR),
    Row("POST", "/service-days/pairings/{id}/{action}", SignIn, COORDINATOR_EMPTY, COORDINATOR_EMPTY),
    Row("GET", "/service-days/{id}", SignIn, all(Good), all(Good)),
    Row("GET", "/service-days/{id}/{action}", SignIn, COORDINATOR, COORDINATOR),
    Row("POST", "/service-days/{id}/{action}", SignIn, COORDINATOR_EMPTY, COORDINATOR_EMPTY),
    Row("GET", "/sessions/{id}", SignIn, all(Good), all(Good)),
    Row("GET", "/sessions/{id}/poster", SignIn, RUNS_OR_MISSING, all(Missing)),
    Row("GET", "/sessions/{id}/{action}", SignIn, RUNS, NOBODY),
    Row("POST", "/sessions/{id}/{action}", SignIn, RUNS_EMPTY, NOBODY),
    // Whoever has the code signs in as nobody; who else he is makes no difference.
    Row("GET", "/s/{id}/{secret}", Good, all(Good), all(Good)),
    Row("POST", "/s/{id}/{secret}", Invalid, all(Invalid), all(Invalid)),
    Row("GET", "/s/{id}/{secret}/{sign_in}", Good, all(Good), all(Good)),
    Row("POST", "/s/{id}/{secret}/{sign_in}", Invalid, all(Invalid), all(Invalid)),
    Row("GET", "/api/v1/service-days", SignIn, all(Good), all(Good)),
    Row("GET", "/api/v1/service-days/{id}", SignIn, all(Good), all(Good)),
];
