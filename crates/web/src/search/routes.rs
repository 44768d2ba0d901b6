//! Routes. One search over everything.

use super::page;
use crate::door::route::{Route, routes};

/// Every route of this folder.
pub fn routes() -> Vec<Route> {
    routes! {
        get "/search" Person page::page, "What a text finds: matters, applications, visits, places, people";
    }
}
