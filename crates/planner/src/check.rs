//! The independent checker: whether a plan may be lived and what it is worth, from the request
//! alone. It shares no code with the search and none with the features.

use crate::model::*;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What the checker found.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Report {
    /// Why the plan may not be lived; empty for a sound plan.
    pub faults: Vec<PlanFault>,
    /// Pinned visits that are not planned, which is allowed only where nothing else was possible.
    pub missing_pins: Vec<u32>,
    /// The worth, feature by feature, computed anew.
    pub value: Value,
    /// Counts.
    pub score: Score,
}

/// One fault of a plan: who, when, which visit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlanFault {
    /// The shift said in the plan; none for a fault of the whole plan.
    pub shift: Option<u32>,
    /// Whose, where the shift exists.
    pub leader: Option<u32>,
    /// On which day, where the shift exists.
    pub day: Option<Day>,
    /// Which visit; none for a fault of the route.
    pub task: Option<u32>,
    /// What is wrong.
    pub what: Breach,
}

/// What is wrong with a plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "breach")]
pub enum Breach {
    /// The request has no such shift.
    UnknownShift,
    /// The shift has an earlier route too.
    ShiftTwice,
    /// Routes do not stand by ascending shift.
    Order,
    /// A route without a visit.
    EmptyRoute,
    /// The request has no such task.
    UnknownTask,
    /// The visit is planned before.
    TaskTwice {
        /// In this shift.
        also: u32,
    },
    /// No window on this day.
    WrongDay,
    /// The leader's rank is too low.
    Rank {
        /// Needed.
        needed: u8,
        /// The leader's.
        has: u8,
    },
    /// The leader lacks the specialty.
    Skill {
        /// Needed.
        needed: u8,
    },
    /// More visits than the shift takes.
    TooMany {
        /// Planned.
        planned: u32,
        /// Most.
        most: u16,
    },
    /// The visit begins when no window of the day is open.
    OutsideWindow {
        /// Begin.
        begins: Ticks,
    },
    /// The route leaves before the shift begins.
    LeavesEarly {
        /// Leaves.
        leaves: Ticks,
        /// The shift begins.
        starts: Ticks,
    },
    /// The route is back after the shift's end.
    ReturnsLate {
        /// Back.
        returns: Ticks,
        /// The shift ends.
        ends: Ticks,
    },
    /// A time is not what driving and visiting make it.
    Clock {
        /// Which.
        field: Clock,
        /// As planned.
        said: i64,
        /// As computed.
        computed: i64,
    },
    /// The visit is pinned elsewhere.
    Pinned {
        /// The pin.
        pin: u32,
    },
    /// The visit is ruled out here.
    Forbidden {
        /// The prohibition.
        forbid: u32,
    },
    /// More visits than a cap lets be: this one is the first that is too many.
    Capped {
        /// Which cap.
        cap: Cap,
        /// Most.
        most: u16,
    },
    /// The visit lies in the shift's break.
    InBreak {
        /// Begin.
        begins: Ticks,
        /// End.
        ends: Ticks,
    },
    /// The leader visited by night on the day before.
    Rest {
        /// Begin.
        begins: Ticks,
        /// Not before.
        until: Ticks,
    },
    /// The plan says another worth than it has.
    Worth {
        /// Of which feature.
        feature: Feature,
        /// As said.
        said: f64,
        /// As computed.
        computed: f64,
    },
}

/// A time of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// Arrival at a visit.
    Arrives,
    /// Begin of a visit, before arrival.
    Begins,
    /// End of a visit.
    Leaves,
    /// Back at the last place.
    Returns,
    /// Time on the road.
    Travel,
}

/// A part of the goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    /// Priority covered.
    Priority,
    /// Owed visits.
    Duty,
    /// Leader-weeks.
    Weekly,
    /// Even load.
    Fairness,
    /// Levels and specialties over units, and units spared.
    Spread,
    /// Time on the road.
    Travel,
    /// What stays of the base plan.
    Stability,
}

impl Feature {
    /// All of them, in the order of [`Value`].
    pub const ALL: [Feature; 7] = [
        Feature::Priority,
        Feature::Duty,
        Feature::Weekly,
        Feature::Fairness,
        Feature::Spread,
        Feature::Travel,
        Feature::Stability,
    ];

    /// This feature's part of a value.
    pub fn of(self, value: &Value) -> f64 {
        match self {
            Feature::Priority => value.priority,
            Feature::Duty => value.duty,
            Feature::Weekly => value.weekly,
            Feature::Fairness => value.fairness,
            Feature::Spread => value.spread,
            Feature::Travel => value.travel,
            Feature::Stability => value.stability,
        }
    }
}

