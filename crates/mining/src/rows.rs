//! One opener for tables from elsewhere: event logs, promises, imports of requests, units, people, places, minutes. The text
//! may be UTF-8 with or without a mark, UTF-16 or GB 18030; a comma, a semicolon or a tab between columns, or what a line
//! `sep=` says; alone, in a gzip, the one table in a ZIP, or the first sheet of a workbook.
//!
//! A quotation mark that swallows lines ends the reading with the line where it was opened, and all rows are counted a
//! second time by other code. Knows nothing of what columns mean.

use crate::book;
use crate::elements::Records;
use crate::input::{Ask, Input, MAX_PIECE, bounded};
use crate::reading::{Fault, Place, ReadError, Remark, Remarks};
use std::io::{Cursor, Read, Seek, SeekFrom};

/// Rows of a table, one by one.
pub struct Rows<'a> {
    reader: csv::Reader<Input<'a, Records>>,
    record: csv::ByteRecord,
    heading: Vec<String>,
    /// Rows that came, the heading too.
    came: u64,
    /// Where the present one begins.
    line: u64,
    /// Rows that were not as wide as the heading.
    pub(crate) remarks: Remarks,
}

impl<'a> Rows<'a> {
    /// Opens the text of a table, packed by gzip or not, and reads its heading.
    pub fn open(source: impl Read + 'a, ask: &Ask<'_>) -> Result<Rows<'a>, ReadError> {
        let (input, delimiter) = Input::of_table(source, ask)?;
        let reader =
            csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(input);
        let record = csv::ByteRecord::new();
        let mut rows = Rows { reader, record, heading: Vec::new(), came: 0, line: 0, remarks: Remarks::default() };
        if !rows.step()? {
            return Err(Fault::CutOff("there is not even a heading".into()).into());
        }
        rows.heading = (0..rows.record.len()).map(|i| rows.field(i).map(str::to_owned)).collect::<Result<_, _>>()?;
        Ok(rows)
    }

    /// Where a column stands; letter case counts only where two names differ by nothing else.
    pub fn column(&self, name: &str) -> Result<Option<usize>, ReadError> {
        let lower = name.trim().to_lowercase();
        let exact: Vec<usize> = places(&self.heading, |h| h == name);
        let found = if exact.is_empty() { places(&self.heading, |h| h.to_lowercase() == lower) } else { exact };
        match found[..] {
            [] => Ok(None),
            [one] => Ok(Some(one)),
            _ => Err(Fault::Doubled(name.to_owned()).into()),
        }
    }

    /// Where a column stands that must be there.
    pub fn need(&self, name: &str) -> Result<usize, ReadError> {
        self.column(name)?
            .ok_or_else(|| Fault::NoColumn { wanted: name.to_owned(), there: self.heading.clone() }.into())
    }

    /// Names of the columns.
    pub fn heading(&self) -> &[String] {
        &self.heading
    }

    /// Goes to the next row, whatever its width.
    pub fn step(&mut self) -> Result<bool, ReadError> {
        self.reader.get_mut().breathe();
        let got = self.reader.read_byte_record(&mut self.record);
        let beside = &mut self.reader.get_mut().beside;
        if let Some(line) = beside.stray() {
            return Err(Fault::OpenQuote(line).into());
        }
        let at_end = matches!(got, Ok(false));
        let too_long = match &got {
            Ok(_) => self.record.as_slice().len() > MAX_PIECE,
            Err(_) => true,
        };
        if let Some(line) = beside.open().filter(|_| at_end || too_long) {
            return Err(Fault::OpenQuote(line).into());
        }
        let got = got.map_err(|e| {
            let at = Place { line: self.reader.position().line(), offset: self.reader.position().byte() };
            match e.kind() {
                csv::ErrorKind::Io(io) => match self.reader.get_ref().fault(io) {
                    told @ Fault::Nul(_) => told.into(),
                    other => ReadError::at(at, other),
                },
                _ => ReadError::at(at, Fault::Malformed { format: "CSV", what: e.to_string() }),
            }
        })?;
        if got {
            self.came += 1;
            self.line = self.reader.get_mut().beside.line_of(self.came);
        } else {
            let counted = self.reader.get_ref().beside.count();
            if self.came != counted {
                return Err(Fault::Lost { what: "rows", read: self.came, there: counted }.into());
            }
        }
        if too_long {
            return Err(ReadError::at(self.place(), Fault::TooLong(MAX_PIECE)));
        }
        Ok(got)
    }

    /// Goes to the next row as wide as the heading.
    pub fn advance(&mut self) -> Result<bool, ReadError> {
        while self.step()? {
            if self.record.len() == self.heading.len() {
                return Ok(true);
            }
            self.remarks.note(Remark::WrongFieldCount, self.place());
        }
        Ok(false)
    }

    /// How many fields the row has.
    pub fn width(&self) -> usize {
        self.record.len()
    }

    /// The line on which the row begins, from 1; in a workbook its row of the sheet.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Where the row begins.
    pub fn place(&self) -> Place {
        Place { line: self.line, offset: self.record.position().map_or(0, csv::Position::byte) }
    }

    /// A field, without white space at its ends.
    pub fn field(&self, column: usize) -> Result<&str, ReadError> {
        std::str::from_utf8(self.record.get(column).unwrap_or_default())
            .map(str::trim)
            .map_err(|_| ReadError::at(self.place(), Fault::Encoding("UTF-8".into())))
    }

    /// A field of a table that was opened leniently, where every byte has become some character.
    pub fn text(&self, column: usize) -> &str {
        self.record.get(column).and_then(|b| std::str::from_utf8(b).ok()).map_or("", str::trim)
    }

    /// Whether all fields are empty: office programs leave lines of bare commas below a table.
    pub fn is_blank(&self) -> bool {
        self.record.iter().all(|field| field.trim_ascii().is_empty())
    }

    /// Whether a field has a NUL; only of a table that was opened leniently.
    pub fn has_nul(&self) -> bool {
        memchr::memchr(0, self.record.as_slice()).is_some()
    }

    /// Whether bytes were met that no character has, here or above; a mark stands for them.
    pub fn is_damaged(&self) -> bool {
        self.reader.get_ref().damaged()
    }
}

