//! The three clocks of a connection, kept apart: the utility's *handled* working time, the *whole process* from the
//! application to power on, and elapsed calendar days. They are computed from holdings (who had the case, from when to
//! when) and approved pauses; nothing else.
//!
//! The time from the application to the end is cut at every change into named [`Interval`]s that tile it: each instant
//! belongs to exactly one. A paused interval runs for nobody; where several hold the case at once it counts once.
//! Conventions of domain facts §1.3: [`Days`] names each. Working days are counted without the start day; a working
//! day that a pause touches is given back, as the deadline engine does.

use crate::base::time::{Date, Instant, MINUTE_MS, Zone};
use crate::law::calendar::{WorkingCalendar, WorkingHours};
use crate::law::limit::Limit;
pub use crate::law::procedure::Holder;
use serde::{Deserialize, Serialize};

/// Somebody held the case for a purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// Who.
    pub holder: Holder,
    /// Code of the step, or `intake` before it was signed for.
    pub step: String,
    /// From.
    pub from: Instant,
    /// Until, not included; none = still.
    pub to: Option<Instant>,
}

/// An approved pause of the clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// Code of the ground.
    pub ground: String,
    /// From.
    pub from: Instant,
    /// Until, not included; none = still.
    pub to: Option<Instant>,
    /// Who asked, as the ledger names him.
    pub asked_by: String,
    /// Who approved.
    pub approved_by: String,
    /// How many papers or photos show it.
    pub evidence: usize,
}

/// What an interval is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Tile {
    /// The utility has it, for these steps.
    Utility {
        /// Codes of the steps.
        steps: Vec<String>,
    },
    /// The customer has it, for these steps.
    Customer {
        /// Codes of the steps.
        steps: Vec<String>,
    },
    /// The clock stands.
    Paused {
        /// Code of the ground.
        ground: String,
    },
    /// Nobody had it.
    Nobody,
}

/// A named stretch of the elapsed time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Interval {
    /// From.
    pub from: Instant,
    /// Until, not included.
    pub to: Instant,
    /// What it is.
    #[serde(flatten)]
    pub tile: Tile,
    /// Working minutes within it.
    pub working_minutes: i64,
}

/// The same span in the six conventions of domain facts §1.3.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Days {
    /// D1: elapsed calendar days, end less start.
    pub d1_elapsed: i64,
    /// D2: inclusive calendar days, as the press counts.
    pub d2_inclusive: i64,
    /// D3: working days, the start day not counted.
    pub d3_working: i64,
    /// D4: D3 less working days that an approved pause touches.
    pub d4_net_working: i64,
    /// D5: working days of the union of the intervals in which the utility holds the case, less pauses.
    pub d5_handled: i64,
    /// D6: World Bank: calendar days with waiting, at least one per customer-visible step.
    pub d6_world_bank: i64,
}

/// What stays of the clocks beside the case when the power is on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    /// The six conventions.
    pub days: Days,
    /// Handled working minutes.
    pub handled_minutes: i64,
    /// Working minutes of the whole process, pauses included.
    pub whole_minutes: i64,
    /// Customer-visible steps.
    pub visible_steps: u32,
    /// Nodes that had a limit, with what they took.
    pub nodes: Vec<Node>,
    /// Calendar and version it was counted with.
    pub calendar: String,
}

impl Measured {
    /// On time only if all nodes are; none where no rule was in force.
    pub fn on_time(&self) -> Option<bool> {
        (!self.nodes.is_empty()).then(|| self.nodes.iter().all(|n| n.on_time))
    }
}

/// A limit and what was taken of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// Code of the step, `whole` or `handled`.
    pub step: String,
    /// The limit, `5wd`.
    pub limit: Limit,
    /// Taken, in the limit's unit.
    pub used: i64,
    /// Within it.
    pub on_time: bool,
    /// The rule row.
    pub row: String,
}

