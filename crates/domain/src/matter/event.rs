//! What happened to a matter, and how it changes it. [`Matter::apply`] is the only place that
//! writes a matter; replaying a record's events therefore gives its row. Events hold references
//! and hashes, never anybody's words or contact.

use super::pause::{Extension, Pause, Request, Wanted};
use super::personal::{DisclosurePurpose, ErasureGround, PersonalData};
use super::record::Matter;
use super::stage::{Answer, Attempt, Closing, Origin, Raised, Solution, Stage, Verdict};
use crate::base::about::About;
use crate::base::actor::Voice;
use crate::base::codes::codes;
use crate::base::history::Happened;
use crate::base::ids::*;
use crate::base::time::Date;
use crate::case::CaseEvent;
use crate::law::kind::MatterKind;
use crate::law::procedure::ProcedureRef;
use crate::law::target::{Due, StepDeadline, Target};
use crate::part::{Part, PartEvent};
use serde::{Deserialize, Serialize};

codes! {
    /// How the raiser's link left the house.
    LinkGiven {
        /// To his phone.
        Sent = "sent",
        /// To somebody of the company, to be handed on.
        Shown = "shown",
    }
}

/// One thing that happened to a matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[allow(missing_docs)] // fields carry the names of the matter's own
pub enum MatterEvent {
    Raised {
        kind: MatterKind,
        origin: Origin,
        raised: Raised,
        unit: UnitId,
        procedure: ProcedureRef,
        target: Option<Target>,
        due: Option<Due>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part: Option<Box<Part>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        about: Option<About>,
    },
    SolvedOnTheSpot {
        solution: Solution,
    },
    Assigned {
        unit: UnitId,
        handler: Option<PersonId>,
        target: Option<Target>,
        due: Option<Due>,
        note: Option<Words>,
    },
    Transferred {
        from: UnitId,
        unit: UnitId,
        handler: Option<PersonId>,
        reason: Words,
    },
    Merged {
        into: MatterId,
        reason: Option<Words>,
    },
    /// Taken apart from its master again.
    Separated {
        /// Why.
        reason: Words,
    },
    Refused {
        reason: Words,
    },
    Accepted,
    StepStarted {
        step: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Words>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        photos: Vec<FileRef>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deadline: Option<StepDeadline>,
    },
    Requested {
        request: Request,
    },
    RequestRejected {
        note: Option<Words>,
    },
    ExtensionApproved {
        until: Date,
        due: Due,
        note: Option<Words>,
    },
    PauseApproved {
        due: Option<Due>,
        note: Option<Words>,
    },
    Resumed {
        due: Option<Due>,
        note: Option<Words>,
    },
    Submitted {
        solution: Solution,
    },
    Verified {
        note: Option<Words>,
    },
    Returned {
        reason: Words,
    },
    Answered {
        words: Words,
        through: Option<MatterId>,
    },
    Attempted {
        note: Words,
    },
    Rated {
        verdict: Verdict,
        words: Option<Words>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        voice: Option<Voice>,
    },
    LinkGiven {
        how: LinkGiven,
    },
    Closed {
        closing: Closing,
    },
    Reopened {
        target: Option<Target>,
        due: Option<Due>,
    },
    Reminded {
        share: u8,
    },
    Escalated {
        rung: u8,
    },
    Commented {
        words: Words,
        photos: Vec<FileRef>,
        corrects: Option<u32>,
    },
    /// Somebody had personal data shown, for a purpose.
    Disclosed {
        data: Vec<PersonalData>,
        purpose: DisclosurePurpose,
    },
    /// Its personal data were erased: words, contact, and the photos that nothing else uses.
    Erased {
        ground: ErasureGround,
        note: Option<Words>,
        photos: Vec<FileRef>,
    },
    /// Something that happens to connections only.
    Case {
        event: CaseEvent,
    },
    /// Something that happens to what its kind carries.
    Part {
        event: PartEvent,
    },
    /// It is about something else than was said, or about something at last.
    Related {
        about: Option<About>,
        reason: Words,
    },
}

