//! Praise 点赞: that somebody outside thanked us, for what, in which way. It is evidence beside the records it is about and never a number of
//! ours: no figure reads it. Who thanked, where it was a person, and the words are kept outside the ledger and can be erased.
//!
//! [`publication`] says what was printed about us, [`verdict`] whether the numbers printed there hold.

pub mod access;
pub mod publication;
pub mod verdict;

pub use publication::{Publication, PublicationDetails, PublicationEvent, PublicationMoved};
pub use verdict::{Verdict, judge};

use crate::base::about::About;
use crate::base::codes::codes;
use crate::base::history::{Happened, Recorded};
use crate::base::ids::*;
use crate::base::refusal::Refusal;
use crate::base::time::{Date, Instant};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

codes! {
    /// In which way somebody thanked us.
    Channel {
        /// 锦旗
        Banner = "banner",
        /// 感谢信
        Letter = "letter",
        /// 热线
        Hotline = "hotline",
        /// 网络
        Online = "online",
        /// 媒体
        Media = "media",
        /// 当面
        InPerson = "in_person",
    }
}

codes! {
    /// Why not.
    PraiseRule {
        /// It is about no record.
        NoRecord = "praise_without_record",
        /// A photo shows a person, and nobody agreed to its being shown.
        PersonWithoutConsent = "praise_person_without_consent",
        /// Its words were erased; there is nothing left to be changed.
        Erased = "praise_erased_already",
        /// What was printed lies at no address and in no file.
        NoSource = "publication_without_source",
    }
}

/// Who thanked us.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum PraisedBy {
    /// A body of the register.
    Partner {
        /// Which.
        partner: PartnerId,
    },
    /// A person, whose name can be erased.
    Contact {
        /// How he is called.
        name: Words,
    },
}

/// What a praise is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PraiseDetails {
    /// Who thanked us.
    pub from: PraisedBy,
    /// In which way.
    pub channel: Channel,
    /// On which day.
    pub day: Date,
    /// What was said or written.
    pub words: Words,
    /// Hash of its file, wherever that lies.
    pub file: Option<FileRef>,
    /// The banner, the letter, photographed.
    pub photos: Vec<FileRef>,
    /// A person can be recognised on a photo.
    pub shows_person: bool,
    /// Whoever thanked us, and whoever is shown, agreed to its being published.
    pub consent: bool,
    /// The unit of ours that is thanked.
    pub unit: UnitId,
    /// What for: at least one record.
    pub about: Vec<About>,
}

impl PraiseDetails {
    /// All that keeps it from being recorded.
    pub fn faults(&self) -> Vec<PraiseRule> {
        let mut faults = Vec::new();
        if self.about.is_empty() {
            faults.push(PraiseRule::NoRecord);
        }
        if self.shows_person && !self.consent && (!self.photos.is_empty() || self.file.is_some()) {
            faults.push(PraiseRule::PersonWithoutConsent);
        }
        faults
    }

    fn allowed(&self) -> Result<(), Refusal> {
        self.faults().first().map_or(Ok(()), |rule| Err(Refusal::rule(*rule, "")))
    }
}

/// A praise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Praise {
    /// Identity.
    pub id: Uuid,
    /// Short stable code.
    pub code: String,
    /// The rest.
    #[serde(flatten)]
    pub details: PraiseDetails,
    /// Who recorded it first.
    pub recorded_by: By,
    /// Name and words were erased.
    pub erased: bool,
    /// When the last thing happened to it.
    pub last_at: Instant,
    /// Number of events so far.
    pub rev: u32,
}

/// What happens to a praise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[allow(missing_docs)] // fields carry the names of the praise's own
pub enum PraiseEvent {
    Recorded {
        code: String,
        details: PraiseDetails,
    },
    Changed {
        details: PraiseDetails,
    },
    /// Name and words, and the photos that were no other record's.
    Erased {
        photos: Vec<FileRef>,
    },
}

impl PraiseEvent {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            PraiseEvent::Recorded { .. } => "praise_recorded",
            PraiseEvent::Changed { .. } => "praise_changed",
            PraiseEvent::Erased { .. } => "erased",
        }
    }
}

impl Recorded for Praise {
    type Event = PraiseEvent;

    fn begin(id: Uuid, first: &Happened<PraiseEvent>) -> Option<Praise> {
        let PraiseEvent::Recorded { code, details } = &first.event else { return None };
        Some(Praise {
            id,
            code: code.clone(),
            details: details.clone(),
            recorded_by: first.by.clone(),
            erased: false,
            last_at: first.at,
            rev: 1,
        })
    }

    fn apply(&mut self, h: &Happened<PraiseEvent>) {
        self.rev += 1;
        self.last_at = self.last_at.max(h.at);
        match &h.event {
            PraiseEvent::Recorded { .. } => {}
            PraiseEvent::Changed { details } => self.details = details.clone(),
            PraiseEvent::Erased { photos } => {
                self.erased = true;
                self.details.photos.retain(|p| !photos.contains(p));
            }
        }
    }
}

/// A praise after a transition, with what happened.
pub type PraiseMoved = (Praise, Happened<PraiseEvent>);

impl Praise {
    /// Records one.
    pub fn record(
        id: Uuid,
        at: Instant,
        by: &By,
        code: String,
        details: PraiseDetails,
    ) -> Result<PraiseMoved, Refusal> {
        details.allowed()?;
        let h = Happened { at, by: by.clone(), event: PraiseEvent::Recorded { code, details } };
        let praise = Praise::begin(id, &h).ok_or(Refusal::SameAsBefore)?;
        Ok((praise, h))
    }

    fn then(mut self, at: Instant, by: &By, event: PraiseEvent) -> PraiseMoved {
        let h = Happened { at, by: by.clone(), event };
        self.apply(&h);
        (self, h)
    }

    fn whole(&self) -> Result<(), Refusal> {
        if self.erased { Err(Refusal::rule(PraiseRule::Erased, "")) } else { Ok(()) }
    }

    /// Changes what it is.
    pub fn change(self, at: Instant, by: &By, details: PraiseDetails) -> Result<PraiseMoved, Refusal> {
        self.whole()?;
        details.allowed()?;
        if self.details == details {
            return Err(Refusal::SameAsBefore);
        }
        Ok(self.then(at, by, PraiseEvent::Changed { details }))
    }

    /// Notes that who thanked us, what was said and these photos are erased. That we were thanked, and for what, stays.
    pub fn erase(self, at: Instant, by: &By, photos: Vec<FileRef>) -> Result<PraiseMoved, Refusal> {
        self.whole()?;
        Ok(self.then(at, by, PraiseEvent::Erased { photos }))
    }
}

#[cfg(test)]
mod tests;
