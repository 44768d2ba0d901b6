//! The index of matters: what each is found by, and how it is made again. How words become tokens is the journal's.

use crate::engine::db::{Conn, Engine};
use crate::engine::error::StoreError;
use crate::journal::search::{FoundBy, Index, put};
use crate::journal::tx::Tx;
use crate::journal::words;
use uuid::Uuid;
use yixian_domain::matter::Matter;

statements! {
    PAGE = "SELECT m.n, m.id, m.body, p.name FROM matter m LEFT JOIN place p ON p.id = m.place_id WHERE m.n > $1 ORDER BY m.n LIMIT 500";
}

pub(crate) static INDEX: Index = Index {
    sqlite_new: "INSERT INTO matter_search (rowid, tokens) VALUES ($1, $2)",
    sqlite_put: "INSERT OR REPLACE INTO matter_search (rowid, tokens) VALUES ($1, $2)",
    postgres_put: "INSERT INTO matter_search (n, tokens) VALUES ($1, CAST($2 AS tsvector)) ON CONFLICT (n) DO UPDATE SET tokens = excluded.tokens",
};

/// SQLite's index keeps what a deleted row was found by until its pieces are put together.
const TIDY: &str = "INSERT INTO matter_search (matter_search) VALUES ('optimize')";

impl Tx {
    /// Leaves nothing in the index of what erased matters were found by. PostgreSQL's vacuum does the same.
    pub async fn tidy_index(&mut self) -> Result<(), StoreError> {
        if self.conn.engine() == Engine::Sqlite {
            self.conn.run(TIDY).await?;
        }
        Ok(())
    }
}

/// What a matter is found by: its raiser's words and the name of its place, on a line of its own
/// because the first line is the subject of lists.
pub fn text(words: &str, place: Option<&str>) -> String {
    format!("{}\n{}", words.trim(), place.unwrap_or_default())
}

/// Makes the index anew, where it was made by other rules.
pub async fn renew(conn: &mut Conn) -> Result<(), StoreError> {
    match conn.engine() {
        Engine::Sqlite => conn.run("INSERT INTO matter_search (matter_search) VALUES ('delete-all')").await?,
        Engine::Postgres => conn.run("DELETE FROM matter_search").await?,
    }
    rebuild(conn).await
}

/// Makes the whole index from the matters; erased ones are found by nothing.
pub(crate) async fn rebuild(conn: &mut Conn) -> Result<(), StoreError> {
    let mut after = 0;
    loop {
        let page = rows!(&mut *conn, (i64, Uuid, String, Option<String>), PAGE, after)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.0;
        for (n, id, body, place) in page {
            let matter: Matter = serde_json::from_str(&body).map_err(|e| StoreError::corrupt("matter", e))?;
            let kept = words::of_record(conn, id).await?;
            let found_by = kept.get(&matter.raised.words.id).map_or_else(String::new, |w| text(w, place.as_deref()));
            put(conn, &FoundBy::new(&INDEX, n, &found_by, true)).await?;
        }
    }
}

/// The texts of the index on an engine, for the prepare-everything test.
pub fn texts(conn: &Conn) -> Vec<String> {
    match conn.engine() {
        Engine::Sqlite => vec![INDEX.sqlite_new.to_owned(), INDEX.sqlite_put.to_owned()],
        Engine::Postgres => vec![INDEX.postgres_put.to_owned()],
    }
}
