//! The matter as it stands. It does not know what may happen to it, nor what did.

use super::pause::{Extension, Pause, Request};
use super::stage::{Attempt, Origin, Raised, Stage, StageName, Verdict};
use crate::base::about::About;
use crate::base::actor::Voice;
use crate::base::ids::*;
use crate::base::time::Instant;
use crate::case::Case;
use crate::law::kind::MatterKind;
use crate::law::procedure::ProcedureRef;
use crate::law::target::{Due, Target};
use crate::part::Part;
use serde::{Deserialize, Serialize};

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
    /// How it is known that the verdict is his own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voice: Option<Voice>,
    /// The raiser's link was shown to somebody of the company.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub link_shown: bool,
    /// When the raiser's link was last sent to his phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_at: Option<Instant>,
    /// When the last thing happened to it.
    pub last_at: Instant,
    /// Number of events so far.
    pub rev: u32,
    /// What a connection carries beyond every matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<Box<Case>>,
    /// What another kind carries beyond every matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<Box<Part>>,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<About>,
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
