//! A table of one of our own registers, whichever: its lines by stable column names, the cells of a line read with every fault
//! kept, the steps that lines make, and the difference they would make. A column that a table does not have leaves what it would
//! have told as it is. It does not know what any register holds.

use super::decode::{Encoding, Source};
use super::wording::{self, Column};
use super::{Cell, ImportError, Refused, Why};
use crate::frame::error::FieldError;
use crate::frame::work::MAX_WORDS;
use crate::slices::Command;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::ops::RangeInclusive;
use yixian_domain::refusal::Refusal;
use yixian_domain::time::Date;
use yixian_mining::rows::Rows;

/// What a table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum CsvKind {
    Units,
    People,
    Places,
    Partners,
    Sections,
    Milestones,
    Resolutions,
    Tasks,
    Outages,
    Members,
    /// Households that a service team looks after.
    Households,
}

/// What becomes of a table some of whose lines cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taking {
    /// Its good lines are taken, each by itself.
    GoodLines,
    /// Nothing of it is: all of its lines or none.
    Whole,
}

impl CsvKind {
    /// Every one.
    pub const ALL: [CsvKind; 11] = [
        CsvKind::Units,
        CsvKind::People,
        CsvKind::Places,
        CsvKind::Partners,
        CsvKind::Sections,
        CsvKind::Milestones,
        CsvKind::Resolutions,
        CsvKind::Tasks,
        CsvKind::Outages,
        CsvKind::Members,
        CsvKind::Households,
    ];

    /// From its name, as in addresses.
    pub fn parse(name: &str) -> Option<Self> {
        CsvKind::ALL.into_iter().find(|k| k.name() == name)
    }

    /// Its name, as in addresses and in the catalogues.
    pub fn name(self) -> &'static str {
        match self {
            CsvKind::Units => "units",
            CsvKind::People => "people",
            CsvKind::Places => "places",
            CsvKind::Partners => "partners",
            CsvKind::Sections => "sections",
            CsvKind::Milestones => "milestones",
            CsvKind::Resolutions => "resolutions",
            CsvKind::Tasks => "tasks",
            CsvKind::Outages => "outages",
            CsvKind::Members => "members",
            CsvKind::Households => "households",
        }
    }

    fn columns(self) -> &'static [Column] {
        match self {
            CsvKind::Units => wording::UNITS,
            CsvKind::People => wording::PEOPLE,
            CsvKind::Places => wording::PLACES,
            CsvKind::Partners => wording::PARTNERS,
            CsvKind::Sections => wording::SECTIONS,
            CsvKind::Milestones => wording::MILESTONES,
            CsvKind::Resolutions => wording::RESOLUTIONS,
            CsvKind::Tasks => wording::TASKS,
            CsvKind::Outages => wording::OUTAGES,
            CsvKind::Members => wording::MEMBERS,
            CsvKind::Households => wording::HOUSEHOLDS,
        }
    }

    /// The columns by which a line is one and no other.
    fn key(self) -> &'static [&'static str] {
        match self {
            CsvKind::Units
            | CsvKind::People
            | CsvKind::Places
            | CsvKind::Partners
            | CsvKind::Sections
            | CsvKind::Members
            | CsvKind::Households
            | CsvKind::Outages => &["code"],
            CsvKind::Milestones => &["section", "milestone"],
            CsvKind::Resolutions => &["conference", "meeting", "topic", "text"],
            CsvKind::Tasks => &["indicator", "code"],
        }
    }

    /// What becomes of it when some line cannot be taken.
    pub fn taking(self) -> Taking {
        match self {
            CsvKind::Units | CsvKind::People | CsvKind::Places => Taking::GoodLines,
            CsvKind::Partners
            | CsvKind::Sections
            | CsvKind::Milestones
            | CsvKind::Resolutions
            | CsvKind::Tasks
            | CsvKind::Members
            | CsvKind::Households
            | CsvKind::Outages => Taking::Whole,
        }
    }

    /// The header of an empty table to fill in.
    pub fn template(self) -> Vec<&'static str> {
        self.columns().iter().map(|c| c.name).collect()
    }
}

/// A field of a record that would be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Given {
    /// Stable name of the column.
    pub field: &'static str,
    /// Its value: a text, a code, or an enum's stable name.
    pub value: String,
}

