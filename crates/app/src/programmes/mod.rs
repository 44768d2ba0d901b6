//! Works programmes: planned, reported and confirmed milestone by milestone; what slips becomes a problem once.

pub(crate) mod act;
pub mod command;
pub(crate) mod figures;
pub(crate) mod kept;
mod read;
mod sweep;

pub use read::{SectionPage, Works, WorksKey};
