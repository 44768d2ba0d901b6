//! Why the law says no, in the field's words. A refusal is data: pages and the API give it in
//! the reader's language (`refusal-<code>` in the catalogues); `Display` is the English of the
//! log. It does not know about permissions: those are [`super::actor::Denial`].

use super::change::Change;
use super::codes::Named;
use super::time::{Date, Instant};
use serde::Serialize;

/// A transition the law does not allow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Refusal {
    /// Kept long enough, and something about it is open.
    #[error("personal data are not erased by age while something is open: {hold:?}")]
    StillNeeded {
        /// What is open.
        hold: Named,
    },
    /// Whoever raised it is of the company and needs no link.
    #[error("it was raised by somebody of the company, who needs no link")]
    NoOutsideRaiser,
    /// The raiser's link is shown once.
    #[error("the raiser's link was shown already; it can be sent to his phone")]
    LinkShownAlready,
    /// The matter is at a stage where this cannot be done.
    #[error("{action:?} is not possible while the matter is {stage:?}")]
    NotAtThisStage {
        /// What was asked.
        action: Named,
        /// Where it is.
        stage: Named,
    },
    /// It is paused; resume first.
    #[error("the matter is paused; resume it first")]
    Paused,
    /// It is not paused.
    #[error("the matter is not paused")]
    NotPaused,
    /// A request is waiting for a decision.
    #[error("a request is already waiting for a decision")]
    RequestPending,
    /// Nothing waits for a decision.
    #[error("no request is waiting for a decision")]
    NoRequest,
    /// Nobody decides his own request.
    #[error("a request is decided by somebody other than the one who made it")]
    OwnRequest,
    /// The verifier is the one who put it right.
    #[error("a solution is verified by somebody other than the one who made it")]
    OwnSolution,
    /// Reopened matters go to another handler.
    #[error("a reopened matter goes to another handler than the one who left it unsolved")]
    SameHandler,
    /// The company keeps somebody who administers it.
    #[error("nobody else administers the company")]
    LastAdministrator,
    /// What a slice above refuses, by a code of its own, and what it is about where that needs saying.
    #[error("{rule:?} {about}")]
    Rule {
        /// Its code.
        rule: Named,
        /// Names, a day, a list: whatever the words of the code leave room for.
        about: String,
    },
    /// It is about that already.
    #[error("the matter is about that already")]
    SameAsBefore,
    /// What it carries is another kind's.
    #[error("what it carries belongs to another kind of matter")]
    NotOfThisKind,
    /// Already there.
    #[error("the matter is already with that unit")]
    SameUnit,
    /// A physical defect is submitted with a photo taken afterwards.
    #[error("a physical defect needs a photo taken after it was put right")]
    AfterPhotoNeeded,
    /// A reason is missing.
    #[error("a reason is needed")]
    ReasonNeeded,
    /// Some words are missing.
    #[error("words are needed: what was found, done or answered")]
    WordsNeeded,
    /// A matter cannot be merged into itself.
    #[error("a matter cannot be merged into itself")]
    MergeIntoItself,
    /// The master is itself merged; name its master.
    #[error("that matter is itself merged; merge into its master")]
    MergeIntoMerged,
    /// The master is already answered.
    #[error("that matter is already answered; answer this one too")]
    MergeIntoAnswered,
    /// The master is ruled by another law, or run by another system.
    #[error("a matter is merged with one of its own kind that is put right here")]
    MergeAcrossLaws,
    /// The new due date is not after the present one.
    #[error("an extension ends after the present due date {due}")]
    ExtensionNotLater {
        /// The present due date.
        due: Date,
    },
    /// The due instant has passed.
    #[error("an extension is asked for before the due date {due} has passed")]
    ExtensionTooLate {
        /// The present due date.
        due: Date,
    },
    /// A due date before the start.
    #[error("a due date lies after the start {start}")]
    DueBeforeStart {
        /// Day the clock started.
        start: Date,
    },
    /// The deadline could not be computed.
    #[error("the deadline cannot be computed: {why}")]
    NoDeadline {
        /// What the calendar said.
        why: String,
    },
    /// No limit rule is in force and none was chosen.
    #[error("no limit rule is in force for this; choose a due date")]
    NoRule,
    /// The instant lies in the future.
    #[error("{at} lies in the future")]
    InTheFuture {
        /// Instant given.
        at: Instant,
    },
    /// The instant lies too far back to be entered late.
    #[error("{at} lies more than {days} days back")]
    TooLongAgo {
        /// Instant given.
        at: Instant,
        /// Days that are allowed.
        days: i64,
    },
    /// It happened before the step it follows.
    #[error("{at} lies before the step it follows ({after})")]
    BeforeItsCause {
        /// Instant given.
        at: Instant,
        /// The earlier step.
        after: Instant,
    },
    /// The visit is at a state where this cannot be done.
    #[error("not possible: the visit is {state}")]
    VisitNotAtThisState {
        /// Where it is.
        state: &'static str,
    },
    /// A visit cannot be merged into itself.
    #[error("a visit cannot be merged into itself")]
    VisitIntoItself,
    /// No procedure is in force.
    #[error("no procedure is in force on {day}")]
    NoProcedure {
        /// Day.
        day: Date,
    },
    /// The matter is no connection.
    #[error("this matter is not a connection")]
    NotAConnection,
    /// Power on before the case was signed for.
    #[error("the power cannot be on at {at}, before the case was accepted at {accepted}")]
    EnergizedBeforeAccepted {
        /// Instant given.
        at: Instant,
        /// When it was accepted.
        accepted: Instant,
    },
    /// The power is on already.
    #[error("the power is on; it cannot be withdrawn any more")]
    AlreadyEnergized,
    /// Steps of the procedure are left.
    #[error("the procedure is at {step}; steps are left before the power goes on")]
    StepsLeft {
        /// The step in hand.
        step: String,
    },
    /// The step wants evidence.
    #[error("{step} ends with evidence: a photo or a note")]
    EvidenceNeeded {
        /// The step.
        step: String,
    },
    /// A pause runs or ran at that instant.
    #[error("a pause runs until {until}; the next one begins after it")]
    PauseOverlaps {
        /// End of the earlier one.
        until: Instant,
    },
    /// A pause of a connection names its ground.
    #[error("a pause names its ground")]
    PauseGroundNeeded,
    /// A paper is a picture.
    #[error("a paper comes with a photo")]
    PaperNeedsPhoto,
    /// The class is settled: the scheme was given or works began.
    #[error("class and procedure can only change before the scheme is given")]
    ClassIsSettled,
    /// The application says that already.
    #[error("the application says that already")]
    NothingToCorrect,
    /// The verdict is that already.
    #[error("the rules say so already; there is nothing to override")]
    NothingToOverride,
    /// Nobody is called twice for one case.
    #[error("the customer of this case was reached, refused or has rated; nobody is called twice")]
    AlreadyCalled,
    /// A "not satisfied" opens a problem.
    #[error("a customer who is not satisfied opens a problem")]
    ProblemNeeded,
    /// The step is not the current one.
    #[error("step {step} is not the one in hand")]
    NotThisStep {
        /// Step that was named.
        step: String,
    },
    /// The plan was adopted before.
    #[error("the plan was adopted already")]
    PlanAdopted,
    /// A later plan for the same unit and days was adopted meanwhile.
    #[error("a later plan for the same unit was adopted; replan from it")]
    PlanSuperseded,
    /// The world is not what the plan was made for.
    #[error("{} things changed since the plan was made; replan", reasons.len())]
    PlanOutOfDate {
        /// What changed, all of it.
        reasons: Vec<Change>,
    },
    /// A plan without a visit has nothing to adopt.
    #[error("the plan holds no visit")]
    PlanEmpty,
    /// A plan that the independent checker does not pass is never shown or adopted.
    #[error("the plan did not pass the check: {first}")]
    PlanFaulty {
        /// The first fault, for the log and the report.
        first: String,
    },
}

