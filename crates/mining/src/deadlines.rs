//! Promises kept: what was due by when, what was done in time, what is late, and how old what is open has become.
//!
//! In time means closed not after the deadline. A case without an end is open, late or not yet. Everything is seen as
//! of an instant: what was closed only later is open then, what was opened later is not there.

use crate::input::Ask;
use crate::reading::{Fault, ReadError, Reading, Remark, Remarks};
use crate::rows::Rows;
use crate::table::Dates;
use hashbrown::HashSet;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::Read;
use yixian_domain::time::Zone;

/// A promise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Promise {
    /// Which case.
    pub case: String,
    /// When it was opened, microseconds since 1970-01-01T00:00:00Z, as all instants here.
    pub opened: Option<i64>,
    /// By when it was promised.
    pub due: Option<i64>,
    /// When it was closed.
    pub closed: Option<i64>,
    /// Its type.
    pub kind: String,
    /// Who is responsible.
    pub unit: String,
}

/// What became of a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Closed not after its deadline.
    OnTime,
    /// Closed after its deadline.
    Late,
    /// Closed; it had no deadline.
    ClosedWithoutDeadline,
    /// Open, and its deadline is over.
    OpenOverdue,
    /// Open, and its deadline is still to come.
    OpenNotYetDue,
    /// Open; it has no deadline.
    OpenWithoutDeadline,
}

impl Outcome {
    /// All of them, in the order of their telling.
    pub const ALL: [Outcome; 6] = [
        Self::OnTime,
        Self::Late,
        Self::ClosedWithoutDeadline,
        Self::OpenOverdue,
        Self::OpenNotYetDue,
        Self::OpenWithoutDeadline,
    ];
}

impl Promise {
    /// What became of it, seen at an instant; nothing when it was opened only later. Without an instant everything that
    /// is recorded counts, and nothing open is overdue: nobody said what time it is.
    pub fn outcome(&self, as_of: Option<i64>) -> Option<Outcome> {
        let later = |at: Option<i64>| at.zip(as_of).is_some_and(|(at, now)| at > now);
        if later(self.opened) {
            return None;
        }
        let closed = self.closed.filter(|_| !later(self.closed));
        Some(match (closed, self.due) {
            (Some(closed), Some(due)) if closed <= due => Outcome::OnTime,
            (Some(_), Some(_)) => Outcome::Late,
            (Some(_), None) => Outcome::ClosedWithoutDeadline,
            (None, Some(due)) if as_of.is_some_and(|now| now > due) => Outcome::OpenOverdue,
            (None, Some(_)) => Outcome::OpenNotYetDue,
            (None, None) => Outcome::OpenWithoutDeadline,
        })
    }
}

/// Promises by what became of them; each list holds the places of promises.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    outcomes: BTreeMap<Outcome, Vec<u32>>,
    /// Open ones by age: one list per class of [`Kept::LIMITS`], and one for the rest.
    pub ageing: Vec<Vec<u32>>,
}

/// Microseconds in a day.
const DAY_US: i64 = 86_400_000_000;

impl Kept {
    /// Limits of the classes of age, days: younger than the first, than the second, …, and the rest.
    pub const LIMITS: [i64; 6] = [1, 3, 7, 30, 90, 365];

    /// The promises of an outcome.
    pub fn of(&self, outcome: Outcome) -> &[u32] {
        self.outcomes.get(&outcome).map_or(&[], Vec::as_slice)
    }

    /// How many of several outcomes.
    pub fn count(&self, outcomes: &[Outcome]) -> usize {
        outcomes.iter().map(|o| self.of(*o).len()).sum()
    }

    fn add(&mut self, place: u32, outcome: Outcome, age: Option<i64>) {
        self.outcomes.entry(outcome).or_default().push(place);
        self.ageing.resize(Self::LIMITS.len() + 1, Vec::new());
        if let Some(age) = age {
            self.ageing[Self::LIMITS.partition_point(|days| days * DAY_US <= age)].push(place);
        }
    }
}

/// Promises of a file, all together, by type and by unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deadlines {
    /// All.
    pub all: Kept,
    /// By type.
    pub by_kind: BTreeMap<String, Kept>,
    /// By unit.
    pub by_unit: BTreeMap<String, Kept>,
}

/// Judges promises as of an instant.
pub fn deadlines(promises: &[Promise], as_of: Option<i64>) -> Deadlines {
    let mut out = Deadlines::default();
    for (place, promise) in (0_u32..).zip(promises) {
        let Some(outcome) = promise.outcome(as_of) else { continue };
        let open = matches!(outcome, Outcome::OpenOverdue | Outcome::OpenNotYetDue | Outcome::OpenWithoutDeadline);
        let age = as_of.zip(promise.opened).map(|(now, opened)| now - opened).filter(|_| open);
        out.all.add(place, outcome, age);
        out.by_kind.entry(promise.kind.clone()).or_default().add(place, outcome, age);
        out.by_unit.entry(promise.unit.clone()).or_default().add(place, outcome, age);
    }
    out
}

