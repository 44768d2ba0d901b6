//! How the commands of the slices become one: written and read as the slice's own, told apart by the name under `do`.
//! The list itself stands at the top, in `slices`; nothing here names a slice.

use serde::Deserialize;
use serde::de::value::MapDeserializer;
use serde::de::{self, Visitor};

/// Makes [`Command`] of the commands of each slice. What is written and read is the slice's own: the name under `do` says
/// whose command it is, and every fault is told in the words of that slice alone.
macro_rules! commands {
    ($($(#[$doc:meta])* $slice:ident($command:ty)),+ $(,)?) => {
        /// Everything that can be asked.
        #[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
        #[serde(untagged)]
        pub enum Command { $($(#[$doc])* $slice($command)),+ }

        $(impl From<$command> for Command {
            fn from(command: $command) -> Command { Command::$slice(command) }
        })+

        impl Command {
            /// The record it acts on.
            pub fn record(&self) -> Uuid {
                match self { $(Command::$slice(command) => command.record()),+ }
            }

            /// The name of every command.
            pub fn names() -> &'static [&'static str] {
                static ALL: std::sync::LazyLock<Vec<&str>> = std::sync::LazyLock::new(|| [$($crate::frame::commands::names_of::<$command>()),+].concat());
                &ALL
            }
        }

        impl<'de> Deserialize<'de> for Command {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Command, D::Error> {
                let fields = Map::deserialize(from)?;
                let Some(name) = fields.get($crate::frame::commands::TAG) else { return Err(de::Error::missing_field($crate::frame::commands::TAG)) };
                let name = name.deserialize_str($crate::frame::commands::Name).map_err(de::Error::custom)?;
                $(if $crate::frame::commands::names_of::<$command>().contains(&name) {
                    return serde_json::from_value(Value::Object(fields)).map(Command::$slice).map_err(de::Error::custom);
                })+
                Err(de::Error::unknown_variant(name, Command::names()))
            }
        }
    };
}
pub(crate) use commands;

/// The field that names a command.
pub(crate) const TAG: &str = "do";

/// Reads the name of a command.
pub(crate) struct Name;

impl<'de> Visitor<'de> for Name {
    type Value = &'de str;
    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the name of a command")
    }
    fn visit_borrowed_str<E: de::Error>(self, name: &'de str) -> Result<&'de str, E> {
        Ok(name)
    }
}

/// The names of a slice's commands, from serde itself: it tells them to whoever asks for one that is not there.
pub(crate) fn names_of<C: for<'de> Deserialize<'de>>() -> &'static [&'static str] {
    let nameless = MapDeserializer::<_, Expected>::new([(TAG, "")].into_iter());
    C::deserialize(nameless).map_or_else(|e| e.0, |_| &[])
}

/// An error that keeps nothing but the names that were expected.
#[derive(Debug)]
struct Expected(&'static [&'static str]);

impl std::fmt::Display for Expected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "one of {:?}", self.0)
    }
}

impl std::error::Error for Expected {}

impl de::Error for Expected {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Expected(&[])
    }
    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Expected(expected)
    }
}
