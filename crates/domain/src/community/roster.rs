//! Who registers: party organisations with those of communities, and members, each on the roster under a code. A member's name,
//! the last digits of his phone and his staff number are words outside the ledger; erased, he still counts as one.

use super::CommunityRule;
use crate::base::history::{Happened, Recorded};
use crate::base::ids::*;
use crate::base::refusal::Refusal;
use crate::base::time::{Date, Instant};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a member is, as far as the ledger knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberDetails {
    /// Party branch 党支部.
    pub branch: String,
    /// Unit of ours.
    pub unit: UnitId,
    /// The person of ours, where he has an account.
    pub person: Option<PersonId>,
    /// The community where he lives and has registered.
    pub community: Option<PartnerId>,
    /// Name, last four digits of the phone, staff number; none once they were erased.
    pub personal: Option<Words>,
}

/// A member on the roster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Identity.
    pub id: MemberId,
    /// His code on the roster.
    pub code: String,
    /// The rest.
    #[serde(flatten)]
    pub details: MemberDetails,
    /// His last day on the roster.
    pub left: Option<Date>,
    /// When the last thing happened to him.
    pub last_at: Instant,
    /// Number of events so far.
    pub rev: u32,
}

/// What happens to a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[allow(missing_docs)] // fields carry the names of the member's own
pub enum MemberEvent {
    Listed { code: String, details: MemberDetails },
    Changed { details: MemberDetails },
    Left { on: Date },
    Erased,
}

impl MemberEvent {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            MemberEvent::Listed { .. } => "member_listed",
            MemberEvent::Changed { .. } => "member_changed",
            MemberEvent::Left { .. } => "member_left",
            MemberEvent::Erased => "member_erased",
        }
    }
}

impl Recorded for Member {
    type Event = MemberEvent;

    fn begin(id: Uuid, first: &Happened<MemberEvent>) -> Option<Member> {
        let MemberEvent::Listed { code, details } = &first.event else { return None };
        let (code, details) = (code.clone(), details.clone());
        Some(Member { id: MemberId(id), code, details, left: None, last_at: first.at, rev: 1 })
    }

    fn apply(&mut self, h: &Happened<MemberEvent>) {
        self.rev += 1;
        self.last_at = self.last_at.max(h.at);
        match &h.event {
            MemberEvent::Listed { .. } => {}
            MemberEvent::Changed { details } => {
                self.details = details.clone();
                self.left = None;
            }
            MemberEvent::Left { on } => self.left = Some(*on),
            MemberEvent::Erased => self.details.personal = None,
        }
    }
}

/// A member after a transition, with what happened.
pub type MemberMoved = (Member, Happened<MemberEvent>);

impl Member {
    /// Puts one on the roster.
    pub fn list(
        id: MemberId,
        at: Instant,
        by: &By,
        code: String,
        details: MemberDetails,
    ) -> Result<MemberMoved, Refusal> {
        let h = Happened { at, by: by.clone(), event: MemberEvent::Listed { code, details } };
        Ok((Member::begin(id.0, &h).ok_or(Refusal::SameAsBefore)?, h))
    }

    fn then(mut self, at: Instant, by: &By, event: MemberEvent) -> MemberMoved {
        let h = Happened { at, by: by.clone(), event };
        self.apply(&h);
        (self, h)
    }

    /// Changes what he is; one who had left is on the roster again.
    pub fn change(self, at: Instant, by: &By, details: MemberDetails) -> Result<MemberMoved, Refusal> {
        if self.details == details && self.left.is_none() {
            return Err(Refusal::SameAsBefore);
        }
        Ok(self.then(at, by, MemberEvent::Changed { details }))
    }

    /// Takes him off the roster after a day.
    pub fn leave(self, at: Instant, by: &By, on: Date) -> Result<MemberMoved, Refusal> {
        match self.left {
            Some(on) => Err(Refusal::rule(CommunityRule::LeftRoster, on.to_string())),
            None => Ok(self.then(at, by, MemberEvent::Left { on })),
        }
    }

    /// Erases who he is.
    pub fn erase(self, at: Instant, by: &By) -> Result<MemberMoved, Refusal> {
        if self.details.personal.is_none() {
            return Err(Refusal::SameAsBefore);
        }
        Ok(self.then(at, by, MemberEvent::Erased))
    }

    /// Whether he is on the roster on a day.
    pub fn listed_on(&self, day: Date) -> bool {
        self.left.is_none_or(|left| day <= left)
    }
}

/// A party organisation of ours that registered with a community's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pairing {
    /// Identity.
    pub id: Uuid,
    /// Who registered.
    pub ours: PartnerId,
    /// With whom.
    pub theirs: PartnerId,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Option<Date>,
    /// When the last thing happened to it.
    pub last_at: Instant,
    /// Number of events so far.
    pub rev: u32,
}

/// What happens to a pairing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[allow(missing_docs)] // fields carry the names of the pairing's own
pub enum PairingEvent {
    Registered { ours: PartnerId, theirs: PartnerId, from: Date },
    Ended { to: Date },
}

impl PairingEvent {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            PairingEvent::Registered { .. } => "pairing_registered",
            PairingEvent::Ended { .. } => "pairing_ended",
        }
    }
}

impl Recorded for Pairing {
    type Event = PairingEvent;

    fn begin(id: Uuid, first: &Happened<PairingEvent>) -> Option<Pairing> {
        let PairingEvent::Registered { ours, theirs, from } = first.event else { return None };
        Some(Pairing { id, ours, theirs, from, to: None, last_at: first.at, rev: 1 })
    }

    fn apply(&mut self, h: &Happened<PairingEvent>) {
        self.rev += 1;
        self.last_at = self.last_at.max(h.at);
        match &h.event {
            PairingEvent::Registered { .. } => {}
            PairingEvent::Ended { to } => self.to = Some(*to),
        }
    }
}

/// A pairing after a transition, with what happened.
pub type PairingMoved = (Pairing, Happened<PairingEvent>);

impl Pairing {
    /// Registers one organisation with another.
    pub fn register(
        id: Uuid,
        at: Instant,
        by: &By,
        ours: PartnerId,
        theirs: PartnerId,
        from: Date,
    ) -> Result<PairingMoved, Refusal> {
        if ours == theirs {
            return Err(Refusal::rule(CommunityRule::PairedWithItself, ""));
        }
        let h = Happened { at, by: by.clone(), event: PairingEvent::Registered { ours, theirs, from } };
        Ok((Pairing::begin(id, &h).ok_or(Refusal::SameAsBefore)?, h))
    }

    /// Ends it with a day.
    pub fn end(mut self, at: Instant, by: &By, to: Date) -> Result<PairingMoved, Refusal> {
        if let Some(to) = self.to {
            return Err(Refusal::rule(CommunityRule::PairingEnded, to.to_string()));
        }
        if to < self.from {
            return Err(Refusal::rule(CommunityRule::PairingEndsBefore, self.from.to_string()));
        }
        let h = Happened { at, by: by.clone(), event: PairingEvent::Ended { to } };
        self.apply(&h);
        Ok((self, h))
    }
}
