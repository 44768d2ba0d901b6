//! Duty: every leader owes so many visits; what goes beyond earns nothing here, and may cost.

/// What one more visit adds to a leader who has some already.
#[inline]
pub fn step(visits: u32, quota: u16) -> i64 {
    i64::from(visits < u32::from(quota))
}

/// How far one more visit goes beyond what is owed.
#[inline]
pub fn beyond(visits: u32, quota: u16) -> i64 {
    i64::from(visits >= u32::from(quota))
}
