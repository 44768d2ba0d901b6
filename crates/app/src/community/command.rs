//! What can be asked of service days, as plain data, and what access asks of each.

use crate::frame::input::PointIn;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use yixian_domain::base::service::ServiceItem;
use yixian_domain::matter::MatterKind;
use yixian_domain::time::Date;

/// What can be asked of service days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs)] // fields carry the names of the domain's own
#[schemars(inline)] // `Envelope` has fields beside it, which a reference would forbid
pub enum CommunityCommand {
    /// Calls a service day, or changes it; its day stays.
    PutServiceDay {
        service_day: Uuid,
        code: String,
        name: String,
        #[serde(default)]
        name_en: Option<String>,
        #[schemars(with = "String")]
        day: Date,
        /// The unit that calls it.
        organiser: Uuid,
    },
    /// Plans a session of a service day, or changes it.
    PutSession {
        session: Uuid,
        service_day: Uuid,
        code: String,
        /// The community, a partner.
        community: Uuid,
        /// The unit of ours that goes there.
        host: Uuid,
        /// Who leads, a member of the roster.
        #[serde(default)]
        lead: Option<Uuid>,
        /// RFC 3339, on the service day.
        starts: String,
        /// RFC 3339, on the service day.
        ends: String,
        /// The visit of whoever of the leadership goes along.
        #[serde(default)]
        visit: Option<Uuid>,
    },
    /// Calls a session off.
    CancelSession { session: Uuid, reason: String },
    /// Gives a session another link; the one before is good no more.
    GiveSessionLink { session: Uuid },
    /// Erases what was written of a session.
    EraseSessionWords { session: Uuid },
    /// Records what was done.
    RecordAct { session: Uuid, act: Uuid, did: DidIn },
    /// Says that an act was recorded by mistake.
    VoidAct { session: Uuid, act: Uuid, reason: String },
    /// Signs a member in, or a guest where none is named.
    SignIn {
        sign_in: Uuid,
        session: Uuid,
        #[serde(default)]
        member: Option<Uuid>,
    },
    /// Signs in everybody on a sheet that was photographed.
    TakeSheet {
        session: Uuid,
        /// Content address of the photo.
        photo: String,
        signed: Vec<SheetLineIn>,
    },
    /// Signs in by the code of a session, as nobody with an account.
    SignInByCode {
        sign_in: Uuid,
        session: Uuid,
        /// The secret part of the session's link.
        secret: String,
        name: String,
        /// The last four digits of the phone, or the staff number.
        key: String,
        /// Signs in as a guest where the roster does not know him.
        #[serde(default)]
        guest: bool,
        #[serde(default)]
        point: Option<PointIn>,
    },
    /// Signs out.
    SignOut { sign_in: Uuid },
    /// Signs out by the code of the session.
    SignOutByCode { sign_in: Uuid, secret: String },
    /// Says that a sign-in was recorded by mistake.
    VoidSignIn { sign_in: Uuid, reason: String },
    /// Puts a member on the roster, or changes what he is.
    ListMember {
        member: Uuid,
        code: String,
        /// Party branch.
        branch: String,
        unit: Uuid,
        /// The person of ours, where he has an account.
        #[serde(default)]
        person: Option<Uuid>,
        /// The community with which he registered.
        #[serde(default)]
        community: Option<Uuid>,
        /// Who he is; as it is when missing.
        #[serde(default)]
        personal: Option<PersonalIn>,
    },
    /// Takes a member off the roster after a day.
    UnlistMember {
        member: Uuid,
        #[schemars(with = "String")]
        on: Date,
    },
    /// Erases who a member is; he still counts.
    EraseMember { member: Uuid },
    /// Registers a party organisation with that of a community.
    RegisterPairing {
        pairing: Uuid,
        ours: Uuid,
        theirs: Uuid,
        #[schemars(with = "String")]
        from: Date,
    },
    /// Ends that with a day.
    EndPairing {
        pairing: Uuid,
        #[schemars(with = "String")]
        to: Date,
    },
}

