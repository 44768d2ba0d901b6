//! Figures of visits: activities 次, construction sites 个, coverage, three go-intos 三走进, night and remote.
//!
//! An *activity* is a visit of any type and with a leader of any level that took place: checked in by as-of, not
//! cancelled, not merged into another. Its date is the local day of the check-in, also when it went on for days. Two
//! leaders make one activity. What is still on site at as-of has taken place.

use std::collections::HashSet;

use uuid::Uuid;

use super::definition::{Basis, Definition, Distinct, Exclusion, Family, Unit};
use super::facts::{PlaceFact, VisitFact};
use super::{Figure, FigureCode, Frame, find, sorted_by_id};
use crate::base::time::{Instant, Time, Zone};
use crate::law::settings::{Settings, SettingsKnown};
use crate::organisation::place::{Area, PlaceKind};
use crate::visit::VisitType;

const fn visits(code: FigureCode, numerator: &'static str) -> Definition {
    Definition::count(code, Family::Visits, Distinct::Visit, Basis::CheckIn, Unit::Times, numerator).without(&[
        Exclusion::Cancelled,
        Exclusion::MergedVisits,
        Exclusion::NotStarted,
    ])
}

/// Definitions of the figures of visits.
pub const FIGURES: &[Definition] = &[
    visits(FigureCode::Activities, "visits of any type that took place, whoever led; two leaders make one"),
    Definition {
        unit: Unit::Places,
        ..visits(FigureCode::ConstructionSites, "construction sites reached by these activities").places()
    },
    visits(FigureCode::VisitsSite, "activities whose primary type is the grassroots site"),
    visits(FigureCode::VisitsGovernment, "activities whose primary type is the government"),
    visits(FigureCode::VisitsCustomer, "activities whose primary type is the customer"),
    visits(FigureCode::VisitsCommunity, "activities whose primary type is community service"),
    visits(FigureCode::PlaceCoverage, "places of the registry reached by an activity in the period")
        .places()
        .out_of("places of the registry"),
    visits(
        FigureCode::ConstructionSiteCoverage,
        "construction sites of the registry reached by an activity in the period",
    )
    .places()
    .out_of("construction sites of the registry"),
    visits(FigureCode::NightChecks, "activities whose check-in falls in the configured hours of the night"),
    visits(FigureCode::RemoteShare, "activities at a place in a remote area").out_of("activities"),
];

/// The hours of the night in local time. It may cross midnight; `to` itself is day again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Night {
    /// Begin.
    pub from: Time,
    /// End.
    pub to: Time,
}

impl Night {
    /// As configured.
    pub fn of(settings: &Settings) -> Self {
        Self { from: settings.night_from, to: settings.night_to }
    }

    /// Whether it is night; never when it begins and ends at the same time.
    pub fn contains(self, time: Time) -> bool {
        if self.from <= self.to { self.from <= time && time < self.to } else { self.from <= time || time < self.to }
    }

    /// Whether somebody who was there from one instant to another was there at night.
    pub fn overlaps(self, zone: &Zone, from: Instant, to: Instant) -> bool {
        let (begin, mut day) = (zone.local(from), zone.date_of(from));
        if self.contains(begin.time()) {
            return true;
        }
        if begin.time() >= self.from {
            day = day.tomorrow().unwrap_or(day);
        }
        self.from != self.to && zone.at(day, self.from) < to
    }
}

/// Every figure of visits, in the order of [`FigureCode::ALL`]. `places` is the registry that coverage is measured
/// against; the same place twice counts once. The hours of the
/// night are those in force on the day of the check-in.
pub fn figures(
    visits: &[VisitFact],
    places: &[PlaceFact],
    settings: &SettingsKnown<'_>,
    frame: &Frame<'_>,
) -> Vec<Figure> {
    let took_place = |v: &VisitFact| !v.cancelled && !v.merged && v.started.is_some_and(|at| frame.saw(at));
    let activities = sorted_by_id(visits, took_place, |v| v.id.0);

    let mut all = Vec::with_capacity(activities.len());
    let mut by_type: [Vec<Uuid>; VisitType::ALL.len()] = Default::default();
    let (mut at_night, mut remote, mut sites) = (Vec::new(), Vec::new(), Vec::new());
    let mut visited = HashSet::new();
    for visit in activities {
        let id = visit.id.0;
        all.push(id);
        for (ids, kind) in by_type.iter_mut().zip(VisitType::ALL) {
            if visit.kind == kind {
                ids.push(id);
            }
        }
        if visit
            .started
            .map(|at| frame.zone.local(at))
            .is_some_and(|at| Night::of(settings.on(at.date())).contains(at.time()))
        {
            at_night.push(id);
        }
        if visit.area == Area::Remote {
            remote.push(id);
        }
        if visit.place_kind == PlaceKind::ConstructionSite {
            sites.push(visit.place.0);
        }
        visited.insert(visit.place);
    }
    sites.sort_unstable();
    sites.dedup();

    let registry = sorted_by_id(places, |_| true, |p| p.id.0);
    let coverage = |code, of: &dyn Fn(&PlaceFact) -> bool| {
        let wanted = || registry.iter().filter(|place| of(place));
        let reached = wanted().filter(|place| visited.contains(&place.id)).map(|place| place.id.0).collect();
        Figure::rate(code, frame, reached, wanted().map(|place| place.id.0).collect())
    };
    let of_places = coverage(FigureCode::PlaceCoverage, &|_| true);
    let of_sites = coverage(FigureCode::ConstructionSiteCoverage, &|p| p.kind == PlaceKind::ConstructionSite);

    let mut figures = vec![
        Figure::count(FigureCode::Activities, frame, all.clone()),
        Figure::count(FigureCode::ConstructionSites, frame, sites),
    ];
    figures.extend(VisitType::ALL.into_iter().zip(by_type).map(|(kind, ids)| Figure::count(leg(kind), frame, ids)));
    figures.extend([
        of_places,
        of_sites,
        Figure::count(FigureCode::NightChecks, frame, at_night),
        Figure::rate(FigureCode::RemoteShare, frame, remote, all),
    ]);
    figures
}

/// The legs of the three go-intos in which nobody went anywhere. Community service is no leg: it may be empty.
pub fn empty_legs(figures: &[Figure]) -> Vec<VisitType> {
    let legs = [VisitType::Site, VisitType::Government, VisitType::Customer];
    legs.into_iter().filter(|kind| find(figures, leg(*kind)).is_none_or(|figure| figure.ids().is_empty())).collect()
}

/// The figure that counts a primary type.
pub fn leg(kind: VisitType) -> FigureCode {
    match kind {
        VisitType::Site => FigureCode::VisitsSite,
        VisitType::Government => FigureCode::VisitsGovernment,
        VisitType::Customer => FigureCode::VisitsCustomer,
        VisitType::Community => FigureCode::VisitsCommunity,
    }
}
