//! The matter 事项: anything somebody raised and somebody is owed an answer to. One lifecycle,
//! written once:
//!
//! ```text
//! Raised → Assigned → Accepted → InHand(step…) → Submitted → Verified → Answered → Closed
//!        ↘ SolvedOnTheSpot ──────────────────────↗
//! side: Returned (rework), Merged(into), Refused(reason), Reopened
//! overlays that remember the stage: Paused, Escalated
//! ```
//!
//! This file holds what a matter *is*; `law.rs` says what may happen to it and `event.rs` how
//! what happened changes it. It deliberately does not know who may do what
//! ([`crate::access`]), where anything is stored, or what a step inside InHand demands
//! ([`crate::procedure`]).

mod event;
mod law;

pub use event::{Happened, MatterEvent};
pub use law::{Law, Moved, Raise, TargetChoice};

use crate::connection::{Case, PauseGround};
use crate::deadline::{Promise, RuleRef};
use crate::ids::*;
use crate::time::{Date, Instant};
use serde::{Deserialize, Serialize};

/// What was raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatterKind {
    /// 问题
    Problem,
    /// 隐患
    Hazard,
    /// 违章
    Violation,
    /// 业扩报装
    Connection,
    /// 联席会议议定事项
    Resolution,
    /// 指标任务
    Task,
    /// 改进措施
    Measure,
    /// 社区微心愿、意见
    Wish,
    /// 咨询
    Enquiry,
}

impl MatterKind {
    /// Every kind, in the order pages list them.
    pub const ALL: [MatterKind; 9] = [
        MatterKind::Problem,
        MatterKind::Hazard,
        MatterKind::Violation,
        MatterKind::Connection,
        MatterKind::Resolution,
        MatterKind::Task,
        MatterKind::Measure,
        MatterKind::Wish,
        MatterKind::Enquiry,
    ];
}

/// How a matter came to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Found on a visit.
    Visit,
    /// Raised by a person of the company.
    Staff,
    /// Counter or phone of our own.
    Counter,
    /// The citizens' hotline 12345.
    Hotline12345,
    /// The company's hotline 95598.
    Hotline95598,
    /// The public page.
    Web,
    /// Taken over from another system.
    Import,
}

impl Origin {
    /// Every origin, in the order pages list them.
    pub const ALL: [Origin; 7] = [
        Origin::Visit,
        Origin::Staff,
        Origin::Counter,
        Origin::Hotline12345,
        Origin::Hotline95598,
        Origin::Web,
        Origin::Import,
    ];
}

/// What was raised, by whom, in whose words. Never changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raised {
    /// Who is owed the answer.
    pub by: By,
    /// Who wrote it down.
    pub recorded_by: By,
    /// When it was raised.
    pub at: Instant,
    /// His words.
    pub words: Words,
    /// Category code of the procedure (`equipment`, `line`, `service` …) or the foreign type.
    pub category: String,
    /// Where it lies.
    pub place: Option<PlaceId>,
    /// The visit on which it was found.
    pub visit: Option<VisitId>,
    /// Photos taken when it was found.
    pub photos: Vec<FileRef>,
}

/// What put the matter right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Solution {
    /// Who did it.
    pub by: By,
    /// When.
    pub at: Instant,
    /// How.
    pub how: Words,
    /// Photos taken afterwards.
    pub photos: Vec<FileRef>,
    /// Solved where it was found, within the visit.
    pub on_the_spot: bool,
}

/// The answer to whoever raised it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Who answered.
    pub by: By,
    /// When.
    pub at: Instant,
    /// In these words.
    pub words: Words,
    /// Given through this matter's master, when merged.
    pub through: Option<MatterId>,
}

/// What the raiser said to the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// 解决了
    Solved,
    /// 部分解决
    Partly,
    /// 没解决
    Not,
}

