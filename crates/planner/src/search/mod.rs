//! The search: ruin and recreate under simulated annealing.

mod chain;
mod chance;
mod first;
mod instance;
mod recreate;
mod ruin;
mod state;

use crate::model::{Plan, Request, Route, Stop, Value};
use chain::Chain;
use instance::Instance;
use state::State;

/// When a search ends.
#[derive(Clone, Copy)]
pub enum Budget<'a> {
    /// After so many iterations per thread: the same seed and number of threads give the same plan,
    /// and more iterations never a worse one.
    Iterations(u64),
    /// When the caller says so: asked now and then how much of the budget is used up (0 to 1); from
    /// 1 on the search ends. Threads ask independently.
    Share(&'a (dyn Fn(&Progress) -> f64 + Sync)),
}

/// Where a search stands when it asks.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Iterations of the asking thread.
    pub iterations: u64,
    /// The best plan's worth so far, of the asking thread.
    pub best: Value,
}

/// How to search.
#[derive(Clone, Copy)]
pub struct Settings<'a> {
    /// Where chance comes from.
    pub seed: u64,
    /// Chains that search side by side; 0 counts as 1.
    pub threads: usize,
    /// When to stop.
    pub budget: Budget<'a>,
}

/// A plan and how it was come by.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The best plan found.
    pub plan: Plan,
    /// Iterations over all threads.
    pub iterations: u64,
}

/// What was found by measuring; a caller has no reason to change it.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Tuning {
    /// Temperatures at the ends of a schedule, in usual gains of a visit.
    pub hot: f64,
    pub cold: f64,
    pub hot_large: f64,
    pub cold_large: f64,
    /// How often whole shifts, scattered and worst visits are taken out; strings otherwise.
    pub shift_share: f64,
    pub scattered_share: f64,
    pub worst_share: f64,
    pub scattered: u32,
    pub worst: u32,
    pub strings: f64,
    pub idle_seed: f64,
    pub push_share: f64,
    pub push: f64,
    pub price: f64,
    pub blink: f64,
    /// Shares of the orders: chance, worth, ratio, closing, near, greedy.
    pub orders: [u32; 6],
}

impl Default for Tuning {
    fn default() -> Self {
        Tuning {
            hot: 0.5, cold: 0.02, hot_large: 0.1, cold_large: 0.005, shift_share: 0.02, scattered_share: 0.2, worst_share: 0.1, scattered: 6, worst: 6,
            strings: 10.0, idle_seed: 0.3, push_share: 0.5, push: 1.0, price: 1.0, blink: 0.01, orders: [4, 4, 4, 2, 1, 1],
        }
    }
}

/// Solves a request: the best plan found within the budget. Starts from the base plan where there
/// is one. A request with faults (see [`crate::check`]) may panic; check it first.
pub fn solve(request: &Request, settings: Settings) -> Outcome { solve_tuned(request, settings, Tuning::default()) }

#[doc(hidden)]
pub fn solve_tuned(request: &Request, settings: Settings, tuning: Tuning) -> Outcome {
    let on = Instance::new(request);
    let mut chain = Chain::new(&on, settings.seed, tuning);
    if on.jobs.is_empty() || on.tours.is_empty() { return Outcome { plan: Plan::default(), iterations: 0 } }
    match settings.budget {
        Budget::Iterations(n) => {
            let mut length = 4096u64;
            let mut left = n;
            while left > 0 {
                for i in 0..length.min(left) {
                    let temperature = chain.temperature(i as f64 / length as f64);
                    chain.step(temperature);
                }
                left -= length.min(left);
                length *= 2;
                chain.return_to_best();
            }
        }
        Budget::Share(used) => loop {
            let share = used(&Progress { iterations: chain.iterations, best: chain.best_totals.value(&request.weights) });
            if share >= 1.0 { break }
            let temperature = chain.temperature(share);
            for _ in 0..16 { chain.step(temperature); }
        },
    }
    Outcome { plan: plan(&on, chain.best()), iterations: chain.iterations }
}

/// Routes as people read them: each stop's times, leaving the first place just in time.
fn plan(on: &Instance, routes: &[Vec<state::Node>]) -> Plan {
    let mut out = Plan::default();
    let mut check = State::new(on);
    let all: Vec<u32> = (0..on.tours.len() as u32).collect();
    check.replace(on, &all, routes);
    for (s, nodes) in routes.iter().enumerate().filter(|x| x.1.len() > 2) {
        let mut stops = vec![];
        let mut at = on.tours[s].starts;
        for node in &nodes[1..nodes.len() - 1] {
            let arrives = at + node.leg;
            let begins = arrives.max(node.opens);
            let arrives = if stops.is_empty() { begins } else { arrives };
            at = begins + node.service;
            stops.push(Stop { task: node.task, arrives, begins, leaves: at });
        }
        let (leaves, returns) = (stops[0].begins - nodes[1].leg, at + nodes[nodes.len() - 1].leg);
        out.routes.push(Route { shift: s as u32, leaves, returns, travel: nodes[1..].iter().map(|n| n.leg).sum(), stops });
    }
    out.value = check.totals.value(&on.request.weights);
    out
}
