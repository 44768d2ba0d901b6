//! Figures of the two levels that lead 两级带头, and of whom they reach: who owes and how often he goes, what is found and put
//! right, quotas, the matrix of receiving unit × specialty × tier × month with its gaps, and what stations and places bear.
//!
//! A visit has the tier and the specialty that its leader had on that day, so whoever is promoted counts before and after. A unit
//! of the matrix is a company: what its stations receive, it receives. A cell is there where somebody might fill it: headquarters
//! reach every company, those below their own. The burden is counted where it is felt, at the lowest unit that keeps the place
//! and at the place itself, by whole ISO weeks. It does not know how a unit is called, nor what is planned.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;

use uuid::Uuid;

use super::definition::{Basis, Definition, Distinct, Exclusion, Family, Unit};
use super::group::{Dimension, Group, tier};
use super::{Figure, FigureCode, Frame, Keys, MatterFact, PlaceFact, Value, VisitFact, sorted_by_id};
use crate::base::ids::{PersonId, PlaceId, UnitId, VisitId};
use crate::base::time::{Date, Instant};
use crate::duty::{IsoWeek, Month, PersonWeek, Quota, Standing, median};
use crate::law::settings::{Settings, SettingsKnown};
use crate::matter::Origin;
use crate::organisation::org::{Level, Specialty, UnitKind};
use crate::organisation::tier::Tier;

const fn levels(code: FigureCode, distinct: Distinct, basis: Basis, unit: Unit, what: &'static str) -> Definition {
    Definition::count(code, Family::Levels, distinct, basis, unit, what).without(&[
        Exclusion::Cancelled,
        Exclusion::MergedVisits,
        Exclusion::NotStarted,
    ])
}

/// Definitions of the figures of levels.
pub const FIGURES: &[Definition] = &[
    levels(
        FigureCode::PersonsOwing,
        Distinct::Person,
        Basis::WeekThursday,
        Unit::Persons,
        "persons who owe at least one week, done, missed or open",
    )
    .without(&[Exclusion::Exempt]),
    levels(
        FigureCode::PersonVisitsMedian,
        Distinct::Person,
        Basis::CheckIn,
        Unit::Times,
        "persons who owe at least one week; median of the activities they led or shared as their duty",
    )
    .measured_in(Unit::TimesPerPerson),
    levels(
        FigureCode::FindingsPerVisit,
        Distinct::Visit,
        Basis::CheckIn,
        Unit::Times,
        "activities; mean of the matters found on each and raised in the period",
    )
    .measured_in(Unit::MattersPerVisit),
    levels(
        FigureCode::VisitsPutRight,
        Distinct::Visit,
        Basis::CheckIn,
        Unit::Times,
        "those of the denominator of which every finding was put right by its due instant",
    )
    .out_of("activities with findings that are put right or overdue")
    .without(&[
        Exclusion::Cancelled,
        Exclusion::MergedVisits,
        Exclusion::NotStarted,
        Exclusion::NotYetDue,
        Exclusion::NoTarget,
        Exclusion::Withdrawn,
    ]),
    levels(
        FigureCode::QuotaMet,
        Distinct::PersonMonth,
        Basis::CheckInMonth,
        Unit::Persons,
        "those of the denominator who made as many visits as the floor of their role asks",
    )
    .out_of("persons of a role with a floor, in a campaign month, with the role on enough of its working days")
    .without(&[Exclusion::ShortInRole]),
    levels(
        FigureCode::QuotaFewest,
        Distinct::PersonMonth,
        Basis::CheckInMonth,
        Unit::Persons,
        "persons who made the fewest visits of those with a quota: how many each of them made",
    )
    .measured_in(Unit::Times)
    .without(&[Exclusion::ShortInRole]),
    levels(
        FigureCode::QuotaMost,
        Distinct::PersonMonth,
        Basis::CheckInMonth,
        Unit::Persons,
        "persons who made the most visits of those with a quota: how many each of them made",
    )
    .measured_in(Unit::Times)
    .without(&[Exclusion::ShortInRole]),
    levels(FigureCode::CellsMissing, Distinct::Cell, Basis::CheckInMonth, Unit::Times, "cells without an activity")
        .out_of("cells: company × specialty × tier × month in which somebody owed who might have gone there"),
    levels(
        FigureCode::UnitsUnseen,
        Distinct::ReceivingUnit,
        Basis::CheckIn,
        Unit::Times,
        "those of the denominator at which, or below which, there was no activity",
    )
    .out_of("units that keep places of the registry"),
    levels(
        FigureCode::StationsOverburdened,
        Distinct::ReceivingUnit,
        Basis::WeekThursday,
        Unit::Times,
        "those of the denominator that received more activities in a week than they bear",
    )
    .out_of("stations and teams that keep places of the registry"),
];

