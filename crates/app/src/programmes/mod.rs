//! Works programmes: planned, reported and confirmed milestone by milestone; what slips becomes a problem once.

pub(crate) mod act;
pub mod command;
pub(crate) mod figures;
mod read;
mod sweep;

pub use read::{SectionPage, Works, WorksKey};
