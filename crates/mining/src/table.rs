//! Event logs as tables: one row per event, columns named by a map or by the usual names.
//!
//! Streams; a row that lacks case, activity or time is left out and counted. Knows nothing of what the columns mean
//! beyond that.

use crate::input::Ask;
use crate::log::{Log, Phase, Value};
use crate::reading::{Fault, ReadError, Reading, Remark, Remarks};
use crate::rows::Rows;
use crate::stamp::Stamp;
use crate::xes::Keep;
use serde::Deserialize;
use std::io::Read;
use yixian_domain::time::Zone;

/// How a table of events is to be read. Written in TOML; all of it may be left out.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EventMap {
    /// Where clocks stood that say no zone: an IANA name or `fixed:+08:00`; UTC when missing.
    pub zone: Option<Zone>,
    /// Ways dates are written, strftime; the first that fits holds. ISO 8601 is always tried last.
    pub dates: Vec<String>,
    /// Encoding by its name in the WHATWG standard; found out when missing.
    pub encoding: Option<String>,
    /// What stands between columns; found out when missing.
    pub delimiter: Option<char>,
    /// Which column holds what.
    pub columns: EventColumns,
}

/// Column names of a table of events.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EventColumns {
    /// The case.
    pub case: String,
    /// The activity.
    pub activity: String,
    /// The instant.
    pub time: String,
    /// Who did it.
    pub actor: Option<String>,
    /// For which unit.
    pub unit: Option<String>,
    /// Which end of the step it marks.
    pub phase: Option<String>,
}

impl Default for EventColumns {
    /// The names that XES tools give their columns.
    fn default() -> Self {
        Self {
            case: "case:concept:name".into(),
            activity: "concept:name".into(),
            time: "time:timestamp".into(),
            actor: None,
            unit: None,
            phase: None,
        }
    }
}

impl EventMap {
    /// How its table is to be opened.
    pub fn ask(&self) -> Ask<'_> {
        Ask { encoding: self.encoding.as_deref(), delimiter: self.delimiter, ..Ask::default() }
    }

    /// Reads a map's text.
    pub fn parse(text: &str) -> Result<EventMap, Fault> {
        toml::from_str(text).map_err(|e| Fault::Map(e.to_string()))
    }
}

/// How instants of a table are written.
pub(crate) struct Dates<'a> {
    pub patterns: &'a [String],
    pub zone: Option<&'a Zone>,
}

impl Dates<'_> {
    pub fn read(&self, text: &str) -> Option<Stamp> {
        self.patterns.iter().find_map(|p| Stamp::parse_as(p, text)).or_else(|| Stamp::parse(text))
    }
}

/// Reads a table of events from its text.
pub fn read(source: impl Read, map: &EventMap, keep: Keep) -> Result<Reading<Log>, ReadError> {
    read_rows(&mut Rows::open(source, &map.ask())?, map, keep)
}

