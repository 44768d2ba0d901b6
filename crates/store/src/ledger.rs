//! The ledger: audit trail, job queue and process-mining log at once. Every event is hashed over
//! its canonical JSON (RFC 8785 for what we use: sorted ASCII keys, whole numbers, no white space)
//! together with the hash of the record's event before it; every commit batch is sealed over the
//! hashes of its events and the seal before it. [`verify`] recomputes everything and names the
//! event that was altered, dropped or reordered. `docs/ledger.md` gives the format so that
//! anybody can write another verifier; one in Python lies under `tools/`.

use crate::db::{Conn, StoreError};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fmt::Write as _;
use uuid::Uuid;
use yixian_domain::ids::{By, CommandId};
use yixian_domain::time::Instant;

/// The hash before the first event of a record and before the first seal.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Which kind of record an event belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum RecordKind { Matter, Visit, Unit, Person, Place, Policy }

impl RecordKind {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            RecordKind::Matter => "matter",
            RecordKind::Visit => "visit",
            RecordKind::Unit => "unit",
            RecordKind::Person => "person",
            RecordKind::Place => "place",
            RecordKind::Policy => "policy",
        }
    }
}

/// An event as the ledger holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
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
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct SealRow {
    pub n: i64,
    pub first_seq: i64,
    pub last_seq: i64,
    pub sealed_at: i64,
    pub prev: String,
    pub hash: String,
}

statements! {
    EVENT_1 = "INSERT INTO event (seq, kind, record_id, rev, code, happened_at, recorded_at, late, actor, command_id, body, prev, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    SEAL = "INSERT INTO seal (n, first_seq, last_seq, sealed_at, prev, hash) VALUES ($1, $2, $3, $4, $5, $6)";
    HEADS = "SELECT COALESCE((SELECT MAX(seq) FROM event), 0), COALESCE((SELECT MAX(n) FROM seal), 0), COALESCE((SELECT hash FROM seal ORDER BY n DESC LIMIT 1), ''), COALESCE((SELECT MAX(n) FROM matter), 0), COALESCE((SELECT MAX(n) FROM visit), 0)";
    RECORD_HEAD = "SELECT rev, hash FROM event WHERE record_id = $1 ORDER BY rev DESC LIMIT 1";
    TIMELINE = "SELECT seq, kind, record_id, rev, code, happened_at, recorded_at, late, actor, command_id, body, prev, hash FROM event WHERE record_id = $1 ORDER BY rev";
    PAGE = "SELECT seq, kind, record_id, rev, code, happened_at, recorded_at, late, actor, command_id, body, prev, hash FROM event WHERE seq > $1 ORDER BY seq LIMIT $2";
    SEALS = "SELECT n, first_seq, last_seq, sealed_at, prev, hash FROM seal WHERE n > $1 ORDER BY n LIMIT $2";
}

/// Canonical JSON of a value: `serde_json` keeps objects sorted by key and prints no white space.
pub fn canonical(value: &impl Serialize) -> Result<String, StoreError> {
    let value = serde_json::to_value(value).map_err(|e| StoreError::corrupt("event", e))?;
    Ok(value.to_string())
}

/// Hex SHA-256.
pub fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().fold(String::with_capacity(64), |mut s, b| { let _ = write!(s, "{b:02x}"); s })
}

/// The actor of an event as stored: `person:…`, `raiser:…`, `rule`, `import`.
pub fn actor_text(by: &By) -> String {
    match by {
        By::Person(p) => format!("person:{p}"),
        By::Raiser(c) => format!("raiser:{c}"),
        By::Rule => "rule".into(),
        By::Import => "import".into(),
    }
}

/// The actor back from its stored text.
pub fn actor_from(text: &str) -> Option<By> {
    match text.split_once(':') {
        Some(("person", id)) => id.parse().ok().map(By::Person),
        Some(("raiser", id)) => id.parse().ok().map(By::Raiser),
        None if text == "rule" => Some(By::Rule),
        None if text == "import" => Some(By::Import),
        _ => None,
    }
}

