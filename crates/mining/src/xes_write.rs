//! XES out: one flat log per case notion (IEEE 1849-2016), cases in the order in which they were first seen, events in
//! the order of their case. What the columns hold is written under the standard's own names, so that other tools open it.

use crate::log::{Attributes, Log, Value};
use crate::ocel::tally::{Tally, Xes};
use crate::ocel::{Counts, WriteError, Written, written};
use crate::reading::{Place, Remark};
use crate::traces::Traces;
use crate::xml_text::{Escaped, replaced};
use std::io::Write;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<log xes.version=\"1849-2016\" xes.features=\"\">\n\
<extension name=\"Concept\" prefix=\"concept\" uri=\"http://www.xes-standard.org/concept.xesext\"/>\n\
<extension name=\"Time\" prefix=\"time\" uri=\"http://www.xes-standard.org/time.xesext\"/>\n\
<extension name=\"Organizational\" prefix=\"org\" uri=\"http://www.xes-standard.org/org.xesext\"/>\n\
<extension name=\"Lifecycle\" prefix=\"lifecycle\" uri=\"http://www.xes-standard.org/lifecycle.xesext\"/>\n\
<classifier name=\"Activity\" keys=\"concept:name\"/>\n";

struct Out<W> {
    to: Tally<Xes, W>,
    replaced: u64,
}

impl<W: Write> Out<W> {
    fn pair(&mut self, kind: &str, key: &str, value: &str) -> Result<(), WriteError> {
        self.replaced += replaced(key) + replaced(value);
        Ok(write!(self.to, "<{kind} key=\"{}\" value=\"{}\"/>", Escaped(key), Escaped(value))?)
    }

    fn attributes(&mut self, log: &Log, all: &Attributes, row: u32) -> Result<(), WriteError> {
        for (key, column) in all.iter() {
            match column.get(row) {
                None => {}
                Some(Value::Text(id)) => self.pair("string", key, log.texts.get(id))?,
                Some(Value::Int(n)) => self.pair("int", key, &n.to_string())?,
                Some(Value::Real(x)) => self.pair("float", key, &x.to_string())?,
                Some(Value::Bool(b)) => self.pair("boolean", key, if b { "true" } else { "false" })?,
                Some(Value::Time(at)) => self.pair("date", key, &written(at)?.to_string())?,
            }
        }
        Ok(())
    }
}

/// Writes a log. In the counts that come back, objects are cases.
pub fn write(log: &Log, target: impl Write) -> Result<Written, WriteError> {
    let mut out = Out { to: Tally::new(target), replaced: 0 };
    let traces = Traces::of(log);
    out.to.write_all(HEAD.as_bytes())?;
    for trace in traces.iter() {
        out.to.write_all(b"<trace>")?;
        out.pair("string", "concept:name", log.cases.get(trace.case))?;
        out.attributes(log, &log.of_cases, trace.case)?;
        out.to.write_all(b"\n")?;
        for row in trace.rows {
            let event = log.event(*row);
            out.to.write_all(b"<event>")?;
            out.pair("string", "concept:name", event.activity)?;
            out.pair("date", "time:timestamp", &written(event.at)?.to_string())?;
            for (key, value) in
                [("org:resource", event.actor), ("org:group", event.unit), ("lifecycle:transition", event.phase.word())]
            {
                if let Some(value) = value {
                    out.pair("string", key, value)?;
                }
            }
            out.attributes(log, &log.of_events, *row)?;
            out.to.write_all(b"</event>\n")?;
        }
        out.to.write_all(b"</trace>\n")?;
    }
    out.to.write_all(b"</log>\n")?;
    out.to.flush()?;
    let mut done = Written { counts: out.to.counts(), ..Written::default() };
    let handed = Counts { events: traces.events() as u64, objects: traces.len() as u64, ..Counts::default() };
    handed.must_be(Counts::default(), done.counts).map_err(WriteError::Lost)?;
    // As readers count a flat log: an event belongs to its case.
    done.counts.e2o = done.counts.events;
    done.remarks.note_many(Remark::ControlCharacter, out.replaced, Place::default());
    done.remarks.note_many(Remark::Idle, (log.cases.len() - traces.len()) as u64, Place::default());
    Ok(done)
}

/// A target around which gzip is put; [`flate2::write::GzEncoder::finish`] ends it.
pub fn packed<W: Write>(target: W) -> flate2::write::GzEncoder<W> {
    flate2::write::GzEncoder::new(target, flate2::Compression::default())
}