/// On what ground a matter was closed. There is no other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "ground")]
pub enum Closing {
    /// The raiser confirmed.
    Confirmed {
        /// His verdict, solved or partly.
        verdict: Verdict,
    },
    /// He was silent for so many days after the answer.
    Silence {
        /// Days.
        days: u16,
    },
    /// He could not be reached in so many recorded attempts.
    NotReached {
        /// Attempts.
        attempts: u16,
    },
    /// Another system closed it and we took over its record.
    RecordedElsewhere,
    /// The customer was not satisfied; what he said goes on as a problem of its own.
    CarriedOn {
        /// The problem.
        problem: MatterId,
    },
}

/// Where the matter is. Each stage carries what brought it there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "stage")]
pub enum Stage {
    /// Waits for a coordinator.
    Raised,
    /// With a unit that has not signed for it.
    Assigned {
        /// When it was assigned.
        at: Instant,
    },
    /// Signed for 签收.
    Accepted {
        /// Who signed.
        by: By,
        /// When.
        at: Instant,
    },
    /// In a step of its procedure.
    InHand {
        /// Code of the step.
        step: String,
        /// Since when.
        since: Instant,
    },
    /// Put right, waits for verification.
    Submitted {
        /// What was done.
        solution: Solution,
    },
    /// Solved where it was found, waits for verification.
    SolvedOnTheSpot {
        /// What was done.
        solution: Solution,
    },
    /// The verifier sent it back.
    Returned {
        /// Who.
        by: By,
        /// When.
        at: Instant,
        /// Why.
        reason: Words,
    },
    /// Verified; the raiser is owed the answer.
    Verified {
        /// What was done.
        solution: Solution,
        /// Who verified.
        by: By,
        /// When.
        at: Instant,
    },
    /// Not taken on; the raiser is still owed the answer.
    Refused {
        /// Who.
        by: By,
        /// When.
        at: Instant,
        /// Why.
        reason: Words,
    },
    /// Goes with another matter, whose answer fans out to this one.
    Merged {
        /// The master.
        into: MatterId,
        /// Who.
        by: By,
        /// When.
        at: Instant,
    },
    /// Answered; the raiser's verdict is awaited.
    Answered {
        /// The answer.
        answer: Answer,
    },
    /// Closed.
    Closed {
        /// The answer; none only for records taken over from elsewhere.
        answer: Option<Answer>,
        /// Ground.
        closing: Closing,
        /// When.
        at: Instant,
    },
    /// The raiser said "not solved"; goes to another handler.
    Reopened {
        /// When.
        at: Instant,
    },
}

/// The stage without its data, for lists, filters and refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the same names as in Stage
pub enum StageName {
    Raised,
    Assigned,
    Accepted,
    InHand,
    Submitted,
    SolvedOnTheSpot,
    Returned,
    Verified,
    Refused,
    Merged,
    Answered,
    Closed,
    Reopened,
}

impl StageName {
    /// Every stage, in the order of the lifecycle.
    pub const ALL: [StageName; 13] = [
        StageName::Raised,
        StageName::Assigned,
        StageName::Accepted,
        StageName::InHand,
        StageName::Returned,
        StageName::Submitted,
        StageName::SolvedOnTheSpot,
        StageName::Verified,
        StageName::Refused,
        StageName::Merged,
        StageName::Answered,
        StageName::Reopened,
        StageName::Closed,
    ];
    /// The name as stored and as keyed in the catalogues.
    pub fn as_str(self) -> &'static str {
        match self {
            StageName::Raised => "raised",
            StageName::Assigned => "assigned",
            StageName::Accepted => "accepted",
            StageName::InHand => "in_hand",
            StageName::Submitted => "submitted",
            StageName::SolvedOnTheSpot => "solved_on_the_spot",
            StageName::Returned => "returned",
            StageName::Verified => "verified",
            StageName::Refused => "refused",
            StageName::Merged => "merged",
            StageName::Answered => "answered",
            StageName::Closed => "closed",
            StageName::Reopened => "reopened",
        }
    }
    /// From the stored name.
    pub fn parse(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|n| n.as_str() == s)
    }
}

