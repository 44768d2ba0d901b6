//! Handovers between units: from whom to whom, how often, and how long the next unit took to act.
//!
//! Units only. Ranking persons is nothing this product does.

use super::{percentile, seconds};
use crate::log::{Log, Row};
use crate::traces::Traces;
use hashbrown::HashMap;

/// Work that went from one unit to another.
#[derive(Clone, Debug, PartialEq)]
pub struct Handover {
    /// The unit that gave, a number in [`Log::units`].
    pub from: u32,
    /// The unit that took.
    pub to: u32,
    /// The events with which the taking unit took over.
    pub rows: Vec<Row>,
    /// Median of the time between the two units' events, seconds.
    pub median: f64,
    /// All of it together, seconds.
    pub total: f64,
}

/// All handovers, the most frequent first, equally frequent ones by the units' names. Events without a unit are passed over.
pub fn handovers(log: &Log, traces: &Traces) -> Vec<Handover> {
    let mut pairs: HashMap<(u32, u32), (Vec<Row>, Vec<i64>)> = HashMap::new();
    for trace in traces.iter() {
        let mut before: Option<(u32, i64)> = None;
        for (row, at) in trace.rows.iter().zip(trace.at) {
            let Some(unit) = log.unit(*row) else { continue };
            if let Some((from, since)) = before.filter(|b| b.0 != unit) {
                let (rows, waits) = pairs.entry((from, unit)).or_default();
                rows.push(*row);
                waits.push(at - since);
            }
            before = Some((unit, *at));
        }
    }
    let mut all: Vec<Handover> = pairs
        .into_iter()
        .map(|((from, to), (rows, mut waits))| {
            let sum: i128 = waits.iter().map(|w| i128::from(*w)).sum();
            Handover {
                from,
                to,
                rows,
                median: seconds(percentile(&mut waits, 50).unwrap_or_default()),
                total: seconds(sum as f64),
            }
        })
        .collect();
    let name = |h: &Handover| (log.units.get(h.from), log.units.get(h.to));
    all.sort_by(|a, b| b.rows.len().cmp(&a.rows.len()).then_with(|| name(a).cmp(&name(b))));
    all
}