/// Counts of a plan; fields and rounding are those of the month layout's reference checker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Score {
    /// Visits planned.
    pub visits: u32,
    /// Distinct places among them.
    pub sites: u32,
    /// Points of priority covered.
    pub prize: i64,
    /// Their share of all points, per cent.
    pub pct: f64,
    /// Sixtieths of the ticks on the road: hours where a tick is a minute.
    pub travel_h: f64,
    /// Ticks on the road per visit.
    pub min_per_visit: f64,
    /// Leaders with all owed visits.
    pub quota_met: u32,
    /// Owed visits not planned.
    pub quota_short: u32,
    /// Leader-weeks with a visit.
    pub weeks: u32,
    /// Leader-weeks with a shift.
    pub weeks_possible: u32,
    /// Fewest visits of a leader of rank 0.
    pub head_visits_min: u32,
    /// Standard deviation of their visits.
    pub head_visits_sd: f64,
    /// Visits dropped; the checker drops none.
    pub dropped: u32,
    /// The objective of priority, travel, duty and weekly coverage.
    pub obj: f64,
    /// Visits that are in the same shift as in the base plan, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept: Option<u32>,
    /// Visits of the base plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<u32>,
}

/// Sets the times of routes given as shift and tasks: each visit as early as it can be, the first place left just in time. Routes are sorted
/// by shift; a visit that comes too late, or on a day without a window, begins on arrival and is the checker's to refuse. Routes without
/// visits are left out.
pub fn timed(request: &Request, routes: &[(u32, Vec<u32>)]) -> Plan {
    let day = |shift: u32| request.shifts.get(shift as usize).map_or(0, |s| s.day);
    let mut order: Vec<&(u32, Vec<u32>)> = routes.iter().filter(|(_, tasks)| !tasks.is_empty()).collect();
    order.sort_by_key(|(shift, _)| day(*shift));
    // Day after day, since a night's visit moves the next day's.
    let mut nights = BTreeSet::new();
    let mut plan = Plan::default();
    for (shift, tasks) in order {
        let made = route(request, *shift, tasks, &nights);
        if let Some(s) = request.shifts.get(*shift as usize)
            && made.stops.iter().any(|stop| stop.begins >= request.caps.night)
        {
            nights.insert((s.leader, s.day));
        }
        plan.routes.push(made);
    }
    plan.routes.sort_by_key(|r| r.shift);
    plan.value = check(request, &plan).value;
    plan
}

fn route(request: &Request, shift: u32, tasks: &[u32], nights: &BTreeSet<(u32, Day)>) -> Route {
    let Some(s) = request.shifts.get(shift as usize) else {
        let stops = tasks.iter().map(|t| Stop { task: *t, arrives: 0, begins: 0, leaves: 0 }).collect();
        return Route { shift, stops, ..Route::default() };
    };
    let pause = pause(request, shift, s);
    let rests = s.day > 0 && nights.contains(&(s.leader, s.day - 1));
    let floor = request.caps.rest.get(&(s.leader, s.day)).filter(|_| rests).map_or(i64::MIN, |t| i64::from(*t));
    let (mut now, mut here, mut travel) = (i64::from(s.starts), s.from, 0);
    let mut stops: Vec<Stop> = Vec::with_capacity(tasks.len());
    let (mut leaves, mut first) = (s.starts, true);
    for &index in tasks {
        let Some(task) = request.tasks.get(index as usize) else {
            stops.push(Stop { task: index, arrives: tick(now), begins: tick(now), leaves: tick(now) });
            continue;
        };
        let drive = minutes(request, here, task.place);
        let mut arrives = driven(pause, now, drive);
        let today = task.windows.iter().filter(|w| w.first <= s.day && s.day <= w.last);
        let begins = today
            .filter_map(|w| {
                let begins = begun(pause, arrives.max(i64::from(w.opens)).max(floor), task.service.into());
                (begins <= i64::from(w.closes)).then_some(begins)
            })
            .min()
            .unwrap_or(arrives);
        if first {
            let left = departs(pause, begins, drive);
            (leaves, arrives, first) = (tick(left), driven(pause, left, drive), false);
        }
        now = begins + i64::from(task.service);
        stops.push(Stop { task: index, arrives: tick(arrives), begins: tick(begins), leaves: tick(now) });
        (here, travel) = (task.place, travel + drive);
    }
    let back = minutes(request, here, s.to);
    Route { shift, stops, leaves, returns: tick(driven(pause, now, back)), travel: tick(travel + back) }
}

