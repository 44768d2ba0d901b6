//! Fairness: an even load. It counts pairs of visits of one leader; of all ways to share out the
//! same visits, the even one has the fewest pairs.

/// The pairs that one more visit makes with those a leader has already.
#[inline]
pub fn step(visits: u32) -> i64 {
    i64::from(visits)
}
