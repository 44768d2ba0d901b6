//! Commands: everything that can be asked of the product, as plain data. The browser's forms, the
//! JSON API and the command line all make these; an id minted by whoever issues it makes sending
//! one twice harmless. Words are plain text here; `execute` puts them where they can be
//! erased and gives the ledger a hash. Each slice has its own; here they are put together.

pub use crate::connections::command::{ApplicationIn, CallIn, ConnectionCommand, PaperIn, SchemeIn, SupplyPlanIn};
pub use crate::matters::command::{DueIn, MatterCommand};
pub use crate::organisation::command::{OrganisationCommand, RoleIn};
pub use crate::planning::command::{ChangeIn, PlanCommand, PlanIn, WeightsIn};
pub use crate::visits::command::{CompanionIn, FindingIn, VisitCommand};
use schemars::JsonSchema;
use serde::de::value::MapDeserializer;
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use std::sync::LazyLock;
use uuid::Uuid;

/// A command as it arrives, with when it happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Envelope {
    /// When it happened, RFC 3339; now when missing. May lie in the past within the configured days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub happened_at: Option<String>,
    /// What is asked.
    #[serde(flatten)]
    pub command: Command,
}

/// A point of a phone.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PointIn {
    /// Degrees, WGS-84.
    pub lat: f64,
    /// Degrees, WGS-84.
    pub lon: f64,
    /// Radius in metres.
    #[serde(default)]
    pub accuracy_m: Option<f64>,
}

/// A raiser outside the company.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ContactIn {
    /// Name.
    #[serde(default)]
    pub name: String,
    /// Phone.
    #[serde(default)]
    pub phone: String,
}

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
                static ALL: LazyLock<Vec<&str>> = LazyLock::new(|| [$(names_of::<$command>()),+].concat());
                &ALL
            }
        }

        impl<'de> Deserialize<'de> for Command {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Command, D::Error> {
                let fields = Map::deserialize(from)?;
                let Some(name) = fields.get(TAG) else { return Err(de::Error::missing_field(TAG)) };
                let name = name.deserialize_str(Name).map_err(de::Error::custom)?;
                $(if names_of::<$command>().contains(&name) {
                    return serde_json::from_value(Value::Object(fields)).map(Command::$slice).map_err(de::Error::custom);
                })+
                Err(de::Error::unknown_variant(name, Command::names()))
            }
        }
    };
}

commands! {
    /// Visits.
    Visit(VisitCommand),
    /// Plans of visits.
    Plan(PlanCommand),
    /// Matters.
    Matter(MatterCommand),
    /// Connections.
    Connection(ConnectionCommand),
    /// The organisation.
    Organisation(OrganisationCommand),
}

/// The field that names a command.
const TAG: &str = "do";

/// Reads the name of a command.
struct Name;

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
fn names_of<C: for<'de> Deserialize<'de>>() -> &'static [&'static str] {
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
