//! Who sees indicators and campaigns, keeps them, and approves how one is taken apart. Whoever works here reads them: what a company
//! sets itself is nobody's secret inside. It does not know whether the law allows what is asked.

use crate::base::actor::{Actor, Denial, Role, UnitPath, holds, needs};
use crate::base::ids::PersonId;

/// Reads them: everybody of the company.
pub(crate) fn read(actor: &Actor) -> Result<(), Denial> {
    match actor {
        Actor::Person { .. } | Actor::System => Ok(()),
        Actor::Raiser { .. } | Actor::Partner { .. } | Actor::Anonymous => Err(Denial::SignIn),
    }
}

/// Keeps the books of one: its commander, or a coordinator over the unit that keeps it.
pub(crate) fn keep(actor: &Actor, owner: &UnitPath, commander: Option<PersonId>) -> Result<(), Denial> {
    read(actor)?;
    if commander.is_some() && actor.person() == commander {
        return Ok(());
    }
    holds(actor, Role::Coordinator, owner)
}

/// Approves how it is taken apart: its commander, or a coordinator above the unit that keeps it. Whether he drafted it himself
/// is the law's to ask.
pub(crate) fn approve(actor: &Actor, owner: &UnitPath, commander: PersonId) -> Result<(), Denial> {
    read(actor)?;
    let above = match actor {
        Actor::Person { id, grants } => {
            *id == commander
                || grants.iter().any(|g| g.role == Role::Coordinator && g.over.contains(owner) && g.over != *owner)
        }
        Actor::System => true,
        Actor::Raiser { .. } | Actor::Partner { .. } | Actor::Anonymous => false,
    };
    if above { Ok(()) } else { Err(needs(actor, Role::Coordinator)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::actor::Grant;
    use uuid::Uuid;

    #[test]
    fn everybody_may_what_is_his() {
        let of = |n: u128, grants: &[(Role, &str)]| Actor::Person {
            id: PersonId(Uuid::from_u128(n)),
            grants: grants
                .iter()
                .map(|(role, over)| Grant { role: *role, over: UnitPath::from_stored(*over) })
                .collect(),
        };
        let owner = UnitPath::from_stored("/DP/YX/");
        let commander = PersonId(Uuid::from_u128(1));
        for (who, actor, expected) in [
            ("the commander", of(1, &[]), "+++"),
            ("a coordinator of the department", of(2, &[(Role::Coordinator, "/DP/YX/")]), "++f"),
            ("a coordinator of the company", of(2, &[(Role::Coordinator, "/DP/")]), "+++"),
            ("a coordinator of another", of(2, &[(Role::Coordinator, "/DP/YJ/")]), "+ff"),
            ("a viewer", of(2, &[(Role::Viewer, "/DP/YJ/")]), "+ff"),
            ("nobody", Actor::Anonymous, "xxx"),
            ("a partner", Actor::Partner { id: Uuid::nil().into() }, "xxx"),
        ] {
            let told = |r: Result<(), Denial>| match r {
                Ok(()) => '+',
                Err(Denial::SignIn) => 'x',
                Err(_) => 'f',
            };
            let all: String = [
                told(read(&actor)),
                told(keep(&actor, &owner, Some(commander))),
                told(approve(&actor, &owner, commander)),
            ]
            .iter()
            .collect();
            assert_eq!(all, expected, "{who}");
        }
    }
}
