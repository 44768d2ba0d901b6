//! A plan in the making: routes with their slack, what is counted, and a journal to take a step
//! back. Testing an insertion is O(1) by forward time slack (Savelsbergh 1992): every stop knows the
//! latest begin that keeps the rest of its route in time.

use super::chance::Chance;
use super::instance::{Instance, NONE, Opening};
use crate::feature::stability::{self, Slot};
use crate::feature::{Totals, duty, fairness, spread, travel, weekly};
use crate::model::Ticks;

/// A stop, or one of the two ends of a route.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) task: u32,
    pub(super) place: u32,
    /// Travel into it.
    pub(super) leg: Ticks,
    pub(super) opens: Ticks,
    pub(super) closes: Ticks,
    pub(super) service: Ticks,
    /// Departure.
    pub(super) departs: Ticks,
    /// Latest begin.
    pub(super) latest: Ticks,
    /// Keeps the base plan's hour.
    pub(super) hour: bool,
}

/// A place to put a task.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    pub(super) shift: u32,
    /// Before this node.
    pub(super) at: usize,
    pub(super) opening: Opening,
    /// Gain less the price of the time it takes: what insertions compete by.
    pub(super) score: f64,
    /// The price of the time it takes, its service aside.
    pub(super) price: f64,
    /// What the objective gains.
    pub(super) gain: f64,
}

/// How insertions are judged in one recreate.
#[derive(Clone, Copy)]
pub(super) struct Taste {
    /// Price of a tick on the road.
    pub(super) travel: f64,
    /// Price of a tick by which the next stop is put off.
    pub(super) push: f64,
    /// A position is overlooked with this chance.
    pub(super) blink: f64,
    /// An idle task is overlooked with this chance.
    pub(super) skip: f64,
}

/// A plan in the making.
#[derive(Clone)]
pub(super) struct State {
    pub(super) routes: Vec<Vec<Node>>,
    /// The longest stay each route has room for anywhere, detours aside.
    room: Vec<Ticks>,
    /// The shift of each task.
    pub(super) at: Vec<u32>,
    /// Tasks not planned that fit somewhere.
    pub(super) idle: Vec<u32>,
    place_in_idle: Vec<u32>,
    pub(super) totals: Totals,
    visits: Vec<u32>,
    week_visits: Vec<u32>,
    unit_week: Vec<u32>,
    unit_level: Vec<u32>,
    unit_specialty: Vec<u32>,
    /// Counts against [`Instance::caps`]; empty where there are none.
    day_visits: Vec<u32>,
    unit_visits: Vec<u32>,
    place_visits: Vec<u32>,
    /// Shifts touched since the last settlement, and their routes before.
    pub(super) touched: Vec<u32>,
    before: Vec<Vec<Node>>,
    is_touched: Vec<bool>,
    totals_before: Totals,
    planned: usize,
    busy: usize,
}

impl State {
    /// The empty plan.
    pub(super) fn new(on: &Instance) -> State {
        let n = on.jobs.len();
        let spread = on.request.weights.spread != 0.0 || on.request.weights.spare != 0.0;
        let units = if spread { on.units } else { 0 };
        let mut me = State {
            routes: on
                .tours
                .iter()
                .map(|t| {
                    let end = |place, departs, latest, leg| Node {
                        task: NONE,
                        place,
                        leg,
                        opens: Ticks::MIN / 2,
                        closes: Ticks::MAX / 2,
                        service: 0,
                        departs,
                        latest,
                        hour: false,
                    };
                    let leg = on.ticks(t.from, t.to);
                    vec![end(t.from, t.starts, Ticks::MAX / 2, 0), end(t.to, t.starts + leg, t.ends, leg)]
                })
                .collect(),
            room: on.tours.iter().map(|t| t.ends - t.starts - on.ticks(t.from, t.to)).collect(),
            at: vec![NONE; n],
            idle: vec![],
            place_in_idle: vec![NONE; n],
            totals: Totals::default(),
            visits: vec![0; on.by_leader.len()],
            week_visits: vec![0; on.weeks],
            unit_week: vec![0; units * on.calendar_weeks],
            unit_level: vec![0; units * 64],
            unit_specialty: vec![0; units * 64],
            day_visits: vec![0; on.caps.leader_day.len()],
            unit_visits: vec![0; on.caps.unit_week.len()],
            place_visits: vec![0; on.caps.place_week.len()],
            touched: vec![],
            before: vec![],
            is_touched: vec![false; on.tours.len()],
            totals_before: Totals::default(),
            planned: 0,
            busy: 0,
        };
        for t in 0..n as u32 {
            if on.fits_any(t) {
                me.rest(t);
            }
            if on.jobs[t as usize].must {
                me.totals.missing += 1;
            }
        }
        me.totals_before = me.totals;
        me
    }

