//! Publications 报道: what was printed about us, where, and which of our numbers it quotes. What is quoted stays as it was printed.

use super::PraiseRule;
use crate::base::about::About;
use crate::base::history::{Happened, Recorded};
use crate::base::ids::*;
use crate::base::quoted::Quoted;
use crate::base::refusal::Refusal;
use crate::base::time::{Date, Instant};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a publication is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicationDetails {
    /// Who printed it 媒体.
    pub outlet: String,
    /// Title, in the company's language.
    pub title: String,
    /// English title, where there is one.
    pub title_en: Option<String>,
    /// Its date.
    pub day: Date,
    /// Where it can be read.
    pub url: Option<String>,
    /// Hash of its file, wherever that lies.
    pub file: Option<FileRef>,
    /// The unit of ours that keeps it.
    pub unit: UnitId,
    /// Records it speaks of.
    pub about: Vec<About>,
    /// Figures it quotes.
    pub figures: Vec<Quoted>,
}

impl PublicationDetails {
    /// Whether it can be looked up.
    pub fn has_source(&self) -> bool {
        self.url.is_some() || self.file.is_some()
    }
}

/// A publication.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publication {
    /// Identity.
    pub id: Uuid,
    /// Short stable code.
    pub code: String,
    /// The rest.
    #[serde(flatten)]
    pub details: PublicationDetails,
    /// When the last thing happened to it.
    pub last_at: Instant,
    /// Number of events so far.
    pub rev: u32,
}

/// What happens to a publication.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[allow(missing_docs)] // fields carry the names of the publication's own
pub enum PublicationEvent {
    Registered { code: String, details: PublicationDetails },
    Changed { details: PublicationDetails },
}

impl PublicationEvent {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            PublicationEvent::Registered { .. } => "publication_registered",
            PublicationEvent::Changed { .. } => "publication_changed",
        }
    }
}

impl Recorded for Publication {
    type Event = PublicationEvent;

    fn begin(id: Uuid, first: &Happened<PublicationEvent>) -> Option<Publication> {
        let PublicationEvent::Registered { code, details } = &first.event else { return None };
        Some(Publication { id, code: code.clone(), details: details.clone(), last_at: first.at, rev: 1 })
    }

    fn apply(&mut self, h: &Happened<PublicationEvent>) {
        self.rev += 1;
        self.last_at = self.last_at.max(h.at);
        match &h.event {
            PublicationEvent::Registered { .. } => {}
            PublicationEvent::Changed { details } => self.details = details.clone(),
        }
    }
}

/// A publication after a transition, with what happened.
pub type PublicationMoved = (Publication, Happened<PublicationEvent>);

impl Publication {
    /// Registers one.
    pub fn register(
        id: Uuid,
        at: Instant,
        by: &By,
        code: String,
        details: PublicationDetails,
    ) -> Result<PublicationMoved, Refusal> {
        if !details.has_source() {
            return Err(Refusal::rule(PraiseRule::NoSource, ""));
        }
        let h = Happened { at, by: by.clone(), event: PublicationEvent::Registered { code, details } };
        let publication = Publication::begin(id, &h).ok_or(Refusal::SameAsBefore)?;
        Ok((publication, h))
    }

    /// Changes what is recorded of it.
    pub fn change(mut self, at: Instant, by: &By, details: PublicationDetails) -> Result<PublicationMoved, Refusal> {
        if !details.has_source() {
            return Err(Refusal::rule(PraiseRule::NoSource, ""));
        }
        if self.details == details {
            return Err(Refusal::SameAsBefore);
        }
        let h = Happened { at, by: by.clone(), event: PublicationEvent::Changed { details } };
        self.apply(&h);
        Ok((self, h))
    }
}
