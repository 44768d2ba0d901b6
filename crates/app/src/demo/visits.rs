//! Who goes where and when: the campaign month of May 2018, the weekly visits after it, and what is
//! planned from the demo's instant on. It only plans; [`super::lives`] lets the visits happen under
//! the law. Sites are handed out so that each is reached at least once and some again and again.

use super::chance::Chance;
use super::organisation::Company;
use super::places::Places;
use super::{FOUNDED, NOW, Size, day};
use std::collections::{HashMap, HashSet};
use yixian_domain::calendar::WorkingCalendar;
use yixian_domain::duty::IsoWeek;
use yixian_domain::ids::{PersonId, UnitId, VisitId};
use yixian_domain::org::{Level, UnitKind};
use yixian_domain::place::PlaceKind;
use yixian_domain::time::{Date, HOUR_MS, Instant, Time, Zone};
use yixian_domain::visit::{Companion, VisitType};

/// What becomes of a planned visit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Made,
    Cancelled,
    Planned,
    OnSite,
}

/// A visit to be.
#[derive(Clone)]
pub(super) struct Outing {
    pub id: VisitId,
    pub leader: PersonId,
    pub companions: Vec<Companion>,
    pub kind: VisitType,
    pub place: usize,
    pub planned: Instant,
    pub start: Instant,
    pub minutes: i64,
    pub announced: bool,
    pub fate: Fate,
    /// Recorded so much later than it happened.
    pub late_ms: i64,
    pub findings: usize,
    /// A second visit to the same place that was counted with this one: its id and leader.
    pub merged: Option<(VisitId, PersonId)>,
}

/// Everything that is planned.
pub(super) struct Plan {
    pub outings: Vec<Outing>,
    /// Who goes today, for the sign-in link.
    pub leader: PersonId,
    /// Where he goes.
    pub today: usize,
}

struct Planner<'a> {
    c: &'a mut Chance,
    company: &'a Company,
    places: &'a Places,
    calendar: &'a WorkingCalendar,
    zone: &'a Zone,
    size: &'a Size,
    /// Weeks in which somebody simply did not go.
    missed: HashSet<(PersonId, Date)>,
    out: Vec<Outing>,
}

/// Makes the plan.
pub(super) fn make(
    c: &mut Chance,
    company: &Company,
    places: &Places,
    calendar: &WorkingCalendar,
    zone: &Zone,
    size: &Size,
) -> Plan {
    let mut p = Planner { c, company, places, calendar, zone, size, missed: HashSet::new(), out: Vec::new() };
    p.misses();
    p.campaign();
    p.weekly();
    let (leader, today) = p.ahead();
    let mut outings = p.out;
    outings.sort_by_key(|o| (o.planned, o.id));
    Plan { outings, leader, today }
}

fn days(from: Date, to: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(from), |d| d.tomorrow().ok()).take_while(move |d| *d <= to)
}

