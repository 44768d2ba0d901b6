//! OCEL 2.0 JSON, the canonical form: read in one pass, written with every value as a string and every instant in UTC,
//! which is what the published JSON schema demands and other readers take.

use super::tally::{self, Tally};
use super::{Draft, Kind, MOST_EVENT_ATTRIBUTES, MOST_OF_ONE, Ocel, Types, WriteError, Written, written};
use crate::input::Input;
use crate::reading::{Fault, Place, ReadError, Reading};
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::cell::Cell;
use std::fmt;
use std::io::{Read, Write};
use std::rc::Rc;

/// The place of the reader, seen while the parser owns it.
type Progress = Rc<Cell<Place>>;

struct Source<'a> {
    tally: Tally<tally::Json, Input<'a>>,
    progress: Progress,
}

impl Read for Source<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        // A list is one piece to the parser; what one element may hold is limited below.
        self.tally.of.breathe();
        let n = self.tally.read(into)?;
        self.progress.set(self.tally.of.place());
        Ok(n)
    }
}

/// A list that may not be longer than `N`.
struct Bounded<T, const N: usize>(Vec<T>);

impl<T, const N: usize> Default for Bounded<T, N> {
    fn default() -> Self {
        Bounded(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>, const N: usize> Deserialize<'de> for Bounded<T, N> {
    fn deserialize<D: Deserializer<'de>>(de: D) -> Result<Self, D::Error> {
        struct Each<T, const N: usize>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>, const N: usize> Visitor<'de> for Each<T, N> {
            type Value = Vec<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }
            fn visit_unit<E>(self) -> Result<Vec<T>, E> {
                Ok(Vec::new())
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<T>, A::Error> {
                let mut all = Vec::new();
                while let Some(next) = seq.next_element()? {
                    if all.len() == N {
                        return Err(A::Error::custom(format_args!(
                            "more than {N} attribute values or links on one event or object"
                        )));
                    }
                    all.push(next);
                }
                Ok(all)
            }
        }
        de.deserialize_any(Each::<T, N>(std::marker::PhantomData)).map(Bounded)
    }
}

/// A value as the file writes it, as a text. A nested value stays JSON.
#[derive(Default)]
struct Plain(Option<String>);

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(de: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(de)?;
        let text = raw.get();
        if text.starts_with('"') {
            return serde_json::from_str(text).map(|t| Plain(Some(t))).map_err(D::Error::custom);
        }
        Ok(Plain((text != "null").then(|| text.to_owned())))
    }
}

#[derive(Deserialize)]
struct RawAttribute {
    name: String,
    #[serde(default)]
    value: Plain,
    #[serde(default)]
    time: Option<String>,
}

#[derive(Deserialize)]
struct RawLink {
    #[serde(rename = "objectId")]
    object: Plain,
    #[serde(default)]
    qualifier: Plain,
}

#[derive(Deserialize)]
struct RawEvent {
    id: Plain,
    #[serde(rename = "type")]
    of: String,
    #[serde(default)]
    time: Option<String>,
    #[serde(default)]
    attributes: Bounded<RawAttribute, MOST_EVENT_ATTRIBUTES>,
    #[serde(default)]
    relationships: Bounded<RawLink, MOST_OF_ONE>,
}

#[derive(Deserialize)]
struct RawObject {
    id: Plain,
    #[serde(rename = "type")]
    of: String,
    #[serde(default)]
    attributes: Bounded<RawAttribute, MOST_OF_ONE>,
    #[serde(default)]
    relationships: Bounded<RawLink, MOST_OF_ONE>,
}

#[derive(Deserialize)]
struct RawDeclared {
    name: String,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct RawType {
    name: String,
    #[serde(default)]
    attributes: Bounded<RawDeclared, MOST_EVENT_ATTRIBUTES>,
}

impl Draft {
    fn links(&mut self, raw: Vec<RawLink>) -> Vec<super::Link> {
        raw.into_iter()
            .map(|l| self.log.link(l.object.0.as_deref().unwrap_or(""), l.qualifier.0.as_deref().unwrap_or("")))
            .collect()
    }

