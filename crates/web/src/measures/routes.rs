//! Routes. Improvement measures.

use super::{act, api, board, measure, propose};
use crate::door::answer::of;
use crate::door::nav::Entry;
use crate::door::route::{Photos, Route, routes};
use crate::form::paging::Listed;

/// In the navigation.
pub const NAVIGATION: &[Entry] = &[Entry::new("/measures", "measures", "idea", "nav-measures")];

/// Every route of this folder.
pub fn routes() -> Vec<Route> {
    routes! {
        get "/measures" Person board::page, "Improvement measures by class and stage";
        get "/measures/new" Person propose::page, "Form of a measure";
        post "/measures/new" Person propose::submit, "Proposes a measure", photos(Photos::OfKnown);
        get "/measures/{id}" Person measure::page, "A measure and what it brought";
        get "/measures/{id}/{action}" Person act::page, "Form of something done to a measure";
        post "/measures/{id}/{action}" Person act::submit, "Decides, applies, takes over, puts into another class";
        get "/api/v1/measures" Person api::measures, "Improvement measures", answer(of::<Listed<api::MeasureItem>>);
    }
}
