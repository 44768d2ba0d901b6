//! SQLite files of others, as plain tables: which there are, their rows, their counts, and a new file of tables. It
//! knows nothing of what they mean, never touches the company's own database, and blocks the thread that calls it.

use crate::engine::error::StoreError;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, ToSql};
use std::cell::Cell;
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

impl Field {
    /// What it takes, bytes.
    fn bytes(&self) -> u64 {
        match self {
            Field::Null | Field::Integer(_) | Field::Real(_) => 8,
            Field::Text(t) => t.len() as u64,
            Field::Blob(b) => b.len() as u64,
        }
    }
}

/// A SQLite file of tables.
#[derive(Debug)]
pub struct TableFile {
    file: Connection,
    /// Bytes that may still be handed over. The size of a file bounds nothing: many rows of it can share one long value.
    left: Cell<u64>,
}

/// A name as SQL writes it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl TableFile {
    /// Opens a file to read it; it is not changed.
    pub fn open(path: &Path) -> Result<TableFile, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Ok(TableFile { file: Connection::open_with_flags(path, flags)?, left: Cell::new(u64::MAX) })
    }

    /// The tables in the bytes of a file, which stay in memory; of all rows together no more than `most` bytes are
    /// handed over. Views, and functions that a table's text may call, are not
    /// trusted: whoever wrote the file is a stranger.
    pub fn of_bytes(bytes: &[u8], most: u64) -> Result<TableFile, StoreError> {
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
        // No value is longer than all of them may be together.
        let longest = i32::try_from(most).unwrap_or(i32::MAX);
        file.set_limit(rusqlite::limits::Limit::SQLITE_LIMIT_LENGTH, longest)?;
        Ok(TableFile { file, left: Cell::new(most) })
    }

    /// Makes a new file; refuses when there is one.
    pub fn create(path: &Path) -> Result<TableFile, StoreError> {
        std::fs::OpenOptions::new().write(true).create_new(true).open(path)?;
        let file = Connection::open(path)?;
        file.execute_batch("PRAGMA journal_mode = OFF; BEGIN")?;
        Ok(TableFile { file, left: Cell::new(u64::MAX) })
    }

    /// Names of all tables, each with its columns and the types they were declared with.
    pub fn tables(&self) -> Result<Vec<(String, Vec<(String, String)>)>, StoreError> {
        let mut named =
            self.file.prepare("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY rowid")?;
        let names: Vec<String> = named.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
        let mut columns = self.file.prepare("SELECT name, type FROM pragma_table_info(?1) ORDER BY cid")?;
        let mut all = Vec::with_capacity(names.len());
        for name in names {
            let of = columns.query_map([&name], |r| Ok((r.get(0)?, r.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
            all.push((name, of));
        }
        Ok(all)
    }

    /// How many rows a table has, by the database's own count.
    pub fn count(&self, table: &str) -> Result<u64, StoreError> {
        let n: i64 = self.file.query_row(&format!("SELECT COUNT(*) FROM {}", quoted(table)), [], |r| r.get(0))?;
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
        let mut query = self.file.prepare(&text).map_err(StoreError::from)?;
        let mut rows = query.query([]).map_err(StoreError::from)?;
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            let mut fields = Vec::with_capacity(width);
            for i in 0..width {
                let field = row.get_ref(i).map(Field::from).map_err(StoreError::from)?;
                let Some(left) = self.left.get().checked_sub(field.bytes()) else {
                    return Err(StoreError::TooMuch.into());
                };
                self.left.set(left);
                fields.push(field);
            }
            each(fields)?;
        }
        Ok(())
    }

    /// Makes a table.
    pub fn make(&self, table: &str, columns: &[(String, String)]) -> Result<(), StoreError> {
        let columns: Vec<String> =
            columns.iter().map(|(name, declared)| format!("{} {declared}", quoted(name))).collect();
        Ok(self.file.execute_batch(&format!("CREATE TABLE {} ({})", quoted(table), columns.join(", ")))?)
    }

    /// Adds a row to a table.
    pub fn add(&self, table: &str, row: &[Field]) -> Result<(), StoreError> {
        let places: Vec<String> = (1..=row.len()).map(|i| format!("?{i}")).collect();
        let text = format!("INSERT INTO {} VALUES ({})", quoted(table), places.join(", "));
        self.file.prepare_cached(&text)?.execute(rusqlite::params_from_iter(row)).map(drop)?;
        Ok(())
    }

    /// Keeps what was written and closes the file.
    pub fn finish(self) -> Result<(), StoreError> {
        self.file.execute_batch("COMMIT")?;
        self.file.close().map_err(|(_, e)| e.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes of a file whose one table has so many rows of so many bytes.
    fn bytes(rows: usize, of: usize) -> Vec<u8> {
        let folder = std::env::temp_dir().join(format!("yixian-tables-{}-{rows}-{of}", std::process::id()));
        let file = TableFile::create(&folder).expect("made");
        file.make("t", &[("a".into(), "TEXT".into())]).expect("a table");
        for _ in 0..rows {
            file.add("t", &[Field::Text("x".repeat(of))]).expect("a row");
        }
        file.finish().expect("closed");
        let bytes = std::fs::read(&folder).expect("read");
        std::fs::remove_file(&folder).expect("removed");
        bytes
    }

    #[test]
    fn no_more_is_handed_over_than_was_agreed() {
        let rows = |of: &[u8], most: u64| {
            let mut n = 0;
            TableFile::of_bytes(of, most)?.rows::<StoreError>("t", &["a".into()], |_| {
                n += 1;
                Ok(())
            })?;
            Ok::<_, StoreError>(n)
        };
        let file = bytes(10, 1_000);
        assert!(matches!(rows(&file, 10_000), Ok(10)));
        assert!(matches!(rows(&file, 9_999), Err(StoreError::TooMuch)));
        // A value that is longer by itself is not even read.
        assert!(matches!(rows(&bytes(1, 20_000), 10_000), Err(StoreError::Sqlite(_) | StoreError::TooMuch)));
    }
}
