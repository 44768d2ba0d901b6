//! An event log in columns: per event a case, an activity and microseconds, and beside them, where a log has them,
//! actor, unit, phase and attributes.
//!
//! Rows stand as they came. The order of a case (time, then the order in which its events came) is made by
//! [`crate::traces`], so that adding one event costs nothing but its own few bytes. The log does not know where it
//! came from, nor what its names mean.

use crate::names::Names;

/// Number of a case in [`Log::cases`].
pub type Case = u32;
/// Number of an activity in [`Log::activities`].
pub type Activity = u32;
/// Number of an event: its place in the order in which events came.
pub type Row = u32;

/// Microseconds in a second.
pub const SECOND_US: i64 = 1_000_000;

/// Number that stands for "not recorded" in an optional column.
const NONE: u32 = u32::MAX;

/// Which end of a step an event marks (XES `lifecycle:transition`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Not recorded.
    #[default]
    Unknown,
    /// The step began.
    Start,
    /// The step was done.
    Complete,
    /// Something else: scheduled, assigned, suspended, resumed …
    Other,
}

impl Phase {
    /// Of a word of the standard transition model, in any case.
    pub fn of(word: &str) -> Phase {
        if word.eq_ignore_ascii_case("complete") {
            Phase::Complete
        } else if word.eq_ignore_ascii_case("start") {
            Phase::Start
        } else if word.is_empty() {
            Phase::Unknown
        } else {
            Phase::Other
        }
    }

    /// The word of the standard, where one is known.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Phase::Start => Some("start"),
            Phase::Complete => Some("complete"),
            Phase::Unknown | Phase::Other => None,
        }
    }
}

/// Value of an attribute. Texts are numbers in [`Log::texts`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// A text, by its number.
    Text(u32),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Real(f64),
    /// Yes or no.
    Bool(bool),
    /// An instant, microseconds since 1970-01-01T00:00:00Z.
    Time(i64),
}

/// One event, as a reader or the ledger hands it over.
#[derive(Clone, Copy, Debug, Default)]
pub struct Event<'a> {
    /// Which case it belongs to.
    pub case: &'a str,
    /// What happened.
    pub activity: &'a str,
    /// When: microseconds since 1970-01-01T00:00:00Z.
    pub at: i64,
    /// Who did it.
    pub actor: Option<&'a str>,
    /// For which unit.
    pub unit: Option<&'a str>,
    /// Which end of the step it marks.
    pub phase: Phase,
}

/// An attribute that some rows have: rows ascend, one value each.
#[derive(Clone, Debug, Default)]
pub struct Column {
    rows: Vec<u32>,
    values: Vec<Value>,
}

impl Column {
    /// Value at a row (of an event column) or a case (of a case column).
    pub fn get(&self, row: u32) -> Option<Value> {
        self.rows.binary_search(&row).ok().map(|i| self.values[i])
    }

    /// All rows that have a value, ascending, each with it.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (u32, Value)> {
        self.rows.iter().copied().zip(self.values.iter().copied())
    }

    /// Sets the value at a row; a later value of the same row replaces the earlier one.
    fn set(&mut self, row: u32, value: Value) {
        if self.rows.last().is_none_or(|last| *last < row) {
            self.rows.push(row);
            self.values.push(value);
            return;
        }
        match self.rows.binary_search(&row) {
            Ok(i) => self.values[i] = value,
            Err(i) => {
                self.rows.insert(i, row);
                self.values.insert(i, value);
            }
        }
    }
}

/// Attributes by name.
#[derive(Clone, Debug, Default)]
pub struct Attributes {
    names: Names,
    columns: Vec<Column>,
}

impl Attributes {
    /// The column of a name.
    pub fn get(&self, name: &str) -> Option<&Column> {
        self.names.find(name).map(|i| &self.columns[i as usize])
    }

    /// All columns, in the order in which their names first came.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Column)> {
        self.names.iter().zip(&self.columns)
    }

    /// How many names.
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    fn set(&mut self, name: &str, row: u32, value: Value) {
        let i = self.names.intern(name) as usize;
        if i == self.columns.len() {
            self.columns.push(Column::default());
        }
        self.columns[i].set(row, value);
    }
}

/// A column that many logs do not have: empty until its first value comes.
#[derive(Clone, Debug, Default)]
struct Optional(Vec<u32>);

