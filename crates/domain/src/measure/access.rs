//! Who decides measures, applies them, takes them over and reads them. What one unit found out is every unit's to read and reuse.

use crate::base::actor::{Actor, Denial, Role, UnitPath, holds, needs};
use crate::matter::access::{MatterFacts, see};

/// Decides one: whoever coordinates for its unit, or verifies; not its proposer, which is the law's to say.
pub(crate) fn decide(actor: &Actor, m: &MatterFacts) -> Result<(), Denial> {
    see(actor, m)?;
    if actor.holds(Role::Verifier, &m.unit) { Ok(()) } else { holds(actor, Role::Coordinator, &m.unit) }
}

/// Applies it to sections, puts it into another class: whoever coordinates for its unit or puts right there.
pub(crate) fn apply(actor: &Actor, m: &MatterFacts) -> Result<(), Denial> {
    see(actor, m)?;
    if actor.holds(Role::Handler, &m.unit) { Ok(()) } else { holds(actor, Role::Coordinator, &m.unit) }
}

/// Takes it over for a unit: whoever coordinates there.
pub(crate) fn take_over(actor: &Actor, unit: &UnitPath) -> Result<(), Denial> {
    holds(actor, Role::Coordinator, unit)
}

/// Reads the board of measures: everybody of the company with a role.
pub(crate) fn read(actor: &Actor) -> Result<(), Denial> {
    match actor {
        Actor::System => Ok(()),
        Actor::Person { grants, .. } if !grants.is_empty() => Ok(()),
        Actor::Person { .. } | Actor::Raiser { .. } | Actor::Partner { .. } | Actor::Anonymous => {
            Err(needs(actor, Role::Viewer))
        }
    }
}
