//! `yixian mine check LOG --rules FILE`, and the same on our own ledger: which cases broke which rule, and with which event
//! (JSON). A rule file with faults is refused with all of them, each with its line.

use super::{Foreign, Own, print, read, with};
use anyhow::{Context as _, bail};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use yixian_app::domain::time::{Instant, Zone};
use yixian_app::mining::conformance::{Days, Rules, check_some, parse};
use yixian_app::mining::log::Log;
use yixian_app::mining::stamp::rfc3339;
use yixian_app::mining::traces::Traces;
use yixian_app::mining::xes::Keep;
use yixian_app::policy::built_in_calendar;

/// By what is judged.
#[derive(Args)]
pub(crate) struct By {
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
pub(crate) struct Check {
    #[command(flatten)]
    log: Foreign,
    #[command(flatten)]
    by: By,
}

#[derive(Args)]
pub(crate) struct OwnCheck {
    #[command(flatten)]
    own: Own,
    #[command(flatten)]
    by: By,
}

impl By {
    fn rules(&self) -> anyhow::Result<Rules> {
        let text = std::fs::read_to_string(&self.rules).with_context(|| self.rules.display().to_string())?;
        match parse(&text) {
            Ok(rules) => Ok(rules),
            Err(faults) => bail!("{}", faults.iter().map(|f| format!("{}: {f}", self.rules.display())).collect::<Vec<_>>().join("\n")),
        }
    }

    fn judge(&self, rules: &Rules, log: &Log, traces: &Traces) -> anyhow::Result<ExitCode> {
        let zone = Zone::parse(&self.zone).context("--zone")?;
        let as_of = self.as_of.as_deref().map(Instant::parse).transpose().context("--as-of")?.map(|at| at.0.saturating_mul(1_000));
        let calendar = built_in_calendar()?;
        let verdicts = check_some(log, traces, rules, Days { calendar: &calendar, zone: &zone }, as_of);
        let shown: Vec<_> = rules.rules.iter().zip(&verdicts).map(|(rule, verdict)| {
            if !verdict.unknown.is_empty() {
                eprintln!("{}: rule `{}` names steps the log never has: {}", self.rules.display(), rule.id, verdict.unknown.join(", "));
            }
            let offences: Vec<_> = verdict.offences.iter().map(|o| {
                let event = log.event(o.row);
                json!({ "case": event.case, "event": { "row": o.row, "activity": event.activity, "at": rfc3339(event.at), "actor": event.actor } })
            }).collect();
            json!({
                "rule": rule.id, "text": rule.text, "text_en": rule.text_en, "version": rules.version, "judged": verdict.judged.len(),
                "undecided": verdict.undecided.len(), "offending": offences.len(), "offences": offences, "unknown_steps": verdict.unknown,
            })
        }).collect();
        print(&shown)
    }
}

pub(crate) fn run(c: &Check) -> anyhow::Result<ExitCode> {
    let rules = c.by.rules()?;
    let log = read(&c.log, Keep::Attributes)?;
    c.by.judge(&rules, &log, &Traces::of(&log))
}

pub(crate) async fn own(c: OwnCheck) -> anyhow::Result<ExitCode> {
    let rules = c.by.rules()?;
    with(&c.own, |v| c.by.judge(&rules, &v.columns.log, &v.all)).await
}
