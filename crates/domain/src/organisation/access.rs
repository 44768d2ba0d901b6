//! Who keeps units, people, roles and places, and who reads the ledger's own pages.

use crate::base::actor::{Actor, Denial, Role, UnitPath, holds, needs};

/// Changes what lies below a unit.
pub(crate) fn administer(actor: &Actor, unit: &UnitPath) -> Result<(), Denial> {
    holds(actor, Role::Administrator, unit)
}

/// Reads the ledger's own pages, exports and health.
pub(crate) fn audit(actor: &Actor) -> Result<(), Denial> {
    if actor.is_somewhere(Role::Administrator) { Ok(()) } else { Err(needs(actor, Role::Administrator)) }
}
