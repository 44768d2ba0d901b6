//! Object-centric event logs, OCEL 2.0 (Berti et al. 2024, `ocel-standard.org`): events, objects, and links with
//! qualifiers from events to objects (e2o) and from objects to objects (o2o).
//!
//! The model keeps what a file says: objects without events, links to objects that are missing, values as the texts
//! they were. Each format has a reader and a writer; both compare what they did with an independent count of the same
//! bytes or rows, and a difference is an error. It does not know where files lie; the relational form is handed over
//! row by row ([`table`]), so that this crate needs no database.

pub mod flatten;
pub mod json;
pub mod table;
pub mod tally;
pub mod xml;

use crate::names::Names;
use crate::reading::{Fault, Place, ReadError, Reading, Remark, Remarks};
use crate::stamp::Stamp;
use hashbrown::HashMap;
use serde::Serialize;

/// Qualifier of the one object whose course an event drives.
pub const SUBJECT: &str = "subject";

/// Attribute values that one event may have.
pub const MOST_EVENT_ATTRIBUTES: usize = 1 << 16;
/// Links that one event or object may have, and values that one object may have over time.
pub const MOST_OF_ONE: usize = 1 << 20;

/// Declared type of an attribute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)] // the standard's words
pub enum Kind {
    #[default]
    String,
    Time,
    Integer,
    Float,
    Boolean,
}

impl Kind {
    /// Of the standard's word.
    pub fn parse(word: &str) -> Option<Kind> {
        Some(match word {
            "string" => Kind::String,
            "time" | "date" | "timestamp" => Kind::Time,
            "integer" | "int" => Kind::Integer,
            "float" | "double" | "real" => Kind::Float,
            "boolean" | "bool" => Kind::Boolean,
            _ => return None,
        })
    }

    /// The standard's word.
    pub fn word(self) -> &'static str {
        match self {
            Kind::String => "string",
            Kind::Time => "time",
            Kind::Integer => "integer",
            Kind::Float => "float",
            Kind::Boolean => "boolean",
        }
    }
}

/// A type of event or object, with the attributes it declares.
#[derive(Clone, Debug, Default)]
pub struct Type {
    /// Name.
    pub name: String,
    /// Names of its attributes.
    pub attributes: Names,
    /// What each is, by number.
    pub kinds: Vec<Kind>,
    declared: bool,
}

impl Type {
    fn attribute(&mut self, name: &str) -> u32 {
        let i = self.attributes.intern(name);
        if i as usize == self.kinds.len() {
            self.kinds.push(Kind::String);
        }
        i
    }

    /// All attributes, each with what it is.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, Kind)> {
        self.attributes.iter().zip(self.kinds.iter().copied())
    }
}

/// Types by name, in the order in which they were first named.
#[derive(Clone, Debug, Default)]
pub struct Types {
    all: Vec<Type>,
    numbers: HashMap<String, u32>,
}

impl Types {
    /// The number of a type, a new one when it was never named.
    pub fn intern(&mut self, name: &str) -> u32 {
        if let Some(i) = self.numbers.get(name) {
            return *i;
        }
        let i = self.all.len() as u32;
        self.all.push(Type { name: name.to_owned(), ..Type::default() });
        self.numbers.insert(name.to_owned(), i);
        i
    }

    /// Declares a type with its attributes.
    pub fn declare<'a>(&mut self, name: &str, attributes: impl IntoIterator<Item = (&'a str, Kind)>) -> u32 {
        let i = self.intern(name);
        let of = &mut self.all[i as usize];
        of.declared = true;
        for (attribute, kind) in attributes {
            let a = of.attribute(attribute) as usize;
            of.kinds[a] = kind;
        }
        i
    }

    /// The number of a type that was named.
    pub fn find(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }

    /// The type of a number.
    ///
    /// # Panics
    /// When the number is not of these types.
    pub fn get(&self, i: u32) -> &Type {
        &self.all[i as usize]
    }

    /// All types, by number.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Type> {
        self.all.iter()
    }

    /// The number of an attribute of a type.
    pub fn attribute(&mut self, of: u32, name: &str) -> u32 {
        self.all[of as usize].attribute(name)
    }
}

/// A link to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// Whose id: a number in [`Ocel::ids`].
    pub object: u32,
    /// In which role: a number in [`Ocel::qualifiers`].
    pub qualifier: u32,
}

