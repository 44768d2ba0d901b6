//! Deadlines: by when something is due, and why exactly then.
//!
//! A [`Deadline`] is computed from what was promised ([`Terms`]): a start, a limit or a day, the
//! calendar, the zone, and the pauses and extensions that somebody approved. It carries an
//! [`Explanation`] with everything that went into it, as data; pages put it into Chinese or
//! English.
//!
//! # How days are counted
//!
//! * The start day is excluded (Civil Code art. 201). A start on a rest day changes nothing:
//!   counting begins with the next working day. The due instant is 24:00 of the due day in the
//!   zone, and overdue begins there.
//! * *Working days* skip rest days; make-up workdays count. *Calendar days* skip nothing, but an
//!   end on a rest day moves to the next working day (art. 203) unless the terms say
//!   [`RestDayEnd::Stays`]. *Hours* run by the clock.
//! * A **paused** clock does not run. A day that a pause touches, be it for a minute, is booked to
//!   whoever caused the pause and is not counted as elapsed; a pause that ends at 00:00 does not
//!   touch the day that begins then. Counting whole days off is the only rule under which nothing
//!   falls due while it is paused, and pauses that share a day give it back once. Hours are given
//!   back to the millisecond.
//! * An **open** pause that began before the due instant suspends the deadline: there is no due
//!   instant, only what is left of the limit ([`Suspension`]). Who wants to know "due when, if it
//!   resumed now" closes the pause at now. An open pause that began later changes nothing: what is
//!   overdue does not become timely by pausing.
//! * The **last approved extension** holds. A new limit is counted from the original start, pauses
//!   included. A new day stays as agreed, rest day or not, except that days paused after the
//!   approval are given back after it, in the unit of the limit (working days where there was
//!   none). The same goes for a day or an instant promised from the start.
//! * A due date is **provisional** when any day counted has no final calendar, i.e. lies after 28
//!   December of the last published year. Clock hours count no days and are never provisional.
//!
//! This module does not know the present time, who may approve what, or where rules come from.

mod clock;
mod count;
mod days;
mod explain;
mod reminder;
mod terms;

use serde::{Deserialize, Serialize};

pub use count::count_days;
pub use days::{DayCount, MakeUpDay, SkipReason, SkippedDay};
pub use explain::{AppliedExtension, Explanation};
pub use terms::{DeadlineError, Extension, Left, Pause, Promise, RestDayEnd, RuleRef, StartEvent, Suspension, Terms};

use crate::base::time::{Date, HOUR_MS, Instant};
use crate::law::calendar::LAST_DATE;
use crate::law::limit::LimitUnit;
use clock::ClockPauses;
use count::{Counter, PausedDays, Unit};

/// A computed deadline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// Overdue begins here. For days, 24:00 of the due day. None while suspended.
    pub due: Option<Instant>,
    /// The due day in the zone. None while suspended.
    pub due_date: Option<Date>,
    /// Set while an open pause holds the clock.
    pub suspended: Option<Suspension>,
    /// Some day counted has no final calendar yet.
    pub provisional: bool,
    /// Why.
    pub explanation: Explanation,
}

impl Deadline {
    /// Computes a deadline.
    pub fn compute(terms: &Terms<'_>) -> Result<Self, DeadlineError> {
        let reading = Reading::of(terms)?;
        let mut holds = Agreed { promise: terms.promise, since: terms.start.at, unit: Unit::Working };
        holds.take(terms.promise);
        let mut due = reading.due(&holds)?;
        let mut sorted: Vec<&Extension> = terms.extensions.iter().collect();
        sorted.sort_by_key(|extension| extension.approved_at);
        let mut extensions = Vec::with_capacity(sorted.len());
        for extension in sorted {
            holds.take(extension.promise);
            holds.since = extension.approved_at.max(terms.start.at);
            due = reading.due(&holds)?;
            extensions.push(AppliedExtension { extension: extension.clone(), due: due.at });
        }
        let suspended = reading.suspension(&holds, &due);
        let running = suspended.is_none();
        Ok(Self {
            due: running.then_some(due.at),
            due_date: running.then_some(due.date),
            suspended,
            provisional: due.days.as_ref().is_some_and(|days| days.provisional),
            explanation: Explanation::of(terms, reading.start_date, holds.promise, extensions, due.days),
        })
    }

