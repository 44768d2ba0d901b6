//! Codes sent to phones, by which a customer shows that one is his. It does not know codes or numbers, only keyed hashes.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::table::{
    Kind::{Int, Text},
    Table, table,
};
use crate::journal::tx::Tx;

/// Codes sent to phones.
pub(crate) const TABLE: Table = table(
    "phone_code",
    "phone_key",
    &[("phone_key", Text), ("code_hash", Text), ("sent_at", Int), ("day", Text), ("sent_today", Int), ("tries", Int)],
);

statements! {
    CODE = "SELECT code_hash, sent_at, day, sent_today, tries FROM phone_code WHERE phone_key = $1";
    CODE_PUT = "INSERT INTO phone_code (phone_key, code_hash, sent_at, day, sent_today, tries) VALUES ($1, $2, $3, $4, $5, 0) ON CONFLICT (phone_key) DO UPDATE SET code_hash = excluded.code_hash, sent_at = excluded.sent_at, day = excluded.day, sent_today = excluded.sent_today, tries = 0";
    CODE_TRIED = "UPDATE phone_code SET tries = $2 WHERE phone_key = $1";
}

impl Tx {
    /// Notes a code sent to a phone.
    pub async fn put_phone_code(&mut self, phone_key: &str, row: &PhoneCode) -> Result<(), StoreError> {
        exec!(&mut self.conn, CODE_PUT, phone_key, &row.code_hash, row.sent_at, &row.day, row.sent_today)?;
        Ok(())
    }

    /// Notes how often a code was tried.
    pub async fn phone_code_tried(&mut self, phone_key: &str, tries: i64) -> Result<(), StoreError> {
        exec!(&mut self.conn, CODE_TRIED, phone_key, tries)?;
        Ok(())
    }
}

/// A code sent to a phone.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // the columns
pub struct PhoneCode {
    pub code_hash: String,
    pub sent_at: i64,
    pub day: String,
    pub sent_today: i64,
    pub tries: i64,
}
columns!(PhoneCode { code_hash, sent_at, day, sent_today, tries });

/// The last code sent to a phone.
pub async fn phone_code(conn: &mut Conn, phone_key: &str) -> Result<Option<PhoneCode>, StoreError> {
    Ok(row!(conn, PhoneCode, CODE, phone_key)?)
}