impl Planner<'_> {
    fn level(&self, who: PersonId, on: Date) -> Level {
        self.company.member(who).map_or(Level::Staff, |m| match &m.before {
            Some((before, changed)) if on < *changed => before.level,
            _ => m.person.level,
        })
    }

    fn free(&self, who: PersonId, on: Date) -> bool {
        let owes = self.company.member(who).is_some_and(|m| match &m.before {
            Some((before, changed)) if on < *changed => before.duty,
            _ => m.person.duty,
        });
        owes && self.company.here(who, on)
            && !self.company.exempt(who, on)
            && !self.missed.contains(&(who, IsoWeek::of(on).monday()))
    }

    fn leaders(&self) -> Vec<PersonId> {
        self.company.leaders.iter().filter_map(|i| self.company.members.get(*i)).map(|m| m.person.id).collect()
    }

    fn misses(&mut self) {
        for who in self.leaders() {
            let share = match self.level(who, day(2018, 5, 1)) {
                Level::LeadershipTeam => 15,
                Level::StationHead => 90,
                _ => 40,
            };
            let mut week = IsoWeek::of(day(2018, 4, 30));
            while week.monday() < day(2018, 9, 24) {
                if self.c.permille(share) {
                    self.missed.insert((who, week.monday()));
                }
                week = week.next();
            }
        }
    }

    /// A point in local time on a day.
    fn at(&mut self, on: Date, from_hour: i8, to_hour: i8) -> Instant {
        let hour = self.c.between(i64::from(from_hour), i64::from(to_hour)) as i8;
        let time =
            Time::new(hour, self.c.between(0, 59) as i8, self.c.between(0, 59) as i8, 0).unwrap_or(Time::midnight());
        self.zone.at(on, time)
    }

    fn outing(&mut self, leader: PersonId, kind: VisitType, place: usize, on: Date, start: Instant) -> Outing {
        let mut before = on;
        for _ in 0..self.c.between(1, 4) {
            before = before.yesterday().unwrap_or(before);
        }
        let planned = self
            .at(before, 14, 17)
            .max(FOUNDED.plus_millis(26 * HOUR_MS))
            .min(start.plus_minutes(-30))
            .min(NOW.plus_minutes(-40));
        let id = VisitId(self.c.uuid(planned));
        Outing {
            id,
            leader,
            companions: Vec::new(),
            kind,
            place,
            planned,
            start,
            minutes: self.c.between(40, 170),
            announced: !self.c.percent(12),
            fate: Fate::Made,
            late_ms: 0,
            findings: self.c.weighted(&[55, 32, 11, 2]),
            merged: None,
        }
    }

    fn company_of(&self, who: PersonId) -> Option<UnitId> {
        let unit = self.company.member(who)?.person.unit;
        let c = self.company.company_of(unit);
        (self.company.unit(c)?.kind == UnitKind::DistrictCompany).then_some(c)
    }

    fn campaign(&mut self) {
        let (first, last) = (day(2018, 5, 1), day(2018, 5, 31));
        let leaders = self.leaders();
        let mut can: Vec<Vec<Date>> = Vec::new();
        for who in &leaders {
            let own = days(first, last)
                .filter(|d| (self.calendar.is_working(*d) || self.c.percent(18)) && self.free(*who, *d))
                .collect();
            can.push(own);
        }
        let shares = self.targets(&leaders, &can);
        let mut slots: Vec<(PersonId, Date)> = Vec::new();
        let mut served = 0;
        for ((who, own), n) in leaders.iter().zip(&mut can).zip(shares) {
            self.c.shuffle(own);
            let mut mine: Vec<Date> = own.iter().copied().cycle().take(if own.is_empty() { 0 } else { n }).collect();
            // The community day: one community each, out of the visits he makes anyway.
            if n > 0 && served < self.places.communities.len() && self.free(*who, COMMUNITY_DAY) {
                mine.pop();
                let place = self.places.communities[served];
                served += 1;
                let start = self.at(COMMUNITY_DAY, 8, 10);
                let mut o = self.outing(*who, VisitType::Community, place, COMMUNITY_DAY, start);
                o.findings = self.c.weighted(&[30, 50, 20]);
                o.announced = true;
                self.out.push(o);
            }
            slots.extend(mine.into_iter().map(|d| (*who, d)));
        }
        self.c.shuffle(&mut slots);
        let begun = self.out.len();
        self.hand_out(&slots);
        let made: Vec<usize> = (begun..self.out.len()).collect();
        self.colour(&made);
        self.extras(&leaders);
    }

    /// How many visits everybody leads; together exactly as many as the size says.
    fn targets(&mut self, leaders: &[PersonId], can: &[Vec<Date>]) -> Vec<usize> {
        let full = 3600;
        let mut n: Vec<usize> = leaders
            .iter()
            .zip(can)
            .map(|(who, own)| {
                let wanted = match self.level(*who, day(2018, 5, 31)) {
                    Level::LeadershipTeam => self.c.between(11, 19),
                    Level::DepartmentHead | Level::UnitHead if self.c.percent(93) => self.c.between(20, 27),
                    Level::DepartmentHead | Level::UnitHead => self.c.between(14, 19),
                    _ => self.c.between(14, 21),
                };
                (wanted as usize * self.size.activities).div_ceil(full).min(own.len() * 2)
            })
            .collect();
        let top: Vec<bool> =
            leaders.iter().map(|who| self.level(*who, day(2018, 5, 31)) == Level::LeadershipTeam).collect();
        let mut sum: usize = n.iter().sum();
        // The heads of stations and then everybody below the top make up the difference.
        for _ in 0..400 {
            for i in (0..n.len()).rev() {
                if sum > self.size.activities && !top[i] && n[i] > 1 {
                    n[i] -= 1;
                    sum -= 1;
                } else if sum < self.size.activities && !top[i] && n[i] < can[i].len() * 2 {
                    n[i] += 1;
                    sum += 1;
                }
            }
            if sum == self.size.activities {
                break;
            }
        }
        n
    }

    fn hand_out(&mut self, slots: &[(PersonId, Date)]) {
        let mut pools: HashMap<UnitId, Vec<usize>> = HashMap::new();
        let mut order = Vec::new();
        for i in &self.places.sites {
            let Some(c) = self.places.all.get(*i).and_then(|p| self.places.company(p)) else { continue };
            if !order.contains(&c) {
                order.push(c);
            }
            pools.entry(c).or_default().push(*i);
        }
        let mut visited: HashMap<UnitId, Vec<usize>> = HashMap::new();
        let mut everywhere: Vec<usize> = Vec::new();
        let new = self.places.sites.len();
        let again = new + self.size.activities * 8 / 100;
        let government = again + self.size.activities * 4 / 100;
        let customers = government + self.size.activities * 9 / 100;
        for (i, (who, on)) in slots.iter().enumerate() {
            let own = self.company_of(*who);
            let start = self.at(*on, 8, 16);
            let (kind, place) = if i < new {
                let from = own
                    .filter(|c| pools.get(c).is_some_and(|p| !p.is_empty()))
                    .or_else(|| order.iter().copied().max_by_key(|c| pools.get(c).map_or(0, Vec::len)));
                let Some((c, place)) = from.and_then(|c| pools.get_mut(&c).and_then(Vec::pop).map(|p| (c, p))) else {
                    continue;
                };
                visited.entry(c).or_default().push(place);
                everywhere.push(place);
                (VisitType::Site, place)
            } else if i < again {
                let near = own.and_then(|c| visited.get(&c));
                let Some(place) = near.and_then(|n| self.c.any(n)).or_else(|| self.c.any(&everywhere)).copied() else {
                    continue;
                };
                (VisitType::Site, place)
            } else {
                let (kind, of) = if i < government {
                    (VisitType::Government, PlaceKind::Government)
                } else if i < customers {
                    (VisitType::Customer, PlaceKind::Customer)
                } else {
                    let of = [
                        PlaceKind::Installation,
                        PlaceKind::Station,
                        PlaceKind::Village,
                        PlaceKind::Street,
                        PlaceKind::Community,
                    ];
                    let of = of[self.c.weighted(&[45, 20, 20, 10, 5])];
                    (if of == PlaceKind::Community { VisitType::Community } else { VisitType::Site }, of)
                };
                let Some(place) = self.place(of, own) else { continue };
                (kind, place)
            };
            let o = self.outing(*who, kind, place, *on, start);
            self.out.push(o);
        }
    }

    fn place(&mut self, of: PlaceKind, own: Option<UnitId>) -> Option<usize> {
        let near = own.map_or(&[][..], |c| self.places.near(of, c));
        let all = if near.is_empty() { self.places.of(of) } else { near };
        self.c.any(all).copied()
    }

    /// Night checks, visits over several days, late entries, second leaders.
    fn colour(&mut self, made: &[usize]) {
        let leaders = self.leaders();
        for i in made {
            let Some(mut o) = self.out.get(*i).cloned() else { continue };
            let on = self.zone.date_of(o.start);
            if o.kind == VisitType::Site && self.c.permille(28) {
                o.start = self.at(on, 22, 23);
                o.announced = self.c.percent(40);
            } else if self.c.permille(9) {
                o.minutes = self.c.between(1_500, 3_600);
            }
            if self.c.permille(16) {
                o.late_ms = self.c.between(26, 140) * HOUR_MS;
            }
            if self.c.percent(14)
                && let Some(second) = self.c.any(&leaders).copied()
                && second != o.leader
                && self.level(second, on) != Level::LeadershipTeam
                && self.free(second, on)
            {
                o.companions.push(Companion { person: second, duty: true });
            }
            if self.c.percent(25)
                && let Some(m) = self.c.any(&self.company.members)
                && !m.person.duty
            {
                o.companions.push(Companion { person: m.person.id, duty: false });
            }
            self.out[*i] = o;
        }
    }

    /// Called off, and counted with another.
    fn extras(&mut self, leaders: &[PersonId]) {
        let n = self.out.len();
        for _ in 0..n / 40 {
            let (Some(who), Some(o)) = (self.c.any(leaders).copied(), self.c.any(&self.out).cloned()) else { continue };
            let on = self.zone.date_of(o.start);
            if self.free(who, on) {
                let mut other = self.outing(who, o.kind, o.place, on, o.start);
                other.fate = Fate::Cancelled;
                self.out.push(other);
            }
        }
        let mut left = n / 80;
        for i in 0..n {
            let Some(o) = self.out.get(i) else { continue };
            let second = o.companions.iter().find(|c| c.duty).map(|c| c.person);
            if left > 0
                && let Some(second) = second
                && self.c.percent(30)
            {
                let id = VisitId(self.c.uuid(self.out[i].planned));
                self.out[i].merged = Some((id, second));
                left -= 1;
            }
        }
    }

    /// One visit a week for everybody, mostly in small parties.
    fn weekly(&mut self) {
        let mut week = IsoWeek::of(self.size.first(day(2018, 6, 4)));
        while week.monday() <= day(2018, 9, 24) {
            let worked: Vec<Date> =
                week.days().filter(|d| self.calendar.is_working(*d) && *d < day(2018, 9, 30)).collect();
            let mut going: Vec<PersonId> =
                self.leaders().into_iter().filter(|who| worked.iter().any(|d| self.free(*who, *d))).collect();
            self.c.shuffle(&mut going);
            let mut going = going.into_iter();
            while let Some(leader) = going.next() {
                let size = self.c.weighted(&[20, 40, 40]);
                let party: Vec<PersonId> = going.by_ref().take(size).collect();
                if !self.c.permille(self.size.weekly_permille) {
                    continue;
                }
                let open: Vec<Date> = worked
                    .iter()
                    .copied()
                    .filter(|d| self.free(leader, *d) && party.iter().all(|p| self.free(*p, *d)))
                    .collect();
                let Some(on) = self.c.any(&open).copied() else { continue };
                let begun = self.out.len();
                self.later(leader, on);
                for i in begun..self.out.len() {
                    self.out[i].companions = party.iter().map(|p| Companion { person: *p, duty: true }).collect();
                    if self.c.percent(3) {
                        self.out[i].late_ms = self.c.between(25, 60) * HOUR_MS;
                        self.out[i].late_ms =
                            self.out[i].late_ms.min(NOW.since(self.out[i].start) - 12 * HOUR_MS).max(0);
                    }
                }
            }
            week = week.next();
        }
    }

    fn later(&mut self, leader: PersonId, on: Date) {
        let of = [
            PlaceKind::ConstructionSite,
            PlaceKind::Government,
            PlaceKind::Customer,
            PlaceKind::Installation,
            PlaceKind::Station,
            PlaceKind::Community,
        ];
        let of = of[self.c.weighted(&[60, 6, 14, 12, 4, 4])];
        let own = self.company_of(leader);
        let place = if of == PlaceKind::ConstructionSite {
            self.c.any(&self.places.sites).copied()
        } else {
            self.place(of, own)
        };
        let kind = match of {
            PlaceKind::Government => VisitType::Government,
            PlaceKind::Customer => VisitType::Customer,
            PlaceKind::Community => VisitType::Community,
            _ => VisitType::Site,
        };
        let Some(place) = place else { return };
        let night = kind == VisitType::Site && self.c.permille(30);
        let start = if night { self.at(on, 22, 23) } else { self.at(on, 8, 16) };
        let mut o = self.outing(leader, kind, place, on, start);
        o.fate = match self.c.between(1, 100) {
            1..=3 => Fate::Cancelled,
            _ => Fate::Made,
        };
        self.out.push(o);
    }

    /// Today and after; gives who signs in as leader and where he goes today.
    fn ahead(&mut self) -> (PersonId, usize) {
        let today = day(2018, 9, 30);
        let cy = self.company.unit_by_code("CY");
        let leaders = self.leaders();
        let demo = leaders
            .iter()
            .copied()
            .find(|who| {
                self.company.member(*who).is_some_and(|m| m.person.unit == cy && m.person.level == Level::UnitHead)
                    && self.free(*who, today)
            })
            .unwrap_or(self.company.administrator);
        let near = self
            .places
            .near(PlaceKind::ConstructionSite, cy)
            .iter()
            .copied()
            .find(|i| self.places.all.get(*i).is_some_and(|p| p.unit == Some(cy)));
        let place = near.or_else(|| self.places.sites.first().copied()).unwrap_or_default();
        let ten = self.zone.at(today, Time::constant(10, 0, 0, 0));
        let mut o = self.outing(demo, VisitType::Site, place, today, ten);
        (o.fate, o.announced) = (Fate::Planned, true);
        self.out.push(o);
        let plan = |this: &mut Self, on: Date, n: usize| {
            for who in this.c.some(&leaders, n) {
                if who == demo || !this.free(who, on) {
                    continue;
                }
                let begun = this.out.len();
                this.later(who, on);
                for i in begun..this.out.len() {
                    this.out[i].fate = Fate::Planned;
                    this.out[i].start = this.out[i].start.max(NOW.plus_minutes(30));
                }
            }
        };
        plan(self, today, 16);
        for d in 1..=4 {
            plan(self, day(2018, 10, d), 2);
        }
        for d in 8..=12 {
            plan(self, day(2018, 10, d), 11);
        }
        // Nobody but who goes may know of this one.
        let on = day(2018, 10, 9);
        let night = self.at(on, 22, 23);
        if let Some(site) = self.places.near(PlaceKind::ConstructionSite, cy).get(1).copied() {
            let mut secret = self.outing(demo, VisitType::Site, site, on, night);
            (secret.fate, secret.announced) = (Fate::Planned, false);
            self.out.push(secret);
        }
        // Somebody is on site right now.
        if let Some(who) =
            leaders.iter().copied().find(|w| *w != demo && self.free(*w, today) && self.company_of(*w).is_some())
            && let Some(site) = self.places.sites.get(7).copied()
        {
            let early = self.zone.at(today, Time::constant(8, 12, 0, 0));
            let mut o = self.outing(who, VisitType::Site, site, today, early);
            (o.fate, o.findings) = (Fate::OnSite, 1);
            self.out.push(o);
        }
        (demo, place)
    }
}

/// The Saturday on which the company went into the communities.
const COMMUNITY_DAY: Date = Date::constant(2018, 5, 26);