impl Refusal {
    /// A refusal of a slice by its own code.
    pub fn rule(code: impl Into<Named>, about: impl Into<String>) -> Refusal {
        Refusal::Rule { rule: code.into(), about: about.into() }
    }
    /// Stable code; the catalogue key is `refusal-` + code with `-` for `_`.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::NotAtThisStage { .. } => "not_at_this_stage",
            Refusal::Paused => "paused",
            Refusal::NotPaused => "not_paused",
            Refusal::RequestPending => "request_pending",
            Refusal::NoRequest => "no_request",
            Refusal::OwnRequest => "own_request",
            Refusal::OwnSolution => "own_solution",
            Refusal::LastAdministrator => "last_administrator",
            Refusal::SameHandler => "same_handler",
            Refusal::Rule { rule, .. } => rule.as_str(),
            Refusal::SameAsBefore => "same_as_before",
            Refusal::NotOfThisKind => "not_of_this_kind",
            Refusal::SameUnit => "same_unit",
            Refusal::AfterPhotoNeeded => "after_photo_needed",
            Refusal::ReasonNeeded => "reason_needed",
            Refusal::WordsNeeded => "words_needed",
            Refusal::MergeIntoItself => "merge_into_itself",
            Refusal::MergeIntoMerged => "merge_into_merged",
            Refusal::MergeIntoAnswered => "merge_into_answered",
            Refusal::MergeAcrossLaws => "merge_across_laws",
            Refusal::ExtensionNotLater { .. } => "extension_not_later",
            Refusal::ExtensionTooLate { .. } => "extension_too_late",
            Refusal::DueBeforeStart { .. } => "due_before_start",
            Refusal::NoDeadline { .. } => "no_deadline",
            Refusal::NoRule => "no_rule",
            Refusal::InTheFuture { .. } => "in_the_future",
            Refusal::TooLongAgo { .. } => "too_long_ago",
            Refusal::BeforeItsCause { .. } => "before_its_cause",
            Refusal::VisitNotAtThisState { .. } => "visit_not_at_this_state",
            Refusal::VisitIntoItself => "visit_into_itself",
            Refusal::NoProcedure { .. } => "no_procedure",
            Refusal::NotAConnection => "not_a_connection",
            Refusal::EnergizedBeforeAccepted { .. } => "energized_before_accepted",
            Refusal::AlreadyEnergized => "already_energized",
            Refusal::StepsLeft { .. } => "steps_left",
            Refusal::EvidenceNeeded { .. } => "evidence_needed",
            Refusal::PauseOverlaps { .. } => "pause_overlaps",
            Refusal::PauseGroundNeeded => "pause_ground_needed",
            Refusal::PaperNeedsPhoto => "paper_needs_photo",
            Refusal::ClassIsSettled => "class_is_settled",
            Refusal::NothingToCorrect => "nothing_to_correct",
            Refusal::NothingToOverride => "nothing_to_override",
            Refusal::AlreadyCalled => "already_called",
            Refusal::NoOutsideRaiser => "no_outside_raiser",
            Refusal::LinkShownAlready => "link_shown_already",
            Refusal::ProblemNeeded => "problem_needed",
            Refusal::NotThisStep { .. } => "not_this_step",
            Refusal::PlanAdopted => "plan_adopted",
            Refusal::PlanSuperseded => "plan_superseded",
            Refusal::PlanOutOfDate { .. } => "plan_out_of_date",
            Refusal::PlanEmpty => "plan_empty",
            Refusal::PlanFaulty { .. } => "plan_faulty",
            Refusal::StillNeeded { .. } => "still_needed",
        }
    }
}
