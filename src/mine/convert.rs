//! `yixian mine convert IN OUT`: event logs from file to file, by the files' names. What was read and written is printed
//! as JSON; what a format cannot hold goes to stderr, counted and named.

use super::{print, tell};
use anyhow::Context as _;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use yixian_app::exchange::convert;
use yixian_app::foreign;
use yixian_app::mining::table::EventMap;

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

pub(crate) async fn run(c: Convert) -> anyhow::Result<ExitCode> {
    let map = match &c.map {
        Some(name) => EventMap::parse(&foreign::map_text(name)?).with_context(|| name.clone())?,
        None => EventMap::default(),
    };
    let done = convert(&c.from, &c.to, &map, c.object.as_deref()).await.with_context(|| c.from.display().to_string())?;
    tell(&c.from, &done.read_remarks);
    tell(&c.to, &done.between);
    tell(&c.to, &done.written.remarks);
    print(&json!({ "read": done.read, "written": done.written.counts, "file": c.to }))
}
