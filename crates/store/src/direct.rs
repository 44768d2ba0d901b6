//! A connection to SQLite whose statements run on the thread that asks. SQLite has no server: going
//! to a thread of the driver's and back costs several times what a statement does, and the writer,
//! which has a thread of its own, would pay it ten times for every record (ADR 22). Readers keep the
//! driver's threads, where a long read holds up nobody's request.

use crate::db::StoreError;
use crate::value::{Record, Row, Value};
use rusqlite::{Connection, Statement};
use std::path::Path;
use std::time::Duration;

/// Texts that stay prepared.
const PREPARED: usize = 256;

/// The connection.
#[derive(Debug)]
pub struct Direct(Connection);

/// Places of values are named `$1`, `$2`, …, in whatever order they stand in the text.
fn bind(statement: &mut Statement<'_>, values: &[Value<'_>]) -> rusqlite::Result<()> {
    for place in 1..=statement.parameter_count() {
        let n = statement.parameter_name(place).and_then(|name| name.strip_prefix('$')?.parse::<usize>().ok());
        let value = n.and_then(|n| values.get(n.checked_sub(1)?)).ok_or(rusqlite::Error::InvalidParameterCount(values.len(), place))?;
        statement.raw_bind_parameter(place, value)?;
    }
    Ok(())
}

impl Direct {
    /// Opens a file for writing, as [`crate::Db::open_file`] has made it.
    pub(crate) fn open(path: &Path) -> Result<Direct, StoreError> {
        let c = Connection::open(path)?;
        c.busy_timeout(Duration::from_secs(10))?;
        // A write is durable when its commit returns. The log is written back when it has 16 MB: pages that
        // change with every record are written back once for many.
        c.execute_batch("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = memory; PRAGMA cache_size = -16000; PRAGMA mmap_size = 0; PRAGMA wal_autocheckpoint = 4000")?;
        c.set_prepared_statement_cache_capacity(PREPARED);
        Ok(Direct(c))
    }

    /// Runs a text of one or more statements without values.
    pub fn run(&self, text: &str) -> Result<(), StoreError> { Ok(self.0.execute_batch(text)?) }

    pub(crate) fn execute(&self, text: &str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        let mut statement = self.0.prepare_cached(text)?;
        bind(&mut statement, values)?;
        Ok(statement.raw_execute()? as u64)
    }

    /// Hands over row by row until there are no more, or no more are wanted.
    pub(crate) fn each(&self, text: &str, values: &[Value<'_>], mut wanted: impl FnMut(&Row<'_>) -> Result<bool, StoreError>) -> Result<(), StoreError> {
        let mut statement = self.0.prepare_cached(text)?;
        bind(&mut statement, values)?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            if !wanted(&Row::Direct(row))? {
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