/// The break that bears on a shift: begin and end.
fn pause(request: &Request, index: u32, shift: &Shift) -> Option<(i64, i64)> {
    let b = request.caps.breaks.get(&index)?;
    (b.from < b.to && shift.starts < b.to && b.from < shift.ends).then_some((b.from.into(), b.to.into()))
}

/// When a drive ends that begins now: nobody drives in the break.
fn driven(pause: Option<(i64, i64)>, now: i64, drive: i64) -> i64 {
    let Some((from, to)) = pause.filter(|_| drive > 0) else { return now + drive };
    if now >= to {
        now + drive
    } else if now >= from {
        to + drive
    } else if now + drive <= from {
        now + drive
    } else {
        to + (drive - (from - now))
    }
}

/// When somebody leaves at the latest to be there by then.
fn departs(pause: Option<(i64, i64)>, there: i64, drive: i64) -> i64 {
    match pause {
        Some((from, to)) if there >= to && there - drive < to => from - (drive - (there - to)),
        _ => there - drive,
    }
}

/// When a visit begins at the earliest that could begin then.
fn begun(pause: Option<(i64, i64)>, begins: i64, service: i64) -> i64 {
    if in_break(pause, begins, begins + service) { pause.map_or(begins, |(_, to)| to) } else { begins }
}

/// Whether a visit lies in the break.
fn in_break(pause: Option<(i64, i64)>, begins: i64, ends: i64) -> bool {
    pause.is_some_and(|(from, to)| begins < to && (from < ends && begins < ends || from < begins))
}

fn tick(t: i64) -> Ticks {
    t.clamp(i64::from(Ticks::MIN), i64::from(Ticks::MAX)) as Ticks
}

/// Travel between places; 0 to or from a place that is not there, which is a fault of the request.
fn minutes(request: &Request, from: u32, to: u32) -> i64 {
    let n = request.travel.places();
    if (from as usize) < n && (to as usize) < n { i64::from(request.travel.ticks(from, to)) } else { 0 }
}

/// Checks a plan: every fault, and what the plan is worth. Nothing in a plan makes it panic.
pub fn check(request: &Request, plan: &Plan) -> Report {
    let mut book = Book::new(request);
    let mut last = None;
    for r in &plan.routes {
        let Some(shift) = request.shifts.get(r.shift as usize) else {
            book.faults.push(PlanFault {
                shift: Some(r.shift),
                leader: None,
                day: None,
                task: None,
                what: Breach::UnknownShift,
            });
            continue;
        };
        match last {
            Some(before) if before == r.shift => book.say(r.shift, shift, None, Breach::ShiftTwice),
            Some(before) if before > r.shift => {
                book.say(
                    r.shift,
                    shift,
                    None,
                    if book.driven.contains(&r.shift) { Breach::ShiftTwice } else { Breach::Order },
                );
            }
            _ => {}
        }
        last = Some(r.shift);
        book.driven.insert(r.shift);
        book.route(shift, r);
    }
    book.close(plan)
}

/// The checker's books: who was where, counted as the routes are read.
struct Book<'a> {
    request: &'a Request,
    faults: Vec<PlanFault>,
    driven: BTreeSet<u32>,
    /// Task → shift and begin.
    seen: BTreeMap<u32, (u32, Ticks)>,
    places: BTreeSet<u32>,
    prize: i64,
    travel: i64,
    by_leader: BTreeMap<u32, u32>,
    weeks: BTreeSet<(u32, u16)>,
    levels: BTreeSet<(u32, u8)>,
    specialties: BTreeSet<(u32, u8)>,
    burden: BTreeMap<(u32, u16), u32>,
    by_day: BTreeMap<(u32, Day), u32>,
    by_week: BTreeMap<(u32, u16), u32>,
    by_place: BTreeMap<(u32, u16), u32>,
    /// By leader and day: shift, visit and begin.
    hours: BTreeMap<(u32, Day), Vec<(u32, u32, Ticks)>>,
}

