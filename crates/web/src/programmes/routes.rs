//! Routes. Works.

use super::{act, api, calendar, form, link, list, programme, section};
use crate::door::answer::of;
use crate::door::nav::Entry;
use crate::door::route::{Photos, Route, routes};
use crate::form::paging::Listed;

/// In the navigation.
pub const NAVIGATION: &[Entry] = &[Entry::new("/programmes", "programmes", "road", "nav-programmes")];

/// Every route of this folder.
pub fn routes() -> Vec<Route> {
    routes! {
        get "/programmes" Person list::page, "Works programmes";
        get "/programmes/new" Person form::programme_page, "Form of a programme";
        post "/programmes/new" Person form::programme_submit, "Registers a programme";
        get "/programmes/{id}" Person programme::page, "A programme: batches and districts, milestones, bars";
        get "/programmes/{id}/edit" Person form::programme_edit, "Form of a programme";
        post "/programmes/{id}/edit" Person form::programme_change, "Changes a programme";
        get "/programmes/{id}/calendar" Person calendar::page, "Milestones as a calendar";
        post "/programmes/{id}/approve" Person act::approve_all, "Approves the drafts of a programme";
        get "/programmes/{id}/section" Person form::section_page, "Form of a section";
        post "/programmes/{id}/section" Person form::section_submit, "Drafts a section";
        get "/sections/{id}" Person section::page, "A section";
        get "/sections/{id}/edit" Person form::section_edit, "Form of a section";
        post "/sections/{id}/edit" Person form::section_change, "Changes a section";
        get "/sections/{id}/{action}" Person act::page, "Form of something done to a section";
        post "/sections/{id}/{action}" Person act::submit, "Reports, confirms, forecasts, surveys, splits …",
            photos(Photos::OfKnown);
        get "/p/{id}/{secret}/works/{section}" Link link::page, "A section that a body outside works on";
        post "/p/{id}/{secret}/works/{section}" Link link::submit, "What it reports or confirms", photos(Photos::OfAnybody);
        get "/api/v1/programmes" Person api::programmes, "Works programmes", answer(of::<Listed<api::ProgrammeItem>>);
        get "/api/v1/programmes/{id}" Person api::programme, "A programme by id or code", answer(of::<api::ProgrammeItem>);
        get "/api/v1/programmes/{id}/sections" Person api::sections, "Sections of a programme",
            query(&[
                ("reached", of::<api::Reached>), ("as_of", of::<api::KnownAt>),
            ]),
            answer(of::<api::SectionList>);
    }
}
