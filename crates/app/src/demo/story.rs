//! The story from its first to its last command: the register, then visits and matters by the
//! instant of their first record, among them the open cases that make today's pages alive.

use super::careers::Career;
use super::chance::Chance;
use super::improvements::Improvement;
use super::lives::{Life, Put, Step, Stop, World};
use super::names::Names;
use super::outing::{Fate, Outing};
use super::places::{DISTRICTS, by_customers};
use super::topics::{self, Finding, Topic};
use super::writing::Writer;
use super::{
    DemoAccount, DemoKey, DemoRole, FOUNDED, Making, NOW, RAISED, Size, community, day, faulty, measures, organisation,
    outages, partners, pictures, places, promises, visits, works,
};
use crate::App;
use crate::frame::error::AppError;
use crate::frame::policy::Policies;
use std::collections::{HashMap, HashSet};
use yixian_domain::duty::Month;
use yixian_domain::ids::*;
use yixian_domain::matter::{MatterKind, Origin, StageName};
use yixian_domain::org::{Role, UnitKind};
use yixian_domain::place::PlaceKind;
use yixian_domain::time::{Date, HOUR_MS, Instant, Time};

const DAY_MS: i64 = 24 * HOUR_MS;

/// A case that begins at an instant.
enum Case {
    /// A visit with what was found on it.
    Outing(Box<Outing>),
    /// A connection.
    Connection(Box<super::connections::Wanted>),
    /// An improvement proposed by a hall.
    Improvement(Improvement),
    /// Raised by a citizen, a customer or a colleague; some with others that are merged into it.
    Raised {
        finding: Finding,
        origin: Origin,
        place: usize,
        unit: UnitId,
        english: bool,
        career: Career,
        followers: usize,
    },
}

/// One open case that somebody should find this morning.
struct Open {
    stop: Stop,
    age_days: i64,
    due: Option<Date>,
    n: usize,
    outside: bool,
    followers: usize,
}

const fn open(stop: Stop, age_days: i64, due: Option<Date>, n: usize) -> Open {
    Open { stop, age_days, due, n, outside: false, followers: 0 }
}
const fn stage(name: StageName) -> Stop {
    Stop::Stage(name)
}

fn open_cases() -> Vec<Open> {
    use StageName as S;
    let on = |m, d| Some(day(2018, m, d));
    vec![
        Open { outside: true, ..open(stage(S::Raised), 1, None, 4) },
        Open { outside: true, ..open(stage(S::Raised), 0, None, 2) },
        open(stage(S::Assigned), 2, None, 3),
        open(stage(S::InHand), 8, on(9, 30), 2),
        open(stage(S::InHand), 6, on(10, 1), 2),
        open(stage(S::InHand), 5, on(10, 8), 2),
        open(stage(S::InHand), 16, on(9, 20), 1),
        open(stage(S::InHand), 13, on(9, 26), 2),
        Open { followers: 2, ..open(stage(S::InHand), 6, on(10, 12), 1) },
        open(stage(S::Submitted), 9, on(9, 27), 3),
        open(stage(S::Returned), 10, on(9, 27), 2),
        open(stage(S::Verified), 10, on(9, 27), 2),
        open(Stop::AsksExtension, 8, on(9, 30), 2),
        open(Stop::AsksPause, 8, on(10, 9), 1),
        open(Stop::Paused, 9, on(10, 9), 1),
        Open { outside: true, ..open(stage(S::Refused), 3, None, 1) },
        Open { outside: true, ..open(stage(S::Answered), 9, on(9, 26), 5) },
        Open { outside: true, ..open(stage(S::Reopened), 15, on(9, 22), 2) },
    ]
}

