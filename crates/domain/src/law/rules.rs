//! Limit rules: how long something may take, by jurisdiction, kind, category, step and day. Rows are
//! data with a source; a row of low confidence is shipped disabled. Where no row is in force the
//! answer is "no rule", never a default: a jurisdiction is asked first, then the wider ones it lies
//! within, because a company's own promise and a national limit are both law. This module does not
//! count days.

use crate::base::codes::codes;
use crate::base::time::Date;
use crate::law::deadline::RuleRef;
use crate::law::kind::MatterKind;
use crate::law::limit::Limit;
use serde::{Deserialize, Serialize};

/// The step code of a limit of the whole process: application to power on.
pub const WHOLE: &str = "whole";
/// The step code of a limit of the utility's own time in all steps together.
pub const HANDLED: &str = "handled";

codes! {
    /// How sure we are of a row (marks of the domain facts).
    Confidence {
        /// Read in a source.
        Sourced = "sourced",
        /// The company's own decision.
        Policy = "policy",
        /// Not settled: shipped disabled.
        Low = "low",
    }
}

codes! {
    /// From where the limit of a step runs.
    #[derive(Default)]
    LimitStart {
        /// From the application.
        #[default]
        Application = "application",
        /// From the signature of acceptance 受理.
        Acceptance = "acceptance",
        /// From the step's own beginning: the customer's submission, where a step of his comes before.
        Step = "step",
    }
}

/// A limit rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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
    /// For which step of the procedure, [`WHOLE`] or [`HANDLED`]; none = the matter itself.
    #[serde(default)]
    pub step: Option<String>,
    /// Only with, or only without, works on the grid; none = both.
    #[serde(default)]
    pub works: Option<bool>,
    /// Only at, or only below, high voltage; none = both.
    #[serde(default)]
    pub high_voltage: Option<bool>,
    /// From where it runs.
    #[serde(default)]
    pub start: LimitStart,
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
    /// In force; when missing, it is unless the confidence is low. A row of low confidence never is: whoever checked
    /// it says so by its confidence.
    #[serde(default)]
    pub enabled: Option<bool>,
}

impl RuleRow {
    fn in_use(&self) -> bool {
        self.enabled != Some(false) && self.confidence != Confidence::Low
    }
    /// Whether it is in use on a day or comes into use after it.
    pub fn open_on(&self, day: Date) -> bool {
        self.in_use() && self.to.is_none_or(|to| day <= to)
    }
    fn covers(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
    fn suits(&self, c: Circumstances) -> bool {
        self.works.is_none_or(|w| w == c.works) && self.high_voltage.is_none_or(|h| h == c.high_voltage)
    }
    /// As deadlines cite it.
    pub fn reference(&self) -> RuleRef {
        RuleRef { rule_set: self.rule_set.clone(), row: self.id.clone(), source: self.source.clone() }
    }
}

/// What a limit may depend on beside class, step and day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// Works on the grid are needed; true while nobody knows.
    pub works: bool,
    /// At high voltage.
    pub high_voltage: bool,
}

impl Circumstances {
    /// Every combination.
    const ALL: [Circumstances; 4] = [
        Circumstances { works: true, high_voltage: true },
        Circumstances { works: true, high_voltage: false },
        Circumstances { works: false, high_voltage: true },
        Circumstances { works: false, high_voltage: false },
    ];
}

/// A jurisdiction within a wider one, whose rules hold where it has none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Within {
    /// The narrower.
    pub jurisdiction: String,
    /// The wider.
    pub of: String,
}

/// The promise that rows leave no day open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Complete {
    /// Where.
    pub jurisdiction: String,
    /// For which kind.
    pub kind: MatterKind,
    /// For which class.
    pub category: String,
    /// For which step.
    #[serde(default)]
    pub step: Option<String>,
    /// First day.
    pub from: Date,
    /// Last day; none = for ever.
    #[serde(default)]
    pub to: Option<Date>,
}

/// What is wrong with a set of rows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleFault {
    /// Two rows in use hold for the same thing on the same day.
    #[error("rule rows {first} and {second} overlap from {from}")]
    Overlap {
        /// The earlier row.
        first: String,
        /// The later row.
        second: String,
        /// First day both hold.
        from: Date,
    },
    /// A day is open although the set is marked complete.
    #[error("no rule row holds for {category} {step} in {jurisdiction} on {from}, which is marked complete")]
    Gap {
        /// Where.
        jurisdiction: String,
        /// Class.
        category: String,
        /// Step; empty = the matter itself.
        step: String,
        /// First open day.
        from: Date,
    },
    /// A row that nobody is sure of is shipped enabled.
    #[error("rule row {0} is of low confidence and cannot be enabled; give it the confidence of whoever checked it")]
    LowEnabled(String),
    /// A row ends before it begins.
    #[error("rule row {0} ends before it begins")]
    Backwards(String),
    /// Jurisdictions lie within each other in a circle.
    #[error("jurisdiction {0} lies within itself")]
    Circle(String),
}

/// All limit rules.
#[derive(Clone, Debug, Default)]
pub struct RuleBook {
    rows: Vec<RuleRow>,
    within: Vec<Within>,
}

