//! The demo's works: eighty roads whose lines go below the ground and last year's to compare with, villages that give up coal,
//! the sub-centre's towers, the new airport. It plans shapes; every number is counted by the product. It has a stream of chance
//! of its own, so that the rest of the story stays as it is.

use super::chance::{Chance, key};
use super::ground::Ground;
use super::lives::{Put, Step};
use super::names::Names;
use super::organisation::Company;
use super::partners::Partners;
use super::places::Places;
use super::{FOUNDED, NOW, Size, day, faulty};
use crate::frame::error::AppError;
use crate::frame::policy::Policies;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;
use yixian_domain::ids::*;
use yixian_domain::org::{Level, Role};
use yixian_domain::place::{Place, Point};
use yixian_domain::programme::event::Draft;
use yixian_domain::programme::law::{Evidence, SectionMoved};
use yixian_domain::programme::milestone::{Baseline, Milestone};
use yixian_domain::programme::*;
use yixian_domain::refusal::Refusal;
use yixian_domain::time::{Date, Instant, Time};

/// Route metres of all roads of the programme.
const METRES: u32 = 84_000;
/// Visits that people of 昌平 lead to places of programmes from May to August.
const VISITS: usize = 23;

/// A milestone of a section as the demo tells it.
struct Told {
    code: &'static str,
    baseline: Option<Date>,
    actual: Option<Date>,
    forecast: Option<Date>,
}

const fn told(code: &'static str, baseline: Option<Date>, actual: Option<Date>) -> Told {
    Told { code, baseline, actual, forecast: None }
}

/// A section as the demo tells it.
struct Plan<'a> {
    code: String,
    name: String,
    place: Option<&'a Place>,
    district: String,
    batch: u8,
    terrain: Terrain,
    contractor: usize,
    metres: Option<u32>,
    households: Option<u32>,
    serves: Option<Serves>,
    towers: Vec<Date>,
    milestones: Vec<Told>,
}

struct Teller<'a> {
    policies: &'a Policies,
    company: &'a Company,
    partners: &'a Partners,
    /// How often people of 昌平 go to a place from May to August.
    visited: &'a HashMap<PlaceId, usize>,
    chance: Chance,
    steps: Vec<Step>,
    sections: Vec<Section>,
}

/// Something that happens to a section.
enum Act {
    Report(&'static str, Date),
    Confirm(&'static str),
    Tower(Date),
    Forecast(&'static str, Date),
}

impl Act {
    fn milestone(&self) -> Option<&'static str> {
        match self {
            Act::Report(code, _) | Act::Confirm(code) | Act::Forecast(code, _) => Some(code),
            Act::Tower(_) => None,
        }
    }
}

/// Something that was said of a programme.
struct Said<'a> {
    code: &'static str,
    name: &'static str,
    name_en: &'static str,
    year: i16,
    kind: ProgrammeKind,
    owner: &'a str,
    key_project: bool,
    compare_with: Option<Uuid>,
    taken_over: bool,
}

impl Teller<'_> {
    fn at(&self, on: Date, hour: i8) -> Instant {
        self.policies.zone.at(on, Time::constant(hour, 0, 0, 0)).max(FOUNDED.plus_minutes(180))
    }

    fn step(&mut self, at: Instant, by: By, put: Put) {
        let command = CommandId(self.chance.uuid(at));
        self.steps.push(Step { recorded: at, command, by, puts: vec![put] });
    }

    /// Who manages for a unit, and who approves what he drafted.
    fn hands(&self, owner: UnitId) -> (PersonId, PersonId) {
        let of = |level| self.company.members.iter().find(|m| m.person.unit == owner && m.person.level == level);
        let manager = of(Level::UnitHead).or_else(|| of(Level::DepartmentHead)).or_else(|| of(Level::LeadershipTeam));
        let manager = manager.map_or(self.company.administrator, |m| m.person.id);
        let others = self.company.nearest(Role::Coordinator, owner);
        (manager, others.iter().copied().find(|p| *p != manager).unwrap_or(self.company.administrator))
    }

