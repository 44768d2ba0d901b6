//! Who may do what: one pure function, deny by default, with the reason. Permission is a role
//! held over a unit's subtree, or a relation to the record (its raiser, its leader). SQL scopes
//! of lists come from [`scope`] and a property test holds them equal to [`may`]. This module
//! does not know whether the law allows the action at this stage ([`crate::matter::Matter::allows`]).

use crate::ids::*;
use crate::matter::{Matter, MatterAction, Origin};
use crate::org::{Grant, Role, UnitPath};
use crate::visit::{Visit, VisitState};
use serde::Serialize;

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A person of the company with his roles.
    Person {
        /// Who.
        id: PersonId,
        /// His roles today.
        grants: Vec<Grant>,
    },
    /// The raiser of one matter, through his link.
    Raiser {
        /// His contact.
        contact: ContactId,
        /// The one matter the link is for.
        matter: MatterId,
    },
    /// The system acting on a rule, or the command line on its own machine.
    System,
    /// Nobody known.
    Anonymous,
}

impl Actor {
    /// As the ledger names him.
    pub fn by(&self) -> By {
        match self {
            Actor::Person { id, .. } => By::Person(*id),
            Actor::Raiser { contact, .. } => By::Raiser(*contact),
            Actor::System | Actor::Anonymous => By::Rule,
        }
    }
    /// The person, where it is one of the company.
    pub fn person(&self) -> Option<PersonId> {
        match self {
            Actor::Person { id, .. } => Some(*id),
            _ => None,
        }
    }
    /// Whether he holds the role over that unit.
    pub fn holds(&self, role: Role, over: &UnitPath) -> bool {
        match self {
            Actor::Person { grants, .. } => grants.iter().any(|g| g.role == role && g.over.contains(over)),
            Actor::System => true,
            _ => false,
        }
    }
    /// Whether he holds the role anywhere.
    pub fn is_somewhere(&self, role: Role) -> bool {
        match self {
            Actor::Person { grants, .. } => grants.iter().any(|g| g.role == role),
            Actor::System => true,
            _ => false,
        }
    }
    fn sees_unit(&self, unit: &UnitPath) -> bool {
        match self {
            Actor::Person { grants, .. } => grants.iter().any(|g| g.over.contains(unit)),
            Actor::System => true,
            _ => false,
        }
    }
}

/// What is asked, of what.
#[derive(Clone, Debug)]
pub enum Ask<'a> {
    /// See a matter.
    SeeMatter(&'a MatterFacts),
    /// Act on a matter.
    ActOnMatter(MatterAction, &'a MatterFacts),
    /// Raise a matter.
    RaiseMatter,
    /// Apply for a connection.
    Apply,
    /// See a visit.
    SeeVisit(&'a VisitFacts),
    /// Plan a visit hosted by a unit and led by a person.
    PlanVisit {
        /// Hosting unit.
        host: &'a UnitPath,
        /// Leader.
        leader: PersonId,
    },
    /// Start, record on, finish a visit.
    GoOnVisit(&'a VisitFacts),
    /// Call a visit off or merge it.
    CancelVisit(&'a VisitFacts),
    /// See, make and adopt plans of a unit's visits.
    PlanVisits(&'a UnitPath),
    /// Change units, people, roles, places below a unit.
    Administer(&'a UnitPath),
    /// See figures of a unit.
    SeeFigures(&'a UnitPath),
    /// Read the ledger's own pages, exports and health.
    Audit,
}

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
        }
    }
}

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
        }
    }
    fn goes(&self, actor: &Actor) -> bool {
        actor.person().is_some_and(|p| p == self.leader || self.companions.contains(&p))
    }
}

/// Why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case", tag = "code")]
pub enum Denial {
    /// Nobody is signed in.
    #[error("sign in first")]
    SignIn,
    /// The record lies outside every unit the person has a role in. Told as "not found", so that
    /// guessing ids teaches nothing.
    #[error("no such record")]
    OutOfSight,
    /// The role is missing over this unit.
    #[error("this needs the role {role:?} over the unit")]
    NeedsRole {
        /// Which.
        role: Role,
    },
    /// Only the raiser.
    #[error("only whoever raised it may do this")]
    OnlyRaiser,
    /// Only those who go.
    #[error("only those who go on the visit may do this")]
    OnlyParty,
    /// The one who put it right may not judge it.
    #[error("whoever put it right does not judge it")]
    OwnWork,
    /// The one who asked may not decide.
    #[error("whoever asked does not decide")]
    OwnRequest,
}

impl Denial {
    /// Stable code; the catalogue key is `denial-` + code with `-` for `_`.
    pub fn code(&self) -> &'static str {
        match self {
            Denial::SignIn => "sign_in",
            Denial::OutOfSight => "out_of_sight",
            Denial::NeedsRole { .. } => "needs_role",
            Denial::OnlyRaiser => "only_raiser",
            Denial::OnlyParty => "only_party",
            Denial::OwnWork => "own_work",
            Denial::OwnRequest => "own_request",
        }
    }
}

