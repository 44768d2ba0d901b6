//! Who goes where and when: the campaign month of May 2018, the weekly visits after it, and what is
//! planned from the demo's instant on. It only plans; [`super::lives`] lets the visits happen under
//! the law. Sites are handed out so that each is reached at least once and some again and again; a
//! [`Diary`] says who has time, so that a place and a day that do not fit somebody go to another day
//! or to somebody else. How long a way takes it does not know.

use super::chance::Chance;
use super::diary::{Diary, Stay};
use super::ground::Ground;
use super::organisation::Company;
use super::outing::{Fate, Outing};
use super::places::Places;
use super::quotas::Hands;
use super::{FOUNDED, NOW, Size, day};
use std::collections::{HashMap, HashSet};
use yixian_domain::calendar::WorkingCalendar;
use yixian_domain::duty::IsoWeek;
use yixian_domain::ids::{PersonId, UnitId, VisitId};
use yixian_domain::org::{Level, UnitKind};
use yixian_domain::place::PlaceKind;
use yixian_domain::time::{Date, HOUR_MS, Instant, MINUTE_MS, Time, Zone};
use yixian_domain::visit::{Companion, VisitType};

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
    diary: Diary,
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
    let (missed, diary) = (HashSet::new(), Diary::default());
    let mut p = Planner { c, company, places, calendar, zone, size, missed, diary, out: Vec::new() };
    p.misses();
    p.campaign();
    p.quotas();
    let today = p.today();
    p.weekly();
    p.ahead(today.0);
    let mut outings = p.out;
    outings.sort_by_key(|o| (o.planned, o.id));
    Plan { outings, leader: today.0, today: today.1 }
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
                Level::StationHead => 68,
                _ => 42,
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

    fn outing(&mut self, leader: PersonId, kind: VisitType, place: usize, stay: &Stay) -> Outing {
        let mut before = self.zone.date_of(stay.from);
        for _ in 0..self.c.between(1, 4) {
            before = before.yesterday().unwrap_or(before);
        }
        let planned = self
            .at(before, 14, 17)
            .max(FOUNDED.plus_millis(26 * HOUR_MS))
            .min(stay.from.plus_minutes(-30))
            .min(NOW.plus_minutes(-40));
        let id = VisitId(self.c.uuid(planned));
        Outing {
            id,
            leader,
            companions: Vec::new(),
            kind,
            place,
            planned,
            start: stay.from,
            minutes: stay.to.since(stay.from) / MINUTE_MS,
            night: stay.night,
            // Who comes at night mostly comes unannounced.
            announced: if stay.night { self.c.percent(40) } else { !self.c.percent(12) },
            fate: Fate::Made,
            late_ms: 0,
            findings: self.c.weighted(&[55, 32, 11, 2]),
            partner: None,
            demand: false,
            merged: None,
        }
    }

    /// A time on a day at which all of them can be at a place: at night, or in the morning or afternoon, as early after
    /// what they do before as the way allows.
    fn when(&mut self, who: &[PersonId], on: Date, place: usize, night: bool) -> Option<Stay> {
        let point = self.places.all.get(place).and_then(|p| p.point);
        let minutes = if night { self.c.between(120, 165) } else { self.c.between(120, 195) };
        let mut starts = if night {
            // Both sides of midnight: the night before a day belongs to that day.
            let (late, early) = (self.at(on, 22, 23), self.at(on, 0, 1));
            if self.c.percent(55) { vec![late, early] } else { vec![early, late] }
        } else {
            let (morning, afternoon) = (self.at(on, 8, 9), self.at(on, 13, 15));
            if self.c.percent(60) { vec![morning, afternoon] } else { vec![afternoon, morning] }
        };
        if !night {
            let lunch = self.at(on, 13, 13);
            let ways = [20, 60, 110].map(|m| m + self.c.between(0, 30));
            for before in who.iter().flat_map(|p| self.diary.around(*p, lunch)) {
                starts.extend(ways.map(|way| before.to.plus_minutes(way).max(lunch)));
            }
        }
        // Nobody begins a visit so late that it ends in the night, and what is planned for today lies ahead.
        let latest = self.zone.at(on, Time::constant(17, 0, 0, 0));
        let begun = (self.zone.date_of(NOW) == on).then(|| NOW.plus_minutes(30));
        starts.into_iter().find_map(|from| {
            let fits = (night || from <= latest) && self.zone.date_of(from) == on && begun.is_none_or(|b| b <= from);
            let stay = Stay { from, to: from.plus_minutes(minutes), point, night };
            (fits && self.diary.free(who, &stay)).then_some(stay)
        })
    }

    /// A visit on the first of these days on which everybody can.
    fn arrange(
        &mut self,
        who: &[PersonId],
        kind: VisitType,
        place: usize,
        days: &[Date],
        night: bool,
    ) -> Option<Outing> {
        let leader = who.first().copied()?;
        for on in days {
            if let Some(stay) = self.when(who, *on, place, night) {
                self.diary.keep(who, stay);
                let mut o = self.outing(leader, kind, place, &stay);
                o.companions = who.iter().skip(1).map(|p| Companion { person: *p, duty: true }).collect();
                return Some(o);
            }
        }
        None
    }

    /// Whether a visit to a place is made at night: mostly to roads, where the lines go underground when traffic rests.
    fn at_night(&mut self, place: usize) -> bool {
        match self.places.ground(place) {
            Ground::Undergrounding => self.c.percent(55),
            ground if ground.is_site() => self.c.permille(8),
            _ => false,
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
                if let Some(mut o) = self.arrange(&[*who], VisitType::Community, place, &[COMMUNITY_DAY], false) {
                    o.findings = self.c.weighted(&[30, 50, 20]);
                    o.announced = true;
                    self.out.push(o);
                }
            }
            slots.extend(mine.into_iter().map(|d| (*who, d)));
        }
        self.c.shuffle(&mut slots);
        let begun = self.out.len();
        let days: HashMap<PersonId, Vec<Date>> = leaders.iter().copied().zip(can).collect();
        self.hand_out(&slots, &days);
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
                (wanted as usize * self.size.activities).div_ceil(full).min(own.len() * 3 / 2)
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
                } else if sum < self.size.activities && !top[i] && n[i] < can[i].len() * 3 / 2 {
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

    fn hand_out(&mut self, slots: &[(PersonId, Date)], days: &HashMap<PersonId, Vec<Date>>) {
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
            let mut on = vec![*on];
            let mut others = days.get(who).cloned().unwrap_or_default();
            self.c.shuffle(&mut others);
            on.extend(others);
            let night = self.at_night(place);
            let made =
                self.arrange(&[*who], kind, place, &on, night).or_else(|| self.by_another(kind, place, days, night));
            self.out.extend(made);
        }
    }

    /// A visit by whoever has time for it, when the one it was meant for has none: the number of visits is the size's.
    fn by_another(
        &mut self,
        kind: VisitType,
        place: usize,
        days: &HashMap<PersonId, Vec<Date>>,
        night: bool,
    ) -> Option<Outing> {
        let below: Vec<PersonId> =
            self.leaders().into_iter().filter(|w| self.level(*w, day(2018, 5, 31)) != Level::LeadershipTeam).collect();
        for _ in 0..below.len() {
            let who = self.c.any(&below).copied()?;
            let own = days.get(&who).cloned().unwrap_or_default();
            if let Some(made) = self.arrange(&[who], kind, place, &own, night) {
                return Some(made);
            }
        }
        None
    }

    fn place(&mut self, of: PlaceKind, own: Option<UnitId>) -> Option<usize> {
        let near = own.map_or(&[][..], |c| self.places.near(of, c));
        let all = if near.is_empty() { self.places.of(of) } else { near };
        self.c.any(all).copied()
    }

    /// Late entries, second leaders, colleagues who come along.
    fn colour(&mut self, made: &[usize]) {
        let leaders = self.leaders();
        for i in made {
            let Some(mut o) = self.out.get(*i).cloned() else { continue };
            let on = self.zone.date_of(o.start);
            if self.c.permille(16) {
                o.late_ms = self.c.between(26, 140) * HOUR_MS;
            }
            let point = self.places.all.get(o.place).and_then(|p| p.point);
            let stay = Stay { from: o.start, to: o.start.plus_minutes(o.minutes), point, night: o.night };
            if self.c.percent(14)
                && let Some(second) = self.c.any(&leaders).copied()
                && second != o.leader
                && self.level(second, on) != Level::LeadershipTeam
                && self.free(second, on)
                && self.diary.free(&[second], &stay)
            {
                self.diary.keep(&[second], stay);
                o.companions.push(Companion { person: second, duty: true });
            }
            if self.c.percent(25) {
                let unit = self.company.member(o.leader).map(|m| m.person.unit);
                let colleagues: Vec<PersonId> = self
                    .company
                    .members
                    .iter()
                    .filter(|m| Some(m.person.unit) == unit && !m.person.duty && m.before.is_none())
                    .map(|m| m.person.id)
                    .collect();
                if let Some(with) = self.c.any(&colleagues).copied()
                    && self.diary.free(&[with], &stay)
                {
                    self.diary.keep(&[with], stay);
                    o.companions.push(Companion { person: with, duty: false });
                }
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
                // What is called off takes nobody's time.
                let stay = Stay { from: o.start, to: o.start.plus_minutes(o.minutes), point: None, night: o.night };
                let mut other = self.outing(who, o.kind, o.place, &stay);
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

    /// The quotas of the campaign month as the story has them; a company of one district has none.
    fn quotas(&mut self) {
        if self.size.part.is_some() || self.size.activities < Size::FULL.activities {
            return;
        }
        let (mut out, mut diary) = (std::mem::take(&mut self.out), std::mem::take(&mut self.diary));
        let stay = |o: &Outing| Stay {
            from: o.start,
            to: o.start.plus_minutes(o.minutes),
            point: self.places.all.get(o.place).and_then(|p| p.point),
            night: o.night,
        };
        // Places of programmes are counted by who goes there, and so is the community day.
        let anybodys = |o: &Outing| {
            o.kind == VisitType::Site
                && matches!(
                    self.places.ground(o.place),
                    Ground::Substation
                        | Ground::SwitchRoom
                        | Ground::Overhead
                        | Ground::Hall
                        | Ground::Depot
                        | Ground::Estate
                        | Ground::Duct
                        | Ground::Line
                        | Ground::Charging
                        | Ground::Village
                        | Ground::Street
                )
        };
        let hands = Hands {
            zone: self.zone,
            level: &|who, on| self.level(who, on),
            last: day(2018, 5, 31),
            free: &|who, on| self.free(who, on),
            anybodys: &anybodys,
            stay: &stay,
        };
        hands.settle(&self.leaders(), &mut out, &mut diary);
        (self.out, self.diary) = (out, diary);
    }

    /// One visit a week for everybody, mostly in small parties of one company.
    fn weekly(&mut self) {
        let mut week = IsoWeek::of(self.size.first(day(2018, 6, 4)));
        while week.monday() <= day(2018, 9, 24) {
            let worked: Vec<Date> =
                week.days().filter(|d| self.calendar.is_working(*d) && *d < day(2018, 9, 30)).collect();
            let mut going: Vec<PersonId> =
                self.leaders().into_iter().filter(|who| worked.iter().any(|d| self.free(*who, *d))).collect();
            self.c.shuffle(&mut going);
            let company: HashMap<PersonId, Option<UnitId>> =
                going.iter().map(|who| (*who, self.company_of(*who))).collect();
            going.sort_by_key(|who| company.get(who).copied());
            let mut going = going.into_iter();
            while let Some(first) = going.next() {
                let size = self.c.weighted(&[20, 40, 40]);
                let mut party: Vec<PersonId> = std::iter::once(first).chain(going.by_ref().take(size)).collect();
                // Whoever stands highest leads.
                party.sort_by_key(|who| self.level(*who, week.monday()));
                if !self.c.permille(self.size.weekly_permille) {
                    continue;
                }
                let mut open: Vec<Date> =
                    worked.iter().copied().filter(|d| party.iter().all(|p| self.free(*p, *d))).collect();
                self.c.shuffle(&mut open);
                let together = self.later(&party, &open);
                // Who finds no day together goes alone.
                let mut made: Vec<Outing> = together.into_iter().collect();
                if made.is_empty() {
                    for who in &party {
                        let mut own: Vec<Date> = worked.iter().copied().filter(|d| self.free(*who, *d)).collect();
                        self.c.shuffle(&mut own);
                        made.extend(self.later(&[*who], &own));
                    }
                }
                // What is called off is made up for.
                if made.iter().any(|o| o.fate == Fate::Cancelled) {
                    made.extend(self.later(&party, &open));
                }
                for mut o in made {
                    if o.fate == Fate::Made && self.c.percent(3) {
                        let late = self.c.between(25, 60) * HOUR_MS;
                        o.late_ms = late.min(NOW.since(o.start) - 12 * HOUR_MS).max(0);
                    }
                    self.out.push(o);
                }
            }
            week = week.next();
        }
    }

    /// A visit of a party on one of some days.
    fn later(&mut self, party: &[PersonId], days: &[Date]) -> Option<Outing> {
        let of = [
            PlaceKind::ConstructionSite,
            PlaceKind::Government,
            PlaceKind::Customer,
            PlaceKind::Installation,
            PlaceKind::Station,
            PlaceKind::Community,
        ];
        let of = of[self.c.weighted(&[60, 6, 14, 12, 4, 4])];
        let own = party.first().and_then(|who| self.company_of(*who));
        // Who belongs to a district stays in it; a few look at how the neighbours build.
        let place = if of == PlaceKind::ConstructionSite && (own.is_none() || self.c.percent(12)) {
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
        let place = place?;
        let night = self.at_night(place);
        let mut o = self
            .arrange(party, kind, place, days, night)
            .or_else(|| if night { self.arrange(party, kind, place, days, false) } else { None })?;
        if self.c.percent(2) {
            o.fate = Fate::Cancelled;
        }
        Some(o)
    }

    /// Who signs in as leader, where he goes this morning, and who is on site right now.
    fn today(&mut self) -> (PersonId, usize) {
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
        self.fixed(demo, place, ten, 150, false, (Fate::Planned, true));
        // Nobody but who goes may know of this one.
        let night = self.at(day(2018, 10, 9), 22, 23);
        if let Some(site) = self.places.near(PlaceKind::ConstructionSite, cy).get(1).copied() {
            self.fixed(demo, site, night, 140, true, (Fate::Planned, false));
        }
        // Somebody is on site right now.
        if let Some(who) =
            leaders.iter().copied().find(|w| *w != demo && self.free(*w, today) && self.company_of(*w).is_some())
            && let Some(site) = self.places.sites.get(7).copied()
        {
            let early = self.zone.at(today, Time::constant(8, 12, 0, 0));
            let findings = self.fixed(who, site, early, 160, false, (Fate::OnSite, true));
            findings.findings = 1;
        }
        (demo, place)
    }

    /// A visit at an instant, whatever else there is.
    fn fixed(
        &mut self,
        who: PersonId,
        place: usize,
        from: Instant,
        minutes: i64,
        night: bool,
        (fate, announced): (Fate, bool),
    ) -> &mut Outing {
        let point = self.places.all.get(place).and_then(|p| p.point);
        let stay = Stay { from, to: from.plus_minutes(minutes), point, night };
        self.diary.keep(&[who], stay);
        let mut o = self.outing(who, VisitType::Site, place, &stay);
        (o.fate, o.announced) = (fate, announced);
        let at = self.out.len();
        self.out.push(o);
        &mut self.out[at]
    }

    /// What is planned for today and the days after.
    fn ahead(&mut self, demo: PersonId) {
        let today = day(2018, 9, 30);
        let mut on: Vec<(Date, usize)> = vec![(today, 16)];
        on.extend((1..=4).map(|d| (day(2018, 10, d), 2)));
        on.extend((8..=12).map(|d| (day(2018, 10, d), 11)));
        let leaders = self.leaders();
        for (on, n) in on {
            for who in self.c.some(&leaders, n) {
                if who != demo
                    && self.free(who, on)
                    && let Some(mut o) = self.later(&[who], &[on])
                {
                    o.fate = Fate::Planned;
                    self.out.push(o);
                }
            }
        }
    }
}

/// The Saturday on which the company went into the communities.
const COMMUNITY_DAY: Date = Date::constant(2018, 5, 26);
