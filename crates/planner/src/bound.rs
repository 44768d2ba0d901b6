//! How far any plan could still be better: a bound no plan can exceed, the gap to it, and the duties that no plan can meet.
//!
//! Lagrangian relaxation. Each visit gets a price λ and may then be made any number of times at that price; each leader's concave reward
//! (duty less fairness) is replaced by a line of slope μ through its highest tangent (the conjugate). What is left falls apart into one
//! orienteering problem per shift, itself relaxed. Weekly coverage and spread count as if all that can be had were had; what a unit is not
//! spared counts as nothing. Every choice of prices gives a bound; rounds make it tight, in two ways:
//!
//! * `knapsack` bounds every shift in no time. Each price is moved against its slope by a step of its own, the smaller the more it was moved
//!   before (Duchi, Hazan, Singer 2011): a few visits that a hundred shifts want at once do not hold back all others.
//! * `tour` finds a shift's best tour all but exactly, where there are many visits among the likeliest only. Every tour found is kept and says
//!   how the bound moves with the prices (Kelley's cutting planes); the next prices are the best by all of them, not too far from the best that were
//!   tried (the boxstep of Marsten, Hogan, Blankenship 1975). Where a shift had more visits than were looked at this is a bound only if no
//!   better tour was overlooked: it is told as likely, not as certain.
//!
//! Of [`Caps`] it heeds those of a leader's week; the others only lower what plans can be worth, so the bound holds without them.
//!
//! It reads a request and shares nothing with the search.

mod days;
mod knapsack;
mod parts;
mod sites;
mod tour;

use crate::model::*;
use days::Days;
use knapsack::Knapsack;
use serde::Serialize;
use sites::{Site, likeliest, sites};
use std::collections::{BTreeMap, BTreeSet};
use tour::Tour;

/// What no plan can exceed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bound {
    /// No plan is worth more.
    pub upper: f64,
    /// No plan is worth more unless a shift has a better tour than the best that was found among its likeliest visits.
    pub likely: Option<f64>,
    /// The bound without any thought: everything done, no travel.
    pub loose: f64,
    /// What the given plan is worth.
    pub worth: Option<f64>,
    /// The most by which any plan can be better than the given one, as a share of the bound.
    pub gap: Option<f64>,
    /// Duties that no plan meets.
    pub impossible: Vec<Impossible>,
    /// Visits that fit no shift, whatever else is planned.
    pub unreachable: Vec<u32>,
    /// Rounds of prices that were tried.
    pub rounds: u32,
}

/// A duty that no plan meets, and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Impossible {
    /// Whose.
    pub leader: u32,
    /// Visits owed.
    pub owed: u16,
    /// No plan has more.
    pub most: u32,
    /// Why.
    pub why: Why,
}

/// Why a duty cannot be met.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "why")]
pub enum Why {
    /// So few visits fit any shift of the leader.
    FewVisits {
        /// Distinct visits.
        visits: u32,
    },
    /// The shifts are too short for more: the most visits each one takes, road included.
    ShortShifts {
        /// Shift and the most visits in it.
        shifts: Vec<(u32, u32)>,
    },
}

/// How much work a bound is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Rounds in which a shift's best tour is a fractional knapsack.
    pub crude: u32,
    /// Rounds in which it is looked for label by label: tighter and some times dearer.
    pub tours: u32,
    /// Threads at work; 0 counts as 1. The bound is the same with any number.
    pub threads: usize,
}

impl Default for Effort {
    fn default() -> Self {
        Effort { crude: 150, tours: 40, threads: 1 }
    }
}

impl Effort {
    /// As many rounds as usual, fewer for a large request, whose gap is told by its first rounds.
    pub fn for_size(request: &Request) -> Effort {
        let usual = Effort::default();
        let (shifts, pairs) = (request.shifts.len().max(1), (request.tasks.len() * request.shifts.len()).max(1));
        let crude = (PAIRS / pairs).clamp(LEAST.0, usual.crude as usize) as u32;
        Effort { crude, tours: (TOURS / shifts).clamp(LEAST.1, usual.tours as usize) as u32, ..usual }
    }
}

