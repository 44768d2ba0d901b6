//! SQLite. A connection runs its statements on the thread that calls it: going to another thread and
//! back costs several times what a short statement does. A reader does so for a few milliseconds
//! only; what takes longer is interrupted and run again on a thread that may wait, and so is all
//! that the same reader asks afterwards, so that nobody's request stands behind it. The writer has a
//! thread of its own. It knows nothing of what the statements say.

use crate::engine::error::{AWAY, StoreError};
use crate::engine::value::{Names, Record, Row, Value};
use rusqlite::{CachedStatement, Connection, OpenFlags, Statement, StatementStatus};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, mpsc};

/// Texts that stay prepared.
const PREPARED: usize = 256;
/// Readers kept for the next who asks.
const KEPT: usize = 8;
/// How long a reader may use the thread of whoever asks, all its statements together.
const HERE: Duration = Duration::from_millis(3);
/// Steps of SQLite's machine between two looks at the clock: a few microseconds.
const STEPS: i32 = 1_000;
/// Rows that go at once from the thread that reads them to whoever asked for them one by one.
const ROWS: usize = 256;

/// When the process began to count, for deadlines that fit into an atomic number.
static BEGINNING: LazyLock<Instant> = LazyLock::new(Instant::now);

/// A connection.
#[derive(Debug)]
pub(crate) struct SqliteConnection {
    c: Connection,
    /// Texts as [`numbered`] writes them.
    texts: RefCell<HashMap<String, String>>,
    /// What SQLite said when it last failed.
    fault: Cell<Option<rusqlite::ffi::Error>>,
    /// Until when a statement may run, nanoseconds since [`BEGINNING`]; 0 for as long as it takes.
    until: Arc<AtomicU64>,
    /// Steps of SQLite's machine that statements took to their end; counted with debug assertions only.
    steps: Cell<u64>,
}

/// The text with places as SQLite numbers them: `$3` is a name to it, `?3` the third value.
fn numbered(text: &str) -> String {
    let mut parts = text.split('$');
    let mut out = String::with_capacity(text.len());
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        out.push(if part.starts_with(|c: char| c.is_ascii_digit()) { '?' } else { '$' });
        out.push_str(part);
    }
    out
}

fn bind(statement: &mut Statement<'_>, values: &[Value<'_>]) -> rusqlite::Result<()> {
    let places = statement.parameter_count();
    if places != values.len() {
        return Err(rusqlite::Error::InvalidParameterCount(values.len(), places));
    }
    values.iter().enumerate().try_for_each(|(i, value)| statement.raw_bind_parameter(i + 1, value))
}

fn interrupted(e: &StoreError) -> bool {
    matches!(e, StoreError::Sqlite(e) if e.sqlite_error_code() == Some(rusqlite::ErrorCode::OperationInterrupted))
}

impl SqliteConnection {
    /// Makes the file where there is none, and turns it to WAL for good.
    /// It is made readable by its owner only, and the log beside it has the rights of the file. One that is there already keeps
    /// what its owner has given it.
    pub(crate) fn make(path: &Path) -> Result<(), StoreError> {
        let mut options = std::fs::File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(path) {
            Err(e) if e.kind() != std::io::ErrorKind::AlreadyExists => return Err(e.into()),
            _ => {}
        }
        SqliteConnection::open(path, "PRAGMA journal_mode = WAL", OpenFlags::default()).map(drop)
    }

    /// Opens a file, which [`SqliteConnection::make`] has made, for writing. A write is durable when its commit
    /// returns. The log is written back when it has 16 MB: pages that change with every record are written back once
    /// for many. What is deleted is overwritten: erased words leave no bytes behind.
    pub(crate) fn writer(path: &Path) -> Result<SqliteConnection, StoreError> {
        let how = "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -16000; PRAGMA wal_autocheckpoint = 4000; PRAGMA secure_delete = ON";
        SqliteConnection::open(path, how, OpenFlags::default())
    }

