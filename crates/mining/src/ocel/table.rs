//! OCEL 2.0 as tables, the form that lies in SQLite files: which tables there are, what their rows mean, row by row in
//! and out. Whoever opens the file walks it: he asks [`Tables::wanted`] which table to read, hands over its rows, and
//! compares with the database's own count. Ids stored as numbers are read as their texts; objects without a row in
//! their type's table and without events are kept.

use super::{Counts, Draft, Kind, Ocel, Types, WriteError, Written, written};
use crate::reading::{Fault, Place, ReadError, Reading, Remark};
use hashbrown::HashMap;
use std::borrow::Cow;

/// A field of a row.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)] // SQLite's storage classes
pub enum Field<'a> {
    Null,
    Integer(i64),
    Real(f64),
    Text(Cow<'a, str>),
}

impl Field<'_> {
    fn text(&self) -> Option<Cow<'_, str>> {
        match self {
            Field::Null => None,
            Field::Integer(n) => Some(Cow::Owned(n.to_string())),
            Field::Real(x) => Some(Cow::Owned(x.to_string())),
            Field::Text(t) => Some(Cow::Borrowed(t)),
        }
    }
}

/// A table with its columns, each with the type it was declared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Name.
    pub name: String,
    /// Names and declared types of the columns.
    pub columns: Vec<(String, String)>,
}

impl Table {
    fn place(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.0.eq_ignore_ascii_case(column))
    }
}

/// Tables that every file has: name and columns.
const FIXED: [(&str, &[&str]); 6] = [
    ("event_map_type", &["ocel_type", "ocel_type_map"]),
    ("object_map_type", &["ocel_type", "ocel_type_map"]),
    ("event", &["ocel_id", "ocel_type"]),
    ("object", &["ocel_id", "ocel_type"]),
    ("event_object", &["ocel_event_id", "ocel_object_id", "ocel_qualifier"]),
    ("object_object", &["ocel_source_id", "ocel_target_id", "ocel_qualifier"]),
];

/// The tables whose rows, counted by the database, are events, objects, e2o and o2o.
pub const COUNTED: [&str; 4] = ["event", "object", "event_object", "object_object"];

/// What the rows of a table mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    EventMap,
    ObjectMap,
    Events,
    Objects,
    OfEvents(u32),
    OfObjects(u32),
    E2o,
    O2o,
}

/// A table to read next, with its columns in the order in which [`Tables::row`] takes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Name of the table.
    pub table: String,
    /// Names of the columns.
    pub columns: Vec<String>,
}

/// A file of tables being read.
#[derive(Debug)]
pub struct Tables {
    there: Vec<Table>,
    draft: Draft,
    /// Tables still to be read, the next one last.
    todo: Vec<Step>,
    step: Option<Step>,
    /// Attribute of each column that [`Tables::wanted`] asked for, after the fixed ones.
    attributes: Vec<u32>,
    has: [bool; 2],
    maps: [HashMap<String, String>; 2],
    events: HashMap<String, u32>,
    objects: HashMap<u32, u32>,
    timed: Vec<bool>,
    rows: u64,
}

impl Tables {
    /// Of the tables a file has; refuses when one that every file has is missing.
    pub fn new(there: Vec<Table>) -> Result<Tables, ReadError> {
        for (name, columns) in FIXED {
            let table = there.iter().find(|t| t.name.eq_ignore_ascii_case(name));
            let table = table
                .ok_or_else(|| Fault::Malformed { format: "OCEL 2.0 SQLite", what: format!("no table `{name}`") })?;
            if let Some(missing) = columns.iter().find(|c| table.place(c).is_none()) {
                return Err(Fault::NoColumn {
                    wanted: format!("{name}.{missing}"),
                    there: table.columns.iter().map(|c| c.0.clone()).collect(),
                }
                .into());
            }
        }
        Ok(Tables {
            there,
            draft: Draft::default(),
            todo: vec![Step::Objects, Step::Events, Step::ObjectMap, Step::EventMap],
            step: None,
            attributes: Vec::new(),
            has: [false; 2],
            maps: [HashMap::new(), HashMap::new()],
            events: HashMap::new(),
            objects: HashMap::new(),
            timed: Vec::new(),
            rows: 0,
        })
    }

