//! A company of so many matters, for whoever measures how the product bears many of them. The demo's units, people and places, its lives under
//! the domain's law, its writing through the store's own writer; one picture a scene for all, and told over as many days as so many matters take. Cases
//! come one after the other, so that a million is no more to hold than those that are open at a time. It does not know what is measured.

use super::chance::Chance;
use super::connections::Fate as Power;
use super::lives::{Put, Step, World};
use super::names::Names;
use super::outing::{Fate, Outing};
use super::topics::{self, Topic};
use super::writing::Writer;
use super::{NOW, Size, faulty, organisation, pictures, places, promises};
use crate::App;
use crate::frame::error::AppError;
use std::collections::{HashMap, HashSet};
use yixian_domain::connection::Class;
use yixian_domain::ids::*;
use yixian_domain::matter::Origin;
use yixian_domain::place::PlaceKind;
use yixian_domain::time::{HOUR_MS, Instant};
use yixian_domain::visit::VisitType;

const DAY_MS: i64 = 24 * HOUR_MS;
/// Matters that a company of this size has on a day of the year.
const A_DAY: i64 = 550;
/// Days that are told at least, and at most: calendars and rules reach back so far.
const DAYS: (i64, i64) = (90, 3_600);
/// Of a hundred cases: raised somewhere, found on visits, connections.
const KINDS: [u32; 3] = [88, 9, 3];
/// Steps written in one transaction.
const BATCH: usize = 6_000;
/// So near to the end every case is one matter.
const LAST: usize = 12;

/// What was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Many {
    /// Matters, connections among them.
    pub matters: usize,
    /// Connections.
    pub connections: usize,
    /// Visits.
    pub visits: usize,
}

impl Many {
    fn count(&mut self, steps: &[Step]) {
        for put in steps.iter().flat_map(|s| &s.puts) {
            match put {
                Put::NewMatter { keys, .. } => {
                    self.matters += 1;
                    self.connections += usize::from(keys.is_some());
                }
                Put::NewVisit { .. } => self.visits += 1,
                Put::Words { .. }
                | Put::Contact { .. }
                | Put::File { .. }
                | Put::Notice { .. }
                | Put::Visit { .. }
                | Put::Matter { .. }
                | Put::Unit(_)
                | Put::Person { .. }
                | Put::Place { .. }
                | Put::Partner { .. }
                | Put::Programme { .. }
                | Put::Section { .. }
                | Put::Conference { .. }
                | Put::Meeting { .. }
                | Put::Topic { .. }
                | Put::Agreement { .. }
                | Put::Team { .. }
                | Put::Indicator { .. }
                | Put::Breakdown { .. }
                | Put::Campaign { .. }
                | Put::Document { .. }
                | Put::Citation { .. }
                | Put::Recognition { .. }
                | Put::Praise { .. }
                | Put::Publication { .. }
                | Put::Served { .. }
                | Put::Outage { .. }
                | Put::Outages { .. }
                | Put::Community(_)
                | Put::Exempt { .. } => {}
            }
        }
    }
}

impl App {
    /// Makes a company of exactly so many matters; the same number and seed give the same ledger. Refused where there is a company.
    pub async fn make_many(
        &self,
        matters: usize,
        seed: u64,
        says: &mut (dyn FnMut(Many) + Send),
    ) -> Result<Many, AppError> {
        if yixian_store::org::root(&mut self.store().read().await?).await?.is_some() {
            return Err(faulty(&"there is a company already"));
        }
        self.store().write(async |tx: &mut yixian_store::Tx| tx.roomy().await).await?;
        let made = tell(self, matters, seed, says).await?;
        self.forget_directory();
        Ok(made)
    }
}

