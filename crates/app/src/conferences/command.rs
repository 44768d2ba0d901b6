//! What can be asked of joint conferences, as plain data, and what access asks of each.

use crate::matters::command::AboutIn;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use yixian_domain::conference::{Attendance, Member, Seating, Weekday};
use yixian_domain::ids::*;
use yixian_domain::time::{Date, Time};

/// What can be asked of joint conferences.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs)] // fields carry the names of the domain's own
#[schemars(inline)] // `Envelope` has fields beside it, which a reference would forbid
pub enum ConferenceCommand {
    /// Sets one up, or changes what it is.
    PutConference {
        conference: Uuid,
        code: String,
        name: String,
        #[serde(default)]
        name_en: Option<String>,
        /// The document that sets it up.
        basis: String,
        convener: Uuid,
        secretary: Uuid,
        #[serde(default)]
        cadence: Option<CadenceIn>,
        #[schemars(with = "String")]
        set_up: Date,
    },
    /// Gives a member its seat, or changes the one that begins on that day.
    PutMember {
        conference: Uuid,
        member: MemberIn,
        #[schemars(with = "String")]
        role: Seating,
        #[serde(default)]
        holder: String,
        #[serde(default)]
        deputy: String,
        #[schemars(with = "String")]
        from: Date,
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        to: Option<Date>,
    },
    /// Ends a member's seat with a day.
    EndMember {
        conference: Uuid,
        member: MemberIn,
        #[schemars(with = "String")]
        to: Date,
    },
    /// Its task is done.
    DissolveConference {
        conference: Uuid,
        #[schemars(with = "String")]
        on: Date,
    },
    /// Plans the next meeting, or changes one that has not taken place. Without a day: the next by its rule; a day off moves it.
    PlanMeeting {
        meeting: Uuid,
        conference: Uuid,
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        day: Option<Date>,
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        time: Option<Time>,
        place: String,
        /// Who takes the chair: one.
        chair: Vec<MemberIn>,
        #[serde(default)]
        agenda: String,
    },
    /// Records who came.
    RecordAttendance { meeting: Uuid, attendance: Vec<AttendanceIn> },
    /// Puts a topic on the agenda, or says it otherwise.
    PutTopic {
        topic: Uuid,
        meeting: Uuid,
        raised_by: MemberIn,
        /// Who there, where the member is a unit of ours; whoever puts it when missing.
        #[serde(default)]
        person: Option<Uuid>,
        title: String,
        #[serde(default)]
        about: Option<AboutIn>,
        /// The topic of an earlier meeting that comes up again.
        #[serde(default)]
        recurs: Option<Uuid>,
    },
    /// Resolves something about a topic: a matter is raised and given to its owner.
    Resolve {
        matter: Uuid,
        topic: Uuid,
        words: String,
        #[serde(default)]
        owner: Option<MemberIn>,
        /// Who answers for it there.
        #[serde(default)]
        person: String,
        #[serde(default)]
        helpers: Vec<MemberIn>,
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        due: Option<Date>,
        /// By what it is judged.
        #[serde(default)]
        test: String,
        #[serde(default)]
        category: Option<String>,
    },
    /// Writes the minutes, or writes a draft over.
    DraftMinutes { meeting: Uuid, text: String },
    /// Sends them to the members.
    CirculateMinutes { meeting: Uuid },
    /// A member agrees, or objects with words. Through a partner's link it is that partner.
    Countersign {
        meeting: Uuid,
        #[serde(default)]
        member: Option<MemberIn>,
        #[serde(default)]
        objection: String,
    },
    /// Issues them in the conference's name.
    IssueMinutes { meeting: Uuid },
    /// Puts them away.
    ArchiveMinutes { meeting: Uuid },
    /// Begins another version of minutes that were issued.
    AmendMinutes { meeting: Uuid, text: String, reason: String },
}

/// A member of a conference: a partner or a unit of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MemberIn {
    /// A partner.
    Partner(Uuid),
    /// A unit.
    Unit(Uuid),
}

impl From<MemberIn> for Member {
    fn from(m: MemberIn) -> Member {
        match m {
            MemberIn::Partner(id) => Member::Partner(PartnerId(id)),
            MemberIn::Unit(id) => Member::Unit(UnitId(id)),
        }
    }
}

impl From<Member> for MemberIn {
    fn from(m: Member) -> MemberIn {
        match m {
            Member::Partner(id) => MemberIn::Partner(id.0),
            Member::Unit(id) => MemberIn::Unit(id.0),
        }
    }
}

/// When it meets as a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CadenceIn {
    /// On which day of the week.
    #[schemars(with = "String")]
    pub weekday: Weekday,
    /// At what time.
    #[schemars(with = "String")]
    pub time: Time,
}

/// Whether a member came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AttendanceIn {
    /// Who.
    pub member: MemberIn,
    /// Whether it came.
    #[schemars(with = "String")]
    pub how: Attendance,
    /// Why not.
    #[serde(default)]
    pub reason: String,
}

/// What access asks before a command is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// To keep the conference's books; of a new one, to coordinate for its convener.
    Keep,
    /// To speak for the member.
    Sign,
}

impl ConferenceCommand {
    /// The record it acts on.
    pub fn record(&self) -> Uuid {
        use ConferenceCommand::*;
        match self {
            PutConference { conference, .. }
            | PutMember { conference, .. }
            | EndMember { conference, .. }
            | DissolveConference { conference, .. } => *conference,
            PlanMeeting { meeting, .. }
            | RecordAttendance { meeting, .. }
            | DraftMinutes { meeting, .. }
            | CirculateMinutes { meeting }
            | Countersign { meeting, .. }
            | IssueMinutes { meeting }
            | ArchiveMinutes { meeting }
            | AmendMinutes { meeting, .. } => *meeting,
            PutTopic { topic, .. } => *topic,
            Resolve { matter, .. } => *matter,
        }
    }

    /// What access asks. A new command does not compile until it stands here.
    pub(crate) fn needs(&self) -> Needs {
        use ConferenceCommand::*;
        match self {
            PutConference { .. }
            | PutMember { .. }
            | EndMember { .. }
            | DissolveConference { .. }
            | PlanMeeting { .. }
            | RecordAttendance { .. }
            | PutTopic { .. }
            | Resolve { .. }
            | DraftMinutes { .. }
            | CirculateMinutes { .. }
            | IssueMinutes { .. }
            | ArchiveMinutes { .. }
            | AmendMinutes { .. } => Needs::Keep,
            Countersign { .. } => Needs::Sign,
        }
    }

    /// What it says a topic is about.
    pub(crate) fn about(&self) -> Option<AboutIn> {
        use ConferenceCommand::*;
        match self {
            PutTopic { about, .. } => *about,
            PutConference { .. }
            | PutMember { .. }
            | EndMember { .. }
            | DissolveConference { .. }
            | PlanMeeting { .. }
            | RecordAttendance { .. }
            | Resolve { .. }
            | DraftMinutes { .. }
            | CirculateMinutes { .. }
            | Countersign { .. }
            | IssueMinutes { .. }
            | ArchiveMinutes { .. }
            | AmendMinutes { .. } => None,
        }
    }
}
