//! What can be wrong with what is asked: one list, every fault in it with its place and its reason. The same list serves
//! files ([`crate::read`]) and requests built by code ([`crate::validate`]). It does not know what is wrong with a plan;
//! that is [`crate::check`].

use serde::Serialize;
use std::fmt;

/// Where a fault lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case", tag = "at")]
pub enum At {
    /// The whole request.
    Request,
    /// A whole file, named as in the layout.
    File {
        /// Its name.
        file: &'static str,
    },
    /// A row of a file.
    Row {
        /// Its name.
        file: &'static str,
        /// The line, counted from 1; in a binary matrix the row, counted from 0.
        row: u64,
    },
    /// A task by its index.
    Task {
        /// The index.
        index: u32,
    },
    /// A leader by the index.
    Leader {
        /// The index.
        index: u32,
    },
    /// A shift by its index.
    Shift {
        /// The index.
        index: u32,
    },
    /// A pin by its index.
    Pin {
        /// The index.
        index: u32,
    },
    /// A prohibition by its index.
    Forbid {
        /// The index.
        index: u32,
    },
    /// A route of the base plan by its index.
    Base {
        /// The index.
        index: u32,
    },
    /// A place by its index: its row of the matrix.
    Place {
        /// The index.
        index: u32,
    },
}

/// One fault.
#[derive(Clone, Debug, PartialEq, Serialize, thiserror::Error)]
#[error("{at}: {what}")]
pub struct Fault {
    /// Where.
    pub at: At,
    /// What.
    pub what: Wrong,
}

/// What something refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Thing {
    /// A task.
    Task,
    /// A leader.
    Leader,
    /// A shift.
    Shift,
    /// A place.
    Place,
    /// A unit.
    Unit,
    /// A cap.
    Cap,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum Wrong {
    /// The text is not UTF-8 or not a table.
    #[error("cannot be read: {why}")]
    Unreadable {
        /// Why.
        why: String,
    },
    /// The file has nothing in it.
    #[error("is empty")]
    Empty,
    /// A column is missing from the heading.
    #[error("has no column {column}")]
    NoColumn {
        /// Its name.
        column: &'static str,
    },
    /// A row ends before this field.
    #[error("{field} is missing")]
    Missing {
        /// The field.
        field: &'static str,
    },
    /// A field is no number, not finite, or not whole where it must be.
    #[error("{field} {text:?} is not a number that can stand here")]
    NotANumber {
        /// The field.
        field: &'static str,
        /// What stands there, cut short.
        text: String,
    },
    /// A number is below or above what it may be.
    #[error("{field} {value} is not between {least} and {most}")]
    OutOfRange {
        /// The field.
        field: &'static str,
        /// What stands there.
        value: i64,
        /// Least.
        least: i64,
        /// Most.
        most: i64,
    },
    /// A weight is negative, infinite or no number.
    #[error("the weight {weight} is not a number from 0 up")]
    Weight {
        /// Which.
        weight: &'static str,
    },
    /// The name stands in an earlier row too.
    #[error("{thing:?} {name:?} stands twice")]
    Twice {
        /// What is named.
        thing: Thing,
        /// The name, cut short.
        name: String,
    },
    /// It refers to something that is not there.
    #[error("there is no {thing:?} {name}")]
    Unknown {
        /// What is referred to.
        thing: Thing,
        /// The name or index, cut short.
        name: String,
    },
    /// A leader without a home.
    #[error("the leader has no home")]
    NoHome,
    /// No window in which the visit may begin.
    #[error("no window in which the visit may begin")]
    NoWindow,
    /// A window closes before it opens.
    #[error("the window closes ({closes}) before it opens ({opens})")]
    ClosesBeforeItOpens {
        /// Opening.
        opens: i32,
        /// Closing.
        closes: i32,
    },
    /// A window's last day lies before its first.
    #[error("the last day ({last}) lies before the first ({first})")]
    LastBeforeFirst {
        /// First day.
        first: u16,
        /// Last day.
        last: u16,
    },
    /// A shift ends before it begins.
    #[error("the shift ends ({ends}) before it begins ({starts})")]
    EndsBeforeItStarts {
        /// Begin.
        starts: i32,
        /// End.
        ends: i32,
    },
    /// More visits owed than all shifts of the leader together allow.
    #[error("{owed} visits are owed, but the {shifts} shifts allow {allowed}")]
    DutyAboveShifts {
        /// Visits owed.
        owed: u32,
        /// Visits that the shifts allow.
        allowed: u32,
        /// Shifts of the leader.
        shifts: u32,
    },
    /// The matrix has another number of entries than the square of its places.
    #[error("the matrix has {found} entries where {places} places need {needed}")]
    MatrixSize {
        /// Entries found.
        found: u64,
        /// Places there are.
        places: u64,
        /// Entries needed.
        needed: u64,
    },
    /// The matrix is cut within an entry.
    #[error("{bytes} bytes are not a whole number of entries")]
    CutEntry {
        /// Length.
        bytes: u64,
    },
    /// No way between two places is known: −1, or 65,535 in a matrix of 16 bits.
    #[error("no travel time to {count} places, the first is {first}")]
    NoWay {
        /// The first column.
        first: u64,
        /// How many columns.
        count: u64,
    },
    /// The file says how many rows it has, and has another number.
    #[error("{found} rows where {needed} are announced")]
    Rows {
        /// Found.
        found: u64,
        /// Announced.
        needed: u64,
    },
    /// Two pins of one visit that cannot both hold, or a pin that a prohibition undoes.
    #[error("the pin contradicts {with}")]
    Contradiction {
        /// The other pin or prohibition.
        with: At,
    },
    /// Nobody's shift fits the pin.
    #[error("no shift fits the pin")]
    PinFitsNoShift,
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            At::Request => f.write_str("request"),
            At::File { file } => f.write_str(file),
            At::Row { file, row } => write!(f, "{file}, row {row}"),
            At::Task { index } => write!(f, "task {index}"),
            At::Leader { index } => write!(f, "leader {index}"),
            At::Shift { index } => write!(f, "shift {index}"),
            At::Pin { index } => write!(f, "pin {index}"),
            At::Forbid { index } => write!(f, "prohibition {index}"),
            At::Base { index } => write!(f, "route {index} of the base plan"),
            At::Place { index } => write!(f, "place {index}"),
        }
    }
}

/// A text cut to what a message can show.
pub(crate) fn short(text: &str) -> String {
    text.chars().take(40).collect()
}
