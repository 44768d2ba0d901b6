//! Routes. Whoever has no account: raisers, applicants, customers.

use super::{apply, customer, partner, raiser};
use crate::door::route::{Photos, Route, routes};

/// Every route of this folder.
pub fn routes() -> Vec<Route> {
    routes! {
        get "/r/{secret}" Link raiser::page, "A raiser's matter";
        post "/r/{secret}/rate" Link raiser::rate, "The raiser's verdict";
        post "/r/{secret}/comment" Link raiser::comment, "The raiser's remark";
        get "/r/{secret}/files/{sha}" Link raiser::file, "A photo of a raiser's matter";
        get "/p/{id}/{secret}" Link partner::page, "What is a partner's own";
        get "/apply" Anyone apply::page, "Form to apply for power";
        post "/apply" Anyone apply::submit, "Sends a code, previews, applies for power", photos(Photos::OfAnybody);
        get "/c/{secret}" Link customer::page, "A customer's application";
        post "/c/{secret}" Link customer::unlock, "Opens it by the last digits of the phone";
        post "/c/{secret}/rate" Link customer::rate, "The customer's word on the service";
        post "/c/{secret}/papers" Link customer::papers, "Hands in a paper", photos(Photos::OfAnybody);
        get "/c/{secret}/files/{sha}" Link customer::file, "A photo of a customer's paper";
    }
}
