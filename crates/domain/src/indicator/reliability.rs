//! IEEE 1366's reliability indices with major event days by the 2.5-beta method, and the index of reliability and tariff
//! transparency that *Getting Electricity* scores.

use crate::base::time::Instant;

/// What a series of daily SAIDI tells (IEEE 1366-2012, annex B.2).
#[derive(Clone, Debug, PartialEq)]
pub struct MajorEvents {
    /// Days without any interruption; they have no logarithm and are left out of alpha and beta.
    pub zero_days: usize,
    /// Mean of ln(SAIDI).
    pub alpha: f64,
    /// Sample deviation (n − 1) of ln(SAIDI).
    pub beta: f64,
    /// exp(alpha + 2.5 beta), minutes.
    pub t_med: f64,
    /// Places in the series of the days above it.
    pub days: Vec<usize>,
    /// Sum of all days, minutes.
    pub saidi: f64,
    /// Sum without major event days, minutes.
    pub saidi_without: f64,
}

/// From which daily SAIDI on a day is a major event, as a series of days tells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threshold {
    /// Days with an interruption, which alone have a logarithm.
    pub days: usize,
    /// Mean of ln(SAIDI).
    pub alpha: f64,
    /// Sample deviation (n − 1) of ln(SAIDI).
    pub beta: f64,
    /// exp(alpha + 2.5 beta), minutes.
    pub t_med: f64,
}

impl Threshold {
    /// The threshold of a series, minutes; nothing when fewer than two days had an interruption. Days without one may be left out.
    pub fn of(daily: &[f64]) -> Option<Threshold> {
        let logs: Vec<f64> = daily.iter().filter(|s| **s > 0.0).map(|s| s.ln()).collect();
        if logs.len() < 2 {
            return None;
        }
        let n = logs.len() as f64;
        let alpha = logs.iter().sum::<f64>() / n;
        let beta = (logs.iter().map(|l| (l - alpha).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
        Some(Threshold { days: logs.len(), alpha, beta, t_med: (alpha + 2.5 * beta).exp() })
    }
}

/// Major event days of a series of daily SAIDI, minutes; nothing when fewer than two days had any.
pub fn major_events(daily: &[f64]) -> Option<MajorEvents> {
    let Threshold { days: with, alpha, beta, t_med } = Threshold::of(daily)?;
    let days: Vec<usize> = daily.iter().enumerate().filter(|(_, s)| **s > t_med).map(|(i, _)| i).collect();
    let saidi = daily.iter().sum();
    let saidi_without = daily.iter().filter(|s| **s <= t_med).sum();
    Some(MajorEvents { zero_days: daily.len() - with, alpha, beta, t_med, days, saidi, saidi_without })
}

/// One outage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outage {
    /// Began.
    pub start: Instant,
    /// Ended.
    pub end: Instant,
    /// Customers without power.
    pub customers: f64,
    /// Customers served.
    pub served: f64,
}

/// Longer than this is sustained.
const MOMENTARY_MS: i64 = 5 * 60_000;

/// Whether an interruption of so many milliseconds is sustained, and so counts in the indices.
pub fn is_sustained(ms: i64) -> bool {
    ms > MOMENTARY_MS
}

/// Indices of a group of outages; only sustained ones count.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Indices {
    /// Outages.
    pub events: usize,
    /// Those longer than five minutes.
    pub sustained: usize,
    /// Customers served: the most that any row of the group names.
    pub customers: f64,
    /// Interruptions per customer served.
    pub saifi: f64,
    /// Minutes per customer served.
    pub saidi_min: f64,
    /// Minutes per interruption; 0 without any.
    pub caidi_min: f64,
}

/// Indices of a group of outages.
pub fn indices(outages: &[Outage]) -> Indices {
    let long: Vec<&Outage> = outages.iter().filter(|o| is_sustained(o.end.0 - o.start.0)).collect();
    let customers = outages.iter().map(|o| o.served).fold(0.0, f64::max);
    let hit: f64 = long.iter().map(|o| o.customers).sum();
    let minutes: f64 = long.iter().map(|o| o.customers * (o.end.0 - o.start.0) as f64 / 60_000.0).sum();
    let per = |x: f64, of: f64| if of > 0.0 { x / of } else { 0.0 };
    Indices {
        events: outages.len(),
        sustained: long.len(),
        customers,
        saifi: per(hit, customers),
        saidi_min: per(minutes, customers),
        caidi_min: per(minutes, hit),
    }
}

/// What the index of reliability and tariff transparency 供电可靠性和电价透明度指数 is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IndexParts {
    /// Every outage is recorded, planned or not, and load shedding; nothing longer than five minutes is left out.
    pub records_all: bool,
    /// Hours without power per customer and year.
    pub saidi_h: f64,
    /// Interruptions per customer and year.
    pub saifi: f64,
    /// Automatic systems monitor outages.
    pub monitors: bool,
    /// Automatic systems restore supply.
    pub restores: bool,
    /// A regulator, who is not the utility, reviews its performance.
    pub regulator: bool,
    /// Compensation or a fine is due when outages exceed a cap.
    pub deterrent: bool,
    /// Tariffs are published online, and a change is announced a billing cycle ahead.
    pub tariffs: bool,
}

