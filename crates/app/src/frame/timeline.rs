//! The timeline of a record: its events as the ledger holds them, read. Does not know what happens to which record.

use super::error::AppError;
use yixian_domain::ids::By;
use yixian_store::StoreError;
use yixian_store::ledger::{self, EventRow};

/// An event of a timeline, read.
#[derive(Clone, Debug)]
pub struct TimelineRow<E> {
    /// As the ledger holds it.
    pub row: EventRow,
    /// Who.
    pub by: By,
    /// What.
    pub event: E,
}

pub(crate) fn read_events<E: serde::de::DeserializeOwned>(
    rows: Vec<EventRow>,
) -> Result<Vec<TimelineRow<E>>, AppError> {
    rows.into_iter()
        .map(|row| {
            let event = row.read()?;
            let by = ledger::actor_from(&row.actor).ok_or_else(|| StoreError::corrupt("actor", &row.actor))?;
            Ok(TimelineRow { row, by, event })
        })
        .collect()
}
