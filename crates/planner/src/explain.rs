//! Why a visit is planned, and why another is not: data with numbers, for the doors to word. It reads a request and a plan and
//! does not know how the plan was found.
//!
//! A planned visit is worth what the plan would lose without it. A left-out visit is put into every shift at every position; when it fits
//! somewhere, the best such place and its price is the reason; when it fits only in another's stead, that other one is; when it fits nowhere,
//! the first thing that bars every shift is.

use crate::model::*;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// Why a planned visit is there.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Planned {
    /// The visit.
    pub task: u32,
    /// Its shift.
    pub shift: u32,
    /// What the priority is made of.
    pub parts: Vec<Part>,
    /// What the plan would lose without it, feature by feature.
    pub marginal: Value,
    /// Ticks of road it causes.
    pub road: Ticks,
}

/// Why a visit is left out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LeftOut {
    /// The visit.
    pub task: u32,
    /// Why.
    pub reason: Reason,
}

/// What bars a visit, or what it would cost.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
pub enum Reason {
    /// Ruled out altogether.
    RuledOut {
        /// The prohibition.
        forbid: u32,
    },
    /// Nobody has the rank and the specialty.
    NobodyMay {
        /// The lowest rank that may go.
        rank: u8,
        /// The specialty needed.
        skill: Option<u8>,
        /// How many leaders have the rank.
        of_rank: u32,
        /// How many leaders have the specialty.
        of_skill: u32,
    },
    /// Those who may go have no shift on its days, by pins and prohibitions too.
    NobodyFree {
        /// Who may go.
        leaders: Vec<u32>,
    },
    /// Even alone in its shift nobody reaches it in its window and is back in time.
    OutOfReach {
        /// The shift that comes nearest.
        shift: u32,
        /// By so many ticks it is too late.
        late: Ticks,
    },
    /// There is room; it is not worth the road.
    NotWorthIt {
        /// The best shift.
        shift: u32,
        /// After so many visits.
        position: u32,
        /// Ticks of road it adds.
        road: Ticks,
        /// What the plan would gain, feature by feature; the total is not positive.
        gain: Value,
    },
    /// There is room; its leader has what is owed, and what goes beyond has to be worth more than this is.
    Enough {
        /// The best shift.
        shift: u32,
        /// After so many visits.
        position: u32,
        /// Ticks of road it adds.
        road: Ticks,
        /// What the plan would gain, feature by feature; the total is not positive.
        gain: Value,
    },
    /// There is room and it would pay, but for a cap.
    Capped {
        /// Which cap.
        cap: Cap,
        /// The best shift, but for it.
        shift: u32,
        /// Ticks of road it would add.
        road: Ticks,
    },
    /// There is room and it would pay: the search has not found it.
    Overlooked {
        /// The shift.
        shift: u32,
        /// After so many visits.
        position: u32,
        /// Ticks of road it adds.
        road: Ticks,
        /// What the plan would gain, feature by feature.
        gain: Value,
    },
    /// It would take the place of one other visit.
    Displaces {
        /// The shift.
        shift: u32,
        /// The other visit.
        other: u32,
        /// Ticks of shift it takes: the visit and the road it adds.
        costs: Ticks,
        /// What the plan would gain, feature by feature, the other one's loss included.
        gain: Value,
    },
    /// No shift that may take it has room, not even in one other's stead.
    Full {
        /// How many shifts may take it.
        shifts: u32,
        /// Ticks it takes at least: the visit, and the road when it is alone.
        costs: Ticks,
    },
}

/// Explains every planned visit, by shift and order.
pub fn planned(request: &Request, plan: &Plan) -> Vec<Planned> {
    let desk = Desk::new(request, plan);
    let mut all = Vec::new();
    for route in &plan.routes {
        let tasks: Vec<u32> = route.stops.iter().map(|s| s.task).collect();
        for (i, stop) in route.stops.iter().enumerate() {
            let without: Vec<u32> = tasks.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, t)| *t).collect();
            let road = desk.road(route.shift, &tasks) - desk.road(route.shift, &without);
            all.push(Planned {
                task: stop.task,
                shift: route.shift,
                parts: request.tasks[stop.task as usize].priority.clone(),
                marginal: desk.loss(stop.task, route.shift, stop.begins, road),
                road,
            });
        }
    }
    all
}

