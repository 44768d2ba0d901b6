//! A log as a table: one row per event under the names that XES tools give their columns, cases in the order in which
//! they were first seen. Times are RFC 3339 in UTC.

use crate::elements::{Passing, Records};
use crate::log::Log;
use crate::ocel::{Counts, WriteError, Written, written};
use crate::reading::{Fault, Place, Remark};
use crate::traces::Traces;
use std::io::Write;

/// A target whose records are counted as they pass.
struct Counted<W> {
    of: W,
    records: Records,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let n = self.of.write(bytes)?;
        self.records.pass(&bytes[..n]);
        Ok(n)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        self.of.flush()
    }
}

/// Writes a log. In the counts that come back, objects are cases.
pub fn write(log: &Log, target: impl Write) -> Result<Written, WriteError> {
    let mut out = csv::Writer::from_writer(Counted { of: target, records: Records::new(b',', 0, true) });
    let failed = |e: csv::Error| WriteError::Target(std::io::Error::other(e));
    let of_cases: Vec<_> = log.of_cases.iter().collect();
    let of_events: Vec<_> = log.of_events.iter().collect();
    let mut heading: Vec<String> =
        ["case:concept:name", "concept:name", "time:timestamp", "org:resource", "org:group", "lifecycle:transition"]
            .map(str::to_owned)
            .to_vec();
    // A column that reading such a table made of a case's attribute bears its `case:` already.
    heading.extend(
        of_cases
            .iter()
            .map(|(name, _)| if name.starts_with("case:") { (*name).to_owned() } else { format!("case:{name}") }),
    );
    heading.extend(of_events.iter().map(|(name, _)| (*name).to_owned()));
    out.write_record(&heading).map_err(failed)?;
    let traces = Traces::of(log);
    let mut record = csv::StringRecord::new();
    for trace in traces.iter() {
        for row in trace.rows {
            let event = log.event(*row);
            record.clear();
            for field in [
                event.case,
                event.activity,
                &written(event.at)?.to_string(),
                event.actor.unwrap_or(""),
                event.unit.unwrap_or(""),
                event.phase.word().unwrap_or(""),
            ] {
                record.push_field(field);
            }
            for (_, column) in &of_cases {
                record.push_field(&column.get(trace.case).map(|v| log.told(v)).unwrap_or_default());
            }
            for (_, column) in &of_events {
                record.push_field(&column.get(*row).map(|v| log.told(v)).unwrap_or_default());
            }
            out.write_record(&record).map_err(failed)?;
        }
    }
    out.flush()?;
    let (events, rows) = (traces.events() as u64, out.get_ref().records.count().saturating_sub(1));
    if events != rows {
        return Err(WriteError::Lost(Fault::Lost { what: "rows", read: events, there: rows }));
    }
    let mut done = Written {
        counts: Counts { events: rows, objects: traces.len() as u64, e2o: rows, o2o: 0 },
        ..Written::default()
    };
    done.remarks.note_many(Remark::Idle, (log.cases.len() - traces.len()) as u64, Place::default());
    Ok(done)
}
