//! Connections to SQLite whose statements run on the thread that asks. SQLite has no server: going
//! to a thread of the driver's and back costs several times what most statements do (ADR 22). The
//! writer has such a connection on a thread of its own, and so have those who read a page's worth of
//! rows. Whoever reads much goes to the driver's threads, where he holds up nobody's request.

use crate::db::StoreError;
use crate::value::{Names, Record, Row, Value};
use rusqlite::{CachedStatement, Connection, Statement};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
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
pub struct Direct {
    c: Connection,
    /// Texts as [`numbered`] writes them.
    texts: RefCell<HashMap<String, String>>,
    /// What SQLite said when it last failed.
    fault: Cell<Option<rusqlite::ffi::Error>>,
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
        Ok(Direct { c, texts: RefCell::default(), fault: Cell::default() })
    }

    fn noted<T>(&self, done: rusqlite::Result<T>) -> rusqlite::Result<T> {
        if let Err(rusqlite::Error::SqliteFailure(fault, _)) = &done {
            self.fault.set(Some(*fault));
        }
        done
    }

    /// Runs a text of one or more statements without values.
    pub fn run(&self, text: &str) -> Result<(), StoreError> { Ok(self.noted(self.c.execute_batch(text))?) }

    /// Why there is no transaction any more. SQLite ends it by itself when the disk is full, or worse.
    pub(crate) fn why_ended(&self) -> Option<StoreError> {
        let why = || match self.fault.get() {
            Some(fault) => rusqlite::Error::SqliteFailure(fault, None).into(),
            None => StoreError::Lost("the transaction ended on the way".into()),
        };
        self.c.is_autocommit().then(why)
    }

    /// Rows changed since it was opened.
    pub(crate) fn changes(&self) -> u64 { self.c.total_changes() }

    /// Whether SQLite takes a text as it is run here.
    pub fn prepare(&self, text: &str) -> Result<(), StoreError> { Ok(self.c.prepare(&numbered(text)).map(drop)?) }

    fn prepared(&self, text: &str) -> rusqlite::Result<CachedStatement<'_>> {
        let mut texts = self.texts.borrow_mut();
        if !texts.contains_key(text) {
            // Texts that are made anew each time would fill it for nothing.
            if texts.len() == PREPARED { texts.clear(); }
            texts.insert(text.to_owned(), numbered(text));
        }
        self.c.prepare_cached(&texts[text])
    }

    pub(crate) fn execute(&self, text: &str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        let mut statement = self.noted(self.prepared(text))?;
        bind(&mut statement, values)?;
        Ok(self.noted(statement.raw_execute())? as u64)
    }

    /// Hands over row by row until there are no more, or no more are wanted.
    pub(crate) fn each(&self, text: &str, values: &[Value<'_>], mut wanted: impl FnMut(&Row<'_>) -> Result<bool, StoreError>) -> Result<(), StoreError> {
        let mut statement = self.noted(self.prepared(text))?;
        bind(&mut statement, values)?;
        let names = Names::default();
        let mut rows = statement.raw_query();
        while let Some(row) = self.noted(rows.next())? {
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
        if direct.c.is_autocommit() && let Ok(mut free) = self.0.free.lock() && let Some(free) = free.as_mut() && free.len() < KEPT {
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

#[cfg(test)]
mod tests {
    use super::{Direct, numbered};
    use crate::Db;

    #[test]
    fn only_places_are_numbered() {
        assert_eq!(numbered("SELECT $12, json_extract(body, '$.unit') WHERE a = $1"), "SELECT ?12, json_extract(body, '$.unit') WHERE a = ?1");
        assert_eq!(numbered("SELECT 1"), "SELECT 1");
    }

    /// Readers keep their pages however many the writer holds: `.cargo/config.toml` says how SQLite is built.
    #[tokio::test]
    async fn each_connection_keeps_pages_of_its_own() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.db");
        Db::open_file(&path).await.expect("it opens").close().await;
        let built: Vec<(String,)> = Direct::writer(&path).expect("a connection").fetch("PRAGMA compile_options", &[], 1_000).expect("rows");
        assert!(built.len() > 10 && !built.iter().any(|o| o.0 == "ENABLE_MEMORY_MANAGEMENT"), "LIBSQLITE3_FLAGS of .cargo/config.toml did not reach SQLite: {built:?}");
    }
}
