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
//! `stage.rs`, `pause.rs` and `record.rs` hold what a matter *is*; `moves.rs` and `requests.rs` say what may happen to it,
//! `part.rs` where its kind has a say, and `event.rs` how
//! what happened changes it. It deliberately does not know who may do what
//! ([`crate::access`]), where anything is stored, or what a step inside InHand demands
//! ([`crate::law::procedure`]).

pub mod access;
mod action;
mod event;
mod law;
mod moves;
mod part;
mod pause;
mod personal;
pub mod privacy;
mod record;
mod requests;
mod stage;

pub use action::MatterAction;
pub use event::{LinkGiven, MatterEvent};
pub use law::{Law, TargetChoice};
pub use moves::{Moved, Raise};
pub use pause::{Extension, Pause, PauseGround, Request, Wanted};
pub use personal::{DisclosurePurpose, ErasureGround, PersonalData};
pub use record::Matter;
pub use stage::{Answer, Attempt, Closing, Origin, Raised, Solution, Stage, StageName, Verdict};

pub use crate::base::history::Happened;
pub use crate::law::kind::MatterKind;
pub use crate::law::procedure::ProcedureRef;
pub use crate::law::target::{CHOSEN, Due, StepDeadline, Target};
