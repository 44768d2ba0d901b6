//! Routes. The two levels that lead.

use super::{api, board, burden, matrix};
use crate::door::answer::{Day, UnitCode, of};
use crate::door::nav::Entry;
use crate::door::route::{Route, routes};
use crate::figures::api::{AskedInstant, AskedPeriod};

/// In the navigation.
pub const NAVIGATION: &[Entry] = &[Entry::new("/two-levels", "levels", "levels", "nav-levels")];

/// Every route of this folder.
pub fn routes() -> Vec<Route> {
    routes! {
        get "/two-levels" Person board::page, "The two levels that lead, by tier and month";
        get "/two-levels/matrix" Person matrix::page, "Who came to which unit in which month, and who did not";
        get "/two-levels/burden" Person burden::page, "What stations and places bear, and visits that might be one";
        get "/api/v1/two-levels" Person api::board, "The board of tier by month, with quotas",
            query(&[
                ("period", of::<AskedPeriod>), ("from", of::<Day>), ("to", of::<Day>), ("unit", of::<UnitCode>),
                ("as_of", of::<AskedInstant>),
            ]),
            answer(of::<api::BoardAnswer>);
        get "/api/v1/two-levels/matrix" Person api::matrix, "The matrix of unit, specialty, tier and month, with its gaps",
            query(&[
                ("period", of::<AskedPeriod>), ("from", of::<Day>), ("to", of::<Day>), ("unit", of::<UnitCode>),
                ("as_of", of::<AskedInstant>),
            ]),
            answer(of::<api::MatrixAnswer>);
        get "/api/v1/two-levels/burden" Person api::burden, "Weeks in which a station or a place received more than it bears",
            query(&[
                ("period", of::<AskedPeriod>), ("from", of::<Day>), ("to", of::<Day>), ("unit", of::<UnitCode>),
                ("as_of", of::<AskedInstant>),
            ]),
            answer(of::<api::BurdenAnswer>);
    }
}
