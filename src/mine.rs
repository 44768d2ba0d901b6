//! `yixian mine`: where a process waits, how it varies, what is late; of a file, or of a company's own ledger (JSON).
//! What a reader left out goes to stderr, counted and named.

mod check;
mod compare;
mod convert;

use crate::Company;
use crate::company::open;
use anyhow::Context as _;
use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use yixian_app::App;
use yixian_app::clock::Clock;
use yixian_app::domain::access::Actor;
use yixian_app::domain::time::Instant;
use yixian_app::exchange::open_course;
use yixian_app::flow::{Chosen, Of, View};
use yixian_app::foreign;
use yixian_app::mining::answer::effort::{Ends, effort};
use yixian_app::mining::answer::summary::{summary, summary_of};
use yixian_app::mining::answer::{flow::flow, handover::handovers, rework::rework, variants::variants};
use yixian_app::mining::deadlines::{PromiseMap, deadlines};
use yixian_app::mining::log::Log;
use yixian_app::mining::reading::Remarks;
use yixian_app::mining::show;
use yixian_app::mining::table::EventMap;
use yixian_app::mining::traces::Traces;
use yixian_app::mining::xes::Keep;
use yixian_app::mint::Mint;

/// How many ways `mine summary` names.
const TOP: usize = 10;

#[derive(Args)]
pub(crate) struct Foreign {
    /// The log: .xes, .xes.gz, .csv, .csv.gz; OCEL 2.0 as .json, .xml, .sqlite.
    log: PathBuf,
    /// What a table's columns mean, a TOML file; the usual names when missing.
    #[arg(long)]
    map: Option<String>,
    /// Of an object-centric log: the type of object whose course is wanted.
    #[arg(long)]
    object: Option<String>,
}

