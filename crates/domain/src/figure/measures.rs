//! Figures of improvement measures: how many were adopted, what they brought, and how often a unit's people went to the places
//! of the works. A measure counts by the day of its decision, with class and unit as they were known.

use super::definition::{Basis, Definition, Distinct, Exclusion, Family, Unit};
use super::{Figure, FigureCode, Frame};
use crate::base::ids::{MatterId, UnitId};
use crate::base::stats::Distribution;
use crate::base::time::Date;
use crate::measure::effect;
use crate::part::MeasureClass;
use crate::programme::Section;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use uuid::Uuid;

/// Definitions of the figures of measures.
pub const FIGURES: &[Definition] = &[
    Definition::count(
        FigureCode::MeasuresAdopted,
        Family::Measures,
        Distinct::Matter,
        Basis::DecidedOn,
        Unit::Measures,
        "improvement measures whose adoption day lies in the period",
    )
    .without(&[Exclusion::Rejected]),
    Definition::count(
        FigureCode::MeasuresEffect,
        Family::Measures,
        Distinct::Matter,
        Basis::DecidedOn,
        Unit::Days,
        "median, over measures adopted in the period, of days from start to power saved by sections with the measure",
    )
    .measured_in(Unit::Days)
    .without(&[Exclusion::Rejected, Exclusion::SmallSample]),
    Definition::count(
        FigureCode::ProgrammeVisits,
        Family::Measures,
        Distinct::Visit,
        Basis::CheckIn,
        Unit::Times,
        "visits led by people of the unit at places of works programmes",
    )
    .without(&[Exclusion::Cancelled, Exclusion::MergedVisits, Exclusion::NotStarted]),
];

/// What figures read of a measure, as it was known at an instant.
#[derive(Clone, Debug)]
pub struct MeasureFact {
    /// Which.
    pub id: MatterId,
    /// Its unit.
    pub unit: UnitId,
    /// Its class.
    pub class: MeasureClass,
    /// The day of its adoption; none where it was not adopted.
    pub adopted: Option<Date>,
    /// Sections it is applied to.
    pub applied: BTreeSet<Uuid>,
}

/// A visit to a place of a programme.
#[derive(Clone, Copy, Debug)]
pub struct ProgrammeVisit {
    /// Which.
    pub id: Uuid,
    /// The unit of whoever led, on that day.
    pub led: UnitId,
    /// The local day of its check-in.
    pub day: Date,
}

/// Measures, with what is needed to count them.
#[derive(Clone, Debug, Default)]
pub struct MeasureFacts {
    /// Measures.
    pub measures: Vec<MeasureFact>,
    /// Sections of all programmes, to compare.
    pub sections: Arc<Vec<Arc<Section>>>,
    /// Visits to places of programmes.
    pub visits: Vec<ProgrammeVisit>,
}

impl MeasureFacts {
    /// Whether there is nothing to count.
    pub fn is_empty(&self) -> bool {
        self.measures.is_empty() && self.visits.is_empty()
    }
}

fn adopted<'a>(facts: &'a MeasureFacts, frame: &Frame<'_>) -> Vec<&'a MeasureFact> {
    let mut all: Vec<&MeasureFact> =
        facts.measures.iter().filter(|m| m.adopted.is_some_and(|d| frame.period.contains(d))).collect();
    all.sort_by_key(|m| m.id);
    all
}

/// Days that each adopted measure saved, where both samples are large enough.
pub fn saved(facts: &MeasureFacts, frame: &Frame<'_>) -> HashMap<Uuid, f64> {
    let of = |m: &&MeasureFact| Some((m.id.0, effect(&m.applied, facts.sections.iter().map(|s| &**s)).days()?));
    adopted(facts, frame).iter().filter(|m| !m.applied.is_empty()).filter_map(of).collect()
}

/// Every figure of measures, in the order of [`FigureCode::ALL`].
pub fn figures(facts: &MeasureFacts, frame: &Frame<'_>) -> Vec<Figure> {
    let ids = adopted(facts, frame).iter().map(|m| m.id.0).collect();
    let saved = saved(facts, frame);
    let mut with: Vec<Uuid> = saved.keys().copied().collect();
    with.sort_unstable();
    // A difference of two medians of whole days is a number of half days.
    let mut halves: Vec<i64> = saved.values().map(|days| (days * 2.0) as i64).collect();
    let median = Distribution::of(&mut halves, 2).map(|d| d.median);
    let mut visits: Vec<Uuid> = facts.visits.iter().filter(|v| frame.period.contains(v.day)).map(|v| v.id).collect();
    visits.sort_unstable();
    visits.dedup();
    vec![
        Figure::count(FigureCode::MeasuresAdopted, frame, ids),
        Figure::measure(FigureCode::MeasuresEffect, frame, with, median),
        Figure::count(FigureCode::ProgrammeVisits, frame, visits),
    ]
}