    fn declare(&mut self, raw: RawType, place: Place, objects: bool) {
        let attributes: Vec<(String, Kind)> =
            raw.attributes.0.into_iter().map(|a| (a.name, self.kind(&a.kind, place))).collect();
        let types: &mut Types = if objects { &mut self.log.object_types } else { &mut self.log.event_types };
        types.declare(&raw.name, attributes.iter().map(|(n, k)| (n.as_str(), *k)));
    }

    fn event(&mut self, raw: RawEvent, place: Place) {
        let Some(at) = self.event_time(raw.time.as_deref(), raw.relationships.0.len(), place) else { return };
        let links = self.links(raw.relationships.0);
        // A value that is null is no value.
        let values = raw.attributes.0.iter().filter_map(|a| Some((a.name.as_str(), a.value.0.clone()?)));
        self.log.add_event(raw.id.0.as_deref().unwrap_or(""), &raw.of, at, values, links);
    }

    fn object(&mut self, raw: RawObject, place: Place) {
        let links = self.links(raw.relationships.0);
        let mut values = Vec::with_capacity(raw.attributes.0.len());
        for a in &raw.attributes.0 {
            if let Some(value) = &a.value.0 {
                values.push((a.name.as_str(), self.since(a.time.as_deref(), place), value.clone()));
            }
        }
        self.log.add_object(raw.id.0.as_deref().unwrap_or(""), &raw.of, values, links);
    }
}

/// One of the four lists, each element taken into the draft as it comes.
struct Each<'a, T> {
    draft: &'a mut Draft,
    progress: &'a Progress,
    take: fn(&mut Draft, T, Place),
}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for Each<'_, T> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, de: D) -> Result<(), D::Error> {
        de.deserialize_seq(self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for Each<'_, T> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(next) = seq.next_element::<T>()? {
            (self.take)(self.draft, next, self.progress.get());
        }
        Ok(())
    }
}

struct Whole<'a> {
    draft: &'a mut Draft,
    progress: &'a Progress,
}

impl<'de> DeserializeSeed<'de> for Whole<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, de: D) -> Result<(), D::Error> {
        de.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Whole<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with eventTypes, objectTypes, events and objects")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Whole { draft, progress } = self;
        let mut seen = [false; 2];
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                first if first.starts_with("ocel:") => {
                    return Err(A::Error::custom("this is OCEL 1.0; convert it to OCEL 2.0 first"));
                }
                "eventTypes" => {
                    map.next_value_seed(Each { draft, progress, take: |d, t, p| d.declare(t, p, false) })?
                }
                "objectTypes" => {
                    map.next_value_seed(Each { draft, progress, take: |d, t, p| d.declare(t, p, true) })?
                }
                "events" | "objects" if std::mem::replace(&mut seen[usize::from(key == "objects")], true) => {
                    return Err(A::Error::custom(format_args!("`{key}` comes twice")));
                }
                "events" => map.next_value_seed(Each { draft, progress, take: Draft::event })?,
                "objects" => map.next_value_seed(Each { draft, progress, take: Draft::object })?,
                _ => {
                    map.next_value::<serde::de::IgnoredAny>()?;
                }
            }
        }
        match seen {
            [true, true] => Ok(()),
            [false, _] => Err(A::Error::missing_field("events")),
            _ => Err(A::Error::missing_field("objects")),
        }
    }
}

