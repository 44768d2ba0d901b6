//! A visit 走访: planned → on site → finished, or cancelled, or merged into another that went to
//! the same place. What was found on it are matters of their own. This module does not know who
//! owes visits ([`crate::duty`]) nor who may see an unannounced one ([`crate::access`]).

pub mod access;

use crate::base::codes::codes;
use crate::base::ids::*;
use crate::base::refusal::Refusal;
use crate::base::time::{Date, Instant, Time};
use crate::matter::{Happened, Law};
use crate::organisation::place::Point;
use serde::{Deserialize, Serialize};

codes! {
    /// The three go-intos 三走进, and the community day. Exactly one is a visit's primary type.
    VisitType[4] {
        /// 走进基层现场
        Site = "site",
        /// 走进各级政府
        Government = "government",
        /// 走进广大客户
        Customer = "customer",
        /// 社区服务
        Community = "community",
    }
}

codes! {
    /// Who may read of a visit 密级.
    Sensitivity {
        /// May be told outside.
        Open = "open",
        /// Whoever sees its host.
        Internal = "internal",
        /// Those who go, who planned it, who coordinates for the host.
        Restricted = "restricted",
    }
}

/// What was spoken of with a partner, and with whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting {
    /// Whom they met: names, posts, levels. They can be erased.
    pub met: Option<Words>,
    /// What was spoken of.
    pub topics: Option<Words>,
    /// Load that the partner expects, kW.
    pub load_kw: Option<u32>,
}

/// Somebody who goes along, with his role on that day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Companion {
    /// Who.
    pub person: PersonId,
    /// Whether the visit counts towards his own duty.
    pub duty: bool,
}

/// What was planned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Primary type.
    pub kind: VisitType,
    /// Where to.
    pub place: PlaceId,
    /// The grassroots unit that hosts it.
    pub host: UnitId,
    /// Who leads.
    pub leader: PersonId,
    /// Who goes along.
    pub companions: Vec<Companion>,
    /// On which day.
    pub day: Date,
    /// From when, local time.
    pub from: Option<Time>,
    /// What for.
    pub purpose: Option<Words>,
    /// Announced, or without notice 四不两直.
    pub announced: bool,
    /// The government, firm or body that is visited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<PartnerId>,
    /// Who may read of it; none is internal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensitivity: Option<Sensitivity>,
}

/// The start of a visit on site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckIn {
    /// When, as the person says.
    pub at: Instant,
    /// Where the phone says it is.
    pub point: Option<Point>,
    /// Radius of the point in metres.
    pub accuracy_m: Option<u32>,
    /// Announced or not, as it turned out.
    pub announced: bool,
}

/// Where the visit is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum VisitState {
    /// Planned.
    Planned,
    /// On site.
    OnSite {
        /// Start.
        check_in: CheckIn,
    },
    /// Finished.
    Finished {
        /// Start.
        check_in: CheckIn,
        /// End.
        at: Instant,
        /// Summary 小结.
        summary: Option<Words>,
    },
    /// Cancelled.
    Cancelled {
        /// Who.
        by: By,
        /// When.
        at: Instant,
        /// Why.
        reason: Words,
    },
    /// Counted with another visit.
    Merged {
        /// The visit that counts.
        into: VisitId,
        /// When.
        at: Instant,
    },
}

impl VisitState {
    /// The name as stored and as keyed in the catalogues.
    pub fn as_str(&self) -> &'static str {
        match self {
            VisitState::Planned => "planned",
            VisitState::OnSite { .. } => "on_site",
            VisitState::Finished { .. } => "finished",
            VisitState::Cancelled { .. } => "cancelled",
            VisitState::Merged { .. } => "merged",
        }
    }
}

/// A visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// Identity.
    pub id: VisitId,
    /// What was planned.
    pub plan: Plan,
    /// Who planned it.
    pub planned_by: By,
    /// Where it is.
    pub state: VisitState,
    /// Photos taken at check-in.
    pub photos: Vec<FileRef>,
    /// What was spoken of with the partner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meeting: Option<Meeting>,
    /// When the last thing happened to it.
    pub last_at: Instant,
    /// Number of events so far.
    pub rev: u32,
}

/// One thing that happened to a visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[allow(missing_docs)] // fields carry the names of the visit's own
pub enum VisitEvent {
    Planned { plan: Plan },
    Rescheduled { leader: PersonId, day: Date, from: Option<Time> },
    Started { check_in: CheckIn, photos: Vec<FileRef> },
    FindingRecorded { matter: MatterId },
    MeetingNoted { partner: Option<PartnerId>, meeting: Meeting },
    WordsErased,
    Finished { summary: Option<Words> },
    Cancelled { reason: Words },
    Merged { into: VisitId },
}