/// Pairs of visit and shift that are looked at in all rounds of knapsacks together, about, and shifts in all rounds of tours; and the fewest
/// rounds of each.
const PAIRS: usize = 75_000_000;
const TOURS: usize = 24_000;
const LEAST: (usize, usize) = (6, 10);

/// First step of a price as a share of a visit's usual points.
const STEP: f64 = 0.1;
/// By how much steps grow with each round that made the bound tighter; a few that did not halve them.
const FASTER: f64 = 1.2;
/// How far prices move at most between rounds of tours, as a share of a visit's usual points: at first, then by so much more after a round that
/// made the bound tighter, by so much less after one that did not.
const BOX: f64 = 0.02;
const WIDER: f64 = 1.6;
const NARROWER: f64 = 0.7;
/// Steps of a descent over all tours kept; by how much they grow after one that went lower, and shrink after so many that did not.
const STEPS: u32 = 600;
const LOWER: f64 = 1.05;
const STUCK: (u32, f64) = (8, 0.6);
/// First steps of a visit's and of a leader's price as shares of how far they may move.
const SHARES: (f64, f64) = (0.3, 0.1);
/// Visits of a shift that are looked at, and extensions that one tour may cost.
const LIKELIEST: usize = 50;
const EXTENSIONS: u64 = 2_000_000;

/// Bounds the worth of every plan of a request without faults. A known plan gives the gap, and tours to begin with.
pub fn bound(request: &Request, known: Option<&Plan>, effort: Effort) -> Bound {
    let days = Days::new(request, effort.threads);
    let mut dual = Dual::new(request, &days, effort.threads);
    let loose = dual.loose();
    let worth = known.map(|p| p.value.total());
    for route in known.iter().flat_map(|p| &p.routes) {
        dual.keep_route(route);
    }
    let (crude, rounds) = dual.descend(effort.crude);
    let (likely, certain) = dual.tours(effort.tours);
    // Sums of many products: a billionth keeps the bound above what rounding could have taken.
    let above = |x: f64| x + x.abs().max(1.0) * 1e-9;
    let upper = above(crude.min(certain).min(loose));
    let likely = (effort.tours > 0).then(|| above(likely).min(upper));
    let rounds = rounds + effort.tours;
    let reached: BTreeSet<u32> = days.shifts.iter().flatten().copied().collect();
    let mut made = vec![0u32; request.leaders.len()];
    for (shift, _) in known.iter().flat_map(|p| p.stops()) {
        made[request.shifts[shift as usize].leader as usize] += 1;
    }
    // What the known plan does is possible.
    let open = (0u32..).zip(&request.leaders).filter(|(l, leader)| made[*l as usize] < u32::from(leader.quota));
    let duties = open.filter_map(|(l, leader)| duty(request, &days, l, leader.quota));
    Bound {
        upper,
        likely,
        loose,
        worth,
        gap: worth.map(|w| ((upper - w) / upper.abs().max(f64::MIN_POSITIVE)).max(0.0)),
        rounds,
        impossible: duties.collect(),
        unreachable: (0..request.tasks.len() as u32).filter(|t| !reached.contains(t)).collect(),
    }
}

/// Whether a leader's duty is out of reach even when all others stay at home.
fn duty(request: &Request, days: &Days, leader: u32, owed: u16) -> Option<Impossible> {
    let shifts = || (0u32..).zip(&request.shifts).filter(|(_, s)| s.leader == leader);
    let visits = shifts().flat_map(|(i, _)| &days.shifts[i as usize]).collect::<BTreeSet<_>>().len() as u32;
    if visits < u32::from(owed) {
        return Some(Impossible { leader, owed, most: visits, why: Why::FewVisits { visits } });
    }
    let room = |s: &Shift, i: u32| days.shifts[i as usize].len().min(usize::from(s.most)) as u32;
    // One point a visit and nothing for the road: the tour's worth is the number of its visits.
    let (mut pricing, mut most, mut sum) = (Pricing::default(), Vec::new(), 0);
    for (i, s) in shifts() {
        // Enough already: the rest need not be counted.
        if sum >= u32::from(owed) {
            return None;
        }
        sites(request, days, i, &|_| 1.0, &mut pricing.sites);
        let visits = (pricing.found(request, i, 0.0, 0.0).0 + 1e-6).floor() as u32;
        most.push((i, visits.min(room(s, i))));
        sum += visits.min(room(s, i));
    }
    (sum < u32::from(owed)).then_some(Impossible { leader, owed, most: sum, why: Why::ShortShifts { shifts: most } })
}

