//! What a connection carries beyond every matter, and what happens to it. No name, phone or address stands here: words are
//! told by where they lie.

use super::deadline::{ProcedureRef, RuleRef, StepDeadline};
use crate::door::answer::{Author, Coded, Day, Fen, File, Millis, Said, Text, Watts, WordsRef, answers, choices};
use uuid::Uuid;
use yixian_domain::case as kept;
use yixian_domain::case::words::{
    ApplicantKind, Class, Complaint, Exclusion, FirmSize, Flag, PaperKind, Satisfaction, Setting, Use, Voltage,
};
use yixian_domain::case::{clock, eligible, record, verdict};
use yixian_domain::law::rules::LimitStart;

choices!(
    "ApplicantKind" ApplicantKind,
    "ConnectionClass" Class,
    "Complaint" Complaint,
    "ThreeZeroExclusion" Exclusion,
    "FirmSize" FirmSize,
    "Flag" Flag,
    "PaperKind" PaperKind,
    "Satisfaction" Satisfaction,
    "Setting" Setting,
    "Use" Use,
    "Voltage" Voltage,
    "LimitStart" LimitStart,
);

answers! {
    /// What was asked for.
    struct Application of kept::Application {
        /// Person or firm.
        applicant: Coded<ApplicantKind>,
        /// Size of the firm.
        size: Coded<FirmSize>,
        /// District.
        district: String,
        /// Street or town; empty when not given.
        street: Said,
        /// The rest of the address, where it can be erased.
        address: Option<WordsRef>,
        /// Urban or rural.
        setting: Coded<Setting>,
        /// What for.
        purpose: Coded<Use>,
        /// How much.
        capacity: Watts,
        /// Voltage asked for.
        voltage: Coded<Voltage>,
        /// Second source asked for.
        dual: bool,
        /// Temporary supply.
        temporary: bool,
        /// An important load: design review and mid inspection apply.
        important: bool,
        /// Exclusions that hold by what was declared.
        exclusions: Vec<Coded<Exclusion>>,
        /// Number at the hotline it came through.
        reference: Option<Said>,
    }

    /// What the hall found to be otherwise than the application says; the values as they are.
    struct Correction of kept::Correction {
        /// Size of the firm, as its registration says.
        size: Coded<FirmSize>,
        /// Urban or rural.
        setting: Coded<Setting>,
        /// How much.
        capacity: Watts,
        /// Voltage.
        voltage: Coded<Voltage>,
        /// Exclusions that hold.
        exclusions: Vec<Coded<Exclusion>>,
    }

    /// A paper of a case.
    struct Paper of kept::Paper {
        /// Which.
        kind: Coded<PaperKind>,
        /// Pictures of it; none yet when it comes later.
        photos: Vec<File>,
        /// When it came; none while it is missing.
        at: Option<Millis>,
    }

    /// Why it is not a three-zero case.
    #[serde(rename_all = "snake_case", tag = "code")]
    enum Ineligible of verdict::Reason {
        /// Not low voltage.
        Voltage,
        /// Not a small or micro firm, or not shown to be one.
        FirmSize,
        /// A resident; residents have a procedure of their own.
        Resident,
        /// More than the cap of that day and area.
        Capacity {
            /// The cap.
            cap: Watts,
        },
        /// More than the cap together with other applications at the address or by the same party.
        Aggregate {
            /// The cap.
            cap: Watts,
            /// All of them together.
            total: Watts,
        },
        /// Excluded.
        Excluded {
            /// By what.
            exclusion: Coded<Exclusion>,
        },
        /// No row is in force there on that day.
        NoRule,
    }

    /// Somebody decided otherwise than the rule.
    struct Override of verdict::Override {
        /// Who.
        by: Author,
        /// When.
        at: Millis,
        /// What he decided.
        eligible: bool,
        /// Why.
        reason: WordsRef,
    }

    /// The verdict of the rules, and of whoever overrode them.
    struct Eligibility of verdict::Eligibility {
        /// By the rules.
        by_rule: bool,
        /// Why not; empty when eligible.
        reasons: Vec<Ineligible>,
        /// The row that held; none = no rule in force.
        row: Option<String>,
        /// Overridden.
        overridden: Option<Override>,
    }

    /// A limit as it was in force on the day of the application.
    struct CaseLimit of kept::CaseLimit {
        /// Code of a step, `whole` or `handled`.
        step: String,
        /// How long: `5wd`.
        limit: Text,
        /// From where it runs.
        start: Coded<LimitStart>,
        /// Which row said so.
        rule: RuleRef,
    }

    /// A step that ran or runs.
    struct StepRun of kept::StepRun {
        /// Code of the step.
        code: String,
        /// Since when.
        from: Millis,
        /// Until when.
        to: Option<Millis>,
    }

    /// The supply scheme.
    struct Scheme of kept::Scheme {
        /// Voltage.
        voltage: Coded<Voltage>,
        /// Capacity granted.
        capacity: Watts,
        /// Two sources.
        dual: bool,
        /// Works on the grid are needed.
        works: bool,
        /// Its words, where they can be erased.
        words: Option<WordsRef>,
        /// When it was given to the customer.
        at: Millis,
    }

    /// A line of a plan's cost.
    struct LineItem of kept::LineItem {
        /// What.
        name: Said,
        /// How much.
        amount: Fen,
    }

    /// A way to supply the customer, with its cost.
    struct SupplyPlan of kept::Plan {
        /// Voltage.
        voltage: Coded<Voltage>,
        /// Capacity.
        capacity: Watts,
        /// What the customer would pay, line by line.
        lines: Vec<LineItem>,
        /// How many days it would take: always somebody's claim.
        days: Option<u32>,
        /// Where the figures come from; empty = a claim.
        source: Said,
    }

    /// What was saved: the plan that would have been, the one that was chosen, what the customer paid.
    struct Cost of kept::Cost {
        /// What would have been.
        counterfactual: SupplyPlan,
        /// What was chosen.
        chosen: SupplyPlan,
        /// What the customer paid.
        paid: Fen,
    }

    /// A span in six conventions, days.
    struct DaysSpent of clock::Days {
        /// Elapsed calendar days, end less start.
        d1_elapsed: i64,
        /// Calendar days, both ends included.
        d2_inclusive: i64,
        /// Working days, the start day not counted.
        d3_working: i64,
        /// The same less working days that an approved pause touches.
        d4_net_working: i64,
        /// Working days in which the utility holds the case, less pauses.
        d5_handled: i64,
        /// Calendar days with waiting, at least one per step that the customer sees.
        d6_world_bank: i64,
    }

    /// A limit and what was taken of it.
    struct Node of clock::Node {
        /// Code of the step, `whole` or `handled`.
        step: String,
        /// The limit: `5wd`.
        limit: Text,
        /// Taken, in the limit's unit.
        used: i64,
        /// Within it.
        on_time: bool,
        /// The rule row.
        row: String,
    }

    /// What stays of the clocks beside the case when the power is on.
    struct Measured of clock::Measured {
        /// The six conventions.
        days: DaysSpent,
        /// Handled working minutes.
        handled_minutes: i64,
        /// Working minutes of the whole process, pauses included.
        whole_minutes: i64,
        /// Steps that the customer sees.
        visible_steps: u32,
        /// Nodes that had a limit, with what they took.
        nodes: Vec<Node>,
        /// Calendar and version it was counted with.
        calendar: String,
    }

    /// What a stretch of time is.
    #[serde(rename_all = "snake_case", tag = "kind")]
    enum Tile of clock::Tile {
        /// The utility has it, for these steps.
        Utility {
            /// Codes of the steps.
            steps: Vec<String>,
        },
        /// The customer has it, for these steps.
        Customer {
            /// Codes of the steps.
            steps: Vec<String>,
        },
        /// The clock stands.
        Paused {
            /// Code of the ground.
            ground: String,
        },
        /// Nobody had it.
        Nobody,
    }

    /// A named stretch of the elapsed time.
    struct Interval of clock::Interval {
        /// From.
        from: Millis,
        /// Until, not included.
        to: Millis,
        /// What it is.
        #[serde(flatten)]
        tile: Tile,
        /// Working minutes within it.
        working_minutes: i64,
    }

    /// The three clocks.
    struct Clocks of clock::Clocks {
        /// Application.
        from: Millis,
        /// Power on, or the instant asked about while it is not.
        to: Millis,
        /// The power is on.
        ended: bool,
        /// Working minutes in which the utility had it.
        handled_minutes: i64,
        /// Working minutes of the whole process, pauses included.
        whole_minutes: i64,
        /// Working minutes in which the clock stood.
        paused_minutes: i64,
        /// The conventions.
        days: DaysSpent,
        /// What the elapsed time is made of, in order, without a gap.
        intervals: Vec<Interval>,
    }

    /// Another application near this one.
    struct Near of eligible::Split {
        /// Which.
        case: Uuid,
        /// Its running number.
        n: i64,
        /// When.
        applied: Millis,
        /// How much.
        capacity: Watts,
        /// At the same address.
        same_address: bool,
        /// By the same person or firm.
        same_party: bool,
    }

    /// How a call-back went.
    #[serde(rename_all = "snake_case", tag = "outcome")]
    enum CallOutcome of record::CallOutcome {
        /// Reached, and answered or not.
        Reached {
            /// The day on which the customer says he applied.
            applied_on: Option<Day>,
            /// Steps he says he went through.
            steps: Option<u8>,
            /// What he says he paid.
            paid: Option<Fen>,
            /// Somebody named a designer, builder or supplier to him.
            designated: bool,
            /// What he says of the service; none when he gave no answer.
            satisfaction: Option<Coded<Satisfaction>>,
            /// Why not.
            reasons: Vec<Coded<Complaint>>,
        },
        /// Nobody answered.
        NotReached,
        /// He did not want to talk.
        Refused,
    }

    /// The calls made to the customer of a case.
    struct Calls of kept::Calls {
        /// Tries that reached nobody.
        attempts: Vec<Millis>,
        /// The call that reached him: when, and its outcome.
        ended: Option<(Millis, CallOutcome)>,
        /// He remembers another day of application than is recorded; missing where he does not.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        day_differs: bool,
    }

    /// What the customer said.
    struct Rating of kept::Rating {
        /// When.
        at: Millis,
        /// What.
        satisfaction: Coded<Satisfaction>,
        /// Why not.
        reasons: Vec<Coded<Complaint>>,
        /// In a call-back, or himself.
        by_call: bool,
    }

    /// What a case carries beyond a matter.
    struct Case of kept::Case {
        /// Class.
        class: Coded<Class>,
        /// What was asked for.
        asked: Application,
        /// What the hall takes care of.
        flags: Vec<Coded<Flag>>,
        /// Papers.
        papers: Vec<Paper>,
        /// Whether it is a three-zero case, and why not.
        eligibility: Eligibility,
        /// Limits in force on the day of the application.
        limits: Vec<CaseLimit>,
        /// Works on the grid are needed; none until the survey.
        works: Option<bool>,
        /// Steps so far.
        steps: Vec<StepRun>,
        /// Scheme given to the customer.
        scheme: Option<Scheme>,
        /// Cost and saving.
        cost: Option<Cost>,
        /// When it was signed for.
        accepted: Option<Millis>,
        /// When the power was on.
        energized: Option<Millis>,
        /// When its file was closed.
        archived: Option<Millis>,
        /// When the customer withdrew it.
        withdrawn: Option<Millis>,
        /// The three clocks when the power was on.
        measured: Option<Measured>,
        /// Calls.
        calls: Calls,
        /// What the customer said.
        rating: Option<Rating>,
        /// The problem that a "not satisfied" opened.
        problem: Option<Uuid>,
    }

    /// One thing that happened to a case; fields carry the names of the case's own.
    #[serde(rename_all = "snake_case", tag = "what")]
    enum CaseEvent of kept::CaseEvent {
        Applied { case: Box<Case> },
        Surveyed {
            works: bool,
            words: Option<WordsRef>,
            photos: Vec<File>,
            /// Limits that the finding changes, and the deadline they bring.
            limits: Option<Vec<CaseLimit>>,
            deadline: Option<StepDeadline>,
        },
        SchemeReplied { scheme: Scheme },
        Costed { cost: Cost },
        Overridden {
            decision: Override,
            class: Coded<Class>,
            procedure: ProcedureRef,
            limits: Vec<CaseLimit>,
            deadline: StepDeadline,
        },
        Corrected {
            correction: Correction,
            reason: WordsRef,
            verdict: Eligibility,
            class: Coded<Class>,
            procedure: ProcedureRef,
            limits: Vec<CaseLimit>,
            deadline: StepDeadline,
        },
        Flagged { flags: Vec<Coded<Flag>> },
        PaperAdded { kind: Coded<PaperKind>, photos: Vec<File> },
        Energized { measured: Measured },
        Withdrawn { reason: WordsRef },
        Called {
            call: CallOutcome,
            words: Option<WordsRef>,
            /// The customer remembers another day of application than is recorded; missing where he does not.
            #[serde(skip_serializing_if = "std::ops::Not::not")]
            day_differs: bool,
        },
        Satisfied { rating: Rating, words: Option<WordsRef> },
        ProblemOpened { problem: Uuid },
    }
}
