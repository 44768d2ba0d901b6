//! Who keeps units, people, roles and places, and who reads the ledger's own pages.

use crate::base::actor::{Actor, Denial, Role, UnitPath, holds, needs};
use crate::base::ids::PersonId;

/// Changes what lies below a unit.
pub(crate) fn administer(actor: &Actor, unit: &UnitPath) -> Result<(), Denial> {
    holds(actor, Role::Administrator, unit)
}

/// Finds a person by name or code: where he has a role over that person's unit, and himself.
pub(crate) fn find_person(actor: &Actor, person: PersonId, unit: &UnitPath) -> Result<(), Denial> {
    if actor.person() == Some(person) || actor.sees_unit(unit) { Ok(()) } else { Err(Denial::OutOfSight) }
}

/// Reads the ledger's own pages, exports and health.
pub(crate) fn audit(actor: &Actor) -> Result<(), Denial> {
    if actor.is_somewhere(Role::Administrator) { Ok(()) } else { Err(needs(actor, Role::Administrator)) }
}
