//! The frame every use case stands in: what it works with, what it answers when it does not do what was asked, clock,
//! chance, the rules in force, photos, the company's secret. The bottom of this crate: names no slice.

pub mod clock;
pub mod codes;
pub(crate) mod commands;
pub mod error;
pub(crate) mod input;
pub(crate) mod jpeg;
pub(crate) mod lanes;
pub mod mint;
pub mod photos;
pub(crate) mod phrases;
pub mod policy;
pub(crate) mod register;
pub(crate) mod secret;
pub(crate) mod timeline;
pub(crate) mod totp;
pub(crate) mod turns;
pub(crate) mod work;
