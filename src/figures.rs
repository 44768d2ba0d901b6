//! `yixian figures` and `yixian ids`: numbers with the number of records behind them, and those.

use crate::Company;
use crate::company::open;
use clap::Args;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::process::ExitCode;
use std::sync::Arc;
use yixian_app::clock::Clock;
use yixian_app::domain::access::Actor;
use yixian_app::domain::figure::{self, Dimension, Figure, FigureCode, Key, Keys, Period};
use yixian_app::domain::time::{Date, Instant};
use yixian_app::figures::{Narrow, Report};
use yixian_app::mint::Mint;
use yixian_app::read::Directory;
use yixian_web::figures::groups::{key, label};
use yixian_web::say::{Catalogues, Lang, Say};

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
    /// Code of a works programme: figures of works are its alone.
    #[arg(long)]
    programme: Option<String>,
    /// What was known at this instant (RFC 3339), or at the end of this day (`2018-05-31`); now when missing.
    #[arg(long)]
    as_of: Option<String>,
    /// A dimension: one row for each of its values. `month`, `district`, `host`, `led`, `level`, `kind`, `category`, `class`,
    /// `programme`, `batch`, `role`, `organisation`, as far as a figure names it.
    #[arg(long)]
    by: Option<String>,
    /// Language of the labels.
    #[arg(long, default_value = "zh")]
    lang: String,
}

struct Told {
    report: Report,
    by: Option<Dimension>,
    directory: Arc<Directory>,
    say: Say,
}

async fn report(ask: &Ask) -> anyhow::Result<Told> {
    let by = ask.by.as_deref().map(|text| {
        let known = || Dimension::ALL.iter().map(|d| d.as_str()).collect::<Vec<_>>().join(", ");
        Dimension::parse(text).ok_or_else(|| anyhow::anyhow!("no dimension {text}; there are: {}", known()))
    });
    let by = by.transpose()?;
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
    let programme = match &ask.programme {
        Some(code) => Some(
            app.programme_of_code(code).await?.ok_or_else(|| anyhow::anyhow!("no programme has the code {code}"))?,
        ),
        None => None,
    };
    let report = app.report_of(&Actor::System, period, Narrow { unit, programme }, as_of, by).await?;
    Ok(Told { report, by, directory: app.directory().await?, say })
}

fn row(say: &Say, f: &Figure) -> serde_json::Map<String, Value> {
    let d = f.definition();
    let row = json!({
        "figure": d.name, "label": say.t(&d.label_key()), "numerator": f.ids().len(),
        "denominator": f.denominator_ids().map(Keys::len), "value": f.number(), "unit": d.unit.as_str(),
        "ids": f.ids().len(),
    });
    let Value::Object(mut row) = row else { return serde_json::Map::new() };
    if let figure::Value::Day { day } = f.value {
        row.insert("value".into(), json!(day));
    }
    if let figure::Value::NotInForce { since } = f.value {
        row.insert("in_force_since".into(), json!(since));
    }
    row
}

pub(crate) async fn print(ask: Ask) -> anyhow::Result<ExitCode> {
    let told = report(&ask).await?;
    let mut all: Vec<Value> = Vec::new();
    match told.by {
        None => all.extend(told.report.figures.iter().map(|f| Value::Object(row(&told.say, f)))),
        Some(by) => {
            for (group, figures) in &told.report.groups {
                for f in figures {
                    let mut row = row(&told.say, f);
                    row.insert("by".into(), json!(by.as_str()));
                    row.insert("key".into(), json!(key(&told.directory, group)));
                    row.insert("label".into(), json!(label(&told.say, &told.directory, by, group)));
                    row.insert("additive".into(), json!(f.definition().is_additive()));
                    all.push(Value::Object(row));
                }
            }
        }
    }
    println!("{}", Value::Array(all));
    Ok(ExitCode::SUCCESS)
}

/// Which records of a figure.
#[derive(Args)]
pub(crate) struct Which {
    /// `numerator` or `denominator`.
    #[arg(long, default_value = "numerator", value_parser = ["numerator", "denominator"])]
    part: String,
    /// With what each record adds to a mean, a median or a sum, behind a tab.
    #[arg(long)]
    values: bool,
    /// With `--by`: those of one value of the dimension alone.
    #[arg(long, requires = "by")]
    key: Option<String>,
}

pub(crate) async fn ids(figure: &str, ask: Ask, which: Which) -> anyhow::Result<ExitCode> {
    let Some(code) = FigureCode::parse(figure) else {
        let known: Vec<_> = FigureCode::ALL.iter().map(|c| c.as_str()).collect();
        anyhow::bail!("no figure {figure}; there are: {}", known.join(", "));
    };
    let told = report(&ask).await?;
    let found = match &which.key {
        None => told.report.get(code),
        Some(wanted) => {
            let Some((group, _)) = told.report.groups.iter().find(|(g, _)| key(&told.directory, g) == *wanted) else {
                let known: Vec<String> = told.report.groups.iter().map(|(g, _)| key(&told.directory, g)).collect();
                anyhow::bail!("no key {wanted}; there are: {}", known.join(", "));
            };
            told.report.of_group(code, group)
        }
    };
    let Some(f) = found else { return Ok(ExitCode::SUCCESS) };
    let keys = match which.part.as_str() {
        "denominator" => {
            f.denominator_ids().ok_or_else(|| anyhow::anyhow!("{figure} is no share: it has no denominator"))?
        }
        _ => f.ids(),
    };
    let values = if which.values { told.report.values(code, told.say.zone()) } else { HashMap::new() };
    for k in keys.iter() {
        match k {
            Key::Record(id) if which.values => {
                println!("{k}\t{}", values.get(&id).map_or_else(String::new, ToString::to_string));
            }
            Key::Record(_) | Key::PersonWeek(..) | Key::Pair(..) | Key::PersonMonth(..) | Key::Cell(_) => {
                println!("{k}")
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