    fn programme(&mut self, s: &Said<'_>) -> Result<(Programme, PersonId), AppError> {
        let at = FOUNDED.plus_minutes(170);
        let owner = self.company.unit_by_code(s.owner);
        let (manager, other) = self.hands(owner);
        let details = ProgrammeDetails {
            name: s.name.to_owned(),
            name_en: Some(s.name_en.to_owned()),
            year: s.year,
            kind: s.kind,
            owner,
            manager,
            key_project: s.key_project,
            compare_with: s.compare_with,
            from: day(s.year, 1, 2),
            taken_over: s.taken_over,
        };
        let by = By::Person(other);
        let made = Programme::register(key(s.code, at), at, &by, s.code.to_owned(), details);
        let (programme, event) = made.ok_or_else(|| faulty(&s.code))?;
        let put = Put::Programme { programme: Box::new(programme.clone()), event: Box::new(event), new: true };
        self.step(at, by, put);
        Ok((programme, other))
    }

    fn move_on(
        &mut self,
        s: &mut Section,
        at: Instant,
        by: &By,
        how: impl FnOnce(Section) -> Result<SectionMoved, Refusal>,
    ) -> Result<(), AppError> {
        if at > NOW.plus_minutes(-30) {
            return Ok(());
        }
        let before = s.clone();
        let (now, event) = how(before.clone()).map_err(|e| faulty(&format!("{}: {e}", before.code)))?;
        *s = now;
        let put = Put::Section { section: Box::new(s.clone()), before: Some(Box::new(before)), event: Box::new(event) };
        self.step(at, by.clone(), put);
        Ok(())
    }

