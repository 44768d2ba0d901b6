//! Whether everything still is as it was recorded: the ledger is whole, and the rows that pages show
//! and the words that people wrote follow from it.

use crate::frame::error::AppError;
use yixian_store::backup::Snapshot;
use yixian_store::ledger::{self, Verification};
use yixian_store::{Db, replay};

/// Verifies a database in one consistent view, while others may write.
pub async fn verify(db: &Db) -> Result<Verification, AppError> {
    let mut view = Snapshot::begin(db).await?;
    let mut found = ledger::verify(view.conn()).await?;
    found.faults.extend(replay::verify(view.conn()).await?);
    found.faults.sort_by_key(|f| f.event);
    found.ok = found.faults.is_empty();
    view.end().await?;
    Ok(found)
}

impl crate::App {
    /// Verifies the whole database.
    pub async fn verify(&self) -> Result<Verification, AppError> {
        verify(self.store().db()).await
    }
}
