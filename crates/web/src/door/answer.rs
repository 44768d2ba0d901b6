//! What the API's answers are made of: a value of the domain is told field by field in a struct of its own, so that what is
//! kept may change without what is answered, and the struct's schema is the document's. It knows no record.

use schemars::generate::SchemaGenerator;
use schemars::{JsonSchema, Schema, json_schema};
use serde::Serialize;
use std::borrow::Cow;
use uuid::Uuid;
use yixian_domain::base::values::{Capacity, Money};
use yixian_domain::ids as kept;
use yixian_domain::ids::{FileRef, IndicatorId, MatterId, PersonId, PlaceId, UnitId, VisitId, WordsId};
use yixian_domain::time::{Date, Instant, Time};

/// Gives the schema of an answer or of a field of a query.
pub type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// The schema of a type.
pub fn of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// Made from a value that is known elsewhere.
pub trait Told<T: ?Sized> {
    /// As it is answered.
    fn told(value: &T) -> Self;
}

/// As it is answered, where the type says how.
pub fn told<T: ?Sized, A: Told<T>>(value: &T) -> A {
    A::told(value)
}

impl<T, A: Told<T>> Told<Option<T>> for Option<A> {
    fn told(value: &Option<T>) -> Self {
        value.as_ref().map(A::told)
    }
}

impl<T, Out: Told<T>> Told<Vec<T>> for Vec<Out> {
    fn told(value: &Vec<T>) -> Self {
        value.iter().map(Out::told).collect()
    }
}

impl<T, Out: Told<T>> Told<Box<T>> for Box<Out> {
    fn told(value: &Box<T>) -> Self {
        Box::new(Out::told(value))
    }
}

impl<T, A: Told<T>, U, B: Told<U>> Told<(T, U)> for (A, B) {
    fn told(value: &(T, U)) -> Self {
        (A::told(&value.0), B::told(&value.1))
    }
}

impl<T, A: Told<T>, U, B: Told<U>, V, C: Told<V>> Told<(T, U, V)> for (A, B, C) {
    fn told(value: &(T, U, V)) -> Self {
        (A::told(&value.0), B::told(&value.1), C::told(&value.2))
    }
}

macro_rules! as_they_are {
    ($($of:ty),+) => {$(
        impl Told<$of> for $of {
            fn told(value: &$of) -> Self { value.clone() }
        }
    )+};
}
impl Told<&'static str> for String {
    fn told(value: &&'static str) -> Self {
        (*value).to_owned()
    }
}

impl<T: 'static, Out: Told<T>> Told<&'static [T]> for Vec<Out> {
    fn told(value: &&'static [T]) -> Self {
        value.iter().map(Out::told).collect()
    }
}

as_they_are!(bool, u8, u16, u32, u64, usize, i32, i64, f64, String, Uuid);

macro_rules! by_uuid {
    ($($id:ty),+) => {$(
        impl Told<$id> for Uuid {
            fn told(value: &$id) -> Self { value.0 }
        }
    )+};
}
by_uuid!(
    MatterId,
    PersonId,
    PlaceId,
    UnitId,
    IndicatorId,
    VisitId,
    WordsId,
    yixian_domain::ids::ContactId,
    yixian_domain::ids::PartnerId
);

/// An instant within a record: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Millis(i64);

impl Told<Instant> for Millis {
    fn told(value: &Instant) -> Self {
        Millis(value.0)
    }
}

/// An instant as lists tell it: RFC 3339.
#[derive(Clone, Debug, Serialize)]
pub struct Moment(String);

impl Told<Instant> for Moment {
    fn told(value: &Instant) -> Self {
        Moment(value.to_string())
    }
}

/// A day of the calendar.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Day(Date);

impl Told<Date> for Day {
    fn told(value: &Date) -> Self {
        Day(*value)
    }
}

/// A time of day.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Clock(Time);

impl Told<Time> for Clock {
    fn told(value: &Time) -> Self {
        Clock(*value)
    }
}

/// A file by its content address.
#[derive(Clone, Debug, Serialize)]
pub struct File(String);

impl Told<FileRef> for File {
    fn told(value: &FileRef) -> Self {
        File(value.as_str().to_owned())
    }
}

/// Power, in watts.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Watts(i64);

impl Told<Capacity> for Watts {
    fn told(value: &Capacity) -> Self {
        Watts(value.in_watts())
    }
}

/// Money, in fen.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Fen(i64);

impl Told<Money> for Fen {
    fn told(value: &Money) -> Self {
        Fen(value.0)
    }
}

/// What is told by its text.
#[derive(Clone, Debug, Serialize)]
pub struct Text(String);

macro_rules! plain {
    ($($name:ident { $($schema:tt)* })+) => {$(
        impl JsonSchema for $name {
            fn inline_schema() -> bool { true }
            fn schema_name() -> Cow<'static, str> { stringify!($name).into() }
            fn json_schema(_: &mut SchemaGenerator) -> Schema { json_schema!({ $($schema)* }) }
        }
    )+};
}
plain! {
    Millis { "type": "integer", "format": "int64", "description": "Milliseconds since 1970-01-01T00:00:00Z" }
    Moment { "type": "string", "format": "date-time" }
    Day { "type": "string", "format": "date" }
    Clock { "type": "string", "format": "time" }
    Watts { "type": "integer", "format": "int64", "description": "Watts" }
    Fen { "type": "integer", "format": "int64", "description": "Fen, a hundredth of a yuan" }
    File { "type": "string", "pattern": "^[0-9a-f]{64}$", "description": "SHA-256 of the stored bytes, hexadecimal" }
    Text { "type": "string" }
}

