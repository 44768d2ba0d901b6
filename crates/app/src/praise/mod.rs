//! Praise, and what was printed about us. It knows the records they are about by their kind and id only, and computes no number: whether
//! a quoted figure holds is asked of the figures.

pub(crate) mod act;
pub mod command;
mod read;

pub use read::{PraisePage, PublicationPage};