impl VisitEvent {
    /// The event's stable code.
    pub fn code(&self) -> &'static str {
        match self {
            VisitEvent::Planned { .. } => "visit_planned",
            VisitEvent::Rescheduled { .. } => "visit_rescheduled",
            VisitEvent::Started { .. } => "visit_started",
            VisitEvent::FindingRecorded { .. } => "finding_recorded",
            VisitEvent::MeetingNoted { .. } => "meeting_noted",
            VisitEvent::WordsErased => "visit_words_erased",
            VisitEvent::Finished { .. } => "visit_finished",
            VisitEvent::Cancelled { .. } => "visit_cancelled",
            VisitEvent::Merged { .. } => "visit_merged",
        }
    }
}

/// A visit after a transition, with what happened.
pub type VisitMoved = (Visit, Happened<VisitEvent>);

impl Visit {
    /// Plans a visit.
    pub fn plan(id: VisitId, at: Instant, by: &By, plan: Plan) -> VisitMoved {
        let h = Happened { at, by: by.clone(), event: VisitEvent::Planned { plan: plan.clone() } };
        let visit = Visit {
            id,
            plan,
            planned_by: by.clone(),
            state: VisitState::Planned,
            photos: Vec::new(),
            meeting: None,
            last_at: at,
            rev: 1,
        };
        (visit, h)
    }

