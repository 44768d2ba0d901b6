//! A meeting 会次 of a joint conference: when, where, who took the chair, who came, what was resolved, and its minutes. It does
//! not know what became of a resolution: that is the matter's.

use super::minutes::{Minutes, MinutesState, Signature};
use super::{Conference, MeetingDay, Member};
use crate::base::codes::codes;
use crate::base::history::{Happened, Recorded};
use crate::base::ids::*;
use crate::base::time::Instant;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

codes! {
    /// Whether a member came.
    Attendance {
        /// 到会
        Present = "present",
        /// 代会
        Proxy = "proxy",
        /// 缺席
        Absent = "absent",
    }
}

/// A member's attendance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attended {
    /// Who.
    pub member: Member,
    /// Whether it came.
    pub how: Attendance,
    /// Why not.
    pub reason: Option<Words>,
}

/// Something that was resolved: the matter, its topic and the member that owns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolved {
    /// The matter.
    pub matter: MatterId,
    /// About which topic.
    pub topic: TopicId,
    /// Who owns it.
    pub owner: Member,
}

/// When and where, and who takes the chair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// When it begins.
    pub starts: Instant,
    /// On which day, and from which it was moved.
    pub day: MeetingDay,
    /// Where.
    pub place: String,
    /// The member that takes the chair: one, never two.
    pub chair: Member,
    /// What is on the agenda besides the topics.
    pub agenda: Option<Words>,
}

/// A meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting {
    /// Identity.
    pub id: MeetingId,
    /// Of which conference.
    pub conference: ConferenceId,
    /// Its number, from one.
    pub no: u32,
    /// When and where.
    #[serde(flatten)]
    pub setting: Setting,
    /// Who came, as far as it was recorded.
    pub attendance: Vec<Attended>,
    /// What was resolved.
    pub resolved: Vec<Resolved>,
    /// Versions of the minutes, oldest first.
    pub minutes: Vec<Minutes>,
    /// When the last thing happened to it.
    pub last_at: Instant,
    /// Number of events so far.
    pub rev: u32,
}

/// What happens to a meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[allow(missing_docs)] // fields carry the names of the meeting's own
pub enum MeetingEvent {
    Planned { conference: ConferenceId, no: u32, setting: Setting },
    Changed { setting: Setting },
    Attended { attendance: Vec<Attended> },
    Resolved { resolved: Resolved },
    Drafted { text: Words, reason: Option<Words> },
    Circulated,
    Countersigned { member: Member, objection: Option<Words> },
    Issued,
    Archived,
}

impl MeetingEvent {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            MeetingEvent::Planned { .. } => "meeting_planned",
            MeetingEvent::Changed { .. } => "meeting_changed",
            MeetingEvent::Attended { .. } => "meeting_attended",
            MeetingEvent::Resolved { .. } => "meeting_resolved",
            MeetingEvent::Drafted { .. } => "minutes_drafted",
            MeetingEvent::Circulated => "minutes_circulated",
            MeetingEvent::Countersigned { .. } => "minutes_countersigned",
            MeetingEvent::Issued => "minutes_issued",
            MeetingEvent::Archived => "minutes_archived",
        }
    }
}

impl Recorded for Meeting {
    type Event = MeetingEvent;

    fn begin(id: Uuid, first: &Happened<MeetingEvent>) -> Option<Meeting> {
        let MeetingEvent::Planned { conference, no, setting } = &first.event else { return None };
        Some(Meeting {
            id: MeetingId(id),
            conference: *conference,
            no: *no,
            setting: setting.clone(),
            attendance: Vec::new(),
            resolved: Vec::new(),
            minutes: Vec::new(),
            last_at: first.at,
            rev: 1,
        })
    }

    fn apply(&mut self, h: &Happened<MeetingEvent>) {
        self.rev += 1;
        self.last_at = self.last_at.max(h.at);
        match &h.event {
            MeetingEvent::Planned { .. } => {}
            MeetingEvent::Changed { setting } => self.setting = setting.clone(),
            MeetingEvent::Attended { attendance } => {
                for a in attendance {
                    self.attendance.retain(|own| own.member != a.member);
                    self.attendance.push(a.clone());
                }
            }
            MeetingEvent::Resolved { resolved } => self.resolved.push(*resolved),
            MeetingEvent::Drafted { text, reason } => {
                // A draft is written over; what others have seen stays as it was, and what follows is another version.
                match self.minutes.last_mut().filter(|m| m.state == MinutesState::Draft) {
                    Some(draft) => draft.text = text.clone(),
                    None => self.minutes.push(Minutes::draft(text.clone(), reason.clone())),
                }
            }
            MeetingEvent::Circulated => {
                if let Some(m) = self.minutes.last_mut() {
                    (m.state, m.circulated_at) = (MinutesState::Circulated, Some(h.at));
                }
            }
            MeetingEvent::Countersigned { member, objection } => {
                if let Some(m) = self.minutes.last_mut() {
                    m.signatures.retain(|s| s.member != *member);
                    let (by, objection) = (h.by.clone(), objection.clone());
                    m.signatures.push(Signature { member: *member, by, at: h.at, objection });
                }
            }
            MeetingEvent::Issued => {
                if let Some(m) = self.minutes.last_mut() {
                    (m.state, m.issued_at) = (MinutesState::Issued, Some(h.at));
                }
            }
            MeetingEvent::Archived => {
                if let Some(m) = self.minutes.last_mut() {
                    (m.state, m.archived_at) = (MinutesState::Archived, Some(h.at));
                }
            }
        }
    }
}

impl Meeting {
    /// The newest version of the minutes.
    pub fn newest(&self) -> Option<&Minutes> {
        self.minutes.last()
    }
    /// When minutes were first issued.
    pub fn issued_at(&self) -> Option<Instant> {
        self.minutes.iter().find_map(|m| m.issued_at)
    }
    /// What is recorded of a member.
    pub fn attendance_of(&self, member: Member) -> Option<&Attended> {
        self.attendance.iter().find(|a| a.member == member)
    }
    /// Whether it had begun.
    pub fn begun(&self, at: Instant) -> bool {
        self.setting.starts <= at
    }
    /// Whose countersignature its minutes want: all who sat in it on the day but the convener, whose draft they are.
    pub fn signers(&self, conference: &Conference) -> Vec<Member> {
        let own = Member::Unit(conference.details.convener);
        conference.seats_on(self.setting.day.day).map(|s| s.member).filter(|m| *m != own).collect()
    }
    /// Those of them who have said nothing to the newest version.
    pub fn missing(&self, conference: &Conference) -> Vec<Member> {
        let said = |m: &Member| self.newest().is_some_and(|v| v.signature(*m).is_some());
        self.signers(conference).into_iter().filter(|m| !said(m)).collect()
    }
}
