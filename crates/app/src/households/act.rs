//! Use cases of household service: register who is served, fill in what was done, record how it was confirmed, erase who lives there.

use super::command::{HouseholdCommand, MaterialIn, Needs, ResidentIn};
use super::personal::Resident;
use crate::community::command::QuantityIn;
use crate::frame::error::{AppError, FieldError, fail};
use crate::frame::work::{Ctx, Done};
use crate::matters::act as matters;
use crate::matters::command::{MatterCommand, Needs as MatterNeeds};
use uuid::Uuid;
use yixian_domain::access::Ask;
use yixian_domain::base::about::{About, AboutKind};
use yixian_domain::base::service::Quantity;
use yixian_domain::base::values::Money;
use yixian_domain::household::{
    ConfirmedHow, DoneSheet, Household, HouseholdDetails, HouseholdRule, Material, SheetDetails,
};
use yixian_domain::ids::*;
use yixian_domain::matter::{Matter, MatterAction, MatterKind};
use yixian_domain::org::{Unit, valid_code};
use yixian_domain::partner::{Partner, PartnerRole};
use yixian_domain::refusal::Refusal;
use yixian_domain::time::Date;
use yixian_store::{household as table, org, register, words};

/// What a form says of a household.
struct Said {
    code: String,
    unit: Uuid,
    community: Option<Uuid>,
    consent: bool,
    resident: Option<ResidentIn>,
}

/// A unit, for whoever may do to its households what is needed.
async fn served_by(ctx: &mut Ctx<'_>, needs: Needs, unit: UnitId) -> Result<Unit, AppError> {
    let unit = org::unit(ctx.tx.conn(), unit).await?.ok_or_else(|| AppError::field("unit", "unit"))?;
    match needs {
        Needs::Serve => ctx.ask(&Ask::ServeHouseholds(&unit.path))?,
        Needs::Erase => ctx.ask(&Ask::EraseHousehold(&unit.path))?,
        // The matter is asked.
        Needs::Submit => {}
    }
    Ok(unit)
}

/// The household that a matter is an order of: a wish about one.
pub(crate) fn ordered_by(m: &Matter) -> Option<Uuid> {
    match m.about {
        Some(About { kind: AboutKind::Household, id }) if m.kind == MatterKind::Wish => Some(id),
        Some(_) | None => None,
    }
}

/// Whether a matter is submitted with its done-sheet alone: said to whoever submits an order without one.
pub(crate) async fn needs_sheet(ctx: &mut Ctx<'_>, command: &MatterCommand) -> Result<(), AppError> {
    let MatterCommand::Submit { matter, .. } = command else { return Ok(()) };
    let m = matters::open(ctx, *matter, command.needs()).await?;
    match ordered_by(&m) {
        Some(_) => Err(AppError::field("how", "done_sheet_needed")),
        None => Ok(()),
    }
}

