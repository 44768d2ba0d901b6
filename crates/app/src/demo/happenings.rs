//! What happens on a visit: check-in, findings (each solved on the spot or given to a unit), the
//! summary. A visit and what was found on it are told together, because one command writes both.

use super::careers::Career;
use super::ground::Ground;
use super::lives::{Birth, Put, Step, Stop, World};
use super::organisation::Company;
use super::outing::{Fate, Outing};
use super::texts;
use super::topics::{self, Finding};
use super::{NOW, faulty};
use crate::frame::error::AppError;
use crate::matters::act::Owed;
use yixian_domain::access::{Ask, may};
use yixian_domain::deadline::Promise;
use yixian_domain::ids::*;
use yixian_domain::matter::*;
use yixian_domain::org::Role;
use yixian_domain::place::{PlaceKind, Point};
use yixian_domain::time::{HOUR_MS, Instant, MINUTE_MS};
use yixian_domain::visit::{CheckIn, Meeting, Plan, Visit, VisitEvent, VisitMoved, VisitType};

/// A visit as it goes.
struct Trip {
    visit: Visit,
    steps: Vec<Step>,
    recorded: Instant,
}

impl World<'_> {
    /// The steps of a visit and of everything found on it.
    pub fn go(&mut self, o: &Outing) -> Result<Vec<Step>, AppError> {
        let Some(place) = self.places.all.get(o.place) else { return Err(faulty(&"a visit without a place")) };
        let (place_id, host, point) = (place.id, place.unit.unwrap_or_else(|| self.company.root()), place.point);
        let ground = self.places.ground(o.place);
        let leader = By::Person(o.leader);
        let planner = if self.chance.percent(40) || !o.announced {
            o.leader
        } else {
            self.holder(Role::Coordinator, host, None).unwrap_or(o.leader)
        };
        let path = self.company.unit(host).map(|u| u.path.clone()).ok_or_else(|| faulty(&"a place without a unit"))?;
        may(&self.company.actor(planner), &Ask::PlanVisit { host: &path, leader: o.leader })?;
        let planner = By::Person(planner);
        let mut puts = Vec::new();
        let purpose = if self.chance.percent(70) {
            Some(self.one(&mut puts, o.id.0, o.planned, texts::purposes(ground, o.night)))
        } else {
            None
        };
        let (day, from) = {
            let local = self.policies.zone.local(o.start);
            (local.date(), local.time())
        };
        let from = yixian_domain::time::Time::new(from.hour(), from.minute() / 30 * 30, 0, 0).ok();
        let plan = Plan {
            kind: o.kind,
            place: place_id,
            host,
            leader: o.leader,
            companions: o.companions.clone(),
            day,
            from,
            purpose,
            announced: o.announced,
            partner: o.partner,
            sensitivity: None,
        };
        let (visit, event) = Visit::plan(o.id, o.planned, &planner, plan.clone());
        if planner != leader && NOW.since(o.planned) < 8 * 24 * HOUR_MS {
            let id = self.chance.uuid(o.planned);
            puts.push(Put::Notice {
                id,
                person: o.leader,
                code: "visit_planned",
                kind: "visit",
                record: o.id.0,
                at: o.planned,
            });
        }
        puts.push(Put::Visit { id: o.id, events: vec![event] });
        let step = self.step(o.planned, planner, puts);
        let mut trip = Trip { visit, steps: vec![step], recorded: o.planned };
        let mut all = self.counted_with(o, plan, &trip.visit)?;
        match o.fate {
            Fate::Planned => {}
            Fate::Cancelled => {
                let at = o
                    .planned
                    .plus_millis(self.chance.between(10, 20 * 60) * MINUTE_MS)
                    .min(o.start.plus_minutes(-10))
                    .max(o.planned)
                    .min(NOW);
                let mut puts = Vec::new();
                let reason = self.one(&mut puts, o.id.0, at, &texts::CANCELLED);
                let moved = trip.visit.clone().cancel(at, &leader, reason)?;
                self.went(&mut trip, moved, at, &leader, puts);
            }
            Fate::Made | Fate::OnSite => {
                self.start(&mut trip, o, ground, point)?;
                let before = all.len();
                all.extend(self.findings(&mut trip, o, ground, host)?);
                let found = all.len() > before;
                if o.partner.is_some() {
                    self.beside(|w| w.meeting(&mut trip, o))?;
                }
                if o.demand {
                    all.extend(self.beside(|w| w.demand(&mut trip, o, ground, host))?);
                }
                let end = o.start.plus_minutes(o.minutes);
                if o.fate == Fate::Made && end <= NOW {
                    let mut puts = Vec::new();
                    let said = texts::summaries(ground, o.night, found);
                    let summary = Some(self.one(&mut puts, o.id.0, end, said));
                    let moved = trip.visit.clone().finish(end, &leader, summary)?;
                    self.went(&mut trip, moved, end.plus_millis(o.late_ms), &leader, puts);
                }
            }
        }
        whole(&mut trip.steps, &trip.visit);
        trip.steps.extend(all);
        Ok(trip.steps)
    }

    fn went(&mut self, trip: &mut Trip, moved: VisitMoved, recorded: Instant, by: &By, mut puts: Vec<Put>) {
        let (visit, event) = moved;
        puts.push(Put::Visit { id: visit.id, events: vec![event] });
        trip.visit = visit;
        trip.recorded = recorded.plus_millis(self.chance.between(800, 20_000)).max(trip.recorded).min(NOW);
        let step = self.step(trip.recorded, by.clone(), puts);
        trip.steps.push(step);
    }

    /// A second plan for the same place and day, counted with the first before anybody went.
    fn counted_with(&mut self, o: &Outing, mut plan: Plan, first: &Visit) -> Result<Vec<Step>, AppError> {
        let Some((id, second)) = o.merged else { return Ok(Vec::new()) };
        plan.leader = second;
        plan.companions = Vec::new();
        plan.purpose = None;
        let planned = o.planned.plus_minutes(self.chance.between(1, 20));
        let by = By::Person(second);
        let (visit, event) = Visit::plan(id, planned, &by, plan);
        let step = self.step(planned, by.clone(), vec![Put::Visit { id, events: vec![event] }]);
        let mut trip = Trip { visit, steps: vec![step], recorded: planned };
        let at = planned.plus_minutes(self.chance.between(2, 9)).min(NOW);
        let moved = trip.visit.clone().merge(at, &by, first)?;
        self.went(&mut trip, moved, at, &by, Vec::new());
        whole(&mut trip.steps, &trip.visit);
        Ok(trip.steps)
    }

    fn start(&mut self, trip: &mut Trip, o: &Outing, ground: Ground, point: Option<Point>) -> Result<(), AppError> {
        let mut puts = Vec::new();
        // A phone's point lies near the place; without reception there is none.
        let near = point.filter(|_| self.chance.percent(94)).map(|p| Point {
            lat: p.lat + self.chance.between(-900, 900) as i32,
            lon: p.lon + self.chance.between(-900, 900) as i32,
        });
        // Who has no point shows where he was by a photo.
        let photos = if near.is_none() || self.chance.percent(22) {
            self.photo(&mut puts, o.id.0, ground.scene(), true)
        } else {
            Vec::new()
        };
        let check_in = CheckIn {
            at: o.start,
            point: near,
            accuracy_m: near.map(|_| self.chance.between(6, 45) as u32),
            announced: o.announced,
        };
        let recorded = o.start.plus_millis(o.late_ms);
        let leader = By::Person(o.leader);
        let moved = trip.visit.clone().start(&self.policies.law(), recorded, &leader, check_in, photos)?;
        self.went(trip, moved, recorded, &leader, puts);
        Ok(())
    }

    fn findings(&mut self, trip: &mut Trip, o: &Outing, ground: Ground, host: UnitId) -> Result<Vec<Step>, AppError> {
        let mut all = Vec::new();
        let by = By::Person(o.leader);
        let mut at = o.start;
        for _ in 0..o.findings {
            at = at.plus_minutes(self.chance.between(4, 12));
            if at > NOW || at > o.start.plus_minutes(o.minutes) {
                break;
            }
            let outside =
                !matches!(ground.kind(), PlaceKind::ConstructionSite | PlaceKind::Installation | PlaceKind::Station);
            // What people there say anybody hears; what lies on a site meets the eye of who knows the trade.
            let eye = self.company.member(o.leader).filter(|_| !outside).map(|m| m.person.specialty);
            let from = if outside { topics::RAISED } else { topics::ON_SITE };
            let wanted = Some(self.chance.percent(38));
            let Some(finding) = Finding::among(&mut self.chance, from, wanted, |t| t.fits(ground, eye)) else {
                continue;
            };
            let topic = finding.topic;
            let spot = topic.spot && self.chance.percent(94);
            let career = self.career();
            let recorded = at.plus_millis(o.late_ms).max(trip.recorded);
            let contact = if outside && self.chance.percent(55) { Some(self.outsider(false)) } else { None };
            let birth = Birth {
                kind: topic.kind,
                origin: Origin::Visit,
                category: topic.category,
                scene: topic.scene,
                words: finding.found(),
                place: Some(o.place),
                unit: host,
                visit: Some(o.id),
                recorded_by: by.clone(),
                contact,
                about: None,
                owed: Owed::default(),
                at,
                recorded: recorded.min(NOW),
            };
            let mut life = self.raise(birth)?;
            let (visit, event) = trip.visit.clone().record_finding(at, &by, life.matter.id)?;
            trip.visit = visit;
            trip.recorded = recorded.min(NOW);
            let mut puts = vec![Put::Visit { id: trip.visit.id, events: vec![event] }];
            let record = life.matter.id.0;
            if spot {
                let how = self.say(&mut puts, record, recorded, &finding.done());
                let photos =
                    if self.chance.percent(40) { self.photo(&mut puts, record, topic.scene, true) } else { Vec::new() };
                let moved = life.matter.clone().solve_on_the_spot(at, &by, how, photos)?;
                self.take(&mut life, moved, recorded, &by, puts, true)?;
                if NOW.since(at) < 18 * 24 * HOUR_MS && self.chance.percent(30) {
                    life.stop = Some(Stop::Stage(StageName::SolvedOnTheSpot));
                }
                let from = life.recorded;
                self.judge(&mut life, &finding, from)?;
            } else {
                self.hand_over(&mut life, &by, at, recorded, puts, &finding, &career, o.place)?;
            }
            all.extend(self.end(&mut life)?);
        }
        Ok(all)
    }

    /// What was spoken of with a partner.
    fn meeting(&mut self, trip: &mut Trip, o: &Outing) -> Result<(), AppError> {
        let at = o.start.plus_minutes(2);
        let by = By::Person(o.leader);
        let mut puts = Vec::new();
        let met = self.one(&mut puts, o.id.0, at, &texts::MET);
        let topics = self.one(&mut puts, o.id.0, at, &texts::TOPICS);
        let load_kw = (o.kind == VisitType::Customer).then(|| self.chance.between(2, 90) as u32 * 100);
        let meeting = Meeting { met: Some(met), topics: Some(topics), load_kw };
        let moved = trip.visit.clone().note_meeting(at, &by, None, meeting)?;
        self.went(trip, moved, at.plus_millis(o.late_ms), &by, puts);
        Ok(())
    }

    /// What a partner asks for: the host answers it through its link.
    fn demand(&mut self, trip: &mut Trip, o: &Outing, ground: Ground, host: UnitId) -> Result<Vec<Step>, AppError> {
        let by = By::Person(o.leader);
        let at = o.start.plus_minutes(4.min(o.minutes)).max(trip.visit.last_at);
        let finding = Finding::among(&mut self.chance, topics::RAISED, Some(false), |t| t.fits(ground, None));
        let Some(finding) = finding else { return Ok(Vec::new()) };
        let recorded = at.plus_millis(o.late_ms).max(trip.recorded).min(NOW);
        let birth = Birth {
            kind: finding.topic.kind,
            origin: Origin::Visit,
            category: finding.topic.category,
            scene: finding.topic.scene,
            words: finding.found(),
            place: Some(o.place),
            unit: host,
            visit: Some(o.id),
            recorded_by: by.clone(),
            contact: None,
            about: None,
            owed: Owed { raiser: o.partner.map(By::Partner), ..Owed::default() },
            at,
            recorded,
        };
        let mut life = self.raise(birth)?;
        let (visit, event) = trip.visit.clone().record_finding(at, &by, life.matter.id)?;
        trip.visit = visit;
        trip.recorded = recorded;
        let puts = vec![Put::Visit { id: trip.visit.id, events: vec![event] }];
        let career = self.career();
        self.hand_over(&mut life, &by, at, recorded, puts, &finding, &career, o.place)?;
        self.end(&mut life)
    }

    #[allow(clippy::too_many_arguments)] // what a finding that is put right later is made of
    fn hand_over(
        &mut self,
        life: &mut super::lives::Life,
        by: &By,
        at: Instant,
        recorded: Instant,
        puts: Vec<Put>,
        finding: &Finding,
        career: &Career,
        place: usize,
    ) -> Result<(), AppError> {
        let law = self.policies.law();
        let company = self.company.company_of(life.matter.unit);
        let mut to = life.matter.unit;
        let category = finding.topic.category;
        let builds = self.places.ground(place).is_site() && Company::for_builders(category);
        if builds && self.chance.percent(40) {
            // Every site has one firm that builds there.
            to = self.company.builder(place).unwrap_or(to);
        } else if self.chance.percent(55) {
            let desks = self.company.desks(company, category);
            to = self.chance.any(&desks).copied().unwrap_or(to);
        }
        let choice = if self.chance.percent(12) {
            let days = self.chance.between(3, 20) as i32;
            let day = self.policies.zone.date_of(at).saturating_add(jiff::Span::new().days(days));
            TargetChoice::Promise(Promise::Day(day))
        } else {
            TargetChoice::RuleIfAny
        };
        let moved = life.matter.clone().assign(&law, at, by, to, None, &choice, None)?;
        self.take(life, moved, recorded, by, puts, true)?;
        let from = life.recorded;
        // What was found in the last weeks still lies at every stage.
        if NOW.since(at) < 18 * 24 * HOUR_MS {
            let stops = [
                StageName::Assigned,
                StageName::InHand,
                StageName::Submitted,
                StageName::Verified,
                StageName::Returned,
            ];
            let i = self.chance.weighted(&[10, 14, 8, 6, 4, 58]);
            life.stop = stops.get(i).map(|s| Stop::Stage(*s));
        }
        self.work_on(life, finding, from, career)
    }
}

/// Puts the whole row into the step that made the record.
fn whole(steps: &mut [Step], visit: &Visit) {
    let Some(first) = steps.first_mut() else { return };
    let mut events: Vec<Happened<VisitEvent>> = Vec::new();
    first.puts.retain_mut(|p| match p {
        Put::Visit { id, events: own } if *id == visit.id => {
            events.append(own);
            false
        }
        _ => true,
    });
    first.puts.push(Put::NewVisit { visit: Box::new(visit.clone()), events });
}
