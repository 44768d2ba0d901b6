//! Connections to SQLite whose statements run on the thread that asks. SQLite has no server: going
//! to a thread of the driver's and back costs several times what most statements do (ADR 22). The
//! writer has such a connection on a thread of its own, and so have those who read a page's worth of
//! rows. Whoever reads much goes to the driver's threads, where he holds up nobody's request.

use crate::db::StoreError;
use crate::value::{Names, Record, Row, Value};
use rusqlite::{Connection, Statement};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Texts that stay prepared.
const PREPARED: usize = 256;
/// Readers kept for the next who asks. They are lent for as long as a few statements run, so that hardly more are
/// out at a time than there are processors.
const KEPT: usize = 4;

/// A connection.
#[derive(Debug)]
pub struct Direct(Connection);

/// Which value a statement wants at a place. To SQLite `$3` is a name like any other, not the third value.
fn wanted(statement: &Statement<'_>, place: usize) -> rusqlite::Result<usize> {
    let number = || statement.parameter_name(place)?.strip_prefix('$')?.parse::<usize>().ok()?.checked_sub(1);
    number().filter(|n| *n < statement.parameter_count()).ok_or(rusqlite::Error::InvalidParameterCount(statement.parameter_count(), place))
}

fn bind(statement: &mut Statement<'_>, values: &[Value<'_>]) -> rusqlite::Result<()> {
    let places = statement.parameter_count();
    if places != values.len() {
        return Err(rusqlite::Error::InvalidParameterCount(values.len(), places));
    }
    (1..=places).try_for_each(|place| { let value = wanted(statement, place)?; statement.raw_bind_parameter(place, &values[value]) })
}

impl Direct {
    /// Opens a file, which [`crate::Db::open_file`] has made, for writing. A write is durable when its commit
    /// returns. The log is written back when it has 16 MB: pages that change with every record are written back once
    /// for many.
    pub(crate) fn writer(path: &Path) -> Result<Direct, StoreError> {
        Direct::open(path, "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -16000; PRAGMA wal_autocheckpoint = 4000")
    }

    fn reader(path: &Path) -> Result<Direct, StoreError> { Direct::open(path, "PRAGMA query_only = ON; PRAGMA cache_size = -2000") }

    fn open(path: &Path, how: &str) -> Result<Direct, StoreError> {
        let c = Connection::open(path)?;
        c.busy_timeout(Duration::from_secs(10))?;
        c.execute_batch("PRAGMA temp_store = memory; PRAGMA mmap_size = 0")?;
        c.execute_batch(how)?;
        c.set_prepared_statement_cache_capacity(PREPARED);
        Ok(Direct(c))
    }

    /// Runs a text of one or more statements without values.
    pub fn run(&self, text: &str) -> Result<(), StoreError> { Ok(self.0.execute_batch(text)?) }

    /// Whether a transaction goes on. SQLite ends it by itself when it runs out of room, or worse.
    pub(crate) fn in_transaction(&self) -> bool { !self.0.is_autocommit() }

    /// Rows changed since it was opened.
    pub(crate) fn changes(&self) -> u64 { self.0.total_changes() }

    /// Whether SQLite takes a text as it is run here.
    pub fn prepare(&self, text: &str) -> Result<(), StoreError> {
        let statement = self.0.prepare(text)?;
        Ok((1..=statement.parameter_count()).try_for_each(|place| wanted(&statement, place).map(drop))?)
    }

    pub(crate) fn execute(&self, text: &str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        let mut statement = self.0.prepare_cached(text)?;
        bind(&mut statement, values)?;
        Ok(statement.raw_execute()? as u64)
    }

    /// Hands over row by row until there are no more, or no more are wanted.
    pub(crate) fn each(&self, text: &str, values: &[Value<'_>], mut wanted: impl FnMut(&Row<'_>) -> Result<bool, StoreError>) -> Result<(), StoreError> {
        let mut statement = self.0.prepare_cached(text)?;
        bind(&mut statement, values)?;
        let names = Names::default();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            if !wanted(&Row::Direct(row, &names))? {
                break;
            }
        }
        Ok(())
    }

    pub(crate) fn fetch<R: Record>(&self, text: &str, values: &[Value<'_>], most: usize) -> Result<Vec<R>, StoreError> {
        let mut out = Vec::new();
        self.each(text, values, |row| {
            out.push(R::read(row)?);
            Ok(out.len() < most)
        })?;
        Ok(out)
    }
}

/// Readers of a file.
#[derive(Clone, Debug)]
pub struct Near(Arc<Shelf>);

#[derive(Debug)]
struct Shelf { path: PathBuf, free: Mutex<Option<Vec<Direct>>> }

impl Near {
    pub(crate) fn of(path: &Path) -> Near { Near(Arc::new(Shelf { path: path.to_owned(), free: Mutex::new(Some(Vec::new())) })) }

    /// One that is free, or a new one.
    pub(crate) fn lend(&self) -> Result<Lent, StoreError> {
        let closed = || StoreError::Halted("the store is closed".into());
        let free = self.0.free.lock().map_err(|_| closed())?.as_mut().ok_or_else(closed)?.pop();
        let direct = match free { Some(direct) => direct, None => Direct::reader(&self.0.path)? };
        Ok(Lent { direct: Some(direct), from: Some(self.clone()) })
    }

    fn take_back(&self, direct: Direct) {
        // What is in the middle of something is of no use to the next.
        if direct.0.is_autocommit() && let Ok(mut free) = self.0.free.lock() && let Some(free) = free.as_mut() && free.len() < KEPT {
            free.push(direct);
        }
    }

    /// Lends no more.
    pub(crate) fn close(&self) {
        if let Ok(mut free) = self.0.free.lock() { *free = None; }
    }
}

/// A connection that goes back to where it was lent from.
#[derive(Debug)]
pub struct Lent { direct: Option<Direct>, from: Option<Near> }

impl Lent {
    /// The writer's own.
    pub(crate) fn writer(path: &Path) -> Result<Lent, StoreError> { Ok(Lent { direct: Some(Direct::writer(path)?), from: None }) }
}

impl Deref for Lent {
    type Target = Direct;
    fn deref(&self) -> &Direct { self.direct.as_ref().expect("it is there until it goes back") }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let (Some(direct), Some(from)) = (self.direct.take(), &self.from) { from.take_back(direct); }
    }
}
