//! `yixian plan month`: a month of visits on the company's own data. The plan is kept in the company, where
//! its pages show it and a person adopts it.

use crate::Company;
use crate::company::open;
use anyhow::Context as _;
use clap::{Args, Subcommand};
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use yixian_app::clock::Clock;
use yixian_app::command::{Envelope, PlanCommand, PlanIn, WeightsIn};
use yixian_app::domain::access::Actor;
use yixian_app::domain::duty::Month;
use yixian_app::domain::ids::CommandId;
use yixian_app::domain::time::Date;
use yixian_app::mint::Mint;

#[derive(Subcommand)]
pub(crate) enum Plan {
    #[command(flatten)]
    Files(crate::plan::Planning),
    /// Plans a month of the company's visits, checks the plan and keeps it (JSON).
    Month(Ask),
}

#[derive(Args)]
pub(crate) struct Ask {
    /// `2018-05`
    month: Month,
    #[command(flatten)]
    company: Company,
    /// First day that may change; the month's first day or today, whichever is later, when missing.
    #[arg(long)]
    from: Option<Date>,
    /// Code of a unit; the whole company when missing.
    #[arg(long)]
    unit: Option<String>,
    /// Fewer visits: the lower limits of the rules, and hardly anything beyond what leaders owe.
    #[arg(long)]
    fewer: bool,
    /// Seconds to search.
    #[arg(long)]
    seconds: Option<u16>,
    /// Iterations instead of seconds: the same plan again, on any machine.
    #[arg(long)]
    iterations: Option<u64>,
    /// Where the search takes its chance from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// File to write the plan to, JSON.
    #[arg(short, long)]
    output: Option<PathBuf>,
}

pub(crate) async fn run(p: Plan) -> anyhow::Result<ExitCode> {
    match p {
        Plan::Files(p) => crate::plan::run(p),
        Plan::Month(ask) => month(ask).await,
    }
}

async fn month(ask: Ask) -> anyhow::Result<ExitCode> {
    let app = open(&ask.company, Clock::Real, Mint::random()).await?;
    let directory = app.directory().await?;
    let unit = match &ask.unit {
        Some(code) => {
            directory.units().find(|u| u.code == *code).with_context(|| format!("no unit has the code {code}"))?
        }
        None => directory.root().context("the company has no unit yet")?,
    };
    let now = app.clock().now();
    let (plan, id) = (app.mint().uuid(now), CommandId(app.mint().uuid(now)));
    let asked = PlanIn {
        plan,
        unit: unit.id.0,
        month: ask.month,
        from: ask.from,
        base: None,
        changes: Vec::new(),
        weights: WeightsIn::default(),
        fewer: ask.fewer,
        seconds: ask.seconds,
        iterations: ask.iterations,
        seed: ask.seed,
    };
    app.execute(&Actor::System, id, Envelope { happened_at: None, command: PlanCommand::MakePlan(asked).into() }, None)
        .await?;
    let kept = app.plan(&Actor::System, plan).await?;
    if let Some(file) = &ask.output {
        std::fs::write(file, serde_json::to_string_pretty(&kept.doc)?)
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    println!(
        "{}",
        json!({
            "plan": plan, "number": kept.row.n, "unit": unit.code, "month": kept.row.month, "from": kept.row.from, "summary": kept.doc.summary(),
            "worth": kept.doc.worth, "bound": kept.doc.bound, "travel": kept.doc.travel, "search": kept.doc.search, "left": kept.doc.left.len(),
        })
    );
    app.close().await;
    Ok(ExitCode::SUCCESS)
}
