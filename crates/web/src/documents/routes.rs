//! Routes. Documents, versions and clauses, citations, recognitions.

use super::{api, cite, clause, document, end, form, list, recognition, recognition_form, version};
use crate::door::answer::{Day, of};
use crate::door::nav::Entry;
use crate::door::route::{Photos, Route, routes};
use crate::form::paging::Listed;

/// In the navigation.
pub const NAVIGATION: &[Entry] = &[Entry::new("/documents", "documents", "book", "nav-documents")];

/// Every route of this folder.
pub fn routes() -> Vec<Route> {
    routes! {
        get "/documents" Person list::page, "Documents, those in force on a day first";
        get "/documents/new" Person form::page, "Form of a document";
        post "/documents/new" Person form::submit, "Registers a document";
        get "/documents/{id}" Person document::page, "A document with its versions, clauses and who cites them";
        get "/documents/{id}/edit" Person form::edit, "Form of a document";
        post "/documents/{id}/edit" Person form::change, "Changes a document";
        get "/documents/{id}/version" Person version::page, "Form of a version";
        post "/documents/{id}/version" Person version::submit, "Puts a version in force", photos(Photos::OfKnown);
        get "/documents/{id}/end" Person end::document_page, "Form to end a document, with those that keep it from ending";
        post "/documents/{id}/end" Person end::document, "Ends a document";
        get "/documents/{id}/clauses/{clause}" Person clause::page, "A clause with everything that cites it";
        get "/documents/{id}/clauses/{clause}/cite" Person cite::page, "Form of what cites a clause";
        post "/documents/{id}/clauses/{clause}/cite" Person cite::submit, "Says that something rests on a clause";
        get "/documents/{id}/clauses/{clause}/end" Person end::clause_page, "Form to end a clause, with those that keep it from ending";
        post "/documents/{id}/clauses/{clause}/end" Person end::clause, "Ends a clause";
        get "/citations/{id}/end" Person cite::end_page, "Form to end a citation";
        post "/citations/{id}/end" Person cite::end, "Ends a citation";
        get "/recognitions" Person recognition::list, "What was written of our practice, the newest first";
        get "/recognitions/new" Person recognition_form::page, "Form of a recognition";
        post "/recognitions/new" Person recognition_form::submit, "Records a recognition";
        get "/recognitions/{id}" Person recognition::page, "A recognition with the records and figures that show it";
        get "/recognitions/{id}/edit" Person recognition_form::edit, "Form of a recognition";
        post "/recognitions/{id}/edit" Person recognition_form::change, "Changes a recognition";
        get "/api/v1/documents" Person api::documents, "Documents, in force as of a day", query(&[("on", of::<Day>)]),
            answer(of::<Listed<api::DocumentItem>>);
        get "/api/v1/documents/{id}" Person api::document, "A document by id or code, with clauses and citations",
            query(&[("on", of::<Day>)]), answer(of::<api::DocumentAnswer>);
        get "/api/v1/recognitions" Person api::recognitions, "Recognitions", answer(of::<Listed<api::RecognitionItem>>);
        get "/api/v1/recognitions/{id}" Person api::recognition, "A recognition by id or code",
            answer(of::<api::RecognitionAnswer>);
    }
}
