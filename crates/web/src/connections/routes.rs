//! Routes. Connections to the grid.

use super::{act, api, case, leads, queue, take};
use crate::door::answer::{After, Coded, Rows, Switch, Text, of};
use crate::door::nav::Entry;
use crate::door::route::{Photos, Route, routes};
use crate::form::paging::Listed;
use crate::matters::api::Words;
use crate::organisation::api::District;
use yixian_domain::connection::Class;

/// In the navigation.
pub const NAVIGATION: &[Entry] = &[Entry::new("/connections", "connections", "plug", "nav-connections")];

/// Every route of this folder.
pub fn routes() -> Vec<Route> {
    routes! {
        get "/connections" Person queue::page, "The hall's queue of connections";
        get "/connections/new" Person take::page, "Form to take an application";
        post "/connections/new" Person take::submit, "Takes an application", photos(Photos::OfKnown);
        get "/connections/leads" Person leads::page, "Audit leads of connections";
        get "/connections/{id}" Person case::page, "A connection";
        get "/connections/{id}/{action}" Person act::page, "Form of an action on a connection";
        post "/connections/{id}/{action}" Person act::submit, "Acts on a connection", photos(Photos::OfKnown);
        get "/api/v1/connections" Person api::list, "Connections by filter",
            query(&[
                ("class", of::<Coded<Class>>), ("district", of::<District>), ("step", of::<Text>),
                ("special", of::<Switch>), ("show", of::<api::Show>), ("text", of::<Words>), ("limit", of::<Rows>),
                ("after", of::<After>),
            ]),
            answer(of::<Listed<api::ConnectionItem>>);
        get "/api/v1/connections/{id}" Person api::one, "A connection with its clocks",
            answer(of::<api::ConnectionAnswer>);
    }
}
