//! Minutes 会议纪要: drafted by the convener, circulated, countersigned by each member, issued in the conference's name, kept.
//! What was issued never changes: an amendment is a version of its own with its reason.

use super::Member;
use crate::base::codes::codes;
use crate::base::ids::*;
use crate::base::time::Instant;
use serde::{Deserialize, Serialize};

codes! {
    /// Where a version of the minutes is.
    MinutesState {
        /// 起草
        Draft = "draft",
        /// 会签中
        Circulated = "circulated",
        /// 已印发
        Issued = "issued",
        /// 已归档
        Archived = "archived",
    }
}

/// What a member says to minutes that were circulated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// Who.
    pub member: Member,
    /// By whose hand: its own, or the secretary's for one on paper.
    pub by: By,
    /// When.
    pub at: Instant,
    /// What it objects to; none where it agrees.
    pub objection: Option<Words>,
}

/// A version of the minutes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Minutes {
    /// The text.
    pub text: Words,
    /// Why the version before was amended.
    pub reason: Option<Words>,
    /// Where it is.
    pub state: MinutesState,
    /// When it was circulated.
    pub circulated_at: Option<Instant>,
    /// What members said, in the order in which they did.
    pub signatures: Vec<Signature>,
    /// When it was issued.
    pub issued_at: Option<Instant>,
    /// When it was archived.
    pub archived_at: Option<Instant>,
}

impl Minutes {
    /// A draft.
    pub(crate) fn draft(text: Words, reason: Option<Words>) -> Minutes {
        Minutes {
            text,
            reason,
            state: MinutesState::Draft,
            circulated_at: None,
            signatures: Vec::new(),
            issued_at: None,
            archived_at: None,
        }
    }
    /// Whether it was issued: it never changes.
    pub fn is_issued(&self) -> bool {
        self.issued_at.is_some()
    }
    /// What a member said.
    pub fn signature(&self, member: Member) -> Option<&Signature> {
        self.signatures.iter().find(|s| s.member == member)
    }
}
