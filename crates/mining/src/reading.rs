//! What a reader says beside the log: what it left out or took on trust, counted and named, and why it stopped.
//!
//! Shared by all formats. Words are for the command line; pages say the same kinds in the reader's language.

use serde::Serialize;
use std::fmt;

/// Where in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Line, from 1.
    pub line: u64,
    /// Bytes of plain (unpacked) text before it.
    pub offset: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.offset {
            0 => write!(f, "line {}", self.line),
            offset => write!(f, "line {} (byte {offset})", self.line),
        }
    }
}

/// What a reader remarks about single events or attributes while it goes on reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Remark {
    /// Events left out: they say no time.
    NoTime,
    /// Events left out: their time cannot be read.
    UnreadableTime,
    /// Events left out: they say no activity.
    NoActivity,
    /// Events left out: they say no case.
    NoCase,
    /// Rows left out: they have more or fewer fields than the heading.
    WrongFieldCount,
    /// Events kept: their time says no zone and was taken in the zone of the reading (UTC where none was given).
    NoZone,
    /// Cases kept under a number of their own: they say no name.
    UnnamedCase,
    /// Cases kept as one: their name came more than once.
    RepeatedCase,
    /// Cases left out: they have no event.
    EmptyCase,
    /// Attribute values left out: there are too many on one event or in the log.
    TooManyAttributes,
    /// Attribute values left out: they are too long.
    LongValue,
    /// Attribute values left out: they do not read as their type says.
    UnreadableValue,
    /// Attributes inside attributes, left out.
    NestedAttribute,
    /// Links to objects that the file does not have.
    MissingObject,
    /// Links left out: they come from an event that the file does not have.
    MissingEvent,
    /// Links left out: they come from an object that the file does not have.
    MissingSource,
    /// Types of events or objects that are used but not declared.
    UndeclaredType,
    /// Attributes of a type whose kind has an unknown name, taken as texts.
    UnknownKind,
    /// Events or objects whose id came before.
    RepeatedId,
    /// Values of objects that do not say since when, taken as true from the beginning.
    NoSince,
    /// Rows of a type's table left out: the file has no such event or object.
    OrphanRow,
    /// Fields left out that a row of a change has beside the changed one.
    BesideChange,
    /// Written: links left out, since their object is missing and the format cannot say so.
    LinkDropped,
    /// Written: attributes declared as text, since their kind would alter a value.
    KindChanged,
    /// Written: attributes under another name, since theirs is taken.
    Renamed,
    /// Written: characters that the format cannot hold, replaced by a mark.
    ControlCharacter,
    /// Flattened: events left out that touch no object of the type.
    Elsewhere,
    /// Flattened: objects of the type left out that have no event.
    Idle,
}

impl Remark {
    /// Whether whole events were left out.
    pub fn drops_events(self) -> bool {
        matches!(self, Self::NoTime | Self::UnreadableTime | Self::NoActivity | Self::NoCase | Self::WrongFieldCount)
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::NoTime => "events left out: no time",
            Self::UnreadableTime => "events left out: unreadable time",
            Self::NoActivity => "events left out: no activity",
            Self::NoCase => "events left out: no case",
            Self::WrongFieldCount => "rows left out: not as many fields as the heading",
            Self::NoZone => "events whose time says no zone",
            Self::UnnamedCase => "cases without a name, numbered",
            Self::RepeatedCase => "cases whose name came before, joined",
            Self::EmptyCase => "cases without any event, left out",
            Self::TooManyAttributes => "attribute values left out: too many",
            Self::LongValue => "attribute values left out: too long",
            Self::UnreadableValue => "attribute values left out: not of their type",
            Self::NestedAttribute => "attributes inside attributes, left out",
            Self::MissingObject => "links to objects that are missing",
            Self::MissingEvent => "links left out: their event is missing",
            Self::MissingSource => "links left out: the object they come from is missing",
            Self::UndeclaredType => "types used but not declared",
            Self::UnknownKind => "attributes of an unknown kind, taken as texts",
            Self::RepeatedId => "events or objects whose id came before",
            Self::NoSince => "values of objects without a time, taken as true from the beginning",
            Self::OrphanRow => "rows left out: no such event or object",
            Self::BesideChange => "fields left out beside a changed one",
            Self::LinkDropped => "links not written: their object is missing",
            Self::KindChanged => "attributes written as text: their kind would alter a value",
            Self::Renamed => "attributes written under another name: theirs is taken",
            Self::ControlCharacter => "characters the format cannot hold, replaced by a mark",
            Self::Elsewhere => "events left out: they touch no object of the type",
            Self::Idle => "objects left out: they have no event",
        }
    }
}

