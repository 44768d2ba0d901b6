//! One writer per node. Jobs queue up; whatever waits is run in one transaction, sealed and
//! committed once, and only then is anybody told "done": an acknowledgement means durable. Under
//! load a batch shares one flush to disk (group commit); at rest a batch is one job. On PostgreSQL
//! the same batches run under an advisory lock, so several nodes keep one ledger.
//!
//! A job that refuses, fails or panics leaves nothing behind and takes nobody with it. Jobs load and
//! decide before they write, so that one that refuses has hardly ever written. Should it have, its
//! batch is rolled back and run again with a savepoint around each job: what a savepoint would go
//! back to costs SQLite a copy of every page, and is not kept just in case. Should what the jobs of a
//! batch leave for its end (words, events, what search finds) not be taken by the database, it is run
//! again with each job's share written within its savepoint, so that the one whose share it is is
//! refused and named, and the others are not. When the
//! batch itself is lost (the server went away, another process held the file too long), everybody
//! in it is told so and may send again; the id of his command keeps that harmless. When a flush
//! fails in a way that leaves doubt what is on disk, the writer stops for good (PostgreSQL's lesson:
//! a second fsync may lie). A full disk is not doubt: the batch is rolled back and writing heals by
//! itself.

use crate::engine::db::{Conn, Db, Engine};
use crate::engine::error::StoreError;
use crate::engine::held::Hold;
use crate::engine::migrate::{self, migrate};
use crate::journal::event::GENESIS;
use crate::journal::ledger;
use crate::journal::search;
use crate::journal::tx::{Mark, Tx};
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;
use yixian_domain::ids::CommandId;
use yixian_domain::time::Instant;

/// Jobs that may share one commit.
const BATCH: usize = 256;
/// Jobs that may wait before callers have to.
const QUEUE: usize = 4_096;

/// How long a job may wait for its turn. Longer, and the store has too much to do or is away: whoever sent it is told so
/// while he still looks at his screen, and nothing of it is done behind his back.
const TURN: Duration = Duration::from_secs(2);

/// So many jobs share a flush well enough not to wait for more.
const ENOUGH: usize = 16;
/// How long a batch waits at most for those who shared the flush before.
const PATIENCE: Duration = Duration::from_millis(2);
/// On a disk that flushes faster than this nobody waits: while this writer runs a batch of some, the doors take in what the others send.
const FAST: Duration = Duration::from_millis(3);

/// A store: the database and its writer.
#[derive(Clone, Debug)]
pub struct Store {
    db: Db,
    queue: mpsc::Sender<Message>,
    halted: Arc<AtomicBool>,
}

enum Message {
    Job(Box<dyn Job>),
    /// Carry out what waits, let go of the database, then drop this.
    Stop(oneshot::Sender<()>),
}

/// Why a whole batch was lost.
#[derive(Clone, Debug)]
enum Loss {
    Full,
    Halted(String),
    Lost(String),
}

impl Loss {
    fn of(e: StoreError) -> Loss {
        match e {
            StoreError::DiskFull => Loss::Full,
            StoreError::Halted(why) => Loss::Halted(why),
            StoreError::Lost(why) => Loss::Lost(why),
            e => Loss::Lost(e.to_string()),
        }
    }
    fn error(self) -> StoreError {
        match self {
            Loss::Full => StoreError::DiskFull,
            Loss::Halted(why) => StoreError::Halted(why),
            Loss::Lost(why) => StoreError::Lost(why),
        }
    }
}

/// Where a job is. It is begun or given up, never both.
#[derive(Debug, Default)]
struct Turn(AtomicU8);

impl Turn {
    const WAITING: u8 = 0;
    const BEGUN: u8 = 1;
    const GIVEN_UP: u8 = 2;

    fn takes(&self, to: u8) -> bool {
        match self.0.compare_exchange(Turn::WAITING, to, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => true,
            Err(now) => now == to,
        }
    }
}

