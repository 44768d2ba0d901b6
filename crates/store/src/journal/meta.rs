//! Receipts of commands, and notes of the database. It does not know what a command did.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::table::{
    Kind::{Id, Int, Text},
    Table, table,
};
use crate::journal::event::actor_from;
use crate::journal::rows::{Hashed, Since};
use crate::journal::tx::Tx;
use yixian_domain::ids::CommandId;

statements! {
    COMMAND = "SELECT sha, receipt FROM command WHERE id = $1";
    COMMAND_DONE = "INSERT INTO command (id, sha, actor, recorded_at, receipt) VALUES ($1, $2, $3, $4, $5)";
    META = "SELECT value FROM meta WHERE key = $1";
    META_SET = "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
}

/// Notes.
pub(crate) const NOTES: Table = table("meta", "key", &[("key", Text), ("value", Text)]);

/// What an event says of a receipt.
pub(crate) const RECEIPT: Hashed = Hashed {
    name: "command",
    table: "command",
    key: &[("id", Id)],
    foreign_key: false,
    columns: &[("sha", Text), ("actor", Text), ("recorded_at", Int), ("receipt", Text)],
    since: Since::Column("recorded_at"),
};

/// Receipts.
pub(crate) const RECEIPTS: Table =
    table("command", "id", &[("id", Id), ("sha", Text), ("actor", Text), ("recorded_at", Int), ("receipt", Text)]);

impl Tx {
    /// What an earlier command with this id left: the hash of its content and its receipt.
    pub async fn receipt(&mut self, id: CommandId) -> Result<Option<(String, String)>, StoreError> {
        Ok(row!(&mut self.conn, (String, String), COMMAND, id.0)?)
    }

    /// Notes that the command was carried out.
    pub async fn carried_out(&mut self, sha: &str, actor: &str, receipt: &str) -> Result<(), StoreError> {
        exec!(&mut self.conn, COMMAND_DONE, self.command.0, sha, actor, self.recorded_at.0, receipt)?;
        self.by = actor_from(actor);
        let (id, at) = (self.command.0, self.recorded_at.0);
        self.wrote(&RECEIPT, &values![id, sha, actor, at, receipt])
    }

    /// Sets a note of the database.
    pub async fn set_meta(&mut self, key: &str, value: &str) -> Result<(), StoreError> {
        exec!(&mut self.conn, META_SET, key, value)?;
        Ok(())
    }
}

/// What an earlier command with this id left, outside a transaction.
pub async fn receipt(conn: &mut Conn, id: CommandId) -> Result<Option<(String, String)>, StoreError> {
    Ok(row!(conn, (String, String), COMMAND, id.0)?)
}

/// A note of the database.
pub async fn meta(conn: &mut Conn, key: &str) -> Result<Option<String>, StoreError> {
    Ok(row!(conn, (String,), META, key)?.map(|r| r.0))
}
