//! Minutes on the road between places: a guess by distance and kind of area, measured pairs of a
//! file, or a table service of the company's own. Wherever a guess is used the plan says so.

use super::http;
use crate::App;
use crate::frame::error::{AppError, FieldError};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use yixian_domain::place::{Area, Point};
use yixian_domain::planning::{Speed, TravelRules};
use yixian_mining::Ask;
use yixian_mining::reading::{Fault, ReadError};
use yixian_mining::rows;
use yixian_planner::travel::guess::{self, Guess, Pace, Pattern};
use yixian_planner::travel::table::{Assembly, Block};
use yixian_planner::travel::{Matrix, Model};
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
        match self {
            TravelSource::Guess | TravelSource::GuessInstead { .. } => true,
            TravelSource::Measured { known, pairs } => known < pairs,
            TravelSource::Table { .. } => false,
        }
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

/// The guess of the rules: straight line, stretched, at the speed of the country, and parking.
fn guess(rules: &TravelRules, spots: &[Spot]) -> Result<Guess, AppError> {
    let pace = |s: Speed| Pace { detour: f64::from(s.detour_percent) / 100.0, kmh: f64::from(s.km_h) };
    let pattern = Pattern {
        city: pace(rules.urban),
        plain: pace(rules.suburban),
        mountain: pace(rules.remote),
        parking: rules.parking.into(),
        ticks_per_minute: 1.0,
    };
    let spots: Vec<guess::Spot> = spots
        .iter()
        .map(|s| {
            let (lat, lon) = s.point.degrees();
            guess::Spot {
                lat,
                lon,
                area: match s.area {
                    Area::Urban => guess::Area::City,
                    Area::Suburban => guess::Area::Plain,
                    Area::Remote => guess::Area::Mountain,
                },
            }
        })
        .collect();
    Guess::new(&spots, &pattern).map_err(|faults| {
        StoreError::corrupt("travel", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")).into()
    })
}

fn filled(guess: &Guess, n: usize) -> Vec<u16> {
    (0..n * n).map(|i| guess.ticks((i / n) as u32, (i % n) as u32).clamp(0, i32::from(u16::MAX) - 1) as u16).collect()
}

/// Where measured minutes lie in the company's folder.
fn measured_file(folder: &Path) -> PathBuf {
    folder.join("travel").join("measured.csv")
}

/// Most that the file may hold once it is unpacked, bytes.
const MOST: u64 = 64 << 20;

/// Minutes by the codes of two places, `from,to,minutes`; every bad line is told.
pub fn read_measured(bytes: &[u8]) -> Result<HashMap<(String, String), u16>, Vec<FieldError>> {
    let ask = Ask { lenient: true, ..Ask::default() };
    let read = rows::open(std::io::Cursor::new(bytes), MOST, &ask, |rows| {
        let column = |name: &str| rows.column(name);
        let (Some(from), Some(to), Some(minutes)) = (column("from")?, column("to")?, column("minutes")?) else {
            return Ok(Err(vec![FieldError::with("file", "travel_columns", "from,to,minutes")]));
        };
        let mut out = HashMap::new();
        let mut faults = Vec::new();
        while rows.step()? {
            if rows.is_blank() {
                continue;
            }
            let pair = (rows.text(from), rows.text(to));
            match rows.text(minutes).parse::<f64>() {
                Ok(m) if (0.0..=1440.0).contains(&m) && !pair.0.is_empty() && !pair.1.is_empty() && !rows.has_nul() => {
                    out.insert((pair.0.to_owned(), pair.1.to_owned()), m.ceil() as u16);
                }
                _ => faults.push(FieldError::with("file", "travel_line", rows.line())),
            }
        }
        Ok(if faults.is_empty() { Ok(out) } else { Err(faults) })
    });
    read.unwrap_or_else(|e: ReadError| {
        Err(vec![match e.what {
            Fault::OpenQuote(line) => FieldError::with("file", "open_quote", line),
            Fault::Doubled(column) => FieldError::with("file", "column_twice", column),
            _ => FieldError::with("file", "file_unreadable", e.to_string()),
        }])
    })
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
pub(crate) async fn minutes(
    app: &App,
    rules: &TravelRules,
    spots: Vec<Spot>,
) -> Result<(Matrix, TravelSource), AppError> {
    let lost = |why: &str| AppError::Store(StoreError::corrupt("travel", why));
    let n = spots.len();
    let guess = guess(rules, &spots)?;
    if let Some(url) = &rules.table {
        let host = http::host(url).unwrap_or_default();
        return Ok(match table(app, url, &spots, &guess).await {
            Ok((matrix, 0)) => (matrix, TravelSource::Table { host }),
            Ok((matrix, gaps)) => {
                let pairs = (n * n.saturating_sub(1)) as u64;
                (matrix, TravelSource::Measured { known: pairs.saturating_sub(gaps as u64), pairs })
            }
            Err(why) => {
                tracing::warn!(%host, %why, "the table service did not answer, minutes on the road are guessed");
                let ticks =
                    tokio::task::spawn_blocking(move || filled(&guess, n)).await.map_err(|e| lost(&e.to_string()))?;
                (Matrix::new(n, ticks).ok_or_else(|| lost("size"))?, TravelSource::GuessInstead { host, why })
            }
        });
    }
    let measured = match tokio::fs::read(measured_file(&app.inner.folder)).await {
        Ok(bytes) => read_measured(&bytes).map_err(AppError::Invalid)?,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => HashMap::new(),
        Err(e) => return Err(StoreError::from(e).into()),
    };
    let (ticks, known) = tokio::task::spawn_blocking(move || {
        let mut ticks = filled(&guess, n);
        let at: HashMap<&str, usize> =
            spots.iter().enumerate().filter(|(_, s)| !s.code.is_empty()).map(|(i, s)| (s.code.as_str(), i)).collect();
        let mut known = 0;
        for ((from, to), m) in &measured {
            if let (Some(i), Some(j)) = (at.get(from.as_str()), at.get(to.as_str())) {
                ticks[i * n + j] = *m;
                known += 1;
            }
        }
        (ticks, known)
    })
    .await
    .map_err(|e| lost(&e.to_string()))?;
    let source = if known == 0 {
        TravelSource::Guess
    } else {
        TravelSource::Measured { known, pairs: (n * n.saturating_sub(1)) as u64 }
    };
    Ok((Matrix::new(n, ticks).ok_or_else(|| lost("size"))?, source))
}

/// Points a table service is asked for at once, in rows and in columns; its usual limit is a hundred in all.
const BLOCK: usize = 48;
/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is asked of a table service: OSRM by its address, Valhalla (whose address ends in `sources_to_targets`) by a body.
fn question(url: &str, from: &[Spot], to: &[Spot]) -> (String, Option<String>) {
    let degrees = |s: &Spot| s.point.degrees();
    if url.trim_end_matches('/').ends_with("sources_to_targets") {
        let all = |s: &[Spot]| {
            s.iter()
                .map(|s| {
                    let (lat, lon) = degrees(s);
                    serde_json::json!({ "lat": lat, "lon": lon })
                })
                .collect::<Vec<_>>()
        };
        let body = serde_json::json!({ "sources": all(from), "targets": all(to), "costing": "auto" });
        return (url.to_owned(), Some(body.to_string()));
    }
    let points = from
        .iter()
        .chain(to)
        .map(|s| {
            let (lat, lon) = degrees(s);
            format!("{lon:.6},{lat:.6}")
        })
        .collect::<Vec<_>>()
        .join(";");
    let numbers = |first: usize, len: usize| (first..first + len).map(|k| k.to_string()).collect::<Vec<_>>().join(";");
    (
        format!(
            "{url}{points}?annotations=duration&sources={}&destinations={}",
            numbers(0, from.len()),
            numbers(from.len(), to.len())
        ),
        None,
    )
}

/// Asks a table service block by block; what it answered is kept by content, so that the same places are asked for once.
/// Gives the matrix and how many pairs the service knew no way for, which are guessed.
async fn table(app: &App, url: &str, spots: &[Spot], guess: &Guess) -> Result<(Matrix, usize), String> {
    let n = spots.len();
    let key: String = spots.iter().map(|s| format!("{},{};", s.point.lat, s.point.lon)).collect();
    let kept = app.inner.folder.join("travel").join(format!("{}.u16", sha256(format!("{url}\n{key}").as_bytes())));
    if let Ok(bytes) = tokio::fs::read(&kept).await
        && let Some(matrix) = Matrix::new(n, bytes.chunks_exact(2).map(|b| u16::from_le_bytes([b[0], b[1]])).collect())
    {
        return Ok((matrix, 0));
    }
    let mut whole = Assembly::new(n, 60.0);
    for i in (0..n).step_by(BLOCK) {
        for j in (0..n).step_by(BLOCK) {
            let (from, to) = (&spots[i..(i + BLOCK).min(n)], &spots[j..(j + BLOCK).min(n)]);
            let (asked, body) = question(url, from, to);
            let bytes = http::ask(&asked, body, PATIENCE).await?;
            let block = Block::read(&bytes, from.len(), to.len())
                .map_err(|f| f.iter().take(3).map(ToString::to_string).collect::<Vec<_>>().join("; "))?;
            whole.put(i, j, &block);
        }
    }
    let (matrix, gaps) = whole
        .finish(Some(guess))
        .map_err(|f| f.iter().take(3).map(ToString::to_string).collect::<Vec<_>>().join("; "))?;
    if gaps == 0 {
        let bytes: Vec<u8> = matrix.ticks().iter().flat_map(|t| t.to_le_bytes()).collect();
        if let Some(folder) = kept.parent() {
            tokio::fs::create_dir_all(folder).await.ok();
        }
        tokio::fs::write(&kept, bytes).await.ok();
    }
    Ok((matrix, gaps))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_service_is_asked_in_its_own_way() {
        let spot = |lat: f64, lon: f64| Spot {
            point: Point::from_degrees(lat, lon).expect("a point"),
            area: Area::Urban,
            code: String::new(),
        };
        let (a, b) = (vec![spot(39.9, 116.4)], vec![spot(40.0, 116.5), spot(40.1, 116.6)]);
        let (url, body) = question("http://osrm:5000/table/v1/driving/", &a, &b);
        assert_eq!(
            url,
            "http://osrm:5000/table/v1/driving/116.400000,39.900000;116.500000,40.000000;116.600000,40.100000?annotations=duration&sources=0&destinations=1;2"
        );
        assert_eq!(body, None);
        let (url, body) = question("http://valhalla:8002/sources_to_targets", &a, &b);
        let body: serde_json::Value = serde_json::from_str(&body.expect("a body")).expect("json");
        assert_eq!(
            (url.as_str(), body["targets"].as_array().map(Vec::len), &body["sources"][0]["lat"]),
            ("http://valhalla:8002/sources_to_targets", Some(2), &serde_json::json!(39.9))
        );
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
