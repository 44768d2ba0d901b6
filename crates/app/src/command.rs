//! Commands: everything that can be asked of the product, as plain data. The browser's forms, the
//! JSON API and the command line all make these; an id minted by whoever issues it makes sending
//! one twice harmless. Words are plain text here; `crate::execute` puts them where they can be
//! erased and gives the ledger a hash.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use yixian_domain::duty::Month;
use yixian_domain::connection::eligible::Exclusion;
use yixian_domain::connection::{ApplicantKind, Complaint, FirmSize, Flag, PaperKind, PauseGround, Satisfaction, Setting, Use, Voltage};
use yixian_domain::matter::{MatterKind, Origin, Verdict};
use yixian_domain::org::{Level, Role, Specialty, UnitKind};
use yixian_domain::place::{Area, PlaceKind};
use yixian_domain::time::{Date, Time};
use yixian_domain::visit::VisitType;

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

/// Somebody who goes along.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CompanionIn {
    /// Who.
    pub person: Uuid,
    /// The visit counts towards his duty.
    #[serde(default)]
    pub duty: bool,
}

/// By when something is to be done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DueIn {
    /// By the limit rule in force; refused where there is none.
    #[default]
    Rule,
    /// By the rule, or without a deadline where there is none.
    RuleIfAny,
    /// A limit: `5wd`, `7cd`, `24h`.
    Limit(String),
    /// A day.
    Day(#[schemars(with = "String")] Date),
}

/// How a finding is closed: on the spot, or by a deadline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingIn {
    /// 当场解决
    OnTheSpot {
        /// How.
        #[serde(default)]
        how: String,
        /// Photos taken afterwards, content addresses.
        #[serde(default)]
        photos: Vec<String>,
    },
    /// 限期整改
    PutRight {
        /// Responsible unit.
        unit: Uuid,
        /// By when.
        #[serde(default)]
        due: DueIn,
    },
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

/// Something that a person settles before a plan is made: what only he knows, or wants to try.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "change", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs)] // fields carry the names of the domain's own
pub enum ChangeIn {
    /// This place, with this leader or on this day or both: pins it, or moves it there.
    Pin {
        place: Uuid,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        leader: Option<Uuid>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Option<String>")]
        day: Option<Date>,
    },
    /// This place not with this leader, not on this day, or (neither) not at all.
    Forbid {
        place: Uuid,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        leader: Option<Uuid>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Option<String>")]
        day: Option<Date>,
    },
    /// The place is closed on these days.
    Closed {
        place: Uuid,
        #[schemars(with = "String")]
        from: Date,
        #[schemars(with = "String")]
        to: Date,
    },
    /// The leader cannot go on these days; an exemption proper is a command of its own.
    Away {
        leader: Uuid,
        #[schemars(with = "String")]
        from: Date,
        #[schemars(with = "String")]
        to: Date,
    },
    /// Somebody has to go there: so many points on top.
    Urgent { place: Uuid, points: u32 },
    /// One shift more.
    Shift {
        leader: Uuid,
        #[schemars(with = "String")]
        day: Date,
    },
}

/// How much each part of the goal counts, percent of the rule's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)] // as in the rules' goal
pub struct WeightsIn {
    pub priority: u16,
    pub duty: u16,
    pub travel: u16,
    pub spread: u16,
    pub fairness: u16,
    pub keep: u16,
}

impl Default for WeightsIn {
    fn default() -> Self { WeightsIn { priority: 100, duty: 100, travel: 100, spread: 100, fairness: 100, keep: 100 } }
}

/// What a plan is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanIn {
    /// The plan's id.
    pub plan: Uuid,
    /// Whose visits: places and leaders of this unit and everything below it.
    pub unit: Uuid,
    /// The month, `2018-10`.
    #[schemars(with = "String")]
    pub month: Month,
    /// First day that may change; the month's first day or today, whichever is later, when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub from: Option<Date>,
    /// The plan it begins from; its visits are kept where nothing speaks against it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<Uuid>,
    /// What is settled. Together with what the base had settled.
    #[serde(default)]
    pub changes: Vec<ChangeIn>,
    /// How much each part of the goal counts.
    #[serde(default)]
    pub weights: WeightsIn,
    /// Seconds the search may take; the rule's when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u16>,
    /// Iterations instead of seconds: the same plan again, on any machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iterations: Option<u64>,
    /// Where the search takes its chance from.
    #[serde(default)]
    pub seed: u64,
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

