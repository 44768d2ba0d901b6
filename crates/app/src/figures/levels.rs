//! The two levels that lead, as pages and programs read them: the board of tier × month, quotas, the matrix and the burden. Rows
//! become facts here, the domain counts; nothing is stored. How anything is called is none of its business.

use super::{Careers, Duties, exempted, owed_as};
use crate::App;
use crate::frame::error::AppError;
use crate::organisation::Directory;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use yixian_domain::access::{Actor, Ask, may};
use yixian_domain::calendar::WorkingCalendar;
use yixian_domain::duty::{Month, PersonWeek, QuotaSpread, quotas, specialty_on, spread};
use yixian_domain::figure::levels::{
    Burden, CompanyBurden, Journey, LevelFacts, Matrix, MightGo, QuotaFact, Shared, UnitFact, burdens, by_company,
    matrix,
};
use yixian_domain::figure::{
    Dimension, Facts, Figure, FigureCode, Frame, Group, MatterFact, Period, Ties, VisitFact, find,
};
use yixian_domain::ids::{UnitId, VisitId};
use yixian_domain::org::{UnitKind, UnitPath};
use yixian_domain::settings::SettingsKnown;
use yixian_domain::tier::Tier;
use yixian_domain::time::Instant;
use yixian_store::facts;

/// What the board tells of a tier in a month, in the order of its columns.
pub const BOARD: [FigureCode; 9] = [
    FigureCode::PersonsOwing,
    FigureCode::DutyMet,
    FigureCode::Activities,
    FigureCode::PersonVisitsMedian,
    FigureCode::NightChecks,
    FigureCode::RemoteShare,
    FigureCode::FindingsPerVisit,
    FigureCode::OnTheSpotRate,
    FigureCode::VisitsPutRight,
];

/// A row of the board.
#[derive(Clone, Debug)]
pub struct Row {
    /// Which month; none over the whole period.
    pub month: Option<Month>,
    /// Which tier; none over all.
    pub tier: Option<Tier>,
    /// The figures of [`BOARD`], in its order.
    pub figures: Vec<Figure>,
}

/// The two levels over a period.
#[derive(Clone, Debug)]
pub struct Levels {
    /// Rows by month and tier, those over all tiers after those of each; several months are followed by the whole period.
    pub rows: Vec<Row>,
    /// `quota_met`.
    pub quota: Option<Figure>,
    /// How each role stands with its quota.
    pub roles: Vec<QuotaSpread>,
    /// Of whom a floor is asked.
    pub quotas: Vec<QuotaFact>,
    /// Activities that the heads of each department and unit led, in the order of the organisation.
    pub led: Vec<(UnitId, Vec<VisitId>)>,
    /// The matrix.
    pub matrix: Matrix,
    /// `cells_missing`.
    pub missing: Option<Figure>,
    /// `units_unseen`.
    pub unseen: Option<Figure>,
    /// `stations_overburdened`.
    pub overburdened: Option<Figure>,
    /// Weeks above what is borne.
    pub burdens: Vec<Burden>,
    /// The share of each company's stations with such a week.
    pub companies: Vec<CompanyBurden>,
    /// Visits that a station or team, and a place, bear in a week of the period's last day.
    pub most: (u16, u16),
}

/// What facts of levels are made from.
pub(super) struct Ground<'a, F> {
    /// Every visit, wherever it went.
    pub gone: &'a [VisitFact],
    pub careers: &'a Careers,
    pub directory: &'a Directory,
    /// Whose people count.
    pub in_scope: &'a F,
}

/// The company that a unit belongs to: below the root; a unit without such is its own.
fn company_of(directory: &Directory, unit: UnitId) -> UnitId {
    let parent = |id: UnitId| directory.unit(id).and_then(|u| u.parent);
    std::iter::successors(Some(unit), |id| parent(*id))
        .find(|id| parent(*id).is_none_or(|p| parent(p).is_none()))
        .unwrap_or(unit)
}

