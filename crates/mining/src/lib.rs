//! Process mining in columns: where a process waits, how it varies, what breaks its rules.
//!
//! A log is case, activity and microseconds ([`log`]); readers stream it in, answers are computed from it in one pass
//! each, and every number comes with the cases or events that make it up.
//! Definitions: an activity is its name; the order within a case is time, then the order in which events came; a
//! case lasts from its first event to its last; a hop lasts from one event to the next; percentiles are linear.
//!
//! Opens no file, asks no clock, knows no database and waits for nothing: it takes readers and values.

// The log.
pub mod log;
pub mod names;
pub mod traces;

// Formats.
mod book;
mod elements;
mod input;
pub mod ocel;
pub mod reading;
pub mod rows;
pub mod stamp;
pub mod table;
pub mod table_write;
pub mod xes;
pub mod xes_write;
mod xml_text;

pub use input::{Ask, bounded};

// Answers.
pub mod answer;
pub mod deadlines;
pub mod map;
pub mod show;

// Judgements.
pub mod conformance;
pub mod warning;
