//! Recomputes every hash, chain and seal of a ledger and names the event that was altered, dropped or reordered. It does not
//! know what events mean, nor whether rows still follow from them: that is [`crate::journal::replay`].

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::journal::event::{EventRow, GENESIS, SealRow, seal_hash, sha256};
use crate::journal::ledger::{page, seals};
use serde::Serialize;
use std::collections::HashMap;
use uuid::Uuid;

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

/// What was found, by event.
#[derive(Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    /// In the order of events.
    pub(crate) fn sorted(mut self) -> Vec<Fault> {
        self.0.sort_by_key(|f| f.event);
        self.0
    }

    pub(crate) fn add(&mut self, event: i64, what: String) {
        if self.0.len() < MOST_FAULTS {
            self.0.push(Fault { event, what });
        }
    }
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
    let mut waiting = std::collections::VecDeque::<SealRow>::new();
    let (mut seal_n, mut last_seal) = (0, false);
    let mut seq = 0;
    loop {
        let events = page(conn, seq, PAGE_ROWS).await?;
        let Some(last) = events.last() else { break };
        seq = last.seq;
        for e in &events {
            while verifier.event(e, last_seal) {
                if waiting.is_empty() {
                    waiting.extend(seals(conn, seal_n, PAGE_ROWS).await?);
                }
                match waiting.pop_front() {
                    Some(s) => {
                        seal_n = s.n;
                        verifier.seal(s);
                    }
                    None => last_seal = true,
                }
            }
        }
    }
    if waiting.is_empty() {
        waiting.extend(seals(conn, seal_n, 1).await?);
    }
    let head = verifier.head();
    Ok((verifier.finish(waiting.pop_front()), head))
}
