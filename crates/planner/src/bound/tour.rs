//! One shift's best tour at given prices, relaxed: an upper bound of the orienteering problem with time windows, and the tour that gives it.
//!
//! A label is a visit's end, the worth so far and the visit before; labels are extended in order of time. Relaxed are: a visit may be made
//! again, but not right after the one that followed it (two-cycle elimination, Christofides, Mingozzi, Toth 1981); the number of visits counts
//! only in a second, cruder bound; and legs beyond the nearest neighbours go through a hub, which costs the mean of how far the neighbourhoods
//! of both ends reach, never more than the leg itself, and rounds the time there down to a slot. A label ends where a fractional knapsack over
//! the time that is left cannot lift it above the best tour known, at first that of the round before.

use crate::model::*;
use std::collections::{BTreeMap, HashMap};

/// Legs a visit has to its neighbours before the rest goes through the hub.
const NEIGHBOURS: usize = 10;
/// Slots of time at the hub.
const SLOTS: i64 = 128;
/// Units of time in a shift.
const UNITS: i64 = 1 << 15;

/// What each shift can reach, and who is near on each day.
pub(super) struct Days {
    /// By shift: the tasks that fit some tour of it.
    pub(super) shifts: Vec<Vec<u32>>,
    /// By leader: visits that the shifts allow at most.
    pub(super) most: Vec<u32>,
    /// By task: a usual short leg to it.
    pub(super) leg: Vec<Ticks>,
    near: HashMap<Day, Near>,
    home: BTreeMap<(u32, bool), Vec<Ticks>>,
}

/// Neighbours among the tasks of one day.
struct Near {
    /// By task: its index, for tasks of the day.
    index: Vec<u32>,
    /// By index: neighbour's task and leg.
    out: Vec<Vec<(u32, Ticks)>>,
    /// By index: legs from it beyond its list are not shorter, nor legs to it beyond; none where the list has all.
    reach: Option<Vec<(Ticks, Ticks)>>,
    /// By index: the shortest leg to it.
    least: Vec<Ticks>,
}

impl Near {
    fn new(request: &Request, tasks: &[u32]) -> Near {
        let n = tasks.len();
        let place = |i: usize| request.tasks[tasks[i] as usize].place;
        let leg = |i: usize, j: usize| request.travel.ticks(place(i), place(j));
        let k = NEIGHBOURS.max(16_000 / n.max(1));
        let mut index = vec![NONE; request.tasks.len()];
        for (i, t) in (0u32..).zip(tasks) {
            index[*t as usize] = i;
        }
        if n <= k + 1 {
            let all = (0..n).map(|i| (0..n).filter(|j| *j != i).map(|j| (tasks[j], leg(i, j))).collect());
            let least = (0..n).map(|j| (0..n).filter(|i| *i != j).map(|i| leg(i, j)).min().unwrap_or(0)).collect();
            return Near { index, out: all.collect(), reach: None, least };
        }
        let mut out: Vec<Vec<(u32, Ticks)>> = vec![Vec::new(); n];
        let (mut reach, mut least) = (vec![(0, 0); n], vec![0; n]);
        let mut row: Vec<(Ticks, usize)> = Vec::with_capacity(n);
        for inward in [false, true] {
            for i in 0..n {
                row.clear();
                row.extend((0..n).filter(|j| *j != i).map(|j| (if inward { leg(j, i) } else { leg(i, j) }, j)));
                row.select_nth_unstable(k);
                if inward { reach[i].1 = row[k].0 } else { reach[i].0 = row[k].0 }
                if inward {
                    least[i] = row[..k].iter().map(|r| r.0).min().unwrap_or(0);
                }
                for (ticks, j) in &row[..k] {
                    let (from, to) = if inward { (*j, i) } else { (i, *j) };
                    out[from].push((tasks[to], *ticks));
                }
            }
        }
        for list in &mut out {
            list.sort_unstable();
            list.dedup();
        }
        Near { index, out, reach: Some(reach), least }
    }
}

