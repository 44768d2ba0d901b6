//! Everything the store holds as rows of text that no engine is in: one canonical JSON object per
//! row, in the order of the primary key, so that equal content is equal bytes on both engines. A
//! [`Snapshot`] reads one consistent view while writers go on; a [`Loading`] fills an empty
//! database in one transaction, at the schema of the text, and migrates it there. It does not know where the text is kept: that is the use case's.

use crate::db::{Conn, Db, Engine};
use crate::error::StoreError;
use crate::ledger::{self, Verification, canonical};
use crate::migrate;
use crate::search;
use crate::value::{Row, Value};
use serde_json::{Map, Value as Json};
use sqlx::AssertSqlSafe;
use std::borrow::Cow;
use uuid::Uuid;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Id,
    Text,
    Int,
    Bool,
}

impl Kind {
    /// A value as a statement takes it, or nothing when it is not of this kind.
    fn value(self, v: &Json) -> Option<Value<'_>> {
        let there = !v.is_null();
        Some(match self {
            Kind::Id if there => Value::Id(Some(v.as_str()?.parse().ok()?)),
            Kind::Text if there => Value::Text(Some(v.as_str()?.into())),
            Kind::Int if there => Value::Int(Some(v.as_i64()?)),
            Kind::Bool if there => Value::Bool(Some(v.as_bool()?)),
            Kind::Id => Value::Id(None),
            Kind::Text => Value::Text(None),
            Kind::Int => Value::Int(None),
            Kind::Bool => Value::Bool(None),
        })
    }
}

/// Columns: name and what it holds.
type Columns = Cow<'static, [(&'static str, Kind)]>;

/// A table: its columns and the key its rows are ordered by.
#[derive(Clone, Debug)]
pub struct Table {
    /// Name.
    pub name: &'static str,
    pub(crate) columns: Columns,
    pub(crate) key: &'static str,
}

const fn table(name: &'static str, key: &'static str, columns: &'static [(&'static str, Kind)]) -> Table {
    Table { name, columns: Cow::Borrowed(columns), key }
}

use Kind::{Bool, Id, Int, Text};

