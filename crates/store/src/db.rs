//! The two engines behind one face. [`Conn`] is a connection of either; `exec!`, `row!` and
//! `rows!` run one SQL text (`$1` placeholders) on whichever it is. Engines differ only where a
//! file asks for [`Conn::engine`]: search, locks, backup.

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use crate::direct::{Direct, Lent, Near};
use crate::value::{Record, Row, Value};
use futures::TryStreamExt;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgPool, Postgres, SqlSafeStr, Sqlite, SqlitePool, pool::PoolConnection};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;
use uuid::Uuid;

/// What can go wrong below the use cases.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database said no.
    #[error("database: {0}")]
    Sql(#[source] sqlx::Error),
    /// SQLite said no to the writer.
    #[error("database: {0}")]
    Sqlite(#[source] rusqlite::Error),
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
    /// One file.
    Sqlite {
        /// The file.
        path: PathBuf,
        /// Readers on the threads of those who ask.
        near: Near,
        /// Readers on threads of the driver's.
        far: SqlitePool,
    },
    /// PostgreSQL and what speaks its protocol.
    Postgres(PgPool),
}

/// The engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Engine { Sqlite, Postgres }

/// A connection of either engine.
#[derive(Debug)]
pub enum Conn {
    /// SQLite on a thread of the driver's, for reading.
    Sqlite(PoolConnection<Sqlite>),
    /// SQLite on the thread that asks.
    Direct(Lent),
    /// PostgreSQL.
    Postgres(PoolConnection<Postgres>),
}

impl Conn {
    /// Which engine it leads to.
    pub fn engine(&self) -> Engine {
        match self { Conn::Sqlite(_) | Conn::Direct(_) => Engine::Sqlite, Conn::Postgres(_) => Engine::Postgres }
    }

    /// Never returns to its pool: it is left in a transaction when something fails.
    pub(crate) fn close_on_drop(&mut self) {
        match self { Conn::Sqlite(c) => c.close_on_drop(), Conn::Direct(_) => {}, Conn::Postgres(c) => c.close_on_drop() }
    }

    /// Runs a text of one or more statements without values.
    pub async fn run(&mut self, text: &'static str) -> Result<(), StoreError> {
        match self {
            Conn::Sqlite(c) => sqlx::raw_sql(text).execute(&mut **c).await.map(drop)?,
            Conn::Direct(c) => c.run(text)?,
            Conn::Postgres(c) => sqlx::raw_sql(text).execute(&mut **c).await.map(drop)?,
        }
        Ok(())
    }

    /// Why the engine has ended the transaction by itself, where it does such a thing.
    pub(crate) fn why_ended(&self) -> Option<StoreError> {
        match self { Conn::Direct(c) => c.why_ended(), Conn::Sqlite(_) | Conn::Postgres(_) => None }
    }

    /// How many rows this connection has changed so far, where it can tell.
    pub(crate) fn changes(&self) -> Option<u64> {
        match self { Conn::Direct(c) => Some(c.changes()), Conn::Sqlite(_) | Conn::Postgres(_) => None }
    }

    /// Runs a statement; gives the number of rows it touched.
    pub async fn execute(&mut self, text: impl SqlSafeStr, values: &[Value<'_>]) -> Result<u64, StoreError> {
        let text = text.into_sql_str();
        Ok(match self {
            Conn::Sqlite(c) => bind!(sqlx::query(text), values).execute(&mut **c).await?.rows_affected(),
            Conn::Direct(c) => c.execute(text.as_str(), values)?,
            Conn::Postgres(c) => bind!(sqlx::query(text), values).execute(&mut **c).await?.rows_affected(),
        })
    }

    /// All rows of a query.
    pub async fn fetch_all<R: Record>(&mut self, text: impl SqlSafeStr, values: &[Value<'_>]) -> Result<Vec<R>, StoreError> {
        let text = text.into_sql_str();
        Ok(match self {
            Conn::Sqlite(c) => bind!(sqlx::query(text), values).try_map(|row| R::read(&Row::Sqlite(&row))).fetch_all(&mut **c).await?,
            Conn::Direct(c) => c.fetch(text.as_str(), values, usize::MAX)?,
            Conn::Postgres(c) => bind!(sqlx::query(text), values).try_map(|row| R::read(&Row::Postgres(&row))).fetch_all(&mut **c).await?,
        })
    }

    /// The first row of a query, if there is one.
    pub async fn fetch_optional<R: Record>(&mut self, text: impl SqlSafeStr, values: &[Value<'_>]) -> Result<Option<R>, StoreError> {
        let text = text.into_sql_str();
        Ok(match self {
            Conn::Sqlite(c) => bind!(sqlx::query(text), values).try_map(|row| R::read(&Row::Sqlite(&row))).fetch_optional(&mut **c).await?,
            Conn::Direct(c) => c.fetch(text.as_str(), values, 1)?.pop(),
            Conn::Postgres(c) => bind!(sqlx::query(text), values).try_map(|row| R::read(&Row::Postgres(&row))).fetch_optional(&mut **c).await?,
        })
    }

    /// Hands over the rows of a query one by one, without keeping them. The text is not kept prepared.
    pub(crate) async fn each(&mut self, text: impl SqlSafeStr, values: &[Value<'_>], mut take: impl FnMut(&Row<'_>) -> Result<(), StoreError> + Send) -> Result<(), StoreError> {
        let text = text.into_sql_str();
        match self {
            Conn::Sqlite(c) => {
                let mut rows = bind!(sqlx::query(text), values).persistent(false).fetch(&mut **c);
                while let Some(row) = rows.try_next().await? { take(&Row::Sqlite(&row))?; }
            }
            Conn::Direct(c) => c.each(text.as_str(), values, |row| take(row).map(|()| true))?,
            Conn::Postgres(c) => {
                let mut rows = bind!(sqlx::query(text), values).persistent(false).fetch(&mut **c);
                while let Some(row) = rows.try_next().await? { take(&Row::Postgres(&row))?; }
            }
        }
        Ok(())
    }

    /// All rows of a query in which `{ids}` stands for a list of ids.
    pub async fn fetch_among<R: Record>(&mut self, text: &'static str, ids: &[Uuid]) -> Result<Vec<R>, StoreError> {
        let mut found = Vec::new();
        // Engines bound how many values a statement takes.
        for ids in ids.chunks(1_000) {
            let holes: Vec<String> = (1..=ids.len()).map(|i| format!("${i}")).collect();
            let values: Vec<Value<'_>> = ids.iter().map(|id| Value::Id(Some(*id))).collect();
            found.extend(self.fetch_all::<R>(AssertSqlSafe(text.replace("{ids}", &holes.join(", "))), &values).await?);
        }
        Ok(found)
    }
}

/// Runs a statement; gives the number of rows it touched.
#[macro_export]
macro_rules! exec {
    ($conn:expr, $sql:expr $(, $bind:expr)* $(,)?) => { $crate::db::Conn::execute($conn, $sql, &[$($crate::value::Bound::value(&$bind)),*]).await };
}

/// All rows of a query.
#[macro_export]
macro_rules! rows {
    ($conn:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => { $crate::db::Conn::fetch_all::<$row>($conn, $sql, &[$($crate::value::Bound::value(&$bind)),*]).await };
}

/// The first row of a query, if there is one.
#[macro_export]
macro_rules! row {
    ($conn:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => { $crate::db::Conn::fetch_optional::<$row>($conn, $sql, &[$($crate::value::Bound::value(&$bind)),*]).await };
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
            // Pages are read, not mapped: mapping gains nothing here, and a file once read through would count as our memory.
            .pragma("mmap_size", "0")
            .statement_cache_capacity(256);
        // Makes the file, and turns it to WAL for good.
        options.connect().await?.close().await?;
        // A file does not hang up: asking a connection whether it is still there costs as much as reading.
        let far = SqlitePoolOptions::new()
            .test_before_acquire(false)
            .max_connections(4)
            .connect_lazy_with(options.pragma("query_only", "true").pragma("cache_size", "-1000"));
        Ok(Db::Sqlite { path: path.to_owned(), near: Near::of(path), far })
    }

    /// Connects to PostgreSQL.
    pub async fn open_postgres(url: &str) -> Result<Db, StoreError> {
        let options = PgConnectOptions::from_str(url)?.statement_cache_capacity(256);
        let pool = PgPoolOptions::new().max_connections(16).acquire_timeout(Duration::from_secs(10)).connect_with(options).await?;
        Ok(Db::Postgres(pool))
    }

    /// A connection for reading a page's worth of rows. Where the engine is in this process it answers on the
    /// caller's thread, which is a hundred times quicker than going to another, and so must not take long.
    pub async fn read(&self) -> Result<Conn, StoreError> {
        Ok(match self {
            Db::Sqlite { near, .. } => Conn::Direct(near.lend()?),
            Db::Postgres(pool) => Conn::Postgres(pool.acquire().await?),
        })
    }

    /// A connection for reading as much as there is, while nobody else's request waits for it.
    pub async fn read_much(&self) -> Result<Conn, StoreError> {
        Ok(match self {
            Db::Sqlite { far, .. } => Conn::Sqlite(far.acquire().await?),
            Db::Postgres(pool) => Conn::Postgres(pool.acquire().await?),
        })
    }

    /// A connection for writing. It blocks its thread where the engine is in this process.
    pub(crate) async fn writer(&self) -> Result<Conn, StoreError> {
        Ok(match self {
            Db::Sqlite { path, .. } => Conn::Direct(Lent::writer(path)?),
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
            Db::Sqlite { path, near, far } => {
                near.close();
                far.close().await;
                // Readers may not write the log back, and whoever closes last does so.
                if let Err(e) = Direct::writer(path).and_then(|c| c.run("PRAGMA wal_checkpoint(PASSIVE)")) {
                    tracing::warn!(error = %e, "the log of the database was not written back");
                }
            }
            Db::Postgres(pool) => pool.close().await,
        }
    }
}