/// Explains every task the plan leaves out, ascending.
pub fn left_out(request: &Request, plan: &Plan) -> Vec<LeftOut> {
    let desk = Desk::new(request, plan);
    (0..request.tasks.len() as u32)
        .filter(|t| !desk.planned.contains_key(t))
        .map(|task| LeftOut { task, reason: desk.reason(task) })
        .collect()
}

/// A visit that would enter if there were one more shift.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entry {
    /// The visit.
    pub task: u32,
    /// What the plan would gain by it, after those before it in the list.
    pub gain: Value,
    /// Ticks of road it adds.
    pub road: Ticks,
}

/// Which left-out visits would enter one more shift, in the order in which they are taken: the best gain per tick first, while there is
/// any. `only` keeps to one district.
pub fn next_to_enter(request: &Request, plan: &Plan, shift: &Shift, only: Option<u32>) -> Vec<Entry> {
    let mut copy = request.clone();
    copy.shifts.push(shift.clone());
    let index = copy.shifts.len() as u32 - 1;
    let mut plan = plan.clone();
    let (mut route, mut entries): (Vec<u32>, Vec<Entry>) = (Vec::new(), Vec::new());
    loop {
        let desk = Desk::new(&copy, &plan);
        let left =
            (0..copy.tasks.len() as u32).filter(|t| !desk.planned.contains_key(t) && desk.may(*t, index).is_ok());
        let left = left.filter(|t| only.is_none() || copy.tasks[*t as usize].district == only);
        let takes = |o: &Opening, t: u32| f64::from((o.road + copy.tasks[t as usize].service).max(1));
        let best = left.filter_map(|t| {
            let opening = desk.best_opening(t, index, &route, None).filter(|o| o.cap.is_none())?;
            let worth = opening.gain.total();
            (worth > 0.0).then(|| (worth / takes(&opening, t), t, opening))
        });
        let Some((_, task, opening)) = best.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1))) else {
            return entries;
        };
        route.insert(opening.position, task);
        entries.push(Entry { task, gain: opening.gain, road: opening.road });
        let mut routes: Vec<(u32, Vec<u32>)> = plan
            .routes
            .iter()
            .filter(|r| r.shift != index)
            .map(|r| (r.shift, r.stops.iter().map(|s| s.task).collect()))
            .collect();
        routes.push((index, route.clone()));
        plan = crate::check::timed(&copy, &routes);
    }
}

/// Where a visit fits into a route, but for a cap where there is one.
#[derive(Clone, Copy, Debug)]
struct Opening {
    position: usize,
    road: Ticks,
    gain: Value,
    cap: Option<Cap>,
}

/// How a route is driven.
#[derive(Clone, Copy, Debug, Default)]
struct Drive {
    /// By how many ticks it is late at its worst place, 0 when it can be driven.
    late: Ticks,
    /// The begin of the visit asked about.
    begins: Ticks,
    /// Whether any visit begins by night.
    night: bool,
}

/// What a drive takes heed of besides windows and the shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Heed {
    All,
    /// As if there were no break.
    NoBreak,
    /// As if nobody rested.
    NoRest,
}

/// What bars a shift for a visit, times apart.
enum Bar {
    Leader,
    Day,
}

/// The plan's counts, for marginal values.
struct Desk<'a> {
    request: &'a Request,
    routes: BTreeMap<u32, Vec<u32>>,
    planned: HashMap<u32, u32>,
    visits: Vec<u32>,
    weeks: HashMap<(u32, u16), u32>,
    levels: HashMap<(u32, u8), u32>,
    specialties: HashMap<(u32, u8), u32>,
    burden: HashMap<(u32, u16), u32>,
    base: HashMap<u32, (u32, Ticks)>,
    days: HashMap<(u32, Day), u32>,
    places: HashMap<(u32, u16), u32>,
    /// The first and the last begin of a leader's day.
    hours: HashMap<(u32, Day), (Ticks, Ticks)>,
}

