//! What is known of files; their bytes lie in the object store under their content address. Who
//! may fetch a file follows from the records that use it, and is not known here.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::table::{
    Kind::{Id, Int, Text},
    Table, table,
};
use crate::journal::rows::{Hashed, Since};
use crate::journal::tx::Tx;
use uuid::Uuid;
use yixian_domain::ids::FileRef;
use yixian_domain::time::Instant;

/// Files.
pub(crate) const FILES: Table = table(
    "file",
    "sha",
    &[
        ("sha", Text),
        ("mime", Text),
        ("bytes", Int),
        ("width", Int),
        ("height", Int),
        ("created_at", Int),
        ("erased_at", Int),
    ],
);

/// Who uses them.
pub(crate) const USES: Table = table("file_use", "sha, record_id", &[("sha", Text), ("record_id", Id)]);

/// What an event says of the use of a file.
pub(crate) const USE_HASH: Hashed = Hashed {
    name: "file_use",
    table: "file_use",
    key: &[("sha", Text), ("record_id", Id)],
    foreign_key: false,
    columns: &[],
    since: Since::Record("record_id"),
};

statements! {
    PUT = "INSERT INTO file (sha, mime, bytes, width, height, created_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (sha) DO UPDATE SET created_at = excluded.created_at, erased_at = NULL";
    GET = "SELECT mime, bytes, width, height, erased_at FROM file WHERE sha = $1";
    OWN = "SELECT sha FROM file_use u WHERE record_id = $1 AND NOT EXISTS (SELECT 1 FROM file_use o WHERE o.sha = u.sha AND o.record_id <> u.record_id) ORDER BY sha";
    ERASE = "UPDATE file SET erased_at = $2 WHERE sha = $1 AND erased_at IS NULL";
    ERASED = "SELECT sha FROM file WHERE erased_at IS NOT NULL AND sha > $1 ORDER BY sha LIMIT 1000";
    ERASING = "SELECT MAX(seq) FROM event WHERE code = 'erased' AND record_id = $1 AND body LIKE $2";
    USE = "INSERT INTO file_use (sha, record_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    OF_RECORD = "SELECT sha FROM file_use WHERE record_id = $1";
    USERS = "SELECT record_id FROM file_use WHERE sha = $1";
    DROP_UNUSED = "DELETE FROM file WHERE created_at >= $1 AND created_at < $2 AND NOT EXISTS (SELECT 1 FROM file_use WHERE file_use.sha = file.sha)";
    ALL = "SELECT sha FROM file WHERE erased_at IS NULL AND sha > $1 ORDER BY sha LIMIT 1000";
    SENT = "INSERT INTO photo_sent (sha, sender, sent_at) VALUES ($1, $2, $3) ON CONFLICT (sha, sender) DO UPDATE SET sent_at = excluded.sent_at";
    SENT_BY = "SELECT sent_at FROM photo_sent WHERE sha = $1 AND sender = $2";
    DROP_SENT = "DELETE FROM photo_sent WHERE sent_at < $1";
    FIRST_NAMED = "SELECT MIN(seq) FROM event WHERE record_id = $1 AND body LIKE $2";
}

/// A file as known.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // the columns
pub struct FileRow {
    pub mime: String,
    pub bytes: i64,
    pub width: i64,
    pub height: i64,
    /// When its bytes were erased.
    pub erased_at: Option<i64>,
}
columns!(FileRow { mime, bytes, width, height, erased_at });

