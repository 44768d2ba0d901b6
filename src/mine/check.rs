//! `yixian mine check LOG --rules FILE`, and the same on our own ledger: which cases broke which rule, and with which event
//! (JSON). A rule file with faults is refused with all of them, each with its line.

use super::{Company, Foreign, Records, chosen, instant, print, read};
use crate::company::open;
use anyhow::{Context as _, bail};
use clap::Args;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use yixian_app::clock::Clock;
use yixian_app::domain::access::Actor;
use yixian_app::domain::time::Zone;
use yixian_app::mining::conformance::{Days, Rules, check_some, parse};
use yixian_app::mining::log::{Log, Row};
use yixian_app::mining::stamp::rfc3339;
use yixian_app::mining::traces::Traces;
use yixian_app::mining::xes::Keep;
use yixian_app::mint::Mint;
use yixian_app::policy::built_in_calendar;

#[derive(Args)]
pub(crate) struct Check {
    #[command(flatten)]
    log: Foreign,
    /// The rules, TOML.
    #[arg(long)]
    rules: PathBuf,
    /// Zone in which days begin and end.
    #[arg(long, default_value = "Asia/Shanghai")]
    zone: String,
    /// Judge hops that are still open as of this instant (RFC 3339 with a zone).
    #[arg(long)]
    as_of: Option<String>,
}

#[derive(Args)]
pub(crate) struct OwnCheck {
    /// Folder of the company: database file, photos, secret.
    #[arg(long, default_value = "data")]
    data: PathBuf,
    /// PostgreSQL instead of the folder's SQLite file, `postgres://…`.
    #[arg(long, env = "YIXIAN_DATABASE")]
    database: Option<String>,
    /// What a case is.
    #[arg(long, value_enum, default_value_t = Records::Matters)]
    of: Records,
    /// Code of a unit; its subtree counts.
    #[arg(long)]
    unit: Option<String>,
    /// The rules, TOML; those in force in the company when missing.
    #[arg(long)]
    rules: Option<PathBuf>,
    /// Judge hops that are still open as of this instant (RFC 3339 with a zone); now when missing.
    #[arg(long)]
    as_of: Option<String>,
}

fn rules_of(path: &Path) -> anyhow::Result<Rules> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    match parse(&text) {
        Ok(rules) => Ok(rules),
        Err(faults) => {
            bail!("{}", faults.iter().map(|f| format!("{}: {f}", path.display())).collect::<Vec<_>>().join("\n"))
        }
    }
}

/// Judges, and names each offending event by a number: its row in a file, or its place in the ledger.
fn judge(
    rules: &Rules,
    log: &Log,
    traces: &Traces,
    days: Days<'_>,
    as_of: Option<i64>,
    (what, number): (&str, &dyn Fn(Row) -> i64),
) -> anyhow::Result<ExitCode> {
    let verdicts = check_some(log, traces, rules, days, as_of);
    let shown: Vec<_> = rules.rules.iter().zip(&verdicts).map(|(rule, verdict)| {
        if !verdict.unknown.is_empty() {
            eprintln!("rule `{}` names what the log never has: {}", rule.id, verdict.unknown.join(", "));
        }
        let offences: Vec<_> = verdict.offences.iter().map(|o| {
            let event = log.event(o.row);
            json!({ "case": event.case, "event": { what: number(o.row), "activity": event.activity, "at": rfc3339(event.at), "actor": event.actor } })
        }).collect();
        json!({
            "rule": rule.id, "text": rule.text, "text_en": rule.text_en, "version": rules.version, "judged": verdict.judged.len(),
            "undecided": verdict.undecided.len(), "offending": offences.len(), "offences": offences, "unknown_steps": verdict.unknown,
        })
    }).collect();
    print(&shown)
}

pub(crate) fn run(c: &Check) -> anyhow::Result<ExitCode> {
    let rules = rules_of(&c.rules)?;
    let zone = Zone::parse(&c.zone).context("--zone")?;
    let as_of = instant(c.as_of.as_deref())?;
    let calendar = built_in_calendar()?;
    let log = read(&c.log, Keep::Attributes)?;
    judge(&rules, &log, &Traces::of(&log), Days { calendar: &calendar, zone: &zone }, as_of, ("row", &i64::from))
}

pub(crate) async fn own(c: OwnCheck) -> anyhow::Result<ExitCode> {
    let given = c.rules.as_deref().map(rules_of).transpose()?;
    let as_of = instant(c.as_of.as_deref())?;
    let app = open(&Company { data: c.data, database: c.database, rules: None }, Clock::Real, Mint::random()).await?;
    let policies = app.policies();
    let days = Days { calendar: &policies.calendar, zone: &policies.zone };
    let as_of = as_of.unwrap_or(app.clock().now().0.saturating_mul(1_000));
    let done = async {
        let chosen = chosen(&app, c.of, c.unit.as_deref()).await?;
        let rules = given.as_ref().unwrap_or(&policies.conformance);
        anyhow::Ok(
            app.flow(&Actor::System, &chosen, |v| {
                judge(rules, &v.columns.log, &v.all, days, Some(as_of), ("seq", &|row| v.columns.seq[row as usize]))
            })
            .await?,
        )
    }
    .await;
    app.close().await;
    done?
}