impl EventRow {
    /// The text that is hashed: canonical JSON of everything but the hash itself.
    pub fn sealed_text(&self) -> Result<String, StoreError> {
        let body: Value = serde_json::from_str(&self.body).map_err(|e| StoreError::corrupt("event body", e))?;
        Ok(json!({
            "actor": self.actor, "body": body, "code": self.code, "command": self.command_id,
            "happened_at": self.happened_at, "kind": self.kind, "late": self.late, "prev": self.prev,
            "record": self.record_id, "recorded_at": self.recorded_at, "rev": self.rev, "seq": self.seq,
        }).to_string())
    }
}

/// The hash of a seal.
pub(crate) fn seal_hash(prev: &str, n: i64, first: i64, last: i64, at: i64, hashes: impl IntoIterator<Item = impl AsRef<str>>) -> String {
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
}

impl crate::Tx {
    /// Appends an event. It is numbered, chained and hashed now and written when the batch commits.
    pub async fn append(&mut self, e: NewEvent) -> Result<(), StoreError> {
        let (rev, prev) = if let Some(head) = self.record_heads.get(&e.record) { head.clone() } else {
            row!(&mut self.conn, (i64, String), RECORD_HEAD, e.record)?.unwrap_or_else(|| (0, GENESIS.to_owned()))
        };
        self.seq += 1;
        let recorded_at = self.recorded_at.0;
        let mut event = EventRow {
            seq: self.seq,
            kind: e.kind.as_str().to_owned(),
            record_id: e.record,
            rev: rev + 1,
            code: e.code.to_owned(),
            happened_at: e.happened_at.0,
            recorded_at,
            late: recorded_at - e.happened_at.0 > self.late_after_ms,
            actor: actor_text(&e.by),
            command_id: self.command.0,
            body: e.body,
            prev,
            hash: String::new(),
        };
        event.hash = sha256(event.sealed_text()?.as_bytes());
        self.record_heads.insert(e.record, (event.rev, event.hash.clone()));
        self.events.push(event);
        Ok(())
    }

    /// Says that a record is new, so that its chain need not be looked up.
    pub fn is_new(&mut self, record: Uuid) {
        self.record_heads.entry(record).or_insert_with(|| (0, GENESIS.to_owned()));
    }

    /// The command whose events follow, and when it was recorded.
    pub fn under(&mut self, command: CommandId, recorded_at: Instant) {
        self.command = command;
        self.recorded_at = recorded_at;
    }

    pub(crate) async fn flush_events(&mut self) -> Result<(), StoreError> {
        let events = std::mem::take(&mut self.events);
        let (Some(first), Some(last)) = (events.first(), events.last()) else { return Ok(()) };
        let (first, last, at) = (first.seq, last.seq, last.recorded_at);
        for e in &events {
            exec!(&mut self.conn, EVENT_1, e.seq, &e.kind, e.record_id, e.rev, &e.code, e.happened_at, e.recorded_at, e.late, &e.actor, e.command_id, &e.body, &e.prev, &e.hash)?;
        }
        self.seal_n += 1;
        let hash = seal_hash(&self.seal_hash, self.seal_n, first, last, at, events.iter().map(|e| &e.hash));
        exec!(&mut self.conn, SEAL, self.seal_n, first, last, at, &self.seal_hash, &hash)?;
        self.seal_hash = hash;
        Ok(())
    }
}

/// The events of one record, in order.
pub async fn timeline(conn: &mut Conn, record: Uuid) -> Result<Vec<EventRow>, StoreError> {
    Ok(rows!(conn, EventRow, TIMELINE, record)?)
}

/// Events after `seq`, in order.
pub async fn page(conn: &mut Conn, after: i64, limit: i64) -> Result<Vec<EventRow>, StoreError> {
    Ok(rows!(conn, EventRow, PAGE, after, limit)?)
}

/// How far the ledger is written and sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Head {
    /// Number of the last event.
    pub events: i64,
    /// Number of the last seal.
    pub seal: i64,
    /// Last event under it.
    pub sealed_to: i64,
    /// When it was made, milliseconds of the business clock.
    pub sealed_at: Option<i64>,
    /// Its hash, which a printed report can carry.
    pub hash: String,
}