impl Optional {
    fn push(&mut self, row: usize, value: Option<u32>) {
        match value {
            None if self.0.is_empty() => {}
            value => {
                self.0.resize(row, NONE);
                self.0.push(value.unwrap_or(NONE));
            }
        }
    }

    fn get(&self, row: Row) -> Option<u32> {
        self.0.get(row as usize).copied().filter(|v| *v != NONE)
    }
}

/// Where the events of a case stand among all, and when the first of them was.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    /// Its first row.
    pub first: Row,
    /// Its last row.
    pub last: Row,
    /// How many rows.
    pub count: u32,
    /// The earliest instant, microseconds.
    pub begun: i64,
}

/// An event log.
#[derive(Clone, Debug, Default)]
pub struct Log {
    /// Names of the cases.
    pub cases: Names,
    /// Names of the activities.
    pub activities: Names,
    /// Names of the actors.
    pub actors: Names,
    /// Names of the units.
    pub units: Names,
    /// Texts of attributes.
    pub texts: Names,
    /// Attributes of events.
    pub of_events: Attributes,
    /// Attributes of cases.
    pub of_cases: Attributes,
    case: Vec<Case>,
    activity: Vec<Activity>,
    at: Vec<i64>,
    actor: Optional,
    unit: Optional,
    phase: Vec<Phase>,
    /// By case, so that a choice of few cases reads no more of the rows than theirs.
    extents: Vec<Option<Extent>>,
    /// Cases known to be open; nothing when the log has no rule of when a case ends.
    open: Option<Vec<bool>>,
}

impl Log {
    /// A log without events.
    pub fn new() -> Log {
        Log::default()
    }

    /// Adds an event; it comes after all others of its instant.
    pub fn push(&mut self, event: &Event<'_>) -> Row {
        let case = self.cases.intern(event.case);
        let activity = self.activities.intern(event.activity);
        let actor = event.actor.map(|a| self.actors.intern(a));
        let unit = event.unit.map(|u| self.units.intern(u));
        self.push_known(case, activity, event.at, actor, unit, event.phase)
    }

    /// Adds an event whose names have numbers already.
    pub fn push_known(
        &mut self,
        case: Case,
        activity: Activity,
        at: i64,
        actor: Option<u32>,
        unit: Option<u32>,
        phase: Phase,
    ) -> Row {
        let row = self.at.len();
        if self.extents.len() <= case as usize {
            self.extents.resize(case as usize + 1, None);
        }
        let new = Extent { first: row as Row, last: row as Row, count: 0, begun: at };
        let extent = self.extents[case as usize].get_or_insert(new);
        (extent.last, extent.count, extent.begun) = (row as Row, extent.count + 1, extent.begun.min(at));
        self.case.push(case);
        self.activity.push(activity);
        self.at.push(at);
        self.actor.push(row, actor);
        self.unit.push(row, unit);
        if phase != Phase::Unknown {
            self.phase.resize(row, Phase::Unknown);
            self.phase.push(phase);
        }
        row as Row
    }

    /// Sets an attribute of an event.
    pub fn note(&mut self, row: Row, name: &str, value: Value) {
        self.of_events.set(name, row, value);
    }

    /// Sets an attribute of a case.
    pub fn describe(&mut self, case: Case, name: &str, value: Value) {
        self.of_cases.set(name, case, value);
    }

    /// A text as an attribute's value.
    pub fn text(&mut self, text: &str) -> Value {
        Value::Text(self.texts.intern(text))
    }

    /// Says whether a case is open. A log of which this was never said counts every case as finished.
    pub fn set_open(&mut self, case: Case, open: bool) {
        let flags = self.open.get_or_insert_default();
        if flags.len() <= case as usize {
            flags.resize(case as usize + 1, false);
        }
        flags[case as usize] = open;
    }

    /// Whether a case is known to be open.
    pub fn is_open(&self, case: Case) -> bool {
        self.open.as_ref().is_some_and(|flags| flags.get(case as usize).copied().unwrap_or(false))
    }

    /// Whether the log knows when a case ends.
    pub fn knows_ends(&self) -> bool {
        self.open.is_some()
    }

    /// How many events.
    pub fn len(&self) -> usize {
        self.at.len()
    }

