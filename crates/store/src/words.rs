//! Words and contacts: what may be erased. The ledger holds their ids and salted hashes only.

use crate::db::Conn;
use crate::error::StoreError;
use crate::ledger::sha256;
use crate::value::Value;
use std::collections::HashMap;
use std::sync::LazyLock;
use uuid::Uuid;
use yixian_domain::ids::{ContactId, MatterId, Words, WordsId};
use yixian_domain::time::Instant;

statements! {
    PUT = "INSERT INTO words (id, record_id, salt, body) VALUES ($1, $2, $3, $4)";
    OF_RECORD = "SELECT id, body FROM words WHERE record_id = $1";
    CHECK = "SELECT id, salt, body FROM words WHERE id = $1";
    ERASE = "UPDATE words SET body = NULL, salt = '', erased_at = $2 WHERE record_id = $1 AND body IS NOT NULL";
    CONTACT_PUT = "INSERT INTO contact (id, matter_id, name, phone, credit_code) VALUES ($1, $2, $3, $4, $5)";
    CREDIT_CODE_OF = "SELECT credit_code FROM contact WHERE id = $1";
    CREDIT_CODE = "UPDATE contact SET credit_code = $2 WHERE id = $1";
    CONTACT = "SELECT name, phone FROM contact WHERE id = $1";
    CONTACT_ERASE = "UPDATE contact SET name = NULL, phone = NULL, credit_code = NULL, erased_at = $2 WHERE matter_id = $1";
    LINK_PUT = "INSERT INTO matter_link (token_hash, matter_id, contact_id, created_at) VALUES ($1, $2, $3, $4)";
    LINK = "SELECT matter_id, contact_id FROM matter_link WHERE token_hash = $1";
    LINK_NEWEST = "SELECT token_hash, matter_id, contact_id FROM matter_link ORDER BY created_at DESC, token_hash LIMIT 1";
}

/// Words of one statement where many are kept at once.
const CHUNK: usize = 50;

/// [`PUT`] for [`CHUNK`] words.
static PUT_MANY: LazyLock<String> = LazyLock::new(|| crate::db::many_rows(PUT, 4, CHUNK));

/// [`CONTACT_PUT`] and [`LINK_PUT`] for [`CHUNK`] contacts.
static CONTACT_MANY: LazyLock<String> = LazyLock::new(|| crate::db::many_rows(CONTACT_PUT, 5, CHUNK));
static LINK_MANY: LazyLock<String> = LazyLock::new(|| crate::db::many_rows(LINK_PUT, 4, CHUNK));

/// Texts that are made once, for the prepare-everything test.
pub(crate) fn made_texts() -> Vec<(&'static str, &'static str)> {
    vec![
        ("words::PUT_MANY", PUT_MANY.as_str()),
        ("words::CONTACT_MANY", CONTACT_MANY.as_str()),
        ("words::LINK_MANY", LINK_MANY.as_str()),
    ]
}

/// Words to be kept: their id, record, salt and text.
pub type WordsRow = (WordsId, Uuid, String, String);

/// A contact with his link, to be kept.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // the columns
pub struct ContactRow {
    pub id: ContactId,
    pub matter: MatterId,
    pub name: String,
    pub phone: String,
    pub credit_code: Option<String>,
    /// Hash of his link.
    pub link: String,
    /// When the link was made.
    pub at: Instant,
}

