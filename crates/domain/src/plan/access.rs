//! Who may see, make and adopt plans of a unit's visits.

use crate::base::actor::{Actor, Denial, Role, UnitPath, holds};

/// A plan holds visits without notice, so whoever may not plan may not read it either.
pub(crate) fn plan(actor: &Actor, unit: &UnitPath) -> Result<(), Denial> {
    holds(actor, Role::Coordinator, unit)
}