/// Every table that holds something of its own, those that others refer to first. The search index
/// is made again from the matters; the schema's steps are the program's. Links that let somebody in
/// (`entry_link`) stay behind on purpose: one that was spent after the backup would open again.
pub const TABLES: &[Table] = &[
    table("meta", "key", &[("key", Text), ("value", Text)]),
    table(
        "unit",
        "id",
        &[
            ("id", Id),
            ("code", Text),
            ("name", Text),
            ("name_en", Text),
            ("kind", Text),
            ("parent", Id),
            ("path", Text),
            ("from_day", Text),
            ("to_day", Text),
        ],
    ),
    table(
        "person",
        "id",
        &[
            ("id", Id),
            ("code", Text),
            ("name", Text),
            ("unit_id", Id),
            ("level", Text),
            ("specialty", Text),
            ("duty", Bool),
            ("from_day", Text),
            ("to_day", Text),
            ("password", Text),
            ("locale", Text),
        ],
    ),
    table("role_grant", "person_id, role, unit_id", &[("person_id", Id), ("role", Text), ("unit_id", Id)]),
    table("exemption", "id", &[("id", Id), ("person_id", Id), ("from_day", Text), ("to_day", Text), ("reason", Text)]),
    table(
        "place",
        "id",
        &[
            ("id", Id),
            ("code", Text),
            ("name", Text),
            ("kind", Text),
            ("district", Text),
            ("area", Text),
            ("lat", Int),
            ("lon", Int),
            ("unit_id", Id),
        ],
    ),
    table(
        "visit",
        "id",
        &[
            ("id", Id),
            ("n", Int),
            ("state", Text),
            ("kind", Text),
            ("place_id", Id),
            ("host_id", Id),
            ("leader_id", Id),
            ("day", Text),
            ("announced", Bool),
            ("planned_by", Id),
            ("started_at", Int),
            ("finished_at", Int),
            ("rev", Int),
            ("body", Text),
        ],
    ),
    table("visit_party", "visit_id, person_id", &[("visit_id", Id), ("person_id", Id), ("duty", Bool)]),
    table(
        "matter",
        "id",
        &[
            ("id", Id),
            ("n", Int),
            ("kind", Text),
            ("category", Text),
            ("origin", Text),
            ("stage", Text),
            ("is_open", Bool),
            ("unit_id", Id),
            ("place_id", Id),
            ("visit_id", Id),
            ("raiser", Id),
            ("recorder", Id),
            ("handler", Id),
            ("doer", Id),
            ("merged_into", Id),
            ("subject", Text),
            ("raised_at", Int),
            ("due_at", Int),
            ("due_sort", Int),
            ("provisional", Bool),
            ("solved_at", Int),
            ("answered_at", Int),
            ("closed_at", Int),
            ("on_the_spot", Bool),
            ("paused", Bool),
            ("request", Text),
            ("escalated", Int),
            ("reopened", Int),
            ("verdict", Text),
            ("next_at", Int),
            ("rev", Int),
            ("body", Text),
        ],
    ),
    table(
        "connection",
        "id",
        &[
            ("id", Id),
            ("n", Int),
            ("class", Text),
            ("district", Text),
            ("unit_id", Id),
            ("raiser", Id),
            ("recorder", Id),
            ("handler", Id),
            ("doer", Id),
            ("capacity", Int),
            ("step", Text),
            ("flags", Text),
            ("is_open", Bool),
            ("rank", Int),
            ("eligible", Bool),
            ("overridden", Bool),
            ("works", Bool),
            ("applied_at", Int),
            ("accepted_at", Int),
            ("energized_at", Int),
            ("archived_at", Int),
            ("withdrawn_at", Int),
            ("d1", Int),
            ("d2", Int),
            ("d3", Int),
            ("d4", Int),
            ("d5", Int),
            ("d6", Int),
            ("handled_minutes", Int),
            ("whole_minutes", Int),
            ("visible_steps", Int),
            ("on_time", Bool),
            ("paid", Int),
            ("saving", Int),
            ("claim", Bool),
            ("satisfaction", Text),
            ("rated_at", Int),
            ("call_outcome", Text),
            ("call_attempts", Int),
            ("said_applied", Text),
            ("late_ms", Int),
            ("touched", Int),
            ("stage", Text),
            ("party_key", Text),
            ("address_key", Text),
            ("content_key", Text),
        ],
    ),
    table("words", "id", &[("id", Id), ("record_id", Id), ("salt", Text), ("body", Text), ("erased_at", Int)]),
    table(
        "contact",
        "id",
        &[("id", Id), ("matter_id", Id), ("name", Text), ("phone", Text), ("erased_at", Int), ("credit_code", Text)],
    ),
    table(
        "phone_code",
        "phone_key",
        &[
            ("phone_key", Text),
            ("code_hash", Text),
            ("sent_at", Int),
            ("day", Text),
            ("sent_today", Int),
            ("tries", Int),
        ],
    ),
    table(
        "matter_link",
        "token_hash",
        &[("token_hash", Text), ("matter_id", Id), ("contact_id", Id), ("created_at", Int)],
    ),
    table(
        "file",
        "sha",
        &[("sha", Text), ("mime", Text), ("bytes", Int), ("width", Int), ("height", Int), ("created_at", Int)],
    ),
    table("file_use", "sha, record_id", &[("sha", Text), ("record_id", Id)]),
    table(
        "event",
        "seq",
        &[
            ("seq", Int),
            ("kind", Text),
            ("record_id", Id),
            ("rev", Int),
            ("code", Text),
            ("happened_at", Int),
            ("recorded_at", Int),
            ("late", Bool),
            ("actor", Text),
            ("command_id", Id),
            ("body", Text),
            ("prev", Text),
            ("hash", Text),
            ("version", Int),
        ],
    ),
    table(
        "seal",
        "n",
        &[("n", Int), ("first_seq", Int), ("last_seq", Int), ("sealed_at", Int), ("prev", Text), ("hash", Text)],
    ),
    table("command", "id", &[("id", Id), ("sha", Text), ("actor", Text), ("recorded_at", Int), ("receipt", Text)]),
    table("policy", "kind, version", &[("kind", Text), ("version", Int), ("label", Text), ("body", Text)]),
    table(
        "session",
        "token_hash",
        &[("token_hash", Text), ("person_id", Id), ("created_at", Int), ("seen_at", Int), ("expires_at", Int)],
    ),
    table(
        "api_token",
        "token_hash",
        &[("token_hash", Text), ("person_id", Id), ("label", Text), ("created_at", Int), ("revoked_at", Int)],
    ),
    table(
        "notice",
        "id",
        &[
            ("id", Id),
            ("person_id", Id),
            ("code", Text),
            ("record_kind", Text),
            ("record_id", Id),
            ("at", Int),
            ("read_at", Int),
        ],
    ),
    table(
        "plan",
        "id",
        &[
            ("id", Id),
            ("n", Int),
            ("unit_id", Id),
            ("month", Text),
            ("from_day", Text),
            ("to_day", Text),
            ("base", Id),
            ("adoptions", Int),
            ("made_by", Id),
            ("made_at", Int),
            ("summary", Text),
            ("sha", Text),
            ("body", Text),
        ],
    ),
    table(
        "plan_adoption",
        "plan_id",
        &[
            ("plan_id", Id),
            ("adopted_by", Id),
            ("adopted_at", Int),
            ("made", Int),
            ("kept", Int),
            ("moved", Int),
            ("dropped", Int),
        ],
    ),
    table("plan_visit", "plan_id, visit_id", &[("plan_id", Id), ("visit_id", Id)]),
    table(
        "calendar_link",
        "token_hash",
        &[("token_hash", Text), ("person_id", Id), ("created_at", Int), ("revoked_at", Int)],
    ),
    table("import_row", "source, row_key", &[("source", Text), ("row_key", Text), ("sha", Text), ("matter_id", Id)]),
];

