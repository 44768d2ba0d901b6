//! What can be asked of household service, as plain data, and what access asks of each.

use crate::community::command::QuantityIn;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use yixian_domain::household::{ConfirmedHow, Vulnerability};
use yixian_domain::time::Date;

/// What can be asked of household service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs)] // fields carry the names of the domain's own
#[schemars(inline)] // `Envelope` has fields beside it, which a reference would forbid
pub enum HouseholdCommand {
    /// Registers a household, or changes what it is.
    PutHousehold {
        household: Uuid,
        code: String,
        /// The service team's unit.
        unit: Uuid,
        /// The community where it is, a partner.
        #[serde(default)]
        community: Option<Uuid>,
        /// It agreed to its name and address leaving the team.
        #[serde(default)]
        consent: bool,
        /// Who lives there; as it is when missing.
        #[serde(default)]
        resident: Option<ResidentIn>,
    },
    /// Erases who lives there, and photos of the home. That it was served, and with what, stays.
    EraseHousehold { household: Uuid },
    /// Fills in what was done on an order, and submits the order with it; again after the order was sent back.
    PutDoneSheet {
        sheet: Uuid,
        /// The order: a matter about a household.
        matter: Uuid,
        items: Vec<QuantityIn>,
        #[serde(default)]
        materials: Vec<MaterialIn>,
        /// Photos of how it was, content addresses.
        #[serde(default)]
        before: Vec<String>,
        /// Photos of how it is.
        #[serde(default)]
        after: Vec<String>,
        /// In words, for whoever is answered.
        how: String,
        /// When the team comes again.
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        next_visit: Option<Date>,
    },
    /// Records that whoever lives there confirmed what was done.
    ConfirmSheet {
        sheet: Uuid,
        /// `link`, `phone` or `signature`.
        #[schemars(with = "String")]
        how: ConfirmedHow,
        /// The signature, content address; needed where it was signed.
        #[serde(default)]
        signature: Option<String>,
    },
}

/// Who lives in a household: words outside the ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResidentIn {
    /// Name.
    pub name: String,
    /// Address.
    pub address: String,
    /// Phone.
    #[serde(default)]
    pub phone: String,
    /// What makes it vulnerable.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub vulnerable: Vec<Vulnerability>,
}

/// A material that was used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MaterialIn {
    /// What it is called.
    pub item: String,
    /// How many.
    pub n: u32,
    /// What the household pays for all of them, yuan; nothing when missing.
    #[serde(default)]
    pub charge: String,
    /// Why it pays.
    #[serde(default)]
    pub reason: String,
}

/// What access asks before a command is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// To serve the households of the unit.
    Serve,
    /// To administer it.
    Erase,
    /// To have the order in hand.
    Submit,
}

impl HouseholdCommand {
    /// The record it acts on.
    pub fn record(&self) -> Uuid {
        use HouseholdCommand::*;
        match self {
            PutHousehold { household, .. } | EraseHousehold { household } => *household,
            PutDoneSheet { sheet, .. } | ConfirmSheet { sheet, .. } => *sheet,
        }
    }

    /// What access asks. A new command does not compile until it stands here.
    pub(crate) fn needs(&self) -> Needs {
        use HouseholdCommand::*;
        match self {
            PutHousehold { .. } | ConfirmSheet { .. } => Needs::Serve,
            EraseHousehold { .. } => Needs::Erase,
            PutDoneSheet { .. } => Needs::Submit,
        }
    }
}
