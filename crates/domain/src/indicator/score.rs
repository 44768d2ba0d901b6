//! The World Bank's *Getting Electricity* score (Doing Business 2016–2020).

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
}