impl Table {
    fn names(&self) -> String {
        self.columns.iter().map(|c| c.0).collect::<Vec<_>>().join(", ")
    }

    /// The text that reads it; `rest` follows the table's name.
    pub(crate) fn select(&self, rest: &str) -> String {
        format!("SELECT {} FROM {} {rest}", self.names(), self.name)
    }

    fn insert(&self, rows: usize) -> String {
        let width = self.columns.len();
        let rows: Vec<String> = (0..rows)
            .map(|r| format!("({})", (1..=width).map(|c| format!("${}", r * width + c)).collect::<Vec<_>>().join(", ")))
            .collect();
        format!("INSERT INTO {} ({}) VALUES {}", self.name, self.names(), rows.join(", "))
    }

    /// The table as the schema had it that wrote this row: a later schema's columns are not written, their defaults and that
    /// schema's step fill them. A column is therefore never taken from [`TABLES`], only added.
    pub fn as_in(&self, row: &Map<String, Json>) -> Result<Table, StoreError> {
        if let Some(stranger) = row.keys().find(|k| !self.columns.iter().any(|c| c.0 == k.as_str())) {
            return Err(StoreError::corrupt("backup", format!("{}.{stranger} is not known", self.name)));
        }
        Ok(Table { columns: self.columns.iter().filter(|c| row.contains_key(c.0)).copied().collect(), ..self.clone() })
    }

    /// Whether it has every column of the other.
    pub fn has_all_of(&self, other: &Table) -> bool {
        self.columns.len() == other.columns.len()
    }

    /// The texts of this table, for the prepare-everything test.
    pub fn texts(&self) -> [String; 2] {
        [self.select(&format!("ORDER BY {}", self.key)), self.insert(2)]
    }
}

fn row_as_json(columns: &[(&'static str, Kind)], row: &Row<'_>) -> Result<Map<String, Json>, StoreError> {
    let mut fields = Map::new();
    for (i, (name, kind)) in columns.iter().enumerate() {
        let value = match kind {
            Kind::Id => row.get::<Option<Uuid>>(i)?.map(|v| Json::from(v.to_string())),
            Kind::Text => row.get::<Option<String>>(i)?.map(Json::from),
            Kind::Int => row.get::<Option<i64>>(i)?.map(Json::from),
            Kind::Bool => row.get::<Option<bool>>(i)?.map(Json::from),
        };
        fields.insert((*name).to_owned(), value.unwrap_or(Json::Null));
    }
    Ok(fields)
}

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

/// The table of that name.
pub fn table_named(name: &str) -> Option<&'static Table> {
    TABLES.iter().find(|t| t.name == name)
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
    conn: Conn,
}

/// Rows that go into one statement.
pub const CHUNK: usize = 100;

impl Loading {
    /// Begins, and brings the target to a step of the schema at which there are these tables. Says what there is instead,
    /// when the target is not empty or further already. No [`crate::Store`] may be open on it.
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
        ledger::verify_to_head(&mut self.conn).await
    }

    /// Brings what was loaded to today's schema.
    pub async fn migrate(&mut self) -> Result<(), StoreError> {
        migrate::migrate_within(&mut self.conn, migrate::known()).await.map(drop)
    }

    /// Makes the search index again.
    pub async fn index(&mut self) -> Result<(), StoreError> {
        search::rebuild(&mut self.conn).await
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
