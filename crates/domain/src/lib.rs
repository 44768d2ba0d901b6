//! The rules of a utility's front-line work, without IO, clock or chance of their own.
//!
//! The loop is *plan → go → solve → answer → prove*; a newcomer finds [`visit`] for going,
//! [`matter`] for solving and answering, [`calendar`] and [`deadline`] for by when, [`access`] for
//! who may, [`duty`] for who owes, [`figure`] for what it proves.

pub mod access;
pub mod calendar;
pub mod connection;
pub mod deadline;
pub mod duty;
pub mod figure;
pub mod ids;
pub mod indicator;
pub mod limit;
pub mod matter;
pub mod org;
pub mod place;
pub mod planning;
pub mod procedure;
pub mod refusal;
pub mod rules;
pub mod settings;
pub mod time;
pub mod visit;