    /// The objective, pins above all.
    #[inline]
    pub(super) fn worth(&self, on: &Instance) -> f64 {
        self.totals.worth(&on.guide) - self.totals.missing as f64 * on.beyond
    }

    /// The objective as asked, and the chains' own to decide between equals.
    #[inline]
    pub(super) fn rank(&self, on: &Instance) -> (f64, f64) {
        (self.totals.worth(&on.request.weights) - self.totals.missing as f64 * on.beyond, self.worth(on))
    }

    fn rest(&mut self, t: u32) {
        self.place_in_idle[t as usize] = self.idle.len() as u32;
        self.idle.push(t);
    }

    fn wake(&mut self, t: u32) {
        let i = self.place_in_idle[t as usize] as usize;
        self.idle.swap_remove(i);
        if let Some(&moved) = self.idle.get(i) {
            self.place_in_idle[moved as usize] = i as u32;
        }
        self.place_in_idle[t as usize] = NONE;
    }

    /// Takes a task in a shift into the counts or out of them.
    fn count(&mut self, on: &Instance, t: u32, shift: u32, hour: bool, add: bool) {
        let (job, tour) = (&on.jobs[t as usize], &on.tours[shift as usize]);
        let sign = if add { 1 } else { -1 };
        let x = &mut self.totals;
        x.points += sign * job.worth;
        let leader = &on.request.leaders[tour.leader as usize];
        let visits = step(&mut self.visits[tour.leader as usize], add);
        x.owed += sign * duty::step(visits, leader.quota);
        x.surplus += sign * duty::beyond(visits, leader.quota);
        x.pairs += sign * fairness::step(visits);
        x.weeks += sign * weekly::step(step(&mut self.week_visits[tour.week as usize], add));
        x.kept += sign * kept(on, t, shift, hour);
        x.missing -= sign * i64::from(job.must);
        if on.caps.any {
            let week = tour.calendar_week as usize;
            step(&mut self.day_visits[tour.leader_day as usize], add);
            if job.unit != NONE && !self.unit_visits.is_empty() {
                step(&mut self.unit_visits[job.unit as usize * on.calendar_weeks + week], add);
            }
            if !self.place_visits.is_empty() {
                step(&mut self.place_visits[job.place as usize * on.calendar_weeks + week], add);
            }
        }
        if job.unit != NONE && !self.unit_week.is_empty() {
            let u = job.unit as usize;
            x.spread += sign * spread::meets(step(&mut self.unit_level[u * 64 + usize::from(leader.level & 63)], add));
            x.spread +=
                sign * spread::meets(step(&mut self.unit_specialty[u * 64 + usize::from(leader.specialty & 63)], add));
            x.spare += sign
                * spread::burden(step(&mut self.unit_week[u * on.calendar_weeks + tour.calendar_week as usize], add));
        }
    }