/// Whether `actor` may do what is asked.
pub fn may(actor: &Actor, ask: &Ask<'_>) -> Result<(), Denial> {
    if *actor == Actor::System {
        return Ok(());
    }
    match ask {
        Ask::SeeMatter(m) => sees_matter(actor, m),
        Ask::ActOnMatter(action, m) => {
            sees_matter(actor, m)?;
            act(actor, *action, m)
        }
        Ask::RaiseMatter => match actor {
            Actor::Person { .. } => Ok(()),
            _ => Err(Denial::SignIn),
        },
        // A customer needs no account; whoever holds a link to one case applies without it.
        Ask::Apply => match actor {
            Actor::Person { .. } | Actor::Anonymous => Ok(()),
            _ => Err(Denial::SignIn),
        },
        Ask::SeeVisit(v) => sees_visit(actor, v),
        Ask::PlanVisit { host, leader } => {
            let own = actor.person() == Some(*leader) && actor.is_somewhere(Role::Leader);
            if own || actor.holds(Role::Coordinator, host) { Ok(()) } else { Err(needs(actor, Role::Coordinator)) }
        }
        Ask::GoOnVisit(v) => {
            sees_visit(actor, v)?;
            if v.goes(actor) { Ok(()) } else { Err(Denial::OnlyParty) }
        }
        Ask::CancelVisit(v) => {
            sees_visit(actor, v)?;
            if actor.person() == Some(v.leader) || actor.holds(Role::Coordinator, &v.host) {
                Ok(())
            } else {
                Err(needs(actor, Role::Coordinator))
            }
        }
        // A plan holds visits without notice, so whoever may not plan may not read it either.
        Ask::PlanVisits(unit) => {
            if actor.holds(Role::Coordinator, unit) {
                Ok(())
            } else {
                Err(needs(actor, Role::Coordinator))
            }
        }
        Ask::Administer(unit) => {
            if actor.holds(Role::Administrator, unit) {
                Ok(())
            } else {
                Err(needs(actor, Role::Administrator))
            }
        }
        Ask::SeeFigures(unit) => {
            if actor.sees_unit(unit) {
                Ok(())
            } else {
                Err(needs(actor, Role::Viewer))
            }
        }
        Ask::Audit => {
            if actor.is_somewhere(Role::Administrator) {
                Ok(())
            } else {
                Err(needs(actor, Role::Administrator))
            }
        }
    }
}

fn needs(actor: &Actor, role: Role) -> Denial {
    match actor {
        Actor::Person { .. } => Denial::NeedsRole { role },
        _ => Denial::SignIn,
    }
}

fn sees_matter(actor: &Actor, m: &MatterFacts) -> Result<(), Denial> {
    let seen = match actor {
        Actor::Raiser { contact, matter } => *matter == m.id && m.raiser == By::Raiser(*contact),
        Actor::Person { id, .. } => {
            actor.sees_unit(&m.unit)
                || m.raiser == By::Person(*id)
                || m.recorded_by == By::Person(*id)
                || m.handler == Some(*id)
                || m.doer == Some(By::Person(*id))
        }
        Actor::System => true,
        Actor::Anonymous => return Err(Denial::SignIn),
    };
    if seen { Ok(()) } else { Err(Denial::OutOfSight) }
}

fn act(actor: &Actor, action: MatterAction, m: &MatterFacts) -> Result<(), Denial> {
    use MatterAction as A;
    let role = |role: Role| if actor.holds(role, &m.unit) { Ok(()) } else { Err(needs(actor, role)) };
    let raiser = actor.by() == m.raiser;
    match action {
        A::Assign | A::Transfer | A::Merge | A::Refuse | A::Answer | A::RecordAttempt => role(Role::Coordinator),
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

fn sees_visit(actor: &Actor, v: &VisitFacts) -> Result<(), Denial> {
    match actor {
        Actor::System => Ok(()),
        Actor::Person { .. } => {
            let party = v.goes(actor) || v.planned_by == actor.by();
            if party || !v.secret && actor.sees_unit(&v.host) { Ok(()) } else { Err(Denial::OutOfSight) }
        }
        _ => Err(Denial::SignIn),
    }
}

/// What a list may show: the SQL side of [`may`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everything.
    All,
    /// Records of these subtrees, and the person's own.
    Of {
        /// Subtrees, none inside another.
        units: Vec<UnitPath>,
        /// Himself.
        person: PersonId,
    },
    /// Nothing.
    Nothing,
}

/// The scope of an actor's lists.
pub fn scope(actor: &Actor) -> Scope {
    match actor {
        Actor::System => Scope::All,
        Actor::Person { id, grants } => {
            let mut units: Vec<UnitPath> = grants.iter().map(|g| g.over.clone()).collect();
            units.sort();
            units.dedup_by(|b, a| a.contains(b));
            Scope::Of { units, person: *id }
        }
        _ => Scope::Nothing,
    }
}
