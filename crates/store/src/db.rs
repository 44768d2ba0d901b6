//! The two engines behind one face. [`Conn`] is a connection of either; the macros run one SQL
//! text (`$1` placeholders) on whichever it is. Engines differ only where a file matches on
//! `Conn` explicitly: search, locks, backup.

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool, pool::PoolConnection};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

/// What can go wrong below the use cases.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database said no.
    #[error("database: {0}")]
    Sql(#[source] sqlx::Error),
    /// A stored value is not what was written there.
    #[error("stored {what} cannot be read: {why}")]
    Corrupt {
        /// Which value.
        what: &'static str,
        /// Why not.
        why: String,
    },
    /// The writer has stopped after a failed flush to disk; nothing more is acknowledged.
    #[error("writing has stopped: {0}")]
    Halted(String),
    /// A write was not confirmed: its batch was lost, or the server went away before it answered.
    /// Sending it again under the same command id is harmless.
    #[error("the write was not confirmed, send it again: {0}")]
    Lost(String),
    /// A job ended in a bug; nothing of it was kept.
    #[error("a bug ended the write: {0}")]
    Panicked(String),
    /// No room on the disk; reading goes on and writing heals by itself.
    #[error("the disk is full")]
    DiskFull,
    /// The database was written by a newer version.
    #[error("the database has schema {found}, this program knows {known}: use a newer version")]
    TooNew {
        /// In the database.
        found: i64,
        /// In the program.
        known: i64,
    },
    /// Anything of the file system.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

impl StoreError {
    /// A stored value that cannot be read.
    pub fn corrupt(what: &'static str, why: impl std::fmt::Display) -> Self {
        StoreError::Corrupt { what, why: why.to_string() }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(e: sqlx::Error) -> Self {
        // SQLite's code 13, PostgreSQL's 53100.
        let full = e.as_database_error().and_then(sqlx::error::DatabaseError::code).is_some_and(|c| c == "13" || c == "53100");
        if full { StoreError::DiskFull } else { StoreError::Sql(e) }
    }
}

/// A database of either engine.
#[derive(Clone, Debug)]
pub enum Db {
    /// One file: a pool of readers and one writer.
    Sqlite {
        /// The file.
        path: PathBuf,
        /// Readers, which see committed state only.
        read: SqlitePool,
        /// The one writer.
        write: SqlitePool,
    },
    /// PostgreSQL and what speaks its protocol.
    Postgres(PgPool),
}

/// A connection of either engine.
#[derive(Debug)]
pub enum Conn {
    /// SQLite.
    Sqlite(PoolConnection<Sqlite>),
    /// PostgreSQL.
    Postgres(PoolConnection<Postgres>),
}

impl Conn {
    /// Never returns to its pool: it is left in a transaction when something fails.
    pub(crate) fn close_on_drop(&mut self) {
        match self { Conn::Sqlite(c) => c.close_on_drop(), Conn::Postgres(c) => c.close_on_drop() }
    }
}

/// Runs a statement; gives the number of rows it touched.
#[macro_export]
macro_rules! exec {
    ($conn:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $conn {
            $crate::Conn::Sqlite(c) => sqlx::query($sql)$(.bind($bind))*.execute(&mut **c).await.map(|r| r.rows_affected()),
            $crate::Conn::Postgres(c) => sqlx::query($sql)$(.bind($bind))*.execute(&mut **c).await.map(|r| r.rows_affected()),
        }
    };
}

/// All rows of a query.
#[macro_export]
macro_rules! rows {
    ($conn:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $conn {
            $crate::Conn::Sqlite(c) => sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_all(&mut **c).await,
            $crate::Conn::Postgres(c) => sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_all(&mut **c).await,
        }
    };
}

/// The first row of a query, if there is one.
#[macro_export]
macro_rules! row {
    ($conn:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $conn {
            $crate::Conn::Sqlite(c) => sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_optional(&mut **c).await,
            $crate::Conn::Postgres(c) => sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_optional(&mut **c).await,
        }
    };
}

/// Reads a struct's fields from the columns of their names, on either engine; `with` fields are structs that read columns of their own.
/// The derive of sqlx would do, but it builds both drivers a second time, for the compiler.
macro_rules! columns {
    ($name:ident { $($field:ident),* $(,)? } $(with $part:ident)*) => {
        columns!(sqlx::sqlite::SqliteRow => $name { $($field),* } $($part)*);
        columns!(sqlx::postgres::PgRow => $name { $($field),* } $($part)*);
    };
    ($row:ty => $name:ident { $($field:ident),* } $($part:ident)*) => {
        impl sqlx::FromRow<'_, $row> for $name {
            fn from_row(row: &$row) -> sqlx::Result<Self> {
                use sqlx::Row as _;
                Ok($name { $($field: row.try_get(stringify!($field))?,)* $($part: sqlx::FromRow::from_row(row)?,)* })
            }
        }
    };
}

/// All rows of a query in which `{ids}` stands for a list of ids.
#[macro_export]
macro_rules! rows_among {
    ($conn:expr, $row:ty, $sql:expr, $ids:expr) => {{
        let ids: &[uuid::Uuid] = $ids;
        let mut found: Vec<$row> = Vec::new();
        // Engines bound how many values a statement takes.
        for ids in ids.chunks(1_000) {
            let holes: Vec<String> = (1..=ids.len()).map(|i| format!("${i}")).collect();
            let text = $sql.replace("{ids}", &holes.join(", "));
            macro_rules! bound {
                ($c:expr) => {{
                    let mut q = sqlx::query_as::<_, $row>(sqlx::AssertSqlSafe(text));
                    for id in ids {
                        q = q.bind(*id);
                    }
                    q.fetch_all(&mut **$c).await?
                }};
            }
            found.extend(match &mut *$conn { $crate::Conn::Sqlite(c) => bound!(c), $crate::Conn::Postgres(c) => bound!(c) });
        }
        found
    }};
}

/// Names the SQL texts of an aggregate and lists them for the prepare-everything test.
#[macro_export]
macro_rules! statements {
    ($($name:ident = $sql:expr;)*) => {
        $(pub(crate) const $name: &str = $sql;)*
        /// The texts of this file.
        pub(crate) const STATEMENTS: &[(&str, &str)] = &[$((concat!(module_path!(), "::", stringify!($name)), $name)),*];
    };
}

/// The text of an insert of one row of `columns` values, for `rows` rows.
pub(crate) fn many_rows(one: &str, columns: usize, rows: usize) -> String {
    let head = one.split(" VALUES ").next().unwrap_or_default();
    let row = |r: usize| format!("({})", (1..=columns).map(|c| format!("${}", r * columns + c)).collect::<Vec<_>>().join(", "));
    format!("{head} VALUES {}", (0..rows).map(row).collect::<Vec<_>>().join(", "))
}

impl Db {
    /// Opens (and makes) the SQLite file `yixian.db` in a data folder.
    pub async fn open_folder(folder: &Path) -> Result<Db, StoreError> {
        std::fs::create_dir_all(folder)?;
        Db::open_file(&folder.join("yixian.db")).await
    }

    /// Opens (and makes) a SQLite file.
    pub async fn open_file(path: &Path) -> Result<Db, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
            .pragma("temp_store", "memory")
            .pragma("cache_size", "-16000")
            // Pages are read, not mapped: mapping gains nothing here, and a file once read through would count as our memory.
            .pragma("mmap_size", "0")
            .statement_cache_capacity(256);
        // A file does not hang up: asking a connection whether it is still there costs as much as reading.
        let pool = || SqlitePoolOptions::new().test_before_acquire(false);
        let write = pool().max_connections(1).connect_with(options.clone()).await?;
        let read = pool()
            .min_connections(1)
            .max_connections(4)
            .connect_with(options.pragma("query_only", "true").pragma("cache_size", "-1000"))
            .await?;
        Ok(Db::Sqlite { path: path.to_owned(), read, write })
    }

    /// Connects to PostgreSQL.
    pub async fn open_postgres(url: &str) -> Result<Db, StoreError> {
        let options = PgConnectOptions::from_str(url)?.statement_cache_capacity(256);
        let pool = PgPoolOptions::new().max_connections(16).acquire_timeout(Duration::from_secs(10)).connect_with(options).await?;
        Ok(Db::Postgres(pool))
    }

    /// A connection for reading.
    pub async fn read(&self) -> Result<Conn, StoreError> {
        Ok(match self {
            Db::Sqlite { read, .. } => Conn::Sqlite(read.acquire().await?),
            Db::Postgres(pool) => Conn::Postgres(pool.acquire().await?),
        })
    }

    pub(crate) async fn writer(&self) -> Result<Conn, StoreError> {
        Ok(match self {
            Db::Sqlite { write, .. } => Conn::Sqlite(write.acquire().await?),
            Db::Postgres(pool) => Conn::Postgres(pool.acquire().await?),
        })
    }

    /// The engine's name, for `doctor` and health.
    pub fn engine(&self) -> &'static str {
        match self { Db::Sqlite { .. } => "sqlite", Db::Postgres(_) => "postgres" }
    }

    /// Closes every connection; SQLite writes its log back.
    pub async fn close(&self) {
        match self {
            Db::Sqlite { read, write, .. } => {
                read.close().await;
                write.close().await;
            }
            Db::Postgres(pool) => pool.close().await,
        }
    }
}
