//! Routes. The briefing.

use super::{api, page};
use crate::door::answer::of;
use crate::door::nav::Entry;
use crate::door::route::{Route, routes};
use crate::figures::api::AskedInstant;

/// In the navigation.
pub const NAVIGATION: &[Entry] = &[Entry::new("/briefing", "briefing", "report", "nav-briefing")];

/// Every route of this folder.
pub fn routes() -> Vec<Route> {
    routes! {
        get "/briefing" Person page::page, "The article as a table of figures, ready to be printed";
        get "/briefing/xlsx" Person page::workbook, "The same as a workbook";
        get "/api/v1/briefing" Person api::briefing, "The article as a table of figures, each line with its arguments",
            query(&[("period", of::<api::AskedYear>), ("as_of", of::<AskedInstant>)]),
            answer(of::<api::BriefingAnswer>);
    }
}
