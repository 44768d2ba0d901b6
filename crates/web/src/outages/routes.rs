//! Routes. A year of supply, outages, customers served.

use super::{act, api, form, list, outage, served, year};
use crate::door::answer::{After, Coded, Rows, Switch, UnitCode, of};
use crate::door::nav::Entry;
use crate::door::route::{Route, routes};
use crate::form::paging::Listed;
use uuid::Uuid;
use yixian_domain::outage::{NetworkLevel, OutageKind};

/// In the navigation.
pub const NAVIGATION: &[Entry] = &[Entry::new("/reliability", "reliability", "pulse", "nav-reliability")];

/// Every route of this folder.
pub fn routes() -> Vec<Route> {
    routes! {
        get "/reliability" Person year::page, "A year of supply: its indices by month, district and level";
        get "/outages" Person list::page, "Outages, the newest first";
        get "/outages/new" Person form::page, "Form of an outage";
        post "/outages/new" Person form::submit, "Records an outage";
        get "/outages/served" Person served::page, "Customers served by district";
        get "/outages/served/new" Person served::form, "Form of customers served";
        post "/outages/served/new" Person served::submit, "Says how many customers are served from a day on";
        get "/outages/{id}" Person outage::page, "An outage and what happened to it";
        get "/outages/{id}/edit" Person form::edit, "Form to correct an outage";
        post "/outages/{id}/edit" Person form::change, "Corrects an outage";
        get "/outages/{id}/end" Person act::end_page, "Form to end an outage";
        post "/outages/{id}/end" Person act::end, "Power is back";
        get "/outages/{id}/void" Person act::void_page, "Form to void an outage";
        post "/outages/{id}/void" Person act::void, "Voids an outage";
        get "/api/v1/reliability" Person api::reliability, "A year of supply by month, district, level or kind",
            query(&[
                ("year", of::<api::YearAsked>), ("by", of::<api::ByAsked>), ("unit", of::<UnitCode>),
                ("as_of", of::<api::AsOfAsked>),
            ]),
            answer(of::<api::ReliabilityAnswer>);
        get "/api/v1/outages" Person api::outages, "Outages, the newest first",
            query(&[
                ("period", of::<api::PeriodAsked>), ("district", of::<api::DistrictAsked>), ("unit", of::<Uuid>),
                ("level", of::<Coded<NetworkLevel>>), ("kind", of::<Coded<OutageKind>>), ("open", of::<Switch>),
                ("limit", of::<Rows>), ("after", of::<After>),
            ]),
            answer(of::<Listed<api::OutageItem>>);
        get "/api/v1/outages/{id}" Person api::outage, "An outage by id or number", answer(of::<api::OutageItem>);
    }
}
