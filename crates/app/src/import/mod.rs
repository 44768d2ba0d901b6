//! Tables from elsewhere. [`requests`] takes over citizen or work requests with their history: [`map`] says how a foreign table
//! is to be read, everything good is kept and every bad row gets one line that says why. Tables of our own registers (units,
//! people, places, partners, sections, milestones, resolutions, tasks, members, households) are read by [`table`] and looked at or applied by [`run`]; each
//! register's planner says what a line does. Of [`outages`] there may be a million: they are streamed. [`decode`] opens them all. This module does not know the command line nor any
//! web page.

pub mod decode;
mod households;
pub mod map;
mod members;
mod organisation;
pub mod outages;
mod partners;
pub mod requests;
mod resolutions;
pub mod run;
pub mod table;
mod tasks;
mod wording;
mod works;

use crate::frame::error::{AppError, FieldError};
use serde::Serialize;
use yixian_domain::refusal::Refusal;

/// A row that was not taken, with the line it begins on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// Line of the file, 1 is the header.
    pub line: u64,
    /// Why, in English, as the command line prints it.
    pub reason: String,
    /// Why, as a stable code; the catalogue key is `row-` + code with `-` for `_`.
    #[serde(skip)]
    pub code: &'static str,
    /// What a message may quote: a column, a value.
    #[serde(skip)]
    pub detail: String,
    /// Stable name of the column, where it is one cell that cannot be taken.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub column: String,
    /// What stands there; never what says who somebody is.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub value: String,
    /// What may stand there instead: stable codes, a span of numbers, a day.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed: Vec<String>,
    /// What the law says, where it is the law that says no.
    #[serde(skip)]
    pub refusal: Option<Refusal>,
}

impl Refused {
    #[allow(clippy::needless_pass_by_value)] // the reason ends here; fifty callers need no `&`
    pub(crate) fn new(line: u64, why: Why) -> Self {
        let (reason, code, detail) = (why.to_string(), why.code(), why.detail());
        let (column, value, allowed, refusal) = match why {
            Why::Cell(c) => (c.column.to_owned(), c.value, c.allowed, c.refusal),
            _ => Default::default(),
        };
        Refused { line, reason, code, detail, column, value, allowed, refusal }
    }
}

/// A cell that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    pub column: &'static str,
    pub value: String,
    /// Stable code: a row's, a field's, or the law's.
    pub code: &'static str,
    pub detail: String,
    pub allowed: Vec<String>,
    pub refusal: Option<Refusal>,
}

impl std::fmt::Display for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "column {}", self.column)?;
        if !self.value.is_empty() {
            write!(f, ", `{}`", self.value)?;
        }
        match &self.refusal {
            Some(refusal) => write!(f, ": {}", refusal.to_string().trim_end())?,
            None => write!(f, ": {}", self.code.replace('_', " "))?,
        }
        if !self.allowed.is_empty() {
            write!(f, " (allowed: {})", self.allowed.join(", "))?;
        }
        Ok(())
    }
}

/// Why a row cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)] // the messages say it
pub(crate) enum Why {
    #[error("wrong number of columns: {found}, the header has {wanted}")]
    Columns { found: usize, wanted: usize },
    #[error("NUL, a character that no text has")]
    Nul,
    #[error("unreadable characters in column {0}")]
    Characters(String),
    #[error("nothing in column {0}")]
    Blank(String),
    #[error("unreadable date in column {column}: {value}")]
    Date { column: String, value: String },
    #[error("closed before opened")]
    ClosedBeforeOpened,
    #[error("closed, but nothing in column {0}")]
    ClosedWithoutDate(String),
    #[error("in the future: column {0}")]
    Future(String),
    #[error("the words are longer than {0} characters")]
    TooLong(usize),
    #[error("no procedure was in force on {0}")]
    Procedure(String),
    #[error("refused by the law: {0}")]
    Law(String),
    #[error("unknown word in column {column}: {value}")]
    Word { column: String, value: String },
    #[error("not a number in column {column}: {value}")]
    Number { column: String, value: String },
    #[error("no such unit in column {column}: {value}")]
    Unit { column: String, value: String },
    #[error("the code stands twice; first on line {0}")]
    Twice(u64),
    #[error("not your unit: {0}")]
    NotYours(String),
    #[error("{field}: {code}{}{detail}", if .detail.is_empty() { "" } else { " " })]
    Field { field: String, code: &'static str, detail: String },
    #[error("{0}")]
    Cell(Box<Cell>),
    #[error("{0}")]
    Other(String),
}

impl Why {
    fn code(&self) -> &'static str {
        match self {
            Why::Columns { .. } => "columns",
            Why::Nul => "nul",
            Why::Characters(_) => "characters",
            Why::Blank(_) => "blank",
            Why::Date { .. } => "date",
            Why::ClosedBeforeOpened => "closed_before_opened",
            Why::ClosedWithoutDate(_) => "closed_without_date",
            Why::Future(_) => "future",
            Why::TooLong(_) => "too_long",
            Why::Procedure(_) => "procedure",
            Why::Law(_) => "law",
            Why::Word { .. } => "word",
            Why::Number { .. } => "number",
            Why::Unit { .. } => "unit",
            Why::Twice(_) => "twice",
            Why::NotYours(_) => "not_yours",
            Why::Field { code, .. } => code,
            Why::Cell(c) => c.code,
            Why::Other(_) => "other",
        }
    }

