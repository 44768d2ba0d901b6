//! The goal, one feature a file: what it counts, in whole numbers, and what its weight makes of the
//! count. Whole numbers do not drift however often the search adds and takes away.

pub mod duty;
pub mod fairness;
pub mod priority;
pub mod spread;
pub mod stability;
pub mod travel;
pub mod weekly;

use crate::model::{Value, Weights};

/// What the features count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Points of priority.
    pub points: i64,
    /// Owed visits planned.
    pub owed: i64,
    /// Visits beyond what is owed.
    pub surplus: i64,
    /// Leader-weeks with a visit.
    pub weeks: i64,
    /// Pairs of visits of one leader.
    pub pairs: i64,
    /// Units and levels, units and specialties that meet.
    pub spread: i64,
    /// Visits from a unit's fifth in a week on.
    pub spare: i64,
    /// Ticks on the road.
    pub travel: i64,
    /// Quarters of visits kept from the base plan.
    pub kept: i64,
    /// Pinned visits not planned.
    pub missing: i64,
}

impl Totals {
    /// The objective.
    #[inline]
    pub fn worth(&self, w: &Weights) -> f64 {
        w.priority * self.points as f64 + w.duty * self.owed as f64 + w.weekly * self.weeks as f64
            - w.fairness * self.pairs as f64
            - w.surplus * self.surplus as f64
            + w.spread * self.spread as f64
            - w.spare * self.spare as f64
            - w.travel * self.travel as f64
            + w.stability * 0.25 * self.kept as f64
    }

    /// The objective by feature.
    pub fn value(&self, w: &Weights) -> Value {
        Value {
            priority: w.priority * self.points as f64,
            duty: w.duty * self.owed as f64 - w.surplus * self.surplus as f64,
            weekly: w.weekly * self.weeks as f64,
            fairness: -w.fairness * self.pairs as f64,
            spread: w.spread * self.spread as f64 - w.spare * self.spare as f64,
            travel: -w.travel * self.travel as f64,
            stability: w.stability * 0.25 * self.kept as f64,
        }
    }
}
