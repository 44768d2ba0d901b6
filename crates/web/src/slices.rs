//! The one list of slices: what each adds to the whole: its routes, its place in the navigation, its words. Which of them may name which is held by
//! `tests/edges.rs`.

use crate::door::nav::Entry;
use crate::door::route::Route;
use crate::door::say::{Catalogues, Words};
use crate::{
    account, agreements, briefing, community, conferences, connections, documents, door, figures, flow, households,
    import, indicators, levels, matters, measures, organisation, outages, partners, planning, praise, programmes,
    public, search, teams, visits,
};

/// Every route of the slices and of the door.
pub fn routes() -> Vec<Route> {
    [
        door::routes::routes(),
        organisation::routes::routes(),
        partners::routes::routes(),
        matters::routes::routes(),
        visits::routes::routes(),
        connections::routes::routes(),
        agreements::routes::routes(),
        programmes::routes::routes(),
        measures::routes::routes(),
        conferences::routes::routes(),
        indicators::routes::routes(),
        documents::routes::routes(),
        community::routes::routes(),
        praise::routes::routes(),
        teams::routes::routes(),
        households::routes::routes(),
        outages::routes::routes(),
        figures::routes::routes(),
        briefing::routes::routes(),
        planning::routes::routes(),
        levels::routes::routes(),
        flow::routes::routes(),
        search::routes::routes(),
        account::routes::routes(),
        public::routes::routes(),
        import::routes::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The navigation, in order.
pub fn navigation() -> Vec<Entry> {
    [
        account::routes::NAVIGATION,
        matters::routes::NAVIGATION,
        visits::routes::NAVIGATION,
        planning::routes::NAVIGATION,
        connections::routes::NAVIGATION,
        programmes::routes::NAVIGATION,
        measures::routes::NAVIGATION,
        indicators::routes::NAVIGATION,
        briefing::routes::NAVIGATION,
        figures::routes::NAVIGATION,
        levels::routes::NAVIGATION,
        outages::routes::NAVIGATION,
        partners::routes::NAVIGATION,
        teams::routes::NAVIGATION,
        conferences::routes::NAVIGATION,
        agreements::routes::NAVIGATION,
        documents::routes::NAVIGATION,
        community::routes::NAVIGATION,
        households::routes::NAVIGATION,
        praise::routes::NAVIGATION,
        flow::routes::NAVIGATION,
        organisation::routes::NAVIGATION,
    ]
    .concat()
}

/// Every catalogue.
pub fn words() -> impl Iterator<Item = Words> {
    door::WORDS.into_iter().chain([
        organisation::WORDS,
        partners::WORDS,
        matters::WORDS,
        visits::WORDS,
        connections::WORDS,
        agreements::WORDS,
        programmes::WORDS,
        measures::WORDS,
        conferences::WORDS,
        indicators::WORDS,
        documents::WORDS,
        community::WORDS,
        praise::WORDS,
        briefing::WORDS,
        teams::WORDS,
        households::WORDS,
        outages::WORDS,
        figures::WORDS,
        planning::WORDS,
        levels::WORDS,
        flow::WORDS,
        search::WORDS,
        import::WORDS,
    ])
}

impl Catalogues {
    /// The catalogues of the repository.
    pub fn built_in() -> Catalogues {
        Catalogues::of(words())
    }
}
