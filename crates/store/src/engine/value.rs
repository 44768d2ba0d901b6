//! Values on their way into a statement, and rows on their way out, for whichever connection runs
//! it. The types are those of the schema's columns and no others, and a missing value keeps its
//! type: PostgreSQL asks for it. It does not know what a value means.

use crate::engine::error::StoreError;
use sqlx::postgres::PgRow;
use sqlx::{Decode, Postgres, Type};
use std::borrow::Cow;
use std::cell::{Cell, OnceCell};
use uuid::Uuid;

/// A value of a statement; `None` is NULL.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // the types of the schema's columns
pub enum Value<'a> {
    Int(Option<i64>),
    Bool(Option<bool>),
    Text(Option<Cow<'a, str>>),
    Id(Option<Uuid>),
}

/// What can be a value of a statement.
pub trait Bound {
    /// The missing one.
    const NULL: Value<'static>;
    /// As a statement takes it.
    fn value(&self) -> Value<'_>;
}

impl Bound for i64 {
    const NULL: Value<'static> = Value::Int(None);
    fn value(&self) -> Value<'_> {
        Value::Int(Some(*self))
    }
}

impl Bound for bool {
    const NULL: Value<'static> = Value::Bool(None);
    fn value(&self) -> Value<'_> {
        Value::Bool(Some(*self))
    }
}

impl Bound for str {
    const NULL: Value<'static> = Value::Text(None);
    fn value(&self) -> Value<'_> {
        Value::Text(Some(Cow::Borrowed(self)))
    }
}

impl Bound for String {
    const NULL: Value<'static> = Value::Text(None);
    fn value(&self) -> Value<'_> {
        self.as_str().value()
    }
}

impl Bound for Uuid {
    const NULL: Value<'static> = Value::Id(None);
    fn value(&self) -> Value<'_> {
        Value::Id(Some(*self))
    }
}

impl<T: Bound> Bound for Option<T> {
    const NULL: Value<'static> = T::NULL;
    fn value(&self) -> Value<'_> {
        self.as_ref().map_or(T::NULL, T::value)
    }
}

impl Value<'_> {
    /// The same, kept without whoever lent it.
    pub(crate) fn owned(&self) -> Value<'static> {
        match self {
            Value::Int(v) => Value::Int(*v),
            Value::Bool(v) => Value::Bool(*v),
            Value::Text(v) => Value::Text(v.as_ref().map(|t| Cow::Owned(t.clone().into_owned()))),
            Value::Id(v) => Value::Id(*v),
        }
    }
}

impl<T: Bound + ?Sized> Bound for &T {
    const NULL: Value<'static> = T::NULL;
    fn value(&self) -> Value<'_> {
        T::value(self)
    }
}

impl From<i64> for Value<'_> {
    fn from(v: i64) -> Self {
        Value::Int(Some(v))
    }
}

impl From<bool> for Value<'_> {
    fn from(v: bool) -> Self {
        Value::Bool(Some(v))
    }
}

impl From<String> for Value<'_> {
    fn from(v: String) -> Self {
        Value::Text(Some(Cow::Owned(v)))
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(v: &'a str) -> Self {
        Value::Text(Some(Cow::Borrowed(v)))
    }
}

impl From<Uuid> for Value<'_> {
    fn from(v: Uuid) -> Self {
        Value::Id(Some(v))
    }
}

impl<'a, T: Bound + Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(v: Option<T>) -> Self {
        v.map_or(T::NULL, Into::into)
    }
}

