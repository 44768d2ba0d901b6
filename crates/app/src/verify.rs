//! Whether everything still is as it was recorded: the ledger is whole, the rows that pages show and the words that people
//! wrote follow from it, and every photo is what its address says.

use crate::files;
use crate::frame::error::AppError;
use crate::frame::photos::Photos;
use yixian_store::backup::Snapshot;
use yixian_store::ledger::{self, Verification};
use yixian_store::{Db, replay};

/// Verifies a database, and the photos where they are given, in one consistent view, while others may write.
async fn verify(db: &Db, photos: Option<&Photos>) -> Result<Verification, AppError> {
    let mut view = Snapshot::begin(db).await?;
    let mut found = ledger::verify(view.conn()).await?;
    found.faults.extend(replay::verify(view.conn()).await?);
    if let Some(photos) = photos {
        found.faults.extend(files::faults(view.conn(), photos).await?);
    }
    found.faults.sort_by_key(|f| f.event);
    found.ok = found.faults.is_empty();
    view.end().await?;
    Ok(found)
}

impl crate::App {
    /// Verifies the whole database and every photo.
    pub async fn verify(&self) -> Result<Verification, AppError> {
        verify(self.store().db(), Some(self.photos())).await
    }

    /// Verifies the whole database: for a page, whose reader does not wait until every photo was read.
    pub async fn verify_database(&self) -> Result<Verification, AppError> {
        verify(self.store().db(), None).await
    }
}
