//! Raisers outside the company: how to reach them, and the links that let them in. What may be erased of a matter is erased
//! here, contact and words together. It does not know who may read any of it.

use crate::engine::canonical::canonical;
use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::table::{
    Kind::{Id, Int, Text},
    Table, places, table,
};
use crate::engine::value::Value;
use crate::journal::replay::{Checking, Holding, words_by_id};
use crate::journal::rows::{Hashed, Since};
use crate::journal::tx::Tx;
use serde_json::json;
use std::collections::HashMap;
use std::sync::LazyLock;
use uuid::Uuid;
use yixian_domain::ids::{ContactId, MatterId, Words, WordsId};
use yixian_domain::time::Instant;

/// Contacts.
pub(crate) const CONTACTS: Table = table(
    "contact",
    "id",
    &[("id", Id), ("matter_id", Id), ("name", Text), ("phone", Text), ("erased_at", Int), ("credit_code", Text)],
);

/// Raisers' links.
pub(crate) const LINKS: Table = table(
    "matter_link",
    "token_hash",
    &[("token_hash", Text), ("matter_id", Id), ("contact_id", Id), ("created_at", Int)],
);

/// What an event says of a raiser's link.
pub(crate) const LINK_HASH: Hashed = Hashed {
    name: "matter_link",
    table: "matter_link",
    key: &[("token_hash", Text)],
    foreign_key: false,
    columns: &[("matter_id", Id), ("contact_id", Id), ("created_at", Int)],
    since: Since::Column("created_at"),
};

/// As events name the words that hold a contact, and those that hold a firm's credit code.
const CONTACT_WORDS: &str = "contact";
const CODE_WORDS: &str = "contact.credit_code";

statements! {
    CONTACT_PUT = "INSERT INTO contact (id, matter_id, name, phone, credit_code) VALUES ($1, $2, $3, $4, $5)";
    CREDIT_CODE_OF = "SELECT credit_code FROM contact WHERE id = $1";
    CREDIT_CODE = "UPDATE contact SET credit_code = $2 WHERE id = $1";
    CONTACT = "SELECT name, phone FROM contact WHERE id = $1";
    OF_CALLER = "SELECT matter_id FROM contact WHERE name = $1 OR phone = $2 ORDER BY matter_id DESC LIMIT 50";
    CONTACT_ERASE = "UPDATE contact SET name = NULL, phone = NULL, credit_code = NULL, erased_at = $2 WHERE matter_id = $1";
    WORDS_ERASE = "UPDATE words SET body = NULL, salt = '', erased_at = $2 WHERE record_id IN (SELECT id FROM contact WHERE matter_id = $1) AND body IS NOT NULL";
    CONTACTS_ALL = "SELECT id, matter_id, name, phone, credit_code, erased_at FROM contact ORDER BY id";
    LINK_PUT = "INSERT INTO matter_link (token_hash, matter_id, contact_id, created_at) VALUES ($1, $2, $3, $4)";
    LINK = "SELECT matter_id, contact_id FROM matter_link WHERE token_hash = $1";
    LINK_NEWEST = "SELECT token_hash, matter_id, contact_id FROM matter_link ORDER BY created_at DESC, token_hash LIMIT 1";
}

/// Contacts of one statement where many are kept at once.
const CHUNK: usize = 50;

/// [`CONTACT_PUT`] and [`LINK_PUT`] for [`CHUNK`] contacts.
static CONTACT_MANY: LazyLock<String> = LazyLock::new(|| {
    format!("INSERT INTO contact (id, matter_id, name, phone, credit_code) VALUES {}", places(5, CHUNK))
});
static LINK_MANY: LazyLock<String> = LazyLock::new(|| {
    format!("INSERT INTO matter_link (token_hash, matter_id, contact_id, created_at) VALUES {}", places(4, CHUNK))
});

/// Texts that are made once, for the prepare-everything test.
pub(crate) fn made_texts() -> Vec<(&'static str, &'static str)> {
    vec![("contact::CONTACT_MANY", CONTACT_MANY.as_str()), ("contact::LINK_MANY", LINK_MANY.as_str())]
}

/// A contact with his link, to be kept.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // the columns
pub struct ContactRow {
    pub id: ContactId,
    pub matter: MatterId,
    pub name: String,
    pub phone: String,
    pub credit_code: Option<String>,
    /// Id and salt of the words that hold name and phone, and of those that hold the credit code.
    pub words: [(WordsId, String); 2],
    /// Hash of his link.
    pub link: String,
    /// When the link was made.
    pub at: Instant,
}

/// The words that hold a contact: those of name and phone, and those of the credit code.
pub type ContactWords = (Words, Option<Words>);

/// What the words of a contact say.
fn text_of(matter: MatterId, name: Option<&str>, phone: Option<&str>) -> Result<String, StoreError> {
    canonical(&json!({ "matter": matter, "name": name, "phone": phone }))
}

