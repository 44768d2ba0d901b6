//! From an object-centric log to the course of one type of object, and back.
//!
//! Flattening: the objects of the type are the cases. Where the log marks subjects, only the events an object is the
//! subject of make its course, so that one visit that finds twelve problems is not twelve visits; elsewhere every event
//! linked to it does, and an event linked to two objects of the type stands in both courses.

use super::{Ocel, SUBJECT};
use crate::log::{self, Log, Phase, Value};
use crate::reading::{Place, Remark, Remarks};

/// Names under which logs say who did it.
const ACTORS: [&str; 4] = ["actor", "org:resource", "resource", "user"];
/// Names under which logs say for which unit.
const UNITS: [&str; 4] = ["unit", "org:group", "group", "department"];

/// The type of the objects that stand for cases when a flat log becomes object-centric.
pub const CASE: &str = "case";

/// What flattening gives, with what it could not carry over.
#[derive(Clone, Debug, Default)]
pub struct Flat {
    /// The log.
    pub log: Log,
    /// Events that touch no object of the type.
    pub elsewhere: u64,
    /// Objects of the type without any event; a flat log has no place for them.
    pub idle: u64,
    /// Whether only subjects' events were taken.
    pub by_subject: bool,
}

/// The course of the objects of a type; nothing when the log has no such type.
pub fn flatten(ocel: &Ocel, object_type: &str) -> Option<Flat> {
    let of = ocel.object_types.find(object_type)?;
    let mut cases = vec![false; ocel.ids.len()];
    let mut idle = 0_u64;
    for object in ocel.objects.iter().filter(|o| o.of == of) {
        idle += u64::from(!std::mem::replace(&mut cases[object.id as usize], true));
    }
    let subject =
        ocel.qualifiers.find(SUBJECT).filter(|s| ocel.events.iter().any(|e| e.links.iter().any(|l| l.qualifier == *s)));
    let mut flat = Flat { by_subject: subject.is_some(), ..Flat::default() };
    let mut touched = vec![false; ocel.ids.len()];
    for event in &ocel.events {
        let of = ocel.event_types.get(event.of);
        let value = |names: &[&str]| {
            names.iter().find_map(|n| {
                let attribute = of.attributes.find(n)?;
                event.values.iter().find(|v| v.0 == attribute).map(|v| v.1.as_str()).filter(|v| !v.is_empty())
            })
        };
        let (actor, unit) = (value(&ACTORS), value(&UNITS));
        let phase = value(&["lifecycle:transition"]).map_or(Phase::Unknown, Phase::of);
        let mut seen: Vec<u32> = Vec::new();
        for link in event.links.iter().filter(|l| subject.is_none_or(|s| l.qualifier == s) && cases[l.object as usize])
        {
            // One event is once in a course, however many roles the object has in it.
            if seen.contains(&link.object) {
                continue;
            }
            seen.push(link.object);
            idle -= u64::from(!std::mem::replace(&mut touched[link.object as usize], true));
            let row = flat.log.push(&log::Event {
                case: ocel.ids.get(link.object),
                activity: &of.name,
                at: event.at,
                actor,
                unit,
                phase,
            });
            for (attribute, value) in &event.values {
                let name = of.attributes.get(*attribute);
                if !ACTORS.contains(&name) && !UNITS.contains(&name) && name != "lifecycle:transition" {
                    let value = flat.log.text(value);
                    flat.log.note(row, name, value);
                }
            }
        }
        flat.elsewhere += u64::from(seen.is_empty());
    }
    flat.idle = idle;
    for object in ocel.objects.iter().filter(|o| o.of == of) {
        let Some(case) = flat.log.cases.find(ocel.ids.get(object.id)) else { continue };
        for held in &object.values {
            // The latest value is the case's.
            let value = flat.log.text(&held.value);
            flat.log.describe(case, ocel.object_types.get(of).attributes.get(held.attribute), value);
        }
    }
    Some(flat)
}

/// A flat log as an object-centric one: each case is an object, and the subject of its events. Cases without events stay.
pub fn unflatten(log: &Log) -> Ocel {
    let mut ocel = Ocel::default();
    for (id, name) in log.cases.iter().enumerate() {
        let values: Vec<_> = log
            .of_cases
            .iter()
            .filter_map(|(attribute, column)| Some((attribute, 0, log.told(column.get(id as u32)?))))
            .collect();
        ocel.add_object(name, CASE, values, Vec::new());
    }
    ocel.object_types.declare(CASE, log.of_cases.iter().map(|(name, column)| (name, kind(column))));
    let kinds: Vec<_> = log.of_events.iter().map(|(name, column)| (name, kind(column))).collect();
    for row in 0..log.len() as u32 {
        let event = log.event(row);
        let own = [("actor", event.actor), ("unit", event.unit), ("lifecycle:transition", event.phase.word())];
        let own = own.into_iter().filter_map(|(name, value)| Some((name, value?.to_owned())));
        let values: Vec<_> = own
            .chain(log.of_events.iter().filter_map(|(name, column)| Some((name, log.told(column.get(row)?)))))
            .collect();
        let link = ocel.link(event.case, SUBJECT);
        ocel.add_event(&format!("e{}", row + 1), event.activity, event.at, values, vec![link]);
    }
    for activity in log.activities.iter() {
        let of = ocel.event_types.intern(activity);
        let used: Vec<_> = kinds
            .iter()
            .copied()
            .filter(|(name, _)| ocel.event_types.get(of).attributes.find(name).is_some())
            .collect();
        ocel.event_types.declare(activity, used);
    }
    ocel
}

fn kind(column: &log::Column) -> super::Kind {
    let mut kinds = column.iter().map(|(_, value)| match value {
        Value::Text(_) => super::Kind::String,
        Value::Int(_) => super::Kind::Integer,
        Value::Real(_) => super::Kind::Float,
        Value::Bool(_) => super::Kind::Boolean,
        Value::Time(_) => super::Kind::Time,
    });
    let first = kinds.next().unwrap_or_default();
    if kinds.all(|k| k == first) { first } else { super::Kind::String }
}

impl Flat {
    /// What the flat log could not carry over.
    pub fn remarks(&self) -> Remarks {
        let mut remarks = Remarks::default();
        remarks.note_many(Remark::Elsewhere, self.elsewhere, Place::default());
        remarks.note_many(Remark::Idle, self.idle, Place::default());
        remarks
    }
}
