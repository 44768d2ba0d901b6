//! How far a search is.

use crate::model::Value;

/// Where a search stands when it asks.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Iterations of the asking thread.
    pub iterations: u64,
    /// The best plan's worth so far, of the asking thread.
    pub best: Value,
}
