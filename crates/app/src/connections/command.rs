//! What can be asked of connections, as plain data, and what access asks of each. Numbers are text here: what cannot be read
//! is refused by [`super::act`] in the field's words.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use yixian_domain::connection::actions::CaseAction;
use yixian_domain::connection::eligible::Exclusion;
use yixian_domain::connection::{
    ApplicantKind, Complaint, FirmSize, Flag, PaperKind, Satisfaction, Setting, Use, Voltage,
};
use yixian_domain::matter::Origin;
use yixian_domain::time::Date;

/// What can be asked of connections.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs)] // fields carry the names of the domain's own
#[schemars(inline)] // `Envelope` has fields beside it, which a reference would forbid
pub enum ConnectionCommand {
    /// Applies for a connection 用电申请. Anybody may, the counter for somebody else too.
    ApplyConnection { connection: Uuid, application: Box<ApplicationIn> },
    /// What the survey found 现场勘查.
    SurveyConnection {
        connection: Uuid,
        /// Works on the grid are needed.
        works: bool,
        #[serde(default)]
        words: String,
        #[serde(default)]
        photos: Vec<String>,
    },
    /// Gives the customer the supply scheme 供电方案答复.
    ReplyScheme { connection: Uuid, scheme: SchemeIn },
    /// Records what would have been, what was chosen and what was paid.
    SetConnectionCost {
        connection: Uuid,
        counterfactual: SupplyPlanIn,
        chosen: SupplyPlanIn,
        /// Yuan.
        paid: String,
    },
    /// Decides otherwise than the eligibility rule.
    OverrideEligibility { connection: Uuid, eligible: bool, reason: String },
    /// Corrects what the application says, and judges it again.
    CorrectApplication {
        connection: Uuid,
        #[schemars(with = "String")]
        size: FirmSize,
        #[schemars(with = "String")]
        setting: Setting,
        /// kW.
        capacity: String,
        #[schemars(with = "String")]
        voltage: Voltage,
        #[serde(default)]
        #[schemars(with = "Vec<String>")]
        exclusions: Vec<Exclusion>,
        reason: String,
    },
    /// Marks what the hall takes care of; replaces the flags.
    FlagConnection {
        connection: Uuid,
        #[schemars(with = "Vec<String>")]
        flags: Vec<Flag>,
    },
    /// Takes in a paper that was missing.
    AddPaper {
        connection: Uuid,
        #[schemars(with = "String")]
        kind: PaperKind,
        photos: Vec<String>,
    },
    /// Meter in, power on: ends the last step. `Submit` of a connection does the same.
    Energize {
        connection: Uuid,
        how: String,
        #[serde(default)]
        photos: Vec<String>,
    },
    /// The customer withdraws; by himself, or by a coordinator for him.
    WithdrawConnection { connection: Uuid, reason: String },
    /// Records a call-back 回访.
    CallBack {
        connection: Uuid,
        call: CallIn,
        #[serde(default)]
        words: String,
        /// The problem that "not satisfied" opens; minted by whoever issues the command.
        #[serde(default)]
        problem: Option<Uuid>,
    },
    /// The customer's own word on the service. `Rate` of a connection does the same without reasons.
    RateConnection {
        connection: Uuid,
        #[schemars(with = "String")]
        satisfaction: Satisfaction,
        #[serde(default)]
        #[schemars(with = "Vec<String>")]
        reasons: Vec<Complaint>,
        #[serde(default)]
        words: String,
        /// The problem that "not satisfied" opens; minted by whoever issues the command.
        #[serde(default)]
        problem: Option<Uuid>,
    },
}

/// What access asks before a command is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// To apply.
    Apply,
    /// To act on a case.
    Act(CaseAction),
}

impl ConnectionCommand {
    /// The record it acts on.
    pub fn record(&self) -> Uuid {
        use ConnectionCommand::*;
        match self {
            ApplyConnection { connection, .. }
            | SurveyConnection { connection, .. }
            | ReplyScheme { connection, .. }
            | SetConnectionCost { connection, .. }
            | OverrideEligibility { connection, .. }
            | CorrectApplication { connection, .. }
            | FlagConnection { connection, .. }
            | AddPaper { connection, .. }
            | Energize { connection, .. }
            | WithdrawConnection { connection, .. }
            | CallBack { connection, .. }
            | RateConnection { connection, .. } => *connection,
        }
    }

    /// What access asks. A new command does not compile until it stands here.
    pub(crate) fn needs(&self) -> Needs {
        use ConnectionCommand::*;
        Needs::Act(match self {
            ApplyConnection { .. } => return Needs::Apply,
            SurveyConnection { .. } => CaseAction::Survey,
            ReplyScheme { .. } => CaseAction::ReplyScheme,
            SetConnectionCost { .. } => CaseAction::SetCost,
            OverrideEligibility { .. } => CaseAction::OverrideEligibility,
            CorrectApplication { .. } => CaseAction::Correct,
            FlagConnection { .. } => CaseAction::Flag,
            AddPaper { .. } => CaseAction::AddPaper,
            Energize { .. } => CaseAction::Energize,
            WithdrawConnection { .. } => CaseAction::Withdraw,
            CallBack { .. } => CaseAction::CallBack,
            RateConnection { .. } => CaseAction::Rate,
        })
    }
}

