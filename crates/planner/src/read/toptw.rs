//! Files of the team orienteering problem with time windows: Solomon-based and Cordeau-based.
//!
//! Line 1 is `k v N t`, line 2 is ignored, then a vertex per line: `i x y d S f a list… O C`. Vertex 0 is begin and end, its C
//! the limit of each tour. Distances are Euclidean and rounded down, to tenths or to hundredths; that unit is the tick.

use super::{Row, lines};
use crate::fault::{At, Fault, Thing, Wrong};
use crate::model::*;
use crate::travel::{Matrix, Model, Travel};
use std::sync::Arc;

/// How distances are rounded down, which is what a tick is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// To one decimal: Solomon-based files.
    Tenths,
    /// To two decimals: Cordeau-based files.
    Hundredths,
}

impl Rounding {
    /// By the literature's rule: files named `pr…` are Cordeau-based.
    pub fn of(file_name: &str) -> Rounding {
        if file_name.starts_with("pr") { Rounding::Hundredths } else { Rounding::Tenths }
    }

    /// Ticks in a unit of distance.
    pub fn scale(self) -> f64 {
        match self {
            Rounding::Tenths => 10.0,
            Rounding::Hundredths => 100.0,
        }
    }
}

const FILE: &str = "toptw";

/// Reads a file for so many vehicles. The request has a task per vertex but the first, named by the vertex's number, and a leader with
/// one shift per vehicle; its worth is the profit alone.
pub fn read(bytes: &[u8], vehicles: u16, rounding: Rounding) -> Result<Request, Vec<Fault>> {
    let mut faults = Vec::new();
    let lines = lines(FILE, bytes, &mut faults);
    let Some((first, head)) = lines.first() else {
        faults.push(Fault { at: At::File { file: FILE }, what: Wrong::Empty });
        return Err(faults);
    };
    let announced =
        Row { at: At::Row { file: FILE, row: *first }, words: head, faults: &mut faults }.whole(2, "N", 0, 1 << 20)
            as usize;
    let rows = lines.get(2..).unwrap_or_default();
    // Some files have more vertices than they announce; the first N + 1 count.
    if faults.is_empty() && rows.len() < announced + 1 {
        faults.push(Fault {
            at: At::File { file: FILE },
            what: Wrong::Rows { found: rows.len() as u64, needed: announced as u64 + 1 },
        });
    }
    let mut vertices: Vec<Vertex> = Vec::new();
    for (line, words) in rows.iter().take(announced + 1) {
        let mut row = Row { at: At::Row { file: FILE, row: *line }, words, faults: &mut faults };
        vertices.push(Vertex::read(&mut row, rounding.scale()));
    }
    let mut names = super::table::Names::of(Thing::Task);
    for (index, (vertex, (line, _))) in (0u32..).zip(vertices.iter().zip(rows)) {
        names.add(&vertex.name, index, At::Row { file: FILE, row: *line }, &mut faults);
    }
    let Some((depot, rest)) = vertices.split_first().filter(|_| faults.is_empty()) else { return Err(faults) };
    let request = Request {
        tasks: (1u32..).zip(rest).map(|(place, v)| v.task(place)).collect(),
        leaders: (1..=vehicles).map(vehicle).collect(),
        shifts: (0..u32::from(vehicles)).map(|i| tour(i, 0, 0, depot.opens, depot.closes, rest.len())).collect(),
        travel: euclid(vertices.iter().map(|v| (v.x, v.y)).collect(), rounding.scale(), f64::floor),
        weights: profit_alone(),
        ..Request::default()
    };
    let said = crate::validate::faults(&request).into_iter().map(|fault| match fault.at {
        At::Task { index } => Fault { at: At::Row { file: FILE, row: rows[index as usize + 1].0 }, ..fault },
        At::Shift { .. } => Fault { at: At::Row { file: FILE, row: rows[0].0 }, ..fault },
        _ => fault,
    });
    faults.extend(said);
    if faults.is_empty() { Ok(request) } else { Err(faults) }
}

