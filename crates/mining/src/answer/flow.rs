//! The directly-follows flow: which step follows which, how often, and how long the hop takes.
//!
//! A hop lasts from one event to the next of the same case. Its total, in case-days, says where a process waits; its
//! mean alone says nothing, because a few cases make it.

use super::{percentile, seconds};
use crate::log::{Activity, Log, Row};
use crate::traces::Traces;
use hashbrown::HashMap;

/// A hop from one step to the next.
#[derive(Clone, Debug, PartialEq)]
pub struct Hop {
    /// The step before.
    pub from: Activity,
    /// The step after.
    pub to: Activity,
    /// The events that followed: one per time the hop was made.
    pub rows: Vec<Row>,
    /// Mean, seconds.
    pub mean: f64,
    /// Median, seconds.
    pub median: f64,
    /// Ninth decile, seconds.
    pub p90: f64,
    /// Longest, seconds.
    pub max: f64,
    /// All together, seconds.
    pub total: f64,
}

impl Hop {
    /// How often.
    pub fn count(&self) -> usize {
        self.rows.len()
    }
}

/// Activities up to which hops are counted in a square.
const SQUARE: usize = 1_024;

/// Numbers of the hops by their two ends.
enum Numbers {
    Square(usize, Vec<u32>),
    Map(HashMap<(Activity, Activity), u32>),
}

impl Numbers {
    fn of(activities: usize) -> Numbers {
        if activities <= SQUARE {
            Numbers::Square(activities, vec![u32::MAX; activities * activities])
        } else {
            Numbers::Map(HashMap::new())
        }
    }

    fn get(&mut self, from: Activity, to: Activity, new: u32) -> u32 {
        let number = match self {
            Numbers::Square(n, square) => &mut square[from as usize * *n + to as usize],
            Numbers::Map(map) => map.entry((from, to)).or_insert(u32::MAX),
        };
        if *number == u32::MAX {
            *number = new;
        }
        *number
    }
}

/// All hops, the most frequent first, equally frequent ones by the names of their ends.
pub fn flow(log: &Log, traces: &Traces) -> Vec<Hop> {
    let mut numbers = Numbers::of(log.activities.len());
    let mut ends: Vec<(Activity, Activity)> = Vec::new();
    let mut counts: Vec<u32> = Vec::new();
    // One number per hop made, in the order of the traces.
    let mut made: Vec<u32> = Vec::with_capacity(traces.events().saturating_sub(traces.len()));
    for trace in traces.iter() {
        for pair in trace.activities.windows(2) {
            let number = numbers.get(pair[0], pair[1], ends.len() as u32);
            if number as usize == ends.len() {
                ends.push((pair[0], pair[1]));
                counts.push(0);
            }
            counts[number as usize] += 1;
            made.push(number);
        }
    }
    let mut hops: Vec<(Vec<i64>, Vec<Row>)> =
        counts.iter().map(|n| (Vec::with_capacity(*n as usize), Vec::with_capacity(*n as usize))).collect();
    let mut next = made.into_iter();
    for trace in traces.iter() {
        for (at, row) in trace.at.windows(2).zip(&trace.rows[1..]) {
            if let Some((waits, rows)) = next.next().map(|n| &mut hops[n as usize]) {
                waits.push(at[1].saturating_sub(at[0]));
                rows.push(*row);
            }
        }
    }
    let mut all: Vec<Hop> = ends
        .into_iter()
        .zip(hops)
        .map(|((from, to), (mut waits, rows))| {
            let sum: i128 = waits.iter().map(|w| i128::from(*w)).sum();
            let max = waits.iter().max().copied().unwrap_or_default() as f64;
            let total = seconds(sum as f64);
            let median = percentile(&mut waits, 50).unwrap_or_default();
            let p90 = percentile(&mut waits, 90).unwrap_or_default();
            Hop {
                from,
                to,
                mean: total / rows.len() as f64,
                rows,
                median: seconds(median),
                p90: seconds(p90),
                max: seconds(max),
                total,
            }
        })
        .collect();
    let ranks = log.activities.ranks();
    let name = |h: &Hop| (ranks[h.from as usize], ranks[h.to as usize]);
    all.sort_by(|a, b| b.count().cmp(&a.count()).then_with(|| name(a).cmp(&name(b))));
    all
}

/// Hops by the time that all cases together spend in them, the worst first.
pub fn bottlenecks(hops: &[Hop]) -> Vec<&Hop> {
    let mut all: Vec<&Hop> = hops.iter().collect();
    all.sort_by(|a, b| b.total.total_cmp(&a.total));
    all
}
