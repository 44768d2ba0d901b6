//! Which rows of a foreign source were taken over already, and with which content.

use crate::db::{Conn, StoreError};
use uuid::Uuid;
use yixian_domain::ids::MatterId;

statements! {
    KNOWN = "SELECT sha, matter_id FROM import_row WHERE source = $1 AND row_key = $2";
    PUT = "INSERT INTO import_row (source, row_key, sha, matter_id) VALUES ($1, $2, $3, $4) ON CONFLICT (source, row_key) DO UPDATE SET sha = excluded.sha";
    TAKE = "INSERT INTO import_row (source, row_key, sha, matter_id) VALUES ($1, $2, $3, $4) ON CONFLICT (source, row_key) DO NOTHING";
    ALL = "SELECT row_key, sha, matter_id FROM import_row WHERE source = $1";
}

impl crate::Tx {
    /// What was taken over under this key.
    pub async fn import_known(&mut self, source: &str, key: &str) -> Result<Option<(String, MatterId)>, StoreError> {
        Ok(row!(&mut self.conn, (String, Uuid), KNOWN, source, key)?.map(|(s, m)| (s, MatterId(m))))
    }
    /// Claims a key for a matter about to be written; false when it is taken, so that the same
    /// request is never doubled, whoever else imports at the same time.
    pub async fn import_take(&mut self, source: &str, key: &str, sha: &str, matter: MatterId) -> Result<bool, StoreError> {
        Ok(exec!(&mut self.conn, TAKE, source, key, sha, matter.0)? > 0)
    }
    /// Notes what was taken over under this key.
    pub async fn import_put(&mut self, source: &str, key: &str, sha: &str, matter: MatterId) -> Result<(), StoreError> {
        exec!(&mut self.conn, PUT, source, key, sha, matter.0)?;
        Ok(())
    }
}

/// Every row taken over from a source, as (key, content hash, matter).
pub async fn known(conn: &mut Conn, source: &str) -> Result<Vec<(String, String, MatterId)>, StoreError> {
    Ok(rows!(conn, (String, String, Uuid), ALL, source)?.into_iter().map(|(k, s, m)| (k, s, MatterId(m))).collect())
}