    /// A section from its draft to this morning: drafted by the manager, approved by another; what the contractor reports in the
    /// afternoon the manager confirms the next morning.
    fn section(&mut self, p: &Programme, other: PersonId, plan: Plan<'_>) -> Result<(), AppError> {
        let manager = By::Person(p.details.manager);
        let drafted = FOUNDED.plus_minutes(175);
        let kinds = self.policies.milestones.of(p.details.kind);
        let find = |code: &str| plan.milestones.iter().find(|t| t.code == code);
        let milestones = kinds.iter().map(|k| {
            let planned = find(&k.code).and_then(|t| t.baseline);
            let baselines = planned.map(|day| Baseline { day, at: drafted, reason: None }).into_iter().collect();
            Milestone { baselines, ..Milestone::new(&k.code) }
        });
        let contractor = self.partners.contractors.get(plan.contractor % self.partners.contractors.len().max(1));
        let supervisor = self.partners.supervisors.get(plan.contractor % self.partners.supervisors.len().max(1));
        let id = key(&plan.code, drafted);
        let length =
            |metres| Length { metres, kind: LengthKind::Route, from: p.details.from, surveyed_by: "测绘院".into() };
        let towers = Item { kind: ItemKind::Tower, planned: plan.towers.len() as u32, done: Vec::new() };
        let draft = Draft {
            code: plan.code.clone(),
            programme: p.id,
            road: id,
            details: SectionDetails {
                name: plan.name,
                name_en: None,
                place: plan.place.map(|p| p.id),
                district: plan.district,
                batch: plan.batch,
                terrain: plan.terrain,
                contractor: contractor.map(|c| c.id),
                supervisor: supervisor.map(|c| c.id),
                households: plan.households,
                capacity_kw: plan.households.map(|h| h * 9),
                serves: plan.serves,
            },
            lengths: plan.metres.map(length).into_iter().collect(),
            items: if plan.towers.is_empty() { Vec::new() } else { vec![towers] },
            milestones: milestones.collect(),
            approved: false,
        };
        let (mut s, event) =
            Section::draft(id, drafted, &manager, draft).map_err(|e| faulty(&format!("{}: {e}", plan.code)))?;
        let put = Put::Section { section: Box::new(s.clone()), before: None, event: Box::new(event) };
        self.step(drafted, manager.clone(), put);
        let approver = By::Person(other);
        self.move_on(&mut s, FOUNDED.plus_minutes(178), &approver, |s| {
            s.approve(FOUNDED.plus_minutes(178), &approver)
        })?;
        let permit = Permit {
            kind: PermitKind::RoadWorks,
            authority: self.partners.governments.first().map(|g| g.id),
            applied: Some(p.details.from),
            granted: Some(p.details.from),
            valid_to: Some(day(p.details.year, 12, 31)),
        };
        let at = FOUNDED.plus_minutes(179);
        self.move_on(&mut s, at, &manager, |s| s.put_permit(at, &manager, permit))?;
        let reporter = contractor.map_or(approver.clone(), |c| By::Partner(c.id));
        let point = plan.place.and_then(|p| p.point).or(Some(Point { lat: 39_900_000, lon: 116_400_000 }));
        // What happens to a section happens one after the other, whatever it is.
        let mut acts: Vec<(Instant, Act)> = Vec::new();
        for t in &plan.milestones {
            if let Some(on) = t.actual {
                let (afternoon, morning) = (self.at(on, 16), self.at(on.tomorrow().unwrap_or(on), 9));
                acts.push((afternoon, Act::Report(t.code, on)));
                acts.push((morning, Act::Confirm(t.code)));
            }
            if let (true, Some(day)) = (t.actual.is_none_or(|a| a > self.policies.zone.date_of(NOW)), t.forecast) {
                acts.push((NOW.plus_minutes(-3 * 24 * 60), Act::Forecast(t.code, day)));
            }
        }
        acts.extend(plan.towers.iter().map(|on| (self.at(*on, 17), Act::Tower(*on))));
        let place = |act: &Act| kinds.iter().position(|k| act.milestone() == Some(&k.code));
        acts.sort_by_key(|(at, act)| (*at, place(act)));
        let mut last = at;
        for (at, act) in acts {
            let at = at.max(last.plus_minutes(1));
            let today = self.policies.zone.date_of(at);
            match act {
                Act::Report(code, on) => {
                    let shown = Evidence { point, ..Evidence::default() };
                    let year = p.details.year;
                    self.move_on(&mut s, at, &reporter, |s| {
                        s.report(at, &reporter, code, on, (today, year), shown, None)
                    })?;
                }
                Act::Confirm(code) if s.milestone(code).is_some_and(|m| m.actual.is_some()) => {
                    self.move_on(&mut s, at, &manager, |s| s.judge(at, &manager, code, None))?;
                }
                Act::Confirm(_) => continue,
                Act::Tower(on) => {
                    self.move_on(&mut s, at, &reporter, |s| s.count_items(at, &reporter, ItemKind::Tower, on, 1))?;
                }
                Act::Forecast(code, day) => {
                    self.move_on(&mut s, at, &manager, |s| s.forecast(at, &manager, code, day))?;
                }
            }
            last = at;
        }
        self.sections.push(s);
        Ok(())
    }