async fn put(ctx: &mut Ctx<'_>, needs: Needs, id: Uuid, s: Said) -> Result<Done, AppError> {
    let known = ctx.known::<Household>(id).await?;
    let before = if known { Some(ctx.record::<Household>(id, "household").await?) } else { None };
    if let Some(b) = &before {
        served_by(ctx, needs, b.details.unit).await?;
        b.known()?;
    }
    let unit = served_by(ctx, needs, UnitId(s.unit)).await?;
    let mut faults = Vec::new();
    let mut fault = |wrong: bool, field: &'static str, code: &'static str| {
        if wrong {
            faults.push(FieldError::new(field, code));
        }
    };
    fault(!valid_code(&s.code), "code", "code");
    fault(table::by_code(ctx.tx.conn(), &s.code).await?.is_some_and(|h| h.id != id), "code", "code_taken");
    fault(before.as_ref().is_some_and(|b| b.code != s.code), "code", "code_stays");
    if let Some(community) = s.community {
        let known = register::one::<Partner>(ctx.tx.conn(), community).await?;
        let day = ctx.day();
        let is_one = |p: Partner| p.roles_on(day).any(|r| r == PartnerRole::Community);
        fault(!known.is_some_and(is_one), "community", "community");
    }
    let mut said = None;
    if let Some(r) = &s.resident {
        let (own, wrong) = Resident::said(r);
        faults.extend(wrong);
        said = Some(own);
    } else if before.is_none() {
        faults.push(FieldError::new("name", "name_needed"));
    }
    fail(faults)?;
    let was = before.as_ref().and_then(|b| b.details.personal.clone());
    let personal = match said {
        None => was,
        Some(said) => {
            let text = said.text();
            let kept = match &was {
                Some(w) => words::of_record(ctx.tx.conn(), id).await?.remove(&w.id),
                None => None,
            };
            // Kept words have no blank lines at their end.
            if kept.is_some_and(|kept| Resident::of(&kept) == said) {
                was
            } else {
                Some(ctx.needed_words("name", id, &text)?)
            }
        }
    };
    let details =
        HouseholdDetails { unit: unit.id, community: s.community.map(PartnerId), consent: s.consent, personal };
    let (at, by) = (ctx.at, ctx.by());
    match before {
        Some(b) => ctx.keep(b.change(at, &by, details)?, false).await,
        None => ctx.keep(Household::register(id, at, &by, s.code, details)?, true).await,
    }
}

/// Erases who lives in a household, with the photos of its home and its signatures.
async fn erase(ctx: &mut Ctx<'_>, needs: Needs, id: Uuid) -> Result<Done, AppError> {
    let h: Household = ctx.record(id, "household").await?;
    served_by(ctx, needs, h.details.unit).await?;
    let (at, by) = (ctx.at, ctx.by());
    let moved = h.erase(at, &by)?;
    for sheet in table::sheets_in(ctx.tx.conn(), id).await?.into_iter().filter(|s| !s.erased) {
        ctx.tx.erase(sheet.id, ctx.now).await?;
        let photos = ctx.tx.erase_files(sheet.id, ctx.now).await?;
        ctx.keep(sheet.erase(at, &by, photos)?, false).await?;
    }
    ctx.tx.erase(id, ctx.now).await?;
    ctx.keep(moved, false).await
}

/// What a form says of what was done.
struct Work {
    items: Vec<QuantityIn>,
    materials: Vec<MaterialIn>,
    before: Vec<String>,
    after: Vec<String>,
    next_visit: Option<Date>,
}

/// Where what is wrong with a sheet is told.
fn field_of(rule: HouseholdRule) -> &'static str {
    use HouseholdRule as R;
    match rule {
        R::MaterialUnnamed | R::ChargeWithoutReason => "materials",
        R::PhotoMissing => "photos",
        R::NextVisitBefore => "next_visit",
        R::Erased | R::NotAnOrder | R::NoItems | R::Quantity | R::ItemTwice | R::Confirmed | R::SignatureMissing => {
            "items"
        }
    }
}

/// What was done, once nothing is wrong with it; else everything that is.
async fn done(ctx: &mut Ctx<'_>, sheet: Uuid, before: Option<&DoneSheet>, w: Work) -> Result<SheetDetails, AppError> {
    let mut faults = Vec::new();
    let mut materials = Vec::new();
    for m in w.materials {
        let charge = match m.charge.trim() {
            "" => Ok(Money::default()),
            text => Money::parse(text),
        };
        if charge.is_err() {
            faults.push(FieldError::with("materials", "sheet_charge", &m.charge));
        }
        let reason = ctx.words(sheet, &m.reason)?;
        materials.push(Material { item: m.item.trim().to_owned(), n: m.n, charge: charge.unwrap_or_default(), reason });
    }
    // Photos of before stay where the sheet is filled in again.
    let mut shown = (before.map(|b| b.details.before.clone()).unwrap_or_default(), Vec::new());
    for photo in ctx.photos(sheet, &w.before).await? {
        if !shown.0.contains(&photo) {
            shown.0.push(photo);
        }
    }
    shown.1.extend(ctx.photos(sheet, &w.after).await?);
    let details = SheetDetails {
        day: ctx.day(),
        items: w.items.into_iter().map(|q| Quantity { item: q.item, n: q.n }).collect(),
        materials,
        before: shown.0,
        after: shown.1,
        next_visit: w.next_visit,
    };
    faults.extend(details.faults().into_iter().map(|(rule, about)| {
        let fault = FieldError::new(field_of(rule), rule.as_str());
        if about.is_empty() { fault } else { FieldError::with(field_of(rule), rule.as_str(), about) }
    }));
    fail(faults)?;
    Ok(details)
}

