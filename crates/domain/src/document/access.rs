//! Who reads documents, citations and recognitions, and who keeps them: as it is with agreements.

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

/// Registers, changes and ends those of a unit, and says which of its rules cite them: whoever coordinates for it.
pub(crate) fn keep(actor: &Actor, unit: &UnitPath) -> Result<(), Denial> {
    holds(actor, Role::Coordinator, unit)
}