trait Job: Send {
    /// Its turn has come; false when nobody waits for it any more.
    fn begins(&self) -> bool;
    /// Runs; true when what it wrote shall be committed.
    /// May be run again in a transaction that knows nothing of the first time.
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> LocalBoxFuture<'t, bool>;
    /// What it wrote could not be kept after all.
    fn spoil(&mut self, why: StoreError);
    /// The batch is durable, or was lost.
    fn finish(self: Box<Self>, loss: Option<&Loss>);
}

struct JobOf<F, T, E> {
    work: F,
    turn: Arc<Turn>,
    outcome: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Job for JobOf<F, T, E>
where
    F: AsyncFn(&mut Tx) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn begins(&self) -> bool {
        self.turn.takes(Turn::BEGUN)
    }

    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> LocalBoxFuture<'t, bool> {
        Box::pin(async move {
            // A bug in one use case must not end writing for everybody.
            let outcome = AssertUnwindSafe(async { (self.work)(tx).await })
                .catch_unwind()
                .await
                .unwrap_or_else(|panic| Err(StoreError::Panicked(panic_text(panic.as_ref())).into()));
            let keep = outcome.is_ok();
            self.outcome = Some(outcome);
            keep
        })
    }

    fn spoil(&mut self, why: StoreError) {
        self.outcome = Some(Err(why.into()));
    }

    fn finish(self: Box<Self>, loss: Option<&Loss>) {
        let JobOf { work, outcome, reply, .. } = *self;
        // Whatever it holds is let go before anybody acts on the answer.
        drop(work);
        let outcome = match (outcome, loss) {
            (Some(Err(e)), _) => Err(e),
            (Some(Ok(v)), None) => Ok(v),
            (_, Some(loss)) => Err(loss.clone().error().into()),
            (None, None) => Err(StoreError::Lost("not run".to_owned()).into()),
        };
        reply.send(outcome).ok();
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text =
        panic.downcast_ref::<&str>().map(|s| (*s).to_owned()).or_else(|| panic.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "no message".to_owned())
}

impl Store {
    /// Migrates the database and starts its writer. `late_after_ms`: from how much later than it
    /// happened an event is flagged as a late entry.
    pub async fn open(db: Db, late_after_ms: i64) -> Result<Store, StoreError> {
        migrate(&db).await?;
        let (queue, waiting) = mpsc::channel(QUEUE);
        let halted = Arc::new(AtomicBool::new(false));
        let writer = Writer {
            db: db.clone(),
            tx: Tx::new(db.writer().await?, late_after_ms),
            stale: false,
            flush: Duration::ZERO,
            halted: halted.clone(),
        };
        // On a thread of its own: SQLite waits for the disk on it, which tokio's must not, and jobs need not be `Send`.
        let runtime = tokio::runtime::Handle::current();
        std::thread::Builder::new().name("writer".into()).spawn(move || runtime.block_on(writer.run(waiting)))?;
        Ok(Store { db, queue, halted })
    }

    /// The database, for reading.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// A connection for reading committed state. Whoever holds one passes it on and asks for no second.
    pub async fn read(&self) -> Result<Conn, StoreError> {
        self.db.read().await
    }

    /// Whether writing has stopped for good.
    pub fn halted(&self) -> bool {
        self.halted.load(Ordering::Relaxed)
    }

    /// How many jobs wait.
    pub fn waiting(&self) -> usize {
        QUEUE - self.queue.capacity()
    }

    /// Carries out what waits, takes nothing more, and closes the database.
    pub async fn close(&self) {
        // The writer holds a connection, and closing waits for all of them: it has to end first.
        let (let_go, is_let_go) = oneshot::channel();
        if self.queue.send(Message::Stop(let_go)).await.is_ok() {
            // Nothing is sent: it is dropped when the connection is.
            is_let_go.await.ok();
        }
        self.db.close().await;
    }

