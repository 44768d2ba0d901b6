//! Event logs from file to file: any format in, any format out, by the files' names. Nothing is stored. What a format
//! cannot hold is told, counted and named; counts that differ from an independent count are an error, and the file that
//! was begun is removed.

use crate::foreign;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use yixian_mining::log::Log;
use yixian_mining::ocel::flatten::{CASE, Flat, flatten, unflatten};
use yixian_mining::ocel::table::{self as relational, Layout, Tables};
use yixian_mining::ocel::{Counts, Ocel, WriteError, Written, json, xml};
use yixian_mining::reading::{ReadError, Reading, Remarks};
use yixian_mining::table::EventMap;
use yixian_mining::xes::Keep;
use yixian_mining::{table_write, xes_write};
use yixian_store::StoreError;
use yixian_store::tables::{Field, TableFile};

/// Form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// XES, packed where the name says so.
    Xes {
        /// Whether gzip is around it.
        packed: bool,
    },
    /// A table of events, packed where the name says so.
    Csv {
        /// Whether gzip is around it.
        packed: bool,
    },
    /// OCEL 2.0 JSON.
    Json,
    /// OCEL 2.0 XML.
    Xml,
    /// OCEL 2.0 in a SQLite file.
    Sqlite,
}

/// How names end.
const ENDS: [(&str, Form); 11] = [
    (".xes", Form::Xes { packed: false }),
    (".xes.gz", Form::Xes { packed: true }),
    (".csv", Form::Csv { packed: false }),
    (".csv.gz", Form::Csv { packed: true }),
    (".json", Form::Json),
    (".jsonocel", Form::Json),
    (".xml", Form::Xml),
    (".xmlocel", Form::Xml),
    (".sqlite", Form::Sqlite),
    (".sqlite3", Form::Sqlite),
    (".db", Form::Sqlite),
];

impl Form {
    /// By the file's name; nothing when it says nothing.
    pub fn of(path: &Path) -> Option<Form> {
        let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
        ENDS.iter().find(|(end, _)| name.ends_with(end)).map(|e| e.1)
    }

    /// Whether it holds one course per case, and no objects.
    pub(crate) fn is_flat(self) -> bool {
        matches!(self, Form::Xes { .. } | Form::Csv { .. })
    }
}

/// Why a file could not be converted.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    /// The name does not say what the file is.
    #[error("{0}: the name must end in .xes, .xes.gz, .csv, .csv.gz, .json, .jsonocel, .xml, .xmlocel or .sqlite")]
    UnknownForm(String),
    /// There is a file already.
    #[error("{0} is there already; it is not overwritten")]
    Exists(String),
    /// The file could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The file could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// SQLite said no.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A flat log needs one type of object for its cases.
    #[error("{}; the types are: {}", wanted.as_ref().map_or("name the type of object whose course is wanted".to_owned(), |w| format!("no object is of the type `{w}`")), there.join(", "))]
    WhichObject {
        /// The type asked for.
        wanted: Option<String>,
        /// The types there are.
        there: Vec<String>,
    },
}

/// What a conversion did.
#[derive(Clone, Debug)]
pub struct Converted {
    /// What was read: of a flat log, objects are cases and each event has one link.
    pub read: Counts,
    /// What the reader remarked.
    pub read_remarks: Remarks,
    /// What changed between the two forms.
    pub between: Remarks,
    /// What was written, by an independent count.
    pub written: Written,
}

/// A log of either kind.
pub(crate) enum Content {
    Flat(Box<Log>),
    Objects(Box<Ocel>),
}

/// Reads an object-centric log from a file of any of its three forms.
pub fn open_ocel(path: &Path, form: Form) -> Result<Reading<Ocel>, ExchangeError> {
    let file = || File::open(path).map_err(|e| ReadError::from(yixian_mining::reading::Fault::Source(e)));
    match form {
        Form::Xml => Ok(xml::read(file()?)?),
        Form::Sqlite => read_tables(path),
        _ => Ok(json::read(file()?)?),
    }
}

