//! Household service: households, and what was done there on each order. An order is a matter about a household, and its done-sheet
//! submits it: it knows matters, and nothing of thanks.

pub(crate) mod act;
pub mod command;
mod figures;
mod personal;
mod read;

pub use personal::Resident;
pub use read::{Export, HouseholdPage, HouseholdRow, Order, Stop};
