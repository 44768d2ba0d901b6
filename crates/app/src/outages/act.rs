//! Use cases of outages: record, end, correct, void; and customers served. A line of a file is judged by the same law.

use super::command::{Needs, OutageCommand, OutageIn};
use crate::App;
use crate::frame::error::{AppError, FieldError, fail};
use crate::frame::work::{Ctx, Done};
use uuid::Uuid;
use yixian_domain::access::Ask;
use yixian_domain::base::fold::blank;
use yixian_domain::base::history::{Happened, Recorded};
use yixian_domain::ids::*;
use yixian_domain::org::valid_code;
use yixian_domain::outage::law::{MAX_CAUSE, OutageFault, faults};
use yixian_domain::outage::served::{MOST_SERVED, ServedBase, ServedEvent};
use yixian_domain::outage::{Outage, OutageEvent, OutageFacts};
use yixian_domain::refusal::Refusal;
use yixian_domain::time::{Date, Instant};
use yixian_store::{Conn, org, outage as table, place};

/// Most customers that a unit serves in a district.
pub const MAX_SERVED: u32 = MOST_SERVED;

/// The districts there are: those of places and those of the table of streets.
pub(crate) async fn districts(app: &App, conn: &mut Conn) -> Result<Vec<String>, AppError> {
    let policies = app.policies();
    let mut all = place::districts(conn).await?;
    let more: Vec<String> =
        policies.areas.districts().filter(|d| !all.iter().any(|a| a == d)).map(str::to_owned).collect();
    all.extend(more);
    Ok(all)
}

/// An instant to the second: what outages add up to is whole seconds.
pub(crate) fn to_the_second(at: Instant) -> Instant {
    Instant(at.0 - at.0.rem_euclid(1_000))
}

/// A cause as it is kept: nothing where nothing was said.
pub(crate) fn cause(text: Option<&str>) -> Option<String> {
    text.map(|t| t.replace('\0', "").trim().to_owned()).filter(|t| !blank(t))
}

/// An instant that was said, to the second.
fn read(field: &'static str, text: &str) -> Result<Instant, FieldError> {
    if blank(text) {
        return Err(FieldError::new(field, "moment_needed"));
    }
    Instant::parse(text.trim()).map(to_the_second).map_err(|_| FieldError::with(field, "moment", text))
}

/// What a form is told of a fault of the law.
pub(crate) fn told(fault: OutageFault, served: Option<u32>) -> FieldError {
    let detail = match fault {
        OutageFault::MoreThanServed => served.unwrap_or_default().to_string(),
        OutageFault::CauseTooLong => MAX_CAUSE.to_string(),
        OutageFault::EndsBefore
        | OutageFault::LastsTooLong
        | OutageFault::StartsInFuture
        | OutageFault::EndsInFuture
        | OutageFault::NobodyServed => String::new(),
    };
    FieldError::with(fault.field(), fault.as_str(), detail)
}

/// The unit whose customers they are, for whoever coordinates for it.
async fn keeper(ctx: &mut Ctx<'_>, needs: Needs, unit: Uuid) -> Result<UnitId, AppError> {
    let unit = org::unit(ctx.tx.conn(), UnitId(unit)).await?.ok_or_else(|| AppError::field("unit", "unit"))?;
    ctx.ask(&match needs {
        Needs::Keep => Ask::KeepOutages(&unit.path),
    })?;
    Ok(unit.id)
}

/// What was said of an outage, with every fault of it.
async fn facts(ctx: &mut Ctx<'_>, needs: Needs, said: &OutageIn) -> Result<OutageFacts, AppError> {
    let unit = keeper(ctx, needs, said.unit).await?;
    let mut wrong = Vec::new();
    let mut instant = |field: &'static str, text: &str| read(field, text).map_err(|fault| wrong.push(fault)).ok();
    let start = instant("start", &said.start);
    let end = said.end.as_deref().map(|text| instant("end", text));
    let customers = u32::try_from(said.customers).ok().filter(|c| *c <= MAX_SERVED);
    if customers.is_none() {
        wrong.push(FieldError::with("customers", "whole_number_upto", MAX_SERVED));
    }
    let district = said.district.trim();
    if !districts(ctx.app, ctx.tx.conn()).await?.iter().any(|d| d == district) {
        wrong.push(FieldError::new("district", "district_unknown"));
    }
    // What cannot be read is left out of what the law is asked.
    let asked = OutageFacts {
        start: start.unwrap_or(Instant(0)),
        end: end.flatten(),
        district: district.to_owned(),
        unit,
        level: said.level,
        kind: said.kind,
        customers: customers.unwrap_or_default(),
        cause: cause(said.cause.as_deref()),
    };
    let base = table::served(ctx.tx.conn(), unit, district).await?;
    let served = start.and_then(|_| base?.on(asked.day(&ctx.policies.zone)));
    let known = |f: &OutageFault| match f {
        OutageFault::NobodyServed => start.is_some() && !wrong.iter().any(|w| w.field == "district"),
        OutageFault::EndsBefore | OutageFault::LastsTooLong => start.is_some(),
        OutageFault::StartsInFuture
        | OutageFault::EndsInFuture
        | OutageFault::MoreThanServed
        | OutageFault::CauseTooLong => true,
    };
    let of_law: Vec<FieldError> =
        faults(&asked, served, ctx.now).into_iter().filter(known).map(|f| told(f, served)).collect();
    wrong.extend(of_law);
    fail(wrong)?;
    Ok(asked)
}

/// What a form says of customers served.
struct Said {
    unit: Uuid,
    district: String,
    from: Date,
    customers: i64,
}

