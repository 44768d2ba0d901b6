//! The connection 业扩报装: what a matter of kind connection carries beyond every matter. Its lifecycle, ledger and
//! deadline are the matter's; its steps are its procedure's. A [`Case`] holds no name, phone or address: those lie in
//! contacts and words that may be erased.
//!
//! This file holds what a case *is*; [`event`] what happens to it, [`law`] what may, [`clock`] the three clocks,
//! [`eligible`] who is a 三零 customer, [`area`] which streets are rural, [`values`] how typed values are read.

pub mod actions;
pub mod area;
pub mod clock;
pub mod eligible;
pub mod event;
pub mod law;
pub mod values;

pub use event::CaseEvent;
pub use values::{Capacity, CreditCode, Money, Phone, ValueFault};

use crate::deadline::RuleRef;
use crate::ids::*;
use crate::limit::Limit;
use crate::rules::LimitStart;
use crate::time::{Date, Instant};
use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $code)] $variant),+ }
        impl $name {
            /// Every one, in the order pages list them.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
            /// The code as stored and as keyed in the catalogues.
            pub fn as_str(self) -> &'static str { match self { $($name::$variant => $code),+ } }
            /// From the stored code.
            pub fn parse(text: &str) -> Option<Self> { Self::ALL.iter().copied().find(|v| v.as_str() == text) }
        }
    };
}

codes! {
    /// Class of a connection; it is the matter's category and decides procedure and limits.
    Class {
        /// 居民
        Resident = "resident",
        /// 低压非居民
        NonResident = "non_resident",
        /// 三零 (小微企业)
        ThreeZero = "three_zero",
        /// 高压单电源 (三省)
        HvSingle = "hv_single",
        /// 高压双电源 (三省)
        HvDual = "hv_dual",
        /// 临时用电
        Temporary = "temporary",
    }
}

impl Class {
    /// Supplied at high voltage.
    pub fn is_high_voltage(self) -> bool {
        matches!(self, Class::HvSingle | Class::HvDual)
    }
    /// The customer pays nothing, and knows so before anything is surveyed (零投资).
    pub fn is_free(self) -> bool {
        matches!(self, Class::ThreeZero | Class::Resident)
    }
}

codes! {
    /// What the power is for.
    Use {
        /// 住宅
        Home = "home",
        /// 商铺、办公
        Shop = "shop",
        /// 生产
        Workshop = "workshop",
        /// 农业
        Farm = "farm",
        /// 充电
        Charging = "charging",
        /// 施工
        Building = "building",
        /// 其他
        Other = "other",
    }
}

codes! {
    /// Who applies.
    ApplicantKind {
        /// 个人
        Person = "person",
        /// 单位
        Firm = "firm",
    }
}

codes! {
    /// Size of a firm, as its registration says.
    FirmSize {
        /// 小微企业
        Small = "small",
        /// 中型
        Medium = "medium",
        /// 大型
        Large = "large",
        /// 未核实
        Unknown = "unknown",
    }
}

codes! {
    /// Voltage level.
    Voltage {
        /// 0.4 kV
        Low = "0.4kV",
        /// 10 kV
        Kv10 = "10kV",
        /// 35 kV
        Kv35 = "35kV",
        /// 110 kV
        Kv110 = "110kV",
    }
}

codes! {
    /// Where it lies, for caps that differ by area.
    Setting {
        /// 城区
        Urban = "urban",
        /// 乡村
        Rural = "rural",
    }
}

codes! {
    /// What the hall takes special care of.
    Flag {
        /// 老年人
        Elderly = "elderly",
        /// 残疾人
        Disabled = "disabled",
        /// 外国人
        ForeignLanguage = "foreign_language",
        /// 民生急用
        UrgentLivelihood = "urgent_livelihood",
    }
}

codes! {
    /// A paper that is asked for.
    PaperKind {
        /// 身份证明
        Identity = "identity",
        /// 产权证明
        Premises = "premises",
        /// 营业执照
        Licence = "licence",
        /// 负荷清单
        LoadList = "load_list",
        /// 设计文件
        Design = "design",
        /// 竣工报告
        CompletionReport = "completion_report",
        /// 其他
        Other = "other",
    }
}