impl MatterEvent {
    /// The event's stable code, as the ledger and the timeline name it.
    pub fn code(&self) -> &'static str {
        match self {
            MatterEvent::Raised { .. } => "raised",
            MatterEvent::SolvedOnTheSpot { .. } => "solved_on_the_spot",
            MatterEvent::Assigned { .. } => "assigned",
            MatterEvent::Transferred { .. } => "transferred",
            MatterEvent::Merged { .. } => "merged",
            MatterEvent::Separated { .. } => "separated",
            MatterEvent::Refused { .. } => "refused",
            MatterEvent::Accepted => "accepted",
            MatterEvent::StepStarted { .. } => "step_started",
            MatterEvent::Requested { request: Request { wanted: Wanted::Extension { .. }, .. } } => {
                "extension_requested"
            }
            MatterEvent::Requested { .. } => "pause_requested",
            MatterEvent::RequestRejected { .. } => "request_rejected",
            MatterEvent::ExtensionApproved { .. } => "extension_approved",
            MatterEvent::PauseApproved { .. } => "pause_approved",
            MatterEvent::Resumed { .. } => "resumed",
            MatterEvent::Submitted { .. } => "submitted",
            MatterEvent::Verified { .. } => "verified",
            MatterEvent::Returned { .. } => "returned",
            MatterEvent::Answered { .. } => "answered",
            MatterEvent::Attempted { .. } => "attempted",
            MatterEvent::Rated { .. } => "rated",
            MatterEvent::LinkGiven { how: LinkGiven::Sent } => "link_sent",
            MatterEvent::LinkGiven { how: LinkGiven::Shown } => "link_shown",
            MatterEvent::Closed { .. } => "closed",
            MatterEvent::Reopened { .. } => "reopened",
            MatterEvent::Reminded { .. } => "reminded",
            MatterEvent::Escalated { .. } => "escalated",
            MatterEvent::Commented { .. } => "commented",
            MatterEvent::Disclosed { .. } => "disclosed",
            MatterEvent::Erased { .. } => "erased",
            MatterEvent::Case { event } => event.code(),
            MatterEvent::Part { event } => event.code(),
            MatterEvent::Related { .. } => "related",
        }
    }
}

impl MatterEvent {
    /// What people may look for in the words of an event: what was asked, how it was put right, answers, remarks, reasons.
    /// What says who somebody is or where he lives is not among it, and neither are notes to a decision.
    pub fn sought(&self) -> Option<&Words> {
        match self {
            MatterEvent::Raised { raised: Raised { words, .. }, .. }
            | MatterEvent::SolvedOnTheSpot { solution: Solution { how: words, .. } }
            | MatterEvent::Submitted { solution: Solution { how: words, .. } }
            | MatterEvent::Transferred { reason: words, .. }
            | MatterEvent::Separated { reason: words }
            | MatterEvent::Refused { reason: words }
            | MatterEvent::Returned { reason: words }
            | MatterEvent::Answered { words, .. }
            | MatterEvent::Attempted { note: words }
            | MatterEvent::Commented { words, .. } => Some(words),
            MatterEvent::Rated { words, .. } => words.as_ref(),
            MatterEvent::Assigned { .. }
            | MatterEvent::Merged { .. }
            | MatterEvent::Accepted
            | MatterEvent::StepStarted { .. }
            | MatterEvent::Requested { .. }
            | MatterEvent::RequestRejected { .. }
            | MatterEvent::ExtensionApproved { .. }
            | MatterEvent::PauseApproved { .. }
            | MatterEvent::Resumed { .. }
            | MatterEvent::Verified { .. }
            | MatterEvent::LinkGiven { .. }
            | MatterEvent::Closed { .. }
            | MatterEvent::Reopened { .. }
            | MatterEvent::Reminded { .. }
            | MatterEvent::Escalated { .. }
            | MatterEvent::Disclosed { .. }
            | MatterEvent::Erased { .. }
            | MatterEvent::Case { .. }
            | MatterEvent::Part { .. }
            | MatterEvent::Related { .. } => None,
        }
    }

