//! Use cases of partners: keep the register, give and end links.

use super::command::{Needs, PartnerCommand, PartnerRoleIn};
use crate::frame::error::{AppError, FieldError, fail};
use crate::frame::work::{Ctx, Done};
use uuid::Uuid;
use yixian_domain::access::Ask;
use yixian_domain::base::fold::blank;
use yixian_domain::ids::*;
use yixian_domain::org::valid_code;
use yixian_domain::partner::{Partner, PartnerDetails, PartnerName, PartnerRoleHeld};
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

/// What a form says of a partner, besides its name; every fault at once.
struct Said {
    code: String,
    name: String,
    name_en: Option<String>,
    roles: Vec<PartnerRoleIn>,
    district: Option<String>,
    credit: Option<String>,
    liaison: Option<Uuid>,
    unit: Option<Uuid>,
}

async fn faults(ctx: &mut Ctx<'_>, id: PartnerId, s: &Said) -> Result<Vec<FieldError>, AppError> {
    let mut faults = Vec::new();
    let mut fault = |wrong: bool, field: &'static str, code: &'static str| {
        if wrong {
            faults.push(FieldError::new(field, code));
        }
    };
    fault(!valid_code(&s.code), "code", "code");
    let other = table::by_code(ctx.tx.conn(), &s.code).await?;
    fault(other.is_some_and(|p| p.id != id), "code", "code_taken");
    fault(blank(&s.name), "name", "name_needed");
    fault(s.roles.is_empty(), "roles", "partner_role_needed");
    if let Some(district) = &s.district {
        let known = place::districts(ctx.tx.conn()).await?;
        let named = known.contains(district) || ctx.policies.areas.districts().any(|d| d == district);
        fault(!named, "district", "district_unknown");
    }
    if let Some(code) = &s.credit {
        fault(!credit_code(code), "credit_code", "credit_code");
        let other = table::by_credit_code(ctx.tx.conn(), code).await?;
        fault(other.is_some_and(|p| p.id != id), "credit_code", "credit_code_taken");
    }
    if let Some(person) = s.liaison {
        fault(org::person(ctx.tx.conn(), PersonId(person)).await?.is_none(), "liaison", "person");
    }
    if let Some(unit) = s.unit {
        fault(org::unit(ctx.tx.conn(), UnitId(unit)).await?.is_none(), "unit", "unit");
    }
    Ok(faults)
}

/// Registers or changes a partner.
async fn put(ctx: &mut Ctx<'_>, id: PartnerId, said: Said, contacts: Option<String>) -> Result<Done, AppError> {
    let known = ctx.known::<Partner>(id.0).await?;
    let before = if known { Some(ctx.record::<Partner>(id.0, "partner").await?) } else { None };
    fail(faults(ctx, id, &said).await?)?;
    if before.as_ref().is_some_and(|b| b.code != said.code) {
        return Err(AppError::field("code", "code_stays"));
    }
    let contacts = match (contacts, &before) {
        (Some(text), _) => ctx.words(id.0, &text)?,
        (None, before) => before.as_ref().and_then(|b| b.details.contacts.clone()),
    };
    let held = |r: &PartnerRoleIn| PartnerRoleHeld { role: r.role, from: r.from, to: r.to };
    let details = PartnerDetails {
        roles: said.roles.iter().map(held).collect(),
        district: said.district,
        credit_code: said.credit,
        liaison: said.liaison.map(PersonId),
        contacts,
        unit: said.unit.map(UnitId),
    };
    let (at, by, from) = (ctx.at, ctx.by(), ctx.day());
    let name = PartnerName { name: said.name.trim().to_owned(), name_en: said.name_en, from };
    let Some(before) = before else {
        return ctx.keep(Partner::register(id, at, &by, said.code, name, details)?, true).await;
    };
    let (renamed, changed) =
        ((&before.name().name, &before.name().name_en) != (&name.name, &name.name_en), before.details != details);
    match (renamed, changed) {
        (true, false) => ctx.keep(before.rename(at, &by, name)?, false).await,
        (false, _) => ctx.keep(before.change(at, &by, details)?, false).await,
        (true, true) => {
            let moved = before.rename(at, &by, name)?;
            let partner = moved.0.clone();
            ctx.keep(moved, false).await?;
            ctx.keep(partner.change(at, &by, details)?, false).await
        }
    }
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
