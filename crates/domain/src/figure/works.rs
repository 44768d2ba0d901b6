//! Figures of works: roads started 条, their length 公里, ahead of last year, ahead of plan. A road counts once, however many
//! parts it was split into; what was called off counts nowhere. A day counts once it is confirmed, and as of an instant as it
//! was confirmed by then. Route metres alone make kilometres of road: with another kind of length among them there is no
//! number.

use super::definition::{Basis, Definition, Distinct, Exclusion, Family, Unit};
use super::{Figure, FigureCode, Frame};
use crate::base::ids::UnitId;
use crate::base::stats::Distribution;
use crate::base::time::Date;
use crate::law::calendar::WorkingCalendar;
use crate::programme::milestone::{ENERGIZE, START, milestone_id};
use crate::programme::{LengthKind, Programme, ProgrammeKind, Section};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

const fn works(code: FigureCode, distinct: Distinct, unit: Unit, numerator: &'static str) -> Definition {
    Definition::count(code, Family::Works, distinct, Basis::ActualDay, unit, numerator)
        .without(&[Exclusion::Cancelled, Exclusion::Unconfirmed])
}

const fn roads(code: FigureCode, numerator: &'static str) -> Definition {
    works(code, Distinct::Road, Unit::Roads, numerator)
}

/// Definitions of the figures of works.
pub const FIGURES: &[Definition] = &[
    roads(FigureCode::WorksStarted, "roads whose start is confirmed"),
    roads(FigureCode::WorksStartedRate, "roads whose start is confirmed").out_of("roads of the programme"),
    roads(FigureCode::WorksStartedKmRate, "route kilometres of roads whose start is confirmed, in a hundred of all")
        .measured_in(Unit::PercentOfLength),
    roads(FigureCode::WorksLength, "route kilometres of roads whose start is confirmed").measured_in(Unit::Kilometres),
    roads(FigureCode::WorksAllStartedOn, "the day on which the last road was started, once all are").on_a_day(),
    roads(FigureCode::WorksLeadYear, "months by which all roads were started earlier than last year's programme")
        .measured_in(Unit::Months),
    roads(FigureCode::WorksDaysAhead, "days from the finish to its frozen baseline, once all sections are finished")
        .measured_in(Unit::Days),
    roads(
        FigureCode::WorksWorkingDaysAhead,
        "working days after the finish, up to and with its frozen baseline, once all sections are finished",
    )
    .measured_in(Unit::WorkingDays),
    works(FigureCode::WorksOnPlan, Distinct::Milestone, Unit::Times, "milestones reached by their baseline")
        .out_of("milestones reached, or past their baseline"),
    works(
        FigureCode::WorksLeadCivil,
        Distinct::Section,
        Unit::Days,
        "median of days from energizing to the civil project's own day",
    )
    .measured_in(Unit::Days),
];

/// What figures read of a section, as it was known at an instant.
#[derive(Clone, Debug)]
pub struct SectionFact {
    /// The section, as it was known.
    pub section: Arc<Section>,
    /// Its programme, as it was known.
    pub programme: Arc<Programme>,
}

/// Sections, with what is needed to count them.
#[derive(Clone, Debug, Default)]
pub struct WorksFacts {
    /// Sections of the programmes in question.
    pub sections: Vec<SectionFact>,
    /// Sections of the programmes they are compared with.
    pub compared: Vec<SectionFact>,
    /// The milestone with which each kind of works is finished.
    pub finish: BTreeMap<&'static str, String>,
    /// Days off, as announced by then.
    pub calendar: Option<Arc<WorkingCalendar>>,
}

impl WorksFacts {
    /// Whether there is nothing to count.
    pub fn is_empty(&self) -> bool {
        self.sections.is_empty()
    }
}

/// A road: its sections that count.
struct Road<'a> {
    id: Uuid,
    parts: Vec<&'a Section>,
}

/// The roads of some sections, by id.
fn roads_of<'a>(facts: impl Iterator<Item = &'a SectionFact>) -> Vec<Road<'a>> {
    let mut all: BTreeMap<Uuid, Vec<&Section>> = BTreeMap::new();
    for f in facts.filter(|f| f.section.counts()) {
        all.entry(f.section.road).or_default().push(&f.section);
    }
    all.into_iter().map(|(id, parts)| Road { id, parts }).collect()
}

