//! `yixian briefing`: the article as lines with their arguments, or as a workbook.

use crate::Company;
use crate::company::open;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use yixian_app::clock::Clock;
use yixian_app::domain::access::Actor;
use yixian_app::domain::time::{Date, Instant};
use yixian_app::mint::Mint;
use yixian_web::briefing::{api, page};
use yixian_web::say::{Catalogues, Lang};

#[derive(Args)]
#[command(group = clap::ArgGroup::new("form").required(true).args(["json", "xlsx"]))]
pub(crate) struct Ask {
    #[command(flatten)]
    company: Company,
    /// Prints the lines as JSON.
    #[arg(long)]
    json: bool,
    /// Writes a workbook.
    #[arg(long, value_name = "FILE")]
    xlsx: Option<PathBuf>,
    /// The template's year; its own when missing.
    #[arg(long)]
    period: Option<i16>,
    /// Nothing later is told: an instant (RFC 3339), or the end of a day (`2018-09-30`). A line is read as of the earlier of its own day and
    /// this.
    #[arg(long)]
    as_of: Option<String>,
    /// Language of the workbook.
    #[arg(long, default_value = "zh")]
    lang: String,
}

pub(crate) async fn print(ask: Ask) -> anyhow::Result<ExitCode> {
    let app = open(&ask.company, Clock::Real, Mint::random()).await?;
    let zone = app.policies().zone.clone();
    let upper = match &ask.as_of {
        None => None,
        Some(text) => Some(match text.parse::<Date>() {
            Ok(day) => zone.end_of_day(day),
            Err(_) => Instant::parse(text)?,
        }),
    };
    let found = app.briefing(&Actor::System, ask.period, upper).await?;
    if ask.json {
        println!("{}", serde_json::to_string(&api::answer(&found))?);
    }
    if let Some(file) = &ask.xlsx {
        let say = Catalogues::built_in().say(Lang::parse(&ask.lang).unwrap_or_default(), zone, app.clock().now());
        std::fs::write(file, page::table(&say, &*app.directory().await?, &found)?)?;
        println!("{}", serde_json::json!({ "lines": found.lines.len(), "file": file }));
    }
    app.close().await;
    Ok(ExitCode::SUCCESS)
}