/// An event.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its id.
    pub id: String,
    /// Its type: a number in [`Ocel::event_types`].
    pub of: u32,
    /// When: microseconds since 1970-01-01T00:00:00Z.
    pub at: i64,
    /// Values, each with the number of its attribute in the type.
    pub values: Vec<(u32, String)>,
    /// Objects it touched.
    pub links: Vec<Link>,
}

/// A value that an object's attribute took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Number of the attribute in the type.
    pub attribute: u32,
    /// From when on: microseconds since 1970-01-01T00:00:00Z, 0 for "from the beginning".
    pub since: i64,
    /// The value, as a text.
    pub value: String,
}

/// An object.
#[derive(Clone, Debug)]
pub struct Object {
    /// Its id: a number in [`Ocel::ids`].
    pub id: u32,
    /// Its type: a number in [`Ocel::object_types`].
    pub of: u32,
    /// The values its attributes took, as the file orders them.
    pub values: Vec<Held>,
    /// Objects it points at.
    pub links: Vec<Link>,
}

/// How much there is. The comparison of two of these is what makes an import or export sound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Events.
    pub events: u64,
    /// Objects.
    pub objects: u64,
    /// Links from events to objects.
    pub e2o: u64,
    /// Links from objects to objects.
    pub o2o: u64,
}

impl Counts {
    /// Refuses when what was done, and what was left out by name, is not all that is there.
    pub fn must_be(self, left_out: Counts, there: Counts) -> Result<(), Fault> {
        for (what, done, out, there) in [
            ("events", self.events, left_out.events, there.events),
            ("objects", self.objects, left_out.objects, there.objects),
            ("links from events to objects", self.e2o, left_out.e2o, there.e2o),
            ("links from objects to objects", self.o2o, left_out.o2o, there.o2o),
        ] {
            if done + out != there {
                return Err(Fault::Lost { what, read: done + out, there });
            }
        }
        Ok(())
    }
}

/// An object-centric log.
#[derive(Clone, Debug, Default)]
pub struct Ocel {
    /// Types of events.
    pub event_types: Types,
    /// Types of objects.
    pub object_types: Types,
    /// Ids of objects, also of those that are only pointed at.
    pub ids: Names,
    /// Roles in links.
    pub qualifiers: Names,
    /// Events, as the file orders them.
    pub events: Vec<Event>,
    /// Objects, as the file orders them.
    pub objects: Vec<Object>,
}

impl Ocel {
    /// A link to an object by its id.
    pub fn link(&mut self, object: &str, qualifier: &str) -> Link {
        Link { object: self.ids.intern(object), qualifier: self.qualifiers.intern(qualifier) }
    }

    /// Adds an event of a type.
    pub fn add_event<'a>(
        &mut self,
        id: &str,
        of: &str,
        at: i64,
        values: impl IntoIterator<Item = (&'a str, String)>,
        links: Vec<Link>,
    ) {
        let of = self.event_types.intern(of);
        let values = values.into_iter().map(|(name, value)| (self.event_types.attribute(of, name), value)).collect();
        self.events.push(Event { id: id.to_owned(), of, at, values, links });
    }

    /// Adds an object of a type; values come with the instant from which they hold.
    pub fn add_object<'a>(
        &mut self,
        id: &str,
        of: &str,
        values: impl IntoIterator<Item = (&'a str, i64, String)>,
        links: Vec<Link>,
    ) {
        let of = self.object_types.intern(of);
        let values = values
            .into_iter()
            .map(|(name, since, value)| Held { attribute: self.object_types.attribute(of, name), since, value })
            .collect();
        let id = self.ids.intern(id);
        self.objects.push(Object { id, of, values, links });
    }

    /// How much there is.
    pub fn counts(&self) -> Counts {
        Counts {
            events: self.events.len() as u64,
            objects: self.objects.len() as u64,
            e2o: self.events.iter().map(|e| e.links.len() as u64).sum(),
            o2o: self.objects.iter().map(|o| o.links.len() as u64).sum(),
        }
    }

    /// For each id whether there is an object that bears it.
    pub fn present(&self) -> Vec<bool> {
        let mut present = vec![false; self.ids.len()];
        for object in &self.objects {
            present[object.id as usize] = true;
        }
        present
    }

