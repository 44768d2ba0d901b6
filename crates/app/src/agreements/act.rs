//! Use cases of agreements and commitments: register, end, promise. A promise is a matter that is given to a unit at once, with
//! its day.

use super::command::{AgreementCommand, Needs};
use crate::frame::error::{AppError, FieldError, fail};
use crate::frame::work::{Ctx, Done};
use crate::matters::act::{self as matters, NewMatter, Owed};
use crate::matters::command::AboutIn;
use crate::visits::act as visits;
use uuid::Uuid;
use yixian_domain::access::Ask;
use yixian_domain::agreement::{Agreement, AgreementDetails};
use yixian_domain::base::about::{About, AboutKind};
use yixian_domain::base::fold::blank;
use yixian_domain::deadline::Promise;
use yixian_domain::ids::*;
use yixian_domain::matter::{MatterKind, Origin, TargetChoice};
use yixian_domain::org::{Role, Unit, valid_code};
use yixian_domain::organisation::work;
use yixian_domain::part::{Commitment, Direction, Part};
use yixian_domain::partner::Partner;
use yixian_domain::refusal::Refusal;
use yixian_domain::time::Date;
use yixian_domain::visit::VisitState;
use yixian_store::{agreement as table, org};

/// Nothing, or the text without blanks around it.
fn some(text: Option<String>) -> Option<String> {
    text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty())
}

/// What a form says of an agreement.
struct Said {
    code: String,
    title: String,
    title_en: Option<String>,
    parties: Vec<Uuid>,
    ours: bool,
    unit: Uuid,
    scope: Option<String>,
    signed: Date,
    valid_to: Option<Date>,
    photos: Vec<String>,
}

/// The unit that keeps an agreement, for whoever coordinates for it: who promises in one keeps it.
async fn keeper(ctx: &mut Ctx<'_>, needs: Needs, unit: UnitId) -> Result<Unit, AppError> {
    let unit = org::unit(ctx.tx.conn(), unit).await?.ok_or_else(|| AppError::field("unit", "unit"))?;
    ctx.ask(&match needs {
        Needs::Keep | Needs::Promise => Ask::KeepAgreement(&unit.path),
    })?;
    Ok(unit)
}

async fn put(ctx: &mut Ctx<'_>, needs: Needs, id: Uuid, s: Said) -> Result<Done, AppError> {
    let known = ctx.known::<Agreement>(id).await?;
    let before = if known { Some(ctx.record::<Agreement>(id, "agreement").await?) } else { None };
    if let Some(b) = &before {
        keeper(ctx, needs, b.details.unit).await?;
    }
    let unit = keeper(ctx, needs, UnitId(s.unit)).await?;
    let mut faults = Vec::new();
    let mut fault = |wrong: bool, field: &'static str, code: &'static str| {
        if wrong {
            faults.push(FieldError::new(field, code));
        }
    };
    fault(!valid_code(&s.code), "code", "code");
    let other = table::by_code(ctx.tx.conn(), &s.code).await?;
    fault(other.is_some_and(|a| a.id != id), "code", "code_taken");
    fault(before.as_ref().is_some_and(|b| b.code != s.code), "code", "code_stays");
    fault(blank(&s.title), "title", "name_needed");
    for party in &s.parties {
        fault(!ctx.known::<Partner>(*party).await?, "parties", "partner");
    }
    fail(faults)?;
    let scope = match (s.scope, &before) {
        (Some(text), _) => ctx.words(id, &text)?,
        (None, before) => before.as_ref().and_then(|b| b.details.scope.clone()),
    };
    let mut photos = before.as_ref().map(|b| b.details.photos.clone()).unwrap_or_default();
    for photo in ctx.photos(id, &s.photos).await? {
        if !photos.contains(&photo) {
            photos.push(photo);
        }
    }
    let details = AgreementDetails {
        title: s.title.trim().to_owned(),
        title_en: some(s.title_en),
        parties: s.parties.into_iter().map(PartnerId).collect(),
        ours: s.ours,
        unit: unit.id,
        scope,
        signed: s.signed,
        valid_to: s.valid_to,
        photos,
    };
    let (at, by) = (ctx.at, ctx.by());
    match before {
        Some(b) => ctx.keep(b.change(at, &by, details)?, false).await,
        None => ctx.keep(Agreement::register(id, at, &by, s.code, details)?, true).await,
    }
}

/// Where a promise was made, once access has said yes.
struct Made {
    unit: UnitId,
    place: Option<PlaceId>,
    visit: Option<VisitId>,
    /// Those to whom, or by whom, it may have been.
    partners: Vec<PartnerId>,
}

async fn made(ctx: &mut Ctx<'_>, needs: Needs, about: AboutIn) -> Result<Made, AppError> {
    match about.kind {
        AboutKind::Visit => {
            let (stored, facts) = visits::load(ctx, about.id).await?;
            ctx.ask(&Ask::NoteMeeting(&facts))?;
            let v = stored.visit;
            match &v.state {
                VisitState::OnSite { .. } | VisitState::Finished { .. } => Ok(Made {
                    unit: v.plan.host,
                    place: Some(v.plan.place),
                    visit: Some(v.id),
                    partners: v.plan.partner.into_iter().collect(),
                }),
                state @ (VisitState::Planned | VisitState::Cancelled { .. } | VisitState::Merged { .. }) => {
                    Err(Refusal::VisitNotAtThisState { state: state.as_str() }.into())
                }
            }
        }
        AboutKind::Agreement => {
            let a: Agreement = ctx.named("about", about.id, "about").await?;
            keeper(ctx, needs, a.details.unit).await?;
            Ok(Made { unit: a.details.unit, place: None, visit: None, partners: a.details.parties })
        }
        AboutKind::Partner
        | AboutKind::Matter
        | AboutKind::Programme
        | AboutKind::Section
        | AboutKind::Conference
        | AboutKind::Topic
        | AboutKind::Aspect
        | AboutKind::Document
        | AboutKind::Session
        | AboutKind::Team
        | AboutKind::Household => Err(AppError::field("about", "about")),
    }
}

