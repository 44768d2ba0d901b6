//! Who is where and when. Nobody is in two places at one time, and between two of them there is time for the way and,
//! after a night outside, for sleep. It knows points and instants, not why somebody goes.

use std::collections::HashMap;
use yixian_domain::ids::PersonId;
use yixian_domain::place::Point;
use yixian_domain::time::{HOUR_MS, Instant, MINUTE_MS};

/// Metres in a minute as the crow flies: 35 km/h, which leaves room for roads that bend and for traffic.
const METRES_A_MINUTE: f64 = 35_000.0 / 60.0;
/// From the car to the gate and back.
const WALK_MINUTES: i64 = 12;
/// Nobody begins again so soon after a night outside.
const SLEEP_MS: i64 = 7 * HOUR_MS;

/// A time at a place.
#[derive(Clone, Copy)]
pub(super) struct Stay {
    pub from: Instant,
    pub to: Instant,
    pub point: Option<Point>,
    pub night: bool,
}

impl Stay {
    /// Whether one person can do both.
    fn goes_with(&self, other: &Stay) -> bool {
        let (first, then) = if self.from <= other.from { (self, other) } else { (other, self) };
        let metres = first.point.zip(then.point).map_or(0.0, |(a, b)| a.metres_to(b));
        let way = ((metres / METRES_A_MINUTE).ceil() as i64 + WALK_MINUTES) * MINUTE_MS;
        let rest = if first.night { SLEEP_MS } else { 0 };
        then.from.since(first.to) >= way.max(rest)
    }
}

/// Everybody's stays.
#[derive(Default)]
pub(super) struct Diary(HashMap<PersonId, Vec<Stay>>);

impl Diary {
    /// Whether everybody has time.
    pub fn free(&self, who: &[PersonId], stay: &Stay) -> bool {
        who.iter().all(|p| self.0.get(p).is_none_or(|own| own.iter().all(|s| s.goes_with(stay))))
    }
    /// They will be there.
    pub fn keep(&mut self, who: &[PersonId], stay: Stay) {
        for p in who {
            self.0.entry(*p).or_default().push(stay);
        }
    }
    /// What somebody does around an instant, a day either way.
    pub fn around(&self, who: PersonId, at: Instant) -> Vec<Stay> {
        let near = |s: &&Stay| s.from.since(at).abs() < 24 * HOUR_MS;
        self.0.get(&who).map_or_else(Vec::new, |own| own.iter().filter(near).copied().collect())
    }
}
