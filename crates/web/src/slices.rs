//! The one list of slices, in the order in which they may name each other: a slice knows the bottom (`door`, `form`) and
//! the slices above it in this list. It knows what each adds to the whole: its routes and its words.

use crate::door::route::Route;
use crate::door::say::{Catalogues, Words};
use crate::{account, connections, door, figures, flow, matters, organisation, planning, public, visits};

/// The slices, lowest first.
pub const ORDER: [&str; 9] =
    ["organisation", "matters", "visits", "connections", "figures", "planning", "flow", "account", "public"];

/// Every route of the slices and of the door.
pub fn routes() -> Vec<Route> {
    [
        door::routes::routes(),
        organisation::routes::routes(),
        matters::routes::routes(),
        visits::routes::routes(),
        connections::routes::routes(),
        figures::routes::routes(),
        planning::routes::routes(),
        flow::routes::routes(),
        account::routes::routes(),
        public::routes::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Every catalogue.
pub fn words() -> impl Iterator<Item = Words> {
    door::WORDS.into_iter().chain([
        organisation::WORDS,
        matters::WORDS,
        visits::WORDS,
        connections::WORDS,
        figures::WORDS,
        planning::WORDS,
        flow::WORDS,
    ])
}

impl Catalogues {
    /// The catalogues of the repository.
    pub fn built_in() -> Catalogues {
        Catalogues::of(words())
    }
}
