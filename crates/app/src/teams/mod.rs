//! Temporary branches and commando teams. What is given to them lies with their unit as any matter does.

pub(crate) mod act;
pub mod command;
mod figures;
mod read;
mod sweep;

pub use read::{TeamPage, TeamRow, VisitedBody};
