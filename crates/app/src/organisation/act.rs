//! Use cases of the organisation: units, people with roles, places, exemptions. Forms and CSV
//! imports both come through here.

use super::command::OrganisationCommand;
use crate::frame::error::{AppError, FieldError};
use crate::frame::input;
use crate::frame::work::{Ctx, Done};
use serde_json::json;
use uuid::Uuid;
use yixian_domain::access::Ask;
use yixian_domain::ids::*;
use yixian_domain::org::{Person, Role, Unit, UnitPath, valid_code};
use yixian_domain::place::Place;
use yixian_domain::time::Date;
use yixian_store::ledger::{NewEvent, RecordKind, canonical};
use yixian_store::{StoreError, org, place};

pub(crate) const MAX_NAME: usize = 120;

pub(crate) fn check(code: &str, name: &str) -> Vec<FieldError> {
    let mut faults = Vec::new();
    if !valid_code(code) {
        faults.push(FieldError::new("code", "code"));
    }
    if name.trim().is_empty() {
        faults.push(FieldError::new("name", "name_needed"));
    } else if name.chars().count() > MAX_NAME {
        faults.push(FieldError::with("name", "name_too_long", MAX_NAME));
    }
    faults
}

fn fail(faults: Vec<FieldError>) -> Result<(), AppError> {
    if faults.is_empty() { Ok(()) } else { Err(AppError::Invalid(faults)) }
}

async fn append(
    ctx: &mut Ctx<'_>,
    kind: RecordKind,
    record: Uuid,
    code: &'static str,
    body: serde_json::Value,
) -> Result<(), AppError> {
    let event =
        NewEvent { kind, record, code, happened_at: ctx.at, by: ctx.by(), body: canonical(&body)?, version: None };
    Ok(ctx.tx.append(event).await?)
}

/// What the ledger says of a unit.
pub(crate) fn unit_body(u: &Unit) -> serde_json::Value {
    json!({ "unit": u })
}

/// What the ledger says of a person. The name stays out of it: a person's row can be erased.
/// `roles`: what he holds from now on; none when the command left them as they were.
pub(crate) fn person_body(p: &Person, roles: Option<&[(Role, UnitId)]>) -> serde_json::Value {
    json!({ "code": p.code, "unit": p.unit, "level": p.level, "specialty": p.specialty, "duty": p.duty, "from": p.from, "to": p.to,
        "roles": roles.map(|all| all.iter().map(|(r, u)| json!({ "role": r, "unit": u })).collect::<Vec<_>>()) })
}

/// What the ledger says of a place.
pub(crate) fn place_body(p: &Place) -> serde_json::Value {
    json!({ "place": p })
}

/// What the ledger says of an exemption; the reason stays out of it.
pub(crate) fn exempted_body(from: Date, to: Date) -> serde_json::Value {
    json!({ "from": from, "to": to })
}