impl RuleBook {
    /// Checks the rows; every fault, not the first only.
    pub fn new(rows: Vec<RuleRow>, within: Vec<Within>, complete: &[Complete]) -> Result<Self, Vec<RuleFault>> {
        let mut faults = Vec::new();
        for r in &rows {
            if r.confidence == Confidence::Low && r.enabled == Some(true) {
                faults.push(RuleFault::LowEnabled(r.id.clone()));
            }
            if r.to.is_some_and(|to| to < r.from) {
                faults.push(RuleFault::Backwards(r.id.clone()));
            }
        }
        for (i, b) in rows.iter().enumerate().filter(|(_, r)| r.in_use()) {
            for a in rows[..i].iter().filter(|r| r.in_use()) {
                let from = a.from.max(b.from);
                let same = a.jurisdiction == b.jurisdiction
                    && a.kind == b.kind
                    && a.category == b.category
                    && a.step == b.step
                    && Circumstances::ALL.iter().any(|c| a.suits(*c) && b.suits(*c));
                if same && a.covers(from) && b.covers(from) {
                    faults.push(RuleFault::Overlap { first: a.id.clone(), second: b.id.clone(), from });
                }
            }
        }
        for w in &within {
            if chain(&within, &w.jurisdiction).len() > within.len() + 1 {
                faults.push(RuleFault::Circle(w.jurisdiction.clone()));
            }
        }
        let book = RuleBook { rows, within };
        for c in complete {
            faults.extend(Circumstances::ALL.into_iter().find_map(|at| book.open_day(c, at)).map(|from| {
                RuleFault::Gap {
                    jurisdiction: c.jurisdiction.clone(),
                    category: c.category.clone(),
                    step: c.step.clone().unwrap_or_default(),
                    from,
                }
            }));
        }
        if faults.is_empty() { Ok(book) } else { Err(faults) }
    }

    /// The first day of a complete span that no row of that jurisdiction covers.
    fn open_day(&self, c: &Complete, at: Circumstances) -> Option<Date> {
        let rows = self.rows.iter().filter(|r| {
            r.in_use()
                && r.jurisdiction == c.jurisdiction
                && r.kind == c.kind
                && r.step == c.step
                && r.category.as_ref().is_none_or(|k| *k == c.category)
                && r.suits(at)
        });
        let rows: Vec<&RuleRow> = rows.collect();
        let mut day = c.from;
        loop {
            if c.to.is_some_and(|to| day > to) {
                return None;
            }
            // Of rows for the class and for any class the longest reaches on; it is in force somehow.
            let row = rows.iter().filter(|r| r.covers(day)).max_by_key(|r| r.to.unwrap_or(Date::MAX));
            match row.map(|r| r.to) {
                None => return Some(day),
                Some(None) => return None,
                Some(Some(to)) => match to.tomorrow() {
                    Ok(next) => day = next,
                    Err(_) => return None,
                },
            }
        }
    }

    /// A jurisdiction and the wider ones around it, narrowest first.
    pub fn jurisdictions(&self, jurisdiction: &str) -> Vec<String> {
        chain(&self.within, jurisdiction)
    }

    /// The row in force for the matter itself: the one for the category, else the one for any category.
    pub fn in_force(&self, jurisdiction: &str, kind: MatterKind, category: &str, day: Date) -> Option<&RuleRow> {
        self.find(jurisdiction, kind, category, None, Circumstances::default(), day)
    }

    /// The row in force for a step.
    pub fn step_in_force(
        &self,
        jurisdiction: &str,
        kind: MatterKind,
        category: &str,
        step: &str,
        at: Circumstances,
        day: Date,
    ) -> Option<&RuleRow> {
        self.find(jurisdiction, kind, category, Some(step), at, day)
    }

    fn find(
        &self,
        jurisdiction: &str,
        kind: MatterKind,
        category: &str,
        step: Option<&str>,
        at: Circumstances,
        day: Date,
    ) -> Option<&RuleRow> {
        self.jurisdictions(jurisdiction).iter().find_map(|j| {
            let mut rows = self.rows.iter().filter(|r| {
                r.in_use()
                    && r.jurisdiction == *j
                    && r.kind == kind
                    && r.step.as_deref() == step
                    && r.covers(day)
                    && r.suits(at)
            });
            let mut any = None;
            rows.find(|r| {
                if r.category.is_none() {
                    any = Some(*r);
                }
                r.category.as_deref() == Some(category)
            })
            .or(any)
        })
    }

    /// Every row, disabled ones too.
    pub fn all(&self) -> &[RuleRow] {
        &self.rows
    }
}

fn chain(within: &[Within], jurisdiction: &str) -> Vec<String> {
    let mut out = vec![jurisdiction.to_owned()];
    // One more than there are steps shows a circle.
    while let Some(w) = within.iter().find(|w| out.last().is_some_and(|j| *j == w.jurisdiction)) {
        out.push(w.of.clone());
        if out.len() > within.len() + 1 {
            break;
        }
    }
    out
}

#[cfg(test)]
mod tests;
