//! Agreements, and what was promised in them and on visits: commitments, ours and theirs. What becomes of a commitment is a
//! matter's life.

pub(crate) mod act;
pub mod command;
mod figures;
mod read;

pub use read::{AgreementPage, PartnerStory};
