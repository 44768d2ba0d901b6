//! A session 场次: what is done in one community on a service day, and the five acts 行动. An act that was recorded by mistake is
//! voided, never taken out. Its marks are the kinds of acts that stand.

use super::{CommunityRule, ServiceDay};
use crate::base::codes::codes;
use crate::base::history::{Happened, Recorded};
use crate::base::ids::*;
use crate::base::refusal::Refusal;
use crate::base::service::Quantity;
use crate::base::time::{Date, Instant, Zone};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

codes! {
    /// The five acts 五个一.
    ActKind[5] {
        /// 推进一项电力工程
        Works = "works",
        /// 对接一位困难客户
        Household = "household",
        /// 开展一次用电宣传
        Publicity = "publicity",
        /// 义务维修一批灯具线路
        Repairs = "repairs",
        /// 征求一次意见
        Opinions = "opinions",
    }
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Did {
    /// A project was taken a step on.
    Works {
        /// Which section.
        section: Uuid,
        /// What was agreed.
        note: Option<Words>,
    },
    /// A household in difficulty has somebody to turn to.
    Household {
        /// Where it lives, where that is a place of the register.
        place: Option<PlaceId>,
        /// Which, and what it needs.
        household: Words,
    },
    /// People were told how power is used safely.
    Publicity {
        /// How many.
        reached: u32,
        /// Of what.
        note: Option<Words>,
    },
    /// Things were repaired.
    Repairs {
        /// What and how many.
        items: Vec<Quantity>,
        /// Where.
        note: Option<Words>,
    },
    /// People were asked; what each said is a matter.
    Opinions {
        /// The matters.
        matters: Vec<MatterId>,
    },
}

impl Did {
    /// Which of the five.
    pub fn kind(&self) -> ActKind {
        match self {
            Did::Works { .. } => ActKind::Works,
            Did::Household { .. } => ActKind::Household,
            Did::Publicity { .. } => ActKind::Publicity,
            Did::Repairs { .. } => ActKind::Repairs,
            Did::Opinions { .. } => ActKind::Opinions,
        }
    }

    /// The words it holds.
    pub fn words(&self) -> Option<&Words> {
        match self {
            Did::Works { note, .. } | Did::Publicity { note, .. } | Did::Repairs { note, .. } => note.as_ref(),
            Did::Household { household, .. } => Some(household),
            Did::Opinions { .. } => None,
        }
    }

    fn stands(&self) -> Result<(), Refusal> {
        let rule = match self {
            Did::Publicity { reached: 0, .. } => CommunityRule::NobodyReached,
            Did::Repairs { items, .. } if items.iter().all(|q| q.n == 0) => CommunityRule::NoItems,
            Did::Opinions { matters } if matters.is_empty() => CommunityRule::NoOpinions,
            Did::Works { .. } | Did::Household { .. } | Did::Publicity { .. } | Did::Repairs { .. } => return Ok(()),
            Did::Opinions { .. } => return Ok(()),
        };
        Err(Refusal::rule(rule, ""))
    }
}

/// An act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// Identity.
    pub id: Uuid,
    /// When.
    pub at: Instant,
    /// Who recorded it.
    pub by: By,
    /// What.
    pub did: Did,
    /// Why it does not count, where it was recorded by mistake.
    pub voided: Option<Words>,
}

/// What a session is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionDetails {
    /// The community.
    pub community: PartnerId,
    /// The unit of ours that goes there.
    pub host: UnitId,
    /// Who leads.
    pub lead: Option<MemberId>,
    /// From.
    pub starts: Instant,
    /// Until; whoever has not signed out leaves then.
    pub ends: Instant,
    /// The visit of whoever of the leadership went along.
    pub visit: Option<VisitId>,
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Identity.
    pub id: SessionId,
    /// Short stable code.
    pub code: String,
    /// Of which service day.
    pub service_day: ServiceDayId,
    /// The day.
    pub day: Date,
    /// The rest.
    #[serde(flatten)]
    pub details: SessionDetails,
    /// What was done, in the order in which it was recorded.
    pub acts: Vec<Act>,
    /// Why it was called off.
    pub cancelled: Option<Words>,
    /// How many links were given; the last one is good.
    pub links: u32,
    /// When the last thing happened to it.
    pub last_at: Instant,
    /// Number of events so far.
    pub rev: u32,
}

