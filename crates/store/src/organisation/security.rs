//! The log of security: who signed in, and what became of passwords, credentials and links, as events. A person's are
//! one record beside his own, so that his record's revision stays what commands made of it; what is about nobody we know is
//! one record too. It does not know when something is worth an event, nor networks, of which it keeps what it is given.

use crate::engine::canonical::canonical;
use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::journal::event::{EventRow, NewEvent, RecordKind, sha256};
use crate::journal::tx::Tx;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use yixian_domain::ids::{By, PersonId};
use yixian_domain::time::Instant;

impl RecordKind {
    /// What happened to somebody's ways of getting in.
    #[allow(non_upper_case_globals)] // a kind among others, wherever it is declared
    pub const Security: RecordKind = RecordKind::stored_as("security");
}

statements! {
    ALL = "SELECT seq, kind, record_id, rev, code, happened_at, recorded_at, late, actor, command_id, body, prev, hash, version FROM event WHERE kind = 'security' AND happened_at >= $1 AND happened_at < $2 ORDER BY happened_at DESC, seq DESC LIMIT $3";
    OF_RECORD = "SELECT seq, kind, record_id, rev, code, happened_at, recorded_at, late, actor, command_id, body, prev, hash, version FROM event WHERE record_id = $1 AND happened_at >= $2 AND happened_at < $3 ORDER BY rev DESC LIMIT $4";
}

/// What an event of security says besides its code. No names, no addresses: a person's id, and the network as a keyed hash.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Security {
    /// The event's code again, as other bodies have it.
    #[serde(rename = "type")]
    pub code: String,
    /// Whom it is about; nobody where nobody is known by what was typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Uuid>,
    /// What was made, used or ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
    /// Why it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// How many of them at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<u64>,
    /// From which network, as a keyed hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
}

/// The record of a person's events of security, or of those about nobody we know.
pub fn record_of(person: Option<PersonId>) -> Uuid {
    let whose = person.map_or_else(|| "nobody".to_owned(), |p| p.to_string());
    Uuid::parse_str(&sha256(format!("yixian security {whose}").as_bytes())[..32]).unwrap_or(Uuid::nil())
}

impl Tx {
    /// Appends an event of security.
    pub async fn tell_security(
        &mut self,
        code: &'static str,
        by: By,
        at: Instant,
        told: Security,
    ) -> Result<(), StoreError> {
        let record = record_of(told.person.map(PersonId));
        let body = canonical(&Security { code: code.to_owned(), ..told })?;
        self.append(NewEvent { kind: RecordKind::Security, record, code, happened_at: at, by, body, version: None })
            .await
    }
}

/// The newest events of some time, of one record where one is asked for.
pub async fn list(
    conn: &mut Conn,
    record: Option<Uuid>,
    from: Instant,
    to: Instant,
    limit: i64,
) -> Result<Vec<EventRow>, StoreError> {
    match record {
        Some(record) => rows!(conn, EventRow, OF_RECORD, record, from.0, to.0, limit),
        None => rows!(conn, EventRow, ALL, from.0, to.0, limit),
    }
}
