//! How time is counted. It knows nothing of what happens when.

/// A point in time within a day, or a span, in ticks of any length.
pub type Ticks = i32;
/// A day of the horizon, counted from 0.
pub type Day = u16;