async fn put_served(ctx: &mut Ctx<'_>, needs: Needs, id: Uuid, said: Said) -> Result<Done, AppError> {
    let unit = keeper(ctx, needs, said.unit).await?;
    let (district, from) = (said.district.trim().to_owned(), said.from);
    let customers = u32::try_from(said.customers).ok().filter(|c| *c <= MAX_SERVED);
    let mut wrong = Vec::new();
    if customers.is_none() {
        wrong.push(FieldError::with("customers", "whole_number_upto", MAX_SERVED));
    }
    if !districts(ctx.app, ctx.tx.conn()).await?.contains(&district) {
        wrong.push(FieldError::new("district", "district_unknown"));
    }
    fail(wrong)?;
    let customers = customers.unwrap_or_default();
    // Whoever does not know that something was said already adds to what was said.
    let there = table::served(ctx.tx.conn(), unit, &district).await?;
    let id = there.as_ref().map_or(id, |b| b.id);
    let before = match there {
        Some(_) => Some(ctx.record::<ServedBase>(id, "served_base").await?),
        None if ctx.known::<ServedBase>(id).await? => return Err(AppError::IdReused),
        None => None,
    };
    let by = ctx.by();
    let h = Happened { at: ctx.at, by, event: ServedEvent::Set { unit, district, from, customers } };
    match before {
        Some(b) if b.steps.iter().any(|s| s.from == from && s.customers == customers) => {
            Err(Refusal::SameAsBefore.into())
        }
        Some(mut b) => {
            b.apply(&h);
            ctx.keep((b, h), false).await
        }
        None => {
            let b = ServedBase::begin(id, &h).ok_or(Refusal::SameAsBefore)?;
            ctx.keep((b, h), true).await
        }
    }
}

/// An outage as whoever asks last saw it, of a unit he coordinates for.
async fn own(ctx: &mut Ctx<'_>, needs: Needs, id: Uuid) -> Result<Outage, AppError> {
    let o = table::outage(ctx.tx.conn(), id).await?.ok_or(AppError::NotFound("outage"))?;
    keeper(ctx, needs, o.facts.unit.0).await?;
    match ctx.if_match {
        Some(seen) if seen != o.rev => Err(AppError::Stale { current: o.rev }),
        Some(_) | None => Ok(o),
    }
}

async fn change(ctx: &mut Ctx<'_>, before: &Outage, moved: (Outage, OutageEvent)) -> Result<Done, AppError> {
    let (after, event) = moved;
    let (at, by) = (ctx.at, ctx.by());
    ctx.tx.change_outage(before, (&after, &event), at, &by, &ctx.policies.zone).await?;
    Ok(Done { rev: Some(after.rev), number: None, record: Some(after.id) })
}

pub(crate) async fn run(ctx: &mut Ctx<'_>, command: OutageCommand) -> Result<Done, AppError> {
    use OutageCommand as C;
    let needs = command.needs();
    match command {
        C::PutServed { served, unit, district, from, customers } => {
            put_served(ctx, needs, served, Said { unit, district, from, customers }).await
        }
        C::RecordOutage { outage, code, facts: said } => {
            let mut wrong = Vec::new();
            if !valid_code(&code) {
                wrong.push(FieldError::new("code", "code"));
            }
            if valid_code(&code) && !table::by_codes(ctx.tx.conn(), &[&code]).await?.is_empty() {
                wrong.push(FieldError::new("code", "code_taken"));
            }
            let facts = match facts(ctx, needs, &said).await {
                Err(AppError::Invalid(more)) => {
                    wrong.extend(more);
                    None
                }
                other => Some(other?),
            };
            fail(wrong)?;
            let Some(facts) = facts else { return Err(AppError::field("start", "instant")) };
            if table::outage(ctx.tx.conn(), outage).await?.is_some() {
                return Err(AppError::IdReused);
            }
            let (now, at, by) = (ctx.now, ctx.at, ctx.by());
            let it = Outage {
                id: outage,
                code,
                facts,
                voided: false,
                source: None,
                recorded_at: now,
                changed_at: now,
                rev: 1,
            };
            ctx.tx.record_outage(&it, at, &by, &ctx.policies.zone).await?;
            Ok(Done { rev: Some(1), number: None, record: Some(outage) })
        }
        C::EndOutage { outage, end } => {
            let o = own(ctx, needs, outage).await?;
            let end = read("end", &end).map_err(|fault| AppError::Invalid(vec![fault]))?;
            let moved = o.clone().end(ctx.now, end)?;
            let told_of = |f: &OutageFault| f.field() == "end";
            let wrong = faults(&moved.0.facts, None, ctx.now).into_iter().filter(told_of);
            fail(wrong.map(|f| told(f, None)).collect())?;
            change(ctx, &o, moved).await
        }
        C::CorrectOutage { outage, facts: said, reason } => {
            let o = own(ctx, needs, outage).await?;
            let after = facts(ctx, needs, &said).await;
            let after = match (after, blank(&reason)) {
                (Err(AppError::Invalid(mut all)), true) => {
                    all.push(FieldError::new("reason", "words_needed"));
                    return Err(AppError::Invalid(all));
                }
                (after, _) => after?,
            };
            let reason = ctx.needed_words("reason", outage, &reason)?;
            let moved = o.clone().correct(ctx.now, after, reason)?;
            change(ctx, &o, moved).await
        }
        C::VoidOutage { outage, reason } => {
            let o = own(ctx, needs, outage).await?;
            let reason = ctx.needed_words("reason", outage, &reason)?;
            let moved = o.clone().void(ctx.now, reason)?;
            change(ctx, &o, moved).await
        }
    }
}
