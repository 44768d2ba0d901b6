//! Stability: what people already know and what stays true. Quarters of a visit: same leader, same
//! day, same shift, and in the same shift the same hour.

use crate::model::Day;

/// Where and when a visit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Its shift.
    pub shift: u32,
    /// The shift's leader.
    pub leader: u32,
    /// The shift's day.
    pub day: Day,
}

/// Quarters of the base plan's visit that stay true.
#[inline]
pub fn quarters(base: Slot, now: Slot, same_hour: bool) -> i64 {
    let shift = base.shift == now.shift;
    i64::from(base.leader == now.leader)
        + i64::from(base.day == now.day)
        + i64::from(shift)
        + i64::from(shift && same_hour)
}
