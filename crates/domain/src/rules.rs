//! Limit rules: how long something may take, by jurisdiction, kind, category and day. Rows are
//! data with a source; a row of low confidence is shipped disabled. Where no row is in force the
//! answer is "no rule", never a default. This module does not count days.

use crate::deadline::RuleRef;
use crate::limit::Limit;
use crate::matter::MatterKind;
use crate::time::Date;
use serde::{Deserialize, Serialize};

/// How sure we are of a row (marks of the domain facts).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Read in a source.
    Sourced,
    /// The company's own decision.
    Policy,
    /// Not settled: shipped disabled.
    Low,
}

/// A limit rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleRow {
    /// Stable id of the row.
    pub id: String,
    /// The rule set it belongs to.
    pub rule_set: String,
    /// Where it holds.
    pub jurisdiction: String,
    /// For which kind.
    pub kind: MatterKind,
    /// For which category; none = any that has no row of its own.
    #[serde(default)]
    pub category: Option<String>,
    /// First day in force.
    pub from: Date,
    /// Last day in force.
    #[serde(default)]
    pub to: Option<Date>,
    /// The limit, `5wd`, `7cd`, `24h`.
    pub limit: Limit,
    /// Where it is written.
    pub source: String,
    /// How sure we are.
    pub confidence: Confidence,
}

impl RuleRow {
    fn enabled(&self) -> bool { self.confidence != Confidence::Low }
    fn covers(&self, day: Date) -> bool { self.from <= day && self.to.is_none_or(|to| day <= to) }
    /// As deadlines cite it.
    pub fn reference(&self) -> RuleRef {
        RuleRef { rule_set: self.rule_set.clone(), row: self.id.clone(), source: self.source.clone() }
    }
}

/// Two enabled rows hold for the same thing on the same day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("rule rows {first} and {second} overlap from {from}")]
pub struct RuleOverlap {
    /// The earlier row.
    pub first: String,
    /// The later row.
    pub second: String,
    /// First day both hold.
    pub from: Date,
}

/// All limit rules.
#[derive(Clone, Debug, Default)]
pub struct RuleBook(Vec<RuleRow>);

impl RuleBook {
    /// Checks the rows; every overlap, not the first only.
    pub fn new(rows: Vec<RuleRow>) -> Result<Self, Vec<RuleOverlap>> {
        let mut faults = Vec::new();
        for (i, b) in rows.iter().enumerate().filter(|(_, r)| r.enabled()) {
            for a in rows[..i].iter().filter(|r| r.enabled()) {
                let from = a.from.max(b.from);
                let same = a.jurisdiction == b.jurisdiction && a.kind == b.kind && a.category == b.category;
                if same && a.covers(from) && b.covers(from) {
                    faults.push(RuleOverlap { first: a.id.clone(), second: b.id.clone(), from });
                }
            }
        }
        if faults.is_empty() { Ok(RuleBook(rows)) } else { Err(faults) }
    }

    /// The row in force: the one for the category, else the one for any category.
    pub fn in_force(&self, jurisdiction: &str, kind: MatterKind, category: &str, day: Date) -> Option<&RuleRow> {
        let mut rows = self.0.iter().filter(|r| r.enabled() && r.jurisdiction == jurisdiction && r.kind == kind && r.covers(day));
        let mut any = None;
        rows.find(|r| {
            if r.category.is_none() {
                any = Some(*r);
            }
            r.category.as_deref() == Some(category)
        }).or(any)
    }

    /// Every row, disabled ones too.
    pub fn all(&self) -> &[RuleRow] { &self.0 }
}