    fn reader(path: &Path) -> Result<SqliteConnection, StoreError> {
        let reader =
            SqliteConnection::open(path, "PRAGMA query_only = ON; PRAGMA cache_size = -2000", OpenFlags::default())?;
        let until = reader.until.clone();
        let is_late = move || {
            let until = until.load(Ordering::Relaxed);
            until != 0 && BEGINNING.elapsed().as_nanos() as u64 > until
        };
        reader.c.progress_handler(STEPS, Some(is_late))?;
        Ok(reader)
    }

    fn open(path: &Path, how: &str, flags: OpenFlags) -> Result<SqliteConnection, StoreError> {
        let c = Connection::open_with_flags(path, flags)?;
        c.busy_timeout(AWAY)?;
        // Pages are read, not mapped: mapping gains nothing here, and a file once read through would count as our memory.
        c.execute_batch("PRAGMA temp_store = memory; PRAGMA mmap_size = 0")?;
        c.execute_batch(how)?;
        c.set_prepared_statement_cache_capacity(PREPARED);
        Ok(SqliteConnection {
            c,
            texts: RefCell::default(),
            fault: Cell::default(),
            until: Arc::default(),
            steps: Cell::default(),
        })
    }

    fn noted<T>(&self, done: rusqlite::Result<T>) -> rusqlite::Result<T> {
        if let Err(rusqlite::Error::SqliteFailure(fault, _)) = &done {
            self.fault.set(Some(*fault));
        }
        done
    }

    /// Runs a text of one or more statements without values.
    pub(crate) fn run(&self, text: &str) -> Result<(), StoreError> {
        Ok(self.noted(self.c.execute_batch(text))?)
    }

    /// Why there is no transaction any more. SQLite ends it by itself when the disk is full, or worse.
    fn why_ended(&self) -> Option<StoreError> {
        let why = || match self.fault.get() {
            Some(fault) => rusqlite::Error::SqliteFailure(fault, None).into(),
            None => StoreError::Lost("the transaction ended on the way".into()),
        };
        self.c.is_autocommit().then(why)
    }

