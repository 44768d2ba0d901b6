//! One chain of simulated annealing over ruins and recreations.

use super::chance::Chance;
use super::instance::{Instance, NONE};
use super::progress::Progress;
use super::recreate::{self, Order, Scratch};
use super::state::{Node, State, Taste};
use super::tuning::Tuning;
use super::{refill, ruin};
use crate::feature::Totals;

/// Iterations between two questions about the budget.
const BATCH: usize = 16;

/// A chain: where it stands, and the best it has seen.
pub(super) struct Chain<'a> {
    on: &'a Instance<'a>,
    tuning: Tuning,
    state: State,
    chance: Chance,
    worth: f64,
    best: Vec<Vec<Node>>,
    pub(super) best_totals: Totals,
    best_rank: (f64, f64),
    /// Shifts whose route may differ from the best plan's.
    differs: Vec<u32>,
    is_different: Vec<bool>,
    pub(super) iterations: u64,
    removed: Vec<u32>,
    scratch: Scratch,
}

impl<'a> Chain<'a> {
    /// A chain that sets out from a plan; the best it has seen is that one or the `other`.
    pub(super) fn new(on: &'a Instance<'a>, seed: u64, state: State, other: &State, tuning: Tuning) -> Chain<'a> {
        let mut differs = vec![];
        let best = if other.rank(on) > state.rank(on) {
            differs.extend(0..on.tours.len() as u32);
            other
        } else {
            &state
        };
        Chain {
            on,
            tuning,
            chance: Chance::new(seed),
            worth: state.worth(on),
            best: best.routes.clone(),
            best_totals: best.totals,
            best_rank: best.rank(on),
            is_different: vec![!differs.is_empty(); on.tours.len()],
            differs,
            iterations: 0,
            removed: vec![],
            scratch: Scratch::default(),
            state,
        }
    }

    /// How good the best plan seen is.
    pub(super) fn rank(&self) -> (f64, f64) {
        self.best_rank
    }

    /// One schedule of so many iterations from hot to cold, or the first `of` of them.
    pub(super) fn cycle(&mut self, length: u64, of: u64) {
        for i in 0..of {
            let temperature = self.temperature(i as f64 / length as f64);
            self.step(temperature);
        }
        self.return_to_best();
    }

    /// Iterations at the temperature of the share used up, until the share reaches `to`; whether
    /// the budget is used up.
    pub(super) fn run(&mut self, used: &(dyn Fn(&Progress) -> f64 + Sync), to: f64) -> bool {
        loop {
            let share =
                used(&Progress { iterations: self.iterations, best: self.best_totals.value(&self.on.request.weights) });
            if share >= to || share.is_nan() {
                return share >= 1.0 || share.is_nan();
            }
            let temperature = self.temperature(share.max(0.0));
            for _ in 0..BATCH {
                self.step(temperature);
            }
        }
    }

    /// The best plan seen, as routes with their ends.
    pub(super) fn best(&self) -> &[Vec<Node>] {
        &self.best
    }

    /// Goes back to the best plan seen.
    pub(super) fn return_to_best(&mut self) {
        let different = std::mem::take(&mut self.differs);
        self.state.replace(self.on, &different, &self.best);
        for &s in &different {
            self.is_different[s as usize] = false;
        }
        self.worth = self.best_rank.1;
    }

    /// Takes over another chain's best plan.
    pub(super) fn adopt(&mut self, other: &Chain) {
        self.best.clone_from_slice(&other.best);
        self.best_totals = other.best_totals;
        self.best_rank = other.best_rank;
        let all: Vec<u32> = (0..self.on.tours.len() as u32).collect();
        self.state.replace(self.on, &all, &self.best);
        for &s in &self.differs {
            self.is_different[s as usize] = false;
        }
        self.differs.clear();
        self.worth = self.best_rank.1;
    }

    /// The temperature at a share of a schedule.
    pub(super) fn temperature(&self, share: f64) -> f64 {
        let t = &self.tuning;
        let (hot, cold) = if self.on.small { (t.hot, t.cold) } else { (t.hot_large, t.cold_large) };
        self.on.usual_gain * hot * (cold / hot).powf(share)
    }

    /// One iteration at a temperature.
    pub(super) fn step(&mut self, temperature: f64) {
        self.iterations += 1;
        let on = self.on;
        let t = self.tuning;
        let seed = self.seed();
        self.removed.clear();
        let (state, chance, removed) = (&mut self.state, &mut self.chance, &mut self.removed);
        let kind = chance.unit();
        // Where nobody owes anything chance is not asked.
        let wants = on.owed > 0 && chance.unit() < t.refill_share;
        if wants && refill::refill(on, state, chance, removed).is_some() {
            // What lost its place is put back like any other.
        } else if kind < t.shift_share && state.load().1 > 1 {
            let shift = state.at[seed as usize];
            let shift = if shift == NONE { chance.below(on.tours.len()) as u32 } else { shift };
            ruin::shift(on, state, shift, removed);
        } else if kind < t.shift_share + t.scattered_share {
            let count = 1 + chance.below(t.scattered as usize);
            ruin::scattered(on, state, seed, count, chance, removed);
        } else if kind < t.shift_share + t.scattered_share + t.worst_share {
            let count = 1 + chance.below(t.worst as usize);
            ruin::worst(on, state, seed, count, chance, removed);
        } else {
            ruin::strings(on, state, seed, t.strings, chance, removed);
        }
        let mut pick = chance.below(t.orders.iter().sum::<u32>() as usize) as u32;
        let mut order = Order::Chance;
        for (o, share) in [Order::Chance, Order::Worth, Order::Ratio, Order::Closing, Order::Near, Order::Greedy]
            .into_iter()
            .zip(t.orders)
        {
            if pick < share {
                order = o;
                break;
            }
            pick -= share;
        }
        let price = on.time_price;
        let push = if chance.unit() < t.push_share { t.push * chance.unit() } else { 0.0 };
        let taste = Taste {
            travel: price * t.price + on.guide.travel,
            push: price * t.price * push,
            blink: t.blink,
            skip: if on.small { t.skip * chance.unit() } else { 0.0 },
        };
        if state.at[seed as usize] == NONE && !removed.contains(&seed) {
            removed.push(seed);
        }
        recreate::recreate(on, state, seed, removed, order, &taste, chance, &mut self.scratch);
        let now = self.state.worth(on);
        if now >= self.worth || self.chance.unit() < ((now - self.worth) / temperature).exp() {
            for &s in &self.state.touched {
                if !self.is_different[s as usize] {
                    self.is_different[s as usize] = true;
                    self.differs.push(s);
                }
            }
            self.state.settle();
            self.worth = now;
            let rank = self.state.rank(on);
            if rank > self.best_rank {
                self.best_rank = rank;
                self.best_totals = self.state.totals;
                for &s in &self.differs {
                    self.best[s as usize].clone_from(&self.state.routes[s as usize]);
                    self.is_different[s as usize] = false;
                }
                self.differs.clear();
            }
        } else {
            self.state.take_back(on);
        }
    }

    /// A task to ruin around: one that is not planned, or any.
    fn seed(&mut self) -> u32 {
        if !self.state.idle.is_empty() && self.chance.unit() < self.tuning.idle_seed {
            return self.state.idle[self.chance.below(self.state.idle.len())];
        }
        self.chance.below(self.on.jobs.len()) as u32
    }
}
