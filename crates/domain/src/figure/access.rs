//! Who may see a unit's figures.

use crate::base::actor::{Actor, Denial, Role, UnitPath, needs};

/// Whoever holds any role over the unit.
pub(crate) fn see(actor: &Actor, unit: &UnitPath) -> Result<(), Denial> {
    if actor.sees_unit(unit) { Ok(()) } else { Err(needs(actor, Role::Viewer)) }
}