    /// Runs a job in the next batch; returns when it is durable, or with the job's own error when
    /// it refused, in which case nothing of it is kept; [`StoreError::Busy`] when its turn does not come. It may be run twice, so that what it does
    /// outside the transaction has to be harmless. Dropping the future does not take a job back
    /// that is already in the queue.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFn(&mut Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let stopped = || StoreError::Halted("the store is closed".into());
        let (reply, answer) = oneshot::channel();
        let turn = Arc::<Turn>::default();
        let job = JobOf { work, turn: turn.clone(), outcome: None, reply };
        let late = tokio::time::sleep(TURN);
        tokio::pin!(late, answer);
        tokio::select! {
            sent = self.queue.send(Message::Job(Box::new(job))) => sent.map_err(|_| stopped())?,
            () = &mut late => return Err(StoreError::Busy.into()),
        }
        tokio::select! {
            answer = &mut answer => return answer.map_err(|_| stopped())?,
            () = &mut late => if turn.takes(Turn::GIVEN_UP) { return Err(StoreError::Busy.into()) },
        }
        answer.await.map_err(|_| stopped())?
    }
}

/// How far the jobs of a batch are kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Apart {
    /// Not at all: none has written when it refuses.
    Not,
    /// Each can be undone by itself.
    Undone,
    /// And each writes by itself what else waits for the end of the batch.
    Written,
}

struct Writer {
    db: Db,
    tx: Tx,
    /// The connection may be dead or in the middle of something.
    stale: bool,
    /// What the last flush took.
    flush: Duration,
    halted: Arc<AtomicBool>,
}

impl Writer {
    async fn run(mut self, mut queue: mpsc::Receiver<Message>) {
        // Jobs read through the writer's connection: one that asks for another waits for those who wait for it.
        let _held = Hold::begin();
        let mut waiting: Vec<Message> = Vec::with_capacity(BATCH);
        let mut expected = 1;
        let mut told_to_stop = Vec::new();
        while queue.recv_many(&mut waiting, BATCH).await > 0 {
            // Whoever was just answered may have more to write. Without waiting for him, half of
            // the writers would always miss the flush of the other half.
            if self.flush < FAST {
                expected = 0;
            }
            let rest = async {
                while waiting.len() < expected {
                    let room = BATCH - waiting.len();
                    if queue.recv_many(&mut waiting, room).await == 0 {
                        break;
                    }
                }
            };
            tokio::time::timeout(PATIENCE, rest).await.ok();
            let mut batch: Vec<Box<dyn Job>> = Vec::with_capacity(waiting.len());
            for message in waiting.drain(..) {
                match message {
                    Message::Job(job) => batch.push(job),
                    Message::Stop(let_go) => {
                        queue.close();
                        told_to_stop.push(let_go);
                    }
                }
            }
            if batch.is_empty() {
                continue;
            }
            let loss = self.carry_out(&mut batch).await.err().map(Loss::of);
            // As many as write at present: those of this batch, and those who came while it ran.
            expected = (batch.len() + queue.len()).min(ENOUGH);
            for job in batch {
                job.finish(loss.as_ref());
            }
        }
        // Where a table has grown much since its rows were last counted, the next start has better plans.
        if !self.halted.load(Ordering::Relaxed)
            && let Err(e) = self.tx.analyze("PRAGMA optimize").await
        {
            tracing::warn!(error = %e, "the tables were not counted anew");
        }
        // Closing waits until the connection is back with its pool.
        let Writer { tx, .. } = self;
        drop(tx);
        drop(told_to_stop);
    }

