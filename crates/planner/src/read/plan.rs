//! Plans as text: a line per shift, `shift task task …`, by name. A name that holds a blank, a quote or a line break stands in double
//! quotes, as in a table. The text has no times; [`crate::check::timed`] sets them.

use super::lines;
use super::table::Names;
use crate::fault::{At, Fault, Thing, Wrong};
use crate::model::{Plan, Request};

const FILE: &str = "plan";

/// Reads the routes of a plan: shift and tasks in their order, by index. Unknown names and shifts that stand twice are faults; whether the
/// routes can be driven is the checker's business.
pub fn read(bytes: &[u8], request: &Request) -> Result<Vec<(u32, Vec<u32>)>, Vec<Fault>> {
    let mut faults = Vec::new();
    let (mut shifts, mut tasks, mut taken) = (Names::of(Thing::Shift), Names::of(Thing::Task), Names::of(Thing::Shift));
    for (index, shift) in (0u32..).zip(&request.shifts) {
        shifts.add(&shift.name, index, At::Shift { index }, &mut faults);
    }
    for (index, task) in (0u32..).zip(&request.tasks) {
        tasks.add(&task.name, index, At::Task { index }, &mut faults);
    }
    let mut routes = Vec::new();
    for (row, words) in routes_in(bytes, &mut faults) {
        let at = At::Row { file: FILE, row };
        let shift = shifts.find(&words[0], at, &mut faults);
        taken.add(&words[0], shift, at, &mut faults);
        routes.push((shift, words[1..].iter().map(|w| tasks.find(w, at, &mut faults)).collect()));
    }
    if faults.is_empty() { Ok(routes) } else { Err(faults) }
}

/// The names of each line that has any, with the line's number from 1.
fn routes_in(bytes: &[u8], faults: &mut Vec<Fault>) -> Vec<(u64, Vec<String>)> {
    if !bytes.contains(&b'"') {
        let own = |words: Vec<&str>| words.into_iter().map(str::to_owned).collect();
        return lines(FILE, bytes, faults).into_iter().map(|(row, words)| (row, own(words))).collect();
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().delimiter(b' ').has_headers(false).flexible(true).from_reader(bytes);
    let mut routes = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) => {
                let words: Vec<String> = record.iter().filter(|w| !w.is_empty()).map(str::to_owned).collect();
                if !words.is_empty() {
                    routes.push((record.position().map_or(0, csv::Position::line), words));
                }
            }
            Err(e) => {
                let at = e.position().map_or(At::File { file: FILE }, |p| At::Row { file: FILE, row: p.line() });
                faults.push(Fault { at, what: Wrong::Unreadable { why: e.to_string() } });
            }
        }
    }
    routes
}

/// Writes a plan's routes by the names of the request.
pub fn write(plan: &Plan, request: &Request) -> String {
    let mut writer =
        csv::WriterBuilder::new().delimiter(b' ').has_headers(false).flexible(true).from_writer(Vec::new());
    for route in &plan.routes {
        let shift = request.shifts.get(route.shift as usize).map_or("?", |s| &*s.name);
        let tasks = route.stops.iter().map(|s| request.tasks.get(s.task as usize).map_or("?", |t| &*t.name));
        // Writing to memory cannot fail.
        let _ = writer.write_record(std::iter::once(shift).chain(tasks));
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}