/// A record that would be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Made {
    /// Line of the table.
    pub line: u64,
    /// Its code.
    pub code: String,
    /// Its fields, empty ones left out.
    pub fields: Vec<Given>,
}

/// A field that would change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// Stable name of the column.
    pub field: &'static str,
    /// As it is.
    pub before: String,
    /// As the table has it.
    pub after: String,
}

/// A record that would change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// Line of the table.
    pub line: u64,
    /// Its code.
    pub code: String,
    /// Its present name.
    pub name: String,
    /// What would change.
    pub fields: Vec<FieldChange>,
}

/// What a table would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What it holds.
    pub kind: CsvKind,
    /// New records, by line.
    pub new: Vec<Made>,
    /// Changed records, by line.
    pub changed: Vec<Changed>,
    /// Records that are as the table has them.
    pub unchanged: u64,
    /// Why lines cannot be taken, by line; of one line there may be several.
    pub refused: Vec<Refused>,
}

impl Difference {
    /// Whether anything would be written if it were applied.
    pub fn writes(&self) -> bool {
        let any = !self.new.is_empty() || !self.changed.is_empty();
        match self.kind.taking() {
            Taking::GoodLines => any,
            Taking::Whole => any && self.refused.is_empty(),
        }
    }
}

pub(super) type Fields = Vec<(&'static str, String)>;

/// A line that makes or changes a record.
pub(super) struct Step {
    pub line: u64,
    pub code: String,
    /// The present name of a known record, the given one of a new one.
    pub name: String,
    /// Its fields as they are; none for a new record.
    pub before: Option<Fields>,
    /// Its fields as the table has them.
    pub after: Fields,
    /// What makes it so; what several lines say of one record stands with the first of them.
    pub commands: Vec<Command>,
}

impl Step {
    fn changes(&self) -> Vec<FieldChange> {
        let Some(before) = &self.before else { return Vec::new() };
        before
            .iter()
            .zip(&self.after)
            .filter(|(b, a)| b.1 != a.1)
            .map(|(b, a)| FieldChange { field: a.0, before: b.1.clone(), after: a.1.clone() })
            .collect()
    }
    /// Whether the record is as the line has it.
    pub fn is_same(&self) -> bool {
        self.before.as_ref().is_some_and(|b| *b == self.after)
    }
}

/// Lines of a table in the order in which they are taken, and those that cannot be.
#[derive(Default)]
pub(super) struct Plan {
    pub steps: Vec<Step>,
    pub refused: Vec<Refused>,
}

impl Plan {
    /// What lines do that are judged one after the other.
    pub fn of(lines: &[Line], mut step: impl FnMut(&mut Cells<'_>) -> Option<Step>) -> Plan {
        let mut plan = Plan::default();
        for line in lines {
            let mut c = Cells::of(line);
            let step = step(&mut c);
            plan.take(line.n, c.faults(), step);
        }
        plan
    }

    /// Takes in what was read of a line: its step, unless there is any fault.
    pub fn take(&mut self, line: u64, faults: Vec<Why>, step: Option<Step>) {
        if faults.is_empty() {
            self.steps.extend(step);
        } else {
            self.refused.extend(faults.into_iter().map(|why| Refused::new(line, why)));
        }
    }

    /// What it would do.
    pub fn difference(self, kind: CsvKind) -> Difference {
        let Plan { mut steps, refused } = self;
        steps.sort_by_key(|s| s.line);
        let mut d = Difference { kind, new: Vec::new(), changed: Vec::new(), unchanged: 0, refused };
        for s in steps {
            match &s.before {
                None => d.new.push(Made {
                    line: s.line,
                    code: s.code,
                    fields: s
                        .after
                        .into_iter()
                        .filter(|f| !f.1.is_empty())
                        .map(|(field, value)| Given { field, value })
                        .collect(),
                }),
                Some(_) if s.is_same() => d.unchanged += 1,
                Some(_) => {
                    let fields = s.changes();
                    d.changed.push(Changed { line: s.line, code: s.code, name: s.name, fields });
                }
            }
        }
        d
    }
}

/// A line of a table.
pub(super) struct Line {
    pub n: u64,
    /// By stable column name; a column the table does not have is missing.
    cells: HashMap<&'static str, String>,
}

impl Line {
    pub fn cell(&self, name: &str) -> &str {
        self.cells.get(name).map_or("", String::as_str)
    }
    pub fn has(&self, name: &str) -> bool {
        self.cells.contains_key(name)
    }
    pub fn needed(&self, name: &'static str) -> Result<&str, Why> {
        match self.cell(name) {
            "" => Err(Why::Blank(name.to_owned())),
            s => Ok(s),
        }
    }
    pub fn word<T>(&self, name: &'static str, read: impl Fn(&str) -> Option<T>) -> Result<T, Why> {
        let value = self.needed(name)?;
        read(value).ok_or_else(|| Why::Word { column: name.to_owned(), value: value.to_owned() })
    }
}

/// Who somebody is, in what a table would do: it is there, and not told.
pub(super) const GIVEN: &str = "given";
/// Who somebody is would be written over.
pub(super) const GIVEN_ANEW: &str = "given_anew";

/// Columns whose cells say who somebody is: no message quotes them.
const PERSONAL: &[&str] =
    &["contacts", "person", "last_four", "staff_number", "resident", "address", "phone", "vulnerable"];

/// The cells of a line being read; it goes on behind a fault, so that all of them are told.
pub(super) struct Cells<'l> {
    pub line: &'l Line,
    faults: Vec<Why>,
}

impl<'l> Cells<'l> {
    pub fn of(line: &'l Line) -> Self {
        Cells { line, faults: Vec::new() }
    }
    /// Every fault.
    pub fn faults(self) -> Vec<Why> {
        self.faults
    }
    pub fn is_good(&self) -> bool {
        self.faults.is_empty()
    }

    fn push(&mut self, column: &'static str, code: &'static str, detail: String, rest: (Vec<String>, Option<Refusal>)) {
        let quoted = !PERSONAL.contains(&column);
        let value = if quoted { self.line.cell(column).to_owned() } else { String::new() };
        let (allowed, refusal) = rest;
        self.faults.push(Why::Cell(Box::new(Cell { column, value, code, detail, allowed, refusal })));
    }
    /// A cell that cannot be taken, by a code of the forms.
    pub fn fault(&mut self, column: &'static str, code: &'static str) {
        self.push(column, code, String::new(), Default::default());
    }
    /// One that could be one of some.
    pub fn not_of(&mut self, column: &'static str, code: &'static str, allowed: Vec<String>) {
        self.push(column, code, String::new(), (allowed, None));
    }
    /// What a form would be told of a field.
    pub fn field(&mut self, f: FieldError, allowed: Vec<String>) {
        self.push(f.field, f.code, f.detail, (allowed, None));
    }
    /// What the law says to a cell.
    pub fn law(&mut self, column: &'static str, refusal: Refusal, allowed: Vec<String>) {
        self.push(column, refusal.code(), String::new(), (allowed, Some(refusal)));
    }

    /// What an earlier line stands for already.
    pub fn twice(&mut self, first: u64) {
        self.faults.push(Why::Twice(first));
    }

    pub fn cell(&self, column: &'static str) -> &'l str {
        self.line.cell(column)
    }
    /// A cell that may be empty, which then is none; what was, where there is no such column.
    pub fn optional<T>(
        &mut self,
        column: &'static str,
        was: Option<T>,
        read: impl FnOnce(&mut Self, &'l str) -> Option<T>,
    ) -> Option<T> {
        match self.line.cell(column) {
            _ if !self.line.has(column) => was,
            "" => None,
            text => read(self, text),
        }
    }
    /// A text.
    pub fn text(&mut self, column: &'static str, was: Option<String>) -> Option<String> {
        self.optional(column, was, |_, text| Some(text.to_owned()))
    }
    /// Words, which are of a bounded length.
    pub fn words(&mut self, column: &'static str) -> &'l str {
        let text = self.line.cell(column);
        if text.chars().count() > MAX_WORDS {
            let quoted = Cell {
                column,
                value: String::new(),
                code: "words_too_long",
                detail: MAX_WORDS.to_string(),
                allowed: Vec::new(),
                refusal: None,
            };
            self.faults.push(Why::Cell(Box::new(quoted)));
        }
        text
    }
    /// A day.
    pub fn day(&mut self, column: &'static str) -> Option<Date> {
        let text = self.line.cell(column);
        let day = wording::day(text);
        if day.is_none() && !text.is_empty() {
            self.not_of(column, "date", vec!["2018-05-01".into()]);
        }
        day
    }
    /// A whole number in a span.
    pub fn number(&mut self, column: &'static str, span: RangeInclusive<u32>, was: Option<u32>) -> Option<u32> {
        self.optional(column, was, |c, text| {
            let n = text.parse().ok().filter(|n| span.contains(n));
            if n.is_none() {
                c.not_of(column, "number", vec![format!("{}–{}", span.start(), span.end())]);
            }
            n
        })
    }
    /// What a register has under the code in a cell.
    pub fn found<'m, T>(
        &mut self,
        column: &'static str,
        register: &'m HashMap<String, T>,
        code: &'static str,
    ) -> Option<&'m T> {
        let found = register.get(self.line.cell(column));
        if found.is_none() {
            self.fault(column, code);
        }
        found
    }
}

/// Parts of a list in one cell.
pub(super) fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split([';', '；', ',', '，', '、', '\n']).map(str::trim).filter(|p| !p.is_empty())
}

/// Reads a whole table: its lines, those that are none, and nothing at all when columns are missing. A line that stands for what
/// an earlier one stands for is refused.
pub(super) fn read(kind: CsvKind, bytes: Vec<u8>) -> Result<(Vec<Line>, Vec<Refused>), ImportError> {
    let (lines, mut refused) = opened(kind, bytes)?;
    let mut seen: HashMap<Vec<String>, u64> = HashMap::new();
    let mut once = Vec::new();
    for line in lines {
        let key = kind.key().iter().map(|c| line.cell(c).to_owned()).collect();
        if let Some(first) = seen.get(&key) {
            refused.push(Refused::new(line.n, Why::Twice(*first)));
        } else {
            seen.insert(key, line.n);
            once.push(line);
        }
    }
    Ok((once, refused))
}

/// Where the columns of a table stand; all that are missing are told.
pub(super) fn bound(
    rows: &mut Rows<'_>,
    table: &str,
    columns: &'static [Column],
) -> Result<Vec<(&'static str, usize)>, ImportError> {
    if rows.heading().iter().all(String::is_empty) {
        return Err(ImportError::Empty);
    }
    let mut at: Vec<(&'static str, usize)> = Vec::new();
    let mut missing = Vec::new();
    for c in columns {
        let mut found = None;
        for name in wording::names(table, c.name) {
            found = rows.column(name)?;
            if found.is_some() {
                break;
            }
        }
        match found {
            Some(i) => at.push((c.name, i)),
            None if c.needed => missing.push(c.name.to_owned()),
            None => {}
        }
    }
    if missing.is_empty() { Ok(at) } else { Err(ImportError::ColumnsMissing(missing)) }
}

/// Why the cells of the present line cannot be read; nothing where they can.
pub(super) fn unreadable(rows: &Rows<'_>, at: &[(&'static str, usize)]) -> Option<Why> {
    if rows.width() != rows.heading().len() {
        return Some(Why::Columns { found: rows.width(), wanted: rows.heading().len() });
    }
    if rows.has_nul() {
        return Some(Why::Nul);
    }
    let damaged = at.iter().find(|(_, i)| rows.is_damaged() && rows.text(*i).contains('\u{fffd}'));
    damaged.map(|(name, _)| Why::Characters((*name).to_owned()))
}

fn opened(kind: CsvKind, bytes: Vec<u8>) -> Result<(Vec<Line>, Vec<Refused>), ImportError> {
    Source::Bytes(bytes).rows(Encoding::Auto, None, |rows| {
        let at = bound(rows, kind.name(), kind.columns())?;
        let (mut lines, mut refused) = (Vec::new(), Vec::new());
        while rows.step()? {
            let n = rows.line();
            if rows.is_blank() {
                continue;
            }
            if let Some(why) = unreadable(rows, &at) {
                refused.push(Refused::new(n, why));
                continue;
            }
            let cells = at.iter().map(|(name, i)| (*name, rows.text(*i).to_owned())).collect();
            lines.push(Line { n, cells });
        }
        Ok((lines, refused))
    })
}
