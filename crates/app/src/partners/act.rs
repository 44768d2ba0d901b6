//! Use cases of partners: keep the register, give and end links.

use super::command::{Needs, PartnerCommand, PartnerRoleIn};
use crate::frame::error::{AppError, FieldError, fail};
use crate::frame::work::{Ctx, Done};
use uuid::Uuid;
use yixian_domain::access::Ask;
use yixian_domain::base::fold::blank;
use yixian_domain::ids::*;
use yixian_domain::org::valid_code;
use yixian_domain::partner::law::PartnerMoved;
use yixian_domain::partner::{Partner, PartnerDetails, PartnerName, PartnerRoleHeld};
use yixian_domain::refusal::Refusal;
use yixian_domain::time::{Date, Instant};
use yixian_store::{org, partner as table, place};

fn admit(ctx: &Ctx<'_>, needs: Needs) -> Result<(), AppError> {
    ctx.ask(&match needs {
        Needs::Keep => Ask::KeepPartners,
        Needs::Merge => Ask::MergePartners,
    })
}

/// Nothing, or the text without blanks around it.
fn some(text: Option<String>) -> Option<String> {
    text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty())
}

/// A unified credit code: 18 digits and capital letters (GB 32100).
fn credit_code(code: &str) -> bool {
    code.len() == 18 && code.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
}

/// What a form or a line of a table says of a partner.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub code: String,
    pub name: String,
    pub name_en: Option<String>,
    pub roles: Vec<PartnerRoleIn>,
    pub district: Option<String>,
    pub credit: Option<String>,
    pub liaison: Option<Uuid>,
    pub unit: Option<Uuid>,
}

/// What the registers know of what is said; what is not said is known.
pub(crate) struct Registers {
    /// Another partner has the code.
    pub code_elsewhere: bool,
    /// Another partner has the credit code.
    pub credit_elsewhere: bool,
    pub district: bool,
    pub liaison: bool,
    pub unit: bool,
}

/// Every fault at once.
pub(crate) fn faults(s: &Said, known: &Registers) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let mut fault = |wrong: bool, field: &'static str, code: &'static str| {
        if wrong {
            faults.push(FieldError::new(field, code));
        }
    };
    fault(!valid_code(&s.code), "code", "code");
    fault(known.code_elsewhere, "code", "code_taken");
    fault(blank(&s.name), "name", "name_needed");
    fault(s.roles.is_empty(), "roles", "partner_role_needed");
    fault(!known.district, "district", "district_unknown");
    fault(s.credit.as_deref().is_some_and(|c| !credit_code(c)), "credit_code", "credit_code");
    fault(known.credit_elsewhere, "credit_code", "credit_code_taken");
    fault(!known.liaison, "liaison", "person");
    fault(!known.unit, "unit", "unit");
    faults
}

async fn registers(ctx: &mut Ctx<'_>, id: PartnerId, s: &Said) -> Result<Registers, AppError> {
    let other = |p: Option<Partner>| p.is_some_and(|p| p.id != id);
    let code_elsewhere = other(table::by_code(ctx.tx.conn(), &s.code).await?);
    let credit_elsewhere = match &s.credit {
        Some(code) => other(table::by_credit_code(ctx.tx.conn(), code).await?),
        None => false,
    };
    let district = match &s.district {
        Some(d) => place::districts(ctx.tx.conn()).await?.contains(d) || ctx.policies.areas.districts().any(|n| n == d),
        None => true,
    };
    let liaison = match s.liaison {
        Some(person) => org::person(ctx.tx.conn(), PersonId(person)).await?.is_some(),
        None => true,
    };
    let unit = match s.unit {
        Some(unit) => org::unit(ctx.tx.conn(), UnitId(unit)).await?.is_some(),
        None => true,
    };
    Ok(Registers { code_elsewhere, credit_elsewhere, district, liaison, unit })
}

/// When it happens and who does it; `day`: from which a name that differs holds.
pub(crate) struct When<'a> {
    pub at: Instant,
    pub by: &'a By,
    pub day: Date,
}

