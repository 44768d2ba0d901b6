//! The month layout: tables of sites, depots, tasks, leaders and shifts beside a matrix of minutes.
//!
//! Rows refer to one another by name, so names may be anything; rows of the matrix follow the rows of `sites.csv`, then of
//! `depots.csv`. The layout knows no units: whom a visit burdens is not in it.

use super::table::{Names, Table};
use crate::fault::{At, Fault, Thing, Wrong};
use crate::model::*;
use crate::travel::{Matrix, Travel};
use crate::validate;
use std::collections::{HashMap, HashSet};
use std::io::Read;

/// The files' contents.
#[derive(Clone, Copy, Debug)]
pub struct Files<'a> {
    /// `sites.csv`: site, district, lat, lon.
    pub sites: &'a [u8],
    /// `depots.csv`: loc, lat, lon.
    pub depots: &'a [u8],
    /// `tasks.csv`: task, loc, prize, svc, open, close, day0, day1, skill (0 = none), rank.
    pub tasks: &'a [u8],
    /// `leaders.csv`: leader, rank, skillmask, quota, dep.
    pub leaders: &'a [u8],
    /// `shifts.csv`: shift, leader, day, week, start, end, dep, maxvisits.
    pub shifts: &'a [u8],
    /// `matrix.u16`: minutes, little-endian, row by row.
    pub matrix: &'a [u8],
}

/// A site or depot.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Its name in the layout.
    pub name: String,
    /// District; depots have none.
    pub district: Option<u32>,
    /// Latitude, degrees.
    pub lat: f64,
    /// Longitude, degrees.
    pub lon: f64,
}

/// A month as read: the request and what only maps and words need.
#[derive(Clone, Debug)]
pub struct Month {
    /// What is asked; default weights, no base.
    pub request: Request,
    /// Places in the order of the matrix.
    pub places: Vec<Place>,
    /// Names of districts, by [`Task::district`].
    pub districts: Vec<String>,
    /// Duties above what the shifts allow, where they are excused.
    pub excused: Vec<Fault>,
}

/// What becomes of a duty above what the shifts of its leader allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duties {
    /// The month is refused: in a new one somebody has miscounted.
    Refused,
    /// The month is read and says so: where shifts fall away in its middle, what is owed stays.
    Excused,
}

/// Reads a month. Each fault names file and row.
pub fn read(files: &Files<'_>) -> Result<Month, Vec<Fault>> {
    read_with(files, files.matrix, Duties::Refused)
}

