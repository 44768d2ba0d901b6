//! The index of matters: what each is found by, and how it is made again. How words become tokens is the journal's.

use crate::engine::db::{Conn, Engine};
use crate::engine::error::StoreError;
use crate::journal::event::read;
use crate::journal::search::{FoundBy, Index, put};
use crate::journal::tx::Tx;
use crate::journal::words;
use std::collections::HashMap;
use uuid::Uuid;
use yixian_domain::ids::{MatterId, WordsId};
use yixian_domain::matter::MatterEvent;

statements! {
    PAGE = "SELECT m.n, m.id, p.name FROM matter m LEFT JOIN place p ON p.id = m.place_id WHERE m.n > $1 ORDER BY m.n LIMIT 500";
    ONE = "SELECT m.n, p.name FROM matter m LEFT JOIN place p ON p.id = m.place_id WHERE m.id = $1";
    KEY = "SELECT row_key FROM import_row WHERE matter_id = $1";
    KEYS = "SELECT matter_id, row_key FROM import_row";
    SAID = "SELECT seq, version, body FROM event WHERE record_id = $1 ORDER BY rev";
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

/// The words by which a matter is found, as its events name them.
fn sought(version: Option<i64>, seq: i64, body: &str) -> Result<Option<WordsId>, StoreError> {
    Ok(read::<MatterEvent>(seq, version, body)?.sought().map(|w| w.id))
}

/// What a matter is found by: its words so far and its place; nothing where the words it was raised with are erased.
/// What was imported is found by its source's key too, which stands in no event.
fn found_by(ids: &[WordsId], kept: &HashMap<WordsId, String>, place: Option<&str>, key: Option<&str>) -> String {
    let Some(first) = ids.first().and_then(|id| kept.get(id)) else { return String::new() };
    let more = ids[1..].iter().filter_map(|id| kept.get(id)).map(String::as_str);
    let found = text(&std::iter::once(first.as_str()).chain(more).collect::<Vec<_>>().join("\n"), place);
    match key {
        Some(key) => format!("{found} {key}"),
        None => found,
    }
}

impl Tx {
    /// Lets a matter be found by what was said of it since, with what waits for the commit.
    pub(crate) async fn find_matter_anew(&mut self, id: MatterId) -> Result<(), StoreError> {
        let Some((n, place)) = row!(&mut self.conn, (i64, Option<String>), ONE, id.0)? else { return Ok(()) };
        let mut ids = Vec::new();
        for (seq, version, body) in rows!(&mut self.conn, (i64, Option<i64>, String), SAID, id.0)? {
            ids.extend(sought(version, seq, &body)?);
        }
        for e in self.events.iter().filter(|e| e.record_id == id.0) {
            ids.extend(sought(e.version, e.seq, &e.body)?);
        }
        let mut kept = words::of_record(&mut self.conn, id.0).await?;
        kept.extend(self.words.iter().filter(|w| w.1 == id.0).map(|w| (w.0, w.3.clone())));
        let key = row!(&mut self.conn, (String,), KEY, id.0)?.map(|r| r.0);
        let text = found_by(&ids, &kept, place.as_deref(), key.as_deref());
        self.find_by(&INDEX, n, &text, false);
        Ok(())
    }
}

/// Makes the index anew, where it was made by other rules.
pub async fn renew(conn: &mut Conn) -> Result<(), StoreError> {
    match conn.engine() {
        Engine::Sqlite => conn.run("INSERT INTO matter_search (matter_search) VALUES ('delete-all')").await?,
        Engine::Postgres => conn.run("DELETE FROM matter_search").await?,
    }
    rebuild(conn).await
}

/// Makes the whole index from the matters; erased ones are found by nothing, imported ones by their source's key too.
pub(crate) async fn rebuild(conn: &mut Conn) -> Result<(), StoreError> {
    let keys: HashMap<Uuid, String> = rows!(&mut *conn, (Uuid, String), KEYS)?.into_iter().collect();
    let mut after = 0;
    loop {
        let page = rows!(&mut *conn, (i64, Uuid, Option<String>), PAGE, after)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.0;
        for (n, id, place) in page {
            let mut ids = Vec::new();
            for (seq, version, body) in rows!(&mut *conn, (i64, Option<i64>, String), SAID, id)? {
                ids.extend(sought(version, seq, &body)?);
            }
            let kept = words::of_record(conn, id).await?;
            let text = found_by(&ids, &kept, place.as_deref(), keys.get(&id).map(String::as_str));
            put(conn, &FoundBy::new(&INDEX, n, &text, true)).await?;
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
