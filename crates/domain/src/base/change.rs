//! What is no longer as it was taken to be when something was made from it, so that it cannot be used as it is. It does not
//! know what was made.

use crate::base::ids::{PersonId, PlaceId, VisitId};
use crate::base::time::Date;
use serde::Serialize;

/// One thing that is no longer as the plan took it to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Change {
    /// A visit that the plan keeps or moves was begun, cancelled, merged or moved.
    Visit {
        /// Which.
        visit: VisitId,
    },
    /// A leader is exempt or no longer in post on a day on which he was to go.
    Leader {
        /// Who.
        person: PersonId,
        /// When.
        day: Date,
    },
    /// Somebody else plans to go, or went, to a place of the plan.
    Place {
        /// Where.
        place: PlaceId,
    },
    /// A day of the plan is over.
    Past {
        /// Which.
        day: Date,
    },
}

impl Change {
    /// As keyed in the catalogues.
    pub fn code(&self) -> &'static str {
        match self {
            Change::Visit { .. } => "visit",
            Change::Leader { .. } => "leader",
            Change::Place { .. } => "place",
            Change::Past { .. } => "past",
        }
    }
}