    /// The table to read next; nothing when all are read.
    pub fn wanted(&mut self) -> Option<Wanted> {
        if self.todo.is_empty() && self.step == Some(Step::Objects) {
            // All types are known now.
            self.todo.extend([Step::O2o, Step::E2o]);
            self.todo.extend((0..self.draft.log.object_types.iter().len() as u32).rev().map(Step::OfObjects));
            self.todo.extend((0..self.draft.log.event_types.iter().len() as u32).rev().map(Step::OfEvents));
        }
        loop {
            let step = self.todo.pop()?;
            self.step = Some(step);
            self.rows = 0;
            let fixed = |i: usize| {
                Some(Wanted {
                    table: FIXED[i].0.to_owned(),
                    columns: FIXED[i].1.iter().map(|c| (*c).to_owned()).collect(),
                })
            };
            let wanted = match step {
                Step::EventMap => fixed(0),
                Step::ObjectMap => fixed(1),
                Step::Events => fixed(2),
                Step::Objects => fixed(3),
                Step::E2o => fixed(4),
                Step::O2o => fixed(5),
                Step::OfEvents(of) => self.of_type(of, false),
                Step::OfObjects(of) => self.of_type(of, true),
            };
            if wanted.is_some() {
                return wanted;
            }
        }
    }

    /// The table of a type: the one its map names, or the one that bears its name without spaces.
    fn of_type(&mut self, of: u32, objects: bool) -> Option<Wanted> {
        let types = if objects { &self.draft.log.object_types } else { &self.draft.log.event_types };
        let (name, prefix) = (types.get(of).name.clone(), if objects { "object_" } else { "event_" });
        let folded: String = name.chars().filter(|c| !c.is_whitespace()).collect();
        let candidates = [self.maps[usize::from(objects)].get(&name).cloned(), Some(name.clone()), Some(folded)];
        let table = candidates
            .into_iter()
            .flatten()
            .find_map(|c| self.there.iter().find(|t| t.name.eq_ignore_ascii_case(&format!("{prefix}{c}"))))?
            .clone();
        let id = table.place("ocel_id")?;
        let (time, changed) = (table.place("ocel_time"), table.place("ocel_changed_field"));
        self.has = [time.is_some(), changed.is_some()];
        let fixed: Vec<usize> = [Some(id), time, changed].into_iter().flatten().collect();
        let own: Vec<usize> = (0..table.columns.len()).filter(|i| !fixed.contains(i)).collect();
        let declared = own.iter().map(|i| (table.columns[*i].0.as_str(), kind(&table.columns[*i].1)));
        let types = if objects { &mut self.draft.log.object_types } else { &mut self.draft.log.event_types };
        types.declare(&name, declared);
        self.attributes = own.iter().map(|i| types.attribute(of, &table.columns[*i].0)).collect();
        let columns = fixed.into_iter().chain(own).map(|i| table.columns[i].0.clone()).collect();
        Some(Wanted { table: table.name, columns })
    }

