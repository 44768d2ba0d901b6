//! Spread: leaders of different levels and specialties meet each unit, and no unit receives five
//! delegations in a week.

/// Visits of a unit in a week that do not burden it.
pub const SPARED: u32 = 4;

/// What one more meeting of a unit with a level, or with a specialty, adds.
#[inline]
pub fn meets(meetings: u32) -> i64 {
    i64::from(meetings == 0)
}

/// The burden of one more visit to a unit in a week that has some already.
#[inline]
pub fn burden(visits: u32) -> i64 {
    i64::from(visits >= SPARED)
}
