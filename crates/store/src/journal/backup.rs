//! Everything the store holds as rows of text that no engine is in: one canonical JSON object per
//! row, in the order of the primary key, so that equal content is equal bytes on both engines. A
//! [`Snapshot`] reads one consistent view while writers go on; a [`Loading`] fills an empty
//! database in one transaction, at the schema of the text, and migrates it there. It does not know which tables there are: whoever asks says
//! it, and where the text is kept is the use case's.

use crate::engine::canonical::canonical;
use crate::engine::db::{Conn, Db, Engine};
use crate::engine::error::StoreError;
use crate::engine::migrate;
use crate::engine::table::{Table, row_as_json};
use crate::engine::value::Value;
use crate::journal::verify::{Verification, verify_to_head};
use serde_json::{Map, Value as Json};
use sqlx::AssertSqlSafe;

/// Takes bytes; says no by an error.
pub type Sink<'a> = dyn FnMut(&[u8]) -> std::io::Result<()> + Send + 'a;

/// Writes a table's rows to the sink, one line each; gives how many.
async fn dump(conn: &mut Conn, table: &Table, sink: &mut Sink<'_>) -> Result<u64, StoreError> {
    const BUFFER: usize = 256 * 1024;
    let text = table.select(&format!("ORDER BY {}", table.key));
    let mut lines = Vec::with_capacity(BUFFER);
    let mut rows = 0;
    let columns = table.columns.clone();
    conn.each(
        AssertSqlSafe(text),
        &[],
        move |row| canonical(&row_as_json(&columns, row)?),
        |line| {
            lines.extend_from_slice(line.as_bytes());
            lines.push(b'\n');
            rows += 1;
            if lines.len() >= BUFFER {
                sink(&lines)?;
                lines.clear();
            }
            Ok(())
        },
    )
    .await?;
    sink(&lines)?;
    Ok(rows)
}

/// Some rows of a table as JSON objects: those the rest of the text, with these values, finds.
pub(crate) async fn some_rows(
    conn: &mut Conn,
    table: &Table,
    rest: &str,
    values: &[Value<'_>],
) -> Result<Vec<Map<String, Json>>, StoreError> {
    let mut out = Vec::new();
    let columns = table.columns.clone();
    conn.each(
        AssertSqlSafe(table.select(rest)),
        values,
        move |row| row_as_json(&columns, row),
        |row| {
            out.push(row);
            Ok(())
        },
    )
    .await?;
    Ok(out)
}

/// One consistent view of the database, while writers go on.
#[derive(Debug)]
pub struct Snapshot {
    conn: Conn,
}

impl Snapshot {
    /// Begins it.
    pub async fn begin(db: &Db) -> Result<Snapshot, StoreError> {
        let mut conn = db.read().await?;
        conn.close_on_drop();
        let text = match conn.engine() {
            Engine::Sqlite => "BEGIN",
            Engine::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        conn.run(text).await?;
        Ok(Snapshot { conn })
    }
    /// Writes a table's rows to the sink, one line each; gives how many.
    pub async fn dump(&mut self, table: &Table, sink: &mut Sink<'_>) -> Result<u64, StoreError> {
        dump(&mut self.conn, table, sink).await
    }
    /// The connection, for reading in this view.
    pub fn conn(&mut self) -> &mut Conn {
        &mut self.conn
    }
    /// Ends it; dropping it does so too.
    pub async fn end(mut self) -> Result<(), StoreError> {
        self.conn.run("ROLLBACK").await
    }
}

/// The newest schema step this program knows, which is what every open database has.
pub fn schema() -> i64 {
    migrate::known()
}

/// Fills an empty database, all or nothing.
#[derive(Debug)]
pub struct Loading {
    pub(crate) conn: Conn,
}

/// Rows that go into one statement.
pub const CHUNK: usize = 100;

impl Loading {
    /// Begins, and brings the target to a step of the schema at which there are these tables. Says what there is instead,
    /// when the target is not empty or further already. No store may be open on it.
    pub async fn begin(db: &Db, schema: i64, tables: &[&Table]) -> Result<Result<Loading, String>, StoreError> {
        let mut conn = db.writer().await?;
        conn.close_on_drop();
        migrate::begin(&mut conn).await?;
        let at = migrate::migrate_within(&mut conn, schema).await?;
        if at != schema {
            conn.run("ROLLBACK").await?;
            return Ok(Err(format!("schema {at}, of another version than the backup's {schema}")));
        }
        for t in tables {
            let text = format!("SELECT COUNT(*) FROM (SELECT 1 FROM {} LIMIT 1) AS few", t.name);
            let rows = conn.fetch_optional::<(i64,)>(AssertSqlSafe(text), &[]).await?.map_or(0, |r| r.0);
            if rows > 0 {
                conn.run("ROLLBACK").await?;
                return Ok(Err(format!("table {}", t.name)));
            }
        }
        Ok(Ok(Loading { conn }))
    }

    /// A note of the program to itself, as the backup has it.
    pub async fn note(&mut self, key: &str) -> Result<Option<String>, StoreError> {
        crate::journal::meta::meta(&mut self.conn, key).await
    }

    /// Writes rows of a table, at most [`CHUNK`]; parents of units must come before children.
    pub async fn rows(&mut self, table: &Table, rows: &[Map<String, Json>]) -> Result<(), StoreError> {
        if rows.is_empty() {
            return Ok(());
        }
        let bad = |name: &str| StoreError::corrupt("backup", format!("{}.{name} is not what it should be", table.name));
        let text = table.insert(rows.len());
        let mut values = Vec::with_capacity(rows.len() * table.columns.len());
        for row in rows {
            for (name, kind) in table.columns.iter() {
                let value = row.get(*name).and_then(|v| kind.value(v)).ok_or_else(|| bad(name))?;
                values.push(value);
            }
        }
        self.conn.execute(AssertSqlSafe(text), &values).await.map(drop)
    }

    /// Writes what was loaded to the sink, as a backup would.
    pub async fn dump(&mut self, table: &Table, sink: &mut Sink<'_>) -> Result<u64, StoreError> {
        dump(&mut self.conn, table, sink).await
    }

    /// Verifies the ledger that was loaded; gives number and hash of its last seal too.
    pub async fn verify(&mut self) -> Result<(Verification, (i64, String)), StoreError> {
        verify_to_head(&mut self.conn).await
    }

    /// Brings what was loaded to today's schema.
    pub async fn migrate(&mut self) -> Result<(), StoreError> {
        migrate::migrate_within(&mut self.conn, migrate::known()).await.map(drop)
    }

    /// Makes it last.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        self.conn.run("COMMIT").await
    }

    /// Takes it back; dropping it does so too.
    pub async fn abandon(mut self) -> Result<(), StoreError> {
        self.conn.run("ROLLBACK").await
    }
}
