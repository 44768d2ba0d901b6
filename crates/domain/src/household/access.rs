//! Who reads households, who keeps and serves them, who erases who lives there. Names, addresses and what makes a household vulnerable
//! are told to those who serve it alone.

use crate::base::actor::{Actor, Denial, Role, UnitPath, holds};

/// Reads the register, without who lives there: everybody of the company with a role.
pub(crate) fn see(actor: &Actor) -> Result<(), Denial> {
    match actor {
        Actor::System => Ok(()),
        Actor::Person { grants, .. } if !grants.is_empty() => Ok(()),
        Actor::Person { .. } => Err(Denial::OutOfSight),
        Actor::Partner { .. } | Actor::Raiser { .. } | Actor::Anonymous => Err(Denial::SignIn),
    }
}

/// Registers and serves the households of a unit, reads who lives there: whoever has work in hand for it, or coordinates for it.
pub(crate) fn serve(actor: &Actor, unit: &UnitPath) -> Result<(), Denial> {
    if actor.holds(Role::Handler, unit) {
        return Ok(());
    }
    holds(actor, Role::Coordinator, unit)
}

/// Erases who lives there: whoever administers the unit.
pub(crate) fn erase(actor: &Actor, unit: &UnitPath) -> Result<(), Denial> {
    holds(actor, Role::Administrator, unit)
}
