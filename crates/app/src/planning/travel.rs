//! Minutes on the road between places: a guess by distance and kind of area, measured pairs of a
//! file, or a table service of the company's own. Wherever a guess is used the plan says so.

use super::http;
use crate::App;
use crate::error::{AppError, FieldError};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use yixian_domain::place::{Area, Point};
use yixian_domain::planning::TravelRules;
use yixian_planner::travel::Matrix;
use yixian_store::StoreError;
use yixian_store::ledger::sha256;

/// Where a plan's minutes on the road come from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum TravelSource {
    /// Straight line × detour ÷ speed: a guess.
    #[default]
    Guess,
    /// A file of measured minutes knew so many of so many pairs; the rest is a guess.
    Measured {
        /// Pairs it knew.
        known: u64,
        /// Pairs there are.
        pairs: u64,
    },
    /// A table service measured all of them.
    Table {
        /// Its host.
        host: String,
    },
    /// A table service was asked and did not answer; a guess was used.
    GuessInstead {
        /// Its host.
        host: String,
        /// What went wrong, for the log and whoever keeps the service.
        why: String,
    },
}

impl TravelSource {
    /// As keyed in the catalogues.
    pub fn code(&self) -> &'static str {
        match self {
            TravelSource::Guess => "guess",
            TravelSource::Measured { .. } => "measured",
            TravelSource::Table { .. } => "table",
            TravelSource::GuessInstead { .. } => "guess_instead",
        }
    }
    /// Whether any of it is a guess.
    pub fn guessed(&self) -> bool {
        match self { TravelSource::Guess | TravelSource::GuessInstead { .. } => true, TravelSource::Measured { known, pairs } => known < pairs, TravelSource::Table { .. } => false }
    }
}

/// A place to drive to.
#[derive(Clone, Debug)]
pub(crate) struct Spot {
    pub point: Point,
    pub area: Area,
    /// Code of the place, by which a file of measured minutes names it; offices have none.
    pub code: String,
}

/// The guess: the straight line, stretched and driven as in the farther of the two areas, and parking.
pub(crate) fn guess(rules: &TravelRules, a: &Spot, b: &Spot) -> u16 {
    if a.point == b.point {
        return 0;
    }
    let speed = rules.of(a.area.max(b.area));
    let km = a.point.metres_to(b.point) / 1000.0 * f64::from(speed.detour_percent) / 100.0;
    let minutes = km / f64::from(speed.km_h) * 60.0;
    (minutes.ceil() as u16).saturating_add(rules.parking)
}

fn guesses(rules: &TravelRules, spots: &[Spot]) -> Vec<u16> {
    let n = spots.len();
    let mut ticks = vec![0; n * n];
    for i in 0..n {
        for j in i + 1..n {
            let m = guess(rules, &spots[i], &spots[j]);
            (ticks[i * n + j], ticks[j * n + i]) = (m, m);
        }
    }
    ticks
}

/// Where measured minutes lie in the company's folder.
fn measured_file(folder: &Path) -> PathBuf { folder.join("travel").join("measured.csv") }

/// Minutes by the codes of two places, `from,to,minutes`; every bad line is told.
pub fn read_measured(bytes: &[u8]) -> Result<HashMap<(String, String), u16>, Vec<FieldError>> {
    let mut out = HashMap::new();
    let mut faults = Vec::new();
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(bytes);
    let headers = reader.headers().cloned().unwrap_or_default();
    let column = |name: &str| headers.iter().position(|h| h.trim_start_matches('\u{feff}') == name);
    let (Some(from), Some(to), Some(minutes)) = (column("from"), column("to"), column("minutes")) else {
        return Err(vec![FieldError::with("file", "travel_columns", "from,to,minutes")]);
    };
    for (i, row) in reader.records().enumerate() {
        let line = i + 2;
        let Ok(row) = row else {
            faults.push(FieldError::with("file", "travel_line", line));
            continue;
        };
        let cell = |c: usize| row.get(c).unwrap_or_default();
        match cell(minutes).parse::<f64>() {
            Ok(m) if (0.0..=1440.0).contains(&m) && !cell(from).is_empty() && !cell(to).is_empty() => {
                out.insert((cell(from).to_owned(), cell(to).to_owned()), m.ceil() as u16);
            }
            _ => faults.push(FieldError::with("file", "travel_line", line)),
        }
    }
    if faults.is_empty() { Ok(out) } else { Err(faults) }
}

