//! Joint conferences 联席会议: a body that a unit of ours convenes with governments, building firms, supervisors and designers
//! on a fixed day of the week, for as long as its task lasts. A conference is what it is and who sits in it; its meetings, its
//! topics and the minutes are records of their own. What was resolved is a matter like any other ([`crate::part::Resolution`]):
//! here there is no deadline and no second lifecycle.

pub mod access;
pub mod law;
pub mod meeting;
pub mod minutes;
pub mod topic;

pub use crate::part::resolution::Member;
pub use law::ConferenceRule;
pub use meeting::{Attendance, Attended, Meeting, MeetingEvent, Resolved, Setting};
pub use minutes::{Minutes, MinutesState, Signature};
pub use topic::{Topic, TopicEvent, TopicSaid};

use crate::base::codes::codes;
use crate::base::history::{Happened, Recorded};
use crate::base::ids::*;
use crate::base::time::{Date, Instant, Time};
use crate::law::calendar::{DayKind, WorkingCalendar};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

codes! {
    /// As what a member sits in a conference.
    Seating {
        /// 牵头单位
        Lead = "lead",
        /// 政府部门
        Government = "government",
        /// 施工单位
        ConstructionUnit = "construction_unit",
        /// 监理单位
        Supervisor = "supervisor",
        /// 设计单位
        Designer = "designer",
    }
}

codes! {
    /// A day of the week.
    Weekday[7] {
        /// 周一
        Monday = "monday",
        /// 周二
        Tuesday = "tuesday",
        /// 周三
        Wednesday = "wednesday",
        /// 周四
        Thursday = "thursday",
        /// 周五
        Friday = "friday",
        /// 周六
        Saturday = "saturday",
        /// 周日
        Sunday = "sunday",
    }
}

impl Weekday {
    /// Of a date.
    pub fn of(day: Date) -> Weekday {
        use jiff::civil::Weekday as W;
        match day.weekday() {
            W::Monday => Weekday::Monday,
            W::Tuesday => Weekday::Tuesday,
            W::Wednesday => Weekday::Wednesday,
            W::Thursday => Weekday::Thursday,
            W::Friday => Weekday::Friday,
            W::Saturday => Weekday::Saturday,
            W::Sunday => Weekday::Sunday,
        }
    }
}

/// When it meets as a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cadence {
    /// On which day of the week.
    pub weekday: Weekday,
    /// At what time.
    pub time: Time,
}

/// A day on which a meeting takes place, and the one it would have been.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeetingDay {
    /// The day.
    pub day: Date,
    /// Moved from this one, which is off, and why it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<(Date, DayKind)>,
}

impl MeetingDay {
    /// The day itself where it is worked, else the next working day.
    pub fn on(wanted: Date, calendar: &WorkingCalendar) -> MeetingDay {
        if calendar.is_working(wanted) {
            return MeetingDay { day: wanted, moved: None };
        }
        let day = calendar.nth_working_day_after(wanted, 1).unwrap_or(wanted);
        MeetingDay { day, moved: Some((wanted, calendar.kind(wanted))) }
    }
    /// The day it would have been.
    pub fn regular(&self) -> Date {
        self.moved.as_ref().map_or(self.day, |(from, _)| *from)
    }
}

impl Cadence {
    /// The first regular day after one.
    pub fn after(&self, day: Date) -> Date {
        let mut at = day;
        for _ in 0..7 {
            let Ok(next) = at.tomorrow() else { return at };
            at = next;
            if Weekday::of(at) == self.weekday {
                return at;
            }
        }
        at
    }
}

/// A seat: a member over days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// Who.
    pub member: Member,
    /// As what.
    pub role: Seating,
    /// Who sits for it, as words: he may be erased.
    pub holder: Option<Words>,
    /// Who sits when he cannot.
    pub deputy: Option<Words>,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Option<Date>,
}