pub(crate) async fn run(ctx: &mut Ctx<'_>, command: OrganisationCommand) -> Result<Done, AppError> {
    match command {
        OrganisationCommand::PutUnit { unit, code, name, name_en, kind, parent, from, to } => {
            let id = UnitId(unit);
            fail(check(&code, &name))?;
            let before = org::unit(ctx.tx.conn(), id).await?;
            let same_code = org::unit_by_code(ctx.tx.conn(), &code).await?;
            if same_code.is_some_and(|u| u.id != id) {
                return Err(AppError::field("code", "code_taken"));
            }
            let path = match (&before, parent) {
                (Some(b), _) if b.code != code || b.parent != parent.map(UnitId) => {
                    return Err(AppError::field("parent", "unit_stays"));
                }
                (Some(b), _) => b.path.clone(),
                (None, Some(p)) => {
                    let p =
                        org::unit(ctx.tx.conn(), UnitId(p)).await?.ok_or_else(|| AppError::field("parent", "unit"))?;
                    p.path.child(&code)
                }
                (None, None) if org::root(ctx.tx.conn()).await?.is_some() => {
                    return Err(AppError::field("parent", "one_root"));
                }
                (None, None) => UnitPath::root(&code),
            };
            ctx.ask(&Ask::Administer(&path))?;
            let u = Unit {
                id,
                code,
                name: name.trim().to_owned(),
                name_en,
                kind,
                parent: parent.map(UnitId),
                path,
                from,
                to,
            };
            ctx.tx.put_unit(&u).await?;
            append(
                ctx,
                RecordKind::Unit,
                unit,
                if before.is_some() { "unit_changed" } else { "unit_made" },
                unit_body(&u),
            )
            .await?;
        }
        OrganisationCommand::PutPerson { person, code, name, unit, level, specialty, duty, from, to, roles } => {
            let id = PersonId(person);
            fail(check(&code, &name))?;
            let before = org::person(ctx.tx.conn(), id).await?;
            if before.as_ref().is_some_and(|b| b.code != code)
                || org::person_by_code(ctx.tx.conn(), &code).await?.is_some_and(|p| p.id != id)
            {
                return Err(AppError::field("code", "code_taken"));
            }
            let of = org::unit(ctx.tx.conn(), UnitId(unit)).await?.ok_or_else(|| AppError::field("unit", "unit"))?;
            ctx.ask(&Ask::Administer(&of.path))?;
            // Nobody takes a person, or what he holds, out of units that are not his own.
            if let Some(b) = &before
                && let Some(was) = org::unit(ctx.tx.conn(), b.unit).await?
            {
                ctx.ask(&Ask::Administer(&was.path))?;
            }
            let p = Person {
                id,
                code: code.clone(),
                name: name.trim().to_owned(),
                unit: of.id,
                level,
                specialty,
                duty,
                from,
                to,
            };
            ctx.tx.put_person(&p).await?;
            let mut granted = Vec::new();
            let given = roles.is_some();
            if let Some(roles) = roles {
                for r in roles {
                    let over = org::unit(ctx.tx.conn(), UnitId(r.unit))
                        .await?
                        .ok_or_else(|| AppError::field("roles", "unit"))?;
                    // Nobody gives more than he has: the role's subtree must be the administrator's own.
                    // What the person holds already is not given.
                    let held =
                        org::grants(ctx.tx.conn(), id).await?.iter().any(|g| g.role == r.role && g.over == over.path);
                    if !held {
                        ctx.ask(&Ask::Administer(&over.path))?;
                    }
                    granted.push((r.role, over.id));
                }
                for held in org::grants(ctx.tx.conn(), id).await? {
                    let mut stays = false;
                    for (role, over) in &granted {
                        stays = stays
                            || *role == held.role
                                && org::unit(ctx.tx.conn(), *over).await?.is_some_and(|u| u.path == held.over);
                    }
                    if !stays {
                        ctx.ask(&Ask::Administer(&held.over))?;
                    }
                }
                ctx.tx.put_grants(id, &granted).await?;
            }
            append(
                ctx,
                RecordKind::Person,
                person,
                if before.is_some() { "person_changed" } else { "person_made" },
                person_body(&p, given.then_some(&granted[..])),
            )
            .await?;
        }
        OrganisationCommand::PutPlace { place: id, code, name, kind, district, area, point, unit } => {
            let mut faults = check(&code, &name);
            if district.trim().is_empty() {
                faults.push(FieldError::new("district", "district_needed"));
            }
            fail(faults)?;
            let place_id = PlaceId(id);
            let before = place::place(ctx.tx.conn(), place_id).await?;
            if before.as_ref().is_some_and(|b| b.code != code)
                || place::by_code(ctx.tx.conn(), &code).await?.is_some_and(|p| p.id != place_id)
            {
                return Err(AppError::field("code", "code_taken"));
            }
            let of = match unit {
                Some(u) => {
                    Some(org::unit(ctx.tx.conn(), UnitId(u)).await?.ok_or_else(|| AppError::field("unit", "unit"))?)
                }
                None => None,
            };
            let root = org::root(ctx.tx.conn()).await?;
            let over = of.as_ref().or(root.as_ref()).ok_or_else(|| AppError::field("unit", "no_unit_yet"))?;
            ctx.ask(&Ask::Administer(&over.path))?;
            if let Some(b) = &before {
                let was = match b.unit {
                    Some(u) => org::unit(ctx.tx.conn(), u).await?,
                    None => root.clone(),
                };
                if let Some(was) = was {
                    ctx.ask(&Ask::Administer(&was.path))?;
                }
            }
            let point = input::point(point)?;
            let p = Place {
                id: place_id,
                code,
                name: name.trim().to_owned(),
                kind,
                district: district.trim().to_owned(),
                area,
                point,
                unit: of.map(|u| u.id),
            };
            ctx.tx.put_place(&p).await?;
            append(
                ctx,
                RecordKind::Place,
                id,
                if before.is_some() { "place_changed" } else { "place_made" },
                place_body(&p),
            )
            .await?;
        }
        OrganisationCommand::Exempt { person, from, to, reason } => {
            let p = org::person(ctx.tx.conn(), PersonId(person)).await?.ok_or(AppError::NotFound("person"))?;
            let of = org::unit(ctx.tx.conn(), p.unit)
                .await?
                .ok_or_else(|| StoreError::corrupt("person", "unit is missing"))?;
            ctx.ask(&Ask::Administer(&of.path))?;
            if to < from {
                return Err(AppError::field("to", "ends_before_it_begins"));
            }
            if reason.trim().is_empty() {
                return Err(AppError::field("reason", "words_needed"));
            }
            let id = ctx.app.mint().uuid(ctx.now);
            ctx.tx.put_exemption(id, p.id, from, to, reason.trim()).await?;
            append(ctx, RecordKind::Person, person, "exempted", exempted_body(from, to)).await?;
        }
    }
    Ok(Done { rev: None, number: None, record: None })
}
