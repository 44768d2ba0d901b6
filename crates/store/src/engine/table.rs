//! Tables as data: what a column is called, what it holds, when it is written and how a row says it. INSERT, UPDATE, backup
//! and the comparison of a row with its events are made from it, so that a column stands in one place. It does not know
//! which tables there are, and it writes no WHERE: texts stand beside the columns they are about.

use crate::engine::error::StoreError;
use crate::engine::value::{Row, Value};
use serde_json::{Map, Value as Json};
use std::borrow::Cow;
use uuid::Uuid;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An id.
    Id,
    /// A text.
    Text,
    /// A whole number.
    Int,
    /// Yes or no.
    Bool,
}

impl Kind {
    /// A value as a statement takes it, or nothing when it is not of this kind.
    pub(crate) fn value(self, v: &Json) -> Option<Value<'_>> {
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

/// A value as a backup writes it.
pub(crate) fn as_json(value: &Value<'_>) -> Json {
    match value {
        Value::Int(v) => Json::from(*v),
        Value::Bool(v) => Json::from(*v),
        Value::Text(v) => Json::from(v.as_deref()),
        Value::Id(v) => Json::from(v.map(|id| id.to_string())),
    }
}

/// A column of an aggregate. `G` says how its row tells the value: a function from the row.
#[derive(Clone, Copy, Debug)]
pub struct Column<G> {
    name: &'static str,
    kind: Kind,
    /// An UPDATE writes it too.
    changes: bool,
    /// It follows from the events of its record.
    follows: bool,
    /// Figures read it as it was known at an instant: what it held before is kept.
    dated: bool,
    get: G,
}

/// Written with the row and never changed; follows from the events.
pub(crate) const fn once<G: Copy>(name: &'static str, kind: Kind, get: G) -> Column<G> {
    Column { name, kind, changes: false, follows: true, dated: false, get }
}

/// Written whenever the record changes; follows from the events.
pub(crate) const fn live<G: Copy>(name: &'static str, kind: Kind, get: G) -> Column<G> {
    Column { name, kind, changes: true, follows: true, dated: false, get }
}

/// As [`live`], and what it held before is kept.
pub(crate) const fn dated<G: Copy>(name: &'static str, kind: Kind, get: G) -> Column<G> {
    Column { name, kind, changes: true, follows: true, dated: true, get }
}

/// Written with the row, and not by an UPDATE of the record; no event tells it.
pub(crate) const fn once_beside<G: Copy>(name: &'static str, kind: Kind, get: G) -> Column<G> {
    Column { name, kind, changes: false, follows: false, dated: false, get }
}

/// Written whenever the record changes; no event tells it.
pub(crate) const fn live_beside<G: Copy>(name: &'static str, kind: Kind, get: G) -> Column<G> {
    Column { name, kind, changes: true, follows: false, dated: false, get }
}

/// Name and kind of each column, for [`table`].
pub(crate) const fn plain<G: Copy, const N: usize>(columns: &[Column<G>; N]) -> [(&'static str, Kind); N] {
    let mut all = [("", Kind::Id); N];
    let mut i = 0;
    while i < N {
        all[i] = (columns[i].name, columns[i].kind);
        i += 1;
    }
    all
}

/// `id, n, kind`.
pub(crate) fn names<G>(columns: &[Column<G>]) -> String {
    columns.iter().map(|c| c.name).collect::<Vec<_>>().join(", ")
}

/// `($1, $2, $3)` for one row of so many columns, and so on for more rows.
pub(crate) fn places(columns: usize, rows: usize) -> String {
    let row = |r: usize| {
        format!("({})", (1..=columns).map(|c| format!("${}", r * columns + c)).collect::<Vec<_>>().join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

/// `stage = $2, is_open = $3`: columns that change, numbered behind the key.
pub(crate) fn sets<G>(columns: &[Column<G>]) -> String {
    let changing = columns.iter().filter(|c| c.changes).enumerate();
    changing.map(|(i, c)| format!("{} = ${}", c.name, i + 2)).collect::<Vec<_>>().join(", ")
}

/// How many columns are dated, for [`past`].
pub(crate) const fn count_dated<G: Copy, const N: usize>(columns: &[Column<G>; N]) -> usize {
    let (mut n, mut i) = (0, 0);
    while i < N {
        n += columns[i].dated as usize;
        i += 1;
    }
    n
}

/// Name and kind of each column of the table of earlier states: the record, from when to when it was known so, and what is dated.
pub(crate) const fn past<G: Copy, const N: usize, const M: usize>(
    columns: &[Column<G>; N],
) -> [(&'static str, Kind); M] {
    let mut all = [("", Kind::Id); M];
    all[0] = ("id", Kind::Id);
    all[1] = ("known_from", Kind::Int);
    all[2] = ("known_to", Kind::Int);
    let (mut to, mut i) = (3, 0);
    while i < N {
        if columns[i].dated {
            all[to] = (columns[i].name, columns[i].kind);
            to += 1;
        }
        i += 1;
    }
    all
}

/// The text that keeps what a row holds before it changes: `$1` the record, `$2` when, then what is dated as it is to be.
/// Nothing is kept where nothing of it changes, nor where nobody could have asked in between.
pub(crate) fn keep<G>(table: &str, columns: &[Column<G>]) -> String {
    let dated: Vec<&str> = columns.iter().filter(|c| c.dated).map(|c| c.name).collect();
    let (names, to) = (dated.join(", "), (3..dated.len() + 3).map(|i| format!("${i}")).collect::<Vec<_>>().join(", "));
    format!(
        "INSERT INTO {table}_past (id, known_from, known_to, {names}) SELECT id, known_from, $2, {names} FROM {table} \
         WHERE id = $1 AND known_from < $2 AND ({names}) IS DISTINCT FROM ({to})"
    )
}

/// The values of [`keep`].
pub(crate) fn kept<'r, G: Copy>(
    columns: &[Column<G>],
    key: Uuid,
    at: i64,
    row: impl Fn(G) -> Value<'r>,
) -> Vec<Value<'r>> {
    let dated = columns.iter().filter(|c| c.dated).map(|c| row(c.get));
    [Value::Id(Some(key)), Value::Int(Some(at))].into_iter().chain(dated).collect()
}

/// Columns that change as [`sets`], and since when it is known; the instant comes last of the values.
pub(crate) fn sets_dated<G>(columns: &[Column<G>]) -> String {
    let changing: Vec<(usize, &Column<G>)> = columns.iter().filter(|c| c.changes).enumerate().collect();
    let of = |c: &(usize, &Column<G>)| (c.1.name, format!("${}", c.0 + 2));
    let (names, to): (Vec<&str>, Vec<String>) = changing.iter().filter(|c| c.1.dated).map(of).unzip();
    let (names, to, at) = (names.join(", "), to.join(", "), changing.len() + 2);
    format!(
        "{}, known_from = CASE WHEN known_from < ${at} AND ({names}) IS DISTINCT FROM ({to}) THEN ${at} ELSE known_from END",
        sets(columns)
    )
}

/// What is dated, as a backup writes it.
pub(crate) fn dated_values<'r, G: Copy>(columns: &[Column<G>], row: impl Fn(G) -> Value<'r>) -> Vec<Json> {
    columns.iter().filter(|c| c.dated).map(|c| as_json(&row(c.get))).collect()
}

/// `name = excluded.name`: columns that change, where a row is there already.
pub(crate) fn replaced<G>(columns: &[Column<G>]) -> String {
    let changing = columns.iter().filter(|c| c.changes);
    changing.map(|c| format!("{0} = excluded.{0}", c.name)).collect::<Vec<_>>().join(", ")
}

/// The values of a row, in the order of [`names`].
pub(crate) fn inserted<'r, G: Copy>(columns: &[Column<G>], row: impl Fn(G) -> Value<'r>) -> Vec<Value<'r>> {
    columns.iter().map(|c| row(c.get)).collect()
}

/// The key, then the values in the order of [`sets`].
pub(crate) fn changed<'r, G: Copy>(columns: &[Column<G>], key: Uuid, row: impl Fn(G) -> Value<'r>) -> Vec<Value<'r>> {
    let values = columns.iter().filter(|c| c.changes).map(|c| row(c.get));
    std::iter::once(Value::Id(Some(key))).chain(values).collect()
}