    /// Whether there is no event.
    pub fn is_empty(&self) -> bool {
        self.at.is_empty()
    }

    /// The case of each event.
    pub fn case(&self) -> &[Case] {
        &self.case
    }

    /// The activity of each event.
    pub fn activity(&self) -> &[Activity] {
        &self.activity
    }

    /// The instant of each event, microseconds since 1970-01-01T00:00:00Z.
    pub fn at(&self) -> &[i64] {
        &self.at
    }

    /// The cases of some events, each once, ascending.
    pub fn cases_of(&self, rows: &[Row]) -> Vec<Case> {
        let mut cases: Vec<Case> = rows.iter().map(|r| self.case[*r as usize]).collect();
        cases.sort_unstable();
        cases.dedup();
        cases
    }

    /// When each case began, by its number: the instant of its first event.
    pub fn begun(&self) -> Vec<i64> {
        (0..self.cases.len() as Case).map(|case| self.extent(case).map_or(i64::MAX, |e| e.begun)).collect()
    }

    /// Where a case's events stand; nothing where it has none.
    pub fn extent(&self, case: Case) -> Option<Extent> {
        self.extents.get(case as usize).copied().flatten()
    }

    /// A value as a text.
    pub fn told(&self, value: Value) -> String {
        match value {
            Value::Text(id) => self.texts.get(id).to_owned(),
            Value::Int(n) => n.to_string(),
            Value::Real(x) => x.to_string(),
            Value::Bool(b) => b.to_string(),
            Value::Time(at) => {
                jiff::Timestamp::from_microsecond(at).map_or_else(|_| format!("{}s", at / SECOND_US), |t| t.to_string())
            }
        }
    }

    /// Whether a case has an attribute of this value, written as a text.
    pub fn says(&self, case: Case, name: &str, wanted: &str) -> bool {
        self.of_cases.get(name).and_then(|c| c.get(case)).is_some_and(|v| self.told(v) == wanted)
    }

    /// The actor of an event, a number in [`Log::actors`].
    pub fn actor(&self, row: Row) -> Option<u32> {
        self.actor.get(row)
    }

    /// The unit of an event, a number in [`Log::units`].
    pub fn unit(&self, row: Row) -> Option<u32> {
        self.unit.get(row)
    }

    /// Which end of its step an event marks.
    pub fn phase(&self, row: Row) -> Phase {
        self.phase.get(row as usize).copied().unwrap_or_default()
    }

    /// Whether any event says which end of its step it marks.
    pub fn knows_phases(&self) -> bool {
        !self.phase.is_empty()
    }

    /// Whether any event says for which unit it happened.
    pub fn knows_units(&self) -> bool {
        !self.unit.0.is_empty()
    }

    /// An event as it was handed over.
    pub fn event(&self, row: Row) -> Event<'_> {
        let i = row as usize;
        Event {
            case: self.cases.get(self.case[i]),
            activity: self.activities.get(self.activity[i]),
            at: self.at[i],
            actor: self.actor(row).map(|a| self.actors.get(a)),
            unit: self.unit(row).map(|u| self.units.get(u)),
            phase: self.phase(row),
        }
    }

    /// Adds another log's events after its own. Cases of the same name are one case; one log's saying that a case is
    /// open is overruled by the later log's saying.
    pub fn merge(&mut self, later: &Log) {
        let offset = self.len() as Row;
        for row in 0..later.len() as Row {
            self.push(&later.event(row));
        }
        let cases: Vec<Case> = later.cases.iter().map(|name| self.cases.intern(name)).collect();
        for (name, column) in later.of_events.iter() {
            for (row, value) in column.iter() {
                let value = self.adopt(value, later);
                self.note(offset + row, name, value);
            }
        }
        for (name, column) in later.of_cases.iter() {
            for (case, value) in column.iter() {
                let value = self.adopt(value, later);
                self.describe(cases[case as usize], name, value);
            }
        }
        if later.knows_ends() {
            for (theirs, ours) in cases.iter().enumerate() {
                self.set_open(*ours, later.is_open(theirs as Case));
            }
        }
    }

    fn adopt(&mut self, value: Value, of: &Log) -> Value {
        match value {
            Value::Text(id) => self.text(of.texts.get(id)),
            other => other,
        }
    }
}
