//! Files of the team orienteering problem without time windows (Chao, Golden, Wasil 1996).
//!
//! `n N`, `m P`, `tmax T`, then a point per line: `x y S`; the first is the begin, the last the end. Distances are Euclidean and not
//! rounded: a tick is a thousandth of the unit and distances are rounded *up*, so that every tour found keeps the limit exactly.

use super::toptw::{euclid, profit_alone, tour, vehicle};
use super::{Row, lines};
use crate::fault::{At, Fault, Wrong};
use crate::model::*;

const FILE: &str = "top";
const SCALE: f64 = 1000.0;

/// Reads a file. The tasks are the points between the first and the last, named by their numbers from 1.
pub fn read(bytes: &[u8]) -> Result<Request, Vec<Fault>> {
    let mut faults = Vec::new();
    let lines = lines(FILE, bytes, &mut faults);
    if lines.len() < 3 {
        faults.push(Fault { at: At::File { file: FILE }, what: Wrong::Rows { found: lines.len() as u64, needed: 3 } });
        return Err(faults);
    }
    let mut head = |i: usize, field: &'static str| {
        let (line, words) = &lines[i];
        let mut row = Row { at: At::Row { file: FILE, row: *line }, words, faults: &mut faults };
        if words[0] != field {
            row.say(Wrong::Missing { field });
        }
        row.number(1, field)
    };
    let (n, vehicles, limit) = (head(0, "n"), head(1, "m"), head(2, "tmax"));
    let points = &lines[3..];
    for (i, field, value, least, most) in [
        (0, "n", n, 2.0, 1e6),
        (1, "m", vehicles, 0.0, 1e3),
        (2, "tmax", limit, 0.0, f64::from(crate::validate::LIMIT) / SCALE),
    ] {
        if !(least..=most).contains(&value) {
            let what = Wrong::OutOfRange { field, value: value as i64, least: least as i64, most: most as i64 };
            faults.push(Fault { at: At::Row { file: FILE, row: lines[i].0 }, what });
        }
    }
    if points.len() as u64 != n as u64 {
        faults.push(Fault {
            at: At::File { file: FILE },
            what: Wrong::Rows { found: points.len() as u64, needed: n as u64 },
        });
    }
    let (mut places, mut tasks) = (Vec::with_capacity(points.len()), Vec::new());
    let limit_ticks = (limit * SCALE + 1e-6).floor() as Ticks;
    for (i, (line, words)) in (0u32..).zip(points) {
        let mut row = Row { at: At::Row { file: FILE, row: *line }, words, faults: &mut faults };
        places.push((row.number(0, "x"), row.number(1, "y")));
        let profit = row.whole(2, "S", 0, i64::from(crate::validate::LIMIT)) as i32;
        if i > 0 && (i as usize) < points.len() - 1 {
            tasks.push(Task {
                name: (i + 1).to_string(),
                place: i,
                priority: vec![Part { name: "profit".into(), points: profit }],
                service: 0,
                windows: vec![Window { first: 0, last: 0, opens: 0, closes: limit_ticks }],
                skill: None,
                rank: 0,
                unit: None,
                district: None,
            });
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let (end, vehicles, most) = (points.len() as u32 - 1, vehicles as u16, tasks.len());
    Ok(Request {
        tasks,
        leaders: (1..=vehicles).map(vehicle).collect(),
        shifts: (0..u32::from(vehicles)).map(|i| tour(i, 0, end, 0, limit_ticks, most)).collect(),
        travel: euclid(places, SCALE, f64::ceil),
        weights: profit_alone(),
        ..Request::default()
    })
}
