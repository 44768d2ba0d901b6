//! A map says how a foreign table of requests is to be read: which column holds what, how dates are
//! written and in which zone its clock stood. Maps are TOML; those under `maps/` are built in and
//! usable by name. A map knows nothing of the database; a row read by it is plain data.

use super::decode::Encoding;
use super::{ImportError, Why};
use crate::frame::work::MAX_WORDS;
use jiff::fmt::strtime;
use serde::Deserialize;
use std::path::Path;
use yixian_domain::base::fold::{folded, invisible};
use yixian_domain::matter::MatterKind;
use yixian_domain::org::valid_code;
use yixian_domain::time::{Instant, Time, Zone};
use yixian_mining::reading::ReadError;
use yixian_mining::rows::Rows;
use yixian_store::ledger::sha256;

/// Maps built in, by name.
const SHIPPED: [(&str, &str); 2] = [
    ("boston311", include_str!("../../../../maps/boston311.toml")),
    ("nyc311", include_str!("../../../../maps/nyc311.toml")),
];

/// How a table of requests is to be read.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestMap {
    /// Stable code of the source: with a row's key it says which request this is, for ever.
    pub source: String,
    /// Its name, for people.
    pub name: String,
    /// What its requests are.
    #[serde(default = "problem")]
    pub kind: MatterKind,
    /// Where its clock stood: an IANA name or `fixed:-05:00`.
    pub zone: Zone,
    /// Ways its dates are written, strftime; the first that fits holds.
    pub dates: Vec<String>,
    /// How its text is written.
    #[serde(default)]
    pub encoding: Encoding,
    /// What stands between columns; found out by the heading when missing.
    #[serde(default)]
    pub delimiter: Option<char>,
    /// Words in the status column that mean closed. Without a status column a row with a closing
    /// date is closed; with one the status decides, and an open row's closing date is an old one.
    #[serde(default)]
    pub closed_values: Vec<String>,
    /// What becomes of a row that was closed before it was opened.
    #[serde(default)]
    pub closed_before_opened: Contradiction,
    /// Category of rows that name none.
    #[serde(default = "unknown")]
    pub category: String,
    /// Code of the unit under which the units of the source are made.
    #[serde(default = "under")]
    pub unit: String,
    /// Which column holds what.
    pub columns: Columns,
}

/// Column names.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    /// What tells one request from another.
    pub key: String,
    /// When it was opened.
    pub opened: String,
    /// By when it was promised.
    #[serde(default)]
    pub target: Option<String>,
    /// When it was closed.
    #[serde(default)]
    pub closed: Option<String>,
    /// Its status.
    #[serde(default)]
    pub status: Option<String>,
    /// Its type.
    #[serde(default)]
    pub category: Option<String>,
    /// What was asked, composed of these.
    #[serde(default)]
    pub words: Vec<String>,
    /// Where, in words; stands below what was asked and is found by search.
    #[serde(default)]
    pub address: Vec<String>,
    /// Code of a place of the register.
    #[serde(default)]
    pub place: Option<String>,
    /// By which way it came, in the source's words.
    #[serde(default)]
    pub origin: Option<String>,
    /// Code of the unit responsible; all belong to the source's own unit without it.
    #[serde(default)]
    pub unit: Option<String>,
    /// Name of that unit, for when it has to be made.
    #[serde(default)]
    pub unit_name: Option<String>,
}

/// What becomes of a row that was closed before it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Contradiction {
    /// Refused: one of its two dates is wrong and nobody can know which.
    #[default]
    Refuse,
    /// Kept as closed when it was opened, with a remark that tells the published date.
    AtOpening,
}

fn problem() -> MatterKind {
    MatterKind::Problem
}
fn unknown() -> String {
    "unknown".into()
}
fn under() -> String {
    "import".into()
}

/// Text of a built-in map.
pub fn shipped(name: &str) -> Option<&'static str> {
    SHIPPED.iter().find(|m| m.0 == name).map(|m| m.1)
}

