//! How long cases take, in calendar time and in working time.

use crate::log::{Case, SECOND_US};
use crate::traces::Traces;
use yixian_domain::calendar::{WorkingCalendar, WorkingHours};
use yixian_domain::figure::Distribution;
use yixian_domain::time::{Instant, Zone};

/// A clock that says how much time there was between two instants, both in microseconds, and the result too.
pub trait Clock {
    /// Time from one instant to a later one; 0 when it is not later.
    fn between(&self, from: i64, to: i64) -> i64;
}

/// Every hour of every day.
#[derive(Clone, Copy, Debug)]
pub struct RoundTheClock;

impl Clock for RoundTheClock {
    fn between(&self, from: i64, to: i64) -> i64 {
        to.saturating_sub(from).max(0)
    }
}

/// Office hours on working days.
#[derive(Clone, Copy, Debug)]
pub struct OfficeHours<'a> {
    /// From when to when.
    pub hours: WorkingHours,
    /// On which days.
    pub calendar: &'a WorkingCalendar,
    /// Where.
    pub zone: &'a Zone,
}

impl Clock for OfficeHours<'_> {
    /// To the millisecond, as the calendar counts.
    fn between(&self, from: i64, to: i64) -> i64 {
        let instant = |micros: i64| Instant(micros.div_euclid(1_000));
        self.hours.millis_between(self.calendar, self.zone, instant(from), instant(to)) * 1_000
    }
}

/// How long cases took.
#[derive(Clone, Debug, PartialEq)]
pub struct Throughput {
    /// Spread in seconds; nothing without cases.
    pub spread: Option<Distribution>,
    /// The cases.
    pub cases: Vec<Case>,
}

/// From the first event of each case to its last.
pub fn throughput(traces: &Traces, clock: &impl Clock) -> Throughput {
    let mut lasted: Vec<i64> = traces.iter().map(|t| clock.between(t.first(), t.last())).collect();
    Throughput { spread: Distribution::of(&mut lasted, SECOND_US), cases: traces.iter().map(|t| t.case).collect() }
}