impl<'a> Book<'a> {
    fn new(request: &'a Request) -> Self {
        Book {
            request,
            faults: Vec::new(),
            driven: BTreeSet::new(),
            seen: BTreeMap::new(),
            places: BTreeSet::new(),
            prize: 0,
            travel: 0,
            by_leader: BTreeMap::new(),
            weeks: BTreeSet::new(),
            levels: BTreeSet::new(),
            specialties: BTreeSet::new(),
            burden: BTreeMap::new(),
            by_day: BTreeMap::new(),
            by_week: BTreeMap::new(),
            by_place: BTreeMap::new(),
            hours: BTreeMap::new(),
        }
    }

    fn say(&mut self, index: u32, shift: &Shift, task: Option<u32>, what: Breach) {
        self.faults.push(PlanFault {
            shift: Some(index),
            leader: Some(shift.leader),
            day: Some(shift.day),
            task,
            what,
        });
    }

    fn clock(&mut self, r: &Route, shift: &Shift, task: Option<u32>, field: Clock, said: Ticks, computed: i64) {
        if i64::from(said) != computed {
            self.say(r.shift, shift, task, Breach::Clock { field, said: said.into(), computed });
        }
    }

    fn route(&mut self, shift: &Shift, r: &Route) {
        if r.stops.is_empty() {
            return self.say(r.shift, shift, None, Breach::EmptyRoute);
        }
        if r.leaves < shift.starts {
            self.say(r.shift, shift, None, Breach::LeavesEarly { leaves: r.leaves, starts: shift.starts });
        }
        if r.stops.len() > usize::from(shift.most) {
            self.say(r.shift, shift, None, Breach::TooMany { planned: r.stops.len() as u32, most: shift.most });
        }
        let pause = pause(self.request, r.shift, shift);
        let (mut now, mut here, mut road) = (i64::from(r.leaves), shift.from, 0i64);
        for stop in &r.stops {
            let Some(task) = self.request.tasks.get(stop.task as usize) else {
                self.say(r.shift, shift, Some(stop.task), Breach::UnknownTask);
                continue;
            };
            let drive = minutes(self.request, here, task.place);
            self.clock(r, shift, Some(stop.task), Clock::Arrives, stop.arrives, driven(pause, now, drive));
            if stop.begins < stop.arrives {
                self.clock(r, shift, Some(stop.task), Clock::Begins, stop.begins, stop.arrives.into());
            }
            self.clock(
                r,
                shift,
                Some(stop.task),
                Clock::Leaves,
                stop.leaves,
                i64::from(stop.begins) + i64::from(task.service),
            );
            if in_break(pause, stop.begins.into(), i64::from(stop.begins) + i64::from(task.service)) {
                let breach = Breach::InBreak { begins: stop.begins, ends: stop.leaves };
                self.say(r.shift, shift, Some(stop.task), breach);
            }
            self.visit(shift, r.shift, task, stop);
            (now, here, road) = (i64::from(stop.leaves), task.place, road + drive);
        }
        let back = minutes(self.request, here, shift.to);
        let home = driven(pause, now, back);
        self.clock(r, shift, None, Clock::Returns, r.returns, home);
        self.clock(r, shift, None, Clock::Travel, r.travel, road + back);
        if home > i64::from(shift.ends) {
            self.say(r.shift, shift, None, Breach::ReturnsLate { returns: tick(home), ends: shift.ends });
        }
        self.travel += road + back;
    }