impl<F: Fn(UnitId) -> bool> Ground<'_, F> {
    /// The facts, with what was found on visits.
    pub fn facts(
        &self,
        found: Vec<MatterFact>,
        duties: &Duties,
        settings: &SettingsKnown<'_>,
        calendar: &WorkingCalendar,
        frame: &Frame<'_>,
    ) -> LevelFacts {
        let quotas = quotas(&duties.posts, &duties.campaigns, settings, |day| calendar.is_working(day));
        let tier = |unit, level| self.careers.tier(unit, level);
        let quotas =
            quotas.into_iter().filter_map(|q| Some(QuotaFact { tier: tier(q.unit, q.level)?, quota: q })).collect();
        let mut findings: HashMap<VisitId, Vec<MatterFact>> = HashMap::new();
        for m in found {
            if let Some(visit) = m.visit {
                findings.entry(visit).or_default().push(m);
            }
        }
        let unit =
            |u: &yixian_domain::org::Unit| (u.id, UnitFact { kind: u.kind, company: company_of(self.directory, u.id) });
        let units: HashMap<UnitId, UnitFact> = self.directory.units().map(unit).collect();
        let might_go = self.might_go(&units, frame);
        let tiers = self.gone.iter().map(|v| (v.id, v.tier)).collect();
        let shared = Arc::new(Shared { findings, tiers, units });
        LevelFacts { journeys: self.journeys(frame), quotas, might_go, shared }
    }

    fn journeys(&self, frame: &Frame<'_>) -> Vec<Journey> {
        let mut all = Vec::new();
        for v in self.gone.iter().filter(|v| !v.cancelled && !v.merged) {
            let Some(at) = v.started else { continue };
            let day = frame.zone.date_of(at);
            for person in &v.bearers {
                let Some(held) = self.careers.owing_on(*person, day).filter(|h| (self.in_scope)(h.unit)) else {
                    continue;
                };
                let (unit, level, tier) = (held.unit, held.level, held.tier);
                all.push(Journey { person: *person, visit: v.id, at, unit, level, tier });
            }
        }
        all
    }

    /// Whoever owes in a month might go: from headquarters everywhere, else within his company.
    fn might_go(&self, units: &HashMap<UnitId, UnitFact>, frame: &Frame<'_>) -> BTreeSet<MightGo> {
        let mut all = BTreeSet::new();
        let months = frame.period.months();
        for (person, posts) in &self.careers.held {
            let recorded = self.careers.recorded.get(person).map_or(&[][..], Vec::as_slice);
            for post in posts.iter().filter(|p| p.duty) {
                let Some(tier) = self.careers.tier(post.unit, post.level) else { continue };
                let to = match tier {
                    Tier::Headquarters => None,
                    Tier::Unit | Tier::Station => units.get(&post.unit).map(|u| u.company),
                };
                for month in &months {
                    let day = post.from.map_or(month.first(), |from| from.max(month.first()));
                    if day > month.last() || !post.covers(day) {
                        continue;
                    }
                    let Some(specialty) = specialty_on(recorded, day) else { continue };
                    all.insert(MightGo { month: *month, tier, specialty, to });
                }
            }
        }
        all
    }
}

/// The figures of the board of some facts.
fn board(facts: &Facts, settings: &SettingsKnown<'_>, frame: &Frame<'_>) -> Vec<Figure> {
    let all = facts.figures(settings, frame);
    BOARD.iter().filter_map(|code| find(&all, *code).cloned()).collect()
}

