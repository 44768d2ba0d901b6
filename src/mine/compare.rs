//! `yixian mine compare LOG` and the same on our own ledger: two sets of cases side by side (JSON). A case belongs to the
//! period in which its first event lies.

use super::{Foreign, Own, chosen, print, read};
use crate::company::open;
use anyhow::{Context as _, ensure};
use clap::Args;
use std::process::ExitCode;
use yixian_app::clock::Clock;
use yixian_app::domain::access::Actor;
use yixian_app::domain::figure::Period;
use yixian_app::domain::time::{Time, Zone};
use yixian_app::flow::Chosen;
use yixian_app::mining::answer::compare::compare;
use yixian_app::mining::log::Log;
use yixian_app::mining::show;
use yixian_app::mining::traces::Traces;
use yixian_app::mining::xes::Keep;
use yixian_app::mint::Mint;

#[derive(Args)]
pub(crate) struct Periods {
    /// Cases of the first set begin in this period: `2018`, `2018-05`, `2018-04..2018-06`.
    #[arg(long)]
    period: Option<String>,
    /// Cases of the second set begin in this one.
    #[arg(long)]
    against: Option<String>,
}

#[derive(Args)]
pub(crate) struct Compare {
    #[command(flatten)]
    log: Foreign,
    #[command(flatten)]
    periods: Periods,
    /// Cases of the first set have this attribute, `NAME=VALUE`.
    #[arg(long)]
    only: Option<String>,
    /// Cases of the second set have this one.
    #[arg(long)]
    against_only: Option<String>,
    /// Zone in which days begin and end.
    #[arg(long, default_value = "Asia/Shanghai")]
    zone: String,
}

#[derive(Args)]
pub(crate) struct OwnCompare {
    #[command(flatten)]
    own: Own,
    #[command(flatten)]
    periods: Periods,
    /// Code of the second set's unit; the first one's when missing.
    #[arg(long)]
    against_unit: Option<String>,
}

/// From and until, milliseconds, the end excluded.
fn span(text: Option<&str>, zone: &Zone) -> anyhow::Result<Option<(i64, i64)>> {
    let Some(text) = text else { return Ok(None) };
    let period: Period = text.parse().with_context(|| format!("no period: {text}"))?;
    Ok(Some((zone.at(period.first(), Time::midnight()).0, zone.end_of_day(period.last()).0)))
}

/// The cases of a side.
fn side(log: &Log, span: Option<(i64, i64)>, only: Option<&str>) -> anyhow::Result<Traces> {
    let only = only.map(|o| o.split_once('=').with_context(|| format!("`{o}` is not NAME=VALUE"))).transpose()?;
    if let Some((name, _)) = only {
        ensure!(
            log.of_cases.get(name).is_some(),
            "no case has the attribute `{name}`; there are: {}",
            log.of_cases.iter().map(|a| a.0).collect::<Vec<_>>().join(", ")
        );
    }
    let begun = log.begun();
    Ok(Traces::chosen(log, |case| {
        let at = begun[case as usize].div_euclid(1_000);
        span.is_none_or(|(from, until)| at >= from && at < until)
            && only.is_none_or(|(name, wanted)| log.says(case, name, wanted))
    }))
}

pub(crate) fn run(c: &Compare) -> anyhow::Result<ExitCode> {
    let zone = Zone::parse(&c.zone).context("--zone")?;
    let (left, right) = (span(c.periods.period.as_deref(), &zone)?, span(c.periods.against.as_deref(), &zone)?);
    ensure!(
        left != right || c.only != c.against_only,
        "both sides are the same; name two periods (--period, --against) or two values (--only, --against-only)"
    );
    let log = read(&c.log, Keep::Attributes)?;
    let sides = (side(&log, left, c.only.as_deref())?, side(&log, right, c.against_only.as_deref())?);
    print(&show::compared(&log, &compare(&log, &sides.0, &sides.1), (&sides.0, &sides.1)))
}

pub(crate) async fn own(c: OwnCompare) -> anyhow::Result<ExitCode> {
    let app = open(&c.own.company, Clock::Real, Mint::random()).await?;
    let zone = app.policies().zone.clone();
    let done = async {
        let (left, right) = (span(c.periods.period.as_deref(), &zone)?, span(c.periods.against.as_deref(), &zone)?);
        let second = c.against_unit.as_deref().or(c.own.unit.as_deref());
        ensure!(
            left != right || second != c.own.unit.as_deref(),
            "both sides are the same; name two periods (--period, --against) or two units (--unit, --against-unit)"
        );
        let left = Chosen { begun: left, ..chosen(&app, c.own.of, c.own.unit.as_deref()).await? };
        let right = Chosen { begun: right, ..chosen(&app, c.own.of, second).await? };
        app.flow_both(&Actor::System, &left, &right, |l, r| {
            print(&show::compared(
                &l.columns.log,
                &compare(&l.columns.log, l.finished(), r.finished()),
                (l.finished(), r.finished()),
            ))
        })
        .await?
    }
    .await;
    app.close().await;
    done
}
