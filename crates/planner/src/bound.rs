//! How far any plan could still be better: a bound no plan can exceed, the gap to it, and the duties that no plan can meet.
//!
//! Lagrangian relaxation. Each visit gets a price λ and may then be made any number of times at that price; each leader's concave reward
//! (duty less fairness) is replaced by a line of slope μ through its highest tangent (the conjugate). What is left falls apart into one
//! orienteering problem per shift, itself relaxed ([`tour`]). Each price is moved against its slope by a step of its own, the smaller the more it
//! was moved before (Duchi, Hazan, Singer 2011): a few visits that a hundred shifts want at once do not hold back all others. Weekly coverage and
//! spread count as if all that can be had were had; what a unit is not spared counts as nothing. Every choice of prices gives a bound; rounds make
//! it tight.
//!
//! It reads a request and shares nothing with the search.

mod tour;

use crate::model::*;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use tour::{Days, Ways};

/// What no plan can exceed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bound {
    /// No plan is worth more.
    pub upper: f64,
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
    /// Rounds in which a shift's best tour is a fractional knapsack behind its first leg: milliseconds a thousand visits.
    pub crude: u32,
    /// Rounds in which it is a relaxed tour with time windows, label by label: tighter and some hundred times dearer.
    pub tight: u32,
}

impl Default for Effort {
    fn default() -> Self { Effort { crude: 150, tight: 0 } }
}

impl Effort {
    /// Some seconds' worth: as many rounds as usual, fewer for a large request, whose gap is told by its first rounds.
    pub fn for_size(request: &Request) -> Effort {
        let usual = Effort::default();
        let pairs = (request.tasks.len() * request.shifts.len()).max(1);
        Effort { crude: (PAIRS / pairs).clamp(LEAST as usize, usual.crude as usize) as u32, ..usual }
    }
}

/// Pairs of visit and shift that are looked at in all rounds together, about; and the fewest rounds.
const PAIRS: usize = 300_000_000;
const LEAST: u32 = 20;

/// First step of a price as a share of a visit's usual points: from nothing, and when only the relaxation becomes finer.
const STEPS: (f64, f64) = (0.1, 0.01);
/// By how much steps grow with each round that made the bound tighter; a few that did not halve them.
const FASTER: f64 = 1.2;

/// Bounds the worth of every plan of a request without faults. A known plan gives the gap, and tours to begin with.
pub fn bound(request: &Request, known: Option<&Plan>, effort: Effort) -> Bound {
    let days = Days::new(request);
    let mut dual = Dual::new(request, &days);
    let worth = known.map(|p| p.value.total());
    if let Some(plan) = known {
        dual.ways.seed(request, plan);
    }
    let (crude, crude_rounds) = dual.descend(effort.crude, false);
    let (tight, tight_rounds) = dual.descend(effort.tight, true);
    let (upper, rounds) = (crude.min(tight).min(dual.loose()), crude_rounds + tight_rounds);
    // Sums of many products: a billionth keeps the bound above what rounding could have taken.
    let upper = upper + upper.abs().max(1.0) * 1e-9;
    let reached: BTreeSet<u32> = days.shifts.iter().flatten().copied().collect();
    let mut made = vec![0u32; request.leaders.len()];
    for (shift, _) in known.iter().flat_map(|p| p.stops()) {
        made[request.shifts[shift as usize].leader as usize] += 1;
    }
    // What the known plan does is possible.
    let open = (0u32..).zip(&request.leaders).filter(|(l, leader)| made[*l as usize] < u32::from(leader.quota));
    let duties = open.filter_map(|(l, leader)| duty(request, &days, l, leader.quota));
    Bound {
        upper, loose: dual.loose(), worth, gap: worth.map(|w| ((upper - w) / upper.abs().max(f64::MIN_POSITIVE)).max(0.0)), rounds,
        impossible: duties.collect(), unreachable: (0..request.tasks.len() as u32).filter(|t| !reached.contains(t)).collect(),
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
    let (mut ways, mut most, mut sum) = (Ways::default(), Vec::new(), 0);
    for (i, s) in shifts() {
        // Enough already: the rest need not be counted.
        if sum >= u32::from(owed) {
            return None;
        }
        let visits = (ways.best(request, days, i, 0.0, &|_| 1.0).0 + 1e-6).floor() as u32;
        most.push((i, visits.min(room(s, i))));
        sum += visits.min(room(s, i));
    }
    (sum < u32::from(owed)).then_some(Impossible { leader, owed, most: sum, why: Why::ShortShifts { shifts: most } })
}

/// Prices and what they bound.
struct Dual<'a> {
    request: &'a Request,
    days: &'a Days,
    /// λ, by task.
    price: Vec<f64>,
    /// μ, by leader.
    slope: Vec<f64>,
    /// What a base plan's visit is worth more in a shift.
    kept: BTreeMap<u32, (u32, f64, f64, f64)>,
    /// Weeks and meetings, as if all could be had.
    constant: f64,
    ways: Ways,
}