    async fn carry_out(&mut self, batch: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
        if self.halted.load(Ordering::Relaxed) {
            return Err(StoreError::Halted("an earlier flush to disk failed".into()));
        }
        // One that refuses alone takes nothing with it.
        let first = if self.tx.conn.changes().is_none() && batch.len() > 1 { Apart::Undone } else { Apart::Not };
        let mut done = self.try_to(batch, first).await;
        if matches!(done, Ok(None)) {
            done = self.try_to(batch, Apart::Undone).await;
        }
        if let Err(e) = &done
            && e.is_of_what_was_written()
        {
            tracing::warn!(error = %e, jobs = batch.len(), "a batch is written again, job by job");
            done = self.try_to(batch, Apart::Written).await;
        }
        let e = match done {
            Ok(flush) => {
                self.flush = flush.unwrap_or_default();
                return Ok(());
            }
            Err(e) => e,
        };
        // Whatever went wrong on PostgreSQL, a fresh connection is in a known state.
        self.stale = self.tx.conn.engine() == Engine::Postgres;
        if is_flush_failure(&e) {
            tracing::error!(error = %e, "a flush to disk failed; writing stops");
            self.halted.store(true, Ordering::Relaxed);
            return Err(StoreError::Halted(e.to_string()));
        }
        tracing::warn!(error = %e, jobs = batch.len(), "a batch was lost");
        Err(e)
    }

    /// Runs a batch in a transaction; what its flush took. Nothing of it is left when a job that was not undone
    /// would have to be (`None`), or when it fails.
    async fn try_to(&mut self, batch: &mut [Box<dyn Job>], apart: Apart) -> Result<Option<Duration>, StoreError> {
        let done = match self.begin().await {
            Ok(()) => self.tx.commit_batch(batch, apart).await,
            Err(e) => Err(e),
        };
        if !matches!(done, Ok(Some(_))) {
            self.tx.conn.run("ROLLBACK").await.ok();
        }
        done
    }

    /// Begins a transaction. A server that has restarted meanwhile is no reason to fail: nothing of
    /// the batch has run yet.
    async fn begin(&mut self) -> Result<(), StoreError> {
        if !self.stale {
            match migrate::begin(&mut self.tx.conn).await {
                Err(_) if self.tx.conn.engine() == Engine::Postgres => self.stale = true,
                done => return done,
            }
        }
        let old = std::mem::replace(&mut self.tx.conn, self.db.writer().await?);
        old.forget();
        self.stale = false;
        migrate::begin(&mut self.tx.conn).await
    }
}

/// SQLite's I/O errors leave doubt what is on disk. PostgreSQL handles its own: it panics, and
/// replays its log.
fn is_flush_failure(e: &StoreError) -> bool {
    matches!(e, StoreError::Sqlite(e) if e.sqlite_error_code() == Some(rusqlite::ErrorCode::SystemIoFailure))
}