impl Days {
    pub(super) fn new(request: &Request) -> Days {
        let mut days = Days { shifts: Vec::new(), most: vec![0; request.leaders.len()], leg: Vec::new(), near: HashMap::new(), home: BTreeMap::new() };
        for shift in &request.shifts {
            days.home.entry((shift.from, true)).or_insert_with(|| shortest(request, shift.from, true));
            days.home.entry((shift.to, false)).or_insert_with(|| shortest(request, shift.to, false));
        }
        let mut wishes: HashMap<u32, (Vec<&Pin>, Vec<&Forbid>)> = HashMap::new();
        request.pins.iter().for_each(|p| wishes.entry(p.task).or_default().0.push(p));
        request.forbids.iter().for_each(|f| wishes.entry(f.task).or_default().1.push(f));
        for shift in &request.shifts {
            let leader = &request.leaders[shift.leader as usize];
            let (there, back) = (&days.home[&(shift.from, true)], &days.home[&(shift.to, false)]);
            let fits = |index: u32, t: &Task| {
                let wished = wishes.get(&index).is_none_or(|(pins, forbids)| {
                    pins.iter().all(|p| p.leader.is_none_or(|l| l == shift.leader) && p.day.is_none_or(|d| d == shift.day))
                        && !forbids.iter().any(|f| f.leader.is_none_or(|l| l == shift.leader) && f.day.is_none_or(|d| d == shift.day))
                });
                let arrives = shift.starts.saturating_add(there[t.place as usize]);
                wished && shift.most > 0 && leader.rank >= t.rank && t.skill.is_none_or(|s| leader.skills >> s & 1 == 1)
                    && begin(t, shift.day, arrives).is_some_and(|b| b.saturating_add(t.service).saturating_add(back[t.place as usize]) <= shift.ends)
            };
            days.shifts.push((0u32..).zip(&request.tasks).filter(|(i, t)| fits(*i, t)).map(|(i, _)| i).collect());
        }
        for (shift, tasks) in request.shifts.iter().zip(&days.shifts) {
            days.most[shift.leader as usize] += tasks.len().min(shift.most.into()) as u32;
        }
        let mut by_day: BTreeMap<Day, Vec<u32>> = BTreeMap::new();
        for (shift, tasks) in request.shifts.iter().zip(&days.shifts) {
            by_day.entry(shift.day).or_default().extend(tasks);
        }
        days.leg = vec![Ticks::MAX; request.tasks.len()];
        for (day, mut tasks) in by_day {
            tasks.sort_unstable();
            tasks.dedup();
            let near = Near::new(request, &tasks);
            for (t, list) in tasks.iter().zip(&near.out) {
                let mut legs: Vec<Ticks> = list.iter().map(|(_, leg)| *leg).collect();
                legs.sort_unstable();
                let leg = legs.get(legs.len().min(6) / 2).copied().unwrap_or(0);
                days.leg[*t as usize] = days.leg[*t as usize].min(leg);
            }
            days.near.insert(day, near);
        }
        days.leg.iter_mut().filter(|l| **l == Ticks::MAX).for_each(|l| *l = 0);
        days
    }
}

/// The earliest begin of a visit on a day after an arrival.
fn begin(task: &Task, day: Day, arrives: Ticks) -> Option<Ticks> {
    task.windows.iter().filter(|w| w.first <= day && day <= w.last && w.closes >= arrives).map(|w| arrives.max(w.opens)).min()
}

/// Shortest ways from (or to) a place over all places, by Dijkstra: no detour over other visits is shorter.
fn shortest(request: &Request, home: u32, outward: bool) -> Vec<Ticks> {
    // Only places of tasks can lie on a tour.
    let mut left: Vec<(Ticks, u32)> = request.tasks.iter().map(|t| (Ticks::MAX, t.place)).collect();
    left.sort_unstable();
    left.dedup();
    let mut ways = vec![Ticks::MAX; request.travel.places()];
    let mut next = Some((0, home));
    while let Some((way, i)) = next.filter(|n| n.0 < Ticks::MAX) {
        ways[i as usize] = way;
        // One pass shortens what can be shortened, forgets what is done and finds the next.
        next = None;
        left.retain_mut(|(best, j)| {
            if *j == i {
                return false;
            }
            let leg = if outward { request.travel.ticks(i, *j) } else { request.travel.ticks(*j, i) };
            *best = (*best).min(way.saturating_add(leg));
            if next.is_none_or(|n| (*best, *j) < n) {
                next = Some((*best, *j));
            }
            true
        });
    }
    ways
}

