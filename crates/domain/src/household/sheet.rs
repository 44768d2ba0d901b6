//! A done-sheet 完工单: what was done in a household on one order, with which materials, shown by photos, confirmed by whoever lives
//! there. One order has one; sent back by the verifier it is filled in again.

use super::HouseholdRule as Rule;
use crate::base::codes::codes;
use crate::base::history::{Happened, Recorded};
use crate::base::ids::*;
use crate::base::refusal::Refusal;
use crate::base::service::{Quantity, ServiceItem};
use crate::base::time::{Date, Instant};
use crate::base::values::Money;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// More of anything is no household's.
pub const MOST: u32 = 500;

codes! {
    /// How whoever lives there confirmed what was done.
    ConfirmedHow {
        /// 点开链接
        Link = "link",
        /// 电话
        Phone = "phone",
        /// 签字
        Signature = "signature",
    }
}

/// A material that was used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Material {
    /// What it is called.
    pub item: String,
    /// How many.
    pub n: u32,
    /// What the household pays for all of them; nothing, as a rule.
    pub charge: Money,
    /// Why it pays.
    pub reason: Option<Words>,
}

/// What stands on a done-sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetDetails {
    /// The day on which it was first filled in; filled in again it stays, so that no figure of the past moves.
    pub day: Date,
    /// What was done, each item once.
    pub items: Vec<Quantity>,
    /// With which materials.
    pub materials: Vec<Material>,
    /// As it was.
    pub before: Vec<FileRef>,
    /// As it is.
    pub after: Vec<FileRef>,
    /// When the team comes again: what was promised.
    pub next_visit: Option<Date>,
}

/// That whoever lives there confirmed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// How.
    pub how: ConfirmedHow,
    /// When.
    pub at: Instant,
    /// Who recorded it.
    pub by: By,
    /// The signature, where it was signed.
    pub signature: Option<FileRef>,
}

/// A done-sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoneSheet {
    /// Identity.
    pub id: Uuid,
    /// The order, a matter.
    pub matter: MatterId,
    /// The household.
    pub household: Uuid,
    /// The unit that did it.
    pub unit: UnitId,
    /// The rest.
    #[serde(flatten)]
    pub details: SheetDetails,
    /// Its confirmation.
    pub confirmed: Option<Confirmation>,
    /// Its photos were erased.
    #[serde(default)]
    pub erased: bool,
    /// When the last thing happened to it.
    pub last_at: Instant,
    /// Number of events so far.
    pub rev: u32,
}

/// What happens to a done-sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[allow(missing_docs)] // fields carry the names of the sheet's own
pub enum SheetEvent {
    FilledIn {
        matter: MatterId,
        household: Uuid,
        unit: UnitId,
        details: SheetDetails,
    },
    Changed {
        details: SheetDetails,
    },
    Confirmed {
        how: ConfirmedHow,
        signature: Option<FileRef>,
    },
    /// Photos of the home and the signature are gone.
    Erased {
        photos: Vec<FileRef>,
    },
}

impl SheetEvent {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            SheetEvent::FilledIn { .. } => "sheet_filled_in",
            SheetEvent::Changed { .. } => "sheet_changed",
            SheetEvent::Confirmed { .. } => "sheet_confirmed",
            // As of every record: by it the ledger tells which photos were erased.
            SheetEvent::Erased { .. } => "erased",
        }
    }
}

impl Recorded for DoneSheet {
    type Event = SheetEvent;

    fn begin(id: Uuid, first: &Happened<SheetEvent>) -> Option<DoneSheet> {
        let SheetEvent::FilledIn { matter, household, unit, details } = &first.event else { return None };
        Some(DoneSheet {
            id,
            matter: *matter,
            household: *household,
            unit: *unit,
            details: details.clone(),
            confirmed: None,
            erased: false,
            last_at: first.at,
            rev: 1,
        })
    }

    fn apply(&mut self, h: &Happened<SheetEvent>) {
        self.rev += 1;
        self.last_at = self.last_at.max(h.at);
        match &h.event {
            SheetEvent::FilledIn { .. } => {}
            SheetEvent::Changed { details } => self.details = details.clone(),
            SheetEvent::Confirmed { how, signature } => {
                let signature = signature.clone();
                self.confirmed = Some(Confirmation { how: *how, at: h.at, by: h.by.clone(), signature });
            }
            SheetEvent::Erased { .. } => self.erased = true,
        }
    }
}