fn web() -> Origin { Origin::Web }
fn unknown_size() -> FirmSize { FirmSize::Unknown }
fn low_voltage() -> Voltage { Voltage::Low }

/// Everything that can be asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs)] // fields carry the names of the domain's own
pub enum Command {
    /// Plans a visit.
    PlanVisit {
        visit: Uuid,
        #[schemars(with = "String")]
        kind: VisitType,
        place: Uuid,
        /// The hosting unit; the place's own when missing.
        #[serde(default)]
        host: Option<Uuid>,
        leader: Uuid,
        #[serde(default)]
        companions: Vec<CompanionIn>,
        #[schemars(with = "String")]
        day: Date,
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        from: Option<Time>,
        #[serde(default)]
        purpose: String,
        #[serde(default = "yes")]
        announced: bool,
    },
    /// Checks in.
    StartVisit {
        visit: Uuid,
        #[serde(default)]
        point: Option<PointIn>,
        #[serde(default)]
        photos: Vec<String>,
        /// As it turned out; as planned when missing.
        #[serde(default)]
        announced: Option<bool>,
    },
    /// Records what was found, closed on the spot or to be put right.
    RecordFinding {
        visit: Uuid,
        matter: Uuid,
        #[serde(default = "problem")]
        #[schemars(with = "String")]
        kind: MatterKind,
        category: String,
        words: String,
        #[serde(default)]
        photos: Vec<String>,
        /// Who raised it, when not the leader himself.
        #[serde(default)]
        raiser: Option<ContactIn>,
        finding: FindingIn,
    },
    /// Ends a visit.
    FinishVisit {
        visit: Uuid,
        #[serde(default)]
        summary: String,
    },
    /// Gives a planned visit to another leader, day or hour; what is missing stays.
    RescheduleVisit {
        visit: Uuid,
        #[serde(default)]
        leader: Option<Uuid>,
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        day: Option<Date>,
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        from: Option<Time>,
    },
    /// Makes a plan of visits: searches for as long as it may, checks what it found, keeps it.
    MakePlan(PlanIn),
    /// Turns a plan into visits.
    AdoptPlan { plan: Uuid },
    /// Calls a visit off.
    CancelVisit { visit: Uuid, reason: String },
    /// Counts a visit with another.
    MergeVisit { visit: Uuid, into: Uuid },