    /// What the objective gains by the task in the shift, travel aside.
    #[inline]
    pub(super) fn gain(&self, on: &Instance, t: u32, shift: u32) -> f64 {
        let (job, tour, w) = (&on.jobs[t as usize], &on.tours[shift as usize], &on.guide);
        let leader = &on.request.leaders[tour.leader as usize];
        let visits = self.visits[tour.leader as usize];
        let mut gain = w.priority * job.worth as f64 - w.fairness * fairness::step(visits) as f64
            + w.duty * duty::step(visits, leader.quota) as f64
            - w.surplus * duty::beyond(visits, leader.quota) as f64
            + w.weekly * weekly::step(self.week_visits[tour.week as usize]) as f64;
        if job.base.is_some() {
            gain += w.stability * 0.25 * kept(on, t, shift, false) as f64;
        }
        if job.unit != NONE && !self.unit_week.is_empty() {
            let u = job.unit as usize;
            gain += w.spread * spread::meets(self.unit_level[u * 64 + usize::from(leader.level & 63)]) as f64;
            gain += w.spread * spread::meets(self.unit_specialty[u * 64 + usize::from(leader.specialty & 63)]) as f64;
            gain -=
                w.spare * spread::burden(self.unit_week[u * on.calendar_weeks + tour.calendar_week as usize]) as f64;
        }
        if job.must {
            gain += on.beyond;
        }
        gain
    }

    /// Whether no cap keeps one more visit out of a shift. Whether its hour leaves the leader's rest alone is for [`State::rested`].
    #[inline]
    fn has_room(&self, on: &Instance, t: u32, shift: u32) -> bool {
        let (job, tour, caps) = (&on.jobs[t as usize], &on.tours[shift as usize], &on.caps);
        let below = |count: u32, cap: u16| count < u32::from(cap) || cap == u16::MAX;
        let week = tour.calendar_week as usize;
        let unit = job.unit as usize * on.calendar_weeks + week;
        let place = job.place as usize * on.calendar_weeks + week;
        below(self.day_visits[tour.leader_day as usize], caps.leader_day[tour.leader_day as usize])
            && below(self.week_visits[tour.week as usize], caps.leader_week[tour.week as usize])
            && (job.unit == NONE || caps.unit_week.is_empty() || below(self.unit_visits[unit], caps.unit_week[unit]))
            && (caps.place_week.is_empty() || below(self.place_visits[place], caps.place_week[place]))
    }

    /// What of an opening lets the leader rest: later where he visits by night on the eve, none where he would and has the morning full.
    #[inline]
    fn rested(&self, on: &Instance, t: u32, shift: u32, opening: Opening) -> Option<Opening> {
        let tour = &on.tours[shift as usize];
        let visits = |s: u32| self.routes[s as usize].iter().filter(|n| n.task != NONE);
        let by_night = |s: u32, closes: Ticks, service: Ticks| {
            let of = &on.tours[s as usize];
            closes.min(of.ends - service) >= of.night
        };
        let mut out = opening;
        if !tour.eves.is_empty() && tour.eves.iter().any(|&s| visits(s).any(|n| by_night(s, n.closes, n.service))) {
            out.opens = out.opens.max(tour.until);
        }
        let barred = !tour.morrows.is_empty()
            && by_night(shift, opening.closes, on.jobs[t as usize].service)
            && tour.morrows.iter().any(|&s| visits(s).any(|n| n.opens < on.tours[s as usize].until));
        (out.opens <= out.closes && !barred).then_some(out)
    }

    /// Whether a spot found before is still within all caps.
    #[inline]
    pub(super) fn may(&self, on: &Instance, t: u32, spot: &Spot) -> bool {
        !on.caps.any
            || self.has_room(on, t, spot.shift)
                && self.rested(on, t, spot.shift, spot.opening).is_some_and(|o| o.opens == spot.opening.opens)
    }

