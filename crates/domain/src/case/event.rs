//! What happened to a case, and how it changes it. Events stand in the matter's own chain, so replaying a matter's
//! events gives its case too.

use super::asked::Correction;
use super::clock::Measured;
use super::record::{CallOutcome, Case, CaseLimit, Cost, Paper, Rating, Scheme, StepRun};
use super::verdict::{Eligibility, Override};
use super::words::{Class, Flag, PaperKind};
use crate::base::ids::*;
use crate::base::time::Instant;
use crate::law::procedure::ProcedureRef;
use crate::law::target::StepDeadline;
use serde::{Deserialize, Serialize};

/// One thing that happened to a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
#[allow(missing_docs)] // fields carry the names of the case's own
pub enum CaseEvent {
    Applied {
        case: Box<Case>,
    },
    Surveyed {
        works: bool,
        words: Option<Words>,
        photos: Vec<FileRef>,
        /// Limits that the finding changes, and the deadline they bring.
        limits: Option<Vec<CaseLimit>>,
        deadline: Option<StepDeadline>,
    },
    SchemeReplied {
        scheme: Scheme,
    },
    Costed {
        cost: Cost,
    },
    Overridden {
        decision: Override,
        class: Class,
        procedure: ProcedureRef,
        limits: Vec<CaseLimit>,
        deadline: StepDeadline,
    },
    Corrected {
        correction: Correction,
        reason: Words,
        verdict: Eligibility,
        class: Class,
        procedure: ProcedureRef,
        limits: Vec<CaseLimit>,
        deadline: StepDeadline,
    },
    Flagged {
        flags: Vec<Flag>,
    },
    PaperAdded {
        kind: PaperKind,
        photos: Vec<FileRef>,
    },
    Energized {
        measured: Measured,
    },
    Withdrawn {
        reason: Words,
    },
    Called {
        call: CallOutcome,
        words: Option<Words>,
        /// The customer remembers another day of application than is recorded.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        day_differs: bool,
    },
    Satisfied {
        rating: Rating,
        words: Option<Words>,
    },
    ProblemOpened {
        problem: MatterId,
    },
}

impl CaseEvent {
    /// The event's stable code, as the ledger and the timeline name it.
    pub fn code(&self) -> &'static str {
        match self {
            CaseEvent::Applied { .. } => "applied",
            CaseEvent::Surveyed { .. } => "surveyed",
            CaseEvent::SchemeReplied { .. } => "scheme_replied",
            CaseEvent::Costed { .. } => "costed",
            CaseEvent::Overridden { .. } => "eligibility_overridden",
            CaseEvent::Corrected { .. } => "application_corrected",
            CaseEvent::Flagged { .. } => "flagged",
            CaseEvent::PaperAdded { .. } => "paper_added",
            CaseEvent::Energized { .. } => "energized",
            CaseEvent::Withdrawn { .. } => "withdrawn",
            CaseEvent::Called { .. } => "called",
            CaseEvent::Satisfied { .. } => "service_rated",
            CaseEvent::ProblemOpened { .. } => "problem_opened",
        }
    }
}

impl Case {
    /// Changes the case as the event says. Total, as [`crate::matter::Matter::apply`] is.
    pub(crate) fn apply(&mut self, at: Instant, event: &CaseEvent) {
        match event {
            CaseEvent::Applied { case } => *self = (**case).clone(),
            CaseEvent::Surveyed { works, limits, .. } => {
                self.works = Some(*works);
                if let Some(limits) = limits {
                    self.limits.clone_from(limits);
                }
            }
            CaseEvent::SchemeReplied { scheme } => {
                self.works = Some(scheme.works);
                self.scheme = Some(scheme.clone());
            }
            CaseEvent::Costed { cost } => self.cost = Some(cost.clone()),
            CaseEvent::Overridden { decision, class, limits, .. } => {
                self.eligibility.overridden = Some(decision.clone());
                self.class = *class;
                self.limits.clone_from(limits);
            }
            CaseEvent::Corrected { correction, verdict, class, limits, .. } => {
                self.asked = self.asked.corrected(correction);
                self.eligibility = verdict.clone();
                self.class = *class;
                self.limits.clone_from(limits);
            }
            CaseEvent::Flagged { flags } => self.flags.clone_from(flags),
            CaseEvent::PaperAdded { kind, photos } => match self.papers.iter_mut().find(|p| p.kind == *kind) {
                Some(p) => {
                    p.photos.extend(photos.iter().cloned());
                    p.at = Some(at);
                }
                None => self.papers.push(Paper { kind: *kind, photos: photos.clone(), at: Some(at) }),
            },
            CaseEvent::Energized { measured } => {
                self.energized = Some(at);
                self.measured = Some(measured.clone());
                self.end_step(at);
            }
            CaseEvent::Withdrawn { .. } => {
                self.withdrawn = Some(at);
                self.end_step(at);
            }
            CaseEvent::Called { call: CallOutcome::NotReached, .. } => self.calls.attempts.push(at),
            CaseEvent::Called { call, day_differs, .. } => {
                self.calls.ended = Some((at, call.clone()));
                self.calls.day_differs = *day_differs;
            }
            CaseEvent::Satisfied { rating, .. } => self.rating = Some(rating.clone()),
            CaseEvent::ProblemOpened { problem } => self.problem = Some(*problem),
        }
    }

    /// A step of its procedure begins.
    pub(crate) fn step_started(&mut self, at: Instant, code: &str) {
        self.end_step(at);
        self.steps.push(StepRun { code: code.to_owned(), from: at, to: None });
    }

    fn end_step(&mut self, at: Instant) {
        if let Some(last) = self.steps.last_mut().filter(|s| s.to.is_none()) {
            last.to = Some(at);
        }
    }
}
