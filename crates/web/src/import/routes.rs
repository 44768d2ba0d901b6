//! Routes. Imports, each below the register whose table it takes.

use super::page;
use crate::door::route::{Photos, Route, routes};

/// Every route of this folder.
pub fn routes() -> Vec<Route> {
    routes! {
        get "/admin/import/{kind}" Person page::organisation, "Form of a CSV import";
        post "/admin/import/{kind}" Person page::organisation_submit, "Previews or applies a CSV import",
            photos(Photos::OfKnown), text(page::MAX_CARRIED);
        get "/partners/import" Person page::partners, "Form of an import of partners";
        post "/partners/import" Person page::partners_submit, "Previews or applies an import of partners",
            photos(Photos::OfKnown), text(page::MAX_CARRIED);
        get "/programmes/import/sections" Person page::sections, "Form of an import of sections";
        post "/programmes/import/sections" Person page::sections_submit, "Previews or applies an import of sections",
            photos(Photos::OfKnown), text(page::MAX_CARRIED);
        get "/programmes/import/milestones" Person page::milestones, "Form of an import of milestones";
        post "/programmes/import/milestones" Person page::milestones_submit, "Previews or applies an import of milestones",
            photos(Photos::OfKnown), text(page::MAX_CARRIED);
        get "/outages/import" Person page::of_outages, "Form of an import of outages";
        post "/outages/import" Person page::of_outages_submit, "Previews or applies an import of outages",
            photos(Photos::OfKnown), text(page::MAX_CARRIED);
        get "/service-days/members/import" Person page::members, "Form of an import of members";
        post "/service-days/members/import" Person page::members_submit, "Previews or applies an import of members",
            photos(Photos::OfKnown), text(page::MAX_CARRIED);
        get "/households/import" Person page::households, "Form of an import of households";
        post "/households/import" Person page::households_submit, "Previews or applies an import of households",
            photos(Photos::OfKnown), text(page::MAX_CARRIED);
        get "/conferences/import" Person page::resolutions, "Form of an import of resolutions";
        post "/conferences/import" Person page::resolutions_submit, "Previews or applies an import of resolutions",
            photos(Photos::OfKnown), text(page::MAX_CARRIED);
        get "/indicators/import" Person page::tasks, "Form of an import of tasks";
        post "/indicators/import" Person page::tasks_submit, "Previews or applies an import of tasks",
            photos(Photos::OfKnown), text(page::MAX_CARRIED);
    }
}
