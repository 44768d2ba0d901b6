//! Counting days: a start, a number, rest days and paused days.
//!
//! Works on dates alone. Everything is counted through the calendar's table, never day by day, so a
//! slip like "a million working days" costs no more than five; only the list of skipped days is
//! walked, and that is cut off.

use super::clock::ClockPauses;
use super::days::{DayCount, MakeUpDay, SkipReason, SkippedDay};
use super::terms::{DeadlineError, Promise, RestDayEnd};
use crate::base::time::{Date, Zone};
use crate::law::calendar::{DayKind, LAST_DATE, WorkingCalendar};
use crate::law::limit::{Limit, LimitUnit};

/// The longest list of skipped days in an explanation; years of them. The rest is only counted.
const LISTED: usize = 1_000;

/// Counts a limit of days from a date, without pauses.
///
/// # Errors
/// When the limit is in hours, or the count runs past [`LAST_DATE`].
pub fn count_days(
    calendar: &WorkingCalendar,
    start: Date,
    limit: Limit,
    rest_day_end: RestDayEnd,
) -> Result<DayCount, DeadlineError> {
    Counter { calendar, paused: &PausedDays::default() }.limit(start, limit, rest_day_end)
}

/// Days touched by pauses that have ended: ascending ranges, both ends included, none overlapping.
#[derive(Debug, Clone, Default)]
pub(super) struct PausedDays(Vec<(Date, Date)>);

impl PausedDays {
    pub(super) fn of(clock: &ClockPauses, zone: &Zone) -> Self {
        let mut merged: Vec<(Date, Date)> = Vec::new();
        for (from, to) in clock.spans() {
            // `to` itself is running again: a pause that ends at 00:00 leaves that day alone.
            let (from, to) = (zone.date_of(from), zone.date_of(to.plus_millis(-1)));
            // A clock set back across midnight can make the dates run backwards.
            let (from, to) = (from.min(to), from.max(to));
            match merged.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => merged.push((from, to)),
            }
        }
        Self(merged)
    }

    fn contains(&self, date: Date) -> bool {
        let after = self.0.partition_point(|&(from, _)| from <= date);
        after.checked_sub(1).and_then(|at| self.0.get(at)).is_some_and(|&(_, to)| date <= to)
    }
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Working,
    Calendar,
}

/// Counts days that are neither skipped by the unit nor paused.
pub(super) struct Counter<'a> {
    pub(super) calendar: &'a WorkingCalendar,
    pub(super) paused: &'a PausedDays,
}