    /// Raises a matter that was not found on a visit.
    RaiseMatter {
        matter: Uuid,
        #[schemars(with = "String")]
        kind: MatterKind,
        #[schemars(with = "String")]
        origin: Origin,
        category: String,
        words: String,
        #[serde(default)]
        place: Option<Uuid>,
        /// Where it waits to be assigned; the place's unit, else the root, when missing.
        #[serde(default)]
        unit: Option<Uuid>,
        #[serde(default)]
        photos: Vec<String>,
        /// A raiser outside the company; oneself when missing.
        #[serde(default)]
        raiser: Option<ContactIn>,
    },
    /// Gives it to a unit with a deadline.
    Assign {
        matter: Uuid,
        unit: Uuid,
        #[serde(default)]
        handler: Option<Uuid>,
        #[serde(default)]
        due: DueIn,
        #[serde(default)]
        note: String,
    },
    /// Moves it to another unit.
    Transfer { matter: Uuid, unit: Uuid, #[serde(default)] handler: Option<Uuid>, reason: String },
    /// Lets it go with another matter.
    Merge { matter: Uuid, into: Uuid, #[serde(default)] reason: String },
    /// Does not take it on.
    Refuse { matter: Uuid, reason: String },
    /// Signs for it.
    Accept { matter: Uuid },
    /// Asks for more time.
    AskExtension {
        matter: Uuid,
        #[schemars(with = "String")]
        until: Date,
        reason: String,
        #[serde(default)]
        photos: Vec<String>,
    },
    /// Asks to stop the clock.
    AskPause {
        matter: Uuid,
        reason: String,
        #[serde(default)]
        photos: Vec<String>,
        /// Ground; a connection needs one.
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        ground: Option<PauseGround>,
    },
    /// Decides the waiting request.
    Decide { matter: Uuid, approve: bool, #[serde(default)] note: String },
    /// Starts the clock again.
    Resume { matter: Uuid, #[serde(default)] note: String },
    /// Ends the step in hand, begins the next.
    Advance {
        matter: Uuid,
        step: String,
        /// What was done in the step that ends; some steps want a note or a photo.
        #[serde(default)]
        note: String,
        #[serde(default)]
        photos: Vec<String>,
    },
    /// Put right.
    Submit { matter: Uuid, how: String, #[serde(default)] photos: Vec<String> },
    /// Accepts the solution.
    Verify { matter: Uuid, #[serde(default)] note: String },
    /// Sends the solution back.
    Return { matter: Uuid, reason: String },
    /// Answers whoever raised it.
    Answer { matter: Uuid, words: String },
    /// Records a try to reach the raiser.
    RecordAttempt { matter: Uuid, note: String },
    /// The raiser's verdict.
    Rate {
        matter: Uuid,
        #[schemars(with = "String")]
        verdict: Verdict,
        #[serde(default)]
        words: String,
    },
    /// A remark; `corrects` names the event it corrects.
    Comment {
        matter: Uuid,
        words: String,
        #[serde(default)]
        photos: Vec<String>,
        #[serde(default)]
        corrects: Option<u32>,
    },
    /// Erases the words and contact of a matter; the ledger stays valid.
    EraseWords { matter: Uuid },

    /// Applies for a connection 用电申请. Anybody may, the counter for somebody else too.
    ApplyConnection {
        connection: Uuid,
        application: Box<ApplicationIn>,
    },
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

    /// Makes or changes a unit.
    PutUnit {
        unit: Uuid,
        code: String,
        name: String,
        #[serde(default)]
        name_en: Option<String>,
        #[schemars(with = "String")]
        kind: UnitKind,
        #[serde(default)]
        parent: Option<Uuid>,
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        from: Option<Date>,
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        to: Option<Date>,
    },
    /// Makes or changes a person with his roles.
    PutPerson {
        person: Uuid,
        code: String,
        name: String,
        unit: Uuid,
        #[schemars(with = "String")]
        level: Level,
        #[schemars(with = "String")]
        specialty: Specialty,
        #[serde(default)]
        duty: bool,
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        from: Option<Date>,
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        to: Option<Date>,
        /// Roles; unchanged when missing.
        #[serde(default)]
        roles: Option<Vec<RoleIn>>,
    },
    /// Makes or changes a place.
    PutPlace {
        place: Uuid,
        code: String,
        name: String,
        #[schemars(with = "String")]
        kind: PlaceKind,
        district: String,
        #[schemars(with = "String")]
        area: Area,
        #[serde(default)]
        point: Option<PointIn>,
        #[serde(default)]
        unit: Option<Uuid>,
    },
    /// Exempts a person from visit duty.
    Exempt {
        person: Uuid,
        #[schemars(with = "String")]
        from: Date,
        #[schemars(with = "String")]
        to: Date,
        reason: String,
    },
}

/// A role over a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RoleIn {
    /// Which.
    #[schemars(with = "String")]
    pub role: Role,
    /// Over which subtree.
    pub unit: Uuid,
}

fn yes() -> bool { true }
fn problem() -> MatterKind { MatterKind::Problem }

impl Command {
    /// The record it acts on.
    pub fn record(&self) -> Uuid {
        use Command::*;
        match self {
            PlanVisit { visit, .. } | StartVisit { visit, .. } | FinishVisit { visit, .. } | CancelVisit { visit, .. } | MergeVisit { visit, .. } | RescheduleVisit { visit, .. } => *visit,
            MakePlan(p) => p.plan,
            AdoptPlan { plan } => *plan,
            RecordFinding { matter, .. } | RaiseMatter { matter, .. } | Assign { matter, .. } | Transfer { matter, .. }
            | Merge { matter, .. } | Refuse { matter, .. } | Accept { matter } | AskExtension { matter, .. }
            | AskPause { matter, .. } | Decide { matter, .. } | Resume { matter, .. } | Advance { matter, .. }
            | Submit { matter, .. } | Verify { matter, .. } | Return { matter, .. } | Answer { matter, .. }
            | RecordAttempt { matter, .. } | Rate { matter, .. } | Comment { matter, .. } | EraseWords { matter } => *matter,
            ApplyConnection { connection, .. } | SurveyConnection { connection, .. } | ReplyScheme { connection, .. } | SetConnectionCost { connection, .. }
            | OverrideEligibility { connection, .. } | CorrectApplication { connection, .. } | FlagConnection { connection, .. } | AddPaper { connection, .. } | Energize { connection, .. }
            | WithdrawConnection { connection, .. } | CallBack { connection, .. } | RateConnection { connection, .. } => *connection,
            PutUnit { unit, .. } => *unit,
            PutPerson { person, .. } | Exempt { person, .. } => *person,
            PutPlace { place, .. } => *place,
        }
    }
}
