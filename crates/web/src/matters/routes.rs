//! Routes. Matters: raised, worked on, answered.

use super::{act, api, inbox, list, matter, raise, tasks};
use crate::door::route::{Route, routes};

/// Every route of this folder.
pub fn routes() -> Vec<Route> {
    routes! {
        get "/matters" Person list::page, "Matters by filter";
        get "/matters/new" Person raise::page, "Form to raise a matter";
        post "/matters/new" Person raise::submit, "Raises a matter";
        get "/matters/{id}" Person matter::page, "A matter";
        get "/matters/{id}/{action}" Person act::page, "Form of an action on a matter";
        post "/matters/{id}/{action}" Person act::submit, "Acts on a matter";
        get "/inbox" Person inbox::page, "The coordinator's inbox";
        get "/tasks" Person tasks::page, "My unit's matters by due date";
        get "/api/v1/matters" Person api::list, "Matters by filter",
            query(&[
                "stage", "kind", "origin", "unit", "place", "visit", "handler", "mine", "open", "overdue",
                "requested", "due_before", "text", "order", "limit", "after",
            ]);
        get "/api/v1/matters/{id}" Person api::one, "A matter with its timeline";
    }
}
