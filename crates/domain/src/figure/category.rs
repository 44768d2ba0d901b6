//! Matters closed with a target, by category: how many, how many on time, how long it took. The rows behind the table
//! of a report; over all rows they sum to [`super::FigureCode::OnTimeClosed`].

use std::collections::HashMap;
use std::sync::Arc;

use uuid::Uuid;

use super::facts::MatterFact;
use super::matters::{judge_closed, time_to_close};
use super::{Frame, sorted_by_id};
use crate::base::stats::Distribution;
use crate::base::time::HOUR_MS;

/// One category.
#[derive(Clone, Debug, PartialEq)]
pub struct CategoryRow {
    /// Category code.
    pub category: Arc<str>,
    /// Matters raised in the period and closed with a target, ascending.
    pub closed_with_target: Vec<Uuid>,
    /// Those of them that were put right on time, ascending.
    pub on_time: Vec<Uuid>,
    /// Hours from raising to closing over the same matters; none when none of them has a usable time.
    pub hours: Option<Distribution>,
}

/// A row for every category that has a matter closed with a target; most matters first, then by category code.
pub fn by_category(matters: &[MatterFact], frame: &Frame<'_>) -> Vec<CategoryRow> {
    #[derive(Default)]
    struct Sums {
        closed: Vec<Uuid>,
        on_time: Vec<Uuid>,
        times: Vec<i64>,
    }
    let mut sums: HashMap<&Arc<str>, Sums> = HashMap::new();
    for matter in sorted_by_id(matters, |m| m.kind.in_loop() && frame.saw(m.raised_at), |m| m.id.0) {
        let Some(judged) = judge_closed(matter, frame) else { continue };
        let own = sums.entry(&matter.category).or_default();
        own.closed.push(matter.id.0);
        if judged.on_time {
            own.on_time.push(matter.id.0);
        }
        own.times.extend(time_to_close(matter, frame));
    }
    let row = |(category, mut own): (&Arc<str>, Sums)| CategoryRow {
        category: Arc::clone(category),
        closed_with_target: own.closed,
        on_time: own.on_time,
        hours: Distribution::of(&mut own.times, HOUR_MS),
    };
    let mut rows: Vec<CategoryRow> = sums.into_iter().map(row).collect();
    rows.sort_by(|a, b| {
        let by_size = b.closed_with_target.len().cmp(&a.closed_with_target.len());
        by_size.then_with(|| a.category.cmp(&b.category))
    });
    rows
}