impl<'a> Dual<'a> {
    fn new(request: &'a Request, days: &'a Days) -> Self {
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
            request, days, kept, price: vec![0.0; request.tasks.len()], slope: vec![0.0; request.leaders.len()], ways: Ways::default(),
            constant: w.weekly * weeks.len() as f64 + w.spread * (levels.len() + specialties.len()) as f64,
        }
    }

    /// Points of a visit in a shift, what stays of the base plan included at its most.
    fn points(&self, task: u32, shift: u32) -> f64 {
        let own = self.request.weights.priority * self.request.tasks[task as usize].worth() as f64;
        let Some((base, leader, day, same)) = self.kept.get(&task) else { return own };
        let (Some(was), is) = (self.request.shifts.get(*base as usize), &self.request.shifts[shift as usize]) else { return own };
        let part = |yes: bool, of: f64| if yes { of } else { 0.0 };
        own + part(was.leader == is.leader, *leader) + part(was.day == is.day, *day) + part(*base == shift, *same)
    }

    /// The highest tangent of a leader's reward at a slope: its height, and the visits it touches at.
    fn conjugate(&self, leader: usize, slope: f64) -> (f64, u32) {
        let (w, l) = (&self.request.weights, &self.request.leaders[leader]);
        let (mut best, mut at) = (0.0, 0);
        for n in 1..=self.days.most[leader] {
            let count = f64::from(n);
            let reward = w.duty * f64::from(n.min(l.quota.into())) - w.fairness * count * (count - 1.0) / 2.0 - slope * count;
            if reward > best {
                (best, at) = (reward, n);
            }
        }
        (best, at)
    }

    fn loose(&self) -> f64 {
        let reached: BTreeSet<u32> = self.days.shifts.iter().flatten().copied().collect();
        let tasks: f64 = reached.iter().map(|t| self.request.weights.priority * self.request.tasks[*t as usize].worth() as f64).sum();
        let kept = self.kept.len() as f64 * self.request.weights.stability;
        tasks + kept + self.constant + (0..self.slope.len()).map(|l| self.conjugate(l, 0.0).0).sum::<f64>()
    }

    /// The bound at the present prices and its slope in each price.
    fn evaluate(&mut self, tight: bool, by_task: &mut [f64], by_leader: &mut [f64]) -> f64 {
        by_task.fill(1.0);
        let mut sum = self.constant + self.price.iter().sum::<f64>();
        for (l, n) in by_leader.iter_mut().enumerate() {
            let (height, at) = self.conjugate(l, self.slope[l]);
            sum += height;
            *n = -f64::from(at);
        }
        let mut ways = std::mem::take(&mut self.ways);
        for (i, shift) in (0u32..).zip(&self.request.shifts) {
            let slope = self.slope[shift.leader as usize];
            let points = |t: u32| self.points(t, i) + slope - self.price[t as usize];
            let road = self.request.weights.travel;
            let mut make = |task: u32, share: f64| {
                by_leader[shift.leader as usize] += share;
                by_task[task as usize] -= share;
            };
            if tight {
                let (worth, tour) = ways.best(self.request, self.days, i, road, &points);
                sum += worth;
                for t in tour {
                    make(*t, 1.0);
                }
            } else {
                let (worth, tour) = ways.crude(self.request, self.days, i, road, &points);
                sum += worth;
                for (t, share) in tour {
                    make(*t, *share);
                }
            }
        }
        self.ways = ways;
        sum
    }

    /// First prices: what a visit is worth less the time it takes at one rate for all; the best of a few rates.
    fn rate(&mut self, rate: f64) {
        for (t, task) in self.request.tasks.iter().enumerate() {
            let own = self.request.weights.priority * task.worth() as f64;
            self.price[t] = (own - rate * f64::from(task.service + self.days.leg[t])).max(0.0);
        }
    }

    fn descend(&mut self, rounds: u32, tight: bool) -> (f64, u32) {
        let (tasks, leaders) = (self.request.tasks.len(), self.request.leaders.len());
        let (mut by_task, mut by_leader) = (vec![0.0; tasks], vec![0.0; leaders]);
        let time: f64 = self.request.tasks.iter().zip(&self.days.leg).map(|(t, leg)| f64::from(t.service + leg)).sum();
        let points: f64 = self.request.tasks.iter().map(|t| self.request.weights.priority * t.worth() as f64).sum();
        let mut best = f64::INFINITY;
        let mut used = 0;
        let mut keep = (self.price.clone(), self.slope.clone());
        for share in [0.3, 0.15, 0.08, 0.04, 0.02] {
            // Prices that were moved already are better than any rate.
            if used >= rounds || self.price.iter().any(|p| *p > 0.0) && used == 0 {
                break;
            }
            self.rate(share * points / time.max(1.0));
            let value = self.evaluate(tight, &mut by_task, &mut by_leader);
            used += 1;
            if value < best {
                (best, keep) = (value, (self.price.clone(), self.slope.clone()));
            }
        }
        (self.price, self.slope) = keep.clone();
        let first = points / tasks.max(1) as f64 * if tight { STEPS.1 } else { STEPS.0 };
        let (mut pace, mut stuck) = (1.0, 0);
        let mut moved = vec![0.0; tasks + leaders];
        // Smoothed slopes zigzag less.
        let (mut task_slope, mut leader_slope) = (vec![0.0; tasks], vec![0.0; leaders]);
        while used < rounds && pace > 1e-3 {
            let value = self.evaluate(tight, &mut by_task, &mut by_leader);
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
            for (smooth, new) in task_slope.iter_mut().zip(&by_task).chain(leader_slope.iter_mut().zip(&by_leader)) {
                *smooth = 0.4 * *smooth + 0.6 * new;
            }
            for (sum, g) in moved.iter_mut().zip(by_task.iter().chain(&by_leader)) {
                *sum += g * g;
            }
            let step = |g: f64, sum: f64| pace * first * g / sum.sqrt().max(1e-9);
            for ((p, g), sum) in self.price.iter_mut().zip(&task_slope).zip(&moved) {
                *p = (*p - step(*g, *sum)).max(0.0);
            }
            let duty = self.request.weights.duty;
            let most = duty + self.request.weights.fairness * 1e6;
            for ((m, g), sum) in self.slope.iter_mut().zip(&leader_slope).zip(&moved[tasks..]) {
                *m = (*m - step(*g, *sum)).clamp(-most, most);
            }
        }
        (self.price, self.slope) = keep;
        (best, used)
    }
}
