//! `yixian mine convert IN OUT`: event logs from file to file, by the files' names; and `yixian mine ledger convert OUT`: our
//! own ledger into such a file. What was read and written is printed as JSON; what a format cannot hold goes to stderr,
//! counted and named.

use super::{Company, Records, chosen, print, tell};
use crate::company::open;
use anyhow::Context as _;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use yixian_app::clock::Clock;
use yixian_app::domain::access::Actor;
use yixian_app::exchange::convert;
use yixian_app::flow::Chosen;
use yixian_app::foreign;
use yixian_app::mining::table::EventMap;
use yixian_app::mint::Mint;

#[derive(Args)]
pub(crate) struct Convert {
    /// The log: .xes, .xes.gz, .csv, .json or .jsonocel, .xml or .xmlocel, .sqlite (the last three are OCEL 2.0).
    from: PathBuf,
    /// The file to write; must not exist.
    to: PathBuf,
    /// What a table's columns mean, a TOML file; the usual names when missing.
    #[arg(long)]
    map: Option<String>,
    /// From OCEL to a flat log: the type of object whose course is wanted.
    #[arg(long)]
    object: Option<String>,
}

pub(crate) fn run(c: Convert) -> anyhow::Result<ExitCode> {
    let map = match &c.map {
        Some(name) => EventMap::parse(&foreign::map_text(name)?).with_context(|| name.clone())?,
        None => EventMap::default(),
    };
    let done = convert(&c.from, &c.to, &map, c.object.as_deref()).with_context(|| c.from.display().to_string())?;
    tell(&c.from, &done.read_remarks);
    tell(&c.to, &done.between);
    tell(&c.to, &done.written.remarks);
    print(&json!({ "read": done.read, "written": done.written.counts, "file": c.to }))
}

#[derive(Args)]
pub(crate) struct OwnConvert {
    /// The file to write, .xes, .xes.gz, .csv, .json, .xml or .sqlite; must not exist.
    to: PathBuf,
    #[command(flatten)]
    company: Company,
    /// What a case is. Flat forms need one and take matters when none is named; OCEL takes all records then.
    #[arg(long, value_enum)]
    of: Option<Records>,
    /// Code of a unit; its subtree counts.
    #[arg(long)]
    unit: Option<String>,
}

pub(crate) async fn own(c: OwnConvert) -> anyhow::Result<ExitCode> {
    let app = open(&c.company, Clock::Real, Mint::random()).await?;
    let done = async {
        let all: Vec<Chosen> = match c.of {
            Some(of) => vec![chosen(&app, of, c.unit.as_deref()).await?],
            // Connections are matters too.
            None => vec![
                chosen(&app, Records::Matters, c.unit.as_deref()).await?,
                chosen(&app, Records::Visits, c.unit.as_deref()).await?,
            ],
        };
        anyhow::Ok(app.export_flow(&Actor::System, &all, &c.to).await?)
    }
    .await;
    app.close().await;
    let written = done?;
    tell(&c.to, &written.remarks);
    print(&json!({ "written": written.counts, "file": c.to }))
}
