//! When a share of the time up to a due instant is gone.
//!
//! Reminders go out at 50 % and 80 % of the *working* minutes, so that a limit over Spring Festival
//! does not warn in the middle of it; limits in clock hours, and instants, run round the clock.
//! Paused time is no time. Knows nothing of who is reminded or how.

use super::Deadline;
use super::clock::ClockPauses;
use super::terms::Promise;
use crate::base::time::Instant;
use crate::law::calendar::{WorkingCalendar, WorkingHours};
use crate::law::limit::LimitUnit;

impl Deadline {
    /// The instant at which `percent` (0 to 100, more is held at 100) of the time from the start to
    /// the due instant has passed. None while suspended. Where no working minute lies between the
    /// two (a day promised within a holiday) the clock is used.
    ///
    /// `calendar` must be the one the deadline was computed with.
    pub fn share_gone_at(&self, percent: u8, calendar: &WorkingCalendar, hours: WorkingHours) -> Option<Instant> {
        let (start, due) = (self.explanation.start.at, self.due?);
        // The pauses were found in order when the deadline was computed.
        let pauses = ClockPauses::closed(&self.explanation.pauses).unwrap_or_default();
        let share = |total: i64| {
            let part = i128::from(total) * i128::from(percent.min(100));
            // Rounded up: at 50 % at least a half is gone.
            ((part + 99) / 100) as i64
        };
        let zone = &self.explanation.zone;
        if !self.runs_round_the_clock() {
            let between = |from, to| hours.millis_between(calendar, zone, from, to);
            let paused: i64 = pauses.within(start, due).map(|(from, to)| between(from, to)).sum();
            let total = between(start, due) - paused;
            if total > 0 {
                let (mut at, mut left) = (start, share(total));
                for (from, to) in pauses.within(start, due) {
                    let free = between(at, from);
                    if free >= left {
                        break;
                    }
                    left -= free;
                    at = to;
                }
                return Some(hours.after(calendar, zone, at, left)?.min(due));
            }
        }
        Some(pauses.run(start, share(pauses.running_between(start, due))).min(due))
    }

    fn runs_round_the_clock(&self) -> bool {
        match self.explanation.holds {
            Promise::Limit(limit) => limit.unit() == LimitUnit::Hours,
            Promise::Day(_) => false,
            Promise::Instant(_) => true,
        }
    }
}
