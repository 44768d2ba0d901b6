//! Routes. Indicators and campaigns.

use super::{api, bulletin, campaign, draft, form, index, indicator, list, matrix};
use crate::door::answer::of;
use crate::door::nav::Entry;
use crate::door::route::{Route, routes};
use crate::form::paging::Listed;

/// In the navigation.
pub const NAVIGATION: &[Entry] = &[Entry::new("/indicators", "indicators", "target", "nav-indicators")];

/// Every route of this folder.
pub fn routes() -> Vec<Route> {
    routes! {
        get "/indicators" Person list::page, "Indicators and campaigns";
        get "/indicators/reliability-index" Person index::page, "The index of reliability 0–8 from its parts";
        get "/indicators/{id}" Person indicator::page, "An indicator, how it stands and is taken apart";
        get "/indicators/{id}/matrix" Person matrix::page, "Aspects by departments";
        get "/indicators/{id}/bulletin" Person bulletin::page, "The bulletin of a month, ready to be printed";
        get "/indicators/{id}/draft" Person draft::page, "The draft of the next version";
        get "/indicators/{id}/versions/{no}" Person draft::version, "A version of how an indicator is taken apart";
        get "/indicators/{id}/{action}" Person form::page, "Form of an indicator, a reading, an aspect or a task";
        post "/indicators/{id}/{action}" Person form::submit, "Keeps an indicator, drafts and approves how it is taken apart";
        get "/campaigns/{id}" Person campaign::page, "A campaign with the visits of its members";
        get "/campaigns/{id}/edit" Person campaign::edit, "Form of a campaign";
        post "/campaigns/{id}/edit" Person campaign::submit, "Calls or changes a campaign";
        get "/api/v1/indicators" Person api::indicators, "Indicators", answer(of::<Listed<api::IndicatorItem>>);
        get "/api/v1/indicators/{id}" Person api::indicator, "An indicator by id or code",
            query(&[("as_of", of::<api::AsOf>)]), answer(of::<api::IndicatorAnswer>);
        get "/api/v1/indicators/{id}/tasks" Person api::tasks, "Tasks of the version in force",
            query(&[("as_of", of::<api::AsOf>)]), answer(of::<Listed<api::TaskItem>>);
        get "/api/v1/campaigns" Person api::campaigns, "Campaigns", answer(of::<Listed<api::CampaignItem>>);
    }
}
