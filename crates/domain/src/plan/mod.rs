//! What a plan of visits is made from, as rules and pure functions: what a place is worth
//! ([`priority`]), on which days and hours leaders go ([`shifts`]), what each still owes ([`owed`]).
//! The numbers are a policy ([`PlanningRules`], `rules/planning.toml`). This module does not plan: it
//! knows no routes, no search and no plan.

pub mod access;
mod leaders;
mod points;
mod rules;

pub use crate::base::change::Change;
pub use leaders::{Shift, owed, rank, shifts};
pub use points::{Evidence, Part, PartKind, PlaceFacts, Priority, Seen, priority};
pub use rules::{
    Budget, Days, Goal, LimitRules, Need, PlanningFault, PlanningRules, Points, ShiftRule, Special, Speed, TravelRules,
    Window,
};

#[cfg(test)]
mod tests;
