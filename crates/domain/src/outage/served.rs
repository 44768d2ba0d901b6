//! Customers served 供电户数: of a unit in a district, from a day on. The indices divide by them. They stand in a register of their
//! own and not with the outages: a district without an outage in a month has customers all the same, and a month without
//! any outage has an index, which is zero.

use crate::base::history::{Happened, Recorded};
use crate::base::ids::UnitId;
use crate::base::time::{Date, Instant};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// No unit serves more in a district.
pub const MOST_SERVED: u32 = 100_000_000;

/// How many are served from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// First day.
    pub from: Date,
    /// Customers; none where the unit serves the district no more.
    pub customers: u32,
}

/// The customers of a unit in a district.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServedBase {
    /// Identity.
    pub id: Uuid,
    /// Who serves them.
    pub unit: UnitId,
    /// Where.
    pub district: String,
    /// How many, by first day, ascending.
    pub steps: Vec<Step>,
    /// When the last thing happened to it.
    pub last_at: Instant,
    /// Number of events so far.
    pub rev: u32,
}

/// What happens to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[allow(missing_docs)] // fields carry the names of the record's own
pub enum ServedEvent {
    Set { unit: UnitId, district: String, from: Date, customers: u32 },
}

impl ServedEvent {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            ServedEvent::Set { .. } => "served_set",
        }
    }
}

impl Recorded for ServedBase {
    type Event = ServedEvent;

    fn begin(id: Uuid, first: &Happened<ServedEvent>) -> Option<ServedBase> {
        let ServedEvent::Set { unit, district, from, customers } = &first.event;
        let steps = vec![Step { from: *from, customers: *customers }];
        Some(ServedBase { id, unit: *unit, district: district.clone(), steps, last_at: first.at, rev: 1 })
    }

    fn apply(&mut self, h: &Happened<ServedEvent>) {
        self.rev += 1;
        self.last_at = self.last_at.max(h.at);
        let ServedEvent::Set { from, customers, .. } = &h.event;
        let step = Step { from: *from, customers: *customers };
        // What is said of the same day again is a correction.
        match self.steps.binary_search_by_key(from, |s| s.from) {
            Ok(at) => self.steps[at] = step,
            Err(at) => self.steps.insert(at, step),
        }
    }
}

impl ServedBase {
    /// How many on a day; none before the first.
    pub fn on(&self, day: Date) -> Option<u32> {
        let after = self.steps.partition_point(|s| s.from <= day);
        after.checked_sub(1).map(|at| self.steps[at].customers)
    }
}

/// The customers that some bases serve, as the mean of the days from one to another on which any are served: 等效用户数. So a month
/// in which a district grew counts every day as it was.
pub fn mean<'a>(bases: impl Iterator<Item = &'a ServedBase> + Clone, first: Date, last: Date) -> f64 {
    // From one day on which a number changes to the next, all days are alike.
    let changes = bases.clone().flat_map(|b| &b.steps).map(|s| s.from).filter(|from| first < *from && *from <= last);
    let mut begins: Vec<Date> = std::iter::once(first).chain(changes).collect();
    begins.sort_unstable();
    begins.dedup();
    let (mut sum, mut days) = (0_u64, 0_u64);
    for (i, from) in begins.iter().enumerate() {
        let to = begins.get(i + 1).copied().unwrap_or_else(|| last.tomorrow().unwrap_or(last));
        let long = to.duration_since(*from).as_hours().max(0) as u64 / 24;
        let served: u64 = bases.clone().filter_map(|b| b.on(*from)).map(u64::from).sum();
        if served > 0 {
            sum += served * long;
            days += long;
        }
    }
    if days == 0 { 0.0 } else { sum as f64 / days as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::By;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn base(steps: &[(Date, u32)]) -> ServedBase {
        let set = |(from, customers): &(Date, u32)| Happened {
            at: Instant(0),
            by: By::Rule,
            event: ServedEvent::Set {
                unit: UnitId(Uuid::nil()),
                district: "海淀区".into(),
                from: *from,
                customers: *customers,
            },
        };
        let events: Vec<_> = steps.iter().map(set).collect();
        ServedBase::replay(Uuid::nil(), &events).expect("a first")
    }

    #[test]
    fn each_day_has_what_was_last_said_of_it() {
        let b = base(&[
            (date(2018, 1, 1), 100),
            (date(2018, 1, 21), 200),
            (date(2018, 1, 11), 150),
            (date(2018, 1, 11), 160),
        ]);
        let on = [(2017, 12, 31), (2018, 1, 1), (2018, 1, 10), (2018, 1, 11), (2018, 1, 21)]
            .map(|(y, m, d)| b.on(date(y, m, d)));
        assert_eq!(on, [None, Some(100), Some(100), Some(160), Some(200)]);
        assert_eq!(b.rev, 4);
        // Ten days each of 100, 160 and 200.
        let all = [b];
        assert!((mean(all.iter(), date(2018, 1, 1), date(2018, 1, 30)) - 460.0 / 3.0).abs() < 1e-9);
        // Days before anybody was served are no days.
        assert!((mean(all.iter(), date(2017, 12, 1), date(2018, 1, 10)) - 100.0).abs() < 1e-9);
        assert!(mean(all.iter(), date(2017, 1, 1), date(2017, 1, 31)).abs() < f64::EPSILON);
    }

    proptest! {
        /// Stretches of days that are alike add up to what each day adds.
        #[test]
        fn the_mean_is_that_of_the_days(
            steps in proptest::collection::vec(proptest::collection::vec((0_i64..60, 0_u32..4), 1..5), 0..4),
            first in 0_i64..60,
            long in 0_i64..60,
        ) {
            let day = |n: i64| date(2018, 1, 1).saturating_add(jiff::Span::new().days(n));
            let all: Vec<ServedBase> = steps.iter().map(|s| base(&s.iter().map(|(n, c)| (day(*n), *c)).collect::<Vec<_>>())).collect();
            let each: Vec<u32> = (first..=first + long)
                .map(|n| all.iter().filter_map(|b| b.on(day(n))).sum())
                .filter(|n| *n > 0)
                .collect();
            let wanted = if each.is_empty() { 0.0 } else { f64::from(each.iter().sum::<u32>()) / each.len() as f64 };
            prop_assert!((mean(all.iter(), day(first), day(first + long)) - wanted).abs() < 1e-9);
        }
    }
}
