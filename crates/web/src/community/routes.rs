//! Routes. Service days, sessions, the roster; signing in by a session's code.

use super::{act_form, api, board, day_form, list, pairing, poster, roster, session, sign_in};
use crate::door::answer::of;
use crate::door::nav::Entry;
use crate::door::route::{Photos, Route, routes};
use crate::form::paging::Listed;

/// In the navigation.
pub const NAVIGATION: &[Entry] = &[Entry::new("/service-days", "service-days", "sun", "nav-service-days")];

/// Every route of this folder.
pub fn routes() -> Vec<Route> {
    routes! {
        get "/service-days" Person list::page, "Service days, the newest first";
        get "/service-days/members" Person roster::page, "Members on the roster";
        get "/service-days/members/{id}/{action}" Person roster::form, "Form of a member";
        post "/service-days/members/{id}/{action}" Person roster::submit, "Puts a member on the roster, takes him off, erases who he is";
        get "/service-days/pairings" Person pairing::page, "Party organisations that registered with communities";
        get "/service-days/pairings/{id}/{action}" Person pairing::form, "Form of a pairing";
        post "/service-days/pairings/{id}/{action}" Person pairing::submit, "Registers an organisation with another, ends that";
        get "/service-days/{id}" Person board::page, "The board of a service day";
        get "/service-days/{id}/{action}" Person day_form::page, "Form of a service day or a session of it";
        post "/service-days/{id}/{action}" Person day_form::submit, "Calls or changes a service day, plans a session";
        get "/sessions/{id}" Person session::page, "A session: who came, what was done";
        get "/sessions/{id}/poster" Person poster::page, "The code of a session, to be printed";
        get "/sessions/{id}/{action}" Person act_form::page, "Form of what is done at a session";
        post "/sessions/{id}/{action}" Person act_form::submit, "Signs in, records acts, changes or calls off a session",
            photos(Photos::OfKnown);
        get "/s/{id}/{secret}" Link sign_in::page, "Form to sign in by a session's code";
        post "/s/{id}/{secret}" Link sign_in::submit, "Signs in by a session's code";
        get "/s/{id}/{secret}/{sign_in}" Link sign_in::signed, "Somebody is signed in";
        post "/s/{id}/{secret}/{sign_in}" Link sign_in::out, "Signs out";
        get "/api/v1/service-days" Person api::days, "Service days", answer(of::<Listed<api::ServiceDayItem>>);
        get "/api/v1/service-days/{id}" Person api::day, "A service day with its sessions and figures",
            answer(of::<api::BoardAnswer>);
    }
}
