//! The timeline of a record: its events as the ledger holds them, read. Does not know what happens to which record.

use super::error::AppError;
use yixian_domain::ids::By;
use yixian_domain::time::Instant;
use yixian_store::StoreError;
use yixian_store::ledger::{self, EventRow};

/// An event of a timeline, read.
#[derive(Clone, Debug)]
pub struct TimelineRow<E> {
    /// Its number in the ledger.
    pub seq: i64,
    /// The record's revision that it made.
    pub rev: i64,
    /// What happened, as keyed in the catalogues.
    pub code: String,
    /// When.
    pub happened: Instant,
    /// When it was recorded.
    pub recorded: Instant,
    /// It was recorded long after it happened.
    pub late: bool,
    /// Its hash.
    pub hash: String,
    /// Who, as the ledger holds it.
    pub actor: String,
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
            Ok(TimelineRow {
                seq: row.seq,
                rev: row.rev,
                code: row.code,
                happened: Instant(row.happened_at),
                recorded: Instant(row.recorded_at),
                late: row.late,
                hash: row.hash,
                actor: row.actor,
                by,
                event,
            })
        })
        .collect()
}