codes! {
    /// Why the clock was stopped.
    PauseGround {
        /// 材料不全 (一次性告知)
        IncompleteMaterial = "incomplete_material",
        /// 客户工程
        CustomerWorks = "customer_works",
        /// 客户要求延期
        CustomerRequest = "customer_request",
        /// 政府审批
        GovernmentPermit = "government_permit",
        /// 不可抗力
        ForceMajeure = "force_majeure",
    }
}

codes! {
    /// What the customer says of the service.
    Satisfaction {
        /// 满意
        Satisfied = "satisfied",
        /// 基本满意
        Basically = "basically",
        /// 不满意
        Not = "not",
    }
}

codes! {
    /// Why he is not satisfied.
    Complaint {
        /// 慢
        Slow = "slow",
        /// 没来人
        NoShow = "no_show",
        /// 收费
        Fee = "fee",
        /// 态度
        Attitude = "attitude",
        /// 指定单位 (三指定)
        Designated = "designated",
        /// 其他
        Other = "other",
    }
}

/// A paper of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// Which.
    pub kind: PaperKind,
    /// Pictures of it; none yet when it comes later (容缺受理).
    pub photos: Vec<FileRef>,
    /// When it came; none while it is missing.
    pub at: Option<Instant>,
}

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// Person or firm.
    pub applicant: ApplicantKind,
    /// Size of the firm.
    pub size: FirmSize,
    /// District 区.
    pub district: String,
    /// Street or town; empty when not given.
    pub street: String,
    /// The rest of the address, where it can be erased.
    pub address: Option<Words>,
    /// Urban or rural.
    pub setting: Setting,
    /// What for.
    pub purpose: Use,
    /// How much.
    pub capacity: Capacity,
    /// Voltage asked for.
    pub voltage: Voltage,
    /// Second source asked for.
    pub dual: bool,
    /// Temporary supply.
    pub temporary: bool,
    /// An important load 重要客户: design review and mid inspection apply.
    pub important: bool,
    /// Exclusions that hold by what was declared.
    pub exclusions: Vec<eligible::Exclusion>,
    /// Number at the hotline it came through.
    pub reference: Option<String>,
}

/// What the hall found to be otherwise than the application says; the values as they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// Size of the firm, as its registration says.
    pub size: FirmSize,
    /// Urban or rural.
    pub setting: Setting,
    /// How much.
    pub capacity: Capacity,
    /// Voltage.
    pub voltage: Voltage,
    /// Exclusions that hold.
    pub exclusions: Vec<eligible::Exclusion>,
}

impl Application {
    /// The application as it should have been.
    #[must_use]
    pub fn corrected(&self, c: &Correction) -> Application {
        Application {
            size: c.size,
            setting: c.setting,
            capacity: c.capacity,
            voltage: c.voltage,
            exclusions: c.exclusions.clone(),
            ..self.clone()
        }
    }
}

/// A step that ran or runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepRun {
    /// Code of the step.
    pub code: String,
    /// Since when.
    pub from: Instant,
    /// Until when.
    pub to: Option<Instant>,
}

/// A limit as it was in force on the day of the application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseLimit {
    /// Code of a step, or [`crate::rules::WHOLE`], [`crate::rules::HANDLED`].
    pub step: String,
    /// How long.
    pub limit: Limit,
    /// From where it runs.
    pub start: LimitStart,
    /// Which row said so.
    pub rule: RuleRef,
}

/// The supply scheme 供电方案.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scheme {
    /// Voltage.
    pub voltage: Voltage,
    /// Capacity granted.
    pub capacity: Capacity,
    /// Two sources.
    pub dual: bool,
    /// Works on the grid are needed.
    pub works: bool,
    /// Its words, where they can be erased.
    pub words: Option<Words>,
    /// When it was given to the customer.
    pub at: Instant,
}

/// A line of a plan's cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineItem {
    /// What.
    pub name: String,
    /// How much.
    pub amount: Money,
}

/// A way to supply the customer, with its cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Voltage.
    pub voltage: Voltage,
    /// Capacity.
    pub capacity: Capacity,
    /// What the customer would pay, line by line.
    pub lines: Vec<LineItem>,
    /// How many days it would take: always somebody's claim, whatever the source of the money.
    pub days: Option<u32>,
    /// Where the figures come from; empty = a claim.
    pub source: String,
}

impl Plan {
    /// Sum of the lines.
    pub fn total(&self) -> Money {
        Money(self.lines.iter().map(|l| l.amount.0).sum())
    }
    /// Figures without a source are somebody's claim and printed as one.
    pub fn is_claim(&self) -> bool {
        self.source.trim().is_empty()
    }
}

