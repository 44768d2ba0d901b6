//! How a matter came, where it is, and what brought it there. It does not know what may happen next.

use crate::base::codes::codes;
use crate::base::ids::*;
use crate::base::time::Instant;
use serde::{Deserialize, Serialize};

codes! {
    /// How a matter came to us.
    Origin[7] {
        /// Found on a visit.
        Visit = "visit",
        /// Raised by a person of the company.
        Staff = "staff",
        /// Counter or phone of our own.
        Counter = "counter",
        /// The citizens' hotline 12345.
        Hotline12345 = "hotline12345",
        /// The company's hotline 95598.
        Hotline95598 = "hotline95598",
        /// The public page.
        Web = "web",
        /// Taken over from another system.
        Import = "import",
    }
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
    /// The body outside the company that is to put it right, through its link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<PartnerId>,
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

codes! {
    /// What the raiser said to the answer.
    Verdict {
        /// 解决了
        Solved = "solved",
        /// 部分解决
        Partly = "partly",
        /// 没解决
        Not = "not",
    }
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

codes! {
    /// The stage without its data, for lists, filters and refusals. `ALL` is in the order of the lifecycle.
    #[allow(missing_docs)] // the same names as in Stage
    StageName[13] in [
        Raised, Assigned, Accepted, InHand, Returned, Submitted, SolvedOnTheSpot, Verified, Refused, Merged, Answered,
        Reopened, Closed,
    ] {
        Raised = "raised",
        Assigned = "assigned",
        Accepted = "accepted",
        InHand = "in_hand",
        Submitted = "submitted",
        SolvedOnTheSpot = "solved_on_the_spot",
        Returned = "returned",
        Verified = "verified",
        Refused = "refused",
        Merged = "merged",
        Answered = "answered",
        Closed = "closed",
        Reopened = "reopened",
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
