//! Who sees works, who keeps them, who reports what was reached and who confirms it. Two persons for each milestone: that is the
//! law's ([`super::law`]); here is who either may be.

use crate::base::actor::{Actor, Denial, Role, UnitPath, needs};
use crate::base::ids::*;
use crate::programme::{Programme, Section};

/// What access needs to know of a section; of a programme the same without bodies outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorksFacts {
    /// The unit that owns the programme.
    pub owner: UnitPath,
    /// Who manages it.
    pub manager: PersonId,
    /// Who builds.
    pub contractor: Option<PartnerId>,
    /// Who supervises.
    pub supervisor: Option<PartnerId>,
}

impl WorksFacts {
    /// Of a programme, or of one of its sections, whose owner lies at this path.
    pub fn of(owner: UnitPath, p: &Programme, s: Option<&Section>) -> WorksFacts {
        WorksFacts {
            owner,
            manager: p.details.manager,
            contractor: s.and_then(|s| s.details.contractor),
            supervisor: s.and_then(|s| s.details.supervisor),
        }
    }
    fn manages(&self, actor: &Actor) -> bool {
        actor.person() == Some(self.manager)
    }
    fn builds(&self, actor: &Actor) -> bool {
        matches!(actor, Actor::Partner { id } if self.contractor == Some(*id))
    }
    fn supervises(&self, actor: &Actor) -> bool {
        matches!(actor, Actor::Partner { id } if self.supervisor == Some(*id))
    }
}

/// Sees it: whoever has a role over the owner, its manager, and those outside who work on it.
pub(crate) fn see(actor: &Actor, w: &WorksFacts) -> Result<(), Denial> {
    match actor {
        Actor::System => Ok(()),
        Actor::Person { .. } if w.manages(actor) || actor.sees_unit(&w.owner) => Ok(()),
        Actor::Partner { .. } if w.builds(actor) || w.supervises(actor) => Ok(()),
        Actor::Person { .. } | Actor::Partner { .. } => Err(Denial::OutOfSight),
        Actor::Raiser { .. } | Actor::Anonymous => Err(Denial::SignIn),
    }
}

/// Plans it, changes it, approves and calls off: its manager, and whoever coordinates for the owner.
pub(crate) fn keep(actor: &Actor, w: &WorksFacts) -> Result<(), Denial> {
    see(actor, w)?;
    if w.manages(actor) || actor.holds(Role::Coordinator, &w.owner) {
        Ok(())
    } else {
        Err(needs(actor, Role::Coordinator))
    }
}

/// Reports what was reached, forecasts, counts: who keeps it, and who builds.
pub(crate) fn report(actor: &Actor, w: &WorksFacts) -> Result<(), Denial> {
    if w.builds(actor) { Ok(()) } else { keep(actor, w) }
}

/// Confirms what another reported: who keeps it, and who supervises. Who builds confirms nothing.
pub(crate) fn confirm(actor: &Actor, w: &WorksFacts) -> Result<(), Denial> {
    if w.supervises(actor) { Ok(()) } else { keep(actor, w) }
}
