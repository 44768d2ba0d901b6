//! Who reads the register of teams and who keeps it. Who belongs to a team gets no rights by that: roles over its unit give them.

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

/// Sets up, changes, staffs and dissolves the team that a unit is: whoever coordinates for that unit.
pub(crate) fn keep(actor: &Actor, unit: &UnitPath) -> Result<(), Denial> {
    holds(actor, Role::Coordinator, unit)
}
