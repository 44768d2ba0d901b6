//! Notices to people of the company: what fell due, what was decided, what is theirs now. It does not know why
//! or in which words.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::table::{
    Kind::{Id, Int, Text},
    Table, table,
};
use crate::journal::rows::{Hashed, Since};
use crate::journal::tx::Tx;
use uuid::Uuid;
use yixian_domain::ids::PersonId;
use yixian_domain::time::Instant;

/// Notices.
pub(crate) const TABLE: Table = table(
    "notice",
    "id",
    &[
        ("id", Id),
        ("person_id", Id),
        ("code", Text),
        ("record_kind", Text),
        ("record_id", Id),
        ("at", Int),
        ("read_at", Int),
    ],
);

/// What an event says of a notice; when it was read is its reader's.
pub(crate) const HASH: Hashed = Hashed {
    name: "notice",
    table: "notice",
    key: &[("id", Id)],
    foreign_key: false,
    columns: &[("person_id", Id), ("code", Text), ("record_kind", Text), ("record_id", Id), ("at", Int)],
    since: Since::Column("at"),
};

statements! {
    PUT = "INSERT INTO notice (id, person_id, code, record_kind, record_id, at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    LIST = "SELECT id, code, record_kind, record_id, at, read_at FROM notice WHERE person_id = $1 ORDER BY at DESC, id LIMIT $2";
    UNREAD = "SELECT COUNT(*) FROM notice WHERE person_id = $1 AND read_at IS NULL";
    READ = "UPDATE notice SET read_at = $2 WHERE person_id = $1 AND read_at IS NULL";
}

/// A notice.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // the columns
pub struct NoticeRow {
    pub id: Uuid,
    pub code: String,
    pub record_kind: String,
    pub record_id: Uuid,
    pub at: i64,
    pub read_at: Option<i64>,
}
columns!(NoticeRow { id, code, record_kind, record_id, at, read_at });

impl Tx {
    /// Writes a notice; the same one again changes nothing.
    pub async fn put_notice(
        &mut self,
        id: Uuid,
        person: PersonId,
        code: &str,
        record_kind: &str,
        record: Uuid,
        at: Instant,
    ) -> Result<(), StoreError> {
        if exec!(&mut self.conn, PUT, id, person.0, code, record_kind, record, at.0)? > 0 {
            self.wrote(&HASH, &values![id, person.0, code, record_kind, record, at.0])?;
        }
        Ok(())
    }
    /// Marks all of a person's notices as read.
    pub async fn read_notices(&mut self, person: PersonId, at: Instant) -> Result<(), StoreError> {
        exec!(&mut self.conn, READ, person.0, at.0)?;
        Ok(())
    }
}

/// A person's newest notices.
pub async fn list(conn: &mut Conn, person: PersonId, limit: i64) -> Result<Vec<NoticeRow>, StoreError> {
    Ok(rows!(conn, NoticeRow, LIST, person.0, limit)?)
}

/// How many are unread.
pub async fn unread(conn: &mut Conn, person: PersonId) -> Result<i64, StoreError> {
    Ok(row!(conn, (i64,), UNREAD, person.0)?.map_or(0, |r| r.0))
}
