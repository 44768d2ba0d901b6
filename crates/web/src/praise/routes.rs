//! Routes. Praise and publications.

use super::{api, form, list, page, publication, publication_form};
use crate::door::answer::of;
use crate::door::nav::Entry;
use crate::door::route::{Photos, Route, routes};
use crate::form::paging::Listed;

/// In the navigation.
pub const NAVIGATION: &[Entry] = &[Entry::new("/praise", "praise", "heart", "nav-praise")];

/// Every route of this folder.
pub fn routes() -> Vec<Route> {
    routes! {
        get "/praise" Person list::page, "Praise, the newest first";
        get "/praise/new" Person form::page, "Form of a praise; `about=matter:ID` names what it is for";
        post "/praise/new" Person form::submit, "Records a praise", photos(Photos::OfKnown);
        get "/praise/{id}" Person page::page, "A praise with the records it is for";
        get "/praise/{id}/edit" Person form::edit, "Form of a praise";
        post "/praise/{id}/edit" Person form::change, "Changes a praise", photos(Photos::OfKnown);
        get "/praise/{id}/erase" Person form::erase_page, "Form to erase who praised and what was said";
        post "/praise/{id}/erase" Person form::erase, "Erases who praised and what was said";
        get "/publications" Person publication::list, "What was printed about us, the newest first";
        get "/publications/new" Person publication_form::page, "Form of a publication";
        post "/publications/new" Person publication_form::submit, "Records a publication";
        get "/publications/{id}" Person publication::page, "A publication, each figure it quotes held against the records";
        get "/publications/{id}/edit" Person publication_form::edit, "Form of a publication";
        post "/publications/{id}/edit" Person publication_form::change, "Changes a publication";
        get "/api/v1/praise" Person api::praises, "Praise", answer(of::<Listed<api::PraiseItem>>);
        get "/api/v1/publications" Person api::publications, "Publications", answer(of::<Listed<api::PublicationItem>>);
        get "/api/v1/publications/{id}" Person api::publication, "A publication by id or code, its quoted figures held against the records",
            answer(of::<api::PublicationAnswer>);
    }
}
