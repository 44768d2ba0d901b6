//! Agreements 合作协议: what the company and bodies outside signed together, from when to when. What each of them promised in it
//! are commitments, which are matters about it; it does not know them.

pub mod access;
pub mod law;

use crate::base::history::{Happened, Recorded};
use crate::base::ids::*;
use crate::base::time::{Date, Instant};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What an agreement is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementDetails {
    /// Title in the company's language.
    pub title: String,
    /// English title, where there is one.
    pub title_en: Option<String>,
    /// The bodies outside that signed it.
    pub parties: Vec<PartnerId>,
    /// The company signed it too, which counts as one party.
    pub ours: bool,
    /// The unit of ours that keeps it.
    pub unit: UnitId,
    /// What it is about.
    pub scope: Option<Words>,
    /// Day on which it was signed.
    pub signed: Date,
    /// Last day; none while it holds until somebody ends it.
    pub valid_to: Option<Date>,
    /// The signed paper, photographed.
    pub photos: Vec<FileRef>,
}

impl AgreementDetails {
    /// How many signed it: each body once, the company once.
    pub fn signatories(&self) -> usize {
        self.parties.len() + usize::from(self.ours)
    }
}

/// An agreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// Identity.
    pub id: Uuid,
    /// Short stable code.
    pub code: String,
    /// The rest.
    #[serde(flatten)]
    pub details: AgreementDetails,
    /// Ended early: the first day on which it holds no more, and why.
    pub ended: Option<(Date, Words)>,
    /// When the last thing happened to it.
    pub last_at: Instant,
    /// Number of events so far.
    pub rev: u32,
}

/// What happens to an agreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[allow(missing_docs)] // fields carry the names of the agreement's own
pub enum AgreementEvent {
    Registered { code: String, details: AgreementDetails },
    Changed { details: AgreementDetails },
    Ended { on: Date, reason: Words },
}

impl AgreementEvent {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            AgreementEvent::Registered { .. } => "agreement_registered",
            AgreementEvent::Changed { .. } => "agreement_changed",
            AgreementEvent::Ended { .. } => "agreement_ended",
        }
    }
}

impl Recorded for Agreement {
    type Event = AgreementEvent;

    fn begin(id: Uuid, first: &Happened<AgreementEvent>) -> Option<Agreement> {
        let AgreementEvent::Registered { code, details } = &first.event else { return None };
        Some(Agreement { id, code: code.clone(), details: details.clone(), ended: None, last_at: first.at, rev: 1 })
    }

    fn apply(&mut self, h: &Happened<AgreementEvent>) {
        self.rev += 1;
        self.last_at = self.last_at.max(h.at);
        match &h.event {
            AgreementEvent::Registered { .. } => {}
            AgreementEvent::Changed { details } => self.details = details.clone(),
            AgreementEvent::Ended { on, reason } => self.ended = Some((*on, reason.clone())),
        }
    }
}

impl Agreement {
    /// Whether it holds on a day.
    pub fn in_force(&self, day: Date) -> bool {
        self.details.signed <= day
            && self.details.valid_to.is_none_or(|to| day <= to)
            && self.ended.as_ref().is_none_or(|(on, _)| day < *on)
    }

    /// Days left on a day; none where it does not hold then, or has no last day.
    pub fn days_left(&self, day: Date) -> Option<i32> {
        self.details.valid_to.filter(|_| self.in_force(day)).map(|to| (to - day).get_days())
    }
}
