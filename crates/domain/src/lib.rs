//! The rules of a utility's front-line work, without IO, clock or chance of their own.
//!
//! The loop is *plan → go → solve → answer → prove*; a newcomer finds [`visit`] for going,
//! [`matter`] for solving and answering, [`calendar`] and [`deadline`] for by when, [`access`] for
//! who may, [`duty`] for who owes, [`figure`] for what it proves.
//!
//! Each module knows only those before it: [`base`], [`law`], [`organisation`], [`partner`], [`case`], [`part`],
//! [`matter`], [`connection`], [`conference`],
//! [`visit`], [`programme`], [`measure`], [`document`], [`team`], [`household`], [`outage`], [`duty`], [`plan`], [`figure`], [`access`]; [`indicator`] stands beside them.

pub mod access;
pub mod agreement;
pub mod base;
pub mod briefing;
pub mod case;
pub mod community;
pub mod conference;
pub mod connection;
pub mod document;
pub mod duty;
pub mod figure;
pub mod household;
pub mod indicator;
pub mod law;
pub mod matter;
pub mod measure;
pub mod organisation;
pub mod outage;
pub mod part;
pub mod partner;
pub mod plan;
pub mod praise;
pub mod programme;
pub mod team;
pub mod visit;

pub use base::{ids, refusal, time};
pub use law::{calendar, deadline, limit, procedure, retention, rules, settings};
pub use organisation::{org, place, tier};
pub use plan as planning;
