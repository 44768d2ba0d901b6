//! OCEL 2.0 XML. Links are written as `relationship`, the word of the published example: the published schema says
//! `object` instead, but readers in use then drop the links between objects. All spellings are read.

use super::tally::{self, Tally};
use super::{Draft, Kind, MOST_EVENT_ATTRIBUTES, MOST_OF_ONE, Ocel, Types, WriteError, Written, written};
use crate::input::Input;
use crate::reading::{Fault, Place, ReadError, Reading, Remark};
use crate::xml_text::{Escaped, replaced};
use quick_xml::events::{BytesStart, Event as Token};
use quick_xml::{Reader, XmlVersion};
use std::io::{Read, Write};

const FORMAT: &str = "OCEL 2.0 XML";
/// Depth of elements that is read; the format itself needs five.
const DEEPEST: usize = 64;
/// The element being read, by what it stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    ObjectTypes,
    EventTypes,
    Objects,
    Events,
}

/// What is gathered of the event, object or type that is open.
#[derive(Default)]
struct Open {
    id: Option<String>,
    of: Option<String>,
    time: Option<String>,
    values: Vec<(String, Option<String>, String)>,
    declared: Vec<(String, Kind)>,
    links: Vec<super::Link>,
}

struct State {
    draft: Draft,
    list: Option<List>,
    seen: [bool; 2],
    open: Open,
    in_links: bool,
    /// The attribute whose text is being read: name, time, text so far.
    attribute: Option<(String, Option<String>, String)>,
}

fn malformed(what: impl ToString) -> Fault {
    Fault::Malformed { format: FORMAT, what: what.to_string() }
}

/// XML attributes of a tag, those that are wanted.
fn wanted<const N: usize>(tag: &BytesStart<'_>, names: [&str; N]) -> Result<[Option<String>; N], Fault> {
    let mut found = [const { None }; N];
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(malformed)?;
        if let Some(i) = names.iter().position(|n| *n == attribute.key.local_name().as_ref()) {
            found[i] = Some(attribute.normalized_value(XmlVersion::Explicit1_0).map_err(unescaped)?.into_owned());
        }
    }
    Ok(found)
}

fn unescaped(e: quick_xml::Error) -> Fault {
    match e {
        quick_xml::Error::Escape(quick_xml::escape::EscapeError::UnrecognizedEntity(..)) => Fault::Entities,
        quick_xml::Error::Encoding(_) => Fault::Encoding("UTF-8".into()),
        e => malformed(e),
    }
}

impl State {
    fn starts(&mut self, depth: usize, tag: &BytesStart<'_>, place: Place) -> Result<(), Fault> {
        let name = tag.local_name();
        match (depth, name.as_ref()) {
            (1, "log") => {}
            (1, other) => return Err(malformed(format_args!("the outermost element is `{other}`, not `log`"))),
            (2, name) => {
                self.list = match name {
                    "object-types" => Some(List::ObjectTypes),
                    "event-types" => Some(List::EventTypes),
                    "objects" => Some(List::Objects),
                    "events" => Some(List::Events),
                    _ => None,
                };
                if let Some(i) = [List::Objects, List::Events].iter().position(|l| Some(*l) == self.list) {
                    self.seen[i] = true;
                }
            }
            (3, "object-type" | "event-type" | "object" | "event") => {
                let [id, name, of, time] = wanted(tag, ["id", "name", "type", "time"])?;
                self.open = Open { id, of: of.or(name), time, ..Open::default() };
            }
            (4, name) => self.in_links = name == "objects",
            (5, "attribute") if !self.in_links => {
                let [name, kind, time] = wanted(tag, ["name", "type", "time"])?;
                let name = name.ok_or_else(|| malformed("an attribute has no name"))?;
                match self.list {
                    Some(List::ObjectTypes | List::EventTypes) => {
                        let kind = kind.map_or(Kind::String, |k| self.draft.kind(&k, place));
                        if self.open.declared.len() == MOST_EVENT_ATTRIBUTES {
                            return Err(malformed(format_args!(
                                "more than {MOST_EVENT_ATTRIBUTES} attributes on one type"
                            )));
                        }
                        self.open.declared.push((name, kind));
                    }
                    _ => {
                        let most = if self.list == Some(List::Events) { MOST_EVENT_ATTRIBUTES } else { MOST_OF_ONE };
                        if self.open.values.len() == most {
                            return Err(malformed(format_args!(
                                "more than {most} attribute values on one event or object"
                            )));
                        }
                        self.attribute = Some((name, time, String::new()));
                    }
                }
            }
            (5, "relationship" | "relobj" | "object") if self.in_links => {
                let [object, qualifier] = wanted(tag, ["object-id", "qualifier"])?;
                if self.open.links.len() == MOST_OF_ONE {
                    return Err(malformed(format_args!("more than {MOST_OF_ONE} links on one event or object")));
                }
                self.open
                    .links
                    .push(self.draft.log.link(object.as_deref().unwrap_or(""), qualifier.as_deref().unwrap_or("")));
            }
            (6.., _) if self.attribute.is_some() => self.draft.remarks.note(Remark::NestedAttribute, place),
            _ => {}
        }
        Ok(())
    }

