//! Routes. Partners.

use super::{api, form, link, partner};
use crate::door::answer::{Rows, of};
use crate::door::nav::Entry;
use crate::door::route::{Photos, Route, routes};
use crate::form::paging::Listed;

/// In the navigation.
pub const NAVIGATION: &[Entry] = &[Entry::new("/partners", "partners", "building", "nav-partners")];

/// Every route of this folder.
pub fn routes() -> Vec<Route> {
    routes! {
        post "/partners/{id}/link" Person partner::give, "Gives a partner its link";
        post "/partners/{id}/link/end" Person partner::end, "Ends a partner's link";
        get "/partners/{id}/edit" Person form::page, "Form of a partner";
        post "/partners/{id}/edit" Person form::submit, "Registers or changes a partner";
        get "/partners/{id}/{action}" Person form::act_page, "Form of something done to a partner";
        post "/partners/{id}/{action}" Person form::act, "Renames, ends a role, merges, erases contacts";
        get "/p/{id}/{secret}/matters/{matter}" Link link::matter, "A matter of a partner's";
        post "/p/{id}/{secret}/matters/{matter}" Link link::act, "What a partner does to a matter of its own",
            photos(Photos::OfAnybody);
        get "/p/{id}/{secret}/files/{sha}" Link link::file, "A photo of a partner's matter";
        get "/api/v1/partners" Person api::partners, "Partners",
            query(&[
                ("text", of::<api::PartnerText>), ("role", of::<api::Role>), ("district", of::<api::District>),
                ("limit", of::<Rows>), ("after", of::<api::AfterCode>),
            ]),
            answer(of::<Listed<api::PartnerItem>>);
        get "/api/v1/partners/{id}" Person api::partner, "A partner", answer(of::<api::PartnerItem>);
    }
}
