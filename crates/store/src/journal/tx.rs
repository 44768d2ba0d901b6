//! The transaction a job writes in, and what waits in it for the commit. It does not know what is written: slices add their
//! own statements, number their own records and keep notes of their own in it.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::journal::event::{EventRow, GENESIS};
use crate::journal::search::{FoundBy, Index};
use serde_json::Value as Json;
use std::any::Any;
use std::collections::HashMap;
use uuid::Uuid;
use yixian_domain::ids::{By, CommandId, WordsId};
use yixian_domain::time::Instant;

statements! {
    RECORD_HEAD = "SELECT rev, hash, kind FROM event WHERE record_id = $1 ORDER BY rev DESC LIMIT 1";
}

/// Words to be kept: their id, record, salt and text.
pub type WordsRow = (WordsId, Uuid, String, String);

/// The transaction a job writes in. Reading through it sees what it and the jobs before it in the
/// batch have written.
pub struct Tx {
    pub(crate) conn: Conn,
    pub(crate) seq: i64,
    pub(crate) seal_n: i64,
    pub(crate) seal_hash: String,
    /// The last number of each kind of record that this batch has numbered, by the text that asks for it.
    numbers: HashMap<&'static str, i64>,
    pub(crate) events: Vec<EventRow>,
    pub(crate) found_by: Vec<FoundBy>,
    pub(crate) words: Vec<WordsRow>,
    record_heads: HashMap<Uuid, RecordHead>,
    pub(crate) command: CommandId,
    pub(crate) recorded_at: Instant,
    pub(crate) late_after_ms: i64,
    /// Rows that the last event of their command will speak of: the table, the key, and what is said of it.
    pub(crate) rows: Vec<(&'static str, String, Json)>,
    /// Who asked, where a command says it.
    pub(crate) by: Option<By>,
    /// Events there were when the present command began.
    from: usize,
    /// What slices note for the rest of a job.
    notes: Vec<Box<dyn Any + Send>>,
    /// What slices keep between batches, and the end of the ledger with which it holds.
    kept: Vec<Box<dyn Any + Send>>,
    pub(crate) left_at: Option<i64>,
}

impl std::fmt::Debug for Tx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tx").field("seq", &self.seq).finish_non_exhaustive()
    }
}

/// Where a record's chain of events ends.
#[derive(Clone, Debug)]
pub(crate) struct RecordHead {
    pub rev: i64,
    pub hash: String,
    /// Of the record; none for one that has no event yet.
    pub kind: Option<String>,
}
columns!(RecordHead { rev, hash, kind });

impl RecordHead {
    /// The end of the chain that an event has lengthened.
    pub(crate) fn of(e: &EventRow) -> RecordHead {
        RecordHead { rev: e.rev, hash: e.hash.clone(), kind: Some(e.kind.clone()) }
    }
}

/// Where a job began.
#[derive(Default)]
pub(crate) struct Mark {
    seq: i64,
    pub(crate) events: usize,
    pub(crate) found_by: usize,
    words: usize,
}

impl Tx {
    pub(crate) fn new(conn: Conn, late_after_ms: i64) -> Tx {
        Tx {
            conn,
            seq: 0,
            seal_n: 0,
            seal_hash: String::new(),
            numbers: HashMap::new(),
            events: Vec::new(),
            found_by: Vec::new(),
            words: Vec::new(),
            record_heads: HashMap::new(),
            command: CommandId(Uuid::nil()),
            recorded_at: Instant(0),
            late_after_ms,
            rows: Vec::new(),
            by: None,
            from: 0,
            notes: Vec::new(),
            kept: Vec::new(),
            left_at: None,
        }
    }

    /// Forgets all that waits for a commit.
    pub(crate) fn forget(&mut self) {
        self.numbers.clear();
        self.events.clear();
        self.found_by.clear();
        self.words.clear();
        self.record_heads.clear();
        self.rows.clear();
    }

    /// Where the next job begins.
    pub(crate) fn mark(&mut self) -> Mark {
        self.notes.clear();
        self.rows.clear();
        (self.by, self.from) = (None, self.events.len());
        Mark { seq: self.seq, events: self.events.len(), found_by: self.found_by.len(), words: self.words.len() }
    }