impl RequestMap {
    /// A built-in map by its name, else the map in that file.
    pub fn find(name_or_path: &str) -> Result<RequestMap, ImportError> {
        if let Some((name, text)) = SHIPPED.iter().find(|m| m.0 == name_or_path) {
            return RequestMap::parse(name, text);
        }
        let bad = |why: String| ImportError::BadMap { name: name_or_path.to_owned(), why };
        let path = Path::new(name_or_path);
        let text = std::fs::read_to_string(path).map_err(|e| {
            let names = SHIPPED.map(|m| m.0).join(", ");
            bad(format!("neither a built-in map ({names}) nor a file that can be read: {e}"))
        })?;
        RequestMap::parse(name_or_path, &text)
    }

    /// Reads and checks a map's text.
    pub fn parse(name: &str, text: &str) -> Result<RequestMap, ImportError> {
        let bad = |why: String| ImportError::BadMap { name: name.to_owned(), why };
        let map: RequestMap = toml::from_str(text).map_err(|e| bad(e.to_string()))?;
        if map.source.trim().is_empty() {
            return Err(bad("source must not be empty".into()));
        }
        if map.dates.is_empty() {
            return Err(bad("dates must name at least one format".into()));
        }
        if map.delimiter.is_some_and(|d| !d.is_ascii()) {
            return Err(bad("delimiter must be an ASCII character".into()));
        }
        if !valid_code(&map.unit) {
            return Err(bad("unit must be a code of letters, digits, - _ .".into()));
        }
        if map.columns.status.is_some() && map.closed_values.is_empty() {
            return Err(bad("closed_values must say which words of the status column mean closed".into()));
        }
        if map.columns.status.is_some() && map.columns.closed.is_none() {
            return Err(bad("a status needs a column with the closing date".into()));
        }
        Ok(map)
    }

    /// Finds the map's columns in a heading; names all that are missing.
    pub(crate) fn bind(&self, rows: &Rows<'_>) -> Result<Bound<'_>, ImportError> {
        let (mut missing, mut twice): (Vec<String>, Option<ReadError>) = (Vec::new(), None);
        let mut at = |name: &str| match rows.column(name) {
            Ok(Some(at)) => at,
            Ok(None) => {
                if !missing.iter().any(|m| m == name) {
                    missing.push(name.to_owned());
                }
                usize::MAX
            }
            Err(e) => {
                twice.get_or_insert(e);
                usize::MAX
            }
        };
        let c = &self.columns;
        let bound = Bound {
            map: self,
            width: rows.heading().len(),
            key: at(&c.key),
            opened: at(&c.opened),
            target: c.target.as_deref().map(&mut at),
            closed: c.closed.as_deref().map(&mut at),
            status: c.status.as_deref().map(&mut at),
            category: c.category.as_deref().map(&mut at),
            words: c.words.iter().map(|n| at(n)).collect(),
            address: c.address.iter().map(|n| at(n)).collect(),
            place: c.place.as_deref().map(&mut at),
            origin: c.origin.as_deref().map(&mut at),
            unit: c.unit.as_deref().map(&mut at),
            unit_name: c.unit_name.as_deref().map(&mut at),
        };
        match twice {
            Some(e) => Err(e.into()),
            None if missing.is_empty() => Ok(bound),
            None => Err(ImportError::ColumnsMissing(missing)),
        }
    }
}

/// A map whose columns were found.
pub(crate) struct Bound<'m> {
    map: &'m RequestMap,
    width: usize,
    key: usize,
    opened: usize,
    target: Option<usize>,
    closed: Option<usize>,
    status: Option<usize>,
    category: Option<usize>,
    words: Vec<usize>,
    address: Vec<usize>,
    place: Option<usize>,
    origin: Option<usize>,
    unit: Option<usize>,
    unit_name: Option<usize>,
}

/// A request as its source tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub line: u64,
    pub key: String,
    pub opened: Instant,
    pub target: Option<Instant>,
    pub closed: Option<Instant>,
    pub category: String,
    /// First line what was asked, then where, then how it came.
    pub words: String,
    pub place: Option<String>,
    /// Code of the unit, made fit to be one, and its name.
    pub unit: Option<(String, String)>,
    /// Facts of the source that the matter cannot hold as they are.
    pub remark: Option<String>,
    /// Hash of all the above but the line.
    pub sha: String,
}

/// A key without what nobody sees of it; else as its source writes it.
fn seen(key: &str) -> String {
    key.chars().filter(|c| !invisible(*c)).collect::<String>().trim().to_owned()
}

/// A date with or without its time of day.
enum Read {
    Moment(Instant),
    Day(yixian_domain::time::Date),
}

