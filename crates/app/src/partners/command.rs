//! What can be asked of partners, as plain data, and what access asks of each.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use yixian_domain::partner::PartnerRole;
use yixian_domain::time::Date;

/// What can be asked of partners.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs)] // fields carry the names of the domain's own
#[schemars(inline)] // `Envelope` has fields beside it, which a reference would forbid
pub enum PartnerCommand {
    /// Registers a partner, or changes what it is besides its name; a name that differs holds from the day on which it happens.
    PutPartner {
        partner: Uuid,
        code: String,
        name: String,
        #[serde(default)]
        name_en: Option<String>,
        /// Each with its days.
        roles: Vec<PartnerRoleIn>,
        /// None for one of the whole city.
        #[serde(default)]
        district: Option<String>,
        #[serde(default)]
        credit_code: Option<String>,
        /// Who of ours keeps the contact.
        #[serde(default)]
        liaison: Option<Uuid>,
        /// Names, posts and phones there; as they are when missing.
        #[serde(default)]
        contacts: Option<String>,
        /// Its unit in our tree.
        #[serde(default)]
        unit: Option<Uuid>,
    },
    /// Gives it another name from a day on.
    RenamePartner {
        partner: Uuid,
        name: String,
        #[serde(default)]
        name_en: Option<String>,
        #[schemars(with = "String")]
        from: Date,
    },
    /// Ends a role with a day.
    EndPartnerRole {
        partner: Uuid,
        #[schemars(with = "String")]
        role: PartnerRole,
        #[schemars(with = "String")]
        to: Date,
    },
    /// Lets it count as another from a day on.
    MergePartner {
        partner: Uuid,
        into: Uuid,
        #[schemars(with = "String")]
        from: Date,
    },
    /// Gives it a link; the one before is good no more.
    GivePartnerLink { partner: Uuid },
    /// Ends its link.
    EndPartnerLink { partner: Uuid },
    /// Erases who there may be spoken with.
    ErasePartnerContacts { partner: Uuid },
}

/// A role over days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PartnerRoleIn {
    /// Which.
    #[schemars(with = "String")]
    pub role: PartnerRole,
    /// First day.
    #[schemars(with = "String")]
    pub from: Date,
    /// Last day.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub to: Option<Date>,
}

/// What access asks before a command is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// To keep the register.
    Keep,
    /// To merge and erase in it.
    Merge,
}

impl PartnerCommand {
    /// The record it acts on.
    pub fn record(&self) -> Uuid {
        use PartnerCommand::*;
        match self {
            PutPartner { partner, .. }
            | RenamePartner { partner, .. }
            | EndPartnerRole { partner, .. }
            | MergePartner { partner, .. }
            | GivePartnerLink { partner }
            | EndPartnerLink { partner }
            | ErasePartnerContacts { partner } => *partner,
        }
    }

    /// What access asks. A new command does not compile until it stands here.
    pub(crate) fn needs(&self) -> Needs {
        use PartnerCommand::*;
        match self {
            PutPartner { .. }
            | RenamePartner { .. }
            | EndPartnerRole { .. }
            | GivePartnerLink { .. }
            | EndPartnerLink { .. } => Needs::Keep,
            MergePartner { .. } | ErasePartnerContacts { .. } => Needs::Merge,
        }
    }
}