    /// What the event says of the deadline: nothing, that there is none, or when it is.
    pub fn says_due(&self) -> Option<Option<&Due>> {
        match self {
            MatterEvent::Raised { due, .. }
            | MatterEvent::Assigned { due, .. }
            | MatterEvent::PauseApproved { due, .. }
            | MatterEvent::Resumed { due, .. }
            | MatterEvent::Reopened { due, .. } => Some(due.as_ref()),
            MatterEvent::ExtensionApproved { due, .. } => Some(Some(due)),
            MatterEvent::StepStarted { deadline, .. } => deadline.as_ref().map(|d| d.due.as_ref()),
            MatterEvent::SolvedOnTheSpot { .. }
            | MatterEvent::Transferred { .. }
            | MatterEvent::Merged { .. }
            | MatterEvent::Separated { .. }
            | MatterEvent::Refused { .. }
            | MatterEvent::Accepted
            | MatterEvent::Requested { .. }
            | MatterEvent::RequestRejected { .. }
            | MatterEvent::Submitted { .. }
            | MatterEvent::Verified { .. }
            | MatterEvent::Returned { .. }
            | MatterEvent::Answered { .. }
            | MatterEvent::Attempted { .. }
            | MatterEvent::Rated { .. }
            | MatterEvent::LinkGiven { .. }
            | MatterEvent::Closed { .. }
            | MatterEvent::Reminded { .. }
            | MatterEvent::Escalated { .. }
            | MatterEvent::Commented { .. }
            | MatterEvent::Disclosed { .. }
            | MatterEvent::Erased { .. }
            | MatterEvent::Case { .. }
            | MatterEvent::Part { .. }
            | MatterEvent::Related { .. } => None,
        }
    }
}

impl Matter {
    /// The matter that a `Raised` event begins; `None` for any other event.
    pub fn begin(id: MatterId, h: &Happened<MatterEvent>) -> Option<Matter> {
        let MatterEvent::Raised { kind, origin, raised, unit, procedure, target, due, part, about } = &h.event else {
            return None;
        };
        Some(Matter {
            id,
            kind: *kind,
            origin: *origin,
            raised: raised.clone(),
            unit: *unit,
            handler: None,
            procedure: procedure.clone(),
            stage: Stage::Raised,
            target: target.clone(),
            due: due.clone(),
            request: None,
            pauses: Vec::new(),
            extensions: Vec::new(),
            escalated: 0,
            reminded: 0,
            unsolved_by: Vec::new(),
            attempts: Vec::new(),
            returns: 0,
            reopened: 0,
            solved_at: None,
            on_the_spot: false,
            doer: None,
            answered_at: None,
            closed_at: None,
            verdict: None,
            voice: None,
            link_shown: false,
            told_at: None,
            last_at: h.at,
            rev: 1,
            case: None,
            part: part.clone(),
            about: *about,
        })
    }

