//! SQLite files of others, as plain tables: which there are, their rows, their counts, and a new file of tables. It
//! knows nothing of what they mean, never touches the company's own database, and blocks the thread that calls it.

use crate::engine::error::StoreError;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, ToSql};
use std::path::Path;

/// A field, by SQLite's storage classes.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Field {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
}

impl From<ValueRef<'_>> for Field {
    fn from(value: ValueRef<'_>) -> Field {
        match value {
            ValueRef::Null => Field::Null,
            ValueRef::Integer(n) => Field::Integer(n),
            ValueRef::Real(x) => Field::Real(x),
            // Text that is not UTF-8 is shown as far as it can be, not refused: it is a stranger's.
            ValueRef::Text(t) => Field::Text(String::from_utf8_lossy(t).into_owned()),
            ValueRef::Blob(b) => Field::Blob(b.to_owned()),
        }
    }
}

impl ToSql for Field {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Field::Null => ValueRef::Null,
            Field::Integer(n) => ValueRef::Integer(*n),
            Field::Real(x) => ValueRef::Real(*x),
            Field::Text(t) => ValueRef::Text(t.as_bytes()),
            Field::Blob(b) => ValueRef::Blob(b),
        }))
    }
}

/// A SQLite file of tables.
#[derive(Debug)]
pub struct TableFile(Connection);

/// A name as SQL writes it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl TableFile {
    /// Opens a file to read it; it is not changed.
    pub fn open(path: &Path) -> Result<TableFile, StoreError> {
        Ok(TableFile(Connection::open_with_flags(
            path,
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?))
    }

    /// The tables in the bytes of a file, which stay in memory. Views, and functions that a table's text may call, are not
    /// trusted: whoever wrote the file is a stranger.
    pub fn of_bytes(bytes: &[u8]) -> Result<TableFile, StoreError> {
        let mut file = Connection::open_in_memory()?;
        file.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")?;
        file.deserialize_read_exact("main", bytes, bytes.len(), true)?;
        let views: i64 =
            file.query_row("SELECT COUNT(*) FROM sqlite_master WHERE type NOT IN ('table', 'index')", [], |r| {
                r.get(0)
            })?;
        if views > 0 {
            return Err(StoreError::corrupt("file", "it has views or triggers, which are not read"));
        }
        Ok(TableFile(file))
    }

    /// Makes a new file; refuses when there is one.
    pub fn create(path: &Path) -> Result<TableFile, StoreError> {
        std::fs::OpenOptions::new().write(true).create_new(true).open(path)?;
        let file = Connection::open(path)?;
        file.execute_batch("PRAGMA journal_mode = OFF; BEGIN")?;
        Ok(TableFile(file))
    }

    /// Names of all tables, each with its columns and the types they were declared with.
    pub fn tables(&self) -> Result<Vec<(String, Vec<(String, String)>)>, StoreError> {
        let mut named =
            self.0.prepare("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY rowid")?;
        let names: Vec<String> = named.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
        let mut columns = self.0.prepare("SELECT name, type FROM pragma_table_info(?1) ORDER BY cid")?;
        let mut all = Vec::with_capacity(names.len());
        for name in names {
            let of = columns.query_map([&name], |r| Ok((r.get(0)?, r.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
            all.push((name, of));
        }
        Ok(all)
    }

    /// How many rows a table has, by the database's own count.
    pub fn count(&self, table: &str) -> Result<u64, StoreError> {
        let n: i64 = self.0.query_row(&format!("SELECT COUNT(*) FROM {}", quoted(table)), [], |r| r.get(0))?;
        Ok(n as u64)
    }

    /// Hands over the rows of a table in the order in which they were written, one after the other.
    pub fn rows<E: From<StoreError>>(
        &self,
        table: &str,
        columns: &[String],
        mut each: impl FnMut(Vec<Field>) -> Result<(), E>,
    ) -> Result<(), E> {
        let width = columns.len();
        let columns: Vec<String> = columns.iter().map(|c| quoted(c)).collect();
        let text = format!("SELECT {} FROM {}", columns.join(", "), quoted(table));
        let mut query = self.0.prepare(&text).map_err(StoreError::from)?;
        let mut rows = query.query([]).map_err(StoreError::from)?;
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            let fields = (0..width)
                .map(|i| row.get_ref(i).map(Field::from))
                .collect::<Result<_, _>>()
                .map_err(StoreError::from)?;
            each(fields)?;
        }
        Ok(())
    }

    /// Makes a table.
    pub fn make(&self, table: &str, columns: &[(String, String)]) -> Result<(), StoreError> {
        let columns: Vec<String> =
            columns.iter().map(|(name, declared)| format!("{} {declared}", quoted(name))).collect();
        Ok(self.0.execute_batch(&format!("CREATE TABLE {} ({})", quoted(table), columns.join(", ")))?)
    }

    /// Adds a row to a table.
    pub fn add(&self, table: &str, row: &[Field]) -> Result<(), StoreError> {
        let places: Vec<String> = (1..=row.len()).map(|i| format!("?{i}")).collect();
        let text = format!("INSERT INTO {} VALUES ({})", quoted(table), places.join(", "));
        self.0.prepare_cached(&text)?.execute(rusqlite::params_from_iter(row)).map(drop)?;
        Ok(())
    }

    /// Keeps what was written and closes the file.
    pub fn finish(self) -> Result<(), StoreError> {
        self.0.execute_batch("COMMIT")?;
        self.0.close().map_err(|(_, e)| e.into())
    }
}
