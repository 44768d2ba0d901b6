//! Who reads outages and who records them. They name no customer: whoever works in the company reads all of them, so that a
//! district sees how its neighbour does.

use crate::base::actor::{Actor, Denial, Role, UnitPath, holds};

/// Reads them: everybody of the company with a role.
pub(crate) fn see(actor: &Actor) -> Result<(), Denial> {
    match actor {
        Actor::System => Ok(()),
        Actor::Person { grants, .. } if !grants.is_empty() => Ok(()),
        Actor::Person { .. } => Err(Denial::OutOfSight),
        Actor::Partner { .. } | Actor::Raiser { .. } | Actor::Anonymous => Err(Denial::SignIn),
    }
}

/// Records, corrects and voids those of a unit, and says how many it serves: whoever coordinates for it.
pub(crate) fn keep(actor: &Actor, unit: &UnitPath) -> Result<(), Denial> {
    holds(actor, Role::Coordinator, unit)
}