/// Why a history has no clocks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClockFault {
    /// Power on before the application.
    #[error("the power was on at {end}, before the application at {start}")]
    EndsBeforeStart {
        /// Application.
        start: Instant,
        /// End.
        end: Instant,
    },
    /// Something ends before it begins.
    #[error("{what} ends before it begins ({from})")]
    Backwards {
        /// Step or ground.
        what: String,
        /// Where it begins.
        from: Instant,
    },
    /// Two pauses run at once.
    #[error("a pause that begins at {from} overlaps the one before it")]
    PausesOverlap {
        /// Where the second begins.
        from: Instant,
    },
}

/// What clocks are counted with.
#[derive(Clone, Copy, Debug)]
pub struct Measure<'a> {
    /// Working days.
    pub calendar: &'a WorkingCalendar,
    /// Where days begin.
    pub zone: &'a Zone,
    /// Office hours.
    pub hours: WorkingHours,
}

/// The three clocks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Clocks {
    /// Application.
    pub from: Instant,
    /// Power on, or the instant asked about while it is not.
    pub to: Instant,
    /// The power is on.
    pub ended: bool,
    /// Utility-handled working minutes.
    pub handled_minutes: i64,
    /// Working minutes of the whole process, pauses included.
    pub whole_minutes: i64,
    /// Working minutes in which the clock stood.
    pub paused_minutes: i64,
    /// The conventions.
    pub days: Days,
    /// What the elapsed time is made of, in order, without a gap.
    pub intervals: Vec<Interval>,
}

/// Computes the clocks of a history from `from` to `end` (`now` while the power is not on).
pub fn clocks(
    m: &Measure<'_>,
    from: Instant,
    end: Option<Instant>,
    now: Instant,
    holdings: &[Holding],
    stops: &[Stop],
    visible_steps: u32,
) -> Result<Clocks, ClockFault> {
    let to = end.unwrap_or(now.max(from));
    if to < from {
        return Err(ClockFault::EndsBeforeStart { start: from, end: to });
    }
    let mut stops: Vec<&Stop> = stops.iter().collect();
    stops.sort_by_key(|s| s.from);
    for pair in stops.windows(2) {
        if pair[0].to.is_none_or(|end| end > pair[1].from) {
            return Err(ClockFault::PausesOverlap { from: pair[1].from });
        }
    }
    let spans = holdings.iter().map(|h| (&h.step, h.from, h.to)).chain(stops.iter().map(|s| (&s.ground, s.from, s.to)));
    let mut cuts = vec![from, to];
    for (what, begins, ends) in spans {
        if ends.is_some_and(|end| end < begins) {
            return Err(ClockFault::Backwards { what: what.clone(), from: begins });
        }
        cuts.extend([Some(begins), ends].into_iter().flatten().filter(|at| from < *at && *at < to));
    }
    cuts.sort_unstable();
    cuts.dedup();
    let mut intervals: Vec<Interval> = Vec::with_capacity(cuts.len());
    for pair in cuts.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        let tile = tile(a, holdings, &stops);
        let millis = m.hours.millis_between(m.calendar, m.zone, a, b);
        match intervals.last_mut() {
            Some(last) if last.tile == tile => {
                last.to = b;
                last.working_minutes += millis;
            }
            _ => intervals.push(Interval { from: a, to: b, tile, working_minutes: millis }),
        }
    }
    // Milliseconds are summed and only then cut to minutes, so that no clock loses what another keeps.
    let sum = |of: &dyn Fn(&Tile) -> bool| {
        intervals.iter().filter(|i| of(&i.tile)).map(|i| i.working_minutes).sum::<i64>() / MINUTE_MS
    };
    let handled_minutes = sum(&|t| matches!(t, Tile::Utility { .. }));
    let paused_minutes = sum(&|t| matches!(t, Tile::Paused { .. }));
    let whole_minutes = sum(&|_| true);
    let days = days(m, from, to, &intervals, &stops, visible_steps);
    for i in &mut intervals {
        i.working_minutes /= MINUTE_MS;
    }
    Ok(Clocks { from, to, ended: end.is_some(), handled_minutes, whole_minutes, paused_minutes, days, intervals })
}

