//! Joint conferences, their meetings and their topics, each a register. It does not know what was resolved about a topic.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::table::{
    Column,
    Kind::{self, Id, Int, Text},
    Table, live, once, once_beside, plain, table,
};
use crate::journal::event::RecordKind;
use crate::journal::register::{Get, Registered, bodies, some};
use crate::journal::rows::Hashed;
use uuid::Uuid;
use yixian_domain::conference::{Conference, ConferenceEvent, Meeting, MeetingEvent, Topic, TopicEvent};
use yixian_domain::ids::{ConferenceId, MeetingId};

impl RecordKind {
    /// Joint conferences.
    #[allow(non_upper_case_globals)] // a kind among others, wherever it is declared
    pub const Conference: RecordKind = RecordKind::stored_as("conference");
    /// Their meetings.
    #[allow(non_upper_case_globals)]
    pub const Meeting: RecordKind = RecordKind::stored_as("meeting");
    /// Their topics.
    #[allow(non_upper_case_globals)]
    pub const Topic: RecordKind = RecordKind::stored_as("topic");
}

const CONFERENCE: [Column<Get<Conference>>; 9] = [
    once_beside("id", Id, |r| r.it.id.0.into()),
    once("code", Text, |r| r.it.code.as_str().into()),
    live("name", Text, |r| r.it.details.name.as_str().into()),
    live("name_en", Text, |r| r.it.details.name_en.as_deref().into()),
    live("convener_id", Id, |r| r.it.details.convener.0.into()),
    live("secretary_id", Id, |r| r.it.details.secretary.0.into()),
    live("dissolved", Text, |r| r.it.dissolved.map(|d| d.to_string()).into()),
    live("rev", Int, |r| i64::from(r.it.rev).into()),
    live("body", Text, |r| r.body.into()),
];
const CONFERENCE_TEXT: Hashed = bodies("conference.body", "conference");
const CONFERENCE_PLAIN: [(&str, Kind); 9] = plain(&CONFERENCE);

impl Registered for Conference {
    const KIND: RecordKind = RecordKind::Conference;
    const TABLE: Table = table("conference", "id", &CONFERENCE_PLAIN);
    const COLUMNS: &'static [Column<Get<Conference>>] = &CONFERENCE;
    const TEXT: &'static Hashed = &CONFERENCE_TEXT;

    fn id(&self) -> Uuid {
        self.id.0
    }
    fn code_of(event: &ConferenceEvent) -> &'static str {
        event.code()
    }
}

const MEETING: [Column<Get<Meeting>>; 6] = [
    once_beside("id", Id, |r| r.it.id.0.into()),
    once("conference_id", Id, |r| r.it.conference.0.into()),
    once("no", Int, |r| i64::from(r.it.no).into()),
    live("starts_at", Int, |r| r.it.setting.starts.0.into()),
    live("rev", Int, |r| i64::from(r.it.rev).into()),
    live("body", Text, |r| r.body.into()),
];
const MEETING_TEXT: Hashed = bodies("meeting.body", "meeting");
const MEETING_PLAIN: [(&str, Kind); 6] = plain(&MEETING);

impl Registered for Meeting {
    const KIND: RecordKind = RecordKind::Meeting;
    const TABLE: Table = table("meeting", "id", &MEETING_PLAIN);
    const COLUMNS: &'static [Column<Get<Meeting>>] = &MEETING;
    const TEXT: &'static Hashed = &MEETING_TEXT;

    fn id(&self) -> Uuid {
        self.id.0
    }
    fn code_of(event: &MeetingEvent) -> &'static str {
        event.code()
    }
}

const TOPIC: [Column<Get<Topic>>; 6] = [
    once_beside("id", Id, |r| r.it.id.0.into()),
    once("conference_id", Id, |r| r.it.conference.0.into()),
    once("meeting_id", Id, |r| r.it.meeting.0.into()),
    live("recurs_id", Id, |r| r.it.said.recurs.map(|t| t.0).into()),
    live("rev", Int, |r| i64::from(r.it.rev).into()),
    live("body", Text, |r| r.body.into()),
];
const TOPIC_TEXT: Hashed = bodies("topic.body", "topic");
const TOPIC_PLAIN: [(&str, Kind); 6] = plain(&TOPIC);

impl Registered for Topic {
    const KIND: RecordKind = RecordKind::Topic;
    const TABLE: Table = table("topic", "id", &TOPIC_PLAIN);
    const COLUMNS: &'static [Column<Get<Topic>>] = &TOPIC;
    const TEXT: &'static Hashed = &TOPIC_TEXT;

    fn id(&self) -> Uuid {
        self.id.0
    }
    fn code_of(event: &TopicEvent) -> &'static str {
        event.code()
    }
}

/// One conference by its code.
pub async fn by_code(conn: &mut Conn, code: &str) -> Result<Option<Conference>, StoreError> {
    Ok(some(conn, "WHERE code = $1", &values![code]).await?.pop())
}

/// Every conference, in the order of codes.
pub async fn list(conn: &mut Conn) -> Result<Vec<Conference>, StoreError> {
    some(conn, "ORDER BY code", &[]).await
}

/// Its meetings, the last first.
pub async fn meetings(conn: &mut Conn, of: ConferenceId) -> Result<Vec<Meeting>, StoreError> {
    some(conn, "WHERE conference_id = $1 ORDER BY no DESC", &values![of.0]).await
}

/// The newest of its meetings before a number.
pub async fn meeting_before(conn: &mut Conn, of: ConferenceId, no: u32) -> Result<Option<Meeting>, StoreError> {
    let no = i64::from(no);
    let rest = "WHERE conference_id = $1 AND no < $2 ORDER BY no DESC LIMIT 1";
    Ok(some(conn, rest, &values![of.0, no]).await?.pop())
}

/// Topics of a meeting, in the order in which they were put.
pub async fn topics(conn: &mut Conn, at: MeetingId) -> Result<Vec<Topic>, StoreError> {
    some(conn, "WHERE meeting_id = $1 ORDER BY id", &values![at.0]).await
}

/// Topics of a conference, the newest first.
pub async fn topics_of(conn: &mut Conn, of: ConferenceId) -> Result<Vec<Topic>, StoreError> {
    some(conn, "WHERE conference_id = $1 ORDER BY id DESC", &values![of.0]).await
}
