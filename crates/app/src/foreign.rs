//! Event logs and tables of promises of other systems, from files: which reader a file needs. Nothing is stored.

use crate::import::map::shipped;
use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;
use yixian_mining::bounded;
use yixian_mining::deadlines::{self, Promise, PromiseMap};
use yixian_mining::log::Log;
use yixian_mining::reading::{Fault, ReadError, Reading};
use yixian_mining::rows;
use yixian_mining::table::{self, EventMap};
use yixian_mining::xes::{self, Keep};

/// What a file holds, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// XES, packed or not.
    Xes,
    /// A table of events, packed or not.
    Table,
}

impl Format {
    /// By the file's name; nothing when it says nothing.
    pub fn of(name: &str) -> Option<Format> {
        let name = name.to_ascii_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        match name.rsplit_once('.')?.1 {
            "xes" => Some(Format::Xes),
            "csv" | "tsv" | "txt" | "xlsx" | "zip" => Some(Format::Table),
            _ => None,
        }
    }
}

/// Reads an event log of a known format, and no more than `most` bytes of plain content.
pub fn read_log(
    source: impl Read + Seek,
    format: Format,
    most: u64,
    map: &EventMap,
    keep: Keep,
) -> Result<Reading<Log>, ReadError> {
    match format {
        Format::Xes => xes::read(bounded(source, most).map_err(Fault::Source)?, keep),
        Format::Table => rows::open(source, most, &map.ask(), |rows| table::read_rows(rows, map, keep)),
    }
}

/// Reads an event log from a file.
pub fn open_log(path: &Path, map: &EventMap, keep: Keep) -> Result<Reading<Log>, ReadError> {
    let format = Format::of(&path.to_string_lossy()).ok_or_else(|| Fault::Malformed {
        format: "an event log",
        what: "the name must end in .xes, .csv, .tsv or .txt, packed as .gz or not, or in .xlsx or .zip".into(),
    })?;
    read_log(File::open(path).map_err(Fault::Source)?, format, u64::MAX, map, keep)
}

/// Text of a map: a built-in one by its name, else a file.
pub fn map_text(name_or_path: &str) -> Result<String, Fault> {
    match shipped(name_or_path) {
        Some(text) => Ok(text.to_owned()),
        None => std::fs::read_to_string(name_or_path).map_err(|e| Fault::Map(format!("{name_or_path}: {e}"))),
    }
}

/// Reads promises from a table.
pub fn open_promises(path: &Path, map: &PromiseMap) -> Result<Reading<Vec<Promise>>, ReadError> {
    let file = File::open(path).map_err(Fault::Source)?;
    rows::open(file, u64::MAX, &map.ask(), |rows| deadlines::read_rows(rows, map))
}
