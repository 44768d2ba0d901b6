//! Routes. Units, people, places and the ledger.

use super::{api, erase, ledger, overview, person, place, security, unit};
use crate::door::answer::{Rows, of};
use crate::door::nav::{Entry, Phone};
use crate::door::route::{Route, routes};
use crate::form::paging::Listed;
use yixian_domain::org::Role;

/// In the navigation.
pub const NAVIGATION: &[Entry] = &[
    Entry::new("/places", "places", "list", "nav-places"),
    Entry {
        head: Some("nav-admin"),
        phone: Phone::Foot("nav-admin"),
        ..Entry::new("/admin", "admin", "team", "nav-organisation").of(Role::Administrator)
    },
    Entry { phone: Phone::Not, ..Entry::new("/admin/ledger", "ledger", "file", "nav-ledger").of(Role::Administrator) },
    Entry {
        phone: Phone::Not,
        ..Entry::new("/admin/privacy", "privacy", "file", "nav-privacy").of(Role::Administrator)
    },
];

/// Every route of this folder.
pub fn routes() -> Vec<Route> {
    routes! {
        get "/admin" Person overview::page, "Units, people, places";
        get "/admin/units/{id}" Person unit::page, "Form of a unit";
        post "/admin/units/{id}" Person unit::submit, "Makes or changes a unit";
        get "/admin/people/{id}" Person person::page, "Form of a person";
        post "/admin/people/{id}" Person person::submit, "Makes or changes a person";
        post "/admin/people/{id}/link" Person person::link, "Makes a link to set a password";
        post "/admin/people/{id}/second-factor/off" Person person::second_factor_off, "Takes a person's second factor away";
        post "/admin/people/{id}/credentials/end" Person person::end_all, "Ends all that a person can get in with";
        post "/admin/people/{id}/credentials/{hash}/end" Person person::end_one, "Ends something that a person can get in with";
        post "/admin/people/{id}/exempt" Person person::exempt, "Exempts a person from visit duty";
        get "/admin/people/{id}/erase" Person erase::page, "Form to erase what says who somebody is who has left";
        post "/admin/people/{id}/erase" Person erase::submit, "Erases what says who somebody is who has left";
        get "/admin/places/{id}" Person place::page, "Form of a place";
        post "/admin/places/{id}" Person place::submit, "Makes or changes a place";
        get "/admin/ledger" Person ledger::page, "The ledger verified";
        get "/admin/security" Person security::page, "The log of security";
        get "/api/v1/places" Person api::places, "Places",
            query(&[
                ("text", of::<api::PlaceText>), ("district", of::<api::District>), ("limit", of::<Rows>),
                ("after", of::<api::AfterCode>),
            ]),
            answer(of::<Listed<api::PlaceItem>>);
        get "/api/v1/units" Person api::units, "Units",
            query(&[("limit", of::<Rows>), ("after", of::<api::AfterCode>)]), answer(of::<Listed<api::UnitItem>>);
    }
}
