//! Routes. Visits, and the register of places that they go to.

use super::{api, cancel, finish, list, meeting, merge, places, plan, visit};
use crate::door::answer::{After, Coded, Day, Rows, Switch, of};
use crate::door::nav::Entry;
use crate::door::route::{Photos, Route, routes};
use crate::form::paging::Listed;
use yixian_app::visits::VisitStage;

/// In the navigation.
pub const NAVIGATION: &[Entry] = &[Entry::new("/visits", "visits", "visit", "nav-visits").in_bar()];

/// Every route of this folder.
pub fn routes() -> Vec<Route> {
    routes! {
        get "/visits" Person list::page, "Visits by day";
        get "/visits/new" Person plan::page, "Form to plan a visit";
        post "/visits/new" Person plan::submit, "Plans a visit";
        get "/visits/{id}" Person visit::page, "A visit";
        post "/visits/{id}/start" Person visit::start, "Checks in", photos(Photos::OfKnown);
        post "/visits/{id}/findings" Person visit::finding, "Records a finding", photos(Photos::OfKnown);
        get "/visits/{id}/finish" Person finish::page, "Summary of a visit";
        post "/visits/{id}/finish" Person finish::submit, "Ends a visit";
        get "/visits/{id}/meeting" Person meeting::page, "Form of what was spoken of on a visit";
        post "/visits/{id}/meeting" Person meeting::submit, "Notes whom they met and what was spoken of";
        get "/visits/{id}/cancel" Person cancel::page, "Form to call a visit off";
        post "/visits/{id}/cancel" Person cancel::submit, "Calls a visit off";
        get "/visits/{id}/merge" Person merge::page, "Form to count a visit with another";
        post "/visits/{id}/merge" Person merge::submit, "Counts a visit with another";
        get "/places" Person places::page, "Register of places";
        get "/places/{id}" Person places::place, "A place";
        get "/api/v1/visits" Person api::list, "Visits by filter",
            query(&[
                ("from", of::<Day>), ("to", of::<Day>), ("state", of::<Coded<VisitStage>>), ("mine", of::<Switch>),
                ("limit", of::<Rows>), ("after", of::<After>),
            ]),
            answer(of::<Listed<api::VisitItem>>);
        get "/api/v1/visits/{id}" Person api::one, "A visit with its findings", answer(of::<api::VisitAnswer>);
    }
}
