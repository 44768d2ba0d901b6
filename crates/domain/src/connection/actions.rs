//! What can be done to a case: who may and when, once. Pages offer, doors let through and tests compare by what stands
//! here. Every action is allowed as one of the matter's own, so that one table of access serves all. Does not know how an
//! action is asked for or what it changes.

use crate::base::actor::{Actor, Denial};
use crate::base::refusal::Refusal;
use crate::case::Case;
use crate::matter::access::{MatterFacts, may_act};
use crate::matter::{Matter, MatterAction};
use serde::Serialize;

/// An action on a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // each is the command of the same name
pub enum CaseAction {
    Survey,
    ReplyScheme,
    SetCost,
    OverrideEligibility,
    Correct,
    Flag,
    AddPaper,
    Energize,
    Withdraw,
    CallBack,
    Rate,
}

/// What access asks before a case is acted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseNeeds {
    /// To act on the matter.
    Act(MatterAction),
    /// To act on the matter in the first way or in the second.
    Either(MatterAction, MatterAction),
    /// The customer himself in the first way, somebody for him in the second.
    Raiser(MatterAction, MatterAction),
}

impl CaseNeeds {
    /// Asks it of somebody.
    pub fn asked(self, actor: &Actor, facts: &MatterFacts) -> Result<(), Denial> {
        let act = |action| may_act(actor, action, facts);
        match self {
            CaseNeeds::Act(action) => act(action),
            CaseNeeds::Either(first, second) => act(first).or_else(|_| act(second)),
            CaseNeeds::Raiser(himself, _) if actor.by() == facts.raiser => act(himself),
            CaseNeeds::Raiser(_, for_him) => act(for_him),
        }
    }
}

impl CaseAction {
    /// Every action, in the order pages offer them.
    pub const ALL: [CaseAction; 11] = [
        Self::Survey,
        Self::ReplyScheme,
        Self::Energize,
        Self::AddPaper,
        Self::Flag,
        Self::SetCost,
        Self::Correct,
        Self::OverrideEligibility,
        Self::CallBack,
        Self::Rate,
        Self::Withdraw,
    ];

    /// Who may: asked of whoever does it and of whoever is offered it.
    pub fn needs(self) -> CaseNeeds {
        use CaseNeeds::{Act, Either, Raiser};
        use MatterAction as A;
        match self {
            Self::Survey | Self::ReplyScheme | Self::SetCost => Act(A::Advance),
            Self::OverrideEligibility => Act(A::Assign),
            Self::Correct | Self::Flag => Either(A::Assign, A::Advance),
            // Whoever sees a connection may hand in a paper that was missing, as he may leave a remark.
            Self::AddPaper => Act(A::Comment),
            Self::Energize => Act(A::Submit),
            Self::Withdraw => Raiser(A::Comment, A::Refuse),
            Self::CallBack => Act(A::RecordAttempt),
            Self::Rate => Act(A::Rate),
        }
    }

    /// When: whether the case is where this can be done.
    pub fn allowed(self, m: &Matter, case: &Case) -> Result<(), Refusal> {
        match self {
            Self::Survey | Self::ReplyScheme => m.allows(MatterAction::Advance),
            Self::Energize => m.allows(MatterAction::Submit),
            Self::OverrideEligibility | Self::Correct if case.class_is_settled() => Err(Refusal::ClassIsSettled),
            Self::OverrideEligibility | Self::Correct => m.allows(MatterAction::Refuse),
            Self::Withdraw if case.energized.is_some() => Err(Refusal::AlreadyEnergized),
            Self::Withdraw => m.allows(MatterAction::Refuse),
            Self::CallBack if !case.may_call() => Err(Refusal::AlreadyCalled),
            Self::CallBack => m.allows(MatterAction::RecordAttempt),
            Self::Rate => m.allows(MatterAction::Rate),
            Self::SetCost | Self::Flag | Self::AddPaper => Ok(()),
        }
    }

    /// As keyed in the catalogues and in URLs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Survey => "survey",
            Self::ReplyScheme => "reply_scheme",
            Self::SetCost => "set_cost",
            Self::OverrideEligibility => "override_eligibility",
            Self::Correct => "correct",
            Self::Flag => "flag",
            Self::AddPaper => "add_paper",
            Self::Energize => "energize",
            Self::Withdraw => "withdraw",
            Self::CallBack => "call_back",
            Self::Rate => "rate",
        }
    }
}
