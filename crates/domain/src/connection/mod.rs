//! The connection 业扩报装 as a whole: what may happen to one and when ([`law`]), who may ([`access`]), which streets are
//! rural ([`area`]). What a case *is* lies below the matter, in [`crate::case`], and is named here too.

pub mod access;
pub mod actions;
pub mod area;
pub mod law;

pub use crate::base::values::{self, Capacity, CreditCode, Money, Phone, ValueFault};
pub use crate::case::{
    ApplicantKind, Application, CallOutcome, Calls, Case, CaseEvent, CaseLimit, Class, Complaint, Correction, Cost,
    Exclusion, FirmSize, Flag, LineItem, Paper, PaperKind, Plan, Rating, Satisfaction, Scheme, Setting, StepRun, Use,
    Voltage,
};
pub use crate::case::{clock, eligible, event};
pub use crate::matter::PauseGround;