    /// The best spot for a task in one shift's route.
    #[inline]
    pub(super) fn spot(
        &self,
        on: &Instance,
        t: u32,
        shift: u32,
        gain: f64,
        taste: &Taste,
        chance: &mut Chance,
    ) -> Option<Spot> {
        let route = &self.routes[shift as usize];
        if route.len() - 2 >= on.tours[shift as usize].most || on.caps.any && !self.has_room(on, t, shift) {
            return None;
        }
        let job = &on.jobs[t as usize];
        if self.room[shift as usize] + SLOP < job.service {
            return None;
        }
        let mut best: Option<Spot> = None;
        let mut best_cost = f64::INFINITY;
        let blind = if taste.blink > 0.0 && chance.unit() < taste.blink * (route.len() - 1) as f64 {
            1 + chance.below(route.len() - 1)
        } else {
            0
        };
        on.openings(t, shift, |o| {
            let o = if on.caps.any {
                match self.rested(on, t, shift, o) {
                    Some(o) => o,
                    None => return,
                }
            } else {
                o
            };
            let bonus = if o.hour { on.request.weights.stability * 0.25 } else { 0.0 };
            let soonest_end = o.opens + job.service;
            for i in 1..route.len() {
                let (a, b) = (&route[i - 1], &route[i]);
                if a.departs > o.closes {
                    break;
                }
                if b.latest < soonest_end || a.departs + b.leg + job.service > b.latest + SLOP || i == blind {
                    continue;
                }
                let there = on.ticks(a.place, job.place);
                let begins = (a.departs + there).max(o.opens);
                if begins > o.closes {
                    continue;
                }
                let back = on.ticks(job.place, b.place);
                let arrives = begins + job.service + back;
                if arrives > b.latest {
                    continue;
                }
                let detour = travel::detour(there, back, if route.len() == 2 { 0 } else { b.leg });
                let push = arrives - (b.departs - b.service);
                let cost = taste.travel * f64::from(detour) + taste.push * f64::from(push.max(0)) - bonus;
                if cost < best_cost {
                    best_cost = cost;
                    best = Some(Spot {
                        shift,
                        at: i,
                        opening: o,
                        score: gain - cost,
                        price: cost + bonus,
                        gain: gain + bonus - on.guide.travel * f64::from(detour),
                    });
                }
            }
        });
        best
    }

    /// One spot, where it is in time.
    pub(super) fn spot_at(
        &self,
        on: &Instance,
        t: u32,
        shift: u32,
        at: usize,
        opening: Opening,
        gain: f64,
    ) -> Option<Spot> {
        let route = &self.routes[shift as usize];
        let job = &on.jobs[t as usize];
        let opening = if on.caps.any {
            self.rested(on, t, shift, opening).filter(|_| self.has_room(on, t, shift))?
        } else {
            opening
        };
        let (a, b) = (&route[at - 1], &route[at]);
        let begins = (a.departs + on.ticks(a.place, job.place)).max(opening.opens);
        let in_time = begins <= opening.closes && begins + job.service + on.ticks(job.place, b.place) <= b.latest;
        (in_time && route.len() - 2 < on.tours[shift as usize].most).then_some(Spot {
            shift,
            at,
            opening,
            score: gain,
            price: 0.0,
            gain,
        })
    }

    /// Makes some routes those of another plan and settles. The other plan's tasks are planned on
    /// these routes only.
    pub(super) fn replace(&mut self, on: &Instance, shifts: &[u32], with: &[Vec<Node>]) {
        let mut out = vec![];
        for &s in shifts {
            let end = self.routes[s as usize].len() - 1;
            self.remove(on, s, 1, end, &mut out);
        }
        for &s in shifts {
            for (i, node) in with[s as usize].iter().enumerate().filter(|x| x.1.task != NONE) {
                let opening = Opening { opens: node.opens, closes: node.closes, hour: node.hour };
                self.insert(on, node.task, &Spot { shift: s, at: i, opening, score: 0.0, price: 0.0, gain: 0.0 });
            }
        }
        self.settle();
    }

