//! A visit of the demo company before anything of it is written.

use yixian_domain::ids::*;
use yixian_domain::time::Instant;
use yixian_domain::visit::{Companion, VisitType};

/// What becomes of a planned visit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Made,
    Cancelled,
    Planned,
    OnSite,
}

/// A visit to be.
#[derive(Clone)]
pub(super) struct Outing {
    pub id: VisitId,
    pub leader: PersonId,
    pub companions: Vec<Companion>,
    pub kind: VisitType,
    pub place: usize,
    pub planned: Instant,
    pub start: Instant,
    pub minutes: i64,
    pub night: bool,
    pub announced: bool,
    pub fate: Fate,
    /// Recorded so much later than it happened.
    pub late_ms: i64,
    pub findings: usize,
    /// The partner that is visited.
    pub partner: Option<PartnerId>,
    /// It asks for something besides.
    pub demand: bool,
    /// A second visit to the same place that was counted with this one: its id and leader.
    pub merged: Option<(VisitId, PersonId)>,
}
