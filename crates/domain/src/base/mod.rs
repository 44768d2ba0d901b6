//! The bottom: what every slice is made of. It names no slice.

pub mod about;
pub mod actor;
pub mod change;
pub mod codes;
pub mod fold;
pub mod history;
pub mod ids;
pub mod quoted;
pub mod refusal;
pub mod service;
pub mod stats;
pub mod time;
pub mod values;