#[derive(Clone, Copy)]
struct Label {
    ends: Ticks,
    worth: f64,
    /// Position among the shift's tasks.
    node: u32,
    /// The visit before.
    before: u32,
    parent: u32,
}

const NONE: u32 = u32::MAX;

/// The best that comes to the hub in a slot: worth, from which visit, label; and the best from another visit.
type Slot = [(f64, u32, u32); 2];
const EMPTY: Slot = [(f64::NEG_INFINITY, NONE, NONE); 2];

/// A tour as it was found: visits and what its road cost.
#[derive(Clone, Default)]
struct Known {
    tasks: Vec<u32>,
    road: f64,
}

/// Room for one tour after the other, so that nothing is allocated anew, and the tours of the round before.
#[derive(Default)]
pub(super) struct Ways {
    labels: Vec<Label>,
    /// By position: the best that is already extended, which ends no later than what comes.
    at: Vec<Slot>,
    queue: Vec<Vec<u32>>,
    hub: Vec<Slot>,
    here: Vec<u32>,
    points: Vec<f64>,
    /// By position: the most that can still be had in the ticks left.
    rest: Vec<(i64, f64)>,
    /// By position in `rest` less one: the visit that makes the step.
    steps: Vec<u32>,
    shares: Vec<(u32, f64)>,
    known: Vec<Known>,
}

impl Ways {
    /// Where to begin: tours of a plan, and what their road costs.
    pub(super) fn seed(&mut self, request: &Request, plan: &Plan) {
        self.known = vec![Known::default(); request.shifts.len()];
        for route in &plan.routes {
            let tasks = route.stops.iter().map(|s| s.task).collect();
            self.known[route.shift as usize] = Known { tasks, road: request.weights.travel * f64::from(route.travel) };
        }
    }

