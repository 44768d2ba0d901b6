//! Time that runs and stands: a clock with approved pauses.
//!
//! Works on instants alone; knows neither days nor zones.

use super::terms::{DeadlineError, Pause};
use crate::base::time::Instant;

/// Pauses that have ended: ascending, none empty, none touching another.
#[derive(Debug, Clone, Default)]
pub(super) struct ClockPauses(Vec<(Instant, Instant)>);

impl ClockPauses {
    /// The pauses that have ended, merged where they overlap or meet. Open ones are left out.
    pub(super) fn closed(pauses: &[Pause]) -> Result<Self, DeadlineError> {
        let mut spans = Vec::new();
        for pause in pauses {
            match pause.to {
                Some(to) if to < pause.from => {
                    return Err(DeadlineError::PauseReversed { from: pause.from, to });
                }
                Some(to) if to > pause.from => spans.push((pause.from, to)),
                _ => {}
            }
        }
        spans.sort_unstable();
        let mut merged: Vec<(Instant, Instant)> = Vec::with_capacity(spans.len());
        for (from, to) in spans {
            match merged.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => merged.push((from, to)),
            }
        }
        Ok(Self(merged))
    }

    pub(super) fn spans(&self) -> impl Iterator<Item = (Instant, Instant)> + '_ {
        self.0.iter().copied()
    }

    /// The pauses within `from` and `to`, cut to it.
    pub(super) fn within(&self, from: Instant, to: Instant) -> impl Iterator<Item = (Instant, Instant)> + '_ {
        self.spans().map(move |(a, b)| (a.max(from), b.min(to))).filter(|(a, b)| a < b)
    }

    /// The instant at which the clock, started at `start`, has run for `millis`.
    pub(super) fn run(&self, start: Instant, millis: i64) -> Instant {
        let (mut at, mut left) = (start, millis);
        for (from, to) in self.spans() {
            if to <= at {
                continue;
            }
            let free = from.since(at).max(0);
            if free >= left {
                break;
            }
            left -= free;
            at = to;
        }
        at.plus_millis(left)
    }

    /// Milliseconds the clock runs between two instants.
    pub(super) fn running_between(&self, from: Instant, to: Instant) -> i64 {
        let paused: i64 = self.within(from, to).map(|(a, b)| b.since(a)).sum();
        (to.since(from) - paused).max(0)
    }
}
