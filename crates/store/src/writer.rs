//! One writer per node. Jobs queue up; whatever waits is run in one transaction, each job under
//! its own savepoint, sealed and committed once, and only then is anybody told "done": an
//! acknowledgement means durable. Under load a batch shares one flush to disk (group commit); at
//! rest a batch is one job. On PostgreSQL the same batches run under an advisory lock, so several
//! nodes keep one ledger.
//!
//! When a flush fails in a way that leaves doubt what is on disk, the writer stops for good
//! (PostgreSQL's lesson: a second fsync may lie). A full disk is not doubt: the batch is rolled
//! back and writing heals by itself.

use crate::db::{Conn, Db, StoreError};
use crate::ledger::{self, EventRow, GENESIS};
use crate::migrate::{self, migrate};
use futures::future::BoxFuture;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;
use yixian_domain::ids::CommandId;
use yixian_domain::time::Instant;

statements! {
    COMMAND = "SELECT sha, receipt FROM command WHERE id = $1";
    COMMAND_DONE = "INSERT INTO command (id, sha, actor, recorded_at, receipt) VALUES ($1, $2, $3, $4, $5)";
    META = "SELECT value FROM meta WHERE key = $1";
    META_SET = "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
}

/// Jobs that may share one commit.
const BATCH: usize = 256;
/// Jobs that may wait before callers have to.
const QUEUE: usize = 4_096;

/// A store: the database and its writer.
#[derive(Clone, Debug)]
pub struct Store {
    db: Db,
    jobs: mpsc::Sender<Box<dyn Job>>,
    halted: Arc<AtomicBool>,
}

/// The transaction a job writes in. Reading through it sees what it and the jobs before it in the
/// batch have written.
pub struct Tx {
    pub(crate) conn: Conn,
    pub(crate) seq: i64,
    pub(crate) seal_n: i64,
    pub(crate) seal_hash: String,
    pub(crate) matter_n: i64,
    pub(crate) visit_n: i64,
    pub(crate) events: Vec<EventRow>,
    pub(crate) record_heads: HashMap<Uuid, (i64, String)>,
    pub(crate) command: CommandId,
    pub(crate) recorded_at: Instant,
    pub(crate) late_after_ms: i64,
}

impl std::fmt::Debug for Tx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tx").field("seq", &self.seq).finish_non_exhaustive()
    }
}

trait Job: Send {
    /// Runs; true when what it wrote shall be committed.
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, bool>;
    /// The batch is durable, or was lost with this error.
    fn finish(self: Box<Self>, lost: Option<&str>, full: bool);
}

struct JobOf<F, T, E> {
    work: Option<F>,
    outcome: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Job for JobOf<F, T, E>
where
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, bool> {
        Box::pin(async move {
            let Some(work) = self.work.take() else { return false };
            let outcome = work(tx).await;
            let keep = outcome.is_ok();
            self.outcome = Some(outcome);
            keep
        })
    }

    fn finish(self: Box<Self>, lost: Option<&str>, full: bool) {
        let outcome = match (self.outcome, lost) {
            (Some(Err(e)), _) => Err(e),
            (Some(Ok(v)), None) => Ok(v),
            (_, Some(_)) if full => Err(StoreError::DiskFull.into()),
            (_, why) => Err(StoreError::Halted(why.unwrap_or("not run").to_owned()).into()),
        };
        self.reply.send(outcome).ok();
    }
}

impl Store {
    /// Migrates the database and starts its writer. `late_after_ms`: from how much later than it
    /// happened an event is flagged as a late entry.
    pub async fn open(db: Db, late_after_ms: i64) -> Result<Store, StoreError> {
        migrate(&db).await?;
        let (jobs, queue) = mpsc::channel(QUEUE);
        let halted = Arc::new(AtomicBool::new(false));
        let conn = db.writer().await?;
        tokio::spawn(write_loop(db.clone(), conn, queue, halted.clone(), late_after_ms));
        Ok(Store { db, jobs, halted })
    }

    /// The database, for reading.
    pub fn db(&self) -> &Db { &self.db }

    /// A connection for reading committed state.
    pub async fn read(&self) -> Result<Conn, StoreError> { self.db.read().await }

    /// Whether writing has stopped for good.
    pub fn halted(&self) -> bool { self.halted.load(Ordering::Relaxed) }

    /// How many jobs wait.
    pub fn waiting(&self) -> usize { QUEUE - self.jobs.capacity() }

    /// Runs a job in the next batch; returns when it is durable, or with the job's own error when
    /// it refused, in which case nothing of it is kept.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let stopped = || StoreError::Halted("the writer is gone".into());
        let (reply, answer) = oneshot::channel();
        let job = JobOf { work: Some(work), outcome: None, reply };
        self.jobs.send(Box::new(job)).await.map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())?
    }
}