    /// Remembers a route before its first change.
    #[inline]
    fn touch(&mut self, shift: u32) {
        if self.is_touched[shift as usize] {
            return;
        }
        self.is_touched[shift as usize] = true;
        let n = self.touched.len();
        self.touched.push(shift);
        if self.before.len() == n {
            self.before.push(vec![]);
        }
        self.before[n].clone_from(&self.routes[shift as usize]);
    }

    /// Puts a task into a spot.
    pub(super) fn insert(&mut self, on: &Instance, t: u32, spot: &Spot) {
        let (s, i) = (spot.shift, spot.at);
        self.touch(s);
        let job = &on.jobs[t as usize];
        let route = &mut self.routes[s as usize];
        let leg = on.ticks(route[i - 1].place, job.place);
        let back = on.ticks(job.place, route[i].place);
        let direct = if route.len() == 2 { 0 } else { route[i].leg };
        self.totals.travel += i64::from(travel::detour(leg, back, direct));
        self.planned += 1;
        self.busy += usize::from(route.len() == 2);
        route[i].leg = back;
        route.insert(
            i,
            Node {
                task: t,
                place: job.place,
                leg,
                opens: spot.opening.opens,
                closes: spot.opening.closes,
                service: job.service,
                departs: 0,
                latest: 0,
                hour: spot.opening.hour,
            },
        );
        forward(route, i);
        backward(route, i);
        self.room[s as usize] = room(route);
        self.at[t as usize] = s;
        self.wake(t);
        self.count(on, t, s, spot.opening.hour, true);
    }

    /// Takes the nodes from `i` to before `j` out of a route.
    pub(super) fn remove(&mut self, on: &Instance, s: u32, i: usize, j: usize, out: &mut Vec<u32>) {
        if i >= j {
            return;
        }
        self.touch(s);
        let mut legs = 0;
        for k in i..j {
            let node = self.routes[s as usize][k];
            legs += node.leg;
            self.at[node.task as usize] = NONE;
            self.rest(node.task);
            self.count(on, node.task, s, node.hour, false);
            out.push(node.task);
        }
        let route = &mut self.routes[s as usize];
        legs += route[j].leg;
        route.drain(i..j);
        let leg = on.ticks(route[i - 1].place, route[i].place);
        route[i].leg = leg;
        self.totals.travel += i64::from(if route.len() == 2 { 0 } else { leg } - legs);
        self.planned -= j - i;
        self.busy -= usize::from(route.len() == 2);
        forward(route, i);
        backward(route, i - 1);
        self.room[s as usize] = room(route);
    }

    /// A shift of one of the leaders who owe visits, or of a week in which a leader has none.
    pub(super) fn wanting(&self, on: &Instance, chance: &mut Chance) -> Option<u32> {
        let (owes, idles) = (self.totals.owed < on.owed, self.totals.weeks < on.weeks as i64);
        if idles && (!owes || chance.below(2) == 0) {
            let shifts = || (0u32..).zip(&on.tours).filter(|(_, t)| self.week_visits[t.week as usize] == 0);
            return Some(shifts().nth(chance.below(shifts().count().max(1)))?.0);
        }
        if !owes {
            return None;
        }
        let leaders = || {
            on.request
                .leaders
                .iter()
                .zip(&self.visits)
                .zip(&on.by_leader)
                .filter(|((leader, visits), _)| **visits < u32::from(leader.quota))
        };
        let shifts = leaders().nth(chance.below(leaders().count().max(1)))?.1;
        let open = || shifts.iter().filter(|s| self.routes[**s as usize].len() - 2 < on.tours[**s as usize].most);
        open().nth(chance.below(open().count().max(1))).copied()
    }

    /// Whether the leader of a shift has more visits than are owed.
    pub(super) fn spares(&self, on: &Instance, shift: u32) -> bool {
        let leader = on.tours[shift as usize].leader as usize;
        self.visits[leader] > u32::from(on.request.leaders[leader].quota)
    }

    /// How many visits are planned on how many routes.
    pub(super) fn load(&self) -> (usize, usize) {
        (self.planned, self.busy)
    }

