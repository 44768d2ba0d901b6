//! The search: ruin and recreate under simulated annealing.

mod caps;
mod chain;
mod chance;
mod first;
mod instance;
mod progress;
mod recreate;
mod refill;
mod ruin;
mod state;
mod tour;
mod tuning;

use crate::model::{Plan, Request, Route, Stop};
use chain::Chain;
use instance::Instance;
pub use progress::Progress;
use state::State;
pub use tuning::Tuning;

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
/// is one. A request with faults (see [`crate::check`]) may panic; check it first.
pub fn solve(request: &Request, settings: Settings) -> Outcome {
    solve_tuned(request, settings, Tuning::default())
}

#[doc(hidden)]
pub fn solve_tuned(request: &Request, settings: Settings, tuning: Tuning) -> Outcome {
    if request.tasks.is_empty() || request.shifts.is_empty() {
        return Outcome { plan: Plan::default(), iterations: 0 };
    }
    let on = Instance::new(request);
    let seeds =
        (0..settings.threads.max(1) as u64).map(|k| settings.seed.wrapping_add(k.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
    let (base, full) = first::plans(&on, settings.seed);
    let mut chains: Vec<Chain> = seeds.map(|seed| Chain::new(&on, seed, full.clone(), &base, tuning)).collect();
    match settings.budget {
        Budget::Iterations(n) => {
            // Schedules of doubling length: what was done with fewer iterations is done first with
            // more, so more are never worse.
            let (mut left, mut length) = (n, FIRST_CYCLE);
            while left > 0 {
                let of = length.min(left);
                side_by_side(&mut chains, |chain| chain.cycle(length, of));
                exchange(&mut chains);
                left -= of;
                length *= 2;
            }
        }
        Budget::Share(used) => {
            let meetings = if chains.len() > 1 { MEETINGS } else { 1 };
            for meeting in 1..=meetings {
                let to = f64::from(meeting) / f64::from(meetings);
                if side_by_side(&mut chains, |chain| chain.run(used, to)).contains(&true) {
                    break;
                }
                exchange(&mut chains);
            }
        }
    }
    let best = best_of(&chains);
    Outcome { plan: plan(&on, chains[best].best()), iterations: chains.iter().map(|c| c.iterations).sum() }
}

/// Iterations of the first schedule under a budget of iterations.
const FIRST_CYCLE: u64 = 4096;
/// How often chains meet under a budget of time.
const MEETINGS: u32 = 8;

/// Lets all chains work at the same time and waits for them.
fn side_by_side<'a, T: Send>(chains: &mut [Chain<'a>], work: impl Fn(&mut Chain<'a>) -> T + Sync) -> Vec<T> {
    if let [one] = chains {
        return vec![work(one)];
    }
    std::thread::scope(|scope| {
        let running: Vec<_> = chains.iter_mut().map(|chain| scope.spawn(|| work(chain))).collect();
        running.into_iter().map(|t| t.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

/// The best chain; of equals the first.
fn best_of(chains: &[Chain]) -> usize {
    (1..chains.len()).fold(0, |best, k| if chains[k].rank() > chains[best].rank() { k } else { best })
}

/// The worst chain goes on from the best one's plan.
fn exchange(chains: &mut [Chain]) {
    let best = best_of(chains);
    let worst = (0..chains.len()).fold(0, |worst, k| if chains[k].rank() < chains[worst].rank() { k } else { worst });
    if chains[worst].rank() < chains[best].rank() {
        let (a, b) = chains.split_at_mut(best.max(worst));
        if best < worst {
            b[0].adopt(&a[best]);
        } else {
            a[worst].adopt(&b[0]);
        }
    }
}

/// Routes as people read them: each stop's times, leaving the first place just in time.
fn plan(on: &Instance, routes: &[Vec<state::Node>]) -> Plan {
    let mut out = Plan::default();
    let mut check = State::new(on);
    let all: Vec<u32> = (0..on.tours.len() as u32).collect();
    check.replace(on, &all, routes);
    for (s, nodes) in routes.iter().enumerate().filter(|x| x.1.len() > 2) {
        let mut stops = vec![];
        let gap = on.tours[s].gap;
        let (mut at, mut leaves, mut now) = (on.tours[s].starts, 0, 0);
        for node in &nodes[1..nodes.len() - 1] {
            let begins = (at + node.leg).max(node.opens);
            at = begins + node.service;
            if stops.is_empty() {
                leaves = caps::lengthened(gap, begins - node.leg);
                now = leaves;
            }
            let (arrives, begins) = (caps::arrives(gap, now, node.leg), caps::lengthened(gap, begins));
            now = begins + node.service;
            stops.push(Stop { task: node.task, arrives, begins, leaves: now });
        }
        let returns = caps::arrives(gap, now, nodes[nodes.len() - 1].leg);
        out.routes.push(Route {
            shift: s as u32,
            leaves,
            returns,
            travel: nodes[1..].iter().map(|n| n.leg).sum(),
            stops,
        });
    }
    out.value = check.totals.value(&on.request.weights);
    out
}
