//! Who asks, with which roles over which subtrees, and why he may not. It does not know what there is to ask for: each
//! slice's `access.rs` says who may do what to its records.

use super::codes::codes;
use super::ids::*;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Where a unit stands in the tree: codes from the root, `/BJ/CP/CP-01/`. A unit contains
/// another when its path is a prefix of the other's; the trailing slash makes that exact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnitPath(String);

impl UnitPath {
    /// The path of a root unit.
    pub fn root(code: &str) -> Self {
        UnitPath(format!("/{code}/"))
    }
    /// The path of a child.
    #[must_use]
    pub fn child(&self, code: &str) -> Self {
        UnitPath(format!("{}{code}/", self.0))
    }
    /// As stored.
    pub fn from_stored(s: impl Into<String>) -> Self {
        UnitPath(s.into())
    }
    /// The text of the path.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// Whether `other` is this unit or lies below it.
    pub fn contains(&self, other: &UnitPath) -> bool {
        other.0.starts_with(&self.0)
    }
    /// Depth, 1 for a root.
    pub fn depth(&self) -> usize {
        self.0.matches('/').count().saturating_sub(1)
    }
}

impl fmt::Display for UnitPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

codes! {
    /// A role, always held over a unit and everything below it.
    Role[6] {
        /// Units, people, places, rules.
        Administrator = "administrator",
        /// Inbox: assigns, transfers, merges, refuses, plans, decides, answers.
        Coordinator = "coordinator",
        /// Goes on visits and records what is found.
        Leader = "leader",
        /// Puts matters right for his unit.
        Handler = "handler",
        /// Accepts or returns what others put right.
        Verifier = "verifier",
        /// Reads.
        Viewer = "viewer",
    }
}

/// A role over a subtree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// What he may do.
    pub role: Role,
    /// Over which subtree.
    pub over: UnitPath,
}

codes! {
    /// How it is known that somebody outside the company speaks for himself.
    Voice {
        /// He proved his phone by a code.
        Phone = "phone",
        /// By the link that was sent to his phone.
        SentLink = "sent_link",
        /// By the link that was shown to somebody of the company, who handed it on.
        ShownLink = "shown_link",
        /// He was called, and somebody of the company wrote down what he said.
        CallBack = "call_back",
    }
}

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
        /// How he is known.
        voice: Voice,
    },
    /// A body the company works with, through its link, without an account.
    Partner {
        /// Which.
        id: PartnerId,
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
            Actor::Partner { id } => By::Partner(*id),
            Actor::System | Actor::Anonymous => By::Rule,
        }
    }
    /// How an outsider is known; none for those of the company.
    pub fn voice(&self) -> Option<Voice> {
        match self {
            Actor::Raiser { voice, .. } => Some(*voice),
            Actor::Person { .. } | Actor::Partner { .. } | Actor::System | Actor::Anonymous => None,
        }
    }
    /// The person, where it is one of the company.
    pub fn person(&self) -> Option<PersonId> {
        match self {
            Actor::Person { id, .. } => Some(*id),
            Actor::Raiser { .. } | Actor::Partner { .. } | Actor::System | Actor::Anonymous => None,
        }
    }
    /// Whether he holds the role over that unit.
    pub fn holds(&self, role: Role, over: &UnitPath) -> bool {
        match self {
            Actor::Person { grants, .. } => grants.iter().any(|g| g.role == role && g.over.contains(over)),
            Actor::System => true,
            Actor::Raiser { .. } | Actor::Partner { .. } | Actor::Anonymous => false,
        }
    }
    /// Whether he holds the role anywhere.
    pub fn is_somewhere(&self, role: Role) -> bool {
        match self {
            Actor::Person { grants, .. } => grants.iter().any(|g| g.role == role),
            Actor::System => true,
            Actor::Raiser { .. } | Actor::Partner { .. } | Actor::Anonymous => false,
        }
    }
    /// Whether he holds any role over that unit.
    pub(crate) fn sees_unit(&self, unit: &UnitPath) -> bool {
        match self {
            Actor::Person { grants, .. } => grants.iter().any(|g| g.over.contains(unit)),
            Actor::System => true,
            Actor::Raiser { .. } | Actor::Partner { .. } | Actor::Anonymous => false,
        }
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
    /// What a conference resolved is judged by its secretary, never by the member that owns it.
    #[error("a resolution is verified by the convener's secretary, never by its owner")]
    OwnersWork,
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
            Denial::OwnersWork => "owners_work",
            Denial::OwnRequest => "own_request",
        }
    }
}

/// What whoever lacks a role is told.
pub(crate) fn needs(actor: &Actor, role: Role) -> Denial {
    match actor {
        Actor::Person { .. } => Denial::NeedsRole { role },
        Actor::Raiser { .. } | Actor::Partner { .. } | Actor::System | Actor::Anonymous => Denial::SignIn,
    }
}

/// Whether he holds the role over that unit, or what he is told.
pub(crate) fn holds(actor: &Actor, role: Role, over: &UnitPath) -> Result<(), Denial> {
    if actor.holds(role, over) { Ok(()) } else { Err(needs(actor, role)) }
}