    /// The visit that a record's events give. `None` when they do not begin with `Planned`.
    pub fn replay<'a>(id: VisitId, events: impl IntoIterator<Item = &'a Happened<VisitEvent>>) -> Option<Visit> {
        let mut events = events.into_iter();
        let first = events.next()?;
        let VisitEvent::Planned { plan } = &first.event else { return None };
        let (mut visit, _) = Visit::plan(id, first.at, &first.by, plan.clone());
        for h in events {
            visit.apply(h);
        }
        Some(visit)
    }

    /// Changes the visit as the event says; the only place that writes one.
    pub fn apply(&mut self, h: &Happened<VisitEvent>) {
        self.rev += 1;
        self.last_at = self.last_at.max(h.at);
        match &h.event {
            VisitEvent::Planned { .. } | VisitEvent::FindingRecorded { .. } | VisitEvent::WordsErased => {}
            VisitEvent::MeetingNoted { partner, meeting } => {
                self.plan.partner = partner.or(self.plan.partner);
                self.meeting = Some(meeting.clone());
            }
            VisitEvent::Rescheduled { leader, day, from } => {
                // Who leads does not go along besides.
                self.plan.companions.retain(|c| c.person != *leader);
                (self.plan.leader, self.plan.day, self.plan.from) = (*leader, *day, *from);
            }
            VisitEvent::Started { check_in, photos } => {
                self.photos.clone_from(photos);
                self.state = VisitState::OnSite { check_in: *check_in };
            }
            VisitEvent::Finished { summary } => {
                if let VisitState::OnSite { check_in } = self.state {
                    self.state = VisitState::Finished { check_in, at: h.at, summary: summary.clone() };
                }
            }
            VisitEvent::Cancelled { reason } => {
                self.state = VisitState::Cancelled { by: h.by.clone(), at: h.at, reason: reason.clone() };
            }
            VisitEvent::Merged { into } => self.state = VisitState::Merged { into: *into, at: h.at },
        }
    }

    fn then(mut self, at: Instant, by: &By, event: VisitEvent) -> VisitMoved {
        let h = Happened { at, by: by.clone(), event };
        self.apply(&h);
        (self, h)
    }

    fn not_now<T>(&self) -> Result<T, Refusal> {
        Err(Refusal::VisitNotAtThisState { state: self.state.as_str() })
    }

    /// Gives it to another leader, day or hour, before anybody was on site.
    pub fn reschedule(
        self,
        at: Instant,
        by: &By,
        leader: PersonId,
        day: Date,
        from: Option<Time>,
    ) -> Result<VisitMoved, Refusal> {
        if self.state != VisitState::Planned {
            return self.not_now();
        }
        Ok(self.then(at, by, VisitEvent::Rescheduled { leader, day, from }))
    }

    /// Checks in. The instant may lie in the past (entered late) within the configured days, never
    /// in the future; both are told from `now`.
    pub fn start(
        self,
        law: &Law,
        now: Instant,
        by: &By,
        check_in: CheckIn,
        photos: Vec<FileRef>,
    ) -> Result<VisitMoved, Refusal> {
        if self.state != VisitState::Planned {
            return self.not_now();
        }
        law.timely(check_in.at, now)?;
        Ok(self.then(check_in.at, by, VisitEvent::Started { check_in, photos }))
    }

    /// Notes that a matter was found on it.
    pub fn record_finding(self, at: Instant, by: &By, matter: MatterId) -> Result<VisitMoved, Refusal> {
        match &self.state {
            VisitState::OnSite { check_in } if at < check_in.at => {
                Err(Refusal::BeforeItsCause { at, after: check_in.at })
            }
            VisitState::OnSite { .. } => Ok(self.then(at, by, VisitEvent::FindingRecorded { matter })),
            VisitState::Planned
            | VisitState::Finished { .. }
            | VisitState::Cancelled { .. }
            | VisitState::Merged { .. } => self.not_now(),
        }
    }

    /// Notes whom they met, what was spoken of and what load is expected; names the partner where the plan named none. What
    /// was noted before is replaced.
    pub fn note_meeting(
        self,
        at: Instant,
        by: &By,
        partner: Option<PartnerId>,
        meeting: Meeting,
    ) -> Result<VisitMoved, Refusal> {
        match &self.state {
            VisitState::Planned | VisitState::OnSite { .. } | VisitState::Finished { .. } => {
                Ok(self.then(at, by, VisitEvent::MeetingNoted { partner, meeting }))
            }
            VisitState::Cancelled { .. } | VisitState::Merged { .. } => self.not_now(),
        }
    }

    /// Notes that its words were erased; whom they met and what was said is gone with them.
    pub fn erase_words(self, at: Instant, by: &By) -> VisitMoved {
        self.then(at, by, VisitEvent::WordsErased)
    }

    /// Whether only those who go, who planned it and who coordinates for the host may read of it.
    pub fn is_restricted(&self) -> bool {
        self.plan.sensitivity == Some(Sensitivity::Restricted)
    }

    /// Ends it with a summary.
    pub fn finish(self, at: Instant, by: &By, summary: Option<Words>) -> Result<VisitMoved, Refusal> {
        match &self.state {
            VisitState::OnSite { check_in } if at < check_in.at => {
                Err(Refusal::BeforeItsCause { at, after: check_in.at })
            }
            VisitState::OnSite { .. } => Ok(self.then(at, by, VisitEvent::Finished { summary })),
            VisitState::Planned
            | VisitState::Finished { .. }
            | VisitState::Cancelled { .. }
            | VisitState::Merged { .. } => self.not_now(),
        }
    }

    /// Calls it off, before anybody was on site.
    pub fn cancel(self, at: Instant, by: &By, reason: Words) -> Result<VisitMoved, Refusal> {
        if self.state != VisitState::Planned {
            return self.not_now();
        }
        Ok(self.then(at, by, VisitEvent::Cancelled { reason }))
    }

    /// Counts it with another visit: two delegations that went together are one activity.
    pub fn merge(self, at: Instant, by: &By, into: &Visit) -> Result<VisitMoved, Refusal> {
        if into.id == self.id {
            return Err(Refusal::VisitIntoItself);
        }
        if matches!(self.state, VisitState::Cancelled { .. } | VisitState::Merged { .. }) {
            return self.not_now();
        }
        if matches!(into.state, VisitState::Cancelled { .. } | VisitState::Merged { .. }) {
            return into.not_now();
        }
        let into = into.id;
        Ok(self.then(at, by, VisitEvent::Merged { into }))
    }

    /// The check-in, where somebody was there.
    pub fn check_in(&self) -> Option<&CheckIn> {
        match &self.state {
            VisitState::OnSite { check_in } | VisitState::Finished { check_in, .. } => Some(check_in),
            VisitState::Planned | VisitState::Cancelled { .. } | VisitState::Merged { .. } => None,
        }
    }

    /// Whether its check-in shows that somebody was there, by a point or a photo.
    pub fn is_evident(&self) -> bool {
        self.check_in().is_some_and(|c| c.point.is_some() || !self.photos.is_empty())
    }

    /// Everybody whose duty it counts for: the leader and companions with a duty role.
    pub fn duty_bearers(&self) -> impl Iterator<Item = PersonId> + '_ {
        std::iter::once(self.plan.leader).chain(self.plan.companions.iter().filter(|c| c.duty).map(|c| c.person))
    }
}
