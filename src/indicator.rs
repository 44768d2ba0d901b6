//! `yixian score getting-electricity` and `yixian reliability`: published indicators of a file's
//! numbers. No company is opened.

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use serde_json::{Map, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use yixian_app::domain::indicator::{Connection, Outage, indices, major_events, score};
use yixian_app::domain::time::{Instant, Zone};

#[derive(Subcommand)]
pub(crate) enum Score {
    /// World Bank, Getting Electricity (Doing Business 2016–2020).
    GettingElectricity {
        /// Columns `procedures,time_days,cost_pct_ipc,reliability_index`; others are dropped.
        #[arg(long)]
        csv: PathBuf,
    },
}

#[derive(Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Series {
    /// Columns `day,saidi_min`: major event days by the 2.5-beta method (IEEE 1366).
    #[arg(long)]
    daily: Option<PathBuf>,
    /// Columns `start,end,customers_affected,total_customers` and those of --group.
    #[arg(long)]
    outages: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Reliability {
    #[command(flatten)]
    series: Series,
    /// Columns to group outages by; `year` is that of the start.
    #[arg(long, value_delimiter = ',', default_value = "state,year")]
    group: Vec<String>,
}

/// A table's rows with the places of the wanted columns.
struct Rows {
    reader: csv::Reader<std::fs::File>,
    columns: Vec<usize>,
}

impl Rows {
    fn open(file: &Path, wanted: &[&str]) -> anyhow::Result<Rows> {
        let mut reader = csv::Reader::from_path(file).with_context(|| file.display().to_string())?;
        let headers = reader.headers()?.clone();
        let place = |name: &str| headers.iter().position(|h| h.trim_start_matches('\u{feff}').trim() == name);
        let missing: Vec<&str> = wanted.iter().copied().filter(|w| place(w).is_none()).collect();
        if !missing.is_empty() {
            bail!("{}: columns are missing: {}", file.display(), missing.join(", "));
        }
        Ok(Rows { reader, columns: wanted.iter().filter_map(|w| place(w)).collect() })
    }
    fn each(mut self, mut row: impl FnMut(&[&str]) -> anyhow::Result<()>) -> anyhow::Result<()> {
        for (i, record) in self.reader.records().enumerate() {
            let record = record?;
            let cells: Vec<&str> = self.columns.iter().map(|c| record.get(*c).unwrap_or_default().trim()).collect();
            row(&cells).with_context(|| format!("line {}", i + 2))?;
        }
        Ok(())
    }
}

fn number(text: &str) -> anyhow::Result<f64> {
    match text.parse::<f64>() {
        Ok(n) if n.is_finite() && n >= 0.0 => Ok(n),
        _ => bail!("not a number of zero or more: {text:?}"),
    }
}

pub(crate) fn print_score(what: Score) -> anyhow::Result<ExitCode> {
    let Score::GettingElectricity { csv: file } = what;
    let wanted = ["procedures", "time_days", "cost_pct_ipc", "reliability_index"];
    let rows = Rows::open(&file, &wanted)?;
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(wanted.iter().chain(&[
        "procedures_score",
        "time_score",
        "cost_score",
        "reliability_score",
        "score",
    ]))?;
    rows.each(|cells| {
        // Where nobody can be connected there is nothing to measure, and the score is 0.
        let none = cells.iter().any(|c| c.is_empty());
        let scores = if none {
            [0.0; 5]
        } else {
            let n: Vec<f64> = cells.iter().map(|c| number(c)).collect::<anyhow::Result<_>>()?;
            let s = score(&Connection { procedures: n[0], time_days: n[1], cost_pct_ipc: n[2], reliability: n[3] });
            [s.procedures, s.time, s.cost, s.reliability, s.total]
        };
        out.write_record(cells.iter().map(|c| (*c).to_owned()).chain(scores.iter().map(ToString::to_string)))?;
        Ok(())
    })?;
    print!("{}", String::from_utf8(out.into_inner()?)?);
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn print_reliability(r: Reliability) -> anyhow::Result<ExitCode> {
    match (r.series.daily, r.series.outages) {
        (Some(file), _) => daily(&file),
        (_, Some(file)) => outages(&file, &r.group),
        _ => Ok(ExitCode::from(2)),
    }
}

fn daily(file: &Path) -> anyhow::Result<ExitCode> {
    let (mut days, mut saidi) = (Vec::new(), Vec::new());
    Rows::open(file, &["day", "saidi_min"])?.each(|cells| {
        days.push(cells[0].to_owned());
        saidi.push(number(cells[1])?);
        Ok(())
    })?;
    let Some(m) = major_events(&saidi) else { bail!("{}: fewer than two days had an interruption", file.display()) };
    let major: Vec<&String> = m.days.iter().map(|i| &days[*i]).collect();
    println!(
        "{}",
        json!({
            "days": days.len(), "zero_days": m.zero_days, "alpha": m.alpha, "beta": m.beta, "t_med": m.t_med,
            "major_event_days": major, "saidi": m.saidi, "saidi_without_med": m.saidi_without,
        })
    );
    Ok(ExitCode::SUCCESS)
}

/// An instant, with `T` or a space, with or without a zone; seconds may be missing.
fn instant(text: &str) -> anyhow::Result<Instant> {
    let mut text = text.replacen(' ', "T", 1);
    if text.len() == 10 {
        text += "T00:00:00";
    } else if text.len() == 16 {
        text += ":00";
    }
    Instant::parse(&text)
        .or_else(|_| Instant::parse(&format!("{text}Z")))
        .with_context(|| format!("not an instant: {text:?}"))
}

fn outages(file: &Path, group: &[String]) -> anyhow::Result<ExitCode> {
    let own: Vec<&str> = group.iter().map(String::as_str).filter(|g| *g != "year").collect();
    let wanted: Vec<&str> =
        ["start", "end", "customers_affected", "total_customers"].into_iter().chain(own.iter().copied()).collect();
    let utc = Zone::parse("fixed:+00:00")?;
    let mut groups: BTreeMap<Vec<String>, Vec<Outage>> = BTreeMap::new();
    Rows::open(file, &wanted)?.each(|cells| {
        let (start, end) = (instant(cells[0])?, instant(cells[1])?);
        if end < start {
            bail!("it ends before it starts");
        }
        let year = utc.date_of(start).year().to_string();
        let mut values = cells[4..].iter();
        let key = group
            .iter()
            .map(|g| if g == "year" { year.clone() } else { values.next().copied().unwrap_or_default().to_owned() })
            .collect();
        groups.entry(key).or_default().push(Outage {
            start,
            end,
            customers: number(cells[2])?,
            served: number(cells[3])?,
        });
        Ok(())
    })?;
    let all: Vec<_> = groups.iter().map(|(key, outages)| {
        let i = indices(outages);
        let mut row: Map<_, _> = group.iter().cloned().zip(key.iter().map(|k| json!(k))).collect();
        let told = json!({ "events": i.events, "sustained": i.sustained, "customers": i.customers, "saifi": i.saifi, "saidi_min": i.saidi_min, "caidi_min": i.caidi_min });
        row.extend(told.as_object().cloned().unwrap_or_default());
        row
    }).collect();
    println!("{}", json!(all));
    Ok(ExitCode::SUCCESS)
}