/// A shift's tour or shares of visits that were its best at some prices: a plane below the bound.
struct Cut {
    /// Tasks and shares.
    tasks: Vec<(u32, f64)>,
    /// Its worth at no prices.
    base: f64,
    /// The sum of shares: what a slope is counted by.
    count: f64,
    /// A tour that may be made by [`tour`]'s rules.
    whole: bool,
}

/// Finds a shift's best tour.
#[derive(Default)]
struct Pricing {
    sites: Vec<Site>,
    tour: Tour,
    knapsack: Knapsack,
}

impl Pricing {
    /// A bound of what a tour over the sites is worth, the tour, and whether it is whole. `known` is what some whole tour is surely worth; an
    /// empty tour says that none is better.
    fn found(&mut self, request: &Request, index: u32, road: f64, known: f64) -> (f64, Vec<(u32, f64)>, bool) {
        let shift = &request.shifts[index as usize];
        if let Some((worth, tasks)) = self.tour.best(request, shift, road, &self.sites, known, EXTENSIONS) {
            return (worth, tasks.into_iter().map(|t| (t, 1.0)).collect(), true);
        }
        let (worth, shares) = self.knapsack.best(request, shift, road, &self.sites);
        (worth, shares, false)
    }
}

/// Prices and what they bound.
struct Dual<'a> {
    request: &'a Request,
    days: &'a Days,
    threads: usize,
    /// λ, by task.
    price: Vec<f64>,
    /// μ, by leader.
    slope: Vec<f64>,
    /// What a base plan's visit is worth more in a shift.
    kept: BTreeMap<u32, (u32, f64, f64, f64)>,
    /// Weeks and meetings, as if all could be had.
    constant: f64,
    /// By shift.
    cuts: Vec<Vec<Cut>>,
}

impl<'a> Dual<'a> {
    fn new(request: &'a Request, days: &'a Days, threads: usize) -> Self {
        let w = &request.weights;
        let (mut weeks, mut levels, mut specialties) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for (shift, tasks) in request.shifts.iter().zip(&days.shifts) {
            let leader = &request.leaders[shift.leader as usize];
            if !tasks.is_empty() {
                weeks.insert((shift.leader, shift.week));
            }
            for unit in tasks.iter().filter_map(|t| request.tasks[*t as usize].unit) {
                levels.insert((unit, leader.level));
                specialties.insert((unit, leader.specialty));
            }
        }
        let quarter = w.stability / 4.0;
        let base = request.base.iter().flat_map(Plan::stops);
        let kept = base.map(|(shift, stop)| (stop.task, (shift, quarter, quarter, 2.0 * quarter))).collect();
        Dual {
            request,
            days,
            threads,
            kept,
            price: vec![0.0; request.tasks.len()],
            slope: vec![0.0; request.leaders.len()],
            cuts: request.shifts.iter().map(|_| Vec::new()).collect(),
            constant: w.weekly * weeks.len() as f64 + w.spread * (levels.len() + specialties.len()) as f64,
        }
    }

    /// Points of a visit in a shift, what stays of the base plan included at its most.
    fn points(&self, task: u32, shift: u32) -> f64 {
        let own = self.request.weights.priority * self.request.tasks[task as usize].worth() as f64;
        let Some((base, leader, day, same)) = self.kept.get(&task) else { return own };
        let (Some(was), is) = (self.request.shifts.get(*base as usize), &self.request.shifts[shift as usize]) else {
            return own;
        };
        let part = |yes: bool, of: f64| if yes { of } else { 0.0 };
        own + part(was.leader == is.leader, *leader) + part(was.day == is.day, *day) + part(*base == shift, *same)
    }