    /// The matter that a record's events give. `None` when they do not begin with `Raised`.
    pub fn replay<'a>(id: MatterId, events: impl IntoIterator<Item = &'a Happened<MatterEvent>>) -> Option<Matter> {
        let mut events = events.into_iter();
        let mut matter = Matter::begin(id, events.next()?)?;
        for h in events {
            matter.apply(h);
        }
        Some(matter)
    }

    /// Changes the matter as the event says. Total: whatever was recorded can be applied; whether
    /// it was allowed was decided by the law before it was recorded.
    pub fn apply(&mut self, h: &Happened<MatterEvent>) {
        self.rev += 1;
        // That a message went out is nobody's cause: what was done before it may still be entered late.
        if !matches!(h.event, MatterEvent::LinkGiven { .. }) {
            self.last_at = self.last_at.max(h.at);
        }
        let (at, by) = (h.at, h.by.clone());
        match &h.event {
            MatterEvent::Raised { .. } => {}
            MatterEvent::SolvedOnTheSpot { solution } => {
                self.solved(solution);
                self.stage = Stage::SolvedOnTheSpot { solution: solution.clone() };
            }
            MatterEvent::Assigned { unit, handler, target, due, .. } => {
                self.unit = *unit;
                self.handler = *handler;
                self.target.clone_from(target);
                self.due.clone_from(due);
                self.stage = Stage::Assigned { at };
            }
            MatterEvent::Transferred { unit, handler, .. } => {
                self.unit = *unit;
                self.handler = *handler;
                self.request = None;
                self.stage = Stage::Assigned { at };
            }
            MatterEvent::Merged { into, .. } => {
                self.request = None;
                self.stage = Stage::Merged { into: *into, by, at };
            }
            MatterEvent::Separated { .. } => {
                self.handler = None;
                self.stage = Stage::Raised;
            }
            MatterEvent::Refused { reason } => {
                self.request = None;
                self.stage = Stage::Refused { by, at, reason: reason.clone() };
            }
            MatterEvent::Accepted => {
                self.handler = by.person().or(self.handler);
                self.part_accepted(at);
                self.stage = Stage::Accepted { by, at };
            }
            MatterEvent::StepStarted { step, deadline, .. } => {
                self.part_step_started(at, step);
                if let Some(d) = deadline {
                    self.set_deadline(d);
                }
                self.stage = Stage::InHand { step: step.clone(), since: at };
            }
            MatterEvent::Requested { request } => self.request = Some(request.clone()),
            MatterEvent::RequestRejected { .. } => self.request = None,
            MatterEvent::ExtensionApproved { until, due, .. } => {
                if let Some(request) = self.request.take() {
                    self.extensions.push(Extension {
                        until: *until,
                        was: self.due.as_ref().map(|d| d.day),
                        at,
                        reason: request.reason,
                        asked_by: request.by,
                        approved_by: by,
                    });
                }
                self.due = Some(due.clone());
                self.reminded = 0;
            }
            MatterEvent::PauseApproved { due, .. } => {
                if let Some(request) = self.request.take() {
                    self.pauses.push(Pause {
                        from: request.at,
                        to: None,
                        reason: request.reason,
                        evidence: request.evidence,
                        asked_by: request.by,
                        approved_by: by,
                        ground: request.ground,
                    });
                }
                self.due.clone_from(due);
            }
            MatterEvent::Resumed { due, .. } => {
                if let Some(pause) = self.pauses.last_mut().filter(|p| p.to.is_none()) {
                    pause.to = Some(at);
                }
                self.due.clone_from(due);
            }
            MatterEvent::Submitted { solution } => {
                self.solved(solution);
                self.request = None;
                self.stage = Stage::Submitted { solution: solution.clone() };
            }
            MatterEvent::Verified { .. } => {
                self.part_verified(at);
                if let Some(solution) = self.stage.solution().cloned() {
                    self.stage = Stage::Verified { solution, by, at };
                }
            }
            MatterEvent::Returned { reason } => {
                self.returns += 1;
                self.solved_at = None;
                self.on_the_spot = false;
                self.stage = Stage::Returned { by, at, reason: reason.clone() };
            }
            MatterEvent::Answered { words, through } => {
                self.answered_at = Some(at);
                self.attempts.clear();
                self.stage = Stage::Answered { answer: Answer { by, at, words: words.clone(), through: *through } };
            }
            MatterEvent::Attempted { note } => self.attempts.push(Attempt { by, at, note: note.clone() }),
            MatterEvent::Rated { verdict, voice, .. } => {
                self.verdict = Some(*verdict);
                self.voice = *voice;
            }
            MatterEvent::LinkGiven { how: LinkGiven::Shown } => self.link_shown = true,
            MatterEvent::LinkGiven { how: LinkGiven::Sent } => self.told_at = Some(at),
            MatterEvent::Closed { closing } => {
                let answer = match &self.stage {
                    Stage::Answered { answer } => Some(answer.clone()),
                    _ => None,
                };
                if *closing == Closing::RecordedElsewhere {
                    self.solved_at = Some(at);
                }
                self.closed_at = Some(at);
                self.stage = Stage::Closed { answer, closing: closing.clone(), at };
            }
            MatterEvent::Reopened { target, due } => {
                self.reopened += 1;
                // Another system's reopening says nothing about the unit's work.
                if by != By::Import && !self.unsolved_by.contains(&self.unit) {
                    self.unsolved_by.push(self.unit);
                }
                self.handler = None;
                self.target.clone_from(target);
                self.due.clone_from(due);
                self.pauses.clear();
                self.extensions.clear();
                self.solved_at = None;
                self.on_the_spot = false;
                self.closed_at = None;
                self.escalated = 0;
                self.reminded = 0;
                self.stage = Stage::Reopened { at };
            }
            MatterEvent::Reminded { share } => self.reminded = *share,
            MatterEvent::Escalated { rung } => self.escalated = *rung,
            MatterEvent::Commented { .. } | MatterEvent::Disclosed { .. } | MatterEvent::Erased { .. } => {}
            MatterEvent::Case { event } => self.apply_part(at, event),
            MatterEvent::Part { event } => {
                if let Some(part) = &mut self.part {
                    part.apply(at, &by, event);
                }
            }
            MatterEvent::Related { about, .. } => self.about = *about,
        }
    }

    fn solved(&mut self, solution: &Solution) {
        self.solved_at = Some(solution.at);
        self.on_the_spot = solution.on_the_spot;
        self.doer = Some(solution.by.clone());
    }
}
