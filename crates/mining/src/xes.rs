//! XES in (IEEE 1849): a streaming reader that builds columns and nothing else.
//!
//! Takes `concept:name`, `time:timestamp`, `org:resource`, `org:group` and `lifecycle:transition` of events, and the
//! name of each trace; the other attributes only when asked. Globals, classifiers and extensions say nothing about
//! what happened and are passed over. Memory grows with the log's columns, not with the file.

use crate::elements::{Elements, Passing};
use crate::input::Input;
use crate::log::{Log, Phase, Value};
use crate::names::Names;
use crate::reading::{Fault, Place, ReadError, Reading, Remark, Remarks};
use crate::stamp::Stamp;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use std::borrow::Cow;
use std::io::Read;

/// Deepest nesting that is followed.
const MAX_DEPTH: usize = 1_000;
/// Most attributes kept of one event or case.
const MAX_PER_EVENT: usize = 1_000;
/// Most names of attributes in one log.
const MAX_NAMES: usize = 4_096;
/// Longest text kept of one attribute, bytes.
const MAX_TEXT: usize = 64 << 10;

/// Which attributes a reader keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    /// Case, activity, time, actor, unit, phase: all that answers need.
    #[default]
    Columns,
    /// Also every attribute that is not inside another one.
    Attributes,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Outside,
    Log,
    Trace,
    Event,
    After,
}

/// An event whose case is not named yet.
#[derive(Clone, Copy, Default)]
struct Pending {
    activity: Option<u32>,
    at: Option<i64>,
    unreadable: bool,
    actor: Option<u32>,
    unit: Option<u32>,
    phase: Phase,
    attributes: usize,
}

struct Builder {
    log: Log,
    keep: Keep,
    remarks: Remarks,
    level: Level,
    /// Open elements below the level: attributes and what is inside them.
    inner: usize,
    /// Whether the attribute that is open belongs to an event or a trace.
    of_ours: bool,
    event: Pending,
    events: Vec<Pending>,
    /// Attributes of the trace's events, each with the place of its event in `events`.
    notes: Vec<(u32, u32, Value)>,
    keys: Names,
    case: Option<String>,
    case_notes: Vec<(u32, Value)>,
    traces: u64,
    /// Elements named as events and traces that are none.
    elsewhere: (u64, u64),
}

/// Reads a log. Packed files are unpacked; the encoding is the file's own.
pub fn read(source: impl Read, keep: Keep) -> Result<Reading<Log>, ReadError> {
    let mut reader = Reader::from_reader(Input::open(source, None, Elements::default())?);
    let config = reader.config_mut();
    config.check_end_names = true;
    config.trim_text(false);
    let mut builder = Builder::new(keep);
    let mut buffer = Vec::with_capacity(4096);
    loop {
        buffer.clear();
        reader.get_mut().breathe();
        let token = match reader.read_event_into(&mut buffer) {
            Ok(token) => token,
            Err(e) => {
                let at = reader.get_ref().place();
                return Err(ReadError::at(at, fault(&e, reader.get_ref())));
            }
        };
        let at = reader.get_ref().place();
        match token {
            Event::Start(e) => builder.open(&e, at),
            Event::Empty(e) => builder.open(&e, at).and_then(|()| builder.close(at)),
            Event::End(_) => builder.close(at),
            Event::DocType(e) if e.contains("<!ENTITY") => Err(Fault::Entities),
            Event::Eof => break,
            _ => Ok(()),
        }
        .map_err(|what| ReadError::at(at, what))?;
    }
    let end = reader.get_ref().place();
    match builder.level {
        Level::After => {
            let seen = &reader.get_ref().beside;
            builder.must_be(seen.events, seen.traces)?;
            Ok(Reading { of: builder.log, remarks: builder.remarks })
        }
        Level::Outside => Err(ReadError::at(end, Fault::Malformed { format: "XES", what: "no <log> element".into() })),
        Level::Log | Level::Trace | Level::Event => {
            Err(ReadError::at(end, Fault::CutOff("a <log> is not closed".into())))
        }
    }
}

fn fault<P: Passing>(error: &quick_xml::Error, input: &Input<'_, P>) -> Fault {
    match error {
        quick_xml::Error::Io(e) => input.fault(e),
        quick_xml::Error::Encoding(_) => Fault::Encoding("UTF-8".into()),
        quick_xml::Error::Syntax(e) => Fault::CutOff(e.to_string()),
        other => Fault::Malformed { format: "XML", what: other.to_string() },
    }
}

fn malformed(what: impl ToString) -> Fault {
    Fault::Malformed { format: "XML", what: what.to_string() }
}

