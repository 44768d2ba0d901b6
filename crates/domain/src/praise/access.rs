//! Who reads praise and publications, and who keeps them: as it is with documents. Who thanked us is told to those who keep, and to all
//! where he agreed to its being published.

use super::Praise;
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

/// Records, changes those of a unit: whoever coordinates for it.
pub(crate) fn keep(actor: &Actor, unit: &UnitPath) -> Result<(), Denial> {
    holds(actor, Role::Coordinator, unit)
}

/// Erases who thanked us and what was said: whoever administers the unit.
pub(crate) fn erase(actor: &Actor, unit: &UnitPath) -> Result<(), Denial> {
    holds(actor, Role::Administrator, unit)
}

impl Praise {
    /// Whether who thanked us is told to somebody who keeps it or does not.
    pub fn names_to(&self, keeps: bool) -> bool {
        keeps || self.details.consent
    }
}