    /// Forgets what a job has left that is not kept.
    pub(crate) fn back_to(&mut self, mark: &Mark) {
        self.seq = mark.seq;
        // What the jobs before it have numbered stands in their rows.
        self.numbers.clear();
        self.events.truncate(mark.events);
        self.found_by.truncate(mark.found_by);
        self.words.truncate(mark.words);
        self.rows.clear();
        self.record_heads.clear();
        self.forget_kept();
        for e in &self.events {
            self.record_heads.insert(e.record_id, RecordHead::of(e));
        }
    }

    /// The connection, for the store's own statements.
    pub fn conn(&mut self) -> &mut Conn {
        &mut self.conn
    }

    /// The next number of a kind of record; the text asks for the last one that is given. Every row that is numbered is
    /// written before the next number is asked for.
    pub(crate) async fn number(&mut self, last: &'static str) -> Result<i64, StoreError> {
        let given = match self.numbers.get(last) {
            Some(n) => *n,
            None => row!(&mut self.conn, (i64,), last)?.map_or(0, |r| r.0),
        };
        self.numbers.insert(last, given + 1);
        Ok(given + 1)
    }

    /// What a slice notes for the rest of the job; nobody else has its type.
    pub(crate) fn note<T: Default + Send + 'static>(&mut self) -> &mut T {
        own(&mut self.notes)
    }

    /// What a slice keeps until somebody else writes, or a job that may have read its own rows is undone; nobody else has
    /// its type. Whoever writes what it was read from has it forgotten.
    pub(crate) fn keep<T: Default + Send + 'static>(&mut self) -> &mut T {
        own(&mut self.kept)
    }

    /// Forgets what slices keep.
    pub(crate) fn forget_kept(&mut self) {
        self.kept.clear();
    }

    /// Makes record `n` findable by a text, replacing what it was findable by. Written when the batch commits: a
    /// job that refuses then has nothing to undo, and SQLite does not write its index down at a savepoint, in pieces.
    pub(crate) fn find_by(&mut self, index: &'static Index, n: i64, text: &str, new: bool) {
        self.found_by.push(FoundBy::new(index, n, text, new));
    }

    /// Where a record's chain ends, with what this batch has added.
    pub(crate) async fn record_head(&mut self, record: Uuid) -> Result<RecordHead, StoreError> {
        if let Some(head) = self.record_heads.get(&record) {
            return Ok(head.clone());
        }
        let head = row!(&mut self.conn, RecordHead, RECORD_HEAD, record)?;
        Ok(head.unwrap_or_else(|| RecordHead { rev: 0, hash: GENESIS.to_owned(), kind: None }))
    }

    /// A record's revision: how many events it has; 0 before it is made.
    pub async fn rev_of(&mut self, record: Uuid) -> Result<u32, StoreError> {
        Ok(u32::try_from(self.record_head(record).await?.rev).unwrap_or(u32::MAX))
    }

    /// Keeps in mind where a record's chain ends now.
    pub(crate) fn set_record_head(&mut self, record: Uuid, head: RecordHead) {
        self.record_heads.insert(record, head);
    }

    /// Takes an id for a new record. Ids of records come from phones and programs: one that is any record's already,
    /// of whatever kind, is refused.
    pub async fn claim(&mut self, record: Uuid) -> Result<(), StoreError> {
        let head = self.record_head(record).await?;
        if head.kind.is_some() {
            return Err(StoreError::IdTaken(record));
        }
        self.record_heads.insert(record, head);
        Ok(())
    }

    /// The command whose events follow, and when it was recorded.
    pub fn under(&mut self, command: CommandId, recorded_at: Instant) {
        // Each command's last event speaks of its rows. What cannot be told now is told at the end of the job.
        self.tell_rows(self.from).ok();
        self.from = self.events.len();
        self.command = command;
        self.recorded_at = recorded_at;
    }

    /// How late the latest of these instants is recorded, milliseconds; 0 within the time allowed.
    pub(crate) fn lateness(&self, happened: impl Iterator<Item = Instant>) -> i64 {
        let worst = happened.map(|at| self.recorded_at.0 - at.0).max().unwrap_or(0);
        if worst > self.late_after_ms { worst } else { 0 }
    }
}

/// The one of a type, made where there is none.
fn own<T: Default + Send + 'static>(all: &mut Vec<Box<dyn Any + Send>>) -> &mut T {
    let at = all.iter().position(|n| n.is::<T>()).unwrap_or_else(|| {
        all.push(Box::<T>::default());
        all.len() - 1
    });
    all[at].downcast_mut().expect("it was found by its type")
}