/// The dimensions of a figure of levels.
pub(super) fn dimensions(code: FigureCode) -> &'static [Dimension] {
    use Dimension as D;
    match code {
        FigureCode::FindingsPerVisit | FigureCode::VisitsPutRight => {
            &[D::Month, D::District, D::Host, D::Led, D::Level, D::Tier, D::Kind]
        }
        FigureCode::CellsMissing => &[D::Month, D::Tier],
        FigureCode::UnitsUnseen | FigureCode::StationsOverburdened => &[D::Month],
        _ => &[D::Month, D::Led, D::Level, D::Tier],
    }
}

/// Who was asked for visits in which month, whether he reached the floor, and how many he made.
type Asked = (PersonId, Month, bool, usize);

/// The first day of what a figure of levels counts.
pub(super) fn since(code: FigureCode, settings: &Settings) -> Option<Date> {
    match code {
        FigureCode::PersonsOwing | FigureCode::PersonVisitsMedian => settings.duty_since,
        FigureCode::QuotaMet | FigureCode::QuotaFewest | FigureCode::QuotaMost => settings.campaign_since,
        FigureCode::StationsOverburdened => settings.burden_since,
        _ => settings.register_since,
    }
}

/// Somebody who went because he owes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Journey {
    /// Who.
    pub person: PersonId,
    /// On which visit.
    pub visit: VisitId,
    /// Its check-in.
    pub at: Instant,
    /// His unit on that day.
    pub unit: UnitId,
    /// His level on that day.
    pub level: Level,
    /// His tier on that day.
    pub tier: Tier,
}

/// A floor that is asked of somebody, in the tier of his role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaFact {
    /// The floor.
    pub quota: Quota,
    /// The tier.
    pub tier: Tier,
}

/// Somebody of a specialty and a tier owes in a month, and might go to a company; to every one, where none is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MightGo {
    /// When.
    pub month: Month,
    /// Tier.
    pub tier: Tier,
    /// Specialty.
    pub specialty: Specialty,
    /// Where to.
    pub to: Option<UnitId>,
}

/// What a unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitFact {
    /// Its kind.
    pub kind: UnitKind,
    /// The company it belongs to, or is.
    pub company: UnitId,
}

/// What every group of a dimension looks up.
#[derive(Clone, Debug, Default)]
pub struct Shared {
    /// What was found, by visit.
    pub findings: HashMap<VisitId, Vec<MatterFact>>,
    /// The tier that led each visit.
    pub tiers: HashMap<VisitId, Tier>,
    /// Units.
    pub units: HashMap<UnitId, UnitFact>,
}

/// What figures of levels are counted from, besides visits, places and weeks.
#[derive(Clone, Debug, Default)]
pub struct LevelFacts {
    /// Who went, each visit once for each who bears it.
    pub journeys: Vec<Journey>,
    /// Floors asked.
    pub quotas: Vec<QuotaFact>,
    /// Who might go where.
    pub might_go: BTreeSet<MightGo>,
    /// What does not lie in one group.
    pub shared: Arc<Shared>,
}

impl LevelFacts {
    /// Whether nothing of it lies here.
    pub fn is_empty(&self) -> bool {
        self.journeys.is_empty() && self.quotas.is_empty() && self.might_go.is_empty()
    }

    /// The tier that led a visit.
    pub(super) fn tier_of(&self, visit: VisitId) -> Option<Tier> {
        self.shared.tiers.get(&visit).copied()
    }

