//! Use cases of the organisation: units, people with roles, places, exemptions. Forms and CSV
//! imports both come through here.

use super::command::{Needs, OrganisationCommand, RoleIn, keep_rules};
use crate::frame::clock::real_now;
use crate::frame::error::{AppError, FieldError, fail};
use crate::frame::input;
use crate::frame::policy;
use crate::frame::work::{Ctx, Done};
use uuid::Uuid;
use yixian_domain::access::Ask;
use yixian_domain::base::fold::blank;
use yixian_domain::ids::*;
use yixian_domain::matter::ErasureGround;
use yixian_domain::org::{Person, Role, Unit, UnitPath, valid_code};
use yixian_domain::place::Place;
use yixian_domain::refusal::Refusal;
use yixian_domain::time::Date;
use yixian_store::ledger::{NewEvent, RecordKind, canonical};
use yixian_store::security::Security;
use yixian_store::{StoreError, org, place, retention};

pub(crate) const MAX_NAME: usize = 120;

pub(crate) fn check(code: &str, name: &str) -> Vec<FieldError> {
    let mut faults = Vec::new();
    if !valid_code(code) {
        faults.push(FieldError::new("code", "code"));
    }
    if blank(name) {
        faults.push(FieldError::new("name", "name_needed"));
    } else if name.chars().count() > MAX_NAME {
        faults.push(FieldError::with("name", "name_too_long", MAX_NAME));
    }
    faults
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

/// What of a command cannot be taken, whoever sends it.
fn faults(command: &OrganisationCommand) -> Vec<FieldError> {
    use OrganisationCommand as C;
    match command {
        C::PutUnit { code, name, .. } | C::PutPerson { code, name, .. } => check(code, name),
        C::PutPlace { code, name, district, .. } => {
            let mut faults = check(code, name);
            if blank(district) {
                faults.push(FieldError::new("district", "district_needed"));
            }
            faults
        }
        C::PutRetention { keep } => keep_rules(keep).map_or_else(|faults| faults, |_| Vec::new()),
        C::Exempt { .. } | C::ErasePerson { .. } => Vec::new(),
    }
}

async fn unit(ctx: &mut Ctx<'_>, field: &'static str, id: Uuid) -> Result<Unit, AppError> {
    org::unit(ctx.tx.conn(), UnitId(id)).await?.ok_or_else(|| AppError::field(field, "unit"))
}

async fn path_of(ctx: &mut Ctx<'_>, unit: UnitId) -> Result<Option<UnitPath>, AppError> {
    Ok(org::unit(ctx.tx.conn(), unit).await?.map(|u| u.path))
}

/// The units a command touches: where what it names will be, and where it was.
async fn touched(ctx: &mut Ctx<'_>, command: &OrganisationCommand) -> Result<Vec<UnitPath>, AppError> {
    use OrganisationCommand as C;
    let root = org::root(ctx.tx.conn()).await?.map(|u| u.path);
    Ok(match command {
        C::PutUnit { unit: id, code, parent, .. } => {
            let path = match (path_of(ctx, UnitId(*id)).await?, parent) {
                (Some(path), _) => path,
                (None, Some(parent)) => unit(ctx, "parent", *parent).await?.path.child(code),
                (None, None) => root.unwrap_or_else(|| UnitPath::root(code)),
            };
            vec![path]
        }
        C::PutPerson { person, unit: of, roles, from, to, .. } => {
            let id = PersonId(*person);
            let mut all = vec![unit(ctx, "unit", *of).await?.path];
            let held = org::grants(ctx.tx.conn(), id).await?;
            // Nobody takes a person, or what he holds, out of units that are not his own: nor by ending his time or moving
            // him, which ends all he holds.
            if let Some(before) = org::person(ctx.tx.conn(), id).await? {
                all.extend(path_of(ctx, before.unit).await?);
                if (before.unit, before.from, before.to) != (UnitId(*of), *from, *to) {
                    all.extend(held.iter().map(|h| h.over.clone()));
                }
            }
            let mut given = Vec::new();
            for r in roles.iter().flatten() {
                given.push((r.role, unit(ctx, "roles", r.unit).await?.path));
            }
            // Nobody gives more than he has: the role's subtree must be his own. What the person holds already is not given.
            all.extend(
                given.iter().filter(|g| !held.iter().any(|h| (h.role, &h.over) == (g.0, &g.1))).map(|g| g.1.clone()),
            );
            if roles.is_some() {
                all.extend(
                    held.into_iter()
                        .filter(|h| !given.iter().any(|g| (g.0, &g.1) == (h.role, &h.over)))
                        .map(|h| h.over),
                );
            }
            all
        }
        C::PutPlace { place: id, unit: of, .. } => {
            let mut all = vec![match of {
                Some(of) => unit(ctx, "unit", *of).await?.path,
                None => root.clone().ok_or_else(|| AppError::field("unit", "no_unit_yet"))?,
            }];
            if let Some(before) = place::place(ctx.tx.conn(), PlaceId(*id)).await? {
                all.extend(match before.unit {
                    Some(was) => path_of(ctx, was).await?,
                    None => root,
                });
            }
            all
        }
        C::Exempt { person, .. } | C::ErasePerson { person, .. } => {
            let p = org::person(ctx.tx.conn(), PersonId(*person)).await?.ok_or(AppError::NotFound("person"))?;
            vec![path_of(ctx, p.unit).await?.ok_or_else(|| StoreError::corrupt("person", "unit is missing"))?]
        }
        // They hold for the whole company.
        C::PutRetention { .. } => vec![root.ok_or_else(|| AppError::field("unit", "no_unit_yet"))?],
    })
}

async fn admit(ctx: &mut Ctx<'_>, command: &OrganisationCommand) -> Result<(), AppError> {
    match command.needs() {
        Needs::Administer => {
            for path in touched(ctx, command).await? {
                ctx.ask(&Ask::Administer(&path))?;
            }
        }
    }
    Ok(())
}

/// Refuses what would leave nobody who administers the company: today, or once those have left whose last day is known.
async fn keeps_an_administrator(ctx: &mut Ctx<'_>, p: &Person, roles: Option<&[RoleIn]>) -> Result<(), AppError> {
    let Some(root) = org::root(ctx.tx.conn()).await? else { return Ok(()) };
    let mut held: Vec<PersonId> = Vec::new();
    for (person, role, unit) in org::all_grants(ctx.tx.conn()).await? {
        if role == Role::Administrator && unit == root.id && !held.contains(&person) {
            held.push(person);
        }
    }
    let Some(before) = org::person(ctx.tx.conn(), p.id).await?.filter(|_| held.contains(&p.id)) else { return Ok(()) };
    let keeps = roles.is_none_or(|all| all.iter().any(|r| r.role == Role::Administrator && r.unit == root.id.0));
    let mut others = Vec::new();
    for id in held.into_iter().filter(|id| *id != p.id) {
        others.extend(org::person(ctx.tx.conn(), id).await?);
    }
    let serves = |p: &Person| ctx.app.serves(p.from, p.to);
    let stays = |p: &Person| p.to.is_none();
    for holds in [&serves as &(dyn Fn(&Person) -> bool + Sync), &stays] {
        if holds(&before) && !(keeps && holds(p)) && !others.iter().any(holds) {
            return Err(Refusal::LastAdministrator.into());
        }
    }
    Ok(())
}

/// Ends a unit on a day, where it would last longer: what it was is over. Whoever asks has asked access.
pub(crate) async fn end_unit(ctx: &mut Ctx<'_>, unit: Unit, on: Date) -> Result<(), AppError> {
    if unit.to.is_some_and(|to| to <= on) {
        return Ok(());
    }
    let (id, u) = (unit.id.0, Unit { to: Some(on), ..unit });
    ctx.tx.put_unit(&u).await?;
    append(ctx, RecordKind::Unit, id, "unit_changed", org::unit_told(&u)).await
}

/// Ends all that somebody who left could get in with, so that nothing works again should he come back.
async fn end_ways_in(ctx: &mut Ctx<'_>, person: PersonId) -> Result<(), AppError> {
    let ended = ctx.tx.end_credentials_of(person, real_now(), "left", |_| true).await?;
    ctx.tx.end_password_links(person, real_now(), "left").await?;
    if !ended.is_empty() {
        let told = Security {
            person: Some(person.0),
            why: Some("left".into()),
            n: Some(ended.len() as u64),
            ..Security::default()
        };
        ctx.tx.tell_security("credential_ended", ctx.by(), ctx.at, told).await?;
    }
    Ok(())
}

/// What stands where the name of somebody stood whose name was erased.
const NOBODY: &str = "—";

/// Whoever replaces a record has seen it as it is: what somebody else has changed since is not brought back in silence.
async fn not_since(ctx: &mut Ctx<'_>, record: Uuid) -> Result<(), AppError> {
    let current = ctx.tx.rev_of(record).await?;
    match ctx.if_match {
        Some(seen) if seen != current => Err(AppError::Stale { current }),
        _ => Ok(()),
    }
}

pub(crate) async fn run(ctx: &mut Ctx<'_>, command: OrganisationCommand) -> Result<Done, AppError> {
    fail(faults(&command))?;
    admit(ctx, &command).await?;
    match command {
        OrganisationCommand::PutUnit { unit, code, name, name_en, kind, parent, from, to } => {
            not_since(ctx, unit).await?;
            let id = UnitId(unit);
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
                org::unit_told(&u),
            )
            .await?;
        }
        OrganisationCommand::PutPerson { person, code, name, unit, level, specialty, duty, from, to, roles } => {
            not_since(ctx, person).await?;
            let id = PersonId(person);
            let before = org::person(ctx.tx.conn(), id).await?;
            if before.as_ref().is_some_and(|b| b.code != code)
                || org::person_by_code(ctx.tx.conn(), &code).await?.is_some_and(|p| p.id != id)
            {
                return Err(AppError::field("code", "code_taken"));
            }
            let of = org::unit(ctx.tx.conn(), UnitId(unit)).await?.ok_or_else(|| AppError::field("unit", "unit"))?;
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
            if before.is_some() {
                keeps_an_administrator(ctx, &p, roles.as_deref()).await?;
            }
            ctx.tx.put_person(&p, ctx.at).await?;
            let mut granted = Vec::new();
            let given = roles.is_some();
            if let Some(roles) = roles {
                for r in roles {
                    granted.push((r.role, self::unit(ctx, "roles", r.unit).await?.id));
                }
                ctx.tx.put_grants(id, &granted).await?;
            }
            let words = ctx.needed_words("name", person, &p.name)?;
            append(
                ctx,
                RecordKind::Person,
                person,
                if before.is_some() { "person_changed" } else { "person_made" },
                org::person_told(&p, &words, given.then_some(&granted[..])),
            )
            .await?;
            if before.is_some() && !ctx.app.serves(p.from, p.to) {
                end_ways_in(ctx, id).await?;
            }
        }
        OrganisationCommand::PutPlace { place: id, code, name, kind, district, area, point, unit } => {
            not_since(ctx, id).await?;
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
            ctx.tx.put_place(&p, ctx.at).await?;
            append(
                ctx,
                RecordKind::Place,
                id,
                if before.is_some() { "place_changed" } else { "place_made" },
                place::told(&p),
            )
            .await?;
        }
        OrganisationCommand::ErasePerson { person, ground, note } => {
            let p = org::person(ctx.tx.conn(), PersonId(person)).await?.ok_or(AppError::NotFound("person"))?;
            let today = ctx.policies.zone.date_of(ctx.now);
            if p.to.is_none_or(|to| to > today) {
                return Err(AppError::field("person", "person_here"));
            }
            if let Some(left) = retention::person(ctx.tx.conn(), p.id).await? {
                if ctx.if_match.is_some_and(|seen| seen != left.rev) {
                    return Err(AppError::Stale { current: left.rev });
                }
                if let Some(hold) = left.ties.hold().filter(|_| ground == ErasureGround::Retention) {
                    return Err(Refusal::StillNeeded { hold: hold.into() }.into());
                }
            }
            ctx.tx.erase_person(p.id, NOBODY).await?;
            let name = ctx.needed_words("name", person, NOBODY)?;
            let note = ctx.words(person, &note)?;
            let p = Person { name: NOBODY.into(), ..p };
            // Says all of the person, as every event of his does but exemptions.
            let mut told = org::person_told(&p, &name, None);
            told["ground"] = serde_json::json!(ground);
            told["note"] = serde_json::json!(note);
            append(ctx, RecordKind::Person, person, "erased", told).await?;
        }
        OrganisationCommand::PutRetention { keep } => {
            let rules = keep_rules(&keep).map_err(AppError::Invalid)?;
            let (version, _) = policy::retention(ctx.tx.conn()).await?;
            let current = u32::try_from(version).map_err(|e| StoreError::corrupt("policy", e))?;
            if ctx.if_match.is_some_and(|seen| seen != current) {
                return Err(AppError::Stale { current });
            }
            let (record, text) = (policy::record(policy::RETENTION), policy::retention_text(&rules));
            let (by, at) = (ctx.by(), ctx.at);
            let version = ctx.tx.put_policy(policy::RETENTION, record, policy::BY_FORM, &text, by, at).await?;
            return Ok(Done { rev: u32::try_from(version).ok(), number: None, record: None });
        }
        OrganisationCommand::Exempt { person, from, to, reason } => {
            let p = org::person(ctx.tx.conn(), PersonId(person)).await?.ok_or(AppError::NotFound("person"))?;
            if to < from {
                return Err(AppError::field("to", "ends_before_it_begins"));
            }
            if blank(&reason) {
                return Err(AppError::field("reason", "words_needed"));
            }
            let id = ctx.app.mint().uuid(ctx.now);
            ctx.tx.put_exemption(id, p.id, from, to, reason.trim()).await?;
            let words = ctx.needed_words("reason", person, &reason)?;
            append(ctx, RecordKind::Person, person, "exempted", org::exemption_told(id, from, to, &words)).await?;
        }
    }
    Ok(Done { rev: None, number: None, record: None })
}
