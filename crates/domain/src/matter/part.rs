//! What a kind adds to a matter: the hooks at which its part is asked, or told what happened. The lifecycle knows these
//! functions and no part; this file knows which parts there are and hands each hook on to the one the matter carries. One
//! part exists, the connection's [`Case`]; a trait comes with the second, when two show what they have in common.
//!
//! It does not know what may happen to a part beyond the lifecycle: that is the slice above ([`crate::connection`]).

use super::event::MatterEvent;
use super::law::Law;
use super::pause::PauseGround;
use super::record::Matter;
use super::stage::Stage;
use crate::base::ids::FileRef;
use crate::base::refusal::Refusal;
use crate::base::time::Instant;
use crate::case::clock::{ClockFault, Measure, Stop};
use crate::case::course::{Term, Told};
use crate::case::{Case, CaseEvent};
use crate::law::procedure::{Needs, Procedure, Step};
use crate::law::target::StepDeadline;
use crate::part::Part;
use crate::part::task::TaskRule;

fn no_deadline(e: &ClockFault) -> Refusal {
    Refusal::NoDeadline { why: e.to_string() }
}

// What happened, told to the part.
impl Matter {
    pub(super) fn part_accepted(&mut self, at: Instant) {
        if let Some(case) = &mut self.case {
            case.accepted.get_or_insert(at);
        }
    }

    pub(super) fn part_step_started(&mut self, at: Instant, step: &str) {
        if let Some(case) = &mut self.case {
            case.step_started(at, step);
        }
    }

    pub(super) fn part_verified(&mut self, at: Instant) {
        if let Some(case) = &mut self.case {
            case.archived = Some(at);
        }
    }

    /// Something that happens to the part alone, with what of it concerns the matter.
    pub(super) fn apply_part(&mut self, at: Instant, event: &CaseEvent) {
        if let CaseEvent::Applied { case } = event {
            self.case = Some(case.clone());
            return;
        }
        let Some(case) = &mut self.case else { return };
        case.apply(at, event);
        match event {
            CaseEvent::Surveyed { deadline, .. } => {
                if let Some(d) = deadline {
                    self.set_deadline(d);
                }
            }
            CaseEvent::Overridden { class, procedure, deadline, .. }
            | CaseEvent::Corrected { class, procedure, deadline, .. } => {
                class.as_str().clone_into(&mut self.raised.category);
                self.procedure = procedure.clone();
                self.set_deadline(deadline);
            }
            CaseEvent::Applied { .. }
            | CaseEvent::SchemeReplied { .. }
            | CaseEvent::Costed { .. }
            | CaseEvent::Flagged { .. }
            | CaseEvent::PaperAdded { .. }
            | CaseEvent::Energized { .. }
            | CaseEvent::Withdrawn { .. }
            | CaseEvent::Called { .. }
            | CaseEvent::Satisfied { .. }
            | CaseEvent::ProblemOpened { .. } => {}
        }
    }

    pub(super) fn set_deadline(&mut self, d: &StepDeadline) {
        self.target.clone_from(&d.target);
        self.due.clone_from(&d.due);
        self.reminded = 0;
        self.escalated = 0;
    }
}

// What the law asks the part.
impl Matter {
    /// The step in which the part is, also while the matter is between two units.
    pub(super) fn part_step(&self) -> Option<String> {
        self.case.as_deref().and_then(Case::step).map(|s| s.code.clone())
    }

    /// Whether what a step must leave in the record is there.
    pub(super) fn part_has(&self, needs: Needs) -> bool {
        self.case.as_deref().is_none_or(|case| case.has(needs))
    }

    /// Whether a step is gone through.
    pub(crate) fn part_goes_through(&self, step: &Step) -> bool {
        self.case.as_deref().is_none_or(|case| case.goes_through(step))
    }

    /// Whether a pause must name its ground.
    pub(super) fn part_names_grounds(&self) -> bool {
        self.case.is_some()
    }