    /// Whether a route has changed since the last settlement.
    #[inline]
    pub(super) fn is_touched(&self, shift: u32) -> bool {
        self.is_touched[shift as usize]
    }

    /// Where a task stands in its route.
    pub(super) fn index(&self, t: u32) -> usize {
        self.routes[self.at[t as usize] as usize].iter().position(|n| n.task == t).unwrap_or(0)
    }

    /// Takes one task out.
    pub(super) fn remove_task(&mut self, on: &Instance, t: u32, out: &mut Vec<u32>) {
        let (s, i) = (self.at[t as usize], self.index(t));
        self.remove(on, s, i, i + 1, out);
    }

    /// Keeps all changes since the last settlement.
    pub(super) fn settle(&mut self) {
        for &s in &self.touched {
            self.is_touched[s as usize] = false;
        }
        self.touched.clear();
        self.totals_before = self.totals;
    }

    /// Takes all changes since the last settlement back.
    pub(super) fn take_back(&mut self, on: &Instance) {
        for k in 0..self.touched.len() {
            let s = self.touched[k];
            let route = std::mem::take(&mut self.routes[s as usize]);
            self.planned -= route.len() - 2;
            self.busy -= usize::from(route.len() > 2);
            for node in &route[1..route.len() - 1] {
                self.at[node.task as usize] = NONE;
                self.rest(node.task);
                self.count(on, node.task, s, node.hour, false);
            }
            self.routes[s as usize] = route;
        }
        for k in 0..self.touched.len() {
            let s = self.touched[k];
            std::mem::swap(&mut self.routes[s as usize], &mut self.before[k]);
            self.room[s as usize] = room(&self.routes[s as usize]);
            self.planned += self.routes[s as usize].len() - 2;
            self.busy += usize::from(self.routes[s as usize].len() > 2);
            for i in 1..self.routes[s as usize].len() - 1 {
                let node = self.routes[s as usize][i];
                self.at[node.task as usize] = s;
                self.wake(node.task);
                self.count(on, node.task, s, node.hour, true);
            }
        }
        self.totals = self.totals_before;
        self.settle();
    }
}

/// By how many ticks rounding may make a detour shorter than the direct way; a stop that would have
/// to save more is not looked at.
const SLOP: Ticks = 2;

/// Counts one up or down; says the lower of the two counts, which the step is taken from.
#[inline]
fn step(count: &mut u32, add: bool) -> u32 {
    let lower = if add { *count } else { *count - 1 };
    *count = if add { lower + 1 } else { lower };
    lower
}

/// Quarters of the base plan's visit that are kept.
#[inline]
fn kept(on: &Instance, t: u32, shift: u32, hour: bool) -> i64 {
    let Some(base) = on.jobs[t as usize].base else { return 0 };
    let tour = &on.tours[shift as usize];
    stability::quarters(base.slot, Slot { shift, leader: tour.leader, day: tour.day }, hour)
}

/// The longest stay that fits between two nodes.
#[inline]
fn room(route: &[Node]) -> Ticks {
    route.windows(2).map(|w| w[1].latest - w[0].departs - w[1].leg).max().unwrap_or(0)
}

/// Departures from node `i` on, as far as they change.
#[inline]
fn forward(route: &mut [Node], i: usize) {
    let mut departs = route[i - 1].departs;
    for (k, node) in route[i..].iter_mut().enumerate() {
        let new = (departs + node.leg).max(node.opens) + node.service;
        if new == node.departs && k > 0 {
            return;
        }
        node.departs = new;
        departs = new;
    }
}

/// Latest begins from node `i` down, as far as they change.
#[inline]
fn backward(route: &mut [Node], i: usize) {
    let mut bound = route[i + 1].latest - route[i + 1].leg;
    for k in (1..=i).rev() {
        let node = &mut route[k];
        let new = node.closes.min(bound - node.service);
        if new == node.latest && k < i {
            return;
        }
        node.latest = new;
        bound = new - node.leg;
    }
}
