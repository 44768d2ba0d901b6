//! Outages, customers served, and what they say of the supply: what is asked, how it is carried out, how pages and figures read
//! them. A file of many is taken over by `import`.

pub mod act;
pub mod command;
mod figures;
pub mod read;

pub use act::MAX_SERVED;
pub use read::{OutageFilter, OutagePage, Reliability};
