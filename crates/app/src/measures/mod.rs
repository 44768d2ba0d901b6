//! Improvement measures: proposed point to point, decided by somebody else, applied to sections, taken over by other units.

pub(crate) mod act;
pub mod command;
pub(crate) mod figures;
mod read;

pub use read::{MeasurePage, MeasureRow};
