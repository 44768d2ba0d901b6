//! Recognitions 典型做法: where somebody above us wrote that a practice of ours is worth doing. What is quoted there stays as it was
//! printed; it is nobody's numerator.

use crate::base::about::About;
use crate::base::history::{Happened, Recorded};
use crate::base::ids::*;
use crate::base::quoted::Quoted;
use crate::base::refusal::Refusal;
use crate::base::time::{Date, Instant};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a recognition is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecognitionDetails {
    /// Title of what was issued, in the company's language.
    pub title: String,
    /// English title, where there is one.
    pub title_en: Option<String>,
    /// Who issued it.
    pub issuer: String,
    /// Its number; none while it is to be checked 待核.
    pub number: Option<String>,
    /// Its date.
    pub day: Date,
    /// The clause or item of it that speaks of us.
    pub clause: Option<String>,
    /// The practice it speaks of.
    pub practice: Words,
    /// The unit of ours whose practice it is.
    pub unit: UnitId,
    /// Records that show the practice.
    pub about: Vec<About>,
    /// Figures it rests on.
    pub figures: Vec<Quoted>,
}

/// A recognition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recognition {
    /// Identity.
    pub id: Uuid,
    /// Short stable code.
    pub code: String,
    /// The rest.
    #[serde(flatten)]
    pub details: RecognitionDetails,
    /// When the last thing happened to it.
    pub last_at: Instant,
    /// Number of events so far.
    pub rev: u32,
}

/// What happens to a recognition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[allow(missing_docs)] // fields carry the names of the recognition's own
pub enum RecognitionEvent {
    Registered { code: String, details: RecognitionDetails },
    Changed { details: RecognitionDetails },
}

impl RecognitionEvent {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            RecognitionEvent::Registered { .. } => "recognition_registered",
            RecognitionEvent::Changed { .. } => "recognition_changed",
        }
    }
}

impl Recorded for Recognition {
    type Event = RecognitionEvent;

    fn begin(id: Uuid, first: &Happened<RecognitionEvent>) -> Option<Recognition> {
        let RecognitionEvent::Registered { code, details } = &first.event else { return None };
        Some(Recognition { id, code: code.clone(), details: details.clone(), last_at: first.at, rev: 1 })
    }

    fn apply(&mut self, h: &Happened<RecognitionEvent>) {
        self.rev += 1;
        self.last_at = self.last_at.max(h.at);
        match &h.event {
            RecognitionEvent::Registered { .. } => {}
            RecognitionEvent::Changed { details } => self.details = details.clone(),
        }
    }
}

/// A recognition after a transition, with what happened.
pub type RecognitionMoved = (Recognition, Happened<RecognitionEvent>);

impl Recognition {
    /// Registers one.
    pub fn register(
        id: Uuid,
        at: Instant,
        by: &By,
        code: String,
        details: RecognitionDetails,
    ) -> Result<RecognitionMoved, Refusal> {
        let h = Happened { at, by: by.clone(), event: RecognitionEvent::Registered { code, details } };
        let recognition = Recognition::begin(id, &h).ok_or(Refusal::SameAsBefore)?;
        Ok((recognition, h))
    }

    /// Changes what it is: a number that was to be checked, a record that shows the practice.
    pub fn change(mut self, at: Instant, by: &By, details: RecognitionDetails) -> Result<RecognitionMoved, Refusal> {
        if self.details == details {
            return Err(Refusal::SameAsBefore);
        }
        let h = Happened { at, by: by.clone(), event: RecognitionEvent::Changed { details } };
        self.apply(&h);
        Ok((self, h))
    }
}