/// A done-sheet after a transition, with what happened.
pub type SheetMoved = (DoneSheet, Happened<SheetEvent>);

impl SheetDetails {
    /// Everything that is wrong with it, each with what it is about.
    pub fn faults(&self) -> Vec<(Rule, String)> {
        let mut faults = Vec::new();
        if self.items.is_empty() {
            faults.push((Rule::NoItems, String::new()));
        }
        for (i, q) in self.items.iter().enumerate() {
            if !(1..=MOST).contains(&q.n) {
                faults.push((Rule::Quantity, q.n.to_string()));
            }
            if self.items[..i].iter().any(|o| o.item == q.item) {
                faults.push((Rule::ItemTwice, String::new()));
            }
        }
        for m in &self.materials {
            if m.item.trim().is_empty() {
                faults.push((Rule::MaterialUnnamed, String::new()));
            }
            if !(1..=MOST).contains(&m.n) {
                faults.push((Rule::Quantity, m.n.to_string()));
            }
            if m.charge > Money::default() && m.reason.is_none() {
                faults.push((Rule::ChargeWithoutReason, m.item.clone()));
            }
        }
        let physical = self.items.iter().any(|q| q.item.is_physical());
        if physical && (self.before.is_empty() || self.after.is_empty()) {
            faults.push((Rule::PhotoMissing, String::new()));
        }
        if let Some(next) = self.next_visit.filter(|next| *next <= self.day) {
            faults.push((Rule::NextVisitBefore, next.to_string()));
        }
        faults
    }

    fn stands(&self) -> Result<(), Refusal> {
        match self.faults().into_iter().next() {
            Some((rule, about)) => Err(Refusal::rule(rule, about)),
            None => Ok(()),
        }
    }
}

impl DoneSheet {
    /// Fills one in.
    pub fn fill_in(
        id: Uuid,
        at: Instant,
        by: &By,
        (matter, household, unit): (MatterId, Uuid, UnitId),
        details: SheetDetails,
    ) -> Result<SheetMoved, Refusal> {
        details.stands()?;
        let event = SheetEvent::FilledIn { matter, household, unit, details };
        let h = Happened { at, by: by.clone(), event };
        Ok((DoneSheet::begin(id, &h).ok_or(Refusal::SameAsBefore)?, h))
    }

    fn then(mut self, at: Instant, by: &By, event: SheetEvent) -> SheetMoved {
        let h = Happened { at, by: by.clone(), event };
        self.apply(&h);
        (self, h)
    }

    /// Fills it in again, until it is confirmed.
    pub fn change(self, at: Instant, by: &By, details: SheetDetails) -> Result<SheetMoved, Refusal> {
        self.unconfirmed()?;
        let details = SheetDetails { day: self.details.day, ..details };
        details.stands()?;
        Ok(self.then(at, by, SheetEvent::Changed { details }))
    }

    fn unconfirmed(&self) -> Result<(), Refusal> {
        match &self.confirmed {
            Some(c) => Err(Refusal::rule(Rule::Confirmed, c.how.as_str())),
            None => Ok(()),
        }
    }

    /// Records that whoever lives there confirmed it, once. What is signed is shown.
    pub fn confirm(
        self,
        at: Instant,
        by: &By,
        how: ConfirmedHow,
        signature: Option<FileRef>,
    ) -> Result<SheetMoved, Refusal> {
        self.unconfirmed()?;
        if how == ConfirmedHow::Signature && signature.is_none() {
            return Err(Refusal::rule(Rule::SignatureMissing, ""));
        }
        Ok(self.then(at, by, SheetEvent::Confirmed { how, signature }))
    }

    /// Says that its photos were erased; what was done stays.
    pub fn erase(self, at: Instant, by: &By, photos: Vec<FileRef>) -> Result<SheetMoved, Refusal> {
        if self.erased {
            return Err(Refusal::SameAsBefore);
        }
        Ok(self.then(at, by, SheetEvent::Erased { photos }))
    }

    /// How many of an item were done.
    pub fn done(&self, item: ServiceItem) -> u32 {
        self.details.items.iter().filter(|q| q.item == item).map(|q| q.n).sum()
    }
}
