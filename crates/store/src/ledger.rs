//! The ledger: audit trail, job queue and process-mining log at once. Every event is hashed over
//! its canonical JSON (RFC 8785 for what we use: sorted ASCII keys, whole numbers, no white space)
//! together with the hash of the record's event before it; every commit batch is sealed over the
//! hashes of its events and the seal before it. [`verify`] recomputes everything and names the
//! event that was altered, dropped or reordered. `docs/ledger.md` gives the format so that
//! anybody can write another verifier; one in Python lies under `tools/`.

pub use crate::canonical::canonical;
use crate::db::Conn;
use crate::error::StoreError;
use crate::value::Value;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use uuid::Uuid;
use yixian_domain::ids::{By, CommandId};
use yixian_domain::time::Instant;

/// The hash before the first event of a record and before the first seal.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Which kind of record an event belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum RecordKind {
    Matter,
    Visit,
    Unit,
    Person,
    Place,
    Policy,
    Plan,
}

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
            RecordKind::Plan => "plan",
        }
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

statements! {
    EVENT_1 = "INSERT INTO event (seq, kind, record_id, rev, code, happened_at, recorded_at, late, actor, command_id, body, prev, hash, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    EVENT_8 = "INSERT INTO event (seq, kind, record_id, rev, code, happened_at, recorded_at, late, actor, command_id, body, prev, hash, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14), ($15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28), ($29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42), ($43, $44, $45, $46, $47, $48, $49, $50, $51, $52, $53, $54, $55, $56), ($57, $58, $59, $60, $61, $62, $63, $64, $65, $66, $67, $68, $69, $70), ($71, $72, $73, $74, $75, $76, $77, $78, $79, $80, $81, $82, $83, $84), ($85, $86, $87, $88, $89, $90, $91, $92, $93, $94, $95, $96, $97, $98), ($99, $100, $101, $102, $103, $104, $105, $106, $107, $108, $109, $110, $111, $112)";
    SEAL = "INSERT INTO seal (n, first_seq, last_seq, sealed_at, prev, hash) VALUES ($1, $2, $3, $4, $5, $6)";
    HEADS = "SELECT COALESCE((SELECT MAX(seq) FROM event), 0), COALESCE((SELECT MAX(n) FROM seal), 0), COALESCE((SELECT hash FROM seal ORDER BY n DESC LIMIT 1), ''), COALESCE((SELECT MAX(n) FROM matter), 0), COALESCE((SELECT MAX(n) FROM visit), 0)";
    RECORD_HEAD = "SELECT rev, hash FROM event WHERE record_id = $1 ORDER BY rev DESC LIMIT 1";
    TIMELINE = "SELECT seq, kind, record_id, rev, code, happened_at, recorded_at, late, actor, command_id, body, prev, hash, version FROM event WHERE record_id = $1 ORDER BY rev";
    PAGE = "SELECT seq, kind, record_id, rev, code, happened_at, recorded_at, late, actor, command_id, body, prev, hash, version FROM event WHERE seq > $1 ORDER BY seq LIMIT $2";
    SEALS = "SELECT n, first_seq, last_seq, sealed_at, prev, hash FROM seal WHERE n > $1 ORDER BY n LIMIT $2";
}