impl Road<'_> {
    /// The first day on which a part of it was started, by a day.
    fn started(&self, by: Date) -> Option<Date> {
        let days = self.parts.iter().filter_map(|s| s.milestone(START)?.reached());
        days.filter(|d| *d <= by).min()
    }
    /// Its route on a day; none where only another kind of length is known.
    fn metres(&self, day: Date) -> Option<u32> {
        let of = |s: &&Section| s.metres(LengthKind::Route, day).or_else(|| s.lengths.is_empty().then_some(0));
        self.parts.iter().map(of).sum()
    }
}

/// The day on which all roads were started; none while one is not.
fn all_started(roads: &[Road<'_>], by: Date) -> Option<Date> {
    let days: Option<Vec<Date>> = roads.iter().map(|r| r.started(by)).collect();
    days?.into_iter().max()
}

/// The last day of a milestone over all sections, planned and reached; none while one is not reached or was not planned.
fn finished(sections: &[&SectionFact], code: &str, by: Date) -> Option<(Date, Date)> {
    let mut last: Option<(Date, Date)> = None;
    for f in sections {
        let m = f.section.milestone(code)?;
        let (planned, reached) = (m.baseline()?, m.reached().filter(|d| *d <= by)?);
        last = Some(last.map_or((planned, reached), |(p, r)| (p.max(planned), r.max(reached))));
    }
    last
}

/// The only programme among some facts; with several there is no one plan to be ahead of.
fn only(facts: &WorksFacts) -> Option<&Arc<Programme>> {
    let first = &facts.sections.first()?.programme;
    facts.sections.iter().all(|f| f.programme.id == first.id).then_some(first)
}

/// Days in a month, as the mean of the Gregorian calendar counts them.
const MONTH: f64 = 30.4375;

/// Every figure of works, in the order of [`FigureCode::ALL`]. What lies in the period is decided by whoever chooses the
/// programmes; a day after its end, or after as-of, is not yet so.
pub fn figures(facts: &WorksFacts, frame: &Frame<'_>) -> Vec<Figure> {
    use FigureCode as C;
    let by = frame.period.last().min(frame.zone.date_of(crate::base::time::Instant(frame.as_of.0 - 1)));
    let roads = roads_of(facts.sections.iter());
    let ids = |wanted: &dyn Fn(&Road<'_>) -> bool| roads.iter().filter(|r| wanted(r)).map(|r| r.id).collect::<Vec<_>>();
    let is_started = |r: &Road<'_>| r.started(by).is_some();
    let (started, all) = (ids(&is_started), ids(&|_| true));
    let metres = |wanted: &dyn Fn(&Road<'_>) -> bool| -> Option<u64> {
        roads.iter().filter(|r| wanted(r)).map(|r| r.metres(by).map(u64::from)).sum()
    };
    let length = metres(&is_started);
    let whole = metres(&|_| true).filter(|m| *m > 0);
    let share = length.zip(whole).map(|(a, b)| a as f64 * 100.0 / b as f64);
    let kilometres = length.filter(|m| *m > 0).map(|m| m as f64 / 1000.0);
    let on = all_started(&roads, by).filter(|_| !roads.is_empty());

    let before = roads_of(facts.compared.iter());
    let lead = on.and_then(|own| {
        let last = all_started(&before, by).filter(|_| !before.is_empty())?;
        let again = last.checked_add(jiff::Span::new().years(1)).ok()?;
        Some((f64::from((again - own).get_days()) / MONTH * 10.0).round() / 10.0)
    });

    let counted: Vec<&SectionFact> = facts.sections.iter().filter(|f| f.section.counts()).collect();
    let finish = only(facts).and_then(|p| facts.finish.get(p.details.kind.as_str()));
    let done = finish.filter(|_| !counted.is_empty()).and_then(|code| finished(&counted, code, by));
    let ahead = done.map(|(planned, reached)| f64::from((planned - reached).get_days()));
    let working = done.zip(facts.calendar.as_ref()).map(|((planned, reached), calendar)| {
        let (from, to) = (reached.min(planned), reached.max(planned));
        let days = f64::from(calendar.working_days_between(from, to));
        if reached <= planned { days } else { -days }
    });

    let (mut kept, mut judged) = (Vec::new(), Vec::new());
    for f in &counted {
        for (i, m) in f.section.milestones.iter().enumerate() {
            let Some(planned) = m.baseline() else { continue };
            let id = milestone_id(f.section.id, i);
            match m.reached().filter(|d| *d <= by) {
                Some(reached) => {
                    judged.push(id);
                    if reached <= planned {
                        kept.push(id);
                    }
                }
                None if planned < by => judged.push(id),
                None => {}
            }
        }
    }
    kept.sort_unstable();
    judged.sort_unstable();

    let mut civil: Vec<(Uuid, i32)> = counted
        .iter()
        .filter_map(|f| {
            let day = f.section.details.serves.as_ref()?.day;
            let reached = f.section.milestone(ENERGIZE)?.reached().filter(|d| *d <= by)?;
            Some((f.section.id, (day - reached).get_days()))
        })
        .collect();
    civil.sort_unstable();
    let mut leads: Vec<i64> = civil.iter().map(|c| c.1.into()).collect();
    let median = Distribution::of(&mut leads, 1).map(|d| d.median);

    let of = |there: bool| if there { all.clone() } else { Vec::new() };
    let measure = |code, ids: Vec<Uuid>, value: Option<f64>| Figure::measure(code, frame, ids, value);
    vec![
        Figure::count(C::WorksStarted, frame, started.clone()),
        Figure::rate(C::WorksStartedRate, frame, started.clone(), all.clone()),
        measure(C::WorksStartedKmRate, started.clone(), share),
        measure(C::WorksLength, started, kilometres),
        Figure::day(C::WorksAllStartedOn, frame, of(on.is_some()), on),
        measure(C::WorksLeadYear, of(lead.is_some()), lead),
        measure(C::WorksDaysAhead, of(ahead.is_some()), ahead),
        measure(C::WorksWorkingDaysAhead, of(working.is_some()), working),
        Figure::rate(C::WorksOnPlan, frame, kept, judged),
        measure(C::WorksLeadCivil, civil.iter().map(|c| c.0).collect(), median),
    ]
}

/// What each road adds to a length, in kilometres; each section to days ahead.
pub fn values(facts: &WorksFacts, code: FigureCode, frame: &Frame<'_>) -> std::collections::HashMap<Uuid, f64> {
    let by = frame.period.last().min(frame.zone.date_of(crate::base::time::Instant(frame.as_of.0 - 1)));
    match code {
        FigureCode::WorksLength | FigureCode::WorksStartedKmRate => roads_of(facts.sections.iter())
            .iter()
            .filter_map(|r| Some((r.id, f64::from(r.metres(by)?) / 1000.0)))
            .collect(),
        FigureCode::WorksDaysAhead => facts
            .sections
            .iter()
            .filter_map(|f| {
                let code = facts.finish.get(f.programme.details.kind.as_str())?;
                Some((f.section.road, f64::from(f.section.days_ahead(code)?)))
            })
            .collect(),
        FigureCode::WorksLeadCivil => facts
            .sections
            .iter()
            .filter_map(|f| {
                let day = f.section.details.serves.as_ref()?.day;
                Some((f.section.id, f64::from((day - f.section.milestone(ENERGIZE)?.reached()?).get_days())))
            })
            .collect(),
        _ => std::collections::HashMap::new(),
    }
}

/// Whether a programme counts in a period that names none: undergrounding, of a year that the period touches.
pub fn is_plain(p: &Programme, first: Date, last: Date) -> bool {
    p.details.kind == ProgrammeKind::Undergrounding && (first.year()..=last.year()).contains(&p.details.year)
}

/// Whose works they are, for a unit's figures.
pub fn owner(f: &SectionFact) -> UnitId {
    f.programme.details.owner
}