    pub(super) fn split(&self, dimension: Dimension) -> BTreeMap<Group, LevelFacts> {
        use Dimension as D;
        let of = |unit: UnitId, level: Level, of: Tier| match dimension {
            D::Led => Some(Group::Unit(unit)),
            D::Level => Some(Group::Code(level as usize, level.as_str())),
            D::Tier => Some(tier(of)),
            _ => None,
        };
        let mut groups: BTreeMap<Group, LevelFacts> = BTreeMap::new();
        for j in &self.journeys {
            let Some(group) = of(j.unit, j.level, j.tier) else { break };
            groups.entry(group).or_default().journeys.push(*j);
        }
        for q in &self.quotas {
            let Some(group) = of(q.quota.unit, q.quota.level, q.tier) else { break };
            groups.entry(group).or_default().quotas.push(q.clone());
        }
        for might in self.might_go.iter().filter(|_| dimension == D::Tier) {
            groups.entry(tier(might.tier)).or_default().might_go.insert(*might);
        }
        groups
    }
}

/// What lies side by side when levels are counted: the facts of other figures, and its own.
#[derive(Clone, Copy, Debug)]
pub struct Led<'a> {
    /// Visits.
    pub visits: &'a [VisitFact],
    /// The registry.
    pub places: &'a [PlaceFact],
    /// Weeks of persons with a duty.
    pub weeks: &'a [PersonWeek],
    /// Its own.
    pub levels: &'a LevelFacts,
}

/// A cell of the matrix: who might come to a company in a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// The company.
    pub unit: UnitId,
    /// In which month.
    pub month: Month,
    /// From which tier.
    pub tier: Tier,
    /// Of which specialty.
    pub specialty: Specialty,
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (tier, specialty) = (self.tier.as_str(), self.specialty.as_str());
        write!(f, "{}/{tier}/{specialty}@{}", self.unit, self.month)
    }
}

/// The visits of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visited {
    /// Which, ascending by check-in.
    pub visits: Vec<VisitId>,
    /// Day of the first.
    pub first: Date,
    /// Day of the last.
    pub last: Date,
}

/// The matrix 矩阵: who came to which company in which month, and who might have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matrix {
    /// Cells with visits.
    pub visited: BTreeMap<Cell, Visited>,
    /// Cells that somebody might fill, with or without visits.
    pub expected: BTreeSet<Cell>,
}

impl Matrix {
    /// Cells that stayed empty.
    pub fn missing(&self) -> impl Iterator<Item = Cell> + '_ {
        self.expected.iter().filter(|cell| !self.visited.contains_key(cell)).copied()
    }
}

fn activities<'a>(visits: &'a [VisitFact], frame: &Frame<'_>) -> Vec<&'a VisitFact> {
    let took_place = |v: &VisitFact| !v.cancelled && !v.merged && v.started.is_some_and(|at| frame.saw(at));
    sorted_by_id(visits, took_place, |v| v.id.0)
}

/// The matrix of a frame. Months that have not begun, and those before the register, have no cells.
pub fn matrix(facts: Led<'_>, settings: &SettingsKnown<'_>, frame: &Frame<'_>) -> Matrix {
    let shared = &facts.levels.shared;
    let company = |unit: UnitId| shared.units.get(&unit).map_or(unit, |u| u.company);
    let mut matrix = Matrix::default();
    let mut came: Vec<(Instant, &VisitFact)> =
        activities(facts.visits, frame).into_iter().filter_map(|v| Some((v.started?, v))).collect();
    came.sort_by_key(|(at, v)| (*at, v.id));
    for (at, v) in came {
        let day = frame.zone.date_of(at);
        let cell = Cell { unit: company(v.host), month: Month::of(day), tier: v.tier, specialty: v.specialty };
        let seen = matrix.visited.entry(cell).or_insert(Visited { visits: Vec::new(), first: day, last: day });
        seen.visits.push(v.id);
        seen.last = day;
    }
    let companies: BTreeSet<UnitId> = facts.places.iter().filter_map(|p| p.unit).map(company).collect();
    let since = settings.newest().register_since;
    let counted = |month: Month| {
        since.is_none_or(|since| since <= month.last())
            && frame.zone.at(month.first(), crate::base::time::Time::midnight()) <= frame.as_of
    };
    let months: BTreeSet<Month> = frame.period.months().into_iter().filter(|m| counted(*m)).collect();
    for might in facts.levels.might_go.iter().filter(|m| months.contains(&m.month)) {
        let cell = |unit| Cell { unit, month: might.month, tier: might.tier, specialty: might.specialty };
        match might.to {
            Some(unit) => matrix.expected.extend(companies.get(&unit).map(|unit| cell(*unit))),
            None => matrix.expected.extend(companies.iter().map(|unit| cell(*unit))),
        }
    }
    matrix
}

