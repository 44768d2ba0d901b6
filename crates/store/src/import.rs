//! Which rows of a foreign source were taken over already, and with which content.

use crate::db::Conn;
use crate::error::StoreError;
use crate::value::Value;
use std::collections::HashSet;
use uuid::Uuid;
use yixian_domain::ids::MatterId;

statements! {
    KNOWN = "SELECT sha, matter_id FROM import_row WHERE source = $1 AND row_key = $2";
    PUT = "INSERT INTO import_row (source, row_key, sha, matter_id) VALUES ($1, $2, $3, $4) ON CONFLICT (source, row_key) DO UPDATE SET sha = excluded.sha";
    TAKE_1 = "INSERT INTO import_row (source, row_key, sha, matter_id) VALUES ($1, $2, $3, $4) ON CONFLICT (source, row_key) DO NOTHING RETURNING matter_id";
    TAKE_16 = "INSERT INTO import_row (source, row_key, sha, matter_id) VALUES ($1, $2, $3, $4), ($5, $6, $7, $8), ($9, $10, $11, $12), ($13, $14, $15, $16), ($17, $18, $19, $20), ($21, $22, $23, $24), ($25, $26, $27, $28), ($29, $30, $31, $32), ($33, $34, $35, $36), ($37, $38, $39, $40), ($41, $42, $43, $44), ($45, $46, $47, $48), ($49, $50, $51, $52), ($53, $54, $55, $56), ($57, $58, $59, $60), ($61, $62, $63, $64) ON CONFLICT (source, row_key) DO NOTHING RETURNING matter_id";
    ALL = "SELECT row_key, sha, matter_id FROM import_row WHERE source = $1";
}

/// A key to be claimed for a matter.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // the columns
pub struct Claim<'a> {
    pub key: &'a str,
    pub sha: &'a str,
    pub matter: MatterId,
}

/// Rows by sixteens under one text, the rest one by one under another: two texts of fixed size stay
/// prepared, and a statement costs more than its rows do.
fn chunks<'r, T>(
    rows: &'r [T],
    one: &'static str,
    sixteen: &'static str,
) -> impl Iterator<Item = (&'static str, &'r [T])> {
    let (full, rest) = rows.split_at(rows.len() / 16 * 16);
    full.chunks(16).map(move |c| (sixteen, c)).chain(rest.chunks(1).map(move |c| (one, c)))
}

impl crate::Tx {
    /// What was taken over under this key.
    pub async fn import_known(&mut self, source: &str, key: &str) -> Result<Option<(String, MatterId)>, StoreError> {
        Ok(row!(&mut self.conn, (String, Uuid), KNOWN, source, key)?.map(|(s, m)| (s, MatterId(m))))
    }
    /// Claims keys for matters about to be written; gives those matters whose key was free, so that
    /// the same request is never doubled, whoever else imports at the same time, or in one file.
    pub async fn import_take(&mut self, source: &str, rows: &[Claim<'_>]) -> Result<HashSet<MatterId>, StoreError> {
        let mut taken = HashSet::new();
        for (sql, chunk) in chunks(rows, TAKE_1, TAKE_16) {
            let values: Vec<Value<'_>> = chunk.iter().flat_map(|r| values![source, r.key, r.sha, r.matter.0]).collect();
            let ids: Vec<(Uuid,)> = self.conn.fetch_all(sql, &values).await?;
            taken.extend(ids.into_iter().map(|r| MatterId(r.0)));
        }
        Ok(taken)
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
