//! What happened, when and by whom. It does not know what happens to which record.

use super::ids::By;
use super::time::Instant;
use serde::{Deserialize, Serialize};

/// An event with who and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happened<E> {
    /// When it happened, as opposed to when it was recorded.
    pub at: Instant,
    /// Who.
    pub by: By,
    /// What.
    pub event: E,
}
