//! The case of a connection 业扩报装: the part that a matter of that kind carries. Its lifecycle, ledger and deadline are
//! the matter's; its steps are its procedure's. A [`Case`] holds no name, phone or address: those lie in contacts and
//! words that may be erased.
//!
//! It lies below the matter and does not know it: what it must be told of its matter, it is told as plain values. What
//! may happen to a connection is [`crate::connection`].
//!
//! [`words`] holds its codes, [`asked`] the application, [`verdict`] what the rules said, [`record`] the case,
//! [`event`] what happens to it, [`clock`] the three clocks, [`course`] how it runs, [`eligible`] who is a 三零 customer.

pub mod asked;
pub mod clock;
pub mod course;
pub mod eligible;
pub mod event;
pub mod record;
pub mod verdict;
pub mod words;

pub use asked::{Application, Correction};
pub use event::CaseEvent;
pub use record::{CallOutcome, Calls, Case, CaseLimit, Cost, LineItem, Paper, Plan, Rating, Scheme, StepRun};
pub use words::{
    ApplicantKind, Class, Complaint, Exclusion, FirmSize, Flag, PaperKind, Satisfaction, Setting, Use, Voltage,
};