impl Tx {
    /// Runs the jobs of a batch and commits what they wrote; what the flush took. Where jobs are kept apart, one that
    /// fails is undone; where not, the batch is given up (`None`) when one that fails has written.
    async fn commit_batch(&mut self, batch: &mut [Box<dyn Job>], apart: Apart) -> Result<Option<Duration>, StoreError> {
        let heads = row!(&mut self.conn, (i64, i64, String), ledger::HEADS)?
            .ok_or_else(|| StoreError::corrupt("ledger", "no heads"))?;
        (self.seq, self.seal_n, self.seal_hash) = heads;
        if self.seal_hash.is_empty() {
            GENESIS.clone_into(&mut self.seal_hash);
        }
        // What a batch that was given up or lost has left.
        self.forget();
        if self.left_at.take() != Some(self.seq) {
            self.forget_kept();
        }
        let (mut kept, jobs) = (0, batch.len());
        let each_undone = apart != Apart::Not;
        if each_undone {
            self.conn.run("SAVEPOINT job").await?;
        }
        for (i, job) in batch.iter_mut().enumerate() {
            // One way to the database and back ends a job and begins the next.
            let next = if i + 1 < jobs { "RELEASE SAVEPOINT job; SAVEPOINT job" } else { "RELEASE SAVEPOINT job" };
            if !job.begins() {
                if each_undone {
                    self.conn.run(next).await?;
                }
                continue;
            }
            let (mark, changes) = (self.mark(), self.conn.changes());
            // A job that does not say under which command it writes shall not inherit one.
            self.under(CommandId(Uuid::nil()), Instant(0));
            let done = job.run(self).await;
            if let Some(why) = self.conn.why_ended() {
                return Err(why);
            }
            if done {
                let mut ended = self.end_job(&mark).await;
                if ended.is_ok() && apart == Apart::Written {
                    ended = self.write_rest(&mark).await;
                }
                if let Some(why) = self.conn.why_ended() {
                    return Err(why);
                }
                match ended {
                    Ok(()) => {
                        let released = if each_undone { self.conn.run(next).await } else { Ok(()) };
                        match released {
                            Ok(()) => {
                                kept += 1;
                                continue;
                            }
                            // PostgreSQL refuses when a statement of the job had failed and the job went on
                            // as if it had not; a COMMIT would then quietly roll everything back.
                            Err(e) => job.spoil(StoreError::Lost(format!("a statement failed on the way: {e}"))),
                        }
                    }
                    Err(e) => {
                        let by = self.events.get(mark.events).map_or("", |e| e.actor.as_str());
                        tracing::error!(error = %e, command = %self.command.0, actor = by, "a job's share of its batch could not be written; it alone is refused");
                        job.spoil(match e {
                            StoreError::IdTaken(_) => e,
                            e => StoreError::NotKept(e.to_string()),
                        });
                    }
                }
            }
            self.back_to(&mark);
            if each_undone {
                self.conn.run("ROLLBACK TO SAVEPOINT job").await?;
                self.conn.run(next).await?;
            } else if self.conn.changes() != changes && jobs > 1 {
                return Ok(None);
            }
        }
        if kept == 0 {
            self.conn.run("ROLLBACK").await?;
            self.left_at = Some(self.seq);
            return Ok(Some(Duration::ZERO));
        }
        if apart != Apart::Written {
            self.write_rest(&Mark::default()).await?;
        }
        self.seal().await?;
        let began = std::time::Instant::now();
        // PostgreSQL quietly rolls back where a statement had failed that its job overlooked; a question fails aloud.
        let commit = if self.conn.engine() == Engine::Postgres { "SELECT 1; COMMIT" } else { "COMMIT" };
        self.conn.run(commit).await?;
        self.left_at = Some(self.seq);
        Ok(Some(began.elapsed()))
    }

    /// Writes what jobs since the mark have left for the end of their batch.
    async fn write_rest(&mut self, since: &Mark) -> Result<(), StoreError> {
        self.flush_words().await?;
        for f in self.found_by.split_off(since.found_by) {
            search::put(&mut self.conn, &f).await?;
        }
        self.write_events(since.events).await
    }

    /// Has the engine count anew what its tables hold, where it does not do so by itself.
    pub async fn count_anew(&mut self) -> Result<(), StoreError> {
        self.analyze("ANALYZE").await
    }

    /// For whoever writes very much at once: until the store is closed its writer keeps more of the database in memory and writes its log back
    /// more seldom. What is acknowledged is as durable as ever.
    pub async fn roomy(&mut self) -> Result<(), StoreError> {
        if self.conn.engine() == Engine::Postgres {
            return Ok(());
        }
        self.conn.run("PRAGMA cache_size = -800000").await?;
        self.conn.run("PRAGMA wal_autocheckpoint = 80000").await
    }

    /// SQLite reads at most a thousand rows of each index, and so keeps no samples, for which it would prepare texts anew
    /// for each value.
    async fn analyze(&mut self, how: &'static str) -> Result<(), StoreError> {
        if self.conn.engine() == Engine::Postgres {
            return Ok(());
        }
        self.conn.run("PRAGMA analysis_limit = 1000").await?;
        self.conn.run(how).await
    }
}