/// What the instant belongs to: a pause before everything, the utility before the customer.
fn tile(at: Instant, holdings: &[Holding], stops: &[&Stop]) -> Tile {
    let runs = |from: Instant, to: Option<Instant>| from <= at && to.is_none_or(|to| at < to);
    if let Some(stop) = stops.iter().find(|s| runs(s.from, s.to)) {
        return Tile::Paused { ground: stop.ground.clone() };
    }
    let held = |by: Holder| -> Vec<String> {
        holdings.iter().filter(|h| h.holder == by && runs(h.from, h.to)).map(|h| h.step.clone()).collect()
    };
    let utility = held(Holder::Utility);
    if !utility.is_empty() {
        return Tile::Utility { steps: utility };
    }
    let customer = held(Holder::Customer);
    if customer.is_empty() { Tile::Nobody } else { Tile::Customer { steps: customer } }
}

fn days(
    m: &Measure<'_>,
    from: Instant,
    to: Instant,
    intervals: &[Interval],
    stops: &[&Stop],
    visible_steps: u32,
) -> Days {
    let (start, end) = (m.zone.date_of(from), m.zone.date_of(to).max(m.zone.date_of(from)));
    let elapsed = i64::from(end.since(start).map_or(0, |span| span.get_days()));
    let paused = paused_days(m, from, to, stops);
    let net = |a: Date, b: Date| i64::from(m.calendar.working_days_between(a, b)) - paused_within(m, a, b, &paused);
    // Utility intervals that follow one another on one day are one span; day sets (from, to] of disjoint spans are disjoint.
    let mut handled = 0;
    let mut counted_to = start;
    for i in intervals.iter().filter(|i| matches!(i.tile, Tile::Utility { .. })) {
        let (a, b) = (m.zone.date_of(i.from).max(counted_to), m.zone.date_of(i.to).max(counted_to));
        handled += net(a, b);
        counted_to = b;
    }
    Days {
        d1_elapsed: elapsed,
        d2_inclusive: elapsed + 1,
        d3_working: i64::from(m.calendar.working_days_between(start, end)),
        d4_net_working: net(start, end),
        d5_handled: handled,
        d6_world_bank: elapsed.max(i64::from(visible_steps)),
    }
}

/// Ranges of days that pauses touch, ascending, both ends included, none overlapping.
fn paused_days(m: &Measure<'_>, from: Instant, to: Instant, stops: &[&Stop]) -> Vec<(Date, Date)> {
    let mut out: Vec<(Date, Date)> = Vec::new();
    for s in stops {
        let (a, b) = (s.from.max(from), s.to.unwrap_or(to).min(to));
        if a >= b {
            continue;
        }
        // A pause that ends at 00:00 leaves that day alone.
        let (a, b) = (m.zone.date_of(a), m.zone.date_of(b.plus_millis(-1)));
        let (a, b) = (a.min(b), a.max(b));
        match out.last_mut() {
            Some(last) if a <= last.1 => last.1 = last.1.max(b),
            _ => out.push((a, b)),
        }
    }
    out
}

/// Working days of `(from, to]` that lie in the ranges.
fn paused_within(m: &Measure<'_>, from: Date, to: Date, paused: &[(Date, Date)]) -> i64 {
    paused
        .iter()
        .map(|(a, b)| {
            let before = a.yesterday().unwrap_or(*a).max(from);
            i64::from(m.calendar.working_days_between(before, (*b).min(to)))
        })
        .sum()
}

/// Working days from one instant to another, the start day not counted, less those that a pause touches.
pub fn net_working_days(m: &Measure<'_>, from: Instant, to: Instant, stops: &[Stop]) -> i64 {
    let stops: Vec<&Stop> = stops.iter().collect();
    let paused = paused_days(m, from, to, &stops);
    let (a, b) = (m.zone.date_of(from), m.zone.date_of(to));
    i64::from(m.calendar.working_days_between(a, b)) - paused_within(m, a, b, &paused)
}

#[cfg(test)]
mod tests;