/// What happens to a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[allow(missing_docs)] // fields carry the names of the session's own
pub enum SessionEvent {
    Planned { code: String, service_day: ServiceDayId, day: Date, details: SessionDetails },
    Changed { details: SessionDetails },
    Cancelled { reason: Words },
    ActDone { id: Uuid, did: Did },
    ActVoided { id: Uuid, reason: Words },
    LinkGiven,
    WordsErased,
}

impl SessionEvent {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            SessionEvent::Planned { .. } => "session_planned",
            SessionEvent::Changed { .. } => "session_changed",
            SessionEvent::Cancelled { .. } => "session_cancelled",
            SessionEvent::ActDone { .. } => "act_done",
            SessionEvent::ActVoided { .. } => "act_voided",
            SessionEvent::LinkGiven => "session_link_given",
            SessionEvent::WordsErased => "session_words_erased",
        }
    }
}

impl Recorded for Session {
    type Event = SessionEvent;

    fn begin(id: Uuid, first: &Happened<SessionEvent>) -> Option<Session> {
        let SessionEvent::Planned { code, service_day, day, details } = &first.event else { return None };
        Some(Session {
            id: SessionId(id),
            code: code.clone(),
            service_day: *service_day,
            day: *day,
            details: details.clone(),
            acts: Vec::new(),
            cancelled: None,
            links: 1,
            last_at: first.at,
            rev: 1,
        })
    }

    fn apply(&mut self, h: &Happened<SessionEvent>) {
        self.rev += 1;
        self.last_at = self.last_at.max(h.at);
        match &h.event {
            // That words are gone shows where they were.
            SessionEvent::Planned { .. } | SessionEvent::WordsErased => {}
            SessionEvent::Changed { details } => self.details = details.clone(),
            SessionEvent::Cancelled { reason } => self.cancelled = Some(reason.clone()),
            SessionEvent::ActDone { id, did } => {
                self.acts.push(Act { id: *id, at: h.at, by: h.by.clone(), did: did.clone(), voided: None });
            }
            SessionEvent::ActVoided { id, reason } => {
                if let Some(act) = self.acts.iter_mut().find(|a| a.id == *id) {
                    act.voided = Some(reason.clone());
                }
            }
            SessionEvent::LinkGiven => self.links += 1,
        }
    }
}

/// A session after a transition, with what happened.
pub type SessionMoved = (Session, Happened<SessionEvent>);

fn lies_on(day: Date, details: &SessionDetails, zone: &Zone) -> Result<(), Refusal> {
    if details.ends <= details.starts {
        return Err(Refusal::rule(CommunityRule::EndsBefore, ""));
    }
    // 24:00 is the day's own.
    let last = zone.date_of(details.ends.plus_millis(-1));
    if zone.date_of(details.starts) != day || last != day {
        return Err(Refusal::rule(CommunityRule::OutsideDay, day.to_string()));
    }
    Ok(())
}

impl Session {
    /// Plans one on the day of its service day.
    pub fn plan(
        id: SessionId,
        at: Instant,
        by: &By,
        code: String,
        of: &ServiceDay,
        details: SessionDetails,
        zone: &Zone,
    ) -> Result<SessionMoved, Refusal> {
        let day = of.details.day;
        lies_on(day, &details, zone)?;
        let event = SessionEvent::Planned { code, service_day: of.id, day, details };
        let h = Happened { at, by: by.clone(), event };
        Ok((Session::begin(id.0, &h).ok_or(Refusal::SameAsBefore)?, h))
    }

    fn then(mut self, at: Instant, by: &By, event: SessionEvent) -> SessionMoved {
        let h = Happened { at, by: by.clone(), event };
        self.apply(&h);
        (self, h)
    }

    /// Whether it takes place.
    pub fn held(&self) -> Result<(), Refusal> {
        if self.cancelled.is_some() { Err(Refusal::rule(CommunityRule::Cancelled, &self.code)) } else { Ok(()) }
    }

