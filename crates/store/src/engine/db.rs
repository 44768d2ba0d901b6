//! The two engines behind one face. [`Conn`] is a connection of either; `exec!`, `row!` and
//! `rows!` run one SQL text (`$1` placeholders) on whichever it is. Engines differ only where a
//! file asks for [`Conn::engine`]: search, locks, backup. It knows no table.

use crate::engine::error::{AWAY, StoreError};
use crate::engine::held::Hold;
use crate::engine::pulse::Pulse;
use crate::engine::sqlite::{Readers, SqliteConnection, SqliteSession};
use crate::engine::value::{Record, Row, Value};
use futures::TryStreamExt;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, PgPool, Postgres, SqlSafeStr, pool::PoolConnection};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use uuid::Uuid;

/// A database of either engine.
#[derive(Clone, Debug)]
pub enum Db {
    /// One file.
    Sqlite {
        /// The file.
        path: PathBuf,
        /// Connections for reading.
        readers: Readers,
    },
    /// PostgreSQL and what speaks its protocol.
    Postgres {
        /// Its connections.
        pool: PgPool,
        /// Whether it answers.
        pulse: Pulse,
    },
}

/// The engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A connection of either engine. Whoever holds one passes it on and asks for no second.
#[derive(Debug)]
pub struct Conn {
    to: To,
    _held: Option<Hold>,
}

#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // there is one for each reader, and it stays where it is
enum To {
    Sqlite(SqliteSession),
    Postgres(PoolConnection<Postgres>, Pulse),
}

/// Waits for PostgreSQL as long as it answers at all. A connection that was left in the middle of something is closed.
macro_rules! ask {
    ($conn:ident, $pulse:ident, $waited:expr) => {{
        let done = $pulse.or_away($waited).await;
        if let Err(StoreError::Lost(_)) = &done {
            $conn.close_on_drop();
        }
        done
    }};
}

impl Conn {
    /// Which engine it leads to.
    pub fn engine(&self) -> Engine {
        match self.to {
            To::Sqlite(_) => Engine::Sqlite,
            To::Postgres(..) => Engine::Postgres,
        }
    }

    /// Never returns to its pool: it is left in a transaction when something fails. SQLite's readers see to that themselves.
    pub(crate) fn close_on_drop(&mut self) {
        if let To::Postgres(c, _) = &mut self.to {
            c.close_on_drop();
        }
    }

    /// Lets go of a connection that may be dead; its pool makes another.
    pub(crate) fn forget(self) {
        if let To::Postgres(c, _) = self.to {
            drop(c.detach());
        }
    }

    /// Whether the engine takes a text.
    pub async fn prepare(&mut self, text: &str) -> Result<(), StoreError> {
        match &mut self.to {
            To::Sqlite(c) => c.prepare(text),
            To::Postgres(c, _) => {
                Ok(sqlx::Executor::prepare(&mut **c, AssertSqlSafe(text.to_owned()).into_sql_str()).await.map(drop)?)
            }
        }
    }

    /// Runs a text of one or more statements without values.
    pub async fn run(&mut self, text: impl SqlSafeStr) -> Result<(), StoreError> {
        let text = text.into_sql_str();
        match &mut self.to {
            To::Sqlite(c) => c.run(text.as_str()).await,
            To::Postgres(c, pulse) => ask!(c, pulse, sqlx::raw_sql(text).execute(&mut **c)).map(drop),
        }
    }

    /// Why the engine has ended the transaction by itself, where it does such a thing.
    pub(crate) fn why_ended(&self) -> Option<StoreError> {
        match &self.to {
            To::Sqlite(c) => c.why_ended(),
            To::Postgres(..) => None,
        }
    }

    /// How many rows this connection has changed so far, where it can tell.
    pub(crate) fn changes(&self) -> Option<u64> {
        match &self.to {
            To::Sqlite(c) => Some(c.changes()),
            To::Postgres(..) => None,
        }
    }

