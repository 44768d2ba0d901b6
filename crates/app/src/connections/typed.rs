//! What was typed, read: numbers, texts, a whole application. Every fault is told, in the field's words, not the first only.
//! Asks nobody's access and writes nothing.

use super::command::{ApplicationIn, SupplyPlanIn};
use crate::frame::error::{AppError, FieldError};
use crate::frame::work::Ctx;
use uuid::Uuid;
use yixian_domain::connection::area::Areas;
use yixian_domain::connection::*;
use yixian_domain::ids::Said;

/// Longest district, street, line or source, characters.
const MAX_SHORT: usize = 200;

/// Lines of a plan.
const MAX_LINES: usize = 40;

pub(super) fn once<T: Ord>(mut all: Vec<T>) -> Vec<T> {
    all.sort_unstable();
    all.dedup();
    all
}

pub(super) fn short(field: &'static str, text: &str, faults: &mut Vec<FieldError>) -> String {
    let text = text.replace('\0', "").trim().to_owned();
    if text.chars().count() > MAX_SHORT {
        faults.push(FieldError::with(field, "text_too_long", MAX_SHORT));
    }
    text
}

pub(super) fn capacity(field: &'static str, text: &str, faults: &mut Vec<FieldError>) -> Capacity {
    Capacity::parse(text).unwrap_or_else(|e| {
        faults.push(FieldError::value(field, &e));
        Capacity::watts(0)
    })
}

pub(super) fn money(field: &'static str, text: &str, faults: &mut Vec<FieldError>) -> Money {
    Money::parse(text).unwrap_or_else(|e| {
        faults.push(FieldError::value(field, &e));
        Money(0)
    })
}

/// A plan as it was typed, with the texts that its words will hold.
pub(super) struct ReadPlan {
    plan: Plan,
    names: Vec<String>,
    source: String,
}

impl ReadPlan {
    /// The plan, its texts kept as words of a record.
    pub fn kept(self, ctx: &mut Ctx<'_>, record: Uuid) -> Result<Plan, AppError> {
        let ReadPlan { mut plan, names, source } = self;
        for (line, name) in plan.lines.iter_mut().zip(&names) {
            line.name = ctx.said(record, name)?;
        }
        plan.source = ctx.said(record, &source)?;
        Ok(plan)
    }
}

pub(super) fn plan(field: &'static str, p: SupplyPlanIn, faults: &mut Vec<FieldError>) -> ReadPlan {
    if p.lines.len() > MAX_LINES {
        faults.push(FieldError::with(field, "too_many_lines", MAX_LINES));
    }
    let (names, lines) = p
        .lines
        .into_iter()
        .take(MAX_LINES)
        .map(|(name, amount)| {
            let line = LineItem { name: Said::default(), amount: money(field, &amount, faults) };
            (short(field, &name, faults), line)
        })
        .unzip();
    let source = short(field, &p.source, faults);
    let capacity = capacity(field, &p.capacity, faults);
    let plan = Plan { voltage: p.voltage, capacity, lines, days: p.days, source: Said::default() };
    ReadPlan { plan, names, source }
}

/// An application whose values could be read.
pub(crate) struct ReadApplication {
    pub asked: Application,
    pub phone: Phone,
    pub credit_code: Option<CreditCode>,
    pub street: String,
    pub address: String,
    pub reference: Option<String>,
}

/// Reads what was typed; every fault, not the first only. Street, address and reference are kept elsewhere; the area follows from the street
/// where nobody says it.
pub(crate) fn read(a: &ApplicationIn, areas: &Areas) -> Result<ReadApplication, AppError> {
    let mut faults = Vec::new();
    let name = short("name", &a.name, &mut faults);
    if name.is_empty() {
        faults.push(FieldError::new("name", "name_needed"));
    }
    let phone = Phone::parse(&a.phone).map_err(|e| faults.push(FieldError::value("phone", &e))).ok();
    let typed = a.credit_code.as_deref().map(str::trim).filter(|c| !c.is_empty());
    let credit_code = match (a.applicant, typed) {
        (ApplicantKind::Person, _) => None,
        (ApplicantKind::Firm, None) => {
            faults.push(FieldError::new("credit_code", "credit_code_needed"));
            None
        }
        (ApplicantKind::Firm, Some(text)) => {
            CreditCode::parse(text).map_err(|e| faults.push(FieldError::value("credit_code", &e))).ok()
        }
    };
    let (district, street) = (short("district", &a.district, &mut faults), short("street", &a.street, &mut faults));
    if district.is_empty() {
        faults.push(FieldError::new("district", "district_needed"));
    }
    let address = short("address", &a.address, &mut faults);
    if address.is_empty() {
        faults.push(FieldError::new("address", "address_needed"));
    }
    let capacity = capacity("capacity", &a.capacity, &mut faults);
    let reference = a.reference.as_deref().map(|r| short("reference", r, &mut faults)).filter(|r| !r.is_empty());
    let (Some(phone), true) = (phone, faults.is_empty()) else { return Err(AppError::Invalid(faults)) };
    let setting = a.setting.unwrap_or_else(|| areas.setting(&district, &street));
    let asked = Application {
        applicant: a.applicant,
        size: a.size,
        district,
        street: Said::default(),
        address: None,
        setting,
        purpose: a.purpose,
        capacity,
        voltage: a.voltage,
        dual: a.dual,
        temporary: a.temporary,
        important: a.important,
        exclusions: once(a.exclusions.clone()),
        reference: None,
    };
    Ok(ReadApplication { asked, phone, credit_code, street, address, reference })
}