/// Profit and nothing else.
pub(super) fn profit_alone() -> Weights {
    Weights {
        priority: 1.0,
        duty: 0.0,
        surplus: 0.0,
        weekly: 0.0,
        fairness: 0.0,
        spread: 0.0,
        spare: 0.0,
        travel: 0.0,
        stability: 0.0,
    }
}

/// A leader that stands for a vehicle.
pub(super) fn vehicle(number: u16) -> Leader {
    Leader { name: number.to_string(), rank: 0, skills: 0, level: 0, specialty: 0, quota: 0 }
}

/// The one shift of a vehicle.
pub(super) fn tour(leader: u32, from: u32, to: u32, starts: Ticks, ends: Ticks, most: usize) -> Shift {
    let most = u16::try_from(most).unwrap_or(u16::MAX);
    Shift { name: (leader + 1).to_string(), leader, day: 0, week: 0, starts, ends, from, to, most }
}

struct Vertex {
    name: String,
    x: f64,
    y: f64,
    service: Ticks,
    profit: i32,
    opens: Ticks,
    closes: Ticks,
}

impl Vertex {
    fn read(row: &mut Row<'_, '_>, scale: f64) -> Vertex {
        let name = row.whole(0, "i", 0, i64::from(u32::MAX)).to_string();
        let (x, y) = (row.number(1, "x"), row.number(2, "y"));
        let service = row.ticks(3, "d", scale, f64::ceil);
        // The window stands behind a list, whose length is given.
        let listed = row.whole(6, "a", 0, 1 << 20) as usize;
        let (opens, closes) =
            (row.ticks(7 + listed, "O", scale, f64::ceil), row.ticks(8 + listed, "C", scale, f64::floor));
        let profit = row.whole(4, "S", 0, i64::from(crate::validate::LIMIT)) as i32;
        Vertex { name, x, y, service, profit, opens, closes }
    }

    fn task(&self, place: u32) -> Task {
        Task {
            name: self.name.clone(),
            place,
            priority: vec![Part { name: "profit".into(), points: self.profit }],
            service: self.service,
            windows: vec![Window { first: 0, last: 0, opens: self.opens, closes: self.closes }],
            skill: None,
            rank: 0,
            unit: None,
            district: None,
        }
    }
}

struct Euclid {
    points: Vec<(f64, f64)>,
    scale: f64,
    round: fn(f64) -> f64,
}

impl Model for Euclid {
    fn places(&self) -> usize {
        self.points.len()
    }
    fn ticks(&self, from: u32, to: u32) -> Ticks {
        let (a, b) = (self.points[from as usize], self.points[to as usize]);
        // Ten decimals of the product keep a distance of exactly 2.3 from becoming 22 tenths.
        let exact = ((a.0 - b.0).hypot(a.1 - b.1) * self.scale * 1e6).round() / 1e6;
        (self.round)(exact).min(f64::from(crate::validate::LIMIT)) as Ticks
    }
}

/// Straight lines between points: a matrix where it fits 16 bits, else computed when asked for.
pub(super) fn euclid(points: Vec<(f64, f64)>, scale: f64, round: fn(f64) -> f64) -> Travel {
    let (n, model) = (points.len(), Euclid { points, scale, round });
    if n <= 2_000 {
        let all = (0..n as u32).flat_map(|a| (0..n as u32).map(move |b| (a, b)));
        let ticks: Option<Vec<u16>> =
            all.map(|(a, b)| u16::try_from(model.ticks(a, b)).ok().filter(|t| *t < u16::MAX)).collect();
        if let Some(matrix) = ticks.and_then(|t| Matrix::new(n, t)) {
            return Travel::Matrix(matrix);
        }
    }
    Travel::Computed(Arc::new(model))
}