    /// An upper bound of what a tour of the shift is worth, 0 for staying at home, and the tasks of the relaxed tour (a task may stand twice).
    /// `points` below 0 count as 0, which only raises the bound.
    pub(super) fn best(&mut self, request: &Request, days: &Days, index: u32, road: f64, points: &dyn Fn(u32) -> f64) -> (f64, &[u32]) {
        let (shift, tasks) = (&request.shifts[index as usize], &days.shifts[index as usize]);
        self.known.resize_with(self.known.len().max(index as usize + 1), Known::default);
        let Some(near) = days.near.get(&shift.day).filter(|_| !tasks.is_empty()) else { return (0.0, &[]) };
        let (m, span) = (tasks.len(), i64::from(shift.ends) - i64::from(shift.starts));
        self.points.clear();
        self.points.extend(tasks.iter().map(|t| points(*t).max(0.0)));
        // The cruder bound: the dearest visits, as many as the shift takes, no road.
        let mut dear: Vec<(f64, u32)> = self.points.iter().copied().zip(tasks.iter().copied()).collect();
        let take = usize::from(shift.most).min(m);
        if take < m {
            dear.select_nth_unstable_by(take - 1, |a, b| b.0.total_cmp(&a.0));
        }
        let crude: f64 = dear[..take].iter().map(|d| d.0).sum();
        let cheap = |known: &mut Known| *known = Known { tasks: dear[..take].iter().map(|d| d.1).collect(), road: 0.0 };
        // Ends are rounded down to a unit of time, so that there are not too many.
        let unit = (span / UNITS).max(1);
        let service = |t: &u32| i64::from(request.tasks[*t as usize].service);
        let instant = near.out.iter().flatten().any(|(t, leg)| i64::from(*leg) + service(t) < unit);
        if instant || crude <= 0.0 {
            cheap(&mut self.known[index as usize]);
            return (crude, &self.known[index as usize].tasks);
        }
        self.rest(request, near, tasks, shift, road);
        // The tour of the round before is one of this round too.
        let old = &self.known[index as usize];
        let mut best = (old.tasks.iter().map(|t| points(*t).max(0.0)).sum::<f64>() - old.road).max(0.0);
        let mut last = NONE;
        if best == 0.0 {
            self.known[index as usize] = Known::default();
        }
        let greedy = self.greedy(request, days, index, road);
        if greedy.1 > best {
            best = greedy.1;
            let points = &self.points;
            let sum: f64 = greedy.0.iter().map(|i| points[*i]).sum();
            self.known[index as usize] = Known { tasks: greedy.0.iter().map(|i| tasks[*i]).collect(), road: sum - best };
        }
        // Task → position in this shift.
        self.here.clear();
        self.here.resize(near.out.len(), NONE);
        for (i, t) in (0u32..).zip(tasks) {
            self.here[near.index[*t as usize] as usize] = i;
        }
        self.labels.clear();
        self.at.clear();
        self.at.resize(m, EMPTY);
        let buckets = (span / unit) as usize;
        self.queue.iter_mut().for_each(Vec::clear);
        self.queue.resize_with(self.queue.len().max(buckets + 1), Vec::new);
        // No visit is shorter than a slot, so that what leaves the hub ends after the slot.
        let width = (span / SLOTS).min(tasks.iter().map(service).min().unwrap_or(0)) / unit * unit;
        let (width, thin) = (width.max(unit), width <= unit);
        self.hub.clear();
        self.hub.resize((span / width) as usize + 1, EMPTY);
        let back = &days.home[&(shift.to, false)];
        let homeward = tasks.iter().map(|t| i64::from(back[request.tasks[*t as usize].place as usize])).min().unwrap_or(0);
        let since = |t: Ticks| i64::from(t) - i64::from(shift.starts);
        let bucket = |ends: Ticks| (since(ends) / unit).clamp(0, buckets as i64) as usize;
        let visit = |ways: &mut Ways, now: usize, best: f64, i: u32, arrives: Ticks, worth: f64, before: u32, parent: u32| {
            let t = &request.tasks[tasks[i as usize] as usize];
            let Some(begins) = begin(t, shift.day, arrives) else { return };
            let ends = begins + t.service;
            let left = i64::from(shift.ends) - i64::from(ends);
            let worth = worth + ways.points[i as usize];
            if left >= i64::from(back[t.place as usize]) && worth + ways.left(left - homeward) > best {
                let bucket = bucket(ends).max(now);
                let ends = shift.starts + (bucket as i64 * unit) as Ticks;
                ways.push(Label { ends, worth, node: i, before, parent }, bucket);
            }
        };
        // From the hub on to everybody but the one that came.
        let onward = |ways: &mut Ways, now: usize, best: f64, reach: &[(Ticks, Ticks)], time: Ticks, slot: Slot| {
            if slot[0].0 == f64::NEG_INFINITY {
                return;
            }
            for j in 0..m as u32 {
                let (worth, from, parent) = if slot[0].1 == j { slot[1] } else { slot[0] };
                let half = reach[near.index[tasks[j as usize] as usize] as usize].1 / 2;
                if worth > f64::NEG_INFINITY {
                    visit(ways, now, best, j, time + half, worth - road * f64::from(half), from, parent);
                }
            }
        };
        for (i, t) in (0u32..).zip(tasks) {
            let leg = request.travel.ticks(shift.from, request.tasks[*t as usize].place);
            visit(self, 0, best, i, shift.starts.saturating_add(leg), -road * f64::from(leg), NONE, NONE);
        }
        let (mut next_slot, mut seen) = (0, EMPTY);
        for now in 0..=buckets {
            if let Some(reach) = &near.reach {
                // A slot is complete when no label can come to it any more.
                while (next_slot as i64 + i64::from(!thin)) * width <= now as i64 * unit && next_slot < self.hub.len() {
                    let slot = self.hub[next_slot];
                    // What an earlier slot offered already is of no more use.
                    if slot[0].0 > seen[1].0 || slot[1].0 > seen[1].0 {
                        onward(self, now, best, reach, shift.starts + (next_slot as i64 * width) as Ticks, slot);
                        for one in slot {
                            offer(&mut seen, one);
                        }
                    }
                    next_slot += 1;
                }
            }
            let mut i = 0;
            while let Some(&id) = self.queue[now].get(i) {
                i += 1;
                let label = self.labels[id as usize];
                if self.outdone(&label) || label.worth + self.left(i64::from(shift.ends) - i64::from(label.ends) - homeward) <= best {
                    continue;
                }
                offer(&mut self.at[label.node as usize], (label.worth, label.before, id));
                let task = tasks[label.node as usize];
                let place = request.tasks[task as usize].place;
                let home = request.travel.ticks(place, shift.to);
                let worth = label.worth - road * f64::from(home);
                if worth > best && label.ends.saturating_add(home) <= shift.ends {
                    (best, last) = (worth, id);
                }
                let own = near.index[task as usize] as usize;
                for (t, leg) in &near.out[own] {
                    let j = self.here[near.index[*t as usize] as usize];
                    if j != NONE && j != label.before {
                        visit(self, now, best, j, label.ends + leg, label.worth - road * f64::from(*leg), label.node, id);
                    }
                }
                if let Some(reach) = &near.reach {
                    let half = reach[own].0 / 2;
                    let one = (label.worth - road * f64::from(half), label.node, id);
                    let slot = (since(label.ends + half) / width) as usize;
                    if slot < next_slot {
                        onward(self, now, best, reach, label.ends + half, [one, EMPTY[1]]);
                    } else if let Some(slot) = self.hub.get_mut(slot) {
                        offer(slot, one);
                    }
                }
            }
        }
        let known = &mut self.known[index as usize];
        if crude < best {
            cheap(known);
            return (crude, &known.tasks);
        }
        if last != NONE {
            known.tasks.clear();
            while last != NONE {
                let label = self.labels[last as usize];
                known.tasks.push(tasks[label.node as usize]);
                last = label.parent;
            }
            known.road = known.tasks.iter().map(|t| points(*t).max(0.0)).sum::<f64>() - best;
        }
        (best, &known.tasks)
    }