/// Hex SHA-256.
pub fn sha256(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from(b"0123456789abcdef"[usize::from(half)]);
    Sha256::digest(bytes).iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]).collect()
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
    fn body_is_canonical(&self) -> bool {
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

impl crate::Tx {
    /// Appends an event. It is numbered, chained and hashed now and written when the batch commits.
    pub async fn append(&mut self, e: NewEvent) -> Result<(), StoreError> {
        if self.command.0.is_nil() {
            return Err(StoreError::corrupt("event", "it belongs to no command"));
        }
        let (rev, prev) = if let Some(head) = self.record_heads.get(&e.record) {
            head.clone()
        } else {
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
            version: e.version,
        };
        event.hash = sha256(event.sealed_text().as_bytes());
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
        // Two texts of fixed size, so that both stay prepared.
        for chunk in events.chunks(8) {
            if chunk.len() == 8 {
                put_events(&mut self.conn, EVENT_8, chunk).await?;
            } else {
                for e in chunk {
                    put_events(&mut self.conn, EVENT_1, std::slice::from_ref(e)).await?;
                }
            }
        }
        self.seal_n += 1;
        let hash = seal_hash(&self.seal_hash, self.seal_n, first, last, at, events.iter().map(|e| &e.hash));
        exec!(&mut self.conn, SEAL, self.seal_n, first, last, at, &self.seal_hash, &hash)?;
        self.seal_hash = hash;
        Ok(())
    }
}

async fn put_events(conn: &mut Conn, sql: &'static str, events: &[EventRow]) -> Result<(), StoreError> {
    let values: Vec<Value<'_>> = events
        .iter()
        .flat_map(|e| {
            values![
                e.seq,
                e.kind,
                e.record_id,
                e.rev,
                e.code,
                e.happened_at,
                e.recorded_at,
                e.late,
                e.actor,
                e.command_id,
                e.body,
                e.prev,
                e.hash,
                e.version
            ]
        })
        .collect();
    conn.execute(sql, &values).await.map(drop)
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
    Ok(last.map_or(Head { events, ..Head::default() }, |s| Head {
        events,
        seal: s.n,
        sealed_to: s.last_seq,
        sealed_at: Some(s.sealed_at),
        hash: s.hash,
    }))
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

/// How many faults are listed.
pub(crate) const MOST_FAULTS: usize = 1_000;
const PAGE_ROWS: i64 = 5_000;

/// Reads events and seals in order, wherever they come from, and recomputes every hash, chain and
/// seal. Memory: one hash per record.
#[derive(Debug)]
pub struct Verifier {
    faults: Vec<Fault>,
    heads: HashMap<Uuid, (i64, String)>,
    events: i64,
    seq: i64,
    /// The seal being filled.
    seal: Option<SealRow>,
    seal_n: i64,
    seal_hash: String,
    sealed_to: i64,
    in_seal: Vec<String>,
}

impl Default for Verifier {
    fn default() -> Self {
        Verifier {
            faults: Vec::new(),
            heads: HashMap::new(),
            events: 0,
            seq: 0,
            seal: None,
            seal_n: 0,
            seal_hash: GENESIS.to_owned(),
            sealed_to: 0,
            in_seal: Vec::new(),
        }
    }
}

impl Verifier {
    fn fault(&mut self, event: i64, what: String) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(Fault { event, what });
        }
    }

    /// Whether the next event wants the next seal first, if there is one.
    pub fn wants_seal(&self) -> bool {
        self.seal.is_none()
    }

    /// The next seal.
    pub fn seal(&mut self, s: SealRow) {
        if s.n != self.seal_n + 1
            || s.prev != self.seal_hash
            || s.first_seq != self.sealed_to + 1
            || s.last_seq < s.first_seq
        {
            let what = format!("seal {} does not follow seal {}", s.n, self.seal_n);
            self.fault(s.first_seq, what);
        }
        self.seal = Some(s);
    }

    /// The next event. Gives true when another seal is wanted before it can be taken in: feed one
    /// by [`Verifier::seal`], or say there is none by `last_seal`, and give the event again.
    pub fn event(&mut self, e: &EventRow, last_seal: bool) -> bool {
        while self.seal.as_ref().is_some_and(|s| s.last_seq < e.seq) {
            self.end_seal();
        }
        if self.seal.is_none() && !last_seal {
            return true;
        }
        if e.seq != self.seq + 1 {
            let what = format!("dropped: {} to {} are missing", self.seq + 1, e.seq - 1);
            self.fault(self.seq + 1, what);
        }
        self.events += 1;
        self.seq = e.seq;
        if sha256(e.sealed_text().as_bytes()) != e.hash {
            self.fault(e.seq, "altered: the hash does not match".into());
        } else if !e.body_is_canonical() {
            self.fault(e.seq, "altered: the body is not canonical JSON".into());
        }
        let (rev, prev) = self.heads.remove(&e.record_id).unwrap_or_else(|| (0, GENESIS.to_owned()));
        if e.rev != rev + 1 {
            self.fault(e.seq, format!("dropped or reordered: event {} of its record follows {rev}", e.rev));
        } else if e.prev != prev {
            self.fault(e.seq, "altered or reordered: it does not follow the record's event before it".into());
        }
        self.heads.insert(e.record_id, (e.rev, e.hash.clone()));
        self.in_seal.push(e.hash.clone());
        if self.seal.as_ref().is_some_and(|s| s.last_seq == e.seq) {
            self.end_seal();
        }
        false
    }

    fn end_seal(&mut self) {
        let Some(s) = self.seal.take() else { return };
        if seal_hash(&s.prev, s.n, s.first_seq, s.last_seq, s.sealed_at, &self.in_seal) != s.hash {
            let what = format!(
                "seal {} over events {} to {} is broken: altered, dropped or reordered",
                s.n, s.first_seq, s.last_seq
            );
            self.fault(s.first_seq, what);
        }
        self.in_seal.clear();
        (self.seal_n, self.seal_hash, self.sealed_to) = (s.n, s.hash, s.last_seq);
    }

    /// The end of both. `more`: a seal that was not fed yet, if there is one.
    pub fn finish(mut self, more: Option<SealRow>) -> Verification {
        let beyond = self.seal.take().or(more);
        if let Some(s) = &beyond
            && s.last_seq > self.seq
        {
            // The ledger's end was cut off.
            let what = format!("dropped: seal {} speaks of events up to {}", s.n, s.last_seq);
            self.fault(self.seq + 1, what);
        } else if let Some(s) = &beyond {
            let what = format!("seal {} does not follow seal {}", s.n, self.seal_n);
            self.fault(s.first_seq, what);
        }
        if beyond.is_none() && self.sealed_to < self.seq {
            let what = format!("events {} to {} are under no seal", self.sealed_to + 1, self.seq);
            self.fault(self.sealed_to + 1, what);
        }
        self.faults.sort_by_key(|f| f.event);
        Verification { events: self.events, sealed_to: self.sealed_to, ok: self.faults.is_empty(), faults: self.faults }
    }

    /// Number and hash of the last seal read to its end.
    pub fn head(&self) -> (i64, String) {
        (self.seal_n, self.seal_hash.clone())
    }
}