/// A remark, how often, and where first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Remarked {
    /// What.
    pub what: Remark,
    /// How often.
    pub count: u64,
    /// Where first.
    pub first: Place,
}

impl fmt::Display for Remarked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, count, first } = self;
        write!(f, "{}: {count}", what.words())?;
        if first.line > 0 { write!(f, ", first at {first}") } else { Ok(()) }
    }
}

/// All remarks of a reading.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Remarks(Vec<Remarked>);

impl Remarks {
    /// Counts one more of a kind.
    pub fn note(&mut self, what: Remark, at: Place) {
        self.note_many(what, 1, at);
    }

    /// Adds another reader's remarks.
    pub fn join(&mut self, other: &Remarks) {
        for r in other.iter() {
            self.note_many(r.what, r.count, r.first);
        }
    }

    /// Counts several more of a kind, the first of them there.
    pub fn note_many(&mut self, what: Remark, count: u64, at: Place) {
        match self.0.iter_mut().find(|r| r.what == what) {
            Some(seen) => seen.count += count,
            None if count > 0 => self.0.push(Remarked { what, count, first: at }),
            None => {}
        }
    }

    /// How often a kind was remarked.
    pub fn count(&self, what: Remark) -> u64 {
        self.0.iter().find(|r| r.what == what).map_or(0, |r| r.count)
    }

    /// All kinds that were remarked, in the order of their first place.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Remarked> {
        self.0.iter()
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Why a reader stopped.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The source failed.
    #[error("cannot be read: {0}")]
    Source(std::io::Error),
    /// A packed file ends too early or is damaged.
    #[error("the packed file is damaged or cut off: {0}")]
    Packed(String),
    /// The file ends inside something.
    #[error("the file ends too early: {0}")]
    CutOff(String),
    /// Bytes are not of the encoding the file names, or the encoding is unknown.
    #[error("the text is not {0}; save the file as UTF-8 or name its encoding")]
    Encoding(String),
    /// Not of the format.
    #[error("not {format}: {what}")]
    Malformed {
        /// What was expected.
        format: &'static str,
        /// What was found.
        what: String,
    },
    /// Entities of its own could unfold to any size.
    #[error("the file defines entities of its own; they are not read, because they can unfold to any size")]
    Entities,
    /// Nested deeper than anything sensible.
    #[error("elements nested deeper than {0}")]
    TooDeep(usize),
    /// A single element or field longer than is held in memory.
    #[error("one element or field is longer than {0} bytes")]
    TooLong(usize),
    /// Plain, it is larger than the caller takes.
    #[error("unpacked it is larger than {0} bytes")]
    TooBig(u64),
    /// More events than a log has numbers for.
    #[error("more than {0} events")]
    TooMany(usize),
    /// A column that the map names is not there.
    #[error("no column `{wanted}`; there are: {}", there.join(", "))]
    NoColumn {
        /// The name looked for.
        wanted: String,
        /// The heading.
        there: Vec<String>,
    },
    /// A column that is read stands twice in the heading.
    #[error("the column `{0}` stands more than once in the heading; rename or remove one")]
    Doubled(String),
    /// A quotation mark was never closed, or only by one in another line and in the middle of a field.
    #[error(
        "a quotation mark is opened in line {0} and not closed where the field ends, so that lines below it would be taken for its text; close it, or double it where it belongs to the text"
    )]
    OpenQuote(u64),
    /// A character that no text has.
    #[error("NUL, a character that no text has, in line {0}")]
    Nul(u64),
    /// Another kind of workbook than is read.
    #[error("{0} is not read; save it as .xlsx or CSV")]
    Workbook(&'static str),
    /// A workbook with more cells than are read.
    #[error("the sheet has more than {0} cells")]
    TooManyCells(u64),
    /// An archive has one table.
    #[error("the archive holds {0} tables, one is wanted")]
    NotOneTable(usize),
    /// The map cannot be read or contradicts itself.
    #[error("the map: {0}")]
    Map(String),
    /// After reading, counts differ from an independent count of the same file.
    #[error("read {read} {what}, but the file has {there}")]
    Lost {
        /// Events, objects, links.
        what: &'static str,
        /// How many were read.
        read: u64,
        /// How many there are.
        there: u64,
    },
}

