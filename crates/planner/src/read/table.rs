//! A CSV table of named columns, read row by row with all faults kept. It does not know what the columns mean.

use crate::fault::{At, Fault, Thing, Wrong, short};
use std::collections::HashMap;

/// A table's rows with the lines they stand on.
pub(super) struct Table {
    file: &'static str,
    columns: Vec<Option<usize>>,
    rows: Vec<(u64, csv::StringRecord)>,
}

impl Table {
    /// Reads a table with a heading; columns may stand in any order, further columns are ignored.
    pub(super) fn read(file: &'static str, bytes: &[u8], columns: &[&'static str], faults: &mut Vec<Fault>) -> Table {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(bytes);
        let mut table = Table { file, columns: vec![None; columns.len()], rows: Vec::new() };
        match reader.headers() {
            Ok(heading) if heading.iter().all(str::is_empty) => {
                faults.push(Fault { at: At::File { file }, what: Wrong::Empty });
                return table;
            }
            Ok(heading) => {
                for (found, column) in table.columns.iter_mut().zip(columns) {
                    *found = heading.iter().position(|h| h == *column);
                    if found.is_none() {
                        faults.push(Fault { at: At::File { file }, what: Wrong::NoColumn { column } });
                    }
                }
            }
            Err(e) => {
                faults.push(Fault { at: At::File { file }, what: Wrong::Unreadable { why: e.to_string() } });
                return table;
            }
        }
        for record in reader.records() {
            match record {
                Ok(record) => table.rows.push((record.position().map_or(0, csv::Position::line), record)),
                Err(e) => {
                    let at = e.position().map_or(At::File { file }, |p| At::Row { file, row: p.line() });
                    faults.push(Fault { at, what: Wrong::Unreadable { why: e.to_string() } });
                }
            }
        }
        table
    }

    /// How many rows.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Where the row with this index stands.
    pub(super) fn at(&self, index: usize) -> At {
        self.rows.get(index).map_or(At::File { file: self.file }, |(row, _)| At::Row { file: self.file, row: *row })
    }

    /// The rows, to be read field by field.
    pub(super) fn rows(&self) -> impl Iterator<Item = Cells<'_>> {
        self.rows.iter().map(|(row, record)| Cells {
            at: At::Row { file: self.file, row: *row },
            columns: &self.columns,
            record,
        })
    }
}

/// One row's cells, by the number of the column asked for.
pub(super) struct Cells<'a> {
    pub(super) at: At,
    columns: &'a [Option<usize>],
    record: &'a csv::StringRecord,
}

impl Cells<'_> {
    /// The text; none where the column is missing (said once, for the file) or the cell is empty or absent.
    pub(super) fn text(&self, column: usize) -> Option<&str> {
        self.columns[column].and_then(|c| self.record.get(c)).filter(|t| !t.is_empty())
    }

    /// A text that must be there.
    pub(super) fn name(&self, column: usize, field: &'static str, faults: &mut Vec<Fault>) -> &str {
        let text = self.text(column);
        if text.is_none() && self.columns[column].is_some() {
            faults.push(Fault { at: self.at, what: Wrong::Missing { field } });
        }
        text.unwrap_or_default()
    }

    /// A whole number within bounds; what cannot be read is a fault and counts as the least.
    pub(super) fn whole(
        &self,
        column: usize,
        field: &'static str,
        least: i64,
        most: i64,
        faults: &mut Vec<Fault>,
    ) -> i64 {
        let text = self.name(column, field, faults);
        let what = match text.parse::<i64>() {
            _ if text.is_empty() => return least,
            Ok(value) if (least..=most).contains(&value) => return value,
            Ok(value) => Wrong::OutOfRange { field, value, least, most },
            Err(_) => Wrong::NotANumber { field, text: short(text) },
        };
        faults.push(Fault { at: self.at, what });
        least
    }

    /// A finite number.
    pub(super) fn number(&self, column: usize, field: &'static str, faults: &mut Vec<Fault>) -> f64 {
        let text = self.name(column, field, faults);
        match text.parse::<f64>() {
            Ok(x) if x.is_finite() => return x,
            _ if text.is_empty() => {}
            _ => faults.push(Fault { at: self.at, what: Wrong::NotANumber { field, text: short(text) } }),
        }
        0.0
    }
}

/// Names and the index each stands for; a second one of the same name is a fault.
pub(super) struct Names {
    thing: Thing,
    index: HashMap<String, u32>,
}

impl Names {
    pub(super) fn of(thing: Thing) -> Names {
        Names { thing, index: HashMap::new() }
    }

    pub(super) fn add(&mut self, name: &str, index: u32, at: At, faults: &mut Vec<Fault>) {
        if !name.is_empty() && self.index.insert(name.to_owned(), index).is_some() {
            faults.push(Fault { at, what: Wrong::Twice { thing: self.thing, name: short(name) } });
        }
    }

    /// The index of a name; an unknown one is a fault and counts as 0.
    pub(super) fn find(&self, name: &str, at: At, faults: &mut Vec<Fault>) -> u32 {
        if let Some(index) = self.index.get(name) {
            return *index;
        }
        if !name.is_empty() {
            faults.push(Fault { at, what: Wrong::Unknown { thing: self.thing, name: short(name) } });
        }
        0
    }
}
