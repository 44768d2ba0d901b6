//! Two sets of cases side by side: two periods, two units, two kinds. Says what differs, not why.

use super::flow::{Hop, flow};
use super::throughput::{RoundTheClock, Throughput, throughput};
use crate::log::{Activity, Log};
use crate::traces::Traces;
use std::collections::BTreeMap;

/// A hop in both sets; one of the two may lack it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BothHops {
    /// In the first set.
    pub left: Option<Hop>,
    /// In the second set.
    pub right: Option<Hop>,
}

impl BothHops {
    /// How much longer the median is in the second set, seconds; nothing where one set lacks the hop.
    pub fn slower_by(&self) -> Option<f64> {
        Some(self.right.as_ref()?.median - self.left.as_ref()?.median)
    }
}

/// Two sets side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// How long cases took, first and second set.
    pub throughput: (Throughput, Throughput),
    /// Hops by their two ends.
    pub hops: BTreeMap<(Activity, Activity), BothHops>,
}

/// Compares two sets of cases of one log.
pub fn compare(log: &Log, left: &Traces, right: &Traces) -> Comparison {
    let mut hops: BTreeMap<(Activity, Activity), BothHops> = BTreeMap::new();
    for hop in flow(log, left) {
        let ends = (hop.from, hop.to);
        hops.entry(ends).or_default().left = Some(hop);
    }
    for hop in flow(log, right) {
        let ends = (hop.from, hop.to);
        hops.entry(ends).or_default().right = Some(hop);
    }
    Comparison { throughput: (throughput(left, &RoundTheClock), throughput(right, &RoundTheClock)), hops }
}