    /// An element of this depth ends.
    fn ends(&mut self, depth: usize, place: Place) -> Result<(), Fault> {
        match depth {
            2 => self.list = None,
            3 => {
                let open = std::mem::take(&mut self.open);
                let Some(list) = self.list else { return Ok(()) };
                let of = open.of.ok_or_else(|| malformed("a type, event or object does not say its type"))?;
                match list {
                    List::EventTypes => {
                        self.draft.log.event_types.declare(&of, open.declared.iter().map(|(n, k)| (n.as_str(), *k)));
                    }
                    List::ObjectTypes => {
                        self.draft.log.object_types.declare(&of, open.declared.iter().map(|(n, k)| (n.as_str(), *k)));
                    }
                    List::Objects => {
                        let mut values = Vec::with_capacity(open.values.len());
                        for (name, time, value) in &open.values {
                            values.push((name.as_str(), self.draft.since(time.as_deref(), place), value.clone()));
                        }
                        self.draft.log.add_object(open.id.as_deref().unwrap_or(""), &of, values, open.links);
                    }
                    List::Events => {
                        if let Some(at) = self.draft.event_time(open.time.as_deref(), open.links.len(), place) {
                            let values = open.values.iter().map(|(name, _, value)| (name.as_str(), value.clone()));
                            self.draft.log.add_event(open.id.as_deref().unwrap_or(""), &of, at, values, open.links);
                        }
                    }
                }
            }
            4 => self.in_links = false,
            5 => self.open.values.extend(self.attribute.take()),
            _ => {}
        }
        Ok(())
    }
}

/// Reads OCEL 2.0 XML.
pub fn read(source: impl Read) -> Result<Reading<Ocel>, ReadError> {
    let mut reader = Reader::from_reader(Tally::<tally::Xml, _>::new(Input::open(source, None, ())?));
    let mut state = State {
        draft: Draft::default(),
        list: None,
        seen: [false; 2],
        open: Open::default(),
        in_links: false,
        attribute: None,
    };
    let done = tokens(&mut reader, &mut state);
    let tally = reader.get_ref();
    done.map_err(|what| ReadError::at(tally.of.place(), what))?;
    state.draft.finish(tally.counts())
}

fn tokens(reader: &mut Reader<Tally<tally::Xml, Input<'_>>>, state: &mut State) -> Result<(), Fault> {
    let (mut buffer, mut depth) = (Vec::new(), 0);
    loop {
        buffer.clear();
        reader.get_mut().of.breathe();
        let token = match reader.read_event_into(&mut buffer) {
            Ok(token) => token,
            Err(quick_xml::Error::Io(e)) => return Err(reader.get_ref().of.fault(&e)),
            Err(quick_xml::Error::Syntax(e)) => return Err(Fault::CutOff(e.to_string())),
            Err(e) => return Err(unescaped(e)),
        };
        let here = reader.get_ref().of.place();
        let text = match token {
            Token::Start(tag) => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(Fault::TooDeep(DEEPEST));
                }
                state.starts(depth, &tag, here)?;
                continue;
            }
            Token::Empty(tag) => {
                state.starts(depth + 1, &tag, here)?;
                state.ends(depth + 1, here)?;
                continue;
            }
            Token::End(_) => {
                state.ends(depth, here)?;
                depth -= 1;
                continue;
            }
            Token::Text(text) => text.xml10_content().into_owned(),
            Token::CData(text) => text.xml10_content().into_owned(),
            Token::GeneralRef(entity) => match entity.resolve_char_ref().map_err(malformed)? {
                Some(c) => c.to_string(),
                None => quick_xml::escape::resolve_predefined_entity(&entity).ok_or(Fault::Entities)?.to_owned(),
            },
            Token::DocType(text) if text.to_ascii_uppercase().contains("<!ENTITY") => return Err(Fault::Entities),
            Token::Eof if depth > 0 => return Err(Fault::CutOff(format!("{depth} elements are still open"))),
            Token::Eof if state.seen != [true; 2] => return Err(malformed("there is no `events` or no `objects`")),
            Token::Eof => return Ok(()),
            Token::Decl(_) | Token::DocType(_) | Token::Comment(_) | Token::PI(_) => continue,
        };
        if let Some((_, _, value)) = &mut state.attribute {
            value.push_str(&text);
        }
    }
}