    /// The highest tangent of a leader's reward at a slope: its height, and the visits it touches at.
    fn conjugate(&self, leader: usize, slope: f64) -> (f64, u32) {
        let (w, l) = (&self.request.weights, &self.request.leaders[leader]);
        let (mut best, mut at) = (0.0, 0);
        for n in 1..=self.days.most[leader] {
            let count = f64::from(n);
            let reward = w.duty * f64::from(n.min(l.quota.into()))
                - w.surplus * f64::from(n.saturating_sub(l.quota.into()))
                - w.fairness * count * (count - 1.0) / 2.0
                - slope * count;
            if reward > best {
                (best, at) = (reward, n);
            }
        }
        (best, at)
    }

    fn loose(&self) -> f64 {
        let reached: BTreeSet<u32> = self.days.shifts.iter().flatten().copied().collect();
        let tasks: f64 = reached
            .iter()
            .map(|t| self.request.weights.priority * self.request.tasks[*t as usize].worth() as f64)
            .sum();
        let kept = self.kept.len() as f64 * self.request.weights.stability;
        tasks + kept + self.constant + (0..self.slope.len()).map(|l| self.conjugate(l, 0.0).0).sum::<f64>()
    }

    /// Keeps a plan's route as a tour of its shift.
    fn keep_route(&mut self, route: &Route) {
        let tasks: Vec<(u32, f64)> = route.stops.iter().map(|s| (s.task, 1.0)).collect();
        let base = tasks.iter().map(|t| self.points(t.0, route.shift)).sum::<f64>()
            - self.request.weights.travel * f64::from(route.travel);
        self.cuts[route.shift as usize].push(Cut { base, count: tasks.len() as f64, tasks, whole: true });
    }

    /// What a tour is worth at the present prices.
    fn worth(&self, shift: usize, cut: &Cut) -> f64 {
        let slope = self.slope[self.request.shifts[shift].leader as usize];
        cut.base + cut.count * slope - cut.tasks.iter().map(|(t, share)| share * self.price[*t as usize]).sum::<f64>()
    }

    /// What the bound is made of besides shifts, and its slope in each price.
    fn frame(&self, by_task: &mut [f64], by_leader: &mut [f64]) -> f64 {
        by_task.fill(1.0);
        let mut sum = self.constant + self.price.iter().sum::<f64>();
        for (l, n) in by_leader.iter_mut().enumerate() {
            let (height, at) = self.conjugate(l, self.slope[l]);
            sum += height;
            *n = -f64::from(at);
        }
        sum
    }

    /// A slope for each price.
    fn slopes(&self) -> (Vec<f64>, Vec<f64>) {
        (vec![0.0; self.price.len()], vec![0.0; self.slope.len()])
    }

    /// Points of all visits together.
    fn all_points(&self) -> f64 {
        self.request.tasks.iter().map(|t| self.request.weights.priority * t.worth() as f64).sum()
    }

    /// Points of a usual visit.
    fn usual(&self) -> f64 {
        self.all_points() / self.request.tasks.len().max(1) as f64
    }

    /// Sites of a shift at the present prices.
    fn sites(&self, shift: u32, into: &mut Vec<Site>) {
        let slope = self.slope[self.request.shifts[shift as usize].leader as usize];
        sites(self.request, self.days, shift, &|t| self.points(t, shift) + slope - self.price[t as usize], into);
    }

    /// The bound by knapsacks at the present prices, and its slope in each price.
    fn crude(&self, by_task: &mut [f64], by_leader: &mut [f64]) -> f64 {
        let mut sum = self.frame(by_task, by_leader);
        let best = parts::ask(self.threads, self.request.shifts.len() as u32, |pricing: &mut Pricing, i| {
            self.sites(i, &mut pricing.sites);
            pricing.knapsack.best(
                self.request,
                &self.request.shifts[i as usize],
                self.request.weights.travel,
                &pricing.sites,
            )
        });
        for ((worth, shares), shift) in best.into_iter().zip(&self.request.shifts) {
            sum += worth;
            for (t, share) in shares {
                by_leader[shift.leader as usize] += share;
                by_task[t as usize] -= share;
            }
        }
        sum
    }

