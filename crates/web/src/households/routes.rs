//! Routes. Household service.

use super::{api, form, list, page, sheet};
use crate::door::answer::{Rows, of};
use crate::door::nav::Entry;
use crate::door::route::{Photos, Route, routes};
use crate::form::paging::Listed;
use crate::partners::api::AfterCode;

/// In the navigation.
pub const NAVIGATION: &[Entry] = &[Entry::new("/households", "households", "home", "nav-households")];

/// Every route of this folder.
pub fn routes() -> Vec<Route> {
    routes! {
        get "/households" Person list::page, "Households by code";
        get "/households/round" Person list::round, "The round of a day: orders in hand and visits promised; `day`";
        post "/households/csv" Person list::export, "CSV of the households that agreed, with how many were left out";
        get "/households/new" Person form::page, "Form of a household";
        post "/households/new" Person form::submit, "Registers a household";
        get "/households/{id}" Person page::page, "A household with what was done and promised there";
        get "/households/{id}/edit" Person form::edit, "Form of a household";
        post "/households/{id}/edit" Person form::change, "Changes a household";
        get "/households/{id}/erase" Person form::erase_page, "Form to erase who lives in a household";
        post "/households/{id}/erase" Person form::erase, "Erases who lives in a household";
        get "/households/{id}/order" Person form::order_page, "Form of an order for a household";
        post "/households/{id}/order" Person form::order, "Raises an order for a household";
        get "/orders/{id}/sheet" Person sheet::page, "Form of the done-sheet of an order";
        post "/orders/{id}/sheet" Person sheet::submit, "Fills in the done-sheet of an order and submits the order",
            photos(Photos::OfKnown);
        get "/sheets/{id}/confirm" Person sheet::confirm_page, "Form of how whoever lives there confirmed what was done";
        post "/sheets/{id}/confirm" Person sheet::confirm, "Records how it was confirmed", photos(Photos::OfKnown);
        get "/api/v1/households" Person api::households, "Households, without who lives there",
            query(&[("limit", of::<Rows>), ("after", of::<AfterCode>)]), answer(of::<Listed<api::HouseholdItem>>);
        get "/api/v1/households/{id}" Person api::household, "A household by id or code, with its done-sheets",
            answer(of::<api::HouseholdAnswer>);
    }
}