async fn write_loop(db: Db, conn: Conn, mut queue: mpsc::Receiver<Box<dyn Job>>, halted: Arc<AtomicBool>, late_after_ms: i64) {
    let mut tx = Tx {
        conn, seq: 0, seal_n: 0, seal_hash: String::new(), matter_n: 0, visit_n: 0, events: Vec::new(),
        record_heads: HashMap::new(), command: CommandId(Uuid::nil()), recorded_at: Instant(0), late_after_ms,
    };
    let mut batch: Vec<Box<dyn Job>> = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut batch, BATCH).await > 0 {
        let result = if halted.load(Ordering::Relaxed) {
            Err(StoreError::Halted("an earlier flush to disk failed".into()))
        } else {
            tx.commit_batch(&mut batch).await
        };
        if let Err(e) = result {
            let full = matches!(&e, StoreError::Sql(s) if StoreError::is_disk_full(s));
            let why = e.to_string();
            migrate::run(&mut tx.conn, "ROLLBACK").await.ok();
            tx.events.clear();
            if is_flush_failure(&e) {
                tracing::error!(error = %why, "a flush to disk failed; writing stops");
                halted.store(true, Ordering::Relaxed);
            } else if !full {
                tracing::warn!(error = %why, "a batch was lost");
                if let Ok(fresh) = db.writer_again(&tx.conn).await {
                    if let Some(fresh) = fresh { tx.conn = fresh; }
                }
            }
            for job in batch.drain(..) { job.finish(Some(&why), full); }
        } else {
            for job in batch.drain(..) { job.finish(None, false); }
        }
    }
}

impl Db {
    /// PostgreSQL may have restarted: a fresh connection for the writer. SQLite has only one.
    async fn writer_again(&self, old: &Conn) -> Result<Option<Conn>, StoreError> {
        match old {
            Conn::Sqlite(_) => Ok(None),
            Conn::Postgres(_) => Ok(Some(self.writer().await?)),
        }
    }
}

/// SQLite's I/O errors (10 and its extended codes) at commit leave doubt what is on disk.
fn is_flush_failure(e: &StoreError) -> bool {
    match e {
        StoreError::Sql(sqlx::Error::Database(d)) => d.code().and_then(|c| c.parse::<i32>().ok()).is_some_and(|c| c & 0xff == 10),
        _ => false,
    }
}

impl Tx {
    async fn commit_batch(&mut self, batch: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
        migrate::begin(&mut self.conn).await?;
        let heads = row!(&mut self.conn, (i64, i64, String, i64, i64), ledger::HEADS)?
            .ok_or_else(|| StoreError::corrupt("ledger", "no heads"))?;
        (self.seq, self.seal_n, self.seal_hash, self.matter_n, self.visit_n) = heads;
        if self.seal_hash.is_empty() {
            GENESIS.clone_into(&mut self.seal_hash);
        }
        self.record_heads.clear();
        let alone = batch.len() == 1;
        for job in batch.iter_mut() {
            if !alone {
                migrate::run(&mut self.conn, "SAVEPOINT job").await?;
            }
            let (seq, events, matter_n, visit_n) = (self.seq, self.events.len(), self.matter_n, self.visit_n);
            let keep = job.run(self).await;
            if !keep {
                (self.seq, self.matter_n, self.visit_n) = (seq, matter_n, visit_n);
                self.events.truncate(events);
                self.record_heads.clear();
                for e in &self.events {
                    self.record_heads.insert(e.record_id, (e.rev, e.hash.clone()));
                }
                if alone {
                    return migrate::run(&mut self.conn, "ROLLBACK").await;
                }
                migrate::run(&mut self.conn, "ROLLBACK TO SAVEPOINT job").await?;
            }
            if !alone {
                migrate::run(&mut self.conn, "RELEASE SAVEPOINT job").await?;
            }
        }
        self.flush_events().await?;
        migrate::run(&mut self.conn, "COMMIT").await
    }

    /// The connection, for the store's own statements.
    pub fn conn(&mut self) -> &mut Conn { &mut self.conn }

    /// What an earlier command with this id left: the hash of its content and its receipt.
    pub async fn receipt(&mut self, id: CommandId) -> Result<Option<(String, String)>, StoreError> {
        Ok(row!(&mut self.conn, (String, String), COMMAND, id.0)?)
    }

    /// Notes that the command was carried out.
    pub async fn carried_out(&mut self, sha: &str, actor: &str, receipt: &str) -> Result<(), StoreError> {
        exec!(&mut self.conn, COMMAND_DONE, self.command.0, sha, actor, self.recorded_at.0, receipt)?;
        Ok(())
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
