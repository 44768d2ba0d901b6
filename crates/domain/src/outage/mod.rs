//! Outages 停电记录: who was without power, from when to when, and why; how many are served where ([`served`]); the sums that
//! figures are made of ([`sums`]) and what they say of a year ([`year`]).
//!
//! An outage belongs whole to the day, and so to the month, on which it begins (IEEE 1366-2012, 4.5): one that crosses midnight is
//! not split. While it lasts it counts as an outage and nowhere else: what it cost is known when it ends.

pub mod access;
pub mod law;
pub mod served;
pub mod sums;
pub mod year;

use crate::base::codes::codes;
use crate::base::ids::*;
use crate::base::time::{Date, Instant, Zone};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

codes! {
    /// Where in the network it began.
    NetworkLevel {
        /// Below 1 kV 低压.
        Low = "low",
        /// 1 to 35 kV 中压, 10 kV mostly.
        Medium = "medium",
        /// Above 35 kV 高压.
        High = "high",
    }
}

codes! {
    /// Whether it was meant.
    OutageKind {
        /// Announced, for work 预安排停电.
        Planned = "planned",
        /// A fault 故障停电.
        Unplanned = "unplanned",
        /// Customers were switched off because power was short 限电.
        LoadShedding = "load_shedding",
    }
}

/// What is known of an outage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutageFacts {
    /// Power went.
    pub start: Instant,
    /// Power was back for the last of them; none while it lasts.
    pub end: Option<Instant>,
    /// District.
    pub district: String,
    /// The unit that serves those customers.
    pub unit: UnitId,
    /// Where in the network.
    pub level: NetworkLevel,
    /// Whether it was meant.
    pub kind: OutageKind,
    /// Customers without power.
    pub customers: u32,
    /// Why, in a few words that name nobody.
    pub cause: Option<String>,
}

impl OutageFacts {
    /// The day it belongs to: the one on which it begins.
    pub fn day(&self, zone: &Zone) -> Date {
        zone.date_of(self.start)
    }

    /// How long it lasted, milliseconds; none while it lasts.
    pub fn lasted_ms(&self) -> Option<i64> {
        self.end.map(|end| end.0 - self.start.0)
    }
}

/// An outage as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outage {
    /// Identity.
    pub id: Uuid,
    /// Its number where it was recorded first; one outage has one number.
    pub code: String,
    /// What is known of it.
    pub facts: OutageFacts,
    /// It was recorded by mistake and counts nowhere.
    pub voided: bool,
    /// The file it was taken over from, and its line there.
    pub source: Option<(Uuid, u64)>,
    /// When it was first recorded.
    pub recorded_at: Instant,
    /// When what is known of it last changed.
    pub changed_at: Instant,
    /// Number of events of its own; none of one that was taken over and not touched since.
    pub rev: u32,
}

/// What happens to an outage. Each says what stood before, so that what was known at an instant follows from those after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[allow(missing_docs)] // fields carry the names of the outage's own
pub enum OutageEvent {
    Recorded { code: String, facts: OutageFacts },
    Ended { before: OutageFacts, end: Instant },
    Corrected { before: OutageFacts, after: OutageFacts, reason: Words },
    Voided { before: OutageFacts, reason: Words },
}

impl OutageEvent {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            OutageEvent::Recorded { .. } => "outage_recorded",
            OutageEvent::Ended { .. } => "outage_ended",
            OutageEvent::Corrected { .. } => "outage_corrected",
            OutageEvent::Voided { .. } => "outage_voided",
        }
    }

    /// What stood before it; none before it was recorded.
    pub fn before(&self) -> Option<&OutageFacts> {
        match self {
            OutageEvent::Recorded { .. } => None,
            OutageEvent::Ended { before, .. }
            | OutageEvent::Corrected { before, .. }
            | OutageEvent::Voided { before, .. } => Some(before),
        }
    }
}

/// What happens to a file of outages: it is taken over piece by piece. The event holds hashes of the rows it made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[allow(missing_docs)] // see the comments
pub enum OutageFileEvent {
    Taken {
        /// What the file is called.
        file: String,
        /// Lines of the file that this piece holds.
        first: u64,
        last: u64,
        /// Outages made of them.
        outages: u64,
    },
}

impl OutageFileEvent {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            OutageFileEvent::Taken { .. } => "outages_taken",
        }
    }
}
