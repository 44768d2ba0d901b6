//! Who is a 三零 customer, by rule rows with reason codes; and split applications, found and shown, never refused. It
//! does not know who overrides a verdict, only that somebody may and says why.

pub use super::asked::Application;
pub use super::verdict::{Eligibility, Override, Reason};
pub use super::words::Exclusion;

use super::words::{ApplicantKind, Class, FirmSize, Setting, Use, Voltage};
use crate::base::ids::MatterId;
use crate::base::time::{Date, Instant};
use crate::base::values::Capacity;
use crate::law::rules::Confidence;
use serde::{Deserialize, Serialize};

/// A rule of eligibility: cap and conditions by place, area and day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EligibilityRow {
    /// Stable id.
    pub id: String,
    /// Where it holds.
    pub jurisdiction: String,
    /// Urban, rural; none = both.
    #[serde(default)]
    pub setting: Option<Setting>,
    /// First day.
    pub from: Date,
    /// Last day.
    #[serde(default)]
    pub to: Option<Date>,
    /// Capacity cap, kW.
    pub cap_kw: i64,
    /// Sizes of firms that are served; a sole trader counts as small.
    pub sizes: Vec<FirmSize>,
    /// Excluded whatever the capacity.
    #[serde(default)]
    pub exclusions: Vec<Exclusion>,
    /// Where it is written.
    pub source: String,
    /// How sure we are; a row of low confidence is never in force.
    pub confidence: Confidence,
}

/// The promise that rows leave no day open, where one place's own rows are meant to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EligibilityComplete {
    /// Where.
    pub jurisdiction: String,
    /// Urban or rural.
    pub setting: Setting,
    /// First day.
    pub from: Date,
    /// Last day; none = for ever.
    #[serde(default)]
    pub to: Option<Date>,
}

/// What is wrong with a set of rows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EligibilityFault {
    /// Two rows hold for one place and area on one day.
    #[error("eligibility rows {first} and {second} overlap from {from}")]
    Overlap {
        /// The earlier row.
        first: String,
        /// The later row.
        second: String,
        /// First day both hold.
        from: Date,
    },
    /// A day is open although the rows are marked complete.
    #[error("no eligibility row holds for {} places in {jurisdiction} on {from}, which is marked complete", setting.as_str())]
    Gap {
        /// Where.
        jurisdiction: String,
        /// Urban or rural.
        setting: Setting,
        /// First open day.
        from: Date,
    },
    /// A row ends before it begins.
    #[error("eligibility row {0} ends before it begins")]
    Backwards(String),
}

/// All rows.
#[derive(Clone, Debug, Default)]
pub struct EligibilityBook {
    rows: Vec<EligibilityRow>,
    split_months: u32,
}

impl EligibilityBook {
    /// Checks the rows. `split_months`: how far apart applications at one address or of one party count together.
    pub fn new(
        rows: Vec<EligibilityRow>,
        split_months: u32,
        complete: &[EligibilityComplete],
    ) -> Result<Self, Vec<EligibilityFault>> {
        let mut faults: Vec<EligibilityFault> = rows
            .iter()
            .filter(|r| r.to.is_some_and(|to| to < r.from))
            .map(|r| EligibilityFault::Backwards(r.id.clone()))
            .collect();
        for (i, b) in rows.iter().enumerate().filter(|(_, r)| r.in_use()) {
            for a in rows[..i].iter().filter(|r| r.in_use() && r.jurisdiction == b.jurisdiction) {
                let from = a.from.max(b.from);
                let same_area = a.setting.is_none() || b.setting.is_none() || a.setting == b.setting;
                if same_area && a.covers(from) && b.covers(from) {
                    faults.push(EligibilityFault::Overlap { first: a.id.clone(), second: b.id.clone(), from });
                }
            }
        }
        for c in complete {
            let mut own: Vec<_> =
                rows.iter().filter(|r| r.in_use() && r.jurisdiction == c.jurisdiction && r.suits(c.setting)).collect();
            own.sort_by_key(|r| r.from);
            // Rows that do not overlap lie one behind the other; the first day none of them reaches is open.
            let open = own.iter().try_fold(c.from, |day, r| {
                if r.covers(day) { r.to.and_then(|to| to.tomorrow().ok()) } else { Some(day) }
            });
            let open = open.filter(|day| c.to.is_none_or(|to| *day <= to));
            faults.extend(open.map(|from| EligibilityFault::Gap {
                jurisdiction: c.jurisdiction.clone(),
                setting: c.setting,
                from,
            }));
        }
        if faults.is_empty() { Ok(Self { rows, split_months }) } else { Err(faults) }
    }

