//! Answers: what managers ask of a log, each computed in one pass over [`crate::traces::Traces`].
//!
//! A number always comes with what makes it up, cases or events; it is the size of that list, never a second count.
//! Sums are whole microseconds, so that neither order nor size costs digits. Answers do not print.

pub mod compare;
pub mod daily;
pub mod effort;
pub mod flow;
pub mod handover;
pub mod rework;
pub mod summary;
pub mod throughput;
pub mod variants;
pub mod wip;

use crate::log::SECOND_US;

/// A percentile of values, by linear interpolation between the two nearest ranks (type 7 of Hyndman and Fan 1996, the
/// default of numpy); 0 to 100. Reorders the values; nothing of none.
pub(crate) fn percentile(values: &mut [i64], percent: u64) -> Option<f64> {
    let last = values.len().checked_sub(1)?;
    let rank = last as u64 * percent.min(100);
    let (below, rest) = ((rank / 100) as usize, rank % 100);
    let (_, low, above) = values.select_nth_unstable(below);
    let low = *low;
    let high = if rest == 0 { low } else { above.iter().min().copied().unwrap_or(low) };
    Some(low as f64 + (i128::from(high) - i128::from(low)) as f64 * rest as f64 / 100.0)
}

/// Seconds of microseconds.
pub(crate) fn seconds(micros: f64) -> f64 {
    micros / SECOND_US as f64
}

/// Sorts ids into the groups of their keys, `keys` of them; the ids of a group keep their order.
pub(crate) fn grouped(keys: usize, pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Vec<Vec<u32>> {
    let mut counts = vec![0; keys];
    for (key, _) in pairs.clone() {
        counts[key as usize] += 1;
    }
    let mut groups: Vec<Vec<u32>> = counts.into_iter().map(Vec::with_capacity).collect();
    for (key, id) in pairs {
        groups[key as usize].push(id);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use yixian_domain::figure::Distribution;

    proptest! {
        #[test]
        fn percentiles_are_those_of_figures(values in prop::collection::vec(any::<i64>(), 1..60)) {
            let all = Distribution::of(&mut values.clone(), 1).expect("values");
            for (percent, expected) in [(0, all.min), (25, all.p25), (50, all.median), (75, all.p75), (90, all.p90), (95, all.p95), (100, all.max)] {
                prop_assert_eq!(percentile(&mut values.clone(), percent), Some(expected));
            }
        }
    }
}
