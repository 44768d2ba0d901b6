//! The explanation of a deadline, as data.
//!
//! Holds everything that went into a due date, so that a page in any language can show it and a
//! reader can count again by hand. Knows no words besides the names that rules, notices and people
//! gave.

use serde::{Deserialize, Serialize};

use super::days::DayCount;
use super::terms::{Extension, Pause, Promise, RuleRef, StartEvent, Terms};
use crate::base::time::{Date, Instant, Zone};
use crate::law::calendar::{CalendarRef, DayKind};

/// An extension and what it led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppliedExtension {
    /// As approved.
    #[serde(flatten)]
    pub extension: Extension,
    /// The due instant from then on, by the pauses that have ended; to be compared with the one
    /// before.
    pub due: Instant,
}

/// Why something is due when it is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// What started the clock.
    pub start: StartEvent,
    /// Its date in the zone; excluded from the count.
    pub start_date: Date,
    /// What sort of day it was.
    pub start_day: DayKind,
    /// Where the promise comes from.
    pub rule: RuleRef,
    /// What was promised first.
    pub promised: Promise,
    /// What holds after the extensions.
    pub holds: Promise,
    /// The days; none where the clock alone decides.
    pub days: Option<DayCount>,
    /// Approved pauses by their beginning, the open one included.
    pub pauses: Vec<Pause>,
    /// Approved extensions, oldest first.
    pub extensions: Vec<AppliedExtension>,
    /// The calendar used.
    pub calendar: CalendarRef,
    /// The last day whose kind is final in it.
    pub provisional_after: Date,
    /// Where days begin and end.
    pub zone: Zone,
}

impl Explanation {
    pub(super) fn of(
        terms: &Terms<'_>,
        start_date: Date,
        holds: Promise,
        extensions: Vec<AppliedExtension>,
        days: Option<DayCount>,
    ) -> Self {
        let mut pauses = terms.pauses.to_vec();
        pauses.sort_by_key(|pause| pause.from);
        Self {
            start: terms.start.clone(),
            start_date,
            start_day: terms.calendar.kind(start_date),
            rule: terms.rule.clone(),
            promised: terms.promise,
            holds,
            days,
            pauses,
            extensions,
            calendar: terms.calendar.reference().clone(),
            provisional_after: terms.calendar.provisional_after(),
            zone: terms.zone.clone(),
        }
    }
}
