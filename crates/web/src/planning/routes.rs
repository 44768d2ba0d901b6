//! Routes. Plans of visits.

use super::{api, change, compare, day, plan, plans, priorities, week};
use crate::door::answer::{InMonth, Rows, UnitCode, of};
use crate::door::nav::Entry;
use crate::door::route::{Route, routes};
use crate::form::paging::Listed;
use uuid::Uuid;
use yixian_domain::org::Role;

/// In the navigation.
pub const NAVIGATION: &[Entry] = &[Entry::new("/planning", "planning", "plan", "nav-planning").of(Role::Coordinator)];

/// Every route of this folder.
pub fn routes() -> Vec<Route> {
    routes! {
        get "/planning" Person plans::page, "Plans of visits";
        get "/planning/priorities" Person priorities::page, "What places are worth, and why";
        get "/planning/new" Person plans::new_page, "Form to make a plan";
        post "/planning/new" Person plans::submit, "Begins to make a plan";
        get "/planning/plans/{id}" Person plan::page, "A plan, or how far its search is";
        post "/planning/plans/{id}/stop" Person plans::stop, "Ends a search with what it has";
        get "/planning/plans/{id}/day" Person day::page, "A leader's day in a plan";
        get "/planning/plans/{id}/place" Person day::why, "Why a place is in a plan, or why not";
        get "/planning/plans/{id}/change" Person change::page, "Form to settle something and plan again";
        post "/planning/plans/{id}/change" Person change::submit, "Begins to make a plan from this one";
        get "/planning/plans/{id}/compare" Person compare::page, "Two plans side by side";
        post "/planning/plans/{id}/adopt" Person plan::adopt, "Turns a plan into visits";
        get "/planning/week" Person week::page, "A leader's week on one page";
        post "/planning/calendar" Person week::make_link, "Makes my calendar link";
        post "/planning/calendar/revoke" Person week::revoke_link, "Ends my calendar link";
        get "/calendar/{secret}" Link week::feed, "A leader's visits for calendar programs";
        get "/api/v1/plans" Person api::list, "Plans of visits",
            query(&[("limit", of::<Rows>), ("after", of::<i64>)]), answer(of::<Listed<api::PlanItem>>);
        get "/api/v1/plans/{id}" Person api::one, "A plan, or how far its search is",
            query(&[("with", of::<Uuid>)]), answer(of::<api::PlanAnswer>);
        get "/api/v1/priorities" Person api::priorities, "What places are worth, and why",
            query(&[
                ("unit", of::<UnitCode>), ("month", of::<InMonth>), ("limit", of::<Rows>), ("after", of::<usize>),
            ]),
            answer(of::<Listed<api::PriorityItem>>);
    }
}