/// What happens to a partner by what is said of it, contacts as they are to be: it is registered, renamed, changed.
pub(crate) fn moves(
    before: Option<Partner>,
    id: PartnerId,
    when: &When<'_>,
    said: Said,
    contacts: Option<Words>,
) -> Result<Vec<PartnerMoved>, Refusal> {
    let held = |r: &PartnerRoleIn| PartnerRoleHeld { role: r.role, from: r.from, to: r.to };
    let details = PartnerDetails {
        roles: said.roles.iter().map(held).collect(),
        district: said.district,
        credit_code: said.credit,
        liaison: said.liaison.map(PersonId),
        contacts,
        unit: said.unit.map(UnitId),
    };
    let (at, by) = (when.at, when.by);
    let name = PartnerName { name: said.name.trim().to_owned(), name_en: said.name_en, from: when.day };
    let Some(before) = before else {
        return Ok(vec![Partner::register(id, at, by, said.code, name, details)?]);
    };
    let (renamed, changed) =
        ((&before.name().name, &before.name().name_en) != (&name.name, &name.name_en), before.details != details);
    Ok(match (renamed, changed) {
        (true, false) => vec![before.rename(at, by, name)?],
        (false, _) => vec![before.change(at, by, details)?],
        (true, true) => {
            let moved = before.rename(at, by, name)?;
            let changed = moved.0.clone().change(at, by, details)?;
            vec![moved, changed]
        }
    })
}

/// Registers or changes a partner.
async fn put(ctx: &mut Ctx<'_>, id: PartnerId, said: Said, contacts: Option<String>) -> Result<Done, AppError> {
    let known = ctx.known::<Partner>(id.0).await?;
    let before = if known { Some(ctx.record::<Partner>(id.0, "partner").await?) } else { None };
    let of_registers = registers(ctx, id, &said).await?;
    fail(faults(&said, &of_registers))?;
    if before.as_ref().is_some_and(|b| b.code != said.code) {
        return Err(AppError::field("code", "code_stays"));
    }
    let contacts = match (contacts, &before) {
        (Some(text), _) => ctx.words(id.0, &text)?,
        (None, before) => before.as_ref().and_then(|b| b.details.contacts.clone()),
    };
    let (at, by, day) = (ctx.at, ctx.by(), ctx.day());
    let mut new = before.is_none();
    let mut done = Err(Refusal::SameAsBefore.into());
    for moved in moves(before, id, &When { at, by: &by, day }, said, contacts)? {
        done = ctx.keep(moved, new).await;
        new = false;
        if done.is_err() {
            break;
        }
    }
    done
}

pub(crate) async fn run(ctx: &mut Ctx<'_>, command: PartnerCommand) -> Result<Done, AppError> {
    use PartnerCommand as C;
    admit(ctx, command.needs())?;
    let (at, by) = (ctx.at, ctx.by());
    match command {
        C::PutPartner { partner, code, name, name_en, roles, district, credit_code, liaison, contacts, unit } => {
            let (name_en, district, credit) = (some(name_en), some(district), some(credit_code));
            let said = Said { code, name, name_en, roles, district, credit, liaison, unit };
            put(ctx, PartnerId(partner), said, contacts).await
        }
        C::RenamePartner { partner, name, name_en, from } => {
            let p: Partner = ctx.record(partner, "partner").await?;
            if blank(&name) {
                return Err(AppError::field("name", "name_needed"));
            }
            let name = PartnerName { name: name.trim().to_owned(), name_en: some(name_en), from };
            ctx.keep(p.rename(at, &by, name)?, false).await
        }
        C::EndPartnerRole { partner, role, to } => {
            let p: Partner = ctx.record(partner, "partner").await?;
            ctx.keep(p.end_role(at, &by, role, to)?, false).await
        }
        C::MergePartner { partner, into, from } => {
            let p: Partner = ctx.record(partner, "partner").await?;
            let into: Partner = ctx.named("into", into, "partner").await?;
            ctx.keep(p.merge(at, &by, &into, from)?, false).await
        }
        C::GivePartnerLink { partner } => {
            let p: Partner = ctx.record(partner, "partner").await?;
            ctx.keep(p.give_link(at, &by)?, false).await
        }
        C::EndPartnerLink { partner } => {
            let p: Partner = ctx.record(partner, "partner").await?;
            ctx.keep(p.end_link(at, &by)?, false).await
        }
        C::ErasePartnerContacts { partner } => {
            let p: Partner = ctx.record(partner, "partner").await?;
            ctx.tx.erase(partner, ctx.now).await?;
            ctx.keep(p.erase_contacts(at, &by)?, false).await
        }
    }
}
