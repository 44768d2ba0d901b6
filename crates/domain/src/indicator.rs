//! Indicators of others, by their published rules: the World Bank's *Getting Electricity* score
//! (Doing Business 2016–2020) and IEEE 1366's reliability indices with major event days by the
//! 2.5-beta method. Plain numbers in, plain numbers out; it does not know where they come from.
//!
//! ```
//! use yixian_domain::indicator::{Connection, score};
//! let beijing = Connection { procedures: 2.0, time_days: 10.0, cost_pct_ipc: 0.0, reliability: 7.0 };
//! assert_eq!(score(&beijing).procedures, 100.0); // fewer than the best three do not score above it
//! ```

pub mod access;
pub mod breakdown;
pub mod campaign;
pub mod law;
pub mod method;
pub mod reading;

pub use breakdown::{Aspect, Breakdown, BreakdownEvent, BreakdownState, Leaf, Retired, Tree};
pub use campaign::{Campaign, CampaignDetails, CampaignEvent, Members};
pub use law::{BreakdownRule, TreeFault};
pub use method::{City, Component, Method, Scored};
pub use reading::{Indicator, IndicatorDetails, IndicatorEvent, Reading, ReadingFault, ReadingKind};

use crate::base::time::Instant;

/// What a connection costs a firm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Connection {
    /// Procedures.
    pub procedures: f64,
    /// Calendar days.
    pub time_days: f64,
    /// Cost, percent of income per head.
    pub cost_pct_ipc: f64,
    /// Reliability and transparency index, 0–8.
    pub reliability: f64,
}

/// Scores, 0–100.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// Of the procedures, 9 worst to 3 best.
    pub procedures: f64,
    /// Of the time, 248 days worst to 18 best.
    pub time: f64,
    /// Of the cost, 8,100 % worst to 0 best.
    pub cost: f64,
    /// Of reliability, 0 worst to 8 best.
    pub reliability: f64,
    /// Mean of the four.
    pub total: f64,
}

// Adding zero turns −0 into 0, which is what is printed.
fn between(worst: f64, best: f64, x: f64) -> f64 {
    (100.0 * (worst - x) / (worst - best)).clamp(0.0, 100.0) + 0.0
}

/// The score of a connection.
pub fn score(c: &Connection) -> Score {
    let procedures = between(9.0, 3.0, c.procedures);
    let time = between(248.0, 18.0, c.time_days);
    let cost = between(8_100.0, 0.0, c.cost_pct_ipc);
    let reliability = between(0.0, 8.0, c.reliability);
    Score { procedures, time, cost, reliability, total: (procedures + time + cost + reliability) / 4.0 }
}

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

/// Major event days of a series of daily SAIDI, minutes; nothing when fewer than two days had any.
pub fn major_events(daily: &[f64]) -> Option<MajorEvents> {
    let logs: Vec<f64> = daily.iter().filter(|s| **s > 0.0).map(|s| s.ln()).collect();
    if logs.len() < 2 {
        return None;
    }
    let n = logs.len() as f64;
    let alpha = logs.iter().sum::<f64>() / n;
    let beta = (logs.iter().map(|l| (l - alpha).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
    let t_med = (alpha + 2.5 * beta).exp();
    let days: Vec<usize> = daily.iter().enumerate().filter(|(_, s)| **s > t_med).map(|(i, _)| i).collect();
    let saidi = daily.iter().sum();
    let saidi_without = daily.iter().filter(|s| **s <= t_med).sum();
    Some(MajorEvents { zero_days: daily.len() - logs.len(), alpha, beta, t_med, days, saidi, saidi_without })
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
    let long: Vec<&Outage> = outages.iter().filter(|o| o.end.0 - o.start.0 > MOMENTARY_MS).collect();
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

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-4
    }

    #[test]
    fn a_published_row_is_reproduced() {
        let angola = score(&Connection { procedures: 7.0, time_days: 145.0, cost_pct_ipc: 660.7, reliability: 0.0 });
        assert!(
            near(angola.procedures, 33.33333) && near(angola.time, 44.78261) && near(angola.cost, 91.84323),
            "{angola:?}"
        );
        assert!(near(angola.total, 42.48979), "{angola:?}");
        assert_eq!(angola.reliability.to_string(), "0");
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
}
