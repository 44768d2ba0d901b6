//! What the search needs to know of a shift, and a way to begin a visit in it. It knows neither visits nor plans.

use crate::model::{Break, Ticks};

/// One way to begin a task in a shift.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opening {
    pub(super) opens: Ticks,
    pub(super) closes: Ticks,
    /// Whether the base plan's hour is kept by it.
    pub(super) hour: bool,
}

/// What the search needs to know of a shift.
pub(super) struct Tour {
    pub(super) leader: u32,
    pub(super) day: u16,
    /// The leader's week, numbered over all leaders.
    pub(super) week: u32,
    /// The week alone, numbered from 0.
    pub(super) calendar_week: u32,
    pub(super) starts: Ticks,
    pub(super) ends: Ticks,
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) most: usize,
    /// The break that its times leave out.
    pub(super) gap: Option<Break>,
    /// The leader's day, numbered over all leaders, where anything is capped.
    pub(super) leader_day: u32,
    /// The earliest begin where one of the `eves` has a visit by night, which is one that may begin from `night` on.
    pub(super) until: Ticks,
    pub(super) eves: Vec<u32>,
    /// Where a visit by night would ask a later begin.
    pub(super) night: Ticks,
    pub(super) morrows: Vec<u32>,
}
