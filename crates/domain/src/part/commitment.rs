//! A commitment 承诺: what one side promised the other on a visit or in an agreement. It does not know whether it was kept:
//! that is the matter's.

use crate::base::codes::codes;
use serde::{Deserialize, Serialize};

codes! {
    /// Who promised.
    Direction {
        /// We did; the counterpart is answered and confirms.
        Ours = "ours",
        /// The counterpart did; we remind, and it counts in no rate of ours.
        Theirs = "theirs",
    }
}

/// What a commitment carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commitment {
    /// Who promised.
    pub direction: Direction,
}
