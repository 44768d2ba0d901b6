//! Who keeps the register of partners, who reads it, and who gives a partner its link.

use crate::base::actor::{Actor, Denial, Role, needs};
use crate::base::ids::PartnerId;

/// Reads the register: everybody of the company with a role. A partner sees itself.
pub(crate) fn see(actor: &Actor, id: Option<PartnerId>) -> Result<(), Denial> {
    match actor {
        Actor::System => Ok(()),
        Actor::Person { grants, .. } if !grants.is_empty() => Ok(()),
        Actor::Person { .. } => Err(Denial::OutOfSight),
        Actor::Partner { id: own } if Some(*own) == id => Ok(()),
        Actor::Partner { .. } | Actor::Raiser { .. } | Actor::Anonymous => Err(Denial::SignIn),
    }
}

/// Changes the register, gives and ends links, reads contacts: whoever coordinates or administers anywhere.
pub(crate) fn keep(actor: &Actor) -> Result<(), Denial> {
    if actor.is_somewhere(Role::Coordinator) || actor.is_somewhere(Role::Administrator) {
        Ok(())
    } else {
        Err(needs(actor, Role::Coordinator))
    }
}

/// Lets one partner count as another, and erases contacts.
pub(crate) fn merge(actor: &Actor) -> Result<(), Denial> {
    if actor.is_somewhere(Role::Administrator) { Ok(()) } else { Err(needs(actor, Role::Administrator)) }
}
