//! A matter as the API answers it: its stage with what brought it there, its deadline, what happened to it. Field by field,
//! so that what is kept may change without what is answered.

pub mod case;
pub mod deadline;
pub mod part;

use crate::door::answer::{Author, Coded, Day, File, Millis, WordsRef, answers, choices};
use case::{Case, CaseEvent};
use deadline::{Due, ProcedureRef, StepDeadline, Target};
use part::{About, Part, PartEvent};
use uuid::Uuid;
use yixian_domain::access::Voice;
use yixian_domain::matter as kept;
use yixian_domain::matter::{
    DisclosurePurpose, ErasureGround, LinkGiven, MatterAction, MatterKind, Origin, PauseGround, PersonalData,
    StageName, Verdict,
};

choices!(
    "MatterKind" MatterKind,
    "Origin" Origin,
    "StageName" StageName,
    "Verdict" Verdict,
    "PauseGround" PauseGround,
    "MatterAction" MatterAction,
    "Voice" Voice,
    "LinkGiven" LinkGiven,
    "PersonalData" PersonalData,
    "DisclosurePurpose" DisclosurePurpose,
    "ErasureGround" ErasureGround,
);

answers! {
    /// What was raised, by whom, in whose words. Never changes.
    struct Raised of kept::Raised {
        /// Who is owed the answer.
        by: Author,
        /// Who wrote it down.
        recorded_by: Author,
        /// When it was raised.
        at: Millis,
        /// His words.
        words: WordsRef,
        /// Category code of the procedure (`equipment`, `line`, `service` …) or the foreign type.
        category: String,
        /// Where it lies.
        place: Option<Uuid>,
        /// The visit on which it was found.
        visit: Option<Uuid>,
        /// Photos taken when it was found.
        photos: Vec<File>,
        /// The body outside the company that is to put it right.
        #[serde(skip_serializing_if = "Option::is_none")]
        owner: Option<Uuid>,
    }

    /// What put the matter right.
    struct Solution of kept::Solution {
        /// Who did it.
        by: Author,
        /// When.
        at: Millis,
        /// How.
        how: WordsRef,
        /// Photos taken afterwards.
        photos: Vec<File>,
        /// Solved where it was found, within the visit.
        on_the_spot: bool,
    }

    /// The answer to whoever raised it.
    struct AnswerGiven of kept::Answer {
        /// Who answered.
        by: Author,
        /// When.
        at: Millis,
        /// In these words.
        words: WordsRef,
        /// Given through this matter's master, when merged.
        through: Option<Uuid>,
    }

    /// On what ground a matter was closed. There is no other.
    #[serde(rename_all = "snake_case", tag = "ground")]
    enum Closing of kept::Closing {
        /// The raiser confirmed.
        Confirmed {
            /// His verdict, solved or partly.
            verdict: Coded<Verdict>,
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
            problem: Uuid,
        },
    }

    /// Where the matter is. Each stage carries what brought it there.
    #[serde(rename_all = "snake_case", tag = "stage")]
    enum Stage of kept::Stage {
        /// Waits for a coordinator.
        Raised,
        /// With a unit that has not signed for it.
        Assigned {
            /// When it was assigned.
            at: Millis,
        },
        /// Signed for.
        Accepted {
            /// Who signed.
            by: Author,
            /// When.
            at: Millis,
        },
        /// In a step of its procedure.
        InHand {
            /// Code of the step.
            step: String,
            /// Since when.
            since: Millis,
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
            by: Author,
            /// When.
            at: Millis,
            /// Why.
            reason: WordsRef,
        },
        /// Verified; the raiser is owed the answer.
        Verified {
            /// What was done.
            solution: Solution,
            /// Who verified.
            by: Author,
            /// When.
            at: Millis,
        },
        /// Not taken on; the raiser is still owed the answer.
        Refused {
            /// Who.
            by: Author,
            /// When.
            at: Millis,
            /// Why.
            reason: WordsRef,
        },
        /// Goes with another matter, whose answer fans out to this one.
        Merged {
            /// The master.
            into: Uuid,
            /// Who.
            by: Author,
            /// When.
            at: Millis,
        },
        /// Answered; the raiser's verdict is awaited.
        Answered {
            /// The answer.
            answer: AnswerGiven,
        },
        /// Closed.
        Closed {
            /// The answer; none only for records taken over from elsewhere.
            answer: Option<AnswerGiven>,
            /// Ground.
            closing: Closing,
            /// When.
            at: Millis,
        },
        /// The raiser said "not solved"; goes to another handler.
        Reopened {
            /// When.
            at: Millis,
        },
    }

    /// What a handler asks for and somebody else decides.
    #[serde(rename_all = "snake_case", tag = "for")]
    enum Wanted of kept::Wanted {
        /// More time, up to the end of this day.
        Extension {
            /// New due day.
            until: Day,
        },
        /// Stop the clock.
        Pause,
    }

    /// A request waiting for a decision.
    struct Request of kept::Request {
        /// What is wanted.
        wanted: Wanted,
        /// Who asked.
        by: Author,
        /// When.
        at: Millis,
        /// Why.
        reason: WordsRef,
        /// What shows it.
        evidence: Vec<File>,
        /// Ground of a pause, where the procedure names grounds.
        #[serde(skip_serializing_if = "Option::is_none")]
        ground: Option<Coded<PauseGround>>,
    }

    /// An approved pause.
    struct Pause of kept::Pause {
        /// From the request on.
        from: Millis,
        /// Until it was resumed.
        to: Option<Millis>,
        /// Why.
        reason: WordsRef,
        /// What shows it.
        evidence: Vec<File>,
        /// Who asked.
        asked_by: Author,
        /// Who approved.
        approved_by: Author,
        /// On which ground, where the procedure names grounds.
        #[serde(skip_serializing_if = "Option::is_none")]
        ground: Option<Coded<PauseGround>>,
    }

    /// An approved extension.
    struct Extension of kept::Extension {
        /// New due day.
        until: Day,
        /// The due day before.
        was: Option<Day>,
        /// When it was approved.
        at: Millis,
        /// Why.
        reason: WordsRef,
        /// Who asked.
        asked_by: Author,
        /// Who approved.
        approved_by: Author,
    }

    /// A try to reach the raiser.
    struct Attempt of kept::Attempt {
        /// Who tried.
        by: Author,
        /// When.
        at: Millis,
        /// How and what happened.
        note: WordsRef,
    }

    /// A matter.
    struct Matter of kept::Matter {
        /// Identity.
        id: Uuid,
        /// What was raised.
        kind: Coded<MatterKind>,
        /// How it came.
        origin: Coded<Origin>,
        /// Raised by whom, when, in which words.
        raised: Raised,
        /// The unit that holds it, or where it waits to be assigned.
        unit: Uuid,
        /// Who signed for it or was named.
        handler: Option<Uuid>,
        /// Its procedure.
        procedure: ProcedureRef,
        /// Where it is.
        stage: Stage,
        /// What it promises.
        target: Option<Target>,
        /// When it is due now; none while paused or where nothing is promised.
        due: Option<Due>,
        /// A request waiting for a decision.
        request: Option<Request>,
        /// Pauses; the last one without an end runs now.
        pauses: Vec<Pause>,
        /// Extensions.
        extensions: Vec<Extension>,
        /// Rungs of the ladder it has gone up; 0 none.
        escalated: u8,
        /// Reminders given: 0, 50, 80 (per cent of working time), 100 (overdue).
        reminded: u8,
        /// Units that left it unsolved.
        unsolved_by: Vec<Uuid>,
        /// Attempts to reach the raiser since the last answer.
        attempts: Vec<Attempt>,
        /// How often it was returned.
        returns: u16,
        /// How often it was reopened.
        reopened: u16,
        /// When it was first submitted or solved on the spot.
        solved_at: Option<Millis>,
        /// The last solution was on the spot.
        on_the_spot: bool,
        /// Who put it right last.
        doer: Option<Author>,
        /// When it was last answered.
        answered_at: Option<Millis>,
        /// When it was closed.
        closed_at: Option<Millis>,
        /// The raiser's last verdict.
        verdict: Option<Coded<Verdict>>,
        /// How it is known that the verdict is his own.
        voice: Option<Coded<Voice>>,
        /// The raiser's link was shown to somebody of the company.
        link_shown: bool,
        /// When the raiser's link was last sent to his phone.
        #[serde(skip_serializing_if = "Option::is_none")]
        told_at: Option<Millis>,
        /// When the last thing happened to it.
        last_at: Millis,
        /// Number of events so far.
        rev: u32,
        /// What a connection carries beyond every matter.
        #[serde(skip_serializing_if = "Option::is_none")]
        case: Option<Box<Case>>,
        /// What another kind carries beyond every matter.
        #[serde(skip_serializing_if = "Option::is_none")]
        part: Option<Box<Part>>,
        /// What it is about.
        #[serde(skip_serializing_if = "Option::is_none")]
        about: Option<About>,
    }

    /// One thing that happened to a matter; fields carry the names of the matter's own.
    #[serde(rename_all = "snake_case", tag = "type")]
    enum MatterEvent of kept::MatterEvent {
        Raised {
            kind: Coded<MatterKind>,
            origin: Coded<Origin>,
            raised: Raised,
            unit: Uuid,
            procedure: ProcedureRef,
            target: Option<Target>,
            due: Option<Due>,
            #[serde(skip_serializing_if = "Option::is_none")]
            part: Option<Box<Part>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            about: Option<About>,
        },
        SolvedOnTheSpot { solution: Solution },
        Assigned {
            unit: Uuid,
            handler: Option<Uuid>,
            target: Option<Target>,
            due: Option<Due>,
            note: Option<WordsRef>,
        },
        Transferred { from: Uuid, unit: Uuid, handler: Option<Uuid>, reason: WordsRef },
        Merged { into: Uuid, reason: Option<WordsRef> },
        Separated { reason: WordsRef },
        Refused { reason: WordsRef },
        Accepted,
        StepStarted {
            step: String,
            #[serde(skip_serializing_if = "Option::is_none")]
            note: Option<WordsRef>,
            #[serde(skip_serializing_if = "Vec::is_empty")]
            photos: Vec<File>,
            #[serde(skip_serializing_if = "Option::is_none")]
            deadline: Option<StepDeadline>,
        },
        Requested { request: Request },
        RequestRejected { note: Option<WordsRef> },
        ExtensionApproved { until: Day, due: Due, note: Option<WordsRef> },
        PauseApproved { due: Option<Due>, note: Option<WordsRef> },
        Resumed { due: Option<Due>, note: Option<WordsRef> },
        Submitted { solution: Solution },
        Verified { note: Option<WordsRef> },
        Returned { reason: WordsRef },
        Answered { words: WordsRef, through: Option<Uuid> },
        Attempted { note: WordsRef },
        Rated { verdict: Coded<Verdict>, words: Option<WordsRef>, voice: Option<Coded<Voice>> },
        /// The raiser's link left the house.
        LinkGiven { how: Coded<LinkGiven> },
        Closed { closing: Closing },
        Reopened { target: Option<Target>, due: Option<Due> },
        Reminded {
            /// Per cent of the working time.
            share: u8,
        },
        Escalated { rung: u8 },
        Commented {
            words: WordsRef,
            photos: Vec<File>,
            /// The event it puts right, by its number in the record.
            corrects: Option<u32>,
        },
        /// Somebody had personal data shown, for a purpose.
        Disclosed {
            /// Which.
            data: Vec<Coded<PersonalData>>,
            /// What for.
            purpose: Coded<DisclosurePurpose>,
        },
        /// Its personal data were erased.
        Erased {
            /// Why.
            ground: Coded<ErasureGround>,
            /// In words.
            note: Option<WordsRef>,
            /// Photos whose bytes were removed.
            photos: Vec<File>,
        },
        /// Something that happens to connections only.
        Case { event: CaseEvent },
        /// Something that happens to what its kind carries.
        Part { event: PartEvent },
        /// It is about something else than was said.
        Related { about: Option<About>, reason: WordsRef },
    }
}
