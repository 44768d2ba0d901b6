//! Identifiers of the records the field works with. All are UUIDs minted by whoever issues
//! the command (browser, phone, API client); this module deliberately cannot mint one.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }
        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, Self::Err> { s.parse().map($name) }
        }
        impl From<Uuid> for $name { fn from(u: Uuid) -> Self { $name(u) } }
    )+};
}

ids! {
    /// A unit of the organisation tree.
    UnitId,
    /// A person who works here.
    PersonId,
    /// A place somebody can visit.
    PlaceId,
    /// A visit, planned or made.
    VisitId,
    /// Anything somebody raised and is owed an answer to.
    MatterId,
    /// One command; the same id sent again is the same command.
    CommandId,
    /// Words kept outside the ledger, so that they can be erased without breaking it.
    WordsId,
    /// Somebody outside the company who raised a matter.
    ContactId,
    /// A government, firm, community or other body the company works with.
    PartnerId,
    /// A joint conference.
    ConferenceId,
    /// A meeting of a joint conference.
    MeetingId,
    /// A topic of a joint conference.
    TopicId,
    /// An indicator.
    IndicatorId,
    /// A version of how an indicator is taken apart.
    BreakdownId,
    /// An aspect of an indicator.
    AspectId,
    /// A campaign.
    CampaignId,
    /// A supporting document, whatever its version.
    DocumentId,
    /// A clause of one, the same in every version that has its number.
    ClauseId,
    /// A service day.
    ServiceDayId,
    /// A session of a service day.
    SessionId,
    /// A member on the roster.
    MemberId,
}

/// Words as the ledger knows them: where they lie and a salted SHA-256 of them (hex).
/// The ledger never holds the words themselves; erasing them leaves the chain valid.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Words {
    /// Row that holds salt and text.
    pub id: WordsId,
    /// Hex SHA-256 of salt ‖ text.
    pub hash: String,
}

/// A free text of an event or a record. Events of before hold it written out; since then it is kept as words, so that it can
/// be erased.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Said {
    /// Written out; it stays for as long as the ledger does. What nobody said is written so too.
    Plain(String),
    /// Kept as words.
    Kept(Words),
}

impl Said {
    /// Whether nothing was said. What was erased was said.
    pub fn is_nothing(&self) -> bool {
        matches!(self, Said::Plain(text) if text.trim().is_empty())
    }
    /// The words, where it is kept as such.
    pub fn words(&self) -> Option<&Words> {
        match self {
            Said::Kept(words) => Some(words),
            Said::Plain(_) => None,
        }
    }
}

impl Default for Said {
    fn default() -> Self {
        Said::Plain(String::new())
    }
}

impl From<&str> for Said {
    fn from(text: &str) -> Self {
        Said::Plain(text.to_owned())
    }
}

/// A file by its content address: 64 hex digits of SHA-256 over the stored bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct FileRef(String);

impl FileRef {
    /// The address as 64 lower-case hex digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The text is not 64 hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a file address is 64 hex digits of SHA-256")]
pub struct NotAFileRef;

impl FromStr for FileRef {
    type Err = NotAFileRef;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        if s.len() == 64 && s.bytes().all(|b| b.is_ascii_hexdigit()) {
            Ok(FileRef(s.to_ascii_lowercase()))
        } else {
            Err(NotAFileRef)
        }
    }
}

impl<'de> Deserialize<'de> for FileRef {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Who did something, as the ledger names him: a reference, never a name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by", content = "id")]
pub enum By {
    /// A person of the company.
    Person(PersonId),
    /// The raiser, through his link.
    Raiser(ContactId),
    /// A body the company works with, through its link.
    Partner(PartnerId),
    /// The system itself, acting on a rule (silence, escalation, fan-out).
    Rule,
    /// A record taken over from another system.
    Import,
}

impl By {
    /// The person, where it was one of the company.
    pub fn person(&self) -> Option<PersonId> {
        match self {
            By::Person(p) => Some(*p),
            _ => None,
        }
    }
    /// The body the company works with, where it was one.
    pub fn partner(&self) -> Option<PartnerId> {
        match self {
            By::Partner(p) => Some(*p),
            _ => None,
        }
    }
    /// His id as text; empty for the system and for another system.
    pub fn reference(&self) -> String {
        match self {
            By::Person(p) => p.to_string(),
            By::Raiser(c) => c.to_string(),
            By::Partner(p) => p.to_string(),
            By::Rule | By::Import => String::new(),
        }
    }
}
