//! Leaders' calendars: the links that open one, and the visits in it. It does not know how a feed is written.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::table::{
    Kind::{Id, Int, Text},
    Table, table,
};
use crate::journal::tx::Tx;
use crate::planning::read::{Known, KnownRow};
use uuid::Uuid;
use yixian_domain::ids::*;
use yixian_domain::time::{Date, Instant};

/// Calendar links.
pub(crate) const TABLE: Table = table(
    "calendar_link",
    "token_hash",
    &[("token_hash", Text), ("person_id", Id), ("created_at", Int), ("revoked_at", Int)],
);

statements! {
    LINK_PUT = "INSERT INTO calendar_link (token_hash, person_id, created_at) VALUES ($1, $2, $3)";
    LINK_OFF = "UPDATE calendar_link SET revoked_at = $2 WHERE person_id = $1 AND revoked_at IS NULL";
    LINK = "SELECT person_id FROM calendar_link WHERE token_hash = $1 AND revoked_at IS NULL";
    LINK_SINCE = "SELECT created_at FROM calendar_link WHERE person_id = $1 AND revoked_at IS NULL";
    FEED = "SELECT v.n, v.body, u.path, CASE WHEN EXISTS (SELECT 1 FROM plan_visit y WHERE y.visit_id = v.id) THEN 1 ELSE 0 END AS adopted FROM visit v JOIN unit u ON u.id = v.host_id WHERE v.day >= $2 AND v.day <= $3 AND (v.leader_id = $1 OR v.id IN (SELECT visit_id FROM visit_party WHERE person_id = $1)) ORDER BY v.day, v.n";
}

impl Tx {
    /// Makes a person's calendar link; those before it are revoked.
    pub async fn put_calendar_link(
        &mut self,
        token_hash: &str,
        person: PersonId,
        at: Instant,
    ) -> Result<(), StoreError> {
        exec!(&mut self.conn, LINK_OFF, person.0, at.0)?;
        exec!(&mut self.conn, LINK_PUT, token_hash, person.0, at.0)?;
        Ok(())
    }

    /// Revokes a person's calendar link.
    pub async fn revoke_calendar_link(&mut self, person: PersonId, at: Instant) -> Result<bool, StoreError> {
        Ok(exec!(&mut self.conn, LINK_OFF, person.0, at.0)? > 0)
    }
}

/// Whose calendar a link opens.
pub async fn calendar_of(conn: &mut Conn, token_hash: &str) -> Result<Option<PersonId>, StoreError> {
    Ok(row!(conn, (Uuid,), LINK, token_hash)?.map(|r| PersonId(r.0)))
}

/// Since when a person has a calendar link.
pub async fn calendar_since(conn: &mut Conn, person: PersonId) -> Result<Option<Instant>, StoreError> {
    Ok(row!(conn, (i64,), LINK_SINCE, person.0)?.map(|r| Instant(r.0)))
}

/// A person's visits of some days, called-off ones too.
pub async fn feed(conn: &mut Conn, person: PersonId, from: Date, to: Date) -> Result<Vec<Known>, StoreError> {
    rows!(conn, KnownRow, FEED, person.0, from.to_string(), to.to_string())?.into_iter().map(Known::try_from).collect()
}