    /// A row of the table that [`Tables::wanted`] named.
    pub fn row(&mut self, row: &[Field<'_>]) -> Result<(), ReadError> {
        self.rows += 1;
        let place = Place { line: self.rows, offset: 0 };
        let text = |i: usize| row.get(i).and_then(Field::text).unwrap_or_default();
        match self.step {
            Some(Step::EventMap) => {
                self.draft.log.event_types.intern(&text(0));
                self.maps[0].insert(text(0).into_owned(), text(1).into_owned());
            }
            Some(Step::ObjectMap) => {
                self.draft.log.object_types.intern(&text(0));
                self.maps[1].insert(text(0).into_owned(), text(1).into_owned());
            }
            Some(Step::Events) => {
                self.events.insert(text(0).into_owned(), self.draft.log.events.len() as u32);
                self.draft.log.add_event(&text(0), &text(1), 0, [], Vec::new());
                self.timed.push(false);
            }
            Some(Step::Objects) => {
                self.draft.log.add_object(&text(0), &text(1), [], Vec::new());
                let number = self.draft.log.objects.len() as u32 - 1;
                self.objects.insert(self.draft.log.objects[number as usize].id, number);
            }
            Some(Step::OfEvents(_)) => self.event_row(row, place),
            Some(Step::OfObjects(_)) => self.object_row(row, place),
            Some(Step::E2o) => {
                let link = self.draft.log.link(&text(1), &text(2));
                match self.events.get(text(0).as_ref()) {
                    Some(event) => self.draft.log.events[*event as usize].links.push(link),
                    None => {
                        self.draft.remarks.note(Remark::MissingEvent, place);
                        self.draft.left_out.e2o += 1;
                    }
                }
            }
            Some(Step::O2o) => {
                let link = self.draft.log.link(&text(1), &text(2));
                match self.draft.log.ids.find(&text(0)).and_then(|id| self.objects.get(&id)) {
                    Some(object) => self.draft.log.objects[*object as usize].links.push(link),
                    None => {
                        self.draft.remarks.note(Remark::MissingSource, place);
                        self.draft.left_out.o2o += 1;
                    }
                }
            }
            None => {}
        }
        Ok(())
    }

    fn event_row(&mut self, row: &[Field<'_>], place: Place) {
        let Some(event) = row.first().and_then(Field::text).and_then(|id| self.events.get(id.as_ref()).copied()) else {
            return self.draft.remarks.note(Remark::OrphanRow, place);
        };
        let fixed = 1 + usize::from(self.has[0]) + usize::from(self.has[1]);
        if let Some(time) = self.has[0].then(|| row.get(1).and_then(Field::text)).flatten() {
            match self.draft.instant(time.trim(), place) {
                Some(at) => {
                    self.draft.log.events[event as usize].at = at;
                    self.timed[event as usize] = true;
                }
                None => self.draft.remarks.note(Remark::UnreadableTime, place),
            }
        }
        for (attribute, field) in self.attributes.iter().zip(row.iter().skip(fixed)) {
            if let Some(value) = field.text() {
                self.draft.log.events[event as usize].values.push((*attribute, value.into_owned()));
            }
        }
    }

    fn object_row(&mut self, row: &[Field<'_>], place: Place) {
        let id = row.first().and_then(Field::text).and_then(|id| self.draft.log.ids.find(&id));
        let Some(object) = id.and_then(|id| self.objects.get(&id).copied()) else {
            return self.draft.remarks.note(Remark::OrphanRow, place);
        };
        let since = if self.has[0] { self.draft.since(row.get(1).and_then(Field::text).as_deref(), place) } else { 0 };
        let changed = self.has[1].then(|| row.get(1 + usize::from(self.has[0])).and_then(Field::text)).flatten();
        let changed = changed.map(|name| {
            self.draft.log.object_types.get(self.draft.log.objects[object as usize].of).attributes.find(&name)
        });
        let fixed = 1 + usize::from(self.has[0]) + usize::from(self.has[1]);
        for (attribute, field) in self.attributes.iter().zip(row.iter().skip(fixed)) {
            let Some(value) = field.text() else { continue };
            if changed.is_some_and(|c| c != Some(*attribute)) {
                // A row of a change says one new value; what else it repeats is no change.
                self.draft.remarks.note(Remark::BesideChange, place);
                continue;
            }
            self.draft.log.objects[object as usize].values.push(super::Held {
                attribute: *attribute,
                since,
                value: value.into_owned(),
            });
        }
    }

    /// The log, when it has as much as the database counted by itself.
    pub fn finish(mut self, there: Counts) -> Result<Reading<Ocel>, ReadError> {
        let mut timed = self.timed.iter();
        let (draft, end) = (&mut self.draft, Place::default());
        let (left_out, remarks) = (&mut draft.left_out, &mut draft.remarks);
        draft.log.events.retain(|event| {
            let keep = timed.next() == Some(&true);
            if !keep {
                remarks.note(Remark::NoTime, end);
                left_out.events += 1;
                left_out.e2o += event.links.len() as u64;
            }
            keep
        });
        self.draft.finish(there)
    }
}

/// What SQLite's declared type says of an attribute.
fn kind(declared: &str) -> Kind {
    let declared = declared.to_ascii_uppercase();
    let has = |words: &[&str]| words.iter().any(|w| declared.contains(w));
    if has(&["TIME", "DATE"]) {
        Kind::Time
    } else if has(&["BOOL"]) {
        Kind::Boolean
    } else if has(&["INT"]) {
        Kind::Integer
    } else if has(&["REAL", "FLOA", "DOUB", "NUMERIC"]) {
        Kind::Float
    } else {
        Kind::String
    }
}

/// Whether SQLite, given this text for a column of this type, hands back a text that says the same.
fn survives(kind: Kind, value: &str) -> bool {
    match kind {
        Kind::String => true,
        Kind::Integer => value.parse::<i64>().is_ok_and(|n| n.to_string() == value),
        Kind::Float => value.parse::<f64>().is_ok_and(|x| x.to_string() == value),
        // These have numeric affinity: a text that looks like a number would become one.
        Kind::Time | Kind::Boolean => value.parse::<f64>().is_err(),
    }
}

/// Tables of a log, ready to be written: made, then filled row by row.
#[derive(Debug)]
pub struct Layout<'a> {
    log: &'a Ocel,
    /// The tables to make. All ids are `TEXT`.
    pub tables: Vec<Table>,
    /// What had to be left out or changed for the form's sake.
    pub written: Written,
}

impl<'a> Layout<'a> {
    /// Of a log. Links into nothing are left out, by name and number, since tables cannot hold them; an attribute with a
    /// value that its declared type would alter is declared `TEXT`.
    pub fn new(log: &'a Ocel) -> Layout<'a> {
        let mut layout = Layout { log, tables: Vec::new(), written: Written::default() };
        for (name, columns) in FIXED {
            layout.tables.push(Table {
                name: name.to_owned(),
                columns: columns.iter().map(|c| ((*c).to_owned(), "TEXT".to_owned())).collect(),
            });
        }
        let end = Place::default();
        for (types, objects) in [(&log.event_types, false), (&log.object_types, true)] {
            let mut sound: Vec<Vec<bool>> = types.iter().map(|t| vec![true; t.kinds.len()]).collect();
            let mut check = |of: u32, attribute: u32, value: &str| {
                sound[of as usize][attribute as usize] &= survives(types.get(of).kinds[attribute as usize], value)
            };
            if objects {
                log.objects.iter().for_each(|o| o.values.iter().for_each(|v| check(o.of, v.attribute, &v.value)));
            } else {
                log.events.iter().for_each(|e| e.values.iter().for_each(|v| check(e.of, v.0, &v.1)));
            }
            let names = table_names(types);
            for ((of, sound), table) in types.iter().zip(sound).zip(names) {
                let prefix = if objects { "object_" } else { "event_" };
                let mut columns =
                    vec![("ocel_id".to_owned(), "TEXT".to_owned()), ("ocel_time".to_owned(), "TIMESTAMP".to_owned())];
                if objects {
                    columns.push(("ocel_changed_field".to_owned(), "TEXT".to_owned()));
                }
                for ((name, kind), sound) in of.iter().zip(sound) {
                    let declared = match kind {
                        _ if !sound => "TEXT",
                        Kind::String => "TEXT",
                        Kind::Time => "TIMESTAMP",
                        Kind::Integer => "INTEGER",
                        Kind::Float => "REAL",
                        Kind::Boolean => "BOOLEAN",
                    };
                    if !sound {
                        layout.written.remarks.note(Remark::KindChanged, end);
                    }
                    columns.push((name.to_owned(), declared.to_owned()));
                }
                let fixed = if objects { 3 } else { 2 };
                distinct(&mut columns, fixed, &mut layout.written);
                layout.tables.push(Table { name: format!("{prefix}{table}"), columns });
            }
        }
        layout
    }

    /// All rows, each with the number of its table in [`Layout::tables`]; tells how many were to be written.
    pub fn rows<E: From<WriteError>>(
        &mut self,
        mut row: impl FnMut(usize, &[Field<'_>]) -> Result<(), E>,
    ) -> Result<Counts, E> {
        let log = self.log;
        let text = |t: &'a str| Field::Text(Cow::Borrowed(t));
        let time = |at: i64| {
            written(at).map(|t| Field::Text(Cow::Owned(t.strftime("%Y-%m-%d %H:%M:%S%.f+00:00").to_string())))
        };
        let first_object_table = FIXED.len() + log.event_types.iter().len();
        for (fixed, types, first) in [(0, &log.event_types, FIXED.len()), (1, &log.object_types, first_object_table)] {
            for (i, of) in types.iter().enumerate() {
                let own = self.tables[first + i].name.split_once('_').map_or("", |n| n.1);
                row(fixed, &[text(&of.name), Field::Text(Cow::Borrowed(own))])?;
            }
        }
        let (present, mut counts, mut missing) = (log.present(), Counts::default(), 0);
        for event in &log.events {
            let of = log.event_types.get(event.of);
            row(2, &[text(&event.id), text(&of.name)])?;
            let mut fields = vec![Field::Null; of.kinds.len() + 2];
            (fields[0], fields[1]) = (text(&event.id), time(event.at)?);
            for (attribute, value) in &event.values {
                fields[*attribute as usize + 2] = text(value);
            }
            row(FIXED.len() + event.of as usize, &fields)?;
            counts.events += 1;
            for link in &event.links {
                if present[link.object as usize] {
                    row(
                        4,
                        &[text(&event.id), text(log.ids.get(link.object)), text(log.qualifiers.get(link.qualifier))],
                    )?;
                    counts.e2o += 1;
                } else {
                    missing += 1;
                }
            }
        }
        for object in &log.objects {
            let of = log.object_types.get(object.of);
            let id = log.ids.get(object.id);
            row(3, &[text(id), text(&of.name)])?;
            counts.objects += 1;
            let table = first_object_table + object.of as usize;
            let mut fields = vec![Field::Null; of.kinds.len() + 3];
            (fields[0], fields[1]) = (text(id), time(0)?);
            // The first value of each attribute that holds from the beginning stands in the object's own row.
            let mut later = Vec::new();
            for held in &object.values {
                let field = &mut fields[held.attribute as usize + 3];
                if held.since == 0 && *field == Field::Null { *field = text(&held.value) } else { later.push(held) }
            }
            row(table, &fields)?;
            for held in later {
                let mut fields = vec![Field::Null; of.kinds.len() + 3];
                let column = &self.tables[table].columns[held.attribute as usize + 3].0;
                (fields[0], fields[1], fields[2]) = (text(id), time(held.since)?, Field::Text(Cow::Borrowed(column)));
                fields[held.attribute as usize + 3] = text(&held.value);
                row(table, &fields)?;
            }
            for link in &object.links {
                if present[link.object as usize] {
                    row(5, &[text(id), text(log.ids.get(link.object)), text(log.qualifiers.get(link.qualifier))])?;
                    counts.o2o += 1;
                } else {
                    missing += 1;
                }
            }
        }
        self.written.remarks.note_many(Remark::LinkDropped, missing, Place::default());
        Ok(counts)
    }

    /// What was written, when the database counts as much as was handed to it.
    pub fn finish(mut self, handed: Counts, there: Counts) -> Result<Written, WriteError> {
        handed.must_be(Counts::default(), there).map_err(WriteError::Lost)?;
        self.written.counts = there;
        Ok(self.written)
    }
}

/// A name for the table of each type: letters and digits of its name, made distinct where they meet.
fn table_names(types: &Types) -> Vec<String> {
    let mut taken = hashbrown::HashSet::new();
    types
        .iter()
        .map(|of| {
            let base: String = of.name.chars().filter(|c| c.is_alphanumeric()).collect();
            // `event_object` and `object_object` are the tables of links, `…_map_type` those of names.
            let base =
                if base.is_empty() || base.eq_ignore_ascii_case("object") { format!("{base}Type") } else { base };
            let mut name = base.clone();
            let mut n = 1;
            while !taken.insert(name.to_lowercase()) {
                n += 1;
                name = format!("{base}{n}");
            }
            name
        })
        .collect()
}

/// SQLite does not tell columns apart by case: a second one is numbered, and said.
fn distinct(columns: &mut [(String, String)], fixed: usize, written: &mut Written) {
    let mut taken = hashbrown::HashSet::new();
    for (i, (name, _)) in columns.iter_mut().enumerate() {
        let base = if name.is_empty() { "attribute".to_owned() } else { name.clone() };
        let mut new = base.clone();
        let mut n = 1;
        while !taken.insert(new.to_lowercase()) {
            n += 1;
            new = format!("{base}_{n}");
        }
        if i >= fixed && new != *name {
            written.remarks.note(Remark::Renamed, Place::default());
        }
        *name = new;
    }
}