/// Fields of a query that are no value of the domain: a name and its schema.
macro_rules! asked {
    ($($(#[$m:meta])* $name:ident { $($schema:tt)* })+) => {$(
        $(#[$m])*
        #[derive(Debug)]
        pub struct $name;
        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool { true }
            fn schema_name() -> std::borrow::Cow<'static, str> { stringify!($name).into() }
            fn json_schema(_: &mut schemars::generate::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ $($schema)* })
            }
        }
    )+};
}
pub(crate) use asked;

asked! {
    /// A switch.
    Switch { "type": "string", "enum": ["1"], "description": "On where it is there" }
    /// How many rows of a list.
    Rows { "type": "integer", "minimum": 1, "maximum": 200, "default": 50 }
    /// Where a list goes on.
    After { "type": "string", "description": "`next` of the page before" }
    /// A month.
    InMonth { "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$", "description": "A month: 2018-10" }
    /// A unit by its code.
    UnitCode { "type": "string", "description": "Code of a unit" }
}

macro_rules! by_text {
    ($($of:ty),+ $(,)?) => {$(
        impl Told<$of> for Text {
            fn told(value: &$of) -> Self { Text(value.to_string()) }
        }
    )+};
}
by_text!(
    yixian_domain::limit::Limit,
    yixian_domain::duty::Month,
    yixian_domain::figure::Period,
    yixian_domain::time::Zone,
    yixian_domain::org::UnitPath,
);

/// An enum that answers tell by its code.
pub trait Choice {
    /// Its name in the document.
    const NAME: &'static str;
    /// Every code.
    fn codes() -> Vec<&'static str>;
}

/// A value by its code; the schema lists the codes.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(transparent)]
pub struct Coded<T>(T);

impl<T: Copy> Told<T> for Coded<T> {
    fn told(value: &T) -> Self {
        Coded(*value)
    }
}

impl<T: Choice> JsonSchema for Coded<T> {
    fn schema_name() -> Cow<'static, str> {
        T::NAME.into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "enum": T::codes() })
    }
}

/// Enums that answers tell by code, each with its name in the document where that is another.
macro_rules! choices {
    ($($name:literal $of:ty),+ $(,)?) => {$(
        impl $crate::door::answer::Choice for $of {
            const NAME: &'static str = $name;
            fn codes() -> Vec<&'static str> {
                <$of>::ALL.iter().map(|c| c.as_str()).collect()
            }
        }
    )+};
}
pub(crate) use choices;

/// Structs and enums that tell values of other crates: `struct Answered of kept::Kept { field: How, … }`. Each field is told
/// from the field of the same name; one more or less there does not compile until it is decided here.
macro_rules! answers {
    () => {};
    ($(#[$m:meta])* struct $name:ident of $($of:ident)::+ { $($(#[$fm:meta])* $f:ident : $t:ty),* $(,)? } $($rest:tt)*) => {
        #[derive(Clone, Debug, serde::Serialize, schemars::JsonSchema)]
        $(#[$m])*
        pub struct $name { $($(#[$fm])* pub(crate) $f: $t),* }
        impl $crate::door::answer::Told<$($of)::+> for $name {
            fn told(value: &$($of)::+) -> Self {
                let $($of)::+ { $($f),* } = value;
                $name { $($f: $crate::door::answer::told($f)),* }
            }
        }
        $crate::door::answer::answers!($($rest)*);
    };
    ($(#[$m:meta])* enum $name:ident of $($of:ident)::+ { $(
        $(#[$vm:meta])* $v:ident $(( $($b:ident : $bt:ty),+ ))? $({ $($(#[$fm:meta])* $f:ident : $t:ty),* $(,)? })?
    ),* $(,)? } $($rest:tt)*) => {
        #[derive(Clone, Debug, serde::Serialize, schemars::JsonSchema)]
        $(#[$m])*
        #[allow(missing_docs)] // the schema says what each is
        pub enum $name { $($(#[$vm])* $v $(( $($bt),+ ))? $({ $($(#[$fm])* $f: $t),* })?),* }
        impl $crate::door::answer::Told<$($of)::+> for $name {
            fn told(value: &$($of)::+) -> Self {
                use $($of)::+ as Kept;
                match value {
                    $(Kept::$v $(( $($b),+ ))? $({ $($f),* })? =>
                        $name::$v $(( $($crate::door::answer::told($b)),+ ))? $({ $($f: $crate::door::answer::told($f)),* })?),*
                }
            }
        }
        $crate::door::answer::answers!($($rest)*);
    };
}
pub(crate) use answers;

answers! {
    /// Who did something: a reference, never a name.
    #[serde(rename_all = "snake_case", tag = "by", content = "id")]
    enum Author of kept::By {
        /// A person of the company.
        Person(id: Uuid),
        /// The raiser, through his link.
        Raiser(id: Uuid),
        /// A body the company works with, through its link.
        Partner(id: Uuid),
        /// The system itself, acting on a rule.
        Rule,
        /// A record taken over from another system.
        Import,
    }

    /// A free text: written out in records of before, kept as words since then.
    #[serde(untagged)]
    enum Said of kept::Said {
        /// Written out; empty where nothing was said.
        Plain(text: String),
        /// Kept as words.
        Kept(words: WordsRef),
    }

    /// Words by where they lie: the answer's `words` has their text, until they are erased.
    struct WordsRef of kept::Words {
        /// Key of the text.
        id: Uuid,
        /// SHA-256 of salt and text, hexadecimal.
        hash: String,
    }
}