/// What bears visits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bears {
    /// A station or team.
    Unit(UnitId),
    /// A place.
    Place(PlaceId),
}

/// A week in which more visits came than are borne.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Burden {
    /// The week.
    pub week: IsoWeek,
    /// Who or what bore them.
    pub bears: Bears,
    /// The unit that keeps it; itself, of a unit.
    pub keeper: Option<UnitId>,
    /// The visits, ascending by check-in.
    pub visits: Vec<VisitId>,
    /// How many are borne.
    pub most: u16,
}

fn is_station(shared: &Shared, unit: UnitId) -> bool {
    shared.units.get(&unit).is_some_and(|u| matches!(u.kind, UnitKind::Station | UnitKind::Team))
}

/// The weeks of a frame in which a station, a team or a place bore more than settings say; by week. A week counts whole, also at
/// the edges of the period, and not at all when it began before the burden was counted.
pub fn burdens(facts: Led<'_>, settings: &SettingsKnown<'_>, frame: &Frame<'_>) -> Vec<Burden> {
    let shared = &facts.levels.shared;
    let since = settings.newest().burden_since;
    let owed = |week: &IsoWeek| since.is_none_or(|since| since <= week.monday());
    let weeks: BTreeSet<IsoWeek> = frame.period.weeks().into_iter().filter(owed).collect();
    let mut all: BTreeMap<(IsoWeek, Bears), (Option<UnitId>, Vec<(Instant, VisitId)>)> = BTreeMap::new();
    let counts = |v: &VisitFact| !v.cancelled && !v.merged && v.started.is_some_and(|at| at <= frame.as_of);
    for v in sorted_by_id(facts.visits, counts, |v| v.id.0) {
        let Some(at) = v.started else { continue };
        let week = IsoWeek::of(frame.zone.date_of(at));
        if !weeks.contains(&week) {
            continue;
        }
        let station = v.keeper.filter(|unit| is_station(shared, *unit)).map(Bears::Unit);
        for bears in station.into_iter().chain([Bears::Place(v.place)]) {
            let own = all.entry((week, bears)).or_insert_with(|| (v.keeper, Vec::new()));
            own.1.push((at, v.id));
        }
    }
    let over =
        |((week, bears), (keeper, mut visits)): ((IsoWeek, Bears), (Option<UnitId>, Vec<(Instant, VisitId)>))| {
            let held = settings.on(week.monday());
            let most = match bears {
                Bears::Unit(_) => held.burden_unit_week,
                Bears::Place(_) => held.burden_place_week,
            };
            visits.sort_unstable();
            let visits: Vec<VisitId> = visits.into_iter().map(|(_, id)| id).collect();
            (visits.len() > usize::from(most)).then_some(Burden { week, bears, keeper, visits, most })
        };
    all.into_iter().filter_map(over).collect()
}

/// Stations and teams that keep a place of the register: those that visits may weigh on.
pub fn stations(places: &[PlaceFact], shared: &Shared) -> BTreeSet<UnitId> {
    places.iter().filter_map(|p| p.unit).filter(|unit| is_station(shared, *unit)).collect()
}

/// Of a company's stations and teams, those that bore more than they should in some week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompanyBurden {
    /// The company.
    pub company: UnitId,
    /// Its stations and teams that keep places.
    pub stations: usize,
    /// Those with a week above what they bear.
    pub over: usize,
}

