//! Household service 服务队入户服务: the households a service team looks after, and what was done there. A household's name, address,
//! phone and what makes it vulnerable are words outside the ledger: a place of the register has its address for everybody, so a
//! household is a register of its own. An order 服务单 is a matter about the household, answered like any other; the done-sheet 完工单
//! is what its submission carries. It knows the matter by its id only, and nothing of thanks.

pub mod access;
pub mod sheet;

use crate::base::codes::codes;
use crate::base::history::{Happened, Recorded};
use crate::base::ids::*;
use crate::base::refusal::Refusal;
use crate::base::time::Instant;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use sheet::{Confirmation, ConfirmedHow, DoneSheet, Material, SheetDetails, SheetEvent};

codes! {
    /// What makes a household need us more than others. Kept with its words, never in the ledger.
    Vulnerability {
        /// 高龄、独居老人
        Elderly = "elderly",
        /// 残疾人
        Disabled = "disabled",
        /// 低保、困难家庭
        LowIncome = "low_income",
        /// 家用医疗设备
        MedicalDevice = "medical_device",
        /// 老旧线路
        OldWiring = "old_wiring",
    }
}

codes! {
    /// Why not.
    HouseholdRule {
        /// Who lives there was erased: it is served no more under this record.
        Erased = "household_erased_already",
        /// The matter is about no household.
        NotAnOrder = "sheet_not_an_order",
        /// Nothing was done.
        NoItems = "sheet_no_items",
        /// A quantity is none, or more than a household has.
        Quantity = "sheet_quantity",
        /// An item stands there twice.
        ItemTwice = "sheet_item_twice",
        /// A material has no name.
        MaterialUnnamed = "sheet_material_unnamed",
        /// The household pays, and nobody says why.
        ChargeWithoutReason = "sheet_charge_without_reason",
        /// Something was changed in the home, and no photo shows it as it was or as it is.
        PhotoMissing = "sheet_photo_missing",
        /// The next visit is no later than this one.
        NextVisitBefore = "sheet_next_visit_before",
        /// It was confirmed: what was done stays.
        Confirmed = "sheet_confirmed_already",
        /// A signature is shown.
        SignatureMissing = "sheet_signature_missing",
    }
}

/// What a household is, as far as the ledger knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HouseholdDetails {
    /// The service team's unit.
    pub unit: UnitId,
    /// The community where it is, a partner.
    pub community: Option<PartnerId>,
    /// It agreed to its name and address leaving the team.
    pub consent: bool,
    /// Name, address, phone, what makes it vulnerable; none once they were erased.
    pub personal: Option<Words>,
}

/// A household.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Household {
    /// Identity.
    pub id: Uuid,
    /// Short stable code.
    pub code: String,
    /// The rest.
    #[serde(flatten)]
    pub details: HouseholdDetails,
    /// When the last thing happened to it.
    pub last_at: Instant,
    /// Number of events so far.
    pub rev: u32,
}

/// What happens to a household.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[allow(missing_docs)] // fields carry the names of the household's own
pub enum HouseholdEvent {
    Registered { code: String, details: HouseholdDetails },
    Changed { details: HouseholdDetails },
    Erased,
}

impl HouseholdEvent {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            HouseholdEvent::Registered { .. } => "household_registered",
            HouseholdEvent::Changed { .. } => "household_changed",
            HouseholdEvent::Erased => "household_erased",
        }
    }
}

impl Recorded for Household {
    type Event = HouseholdEvent;

    fn begin(id: Uuid, first: &Happened<HouseholdEvent>) -> Option<Household> {
        let HouseholdEvent::Registered { code, details } = &first.event else { return None };
        Some(Household { id, code: code.clone(), details: details.clone(), last_at: first.at, rev: 1 })
    }

    fn apply(&mut self, h: &Happened<HouseholdEvent>) {
        self.rev += 1;
        self.last_at = self.last_at.max(h.at);
        match &h.event {
            HouseholdEvent::Registered { .. } => {}
            HouseholdEvent::Changed { details } => self.details = details.clone(),
            HouseholdEvent::Erased => {
                self.details.personal = None;
                self.details.consent = false;
            }
        }
    }
}

/// A household after a transition, with what happened.
pub type HouseholdMoved = (Household, Happened<HouseholdEvent>);

impl Household {
    /// Registers one.
    pub fn register(
        id: Uuid,
        at: Instant,
        by: &By,
        code: String,
        details: HouseholdDetails,
    ) -> Result<HouseholdMoved, Refusal> {
        let h = Happened { at, by: by.clone(), event: HouseholdEvent::Registered { code, details } };
        Ok((Household::begin(id, &h).ok_or(Refusal::SameAsBefore)?, h))
    }

    fn then(mut self, at: Instant, by: &By, event: HouseholdEvent) -> HouseholdMoved {
        let h = Happened { at, by: by.clone(), event };
        self.apply(&h);
        (self, h)
    }

    /// Whether who lives there was erased.
    pub fn is_erased(&self) -> bool {
        self.details.personal.is_none()
    }

    /// Whether it is still known who lives there.
    pub fn known(&self) -> Result<(), Refusal> {
        if self.is_erased() { Err(Refusal::rule(HouseholdRule::Erased, &self.code)) } else { Ok(()) }
    }

    /// Changes what it is.
    pub fn change(self, at: Instant, by: &By, details: HouseholdDetails) -> Result<HouseholdMoved, Refusal> {
        self.known()?;
        if self.details == details {
            return Err(Refusal::SameAsBefore);
        }
        Ok(self.then(at, by, HouseholdEvent::Changed { details }))
    }

    /// Erases who lives there; that somebody did, and what was done there, stays. A consent goes with whoever gave it.
    pub fn erase(self, at: Instant, by: &By) -> Result<HouseholdMoved, Refusal> {
        self.known()?;
        Ok(self.then(at, by, HouseholdEvent::Erased))
    }

    /// Whether its name and address may leave the team.
    pub fn may_leave(&self) -> bool {
        self.details.consent && !self.is_erased()
    }
}

#[cfg(test)]
mod tests;
