//! Whether everything still is as it was recorded: the ledger is whole, the rows that pages show and the words that people
//! wrote follow from it, and every photo is what its address says.

use crate::frame::error::AppError;
use crate::frame::photos::Photos;
use crate::{files, seals};
use yixian_store::backup::Snapshot;
use yixian_store::ledger::{self, Verification};
use yixian_store::{Db, replay};

/// Verifies a database in one consistent view, while others may write; the photos too where they are given, and that the
/// ledger has the seals that were exported.
async fn verify(db: &Db, photos: Option<&Photos>, exported: Option<&str>) -> Result<Verification, AppError> {
    let mut view = Snapshot::begin(db).await?;
    let mut found = ledger::verify(view.conn()).await?;
    found.faults.extend(replay::verify(view.conn()).await?);
    if let Some(exported) = exported {
        found.faults.extend(seals::compare(view.conn(), exported).await?);
    }
    if let Some(photos) = photos {
        found.faults.extend(files::faults(view.conn(), photos).await?);
    }
    found.faults.sort_by_key(|f| f.event);
    found.ok = found.faults.is_empty();
    view.end().await?;
    Ok(found)
}

impl crate::App {
    /// Verifies the whole database and every photo, and holds the ledger against the seals in the company's own folder.
    pub async fn verify(&self) -> Result<Verification, AppError> {
        let exported = self.exported_seals()?;
        verify(self.store().db(), Some(self.photos()), exported.as_deref()).await
    }

    /// The same with seals that lay elsewhere, beside those in the folder.
    pub async fn verify_with(&self, elsewhere: &str) -> Result<Verification, AppError> {
        let exported = format!("{}\n{elsewhere}", self.exported_seals()?.unwrap_or_default());
        verify(self.store().db(), Some(self.photos()), Some(&exported)).await
    }

    /// The same without the photos: for a page, whose reader does not wait until every photo was read.
    pub async fn verify_database(&self) -> Result<Verification, AppError> {
        let exported = self.exported_seals()?;
        verify(self.store().db(), None, exported.as_deref()).await
    }
}
