//! What can be asked of outages and of customers served, as plain data, and what access asks of each.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use yixian_domain::outage::{NetworkLevel, OutageKind};
use yixian_domain::time::Date;

/// What can be asked of outages and of customers served.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs)] // fields carry the names of the domain's own
#[schemars(inline)] // `Envelope` has fields beside it, which a reference would forbid
pub enum OutageCommand {
    /// Says how many customers a unit serves in a district from a day on; said again of the same day, it is corrected.
    PutServed {
        /// The record: a new one for a unit and a district of which nothing was said.
        served: Uuid,
        unit: Uuid,
        district: String,
        #[schemars(with = "String")]
        from: Date,
        customers: i64,
    },
    /// Records an outage.
    RecordOutage {
        outage: Uuid,
        /// Its number where it was recorded first.
        code: String,
        facts: OutageIn,
    },
    /// Power is back.
    EndOutage {
        outage: Uuid,
        /// When, RFC 3339.
        end: String,
    },
    /// What was recorded was not so.
    CorrectOutage { outage: Uuid, facts: OutageIn, reason: String },
    /// It was none, or was recorded twice.
    VoidOutage { outage: Uuid, reason: String },
}

/// What is known of an outage, as it is said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // see the comments
pub struct OutageIn {
    /// When power went, RFC 3339.
    pub start: String,
    /// When it was back, RFC 3339; missing while it lasts.
    #[serde(default)]
    pub end: Option<String>,
    pub district: String,
    /// The unit that serves those customers.
    pub unit: Uuid,
    #[schemars(with = "String")]
    pub level: NetworkLevel,
    #[schemars(with = "String")]
    pub kind: OutageKind,
    /// Customers without power.
    pub customers: i64,
    /// Why, in a few words that name nobody.
    #[serde(default)]
    pub cause: Option<String>,
}

/// What access asks before a command is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// To coordinate for the unit whose customers they are.
    Keep,
}

impl OutageCommand {
    /// The record it acts on.
    pub fn record(&self) -> Uuid {
        use OutageCommand::*;
        match self {
            PutServed { served, .. } => *served,
            RecordOutage { outage, .. }
            | EndOutage { outage, .. }
            | CorrectOutage { outage, .. }
            | VoidOutage { outage, .. } => *outage,
        }
    }

    /// What access asks. A new command does not compile until it stands here.
    pub(crate) fn needs(&self) -> Needs {
        use OutageCommand::*;
        match self {
            PutServed { .. } | RecordOutage { .. } | EndOutage { .. } | CorrectOutage { .. } | VoidOutage { .. } => {
                Needs::Keep
            }
        }
    }
}
