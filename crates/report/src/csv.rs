//! CSV. A text that a spreadsheet would take for a formula (`=`, `+`, `-`, `@` in any width, tab or
//! carriage return at its beginning) gets an apostrophe in front, as OWASP advises: whoever wrote a matter's
//! words must not run anything on the desk of whoever opens the table. Numbers are numbers and keep
//! their minus.

use crate::{Cell, TableError};
use std::borrow::Cow;
use std::io::Write;
use yixian_domain::base::fold::invisible;

/// A table being written.
pub struct CsvTable<W: Write> {
    to: csv::Writer<W>,
}

impl<W: Write> std::fmt::Debug for CsvTable<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CsvTable")
    }
}

/// A text that no spreadsheet takes for a formula.
pub fn harmless(text: &str) -> Cow<'_, str> {
    // Full-width signs are signs to East Asian spreadsheets, and what nobody sees does not stand before one.
    let seen = text.trim_start_matches(invisible);
    if seen.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r']) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

impl<W: Write> CsvTable<W> {
    /// Begins a table with its header. `bom`: a byte-order mark, without which Excel takes Chinese
    /// text for another encoding.
    pub fn new(mut to: W, headers: &[String], bom: bool) -> Result<Self, TableError> {
        if bom {
            to.write_all("\u{feff}".as_bytes())?;
        }
        let mut table = CsvTable::go_on(to);
        table.to.write_record(headers.iter().map(|h| harmless(h).into_owned()))?;
        Ok(table)
    }

    /// Goes on with a table whose header was written elsewhere, for tables sent in pieces.
    pub fn go_on(to: W) -> Self {
        CsvTable { to: csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(to) }
    }

    /// One row.
    pub fn row(&mut self, cells: &[Cell]) -> Result<(), TableError> {
        for cell in cells {
            match cell {
                Cell::Empty => self.to.write_field("")?,
                Cell::Text(t) => self.to.write_field(harmless(t).as_bytes())?,
                Cell::Int(n) => self.to.write_field(n.to_string())?,
                Cell::Number(n) => self.to.write_field(n.to_string())?,
                Cell::Day(d) => self.to.write_field(d.to_string())?,
                Cell::Moment(d, t) => {
                    self.to.write_field(format!("{d} {:02}:{:02}:{:02}", t.hour(), t.minute(), t.second()))?
                }
            }
        }
        self.to.write_record(None::<&[u8]>)?;
        Ok(())
    }

    /// Ends the table and gives what it was written to.
    pub fn finish(self) -> Result<W, TableError> {
        self.to.into_inner().map_err(|e| TableError::Io(e.into_error()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use yixian_domain::time::{Date, Time};

    #[test]
    fn words_never_become_formulas_and_come_back_whole() {
        let headers = ["编号".to_owned(), "=words".to_owned(), "n".to_owned(), "day".to_owned(), "at".to_owned()];
        let mut table = CsvTable::new(Vec::new(), &headers, true).expect("a table");
        let day = Date::constant(2018, 5, 1);
        let words = ["=1+1", "+86", "-x", "@me", "\tx", "\rx", "a,\"b\"\nc", "漏油", "'quoted", " =late"];
        for w in words {
            table
                .row(&[
                    Cell::Empty,
                    Cell::text(w),
                    Cell::Int(-5),
                    Cell::Day(day),
                    Cell::Moment(day, Time::constant(9, 5, 0, 0)),
                ])
                .expect("a row");
        }
        let bytes = table.finish().expect("finished");
        let text = bytes.strip_prefix("\u{feff}".as_bytes()).expect("a mark");
        let rows: Vec<csv::StringRecord> = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(text)
            .records()
            .collect::<Result<_, _>>()
            .expect("rows");
        assert_eq!(&rows[0], &vec!["编号", "'=words", "n", "day", "at"]);
        for (row, w) in rows[1..].iter().zip(words) {
            let kept = if w.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{w}") } else { w.to_owned() };
            assert_eq!(row, &vec!["", &kept, "-5", "2018-05-01", "2018-05-01 09:05:00"]);
        }
    }
}