impl<'a> Desk<'a> {
    fn new(request: &'a Request, plan: &Plan) -> Self {
        let mut desk = Desk {
            request,
            routes: BTreeMap::new(),
            planned: HashMap::new(),
            visits: vec![0; request.leaders.len()],
            weeks: HashMap::new(),
            levels: HashMap::new(),
            specialties: HashMap::new(),
            burden: HashMap::new(),
            base: HashMap::new(),
            days: HashMap::new(),
            places: HashMap::new(),
            hours: HashMap::new(),
        };
        for (shift, stop) in request.base.iter().flat_map(Plan::stops) {
            desk.base.insert(stop.task, (shift, stop.begins));
        }
        for (index, stop) in plan.stops() {
            desk.routes.entry(index).or_default().push(stop.task);
            desk.count(stop.task, index, 1);
            desk.planned.insert(stop.task, index);
            let s = &request.shifts[index as usize];
            let hours = desk.hours.entry((s.leader, s.day)).or_insert((stop.begins, stop.begins));
            *hours = (hours.0.min(stop.begins), hours.1.max(stop.begins));
        }
        desk
    }

    /// Counts a visit in or out.
    fn count(&mut self, task: u32, shift: u32, by: i32) {
        let (t, s) = (&self.request.tasks[task as usize], &self.request.shifts[shift as usize]);
        let l = &self.request.leaders[s.leader as usize];
        let add = |n: &mut u32| *n = n.saturating_add_signed(by);
        add(&mut self.visits[s.leader as usize]);
        add(self.weeks.entry((s.leader, s.week)).or_default());
        add(self.days.entry((s.leader, s.day)).or_default());
        add(self.places.entry((t.place, s.week)).or_default());
        if let Some(unit) = t.unit {
            add(self.levels.entry((unit, l.level)).or_default());
            add(self.specialties.entry((unit, l.specialty)).or_default());
            add(self.burden.entry((unit, s.week)).or_default());
        }
    }

    /// What a visit adds where `more` visits come on top of what is counted: 0 for one that is not counted, −1 for one that is.
    fn adds(&self, task: u32, shift: u32, begins: Ticks, road: Ticks, counted: bool) -> Value {
        let (w, t, s) =
            (&self.request.weights, &self.request.tasks[task as usize], &self.request.shifts[shift as usize]);
        let l = &self.request.leaders[s.leader as usize];
        let own = u32::from(counted);
        let before = |n: Option<&u32>| n.copied().unwrap_or(0).saturating_sub(own);
        let visits = self.visits[s.leader as usize].saturating_sub(own);
        let one = |yes: bool| f64::from(u8::from(yes));
        let spread = t.unit.map_or(0.0, |unit| {
            w.spread
                * (one(before(self.levels.get(&(unit, l.level))) == 0)
                    + one(before(self.specialties.get(&(unit, l.specialty))) == 0))
                - w.spare * one(before(self.burden.get(&(unit, s.week))) >= 4)
        });
        let kept = self
            .base
            .get(&task)
            .and_then(|(b, at)| Some((*b, self.request.shifts.get(*b as usize)?, *at)))
            .map_or(0.0, |(b, was, at)| {
                let same = b == shift;
                one(was.leader == s.leader)
                    + one(was.day == s.day)
                    + one(same)
                    + one(same && at.abs_diff(begins) <= self.request.same_hour.unsigned_abs())
            });
        Value {
            priority: w.priority * t.worth() as f64,
            duty: if visits < u32::from(l.quota) { w.duty } else { -w.surplus },
            weekly: w.weekly * one(before(self.weeks.get(&(s.leader, s.week))) == 0),
            fairness: -w.fairness * f64::from(visits),
            spread,
            travel: -w.travel * f64::from(road),
            stability: w.stability * kept / 4.0,
        }
    }

    fn loss(&self, task: u32, shift: u32, begins: Ticks, road: Ticks) -> Value {
        self.adds(task, shift, begins, road, true)
    }

    fn leg(&self, from: u32, to: u32) -> Ticks {
        self.request.travel.ticks(from, to)
    }