/// Reads a month whose matrix comes from elsewhere than [`Files::matrix`], piece by piece: of a large one there is no second copy.
pub fn read_with(files: &Files<'_>, minutes: impl Read, duties: Duties) -> Result<Month, Vec<Fault>> {
    let mut faults = Vec::new();
    let f = &mut faults;
    let (mut places, mut districts, mut by_name) = (Vec::new(), Vec::new(), HashMap::new());
    let mut place_names = Names::of(Thing::Place);
    let table = Table::read("sites.csv", files.sites, &["site", "district", "lat", "lon"], f);
    for row in table.rows() {
        let name = row.name(0, "site", f).to_owned();
        let district = row.name(1, "district", f);
        let next = districts.len() as u32;
        let district = *by_name.entry(district.to_owned()).or_insert_with(|| {
            districts.push(district.to_owned());
            next
        });
        place_names.add(&name, places.len() as u32, row.at, f);
        places.push(Place {
            name,
            district: Some(district),
            lat: degrees(&row, 2, "lat", 90.0, f),
            lon: degrees(&row, 3, "lon", 180.0, f),
        });
    }
    let table = Table::read("depots.csv", files.depots, &["loc", "lat", "lon"], f);
    for row in table.rows() {
        let name = row.name(0, "loc", f).to_owned();
        place_names.add(&name, places.len() as u32, row.at, f);
        places.push(Place {
            name,
            district: None,
            lat: degrees(&row, 1, "lat", 90.0, f),
            lon: degrees(&row, 2, "lon", 180.0, f),
        });
    }

    let leader_table = Table::read("leaders.csv", files.leaders, &["leader", "rank", "skillmask", "quota", "dep"], f);
    let (mut leaders, mut leader_names) = (Vec::with_capacity(leader_table.len()), Names::of(Thing::Leader));
    for row in leader_table.rows() {
        let name = row.name(0, "leader", f).to_owned();
        leader_names.add(&name, leaders.len() as u32, row.at, f);
        match row.text(4) {
            None => f.push(Fault { at: row.at, what: Wrong::NoHome }),
            Some(home) => _ = place_names.find(home, row.at, f),
        }
        let rank = row.whole(1, "rank", 0, 63, f) as u8;
        let skills = row.whole(2, "skillmask", 0, i64::MAX, f) as u64;
        let quota = row.whole(3, "quota", 0, u16::MAX.into(), f) as u16;
        let specialty = if skills == 0 { 0 } else { skills.trailing_zeros() as u8 };
        leaders.push(Leader { name, rank, skills, level: rank, specialty, quota });
    }

    let shift_table = Table::read(
        "shifts.csv",
        files.shifts,
        &["shift", "leader", "day", "week", "start", "end", "dep", "maxvisits"],
        f,
    );
    let (mut shifts, mut shift_names) = (Vec::with_capacity(shift_table.len()), Names::of(Thing::Shift));
    for row in shift_table.rows() {
        let name = row.name(0, "shift", f).to_owned();
        shift_names.add(&name, shifts.len() as u32, row.at, f);
        let leader = leader_names.find(row.name(1, "leader", f), row.at, f);
        let home = place_names.find(row.name(6, "dep", f), row.at, f);
        shifts.push(Shift {
            name,
            leader,
            from: home,
            to: home,
            day: row.whole(2, "day", 0, u16::MAX.into(), f) as u16,
            week: row.whole(3, "week", 0, u16::MAX.into(), f) as u16,
            starts: row.whole(4, "start", 0, validate::LIMIT.into(), f) as i32,
            ends: row.whole(5, "end", 0, validate::LIMIT.into(), f) as i32,
            most: row.whole(7, "maxvisits", 0, u16::MAX.into(), f) as u16,
        });
    }

    let task_table = Table::read(
        "tasks.csv",
        files.tasks,
        &["task", "loc", "prize", "svc", "open", "close", "day0", "day1", "skill", "rank"],
        f,
    );
    let (mut tasks, mut task_names) = (Vec::with_capacity(task_table.len()), Names::of(Thing::Task));
    for row in task_table.rows() {
        let name = row.name(0, "task", f).to_owned();
        task_names.add(&name, tasks.len() as u32, row.at, f);
        let place = place_names.find(row.name(1, "loc", f), row.at, f);
        let prize = row.whole(2, "prize", 0, validate::LIMIT.into(), f) as i32;
        let window = Window {
            first: row.whole(6, "day0", 0, u16::MAX.into(), f) as u16,
            last: row.whole(7, "day1", 0, u16::MAX.into(), f) as u16,
            opens: row.whole(4, "open", 0, validate::LIMIT.into(), f) as i32,
            closes: row.whole(5, "close", 0, validate::LIMIT.into(), f) as i32,
        };
        tasks.push(Task {
            name,
            place,
            windows: vec![window],
            unit: None,
            priority: vec![Part { name: "prize".into(), points: prize }],
            service: row.whole(3, "svc", 0, validate::LIMIT.into(), f) as i32,
            skill: Some(row.whole(8, "skill", 0, 63, f) as u8).filter(|s| *s != 0),
            rank: row.whole(9, "rank", 0, 63, f) as u8,
            district: places.get(place as usize).and_then(|p: &Place| p.district),
        });
    }

    let travel = matrix("matrix.u16", minutes, places.len(), f);
    let request = Request { tasks, leaders, shifts, travel: travel.unwrap_or_default(), ..Request::default() };
    // What the rows say together. A row that could not be read is not blamed a second time, nor for a matrix that is not there.
    let unread: HashSet<At> = faults.iter().map(|fault| fault.at).collect();
    let no_matrix = request.travel.places() == 0;
    let mut excused = Vec::new();
    for fault in validate::faults(&request) {
        let at = match fault.at {
            At::Task { index } => task_table.at(index as usize),
            At::Leader { index } => leader_table.at(index as usize),
            At::Shift { index } => shift_table.at(index as usize),
            At::Place { .. } => continue,
            other => other,
        };
        let of_matrix = no_matrix && matches!(fault.what, Wrong::Unknown { thing: Thing::Place, .. });
        let of_duty = matches!(fault.what, Wrong::DutyAboveShifts { .. });
        let of_shifts = of_duty
            && unread
                .iter()
                .any(|at| matches!(at, At::File { file: "shifts.csv" } | At::Row { file: "shifts.csv", .. }));
        if !unread.contains(&at) && !of_matrix && !of_shifts {
            let list = if of_duty && duties == Duties::Excused { &mut excused } else { &mut faults };
            list.push(Fault { at, what: fault.what });
        }
    }
    if faults.is_empty() { Ok(Month { request, places, districts, excused }) } else { Err(faults) }
}

fn degrees(row: &super::table::Cells<'_>, column: usize, field: &'static str, most: f64, f: &mut Vec<Fault>) -> f64 {
    let x = row.number(column, field, f);
    if x.abs() > most {
        f.push(Fault {
            at: row.at,
            what: Wrong::OutOfRange { field, value: x as i64, least: -(most as i64), most: most as i64 },
        });
    }
    x
}

/// Reads a square of little-endian minutes for so many places; 65,535 means that no way is known and is refused.
pub fn matrix(file: &'static str, mut from: impl Read, places: usize, faults: &mut Vec<Fault>) -> Option<Travel> {
    let mut say = |at, what| faults.push(Fault { at, what });
    let needed = places as u64 * places as u64;
    let mut ticks: Vec<u16> = Vec::new();
    if let Err(e) = ticks.try_reserve_exact(usize::try_from(needed).unwrap_or(usize::MAX)) {
        say(At::File { file }, Wrong::Unreadable { why: e.to_string() });
        return None;
    }
    let mut piece = vec![0u8; 1 << 16];
    let (mut read, mut held) = (0u64, 0);
    loop {
        match from.read(&mut piece[held..]) {
            Ok(0) => break,
            Ok(n) => {
                read += n as u64;
                let (entries, rest) = piece[..held + n].as_chunks::<2>();
                let room = (needed - ticks.len() as u64) as usize;
                ticks.extend(entries.iter().take(room).map(|e| u16::from_le_bytes(*e)));
                held = rest.len();
                let last = rest.first().copied();
                if let Some(byte) = last {
                    piece[0] = byte;
                }
            }
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => {
                say(At::File { file }, Wrong::Unreadable { why: e.to_string() });
                return None;
            }
        }
    }
    if held != 0 {
        say(At::File { file }, Wrong::CutEntry { bytes: read });
    }
    if read / 2 != needed {
        say(At::File { file }, Wrong::MatrixSize { found: read / 2, places: places as u64, needed });
        return None;
    }
    for (row, line) in (0u64..).zip(ticks.chunks(places.max(1))) {
        if let Some(what) = validate::no_way(line) {
            say(At::Row { file, row }, what);
        }
    }
    Matrix::new(places, ticks).map(Travel::Matrix)
}