fn places(heading: &[String], is: impl Fn(&str) -> bool) -> Vec<usize> {
    heading.iter().enumerate().filter(|(_, h)| is(h)).map(|(i, _)| i).collect()
}

/// How a ZIP begins, and what was a workbook before it was one.
const ZIP: [u8; 4] = *b"PK\x03\x04";
const COMPOUND: [u8; 4] = [0xd0, 0xcf, 0x11, 0xe0];

/// Opens the table of a file, whatever is around it, and no more than `most` bytes of plain content.
pub fn open<T, E: From<ReadError>>(
    mut file: impl Read + Seek,
    most: u64,
    ask: &Ask<'_>,
    work: impl FnOnce(&mut Rows<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let mut magic = [0; 4];
    let known = file.read_exact(&mut magic).is_ok();
    let failed = |e: std::io::Error| ReadError::from(Fault::Source(e));
    file.seek(SeekFrom::Start(0)).map_err(failed)?;
    if known && magic == COMPOUND {
        return Err(ReadError::from(Fault::Workbook("a workbook of an old kind (.xls), or with a password,")).into());
    }
    if !known || magic != ZIP {
        return work(&mut Rows::open(bounded(file, most).map_err(failed)?, ask)?);
    }
    let broken = |e: zip::result::ZipError| ReadError::from(Fault::Packed(e.to_string()));
    let mut archive = zip::ZipArchive::new(file).map_err(broken)?;
    let names: Vec<String> = archive.file_names().filter_map(Result::ok).map(std::borrow::Cow::into_owned).collect();
    let has = |name: &str| names.iter().any(|n| n == name);
    if has("xl/workbook.xml") {
        let text = book::text(archive, most)?;
        let ask = Ask { encoding: Some("utf-8"), delimiter: Some(','), of_sheet: true, ..*ask };
        return work(&mut Rows::open(Cursor::new(text), &ask)?);
    }
    if has("xl/workbook.bin") || has("mimetype") {
        return Err(ReadError::from(Fault::Workbook("a workbook of this kind")).into());
    }
    let is_table = |name: &String| {
        let lower = name.to_lowercase();
        [".csv", ".tsv", ".txt"].iter().any(|end| lower.ends_with(end)) && !name.starts_with("__MACOSX")
    };
    let tables: Vec<&String> = names.iter().filter(|n| is_table(n)).collect();
    // A note beside the table is no second one.
    let csv: Vec<&String> = tables.iter().copied().filter(|n| n.to_lowercase().ends_with(".csv")).collect();
    let tables = if csv.is_empty() { tables } else { csv };
    let [one] = tables[..] else { return Err(ReadError::from(Fault::NotOneTable(tables.len())).into()) };
    let entry = archive.by_name(one).map_err(broken)?;
    work(&mut Rows::open(bounded(entry, most).map_err(failed)?, ask)?)
}