    /// Ticks of road of a route; none without visits.
    fn road(&self, shift: u32, tasks: &[u32]) -> Ticks {
        let s = &self.request.shifts[shift as usize];
        if tasks.is_empty() {
            return 0;
        }
        let (mut here, mut road) = (s.from, 0);
        for t in tasks {
            let place = self.request.tasks[*t as usize].place;
            road += self.leg(here, place);
            here = place;
        }
        road + self.leg(here, s.to)
    }

    /// How a route is driven with a visit at `position`.
    fn drive(&self, shift: u32, tasks: &[u32], position: usize, heed: Heed) -> Drive {
        let s = &self.request.shifts[shift as usize];
        let pause = self.request.caps.breaks.get(&shift).filter(|_| heed != Heed::NoBreak);
        let pause = pause.filter(|b| b.from < b.to && s.starts < b.to && b.from < s.ends);
        let arrives = |now: Ticks, drive: Ticks| match pause {
            // What a drive meets of the break comes on top.
            Some(b) if drive > 0 && now < b.to && b.from < now + drive => now + drive + b.to - now.max(b.from),
            _ => now + drive,
        };
        let floor = self.floor(s).filter(|_| heed != Heed::NoRest).unwrap_or(Ticks::MIN);
        let begun = |begins: Ticks, service: Ticks| match pause {
            Some(b) if begins < b.to && (b.from < begins || service > 0 && b.from < begins + service) => b.to,
            _ => begins,
        };
        let (mut now, mut here, mut out) = (s.starts, s.from, Drive::default());
        for (i, t) in tasks.iter().enumerate() {
            let task = &self.request.tasks[*t as usize];
            let there = arrives(now, self.leg(here, task.place));
            let today = || task.windows.iter().filter(|w| (w.first..=w.last).contains(&s.day));
            let of = |w: &Window| begun(there.max(w.opens).max(floor), task.service);
            let begin = today().filter(|w| of(w) <= w.closes).map(of).min().unwrap_or_else(|| {
                out.late = out.late.max(today().map(|w| of(w) - w.closes).min().unwrap_or(0));
                there
            });
            if i == position {
                out.begins = begin;
            }
            out.night |= begin >= self.request.caps.night;
            (now, here) = (begin + task.service, task.place);
        }
        out.late = out.late.max(arrives(now, self.leg(here, s.to)) - s.ends).max(0);
        out
    }

    /// The earliest begin that a night on the eve leaves to a shift.
    fn floor(&self, s: &Shift) -> Option<Ticks> {
        let eve = self.hours.get(&(s.leader, s.day.checked_sub(1)?))?;
        self.request.caps.rest.get(&(s.leader, s.day)).copied().filter(|_| eve.1 >= self.request.caps.night)
    }

    /// Whether a night in a shift would find a morning on the next day.
    fn unrested(&self, s: &Shift) -> bool {
        let next = (s.leader, s.day.saturating_add(1));
        let morning = self.hours.get(&next).zip(self.request.caps.rest.get(&next));
        morning.is_some_and(|(hours, until)| hours.0 < *until)
    }

    /// The count that keeps one more visit out of a shift, one other of the shift less where it goes.
    fn full(&self, task: u32, shift: u32, less: Option<u32>) -> Option<Cap> {
        let (caps, t, s) =
            (&self.request.caps, &self.request.tasks[task as usize], &self.request.shifts[shift as usize]);
        let gone = less.map(|other| &self.request.tasks[other as usize]);
        let at = |count: Option<&u32>, most: Option<&u16>, less: bool| {
            most.is_some_and(|most| count.copied().unwrap_or(0) - u32::from(less) >= u32::from(*most))
        };
        let (day, week, place) = ((s.leader, s.day), (s.leader, s.week), (t.place, s.week));
        if at(self.days.get(&day), caps.leader_day.get(&day), gone.is_some()) {
            return Some(Cap::LeaderDay);
        }
        if at(self.weeks.get(&week), caps.leader_week.get(&week), gone.is_some()) {
            return Some(Cap::LeaderWeek);
        }
        if at(self.places.get(&place), caps.place_week.get(&place), gone.is_some_and(|g| g.place == t.place)) {
            return Some(Cap::PlaceWeek);
        }
        let unit = (t.unit?, s.week);
        at(self.burden.get(&unit), caps.unit_week.get(&unit), gone.is_some_and(|g| g.unit == t.unit))
            .then_some(Cap::UnitWeek)
    }