/// Reads an event log of any form as the course of one kind of case; `object` names the type of object whose course is
/// wanted of an object-centric one that has several.
pub fn open_course(
    path: &Path,
    map: &EventMap,
    object: Option<&str>,
    keep: Keep,
) -> Result<Reading<Log>, ExchangeError> {
    match Form::of(path).filter(|f| !f.is_flat()) {
        None => Ok(foreign::open_log(path, map, keep)?),
        Some(form) => {
            let Reading { of, mut remarks } = open_ocel(path, form)?;
            let flat = course(&of, object)?;
            remarks.join(&flat.remarks());
            Ok(Reading { of: flat.log, remarks })
        }
    }
}

/// The course of the objects of a type; of cases, or of the only type there is, where none is named.
pub(crate) fn course(log: &Ocel, object: Option<&str>) -> Result<Flat, ExchangeError> {
    let there: Vec<String> = log.object_types.iter().map(|t| t.name.clone()).collect();
    let of = object.or_else(|| there.iter().find(|t| *t == CASE || there.len() == 1).map(String::as_str));
    of.and_then(|of| flatten(log, of))
        .ok_or_else(|| ExchangeError::WhichObject { wanted: object.map(str::to_owned), there: there.clone() })
}

fn read_tables(path: &Path) -> Result<Reading<Ocel>, ExchangeError> {
    tables_of(TableFile::open(path)?)
}

/// Reads an object-centric log from the bytes of a SQLite file, which stay in memory; no more than `most` bytes of it.
pub(crate) fn read_table_bytes(bytes: &[u8], most: u64) -> Result<Reading<Ocel>, ExchangeError> {
    tables_of(TableFile::of_bytes(bytes, most)?)
}

fn tables_of(mut file: TableFile) -> Result<Reading<Ocel>, ExchangeError> {
    let there = file.tables()?.into_iter().map(|(name, columns)| relational::Table { name, columns }).collect();
    let mut tables = Tables::new(there)?;
    while let Some(wanted) = tables.wanted() {
        file.rows(&wanted.table, &wanted.columns, |row| {
            let row: Vec<relational::Field<'_>> = row
                .iter()
                .map(|field| match field {
                    Field::Null => relational::Field::Null,
                    Field::Integer(n) => relational::Field::Integer(*n),
                    Field::Real(x) => relational::Field::Real(*x),
                    Field::Text(t) => relational::Field::Text(t.as_str().into()),
                    Field::Blob(b) => relational::Field::Text(String::from_utf8_lossy(b)),
                })
                .collect();
            Ok::<_, ExchangeError>(tables.row(&row)?)
        })?;
    }
    Ok(tables.finish(counted(&mut file)?)?)
}

fn counted(file: &mut TableFile) -> Result<Counts, StoreError> {
    let [events, objects, e2o, o2o] = relational::COUNTED;
    Ok(Counts {
        events: file.count(events)?,
        objects: file.count(objects)?,
        e2o: file.count(e2o)?,
        o2o: file.count(o2o)?,
    })
}

fn write_tables(log: &Ocel, path: &Path) -> Result<Written, ExchangeError> {
    let mut file = TableFile::create(path)?;
    let mut layout = Layout::new(log);
    let names: Vec<String> = layout.tables.iter().map(|t| t.name.clone()).collect();
    for table in &layout.tables {
        file.make(&table.name, &table.columns)?;
    }
    // Rows are made in one go and written in the next: the maker waits for nothing.
    let mut rows: Vec<(usize, Vec<Field>)> = Vec::new();
    let handed = layout.rows(|table, row| {
        let row = row
            .iter()
            .map(|field| match field {
                relational::Field::Null => Field::Null,
                relational::Field::Integer(n) => Field::Integer(*n),
                relational::Field::Real(x) => Field::Real(*x),
                relational::Field::Text(t) => Field::Text(t.clone().into_owned()),
            })
            .collect();
        rows.push((table, row));
        Ok::<_, WriteError>(())
    })?;
    for (table, row) in rows {
        file.add(&names[table], &row)?;
    }
    let there = counted(&mut file)?;
    file.finish()?;
    Ok(layout.finish(handed, there)?)
}

