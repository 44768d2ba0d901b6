//! Documents that leave the house. Today tables: rows of [`Cell`]s as CSV ([`csv`]) or XLSX
//! ([`xlsx`]), both written row by row in memory that does not grow with their number. This crate
//! knows neither what a matter is nor who may see it, and words nothing: headers are given.

pub mod csv;
pub mod ical;
pub mod xlsx;

use yixian_domain::time::{Date, Time};

/// A value of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Words; never taken for a formula.
    Text(String),
    /// A whole number.
    Int(i64),
    /// A number.
    Number(f64),
    /// A day.
    Day(Date),
    /// A date and time on the wall of the office.
    Moment(Date, Time),
}

impl Cell {
    /// Words, or nothing when there are none.
    pub fn text(words: impl Into<String>) -> Cell {
        let words = words.into();
        if words.is_empty() { Cell::Empty } else { Cell::Text(words) }
    }
}

/// Why a table could not be written.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The disk or whoever reads.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// The XLSX writer.
    #[error("{0}")]
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
}

impl From<::csv::Error> for TableError {
    fn from(e: ::csv::Error) -> Self {
        TableError::Io(e.into())
    }
}
