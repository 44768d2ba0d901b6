//! The rows of `import`: each table asks what its register's form asks. What a line speaks of is asked line by line.

use super::*;

pub const ROWS: &[Row] = &[
    Row("GET", "/admin/import/{kind}", SignIn, ADMIN, ADMIN),
    Row("POST", "/admin/import/{kind}", SignIn, ADMIN_EMPTY, ADMIN_EMPTY),
    Row("GET", "/partners/import", SignIn, KEEPER, KEEPER),
    Row("POST", "/partners/import", SignIn, KEEPER_EMPTY, KEEPER_EMPTY),
    // Whoever coordinates for the owner of a programme, or for the convener of a conference.
    Row("GET", "/programmes/import/sections", SignIn, COORDINATOR, COORDINATOR),
    Row("POST", "/programmes/import/sections", SignIn, COORDINATOR_EMPTY, COORDINATOR_EMPTY),
    Row("GET", "/programmes/import/milestones", SignIn, COORDINATOR, COORDINATOR),
    Row("POST", "/programmes/import/milestones", SignIn, COORDINATOR_EMPTY, COORDINATOR_EMPTY),
    Row("GET", "/service-days/members/import", SignIn, COORDINATOR, COORDINATOR),
    Row("POST", "/service-days/members/import", SignIn, COORDINATOR_EMPTY, COORDINATOR_EMPTY),
    Row("GET", "/outages/import", SignIn, COORDINATOR, COORDINATOR),
    Row("POST", "/outages/import", SignIn, COORDINATOR_EMPTY, COORDINATOR_EMPTY),
    Row("GET", "/conferences/import", SignIn, COORDINATOR, COORDINATOR),
    Row("POST", "/conferences/import", SignIn, COORDINATOR_EMPTY, COORDINATOR_EMPTY),
    Row("GET", "/indicators/import", SignIn, COORDINATOR, COORDINATOR),
    Row("POST", "/indicators/import", SignIn, COORDINATOR_EMPTY, COORDINATOR_EMPTY),
];
