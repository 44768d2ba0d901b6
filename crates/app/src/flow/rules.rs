//! Rules of conformance on our own ledger: which of the chosen records broke which rule in force, with the very event.

use super::Chosen;
use crate::App;
use crate::frame::error::AppError;
use uuid::Uuid;
use yixian_domain::access::Actor;
use yixian_domain::time::Instant;
use yixian_mining::conformance::{Days, check_some};
use yixian_mining::log::Log;

/// A record that broke a rule.
#[derive(Clone, Debug)]
pub struct OffenceShown {
    /// The record.
    pub id: Uuid,
    /// Place of the event that broke it in the ledger.
    pub seq: i64,
    /// Its place in its record, from 1.
    pub rev: u32,
    /// Code of the event that broke it.
    pub step: String,
    /// When that happened.
    pub at: Instant,
}

/// A rule and what it found.
#[derive(Clone, Debug)]
pub struct RuleShown {
    /// Stable name.
    pub id: String,
    /// In words.
    pub text: String,
    /// In English words, where the rules have them.
    pub text_en: Option<String>,
    /// How many records were judged.
    pub judged: usize,
    /// How many cannot be judged, or not yet.
    pub undecided: usize,
    /// Those that broke it, each once.
    pub offences: Vec<OffenceShown>,
}

/// What the rules in force found.
#[derive(Clone, Debug)]
pub struct RulesReport {
    /// The version of the rules that judged.
    pub version: String,
    /// Every rule, in their order.
    pub rules: Vec<RuleShown>,
}

/// The place of each event in its record, from 1: columns hold the events of a record in the order of the ledger.
fn revs(log: &Log) -> Vec<u32> {
    let mut so_far = vec![0; log.cases.len()];
    log.case()
        .iter()
        .map(|case| {
            let n = &mut so_far[*case as usize];
            *n += 1;
            *n
        })
        .collect()
}

impl App {
    /// Judges the chosen records by the rules in force, hops that are still open as of now.
    pub async fn flow_rules(&self, actor: &Actor, chosen: &Chosen) -> Result<RulesReport, AppError> {
        let (policies, now) = (self.policies(), self.clock().now());
        self.flow(actor, chosen, |view| {
            let log = &view.columns.log;
            let days = Days { calendar: &policies.calendar, zone: &policies.zone };
            let verdicts = check_some(log, &view.all, &policies.conformance, days, Some(now.0.saturating_mul(1_000)));
            let revs = revs(log);
            let rules = policies
                .conformance
                .rules
                .iter()
                .zip(verdicts)
                .map(|(rule, verdict)| RuleShown {
                    id: rule.id.clone(),
                    text: rule.text.clone(),
                    text_en: rule.text_en.clone(),
                    judged: verdict.judged.len(),
                    undecided: verdict.undecided.len(),
                    offences: verdict
                        .offences
                        .iter()
                        .map(|o| {
                            let event = log.event(o.row);
                            OffenceShown {
                                id: view.columns.about[o.case as usize].id,
                                seq: view.columns.seq[o.row as usize],
                                rev: revs[o.row as usize],
                                step: event.activity.to_owned(),
                                at: Instant(event.at.div_euclid(1_000)),
                            }
                        })
                        .collect(),
                })
                .collect();
            RulesReport { version: policies.conformance.version.clone(), rules }
        })
        .await
    }
}