    /// Whether it may be put right at that instant, whatever the stage.
    pub(super) fn part_may_end(&self, at: Instant) -> Result<(), Refusal> {
        match self.case.as_deref().and_then(|case| case.accepted) {
            Some(accepted) if at < accepted => Err(Refusal::EnergizedBeforeAccepted { at, accepted }),
            Some(_) | None => Ok(()),
        }
    }

    /// Whether every step was gone through, where the part wants all of them.
    pub(super) fn part_is_through(&self, law: &Law<'_>) -> Result<(), Refusal> {
        match &self.stage {
            Stage::InHand { step, .. } if self.case.is_some() && self.next_step(law).is_some() => {
                Err(Refusal::StepsLeft { step: step.clone() })
            }
            _ => Ok(()),
        }
    }

    /// Whether the part says itself what shows that it was put right, in place of the category's photo.
    pub(super) fn part_shows_the_end(&self) -> bool {
        self.case.is_some()
    }

    /// Whether what a part wants to be shown at the end is there.
    pub(super) fn part_is_shown(&self, photos: &[FileRef]) -> Result<(), Refusal> {
        match self.part.as_deref().and_then(Part::task) {
            Some(task) if task.evidence && photos.is_empty() => {
                Err(Refusal::rule(TaskRule::NoEvidence, task.code.as_str()))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// What happens to the part when the matter is put right at `at`. A file that was sent back keeps the instant at
    /// which the power came on.
    pub(super) fn part_ends(&self, law: &Law<'_>, at: Instant) -> Result<Option<MatterEvent>, Refusal> {
        let Some(case) = self.case.as_deref().filter(|case| case.energized.is_none()) else { return Ok(None) };
        let measured = case.measure(&self.told(law), at).map_err(|e| no_deadline(&e))?;
        Ok(Some(MatterEvent::Case { event: CaseEvent::Energized { measured } }))
    }

    /// The deadline that a step brings; none = it stays as it is.
    pub(super) fn part_deadline(
        &self,
        law: &Law<'_>,
        step: &Step,
        at: Instant,
    ) -> Result<Option<StepDeadline>, Refusal> {
        let Some(case) = self.case.as_deref() else { return Ok(None) };
        match case.term(&self.told(law), step, at).map_err(|e| no_deadline(&e))? {
            Term::Stays => Ok(None),
            Term::Customers => Ok(Some(StepDeadline { target: self.target.clone(), due: None })),
            Term::Own(None) => Ok(Some(StepDeadline { target: None, due: None })),
            Term::Own(Some(target)) => {
                let due = law.due(&target, &self.pauses, &self.extensions)?;
                Ok(Some(StepDeadline { target: Some(target), due }))
            }
        }
    }

    /// The step after the one in hand that this matter goes through.
    pub fn next_step<'l>(&self, law: &Law<'l>) -> Option<&'l Step> {
        let Stage::InHand { step, .. } = &self.stage else { return None };
        let procedure = law.procedures.get(&self.procedure)?;
        self.step_after(procedure, step)
    }

    /// The step after `code` that this matter goes through.
    pub(super) fn step_after<'l>(&self, procedure: &'l Procedure, code: &str) -> Option<&'l Step> {
        let mut after = procedure.steps.iter().skip_while(|s| s.code != code).skip(1);
        after.find(|s| self.part_goes_through(s))
    }

    /// What a part is told of its matter.
    pub(crate) fn told<'a>(&self, law: &Law<'a>) -> Told<'a> {
        Told {
            raised_at: self.raised.at,
            procedure: law.procedures.get(&self.procedure),
            stops: self.stops(),
            measure: law.measure(),
        }
    }

    /// The approved pauses.
    pub fn stops(&self) -> Vec<Stop> {
        self.pauses
            .iter()
            .map(|p| Stop {
                ground: p.ground.map_or("unspecified", PauseGround::as_str).to_owned(),
                from: p.from,
                to: p.to,
                asked_by: p.asked_by.reference(),
                approved_by: p.approved_by.reference(),
                evidence: p.evidence.len(),
            })
            .collect()
    }
}

impl<'a> Law<'a> {
    /// What clocks are counted with.
    pub fn measure(&self) -> Measure<'a> {
        Measure { calendar: self.calendar, zone: self.zone, hours: self.hours }
    }
}
