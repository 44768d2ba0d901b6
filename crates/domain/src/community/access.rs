//! Who reads service days, who calls them and keeps the roster, who runs a session, and who signs in by its code.

use crate::base::actor::{Actor, Denial, Role, UnitPath, holds};
use crate::base::ids::PersonId;

/// Reads days, sessions, acts and how many came: everybody of the company with a role.
pub(crate) fn see(actor: &Actor) -> Result<(), Denial> {
    match actor {
        Actor::System => Ok(()),
        Actor::Person { grants, .. } if !grants.is_empty() => Ok(()),
        Actor::Person { .. } => Err(Denial::OutOfSight),
        Actor::Partner { .. } | Actor::Raiser { .. } | Actor::Anonymous => Err(Denial::SignIn),
    }
}

/// Calls days, keeps members and pairings of a unit, reads who they are: whoever coordinates for it.
pub(crate) fn keep(actor: &Actor, unit: &UnitPath) -> Result<(), Denial> {
    holds(actor, Role::Coordinator, unit)
}

/// Signs in and records what is done at a session: whoever leads it, goes on visits or has work in hand for its host, or
/// coordinates for it.
pub(crate) fn run(actor: &Actor, host: &UnitPath, lead: Option<PersonId>) -> Result<(), Denial> {
    if lead.is_some() && actor.person() == lead {
        return Ok(());
    }
    if actor.holds(Role::Leader, host) || actor.holds(Role::Handler, host) {
        return Ok(());
    }
    holds(actor, Role::Coordinator, host)
}

/// Signs in by the code of a session: whoever has it, as nobody. What he types is judged by the roster, and how often he may
/// try is the door's.
pub(crate) fn by_code(actor: &Actor) -> Result<(), Denial> {
    match actor {
        Actor::System | Actor::Anonymous => Ok(()),
        Actor::Person { .. } | Actor::Partner { .. } | Actor::Raiser { .. } => Err(Denial::OutOfSight),
    }
}
