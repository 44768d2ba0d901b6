//! The first sheet of a workbook (.xlsx) that is shown and has cells, as the text of a table. Everything in it is unpacked
//! and counted once before it is read, because a small workbook can unpack to any size; a sheet may have so many cells and
//! no more. Dates become ISO 8601 as the sheet's clock has them, which says no zone.

use crate::reading::{Fault, ReadError};
use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use std::io::{Read, Seek};
use zip::ZipArchive;

/// Cells of a sheet.
const MOST_CELLS: u64 = 5_000_000;
/// What is read of a workbook that an operator names himself, bytes once it is unpacked.
const MOST: u64 = 512 << 20;

fn malformed(e: &XlsxError) -> ReadError {
    Fault::Malformed { format: "a workbook", what: e.to_string() }.into()
}

/// The sheet as UTF-8 text with commas, a line for each row.
pub(crate) fn text(mut archive: ZipArchive<impl Read + Seek>, most: u64) -> Result<Vec<u8>, ReadError> {
    let most = most.min(MOST);
    let mut unpacked = 0;
    for i in 0..archive.len() {
        let entry = archive.by_index(i).map_err(|e| Fault::Packed(e.to_string()))?;
        let n = std::io::copy(&mut entry.take(most - unpacked + 1), &mut std::io::sink())
            .map_err(|e| Fault::Packed(e.to_string()))?;
        unpacked += n;
        if unpacked > most {
            return Err(Fault::TooBig(most).into());
        }
    }
    let mut book = Xlsx::new(archive.into_inner()).map_err(|e| malformed(&e))?;
    let sheets: Vec<String> = book
        .sheets_metadata()
        .iter()
        .filter(|s| s.typ == SheetType::WorkSheet && s.visible == SheetVisible::Visible)
        .map(|s| s.name.clone())
        .collect();
    for name in sheets {
        let text = sheet(&mut book, &name, most)?;
        if text.iter().any(|b| *b != b'\n') {
            return Ok(text);
        }
    }
    Ok(Vec::new())
}

fn sheet(book: &mut Xlsx<impl Read + Seek>, name: &str, most: u64) -> Result<Vec<u8>, ReadError> {
    let mut cells = book.worksheet_cells_reader(name).map_err(|e| malformed(&e))?;
    let mut out = Sheet { text: Vec::new(), row: Vec::new(), line: 0, width: 0 };
    let mut seen = 0;
    while let Some(cell) = cells.next_cell().map_err(|e| malformed(&e))? {
        seen += 1;
        if seen > MOST_CELLS {
            return Err(Fault::TooManyCells(MOST_CELLS).into());
        }
        let value = shown(cell.get_value());
        if value.is_empty() {
            continue;
        }
        let (row, column) = cell.get_position();
        if row < out.line {
            return Err(Fault::Malformed { format: "a workbook", what: "rows out of order".into() }.into());
        }
        while out.line < row {
            out.end_row();
        }
        if out.row.len() <= column as usize {
            out.row.resize(column as usize + 1, String::new());
        }
        out.row[column as usize] = value;
        if out.text.len() as u64 > most {
            return Err(Fault::TooBig(most).into());
        }
    }
    out.end_row();
    Ok(out.text)
}

struct Sheet {
    text: Vec<u8>,
    row: Vec<String>,
    /// Rows that have ended.
    line: u32,
    /// Cells of the heading: rows end with their last filled cell, and are filled up.
    width: usize,
}

impl Sheet {
    fn end_row(&mut self) {
        if self.width == 0 {
            self.width = self.row.len();
        }
        if !self.row.is_empty() && self.row.len() < self.width {
            self.row.resize(self.width, String::new());
        }
        for (i, value) in self.row.drain(..).enumerate() {
            if i > 0 {
                self.text.push(b',');
            }
            if value.contains([',', '"', '\n', '\r']) {
                self.text.push(b'"');
                self.text.extend_from_slice(value.replace('"', "\"\"").as_bytes());
                self.text.push(b'"');
            } else {
                self.text.extend_from_slice(value.as_bytes());
            }
        }
        self.text.push(b'\n');
        self.line += 1;
    }
}

/// A cell as text.
fn shown(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::Int(n) => n.to_string(),
        // Every number of a sheet is one with decimals; codes and counts are written without.
        DataRef::Float(x) => x.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::Error(e) => e.to_string(),
        DataRef::DateTime(at) => {
            let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
            let day = format!("{year:04}-{month:02}-{day:02}");
            match (at.is_datetime() && at.as_f64() < 1.0, hour, minute, second, milli) {
                (true, ..) => format!("{hour:02}:{minute:02}:{second:02}"),
                (_, 0, 0, 0, 0) => day,
                (.., 0) => format!("{day} {hour:02}:{minute:02}:{second:02}"),
                _ => format!("{day} {hour:02}:{minute:02}:{second:02}.{milli:03}"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
    use std::io::Cursor;

    fn read(bytes: Vec<u8>, most: u64) -> Result<String, ReadError> {
        let archive = ZipArchive::new(Cursor::new(bytes)).expect("an archive");
        text(archive, most).map(|t| String::from_utf8(t).expect("UTF-8"))
    }

    #[test]
    fn the_first_sheet_with_cells_is_the_table() {
        let mut book = Workbook::new();
        book.add_worksheet();
        book.add_worksheet().set_hidden(true).write_string(0, 0, "hidden").expect("written");
        let sheet = book.add_worksheet();
        let (day, moment) =
            (Format::new().set_num_format("yyyy-mm-dd"), Format::new().set_num_format("yyyy-mm-dd hh:mm"));
        let at = |h, m| ExcelDateTime::from_ymd(2018, 5, 1).and_then(|d| d.and_hms(h, m, 0)).expect("a date");
        for (c, name) in (0..).zip(["编号", "日", "时", "词", "空"]) {
            sheet.write_string(1, c, name).expect("written");
        }
        sheet.write_number(3, 0, 10_001).expect("written");
        sheet.write_datetime_with_format(3, 1, at(0, 0), &day).expect("written");
        sheet.write_datetime_with_format(3, 2, at(9, 5), &moment).expect("written");
        sheet.write_string(3, 3, "漏油, \"很多\"\n有人").expect("written");
        sheet.write_number(4, 0, 0.5).expect("written");
        let bytes = book.save_to_buffer().expect("a workbook");
        let expected =
            "\n编号,日,时,词,空\n\n10001,2018-05-01,2018-05-01 09:05:00,\"漏油, \"\"很多\"\"\n有人\",\n0.5,,,,\n";
        assert_eq!(read(bytes.clone(), u64::MAX).expect("a sheet"), expected);
        assert!(matches!(read(bytes, 100).map_err(|e| e.what), Err(Fault::TooBig(100))));
    }

    #[test]
    fn a_small_workbook_cannot_unpack_to_any_size() {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file("xl/workbook.xml", zip::write::SimpleFileOptions::default()).expect("begun");
        for _ in 0..64 {
            std::io::Write::write_all(&mut archive, &vec![b' '; 1 << 20]).expect("written");
        }
        let bytes = archive.finish().expect("finished").into_inner();
        assert!(bytes.len() < 1 << 20);
        assert!(matches!(read(bytes, 8 << 20).map_err(|e| e.what), Err(Fault::TooBig(n)) if n == 8 << 20));
    }
}
