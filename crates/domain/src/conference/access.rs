//! Who sees a joint conference, keeps its books and countersigns its minutes. A member outside the company comes by its
//! partner's link and speaks for itself alone.

use super::Member;
use crate::base::actor::{Actor, Denial, Role, UnitPath, holds, needs};
use crate::base::ids::*;

/// What access needs to know of a conference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConferenceFacts {
    /// The unit that convenes it.
    pub convener: UnitPath,
    /// Its secretary.
    pub secretary: PersonId,
    /// Partners that sit or sat in it.
    pub partners: Vec<PartnerId>,
    /// Units of ours that sit or sat in it, also as partners.
    pub units: Vec<UnitPath>,
}

impl ConferenceFacts {
    fn is_secretary(&self, actor: &Actor) -> bool {
        actor.person() == Some(self.secretary)
    }
}

/// Sees it: its secretary, and whoever has a role over the convener or over a unit that is a member. A partner that is
/// a member knows that it is there.
pub(crate) fn see(actor: &Actor, c: &ConferenceFacts) -> Result<(), Denial> {
    let seen = match actor {
        Actor::System => true,
        Actor::Person { .. } => {
            c.is_secretary(actor) || actor.sees_unit(&c.convener) || c.units.iter().any(|u| actor.sees_unit(u))
        }
        Actor::Partner { id } => c.partners.contains(id),
        Actor::Raiser { .. } | Actor::Anonymous => return Err(Denial::SignIn),
    };
    if seen { Ok(()) } else { Err(Denial::OutOfSight) }
}

/// Sets one up: a coordinator over the unit that is to convene it.
pub(crate) fn found(actor: &Actor, convener: &UnitPath) -> Result<(), Denial> {
    holds(actor, Role::Coordinator, convener)
}

/// Keeps its books: its secretary, or a coordinator over the convener.
pub(crate) fn keep(actor: &Actor, c: &ConferenceFacts) -> Result<(), Denial> {
    if *actor == Actor::System || c.is_secretary(actor) {
        return Ok(());
    }
    match actor {
        Actor::Partner { .. } => Err(Denial::SignIn),
        Actor::Person { .. } | Actor::System | Actor::Raiser { .. } | Actor::Anonymous => {
            see(actor, c)?;
            holds(actor, Role::Coordinator, &c.convener)
        }
    }
}

/// Countersigns for a member: the partner itself by its link, a coordinator over a unit that is a member, and whoever keeps
/// the books for one who signed on paper: the ledger tells whose hand it was.
pub(crate) fn countersign(
    actor: &Actor,
    c: &ConferenceFacts,
    member: Member,
    unit: Option<&UnitPath>,
) -> Result<(), Denial> {
    match actor {
        Actor::Partner { id } if member == Member::Partner(*id) => see(actor, c),
        Actor::Partner { .. } => Err(Denial::OutOfSight),
        Actor::Person { .. } | Actor::System | Actor::Raiser { .. } | Actor::Anonymous => {
            if keep(actor, c).is_ok() || unit.is_some_and(|u| actor.holds(Role::Coordinator, u)) {
                return Ok(());
            }
            see(actor, c)?;
            Err(needs(actor, Role::Coordinator))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::actor::Grant;
    use uuid::Uuid;

    fn person(n: u128, grants: &[(Role, &str)]) -> Actor {
        let grants = grants.iter().map(|(role, over)| Grant { role: *role, over: UnitPath::from_stored(*over) });
        Actor::Person { id: PersonId(Uuid::from_u128(n)), grants: grants.collect() }
    }
    fn partner(n: u128) -> Actor {
        Actor::Partner { id: PartnerId(Uuid::from_u128(n)) }
    }
    fn facts() -> ConferenceFacts {
        ConferenceFacts {
            convener: UnitPath::from_stored("/DP/TZ/"),
            secretary: PersonId(Uuid::from_u128(1)),
            partners: vec![PartnerId(Uuid::from_u128(5)), PartnerId(Uuid::from_u128(6))],
            units: vec![UnitPath::from_stored("/DP/EC/CT-01/")],
        }
    }

    /// Who; whether he sees it, keeps it, signs for firm 5, signs for the unit CT-01.
    #[test]
    fn everybody_may_what_is_his() {
        let (five, unit) = (Member::Partner(PartnerId(Uuid::from_u128(5))), Member::Unit(UnitId(Uuid::from_u128(8))));
        let path = UnitPath::from_stored("/DP/EC/CT-01/");
        let c = facts();
        for (who, actor, expected) in [
            ("the secretary, without a role", person(1, &[]), "+ + + +"),
            ("a coordinator of the convener", person(2, &[(Role::Coordinator, "/DP/TZ/")]), "+ + + +"),
            ("a viewer of the convener", person(3, &[(Role::Viewer, "/DP/TZ/")]), "+ f f f"),
            ("a handler of a member", person(3, &[(Role::Handler, "/DP/EC/CT-01/")]), "+ f f f"),
            ("a coordinator of a member", person(3, &[(Role::Coordinator, "/DP/EC/")]), "+ f f +"),
            ("somebody elsewhere", person(3, &[(Role::Coordinator, "/DP/CP/")]), "- - - -"),
            ("the firm", partner(5), "+ x + -"),
            ("another member firm", partner(6), "+ x - -"),
            ("a firm that is none", partner(7), "- x - -"),
            ("nobody", Actor::Anonymous, "x x x x"),
            ("the system", Actor::System, "+ + + +"),
        ] {
            let told = |r: Result<(), Denial>| match r {
                Ok(()) => "+",
                Err(Denial::OutOfSight) => "-",
                Err(Denial::SignIn) => "x",
                Err(_) => "f",
            };
            let all = [
                told(see(&actor, &c)),
                told(keep(&actor, &c)),
                told(countersign(&actor, &c, five, None)),
                told(countersign(&actor, &c, unit, Some(&path))),
            ];
            assert_eq!(all.join(" "), expected, "{who}");
        }
    }
}
