//! Improvement measures 改进措施: decided by somebody else than the proposer, applied to sections from a day on, taken over by
//! other units; what they bring is computed from those sections and typed nowhere. What a measure carries lies below the matter
//! ([`crate::part::measure`]); here is what may happen to it, and who may.

pub mod access;
pub mod effect;
pub mod law;

pub use effect::{Effect, effect};
