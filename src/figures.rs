//! `yixian figures` and `yixian ids`: numbers with the number of records behind them, and those.

use crate::Company;
use crate::company::open;
use clap::Args;
use serde_json::{Value, json};
use std::process::ExitCode;
use yixian_app::clock::Clock;
use yixian_app::domain::access::Actor;
use yixian_app::domain::figure::{FigureCode, Period};
use yixian_app::domain::time::{Date, Instant};
use yixian_app::mint::Mint;
use yixian_web::say::{Catalogues, Lang};

#[derive(Args)]
pub(crate) struct Ask {
    #[command(flatten)]
    company: Company,
    /// `2018-05`, `2011`, `2011-07..2011-12`, `2018-05-01..2018-05-31`.
    #[arg(long)]
    period: String,
    /// Code of a unit; its subtree is counted.
    #[arg(long)]
    unit: Option<String>,
    /// What was known at this instant (RFC 3339), or at the end of this day (`2018-05-31`); now when missing.
    #[arg(long)]
    as_of: Option<String>,
    /// Language of the labels.
    #[arg(long, default_value = "zh")]
    lang: String,
}

async fn report(ask: &Ask) -> anyhow::Result<(yixian_app::figures::Report, yixian_web::say::Say)> {
    let period: Period = ask.period.parse()?;
    let app = open(&ask.company, Clock::Real, Mint::random()).await?;
    let as_of = match &ask.as_of {
        Some(t) => match t.parse::<Date>() {
            Ok(day) => app.policies().zone.end_of_day(day),
            Err(_) => Instant::parse(t)?,
        },
        None => app.clock().now(),
    };
    let unit = match &ask.unit {
        Some(code) => Some(
            app.directory()
                .await?
                .units()
                .find(|u| u.code == *code)
                .ok_or_else(|| anyhow::anyhow!("no unit has the code {code}"))?
                .id,
        ),
        None => None,
    };
    let say = Catalogues::built_in().say(
        Lang::parse(&ask.lang).unwrap_or_default(),
        app.policies().zone.clone(),
        app.clock().now(),
    );
    Ok((app.report(&Actor::System, period, unit, as_of).await?, say))
}

pub(crate) async fn print(ask: Ask) -> anyhow::Result<ExitCode> {
    let (report, say) = report(&ask).await?;
    let all: Vec<Value> = report
        .figures
        .iter()
        .map(|f| {
            let d = f.definition();
            json!({
                "figure": d.name, "label": say.t(&d.label_key()), "numerator": f.ids().len(),
                "denominator": f.denominator_ids().map(yixian_app::domain::figure::Keys::len), "value": f.number(),
                "unit": d.unit.as_str(), "ids": f.ids().len(),
            })
        })
        .collect();
    println!("{}", Value::Array(all));
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn ids(figure: &str, ask: Ask) -> anyhow::Result<ExitCode> {
    let Some(code) = FigureCode::parse(figure) else {
        let known: Vec<_> = FigureCode::ALL.iter().map(|c| c.as_str()).collect();
        anyhow::bail!("no figure {figure}; there are: {}", known.join(", "));
    };
    let (report, _) = report(&ask).await?;
    if let Some(f) = report.get(code) {
        for key in f.ids().iter() {
            println!("{key}");
        }
    }
    Ok(ExitCode::SUCCESS)
}