/// Writes OCEL 2.0 XML.
pub fn write(log: &Ocel, target: impl Write) -> Result<Written, WriteError> {
    let mut out = Out { to: Tally::<tally::Xml, _>::new(target), replaced: 0 };
    out.to.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<log>\n")?;
    out.types("object-type", &log.object_types)?;
    out.types("event-type", &log.event_types)?;
    out.to.write_all(b"<objects>\n")?;
    for object in &log.objects {
        let of = log.object_types.get(object.of);
        out.open("object", &[("id", log.ids.get(object.id)), ("type", &of.name)], false)?;
        out.to.write_all(b"<attributes>")?;
        for held in &object.values {
            out.value(of.attributes.get(held.attribute), Some(held.since), &held.value)?;
        }
        out.links(log, &object.links)?;
        out.to.write_all(b"</object>\n")?;
    }
    out.to.write_all(b"</objects>\n<events>\n")?;
    for event in &log.events {
        let of = log.event_types.get(event.of);
        out.open("event", &[("id", &event.id), ("type", &of.name), ("time", &written(event.at)?.to_string())], false)?;
        out.to.write_all(b"<attributes>")?;
        for (attribute, value) in &event.values {
            out.value(of.attributes.get(*attribute), None, value)?;
        }
        out.links(log, &event.links)?;
        out.to.write_all(b"</event>\n")?;
    }
    out.to.write_all(b"</events>\n</log>\n")?;
    out.to.flush()?;
    let mut done = Written { counts: out.to.counts(), ..Written::default() };
    done.remarks.note_many(Remark::ControlCharacter, out.replaced, Place::default());
    log.counts().must_be(super::Counts::default(), done.counts).map_err(WriteError::Lost)?;
    Ok(done)
}

struct Out<W> {
    to: Tally<tally::Xml, W>,
    replaced: u64,
}

impl<W: Write> Out<W> {
    fn open(&mut self, name: &str, attributes: &[(&str, &str)], empty: bool) -> Result<(), WriteError> {
        write!(self.to, "<{name}")?;
        for (key, value) in attributes {
            self.replaced += replaced(value);
            write!(self.to, " {key}=\"{}\"", Escaped(value))?;
        }
        self.to.write_all(if empty { b"/>" } else { b">" })?;
        Ok(())
    }

    fn types(&mut self, one: &str, types: &Types) -> Result<(), WriteError> {
        writeln!(self.to, "<{one}s>")?;
        for of in types.iter() {
            self.open(one, &[("name", &of.name)], false)?;
            self.to.write_all(b"<attributes>")?;
            for (name, kind) in of.iter() {
                self.open("attribute", &[("name", name), ("type", kind.word())], true)?;
            }
            writeln!(self.to, "</attributes></{one}>")?;
        }
        writeln!(self.to, "</{one}s>")?;
        Ok(())
    }

    fn value(&mut self, name: &str, since: Option<i64>, value: &str) -> Result<(), WriteError> {
        match since {
            Some(since) => self.open("attribute", &[("name", name), ("time", &written(since)?.to_string())], false)?,
            None => self.open("attribute", &[("name", name)], false)?,
        }
        self.replaced += replaced(value);
        write!(self.to, "{}</attribute>", Escaped(value))?;
        Ok(())
    }

    fn links(&mut self, log: &Ocel, links: &[super::Link]) -> Result<(), WriteError> {
        self.to.write_all(b"</attributes><objects>")?;
        for link in links {
            self.open(
                "relationship",
                &[("object-id", log.ids.get(link.object)), ("qualifier", log.qualifiers.get(link.qualifier))],
                true,
            )?;
        }
        self.to.write_all(b"</objects>")?;
        Ok(())
    }
}