impl Fault {
    /// Stable code, for those who say it in other words.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Source(_) => "source",
            Self::Packed(_) => "packed",
            Self::CutOff(_) => "cut_off",
            Self::Encoding(_) => "encoding",
            Self::Malformed { .. } => "malformed",
            Self::Entities => "entities",
            Self::TooDeep(_) => "too_deep",
            Self::TooLong(_) => "too_long",
            Self::TooBig(_) => "too_big",
            Self::TooMany(_) => "too_many",
            Self::NoColumn { .. } => "no_column",
            Self::Doubled(_) => "doubled",
            Self::OpenQuote(_) => "open_quote",
            Self::Nul(_) => "nul",
            Self::Workbook(_) => "workbook",
            Self::TooManyCells(_) => "too_many_cells",
            Self::NotOneTable(_) => "not_one_table",
            Self::Map(_) => "map",
            Self::Lost { .. } => "lost",
        }
    }

    /// What such words may quote.
    pub fn detail(&self) -> String {
        match self {
            Self::Source(e) => e.to_string(),
            Self::Packed(text) | Self::CutOff(text) | Self::Encoding(text) | Self::Doubled(text) | Self::Map(text) => {
                text.clone()
            }
            Self::OpenQuote(n) | Self::Nul(n) | Self::TooManyCells(n) => n.to_string(),
            Self::NotOneTable(n) => n.to_string(),
            Self::Workbook(what) => (*what).to_owned(),
            Self::Malformed { format, what } => format!("{format}: {what}"),
            Self::Entities => String::new(),
            Self::TooDeep(n) | Self::TooMany(n) => n.to_string(),
            Self::TooLong(n) => (n >> 20).to_string(),
            Self::TooBig(n) => (n >> 20).to_string(),
            Self::NoColumn { wanted, there } => format!("{wanted} ({})", there.join(", ")),
            Self::Lost { what, read, there } => format!("{what}: {read} / {there}"),
        }
    }
}

/// Why and where a reader stopped.
#[derive(Debug, thiserror::Error)]
#[error("{}{what}", place.map(|p| format!("{p}: ")).unwrap_or_default())]
pub struct ReadError {
    /// Where, as far as it is known.
    pub place: Option<Place>,
    /// Why; in the words above, and so no source of them.
    pub what: Fault,
}

impl ReadError {
    /// At a place.
    pub fn at(place: Place, what: Fault) -> ReadError {
        ReadError { place: Some(place), what }
    }
}

impl From<Fault> for ReadError {
    fn from(what: Fault) -> ReadError {
        ReadError { place: None, what }
    }
}

/// What a reading gives.
#[derive(Debug, Default)]
pub struct Reading<T> {
    /// What was read.
    pub of: T,
    /// What was left out or taken on trust.
    pub remarks: Remarks,
}