impl Bound<'_> {
    /// Reads one row.
    pub fn row(&self, rows: &Rows<'_>) -> Result<Row, Why> {
        if rows.width() != self.width {
            return Err(Why::Columns { found: rows.width(), wanted: self.width });
        }
        if rows.has_nul() {
            return Err(Why::Nul);
        }
        let map = self.map;
        let c = &map.columns;
        let cell = |at: usize| rows.text(at);
        if rows.is_damaged() {
            self.readable(&cell)?;
        }
        let key = seen(cell(self.key));
        if key.is_empty() {
            return Err(Why::Blank(c.key.clone()));
        }
        let opened = self.begin(&c.opened, cell(self.opened))?.ok_or_else(|| Why::Blank(c.opened.clone()))?;
        let (published_target, mut remark) = match (self.target, &c.target) {
            (Some(at), Some(name)) => (self.end(name, cell(at))?.map(|t| (t, name, cell(at))), Vec::new()),
            _ => (None, Vec::new()),
        };
        let target = published_target.map(|(target, name, published)| {
            if target < opened {
                // Promised for a moment that had passed: late from its first moment on. A clock
                // cannot start after its end, so it is due at once and the source's words are kept.
                remark.push(format!("{name} {published}"));
            }
            target.max(opened)
        });
        let closed = match (self.closed, &c.closed) {
            (Some(at), Some(name)) => {
                let is_closed = self.status.is_none_or(|s| {
                    let said = folded(cell(s));
                    map.closed_values.iter().any(|v| folded(v) == said)
                });
                let date = self.begin(name, cell(at))?;
                match (is_closed, date) {
                    (true, None) if self.status.is_some() => return Err(Why::ClosedWithoutDate(name.clone())),
                    (true, Some(closed)) if closed < opened => match map.closed_before_opened {
                        Contradiction::Refuse => return Err(Why::ClosedBeforeOpened),
                        Contradiction::AtOpening => {
                            remark.push(format!("{name} {}", cell(at)));
                            Some(opened)
                        }
                    },
                    (true, date) => date,
                    (false, _) => None,
                }
            }
            _ => None,
        };
        let text = |at: Option<usize>| at.map(cell).filter(|s| !s.is_empty());
        let category = text(self.category).unwrap_or(&map.category).to_owned();
        let words = self.words(&cell, &category);
        if words.chars().count() > MAX_WORDS {
            return Err(Why::TooLong(MAX_WORDS));
        }
        let unit = text(self.unit).map(|u| (unit_code(u), text(self.unit_name).unwrap_or(u).to_owned()));
        let mut row = Row {
            line: rows.line(),
            key,
            opened,
            target,
            closed,
            category,
            words,
            place: text(self.place).map(str::to_owned),
            unit,
            remark: (!remark.is_empty()).then(|| remark.join("\n")),
            sha: String::new(),
        };
        row.sha = row.hash();
        Ok(row)
    }

    fn readable<'r>(&self, cell: &impl Fn(usize) -> &'r str) -> Result<(), Why> {
        let c = &self.map.columns;
        let one = |name: &Option<String>, at: Option<usize>| at.zip(name.clone());
        let mut all = vec![(self.key, c.key.clone()), (self.opened, c.opened.clone())];
        all.extend(
            [
                one(&c.target, self.target),
                one(&c.closed, self.closed),
                one(&c.status, self.status),
                one(&c.category, self.category),
                one(&c.place, self.place),
                one(&c.origin, self.origin),
                one(&c.unit, self.unit),
                one(&c.unit_name, self.unit_name),
            ]
            .into_iter()
            .flatten(),
        );
        all.extend(self.words.iter().copied().zip(c.words.iter().cloned()));
        all.extend(self.address.iter().copied().zip(c.address.iter().cloned()));
        match all.into_iter().find(|(at, _)| cell(*at).contains('\u{fffd}')) {
            Some((_, name)) => Err(Why::Characters(name)),
            None => Ok(()),
        }
    }

    fn words<'r>(&self, cell: &impl Fn(usize) -> &'r str, category: &str) -> String {
        let join = |columns: &[usize]| {
            let mut parts: Vec<&str> = Vec::new();
            for part in columns.iter().map(|at| cell(*at)).filter(|s| !s.is_empty()) {
                if !parts.contains(&part) {
                    parts.push(part);
                }
            }
            parts.join(", ")
        };
        let asked = join(&self.words);
        let lines = [
            if asked.is_empty() { category.to_owned() } else { asked },
            join(&self.address),
            self.origin.map(cell).unwrap_or_default().to_owned(),
        ];
        lines.iter().filter(|l| !l.is_empty()).map(String::as_str).collect::<Vec<_>>().join("\n")
    }

    /// When something begins: a day means its first moment.
    fn begin(&self, column: &str, text: &str) -> Result<Option<Instant>, Why> {
        Ok(self.read(column, text)?.map(|r| match r {
            Read::Moment(at) => at,
            Read::Day(d) => self.map.zone.at(d, Time::midnight()),
        }))
    }

    /// By when something is promised: a day means its end.
    fn end(&self, column: &str, text: &str) -> Result<Option<Instant>, Why> {
        Ok(self.read(column, text)?.map(|r| match r {
            Read::Moment(at) => at,
            Read::Day(d) => self.map.zone.end_of_day(d),
        }))
    }

    fn read(&self, column: &str, text: &str) -> Result<Option<Read>, Why> {
        if text.is_empty() {
            return Ok(None);
        }
        // What a workbook holds as a date comes in the ways of ISO 8601.
        let iso = ["%Y-%m-%d", "%Y-%m-%d %H:%M:%S"];
        let read = self.map.dates.iter().map(String::as_str).chain(iso).find_map(|format| {
            let parts = strtime::parse(format, text).ok()?;
            if parts.offset().is_some() || parts.timestamp().is_some() {
                let at = Instant(parts.to_timestamp().ok()?.as_millisecond());
                return at.is_civil().then_some(Read::Moment(at));
            }
            let day = parts.to_date().ok()?;
            match parts.hour() {
                None => Some(Read::Day(day)),
                Some(_) => {
                    Some(self.map.zone.at(day, parts.to_time().ok()?)).filter(|at| at.is_civil()).map(Read::Moment)
                }
            }
        });
        read.map(Some).ok_or_else(|| Why::Date { column: column.to_owned(), value: text.chars().take(60).collect() })
    }
}