/// Who a member is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonalIn {
    /// Name.
    pub name: String,
    /// Last four digits of his phone.
    #[serde(default)]
    pub last_four: String,
    /// Staff number.
    #[serde(default)]
    pub staff_number: String,
}

/// A line of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SheetLineIn {
    /// Id of the sign-in.
    pub sign_in: Uuid,
    /// The member.
    pub member: Uuid,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum DidIn {
    /// A project was taken a step on.
    Works {
        /// Its section.
        section: Uuid,
        /// What was agreed.
        #[serde(default)]
        note: String,
    },
    /// A household in difficulty has somebody to turn to.
    Household {
        /// Where it lives, where that is a place of the register.
        #[serde(default)]
        place: Option<Uuid>,
        /// Which, and what it needs.
        household: String,
    },
    /// People were told how power is used safely.
    Publicity {
        /// How many.
        reached: u32,
        /// Of what.
        #[serde(default)]
        note: String,
    },
    /// Things were repaired.
    Repairs {
        /// What and how many.
        items: Vec<QuantityIn>,
        /// Where.
        #[serde(default)]
        note: String,
    },
    /// People were asked.
    Opinions {
        /// What each said; a matter each.
        opinions: Vec<OpinionIn>,
    },
}

/// How much of an item was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuantityIn {
    /// Which.
    #[schemars(with = "String")]
    pub item: ServiceItem,
    /// How many.
    pub n: u32,
}

/// What somebody said when he was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpinionIn {
    /// Id of the matter.
    pub matter: Uuid,
    /// `wish`, `enquiry` or `problem`.
    #[schemars(with = "String")]
    pub kind: MatterKind,
    /// Its category.
    pub category: String,
    /// What was said.
    pub words: String,
}

/// What access asks before a command is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// To keep the days, the roster and the pairings of a unit.
    Keep,
    /// To run the session.
    Run,
    /// The code of the session.
    Code,
}

impl CommunityCommand {
    /// The record it acts on.
    pub fn record(&self) -> Uuid {
        use CommunityCommand::*;
        match self {
            PutServiceDay { service_day, .. } => *service_day,
            PutSession { session, .. }
            | CancelSession { session, .. }
            | GiveSessionLink { session }
            | EraseSessionWords { session }
            | RecordAct { session, .. }
            | VoidAct { session, .. }
            | TakeSheet { session, .. } => *session,
            SignIn { sign_in, .. }
            | SignInByCode { sign_in, .. }
            | SignOut { sign_in }
            | SignOutByCode { sign_in, .. }
            | VoidSignIn { sign_in, .. } => *sign_in,
            ListMember { member, .. } | UnlistMember { member, .. } | EraseMember { member } => *member,
            RegisterPairing { pairing, .. } | EndPairing { pairing, .. } => *pairing,
        }
    }

    /// What access asks. A new command does not compile until it stands here.
    pub(crate) fn needs(&self) -> Needs {
        use CommunityCommand::*;
        match self {
            PutServiceDay { .. }
            | PutSession { .. }
            | CancelSession { .. }
            | GiveSessionLink { .. }
            | EraseSessionWords { .. }
            | ListMember { .. }
            | UnlistMember { .. }
            | EraseMember { .. }
            | RegisterPairing { .. }
            | EndPairing { .. } => Needs::Keep,
            RecordAct { .. }
            | VoidAct { .. }
            | SignIn { .. }
            | TakeSheet { .. }
            | SignOut { .. }
            | VoidSignIn { .. } => Needs::Run,
            SignInByCode { .. } | SignOutByCode { .. } => Needs::Code,
        }
    }

    /// Whether it erases: afterwards nothing of it may be left in files.
    pub(crate) fn erases(&self) -> bool {
        matches!(self, CommunityCommand::EraseMember { .. } | CommunityCommand::EraseSessionWords { .. })
    }
}
