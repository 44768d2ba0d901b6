//! Medians and other percentiles, by linear interpolation between the two nearest ranks (type 7 of Hyndman and Fan
//! 1996, the default of numpy and R).

use serde::Serialize;

/// How values are spread.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Distribution {
    /// How many values.
    pub n: u64,
    /// Smallest.
    pub min: f64,
    /// First quartile.
    pub p25: f64,
    /// Median.
    pub median: f64,
    /// Arithmetic mean.
    pub mean: f64,
    /// Third quartile.
    pub p75: f64,
    /// Ninth decile.
    pub p90: f64,
    /// 95th percentile.
    pub p95: f64,
    /// Largest.
    pub max: f64,
}

impl Distribution {
    /// Of durations in milliseconds, given in units of `unit_ms` milliseconds; none of no durations. Sorts in place.
    pub fn of(durations_ms: &mut [i64], unit_ms: i64) -> Option<Self> {
        durations_ms.sort_unstable();
        let sorted = &*durations_ms;
        let unit = unit_ms as f64;
        let at = |percent: u64| percentile(sorted, percent).map(|ms| ms / unit);
        // Whole numbers, so that neither order nor size costs digits.
        let sum: i128 = sorted.iter().map(|ms| i128::from(*ms)).sum();
        Some(Self {
            n: sorted.len() as u64,
            min: at(0)?,
            p25: at(25)?,
            median: at(50)?,
            mean: sum as f64 / sorted.len() as f64 / unit,
            p75: at(75)?,
            p90: at(90)?,
            p95: at(95)?,
            max: at(100)?,
        })
    }
}

/// The percentile of ascending values, 0 to 100; none of no values.
fn percentile(sorted: &[i64], percent: u64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    // The rank is a multiple of 1/100: whole numbers keep it exact.
    let rank = last as u64 * percent.min(100);
    let (below, rest) = ((rank / 100) as usize, rank % 100);
    let low = *sorted.get(below)?;
    let high = sorted.get(below + 1).copied().unwrap_or(low);
    let step = i128::from(high) - i128::from(low);
    Some(low as f64 + step as f64 * rest as f64 / 100.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn percentiles_are_those_of_numpy() {
        let d = Distribution::of(&mut [4, 1, 3, 2], 1).expect("four values");
        assert_eq!((d.n, d.min, d.p25, d.median, d.mean, d.p75, d.max), (4, 1.0, 1.75, 2.5, 2.5, 3.25, 4.0));
        assert!((d.p90 - 3.7).abs() < 1e-12 && (d.p95 - 3.85).abs() < 1e-12);
        let one = Distribution::of(&mut [90 * 60_000], 3_600_000).expect("one value");
        assert_eq!((one.min, one.median, one.p95, one.max), (1.5, 1.5, 1.5, 1.5));
        assert_eq!(Distribution::of(&mut [], 1), None);
    }

    proptest! {
        #[test]
        fn percentiles_ascend_whatever_the_values(mut values in prop::collection::vec(any::<i64>(), 1..50)) {
            let d = Distribution::of(&mut values, 1).expect("values");
            let ascending = [d.min, d.p25, d.median, d.p75, d.p90, d.p95, d.max];
            prop_assert!(ascending.is_sorted());
            prop_assert!(d.min <= d.mean && d.mean <= d.max);
        }
    }
}