async fn tell(app: &App, matters: usize, seed: u64, says: &mut (dyn FnMut(Many) + Send)) -> Result<Many, AppError> {
    let policies = app.policies();
    let sites = (matters / 4).clamp(40, Size::FULL.sites);
    let size = Size {
        activities: 0,
        sites,
        spare_sites: 0,
        communities: (sites / 10).clamp(20, Size::FULL.communities),
        weekly_permille: 0,
        raised: matters,
        three_zero: 0,
        batch: BATCH,
        part: None,
    };
    let mut chance = Chance::new(seed);
    let mut named = Names::default();
    let company = organisation::make(&mut chance, &mut named, None);
    let register = places::make(&mut chance, &mut named, &company, &size);
    let drawn = pictures::shared().await?;
    let mut w = World {
        app,
        policies: &policies,
        company: &company,
        places: &register,
        size: &size,
        pictures: &drawn,
        taken: HashSet::new(),
        chance,
        beside: Chance::new(seed ^ promises::STREAM),
        asked: HashMap::new(),
    };
    let span = (matters as i64 / A_DAY).clamp(DAYS.0, DAYS.1) * DAY_MS;
    let begin = NOW.plus_millis(-span);
    let mut writer = Writer::new(app, seed, &size, 0);
    for step in w.register(begin.plus_millis(-2 * DAY_MS)) {
        writer.push(step);
    }
    let (mut made, mut cases) = (Many::default(), 0u64);
    while made.matters < matters {
        // The last one is raised this morning.
        let at = begin.plus_millis((span - HOUR_MS) * made.matters as i64 / matters as i64);
        writer.up_to(at).await?;
        let steps = w.case(at, matters - made.matters)?;
        made.count(&steps);
        for step in steps {
            writer.push(step);
        }
        cases += 1;
        if cases % 4_096 == 0 {
            says(made);
        }
        if cases > 40 * matters as u64 + 1_000 {
            return Err(faulty(&"hardly any case comes to a matter"));
        }
    }
    writer.finish(Vec::new()).await?;
    Ok(made)
}

impl World<'_> {
    /// Whatever begins at an instant, with no more than so many matters.
    fn case(&mut self, at: Instant, left: usize) -> Result<Vec<Step>, AppError> {
        match self.chance.weighted(&KINDS) {
            1 if left > LAST => self.some_visit(at),
            2 if left > LAST => {
                let class = [Class::ThreeZero, Class::ThreeZero, Class::Resident, Class::NonResident, Class::HvSingle]
                    [self.chance.below(5)];
                let works = class != Class::Resident && self.chance.percent(40);
                let wanted = self.wanted(class, works, Power::Goes);
                self.connect(at, &wanted, &mut None)
            }
            _ => self.some_matter(at),
        }
    }

    fn some_matter(&mut self, at: Instant) -> Result<Vec<Step>, AppError> {
        let origins = [Origin::Hotline95598, Origin::Hotline12345, Origin::Counter, Origin::Web, Origin::Staff];
        let origin = origins[self.chance.weighted(&[34, 25, 13, 12, 16])];
        let (topics, of): (&'static [Topic], &[PlaceKind]) = if origin == Origin::Staff {
            (topics::ON_SITE, &[PlaceKind::ConstructionSite, PlaceKind::Installation, PlaceKind::Station])
        } else {
            (topics::RAISED, &[PlaceKind::Community, PlaceKind::Customer, PlaceKind::Village, PlaceKind::Street])
        };
        let Some((place, unit)) = self.somewhere(None, of) else { return Ok(Vec::new()) };
        let Some(finding) = self.finding(topics, place) else { return Ok(Vec::new()) };
        let career = self.career();
        let mut life = self.raised(&finding, origin, Some(place), unit, at, false, &career)?;
        self.end(&mut life)
    }

    /// Somebody who may goes to a site on the next working day.
    fn some_visit(&mut self, planned: Instant) -> Result<Vec<Step>, AppError> {
        let leaders: Vec<PersonId> =
            self.company.leaders.iter().filter_map(|i| self.company.members.get(*i)).map(|m| m.person.id).collect();
        let Some(leader) = self.chance.any(&leaders).copied() else { return Ok(Vec::new()) };
        let Some((place, _)) = self.somewhere(None, &[PlaceKind::ConstructionSite, PlaceKind::Installation]) else {
            return Ok(Vec::new());
        };
        let start = self.work(planned.plus_millis(DAY_MS), 0, 300);
        let minutes = self.chance.between(40, 150);
        let fate = if start.plus_minutes(minutes) < NOW { Fate::Made } else { Fate::Planned };
        let outing = Outing {
            id: VisitId(self.chance.uuid(planned)),
            leader,
            companions: Vec::new(),
            kind: VisitType::Site,
            place,
            planned,
            start,
            minutes,
            night: false,
            announced: !self.chance.percent(12),
            fate,
            late_ms: 0,
            findings: self.chance.weighted(&[55, 32, 11, 2]),
            partner: None,
            demand: false,
            merged: None,
        };
        self.go(&outing)
    }
}