    /// How many months apart applications count together.
    pub fn split_months(&self) -> u32 {
        self.split_months
    }

    /// Every row, disabled ones too.
    pub fn all(&self) -> &[EligibilityRow] {
        &self.rows
    }

    /// The row in force in the first of the jurisdictions that has one.
    pub fn in_force(&self, jurisdictions: &[String], setting: Setting, day: Date) -> Option<&EligibilityRow> {
        jurisdictions.iter().find_map(|j| {
            self.rows.iter().find(|r| r.in_use() && r.jurisdiction == *j && r.suits(setting) && r.covers(day))
        })
    }

    /// The verdict on an application of a day; `near` is the capacity of others at the address or of the party.
    pub fn judge(&self, jurisdictions: &[String], a: &Application, day: Date, near: Capacity) -> Eligibility {
        let mut reasons = Vec::new();
        if a.voltage != Voltage::Low {
            reasons.push(Reason::Voltage);
        }
        if a.purpose == Use::Home {
            reasons.push(Reason::Resident);
        }
        let row = self.in_force(jurisdictions, a.setting, day);
        match row {
            None => reasons.push(Reason::NoRule),
            Some(row) => {
                let size = if a.applicant == ApplicantKind::Person { FirmSize::Small } else { a.size };
                if !row.sizes.contains(&size) {
                    reasons.push(Reason::FirmSize);
                }
                let (cap, total) = (Capacity::kw(row.cap_kw), a.capacity.plus(near));
                if a.capacity > cap {
                    reasons.push(Reason::Capacity { cap });
                } else if total > cap {
                    reasons.push(Reason::Aggregate { cap, total });
                }
                let mut excluded: Vec<Exclusion> = a.exclusions.clone();
                if a.dual {
                    excluded.push(Exclusion::DualSource);
                }
                if a.temporary && a.purpose == Use::Building {
                    excluded.push(Exclusion::TemporaryConstruction);
                }
                excluded.sort_unstable();
                excluded.dedup();
                reasons.extend(
                    excluded
                        .into_iter()
                        .filter(|e| row.exclusions.contains(e))
                        .map(|exclusion| Reason::Excluded { exclusion }),
                );
            }
        }
        Eligibility { by_rule: reasons.is_empty(), reasons, row: row.map(|r| r.id.clone()), overridden: None }
    }
}

impl EligibilityRow {
    fn in_use(&self) -> bool {
        self.confidence != Confidence::Low
    }
    fn suits(&self, setting: Setting) -> bool {
        self.setting.is_none_or(|s| s == setting)
    }
    fn covers(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

/// The class that an application gets by the rules.
pub fn class_of(a: &Application, verdict: &Eligibility) -> Class {
    if a.temporary {
        Class::Temporary
    } else if a.voltage != Voltage::Low {
        if a.dual { Class::HvDual } else { Class::HvSingle }
    } else if a.purpose == Use::Home {
        Class::Resident
    } else if verdict.stands() {
        Class::ThreeZero
    } else {
        Class::NonResident
    }
}

/// Another application near this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    /// Which.
    pub case: MatterId,
    /// Its running number.
    pub n: i64,
    /// When.
    pub applied: Instant,
    /// How much.
    pub capacity: Capacity,
    /// At the same address.
    pub same_address: bool,
    /// By the same person or firm.
    pub same_party: bool,
}

#[cfg(test)]
mod tests;
