//! SQLite files of others, as plain tables: which there are, their rows, their counts, and a new file of tables. It
//! knows nothing of what they mean, and never touches the company's own database.

use crate::db::StoreError;
use futures::TryStreamExt;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteOwnedBuf, SqliteRow, SqliteValueRef};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row, Sqlite, TypeInfo, Value, ValueRef};
use std::path::Path;

/// A field, by SQLite's storage classes.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Field { Null, Integer(i64), Real(f64), Text(String), Blob(Vec<u8>) }

/// A SQLite file of tables.
#[derive(Debug)]
pub struct TableFile(SqliteConnection);

/// A name as SQL writes it.
fn quoted(name: &str) -> String { format!("\"{}\"", name.replace('"', "\"\"")) }

fn field(value: SqliteValueRef<'_>) -> Result<Field, StoreError> {
    if value.is_null() {
        return Ok(Field::Null);
    }
    let value = value.to_owned();
    Ok(match value.type_info().name() {
        "INTEGER" | "BOOLEAN" => Field::Integer(value.try_decode_unchecked::<i64>()?),
        "REAL" => Field::Real(value.try_decode_unchecked::<f64>()?),
        "BLOB" => Field::Blob(value.try_decode_unchecked::<Vec<u8>>()?),
        _ => Field::Text(value.try_decode_unchecked::<String>()?),
    })
}

impl TableFile {
    /// Opens a file to read it; it is not changed.
    pub async fn open(path: &Path) -> Result<TableFile, StoreError> {
        Ok(TableFile(SqliteConnectOptions::new().filename(path).read_only(true).connect().await?))
    }

    /// The tables in the bytes of a file, which stay in memory. Views, and functions that a table's text may call, are not
    /// trusted: whoever wrote the file is a stranger.
    pub async fn of_bytes(bytes: &[u8]) -> Result<TableFile, StoreError> {
        let mut file = SqliteConnectOptions::new().filename(":memory:").pragma("trusted_schema", "OFF").pragma("cell_size_check", "ON").connect().await?;
        file.deserialize(None, SqliteOwnedBuf::try_from(bytes)?, true).await?;
        let (views,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM sqlite_master WHERE type NOT IN ('table', 'index')").fetch_one(&mut file).await?;
        if views > 0 {
            return Err(StoreError::corrupt("file", "it has views or triggers, which are not read"));
        }
        Ok(TableFile(file))
    }

    /// Makes a new file; refuses when there is one.
    pub async fn create(path: &Path) -> Result<TableFile, StoreError> {
        std::fs::OpenOptions::new().write(true).create_new(true).open(path)?;
        let mut file = SqliteConnectOptions::new().filename(path).journal_mode(SqliteJournalMode::Off).connect().await?;
        sqlx::query("BEGIN").execute(&mut file).await?;
        Ok(TableFile(file))
    }

    /// Names of all tables, each with its columns and the types they were declared with.
    pub async fn tables(&mut self) -> Result<Vec<(String, Vec<(String, String)>)>, StoreError> {
        let names: Vec<(String,)> = sqlx::query_as("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY rowid").fetch_all(&mut self.0).await?;
        let mut all = Vec::with_capacity(names.len());
        for (name,) in names {
            let columns = sqlx::query_as("SELECT name, type FROM pragma_table_info($1) ORDER BY cid").bind(&name).fetch_all(&mut self.0).await?;
            all.push((name, columns));
        }
        Ok(all)
    }

    /// How many rows a table has, by the database's own count.
    pub async fn count(&mut self, table: &str) -> Result<u64, StoreError> {
        let (n,): (i64,) = sqlx::query_as(AssertSqlSafe(format!("SELECT COUNT(*) FROM {}", quoted(table)))).fetch_one(&mut self.0).await?;
        Ok(n as u64)
    }

    /// Hands over the rows of a table in the order in which they were written, one after the other.
    pub async fn rows<E: From<StoreError>>(&mut self, table: &str, columns: &[String], mut each: impl FnMut(Vec<Field>) -> Result<(), E>) -> Result<(), E> {
        let columns: Vec<String> = columns.iter().map(|c| quoted(c)).collect();
        let query = sqlx::query::<Sqlite>(AssertSqlSafe(format!("SELECT {} FROM {}", columns.join(", "), quoted(table))));
        let mut rows = query.fetch(&mut self.0);
        while let Some(row) = rows.try_next().await.map_err(StoreError::from)? {
            let row: SqliteRow = row;
            let fields = (0..row.len()).map(|i| field(row.try_get_raw(i)?)).collect::<Result<_, StoreError>>()?;
            each(fields)?;
        }
        Ok(())
    }

    /// Makes a table.
    pub async fn make(&mut self, table: &str, columns: &[(String, String)]) -> Result<(), StoreError> {
        let columns: Vec<String> = columns.iter().map(|(name, declared)| format!("{} {declared}", quoted(name))).collect();
        sqlx::query(AssertSqlSafe(format!("CREATE TABLE {} ({})", quoted(table), columns.join(", ")))).execute(&mut self.0).await?;
        Ok(())
    }

    /// Adds a row to a table.
    pub async fn add(&mut self, table: &str, row: &[Field]) -> Result<(), StoreError> {
        let places: Vec<String> = (1..=row.len()).map(|i| format!("${i}")).collect();
        let mut query = sqlx::query::<Sqlite>(AssertSqlSafe(format!("INSERT INTO {} VALUES ({})", quoted(table), places.join(", "))));
        for field in row {
            query = match field {
                Field::Null => query.bind(None::<String>),
                Field::Integer(n) => query.bind(*n),
                Field::Real(x) => query.bind(*x),
                Field::Text(t) => query.bind(t.clone()),
                Field::Blob(b) => query.bind(b.clone()),
            };
        }
        query.execute(&mut self.0).await?;
        Ok(())
    }

    /// Keeps what was written and closes the file.
    pub async fn finish(mut self) -> Result<(), StoreError> {
        sqlx::query("COMMIT").execute(&mut self.0).await?;
        Ok(self.0.close().await?)
    }
}
