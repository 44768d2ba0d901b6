//! Answers of routers' table services, from bytes to a matrix. OSRM answers `durations`, Valhalla `sources_to_targets`, both in seconds.
//! It asks nobody: the request, its time limit and its cache belong to the caller, who may ask block by block.

use super::{Matrix, Model, Source};
use crate::fault::{At, Fault, Wrong};
use serde::Deserialize;

/// A rectangle of travel times in seconds, from rows to columns; none where the router knows no way.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    rows: Vec<Vec<Option<f64>>>,
}

const FILE: &str = "table";

#[derive(Deserialize)]
struct Answer {
    code: Option<String>,
    message: Option<String>,
    error: Option<String>,
    durations: Option<Vec<Vec<Option<f64>>>>,
    sources_to_targets: Option<Vec<Vec<Option<Cell>>>>,
}

#[derive(Deserialize)]
struct Cell {
    time: Option<f64>,
}

impl Block {
    /// Reads an answer that should have so many rows and columns. A router's refusal, a wrong size and a time that is none are faults.
    pub fn read(bytes: &[u8], rows: usize, columns: usize) -> Result<Block, Vec<Fault>> {
        let whole = |what| vec![Fault { at: At::File { file: FILE }, what }];
        let answer: Answer =
            serde_json::from_slice(bytes).map_err(|e| whole(Wrong::Unreadable { why: e.to_string() }))?;
        let refused = answer.code.filter(|c| c != "Ok").or(answer.error);
        if let Some(code) = refused {
            return Err(whole(Wrong::Unreadable {
                why: answer.message.map_or(code.clone(), |m| format!("{code}: {m}")),
            }));
        }
        let found = match (answer.durations, answer.sources_to_targets) {
            (Some(durations), _) => durations,
            (None, Some(cells)) => {
                cells.into_iter().map(|row| row.into_iter().map(|c| c.and_then(|c| c.time)).collect()).collect()
            }
            (None, None) => return Err(whole(Wrong::Empty)),
        };
        let mut faults = Vec::new();
        if found.len() != rows {
            faults.push(Fault {
                at: At::File { file: FILE },
                what: Wrong::Rows { found: found.len() as u64, needed: rows as u64 },
            });
        }
        for (row, line) in (0u64..).zip(&found) {
            let at = At::Row { file: FILE, row };
            if line.len() != columns {
                faults.push(Fault { at, what: Wrong::Rows { found: line.len() as u64, needed: columns as u64 } });
            }
            for time in line.iter().flatten() {
                if !(time.is_finite() && *time >= 0.0) {
                    faults.push(Fault { at, what: Wrong::NotANumber { field: "time", text: time.to_string() } });
                }
            }
        }
        if faults.is_empty() { Ok(Block { rows: found }) } else { Err(faults) }
    }
}

/// A matrix that is put together from blocks.
#[derive(Clone, Debug)]
pub struct Assembly {
    places: usize,
    seconds_per_tick: f64,
    ticks: Vec<u16>,
}

impl Assembly {
    /// Nothing known yet between so many places.
    pub fn new(places: usize, seconds_per_tick: f64) -> Assembly {
        Assembly { places, seconds_per_tick, ticks: vec![u16::MAX; places * places] }
    }

    /// Puts a block where its first row and first column belong; what would lie outside is left out. Part of a tick counts as one.
    pub fn put(&mut self, row: usize, column: usize, block: &Block) {
        for (r, line) in (row..self.places).zip(&block.rows) {
            for (c, time) in (column..self.places).zip(line) {
                if let Some(seconds) = time {
                    self.ticks[r * self.places + c] =
                        (seconds / self.seconds_per_tick).ceil().min(f64::from(u16::MAX - 1)) as u16;
                }
            }
        }
    }

    /// The matrix. What no router said is guessed, and counted; a single guess makes the whole a guess. Without a guess each row
    /// with a gap is a fault.
    pub fn finish(mut self, guess: Option<&dyn Model>) -> Result<(Matrix, usize), Vec<Fault>> {
        let n = self.places;
        for place in 0..n {
            self.ticks[place * n + place] = 0;
        }
        let gaps: Vec<usize> = (0..n * n).filter(|i| self.ticks[*i] == u16::MAX).collect();
        match guess.filter(|g| g.places() == n) {
            Some(guess) => gaps.iter().for_each(|i| {
                let ticks = guess.ticks((i / n) as u32, (i % n) as u32);
                self.ticks[*i] = ticks.clamp(0, i32::from(u16::MAX) - 1) as u16;
            }),
            None if gaps.is_empty() => {}
            None => {
                let rows = (0u64..)
                    .zip(self.ticks.chunks(n))
                    .filter_map(|(row, line)| Some((row, crate::validate::no_way(line)?)));
                return Err(rows.map(|(row, what)| Fault { at: At::Row { file: FILE, row }, what }).collect());
            }
        }
        let source = if gaps.is_empty() { Source::Routed } else { Source::Guess };
        // The length is the square of the places by construction.
        Ok((Matrix::new(n, self.ticks).unwrap_or_else(|| unreachable!("a square")).labelled(source), gaps.len()))
    }
}
