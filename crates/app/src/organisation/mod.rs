//! The organisation: units, people with their roles, places, exemptions. Knows no slice above it.

pub(crate) mod act;
pub(crate) mod command;
mod read;

pub use read::Directory;