/// Fills in the sheet of an order and submits the order: one is not without the other.
async fn put_sheet(ctx: &mut Ctx<'_>, id: Uuid, matter: Uuid, how: &str, w: Work) -> Result<Done, AppError> {
    // What was last seen is the sheet's, not the matter's.
    let seen = ctx.if_match.take();
    let m = matters::open(ctx, matter, MatterNeeds::Act(MatterAction::Submit)).await?;
    ctx.if_match = seen;
    let of = ordered_by(&m).ok_or_else(|| Refusal::rule(HouseholdRule::NotAnOrder, ""))?;
    let household: Household = ctx.named("matter", of, "household").await?;
    household.known()?;
    let before =
        if ctx.known::<DoneSheet>(id).await? { Some(ctx.record::<DoneSheet>(id, "sheet").await?) } else { None };
    let other = table::sheet_of(ctx.tx.conn(), m.id).await?;
    if before.as_ref().is_some_and(|b| b.matter != m.id) || other.is_some_and(|o| o.id != id) {
        return Err(AppError::field("matter", "sheet_other"));
    }
    let details = done(ctx, id, before.as_ref(), w).await?;
    let (at, by, law) = (ctx.at, ctx.by(), ctx.policies.law());
    let how = ctx.needed_words("how", matter, how)?;
    let (unit, order) = (m.unit, m.id);
    // The photos are the sheet's, so that they go with whoever lives there.
    let moved = m.submit(&law, at, &by, how, Vec::new())?;
    matters::update(ctx, moved).await?;
    match before {
        Some(b) => ctx.keep(b.change(at, &by, details)?, false).await,
        None => ctx.keep(DoneSheet::fill_in(id, at, &by, (order, household.id, unit), details)?, true).await,
    }
}

/// Whoever raised an order calls it solved over his link: that confirms its sheet, where nobody recorded it before.
pub(crate) async fn confirmed_by_link(ctx: &mut Ctx<'_>, order: MatterId) -> Result<(), AppError> {
    let by = ctx.by();
    if !matches!(by, By::Raiser(_) | By::Partner(_)) {
        return Ok(());
    }
    let sheet = table::sheet_of(ctx.tx.conn(), order).await?;
    if let Some(sheet) = sheet.filter(|s| s.confirmed.is_none()) {
        let at = ctx.at;
        ctx.keep(sheet.confirm(at, &by, ConfirmedHow::Link, None)?, false).await?;
    }
    Ok(())
}

pub(crate) async fn run(ctx: &mut Ctx<'_>, command: HouseholdCommand) -> Result<Done, AppError> {
    use HouseholdCommand as C;
    let needs = command.needs();
    match command {
        C::PutHousehold { household, code, unit, community, consent, resident } => {
            put(ctx, needs, household, Said { code, unit, community, consent, resident }).await
        }
        C::EraseHousehold { household } => erase(ctx, needs, household).await,
        C::PutDoneSheet { sheet, matter, items, materials, before, after, how, next_visit } => {
            put_sheet(ctx, sheet, matter, &how, Work { items, materials, before, after, next_visit }).await
        }
        C::ConfirmSheet { sheet: id, how, signature } => {
            let sheet: DoneSheet = ctx.record(id, "sheet").await?;
            served_by(ctx, needs, sheet.unit).await?;
            let signature: Vec<String> = signature.into_iter().collect();
            let signature = ctx.photos(id, &signature).await?.pop();
            let (at, by) = (ctx.at, ctx.by());
            ctx.keep(sheet.confirm(at, &by, how, signature)?, false).await
        }
    }
}