impl Tx {
    /// Keeps many contacts with their links; gives the words that hold each, for [`Tx::tell_contact`].
    pub async fn put_many_contacts(
        &mut self,
        all: &[ContactRow],
    ) -> Result<HashMap<ContactId, ContactWords>, StoreError> {
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
        let mut words = HashMap::with_capacity(all.len());
        for r in all {
            let [(said, salt), (code_said, code_salt)] = &r.words;
            let text = text_of(r.matter, Some(&r.name), Some(&r.phone))?;
            let contact = self.keep_words(r.id.0, *said, salt.clone(), text);
            let code =
                r.credit_code.as_ref().map(|code| self.keep_words(r.id.0, *code_said, code_salt.clone(), code.clone()));
            words.insert(r.id, (contact, code));
            self.wrote(&LINK_HASH, &values![r.link, r.matter.0, r.id.0, r.at.0])?;
        }
        Ok(words)
    }

    /// Lets the next event name the words that hold a contact.
    pub fn tell_contact(&mut self, id: ContactId, (contact, code): &ContactWords) {
        self.wrote_words(CONTACT_WORDS, id.0, contact);
        if let Some(code) = code {
            self.wrote_words(CODE_WORDS, id.0, code);
        }
    }

    /// Keeps the contact of a raiser outside the company. `words`: id and salt, minted by the caller, of the words by which
    /// its event holds it.
    pub async fn put_contact(
        &mut self,
        id: ContactId,
        matter: MatterId,
        name: Option<&str>,
        phone: Option<&str>,
        words: (WordsId, String),
    ) -> Result<(), StoreError> {
        exec!(&mut self.conn, CONTACT_PUT, id.0, matter.0, name, phone, None::<&str>)?;
        let words = self.keep_words(id.0, words.0, words.1, text_of(matter, name, phone)?);
        self.wrote_words(CONTACT_WORDS, id.0, &words);
        Ok(())
    }
    /// Keeps the credit code of a firm that is a contact, with words of its own.
    pub async fn put_credit_code(
        &mut self,
        id: ContactId,
        code: &str,
        words: (WordsId, String),
    ) -> Result<(), StoreError> {
        exec!(&mut self.conn, CREDIT_CODE, id.0, code)?;
        let words = self.keep_words(id.0, words.0, words.1, code.to_owned());
        self.wrote_words(CODE_WORDS, id.0, &words);
        Ok(())
    }
    /// Keeps the hash of a raiser's link.
    pub async fn put_link(&mut self, token_hash: &str, matter: MatterId, contact: ContactId) -> Result<(), StoreError> {
        exec!(&mut self.conn, LINK_PUT, token_hash, matter.0, contact.0, self.recorded_at.0)?;
        let at = self.recorded_at.0;
        self.wrote(&LINK_HASH, &values![token_hash, matter.0, contact.0, at])
    }
    /// Erases the words and the contact of a record; the ledger stays valid.
    pub async fn erase(&mut self, record: Uuid, at: Instant) -> Result<u64, StoreError> {
        let words = self.erase_words(record, at).await?;
        exec!(&mut self.conn, WORDS_ERASE, record, at.0)?;
        Ok(words + exec!(&mut self.conn, CONTACT_ERASE, record, at.0)?)
    }
}

/// A contact's row: id, matter, name, phone, credit code, when it was erased.
type Row = (Uuid, Uuid, Option<String>, Option<String>, Option<String>, Option<i64>);

/// Every contact is what its words say, and erased when they are.
pub(crate) fn hold<'a>(conn: &'a mut Conn, holding: &'a mut Holding) -> Checking<'a> {
    Box::pin(async move {
        let mut unknown = Vec::new();
        for (id, matter, name, phone, code, erased) in rows!(&mut *conn, Row, CONTACTS_ALL)? {
            let said = text_of(MatterId(matter), name.as_deref(), phone.as_deref())?;
            let gone = name.is_none() && phone.is_none() && erased.is_some();
            match holding.known.words_of(CONTACT_WORDS, id) {
                None => unknown.push((matter, id.to_string())),
                Some((words, seq)) => {
                    // Words that are missing were told with their event.
                    let whole = match words_by_id(conn, words).await? {
                        Some(Some(text)) => text == said,
                        Some(None) => gone,
                        None => true,
                    };
                    if !whole {
                        holding.faults.add(seq, format!("the row of contact {id} is not what its words say"));
                    }
                }
            }
            if let Some((words, seq)) = holding.known.words_of(CODE_WORDS, id) {
                let whole = match words_by_id(conn, words).await? {
                    Some(text) => text == code,
                    None => true,
                };
                if !whole {
                    holding.faults.add(seq, format!("the credit code of contact {id} is not what its words say"));
                }
            }
        }
        holding.known.told_nowhere(conn, CONTACT_WORDS, unknown, &mut holding.faults).await
    })
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

/// The newest matters of somebody who is called so, or has this phone.
pub async fn matters_of_caller(conn: &mut Conn, name: &str, phone: &str) -> Result<Vec<MatterId>, StoreError> {
    Ok(rows!(conn, (Uuid,), OF_CALLER, name, phone)?.into_iter().map(|r| MatterId(r.0)).collect())
}