impl Stage {
    /// The stage's name.
    pub fn name(&self) -> StageName {
        match self {
            Stage::Raised => StageName::Raised,
            Stage::Assigned { .. } => StageName::Assigned,
            Stage::Accepted { .. } => StageName::Accepted,
            Stage::InHand { .. } => StageName::InHand,
            Stage::Submitted { .. } => StageName::Submitted,
            Stage::SolvedOnTheSpot { .. } => StageName::SolvedOnTheSpot,
            Stage::Returned { .. } => StageName::Returned,
            Stage::Verified { .. } => StageName::Verified,
            Stage::Refused { .. } => StageName::Refused,
            Stage::Merged { .. } => StageName::Merged,
            Stage::Answered { .. } => StageName::Answered,
            Stage::Closed { .. } => StageName::Closed,
            Stage::Reopened { .. } => StageName::Reopened,
        }
    }
    /// The solution waiting for verification or just verified.
    pub fn solution(&self) -> Option<&Solution> {
        match self {
            Stage::Submitted { solution } | Stage::SolvedOnTheSpot { solution } | Stage::Verified { solution, .. } => {
                Some(solution)
            }
            _ => None,
        }
    }
}

/// What the matter promises: where its clock starts, how far it runs, and which row said so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Start of the clock.
    pub start: Instant,
    /// The row that gave the promise; rule set [`CHOSEN`] where a coordinator chose it.
    pub rule: RuleRef,
    /// A limit, a day, or an instant that another system promised.
    pub promise: Promise,
}

/// The rule set named by deadlines that somebody set by hand.
pub const CHOSEN: &str = "chosen";

/// A computed due date; kept beside the matter and in the event that set it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// Overdue from here on.
    pub at: Instant,
    /// The due day in the unit's zone.
    pub day: Date,
    /// Some day that was counted has no published calendar yet.
    pub provisional: bool,
    /// Calendar and version it was computed with.
    pub calendar: String,
}

/// The deadline that a step of a procedure brings with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepDeadline {
    /// What it promises; none where no rule is in force.
    pub target: Option<Target>,
    /// When it is due; none while the customer has it.
    pub due: Option<Due>,
}

/// What a handler asks for and somebody else decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "for")]
pub enum Wanted {
    /// More time, up to the end of this day.
    Extension {
        /// New due day.
        until: Date,
    },
    /// Stop the clock.
    Pause,
}

/// A request waiting for a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// What is wanted.
    pub wanted: Wanted,
    /// Who asked.
    pub by: By,
    /// When.
    pub at: Instant,
    /// Why.
    pub reason: Words,
    /// What shows it.
    pub evidence: Vec<FileRef>,
    /// Ground of a pause, where the procedure names grounds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground: Option<PauseGround>,
}

/// An approved pause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// From the request on.
    pub from: Instant,
    /// Until it was resumed.
    pub to: Option<Instant>,
    /// Why.
    pub reason: Words,
    /// What shows it.
    pub evidence: Vec<FileRef>,
    /// Who asked.
    pub asked_by: By,
    /// Who approved.
    pub approved_by: By,
    /// On which ground, where the procedure names grounds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground: Option<PauseGround>,
}

/// An approved extension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// New due day.
    pub until: Date,
    /// The due day before.
    pub was: Option<Date>,
    /// When it was approved.
    pub at: Instant,
    /// Why.
    pub reason: Words,
    /// Who asked.
    pub asked_by: By,
    /// Who approved.
    pub approved_by: By,
}

/// One try to reach the raiser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Who tried.
    pub by: By,
    /// When.
    pub at: Instant,
    /// How and what happened.
    pub note: Words,
}

/// A procedure and its version, as the matter was begun under it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcedureRef {
    /// Procedure id.
    pub id: String,
    /// Version.
    pub version: u32,
}