/// Tells everything, skipping what is written already; gives whom to sign in as.
pub(super) async fn tell(
    app: &App,
    seed: u64,
    size: &Size,
    begun: usize,
    says: &mut (dyn FnMut(Making) + Send),
) -> Result<Vec<DemoAccount>, AppError> {
    let policies = app.policies();
    let mut chance = Chance::new(seed);
    let mut named = Names::default();
    let company = organisation::make(&mut chance, &mut named, size.part.as_ref());
    let register = places::make(&mut chance, &mut named, &company, size);
    let mut plan = visits::make(&mut chance, &company, &register, &policies.calendar, &policies.zone, size);
    says(Making::Register { people: company.members.len(), places: register.all.len() });
    let drawn = pictures::make(pictures::takes(size)).await?;
    let mut w = World {
        app,
        policies: &policies,
        company: &company,
        places: &register,
        size,
        pictures: &drawn,
        taken: HashSet::new(),
        chance,
        beside: Chance::new(seed ^ promises::STREAM),
        asked: HashMap::new(),
    };
    let mut writer = Writer::new(app, seed, size, begun);
    for step in w.register(FOUNDED) {
        writer.push(step);
    }
    if size.part.is_none() {
        let (known, told) = partners::make(&company, FOUNDED.plus_minutes(150), &policies.zone)?;
        let visited = led_by(&company, "CP", &plan.outings, &register, &policies);
        let (works, sections) = works::make((&policies, &company), &register, &known, &visited, seed, size)?;
        let teams = w.teams(&works, seed)?;
        let measures = measures::make(&policies, &company, &sections, seed)?;
        let conference = w.conference(&known, seed)?;
        let documents = w.documents(seed)?;
        for step in told.into_iter().chain(works).chain(measures).chain(conference).chain(documents).chain(teams) {
            writer.push(step);
        }
        for step in w.praised(&plan.outings, &known, seed)? {
            writer.push(step);
        }
        let outages = outages::make(&company, seed, size, &policies.zone)?;
        for step in w.indicators(seed)?.into_iter().chain(w.first_quarter(seed)?).chain(outages) {
            writer.push(step);
        }
        for step in w.community_day(&plan.outings, &sections, seed)? {
            writer.push(step);
        }
        let communities = community::partners_in(&register, "西城区");
        for step in w.household_service(&communities, seed)? {
            writer.push(step);
        }
        let (bodies, step) = partners::of_places(&company, &register, FOUNDED.plus_minutes(151));
        writer.push(step);
        for step in w.beside(|w| w.promises(&mut plan.outings, &bodies))? {
            writer.push(step);
        }
    }
    let leader = plan.leader;
    let mut cases: Vec<(Instant, Case)> =
        plan.outings.into_iter().map(|o| (o.planned, Case::Outing(Box::new(o)))).collect();
    w.raised_cases(size, &mut cases);
    w.open_cases(size, plan.today, &mut cases);
    cases.extend(w.connections(size).into_iter().map(|(at, c)| (at, Case::Connection(Box::new(c)))));
    cases.extend(w.improvements(size).into_iter().map(|(at, i)| (at, Case::Improvement(i))));
    cases.sort_by_key(|(at, _)| *at);
    let cy = company.unit_by_code("CY");
    let (mut raiser, mut customer) = (None, None);
    let (of, mut month) = (cases.len(), None);
    for (done, (at, case)) in cases.into_iter().enumerate() {
        let here = Month::of(policies.zone.date_of(at));
        if month.replace(here) != Some(here) {
            says(Making::Month { month: here, percent: done * 100 / of });
        }
        writer.up_to(at).await?;
        for step in w.tell(at, case, cy, &mut raiser, &mut customer)? {
            writer.push(step);
        }
    }
    let named = |id: Option<PersonId>, role| {
        let m = id.and_then(|id| company.member(id)).ok_or_else(|| faulty(&"nobody to sign in as"))?;
        Ok::<_, AppError>(DemoAccount { role, name: m.person.name.clone(), key: DemoKey::Person(m.person.id) })
    };
    let first = |role| company.nearest(role, cy).first().copied();
    let (matter, contact, name) = raiser.ok_or_else(|| faulty(&"no raiser waits for his verdict"))?;
    let waiting = customer.map(|(matter, contact, name)| DemoAccount {
        role: DemoRole::Customer,
        name,
        key: DemoKey::Raiser(matter, contact),
    });
    let [chairman, head] = company.heads("MKT");
    let mut accounts = vec![
        named(chairman, DemoRole::Chairman)?,
        named(head, DemoRole::DepartmentHead)?,
        named(Some(leader), DemoRole::Leader)?,
        named(first(Role::Coordinator), DemoRole::Coordinator)?,
        named(first(Role::Handler), DemoRole::Handler)?,
        named(first(Role::Verifier), DemoRole::Verifier)?,
        DemoAccount { role: DemoRole::Raiser, name, key: DemoKey::Raiser(matter, contact) },
        named(Some(company.administrator), DemoRole::Administrator)?,
    ];
    accounts.extend(waiting);
    if size.part.is_none() {
        let team = company.unit_by_code(organisation::SERVICE_TEAM);
        accounts.push(named(company.nearest(Role::Handler, team).first().copied(), DemoRole::ServiceTeam)?);
    }
    says(Making::Figures);
    writer.finish(accounts.clone()).await?;
    Ok(accounts)
}