    /// Changes what it is; its day stays.
    pub fn change(self, at: Instant, by: &By, details: SessionDetails, zone: &Zone) -> Result<SessionMoved, Refusal> {
        self.held()?;
        lies_on(self.day, &details, zone)?;
        if details == self.details {
            return Err(Refusal::SameAsBefore);
        }
        Ok(self.then(at, by, SessionEvent::Changed { details }))
    }

    /// Calls it off; what was recorded of it is kept and not counted.
    pub fn cancel(self, at: Instant, by: &By, reason: Words) -> Result<SessionMoved, Refusal> {
        self.held()?;
        Ok(self.then(at, by, SessionEvent::Cancelled { reason }))
    }

    /// Whether something may be recorded as done at an instant.
    pub fn takes_acts(&self, at: Instant) -> Result<(), Refusal> {
        self.held()?;
        if at < self.details.starts { Err(Refusal::rule(CommunityRule::ActBefore, &self.code)) } else { Ok(()) }
    }

    /// Records what was done.
    pub fn act(self, at: Instant, by: &By, id: Uuid, did: Did) -> Result<SessionMoved, Refusal> {
        self.takes_acts(at)?;
        did.stands()?;
        if self.acts.iter().any(|a| a.id == id) {
            return Err(Refusal::SameAsBefore);
        }
        Ok(self.then(at, by, SessionEvent::ActDone { id, did }))
    }

    /// Says that an act was recorded by mistake.
    pub fn void(self, at: Instant, by: &By, id: Uuid, reason: Words) -> Result<SessionMoved, Refusal> {
        let rule = match self.acts.iter().find(|a| a.id == id) {
            None => CommunityRule::NoSuchAct,
            Some(a) if a.voided.is_some() => CommunityRule::ActVoided,
            Some(_) => return Ok(self.then(at, by, SessionEvent::ActVoided { id, reason })),
        };
        Err(Refusal::rule(rule, ""))
    }

    /// Gives it another link; the one before is good no more.
    pub fn give_link(self, at: Instant, by: &By) -> Result<SessionMoved, Refusal> {
        self.held()?;
        Ok(self.then(at, by, SessionEvent::LinkGiven))
    }

    /// Erases the words that were written of it.
    pub fn erase_words(self, at: Instant, by: &By) -> Result<SessionMoved, Refusal> {
        Ok(self.then(at, by, SessionEvent::WordsErased))
    }

    /// The acts that stand.
    pub fn standing(&self) -> impl Iterator<Item = &Act> {
        self.acts.iter().filter(|a| a.voided.is_none())
    }

    /// Whether an act of a kind was done.
    pub fn has_done(&self, kind: ActKind) -> bool {
        self.standing().any(|a| a.did.kind() == kind)
    }

    /// Its marks, from none to five.
    pub fn marks(&self) -> usize {
        ActKind::ALL.into_iter().filter(|k| self.has_done(*k)).count()
    }

    /// The opinions that stand.
    pub fn opinions(&self) -> impl Iterator<Item = MatterId> + '_ {
        self.standing()
            .flat_map(|a| if let Did::Opinions { matters } = &a.did { matters.as_slice() } else { &[] })
            .copied()
    }
}

#[cfg(test)]
mod tests {
    use super::super::DayDetails;
    use super::*;
    use jiff::civil::date;

    fn zone() -> Zone {
        Zone::parse("Asia/Shanghai").expect("a zone")
    }

    fn at(text: &str) -> Instant {
        Instant::parse(&format!("2018-05-{text}:00+08:00")).expect("an instant")
    }

    fn words() -> Words {
        Words { id: WordsId(Uuid::nil()), hash: String::new() }
    }