impl Tx {
    /// Notes a file whose bytes are already stored.
    pub async fn put_file(&mut self, file: &FileRef, f: &FileRow) -> Result<(), StoreError> {
        exec!(&mut self.conn, PUT, file.as_str(), &f.mime, f.bytes, f.width, f.height, self.recorded_at.0)?;
        Ok(())
    }
    /// Notes who sent a file.
    pub async fn note_sender(&mut self, file: &FileRef, sender: &str) -> Result<(), StoreError> {
        exec!(&mut self.conn, SENT, file.as_str(), sender, self.recorded_at.0)?;
        Ok(())
    }
    /// Forgets who sent files before an instant; gives how many rows.
    pub async fn drop_senders(&mut self, before: Instant) -> Result<u64, StoreError> {
        Ok(exec!(&mut self.conn, DROP_SENT, before.0)?)
    }
    /// Forgets files that were taken between two instants and that no record has come to use; gives how many.
    pub async fn drop_unused_files(&mut self, from: Instant, before: Instant) -> Result<u64, StoreError> {
        Ok(exec!(&mut self.conn, DROP_UNUSED, from.0, before.0)?)
    }
    /// Notes that the bytes of a record's own photos are erased; gives those that were not yet. Whoever asks removes the bytes
    /// once this is durable.
    pub async fn erase_files(&mut self, record: Uuid, at: Instant) -> Result<Vec<FileRef>, StoreError> {
        let mut gone = Vec::new();
        for file in own(&mut self.conn, record).await? {
            if exec!(&mut self.conn, ERASE, file.as_str(), at.0)? > 0 {
                gone.push(file);
            }
        }
        Ok(gone)
    }
    /// Notes that a record uses a file; false when there is no such file.
    pub async fn use_file(&mut self, file: &FileRef, record: Uuid) -> Result<bool, StoreError> {
        if row!(&mut self.conn, FileRow, GET, file.as_str())?.is_none_or(|f| f.erased_at.is_some()) {
            return Ok(false);
        }
        if exec!(&mut self.conn, USE, file.as_str(), record)? > 0 {
            self.wrote(&USE_HASH, &values![file.as_str(), record])?;
        }
        Ok(true)
    }
}

/// The photos that a record uses.
pub async fn uses(conn: &mut Conn, record: Uuid) -> Result<Vec<String>, StoreError> {
    Ok(rows!(conn, (String,), OF_RECORD, record)?.into_iter().map(|r| r.0).collect())
}

/// The photos of a record that no other record uses.
pub async fn own(conn: &mut Conn, record: Uuid) -> Result<Vec<FileRef>, StoreError> {
    let all = rows!(conn, (String,), OWN, record)?;
    all.into_iter().map(|(sha,)| sha.parse().map_err(|e| StoreError::corrupt("file", e))).collect()
}

/// Content addresses of the photos whose bytes were erased, after one, a thousand at a time.
pub async fn erased(conn: &mut Conn, after: &str) -> Result<Vec<String>, StoreError> {
    Ok(rows!(conn, (String,), ERASED, after)?.into_iter().map(|r| r.0).collect())
}

/// The event of a record by which a photo was erased.
pub async fn erasing(conn: &mut Conn, record: Uuid, sha: &str) -> Result<Option<i64>, StoreError> {
    Ok(row!(conn, (Option<i64>,), ERASING, record, format!("%{sha}%"))?.and_then(|r| r.0))
}

/// One file.
pub async fn file(conn: &mut Conn, sha: &str) -> Result<Option<FileRow>, StoreError> {
    Ok(row!(conn, FileRow, GET, sha)?)
}

/// Whether somebody sent a file of late.
pub async fn sent_by(conn: &mut Conn, sha: &str, sender: &str) -> Result<bool, StoreError> {
    Ok(row!(conn, (i64,), SENT_BY, sha, sender)?.is_some())
}

/// The records that use a file.
pub async fn users(conn: &mut Conn, sha: &str) -> Result<Vec<Uuid>, StoreError> {
    Ok(rows!(conn, (Uuid,), USERS, sha)?.into_iter().map(|r| r.0).collect())
}

/// The first event of a record that names a file.
pub async fn first_named(conn: &mut Conn, record: Uuid, sha: &str) -> Result<Option<i64>, StoreError> {
    Ok(row!(conn, (Option<i64>,), FIRST_NAMED, record, format!("%{sha}%"))?.and_then(|r| r.0))
}

/// Every content address after one, a thousand at a time.
pub async fn addresses(conn: &mut Conn, after: &str) -> Result<Vec<String>, StoreError> {
    Ok(rows!(conn, (String,), ALL, after)?.into_iter().map(|r| r.0).collect())
}
