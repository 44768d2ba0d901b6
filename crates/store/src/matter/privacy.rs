//! Who had personal data shown, and who erased them, as the ledger tells it. It does not know who may read that.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::journal::event::EventRow;

statements! {
    EVENTS = "SELECT seq, kind, record_id, rev, code, happened_at, recorded_at, late, actor, command_id, body, prev, hash, version FROM event WHERE code IN ('disclosed', 'erased') AND seq < $1 ORDER BY seq DESC LIMIT $2";
}

/// The newest of these events before one.
pub async fn privacy_events(conn: &mut Conn, before: i64, limit: i64) -> Result<Vec<EventRow>, StoreError> {
    Ok(rows!(conn, EventRow, EVENTS, before, limit)?)
}