    fn visit(&mut self, shift: &Shift, index: u32, task: &Task, stop: &Stop) {
        let me = Some(stop.task);
        let today: Vec<&Window> = task.windows.iter().filter(|w| w.first <= shift.day && shift.day <= w.last).collect();
        if today.is_empty() {
            self.say(index, shift, me, Breach::WrongDay);
        } else if !today.iter().any(|w| w.opens <= stop.begins && stop.begins <= w.closes) {
            self.say(index, shift, me, Breach::OutsideWindow { begins: stop.begins });
        }
        let leader = self.request.leaders.get(shift.leader as usize);
        let (rank, skills) = leader.map_or((0, 0), |l| (l.rank, l.skills));
        if rank < task.rank {
            self.say(index, shift, me, Breach::Rank { needed: task.rank, has: rank });
        }
        if let Some(needed) = task.skill
            && (needed > 63 || skills & (1 << needed) == 0)
        {
            self.say(index, shift, me, Breach::Skill { needed });
        }
        for (pin, p) in (0u32..).zip(&self.request.pins) {
            if p.task == stop.task
                && (p.leader.is_some_and(|l| l != shift.leader) || p.day.is_some_and(|d| d != shift.day))
            {
                self.faults.push(PlanFault {
                    shift: Some(index),
                    leader: Some(shift.leader),
                    day: Some(shift.day),
                    task: me,
                    what: Breach::Pinned { pin },
                });
            }
        }
        for (forbid, f) in (0u32..).zip(&self.request.forbids) {
            if f.task == stop.task && f.leader.is_none_or(|l| l == shift.leader) && f.day.is_none_or(|d| d == shift.day)
            {
                self.faults.push(PlanFault {
                    shift: Some(index),
                    leader: Some(shift.leader),
                    day: Some(shift.day),
                    task: me,
                    what: Breach::Forbidden { forbid },
                });
            }
        }
        if let Some((also, _)) = self.seen.get(&stop.task) {
            let also = *also;
            return self.say(index, shift, me, Breach::TaskTwice { also });
        }
        self.seen.insert(stop.task, (index, stop.begins));
        self.places.insert(task.place);
        self.prize += task.worth();
        *self.by_leader.entry(shift.leader).or_default() += 1;
        self.weeks.insert((shift.leader, shift.week));
        self.hours.entry((shift.leader, shift.day)).or_default().push((index, stop.task, stop.begins));
        self.capped(shift, index, task, stop.task);
        if let (Some(unit), Some(leader)) = (task.unit, leader) {
            self.levels.insert((unit, leader.level));
            self.specialties.insert((unit, leader.specialty));
            *self.burden.entry((unit, shift.week)).or_default() += 1;
        }
    }

    /// Counts a visit against the caps.
    fn capped(&mut self, shift: &Shift, index: u32, task: &Task, me: u32) {
        let caps = &self.request.caps;
        let mut over = Vec::new();
        let mut count = |n: &mut u32, most: Option<&u16>, cap: Cap| {
            *n += 1;
            if let Some(most) = most.filter(|most| *n > u32::from(**most)) {
                over.push(Breach::Capped { cap, most: *most });
            }
        };
        let (day, week) = ((shift.leader, shift.day), (shift.leader, shift.week));
        count(self.by_day.entry(day).or_default(), caps.leader_day.get(&day), Cap::LeaderDay);
        count(self.by_week.entry(week).or_default(), caps.leader_week.get(&week), Cap::LeaderWeek);
        let place = (task.place, shift.week);
        count(self.by_place.entry(place).or_default(), caps.place_week.get(&place), Cap::PlaceWeek);
        if let Some(unit) = task.unit {
            let unit = (unit, shift.week);
            let mut before = self.burden.get(&unit).copied().unwrap_or(0);
            count(&mut before, caps.unit_week.get(&unit), Cap::UnitWeek);
        }
        for breach in over {
            self.say(index, shift, Some(me), breach);
        }
    }

    /// Who visited by night begins later on the next day.
    fn rests(&mut self) {
        let caps = &self.request.caps;
        let mut early = Vec::new();
        for ((leader, day), until) in &caps.rest {
            let eve = day.checked_sub(1).and_then(|eve| self.hours.get(&(*leader, eve)));
            if !eve.is_some_and(|visits| visits.iter().any(|v| v.2 >= caps.night)) {
                continue;
            }
            let visits = self.hours.get(&(*leader, *day)).into_iter().flatten();
            early.extend(visits.filter(|v| v.2 < *until).map(|v| (*v, *until)));
        }
        for ((index, task, begins), until) in early {
            let shift = &self.request.shifts[index as usize];
            self.say(index, shift, Some(task), Breach::Rest { begins, until });
        }
    }

    /// The worth of what stays of the base plan, in quarters of a visit.
    fn quarters(&self) -> i64 {
        let Some(base) = &self.request.base else { return 0 };
        let mut quarters = 0;
        for (before, stop) in base.stops() {
            let (Some(was), Some((now, begins))) =
                (self.request.shifts.get(before as usize), self.seen.get(&stop.task))
            else {
                continue;
            };
            let is = &self.request.shifts[*now as usize];
            quarters += i64::from(was.leader == is.leader) + i64::from(was.day == is.day);
            if before == *now {
                quarters += 1 + i64::from(
                    (i64::from(stop.begins) - i64::from(*begins)).abs() <= i64::from(self.request.same_hour),
                );
            }
        }
        quarters
    }