/// Verifies what the database holds. One consistent view: on a database that is written to
/// meanwhile, begin a reading transaction first.
pub async fn verify(conn: &mut Conn) -> Result<Verification, StoreError> {
    verify_to_head(conn).await.map(|v| v.0)
}

/// Verifies what the database holds; gives number and hash of the last seal too.
pub async fn verify_to_head(conn: &mut Conn) -> Result<(Verification, (i64, String)), StoreError> {
    let mut verifier = Verifier::default();
    let mut seals = std::collections::VecDeque::<SealRow>::new();
    let (mut seal_n, mut last_seal) = (0, false);
    let mut seq = 0;
    loop {
        let events = page(conn, seq, PAGE_ROWS).await?;
        let Some(last) = events.last() else { break };
        seq = last.seq;
        for e in &events {
            while verifier.event(e, last_seal) {
                if seals.is_empty() {
                    seals.extend(self::seals(conn, seal_n, PAGE_ROWS).await?);
                }
                match seals.pop_front() {
                    Some(s) => {
                        seal_n = s.n;
                        verifier.seal(s);
                    }
                    None => last_seal = true,
                }
            }
        }
    }
    if seals.is_empty() {
        seals.extend(self::seals(conn, seal_n, 1).await?);
    }
    let head = verifier.head();
    Ok((verifier.finish(seals.pop_front()), head))
}

/// Seals after `n`, in order.
pub async fn seals(conn: &mut Conn, after: i64, limit: i64) -> Result<Vec<SealRow>, StoreError> {
    Ok(rows!(conn, SealRow, SEALS, after, limit)?)
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
