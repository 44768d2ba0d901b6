//! Routes. Joint conferences.

use super::{api, conference, form, link, list, meeting, meeting_form, minutes, partner};
use crate::door::answer::{Rows, of};
use crate::door::nav::Entry;
use crate::door::route::{Route, routes};
use crate::form::paging::Listed;
use crate::partners::api::AfterCode;

/// In the navigation.
pub const NAVIGATION: &[Entry] = &[Entry::new("/conferences", "conferences", "team", "nav-conferences")];

/// Every route of this folder.
pub fn routes() -> Vec<Route> {
    routes! {
        get "/partners/{id}" Person partner::page, "A partner, with all that is between it and us";
        get "/conferences" Person list::page, "Joint conferences";
        get "/conferences/{id}" Person conference::page, "A joint conference";
        get "/conferences/{id}/{action}" Person form::page, "Form of a conference, a seat, its end or a meeting";
        post "/conferences/{id}/{action}" Person form::submit, "Sets up or changes a conference, seats members, plans a meeting";
        get "/meetings/{id}" Person meeting::page, "A meeting on one screen";
        get "/meetings/{id}/minutes" Person minutes::page, "Minutes, ready to be printed";
        get "/meetings/{id}/{action}" Person meeting_form::page, "Form of something done at a meeting or to its minutes";
        post "/meetings/{id}/{action}" Person meeting_form::submit, "Attendance, topics, resolutions, minutes";
        get "/p/{id}/{secret}/minutes" Link link::list, "Minutes that a partner was sent";
        get "/p/{id}/{secret}/minutes/{meeting}" Link link::page, "Minutes of one meeting, for a partner";
        post "/p/{id}/{secret}/minutes/{meeting}" Link link::sign, "What a partner says to minutes";
        get "/api/v1/conferences" Person api::conferences, "Joint conferences",
            query(&[("limit", of::<Rows>), ("after", of::<AfterCode>)]),
            answer(of::<Listed<api::ConferenceItem>>);
        get "/api/v1/conferences/{id}" Person api::conference, "A joint conference", answer(of::<api::ConferenceItem>);
        get "/api/v1/conferences/{id}/meetings" Person api::meetings, "Meetings of a joint conference",
            answer(of::<Listed<api::MeetingItem>>);
    }
}