    /// Runs a statement; gives the number of rows it touched.
    pub async fn execute(&mut self, text: impl SqlSafeStr, values: &[Value<'_>]) -> Result<u64, StoreError> {
        let text = text.into_sql_str();
        match &mut self.to {
            To::Sqlite(c) => c.execute(text.as_str(), values).await,
            To::Postgres(c, pulse) => {
                Ok(ask!(c, pulse, bind!(sqlx::query(text), values).execute(&mut **c))?.rows_affected())
            }
        }
    }

    /// All rows of a query.
    pub async fn fetch_all<R: Record>(
        &mut self,
        text: impl SqlSafeStr,
        values: &[Value<'_>],
    ) -> Result<Vec<R>, StoreError> {
        let text = text.into_sql_str();
        match &mut self.to {
            To::Sqlite(c) => c.fetch(text.as_str(), values, usize::MAX).await,
            To::Postgres(c, pulse) => ask!(c, pulse, bind!(sqlx::query(text), values).fetch_all(&mut **c))?
                .iter()
                .map(|row| R::read(&Row::Postgres(row)))
                .collect(),
        }
    }

    /// The first row of a query, if there is one.
    pub async fn fetch_optional<R: Record>(
        &mut self,
        text: impl SqlSafeStr,
        values: &[Value<'_>],
    ) -> Result<Option<R>, StoreError> {
        let text = text.into_sql_str();
        match &mut self.to {
            To::Sqlite(c) => Ok(c.fetch(text.as_str(), values, 1).await?.pop()),
            To::Postgres(c, pulse) => ask!(c, pulse, bind!(sqlx::query(text), values).fetch_optional(&mut **c))?
                .map(|row| R::read(&Row::Postgres(&row)))
                .transpose(),
        }
    }

    /// Reads the rows of a query and hands them over one by one, without keeping them.
    pub(crate) async fn each<T: Send + 'static>(
        &mut self,
        text: impl SqlSafeStr,
        values: &[Value<'_>],
        read: impl Fn(&Row<'_>) -> Result<T, StoreError> + Send + 'static,
        mut take: impl FnMut(T) -> Result<(), StoreError> + Send,
    ) -> Result<(), StoreError> {
        let text = text.into_sql_str();
        match &mut self.to {
            To::Sqlite(c) => c.each(text.as_str(), values, read, take).await,
            To::Postgres(c, pulse) => {
                let mut rows = bind!(sqlx::query(text), values).persistent(false).fetch(&mut **c);
                while let Some(row) = pulse.or_away(rows.try_next()).await? {
                    take(read(&Row::Postgres(&row))?)?;
                }
                Ok(())
            }
        }
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
    ($conn:expr, $sql:expr $(, $bind:expr)* $(,)?) => { $crate::engine::db::Conn::execute($conn, $sql, &[$($crate::engine::value::Bound::value(&$bind)),*]).await };
}

/// All rows of a query.
#[macro_export]
macro_rules! rows {
    ($conn:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => { $crate::engine::db::Conn::fetch_all::<$row>($conn, $sql, &[$($crate::engine::value::Bound::value(&$bind)),*]).await };
}

/// The first row of a query, if there is one.
#[macro_export]
macro_rules! row {
    ($conn:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => { $crate::engine::db::Conn::fetch_optional::<$row>($conn, $sql, &[$($crate::engine::value::Bound::value(&$bind)),*]).await };
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

impl Db {
    /// Opens (and makes) the SQLite file `yixian.db` in a data folder.
    pub async fn open_folder(folder: &Path) -> Result<Db, StoreError> {
        std::fs::create_dir_all(folder)?;
        Db::open_file(&folder.join("yixian.db")).await
    }

    /// Opens (and makes) a SQLite file.
    #[allow(clippy::unused_async)] // as it is with the other engine
    pub async fn open_file(path: &Path) -> Result<Db, StoreError> {
        SqliteConnection::make(path)?;
        Ok(Db::Sqlite { path: path.to_owned(), readers: Readers::of(path) })
    }

    /// Connects to PostgreSQL.
    pub async fn open_postgres(url: &str) -> Result<Db, StoreError> {
        Db::open_postgres_of(url, 16).await
    }

    /// Connects to PostgreSQL with at most so many connections, the writer's among them.
    pub async fn open_postgres_of(url: &str, most: u32) -> Result<Db, StoreError> {
        let options = PgConnectOptions::from_str(url)?.statement_cache_capacity(256);
        let pulse = options.clone();
        let pool = PgPoolOptions::new().max_connections(most).acquire_timeout(AWAY).connect_with(options).await?;
        Ok(Db::Postgres { pool, pulse: Pulse::of(pulse) })
    }

    /// A connection for reading. Where the engine is in this process it answers on the caller's thread, which is many times
    /// quicker than going to another, and leaves it when it takes more than a few milliseconds.
    ///
    /// # Panics
    /// With debug assertions, when whoever asks holds a connection already.
    pub async fn read(&self) -> Result<Conn, StoreError> {
        let held = Some(Hold::begin());
        let to = match self {
            Db::Sqlite { readers, .. } => To::Sqlite(readers.take()?),
            Db::Postgres { pool, pulse } => To::Postgres(pulse.or_away(pool.acquire()).await?, pulse.clone()),
        };
        Ok(Conn { to, _held: held })
    }

    /// For what asks for a connection only now and then, because it keeps what it read: whoever calls it must be free to
    /// ask each time.
    ///
    /// # Panics
    /// With debug assertions, when whoever calls holds a connection.
    pub fn nobody_holds(&self) {
        Hold::none();
    }

    /// A connection for writing. It blocks its thread where the engine is in this process.
    pub(crate) async fn writer(&self) -> Result<Conn, StoreError> {
        let to = match self {
            Db::Sqlite { path, .. } => To::Sqlite(SqliteSession::writer(path)?),
            Db::Postgres { pool, pulse } => To::Postgres(pulse.or_away(pool.acquire()).await?, pulse.clone()),
        };
        Ok(Conn { to, _held: None })
    }

    /// What reading has cost so far, in steps of SQLite's machine, where they are counted: with debug assertions. For tests that
    /// hold doors against the size of a company.
    pub fn steps(&self) -> Option<u64> {
        match self {
            Db::Sqlite { readers, .. } if cfg!(debug_assertions) => Some(readers.steps()),
            _ => None,
        }
    }

    /// The engine's name, for `doctor` and health.
    pub fn engine(&self) -> &'static str {
        match self {
            Db::Sqlite { .. } => "sqlite",
            Db::Postgres { .. } => "postgres",
        }
    }

    /// Has SQLite write its log back and empty it, so that what was deleted is in neither file. Where somebody reads just
    /// then it is left to the next time, at the latest to the end. PostgreSQL has its vacuum.
    pub fn empty_log(&self) -> Result<(), StoreError> {
        if let Db::Sqlite { path, .. } = self {
            SqliteConnection::writer(path)?.run("PRAGMA wal_checkpoint(TRUNCATE)")?;
        }
        Ok(())
    }

    /// Closes every connection; SQLite writes its log back.
    pub async fn close(&self) {
        match self {
            Db::Sqlite { path, readers } => {
                readers.close();
                // Readers may not write the log back, and whoever closes last does so.
                if let Err(e) = SqliteConnection::writer(path).and_then(|c| c.run("PRAGMA wal_checkpoint(PASSIVE)")) {
                    tracing::warn!(error = %e, "the log of the database was not written back");
                }
            }
            Db::Postgres { pool, pulse } => {
                // Connections that nobody answers on are not waited for.
                let closed = async {
                    pool.close().await;
                    Ok::<(), StoreError>(())
                };
                pulse.or_away(closed).await.ok();
                pulse.stop();
            }
        }
    }
}
