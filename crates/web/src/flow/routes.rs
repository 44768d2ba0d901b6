//! Routes. The flow: which way records go and where they wait.

use super::{compare, foreign, overview, rules, warning};
use crate::door::nav::Entry;
use crate::door::route::{Photos, Route, routes};
use yixian_app::flow::foreign::MAX_FILE;

/// In the navigation.
pub const NAVIGATION: &[Entry] = &[Entry::new("/flow", "flow", "report", "nav-flow")];

/// Every route of this folder.
pub fn routes() -> Vec<Route> {
    routes! {
        get "/flow" Person overview::page, "Which way matters go and where they wait";
        get "/flow/cases" Person overview::cases, "The records behind a number of the flow";
        get "/flow/warning" Person warning::page, "Open matters that may miss their deadline";
        get "/flow/warning/test" Person warning::test, "How well such warnings would have done";
        get "/flow/compare" Person compare::page, "The flow of two periods or units side by side";
        get "/flow/foreign" Person foreign::page, "Form to analyse another system's log";
        post "/flow/foreign" Person foreign::submit, "Analyses another system's log without storing it",
            limit(MAX_FILE), photos(Photos::OfKnown);
        get "/flow/rules" Person rules::page, "Which records broke which rule of the flow";
    }
}