/// Hours, and times, from which on a system scores nothing at all.
const GATE: f64 = 100.0;

/// The index, 0–8: up to three points for duration and frequency, one for each of the five parts that is so. Nothing at all where
/// outages are not all recorded, or last, or come, a hundred or more a year; a number that is none, or below zero, counts so too.
///
/// ```
/// use yixian_domain::indicator::{IndexParts, reliability_index};
/// let beijing_2017 = IndexParts {
///     records_all: true, saidi_h: 0.78, saifi: 0.19,
///     monitors: true, restores: true, regulator: true, deterrent: false, tariffs: false,
/// };
/// assert_eq!(reliability_index(&beijing_2017), 6);
/// ```
pub fn reliability_index(parts: &IndexParts) -> u8 {
    let measured = (0.0..GATE).contains(&parts.saidi_h) && (0.0..GATE).contains(&parts.saifi);
    if !parts.records_all || !measured {
        return 0;
    }
    // Both have to be within a band.
    let worse = parts.saidi_h.max(parts.saifi);
    let supply = match worse {
        w if w <= 1.0 => 3,
        w if w <= 4.0 => 2,
        w if w <= 12.0 => 1,
        _ => 0,
    };
    let met = [parts.monitors, parts.restores, parts.regulator, parts.deterrent, parts.tariffs];
    supply + met.into_iter().map(u8::from).sum::<u8>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-4
    }

    #[test]
    fn a_day_above_the_threshold_is_a_major_event() {
        let mut daily: Vec<f64> = (0..200).map(|i| 1.0 + f64::from(i % 7) / 10.0).collect();
        daily[50] = 0.0;
        daily[120] = 900.0;
        let found = major_events(&daily).expect("enough days");
        assert_eq!((found.zero_days, found.days.as_slice()), (1, &[120][..]));
        assert!(near(found.saidi - found.saidi_without, 900.0));
        assert!(near(found.t_med, (found.alpha + 2.5 * found.beta).exp()));
        assert_eq!(major_events(&[0.0, 1.0]), None, "one day has no deviation");
    }

    #[test]
    fn momentary_outages_do_not_count() {
        let outage = |minutes: i64, customers: f64| Outage {
            start: Instant(0),
            end: Instant(minutes * 60_000),
            customers,
            served: 1_000.0,
        };
        let found = indices(&[outage(5, 900.0), outage(60, 100.0), outage(30, 100.0)]);
        assert_eq!((found.events, found.sustained), (3, 2));
        assert!(near(found.saifi, 0.2) && near(found.saidi_min, 9.0) && near(found.caidi_min, 45.0), "{found:?}");
        assert_eq!(indices(&[]), Indices::default());
    }

    fn parts(saidi_h: f64, saifi: f64) -> IndexParts {
        IndexParts {
            records_all: true,
            saidi_h,
            saifi,
            monitors: true,
            restores: true,
            regulator: true,
            deterrent: false,
            tariffs: false,
        }
    }

    #[test]
    fn beijing_is_reconciled_step_by_step() {
        // 2016 to 2017 the duration falls below an hour; 2020 tariffs are announced; the deterrent is still missing.
        assert_eq!(reliability_index(&parts(1.22, 0.44)), 5);
        assert_eq!(reliability_index(&parts(0.78, 0.19)), 6);
        let announced = IndexParts { tariffs: true, ..parts(0.78, 0.19) };
        assert_eq!(reliability_index(&announced), 7);
        assert_eq!(reliability_index(&IndexParts { deterrent: true, ..announced }), 8);
    }

    #[test]
    fn both_duration_and_frequency_have_to_be_within_a_band() {
        let supply = |h, n| reliability_index(&parts(h, n)) - 3;
        for (h, n, points) in [
            (0.0, 0.0, 3),
            (1.0, 1.0, 3),
            (1.0, 1.01, 2),
            (4.0, 0.1, 2),
            (0.1, 4.1, 1),
            (12.0, 12.0, 1),
            (12.01, 1.0, 0),
            (99.9, 1.0, 0),
        ] {
            assert_eq!(supply(h, n), points, "{h} h, {n} times");
        }
    }

    #[test]
    fn behind_the_gate_there_is_nothing() {
        let all = IndexParts { deterrent: true, tariffs: true, ..parts(0.5, 0.5) };
        assert_eq!(reliability_index(&all), 8);
        assert_eq!(reliability_index(&IndexParts { records_all: false, ..all }), 0);
        for (h, n) in [(100.0, 0.5), (0.5, 100.0), (f64::NAN, 0.5), (0.5, f64::NAN), (-0.1, 0.5), (f64::INFINITY, 0.5)]
        {
            assert_eq!(reliability_index(&IndexParts { saidi_h: h, saifi: n, ..all }), 0, "{h} h, {n} times");
        }
    }
}
