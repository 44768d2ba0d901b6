//! The search: ruin and recreate under simulated annealing.

use crate::model::{Plan, Request, Value};

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

/// Solves a request: the best plan found within the budget. Starts from the base plan where there
/// is one. A request with faults (see [`crate::check`]) is answered all the same, with what is
/// left of it.
pub fn solve(request: &Request, settings: Settings) -> Outcome {
    let _ = (request, settings);
    Outcome { plan: Plan::default(), iterations: 0 }
}