/// What was promised, as it was said.
struct Promised {
    matter: Uuid,
    about: AboutIn,
    partner: Option<Uuid>,
    direction: Direction,
    category: String,
    words: String,
    unit: Option<Uuid>,
    due: Option<Date>,
}

/// Who of ours confirms what a partner promised: whoever says so, where he coordinates for the unit, else its nearest coordinator.
async fn confirmer(ctx: &mut Ctx<'_>, unit: &Unit) -> Result<By, AppError> {
    if ctx.actor.person().is_some() && ctx.actor.holds(Role::Coordinator, &unit.path) {
        return Ok(ctx.by());
    }
    let near = matters::near(ctx, Role::Coordinator, &unit.path).await?;
    Ok(near.first().map_or_else(|| ctx.by(), |p| By::Person(*p)))
}

/// Our liaison with a partner, where he may have work of the unit in hand: he reminds.
async fn reminder(ctx: &mut Ctx<'_>, partner: &Partner, unit: &Unit) -> Result<Option<PersonId>, AppError> {
    let Some(liaison) = partner.details.liaison else { return Ok(None) };
    let Some(person) = org::person(ctx.tx.conn(), liaison).await? else { return Ok(None) };
    let grants = org::grants(ctx.tx.conn(), liaison).await?;
    let may = work::may_hold(&person, &grants, Role::Handler, &unit.path, ctx.day());
    Ok(may.is_ok().then_some(liaison))
}

async fn promise(ctx: &mut Ctx<'_>, needs: Needs, p: Promised) -> Result<Done, AppError> {
    let made = made(ctx, needs, p.about).await?;
    let unit = matters::unit_to_do(ctx, p.unit.map_or(made.unit, UnitId), "unit").await?;
    let mut faults = Vec::new();
    let partner = match (p.partner.map(PartnerId), made.partners.as_slice()) {
        // A visit whose plan named nobody: who is promised says whom they met.
        (Some(partner), []) => Some(partner),
        (Some(partner), among) if among.contains(&partner) => Some(partner),
        (Some(_), _) => {
            faults.push(FieldError::new("partner", "commitment_partner"));
            None
        }
        (None, [only]) => Some(*only),
        (None, _) => {
            faults.push(FieldError::new("partner", "partner_needed"));
            None
        }
    };
    if p.due.is_none() {
        faults.push(FieldError::new("due", "due_needed"));
    }
    if p.due.is_some_and(|due| due < ctx.day()) {
        faults.push(FieldError::new("due", "due_before"));
    }
    fail(faults)?;
    let (Some(partner), Some(due)) = (partner, p.due) else { return Err(AppError::field("due", "due_needed")) };
    let partner: Partner = ctx.named("partner", partner.0, "partner").await?;
    let (raiser, owner, handler) = match p.direction {
        Direction::Ours => (By::Partner(partner.id), None, None),
        Direction::Theirs => (confirmer(ctx, &unit).await?, Some(partner.id), reminder(ctx, &partner, &unit).await?),
    };
    let new = NewMatter {
        id: MatterId(p.matter),
        kind: MatterKind::Commitment,
        origin: if made.visit.is_some() { Origin::Visit } else { Origin::Staff },
        category: p.category,
        words: p.words,
        place: made.place,
        unit: Some(made.unit),
        visit: made.visit,
        photos: Vec::new(),
        raiser: None,
        about: Some(About::from(p.about)),
        owed: Owed { raiser: Some(raiser), owner, part: Some(Part::Commitment(Commitment { direction: p.direction })) },
    };
    let (at, by) = (ctx.at, ctx.by());
    let choice = TargetChoice::Promise(Promise::Day(due));
    let (moved, text) = matters::raise(ctx, new, &choice).await?;
    let law = ctx.policies.law();
    let moved = moved.and(|m| m.assign(&law, at, &by, unit.id, handler, &choice, None))?;
    matters::insert(ctx, moved, &text).await
}

pub(crate) async fn run(ctx: &mut Ctx<'_>, command: AgreementCommand) -> Result<Done, AppError> {
    use AgreementCommand as C;
    let needs = command.needs();
    match command {
        C::PutAgreement { agreement, code, title, title_en, parties, ours, unit, scope, signed, valid_to, photos } => {
            let said = Said { code, title, title_en, parties, ours, unit, scope, signed, valid_to, photos };
            put(ctx, needs, agreement, said).await
        }
        C::EndAgreement { agreement, on, reason } => {
            let a: Agreement = ctx.record(agreement, "agreement").await?;
            keeper(ctx, needs, a.details.unit).await?;
            let reason = ctx.needed_words("reason", agreement, &reason)?;
            let (at, by) = (ctx.at, ctx.by());
            ctx.keep(a.end(at, &by, on, reason)?, false).await
        }
        C::MakeCommitment { matter, about, partner, direction, category, words, unit, due } => {
            let said = Promised { matter, about, partner, direction, category, words, unit, due };
            promise(ctx, needs, said).await
        }
    }
}