impl Counter<'_> {
    /// A limit from a start day.
    pub(super) fn limit(&self, start: Date, limit: Limit, end: RestDayEnd) -> Result<DayCount, DeadlineError> {
        let unit = match limit.unit() {
            LimitUnit::WorkingDays => Unit::Working,
            LimitUnit::CalendarDays => Unit::Calendar,
            LimitUnit::Hours => return Err(DeadlineError::NeedsTimeOfDay(limit)),
        };
        let beyond = || DeadlineError::BeyondCalendar { start, limit: Promise::Limit(limit) };
        let last = self.nth(unit, start, limit.n()).ok_or_else(beyond)?;
        if unit == Unit::Calendar && end == RestDayEnd::Moves && !self.calendar.is_working(last) {
            let moved = self.nth(Unit::Working, last, 1).ok_or_else(beyond)?;
            return Ok(self.explained(unit, start, moved, Some(last)));
        }
        Ok(self.explained(unit, start, last, None))
    }

    /// A day that was agreed on `since`: days paused after that are given back after it.
    pub(super) fn fixed(&self, start: Date, since: Date, day: Date, unit: Unit) -> Option<DayCount> {
        let lost = plain(unit, self.calendar, since, day) - self.running(unit, since, day);
        let last = if lost == 0 { Some(day).filter(|day| *day <= LAST_DATE) } else { self.nth(unit, day, lost) };
        Some(self.explained(unit, start, last?, None))
    }

    /// Days after `from` up to `to` that run, i.e. are counted by the unit and not paused.
    pub(super) fn running(&self, unit: Unit, from: Date, to: Date) -> u32 {
        let paused = self.paused.0.iter().map(|&(first, last)| {
            let before = first.yesterday().unwrap_or(Date::MIN);
            plain(unit, self.calendar, before.max(from), last.min(to))
        });
        plain(unit, self.calendar, from, to).saturating_sub(paused.sum())
    }

    /// The `n`-th running day after `start`; `n` is at least 1.
    fn nth(&self, unit: Unit, start: Date, n: u32) -> Option<Date> {
        let (mut at, mut left) = (start, n);
        for &(first, last) in &self.paused.0 {
            if last <= at {
                continue;
            }
            let free = plain(unit, self.calendar, at, first.yesterday().unwrap_or(Date::MIN));
            if free >= left {
                break;
            }
            left -= free;
            at = last;
        }
        match unit {
            Unit::Working => self.calendar.nth_working_day_after(at, left),
            Unit::Calendar => {
                let days = jiff::SignedDuration::from_hours(i64::from(left) * 24);
                at.checked_add(days).ok().filter(|date| *date <= LAST_DATE)
            }
        }
    }

    /// Lists what was skipped on the way from `start` to `due_date`, both excluded. From
    /// `moved_from` on, calendar days skip rest days too.
    fn explained(&self, unit: Unit, start: Date, due_date: Date, moved_from: Option<Date>) -> DayCount {
        let (mut skipped, mut make_up) = (Vec::new(), Vec::new());
        let mut unlisted = 0;
        let before_due = due_date.yesterday().unwrap_or(Date::MIN);
        // Calendar days skip nothing but paused days until the end moves, so there is no need to
        // walk over the others.
        let mut walks = Vec::new();
        match unit {
            Unit::Working => walks.push((start, before_due)),
            Unit::Calendar => {
                let before_move = moved_from.and_then(|day| day.yesterday().ok()).unwrap_or(before_due);
                walks.extend(
                    self.paused.0.iter().map(|&(first, last)| {
                        (first.yesterday().unwrap_or(Date::MIN).max(start), last.min(before_move))
                    }),
                );
                walks.push((before_move, before_due));
            }
        }
        for (after, until) in walks {
            let rest_days_are_skipped = unit == Unit::Working || moved_from.is_some_and(|from| from <= until);
            let days = std::iter::successors(after.tomorrow().ok(), |day| day.tomorrow().ok());
            for day in days.take_while(|day| *day <= until) {
                if skipped.len() >= LISTED {
                    // What is left of this walk; working days have only the one.
                    let before = day.yesterday().unwrap_or(Date::MIN);
                    unlisted += plain(Unit::Calendar, self.calendar, before, until);
                    if rest_days_are_skipped {
                        unlisted -= self.running(Unit::Working, before, until);
                    }
                    break;
                }
                let kind = self.calendar.kind(day);
                let why = match kind {
                    DayKind::WeekendOff if rest_days_are_skipped => SkipReason::Weekend,
                    DayKind::Holiday(name) if rest_days_are_skipped => SkipReason::Holiday(name),
                    DayKind::LocalRest(name) if rest_days_are_skipped => SkipReason::LocalRest(name),
                    _ if self.paused.contains(day) => SkipReason::Paused,
                    DayKind::MakeUp(name) => {
                        make_up.push(MakeUpDay { date: day, name });
                        continue;
                    }
                    _ => continue,
                };
                skipped.push(SkippedDay { date: day, why });
            }
        }
        if let (Unit::Working, DayKind::MakeUp(name)) = (unit, self.calendar.kind(due_date)) {
            make_up.push(MakeUpDay { date: due_date, name });
        }
        let first = start.tomorrow().unwrap_or(Date::MAX);
        let provisional = self.calendar.any_provisional(first, due_date);
        DayCount { due_date, provisional, skipped, unlisted, make_up, moved_from }
    }
}

/// Days of the unit after `from` up to `to`, pauses left out of account.
fn plain(unit: Unit, calendar: &WorkingCalendar, from: Date, to: Date) -> u32 {
    match unit {
        Unit::Working => calendar.working_days_between(from, to),
        Unit::Calendar => u32::try_from(to.duration_since(from).as_hours() / 24).unwrap_or(0),
    }
}
