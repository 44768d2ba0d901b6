//! A service day: one day on which a unit of ours calls people out.

use super::CommunityRule;
use crate::base::history::{Happened, Recorded};
use crate::base::ids::*;
use crate::base::refusal::Refusal;
use crate::base::time::{Date, Instant};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a service day is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayDetails {
    /// In the company's language.
    pub name: String,
    /// English, where there is one.
    pub name_en: Option<String>,
    /// The day.
    pub day: Date,
    /// Who of ours calls it.
    pub organiser: UnitId,
}

/// A service day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceDay {
    /// Identity.
    pub id: ServiceDayId,
    /// Short stable code.
    pub code: String,
    /// The rest.
    #[serde(flatten)]
    pub details: DayDetails,
    /// When the last thing happened to it.
    pub last_at: Instant,
    /// Number of events so far.
    pub rev: u32,
}

/// What happens to a service day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[allow(missing_docs)] // fields carry the names of the day's own
pub enum DayEvent {
    Called { code: String, details: DayDetails },
    Changed { details: DayDetails },
}

impl DayEvent {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            DayEvent::Called { .. } => "service_day_called",
            DayEvent::Changed { .. } => "service_day_changed",
        }
    }
}

impl Recorded for ServiceDay {
    type Event = DayEvent;

    fn begin(id: Uuid, first: &Happened<DayEvent>) -> Option<ServiceDay> {
        let DayEvent::Called { code, details } = &first.event else { return None };
        let (code, details) = (code.clone(), details.clone());
        Some(ServiceDay { id: ServiceDayId(id), code, details, last_at: first.at, rev: 1 })
    }

    fn apply(&mut self, h: &Happened<DayEvent>) {
        self.rev += 1;
        self.last_at = self.last_at.max(h.at);
        match &h.event {
            DayEvent::Called { .. } => {}
            DayEvent::Changed { details } => self.details = details.clone(),
        }
    }
}

/// A service day after a transition, with what happened.
pub type DayMoved = (ServiceDay, Happened<DayEvent>);

impl ServiceDay {
    /// Calls one.
    pub fn call(
        id: ServiceDayId,
        at: Instant,
        by: &By,
        code: String,
        details: DayDetails,
    ) -> Result<DayMoved, Refusal> {
        let h = Happened { at, by: by.clone(), event: DayEvent::Called { code, details } };
        Ok((ServiceDay::begin(id.0, &h).ok_or(Refusal::SameAsBefore)?, h))
    }

    /// Changes it; its day stays.
    pub fn change(mut self, at: Instant, by: &By, details: DayDetails) -> Result<DayMoved, Refusal> {
        if details == self.details {
            return Err(Refusal::SameAsBefore);
        }
        if details.day != self.details.day {
            return Err(Refusal::rule(CommunityRule::DayStays, self.details.day.to_string()));
        }
        let h = Happened { at, by: by.clone(), event: DayEvent::Changed { details } };
        self.apply(&h);
        Ok((self, h))
    }
}
