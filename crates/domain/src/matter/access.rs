//! Who may see a matter and act on it: by a role over its unit, or as the one who raised it, put it right or asked. It does
//! not know whether the law allows the action at this stage ([`Matter::allows`]).

use super::action::MatterAction;
use super::record::Matter;
use super::stage::Origin;
use crate::base::actor::{Actor, Denial, Role, UnitPath, holds};
use crate::base::ids::*;
use crate::part::Part;

/// What access needs to know of a matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatterFacts {
    /// Identity.
    pub id: MatterId,
    /// The unit that holds it.
    pub unit: UnitPath,
    /// Who is owed the answer.
    pub raiser: By,
    /// Who recorded it.
    pub recorded_by: By,
    /// Who signed for it.
    pub handler: Option<PersonId>,
    /// Who put it right.
    pub doer: Option<By>,
    /// Who asked for the pending request.
    pub asked_by: Option<By>,
    /// The solution was on the spot.
    pub on_the_spot: bool,
    /// It came from another system.
    pub imported: bool,
    /// Somebody is still owed something.
    pub open: bool,
    /// The body outside that is to put it right.
    pub owner: Option<PartnerId>,
    /// Who judges it in place of those who verify for the unit: the convener's secretary of a resolution, the commander of a task.
    pub judge: Option<By>,
}

impl MatterFacts {
    /// The facts of a matter held by the unit at `unit`.
    pub fn of(m: &Matter, unit: UnitPath) -> Self {
        MatterFacts {
            id: m.id,
            unit,
            raiser: m.raised.by.clone(),
            recorded_by: m.raised.recorded_by.clone(),
            handler: m.handler,
            doer: m.doer.clone(),
            asked_by: m.request.as_ref().map(|r| r.by.clone()),
            on_the_spot: m.on_the_spot,
            imported: m.origin == Origin::Import,
            open: m.is_open(),
            owner: m.raised.owner,
            judge: judge_of(m),
        }
    }
}

/// Who judges in place of the unit's own: what is owed to somebody above is not for whoever owes it to call done.
fn judge_of(m: &Matter) -> Option<By> {
    match m.part.as_deref()? {
        Part::Resolution(_) => Some(m.raised.recorded_by.clone()),
        Part::Task(_) => Some(m.raised.by.clone()),
        Part::Measure(_) | Part::Commitment(_) => None,
    }
}

impl MatterFacts {
    /// Whether a body outside is owed the answer, or owes the work.
    fn is_of_partner(&self, id: PartnerId) -> bool {
        self.owner == Some(id) || self.raiser == By::Partner(id)
    }
}

/// Whether he may see it.
pub(crate) fn see(actor: &Actor, m: &MatterFacts) -> Result<(), Denial> {
    let seen = match actor {
        Actor::Raiser { contact, matter, .. } => *matter == m.id && m.raiser == By::Raiser(*contact),
        Actor::Person { id, .. } => {
            actor.sees_unit(&m.unit)
                || m.raiser == By::Person(*id)
                || m.recorded_by == By::Person(*id)
                || m.handler == Some(*id)
                || m.doer == Some(By::Person(*id))
        }
        Actor::Partner { id } => m.is_of_partner(*id),
        Actor::System => true,
        Actor::Anonymous => return Err(Denial::SignIn),
    };
    if seen { Ok(()) } else { Err(Denial::OutOfSight) }
}

/// Whether he may raise one.
pub(crate) fn raise(actor: &Actor) -> Result<(), Denial> {
    match actor {
        Actor::Person { .. } | Actor::System => Ok(()),
        Actor::Raiser { .. } | Actor::Partner { .. } | Actor::Anonymous => Err(Denial::SignIn),
    }
}

/// Whether he may give the raiser's link away: who wrote the matter down has spoken with the raiser, and who answers it will.
pub(crate) fn give_link(actor: &Actor, m: &MatterFacts) -> Result<(), Denial> {
    if actor.person().is_some() && actor.by() == m.recorded_by {
        return see(actor, m);
    }
    may_act(actor, MatterAction::Answer, m)
}

/// Whether somebody may act on a matter: he sees it, and the action is his.
pub(crate) fn may_act(actor: &Actor, action: MatterAction, m: &MatterFacts) -> Result<(), Denial> {
    if *actor == Actor::System {
        return Ok(());
    }
    see(actor, m)?;
    act(actor, action, m)
}

/// Whether he may do this to it, if he sees it.
fn act(actor: &Actor, action: MatterAction, m: &MatterFacts) -> Result<(), Denial> {
    use MatterAction as A;
    if let Actor::Partner { id } = actor {
        return partner_acts(*id, action, m);
    }
    let judge = m.judge.as_ref() == Some(&actor.by());
    // What a conference resolved is its secretary's to hand out, to put off, to answer and to declare void, wherever it lies.
    let role = |role: Role| if judge && role == Role::Coordinator { Ok(()) } else { holds(actor, role, &m.unit) };
    let raiser = actor.by() == m.raiser;
    match action {
        A::Verify | A::Return if m.judge.is_some() => judges(actor, m, judge),
        A::Assign | A::Transfer | A::Merge | A::Separate | A::Refuse | A::Answer | A::RecordAttempt | A::Relate => {
            role(Role::Coordinator)
        }
        A::Accept | A::AskExtension | A::AskPause | A::Resume | A::Advance | A::Submit => role(Role::Handler),
        A::Decide => {
            role(Role::Coordinator)?;
            if m.asked_by.as_ref() == Some(&actor.by()) { Err(Denial::OwnRequest) } else { Ok(()) }
        }
        A::Verify | A::Return => {
            if m.doer.as_ref() == Some(&actor.by()) {
                return Err(Denial::OwnWork);
            }
            // On the spot, the unit's coordinator or the raiser is enough (contract, law of the loop).
            if raiser || m.on_the_spot && actor.holds(Role::Coordinator, &m.unit) {
                return Ok(());
            }
            role(Role::Verifier)
        }
        A::Rate => {
            if raiser {
                Ok(())
            } else {
                Err(Denial::OnlyRaiser)
            }
        }
        A::Comment => Ok(()),
    }
}

