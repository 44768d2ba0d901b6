//! What can go wrong below the use cases, whichever engine it comes from. It does not know what was asked for.

use std::time::Duration;

/// How long to wait for a connection, or for another process to let go of the file, before the store counts as away.
pub(crate) const AWAY: Duration = Duration::from_secs(2);

/// What can go wrong below the use cases.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// PostgreSQL said no.
    #[error("database: {0}")]
    Sql(#[source] sqlx::Error),
    /// SQLite said no.
    #[error("database: {0}")]
    Sqlite(#[source] rusqlite::Error),
    /// A stored value is not what was written there.
    #[error("stored {what} cannot be read: {why}")]
    Corrupt {
        /// Which value.
        what: &'static str,
        /// Why not.
        why: String,
    },
    /// The writer has stopped after a failed flush to disk; nothing more is acknowledged.
    #[error("writing has stopped: {0}")]
    Halted(String),
    /// A write was not confirmed: its batch was lost, or the server went away before it answered.
    /// Sending it again under the same command id is harmless.
    #[error("the write was not confirmed, send it again: {0}")]
    Lost(String),
    /// The id that was given for a new record is another record's, of whatever kind.
    #[error("the id {0} is another record's")]
    IdTaken(uuid::Uuid),
    /// What was written could not be kept: a bug, or an input nobody thought of. Nothing of it is left, and nothing of
    /// anybody else's is lost.
    #[error("the write could not be kept: {0}")]
    NotKept(String),
    /// A job ended in a bug; nothing of it was kept.
    #[error("a bug ended the write: {0}")]
    Panicked(String),
    /// A file of somebody else's holds more than is read of one.
    #[error("the file holds more than is read of one file")]
    TooMuch,
    /// It was not begun: too many wait, or the store is away. Nothing was written.
    #[error("the store has too much to do or is away; nothing was written, send it again")]
    Busy,
    /// No room on the disk; reading goes on and writing heals by itself.
    #[error("the disk is full")]
    DiskFull,
    /// The database was written by a newer version.
    #[error("the database has schema {found}, this program knows {known}: use a newer version")]
    TooNew {
        /// In the database.
        found: i64,
        /// In the program.
        known: i64,
    },
    /// An event was written by a newer version.
    #[error("event {seq} has version {version}, which this program does not know: use a newer version")]
    UnknownEvent {
        /// Its place in the ledger.
        seq: i64,
        /// Version of its body.
        version: i64,
    },
    /// Anything of the file system.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

impl StoreError {
    /// Whether it passes: the server went away or hangs, another process holds the file, too many wait. Nothing was
    /// written, or nobody knows; either way the same may be sent again under its id.
    pub fn is_passing(&self) -> bool {
        match self {
            StoreError::Lost(_) | StoreError::Busy => true,
            StoreError::Sqlite(e) => {
                use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked};
                matches!(e.sqlite_error_code(), Some(DatabaseBusy | DatabaseLocked))
            }
            StoreError::Sql(e) => match e {
                sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => true,
                // Classes 08, 53 and 57 of SQLSTATE: the connection, what the server has too little of, an operator.
                sqlx::Error::Database(e) => {
                    e.code().is_some_and(|c| ["08", "53", "57"].iter().any(|k| c.starts_with(k)))
                }
                _ => false,
            },
            _ => false,
        }
    }
    /// Whether the database refuses what was to be written, and not the writing: sent again, it is refused again.
    pub(crate) fn is_of_what_was_written(&self) -> bool {
        match self {
            StoreError::Sqlite(e) => {
                use rusqlite::ErrorCode::{ConstraintViolation, TooBig, TypeMismatch};
                matches!(e.sqlite_error_code(), Some(ConstraintViolation | TooBig | TypeMismatch))
            }
            // Classes 22 and 23 of SQLSTATE: data, and constraints.
            StoreError::Sql(e) => e
                .as_database_error()
                .and_then(sqlx::error::DatabaseError::code)
                .is_some_and(|c| c.starts_with("22") || c.starts_with("23")),
            StoreError::IdTaken(_) | StoreError::Corrupt { .. } => true,
            _ => false,
        }
    }
    /// A stored value that cannot be read.
    pub fn corrupt(what: &'static str, why: impl std::fmt::Display) -> Self {
        StoreError::Corrupt { what, why: why.to_string() }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(e: sqlx::Error) -> Self {
        let full = e.as_database_error().and_then(sqlx::error::DatabaseError::code).is_some_and(|c| c == "53100");
        if full { StoreError::DiskFull } else { StoreError::Sql(e) }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(e: rusqlite::Error) -> Self {
        match e.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => StoreError::DiskFull,
            _ => StoreError::Sqlite(e),
        }
    }
}