/// From one file to another. `object` names the type of object whose course a flat log is to be.
pub fn convert(from: &Path, to: &Path, map: &EventMap, object: Option<&str>) -> Result<Converted, ExchangeError> {
    let target = new_file(to)?;
    // Tables come under more names than they are written under.
    let source = Form::of(from).filter(|form| !form.is_flat());
    if source.is_none() && foreign::Format::of(&from.to_string_lossy()).is_none() {
        return Err(ExchangeError::UnknownForm(from.display().to_string()));
    }
    let (content, read, read_remarks) = match source {
        None => {
            let Reading { of, remarks } = foreign::open_log(from, map, Keep::Attributes)?;
            let events = of.len() as u64;
            let counts = Counts { events, objects: of.cases.len() as u64, e2o: events, o2o: 0 };
            (Content::Flat(Box::new(of)), counts, remarks)
        }
        Some(form) => {
            let Reading { of, remarks } = open_ocel(from, form)?;
            let counts = of.counts();
            (Content::Objects(Box::new(of)), counts, remarks)
        }
    };
    let mut between = Remarks::default();
    let content = match (content, target.is_flat()) {
        (Content::Flat(log), false) => Content::Objects(Box::new(unflatten(&log))),
        (Content::Objects(log), true) => {
            let flat = course(&log, object)?;
            between = flat.remarks();
            Content::Flat(Box::new(flat.log))
        }
        (same, _) => same,
    };
    Ok(Converted { read, read_remarks, between, written: write(&content, target, to)? })
}

/// The form of a file that is to be written and is not there yet.
pub(crate) fn new_file(to: &Path) -> Result<Form, ExchangeError> {
    let form = Form::of(to).ok_or_else(|| ExchangeError::UnknownForm(to.display().to_string()))?;
    if to.exists() { Err(ExchangeError::Exists(to.display().to_string())) } else { Ok(form) }
}

/// Writes a log into a new file; when that fails, the file that was begun is removed.
pub(crate) fn write(content: &Content, target: Form, to: &Path) -> Result<Written, ExchangeError> {
    let written = match content {
        Content::Objects(log) if target == Form::Sqlite => write_tables(log, to),
        content => write_plain(content, target, to),
    };
    match written {
        // Somebody else made it meanwhile.
        Err(ExchangeError::Write(WriteError::Target(e)) | ExchangeError::Store(StoreError::Io(e)))
            if e.kind() == std::io::ErrorKind::AlreadyExists =>
        {
            Err(ExchangeError::Exists(to.display().to_string()))
        }
        Err(e) => {
            // Half a log is worse than none.
            let _ = std::fs::remove_file(to);
            Err(e)
        }
        written => written,
    }
}

fn write_plain(content: &Content, target: Form, to: &Path) -> Result<Written, ExchangeError> {
    let file = File::options().write(true).create_new(true).open(to).map_err(WriteError::Target)?;
    let out = BufWriter::new(file);
    Ok(match (content, target) {
        (Content::Flat(log), Form::Csv { packed: false }) => table_write::write(log, out)?,
        (Content::Flat(log), Form::Csv { packed: true } | Form::Xes { packed: true }) => {
            let mut packer = xes_write::packed(out);
            let written = if matches!(target, Form::Xes { .. }) {
                xes_write::write(log, &mut packer)?
            } else {
                table_write::write(log, &mut packer)?
            };
            packer.finish().and_then(|mut out| std::io::Write::flush(&mut out)).map_err(WriteError::Target)?;
            written
        }
        (Content::Flat(log), _) => xes_write::write(log, out)?,
        (Content::Objects(log), Form::Xml) => xml::write(log, out)?,
        (Content::Objects(log), _) => json::write(log, out)?,
    })
}