/// A row, wherever it comes from.
#[allow(missing_docs)]
#[derive(Debug)]
pub enum Row<'r> {
    Sqlite(&'r rusqlite::Row<'r>, &'r Names),
    Postgres(&'r PgRow),
}

/// What a column can be read into.
pub trait Field: for<'r> Decode<'r, Postgres> + Type<Postgres> + rusqlite::types::FromSql + Send + 'static {}
impl<T: for<'r> Decode<'r, Postgres> + Type<Postgres> + rusqlite::types::FromSql + Send + 'static> Field for T {}

/// Names of a query's columns, once they were asked for. SQLite tells them row by row, which costs more than the row.
#[derive(Debug, Default)]
pub struct Names {
    all: OnceCell<Vec<String>>,
    next: Cell<usize>,
}

impl Names {
    /// Where the column of that name stands. Records ask in the order of the text, mostly.
    fn find(&self, row: &rusqlite::Row<'_>, name: &str) -> Option<usize> {
        let all = self.all.get_or_init(|| row.as_ref().column_names().into_iter().map(str::to_owned).collect());
        let next = self.next.get();
        let found = if all.get(next).is_some_and(|n| n == name) { next } else { all.iter().position(|n| n == name)? };
        self.next.set(found + 1);
        Some(found)
    }
}

/// Where a column stands: its number from 0, or its name.
pub trait Column: sqlx::ColumnIndex<PgRow> {
    /// Its number.
    fn number(&self, row: &rusqlite::Row<'_>, names: &Names) -> Option<usize>;
}

impl Column for usize {
    fn number(&self, _: &rusqlite::Row<'_>, _: &Names) -> Option<usize> {
        Some(*self)
    }
}

impl Column for &str {
    fn number(&self, row: &rusqlite::Row<'_>, names: &Names) -> Option<usize> {
        names.find(row, self)
    }
}

impl Row<'_> {
    /// The value of a column.
    pub fn get<T: Field>(&self, column: impl Column) -> Result<T, StoreError> {
        use sqlx::Row as _;
        match self {
            Row::Postgres(row) => Ok(row.try_get(column)?),
            Row::Sqlite(row, names) => {
                let number = column
                    .number(row, names)
                    .ok_or_else(|| StoreError::corrupt("row", format!("it has no column {column:?}")))?;
                Ok(row.get(number)?)
            }
        }
    }
}

/// What a row can be read into.
pub trait Record: Send + Sized + 'static {
    /// Reads it.
    fn read(row: &Row<'_>) -> Result<Self, StoreError>;
}

macro_rules! tuple {
    ($($field:ident $n:tt),*) => {
        impl<$($field: Field),*> Record for ($($field,)*) {
            fn read(row: &Row<'_>) -> Result<Self, StoreError> { Ok(($(row.get::<$field>($n)?,)*)) }
        }
    };
}
tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);

/// Reads a struct's fields from the columns of their names; `with` fields are structs that read columns of their own.
macro_rules! columns {
    ($name:ident { $($field:ident),* $(,)? } $(with $part:ident)*) => {
        impl $crate::engine::value::Record for $name {
            fn read(row: &$crate::engine::value::Row<'_>) -> Result<Self, $crate::engine::error::StoreError> {
                Ok($name { $($field: row.get(stringify!($field))?,)* $($part: $crate::engine::value::Record::read(row)?,)* })
            }
        }
    };
}

/// Values of a statement.
macro_rules! values {
    ($($value:expr),* $(,)?) => { [$($crate::engine::value::Bound::value(&$value)),*] };
}

/// Binds values to a query of PostgreSQL's driver.
macro_rules! bind {
    ($query:expr, $values:expr) => {{
        let mut query = $query;
        for value in $values {
            query = match value {
                $crate::engine::value::Value::Int(v) => query.bind(*v),
                $crate::engine::value::Value::Bool(v) => query.bind(*v),
                $crate::engine::value::Value::Text(v) => query.bind(v.as_deref()),
                $crate::engine::value::Value::Id(v) => query.bind(*v),
            };
        }
        query
    }};
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, ValueRef};
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Int(Some(v)) => ValueRef::Integer(*v),
            Value::Bool(Some(v)) => ValueRef::Integer(i64::from(*v)),
            Value::Text(Some(v)) => ValueRef::from(v.as_ref()),
            Value::Id(Some(v)) => ValueRef::Blob(v.as_bytes()),
            Value::Int(None) | Value::Bool(None) | Value::Text(None) | Value::Id(None) => ValueRef::Null,
        }))
    }
}