    /// The programme's roads: started from the end of March to the middle of May, energized batch by batch.
    fn undergrounding(&mut self, places: &Places, compare: Uuid) -> Result<(), AppError> {
        let (p, other) = self.programme(&Said {
            code: "UG-2018",
            name: "2018 年核心区架空线入地",
            name_en: "Undergrounding of the core districts 2018",
            year: 2018,
            kind: ProgrammeKind::Undergrounding,
            owner: "CQ",
            key_project: false,
            compare_with: Some(compare),
            taken_over: false,
        })?;
        let roads: Vec<&Place> = places
            .all
            .iter()
            .enumerate()
            .filter(|(i, p)| {
                places.ground(*i) == Ground::Undergrounding && matches!(p.district.as_str(), "东城区" | "西城区")
            })
            .map(|(_, p)| p)
            .collect();
        let n = roads.len();
        let part = |of: usize| of * n / 80;
        let (first, early) = (part(23), part(61));
        let whole = METRES * n as u32 / 80;
        let mut left = whole;
        for (i, place) in roads.iter().enumerate() {
            let rest = (n - i - 1) as u32;
            let metres = if rest == 0 {
                left
            } else {
                let fair = i64::from(left) / i64::from(rest + 1);
                let (least, most) =
                    (i64::from(left) - i64::from(rest) * 2_500, i64::from(left) - i64::from(rest) * 450);
                let drawn = fair + self.chance.between(-400, 400);
                drawn.clamp(least.max(400), most.min(2_600)) as u32
            };
            left -= metres;
            let batch = if i < first { 1 } else { 2 };
            let start = if i < first {
                day(2018, 3, 27) + jiff::Span::new().days(i as i64 % 7)
            } else if i < early {
                day(2018, 4, 4) + jiff::Span::new().days((i - first) as i64 * 34 / (early - first).max(1) as i64)
            } else if i + 1 == n {
                day(2018, 5, 15)
            } else {
                day(2018, 5, 11) + jiff::Span::new().days((i - early) as i64 % 5)
            };
            let after = |days: i64| start + jiff::Span::new().days(days);
            let (baseline, energized) = if batch == 1 {
                let on = if i == 0 {
                    day(2018, 5, 30)
                } else {
                    day(2018, 6, 4) + jiff::Span::new().days(i as i64 * 55 / first.max(1) as i64)
                };
                (day(2018, 7, 31), on)
            } else {
                (
                    day(2018, 11, 10),
                    day(2018, 9, 3) + jiff::Span::new().days((i - first) as i64 * 80 / (n - first).max(1) as i64),
                )
            };
            let planned = if batch == 1 { day(2018, 3, 31) } else { day(2018, 5, 31) };
            let between =
                |share: i64| start + jiff::Span::new().days(i64::from((energized - start).get_days()) * share / 100);
            let plan =
                |share: i64| planned + jiff::Span::new().days(i64::from((baseline - planned).get_days()) * share / 100);
            let milestones = vec![
                told("survey", Some(day(2018, 2, 28)), Some(day(2018, 2, 10 + (i % 18) as i8))),
                told("permit", Some(day(2018, 3, 20)), Some(day(2018, 3, 1 + (i % 20) as i8))),
                told("start", Some(planned), Some(start)),
                told("duct", Some(plan(45)), Some(between(45))),
                told("cable", Some(plan(75)), Some(between(72))),
                told("substation", Some(plan(90)), Some(between(88))),
                Told { forecast: Some(energized), ..told("energize", Some(baseline), Some(energized)) },
                told(
                    "cutover",
                    Some(baseline + jiff::Span::new().days(20)),
                    (batch == 1).then(|| energized + jiff::Span::new().days(18)),
                ),
                told("wire_removal", Some(day(2018, 12, 10)), (batch == 1 && i % 3 == 0).then(|| after(150))),
                told("pole_removal", Some(day(2018, 12, 31)), None),
                told("handover", Some(day(2019, 1, 31)), None),
            ];
            let name = place.name.replace("架空线入地工程", "").replace("架空线入地", "");
            let plan = Plan {
                code: format!("UG-2018-{:03}", i + 1),
                name: if i == 0 { "五老胡同".into() } else { name },
                place: Some(place),
                district: place.district.clone(),
                batch,
                terrain: Terrain::Plain,
                contractor: i % 14,
                metres: Some(metres),
                households: None,
                serves: None,
                towers: Vec::new(),
                milestones,
            };
            self.section(&p, other, plan)?;
        }
        Ok(())
    }

