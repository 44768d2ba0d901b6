//! The ledger as its page shows it, whether it is whole, and whether the store answers. Does not know how events are
//! written, chained or sealed.

use crate::App;
use crate::frame::error::AppError;
use uuid::Uuid;
use yixian_domain::access::Actor;
use yixian_domain::ids::By;
use yixian_domain::time::Instant;
use yixian_store::ledger::{self as table, EventRow};

/// How far the ledger is written and sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedgerHead {
    /// Number of the last event.
    pub events: i64,
    /// Number of the last seal.
    pub seal: i64,
    /// Last event under it.
    pub sealed_to: i64,
    /// When it was made.
    pub sealed_at: Option<Instant>,
    /// Its hash, which a printed report can carry.
    pub hash: String,
}

impl From<table::Head> for LedgerHead {
    fn from(h: table::Head) -> Self {
        LedgerHead {
            events: h.events,
            seal: h.seal,
            sealed_to: h.sealed_to,
            sealed_at: h.sealed_at.map(Instant),
            hash: h.hash,
        }
    }
}

/// An event of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerEvent {
    /// Its number.
    pub seq: i64,
    /// Kind of the record, as keyed in the catalogues.
    pub kind: String,
    /// The record.
    pub record: Uuid,
    /// What happened, as keyed in the catalogues.
    pub code: String,
    /// When.
    pub happened: Instant,
    /// When it was recorded.
    pub recorded: Instant,
    /// It was recorded long after it happened.
    pub late: bool,
    /// Who; none where the stored text names nobody that this version knows.
    pub by: Option<By>,
    /// Its hash.
    pub hash: String,
}

impl From<EventRow> for LedgerEvent {
    fn from(e: EventRow) -> Self {
        LedgerEvent {
            seq: e.seq,
            kind: e.kind,
            record: e.record_id,
            code: e.code,
            happened: Instant(e.happened_at),
            recorded: Instant(e.recorded_at),
            late: e.late,
            by: table::actor_from(&e.actor),
            hash: e.hash,
        }
    }
}

/// The newest of the ledger.
#[derive(Clone, Debug)]
pub struct LedgerList {
    /// How far it is written and sealed.
    pub head: LedgerHead,
    /// Events, newest first.
    pub events: Vec<LedgerEvent>,
}

/// A fault of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerFault {
    /// Number of the event, or of the first event of a broken seal.
    pub event: i64,
    /// What is wrong with it.
    pub what: String,
}

/// Whether the ledger is whole, and the rows follow from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Events read.
    pub events: i64,
    /// Last event under a seal.
    pub sealed_to: i64,
    /// No fault.
    pub ok: bool,
    /// Faults, in order of events.
    pub faults: Vec<LedgerFault>,
}

impl From<table::Verification> for Checked {
    fn from(v: table::Verification) -> Self {
        Checked {
            events: v.events,
            sealed_to: v.sealed_to,
            ok: v.ok,
            faults: v.faults.into_iter().map(|f| LedgerFault { event: f.event, what: f.what }).collect(),
        }
    }
}

/// SHA-256 in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    table::sha256(bytes)
}

/// Whether the store answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Health {
    /// It can be read.
    pub reads: bool,
    /// It can be written to.
    pub writes: bool,
    /// Jobs that wait to be written.
    pub waiting: usize,
}

impl Health {
    /// Nothing is wrong.
    pub fn good(self) -> bool {
        self.reads && self.writes
    }
}

impl App {
    /// The ledger's events before one, newest first, with how far it is sealed.
    pub async fn ledger_list(&self, actor: &Actor, before: Option<i64>, limit: i64) -> Result<LedgerList, AppError> {
        let page = self.ledger_page(actor, before, limit).await?;
        Ok(LedgerList { head: page.head.into(), events: page.events.into_iter().map(LedgerEvent::from).collect() })
    }

    /// Recomputes the ledger for somebody who may.
    pub async fn ledger_check(&self, actor: &Actor) -> Result<Checked, AppError> {
        Ok(self.audit(actor).await?.into())
    }

    /// Whether the database can be read now.
    pub async fn reads(&self) -> bool {
        self.store().read().await.is_ok()
    }

    /// Whether writing has not stopped for good.
    pub fn writes(&self) -> bool {
        !self.store().halted()
    }

    /// Jobs that wait to be written.
    pub fn waiting(&self) -> usize {
        self.store().waiting()
    }

    /// Whether the store answers.
    pub async fn health(&self) -> Health {
        Health { reads: self.reads().await, writes: self.writes(), waiting: self.waiting() }
    }
}