    fn plan(starts: &str, ends: &str) -> Result<Session, Refusal> {
        let organiser = UnitId(Uuid::from_u128(1));
        let details = DayDetails { name: "服务日".into(), name_en: None, day: date(2018, 5, 26), organiser };
        let id = ServiceDayId(Uuid::from_u128(2));
        let day = ServiceDay::call(id, at("18T09:00"), &By::Rule, "D".into(), details)?.0;
        let details = SessionDetails {
            community: PartnerId(Uuid::from_u128(3)),
            host: organiser,
            lead: None,
            starts: at(starts),
            ends: at(ends),
            visit: None,
        };
        let id = SessionId(Uuid::from_u128(4));
        Session::plan(id, at("18T10:00"), &By::Rule, "S-1".into(), &day, details, &zone()).map(|m| m.0)
    }

    fn code<T>(r: Result<T, Refusal>) -> &'static str {
        r.err().map_or("", |r| r.code())
    }

    #[test]
    fn a_session_lies_on_its_day() {
        for (starts, ends, wanted) in [
            ("26T09:00", "26T11:00", ""),
            ("26T00:00", "27T00:00", ""),
            ("25T23:59", "26T11:00", "session_outside_day"),
            ("26T22:00", "27T00:01", "session_outside_day"),
            ("27T09:00", "27T11:00", "session_outside_day"),
            ("26T11:00", "26T11:00", "session_ends_before"),
            ("26T11:00", "26T09:00", "session_ends_before"),
        ] {
            assert_eq!(code(plan(starts, ends)), wanted, "{starts} {ends}");
        }
    }

    #[test]
    fn acts_are_done_at_a_session_that_is_held_and_has_begun() {
        let publicity = |reached| Did::Publicity { reached, note: None };
        let one = Uuid::from_u128(9);
        let s = plan("26T09:00", "26T11:00").expect("planned");
        let act = |s: &Session, when: &str, did: Did| s.clone().act(at(when), &By::Rule, one, did);
        for (when, did, wanted) in [
            ("26T08:59", publicity(3), "act_before_session"),
            ("26T09:00", publicity(0), "act_nobody_reached"),
            ("26T09:00", Did::Repairs { items: Vec::new(), note: None }, "act_no_items"),
            ("26T09:00", Did::Opinions { matters: Vec::new() }, "act_no_opinions"),
            ("26T09:00", publicity(3), ""),
            ("30T09:00", publicity(3), ""),
        ] {
            assert_eq!(code(act(&s, when, did)), wanted, "{when}");
        }
        let off = s.clone().cancel(at("26T08:00"), &By::Rule, words()).expect("called off").0;
        assert_eq!(code(act(&off, "26T10:00", publicity(3))), "session_cancelled");
        assert_eq!(code(off.clone().cancel(at("26T08:00"), &By::Rule, words())), "session_cancelled");
        assert_eq!(code(off.give_link(at("26T08:00"), &By::Rule)), "session_cancelled");
    }

    #[test]
    fn a_mark_stands_while_one_act_of_its_kind_does() {
        let s = plan("26T09:00", "26T11:00").expect("planned");
        let did = || Did::Publicity { reached: 3, note: None };
        let ids = [Uuid::from_u128(9), Uuid::from_u128(10)];
        let s = ids.iter().fold(s, |s, id| s.act(at("26T10:00"), &By::Rule, *id, did()).expect("done").0);
        let void = |s: Session, id| s.void(at("27T10:00"), &By::Rule, id, words());
        let once = void(s, ids[0]).expect("voided").0;
        assert_eq!(once.marks(), 1);
        assert_eq!(code(void(once.clone(), ids[0])), "act_voided_already");
        assert_eq!(code(void(once.clone(), Uuid::nil())), "act_unknown");
        assert_eq!(void(once, ids[1]).expect("voided").0.marks(), 0);
    }

    #[test]
    fn its_events_give_the_session() {
        let s = plan("26T09:00", "26T11:00").expect("planned");
        let did = Did::Publicity { reached: 3, note: None };
        let (after, h) = s.clone().act(at("26T10:00"), &By::Rule, Uuid::from_u128(9), did).expect("done");
        let planned = SessionEvent::Planned {
            code: s.code.clone(),
            service_day: s.service_day,
            day: s.day,
            details: s.details.clone(),
        };
        let first = Happened { at: s.last_at, by: By::Rule, event: planned };
        assert_eq!(Session::replay(s.id.0, &[first, h]), Some(after));
    }
}
