//! Arrivals and completions day by day.

use crate::log::{Case, Log};
use crate::traces::Traces;
use std::collections::BTreeMap;
use yixian_domain::time::{Date, Instant, Zone};

/// What came and what was done on a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Day {
    /// Cases whose first event is of this day.
    pub arrived: Vec<Case>,
    /// Finished cases whose last event is of this day.
    pub completed: Vec<Case>,
}

/// Days on which anything came or was done, in a zone.
pub fn daily(log: &Log, traces: &Traces, zone: &Zone) -> BTreeMap<Date, Day> {
    let mut days: BTreeMap<Date, Day> = BTreeMap::new();
    let date = |micros: i64| zone.date_of(Instant(micros.div_euclid(1_000)));
    for trace in traces.iter() {
        days.entry(date(trace.first())).or_default().arrived.push(trace.case);
        if !log.is_open(trace.case) {
            days.entry(date(trace.last())).or_default().completed.push(trace.case);
        }
    }
    days
}
