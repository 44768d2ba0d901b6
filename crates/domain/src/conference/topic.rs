//! A topic 议题 of a joint conference: what a member raised at a meeting, and whether it was there before. It does not know
//! what was resolved about it.

use super::law::ConferenceRule;
use super::{Conference, Member};
use crate::base::about::About;
use crate::base::history::{Happened, Recorded};
use crate::base::ids::*;
use crate::base::refusal::Refusal;
use crate::base::time::{Date, Instant};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What is said of a topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicSaid {
    /// The member that raised it.
    pub by: Member,
    /// Who there, where it is a unit of ours: he is answered.
    pub person: Option<PersonId>,
    /// In these words.
    pub title: Words,
    /// The section or matter it is about.
    pub about: Option<About>,
    /// The topic of an earlier meeting that comes up again.
    pub recurs: Option<TopicId>,
}

/// A topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topic {
    /// Identity.
    pub id: TopicId,
    /// Of which conference.
    pub conference: ConferenceId,
    /// At which meeting.
    pub meeting: MeetingId,
    /// The rest.
    #[serde(flatten)]
    pub said: TopicSaid,
    /// When the last thing happened to it.
    pub last_at: Instant,
    /// Number of events so far.
    pub rev: u32,
}

/// What happens to a topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[allow(missing_docs)] // fields carry the names of the topic's own
pub enum TopicEvent {
    Put { conference: ConferenceId, meeting: MeetingId, said: TopicSaid },
    Changed { said: TopicSaid },
}

impl TopicEvent {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            TopicEvent::Put { .. } => "topic_put",
            TopicEvent::Changed { .. } => "topic_changed",
        }
    }
}

impl Recorded for Topic {
    type Event = TopicEvent;

    fn begin(id: Uuid, first: &Happened<TopicEvent>) -> Option<Topic> {
        let TopicEvent::Put { conference, meeting, said } = &first.event else { return None };
        let (conference, meeting, said) = (*conference, *meeting, said.clone());
        Some(Topic { id: TopicId(id), conference, meeting, said, last_at: first.at, rev: 1 })
    }

    fn apply(&mut self, h: &Happened<TopicEvent>) {
        self.rev += 1;
        self.last_at = self.last_at.max(h.at);
        match &h.event {
            TopicEvent::Put { .. } => {}
            TopicEvent::Changed { said } => self.said = said.clone(),
        }
    }
}

/// A topic after a transition, with what happened.
pub type TopicMoved = (Topic, Happened<TopicEvent>);

/// Whether a topic may be said so at a meeting of that day.
fn stands(
    id: TopicId,
    conference: &Conference,
    day: Date,
    said: &TopicSaid,
    earlier: Option<&Topic>,
) -> Result<(), Refusal> {
    if conference.seat_of(said.by, day).is_none() {
        return Err(Refusal::rule(ConferenceRule::NoMember, day.to_string()));
    }
    match earlier {
        Some(e) if e.id == id || e.conference != conference.id => {
            Err(Refusal::rule(ConferenceRule::RecursFromElsewhere, ""))
        }
        Some(_) | None => Ok(()),
    }
}

impl Topic {
    /// Puts one on the agenda of a meeting that takes place on a day; `earlier` is the topic it comes up from again.
    pub fn put(
        id: TopicId,
        at: Instant,
        by: &By,
        conference: &Conference,
        (meeting, day): (MeetingId, Date),
        said: TopicSaid,
        earlier: Option<&Topic>,
    ) -> Result<TopicMoved, Refusal> {
        stands(id, conference, day, &said, earlier)?;
        let event = TopicEvent::Put { conference: conference.id, meeting, said };
        let h = Happened { at, by: by.clone(), event };
        let topic = Topic::begin(id.0, &h).ok_or(Refusal::SameAsBefore)?;
        Ok((topic, h))
    }

    /// Says it otherwise.
    pub fn change(
        mut self,
        at: Instant,
        by: &By,
        conference: &Conference,
        day: Date,
        said: TopicSaid,
        earlier: Option<&Topic>,
    ) -> Result<TopicMoved, Refusal> {
        stands(self.id, conference, day, &said, earlier)?;
        if self.said == said {
            return Err(Refusal::SameAsBefore);
        }
        let h = Happened { at, by: by.clone(), event: TopicEvent::Changed { said } };
        self.apply(&h);
        Ok((self, h))
    }
}
