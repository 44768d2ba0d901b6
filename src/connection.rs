//! `yixian connection explain`: the three clocks of a connection with every interval named.

use crate::{Company, company};
use anyhow::bail;
use clap::Subcommand;
use std::process::ExitCode;
use yixian_app::clock::Clock;
use yixian_app::connections::Explained;
use yixian_app::domain::access::Actor;
use yixian_app::domain::connection::clock::Tile;
use yixian_app::domain::ids::MatterId;
use yixian_app::mint::Mint;

#[derive(Subcommand)]
pub(crate) enum Connection {
    /// The three clocks of a case, interval by interval, with the limits it keeps.
    Explain {
        /// Number (`2018-0731`) or id.
        case: String,
        /// As JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        company: Company,
    },
}

pub(crate) async fn run(c: Connection) -> anyhow::Result<ExitCode> {
    let Connection::Explain { case, json, company: of } = c;
    let app = company::open(&of, Clock::Real, Mint::random()).await?;
    let id = match case.parse::<MatterId>() {
        Ok(id) => Some(id),
        Err(_) => app.matter_by_number(&Actor::System, &case).await?,
    };
    let Some(id) = id else { bail!("no case {case}") };
    let found = app.explain_connection(&Actor::System, id).await;
    app.close().await;
    let found = found?;
    if json {
        println!("{}", serde_json::to_string(&found)?)
    } else {
        print(&found)
    }
    Ok(ExitCode::SUCCESS)
}

fn print(x: &Explained) {
    println!("{}  {}  {} v{}", x.case, x.class.as_str(), x.procedure.id, x.procedure.version);
    let d = x.clocks.days;
    println!(
        "D1 {}  D2 {}  D3 {}  D4 {}  D5 {}  D6 {}",
        d.d1_elapsed, d.d2_inclusive, d.d3_working, d.d4_net_working, d.d5_handled, d.d6_world_bank
    );
    println!(
        "handled {} min, whole {} min, paused {} min",
        x.clocks.handled_minutes, x.clocks.whole_minutes, x.clocks.paused_minutes
    );
    for i in &x.clocks.intervals {
        let what = match &i.tile {
            Tile::Utility { steps } => format!("utility   {}", steps.join(" + ")),
            Tile::Customer { steps } => format!("customer  {}", steps.join(" + ")),
            Tile::Paused { ground } => format!("paused    {ground}"),
            Tile::Nobody => "nobody".into(),
        };
        println!("{}  {}  {:>6} min  {what}", i.from, i.to, i.working_minutes);
    }
    if x.no_rule {
        println!("no rule in force");
    }
    for n in &x.nodes {
        println!("{}: {} of {} ({}) {}", n.step, n.used, n.limit, n.row, if n.on_time { "on time" } else { "late" });
    }
}
