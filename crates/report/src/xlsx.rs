//! XLSX in constant memory: rows go to a temporary file as they come; a sheet that is full is
//! followed by another with the same header. The finished file appears under its name at once or
//! not at all. Dates are dates, so that a spreadsheet can sort and count by them.

use crate::{Cell, TableError};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use std::path::Path;
use yixian_domain::time::{Date, Time};

/// Rows below the header that a sheet can hold.
pub const SHEET_ROWS: u32 = 1_048_575;
/// Characters a cell can hold.
const CELL_CHARS: usize = 32_767;
/// Columns are this wide, in characters.
const WIDTH: f64 = 18.0;

/// A table being written.
pub struct XlsxTable {
    book: Workbook,
    name: String,
    headers: Vec<String>,
    rows_per_sheet: u32,
    sheet: usize,
    /// Rows of the present sheet so far.
    rows: u32,
    formats: Formats,
}

struct Formats {
    header: Format,
    day: Format,
    moment: Format,
}

impl std::fmt::Debug for XlsxTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("XlsxTable").field("sheet", &self.sheet).finish_non_exhaustive()
    }
}

impl XlsxTable {
    /// Begins a table. `name` names its sheets: at most 28 characters, none of `[]:*?/\`.
    pub fn new(name: &str, headers: Vec<String>) -> Result<Self, TableError> {
        Self::with_rows(name, headers, SHEET_ROWS)
    }

    /// As [`XlsxTable::new`] with smaller sheets.
    pub fn with_rows(name: &str, headers: Vec<String>, rows_per_sheet: u32) -> Result<Self, TableError> {
        let formats = Formats {
            header: Format::new().set_bold(),
            day: Format::new().set_num_format("yyyy-mm-dd"),
            moment: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
        };
        let mut table = XlsxTable {
            book: Workbook::new(),
            name: name.to_owned(),
            headers,
            rows_per_sheet: rows_per_sheet.clamp(1, SHEET_ROWS),
            sheet: 0,
            rows: 0,
            formats,
        };
        table.begin_sheet()?;
        Ok(table)
    }

    fn begin_sheet(&mut self) -> Result<(), XlsxError> {
        let name = if self.sheet == 0 { self.name.clone() } else { format!("{} {}", self.name, self.sheet + 1) };
        let sheet = self.book.add_worksheet_with_constant_memory()?;
        sheet.set_name(name)?;
        sheet.set_freeze_panes(1, 0)?;
        for (column, header) in (0u16..).zip(&self.headers) {
            sheet.set_column_width(column, WIDTH)?;
            sheet.write_string_with_format(0, column, header, &self.formats.header)?;
        }
        self.rows = 0;
        Ok(())
    }

    /// One row.
    pub fn row(&mut self, cells: &[Cell]) -> Result<(), TableError> {
        if self.rows == self.rows_per_sheet {
            self.sheet += 1;
            self.begin_sheet()?;
        }
        self.rows += 1;
        let sheet = self.book.worksheet_from_index(self.sheet)?;
        for (column, cell) in (0u16..).zip(cells) {
            self.formats.write(sheet, self.rows, column, cell)?;
        }
        Ok(())
    }

    /// The file in memory.
    pub fn bytes(mut self) -> Result<Vec<u8>, TableError> {
        Ok(self.book.save_to_buffer()?)
    }

    /// Writes the file: beside its place first, then under its name.
    pub fn save(mut self, path: &Path) -> Result<(), TableError> {
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        self.book.save_to_writer(file.as_file_mut())?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|e| e.error)?;
        Ok(())
    }
}

impl Formats {
    fn write(&self, sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell) -> Result<(), XlsxError> {
        match cell {
            Cell::Empty => {}
            // Strings are never formulas here; only their length is bounded.
            Cell::Text(t) if t.chars().count() > CELL_CHARS => {
                sheet.write_string(row, column, t.chars().take(CELL_CHARS).collect::<String>())?;
            }
            Cell::Text(t) => {
                sheet.write_string(row, column, t)?;
            }
            Cell::Int(n) => {
                sheet.write_number(row, column, *n as f64)?;
            }
            Cell::Number(n) => {
                sheet.write_number(row, column, *n)?;
            }
            // A spreadsheet knows no day before 1900; it gets the words.
            Cell::Day(d) => match day(*d) {
                Some(at) => {
                    sheet.write_datetime_with_format(row, column, at, &self.day)?;
                }
                None => {
                    sheet.write_string(row, column, d.to_string())?;
                }
            },
            Cell::Moment(d, t) => match moment(*d, *t) {
                Some(at) => {
                    sheet.write_datetime_with_format(row, column, at, &self.moment)?;
                }
                None => {
                    sheet.write_string(row, column, format!("{d} {t}"))?;
                }
            },
        }
        Ok(())
    }
}

fn day(d: Date) -> Option<ExcelDateTime> {
    ExcelDateTime::from_ymd(u16::try_from(d.year()).ok()?, u8::try_from(d.month()).ok()?, u8::try_from(d.day()).ok()?)
        .ok()
}

fn moment(d: Date, t: Time) -> Option<ExcelDateTime> {
    day(d)?.and_hms(u16::try_from(t.hour()).ok()?, u8::try_from(t.minute()).ok()?, f64::from(t.second())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    fn part(path: &Path, name: &str) -> Option<String> {
        let mut book = zip::ZipArchive::new(std::fs::File::open(path).expect("a file")).expect("an archive");
        let mut text = String::new();
        book.by_name(name).ok()?.read_to_string(&mut text).expect("text");
        Some(text)
    }

    #[test]
    fn full_sheets_are_followed_by_others_and_dates_are_dates() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("t.xlsx");
        let mut table = XlsxTable::with_rows("Matters", vec!["words".into(), "day".into()], 2).expect("a table");
        for n in 0..5 {
            table
                .row(&[Cell::text(format!("=row {n} 漏油")), Cell::Day(Date::constant(2018, 5, 1)), Cell::Empty])
                .expect("a row");
        }
        table.row(&[Cell::text("x".repeat(40_000)), Cell::Day(Date::constant(1800, 1, 1))]).expect("a row");
        table.save(&path).expect("saved");
        let sheets: Vec<String> = (1..=4).filter_map(|n| part(&path, &format!("xl/worksheets/sheet{n}.xml"))).collect();
        assert_eq!(sheets.len(), 3);
        for (n, sheet) in sheets.iter().enumerate() {
            assert!(sheet.contains("<t>words</t>") && sheet.contains("state=\"frozen\""), "{sheet}");
            assert!(sheet.contains(&format!("<t>=row {} 漏油</t>", 2 * n)) && !sheet.contains("<f>"), "{sheet}");
        }
        assert!(sheets[0].contains("<v>43221</v>"), "2018-05-01 is day 43221 of a spreadsheet: {}", sheets[0]);
        assert!(part(&path, "xl/workbook.xml").expect("a workbook").contains("name=\"Matters 3\""));
        assert_eq!(std::fs::read_dir(dir.path()).expect("a folder").count(), 1, "nothing temporary stays");
    }
}
