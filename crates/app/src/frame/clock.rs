//! The only place that asks what time it is. The business clock may differ from the real one (the
//! demo company lives in 2018); sessions and TLS use real time.

use yixian_domain::time::Instant;

/// A business clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// The machine's clock.
    Real,
    /// Ticks like the machine's, from another moment on.
    Shifted {
        /// Milliseconds to add to the machine's clock.
        by_ms: i64,
    },
    /// Stands still, for tests.
    At(Instant),
}

impl Clock {
    /// A clock that shows `at` now and goes on from there.
    pub fn starting_at(at: Instant) -> Clock {
        Clock::Shifted { by_ms: at.0 - real_now().0 }
    }
    /// What time the business has.
    pub fn now(&self) -> Instant {
        match self {
            Clock::Real => real_now(),
            Clock::Shifted { by_ms } => Instant(real_now().0 + by_ms),
            Clock::At(at) => *at,
        }
    }
    /// Whether this is not the real time, so that pages say so.
    pub fn is_shifted(&self) -> bool {
        *self != Clock::Real
    }
}

/// The machine's clock.
#[allow(clippy::disallowed_methods)]
pub fn real_now() -> Instant {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Instant(since.map_or(0, |d| d.as_millis() as i64))
}