    fn prepared(&self, text: &str) -> rusqlite::Result<CachedStatement<'_>> {
        let mut texts = self.texts.borrow_mut();
        if !texts.contains_key(text) {
            // Texts that are made anew each time would fill it for nothing.
            if texts.len() == PREPARED {
                texts.clear();
            }
            texts.insert(text.to_owned(), numbered(text));
        }
        self.c.prepare_cached(&texts[text])
    }

    fn execute(&self, text: &str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        let mut statement = self.noted(self.prepared(text))?;
        bind(&mut statement, values)?;
        Ok(self.noted(statement.raw_execute())? as u64)
    }

    /// Hands over row by row until there are no more, or no more are wanted.
    fn each(
        &self,
        text: &str,
        values: &[Value<'_>],
        mut wanted: impl FnMut(&Row<'_>) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        let mut statement = self.noted(self.prepared(text))?;
        bind(&mut statement, values)?;
        if cfg!(debug_assertions) {
            statement.reset_status(StatementStatus::VmStep);
        }
        let names = Names::default();
        let mut rows = statement.raw_query();
        while let Some(row) = self.noted(rows.next())? {
            if !wanted(&Row::Sqlite(row, &names))? {
                break;
            }
        }
        drop(rows);
        if cfg!(debug_assertions) {
            // What was interrupted is run again, and counted then.
            let steps = statement.get_status(StatementStatus::VmStep).unsigned_abs();
            self.steps.set(self.steps.get() + u64::from(steps));
        }
        Ok(())
    }

    fn fetch<R: Record>(&self, text: &str, values: &[Value<'_>], most: usize) -> Result<Vec<R>, StoreError> {
        let mut out = Vec::new();
        self.each(text, values, |row| {
            out.push(R::read(row)?);
            Ok(out.len() < most)
        })?;
        Ok(out)
    }
}

/// Readers of a file. There are as many as are asked for: nobody waits for one.
#[derive(Clone, Debug)]
pub struct Readers(Arc<Pool>);

#[derive(Debug)]
struct Pool {
    path: PathBuf,
    /// Those that nobody uses; nothing once it is closed.
    free: Mutex<Option<Vec<SqliteConnection>>>,
    /// Steps that readers took to the end of their statements.
    steps: AtomicU64,
    /// So many long statements run at a time. Whoever has a turn waits for nothing else.
    turns: Arc<Semaphore>,
}

impl Readers {
    pub(crate) fn of(path: &Path) -> Readers {
        let processors = std::thread::available_parallelism().map_or(2, usize::from).max(2);
        let pool = Pool {
            path: path.to_owned(),
            free: Mutex::new(Some(Vec::new())),
            steps: AtomicU64::new(0),
            turns: Arc::new(Semaphore::new(processors)),
        };
        Readers(Arc::new(pool))
    }

    /// One that is free, or a new one.
    pub(crate) fn take(&self) -> Result<SqliteSession, StoreError> {
        let closed = || StoreError::Halted("the store is closed".into());
        let free = self.0.free.lock().map_err(|_| closed())?.as_mut().ok_or_else(closed)?.pop();
        let connection = match free {
            Some(c) => c,
            None => SqliteConnection::reader(&self.0.path)?,
        };
        Ok(SqliteSession {
            held: Some(Held { connection: Some(connection), pool: Some(self.clone()) }),
            used: Duration::ZERO,
        })
    }

    fn take_back(&self, connection: SqliteConnection) {
        connection.until.store(0, Ordering::Relaxed);
        self.0.steps.fetch_add(connection.steps.take(), Ordering::Relaxed);
        // What is in the middle of something is of no use to the next.
        if connection.c.is_autocommit()
            && let Ok(mut free) = self.0.free.lock()
            && let Some(free) = free.as_mut()
            && free.len() < KEPT
        {
            free.push(connection);
        }
    }

    /// Steps that readers took to the end of their statements, of those that went back.
    pub(crate) fn steps(&self) -> u64 {
        self.0.steps.load(Ordering::Relaxed)
    }

    /// Gives out no more.
    pub(crate) fn close(&self) {
        if let Ok(mut free) = self.0.free.lock() {
            *free = None;
        }
    }
}

/// A connection that goes back to its pool, wherever it is dropped.
#[derive(Debug)]
struct Held {
    connection: Option<SqliteConnection>,
    pool: Option<Readers>,
}

impl Held {
    fn connection(&self) -> &SqliteConnection {
        self.connection.as_ref().expect("it is there until it goes back")
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let (Some(connection), Some(pool)) = (self.connection.take(), &self.pool) {
            pool.take_back(connection);
        }
    }
}

/// A connection while somebody uses it.
#[derive(Debug)]
pub struct SqliteSession {
    held: Option<Held>,
    /// How long it has used the threads of whoever asked.
    used: Duration,
}

impl SqliteSession {
    /// The writer's own; it never goes to another thread.
    pub(crate) fn writer(path: &Path) -> Result<SqliteSession, StoreError> {
        let held = Held { connection: Some(SqliteConnection::writer(path)?), pool: None };
        Ok(SqliteSession { held: Some(held), used: Duration::ZERO })
    }

    fn held(&self) -> Result<&Held, StoreError> {
        self.held
            .as_ref()
            .ok_or_else(|| StoreError::Lost("whoever read was called off in the middle of a statement".into()))
    }

    /// Runs it on this thread; nothing when that would take or took too long.
    fn here<T>(
        &mut self,
        work: impl FnOnce(&SqliteConnection) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let held = self.held()?;
        let c = held.connection();
        if held.pool.is_none() {
            return work(c).map(Some);
        }
        let Some(left) = HERE.checked_sub(self.used).filter(|d| !d.is_zero()) else { return Ok(None) };
        let began = BEGINNING.elapsed();
        c.until.store((began + left).as_nanos() as u64, Ordering::Relaxed);
        let done = work(c);
        c.until.store(0, Ordering::Relaxed);
        self.used += BEGINNING.elapsed().saturating_sub(began);
        match done {
            Err(e) if interrupted(&e) => {
                self.used = HERE;
                Ok(None)
            }
            done => done.map(Some),
        }
    }

    /// Runs it on a thread that may wait. Should whoever asked go away meanwhile, it goes on to its end and the connection
    /// goes back.
    async fn away<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&SqliteConnection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let turns = self.held()?.pool.as_ref().map(|p| p.0.turns.clone());
        let turn = match turns {
            Some(turns) => turns.acquire_owned().await.ok(),
            None => None,
        };
        let Some(held) = self.held.take() else { return Err(StoreError::Lost("nobody holds it".into())) };
        let run = move || {
            let done = work(held.connection());
            drop(turn);
            (held, done)
        };
        let (held, done) = tokio::task::spawn_blocking(run).await.map_err(|e| StoreError::Panicked(e.to_string()))?;
        self.held = Some(held);
        done
    }

    pub(crate) async fn run(&mut self, text: &str) -> Result<(), StoreError> {
        if let Some(done) = self.here(|c| c.run(text))? {
            return Ok(done);
        }
        let text = text.to_owned();
        self.away(move |c| c.run(&text)).await
    }

    pub(crate) async fn execute(&mut self, text: &str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        if let Some(done) = self.here(|c| c.execute(text, values))? {
            return Ok(done);
        }
        let (text, values) = owned(text, values);
        self.away(move |c| c.execute(&text, &values)).await
    }

    pub(crate) async fn fetch<R: Record>(
        &mut self,
        text: &str,
        values: &[Value<'_>],
        most: usize,
    ) -> Result<Vec<R>, StoreError> {
        if let Some(rows) = self.here(|c| c.fetch(text, values, most))? {
            return Ok(rows);
        }
        let (text, values) = owned(text, values);
        self.away(move |c| c.fetch(&text, &values, most)).await
    }

    /// Reads each row and hands it over, without keeping them. A reader reads on a thread that may wait, a few rows ahead.
    pub(crate) async fn each<T: Send + 'static>(
        &mut self,
        text: &str,
        values: &[Value<'_>],
        read: impl Fn(&Row<'_>) -> Result<T, StoreError> + Send + 'static,
        mut take: impl FnMut(T) -> Result<(), StoreError> + Send,
    ) -> Result<(), StoreError> {
        let held = self.held()?;
        if held.pool.is_none() {
            return held.connection().each(text, values, |row| take(read(row)?).map(|()| true));
        }
        let (text, values) = owned(text, values);
        let (rows, mut come) = mpsc::channel::<Vec<T>>(2);
        let reading = self.away(move |c| {
            let mut few = Vec::with_capacity(ROWS);
            c.each(&text, &values, |row| {
                few.push(read(row)?);
                // Nobody takes them any more when the other end is gone.
                Ok(few.len() < ROWS
                    || rows.blocking_send(std::mem::replace(&mut few, Vec::with_capacity(ROWS))).is_ok())
            })?;
            rows.blocking_send(few).ok();
            Ok(())
        });
        let taking = async move {
            while let Some(few) = come.recv().await {
                few.into_iter().try_for_each(&mut take)?;
            }
            Ok(())
        };
        let (read, taken): (Result<(), StoreError>, Result<(), StoreError>) = tokio::join!(reading, taking);
        taken.and(read)
    }

    /// Whether SQLite takes a text.
    pub(crate) fn prepare(&self, text: &str) -> Result<(), StoreError> {
        Ok(self.held()?.connection().c.prepare(&numbered(text)).map(drop)?)
    }

    /// Why there is no transaction any more.
    pub(crate) fn why_ended(&self) -> Option<StoreError> {
        self.held.as_ref().and_then(|h| h.connection().why_ended())
    }

    /// Rows changed since it was opened.
    pub(crate) fn changes(&self) -> u64 {
        self.held.as_ref().map_or(0, |h| h.connection().c.total_changes())
    }
}

fn owned(text: &str, values: &[Value<'_>]) -> (String, Vec<Value<'static>>) {
    (text.to_owned(), values.iter().map(Value::owned).collect())
}

#[cfg(test)]
mod tests {
    use super::{HERE, Readers, SqliteConnection, numbered};
    use std::time::Duration;

    #[test]
    fn only_places_are_numbered() {
        assert_eq!(
            numbered("SELECT $12, json_extract(body, '$.unit') WHERE a = $1"),
            "SELECT ?12, json_extract(body, '$.unit') WHERE a = ?1"
        );
        assert_eq!(numbered("SELECT 1"), "SELECT 1");
    }

    /// Readers keep their pages however many the writer holds: `.cargo/config.toml` says how SQLite is built.
    #[test]
    fn each_connection_keeps_pages_of_its_own() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.db");
        SqliteConnection::make(&path).expect("a file");
        let built: Vec<(String,)> = SqliteConnection::writer(&path)
            .expect("a connection")
            .fetch("PRAGMA compile_options", &[], 1_000)
            .expect("rows");
        assert!(
            built.len() > 10 && !built.iter().any(|o| o.0 == "ENABLE_MEMORY_MANAGEMENT"),
            "LIBSQLITE3_FLAGS of .cargo/config.toml did not reach SQLite: {built:?}"
        );
    }

    const LONG: &str =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) SELECT COUNT(*) FROM n";

    /// A thread is given back after a few milliseconds, and the answer comes all the same.
    #[tokio::test]
    async fn what_takes_long_leaves_the_thread() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.db");
        SqliteConnection::make(&path).expect("a file");
        let readers = Readers::of(&path);
        let mut session = readers.take().expect("a reader");
        assert_eq!(session.fetch::<(i64,)>(LONG, &[10.into()], 9).await.expect("a row"), [(10,)]);
        assert!(session.used < HERE, "a short one stays here: {:?}", session.used);
        // One thread runs this test: whatever stays on it lets nothing else happen.
        let ticks = tokio::spawn(async {
            let mut n = 0_u32;
            loop {
                tokio::time::sleep(Duration::from_millis(1)).await;
                n += 1;
                if n == 20 {
                    return;
                }
            }
        });
        let mut rows = session.fetch::<(i64,)>(LONG, &[3_000_000.into()], 9).await.expect("a row");
        assert_eq!((rows.pop(), session.used), (Some((3_000_000,)), HERE));
        assert!(ticks.is_finished(), "the thread did nothing else meanwhile");
        // It goes back and is as new.
        drop(session);
        assert_eq!(readers.take().expect("the same").used, Duration::ZERO);
    }

    /// Whoever goes away in the middle leaves a connection that others can use.
    #[tokio::test]
    async fn whoever_goes_away_takes_nothing_along() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.db");
        SqliteConnection::make(&path).expect("a file");
        let readers = Readers::of(&path);
        for _ in 0..6 {
            let mut session = readers.take().expect("a reader");
            let many = [2_000_000.into()];
            let long = session.fetch::<(i64,)>(LONG, &many, 9);
            tokio::time::timeout(Duration::from_millis(5), long).await.expect_err("it takes longer");
        }
        let mut session = readers.take().expect("a reader");
        assert_eq!(session.fetch::<(i64,)>(LONG, &[10.into()], 9).await.expect("a row"), [(10,)]);
    }

    /// Rows handed over one by one are all the rows, and an end in the middle is an end.
    #[tokio::test]
    async fn rows_come_one_by_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.db");
        SqliteConnection::make(&path).expect("a file");
        let readers = Readers::of(&path);
        let mut session = readers.take().expect("a reader");
        let text = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT i FROM n";
        let mut sum = 0_i64;
        session
            .each(
                text,
                &[],
                |row| row.get::<i64>(0),
                |i| {
                    sum += i;
                    Ok(())
                },
            )
            .await
            .expect("rows");
        assert_eq!(sum, 500_500);
        let mut seen = 0;
        let stop = |_| {
            seen += 1;
            if seen == 300 { Err(crate::engine::error::StoreError::corrupt("row", "enough")) } else { Ok(()) }
        };
        session.each(text, &[], |row| row.get::<i64>(0), stop).await.expect_err("it was told to stop");
        assert_eq!(session.fetch::<(i64,)>(LONG, &[10.into()], 9).await.expect("a row"), [(10,)]);
    }
}
