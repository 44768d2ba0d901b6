//! The one route table. It builds the router, lists what the OpenAPI document describes, and is
//! what the authorisation matrix walks: a route without a row there fails the tests.

use crate::{Web, api, assets, guard, pages};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post, put};
use std::collections::BTreeMap;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};

/// Who may try a route at all; what he may do there is decided by access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Anybody.
    Anyone,
    /// Whoever has the link.
    Link,
    /// Whoever is signed in.
    Person,
}

/// A route.
pub struct Route {
    /// Method.
    pub method: Method,
    /// Path as axum writes it.
    pub path: &'static str,
    /// Who.
    pub who: Who,
    /// One line; for the API the summary of the operation.
    pub what: &'static str,
    handler: fn() -> MethodRouter<Web>,
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

macro_rules! routes {
    ($($method:ident $path:literal $who:ident $handler:path, $what:literal;)*) => {
        vec![$(Route { method: method(stringify!($method)), path: $path, who: Who::$who, what: $what, handler: || $method($handler) }),*]
    };
}

fn method(name: &str) -> Method {
    match name {
        "post" => Method::POST,
        "put" => Method::PUT,
        _ => Method::GET,
    }
}

/// Every route.
pub fn table() -> Vec<Route> {
    routes! {
        get "/" Person pages::today::page, "Today";
        get "/sign-in" Anyone pages::sign_in::page, "Sign-in form";
        post "/sign-in" Anyone pages::sign_in::submit, "Signs in";
        post "/sign-in/again" Anyone pages::sign_in::again, "Signs in and sends a late form on";
        post "/sign-out" Anyone pages::sign_in::out, "Signs out";
        get "/enter/{secret}" Link pages::sign_in::enter_page, "One-click sign-in of the demo";
        post "/enter/{secret}" Link pages::sign_in::enter, "Signs in by a one-click link";
        get "/setup/{secret}" Link pages::setup::page, "Sets an empty company up";
        post "/setup/{secret}" Link pages::setup::submit, "Sets an empty company up";

        get "/matters" Person pages::matters::page, "Matters by filter";
        get "/matters/new" Person pages::raise::page, "Form to raise a matter";
        post "/matters/new" Person pages::raise::submit, "Raises a matter";
        get "/matters/{id}" Person pages::matter::page, "A matter";
        get "/matters/{id}/{action}" Person pages::act::page, "Form of an action on a matter";
        post "/matters/{id}/{action}" Person pages::act::submit, "Acts on a matter";
        get "/inbox" Person pages::inbox::page, "The coordinator's inbox";
        get "/tasks" Person pages::tasks::page, "My unit's matters by due date";

        get "/visits" Person pages::visits::page, "Visits by day";
        get "/visits/new" Person pages::plan::page, "Form to plan a visit";
        post "/visits/new" Person pages::plan::submit, "Plans a visit";
        get "/visits/{id}" Person pages::visit::page, "A visit";
        post "/visits/{id}/start" Person pages::visit::start, "Checks in";
        post "/visits/{id}/findings" Person pages::visit::finding, "Records a finding";
        get "/visits/{id}/finish" Person pages::visit::finish_page, "Summary of a visit";
        post "/visits/{id}/finish" Person pages::visit::finish, "Ends a visit";
        get "/visits/{id}/cancel" Person pages::visit::cancel_page, "Form to call a visit off";
        post "/visits/{id}/cancel" Person pages::visit::cancel, "Calls a visit off";
        get "/visits/{id}/merge" Person pages::visit::merge_page, "Form to count a visit with another";
        post "/visits/{id}/merge" Person pages::visit::merge, "Counts a visit with another";

        get "/planning" Person pages::planning::page, "Plans of visits";
        get "/planning/priorities" Person pages::planning_priorities::page, "What places are worth, and why";
        get "/planning/new" Person pages::planning::new_page, "Form to make a plan";
        post "/planning/new" Person pages::planning::submit, "Begins to make a plan";
        get "/planning/plans/{id}" Person pages::planning_plan::page, "A plan, or how far its search is";
        post "/planning/plans/{id}/stop" Person pages::planning::stop, "Ends a search with what it has";
        get "/planning/plans/{id}/day" Person pages::planning_day::page, "A leader's day in a plan";
        get "/planning/plans/{id}/place" Person pages::planning_day::why, "Why a place is in a plan, or why not";
        get "/planning/plans/{id}/change" Person pages::planning_change::page, "Form to settle something and plan again";
        post "/planning/plans/{id}/change" Person pages::planning_change::submit, "Begins to make a plan from this one";
        get "/planning/plans/{id}/compare" Person pages::planning_compare::page, "Two plans side by side";
        post "/planning/plans/{id}/adopt" Person pages::planning_plan::adopt, "Turns a plan into visits";
        get "/planning/week" Person pages::planning_week::page, "A leader's week on one page";
        post "/planning/calendar" Person pages::planning_week::make_link, "Makes my calendar link";
        post "/planning/calendar/revoke" Person pages::planning_week::revoke_link, "Ends my calendar link";
        get "/calendar/{secret}" Link pages::planning_week::feed, "A leader's visits for calendar programs";

        get "/places" Person pages::places::page, "Register of places";
        get "/places/{id}" Person pages::places::place, "A place";
        get "/figures" Person pages::figures::page, "Figures of a period";
        get "/figures/{code}" Person pages::figures::records, "The records behind a figure";
        get "/flow" Person pages::flow::page, "Which way matters go and where they wait";
        get "/flow/cases" Person pages::flow::cases, "The records behind a number of the flow";
        get "/flow/warning" Person pages::flow_warning::page, "Open matters that may miss their deadline";
        get "/flow/warning/test" Person pages::flow_warning::test, "How well such warnings would have done";
        get "/flow/compare" Person pages::flow_compare::page, "The flow of two periods or units side by side";
        get "/flow/foreign" Person pages::flow_foreign::page, "Form to analyse another system's log";
        post "/flow/foreign" Person pages::flow_foreign::submit, "Analyses another system's log without storing it";
        get "/flow/rules" Person pages::flow_rules::page, "Which records broke which rule of the flow";

        get "/me" Person pages::me::page, "My notices, language, password and tokens";
        post "/me/locale" Anyone pages::me::locale, "Sets the language";
        post "/me/appearance" Anyone pages::me::appearance, "Sets theme and text size";
        post "/me/password" Person pages::me::password, "Changes the password";
        post "/me/notices" Person pages::me::notices, "Marks notices as read";
        post "/me/tokens" Person pages::me::make_token, "Makes an API token";
        post "/me/tokens/{hash}/revoke" Person pages::me::revoke_token, "Revokes an API token";

        get "/admin" Person pages::admin::page, "Units, people, places";
        get "/admin/units/{id}" Person pages::admin::unit_page, "Form of a unit";
        post "/admin/units/{id}" Person pages::admin::unit_submit, "Makes or changes a unit";
        get "/admin/people/{id}" Person pages::admin::person_page, "Form of a person";
        post "/admin/people/{id}" Person pages::admin::person_submit, "Makes or changes a person";
        post "/admin/people/{id}/link" Person pages::admin::person_link, "Makes a link to set a password";
        post "/admin/people/{id}/exempt" Person pages::admin::person_exempt, "Exempts a person from visit duty";
        get "/admin/places/{id}" Person pages::admin::place_page, "Form of a place";
        post "/admin/places/{id}" Person pages::admin::place_submit, "Makes or changes a place";
        get "/admin/import/{kind}" Person pages::admin_import::page, "Form of a CSV import";
        post "/admin/import/{kind}" Person pages::admin_import::submit, "Previews or applies a CSV import";
        get "/admin/ledger" Person pages::admin::ledger, "The ledger verified";
        get "/password/{secret}" Link pages::sign_in::password_page, "Form to set a first password";
        post "/password/{secret}" Link pages::sign_in::password, "Sets a first password";

        get "/r/{secret}" Link pages::raiser::page, "A raiser's matter";
        post "/r/{secret}/rate" Link pages::raiser::rate, "The raiser's verdict";
        post "/r/{secret}/comment" Link pages::raiser::comment, "The raiser's remark";
        get "/r/{secret}/files/{sha}" Link pages::raiser::file, "A photo of a raiser's matter";

        get "/apply" Anyone pages::connection_apply::page, "Form to apply for power";
        post "/apply" Anyone pages::connection_apply::submit, "Sends a code, previews, applies for power";
        get "/c/{secret}" Link pages::connection_customer::page, "A customer's application";
        post "/c/{secret}" Link pages::connection_customer::unlock, "Opens it by the last digits of the phone";
        post "/c/{secret}/rate" Link pages::connection_customer::rate, "The customer's word on the service";
        post "/c/{secret}/papers" Link pages::connection_customer::papers, "Hands in a paper";
        get "/c/{secret}/files/{sha}" Link pages::connection_customer::file, "A photo of a customer's paper";
        get "/connections" Person pages::connection_queue::page, "The hall's queue of connections";
        get "/connections/new" Person pages::connection_new::page, "Form to take an application";
        post "/connections/new" Person pages::connection_new::submit, "Takes an application";
        get "/connections/figures" Person pages::connection_figures::page, "Figures of connections";
        get "/connections/figures/{part}" Person pages::connection_figures::records, "The cases behind a number";
        get "/connections/leads" Person pages::connection_leads::page, "Audit leads of connections";
        get "/connections/{id}" Person pages::connection_case::page, "A connection";
        get "/connections/{id}/{action}" Person pages::connection_act::page, "Form of an action on a connection";
        post "/connections/{id}/{action}" Person pages::connection_act::submit, "Acts on a connection";
        get "/proposals" Person pages::connection_proposals::page, "Improvement proposals by stage";
        get "/proposals/new" Person pages::connection_proposals::form, "Form to propose an improvement";
        post "/proposals/new" Person pages::connection_proposals::submit, "Proposes an improvement";

        get "/files/{sha}" Person pages::files::file, "A photo";
        get "/assets/{path}" Anyone assets::asset, "Browser files";
        get "/help" Anyone pages::help::page, "Help";
        get "/healthz" Anyone pages::health::page, "Health";

        get "/api/v1/openapi.json" Anyone api::openapi::document, "This document";
        put "/api/v1/commands/{id}" Person api::commands::put, "Carries out a command once";
        get "/api/v1/matters" Person api::matters::list, "Matters by filter";
        get "/api/v1/matters/{id}" Person api::matters::one, "A matter with its timeline";
        get "/api/v1/connections" Person api::connections::list, "Connections by filter";
        get "/api/v1/connections/{id}" Person api::connections::one, "A connection with its clocks";
        get "/api/v1/visits" Person api::visits::list, "Visits by filter";
        get "/api/v1/visits/{id}" Person api::visits::one, "A visit with its findings";
        get "/api/v1/places" Person api::organisation::places, "Places";
        get "/api/v1/units" Person api::organisation::units, "Units";
        get "/api/v1/figures" Person api::figures::list, "Figures of a period";
        get "/api/v1/figures/{code}" Person api::figures::ids, "Ids behind a figure";
        get "/api/v1/plans" Person api::plans::list, "Plans of visits";
        get "/api/v1/plans/{id}" Person api::plans::one, "A plan, or how far its search is";
        get "/api/v1/priorities" Person api::plans::priorities, "What places are worth, and why";
        post "/api/v1/files" Person api::files::upload, "Takes a photo";
    }
}

/// Largest request, bytes: twelve photos and their form.
const MAX_BODY: usize = 100 * 1024 * 1024;

/// The router with every guard around it.
pub fn router(web: Web) -> Router {
    let mut paths: BTreeMap<&'static str, MethodRouter<Web>> = BTreeMap::new();
    for route in table() {
        let handler = (route.handler)();
        let known = paths.remove(route.path);
        paths.insert(
            route.path,
            match known {
                Some(k) => k.merge(handler),
                None => handler,
            },
        );
    }
    let mut router = Router::new();
    for (path, handler) in paths {
        router = router.route(path, handler);
    }
    // Photos are compressed already, and secrets beside typed words are not compressed over TLS
    // where lengths could tell them: pages carry no secret but the form token, which is per session.
    let compress = CompressionLayer::new().compress_when(SizeAbove::new(1024).and(NotForContentType::IMAGES));
    router
        .fallback(pages::errors::no_page)
        .layer(from_fn_with_state(web.clone(), guard::same_origin))
        .layer(from_fn_with_state(web.clone(), guard::errors))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(compress)
        .layer(from_fn_with_state(web.clone(), guard::envelope))
        .with_state(web)
}