/// Reads OCEL 2.0 JSON.
pub fn read(source: impl Read) -> Result<Reading<Ocel>, ReadError> {
    let progress = Progress::default();
    let mut draft = Draft::default();
    let mut source = Source { tally: Tally::new(Input::open(source, None, ())?), progress: progress.clone() };
    let mut parser = serde_json::Deserializer::from_reader(&mut source);
    let done = Whole { draft: &mut draft, progress: &progress }.deserialize(&mut parser).and_then(|()| parser.end());
    if let Err(e) = done {
        let what = match e.classify() {
            serde_json::error::Category::Io => source.tally.of.fault(&e.into()),
            serde_json::error::Category::Eof => Fault::CutOff(e.to_string()),
            _ => Fault::Malformed { format: "OCEL 2.0 JSON", what: e.to_string() },
        };
        return Err(ReadError::at(progress.get(), what));
    }
    draft.finish(source.tally.counts())
}

#[derive(Serialize)]
struct Declared<'a> {
    name: &'a str,
    r#type: &'static str,
}
#[derive(Serialize)]
struct OfType<'a> {
    name: &'a str,
    attributes: Vec<Declared<'a>>,
}
#[derive(Serialize)]
struct Attribute<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    value: &'a str,
}
#[derive(Serialize)]
struct To<'a> {
    #[serde(rename = "objectId")]
    object: &'a str,
    qualifier: &'a str,
}
#[derive(Serialize)]
struct One<'a> {
    id: &'a str,
    r#type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    attributes: Vec<Attribute<'a>>,
    relationships: Vec<To<'a>>,
}

fn list<T: Serialize>(
    target: &mut impl Write,
    name: &str,
    all: impl Iterator<Item = Result<T, WriteError>>,
) -> Result<(), WriteError> {
    write!(target, "\"{name}\":[")?;
    for (i, one) in all.enumerate() {
        target.write_all(if i == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *target, &one?).map_err(std::io::Error::from)?;
    }
    target.write_all(b"]")?;
    Ok(())
}

fn types(types: &Types) -> impl Iterator<Item = Result<OfType<'_>, WriteError>> {
    types.iter().map(|t| {
        Ok(OfType {
            name: &t.name,
            attributes: t.iter().map(|(name, kind)| Declared { name, r#type: kind.word() }).collect(),
        })
    })
}

/// Writes OCEL 2.0 JSON.
pub fn write(log: &Ocel, target: impl Write) -> Result<Written, WriteError> {
    let mut target = Tally::<tally::Json, _>::new(target);
    let to = |links: &[super::Link]| {
        links.iter().map(|l| To { object: log.ids.get(l.object), qualifier: log.qualifiers.get(l.qualifier) }).collect()
    };
    target.write_all(b"{")?;
    list(&mut target, "objectTypes", types(&log.object_types))?;
    target.write_all(b",\n")?;
    list(&mut target, "eventTypes", types(&log.event_types))?;
    target.write_all(b",\n")?;
    list(
        &mut target,
        "objects",
        log.objects.iter().map(|o| {
            let of = log.object_types.get(o.of);
            let attributes = o
                .values
                .iter()
                .map(|v| {
                    Ok(Attribute {
                        name: of.attributes.get(v.attribute),
                        time: Some(written(v.since)?.to_string()),
                        value: &v.value,
                    })
                })
                .collect::<Result<_, WriteError>>()?;
            Ok(One { id: log.ids.get(o.id), r#type: &of.name, time: None, attributes, relationships: to(&o.links) })
        }),
    )?;
    target.write_all(b",\n")?;
    list(
        &mut target,
        "events",
        log.events.iter().map(|e| {
            let of = log.event_types.get(e.of);
            let attributes = e
                .values
                .iter()
                .map(|(a, value)| Attribute { name: of.attributes.get(*a), time: None, value })
                .collect();
            Ok(One {
                id: &e.id,
                r#type: &of.name,
                time: Some(written(e.at)?.to_string()),
                attributes,
                relationships: to(&e.links),
            })
        }),
    )?;
    target.write_all(b"}\n")?;
    target.flush()?;
    let counts = target.counts();
    log.counts().must_be(super::Counts::default(), counts).map_err(WriteError::Lost)?;
    Ok(Written { counts, ..Written::default() })
}