    /// Events that do not have exactly one link with [`SUBJECT`]: what our own exports must never have.
    pub fn without_one_subject(&self) -> impl Iterator<Item = &Event> {
        let subject = self.qualifiers.find(SUBJECT);
        self.events.iter().filter(move |e| e.links.iter().filter(|l| Some(l.qualifier) == subject).count() != 1)
    }

    /// Remarks on the whole, once it is read: repeated ids, undeclared types, links into nothing.
    fn remark_on_whole(&self, remarks: &mut Remarks) {
        let end = Place::default();
        let undeclared = self.event_types.iter().chain(self.object_types.iter()).filter(|t| !t.declared).count();
        remarks.note_many(Remark::UndeclaredType, undeclared as u64, end);
        let present = self.present();
        let links = self.events.iter().flat_map(|e| &e.links).chain(self.objects.iter().flat_map(|o| &o.links));
        let missing = links.filter(|l| !present[l.object as usize]).count();
        remarks.note_many(Remark::MissingObject, missing as u64, end);
        let distinct = present.iter().filter(|p| **p).count();
        let mut seen = hashbrown::HashSet::with_capacity(self.events.len());
        let repeated = self.events.iter().filter(|e| !seen.insert(e.id.as_str())).count();
        remarks.note_many(Remark::RepeatedId, (repeated + self.objects.len() - distinct) as u64, end);
    }
}

/// A log being read: what stands, and what was left out.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub(crate) log: Ocel,
    pub(crate) remarks: Remarks,
    pub(crate) left_out: Counts,
}

impl Draft {
    /// An instant of the file; without a zone it is taken as UTC, and said.
    pub(crate) fn instant(&mut self, text: &str, place: Place) -> Option<i64> {
        let stamp = Stamp::parse(text)?;
        if stamp.ahead.is_none() {
            self.remarks.note(Remark::NoZone, place);
        }
        Some(stamp.micros(None))
    }

    /// The time of an event; nothing when the event must be left out, with its links.
    pub(crate) fn event_time(&mut self, text: Option<&str>, links: usize, place: Place) -> Option<i64> {
        let at = match text.map(str::trim) {
            None | Some("") => Err(Remark::NoTime),
            Some(text) => self.instant(text, place).ok_or(Remark::UnreadableTime),
        };
        match at {
            Ok(at) => Some(at),
            Err(why) => {
                self.remarks.note(why, place);
                self.left_out.events += 1;
                self.left_out.e2o += links as u64;
                None
            }
        }
    }

    /// From when on an object's value holds; without a readable time from the beginning, and said.
    pub(crate) fn since(&mut self, text: Option<&str>, place: Place) -> i64 {
        text.map(str::trim).filter(|t| !t.is_empty()).and_then(|t| self.instant(t, place)).unwrap_or_else(|| {
            self.remarks.note(Remark::NoSince, place);
            0
        })
    }

    /// What a declared type is; an unknown word is a string, and said.
    pub(crate) fn kind(&mut self, word: &str, place: Place) -> Kind {
        Kind::parse(&word.to_ascii_lowercase()).unwrap_or_else(|| {
            self.remarks.note(Remark::UnknownKind, place);
            Kind::String
        })
    }

    /// The log, when nothing was lost on the way.
    pub(crate) fn finish(mut self, there: Counts) -> Result<Reading<Ocel>, ReadError> {
        self.log.counts().must_be(self.left_out, there)?;
        self.log.remark_on_whole(&mut self.remarks);
        Ok(Reading { of: self.log, remarks: self.remarks })
    }
}

/// An instant as formats write it, always in UTC.
pub(crate) fn written(at: i64) -> Result<jiff::Timestamp, WriteError> {
    jiff::Timestamp::from_microsecond(at).map_err(|_| WriteError::Time(at))
}

/// Why a log could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The target failed.
    #[error("cannot be written: {0}")]
    Target(std::io::Error),
    /// No calendar has this instant.
    #[error("{0} microseconds since 1970 is not an instant of years −9999 to 9999")]
    Time(i64),
    /// After writing, counts differ from an independent count of what was written.
    #[error(transparent)]
    Lost(Fault),
}

impl From<std::io::Error> for WriteError {
    fn from(e: std::io::Error) -> WriteError {
        WriteError::Target(e)
    }
}

/// What was written, and what had to be changed or left out for the format's sake.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Written {
    /// How much was written, by an independent count.
    pub counts: Counts,
    /// What was left out or changed.
    pub remarks: Remarks,
}