/// A matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matter {
    /// Identity.
    pub id: MatterId,
    /// What was raised.
    pub kind: MatterKind,
    /// How it came.
    pub origin: Origin,
    /// Raised by whom, when, in which words.
    pub raised: Raised,
    /// The unit that holds it, or where it waits to be assigned.
    pub unit: UnitId,
    /// Who signed for it or was named.
    pub handler: Option<PersonId>,
    /// Its procedure.
    pub procedure: ProcedureRef,
    /// Where it is.
    pub stage: Stage,
    /// What it promises.
    pub target: Option<Target>,
    /// When it is due now; none while paused or where nothing is promised.
    pub due: Option<Due>,
    /// A request waiting for a decision.
    pub request: Option<Request>,
    /// Pauses; the last one without an end is the overlay Paused.
    pub pauses: Vec<Pause>,
    /// Extensions.
    pub extensions: Vec<Extension>,
    /// Overlay Escalated: 0 none, then the rungs of the ladder.
    pub escalated: u8,
    /// Reminders given: 0, 50, 80 (per cent of working time), 100 (overdue).
    pub reminded: u8,
    /// Units and handlers that left it unsolved.
    pub unsolved_by: Vec<UnitId>,
    /// Attempts to reach the raiser since the last answer.
    pub attempts: Vec<Attempt>,
    /// How often it was returned.
    pub returns: u16,
    /// How often it was reopened.
    pub reopened: u16,
    /// When it was first submitted or solved on the spot.
    pub solved_at: Option<Instant>,
    /// The last solution was on the spot.
    pub on_the_spot: bool,
    /// Who put it right last.
    pub doer: Option<By>,
    /// When it was last answered.
    pub answered_at: Option<Instant>,
    /// When it was closed.
    pub closed_at: Option<Instant>,
    /// The raiser's last verdict.
    pub verdict: Option<Verdict>,
    /// When the last thing happened to it.
    pub last_at: Instant,
    /// Number of events so far.
    pub rev: u32,
    /// What a connection carries beyond every matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<Box<Case>>,
}

impl Matter {
    /// The pause that runs now.
    pub fn paused(&self) -> Option<&Pause> {
        self.pauses.last().filter(|p| p.to.is_none())
    }
    /// Whether somebody is still owed something.
    pub fn is_open(&self) -> bool {
        !matches!(self.stage, Stage::Closed { .. })
    }
    /// Whether the clock of the due date still runs: not yet put right, not refused or merged.
    pub fn clock_runs(&self) -> bool {
        matches!(
            self.stage.name(),
            StageName::Raised
                | StageName::Assigned
                | StageName::Accepted
                | StageName::InHand
                | StageName::Returned
                | StageName::Reopened
        ) && self.paused().is_none()
    }
}

/// What can be asked of a matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // each is the verb of the method of the same name in law.rs
pub enum MatterAction {
    Assign,
    Transfer,
    Merge,
    Refuse,
    Accept,
    AskExtension,
    AskPause,
    Decide,
    Resume,
    Advance,
    Submit,
    Verify,
    Return,
    Answer,
    RecordAttempt,
    Rate,
    Comment,
}

impl MatterAction {
    /// Every action, in the order pages offer them.
    pub const ALL: [MatterAction; 17] = [
        MatterAction::Assign,
        MatterAction::Transfer,
        MatterAction::Merge,
        MatterAction::Refuse,
        MatterAction::Accept,
        MatterAction::Advance,
        MatterAction::Submit,
        MatterAction::AskExtension,
        MatterAction::AskPause,
        MatterAction::Decide,
        MatterAction::Resume,
        MatterAction::Verify,
        MatterAction::Return,
        MatterAction::Answer,
        MatterAction::RecordAttempt,
        MatterAction::Rate,
        MatterAction::Comment,
    ];
    /// The name as keyed in the catalogues and in URLs.
    pub fn as_str(self) -> &'static str {
        match self {
            MatterAction::Assign => "assign",
            MatterAction::Transfer => "transfer",
            MatterAction::Merge => "merge",
            MatterAction::Refuse => "refuse",
            MatterAction::Accept => "accept",
            MatterAction::AskExtension => "ask_extension",
            MatterAction::AskPause => "ask_pause",
            MatterAction::Decide => "decide",
            MatterAction::Resume => "resume",
            MatterAction::Advance => "advance",
            MatterAction::Submit => "submit",
            MatterAction::Verify => "verify",
            MatterAction::Return => "return",
            MatterAction::Answer => "answer",
            MatterAction::RecordAttempt => "record_attempt",
            MatterAction::Rate => "rate",
            MatterAction::Comment => "comment",
        }
    }
}