/// Reads a table of events. Columns that begin with `case:` describe cases, the others events; both only when asked.
pub fn read_rows(rows: &mut Rows<'_>, map: &EventMap, keep: Keep) -> Result<Reading<Log>, ReadError> {
    let c = &map.columns;
    let (case, activity, time) = (rows.need(&c.case)?, rows.need(&c.activity)?, rows.need(&c.time)?);
    // Usual names serve where the map names none; a named column must be there.
    let optional = |named: &Option<String>, usual: &str| match named {
        Some(name) => rows.need(name).map(Some),
        None => rows.column(usual),
    };
    let actor = optional(&c.actor, "org:resource")?;
    let unit = optional(&c.unit, "org:group")?;
    let phase = optional(&c.phase, "lifecycle:transition")?;
    let known = [Some(case), Some(activity), Some(time), actor, unit, phase];
    let others: Vec<(usize, String, bool)> = match keep {
        Keep::Columns => Vec::new(),
        Keep::Attributes => rows
            .heading()
            .iter()
            .enumerate()
            .filter(|(i, _)| !known.contains(&Some(*i)))
            .map(|(i, name)| (i, name.strip_prefix("case:").unwrap_or(name).to_owned(), name.starts_with("case:")))
            .collect(),
    };
    let doubled = |name: &String| !name.is_empty() && rows.heading().iter().filter(|h| *h == name).count() > 1;
    if let Some(name) = others.iter().map(|(i, ..)| &rows.heading()[*i]).find(|name| doubled(name)) {
        return Err(Fault::Doubled(name.clone()).into());
    }
    let dates = Dates { patterns: &map.dates, zone: map.zone.as_ref() };
    let mut log = Log::new();
    let mut remarks = Remarks::default();
    while rows.advance()? {
        let at = rows.place();
        let (name, what, when) = (rows.field(case)?, rows.field(activity)?, rows.field(time)?);
        let stamp = dates.read(when);
        let lacks = match (name, what, stamp) {
            ("", ..) => Some(Remark::NoCase),
            (_, "", _) => Some(Remark::NoActivity),
            (.., None) if when.is_empty() => Some(Remark::NoTime),
            (.., None) => Some(Remark::UnreadableTime),
            _ => None,
        };
        if let Some(lacks) = lacks {
            remarks.note(lacks, at);
            continue;
        }
        let Some(stamp) = stamp else { continue };
        if log.len() >= u32::MAX as usize - 1 {
            return Err(ReadError::at(at, Fault::TooMany(u32::MAX as usize - 1)));
        }
        if stamp.ahead.is_none() && map.zone.is_none() {
            remarks.note(Remark::NoZone, at);
        }
        let case = log.cases.intern(name);
        let activity = log.activities.intern(what);
        let filled =
            |column: Option<usize>| column.map(|c| rows.field(c)).transpose().map(|f| f.filter(|f| !f.is_empty()));
        let actor = filled(actor)?.map(|a| log.actors.intern(a));
        let unit = filled(unit)?.map(|u| log.units.intern(u));
        let phase = filled(phase)?.map(Phase::of).unwrap_or_default();
        let row = log.push_known(case, activity, stamp.micros(dates.zone), actor, unit, phase);
        for (column, name, of_case) in &others {
            let text = rows.field(*column)?;
            if !text.is_empty() {
                let value: Value = log.text(text);
                if *of_case { log.describe(case, name, value) } else { log.note(row, name, value) }
            }
        }
    }
    for seen in rows.remarks.iter() {
        remarks.note_many(seen.what, seen.count, seen.first);
    }
    Ok(Reading { of: log, remarks })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::Place;

    #[test]
    fn a_table_is_read_by_its_map_and_omissions_are_counted() {
        let map = EventMap::parse("zone = 'Asia/Shanghai'\ndates = ['%d.%m.%Y %H:%M']\ndelimiter = ';'\n[columns]\ncase = 'order'\nactivity = 'step'\ntime = 'when'\nunit = 'team'").expect("a map");
        let text = "order;step;when;team;note\n7;受理;06.12.2011 20:41;A;x\n7;;06.12.2011 20:41;A;\n7;done;never;;\n;done;;;\n7;done;;;\n7;done;2011-12-07T00:00:00Z;;\nshort\n";
        let reading = read(text.as_bytes(), &map, Keep::Attributes).expect("a log");
        let log = reading.of;
        assert_eq!(
            (log.len(), log.event(0).activity, log.event(0).unit, log.event(1).unit),
            (2, "受理", Some("A"), None)
        );
        assert_eq!(log.at(), [1_323_175_260_000_000, 1_323_216_000_000_000]);
        assert_eq!(log.of_events.get("note").map(|c| c.iter().len()), Some(1));
        let counts =
            [Remark::NoActivity, Remark::UnreadableTime, Remark::NoCase, Remark::NoTime, Remark::WrongFieldCount]
                .map(|r| reading.remarks.count(r));
        assert_eq!(counts, [1; 5]);
        assert_eq!(reading.remarks.iter().find(|r| r.what == Remark::WrongFieldCount).map(|r| r.first.line), Some(8));
    }

    #[test]
    fn what_is_missing_is_named() {
        let error = read("a,b\n1,2\n".as_bytes(), &EventMap::default(), Keep::Columns).expect_err("no such columns");
        assert_eq!(error.to_string(), "no column `case:concept:name`; there are: a, b");
        assert!(matches!(EventMap::parse("colour = 1"), Err(Fault::Map(_))));
        assert!(matches!(
            read("".as_bytes(), &EventMap::default(), Keep::Columns).map_err(|e| e.what),
            Err(Fault::CutOff(_))
        ));
        let wrong = b"case:concept:name,concept:name,time:timestamp\n1,caf\xe9,2011-01-01\n";
        assert!(matches!(
            read(&wrong[..], &EventMap::default(), Keep::Columns),
            Err(ReadError { place: Some(Place { line: 2, .. }), what: Fault::Encoding(_) })
        ));
        let twice = "case:concept:name,concept:name,Concept:Name,time:timestamp\n1,a,b,2011-01-01\n";
        assert!(read(twice.as_bytes(), &EventMap::default(), Keep::Columns).is_ok(), "an exact name is meant");
        let twice = twice.replace("Concept:Name", "concept:name");
        assert!(matches!(
            read(twice.as_bytes(), &EventMap::default(), Keep::Columns).map_err(|e| e.what),
            Err(Fault::Doubled(name)) if name == "concept:name"
        ));
        let endless =
            std::io::Read::chain(&b"case:concept:name,concept:name,time:timestamp\n\""[..], std::io::repeat(b'x'));
        assert!(matches!(
            read(endless, &EventMap::default(), Keep::Columns).map_err(|e| e.what),
            Err(Fault::OpenQuote(2))
        ));
        let endless =
            std::io::Read::chain(&b"case:concept:name,concept:name,time:timestamp\n"[..], std::io::repeat(b'x'));
        assert!(matches!(
            read(endless, &EventMap::default(), Keep::Columns).map_err(|e| e.what),
            Err(Fault::TooLong(_))
        ));
    }
}