    /// The bound by each shift's best tour at the present prices, which is kept, and whether no visit was left out.
    fn evaluate(&mut self) -> (f64, bool) {
        let (mut by_task, mut by_leader) = self.slopes();
        let (mut sum, mut certain) = (self.frame(&mut by_task, &mut by_leader), true);
        let found = parts::ask(self.threads, self.request.shifts.len() as u32, |pricing: &mut Pricing, i| {
            let whole = self.cuts[i as usize].iter().filter(|c| c.whole);
            let known = whole.map(|c| self.worth(i as usize, c)).fold(0.0, f64::max);
            self.sites(i, &mut pricing.sites);
            let all = likeliest(&self.request.shifts[i as usize], &mut pricing.sites, LIKELIEST);
            (pricing.found(self.request, i, self.request.weights.travel, known), all)
        });
        for (((worth, tasks, whole), all), (i, shift)) in found.into_iter().zip(self.request.shifts.iter().enumerate())
        {
            sum += worth;
            certain &= all;
            if !tasks.is_empty() {
                let slope = self.slope[shift.leader as usize];
                let count = tasks.iter().map(|t| t.1).sum();
                let base =
                    worth - tasks.iter().map(|(t, share)| share * (slope - self.price[*t as usize])).sum::<f64>();
                self.cuts[i].push(Cut { tasks, base, count, whole });
            }
        }
        (sum, certain)
    }

    /// The bound by the tours kept, which may be too low, and its slope in each price.
    fn model(&self, by_task: &mut [f64], by_leader: &mut [f64]) -> f64 {
        let mut sum = self.frame(by_task, by_leader);
        for (i, (shift, cuts)) in self.request.shifts.iter().zip(&self.cuts).enumerate() {
            let best =
                cuts.iter().map(|c| (self.worth(i, c), c)).max_by(|a, b| a.0.total_cmp(&b.0)).filter(|b| b.0 > 0.0);
            let Some((worth, cut)) = best else { continue };
            sum += worth;
            by_leader[shift.leader as usize] += cut.count;
            for (t, share) in &cut.tasks {
                by_task[*t as usize] -= share;
            }
        }
        sum
    }

    /// Moves the prices to the best by the tours kept, within a box around where they are.
    fn settle(&mut self, size: f64) {
        let tasks = self.price.len();
        let (mut by_task, mut by_leader) = self.slopes();
        let mut steps = Steps::new(tasks + self.slope.len(), 0.5);
        let middle = (self.price.clone(), self.slope.clone());
        let mut low = (f64::INFINITY, middle.clone());
        let (mut pace, mut stuck) = (size, 0);
        for _ in 0..STEPS {
            let value = self.model(&mut by_task, &mut by_leader);
            if value < low.0 {
                (low, stuck, pace) = ((value, (self.price.clone(), self.slope.clone())), 0, pace * LOWER);
            } else {
                stuck += 1;
                if stuck > STUCK.0 {
                    (stuck, pace) = (0, pace * STUCK.1);
                }
            }
            steps.learn(&by_task, &by_leader);
            for (t, p) in self.price.iter_mut().enumerate() {
                *p = (*p - SHARES.0 * pace * steps.of(t)).clamp((middle.0[t] - size).max(0.0), middle.0[t] + size);
            }
            for (l, m) in self.slope.iter_mut().enumerate() {
                *m = (*m - SHARES.1 * pace * steps.of(tasks + l)).clamp(middle.1[l] - size, middle.1[l] + size);
            }
        }
        (self.price, self.slope) = low.1;
    }

    /// First prices: what a visit is worth less the time it takes at one rate for all; the best of a few rates.
    fn rate(&mut self, rate: f64) {
        for (t, task) in self.request.tasks.iter().enumerate() {
            let own = self.request.weights.priority * task.worth() as f64;
            self.price[t] = (own - rate * f64::from(task.service + self.days.leg[t])).max(0.0);
        }
    }