    /// Whether a shift's leader and day fit a visit, with pins and prohibitions.
    fn may(&self, task: u32, shift: u32) -> Result<(), Bar> {
        let (t, s) = (&self.request.tasks[task as usize], &self.request.shifts[shift as usize]);
        if !self.able(t, s.leader) {
            return Err(Bar::Leader);
        }
        let barred = self
            .request
            .forbids
            .iter()
            .any(|f| f.task == task && f.leader.is_none_or(|l| l == s.leader) && f.day.is_none_or(|d| d == s.day))
            || self.request.pins.iter().any(|p| {
                p.task == task && (p.leader.is_some_and(|l| l != s.leader) || p.day.is_some_and(|d| d != s.day))
            });
        if barred || s.most == 0 || !t.windows.iter().any(|w| (w.first..=w.last).contains(&s.day)) {
            return Err(Bar::Day);
        }
        Ok(())
    }

    fn able(&self, task: &Task, leader: u32) -> bool {
        let l = &self.request.leaders[leader as usize];
        l.rank >= task.rank && task.skill.is_none_or(|s| s < 64 && l.skills >> s & 1 == 1)
    }

    /// The position in a route where a visit adds most, if there is room anywhere; one that no cap bars where there is one. `less` is a visit
    /// of the shift that is not in the route any more.
    fn best_opening(&self, task: u32, shift: u32, route: &[u32], less: Option<u32>) -> Option<Opening> {
        let s = &self.request.shifts[shift as usize];
        if route.len() >= usize::from(s.most) {
            return None;
        }
        let (before, full) = (self.road(shift, route), self.full(task, shift, less));
        let mut best: Option<Opening> = None;
        for position in 0..=route.len() {
            let mut with = route.to_vec();
            with.insert(position, task);
            let drive = self.drive(shift, &with, position, Heed::All);
            if drive.late > 0 {
                continue;
            }
            let cap = full.or_else(|| (drive.night && self.unrested(s)).then_some(Cap::Rest));
            let road = self.road(shift, &with) - before;
            let gain = self.adds(task, shift, drive.begins, road, false);
            let better = |b: Opening| {
                if cap.is_none() == b.cap.is_none() { gain.total() > b.gain.total() } else { cap.is_none() }
            };
            if best.is_none_or(better) {
                best = Some(Opening { position, road, gain, cap });
            }
        }
        best
    }