/// What the columns hold that follow from events, as a backup writes them.
pub(crate) fn following<'r, G: Copy>(columns: &[Column<G>], row: impl Fn(G) -> Value<'r>) -> Map<String, Json> {
    columns.iter().filter(|c| c.follows).map(|c| (c.name.to_owned(), as_json(&row(c.get)))).collect()
}

/// A table: its columns and the key its rows are ordered by.
#[derive(Clone, Debug)]
pub struct Table {
    /// Name.
    pub name: &'static str,
    pub(crate) columns: Cow<'static, [(&'static str, Kind)]>,
    pub(crate) key: &'static str,
}

/// A table by its name, its key and its columns.
pub(crate) const fn table(name: &'static str, key: &'static str, columns: &'static [(&'static str, Kind)]) -> Table {
    Table { name, columns: Cow::Borrowed(columns), key }
}

impl Table {
    pub(crate) fn names(&self) -> String {
        self.columns.iter().map(|c| c.0).collect::<Vec<_>>().join(", ")
    }

    /// The text that reads it; `rest` follows the table's name.
    pub(crate) fn select(&self, rest: &str) -> String {
        format!("SELECT {} FROM {} {rest}", self.names(), self.name)
    }

    /// The text that writes so many rows.
    pub(crate) fn insert(&self, rows: usize) -> String {
        format!("INSERT INTO {} ({}) VALUES {}", self.name, self.names(), places(self.columns.len(), rows))
    }

    /// The table as the schema had it that wrote this row: a later schema's columns are not written, their defaults and that
    /// schema's step fill them. A column is therefore never taken from a table, only added.
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

/// A row as a backup writes it.
pub(crate) fn row_as_json(columns: &[(&'static str, Kind)], row: &Row<'_>) -> Result<Map<String, Json>, StoreError> {
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
