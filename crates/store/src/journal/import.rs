//! Which rows of a foreign source were taken over already, and with which content. It does not know the source.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::table::{
    Kind::{Id, Text},
    Table, places, table,
};
use crate::engine::value::Value;
use crate::journal::rows::{Hashed, Since};
use crate::journal::tx::Tx;
use std::collections::HashSet;
use std::sync::LazyLock;
use uuid::Uuid;
use yixian_domain::ids::MatterId;

/// Rows taken over.
pub(crate) const TABLE: Table =
    table("import_row", "source, row_key", &[("source", Text), ("row_key", Text), ("sha", Text), ("matter_id", Id)]);

/// What an event says of a row that was taken over. What its content was when it last came is not held: the next file says it
/// anew.
pub(crate) const TAKEN: Hashed = Hashed {
    name: "import_row",
    table: "import_row",
    key: &[("source", Text), ("row_key", Text)],
    foreign_key: true,
    columns: &[("matter_id", Id)],
    since: Since::Record("matter_id"),
};

statements! {
    KNOWN = "SELECT sha, matter_id FROM import_row WHERE source = $1 AND row_key = $2";
    PUT = "INSERT INTO import_row (source, row_key, sha, matter_id) VALUES ($1, $2, $3, $4) ON CONFLICT (source, row_key) DO UPDATE SET sha = excluded.sha";
    ALL = "SELECT row_key, sha, matter_id FROM import_row WHERE source = $1";
}

/// Rows of one statement where many are claimed.
const MANY: usize = 16;

fn take(rows: usize) -> String {
    let places = places(4, rows);
    format!(
        "INSERT INTO import_row (source, row_key, sha, matter_id) VALUES {places} ON CONFLICT (source, row_key) DO NOTHING RETURNING matter_id"
    )
}

static TAKE: LazyLock<String> = LazyLock::new(|| take(1));
static TAKE_MANY: LazyLock<String> = LazyLock::new(|| take(MANY));

/// Texts that are made once, for the prepare-everything test.
pub(crate) fn made_texts() -> Vec<(&'static str, &'static str)> {
    vec![("import::TAKE", TAKE.as_str()), ("import::TAKE_MANY", TAKE_MANY.as_str())]
}

/// A key to be claimed for a matter.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // the columns
pub struct Claim<'a> {
    pub key: &'a str,
    pub sha: &'a str,
    pub matter: MatterId,
}

/// Rows by [`MANY`] under one text, the rest one by one under another: two texts of fixed size stay
/// prepared, and a statement costs more than its rows do.
fn chunks<'r, T>(
    rows: &'r [T],
    one: &'static str,
    many: &'static str,
) -> impl Iterator<Item = (&'static str, &'r [T])> {
    let (full, rest) = rows.split_at(rows.len() / MANY * MANY);
    full.chunks(MANY).map(move |c| (many, c)).chain(rest.chunks(1).map(move |c| (one, c)))
}

impl Tx {
    /// What was taken over under this key.
    pub async fn import_known(&mut self, source: &str, key: &str) -> Result<Option<(String, MatterId)>, StoreError> {
        Ok(row!(&mut self.conn, (String, Uuid), KNOWN, source, key)?.map(|(s, m)| (s, MatterId(m))))
    }
    /// Claims keys for matters about to be written; gives those matters whose key was free, so that
    /// the same request is never doubled, whoever else imports at the same time, or in one file.
    pub async fn import_take(&mut self, source: &str, rows: &[Claim<'_>]) -> Result<HashSet<MatterId>, StoreError> {
        let mut taken = HashSet::new();
        for (sql, chunk) in chunks(rows, &TAKE, &TAKE_MANY) {
            let values: Vec<Value<'_>> = chunk.iter().flat_map(|r| values![source, r.key, r.sha, r.matter.0]).collect();
            let ids: Vec<(Uuid,)> = self.conn.fetch_all(sql, &values).await?;
            taken.extend(ids.into_iter().map(|r| MatterId(r.0)));
        }
        for r in rows.iter().filter(|r| taken.contains(&r.matter)) {
            self.wrote(&TAKEN, &values![source, r.key, r.matter.0])?;
        }
        Ok(taken)
    }
    /// Notes what was taken over under this key.
    pub async fn import_put(&mut self, source: &str, key: &str, sha: &str, matter: MatterId) -> Result<(), StoreError> {
        let new = self.import_known(source, key).await?.is_none();
        exec!(&mut self.conn, PUT, source, key, sha, matter.0)?;
        if new {
            self.wrote(&TAKEN, &values![source, key, matter.0])?;
        }
        Ok(())
    }
}

/// Every row taken over from a source, as (key, content hash, matter).
pub async fn known(conn: &mut Conn, source: &str) -> Result<Vec<(String, String, MatterId)>, StoreError> {
    Ok(rows!(conn, (String, String, Uuid), ALL, source)?.into_iter().map(|(k, s, m)| (k, s, MatterId(m))).collect())
}
