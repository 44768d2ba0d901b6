//! Routes. Agreements, commitments, partners with what is between them and us.

use super::{agreement, api, form, list, partner, promise};
use crate::door::answer::of;
use crate::door::nav::Entry;
use crate::door::route::{Photos, Route, routes};
use crate::form::paging::Listed;

/// In the navigation.
pub const NAVIGATION: &[Entry] = &[Entry::new("/agreements", "agreements", "link", "nav-agreements")];

/// Every route of this folder.
pub fn routes() -> Vec<Route> {
    routes! {
        get "/partners" Person partner::list, "The register of partners, and when each was seen last";
        get "/partners/{id}/sheet" Person partner::sheet, "What to know of a partner before a visit";
        get "/visits/{id}/commitment" Person promise::visit_page, "Form of what was promised on a visit";
        post "/visits/{id}/commitment" Person promise::visit_submit, "Makes a commitment on a visit";
        get "/agreements" Person list::page, "Agreements, those that end next first";
        get "/agreements/new" Person form::page, "Form of an agreement";
        post "/agreements/new" Person form::submit, "Registers an agreement", photos(Photos::OfKnown);
        get "/agreements/{id}" Person agreement::page, "An agreement";
        get "/agreements/{id}/edit" Person form::edit, "Form of an agreement";
        post "/agreements/{id}/edit" Person form::change, "Changes an agreement", photos(Photos::OfKnown);
        get "/agreements/{id}/end" Person form::end_page, "Form to end an agreement";
        post "/agreements/{id}/end" Person form::end, "Ends an agreement";
        get "/agreements/{id}/commitment" Person promise::agreement_page, "Form of what was promised in an agreement";
        post "/agreements/{id}/commitment" Person promise::agreement_submit, "Makes a commitment in an agreement";
        get "/api/v1/agreements" Person api::agreements, "Agreements", answer(of::<Listed<api::AgreementItem>>);
        get "/api/v1/agreements/{id}" Person api::agreement, "An agreement by id or code",
            answer(of::<api::AgreementAnswer>);
    }
}
