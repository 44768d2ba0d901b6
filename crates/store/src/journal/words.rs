//! Words: what may be erased. The ledger holds their ids and salted hashes only. It does not know whose words they are.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::table::{
    Kind::{Id, Int, Text},
    Table, places, table,
};
use crate::engine::value::Value;
use crate::journal::event::sha256;
use crate::journal::tx::Tx;
pub use crate::journal::tx::WordsRow;
use std::collections::HashMap;
use std::sync::LazyLock;
use uuid::Uuid;
use yixian_domain::ids::{Words, WordsId};
use yixian_domain::time::Instant;

/// Words.
pub(crate) const WORDS: Table =
    table("words", "id", &[("id", Id), ("record_id", Id), ("salt", Text), ("body", Text), ("erased_at", Int)]);

statements! {
    PUT = "INSERT INTO words (id, record_id, salt, body) VALUES ($1, $2, $3, $4)";
    OF_RECORD = "SELECT id, body FROM words WHERE record_id = $1";
    CHECK = "SELECT id, salt, body FROM words WHERE id = $1";
    ERASE = "UPDATE words SET body = NULL, salt = '', erased_at = $2 WHERE record_id = $1 AND body IS NOT NULL";
}

/// Words of one statement where many are kept at once.
const CHUNK: usize = 50;

/// [`PUT`] for [`CHUNK`] words.
static PUT_MANY: LazyLock<String> =
    LazyLock::new(|| format!("INSERT INTO words (id, record_id, salt, body) VALUES {}", places(4, CHUNK)));

/// Texts that are made once, for the prepare-everything test.
pub(crate) fn made_texts() -> Vec<(&'static str, &'static str)> {
    vec![("words::PUT_MANY", PUT_MANY.as_str())]
}

impl Tx {
    /// Keeps many words, whose hashes the caller has made with [`hash`].
    pub async fn put_many_words(&mut self, all: &[WordsRow]) -> Result<(), StoreError> {
        let whole = all.chunks_exact(CHUNK);
        let rest = whole.remainder();
        for chunk in whole {
            let values: Vec<Value<'_>> = chunk.iter().flat_map(|r| values![r.0.0, r.1, r.2, r.3]).collect();
            self.conn.execute(PUT_MANY.as_str(), &values).await?;
        }
        for (id, record, salt, text) in rest {
            exec!(&mut self.conn, PUT, id.0, record, salt, text)?;
        }
        Ok(())
    }
    /// Keeps words of a record, written when the batch commits: a command is refused after its words were taken in,
    /// if at all, and then nothing has to be undone. They hold no NUL. `id` and `salt` are minted by the caller.
    pub fn keep_words(&mut self, record: Uuid, id: WordsId, salt: String, text: String) -> Words {
        let words = Words { id, hash: hash(&salt, &text) };
        self.words.push((id, record, salt, text));
        words
    }
    /// Writes what [`Tx::keep_words`](Tx::keep_words) was given, for whoever reads words in a job.
    pub async fn flush_words(&mut self) -> Result<(), StoreError> {
        let words = std::mem::take(&mut self.words);
        self.put_many_words(&words).await
    }
    /// Keeps words of a record at once. `id` and `salt` are minted by the caller.
    pub async fn put_words(&mut self, record: Uuid, id: WordsId, salt: &str, text: &str) -> Result<Words, StoreError> {
        exec!(&mut self.conn, PUT, id.0, record, salt, text)?;
        Ok(Words { id, hash: hash(salt, text) })
    }
    /// Erases the words of a record. The salt goes too: with it, short words could be guessed from the ledger's hash.
    pub(crate) async fn erase_words(&mut self, record: Uuid, at: Instant) -> Result<u64, StoreError> {
        self.flush_words().await?;
        Ok(exec!(&mut self.conn, ERASE, record, at.0)?)
    }
}

/// The salted hash of words.
pub fn hash(salt: &str, text: &str) -> String {
    sha256(format!("{salt}{text}").as_bytes())
}

/// The words of a record by id; erased ones are missing.
pub async fn of_record(conn: &mut Conn, record: Uuid) -> Result<HashMap<WordsId, String>, StoreError> {
    let all = rows!(conn, (Uuid, Option<String>), OF_RECORD, record)?;
    Ok(all.into_iter().filter_map(|(id, body)| body.map(|b| (WordsId(id), b))).collect())
}

/// Words by their ids; erased ones are missing.
pub async fn among(conn: &mut Conn, ids: &[Uuid]) -> Result<HashMap<WordsId, String>, StoreError> {
    let text = "SELECT id, body FROM words WHERE id IN ({ids})";
    let all = conn.fetch_among::<(Uuid, Option<String>)>(text, ids).await?;
    Ok(all.into_iter().filter_map(|(id, body)| body.map(|b| (WordsId(id), b))).collect())
}

/// Whether kept words still are what the ledger hashed; erased ones pass.
pub async fn intact(conn: &mut Conn, words: &Words) -> Result<bool, StoreError> {
    let row = row!(conn, (Uuid, String, Option<String>), CHECK, words.id.0)?;
    Ok(row.is_some_and(|(_, salt, body)| body.is_none_or(|b| hash(&salt, &b) == words.hash)))
}
