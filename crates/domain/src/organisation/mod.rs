//! The organisation: units, people and posts ([`org`]), places ([`place`]), who keeps them ([`access`]). It does not know
//! what anybody does there.

pub mod access;
pub mod org;
pub mod place;
