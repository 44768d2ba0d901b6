//! `yixian calendar due`: due dates on the built-in working calendar, one or a file of them.

use clap::{Subcommand, ValueEnum};
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use yixian_app::domain::deadline::{RestDayEnd, SkipReason, count_days};
use yixian_app::domain::limit::{Limit, LimitUnit};
use yixian_app::domain::time::{Date, Instant, Zone};
use yixian_app::policy::built_in_calendar;

#[derive(Subcommand)]
pub(crate) enum Calendar {
    /// By when something is due (JSON; with --csv a table).
    Due {
        /// Start: a day, or with hours an instant (RFC 3339). The start day does not count.
        start: Option<String>,
        /// How many.
        n: Option<u32>,
        /// Of what.
        #[arg(long, value_enum, default_value_t = Unit::WorkingDays)]
        unit: Unit,
        /// A file with the columns `start_date,n_working_days`; other columns are dropped.
        #[arg(long, conflicts_with_all = ["start", "n"])]
        csv: Option<PathBuf>,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Unit {
    WorkingDays,
    CalendarDays,
    Hours,
}

pub(crate) fn run(c: Calendar) -> anyhow::Result<ExitCode> {
    let Calendar::Due { start, n, unit, csv } = c;
    let calendar = built_in_calendar()?;
    if let Some(file) = csv {
        let mut reader = csv::Reader::from_path(&file)?;
        let headers = reader.headers()?.clone();
        let column = |name: &str| headers.iter().position(|h| h.trim_start_matches('\u{feff}') == name);
        let (Some(a), Some(b)) = (column("start_date"), column("n_working_days")) else {
            anyhow::bail!("{}: the columns start_date and n_working_days are wanted", file.display());
        };
        let mut out = csv::Writer::from_writer(std::io::stdout().lock());
        out.write_record(["start_date", "n_working_days", "due_date", "provisional"])?;
        for (i, row) in reader.records().enumerate() {
            let row = row?;
            let line = i + 2;
            let start: Date = row
                .get(a)
                .unwrap_or_default()
                .trim()
                .parse()
                .map_err(|_| anyhow::anyhow!("line {line}: start_date is not a day like 2018-04-17"))?;
            let n: u32 = row
                .get(b)
                .unwrap_or_default()
                .trim()
                .parse()
                .map_err(|_| anyhow::anyhow!("line {line}: n_working_days is not a whole number"))?;
            let limit = Limit::new(n, LimitUnit::WorkingDays).map_err(|e| anyhow::anyhow!("line {line}: {e}"))?;
            let due = count_days(&calendar, start, limit, RestDayEnd::Stays)
                .map_err(|e| anyhow::anyhow!("line {line}: {e}"))?;
            out.write_record([
                start.to_string(),
                n.to_string(),
                due.due_date.to_string(),
                due.provisional.to_string(),
            ])?;
        }
        out.flush()?;
        return Ok(ExitCode::SUCCESS);
    }
    let (Some(start), Some(n)) = (start, n) else {
        eprintln!("yixian: START and N are wanted, or --csv FILE");
        return Ok(ExitCode::from(2));
    };
    let answer = match unit {
        Unit::Hours => {
            let zone = Zone::parse("Asia/Shanghai")?;
            let from = match start.parse::<Date>() {
                Ok(day) => zone.at(day, yixian_app::domain::time::Time::midnight()),
                Err(_) => Instant::parse(&start)?,
            };
            let due = from.plus_minutes(i64::from(n) * 60);
            json!({ "due": due.to_string(), "provisional": false, "skipped": [], "calendar": calendar.label() })
        }
        unit => {
            let unit = if matches!(unit, Unit::WorkingDays) { LimitUnit::WorkingDays } else { LimitUnit::CalendarDays };
            let day: Date =
                start.parse().map_err(|_| anyhow::anyhow!("START is not a day like 2018-04-17: {start}"))?;
            // Calendar days end where they end; whoever wants article 203 asks for it in a rule.
            let due = count_days(&calendar, day, Limit::new(n, unit)?, RestDayEnd::Stays)?;
            let skipped: Vec<_> = due.skipped.iter().map(|s| json!({ "date": s.date, "why": why(&s.why) })).collect();
            json!({ "due": due.due_date, "provisional": due.provisional, "skipped": skipped, "calendar": calendar.label() })
        }
    };
    println!("{answer}");
    Ok(ExitCode::SUCCESS)
}

fn why(reason: &SkipReason) -> String {
    match reason {
        SkipReason::Weekend => "weekend".into(),
        SkipReason::Holiday(name) | SkipReason::LocalRest(name) => name.zh.clone(),
        SkipReason::Paused => "paused".into(),
    }
}
