//! Who may apply for a connection. What may be done to one afterwards is the matter's.

use crate::base::actor::{Actor, Denial};

/// A customer needs no account; whoever holds a link to one case applies without it.
pub(crate) fn apply(actor: &Actor) -> Result<(), Denial> {
    match actor {
        Actor::Person { .. } | Actor::Anonymous | Actor::System => Ok(()),
        Actor::Raiser { .. } | Actor::Partner { .. } => Err(Denial::SignIn),
    }
}
