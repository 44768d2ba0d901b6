//! What may happen to a measure, and when.

use crate::base::codes::codes;
use crate::base::ids::*;
use crate::base::refusal::Refusal;
use crate::base::time::{Date, Instant};
use crate::matter::{Matter, Moved, Stage};
use crate::part::measure::{Measure, MeasureEvent, Verdict};
use crate::part::{MeasureClass, Part, PartEvent};
use uuid::Uuid;

codes! {
    /// Why not.
    MeasureRule {
        /// It is no measure, or one of before that has no class.
        NotAMeasure = "not_a_measure",
        /// Whoever proposed it does not decide it.
        OwnMeasure = "own_measure",
        /// A rejection needs its reason.
        RejectionNeedsReason = "rejection_needs_reason",
        /// It was not adopted.
        NotAdopted = "measure_not_adopted",
        /// It was adopted on a later day.
        AppliedBeforeAdopted = "applied_before_adopted",
        /// It is its own.
        OwnUnit = "measure_own_unit",
        /// It answers no problem.
        NoProblem = "measure_no_problem",
    }
}

fn no(rule: MeasureRule) -> Refusal {
    Refusal::rule(rule, "")
}

/// A measure that may be proposed: it answers one problem at least, point to point 点对点.
///
/// # Errors
/// It answers none.
pub fn proposed(measure: &Measure) -> Result<(), Refusal> {
    if measure.answers.is_empty() { Err(no(MeasureRule::NoProblem)) } else { Ok(()) }
}

impl Matter {
    /// The measure that it carries.
    fn measure(&self) -> Result<&Measure, Refusal> {
        self.part.as_deref().and_then(Part::measure).ok_or_else(|| no(MeasureRule::NotAMeasure))
    }

    fn adopted(&self, day: Date) -> Result<&Measure, Refusal> {
        let measure = self.measure()?;
        match &measure.decision {
            Some(d) if d.verdict == Verdict::Adopted && d.day <= day => Ok(measure),
            Some(d) if d.verdict == Verdict::Adopted => {
                Err(Refusal::rule(MeasureRule::AppliedBeforeAdopted, d.day.to_string()))
            }
            Some(_) | None => Err(no(MeasureRule::NotAdopted)),
        }
    }

    /// Adopts or rejects a measure from a day on; never by its proposer. A decision may be changed by another one.
    pub fn decide_measure(
        self,
        at: Instant,
        by: &By,
        verdict: Verdict,
        day: Date,
        reason: Option<Words>,
    ) -> Result<Moved, Refusal> {
        self.measure()?;
        if matches!(self.stage, Stage::Refused { .. } | Stage::Merged { .. }) {
            return Err(no(MeasureRule::NotAMeasure));
        }
        if self.raised.by == *by || self.raised.recorded_by == *by && self.raised.by.person().is_some() {
            return Err(no(MeasureRule::OwnMeasure));
        }
        if verdict == Verdict::Rejected && reason.is_none() {
            return Err(no(MeasureRule::RejectionNeedsReason));
        }
        self.part_happens(at, by, PartEvent::Measure { what: MeasureEvent::Decided { verdict, day, reason } })
    }

    /// Applies an adopted measure to sections from a day on.
    pub fn apply_measure(self, at: Instant, by: &By, sections: Vec<Uuid>, from: Date) -> Result<Moved, Refusal> {
        self.adopted(from)?;
        self.part_happens(at, by, PartEvent::Measure { what: MeasureEvent::Applied { sections, from } })
    }

    /// Another unit takes an adopted measure over.
    pub fn take_over_measure(self, at: Instant, by: &By, unit: UnitId, day: Date) -> Result<Moved, Refusal> {
        let measure = self.adopted(day)?;
        if self.unit == unit {
            return Err(no(MeasureRule::OwnUnit));
        }
        if measure.taken_over.iter().any(|t| t.unit == unit) {
            return Err(Refusal::SameAsBefore);
        }
        self.part_happens(at, by, PartEvent::Measure { what: MeasureEvent::TakenOver { unit, day } })
    }

    /// Puts a measure into another class, with the reason; earlier figures keep the class it had.
    pub fn reclass_measure(self, at: Instant, by: &By, class: MeasureClass, reason: Words) -> Result<Moved, Refusal> {
        if self.measure()?.class == class {
            return Err(Refusal::SameAsBefore);
        }
        self.part_happens(at, by, PartEvent::Measure { what: MeasureEvent::Reclassed { class, reason } })
    }
}