    fn reason(&self, task: u32) -> Reason {
        let t = &self.request.tasks[task as usize];
        if let Some(forbid) =
            (0u32..).zip(&self.request.forbids).find(|(_, f)| f.task == task && f.leader.is_none() && f.day.is_none())
        {
            return Reason::RuledOut { forbid: forbid.0 };
        }
        let leaders: Vec<u32> = (0..self.request.leaders.len() as u32).filter(|l| self.able(t, *l)).collect();
        if leaders.is_empty() {
            let of = |f: &dyn Fn(&Leader) -> bool| self.request.leaders.iter().filter(|l| f(l)).count() as u32;
            let of_skill = of(&|l| t.skill.is_none_or(|s| s < 64 && l.skills >> s & 1 == 1));
            return Reason::NobodyMay { rank: t.rank, skill: t.skill, of_rank: of(&|l| l.rank >= t.rank), of_skill };
        }
        let open: Vec<u32> = (0..self.request.shifts.len() as u32).filter(|s| self.may(task, *s).is_ok()).collect();
        if open.is_empty() {
            return Reason::NobodyFree { leaders };
        }
        let alone = |s: &u32, heed| self.drive(*s, &[task], 0, heed).late;
        let reach: Vec<u32> = open.iter().copied().filter(|s| alone(s, Heed::All) == 0).collect();
        if reach.is_empty() {
            // A break or a rest bars it where it could be reached without.
            for (heed, cap) in [(Heed::NoBreak, Cap::Break), (Heed::NoRest, Cap::Rest)] {
                if let Some(shift) = open.iter().copied().find(|s| alone(s, heed) == 0) {
                    return Reason::Capped { cap, shift, road: self.road(shift, &[task]) };
                }
            }
            // Not empty, as `open` is not.
            let (late, shift) = open.iter().map(|s| (alone(s, Heed::All), *s)).min().unwrap_or_default();
            return Reason::OutOfReach { shift, late };
        }
        let none = Vec::new();
        let of = |s: &u32| self.routes.get(s).unwrap_or(&none);
        let (mut best, mut barred): (Option<(u32, Opening)>, Option<(u32, Opening, Cap)>) = (None, None);
        for s in &reach {
            let Some(o) = self.best_opening(task, *s, of(s), None) else { continue };
            match o.cap {
                None if best.is_none_or(|b| o.gain.total() >= b.1.gain.total()) => best = Some((*s, o)),
                Some(cap) if barred.is_none_or(|b| o.gain.total() >= b.1.gain.total()) => barred = Some((*s, o, cap)),
                None | Some(_) => {}
            }
        }
        let capped = |(shift, o, cap): (u32, Opening, Cap)| Reason::Capped { cap, shift, road: o.road };
        if let Some((shift, Opening { position, road, gain, .. })) = best {
            let position = position as u32;
            if gain.total() > 0.0 {
                return Reason::Overlooked { shift, position, road, gain };
            }
            if let Some(b) = barred.filter(|b| b.1.gain.total() > 0.0) {
                return capped(b);
            }
            // Without the cost of going beyond what is owed it would be worth it.
            let w = &self.request.weights;
            let leader = self.request.shifts[shift as usize].leader as usize;
            let beyond = self.visits[leader] >= u32::from(self.request.leaders[leader].quota);
            return if beyond && gain.total() + w.surplus > 0.0 {
                Reason::Enough { shift, position, road, gain }
            } else {
                Reason::NotWorthIt { shift, position, road, gain }
            };
        }
        if let Some(b) = barred.filter(|b| b.1.gain.total() > 0.0) {
            return capped(b);
        }
        let swap = reach
            .iter()
            .flat_map(|s| (0..of(s).len()).map(move |i| (*s, i)))
            .filter_map(|(s, i)| self.swap(task, s, i));
        if let Some((shift, other, costs, gain)) = swap.max_by(|a, b| a.3.total().total_cmp(&b.3.total())) {
            return Reason::Displaces { shift, other, costs, gain };
        }
        if let Some(b) = barred {
            return capped(b);
        }
        let costs = reach.iter().map(|s| t.service + self.road(*s, &[task])).min().unwrap_or(0);
        Reason::Full { shifts: reach.len() as u32, costs }
    }

    /// A visit in the stead of the `i`-th of a shift: that one, the ticks the newcomer takes, and what the plan gains.
    fn swap(&self, task: u32, shift: u32, i: usize) -> Option<(u32, u32, Ticks, Value)> {
        let route = &self.routes[&shift];
        let other = route[i];
        if self.request.pins.iter().any(|p| p.task == other) {
            return None;
        }
        let mut rest = route.clone();
        rest.remove(i);
        let opening = self.best_opening(task, shift, &rest, Some(other)).filter(|o| o.cap.is_none())?;
        // The two change places in all counts but those of unit and priority, which differ by task.
        let road_of_other = self.road(shift, route) - self.road(shift, &rest);
        let begins = self.drive(shift, route, i, Heed::All).begins;
        let lost = self.loss(other, shift, begins, road_of_other);
        let (new, old) = (self.request.tasks[task as usize].unit, self.request.tasks[other as usize].unit);
        let g = opening.gain;
        // Leader's counts do not change when one comes for another; the unit's only when the units differ.
        let spread = if new.is_some() && new == old { 0.0 } else { g.spread - lost.spread };
        let gain = Value {
            priority: g.priority - lost.priority,
            duty: 0.0,
            weekly: 0.0,
            fairness: 0.0,
            spread,
            travel: g.travel - lost.travel,
            stability: g.stability - lost.stability,
        };
        Some((shift, other, self.request.tasks[task as usize].service + opening.road, gain))
    }
}