impl Seat {
    /// Whether it is held on a day.
    pub fn covers(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

/// What a conference is, besides its members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConferenceDetails {
    /// In the company's language.
    pub name: String,
    /// English, where there is one.
    pub name_en: Option<String>,
    /// The document that sets it up.
    pub basis: String,
    /// The unit that convenes it 召集单位.
    pub convener: UnitId,
    /// Who keeps its books 秘书.
    pub secretary: PersonId,
    /// When it meets as a rule.
    pub cadence: Option<Cadence>,
    /// First day.
    pub set_up: Date,
}

/// A joint conference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conference {
    /// Identity.
    pub id: ConferenceId,
    /// Short stable code.
    pub code: String,
    /// The rest.
    #[serde(flatten)]
    pub details: ConferenceDetails,
    /// Seats, in the order in which they were given.
    pub seats: Vec<Seat>,
    /// Its task is done: the last day.
    pub dissolved: Option<Date>,
    /// When the last thing happened to it.
    pub last_at: Instant,
    /// Number of events so far.
    pub rev: u32,
}

/// What happens to a conference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[allow(missing_docs)] // fields carry the names of the conference's own
pub enum ConferenceEvent {
    Founded { code: String, details: ConferenceDetails },
    Changed { details: ConferenceDetails },
    Seated { seat: Seat },
    Left { member: Member, to: Date },
    Dissolved { on: Date },
}

impl ConferenceEvent {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            ConferenceEvent::Founded { .. } => "conference_founded",
            ConferenceEvent::Changed { .. } => "conference_changed",
            ConferenceEvent::Seated { .. } => "conference_seated",
            ConferenceEvent::Left { .. } => "conference_left",
            ConferenceEvent::Dissolved { .. } => "conference_dissolved",
        }
    }
}

impl Recorded for Conference {
    type Event = ConferenceEvent;

    fn begin(id: Uuid, first: &Happened<ConferenceEvent>) -> Option<Conference> {
        let ConferenceEvent::Founded { code, details } = &first.event else { return None };
        Some(Conference {
            id: ConferenceId(id),
            code: code.clone(),
            details: details.clone(),
            seats: Vec::new(),
            dissolved: None,
            last_at: first.at,
            rev: 1,
        })
    }

    fn apply(&mut self, h: &Happened<ConferenceEvent>) {
        self.rev += 1;
        self.last_at = self.last_at.max(h.at);
        match &h.event {
            ConferenceEvent::Founded { .. } => {}
            ConferenceEvent::Changed { details } => self.details = details.clone(),
            ConferenceEvent::Seated { seat } => {
                match self.seats.iter_mut().find(|s| s.member == seat.member && s.from == seat.from) {
                    Some(own) => *own = seat.clone(),
                    None => self.seats.push(seat.clone()),
                }
            }
            ConferenceEvent::Left { member, to } => {
                let own = self.seats.iter_mut().filter(|s| s.member == *member && s.covers(*to));
                own.for_each(|s| s.to = Some(*to));
            }
            ConferenceEvent::Dissolved { on } => self.dissolved = Some(*on),
        }
    }
}

impl Conference {
    /// The seats that are held on a day; none once it is dissolved.
    pub fn seats_on(&self, day: Date) -> impl Iterator<Item = &Seat> + '_ {
        let stands = self.dissolved.is_none_or(|last| day <= last);
        self.seats.iter().filter(move |s| stands && s.covers(day))
    }
    /// The seat of a member on a day.
    pub fn seat_of(&self, member: Member, day: Date) -> Option<&Seat> {
        self.seats_on(day).find(|s| s.member == member)
    }
    /// Everybody who ever sat in it, each once.
    pub fn ever(&self) -> Vec<Member> {
        let mut all: Vec<Member> = self.seats.iter().map(|s| s.member).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
    /// The next day it meets after a regular day, moved where that is off.
    pub fn next_meeting(&self, after: Date, calendar: &WorkingCalendar) -> Option<MeetingDay> {
        self.details.cadence.map(|c| MeetingDay::on(c.after(after), calendar))
    }
}