/// Key and value of an attribute element.
fn pair<'a>(element: &'a BytesStart<'_>) -> Result<(Cow<'a, str>, Cow<'a, str>), Fault> {
    let (mut key, mut value) = (Cow::Borrowed(""), Cow::Borrowed(""));
    // Without the check for doubles, which is quadratic.
    for attribute in element.attributes().with_checks(false) {
        let attribute = attribute.map_err(malformed)?;
        match attribute.key.as_ref() {
            "key" => key = attribute.normalized_value(XmlVersion::Explicit1_0).map_err(malformed)?,
            "value" => value = attribute.normalized_value(XmlVersion::Explicit1_0).map_err(malformed)?,
            _ => {}
        }
    }
    Ok((key, value))
}

impl Builder {
    fn new(keep: Keep) -> Builder {
        Builder {
            log: Log::new(),
            keep,
            remarks: Remarks::default(),
            level: Level::Outside,
            inner: 0,
            of_ours: false,
            event: Pending::default(),
            events: Vec::new(),
            notes: Vec::new(),
            keys: Names::default(),
            case: None,
            case_notes: Vec::new(),
            traces: 0,
            elsewhere: (0, 0),
        }
    }

    /// Every event and trace of the text was kept, or is remarked as left out.
    fn must_be(&self, events: u64, traces: u64) -> Result<(), Fault> {
        let left_out: u64 = self.remarks.iter().filter(|r| r.what.drops_events()).map(|r| r.count).sum();
        let ours = (self.log.len() as u64 + left_out + self.elsewhere.0, self.traces + self.elsewhere.1);
        for (what, read, there) in [("events", ours.0, events), ("traces", ours.1, traces)] {
            if read != there {
                return Err(Fault::Lost { what, read, there });
            }
        }
        Ok(())
    }

    fn open(&mut self, element: &BytesStart<'_>, at: Place) -> Result<(), Fault> {
        // Elements of these names where the standard has none.
        match element.local_name().as_ref() {
            "event" if self.inner > 0 || !matches!(self.level, Level::Trace | Level::Log) => self.elsewhere.0 += 1,
            "trace" if self.inner > 0 || self.level != Level::Log => self.elsewhere.1 += 1,
            _ => {}
        }
        if self.inner > 0 {
            self.inner += 1;
            if self.inner > MAX_DEPTH {
                return Err(Fault::TooDeep(MAX_DEPTH));
            }
            if self.of_ours && self.keep == Keep::Attributes && element.local_name().as_ref() != "values" {
                self.remarks.note(Remark::NestedAttribute, at);
            }
            return Ok(());
        }
        match (self.level, element.local_name().as_ref()) {
            (Level::Outside, "log") => self.level = Level::Log,
            (Level::Outside | Level::After, other) => {
                return Err(Fault::Malformed { format: "XES", what: format!("<{other}> where <log> should stand") });
            }
            (Level::Log, "trace") => self.level = Level::Trace,
            (Level::Trace, "event") => {
                self.level = Level::Event;
                self.event = Pending::default();
            }
            (Level::Log, name) => {
                if name == "event" {
                    self.remarks.note(Remark::NoCase, at);
                }
                (self.inner, self.of_ours) = (1, false);
            }
            (Level::Trace, kind) => {
                (self.inner, self.of_ours) = (1, true);
                self.of_trace(kind, element, at)?;
            }
            (Level::Event, kind) => {
                (self.inner, self.of_ours) = (1, true);
                self.of_event(kind, element, at)?;
            }
        }
        Ok(())
    }

    fn close(&mut self, at: Place) -> Result<(), Fault> {
        if self.inner > 0 {
            self.inner -= 1;
            return Ok(());
        }
        match self.level {
            Level::Event => {
                self.level = Level::Trace;
                let event = &self.event;
                let lacks = match (event.activity, event.at) {
                    (Some(_), Some(_)) => None,
                    (_, None) if event.unreadable => Some(Remark::UnreadableTime),
                    (_, None) => Some(Remark::NoTime),
                    (None, _) => Some(Remark::NoActivity),
                };
                match lacks {
                    None => self.events.push(*event),
                    Some(lacks) => {
                        self.remarks.note(lacks, at);
                        let place = self.events.len() as u32;
                        self.notes.truncate(self.notes.partition_point(|n| n.0 < place));
                    }
                }
            }
            Level::Trace => {
                self.level = Level::Log;
                self.end_trace(at)?;
            }
            Level::Log => self.level = Level::After,
            Level::Outside | Level::After => {}
        }
        Ok(())
    }