    fn close(mut self, plan: &Plan) -> Report {
        self.rests();
        let (request, w) = (self.request, &self.request.weights);
        let visits_of = |l: usize| self.by_leader.get(&(l as u32)).copied().unwrap_or(0);
        let owed: i64 = (0..).zip(&request.leaders).map(|(i, l)| i64::from(visits_of(i).min(l.quota.into()))).sum();
        let surplus: i64 =
            (0..).zip(&request.leaders).map(|(i, l)| i64::from(visits_of(i).saturating_sub(l.quota.into()))).sum();
        let pairs: i64 = self.by_leader.values().map(|n| i64::from(*n) * (i64::from(*n) - 1) / 2).sum();
        let crowded: i64 = self.burden.values().map(|n| i64::from(n.saturating_sub(4))).sum();
        let met = (self.levels.len() + self.specialties.len()) as f64;
        let value = Value {
            priority: w.priority * self.prize as f64,
            duty: w.duty * owed as f64 - w.surplus * surplus as f64,
            weekly: w.weekly * self.weeks.len() as f64,
            fairness: -w.fairness * pairs as f64,
            spread: w.spread * met - w.spare * crowded as f64,
            travel: -w.travel * self.travel as f64,
            stability: w.stability * (self.quarters() as f64 / 4.0),
        };
        for feature in Feature::ALL {
            let (said, computed) = (feature.of(&plan.value), feature.of(&value));
            let off = (said - computed).abs();
            if off.is_nan() || off > 1e-9 * computed.abs().max(1.0) {
                self.faults.push(PlanFault {
                    shift: None,
                    leader: None,
                    day: None,
                    task: None,
                    what: Breach::Worth { feature, said, computed },
                });
            }
        }
        let mut missing_pins: Vec<u32> =
            request.pins.iter().map(|p| p.task).filter(|t| !self.seen.contains_key(t)).collect();
        missing_pins.sort_unstable();
        missing_pins.dedup();
        Report { score: self.score(owed), faults: self.faults, missing_pins, value }
    }

    fn score(&self, owed: i64) -> Score {
        let (request, w) = (self.request, &self.request.weights);
        let visits_of = |l: usize| self.by_leader.get(&(l as u32)).copied().unwrap_or(0);
        let all: i64 = request.tasks.iter().map(Task::worth).sum();
        let visits = self.seen.len() as u32;
        let heads: Vec<u32> =
            (0..).zip(&request.leaders).filter(|(_, l)| l.rank == 0).map(|(i, _)| visits_of(i)).collect();
        let mean = f64::from(heads.iter().sum::<u32>()) / heads.len().max(1) as f64;
        let spread = heads.iter().map(|n| (f64::from(*n) - mean).powi(2)).sum::<f64>() / heads.len().max(1) as f64;
        let base = request
            .base
            .as_ref()
            .map(|b| b.stops().map(|(shift, stop)| (stop.task, shift)).collect::<BTreeMap<_, _>>());
        Score {
            visits,
            sites: self.places.len() as u32,
            prize: self.prize,
            pct: rounded(100.0 * self.prize as f64 / all.max(1) as f64, 2),
            travel_h: tenths(self.travel as f64 / 60.0),
            min_per_visit: tenths(self.travel as f64 / f64::from(visits.max(1))),
            quota_met: (0..).zip(&request.leaders).filter(|(i, l)| visits_of(*i) >= u32::from(l.quota)).count() as u32,
            quota_short: (0..)
                .zip(&request.leaders)
                .map(|(i, l)| u32::from(l.quota).saturating_sub(visits_of(i)))
                .sum(),
            weeks: self.weeks.len() as u32,
            weeks_possible: request.shifts.iter().map(|s| (s.leader, s.week)).collect::<BTreeSet<_>>().len() as u32,
            head_visits_min: heads.iter().copied().min().unwrap_or(0),
            head_visits_sd: rounded(spread.sqrt(), 2),
            dropped: 0,
            // In this order, so that the last bit is that of the reference.
            obj: tenths(
                w.priority * self.prize as f64 - w.travel * self.travel as f64
                    + w.duty * owed as f64
                    + w.weekly * self.weeks.len() as f64,
            ),
            kept: base.as_ref().map(|b| self.seen.iter().filter(|(t, (s, _))| b.get(*t) == Some(s)).count() as u32),
            base: base.as_ref().map(|b| b.len() as u32),
        }
    }
}

/// Rounded to tenths as numpy does for what is computed from its numbers: ten times the value, its tie to even.
fn tenths(x: f64) -> f64 {
    (x * 10.0).round_ties_even() / 10.0
}

/// Rounded to so many decimals, the exact value's tie to even, as the reference does.
fn rounded(x: f64, decimals: usize) -> f64 {
    format!("{x:.decimals$}").parse().unwrap_or(x)
}
