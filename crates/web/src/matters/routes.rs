//! Routes. Matters: raised, worked on, answered.

use super::{act, api, erase, export, inbox, link, list, matter, privacy, raise, retention, show, tasks};
use crate::door::answer::{After, Coded, Day, Rows, Switch, UnitCode, of};
use crate::door::nav::Entry;
use crate::door::route::{Photos, Route, routes};
use crate::form::paging::Listed;
use uuid::Uuid;
use yixian_domain::matter::{MatterKind, Origin, StageName};
use yixian_domain::org::Role;

/// In the navigation.
pub const NAVIGATION: &[Entry] = &[
    Entry::new("/inbox", "inbox", "inbox", "nav-inbox").of(Role::Coordinator).in_bar(),
    Entry::new("/tasks", "tasks", "check", "nav-tasks").of(Role::Handler).in_bar(),
    Entry::new("/matters", "matters", "matter", "nav-matters").in_bar(),
];

/// Every route of this folder.
pub fn routes() -> Vec<Route> {
    routes! {
        get "/matters" Person list::page, "Matters by filter";
        post "/matters/csv" Person export::page, "Matters by filter as a table; taking it is put on record";
        get "/matters/new" Person raise::page, "Form to raise a matter";
        post "/matters/new" Person raise::submit, "Raises a matter", photos(Photos::OfKnown);
        get "/matters/{id}" Person matter::page, "A matter";
        get "/matters/{id}/erase" Person erase::page, "What of a matter would be erased, and the form that asks why";
        post "/matters/{id}/erase" Person erase::submit, "Erases the personal data of a matter";
        get "/matters/{id}/show" Person show::page, "Form to have personal data shown for a purpose";
        post "/matters/{id}/show" Person show::submit, "Shows personal data and puts on record why";
        get "/matters/{id}/{action}" Person act::page, "Form of an action on a matter";
        post "/matters/{id}/{action}" Person act::submit, "Acts on a matter", photos(Photos::OfKnown);
        post "/matters/{id}/link" Person link::submit, "Gives the raiser's link away";
        get "/admin/privacy" Person privacy::page, "Who had personal data shown or erased";
        get "/admin/privacy/retention" Person retention::page, "How long personal data are kept, and what is due";
        post "/admin/privacy/retention" Person retention::submit, "Erases what was shown to be due";
        get "/admin/privacy/retention/rules" Person retention::rules_page, "Form of how long personal data are kept";
        post "/admin/privacy/retention/rules" Person retention::put_rules, "Puts in force how long personal data are kept";
        get "/inbox" Person inbox::page, "The coordinator's inbox";
        get "/tasks" Person tasks::page, "My unit's matters by due date";
        get "/api/v1/matters" Person api::list, "Matters by filter",
            query(&[
                ("stage", of::<Vec<Coded<StageName>>>), ("kind", of::<Coded<MatterKind>>),
                ("origin", of::<Coded<Origin>>), ("unit", of::<UnitCode>), ("place", of::<Uuid>), ("visit", of::<Uuid>),
                ("handler", of::<api::Handler>), ("mine", of::<Switch>), ("open", of::<Switch>),
                ("overdue", of::<Switch>), ("requested", of::<Switch>), ("due_before", of::<Day>),
                ("text", of::<api::Words>), ("order", of::<api::Order>), ("limit", of::<Rows>), ("after", of::<After>),
            ]),
            answer(of::<Listed<api::MatterItem>>);
        post "/api/v1/matters/csv" Person export::api, "Matters by filter as a table, newest first; taking it is put on record",
            query(&[
                ("stage", of::<Vec<Coded<StageName>>>), ("kind", of::<Coded<MatterKind>>),
                ("origin", of::<Coded<Origin>>), ("unit", of::<UnitCode>), ("place", of::<Uuid>), ("visit", of::<Uuid>),
                ("handler", of::<api::Handler>), ("mine", of::<Switch>), ("open", of::<Switch>),
                ("overdue", of::<Switch>), ("requested", of::<Switch>), ("due_before", of::<Day>),
                ("text", of::<api::Words>), ("order", of::<api::Order>),
            ]),
            answer(of::<export::Table>);
        get "/api/v1/matters/{id}" Person api::one, "A matter with its timeline", answer(of::<api::MatterAnswer>);
        get "/api/v1/matters/{id}/disclosed" Person api::disclosed,
            "Personal data that I had shown in the last five minutes by `disclose`", answer(of::<api::Disclosed>);
    }
}