impl App {
    /// Takes over measured minutes: a CSV of `from,to,minutes` with codes of places. Replaces what was there; gives how
    /// many pairs.
    pub async fn import_travel(&self, bytes: Vec<u8>) -> Result<usize, AppError> {
        let pairs = read_measured(&bytes).map_err(AppError::Invalid)?.len();
        let file = measured_file(&self.inner.folder);
        if let Some(folder) = file.parent() {
            tokio::fs::create_dir_all(folder).await.map_err(StoreError::from)?;
        }
        tokio::fs::write(&file, bytes).await.map_err(StoreError::from)?;
        Ok(pairs)
    }
}

/// Minutes between all of them, and where they come from.
pub(crate) async fn minutes(app: &App, rules: &TravelRules, spots: Vec<Spot>) -> Result<(Matrix, TravelSource), AppError> {
    let lost = |why: &str| AppError::Store(StoreError::corrupt("travel", why));
    let n = spots.len();
    if let Some(url) = &rules.table {
        let host = http::host(url).unwrap_or_default();
        match table(app, url, &spots).await {
            Ok(ticks) => {
                let matrix = Matrix::new(n, ticks).ok_or_else(|| lost("size"))?;
                return Ok((matrix, TravelSource::Table { host }));
            }
            Err(why) => {
                tracing::warn!(%host, %why, "the table service did not answer, minutes on the road are guessed");
                let rules = rules.clone();
                let ticks = tokio::task::spawn_blocking(move || guesses(&rules, &spots)).await.map_err(|e| lost(&e.to_string()))?;
                return Ok((Matrix::new(n, ticks).ok_or_else(|| lost("size"))?, TravelSource::GuessInstead { host, why }));
            }
        }
    }
    let measured = match tokio::fs::read(measured_file(&app.inner.folder)).await {
        Ok(bytes) => read_measured(&bytes).map_err(AppError::Invalid)?,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => HashMap::new(),
        Err(e) => return Err(StoreError::from(e).into()),
    };
    let rules = rules.clone();
    let (ticks, known) = tokio::task::spawn_blocking(move || {
        let mut ticks = guesses(&rules, &spots);
        let at: HashMap<&str, usize> = spots.iter().enumerate().filter(|(_, s)| !s.code.is_empty()).map(|(i, s)| (s.code.as_str(), i)).collect();
        let mut known = 0;
        for ((from, to), m) in &measured {
            if let (Some(i), Some(j)) = (at.get(from.as_str()), at.get(to.as_str())) {
                ticks[i * n + j] = *m;
                known += 1;
            }
        }
        (ticks, known)
    }).await.map_err(|e| lost(&e.to_string()))?;
    let source = if known == 0 { TravelSource::Guess } else { TravelSource::Measured { known, pairs: (n * n.saturating_sub(1)) as u64 } };
    Ok((Matrix::new(n, ticks).ok_or_else(|| lost("size"))?, source))
}

