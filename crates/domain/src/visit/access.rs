//! Who may see, plan, make and call off a visit. One without notice is known only to those who go, until somebody is there.

use super::{Visit, VisitState};
use crate::base::actor::{Actor, Denial, Role, UnitPath, holds, needs};
use crate::base::ids::*;

/// What access needs to know of a visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitFacts {
    /// Hosting unit.
    pub host: UnitPath,
    /// Leader.
    pub leader: PersonId,
    /// Companions.
    pub companions: Vec<PersonId>,
    /// Who planned it.
    pub planned_by: By,
    /// Unannounced and nobody there yet: only those who go may know.
    pub secret: bool,
    /// Only those who go, who planned it and who coordinates for the host may read of it.
    pub restricted: bool,
}

impl VisitFacts {
    /// The facts of a visit hosted by the unit at `host`.
    pub fn of(v: &Visit, host: UnitPath) -> Self {
        VisitFacts {
            host,
            leader: v.plan.leader,
            companions: v.plan.companions.iter().map(|c| c.person).collect(),
            planned_by: v.planned_by.clone(),
            secret: !v.plan.announced && v.state == VisitState::Planned,
            restricted: v.is_restricted(),
        }
    }
    fn goes(&self, actor: &Actor) -> bool {
        actor.person().is_some_and(|p| p == self.leader || self.companions.contains(&p))
    }
}

/// Whether he may see it.
pub(crate) fn see(actor: &Actor, v: &VisitFacts) -> Result<(), Denial> {
    match actor {
        Actor::System => Ok(()),
        Actor::Person { .. } => {
            let party = v.goes(actor) || v.planned_by == actor.by();
            let open = if v.restricted { actor.holds(Role::Coordinator, &v.host) } else { actor.sees_unit(&v.host) };
            if party || !v.secret && open { Ok(()) } else { Err(Denial::OutOfSight) }
        }
        Actor::Raiser { .. } | Actor::Partner { .. } | Actor::Anonymous => Err(Denial::SignIn),
    }
}

/// Whether he may plan one that `leader` leads and the unit at `host` hosts.
pub(crate) fn plan(actor: &Actor, host: &UnitPath, leader: PersonId) -> Result<(), Denial> {
    let own = actor.person() == Some(leader) && actor.is_somewhere(Role::Leader);
    if own { Ok(()) } else { holds(actor, Role::Coordinator, host) }
}

/// Whether he may start it, record on it, finish it.
pub(crate) fn go_on(actor: &Actor, v: &VisitFacts) -> Result<(), Denial> {
    see(actor, v)?;
    if v.goes(actor) { Ok(()) } else { Err(Denial::OnlyParty) }
}

/// Whether he may note what was spoken of: those who go, who planned it, and whoever coordinates for the host.
pub(crate) fn note(actor: &Actor, v: &VisitFacts) -> Result<(), Denial> {
    see(actor, v)?;
    if v.goes(actor) || v.planned_by == actor.by() || actor.holds(Role::Coordinator, &v.host) {
        Ok(())
    } else {
        Err(Denial::OnlyParty)
    }
}

/// Whether he may call it off or merge it.
pub(crate) fn cancel(actor: &Actor, v: &VisitFacts) -> Result<(), Denial> {
    see(actor, v)?;
    if actor.person() == Some(v.leader) || actor.holds(Role::Coordinator, &v.host) {
        Ok(())
    } else {
        Err(needs(actor, Role::Coordinator))
    }
}
