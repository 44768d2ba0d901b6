//! The case: what a connection carries beyond every matter. It holds no name, phone or address, and does not know what
//! may happen to it.

use super::asked::Application;
use super::clock;
use super::verdict::Eligibility;
use super::words::{Class, Complaint, Flag, PaperKind, Satisfaction, Voltage};
use crate::base::ids::*;
use crate::base::time::{Date, Instant};
use crate::base::values::{Capacity, Money};
use crate::law::deadline::RuleRef;
use crate::law::limit::Limit;
use crate::law::rules::LimitStart;
use serde::{Deserialize, Serialize};

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
    /// Code of a step, or [`crate::law::rules::WHOLE`], [`crate::law::rules::HANDLED`].
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
    pub name: Said,
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
    pub source: Said,
}

impl Plan {
    /// Sum of the lines.
    pub fn total(&self) -> Money {
        Money(self.lines.iter().map(|l| l.amount.0).sum())
    }
    /// Figures without a source are somebody's claim and printed as one.
    pub fn is_claim(&self) -> bool {
        self.source.is_nothing()
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
    pub eligibility: Eligibility,
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
