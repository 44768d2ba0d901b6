//! Travel: time on the road, from leaving the first place to reaching the last. A shift without
//! visits does not travel.

use crate::model::Ticks;

/// What a stop between two others adds to the road; `direct` is 0 on a route without stops.
#[inline]
pub fn detour(there: Ticks, back: Ticks, direct: Ticks) -> Ticks {
    there + back - direct
}