/// Points a table service is asked for at once, in rows and in columns; its usual limit is a hundred in all.
const BLOCK: usize = 48;
/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Asks an OSRM-compatible table service block by block; what it answered is kept by content, so that the same places
/// are asked for once.
async fn table(app: &App, url: &str, spots: &[Spot]) -> Result<Vec<u16>, String> {
    let n = spots.len();
    let key: String = spots.iter().map(|s| format!("{},{};", s.point.lat, s.point.lon)).collect();
    let kept = app.inner.folder.join("travel").join(format!("{}.u16", sha256(format!("{url}\n{key}").as_bytes())));
    if let Ok(bytes) = tokio::fs::read(&kept).await
        && bytes.len() == n * n * 2
    {
        return Ok(bytes.chunks_exact(2).map(|b| u16::from_le_bytes([b[0], b[1]])).collect());
    }
    let mut ticks = vec![0_u16; n * n];
    let blocks: Vec<(usize, usize)> = (0..n).step_by(BLOCK).flat_map(|i| (0..n).step_by(BLOCK).map(move |j| (i, j))).collect();
    for (i, j) in blocks {
        let (rows, columns) = (i..(i + BLOCK).min(n), j..(j + BLOCK).min(n));
        let names = |r: std::ops::Range<usize>| r.map(|k| { let (lat, lon) = spots[k].point.degrees(); format!("{lon:.6},{lat:.6}") }).collect::<Vec<_>>();
        let (a, b) = (names(rows.clone()), names(columns.clone()));
        let numbers = |from: usize, len: usize| (from..from + len).map(|k| k.to_string()).collect::<Vec<_>>().join(";");
        let points = a.iter().chain(&b).cloned().collect::<Vec<_>>().join(";");
        let asked = format!("{url}{points}?annotations=duration&sources={}&destinations={}", numbers(0, a.len()), numbers(a.len(), b.len()));
        let bytes = http::get(&asked, PATIENCE).await?;
        let answer: Answer = serde_json::from_slice(&bytes).map_err(|e| e.to_string())?;
        let seconds = answer.rows(a.len(), b.len())?;
        for (r, row) in rows.zip(seconds) {
            for (c, s) in columns.clone().zip(row) {
                ticks[r * n + c] = (s / 60.0).ceil() as u16;
            }
        }
    }
    let bytes: Vec<u8> = ticks.iter().flat_map(|t| t.to_le_bytes()).collect();
    if let Some(folder) = kept.parent() {
        tokio::fs::create_dir_all(folder).await.ok();
    }
    tokio::fs::write(&kept, bytes).await.ok();
    Ok(ticks)
}

/// What a table service answers: seconds, row by row. OSRM's shape, which Valhalla's own OSRM format shares.
#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    code: String,
    #[serde(default)]
    durations: Vec<Vec<Option<f64>>>,
}

impl Answer {
    fn rows(self, rows: usize, columns: usize) -> Result<Vec<Vec<f64>>, String> {
        if self.code != "Ok" {
            return Err(format!("code {}", if self.code.is_empty() { "is missing" } else { &self.code }));
        }
        if self.durations.len() != rows || self.durations.iter().any(|r| r.len() != columns) {
            return Err(format!("{rows} × {columns} durations were asked for"));
        }
        // No way is no number: it is a day, which no shift holds.
        let one = |s: Option<f64>| match s {
            None => Ok(86_400.0),
            Some(s) if s.is_finite() && s >= 0.0 => Ok(s.min(86_400.0)),
            Some(s) => Err(format!("a duration of {s}")),
        };
        self.durations.into_iter().map(|r| r.into_iter().map(one).collect()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Vec<f64>>, String> { serde_json::from_str::<Answer>(text).map_err(|e| e.to_string())?.rows(2, 2) }

    #[test]
    fn answers_are_read_or_refused() {
        assert_eq!(read(r#"{"code":"Ok","durations":[[0,61.5],[60,0]]}"#), Ok(vec![vec![0.0, 61.5], vec![60.0, 0.0]]));
        assert_eq!(read(r#"{"code":"Ok","durations":[[0,null],[60,0]]}"#).map(|d| d[0][1]), Ok(86_400.0), "no way");
        for bad in [r#"{"code":"TooBig"}"#, r#"{"durations":[[0,1],[1,0]]}"#, r#"{"code":"Ok","durations":[[0,1]]}"#, r#"{"code":"Ok","durations":[[0,-1],[1,0]]}"#, "no json"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn measured_minutes_are_read_with_every_bad_line() {
        let good = read_measured("from,to,minutes\nA,B,12.2\nB,A,13\n".as_bytes()).expect("a file");
        assert_eq!(good.get(&("A".into(), "B".into())), Some(&13));
        let bad = read_measured("from,to,minutes\nA,B,-1\n,B,3\nA,C,x\nA,D,9\n".as_bytes()).expect_err("bad lines");
        assert_eq!(bad.iter().map(|f| f.detail.as_str()).collect::<Vec<_>>(), ["2", "3", "4"]);
        assert_eq!(read_measured("a,b\n1,2\n".as_bytes()).expect_err("columns")[0].code, "travel_columns");
    }
}
