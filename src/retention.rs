//! `yixian retention`: what the company's rules make due to be erased, and erasing it. It asks the use case and prints; what
//! is due and what is left is not decided here.

use crate::Company;
use crate::company::open;
use clap::Args;
use serde_json::{Value, json};
use std::process::ExitCode;
use yixian_app::clock::Clock;
use yixian_app::domain::access::Actor;
use yixian_app::domain::ids::CommandId;
use yixian_app::mint::Mint;
use yixian_app::retention::{BATCH, Called, DueRecord, LeftBecause, Preview, Seen};

/// Records of a kind that a preview names.
const NAMED: usize = 10;

#[derive(Args)]
#[group(id = "what", required = true, multiple = false, args = ["preview", "apply"])]
pub(crate) struct Ask {
    /// Tells what is due, a line a kind, and writes nothing (JSON lines).
    #[arg(long)]
    preview: bool,
    /// Erases what is due. There is no way back.
    #[arg(long)]
    apply: bool,
    /// Only if the preview still is the one with this `sha256`.
    #[arg(long, requires = "apply")]
    seen: Option<String>,
    #[command(flatten)]
    company: Company,
}

fn called(of: &Called) -> Value {
    match of {
        Called::Matter(n, _) => json!(n),
        Called::Person(code) => json!(code),
    }
}

fn print(p: &Preview) {
    for (of, told) in &p.kinds {
        let first: Vec<Value> =
            p.due.iter().filter(|d| d.seen.of == *of).take(NAMED).map(|d| called(&d.called)).collect();
        let held: serde_json::Map<String, Value> =
            told.held.iter().map(|(hold, n)| (hold.as_str().to_owned(), json!(n))).collect();
        println!(
            "{}",
            json!({
                "kind": of.as_str(), "days": told.days, "due": told.due, "ended_from": told.ended.map(|e| e.0),
                "ended_to": told.ended.map(|e| e.1), "first": first, "held": held,
            })
        );
    }
    println!("{}", json!({ "today": p.today, "rules": p.version, "due": p.due.len(), "sha256": p.sha256() }));
}

fn why(left: LeftBecause) -> String {
    match left {
        LeftBecause::Missing => "missing".into(),
        LeftBecause::Changed => "changed".into(),
        LeftBecause::Erased => "erased before".into(),
        LeftBecause::NotDue(judged) => judged.to_string(),
    }
}

pub(crate) async fn run(ask: Ask) -> anyhow::Result<ExitCode> {
    let app = open(&ask.company, Clock::Real, Mint::random()).await?;
    let done = carry_out(&app, &ask).await;
    app.close().await;
    done
}

async fn carry_out(app: &yixian_app::App, ask: &Ask) -> anyhow::Result<ExitCode> {
    let preview = app.retention_preview(&Actor::System).await?;
    if !ask.apply {
        print(&preview);
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(seen) = &ask.seen {
        anyhow::ensure!(*seen == preview.sha256(), "{}", crate::console::said("retention_changed"));
    }
    let (mut erased, mut left) = (0, 0);
    for part in preview.due.chunks(BATCH) {
        let seen: Vec<Seen> = part.iter().map(|d: &DueRecord| d.seen).collect();
        let batch = CommandId(app.mint().uuid(app.clock().now()));
        let done = app.carry_out_retention(&Actor::System, batch, preview.version, &seen).await?;
        erased += done.erased;
        left += done.left.len();
        for (seen, name, because) in &done.left {
            let name = name.as_ref().map_or_else(|| json!(seen.id), called);
            println!("{}", json!({ "kind": seen.of.as_str(), "left": name, "why": why(*because) }));
        }
    }
    println!("{}", json!({ "today": preview.today, "rules": preview.version, "erased": erased, "left": left }));
    Ok(ExitCode::SUCCESS)
}
