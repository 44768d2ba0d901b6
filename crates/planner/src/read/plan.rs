//! Plans as text: a line per shift, `shift task task …`, by name. The text has no times; [`crate::check::timed`] sets them.

use super::lines;
use super::table::Names;
use crate::fault::{At, Fault, Thing};
use crate::model::{Plan, Request};
use std::fmt::Write;

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
    for (row, words) in lines(FILE, bytes, &mut faults) {
        let at = At::Row { file: FILE, row };
        let shift = shifts.find(words[0], at, &mut faults);
        taken.add(words[0], shift, at, &mut faults);
        routes.push((shift, words[1..].iter().map(|w| tasks.find(w, at, &mut faults)).collect()));
    }
    if faults.is_empty() { Ok(routes) } else { Err(faults) }
}

/// Writes a plan's routes by the names of the request.
pub fn write(plan: &Plan, request: &Request) -> String {
    let mut text = String::new();
    for route in &plan.routes {
        text.push_str(request.shifts.get(route.shift as usize).map_or("?", |s| &s.name));
        for stop in &route.stops {
            // Writing to a string cannot fail.
            let _ = write!(text, " {}", request.tasks.get(stop.task as usize).map_or("?", |t| &t.name));
        }
        text.push('\n');
    }
    text
}
