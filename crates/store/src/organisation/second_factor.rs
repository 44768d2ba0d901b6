//! What a second factor is made from: a number beside each person, of which the company's secret makes his own. A copy of the
//! database makes no codes. The last step that was used stands here too, so that none is used twice. It knows no code.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::table::{
    Kind::{Id, Int, Text},
    Table, table,
};
use crate::journal::rows::{Hashed, Since};
use crate::journal::tx::Tx;
use yixian_domain::ids::PersonId;
use yixian_domain::time::Instant;

/// Second factors.
pub(crate) const TABLE: Table = table(
    "second_factor",
    "person_id",
    &[("person_id", Id), ("nonce", Text), ("made_at", Int), ("off_at", Int), ("last_step", Int)],
);

/// What an event says of a second factor; which step was used last changes with every sign-in.
pub(crate) const HASH: Hashed = Hashed {
    name: "second_factor",
    table: "second_factor",
    key: &[("person_id", Id)],
    foreign_key: false,
    columns: &[("nonce", Text), ("made_at", Int), ("off_at", Int)],
    since: Since::Column("made_at"),
};

statements! {
    PUT = "INSERT INTO second_factor (person_id, nonce, made_at, last_step) VALUES ($1, $2, $3, $4) ON CONFLICT (person_id) DO UPDATE SET nonce = excluded.nonce, made_at = excluded.made_at, last_step = excluded.last_step, off_at = NULL";
    OF = "SELECT nonce, made_at FROM second_factor WHERE person_id = $1 AND off_at IS NULL";
    SPEND = "UPDATE second_factor SET last_step = $2 WHERE person_id = $1 AND nonce = $3 AND off_at IS NULL AND last_step < $2";
    OFF = "UPDATE second_factor SET off_at = $2 WHERE person_id = $1 AND off_at IS NULL";
}

impl Tx {
    /// Sets a person's second factor; the one before it is gone. The step by which he showed that he has it is used.
    pub async fn put_second_factor(
        &mut self,
        person: PersonId,
        nonce: &str,
        at: Instant,
        step: i64,
    ) -> Result<(), StoreError> {
        exec!(&mut self.conn, PUT, person.0, nonce, at.0, step)?;
        self.wrote(&HASH, &values![person.0, nonce, at.0, None::<i64>])
    }
    /// Uses a step of a person's second factor; false when it, or a later one, was used before.
    pub async fn spend_second_step(&mut self, person: PersonId, nonce: &str, step: i64) -> Result<bool, StoreError> {
        Ok(exec!(&mut self.conn, SPEND, person.0, step, nonce)? > 0)
    }
    /// Ends a person's second factor; false when he has none.
    pub async fn end_second_factor(&mut self, person: PersonId, at: Instant) -> Result<bool, StoreError> {
        let Some((nonce, made_at)) = row!(&mut self.conn, (String, i64), OF, person.0)? else { return Ok(false) };
        exec!(&mut self.conn, OFF, person.0, at.0)?;
        self.wrote(&HASH, &values![person.0, nonce.as_str(), made_at, at.0])?;
        Ok(true)
    }
}

/// What a person's second factor is made from, where he has one.
pub async fn of(conn: &mut Conn, person: PersonId) -> Result<Option<String>, StoreError> {
    Ok(row!(conn, (String, i64), OF, person.0)?.map(|r| r.0))
}
