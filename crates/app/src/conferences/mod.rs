//! Joint conferences: who sits in them, their meetings and topics, what they resolve, their minutes. What is resolved is raised
//! as a matter and lives as one.

pub(crate) mod act;
pub mod command;
mod figures;
pub(crate) mod known;
mod read;

pub use read::{ConferencePage, Entry, MeetingPage, MemberName, SeatLine, Stands, TopicLine, VersionLine};