    /// A tour that goes on to whoever gives most per tick: positions and worth. It only saves labels.
    fn greedy(&self, request: &Request, days: &Days, index: u32, road: f64) -> (Vec<usize>, f64) {
        let (shift, tasks) = (&request.shifts[index as usize], &days.shifts[index as usize]);
        let (mut tour, mut now, mut here, mut worth, mut best) = (Vec::new(), shift.starts, shift.from, 0.0, 0.0);
        let mut length = 0;
        loop {
            let next = (0..tasks.len()).filter(|i| self.points[*i] > 0.0 && !tour.contains(i)).filter_map(|i| {
                let t = &request.tasks[tasks[i] as usize];
                let leg = request.travel.ticks(here, t.place);
                let ends = begin(t, shift.day, now + leg)? + t.service;
                let home = request.travel.ticks(t.place, shift.to);
                let gain = self.points[i] - road * f64::from(leg);
                (ends + home <= shift.ends).then(|| (gain / f64::from((ends - now).max(1)), i, ends, gain, home))
            });
            let Some((_, i, ends, gain, home)) = next.max_by(|a, b| a.0.total_cmp(&b.0)) else { break };
            tour.push(i);
            (now, here, worth) = (ends, request.tasks[tasks[i] as usize].place, worth + gain);
            if worth - road * f64::from(home) > best {
                (best, length) = (worth - road * f64::from(home), tour.len());
            }
        }
        tour.truncate(length);
        (tour, best)
    }

    /// The most that visits can add in so many ticks: a fractional knapsack, each visit as long as its service and its shortest leg,
    /// and worth that leg's road less.
    fn rest(&mut self, request: &Request, near: &Near, tasks: &[u32], shift: &Shift, road: f64) {
        let least = |t: &u32| near.least[near.index[*t as usize] as usize];
        let mut items: Vec<(f64, i64, u32)> = tasks.iter().zip(&self.points)
            .map(|(t, p)| (p - road * f64::from(least(t)), i64::from(request.tasks[*t as usize].service) + i64::from(least(t)), *t)).filter(|i| i.0 > 0.0).collect();
        items.sort_unstable_by(|a, b| (b.0 / b.1 as f64).total_cmp(&(a.0 / a.1 as f64)));
        let (mut ticks, mut worth) = (0, 0.0);
        self.rest.clear();
        self.steps.clear();
        self.rest.push((0, 0.0));
        for (p, t, task) in items {
            (ticks, worth) = (ticks + t, worth + p);
            self.rest.push((ticks, worth));
            self.steps.push(task);
            if ticks > i64::from(shift.ends) - i64::from(shift.starts) {
                break;
            }
        }
    }

