//! Partners: the register of bodies the company works with, and the link by which each sees what is its own.

pub(crate) mod act;
pub mod command;
mod link;
mod read;

pub use read::{PartnerFilter, PartnerPage};
pub use yixian_store::matter::Numbered;
