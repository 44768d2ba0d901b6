//! What happened, when and by whom, and a record that is nothing else than what happened to it. It does not know what
//! happens to which record.

use super::ids::By;
use super::time::Instant;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

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

/// A record that its events give: of a register, not of the loop.
pub trait Recorded: Sized {
    /// What happens to it.
    type Event;

    /// The record that its first event makes; none where that is not the event that makes one.
    fn begin(id: Uuid, first: &Happened<Self::Event>) -> Option<Self>;

    /// Changes it as an event says. Total: whether it was allowed was decided before it was recorded.
    fn apply(&mut self, h: &Happened<Self::Event>);

    /// The record that its events give.
    fn replay<'a>(id: Uuid, events: impl IntoIterator<Item = &'a Happened<Self::Event>>) -> Option<Self>
    where
        Self::Event: 'a,
    {
        let mut events = events.into_iter();
        let mut record = Self::begin(id, events.next()?)?;
        events.for_each(|h| record.apply(h));
        Some(record)
    }
}
