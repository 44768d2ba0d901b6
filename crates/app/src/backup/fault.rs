//! Why a backup was not made, or not restored. In words for whoever stands at the command line.

use crate::frame::error::AppError;
use std::path::PathBuf;
use yixian_store::StoreError;

/// Why there is no backup, or no restore.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The archive is not what it was when it was made.
    #[error("{entry}: {why}")]
    Damaged {
        /// The entry at fault.
        entry: String,
        /// What is wrong with it.
        why: String,
    },
    /// Made by a newer version.
    #[error("the backup has format {format} and schema {schema}: use a newer version of this program")]
    TooNew {
        /// Format of the archive.
        format: u32,
        /// Schema of its tables.
        schema: i64,
    },
    /// The target holds something.
    #[error("the target is not empty: {0}")]
    NotEmpty(String),
    /// The file is there already.
    #[error("{} is there already", .0.display())]
    Exists(PathBuf),
    /// What was written is not what was read.
    #[error("the restored {0} differs from the backup; nothing was kept")]
    Differs(String),
    /// The ledger is broken, in the database or in the archive.
    #[error("the ledger is broken at event {event}: {what}")]
    Ledger {
        /// First event at fault.
        event: i64,
        /// What is wrong.
        what: String,
    },
    /// Anything below.
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<StoreError> for BackupError {
    fn from(e: StoreError) -> Self {
        BackupError::App(AppError::Store(e))
    }
}

impl From<std::io::Error> for BackupError {
    fn from(e: std::io::Error) -> Self {
        StoreError::Io(e).into()
    }
}