impl App {
    /// The two levels of a unit's subtree (the whole company when none) over a period.
    pub async fn levels(
        &self,
        actor: &Actor,
        period: Period,
        unit: Option<UnitId>,
        as_of: Instant,
    ) -> Result<Levels, AppError> {
        let directory = self.directory().await?;
        let path = match unit {
            Some(id) => directory.unit(id).ok_or(AppError::NotFound("unit"))?.path.clone(),
            None => directory.root().map_or_else(|| UnitPath::from_stored("/"), |u| u.path.clone()),
        };
        may(actor, &Ask::SeeFigures(&path))?;
        let policies = self.policies();
        let zone = &policies.zone;
        let frame = Frame::new(period, as_of, zone);
        let in_scope = |id: UnitId| unit.is_none() || directory.unit(id).is_some_and(|u| path.contains(&u.path));
        let mut conn = self.store().read().await?;
        let (gone, places, careers) = match self.inner.kept_visits.known(&mut conn, &frame).await? {
            Some(kept) => (kept.visits, kept.places, kept.careers),
            None => {
                let places = facts::places(&mut conn, as_of).await?;
                let careers = Careers::read(&mut conn, as_of, zone).await?;
                let post = |leader, day| careers.on(leader, day);
                let gone = facts::visits(&mut conn, "", &frame, &places, post).await?;
                (gone, Arc::new(places), Arc::new(careers))
            }
        };
        let found = match self.inner.kept_facts.matters(&mut conn, &frame, |m| m.visit.is_some()).await? {
            Some(kept) => kept,
            None => facts::matters(&mut conn, "", &frame).await?,
        };
        let exempt = exempted(&mut conn, period, as_of).await?;
        drop(conn);

        let settings = policies.settings_book.known(as_of);
        let announced = policies.calendar_book.as_known_on(zone.date_of(as_of)).ok();
        let calendar = announced.as_ref().unwrap_or(&policies.calendar);
        let duties = Duties::of(&gone, &careers, &exempt, &in_scope, &settings, calendar, &frame);
        let matters = found.iter().filter(|m| in_scope(m.unit)).cloned().collect();
        let ground = Ground { gone: &gone, careers: &careers, directory: &directory, in_scope: &in_scope };
        let levels = ground.facts(found, &duties, &settings, calendar, &frame);
        let places_kept =
            places.register(period.bounds(zone).1.min(as_of), |kept| kept.map_or(unit.is_none(), in_scope));
        let visits: Vec<VisitFact> = gone.into_iter().filter(|v| in_scope(v.host)).collect();
        let Duties { posts, weeks, .. } = duties;
        let mut facts = Facts { visits, places: places_kept, weeks, matters, levels, ..Facts::default() };

        let whole = facts.figures(&settings, &frame);
        let got = |code| find(&whole, code).cloned();
        let burdens = burdens(facts.led(), &settings, &frame);
        let companies = by_company(facts.led(), &burdens);
        let matrix = matrix(facts.led(), &settings, &frame);
        let mut led: BTreeMap<UnitId, Vec<VisitId>> = BTreeMap::new();
        let counted: BTreeSet<uuid::Uuid> =
            got(FigureCode::Activities).map(|f| f.ids().records().iter().copied().collect()).unwrap_or_default();
        for v in facts.visits.iter().filter(|v| counted.contains(&v.id.0)) {
            led.entry(v.led).or_default().push(v.id);
        }
        for visits in led.values_mut() {
            visits.sort_unstable();
        }
        let mut led: Vec<(UnitId, Vec<VisitId>)> = led.into_iter().collect();
        led.sort_by_cached_key(|(id, _)| directory.unit(*id).map(|u| (u.kind != UnitKind::Department, u.path.clone())));
        let quotas: Vec<QuotaFact> = facts.levels.quotas.clone();
        let asked: Vec<_> = quotas.iter().map(|q| q.quota.clone()).collect();
        let held = settings.on(period.last());
        let most = (held.burden_unit_week, held.burden_place_week);

        // No column of the board asks for the register, nor for who might have gone.
        facts.places.clear();
        facts.levels.might_go.clear();
        let owes = |week: &PersonWeek| owed_as(&posts, &careers, week);
        let tier = |unit, level| careers.tier(unit, level);
        let ties = Ties { places: &places, owes: &owes, tier: &tier, zone };
        let months = period.months();
        let mut frames: Vec<(Option<Month>, Frame<'_>)> = Vec::new();
        for month in &months {
            let (first, last) = (month.first().max(period.first()), month.last().min(period.last()));
            let Ok(part) = Period::new(first, last) else { continue };
            frames.push((Some(*month), Frame::new(part, as_of, zone)));
        }
        // Days that make no month are one row.
        if months.len() != 1 {
            frames.push((None, frame));
        }
        let over_all: Vec<Vec<Figure>> = frames.iter().map(|(_, frame)| board(&facts, &settings, frame)).collect();
        let parts: Vec<(Tier, Facts)> = facts
            .parts(Dimension::Tier, &ties)
            .into_iter()
            .filter_map(|(group, facts)| match group {
                Group::Code(_, code) => Some((Tier::parse(code)?, facts)),
                _ => None,
            })
            .collect();
        let mut rows = Vec::new();
        for ((month, frame), all) in frames.iter().zip(over_all) {
            for (tier, facts) in &parts {
                rows.push(Row { month: *month, tier: Some(*tier), figures: board(facts, &settings, frame) });
            }
            rows.push(Row { month: *month, tier: None, figures: all });
        }
        Ok(Levels {
            rows,
            quota: got(FigureCode::QuotaMet),
            roles: spread(&asked),
            quotas,
            led,
            matrix,
            missing: got(FigureCode::CellsMissing),
            unseen: got(FigureCode::UnitsUnseen),
            overburdened: got(FigureCode::StationsOverburdened),
            burdens,
            companies,
            most,
        })
    }
}
