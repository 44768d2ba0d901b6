//! Indicators taken apart: what is read of one, the versions of its breakdown with tasks that are matters, campaigns. What becomes of
//! a task is a matter's life.

pub(crate) mod act;
pub mod command;
mod figures;
pub(crate) mod kept;
mod read;
mod templates;

pub(crate) use figures::indicator_facts;
pub use read::{Between, CampaignPage, CampaignVisits, Entry, IndicatorPage, TaskLine, VersionLine};
pub use templates::templates;