    /// A cruder upper bound in a fraction of the time: the first visit is reached by its own leg, all others by their shortest, the last
    /// part of one may be made. The tour comes as shares of visits.
    pub(super) fn crude(&mut self, request: &Request, days: &Days, index: u32, road: f64, points: &dyn Fn(u32) -> f64) -> (f64, &[(u32, f64)]) {
        self.shares.clear();
        let (shift, tasks) = (&request.shifts[index as usize], &days.shifts[index as usize]);
        let Some(near) = days.near.get(&shift.day).filter(|_| !tasks.is_empty()) else { return (0.0, &[]) };
        self.points.clear();
        self.points.extend(tasks.iter().map(|t| points(*t).max(0.0)));
        self.rest(request, near, tasks, shift, road);
        let back = &days.home[&(shift.to, false)];
        let homeward = tasks.iter().map(|t| back[request.tasks[*t as usize].place as usize]).min().unwrap_or(0);
        let mut best = (0.0, None);
        for (i, t) in tasks.iter().enumerate() {
            let task = &request.tasks[*t as usize];
            let leg = request.travel.ticks(shift.from, task.place);
            let first = self.points[i] - road * f64::from(leg) - road * f64::from(homeward);
            let Some(begins) = begin(task, shift.day, shift.starts.saturating_add(leg)) else { continue };
            let left = i64::from(shift.ends) - i64::from(begins) - i64::from(task.service);
            if left < i64::from(back[task.place as usize]) {
                continue;
            }
            let left = left - i64::from(homeward);
            let worth = first + self.left(left);
            if worth > best.0 {
                best = (worth, Some((*t, left)));
            }
        }
        let (worth, Some((first, left))) = best else { return (0.0, &[]) };
        self.shares.push((first, 1.0));
        for (step, task) in self.rest.windows(2).zip(&self.steps) {
            let share = ((left - step[0].0) as f64 / (step[1].0 - step[0].0).max(1) as f64).clamp(0.0, 1.0);
            if share > 0.0 {
                self.shares.push((*task, share));
            }
        }
        // As many of the dearest as the shift takes, without any road.
        let take = usize::from(shift.most).min(tasks.len());
        let mut dear: Vec<(f64, u32)> = self.points.iter().copied().zip(tasks.iter().copied()).collect();
        if take < tasks.len() {
            dear.select_nth_unstable_by(take - 1, |a, b| b.0.total_cmp(&a.0));
        }
        let sum: f64 = dear[..take].iter().map(|d| d.0).sum();
        if sum < worth {
            self.shares = dear[..take].iter().map(|d| (d.1, 1.0)).collect();
            return (sum, &self.shares);
        }
        (worth, &self.shares)
    }

    /// Reads [`Self::rest`].
    fn left(&self, ticks: i64) -> f64 {
        let i = self.rest.partition_point(|r| r.0 <= ticks);
        let (t0, w0) = self.rest[i.max(1) - 1];
        let Some((t1, w1)) = self.rest.get(i) else { return w0 };
        w0 + (w1 - w0) * (ticks - t0) as f64 / (t1 - t0).max(1) as f64
    }

    fn push(&mut self, label: Label, bucket: usize) {
        if !self.outdone(&label) {
            self.queue[bucket].push(self.labels.len() as u32);
            self.labels.push(label);
        }
    }

    /// Whether a label that came the same way, or two that came different ways, ended no later and are worth as much.
    fn outdone(&self, label: &Label) -> bool {
        let [first, second] = self.at[label.node as usize];
        second.0 >= label.worth || (first.0 >= label.worth && first.1 == label.before)
    }
}

/// Keeps the best, and the best that came from another visit.
fn offer(slot: &mut Slot, one: (f64, u32, u32)) {
    if one.0 > slot[0].0 {
        if one.1 != slot[0].1 {
            slot[1] = slot[0];
        }
        slot[0] = one;
    } else if one.1 != slot[0].1 && one.0 > slot[1].0 {
        slot[1] = one;
    }
}