    /// Last year's roads, as they were taken over: the last one was started on 15 September.
    fn last_year(&mut self, names: &mut Names) -> Result<Uuid, AppError> {
        let (p, other) = self.programme(&Said {
            code: "UG-2017",
            name: "2017 年核心区架空线入地",
            name_en: "Undergrounding of the core districts 2017",
            year: 2017,
            kind: ProgrammeKind::Undergrounding,
            owner: "CQ",
            key_project: false,
            compare_with: None,
            taken_over: true,
        })?;
        for i in 0..64_usize {
            let start =
                if i == 63 { day(2017, 9, 15) } else { day(2017, 4, 10) + jiff::Span::new().days(i as i64 * 157 / 63) };
            let energized = (start + jiff::Span::new().days(85 + i as i64 % 30)).min(day(2017, 12, 20));
            let metres = 500 + self.chance.between(0, 1_200) as u32;
            let plan = Plan {
                code: format!("UG-2017-{:03}", i + 1),
                name: names.street(&mut self.chance),
                place: None,
                district: if i % 2 == 0 { "西城区" } else { "东城区" }.into(),
                batch: 1 + (i / 32) as u8,
                terrain: Terrain::Plain,
                contractor: i % 14,
                metres: Some(metres),
                households: None,
                serves: None,
                towers: Vec::new(),
                milestones: vec![
                    told("start", Some(day(2017, 9, 30)), Some(start)),
                    told("energize", Some(day(2017, 12, 31)), Some(energized)),
                    told("handover", Some(day(2018, 3, 31)), Some(day(2018, 1, 20))),
                ],
            };
            self.section(&p, other, plan)?;
        }
        Ok(p.id)
    }

    /// The sub-centre's line with its forty-two towers; the last one went on 23 May.
    fn sub_centre(&mut self) -> Result<(), AppError> {
        let (p, other) = self.programme(&Said {
            code: "SUBC-2018",
            name: "城市副中心配套电网（铁塔拆除）",
            name_en: "Supporting grid of the sub-centre (towers removed)",
            year: 2018,
            kind: ProgrammeKind::SupportingGrid,
            owner: "TZ",
            key_project: true,
            compare_with: None,
            taken_over: false,
        })?;
        let towers = (0..42).map(|i| day(2018, 3, 28) + jiff::Span::new().days(i64::from(i) * 56 / 41)).collect();
        let plan = Plan {
            code: "SUBC-2018-001".into(),
            name: "行政办公区高压线迁改（示范基线）".into(),
            place: None,
            district: "通州区".into(),
            batch: 1,
            terrain: Terrain::Plain,
            contractor: 0,
            metres: Some(11_400),
            households: None,
            serves: Some(Serves { name: "行政办公区一期".into(), day: day(2018, 6, 30) }),
            towers,
            milestones: vec![
                told("survey", Some(day(2018, 3, 1)), Some(day(2018, 2, 20))),
                told("permit", Some(day(2018, 3, 20)), Some(day(2018, 3, 12))),
                told("start", Some(day(2018, 3, 31)), Some(day(2018, 3, 27))),
                told("energize", Some(day(2018, 5, 31)), Some(day(2018, 5, 10))),
                told("tower_removal", Some(day(2018, 6, 30)), Some(day(2018, 5, 23))),
                told("handover", Some(day(2018, 7, 31)), Some(day(2018, 7, 6))),
            ],
        };
        self.section(&p, other, plan)
    }