impl crate::Tx {
    /// Keeps many contacts with their links.
    pub async fn put_many_contacts(&mut self, all: &[ContactRow]) -> Result<(), StoreError> {
        let whole = all.chunks_exact(CHUNK);
        let rest = whole.remainder();
        for chunk in whole {
            let contacts: Vec<Value<'_>> =
                chunk.iter().flat_map(|r| values![r.id.0, r.matter.0, r.name, r.phone, r.credit_code]).collect();
            let links: Vec<Value<'_>> =
                chunk.iter().flat_map(|r| values![r.link, r.matter.0, r.id.0, r.at.0]).collect();
            self.conn.execute(CONTACT_MANY.as_str(), &contacts).await?;
            self.conn.execute(LINK_MANY.as_str(), &links).await?;
        }
        for r in rest {
            exec!(&mut self.conn, CONTACT_PUT, r.id.0, r.matter.0, &r.name, &r.phone, &r.credit_code)?;
            exec!(&mut self.conn, LINK_PUT, &r.link, r.matter.0, r.id.0, r.at.0)?;
        }
        Ok(())
    }

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
    /// Writes what [`Tx::keep_words`](crate::Tx::keep_words) was given, for whoever reads words in a job.
    pub async fn flush_words(&mut self) -> Result<(), StoreError> {
        let words = std::mem::take(&mut self.words);
        self.put_many_words(&words).await
    }
    /// Keeps words of a record at once. `id` and `salt` are minted by the caller.
    pub async fn put_words(&mut self, record: Uuid, id: WordsId, salt: &str, text: &str) -> Result<Words, StoreError> {
        exec!(&mut self.conn, PUT, id.0, record, salt, text)?;
        Ok(Words { id, hash: hash(salt, text) })
    }
    /// Keeps the contact of a raiser outside the company.
    pub async fn put_contact(
        &mut self,
        id: ContactId,
        matter: MatterId,
        name: Option<&str>,
        phone: Option<&str>,
    ) -> Result<(), StoreError> {
        exec!(&mut self.conn, CONTACT_PUT, id.0, matter.0, name, phone, None::<&str>)?;
        Ok(())
    }
    /// Keeps the credit code of a firm that is a contact.
    pub async fn put_credit_code(&mut self, id: ContactId, code: &str) -> Result<(), StoreError> {
        exec!(&mut self.conn, CREDIT_CODE, id.0, code)?;
        Ok(())
    }
    /// Keeps the hash of a raiser's link.
    pub async fn put_link(&mut self, token_hash: &str, matter: MatterId, contact: ContactId) -> Result<(), StoreError> {
        exec!(&mut self.conn, LINK_PUT, token_hash, matter.0, contact.0, self.recorded_at.0)?;
        Ok(())
    }
    /// Erases the words and the contact of a record; the ledger stays valid. The salt goes too:
    /// with it, short words could be guessed from the ledger's hash.
    pub async fn erase(&mut self, record: Uuid, at: Instant) -> Result<u64, StoreError> {
        self.flush_words().await?;
        let words = exec!(&mut self.conn, ERASE, record, at.0)?;
        Ok(words + exec!(&mut self.conn, CONTACT_ERASE, record, at.0)?)
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

/// Whether kept words still are what the ledger hashed; erased ones pass.
pub async fn intact(conn: &mut Conn, words: &Words) -> Result<bool, StoreError> {
    let row = row!(conn, (Uuid, String, Option<String>), CHECK, words.id.0)?;
    Ok(row.is_some_and(|(_, salt, body)| body.is_none_or(|b| hash(&salt, &b) == words.hash)))
}

/// Name and phone of a contact.
pub async fn contact(conn: &mut Conn, id: ContactId) -> Result<Option<(Option<String>, Option<String>)>, StoreError> {
    Ok(row!(conn, (Option<String>, Option<String>), CONTACT, id.0)?)
}

/// Credit code of a firm that is a contact.
pub async fn credit_code(conn: &mut Conn, id: ContactId) -> Result<Option<String>, StoreError> {
    Ok(row!(conn, (Option<String>,), CREDIT_CODE_OF, id.0)?.and_then(|r| r.0))
}

/// The raiser's link that was made last: its hash, matter and contact.
pub async fn newest_link(conn: &mut Conn) -> Result<Option<(String, MatterId, ContactId)>, StoreError> {
    Ok(row!(conn, (String, Uuid, Uuid), LINK_NEWEST)?.map(|(hash, m, c)| (hash, MatterId(m), ContactId(c))))
}

/// The matter and contact behind a raiser's link.
pub async fn link(conn: &mut Conn, token_hash: &str) -> Result<Option<(MatterId, ContactId)>, StoreError> {
    Ok(row!(conn, (Uuid, Uuid), LINK, token_hash)?.map(|(m, c)| (MatterId(m), ContactId(c))))
}