/// How often people of a company lead a visit to a place from May to August.
fn led_by(
    company: &organisation::Company,
    code: &str,
    outings: &[Outing],
    places: &places::Places,
    policies: &Policies,
) -> HashMap<PlaceId, usize> {
    let own = company.unit_by_code(code);
    let mut out = HashMap::new();
    for o in outings.iter().filter(|o| o.fate == Fate::Made) {
        let led = company.member(o.leader).is_some_and(|m| company.company_of(m.person.unit) == own);
        let on = policies.zone.date_of(o.start);
        let within = (day(2018, 5, 1)..=day(2018, 8, 31)).contains(&on);
        if let Some(place) = places.all.get(o.place).filter(|_| led && within) {
            *out.entry(place.id).or_insert(0) += 1;
        }
    }
    out
}

impl World<'_> {
    /// Units, people, exemptions, places, and what changed of them later; set up at an instant.
    pub fn register(&mut self, founded: Instant) -> Vec<Step> {
        let by = By::Person(self.company.administrator);
        let zone = &self.policies.zone;
        // Nothing changes before it is there.
        let first = founded.plus_minutes(60);
        let mut out = Vec::new();
        let units: Vec<Put> = self.company.units.iter().map(|u| Put::Unit(Box::new(u.clone()))).collect();
        let people: Vec<Put> = self
            .company
            .members
            .iter()
            .map(|m| {
                let person = m.before.as_ref().map_or_else(|| m.person.clone(), |b| b.0.clone());
                Put::Person { person: Box::new(person), roles: m.roles.clone(), new: true }
            })
            .collect();
        out.push(self.step(founded, By::Rule, units));
        out.push(self.step(founded.plus_minutes(4), By::Rule, people));
        for (i, some) in self.places.all.chunks(250).enumerate() {
            let puts = some.iter().map(|p| Put::Place { place: Box::new(p.clone()), new: true }).collect();
            out.push(self.step(founded.plus_minutes(10 + i as i64), by.clone(), puts));
        }
        for m in &self.company.members {
            if let Some((_, on)) = &m.before {
                let at = zone.at(*on, Time::constant(8, 30, 0, 0)).max(first);
                let put = Put::Person { person: Box::new(m.person.clone()), roles: m.roles.clone(), new: false };
                out.push(self.step(at, by.clone(), vec![put]));
            }
        }
        for e in &self.company.exemptions {
            let at = zone.at(e.from, Time::constant(9, 0, 0, 0)).plus_millis(-3 * DAY_MS).max(first);
            let id = self.chance.uuid(at);
            out.push(self.step(
                at,
                by.clone(),
                vec![Put::Exempt { id, person: e.person, from: e.from, to: e.to, reason: e.reason }],
            ));
        }
        // Some sites got another name in the middle of the month; they stay the same sites.
        let month = self.size.first(day(2018, 5, 1)).month();
        for (i, site) in self.places.sites.iter().step_by(self.places.sites.len() / 3 + 1).enumerate() {
            let Some(p) = self.places.all.get(*site) else { continue };
            let mut renamed = p.clone();
            renamed.name = format!("{}（更名）", p.name.replace("工程", "项目"));
            let at = zone.at(day(2018, month, 15 + i as i8), Time::constant(10, 20, 0, 0)).max(first);
            out.push(self.step(at, by.clone(), vec![Put::Place { place: Box::new(renamed), new: false }]));
        }
        out
    }

    /// Something that may be found at a place, by nobody in particular.
    pub fn finding(&mut self, of: &'static [Topic], place: usize) -> Option<Finding> {
        let ground = self.places.ground(place);
        Finding::among(&mut self.chance, of, None, |t| t.fits(ground, None))
    }

    /// A place for something a citizen or a colleague raises, and the unit that answers for it.
    pub fn somewhere(&mut self, near: Option<UnitId>, of: &[PlaceKind]) -> Option<(usize, UnitId)> {
        let kind = self.chance.any(of).copied()?;
        // Most is raised where most customers are.
        let near = near.unwrap_or_else(|| {
            let district = by_customers(&mut self.chance, self.size);
            self.company.unit_by_code(DISTRICTS[district].company)
        });
        // Where there are no villages, there are communities.
        let all = [kind, PlaceKind::Community].map(|k| self.places.near(k, near)).into_iter().find(|a| !a.is_empty());
        let all = all.unwrap_or_else(|| self.places.of(kind));
        let place = self.chance.any(all).copied()?;
        let unit = self.places.all.get(place)?.unit?;
        Some((place, unit))
    }

    /// What came by hotline, counter, web and from colleagues, from April on.
    fn raised_cases(&mut self, size: &Size, cases: &mut Vec<(Instant, Case)>) {
        let begin = size.part.map_or(RAISED, |p| self.policies.zone.at(p.first, Time::constant(9, 0, 0, 0)));
        let span = NOW.since(begin) - HOUR_MS;
        for i in 0..size.raised {
            let at = begin
                .plus_millis(span * i as i64 / size.raised as i64 + self.chance.between(0, 3 * HOUR_MS))
                .min(NOW.plus_minutes(-40));
            let origins = [Origin::Hotline95598, Origin::Hotline12345, Origin::Counter, Origin::Web, Origin::Staff];
            let origin = origins[self.chance.weighted(&[34, 25, 13, 12, 16])];
            let english = matches!(origin, Origin::Web | Origin::Counter) && self.chance.percent(28);
            let (topics, of): (&'static [Topic], &[PlaceKind]) = if origin == Origin::Staff {
                (topics::ON_SITE, &[PlaceKind::ConstructionSite, PlaceKind::Installation, PlaceKind::Station])
            } else if english {
                (topics::IN_ENGLISH, &[PlaceKind::Customer, PlaceKind::Community])
            } else {
                (
                    topics::RAISED,
                    &[
                        PlaceKind::Community,
                        PlaceKind::Community,
                        PlaceKind::Customer,
                        PlaceKind::Village,
                        PlaceKind::Street,
                    ],
                )
            };
            let Some((place, unit)) = self.somewhere(None, of) else { continue };
            let Some(finding) = self.finding(topics, place) else { continue };
            let topic = finding.topic;
            let outage = topic.kind == MatterKind::Enquiry && topic.category == "outage";
            let followers = if outage && self.chance.percent(25) { self.chance.between(1, 3) as usize } else { 0 };
            let career = self.career();
            cases.push((at, Case::Raised { finding, origin, place, unit, english, career, followers }));
        }
    }

    /// Cases that lie at every stage this morning: all of them where the accounts work, some elsewhere.
    fn open_cases(&mut self, size: &Size, today: usize, cases: &mut Vec<(Instant, Case)>) {
        let cy = self.company.unit_by_code("CY");
        let companies: Vec<UnitId> =
            self.company.units.iter().filter(|u| u.kind == UnitKind::DistrictCompany).map(|u| u.id).collect();
        let elsewhere = if size.raised < 500 { 4 } else { 26 };
        for company in companies {
            for o in open_cases() {
                for _ in 0..o.n {
                    if company == cy || self.chance.percent(elsewhere) {
                        self.open_case(&o, company, None, cases);
                    }
                }
            }
        }
        for (stop, age, due) in [
            (StageName::InHand, 12, None),
            (StageName::InHand, 14, Some(day(2018, 9, 28))),
            (StageName::Assigned, 3, Some(day(2018, 10, 9))),
        ] {
            self.open_case(&open(stage(stop), age, due, 1), cy, Some(today), cases);
        }
    }

    fn open_case(&mut self, o: &Open, company: UnitId, at_place: Option<usize>, cases: &mut Vec<(Instant, Case)>) {
        let english = o.outside && self.chance.percent(18);
        let topics: &'static [Topic] = if english {
            topics::IN_ENGLISH
        } else if o.outside {
            topics::RAISED
        } else {
            topics::ON_SITE
        };
        let found = match at_place {
            Some(p) => Some((p, company)),
            None if english => self.somewhere(Some(company), &[PlaceKind::Community, PlaceKind::Customer]),
            None if o.outside => {
                self.somewhere(Some(company), &[PlaceKind::Community, PlaceKind::Customer, PlaceKind::Street])
            }
            None => self.somewhere(Some(company), &[PlaceKind::ConstructionSite, PlaceKind::Installation]),
        };
        let Some((place, _)) = found else { return };
        let Some(finding) = self.finding(topics, place) else { return };

        let begin = if o.age_days == 0 {
            NOW.plus_minutes(-self.chance.between(25, 70))
        } else {
            NOW.plus_millis(-o.age_days * DAY_MS + self.chance.between(-3, 9) * HOUR_MS)
        };
        let at = begin.min(NOW.plus_minutes(-20));
        let on_time = o.due.is_none_or(|d| d >= day(2018, 9, 27));
        let handler = self.company.nearest(Role::Handler, company).first().copied();
        let late = o.due.is_some_and(|d| d < day(2018, 9, 24)) && o.stop == stage(StageName::InHand);
        let career = Career { stop: Some(o.stop), due: o.due, unit: Some(company), handler, on_time: on_time || !late };
        let origin = if o.outside {
            [Origin::Hotline12345, Origin::Hotline95598, Origin::Web][self.chance.below(3)]
        } else {
            Origin::Staff
        };
        let followers = o.followers;
        cases.push((at, Case::Raised { finding, origin, place, unit: company, english, career, followers }));
    }

    fn tell(
        &mut self,
        at: Instant,
        case: Case,
        cy: UnitId,
        raiser: &mut Option<(MatterId, ContactId, String)>,
        customer: &mut Option<(MatterId, ContactId, String)>,
    ) -> Result<Vec<Step>, AppError> {
        match case {
            Case::Outing(o) => self.go(&o),
            Case::Improvement(i) => self.improve(&i, at),
            Case::Connection(c) => self.connect(at, &c, customer),
            Case::Raised { finding, origin, place, unit, english, career, followers } => {
                let mut life = self.raised(&finding, origin, Some(place), unit, at, english, &career)?;
                let mut steps = Vec::new();
                for _ in 0..followers {
                    let later = at.plus_minutes(self.chance.between(5, 90)).min(NOW.plus_minutes(-5));
                    steps.extend(self.follower(&finding, origin, Some(place), unit, later, &life)?);
                }
                if life.matter.kind == MatterKind::Enquiry {
                    self.asked.insert(unit, life.matter.id);
                }
                let mut own = self.end(&mut life)?;
                // The first impression is in the language of the company.
                if unit == cy && raiser.is_none() && !english {
                    *raiser = waits(&life, &own);
                }
                own.extend(steps);
                Ok(own)
            }
        }
    }
}

/// The raiser who waits: outside, answered, silent so far.
fn waits(life: &Life, steps: &[Step]) -> Option<(MatterId, ContactId, String)> {
    let By::Raiser(contact) = life.matter.raised.by else { return None };
    let answered = life.matter.stage.name() == StageName::Answered && life.matter.attempts.is_empty();
    // The link should work for some days of the demo's clock before silence closes the matter.
    let fresh = life.matter.answered_at.is_some_and(|at| NOW.since(at) < 4 * DAY_MS);
    let name = steps.iter().flat_map(|s| &s.puts).find_map(|p| match p {
        Put::Contact { id, name, .. } if *id == contact => Some(name.clone()),
        _ => None,
    })?;
    (answered && fresh).then_some((life.matter.id, contact, name))
}