    /// Villages that give up coal: most of them energized by the end of September, four districts whole.
    fn villages(&mut self, places: &Places, names: &mut Names, n: usize) -> Result<(), AppError> {
        /// Districts, how many villages each has of 285, and whether it is done.
        const OF: [(&str, usize, bool); 8] = [
            ("昌平区", 46, true),
            ("房山区", 48, false),
            ("大兴区", 44, true),
            ("门头沟区", 22, true),
            ("怀柔区", 30, true),
            ("平谷区", 34, false),
            ("密云区", 35, false),
            ("延庆区", 26, false),
        ];
        /// Days from the start to energizing of mountain villages: with the measure that carries poles in pieces, and without.
        const WITH: [i64; 12] = [33, 29, 35, 33, 31, 36, 33, 30, 34, 33, 32, 37];
        const WITHOUT: [i64; 11] = [41, 38, 44, 40, 42, 41, 39, 45, 41, 37, 46];
        const MOUNTAIN: [(&str, usize); 7] =
            [("昌平区", 9), ("怀柔区", 2), ("密云区", 1), ("房山区", 3), ("门头沟区", 3), ("延庆区", 3), ("平谷区", 2)];
        let (p, other) = self.programme(&Said {
            code: "COAL-2018",
            name: "2018 年煤改电",
            name_en: "Coal to electricity 2018",
            year: 2018,
            kind: ProgrammeKind::CoalToElectricity,
            owner: "MKT",
            key_project: false,
            compare_with: None,
            taken_over: false,
        })?;
        let whole = 124_900 * n as u32 / 285;
        let of_works = self.sections.iter().filter_map(|s| s.details.place).filter_map(|p| self.visited.get(&p));
        let mut to_go = VISITS.saturating_sub(of_works.sum());
        let mut at_place: BTreeMap<&str, Vec<&Place>> = BTreeMap::new();
        let went = |p: &Place| self.visited.get(&p.id).copied().unwrap_or(0);
        let works = |i: usize| places.ground(i) == Ground::CoalVillage;
        // Where the works are no place of their own, they are the village itself, or the line that is renewed for it.
        for of_works in [true, false] {
            for (i, place) in places.all.iter().enumerate().filter(|(i, _)| works(*i) == of_works) {
                let visited = went(place);
                let own = place.district == "昌平区" && visited <= to_go;
                let for_it = matches!(places.ground(i), Ground::Village | Ground::Line) && visited > 0 && own;
                if of_works && (visited == 0 || own) || for_it {
                    to_go -= visited;
                    at_place.entry(place.district.as_str()).or_default().push(place);
                }
            }
        }
        // Where somebody went is taken first.
        for of in at_place.values_mut() {
            of.sort_by_key(|p| went(p));
        }
        let (mut i, mut left) = (0_usize, whole);
        let (mut with, mut without) = (WITH.iter(), WITHOUT.iter());
        for (district, count, done) in OF {
            let count = (count * n).div_ceil(285).max(1);
            let mountain = MOUNTAIN.iter().find(|m| m.0 == district).map_or(0, |m| m.1);
            for k in 0..count {
                if i >= n {
                    break;
                }
                let rest = (n - i - 1) as u32;
                let fair = left / (rest + 1);
                let households =
                    if rest == 0 { left } else { (fair + (k as u32 * 37) % 120).saturating_sub(60).max(30) };
                left -= households;
                let is_mountain = k < mountain;
                let takes = if !is_mountain {
                    24 + (i as i64 * 7) % 19
                } else if matches!(district, "昌平区" | "怀柔区" | "密云区") {
                    with.next().copied().unwrap_or(33)
                } else {
                    without.next().copied().unwrap_or(41)
                };
                // Mountain villages come early, so that all of them are compared.
                let start = if is_mountain {
                    day(2018, 5, 16) + jiff::Span::new().days(3 * k as i64)
                } else {
                    day(2018, 4, 20) + jiff::Span::new().days((k as i64 * 11) % 110)
                };
                let late = !done && !is_mountain && k % 3 == 0;
                let start = if late { day(2018, 9, 1) + jiff::Span::new().days(k as i64 % 20) } else { start };
                let energized = start + jiff::Span::new().days(takes);
                let energized = if late { energized + jiff::Span::new().days(14) } else { energized };
                let place = at_place.get_mut(district).and_then(Vec::pop);
                let name = place.map_or_else(|| names.village(&mut self.chance), |p| p.name.clone());
                let plan = Plan {
                    code: format!("COAL-2018-{:03}", i + 1),
                    name: name.replace("煤改电工程", "").replace("煤改电", ""),
                    place,
                    district: district.into(),
                    batch: 1,
                    terrain: if is_mountain { Terrain::Mountain } else { Terrain::Plain },
                    contractor: i % 14,
                    metres: None,
                    households: Some(households),
                    serves: None,
                    towers: Vec::new(),
                    milestones: vec![
                        told("survey", Some(day(2018, 4, 15)), Some(day(2018, 3, 27 + (i % 5) as i8))),
                        told("start", Some(day(2018, 9, 30)), Some(start)),
                        told("lines", Some(day(2018, 10, 31)), Some(start + jiff::Span::new().days(takes * 2 / 3))),
                        Told {
                            forecast: Some(energized),
                            ..told("energize", Some(day(2018, 11, 15)), Some(energized))
                        },
                        told("handover", Some(day(2018, 12, 31)), None),
                    ],
                };
                self.section(&p, other, plan)?;
                i += 1;
            }
        }
        Ok(())
    }