/// Every company with stations, by its id.
pub fn by_company(facts: Led<'_>, burdens: &[Burden]) -> Vec<CompanyBurden> {
    let shared = &facts.levels.shared;
    let over: BTreeSet<UnitId> = overburdened(burdens).collect();
    let mut all: BTreeMap<UnitId, (usize, usize)> = BTreeMap::new();
    for station in stations(facts.places, shared) {
        let company = shared.units.get(&station).map_or(station, |u| u.company);
        let own = all.entry(company).or_default();
        own.0 += 1;
        own.1 += usize::from(over.contains(&station));
    }
    all.into_iter().map(|(company, (stations, over))| CompanyBurden { company, stations, over }).collect()
}

fn overburdened(burdens: &[Burden]) -> impl Iterator<Item = UnitId> + '_ {
    burdens.iter().filter_map(|b| match b.bears {
        Bears::Unit(unit) => Some(unit),
        Bears::Place(_) => None,
    })
}

/// Who owes at least one week, ascending, each once.
fn owing(weeks: &[PersonWeek], frame: &Frame<'_>) -> Vec<Uuid> {
    let owes = |w: &&PersonWeek| frame.period.contains(w.week.thursday()) && !matches!(w.standing, Standing::Exempt(_));
    let all: BTreeSet<Uuid> = weeks.iter().filter(owes).map(|w| w.person.0).collect();
    all.into_iter().collect()
}

/// How many activities each of some persons made.
fn made(persons: &[Uuid], journeys: &[Journey], frame: &Frame<'_>) -> HashMap<Uuid, usize> {
    let mut all: HashMap<Uuid, usize> = persons.iter().map(|p| (*p, 0)).collect();
    let mut seen: BTreeSet<(PersonId, VisitId)> = BTreeSet::new();
    for j in journeys.iter().filter(|j| frame.saw(j.at)) {
        if let Some(n) = all.get_mut(&j.person.0).filter(|_| seen.insert((j.person, j.visit))) {
            *n += 1;
        }
    }
    all
}

/// What was found on a visit and raised in the frame.
fn found<'a>(shared: &'a Shared, visit: VisitId, frame: &Frame<'_>) -> impl Iterator<Item = &'a MatterFact> {
    let all = shared.findings.get(&visit).map_or(&[][..], Vec::as_slice);
    let counts = |m: &&MatterFact| m.origin == Origin::Visit && m.kind.in_loop() && frame.saw(m.raised_at);
    all.iter().filter(counts)
}

/// Whether every finding of a visit was put right by its due instant; none where there is none to judge.
fn put_right<'a>(mut findings: impl Iterator<Item = &'a MatterFact>, frame: &Frame<'_>) -> Option<bool> {
    let (mut judged, mut waits) = (false, false);
    let late = findings.any(|m| {
        let Some(due) = m.due_at.filter(|_| !m.withdrawn()) else {
            // What was put right on the spot had nothing to wait for.
            judged |= m.on_the_spot && frame.knows(m.solved_at).is_some();
            return false;
        };
        match frame.knows(m.put_right()) {
            Some(right) => {
                judged = true;
                due < right
            }
            None => {
                waits |= frame.as_of <= due;
                due < frame.as_of
            }
        }
    });
    match (late, waits) {
        (true, _) => Some(false),
        (false, true) => None,
        (false, false) => judged.then_some(true),
    }
}