    fn of_trace(&mut self, kind: &str, element: &BytesStart<'_>, at: Place) -> Result<(), Fault> {
        let (key, value) = pair(element)?;
        if key == "concept:name" {
            if value.len() > MAX_TEXT {
                return Err(Fault::TooLong(MAX_TEXT));
            }
            self.case = Some(value.into_owned());
        } else if self.keep == Keep::Attributes
            && let Some((key, value)) = self.value(kind, &key, &value, self.case_notes.len(), at)
        {
            self.case_notes.push((key, value));
        }
        Ok(())
    }

    fn of_event(&mut self, kind: &str, element: &BytesStart<'_>, at: Place) -> Result<(), Fault> {
        let (key, value) = pair(element)?;
        if value.len() > MAX_TEXT && matches!(&*key, "concept:name" | "org:resource" | "org:group") {
            return Err(Fault::TooLong(MAX_TEXT));
        }
        match &*key {
            "concept:name" => self.event.activity = Some(self.log.activities.intern(&value)),
            "time:timestamp" => match Stamp::parse(&value) {
                Some(stamp) => {
                    if stamp.ahead.is_none() {
                        self.remarks.note(Remark::NoZone, at);
                    }
                    self.event.at = Some(stamp.micros(None));
                }
                None => self.event.unreadable = true,
            },
            "org:resource" => self.event.actor = Some(self.log.actors.intern(&value)),
            "org:group" => self.event.unit = Some(self.log.units.intern(&value)),
            "lifecycle:transition" => self.event.phase = Phase::of(&value),
            _ if self.keep == Keep::Columns => {}
            _ => {
                if let Some((key, value)) = self.value(kind, &key, &value, self.event.attributes, at) {
                    self.event.attributes += 1;
                    self.notes.push((self.events.len() as u32, key, value));
                }
            }
        }
        Ok(())
    }

    /// An attribute worth keeping, or a remark.
    fn value(&mut self, kind: &str, key: &str, value: &str, already: usize, at: Place) -> Option<(u32, Value)> {
        let known = self.keys.find(key);
        if already >= MAX_PER_EVENT || known.is_none() && self.keys.len() >= MAX_NAMES {
            self.remarks.note(Remark::TooManyAttributes, at);
            return None;
        }
        if value.len() > MAX_TEXT || key.len() > MAX_TEXT {
            self.remarks.note(Remark::LongValue, at);
            return None;
        }
        let parsed = match kind {
            "string" | "id" => Some(self.log.text(value)),
            "date" => Stamp::parse(value).map(|s| Value::Time(s.micros(None))),
            "int" => value.trim().parse().ok().map(Value::Int),
            "float" => value.trim().parse().ok().map(Value::Real),
            "boolean" => match value.trim() {
                "true" | "1" => Some(Value::Bool(true)),
                "false" | "0" => Some(Value::Bool(false)),
                _ => None,
            },
            // Lists and containers hold nothing but what is inside them.
            _ => return None,
        };
        match parsed {
            Some(value) => Some((self.keys.intern(key), value)),
            None => {
                self.remarks.note(Remark::UnreadableValue, at);
                None
            }
        }
    }

    fn end_trace(&mut self, at: Place) -> Result<(), Fault> {
        self.traces += 1;
        let name = self.case.take();
        if self.events.is_empty() {
            self.remarks.note(Remark::EmptyCase, at);
            self.case_notes.clear();
            self.notes.clear();
            return Ok(());
        }
        if self.log.len() + self.events.len() >= u32::MAX as usize {
            return Err(Fault::TooMany(u32::MAX as usize - 1));
        }
        let name = match name {
            Some(name) => {
                if self.log.cases.find(&name).is_some() {
                    self.remarks.note(Remark::RepeatedCase, at);
                }
                name
            }
            None => {
                self.remarks.note(Remark::UnnamedCase, at);
                let mut name = format!("#{}", self.traces);
                while self.log.cases.find(&name).is_some() {
                    name.insert(0, '#');
                }
                name
            }
        };
        let case = self.log.cases.intern(&name);
        let first = self.log.len() as u32;
        for event in self.events.drain(..) {
            if let (Some(activity), Some(micros)) = (event.activity, event.at) {
                self.log.push_known(case, activity, micros, event.actor, event.unit, event.phase);
            }
        }
        for (place, key, value) in self.notes.drain(..) {
            self.log.note(first + place, self.keys.get(key), value);
        }
        for (key, value) in self.case_notes.drain(..) {
            self.log.describe(case, self.keys.get(key), value);
        }
        Ok(())
    }
}