#[derive(Subcommand)]
pub(crate) enum Mine {
    /// How many events, cases and ways; from when to when; how long cases take.
    Summary(Foreign),
    /// Which step follows which, how often, how long it takes.
    Flow(Foreign),
    /// The most used ways, and the cases that went them.
    Variants {
        #[command(flatten)]
        log: Foreign,
        /// How many.
        #[arg(long, default_value_t = TOP)]
        top: usize,
    },
    /// Steps done again, returns, ping-pong.
    Rework(Foreign),
    /// Working against waiting, where the log has a start and an end of its steps.
    Effort(Foreign),
    /// How often and how slowly work went from unit to unit.
    Handovers(Foreign),
    /// Promises kept, by type and unit.
    Deadlines {
        /// A table with one or more rows per case, or a ZIP with one.
        file: PathBuf,
        /// What its columns mean: a built-in map, or a TOML file whose `[columns]` name key, target and closed.
        #[arg(long)]
        map: String,
        /// As it was then (RFC 3339 with a zone); all that is recorded when missing.
        #[arg(long)]
        as_of: Option<String>,
    },
    /// Two sets of cases side by side: two periods, or two values of an attribute.
    Compare(compare::Compare),
    /// Cases that broke a rule, each with the event that broke it.
    Check(check::Check),
    /// From file to file, by the files' names: XES, tables, OCEL 2.0 as JSON, XML and SQLite.
    Convert(convert::Convert),
    /// The same on a company's own ledger.
    #[command(subcommand)]
    Ledger(Ledger),
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Records {
    Matters,
    Visits,
    Connections,
}

#[derive(Args)]
pub(crate) struct Own {
    #[command(flatten)]
    company: Company,
    /// What a case is; connections are those matters that ask for power.
    #[arg(long, value_enum, default_value_t = Records::Matters)]
    of: Records,
    /// Code of a unit; its subtree counts.
    #[arg(long)]
    unit: Option<String>,
}

#[derive(Subcommand)]
pub(crate) enum Ledger {
    /// How many events, cases and ways; from when to when; how long finished cases took.
    Summary(Own),
    /// Which step follows which in finished cases.
    Flow(Own),
    /// The most used ways of finished cases.
    Variants {
        #[command(flatten)]
        own: Own,
        /// How many.
        #[arg(long, default_value_t = TOP)]
        top: usize,
    },
    /// Steps done again, returns, ping-pong, open cases too.
    Rework(Own),
    /// Working against waiting: a step is in hand and not stopped, or it is not.
    Effort(Own),
    /// How often and how slowly work of finished cases went from unit to unit.
    Handovers(Own),
    /// Promises kept, by kind and unit.
    Deadlines {
        #[command(flatten)]
        own: Own,
        /// As it was then (RFC 3339 with a zone); now when missing.
        #[arg(long)]
        as_of: Option<String>,
    },
    /// Two sets of cases side by side: two periods, two units.
    Compare(compare::OwnCompare),
    /// Cases that broke a rule of a file, each with the event that broke it.
    Check(check::OwnCheck),
    /// Into a file for other tools: XES or a table per kind of record, or OCEL 2.0 with all of them.
    Convert(convert::OwnConvert),
}

fn print(answer: &impl Serialize) -> anyhow::Result<ExitCode> {
    println!("{}", serde_json::to_string(answer)?);
    Ok(ExitCode::SUCCESS)
}

/// Microseconds of `--as-of`.
fn instant(as_of: Option<&str>) -> anyhow::Result<Option<i64>> {
    Ok(as_of.map(Instant::parse).transpose().context("--as-of")?.map(|at| at.0.saturating_mul(1_000)))
}

fn tell(file: &Path, remarks: &Remarks) {
    for remark in remarks.iter() {
        eprintln!("{}: {remark}", file.display());
    }
}

fn read(from: &Foreign, keep: Keep) -> anyhow::Result<Log> {
    let map = match &from.map {
        Some(name) => EventMap::parse(&foreign::map_text(name)?).with_context(|| name.clone())?,
        None => EventMap::default(),
    };
    let reading =
        open_course(&from.log, &map, from.object.as_deref(), keep).with_context(|| from.log.display().to_string())?;
    tell(&from.log, &reading.remarks);
    Ok(reading.of)
}

pub(crate) async fn run(mine: Mine) -> anyhow::Result<ExitCode> {
    match mine {
        Mine::Summary(from) => {
            let log = read(&from, Keep::Columns)?;
            print(&show::summary(&log, &summary(&log), TOP))
        }
        Mine::Flow(from) => {
            let log = read(&from, Keep::Columns)?;
            print(&show::flow(&log, &flow(&log, &Traces::of(&log))))
        }
        Mine::Variants { log, top } => {
            let log = read(&log, Keep::Columns)?;
            print(&show::variants(&log, &variants(&log, &Traces::of(&log)), top))
        }
        Mine::Rework(from) => {
            let log = read(&from, Keep::Columns)?;
            print(&show::rework(&log, &rework(&log, &Traces::of(&log))))
        }
        Mine::Effort(from) => {
            let log = read(&from, Keep::Columns)?;
            print(&show::effort(&log, &effort(&log, &Traces::of(&log), Ends::Phases)))
        }
        Mine::Handovers(from) => {
            let log = read(&from, Keep::Columns)?;
            print(&show::handovers(&log, &handovers(&log, &Traces::of(&log))))
        }
        Mine::Deadlines { file, map, as_of } => {
            let as_of = instant(as_of.as_deref())?;
            let map = PromiseMap::parse(&foreign::map_text(&map)?).context(map)?;
            let reading = foreign::open_promises(&file, &map).with_context(|| file.display().to_string())?;
            tell(&file, &reading.remarks);
            print(&show::deadlines(&deadlines(&reading.of, as_of), as_of))
        }
        Mine::Compare(c) => compare::run(&c),
        Mine::Check(c) => check::run(&c),
        Mine::Convert(c) => convert::run(c),
        Mine::Ledger(ledger) => own(ledger).await,
    }
}

async fn own(ledger: Ledger) -> anyhow::Result<ExitCode> {
    match ledger {
        Ledger::Summary(own) => {
            with(&own, |v| {
                print(&show::summary(&v.columns.log, &summary_of(&v.columns.log, &v.all, v.finished()), TOP))
            })
            .await
        }
        Ledger::Flow(own) => {
            with(&own, |v| print(&show::flow(&v.columns.log, &flow(&v.columns.log, v.finished())))).await
        }
        Ledger::Variants { own, top } => {
            with(&own, |v| print(&show::variants(&v.columns.log, &variants(&v.columns.log, v.finished()), top))).await
        }
        Ledger::Rework(own) => {
            with(&own, |v| print(&show::rework(&v.columns.log, &rework(&v.columns.log, &v.all)))).await
        }
        Ledger::Effort(own) => {
            with(&own, |v| print(&show::effort(&v.columns.log, &effort(&v.columns.log, &v.all, Ends::Turns(&v.turns)))))
                .await
        }
        Ledger::Handovers(own) => {
            with(&own, |v| print(&show::handovers(&v.columns.log, &handovers(&v.columns.log, v.finished())))).await
        }
        Ledger::Deadlines { own, as_of } => promises(&own, as_of.as_deref()).await,
        Ledger::Compare(c) => compare::own(c).await,
        Ledger::Check(c) => check::own(c).await,
        Ledger::Convert(c) => convert::own(c).await,
    }
}

/// The records that are asked for.
async fn chosen(app: &App, of: Records, unit: Option<&str>) -> anyhow::Result<Chosen> {
    let unit = match unit {
        Some(code) => Some(
            app.directory()
                .await?
                .units()
                .find(|u| u.code == code)
                .with_context(|| format!("no unit has the code {code}"))?
                .id,
        ),
        None => None,
    };
    Ok(match of {
        Records::Matters => Chosen { unit, ..Chosen::all(Of::Matters) },
        Records::Visits => Chosen { unit, ..Chosen::all(Of::Visits) },
        Records::Connections => Chosen { unit, kind: Some("connection".into()), ..Chosen::all(Of::Matters) },
    })
}

async fn with(own: &Own, work: impl FnOnce(&View<'_>) -> anyhow::Result<ExitCode>) -> anyhow::Result<ExitCode> {
    let app = open(&own.company, Clock::Real, Mint::random()).await?;
    let done =
        async { anyhow::Ok(app.flow(&Actor::System, &chosen(&app, own.of, own.unit.as_deref()).await?, work).await?) }
            .await;
    app.close().await;
    done?
}

async fn promises(own: &Own, as_of: Option<&str>) -> anyhow::Result<ExitCode> {
    let as_of = instant(as_of)?;
    let app = open(&own.company, Clock::Real, Mint::random()).await?;
    let done = async {
        anyhow::Ok(app.flow_promises(&Actor::System, &chosen(&app, own.of, own.unit.as_deref()).await?).await?)
    }
    .await;
    let as_of = as_of.or(Some(app.clock().now().0.saturating_mul(1_000)));
    app.close().await;
    print(&show::deadlines(&deadlines(&done?, as_of), as_of))
}