/// Every figure of levels, in the order of [`FigureCode::ALL`].
pub fn figures(facts: Led<'_>, settings: &SettingsKnown<'_>, frame: &Frame<'_>) -> Vec<Figure> {
    use FigureCode as C;
    let levels = facts.levels;
    let shared = &levels.shared;
    let persons = owing(facts.weeks, frame);
    let mut counts: Vec<usize> = made(&persons, &levels.journeys, frame).into_values().collect();
    counts.sort_unstable();

    let activities = activities(facts.visits, frame);
    let (mut n, mut right, mut judged) = (0usize, Vec::new(), Vec::new());
    for v in &activities {
        n += found(shared, v.id, frame).count();
        if let Some(all) = put_right(found(shared, v.id, frame), frame) {
            judged.push(v.id.0);
            if all {
                right.push(v.id.0);
            }
        }
    }
    let per_visit = (!activities.is_empty()).then(|| n as f64 / activities.len() as f64);
    let all: Vec<Uuid> = activities.iter().map(|v| v.id.0).collect();

    let in_period = |q: &&QuotaFact| frame.period.months().contains(&q.quota.month);
    let of = |q: &QuotaFact| (q.quota.person, q.quota.month, q.quota.met(), q.quota.visits.len());
    let mut asked: Vec<Asked> = levels.quotas.iter().filter(in_period).map(of).collect();
    asked.sort_unstable();
    asked.dedup();
    let keys = |all: &mut dyn Iterator<Item = &Asked>| {
        Keys::PersonMonths(all.map(|(person, month, ..)| (*person, *month)).collect())
    };
    let least = asked.iter().map(|a| a.3).min();
    let most = asked.iter().map(|a| a.3).max();
    let extreme = |code, n: Option<usize>| {
        let who = keys(&mut asked.iter().filter(|a| Some(a.3) == n));
        Figure::with(code, frame, who, None, Value::Measure { value: n.map(|n| n as f64) })
    };
    let (met, of) = (keys(&mut asked.iter().filter(|a| a.2)), keys(&mut asked.iter()));

    // Where nobody might go nothing is missing, and without a station none bears too much.
    let matrix = if levels.might_go.is_empty() { Matrix::default() } else { matrix(facts, settings, frame) };
    let missing = Keys::Cells(matrix.missing().collect());
    let expected = Keys::Cells(matrix.expected.iter().copied().collect());

    let company = |unit: UnitId| shared.units.get(&unit).map_or(unit, |u| u.company);
    let keepers: BTreeSet<UnitId> = facts.places.iter().filter_map(|p| p.unit).collect();
    let seen: BTreeSet<UnitId> = activities.iter().flat_map(|v| [v.host, company(v.host)]).collect();
    let unseen = keepers.difference(&seen).map(|unit| unit.0).collect();

    let stations = stations(facts.places, shared);
    let burdens = if stations.is_empty() { Vec::new() } else { burdens(facts, settings, frame) };
    let over: BTreeSet<UnitId> = overburdened(&burdens).collect();
    vec![
        Figure::count(C::PersonsOwing, frame, persons.clone()),
        Figure::measure(C::PersonVisitsMedian, frame, persons, median(&counts)),
        Figure::measure(C::FindingsPerVisit, frame, all, per_visit),
        Figure::rate(C::VisitsPutRight, frame, right, judged),
        Figure::share(C::QuotaMet, frame, met, of),
        extreme(C::QuotaFewest, least),
        extreme(C::QuotaMost, most),
        Figure::share(C::CellsMissing, frame, missing, expected),
        Figure::rate(C::UnitsUnseen, frame, unseen, keepers.iter().map(|unit| unit.0).collect()),
        Figure::rate(
            C::StationsOverburdened,
            frame,
            stations.intersection(&over).map(|unit| unit.0).collect(),
            stations.iter().map(|unit| unit.0).collect(),
        ),
    ]
}

/// What each record adds to a figure of levels: a person his activities, a visit its findings.
pub(super) fn values(facts: Led<'_>, code: FigureCode, frame: &Frame<'_>) -> HashMap<Uuid, f64> {
    let levels = facts.levels;
    match code {
        FigureCode::PersonVisitsMedian => {
            let persons = owing(facts.weeks, frame);
            made(&persons, &levels.journeys, frame).into_iter().map(|(person, n)| (person, n as f64)).collect()
        }
        FigureCode::FindingsPerVisit => {
            let all = activities(facts.visits, frame);
            all.iter().map(|v| (v.id.0, found(&levels.shared, v.id, frame).count() as f64)).collect()
        }
        _ => HashMap::new(),
    }
}

#[cfg(test)]
mod tests;
