//! The rows of `praise` and of the briefing. The registers are the whole company's; who keeps one coordinates for its unit; who erases
//! administers it. Everybody reads the briefing: a line whose figure he may not see says so.

use super::*;

const NOBODY: [Expect; 6] = all(Forbidden);

pub const ROWS: &[Row] = &[
    Row("GET", "/praise", SignIn, all(Good), all(Good)),
    Row("GET", "/praise/new", SignIn, COORDINATOR, COORDINATOR),
    Row("POST", "/praise/new", SignIn, COORDINATOR_EMPTY, COORDINATOR_EMPTY),
    Row("GET", "/praise/{id}", SignIn, all(Good), all(Good)),
    Row("GET", "/praise/{id}/edit", SignIn, COORDINATOR, NOBODY),
    Row("POST", "/praise/{id}/edit", SignIn, COORDINATOR_EMPTY, NOBODY),
    Row("GET", "/praise/{id}/erase", SignIn, ADMIN, NOBODY),
    Row("POST", "/praise/{id}/erase", SignIn, ADMIN_EMPTY, NOBODY),
    Row("GET", "/publications", SignIn, all(Good), all(Good)),
    Row("GET", "/publications/new", SignIn, COORDINATOR, COORDINATOR),
    Row("POST", "/publications/new", SignIn, COORDINATOR_EMPTY, COORDINATOR_EMPTY),
    Row("GET", "/publications/{id}", SignIn, all(Good), all(Good)),
    Row("GET", "/publications/{id}/edit", SignIn, COORDINATOR, NOBODY),
    Row("POST", "/publications/{id}/edit", SignIn, COORDINATOR_EMPTY, NOBODY),
    Row("GET", "/api/v1/praise", SignIn, all(Good), all(Good)),
    Row("GET", "/api/v1/publications", SignIn, all(Good), all(Good)),
    Row("GET", "/api/v1/publications/{id}", SignIn, all(Good), all(Good)),
    Row("GET", "/briefing", SignIn, all(Good), all(Good)),
    Row("GET", "/briefing/xlsx", SignIn, all(Good), all(Good)),
    Row("GET", "/api/v1/briefing", SignIn, all(Good), all(Good)),
];
