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
            let opening = desk.best_opening(t, index, &route)?;
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

/// Where a visit fits into a route.
#[derive(Clone, Copy, Debug)]
struct Opening {
    position: usize,
    road: Ticks,
    gain: Value,
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
        };
        for (shift, stop) in request.base.iter().flat_map(Plan::stops) {
            desk.base.insert(stop.task, (shift, stop.begins));
        }
        for (index, stop) in plan.stops() {
            desk.routes.entry(index).or_default().push(stop.task);
            desk.count(stop.task, index, 1);
            desk.planned.insert(stop.task, index);
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
            duty: w.duty * one(visits < u32::from(l.quota)),
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

    /// By how many ticks a route is late at its worst place, 0 when it can be driven, with the begin of the visit at `position`.
    fn late(&self, shift: u32, tasks: &[u32], position: usize) -> (Ticks, Ticks) {
        let s = &self.request.shifts[shift as usize];
        let (mut now, mut here, mut begins, mut late) = (s.starts, s.from, 0, 0);
        for (i, t) in tasks.iter().enumerate() {
            let task = &self.request.tasks[*t as usize];
            let arrives = now + self.leg(here, task.place);
            let today = || task.windows.iter().filter(|w| (w.first..=w.last).contains(&s.day));
            let begin =
                today().filter(|w| w.closes >= arrives).map(|w| arrives.max(w.opens)).min().unwrap_or_else(|| {
                    late = late.max(arrives - today().map(|w| w.closes).max().unwrap_or(arrives));
                    arrives
                });
            if i == position {
                begins = begin;
            }
            (now, here) = (begin + task.service, task.place);
        }
        (late.max(now + self.leg(here, s.to) - s.ends).max(0), begins)
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

    /// The position in a route where a visit adds most, if there is room anywhere.
    fn best_opening(&self, task: u32, shift: u32, route: &[u32]) -> Option<Opening> {
        if route.len() >= usize::from(self.request.shifts[shift as usize].most) {
            return None;
        }
        let before = self.road(shift, route);
        let mut best: Option<Opening> = None;
        for position in 0..=route.len() {
            let mut with = route.to_vec();
            with.insert(position, task);
            let (late, begins) = self.late(shift, &with, position);
            if late > 0 {
                continue;
            }
            let road = self.road(shift, &with) - before;
            let gain = self.adds(task, shift, begins, road, false);
            if best.is_none_or(|b| gain.total() > b.gain.total()) {
                best = Some(Opening { position, road, gain });
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
        let alone = |s: &u32| self.late(*s, &[task], 0).0;
        let reach: Vec<u32> = open.iter().copied().filter(|s| alone(s) == 0).collect();
        if reach.is_empty() {
            // Not empty, as `open` is not.
            let (late, shift) = open.iter().map(|s| (alone(s), *s)).min().unwrap_or_default();
            return Reason::OutOfReach { shift, late };
        }
        let none = Vec::new();
        let of = |s: &u32| self.routes.get(s).unwrap_or(&none);
        let best = reach
            .iter()
            .filter_map(|s| self.best_opening(task, *s, of(s)).map(|o| (*s, o)))
            .max_by(|a, b| a.1.gain.total().total_cmp(&b.1.gain.total()));
        if let Some((shift, Opening { position, road, gain })) = best {
            let position = position as u32;
            return if gain.total() > 0.0 {
                Reason::Overlooked { shift, position, road, gain }
            } else {
                Reason::NotWorthIt { shift, position, road, gain }
            };
        }
        let swap = reach
            .iter()
            .flat_map(|s| (0..of(s).len()).map(move |i| (*s, i)))
            .filter_map(|(s, i)| self.swap(task, s, i));
        if let Some((shift, other, costs, gain)) = swap.max_by(|a, b| a.3.total().total_cmp(&b.3.total())) {
            return Reason::Displaces { shift, other, costs, gain };
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
        let opening = self.best_opening(task, shift, &rest)?;
        // The two change places in all counts but those of unit and priority, which differ by task.
        let road_of_other = self.road(shift, route) - self.road(shift, &rest);
        let (_, begins) = self.late(shift, route, i);
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
