//! Variants: the different ways through a process, and the cases that went each way.

use super::{grouped, percentile, seconds};
use crate::log::{Activity, Case, Log};
use crate::traces::Traces;
use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::BuildHasher;

/// One way through the process.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// Its steps.
    pub path: Vec<Activity>,
    /// The cases that went this way.
    pub cases: Vec<Case>,
    /// Median of how long they took, seconds.
    pub median: f64,
}

impl Variant {
    /// How many cases.
    pub fn count(&self) -> usize {
        self.cases.len()
    }
}

/// All ways, the most used first, equally used ones by their steps' names.
pub fn variants(log: &Log, traces: &Traces) -> Vec<Variant> {
    let hasher = DefaultHashBuilder::default();
    let mut table: HashTable<u32> = HashTable::new();
    // The first case of each variant.
    let mut firsts: Vec<u32> = Vec::new();
    let mut of_case: Vec<u32> = Vec::with_capacity(traces.len());
    for (i, trace) in traces.iter().enumerate() {
        let hash = hasher.hash_one(trace.activities);
        let path = |v: u32| traces.get(firsts[v as usize] as usize).activities;
        let variant = match table.find(hash, |&v| path(v) == trace.activities) {
            Some(&v) => v,
            None => {
                let v = firsts.len() as u32;
                table.insert_unique(hash, v, |&v| hasher.hash_one(path(v)));
                firsts.push(i as u32);
                v
            }
        };
        of_case.push(variant);
    }
    let groups = grouped(firsts.len(), of_case.iter().enumerate().map(|(i, v)| (*v, i as u32)));
    let mut lasted = Vec::new();
    let mut all: Vec<Variant> = groups
        .into_iter()
        .zip(firsts)
        .map(|(members, first)| {
            lasted.clear();
            lasted.extend(members.iter().map(|i| traces.get(*i as usize).lasted()));
            Variant {
                path: traces.get(first as usize).activities.to_vec(),
                cases: members.iter().map(|i| traces.get(*i as usize).case).collect(),
                median: seconds(percentile(&mut lasted, 50).unwrap_or_default()),
            }
        })
        .collect();
    let ranks = log.activities.ranks();
    let by_name = |v: &Variant| v.path.iter().map(|a| ranks[*a as usize]).collect::<Vec<_>>();
    all.sort_by(|a, b| b.count().cmp(&a.count()).then_with(|| by_name(a).cmp(&by_name(b))));
    all
}