    /// The lowest bound over so many rounds of knapsacks, and how many were made.
    fn descend(&mut self, rounds: u32) -> (f64, u32) {
        let tasks = self.price.len();
        let (mut by_task, mut by_leader) = self.slopes();
        let time: f64 = self.request.tasks.iter().zip(&self.days.leg).map(|(t, leg)| f64::from(t.service + leg)).sum();
        let mut best = f64::INFINITY;
        let mut used = 0;
        let mut keep = (self.price.clone(), self.slope.clone());
        for share in [0.3, 0.15, 0.08, 0.04, 0.02] {
            if used >= rounds {
                break;
            }
            self.rate(share * self.all_points() / time.max(1.0));
            let value = self.crude(&mut by_task, &mut by_leader);
            used += 1;
            if value < best {
                (best, keep) = (value, (self.price.clone(), self.slope.clone()));
            }
        }
        (self.price, self.slope) = keep.clone();
        let first = self.usual() * STEP;
        let (mut pace, mut stuck) = (1.0, 0);
        let mut steps = Steps::new(tasks + self.slope.len(), 0.4);
        let duty = self.request.weights.duty;
        let most = duty + self.request.weights.surplus + self.request.weights.fairness * 1e6;
        while used < rounds && pace > 1e-3 {
            let value = self.crude(&mut by_task, &mut by_leader);
            used += 1;
            if value < best - value.abs() * 1e-7 {
                (best, keep, stuck) = (value, (self.price.clone(), self.slope.clone()), 0);
                pace *= FASTER;
            } else {
                stuck += 1;
                if stuck >= 4 {
                    (pace, stuck) = (pace / 2.0, 0);
                    (self.price, self.slope) = keep.clone();
                    continue;
                }
            }
            steps.learn(&by_task, &by_leader);
            for (t, p) in self.price.iter_mut().enumerate() {
                *p = (*p - pace * first * steps.of(t)).max(0.0);
            }
            for (l, m) in self.slope.iter_mut().enumerate() {
                *m = (*m - pace * first * steps.of(tasks + l)).clamp(-most, most);
            }
        }
        (self.price, self.slope) = keep;
        (best, used)
    }

    /// The lowest bound over so many rounds of tours: likely, and certain.
    fn tours(&mut self, rounds: u32) -> (f64, f64) {
        let (mut size, mut best, mut sure) = (BOX * self.usual(), f64::INFINITY, f64::INFINITY);
        let mut middle = (self.price.clone(), self.slope.clone());
        for round in 0..rounds {
            if round > 0 {
                self.settle(size);
            }
            let (value, certain) = self.evaluate();
            if certain {
                sure = sure.min(value);
            }
            if value < best {
                size *= if best.is_finite() { WIDER } else { 1.0 };
                (best, middle) = (value, (self.price.clone(), self.slope.clone()));
            } else {
                size *= NARROWER;
                (self.price, self.slope) = middle.clone();
            }
        }
        (best, sure)
    }
}

/// Steps against slopes: each price has its own, the smaller the more it was moved before (Duchi, Hazan, Singer 2011).
struct Steps {
    /// How much of the slope before stays: smoothed slopes zigzag less.
    keep: f64,
    slope: Vec<f64>,
    moved: Vec<f64>,
}

impl Steps {
    fn new(prices: usize, keep: f64) -> Steps {
        Steps { keep, slope: vec![0.0; prices], moved: vec![0.0; prices] }
    }

    fn learn(&mut self, by_task: &[f64], by_leader: &[f64]) {
        for ((slope, moved), new) in self.slope.iter_mut().zip(&mut self.moved).zip(by_task.iter().chain(by_leader)) {
            *slope = self.keep * *slope + (1.0 - self.keep) * new;
            *moved += new * new;
        }
    }

    /// The step of a price; at first its slope's sign, smoothed.
    fn of(&self, price: usize) -> f64 {
        self.slope[price] / self.moved[price].sqrt().max(1e-9)
    }
}