    fn detail(&self) -> String {
        match self {
            Why::Columns { found, wanted } => format!("{found}/{wanted}"),
            Why::Characters(s)
            | Why::Blank(s)
            | Why::ClosedWithoutDate(s)
            | Why::Future(s)
            | Why::Procedure(s)
            | Why::Law(s)
            | Why::NotYours(s)
            | Why::Other(s) => s.clone(),
            Why::Date { column, value }
            | Why::Word { column, value }
            | Why::Number { column, value }
            | Why::Unit { column, value } => format!("{column}: {value}"),
            Why::ClosedBeforeOpened | Why::Nul => String::new(),
            Why::Cell(c) => c.detail.clone(),
            Why::TooLong(n) => n.to_string(),
            Why::Twice(line) => line.to_string(),
            Why::Field { field, detail, .. } => {
                if detail.is_empty() {
                    field.clone()
                } else {
                    format!("{field}: {detail}")
                }
            }
        }
    }
}

/// Why a whole file cannot be taken; nothing of it was written.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Columns the map or the kind of table needs.
    #[error("{} {} missing: {}", .0.len(), if .0.len() == 1 { "column" } else { "columns" }, .0.join(", "))]
    ColumnsMissing(Vec<String>),
    /// The map itself cannot be read.
    #[error("map {name}: {why}")]
    BadMap {
        /// Which.
        name: String,
        /// Why not.
        why: String,
    },
    /// The file cannot be opened or read.
    #[error("the file cannot be read: {0}")]
    Unreadable(String),
    /// More than is taken in at once.
    #[error("the file holds more than {0} MiB once it is unpacked")]
    TooLarge(u64),
    /// A column that is read stands twice in the header.
    #[error("the column `{0}` stands more than once in the header; rename or remove one")]
    Doubled(String),
    /// A quotation mark swallows rows.
    #[error(
        "a quotation mark is opened in line {0} and not closed where the field ends, so that rows below it would be taken for its text; nothing was taken"
    )]
    OpenQuote(u64),
    /// A workbook of a kind that is not read.
    #[error("{0}")]
    Workbook(String),
    /// Not even a header.
    #[error("the file is empty")]
    Empty,
    /// An archive must hold exactly one table.
    #[error("the archive holds {0} tables, one is wanted")]
    NotOneCsv(usize),
    /// Anything of the use cases.
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<yixian_store::StoreError> for ImportError {
    fn from(e: yixian_store::StoreError) -> Self {
        ImportError::App(e.into())
    }
}

impl From<ImportError> for AppError {
    /// As a fault of the form's field `file`, for the doors.
    fn from(e: ImportError) -> Self {
        let field = |code, detail: String| AppError::Invalid(vec![FieldError::with("file", code, detail)]);
        match e {
            ImportError::ColumnsMissing(names) => field("columns_missing", names.join(", ")),
            ImportError::BadMap { name, why } => field("bad_map", format!("{name}: {why}")),
            ImportError::Unreadable(why) => field("file_unreadable", why),
            ImportError::TooLarge(mib) => field("file_unpacks_too_large", mib.to_string()),
            ImportError::Doubled(column) => field("column_twice", column),
            ImportError::OpenQuote(line) => field("open_quote", line.to_string()),
            ImportError::Workbook(_) => field("other_workbook", String::new()),
            ImportError::Empty => field("file_empty", String::new()),
            ImportError::NotOneCsv(n) => field("not_one_csv", n.to_string()),
            ImportError::App(e) => e,
        }
    }
}
