//! An event and a seal as the ledger holds them, and what of them is hashed. It writes nothing and does not know which kinds
//! of records there are: a kind is named beside the table of its records. `docs/ledger.md` is the same in words.

use crate::engine::canonical::canonical;
use crate::engine::error::StoreError;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use uuid::Uuid;
use yixian_domain::ids::By;
use yixian_domain::time::Instant;

/// The hash before the first event of a record and before the first seal.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Which kind of record an event belongs to. Each slice names its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RecordKind(&'static str);

impl RecordKind {
    /// The kind that is stored under a name.
    pub(crate) const fn stored_as(name: &'static str) -> RecordKind {
        RecordKind(name)
    }

    /// As stored.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

/// An event as the ledger holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // the columns
pub struct EventRow {
    pub seq: i64,
    pub kind: String,
    pub record_id: Uuid,
    pub rev: i64,
    pub code: String,
    pub happened_at: i64,
    pub recorded_at: i64,
    pub late: bool,
    pub actor: String,
    pub command_id: Uuid,
    pub body: String,
    pub prev: String,
    pub hash: String,
    /// Of the body's shape; absent for version 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
}
columns!(EventRow {
    seq,
    kind,
    record_id,
    rev,
    code,
    happened_at,
    recorded_at,
    late,
    actor,
    command_id,
    body,
    prev,
    hash,
    version
});

/// A seal over the events of one commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // the columns
pub struct SealRow {
    pub n: i64,
    pub first_seq: i64,
    pub last_seq: i64,
    pub sealed_at: i64,
    pub prev: String,
    pub hash: String,
}
columns!(SealRow { n, first_seq, last_seq, sealed_at, prev, hash });

/// Hex SHA-256.
pub fn sha256(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from(b"0123456789abcdef"[usize::from(half)]);
    Sha256::digest(bytes).iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]).collect()
}

/// The actor of an event as stored: `person:…`, `raiser:…`, `partner:…`, `rule`, `import`.
pub fn actor_text(by: &By) -> String {
    match by {
        By::Person(p) => format!("person:{p}"),
        By::Raiser(c) => format!("raiser:{c}"),
        By::Partner(p) => format!("partner:{p}"),
        By::Rule => "rule".into(),
        By::Import => "import".into(),
    }
}

/// The actor back from its stored text.
pub fn actor_from(text: &str) -> Option<By> {
    match text.split_once(':') {
        Some(("person", id)) => id.parse().ok().map(By::Person),
        Some(("raiser", id)) => id.parse().ok().map(By::Raiser),
        Some(("partner", id)) => id.parse().ok().map(By::Partner),
        None if text == "rule" => Some(By::Rule),
        None if text == "import" => Some(By::Import),
        _ => None,
    }
}

impl EventRow {
    /// The text that is hashed: canonical JSON of everything but the hash itself. `body` is
    /// canonical JSON already and stands in it as it is.
    pub fn sealed_text(&self) -> String {
        let quoted = |s: &str| Json::from(s).to_string();
        format!(
            r#"{{"actor":{},"body":{},"code":{},"command":"{}","happened_at":{},"kind":{},"late":{},"prev":{},"record":"{}","recorded_at":{},"rev":{},"seq":{}{}}}"#,
            quoted(&self.actor),
            self.body,
            quoted(&self.code),
            self.command_id,
            self.happened_at,
            quoted(&self.kind),
            self.late,
            quoted(&self.prev),
            self.record_id,
            self.recorded_at,
            self.rev,
            self.seq,
            self.version.map(|v| format!(r#","version":{v}"#)).unwrap_or_default(),
        )
    }

    /// The body as its kind of record reads it.
    pub fn read<E: DeserializeOwned>(&self) -> Result<E, StoreError> {
        read(self.seq, self.version, &self.body)
    }

    /// Whether the body is canonical JSON; if not, two readers might read it differently.
    pub(crate) fn body_is_canonical(&self) -> bool {
        serde_json::from_str::<Json>(&self.body).is_ok_and(|v| canonical(&v).is_ok_and(|text| text == self.body))
    }
}

/// The newest version of an event's body that this program reads. Who gives an event another shape adds one here, reads both, and
/// says what changed in `docs/ledger.md`.
pub const NEWEST: i64 = 1;

/// Reads the body of an event; one whose version is not known is refused by name, never guessed at.
pub(crate) fn read<E: DeserializeOwned>(seq: i64, version: Option<i64>, body: &str) -> Result<E, StoreError> {
    match version {
        Some(version) if version < 2 || version > NEWEST => Err(StoreError::UnknownEvent { seq, version }),
        _ => serde_json::from_str(body).map_err(|e| StoreError::corrupt("event", e)),
    }
}

/// The hash of a seal.
pub(crate) fn seal_hash(
    prev: &str,
    n: i64,
    first: i64,
    last: i64,
    at: i64,
    hashes: impl IntoIterator<Item = impl AsRef<str>>,
) -> String {
    let mut text = format!("{prev}\n{n}\n{first}\n{last}\n{at}\n");
    for h in hashes {
        text.push_str(h.as_ref());
        text.push('\n');
    }
    sha256(text.as_bytes())
}

/// An event about to be written.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// Record kind.
    pub kind: RecordKind,
    /// Record.
    pub record: Uuid,
    /// Stable code.
    pub code: &'static str,
    /// When it happened.
    pub happened_at: Instant,
    /// Who.
    pub by: By,
    /// What, as canonical JSON.
    pub body: String,
    /// Version of the body's shape, 2 or later; absent for version 1.
    pub version: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn canonical_json_is_sorted_and_tight() {
        let value = json!({ "b": [1, { "z": null, "a": "引号\"\n" }], "a": true });
        assert_eq!(canonical(&value).ok().as_deref(), Some(r#"{"a":true,"b":[1,{"a":"引号\"\n","z":null}]}"#));
    }

    #[test]
    fn the_sealed_text_is_canonical() {
        let e = EventRow {
            seq: 7,
            kind: "matter".into(),
            record_id: Uuid::from_u128(1),
            rev: 2,
            code: "raised".into(),
            happened_at: 3,
            recorded_at: 4,
            late: true,
            actor: "rule".into(),
            command_id: Uuid::from_u128(2),
            body: r#"{"type":"accepted"}"#.into(),
            prev: "p".into(),
            hash: String::new(),
            version: None,
        };
        let v2 = EventRow { version: Some(2), ..e.clone() };
        // Version 1 is written by absence: these bytes are those of every ledger that is out there.
        assert_eq!(
            sha256(e.sealed_text().as_bytes()),
            "f17cd79040add3d03c6e5211f225ee6f4222ea31141118bf4bd28a0366bdc3b5"
        );
        assert!(v2.sealed_text().ends_with(r#","seq":7,"version":2}"#));
        for e in [e, v2] {
            let read: Json = serde_json::from_str(&e.sealed_text()).unwrap_or_default();
            assert_eq!(canonical(&read).ok(), Some(e.sealed_text()));
        }
    }
}
