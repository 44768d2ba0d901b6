//! What is written down and therefore data: working days, limits and their rules, procedures, configured numbers, and how
//! a deadline follows from them. It names no slice and does not know what a record carries.

pub mod calendar;
pub mod deadline;
pub mod kind;
pub mod limit;
pub mod procedure;
pub mod retention;
pub mod rules;
pub mod settings;
pub mod target;
