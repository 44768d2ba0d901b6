//! Two choices of records side by side: two periods, two units. Says what differs, not why; each number is the size of
//! the list that [`super::report`] gives for the same choice and part.

use super::{Chosen, View};
use crate::App;
use crate::frame::error::AppError;
use yixian_domain::access::Actor;
use yixian_domain::figure::Distribution;
use yixian_mining::answer::compare::compare;
use yixian_mining::answer::flow::Hop;
use yixian_mining::log::Log;

/// One of the two.
#[derive(Clone, Debug)]
pub struct Side {
    /// Cases.
    pub cases: usize,
    /// Finished ones.
    pub finished: usize,
    /// How long those took, seconds.
    pub lasted: Option<Distribution>,
}

/// A hop on one side.
#[derive(Clone, Copy, Debug)]
pub struct HopSide {
    /// How often.
    pub count: usize,
    /// Cases that made it; fewer than `count` where some made it again.
    pub cases: usize,
    /// Median, seconds.
    pub median: f64,
    /// All together, seconds.
    pub total: f64,
}

/// A hop on both sides.
#[derive(Clone, Debug)]
pub struct HopPair {
    /// Step before.
    pub from: String,
    /// Step after.
    pub to: String,
    /// On the first side.
    pub left: Option<HopSide>,
    /// On the second side.
    pub right: Option<HopSide>,
    /// How much longer its median is on the second side, seconds.
    pub slower_by: Option<f64>,
}

/// Both sides.
#[derive(Clone, Debug)]
pub struct Compared {
    /// First.
    pub left: Side,
    /// Second.
    pub right: Side,
    /// Hops; first those whose difference weighs most: difference of medians times how often on both sides together, then
    /// those of one side only.
    pub hops: Vec<HopPair>,
}

fn side(view: &View<'_>, lasted: Option<Distribution>) -> Side {
    Side { cases: view.all.len(), finished: view.finished().len(), lasted }
}

fn hop(log: &Log, of: Option<&Hop>) -> Option<HopSide> {
    of.map(|h| HopSide { count: h.count(), cases: log.cases_of(&h.rows).len(), median: h.median, total: h.total })
}

impl App {
    /// Compares finished records of two choices of one kind.
    pub async fn flow_compare(&self, actor: &Actor, left: &Chosen, right: &Chosen) -> Result<Compared, AppError> {
        self.flow_both(actor, left, right, |left, right| {
            let log = &left.columns.log;
            let both = compare(log, left.finished(), right.finished());
            let name = |a: u32| log.activities.get(a).to_owned();
            let mut hops: Vec<HopPair> = both
                .hops
                .iter()
                .map(|((from, to), pair)| HopPair {
                    from: name(*from),
                    to: name(*to),
                    left: hop(log, pair.left.as_ref()),
                    right: hop(log, pair.right.as_ref()),
                    slower_by: pair.slower_by(),
                })
                .collect();
            let count = |h: &HopPair| h.left.map_or(0, |s| s.count) + h.right.map_or(0, |s| s.count);
            let weight = |h: &HopPair| h.slower_by.map_or(-1.0, |by| by.abs() * count(h) as f64);
            hops.sort_by(|a, b| {
                weight(b)
                    .total_cmp(&weight(a))
                    .then_with(|| count(b).cmp(&count(a)))
                    .then_with(|| (&a.from, &a.to).cmp(&(&b.from, &b.to)))
            });
            Compared { left: side(left, both.throughput.0.spread), right: side(right, both.throughput.1.spread), hops }
        })
        .await
    }
}