    /// Whether the due instant has come. Never while suspended.
    pub fn is_overdue(&self, now: Instant) -> bool {
        self.due.is_some_and(|due| due <= now)
    }
}

/// The promise that holds, since when, and the unit in which paused days are given back.
struct Agreed {
    promise: Promise,
    since: Instant,
    unit: Unit,
}

impl Agreed {
    fn take(&mut self, promise: Promise) {
        self.promise = promise;
        if let Promise::Limit(limit) = promise {
            self.unit = match limit.unit() {
                LimitUnit::CalendarDays => Unit::Calendar,
                LimitUnit::WorkingDays | LimitUnit::Hours => Unit::Working,
            };
        }
    }
}

/// A due instant, with the days counted unless the clock was.
struct DueAt {
    at: Instant,
    date: Date,
    days: Option<DayCount>,
}

/// The terms, with pauses sorted out.
struct Reading<'a> {
    terms: &'a Terms<'a>,
    start_date: Date,
    clock: ClockPauses,
    paused_days: PausedDays,
    open_since: Option<Instant>,
}

impl<'a> Reading<'a> {
    fn of(terms: &'a Terms<'a>) -> Result<Self, DeadlineError> {
        let start_date = terms.zone.date_of(terms.start.at);
        if !terms.start.at.is_civil() {
            return Err(DeadlineError::BeyondCalendar { start: start_date, limit: terms.promise });
        }
        let clock = ClockPauses::closed(terms.pauses)?;
        let paused_days = PausedDays::of(&clock, terms.zone);
        let open_since = terms.pauses.iter().filter(|pause| pause.to.is_none()).map(|pause| pause.from).min();
        Ok(Self { terms, start_date, clock, paused_days, open_since })
    }

    fn counter(&self) -> Counter<'_> {
        Counter { calendar: self.terms.calendar, paused: &self.paused_days }
    }

    /// The due instant by the pauses that have ended.
    fn due(&self, holds: &Agreed) -> Result<DueAt, DeadlineError> {
        let beyond = || DeadlineError::BeyondCalendar { start: self.start_date, limit: holds.promise };
        match holds.promise {
            Promise::Limit(limit) if limit.unit() == LimitUnit::Hours => {
                let at = self.clock.run(self.terms.start.at, i64::from(limit.n()) * HOUR_MS);
                self.at_instant(at).ok_or_else(beyond)
            }
            Promise::Limit(limit) => {
                let days = self.counter().limit(self.start_date, limit, self.terms.rest_day_end)?;
                Ok(self.at_end_of(days))
            }
            Promise::Day(day) if day < self.start_date => {
                Err(DeadlineError::DueBeforeStart { start: self.start_date, due: day })
            }
            Promise::Day(day) => {
                let since = self.terms.zone.date_of(holds.since);
                let days = self.counter().fixed(self.start_date, since, day, holds.unit).ok_or_else(beyond)?;
                Ok(self.at_end_of(days))
            }
            Promise::Instant(at) if at < self.terms.start.at => {
                Err(DeadlineError::DueBeforeStart { start: self.start_date, due: self.terms.zone.date_of(at) })
            }
            Promise::Instant(at) => {
                let at = if at > holds.since { self.clock.run(holds.since, at.since(holds.since)) } else { at };
                self.at_instant(at).ok_or_else(beyond)
            }
        }
    }

    fn at_end_of(&self, days: DayCount) -> DueAt {
        DueAt { at: self.terms.zone.end_of_day(days.due_date), date: days.due_date, days: Some(days) }
    }

    fn at_instant(&self, at: Instant) -> Option<DueAt> {
        let date = self.terms.zone.date_of(at);
        (at.is_civil() && date <= LAST_DATE).then_some(DueAt { at, date, days: None })
    }

    /// How it stands when an open pause began before the due instant.
    fn suspension(&self, holds: &Agreed, due: &DueAt) -> Option<Suspension> {
        let since = self.open_since.filter(|&since| since < due.at)?;
        let left = match &due.days {
            None => Left::Millis(self.clock.running_between(since.max(self.terms.start.at), due.at)),
            Some(days) => {
                let before = self.terms.zone.date_of(since).yesterday().unwrap_or(Date::MIN);
                let last = days.moved_from.unwrap_or(days.due_date);
                Left::Days(self.counter().running(holds.unit, before.max(self.start_date), last))
            }
        };
        Some(Suspension { since, left })
    }
}

#[cfg(test)]
mod tests;