    /// The new airport's five projects; two of them are expected later than planned.
    fn airport(&mut self) -> Result<(), AppError> {
        let (p, other) = self.programme(&Said {
            code: "AIRPORT-2018",
            name: "新机场配套电网",
            name_en: "Supporting grid of the new airport",
            year: 2018,
            kind: ProgrammeKind::SupportingGrid,
            owner: "DX",
            key_project: true,
            compare_with: None,
            taken_over: false,
        })?;
        let projects =
            ["航站楼 110 千伏变电站", "飞行区 10 千伏配网", "航空食品区开闭站", "高速公路迁改", "货运区电缆"];
        for (i, name) in projects.into_iter().enumerate() {
            let slow = i >= 3;
            let finish = day(2018, 10, 20) + jiff::Span::new().days(7 * i as i64);
            let start = day(2018, 4, 2) + jiff::Span::new().days(9 * i as i64);
            let plan = Plan {
                code: format!("AIRPORT-2018-{:03}", i + 1),
                name: name.into(),
                place: None,
                district: "大兴区".into(),
                batch: 1,
                terrain: Terrain::Plain,
                contractor: 2 * i,
                metres: None,
                households: None,
                serves: Some(Serves { name: "新机场航站区".into(), day: day(2018, 12, 20) }),
                towers: Vec::new(),
                milestones: vec![
                    told("survey", Some(day(2018, 3, 20)), Some(day(2018, 3, 10))),
                    told("permit", Some(day(2018, 3, 31)), Some(day(2018, 3, 28))),
                    told("start", Some(start + jiff::Span::new().days(5)), Some(start)),
                    Told {
                        forecast: slow.then(|| finish + jiff::Span::new().days(12)),
                        ..told("energize", Some(finish), None)
                    },
                    told("tower_removal", Some(day(2018, 12, 31)), None),
                    told("handover", Some(day(2019, 1, 31)), None),
                ],
            };
            self.section(&p, other, plan)?;
        }
        Ok(())
    }
}

/// All works, as steps in no particular order, and the sections as they end up.
pub(super) fn make(
    (policies, company): (&Policies, &Company),
    places: &Places,
    partners: &Partners,
    visited: &HashMap<PlaceId, usize>,
    seed: u64,
    size: &Size,
) -> Result<(Vec<Step>, Vec<Section>), AppError> {
    let chance = Chance::new(seed ^ 0x0057_6f72_6b73);
    let (steps, sections) = (Vec::new(), Vec::new());
    let mut t = Teller { policies, company, partners, visited, chance, steps, sections };
    let mut names = Names::default();
    let last_year = t.last_year(&mut names)?;
    t.undergrounding(places, last_year)?;
    t.sub_centre()?;
    t.villages(places, &mut names, (285 * size.sites).div_ceil(Size::FULL.sites))?;
    t.airport()?;
    Ok((t.steps, t.sections))
}