/// An application as it is typed. Numbers are text: what cannot be read is refused in the field's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplicationIn {
    /// How it came: `web`, `counter`, `hotline12345`, `hotline95598`, `staff`.
    #[serde(default = "web")]
    #[schemars(with = "String")]
    pub origin: Origin,
    /// Number at the hotline.
    #[serde(default)]
    pub reference: Option<String>,
    /// Person or firm.
    #[schemars(with = "String")]
    pub applicant: ApplicantKind,
    /// Name of the person or firm.
    pub name: String,
    /// Phone.
    pub phone: String,
    /// What `App::check_phone_code` gave; needed when nobody is signed in.
    #[serde(default)]
    pub proof: Option<String>,
    /// Unified social credit code; needed of a firm.
    #[serde(default)]
    pub credit_code: Option<String>,
    /// Size of the firm, as its registration says.
    #[serde(default = "unknown_size")]
    #[schemars(with = "String")]
    pub size: FirmSize,
    /// District 区.
    pub district: String,
    /// Street or town.
    #[serde(default)]
    pub street: String,
    /// The rest of the address.
    pub address: String,
    /// Urban or rural; as its street is when missing.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub setting: Option<Setting>,
    /// What for.
    #[serde(rename = "use")]
    #[schemars(with = "String")]
    pub purpose: Use,
    /// How much, kW: `7.5`.
    pub capacity: String,
    /// Voltage; low when missing.
    #[serde(default = "low_voltage")]
    #[schemars(with = "String")]
    pub voltage: Voltage,
    /// Second source.
    #[serde(default)]
    pub dual: bool,
    /// Temporary supply.
    #[serde(default)]
    pub temporary: bool,
    /// Important load.
    #[serde(default)]
    pub important: bool,
    /// Exclusions from 三零 that hold.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub exclusions: Vec<Exclusion>,
    /// What the hall takes care of.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub flags: Vec<Flag>,
    /// Papers; without photos = later (容缺受理).
    #[serde(default)]
    pub papers: Vec<PaperIn>,
    /// Anything else he says.
    #[serde(default)]
    pub words: String,
    /// Registered place.
    #[serde(default)]
    pub place: Option<Uuid>,
    /// Where it waits; the unit that serves the district when missing.
    #[serde(default)]
    pub unit: Option<Uuid>,
}

/// A paper as it is handed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PaperIn {
    /// Which.
    #[schemars(with = "String")]
    pub kind: PaperKind,
    /// Content addresses of its pictures.
    #[serde(default)]
    pub photos: Vec<String>,
}

/// A supply scheme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SchemeIn {
    /// Voltage.
    #[schemars(with = "String")]
    pub voltage: Voltage,
    /// Capacity granted, kW.
    pub capacity: String,
    /// Two sources.
    #[serde(default)]
    pub dual: bool,
    /// Works on the grid are needed.
    #[serde(default)]
    pub works: bool,
    /// Its words.
    #[serde(default)]
    pub words: String,
}

/// A plan with what the customer would pay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SupplyPlanIn {
    /// Voltage.
    #[schemars(with = "String")]
    pub voltage: Voltage,
    /// Capacity, kW.
    pub capacity: String,
    /// Line by line: what, and yuan.
    #[serde(default)]
    pub lines: Vec<(String, String)>,
    /// Days it would take.
    #[serde(default)]
    pub days: Option<u32>,
    /// Where the figures come from; empty = a claim.
    #[serde(default)]
    pub source: String,
}

/// How a call-back went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "outcome", rename_all = "snake_case", deny_unknown_fields)]
pub enum CallIn {
    /// Reached.
    Reached {
        /// The day on which he says he applied.
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        applied_on: Option<Date>,
        /// Steps he says he went through.
        #[serde(default)]
        steps: Option<u8>,
        /// Yuan he says he paid.
        #[serde(default)]
        paid: Option<String>,
        /// Somebody named a designer, builder or supplier to him.
        #[serde(default)]
        designated: bool,
        /// What he says of the service; none when he gave no answer.
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        satisfaction: Option<Satisfaction>,
        /// Why not.
        #[serde(default)]
        #[schemars(with = "Vec<String>")]
        reasons: Vec<Complaint>,
    },
    /// Nobody answered.
    NotReached,
    /// He did not want to talk.
    Refused,
}

fn web() -> Origin {
    Origin::Web
}
fn unknown_size() -> FirmSize {
    FirmSize::Unknown
}
fn low_voltage() -> Voltage {
    Voltage::Low
}