/// Who judges a resolution or a task: the convener's secretary, the commander; where he is gone, whoever verifies for a unit above the one that
/// holds it. Never the owner's own people.
fn judges(actor: &Actor, m: &MatterFacts, judge: bool) -> Result<(), Denial> {
    if m.doer.as_ref() == Some(&actor.by()) {
        return Err(Denial::OwnersWork);
    }
    let above = match actor {
        Actor::Person { grants, .. } => {
            grants.iter().any(|g| g.role == Role::Verifier && g.over.contains(&m.unit) && g.over != m.unit)
        }
        Actor::System | Actor::Raiser { .. } | Actor::Partner { .. } | Actor::Anonymous => false,
    };
    if judge || above { Ok(()) } else { Err(Denial::OwnersWork) }
}

/// What a body outside may do through its link: put right what it owes, and judge what it asked for.
fn partner_acts(id: PartnerId, action: MatterAction, m: &MatterFacts) -> Result<(), Denial> {
    use MatterAction as A;
    if m.judge.is_some() && m.owner == Some(id) && matches!(action, A::Verify | A::Return) {
        return Err(Denial::OwnersWork);
    }
    let may = match action {
        A::Accept | A::AskExtension | A::Advance | A::Submit => m.owner == Some(id),
        A::Rate => m.raiser == By::Partner(id),
        A::Comment => true,
        A::Assign
        | A::Transfer
        | A::Merge
        | A::Separate
        | A::Refuse
        | A::AskPause
        | A::Decide
        | A::Resume
        | A::Verify
        | A::Return
        | A::Answer
        | A::RecordAttempt
        | A::Relate => false,
    };
    if may { Ok(()) } else { Err(Denial::SignIn) }
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

    /// A resolution that lies with a firm that has a unit of its own; recorded by person 1, put right by person 4.
    fn resolution() -> MatterFacts {
        MatterFacts {
            id: MatterId(Uuid::from_u128(90)),
            unit: UnitPath::from_stored("/DP/EC/CT-01/"),
            raiser: By::Partner(PartnerId(Uuid::from_u128(6))),
            recorded_by: By::Person(PersonId(Uuid::from_u128(1))),
            handler: None,
            doer: Some(By::Person(PersonId(Uuid::from_u128(4)))),
            asked_by: None,
            on_the_spot: false,
            imported: false,
            open: true,
            owner: Some(PartnerId(Uuid::from_u128(5))),
            judge: Some(By::Person(PersonId(Uuid::from_u128(1)))),
        }
    }

    #[test]
    fn a_resolution_is_judged_by_the_secretary_and_never_by_its_owner() {
        let partner = |n| Actor::Partner { id: PartnerId(Uuid::from_u128(n)) };
        let m = resolution();
        for (who, actor, expected) in [
            ("the secretary", person(1, &[]), Ok(())),
            ("the owner by its link", partner(5), Err(Denial::OwnersWork)),
            ("who put it right", person(4, &[(Role::Handler, "/DP/EC/CT-01/")]), Err(Denial::OwnersWork)),
            ("a verifier of the owner", person(7, &[(Role::Verifier, "/DP/EC/CT-01/")]), Err(Denial::OwnersWork)),
            ("a coordinator above it", person(7, &[(Role::Coordinator, "/DP/")]), Err(Denial::OwnersWork)),
            ("a verifier above it", person(7, &[(Role::Verifier, "/DP/")]), Ok(())),
            ("who did it, above it", person(4, &[(Role::Verifier, "/DP/")]), Err(Denial::OwnersWork)),
            ("the firm that raised the topic", partner(6), Err(Denial::SignIn)),
            ("a firm beside it", partner(8), Err(Denial::OutOfSight)),
            ("somebody elsewhere", person(7, &[(Role::Verifier, "/DP/CP/")]), Err(Denial::OutOfSight)),
        ] {
            for action in [MatterAction::Verify, MatterAction::Return] {
                assert_eq!(may_act(&actor, action, &m), expected, "{who}: {action:?}");
            }
        }
        // What is no resolution is judged as ever.
        let plain = MatterFacts { judge: None, ..resolution() };
        let own = person(7, &[(Role::Verifier, "/DP/EC/CT-01/")]);
        assert_eq!(may_act(&own, MatterAction::Verify, &plain), Ok(()));
        assert_eq!(may_act(&partner(5), MatterAction::Verify, &plain), Err(Denial::SignIn));
    }

    #[test]
    fn the_secretary_hands_out_puts_off_answers_and_declares_void() {
        use MatterAction as A;
        let m = resolution();
        let secretary = person(1, &[]);
        for action in [A::Assign, A::Transfer, A::Decide, A::Refuse, A::Answer, A::RecordAttempt] {
            assert_eq!(may_act(&secretary, action, &m), Ok(()), "{action:?}");
        }
        for action in [A::Accept, A::Submit, A::AskExtension] {
            assert_eq!(may_act(&secretary, action, &m), Err(Denial::NeedsRole { role: Role::Handler }), "{action:?}");
        }
        let asked = MatterFacts { asked_by: Some(By::Person(PersonId(Uuid::from_u128(1)))), ..m };
        assert_eq!(may_act(&secretary, A::Decide, &asked), Err(Denial::OwnRequest));
    }
}