/// What was saved (domain facts A18): the plan that would have been, the one that was chosen, what the customer paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// What would have been.
    pub counterfactual: Plan,
    /// What was chosen.
    pub chosen: Plan,
    /// What the customer paid.
    pub paid: Money,
}

impl Cost {
    /// Counterfactual less paid.
    pub fn saving(&self) -> Money {
        Money(self.counterfactual.total().0 - self.paid.0)
    }
}

/// How a call-back went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum CallOutcome {
    /// Reached, and answered or not.
    Reached {
        /// The day on which the customer says he applied, for the audit.
        applied_on: Option<Date>,
        /// Steps he says he went through.
        steps: Option<u8>,
        /// What he says he paid.
        paid: Option<Money>,
        /// Somebody named a designer, builder or supplier to him (三指定).
        designated: bool,
        /// What he says of the service; none when he gave no answer.
        satisfaction: Option<Satisfaction>,
        /// Why not.
        reasons: Vec<Complaint>,
    },
    /// Nobody answered.
    NotReached,
    /// He did not want to talk.
    Refused,
}

/// The calls made to the customer of a case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calls {
    /// Tries that reached nobody.
    pub attempts: Vec<Instant>,
    /// The call that reached him, with its outcome.
    pub ended: Option<(Instant, CallOutcome)>,
    /// He remembers another day of application than is recorded (体外循环).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub day_differs: bool,
}

impl Calls {
    /// The day of application that the customer remembers, where it is another than the recorded one.
    pub fn other_day(&self) -> Option<Date> {
        match &self.ended {
            Some((_, CallOutcome::Reached { applied_on, .. })) if self.day_differs => *applied_on,
            _ => None,
        }
    }
}

/// What the customer said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rating {
    /// When.
    pub at: Instant,
    /// What.
    pub satisfaction: Satisfaction,
    /// Why not.
    pub reasons: Vec<Complaint>,
    /// In a call-back, or himself.
    pub by_call: bool,
}

/// What a case carries beyond a matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Class.
    pub class: Class,
    /// What was asked for.
    pub asked: Application,
    /// What the hall takes care of.
    pub flags: Vec<Flag>,
    /// Papers.
    pub papers: Vec<Paper>,
    /// Whether it is a 三零 case, and why not.
    pub eligibility: eligible::Eligibility,
    /// Limits in force on the day of the application.
    pub limits: Vec<CaseLimit>,
    /// Works on the grid are needed; none until the survey.
    pub works: Option<bool>,
    /// Steps so far.
    pub steps: Vec<StepRun>,
    /// Scheme given to the customer.
    pub scheme: Option<Scheme>,
    /// Cost and saving.
    pub cost: Option<Cost>,
    /// When it was signed for 受理.
    pub accepted: Option<Instant>,
    /// When the power was on 装表接电.
    pub energized: Option<Instant>,
    /// When its file was closed 归档.
    pub archived: Option<Instant>,
    /// When the customer withdrew it.
    pub withdrawn: Option<Instant>,
    /// The three clocks when the power was on.
    pub measured: Option<clock::Measured>,
    /// Calls.
    pub calls: Calls,
    /// What the customer said.
    pub rating: Option<Rating>,
    /// The problem that a "not satisfied" opened.
    pub problem: Option<MatterId>,
}

impl Case {
    /// The step in hand.
    pub fn step(&self) -> Option<&StepRun> {
        self.steps.last().filter(|s| s.to.is_none())
    }
    /// Papers still missing.
    pub fn missing(&self) -> impl Iterator<Item = PaperKind> + '_ {
        self.papers.iter().filter(|p| p.at.is_none()).map(|p| p.kind)
    }
    /// Whether anybody may still call him: once reached, refused or rated, nobody calls again.
    pub fn may_call(&self) -> bool {
        self.calls.ended.is_none() && self.rating.is_none()
    }
    /// Whether class and procedure can no longer change: a scheme was given, or the survey is over.
    pub fn class_is_settled(&self) -> bool {
        self.steps.len() > 2 || self.scheme.is_some()
    }
    /// A limit by its step.
    pub fn limit(&self, step: &str) -> Option<&CaseLimit> {
        self.limits.iter().find(|l| l.step == step)
    }
}
