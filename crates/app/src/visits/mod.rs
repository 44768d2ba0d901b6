//! Visits: planned, gone on, with what is found there. Knows matters, which findings become; does not know plans of visits.

pub(crate) mod act;
pub(crate) mod command;
mod list;
mod read;

pub use list::{AfterVisit, VisitFilter, VisitRow, VisitStage};
pub use read::VisitPage;
