//! Routes. Temporary branches and commando teams.

use super::{api, dissolve, form, list, member, team};
use crate::door::answer::of;
use crate::door::nav::Entry;
use crate::door::route::{Route, routes};
use crate::form::paging::Listed;

/// In the navigation.
pub const NAVIGATION: &[Entry] = &[Entry::new("/teams", "teams", "flag", "nav-teams")];

/// Every route of this folder.
pub fn routes() -> Vec<Route> {
    routes! {
        get "/teams" Person list::page, "Temporary branches and commando teams, those that are there first";
        get "/teams/new" Person form::page, "Form of a team";
        post "/teams/new" Person form::submit, "Sets a team up";
        get "/teams/{id}" Person team::page, "A team with who belongs to it and what lies with it";
        get "/teams/{id}/edit" Person form::edit, "Form of a team";
        post "/teams/{id}/edit" Person form::change, "Changes a team";
        get "/teams/{id}/members/new" Person member::page, "Form of who joins";
        post "/teams/{id}/members/new" Person member::join, "Somebody joins a team";
        get "/teams/{id}/members/{person}/end" Person member::leave_page, "Form of who leaves";
        post "/teams/{id}/members/{person}/end" Person member::leave, "Somebody leaves a team";
        get "/teams/{id}/dissolve" Person dissolve::page, "Form to dissolve a team, with what still lies with it";
        post "/teams/{id}/dissolve" Person dissolve::dissolve, "Dissolves a team";
        get "/api/v1/teams" Person api::teams, "Temporary branches and commando teams", answer(of::<Listed<api::TeamItem>>);
        get "/api/v1/teams/{id}" Person api::team, "A team by id or by its unit's code", answer(of::<api::TeamAnswer>);
    }
}