/// How far the ledger is written and sealed.
pub async fn head(conn: &mut Conn) -> Result<Head, StoreError> {
    let heads = row!(&mut *conn, (i64, i64, String, i64, i64), HEADS)?;
    let (events, seal) = heads.map_or((0, 0), |h| (h.0, h.1));
    let last = row!(conn, SealRow, SEALS, seal - 1, 1i64)?;
    Ok(last.map_or(Head { events, ..Head::default() }, |s| Head { events, seal: s.n, sealed_to: s.last_seq, sealed_at: Some(s.sealed_at), hash: s.hash }))
}

/// A fault found by [`verify`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Sequence number of the event, or of the first event of a broken seal.
    pub event: i64,
    /// What is wrong with it.
    pub what: String,
}

/// What [`verify`] found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// Events read.
    pub events: i64,
    /// Last event under a seal.
    pub sealed_to: i64,
    /// No fault.
    pub ok: bool,
    /// Faults, in order of events; at most 1,000 are listed.
    pub faults: Vec<Fault>,
}

const MOST_FAULTS: usize = 1_000;
const PAGE_ROWS: i64 = 5_000;

/// Recomputes every hash, chain and seal. Memory: one hash per record.
pub async fn verify(conn: &mut Conn) -> Result<Verification, StoreError> {
    let mut faults = Vec::new();
    let mut fault = |event: i64, what: String| if faults.len() < MOST_FAULTS { faults.push(Fault { event, what }); };
    let mut heads: HashMap<Uuid, (i64, String)> = HashMap::new();
    let mut seals = Vec::<SealRow>::new();
    let mut next_seal = 0usize;
    let (mut seal_n, mut seal_prev, mut sealed_to) = (0i64, GENESIS.to_owned(), 0i64);
    let mut in_seal: Vec<String> = Vec::new();
    let (mut events, mut seq) = (0i64, 0i64);
    loop {
        let batch = page(conn, seq, PAGE_ROWS).await?;
        if batch.is_empty() {
            break;
        }
        for e in batch {
            if e.seq != seq + 1 {
                fault(seq + 1, format!("dropped: {} to {} are missing", seq + 1, e.seq - 1));
            }
            events += 1;
            seq = e.seq;
            match e.sealed_text() {
                Ok(text) if sha256(text.as_bytes()) == e.hash => {}
                _ => fault(e.seq, "altered: the hash does not match".into()),
            }
            let (rev, prev) = heads.get(&e.record_id).cloned().unwrap_or_else(|| (0, GENESIS.to_owned()));
            if e.rev != rev + 1 {
                fault(e.seq, format!("dropped or reordered: event {} of its record follows {rev}", e.rev));
            } else if e.prev != prev {
                fault(e.seq, "altered or reordered: it does not follow the record's event before it".into());
            }
            heads.insert(e.record_id, (e.rev, e.hash.clone()));
            in_seal.push(e.hash);

            if next_seal == seals.len() {
                seals = rows!(&mut *conn, SealRow, SEALS, seal_n, PAGE_ROWS)?;
                next_seal = 0;
            }
            if let Some(s) = seals.get(next_seal)
                && s.last_seq <= seq
            {
                if s.n != seal_n + 1 || s.prev != seal_prev || s.first_seq != sealed_to + 1 {
                    fault(s.first_seq, format!("seal {} does not follow seal {seal_n}", s.n));
                }
                if seal_hash(&s.prev, s.n, s.first_seq, s.last_seq, s.sealed_at, &in_seal) != s.hash {
                    fault(s.first_seq, format!("seal {} over events {} to {} is broken: altered, dropped or reordered", s.n, s.first_seq, s.last_seq));
                }
                (seal_n, seal_prev, sealed_to) = (s.n, s.hash.clone(), s.last_seq);
                in_seal.clear();
                next_seal += 1;
            }
        }
    }
    // Seals beyond the last event: the ledger's end was cut off.
    let rest = rows!(&mut *conn, SealRow, SEALS, seal_n, PAGE_ROWS)?;
    if let Some(s) = rest.iter().find(|s| s.last_seq > seq) {
        fault(seq + 1, format!("dropped: seal {} speaks of events up to {}", s.n, s.last_seq));
    }
    if sealed_to < seq {
        fault(sealed_to + 1, format!("events {} to {seq} are under no seal", sealed_to + 1));
    }
    let ok = faults.is_empty();
    Ok(Verification { events, sealed_to, ok, faults })
}
