//! The organisation: units, people and posts ([`org`]), places ([`place`]), who may be given work ([`work`]), who keeps
//! them ([`access`]), the tiers they work in ([`tier`]). It does not know what anybody does there.

pub mod access;
pub mod org;
pub mod place;
pub mod tier;
pub mod work;