/// How a table of promises is to be read. A map of an import serves as it is: what it says beyond this is passed over.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PromiseMap {
    /// Where clocks stood that say no zone.
    pub zone: Option<Zone>,
    /// Ways dates are written, strftime; ISO 8601 is always tried last.
    pub dates: Vec<String>,
    /// Encoding; found out when `auto` or missing.
    pub encoding: Option<String>,
    /// What stands between columns; found out when missing.
    pub delimiter: Option<char>,
    /// Words in the status column that mean closed.
    pub closed_values: Vec<String>,
    /// Which column holds what.
    pub columns: PromiseColumns,
}

/// Column names of a table of promises.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PromiseColumns {
    /// The case; its first row counts where it has several.
    #[serde(alias = "case")]
    pub key: String,
    /// When it was opened.
    pub opened: Option<String>,
    /// By when it was promised.
    #[serde(alias = "deadline")]
    pub target: Option<String>,
    /// When it was closed.
    pub closed: Option<String>,
    /// Its status; without one a case with a closing date is closed.
    pub status: Option<String>,
    /// Its type.
    pub category: Option<String>,
    /// Who is responsible.
    pub unit: Option<String>,
}

impl PromiseMap {
    /// How its table is to be opened.
    pub fn ask(&self) -> Ask<'_> {
        Ask { encoding: self.encoding.as_deref(), delimiter: self.delimiter, ..Ask::default() }
    }

    /// Reads a map's text.
    pub fn parse(text: &str) -> Result<PromiseMap, Fault> {
        let map: PromiseMap = toml::from_str(text).map_err(|e| Fault::Map(e.to_string()))?;
        match (&map.columns.target, &map.columns.closed) {
            (Some(_), Some(_)) if !map.columns.key.is_empty() => Ok(map),
            _ => Err(Fault::Map("[columns] must name key, target and closed".into())),
        }
    }
}

/// Reads promises from the text of a table.
pub fn read(source: impl Read, map: &PromiseMap) -> Result<Reading<Vec<Promise>>, ReadError> {
    read_rows(&mut Rows::open(source, &map.ask())?, map)
}

/// Reads promises, one per case.
pub fn read_rows(rows: &mut Rows<'_>, map: &PromiseMap) -> Result<Reading<Vec<Promise>>, ReadError> {
    let c = &map.columns;
    let key = rows.need(&c.key)?;
    let column = |name: &Option<String>| name.as_deref().map(|n| rows.need(n)).transpose();
    let (opened, due, closed) = (column(&c.opened)?, column(&c.target)?, column(&c.closed)?);
    let (status, kind, unit) = (column(&c.status)?, column(&c.category)?, column(&c.unit)?);
    let dates = Dates { patterns: &map.dates, zone: map.zone.as_ref() };
    let (mut promises, mut seen, mut remarks) = (Vec::new(), HashSet::new(), Remarks::default());
    while rows.advance()? {
        let at = rows.place();
        let text = |column: Option<usize>| column.map_or(Ok(""), |c| rows.field(c));
        let case = rows.field(key)?;
        if case.is_empty() {
            remarks.note(Remark::NoCase, at);
            continue;
        }
        if !seen.insert(case.to_owned()) {
            continue;
        }
        let mut unreadable = false;
        let mut instant = |column: Option<usize>| -> Result<Option<i64>, ReadError> {
            let text = text(column)?;
            let stamp = dates.read(text);
            unreadable |= stamp.is_none() && !text.is_empty();
            Ok(stamp.map(|s| s.micros(dates.zone)))
        };
        let (opened, due, closed) = (instant(opened)?, instant(due)?, instant(closed)?);
        if unreadable {
            remarks.note(Remark::UnreadableTime, at);
            continue;
        }
        let word = text(status)?;
        let over = status.is_none() || map.closed_values.iter().any(|v| v.trim().eq_ignore_ascii_case(word));
        promises.push(Promise {
            case: case.to_owned(),
            opened,
            due,
            closed: closed.filter(|_| over),
            kind: text(kind)?.to_owned(),
            unit: text(unit)?.to_owned(),
        });
    }
    for remark in rows.remarks.iter() {
        remarks.note_many(remark.what, remark.count, remark.first);
    }
    Ok(Reading { of: promises, remarks })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_are_seen_as_of_an_instant() {
        let promise = |due, closed| Promise { case: "x".into(), opened: Some(10), due, closed, ..Promise::default() };
        for (due, closed, as_of, expected) in [
            (Some(20), Some(20), None, Some(Outcome::OnTime)),
            (Some(20), Some(21), None, Some(Outcome::Late)),
            (None, Some(21), None, Some(Outcome::ClosedWithoutDeadline)),
            (Some(20), Some(30), Some(25), Some(Outcome::OpenOverdue)),
            (Some(20), Some(30), Some(20), Some(Outcome::OpenNotYetDue)),
            (None, None, Some(20), Some(Outcome::OpenWithoutDeadline)),
            (Some(20), None, Some(9), None),
            (Some(20), None, None, Some(Outcome::OpenNotYetDue)),
        ] {
            assert_eq!(promise(due, closed).outcome(as_of), expected, "{due:?} {closed:?} {as_of:?}");
        }
    }
}