impl Row {
    fn hash(&self) -> String {
        let ms = |at: Option<Instant>| at.map(|t| t.0.to_string()).unwrap_or_default();
        let unit = self.unit.as_ref().map(|u| u.0.as_str()).unwrap_or_default();
        let opened = self.opened.0.to_string();
        let parts = [
            &self.key,
            &opened,
            &ms(self.target),
            &ms(self.closed),
            &self.category,
            &self.words,
            self.place.as_deref().unwrap_or_default(),
            unit,
            self.remark.as_deref().unwrap_or_default(),
        ];
        // A separator that no cell holds after trimming would be a guess; lengths are not.
        let mut text = String::new();
        for p in parts {
            let p: &str = p;
            text.push_str(&p.len().to_string());
            text.push(':');
            text.push_str(p);
        }
        sha256(text.as_bytes())
    }
}

/// A text as the code of a unit: itself where it can be one, else what is left of it, else a
/// short hash (`电力处` has no letter a code may hold).
fn unit_code(text: &str) -> String {
    if valid_code(text) {
        return text.to_owned();
    }
    let fit: String = text
        .split_whitespace()
        .collect::<Vec<_>>()
        .join("-")
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        .collect();
    if text.is_ascii() && valid_code(&fit) { fit } else { format!("u-{}", &sha256(text.as_bytes())[..8]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_maps_can_be_read() {
        for (name, _) in SHIPPED {
            assert_eq!(RequestMap::find(name).expect("a map").source, name);
        }
        let unknown = RequestMap::find("no-such-map").expect_err("is none").to_string();
        assert!(unknown.contains("boston311, nyc311"), "{unknown}");
    }

    #[test]
    fn any_text_makes_a_code() {
        assert_eq!(unit_code("PWDx"), "PWDx");
        assert_eq!(unit_code("No Q"), "No-Q");
        for odd in ["电力处", "", "a".repeat(99).as_str(), "***"] {
            assert!(valid_code(&unit_code(odd)), "{odd}");
        }
        assert_ne!(unit_code("电力处"), unit_code("电力所"));
    }
}
