//! Use cases of connections: read what was typed, ask access, let the law decide, write. Typed values are refused in
//! the field's words, all of them at once. An application that arrives twice within a second is one.

use super::apply::{apply, earlier};
use super::command::{CallIn, ConnectionCommand, Needs, SchemeIn};
use super::typed::{capacity, money, once, plan};
use crate::frame::error::{AppError, FieldError};
use crate::frame::input::ContactIn;
use crate::frame::phrases::{filled, phrases};
use crate::frame::work::{Ctx, Done};
use crate::matters::act::{self as matters, load, update};
use crate::matters::command::MatterCommand;
use uuid::Uuid;
use yixian_domain::access::Ask;
use yixian_domain::connection::*;
use yixian_domain::ids::*;
use yixian_domain::matter::*;
use yixian_domain::org::Role;
use yixian_domain::time::Date;
use yixian_store::{connection as table, org, words};

/// The connection a command acts on, once access has said yes and nothing newer was seen.
async fn open(ctx: &mut Ctx<'_>, id: Uuid, needs: Needs) -> Result<Matter, AppError> {
    let (stored, facts) = load(ctx, MatterId(id)).await?;
    match needs {
        Needs::Apply => ctx.ask(&Ask::Apply)?,
        Needs::Act(action) => action.needs().asked(ctx.actor, &facts)?,
    }
    let m = stored.matter;
    if let Some(seen) = ctx.if_match
        && seen != m.rev
    {
        return Err(AppError::Stale { current: m.rev });
    }
    m.connection()?;
    Ok(m)
}

pub(crate) async fn run(ctx: &mut Ctx<'_>, command: ConnectionCommand) -> Result<Done, AppError> {
    use ConnectionCommand as C;
    let needs = command.needs();
    let (at, by, law) = (ctx.at, ctx.by(), ctx.policies.law());
    let moved = match command {
        C::ApplyConnection { connection, application } => return apply(ctx, MatterId(connection), *application).await,
        C::SurveyConnection { connection, works, words, photos } => {
            let m = open(ctx, connection, needs).await?;
            let words = ctx.words(connection, &words)?;
            let photos = ctx.photos(connection, &photos).await?;
            m.survey(&law, at, &by, works, words, photos)?
        }
        C::ReplyScheme { connection, scheme } => {
            let m = open(ctx, connection, needs).await?;
            let scheme = read_scheme(ctx, connection, scheme)?;
            m.reply_scheme(at, &by, scheme)?
        }
        C::SetConnectionCost { connection, counterfactual, chosen, paid } => {
            let m = open(ctx, connection, needs).await?;
            let mut faults = Vec::new();
            let counterfactual = plan("counterfactual", counterfactual, &mut faults);
            let chosen = plan("chosen", chosen, &mut faults);
            let paid = money("paid", &paid, &mut faults);
            if !faults.is_empty() {
                return Err(AppError::Invalid(faults));
            }
            let counterfactual = counterfactual.kept(ctx, connection)?;
            let cost = Cost { counterfactual, chosen: chosen.kept(ctx, connection)?, paid };
            m.cost(at, &by, cost)?
        }
        C::OverrideEligibility { connection, eligible, reason } => {
            let m = open(ctx, connection, needs).await?;
            let reason = ctx.needed_words("reason", connection, &reason)?;
            m.override_eligibility(&law, at, &by, eligible, reason)?
        }
        C::CorrectApplication { connection, size, setting, capacity: kw, voltage, exclusions, reason } => {
            let m = open(ctx, connection, needs).await?;
            let mut faults = Vec::new();
            let correction = Correction {
                size,
                setting,
                capacity: capacity("capacity", &kw, &mut faults),
                voltage,
                exclusions: once(exclusions),
            };
            if !faults.is_empty() {
                return Err(AppError::Invalid(faults));
            }
            let near = match table::keys(ctx.tx.conn(), m.id).await? {
                Some((party, address)) => earlier(ctx, &party, &address, m.raised.at, Some(m.id)).await?,
                None => Capacity::watts(0),
            };
            let reason = ctx.needed_words("reason", connection, &reason)?;
            m.correct(&law, at, &by, correction, near, reason)?
        }
        C::FlagConnection { connection, flags } => {
            let m = open(ctx, connection, needs).await?;
            m.flag(at, &by, once(flags))?
        }
        C::AddPaper { connection, kind, photos } => {
            let m = open(ctx, connection, needs).await?;
            let photos = ctx.photos(connection, &photos).await?;
            m.add_paper(at, &by, kind, photos)?
        }
        C::Energize { connection, how, photos } => {
            let m = open(ctx, connection, needs).await?;
            let how = ctx.needed_words("how", connection, &how)?;
            let photos = ctx.photos(connection, &photos).await?;
            m.energize(&law, at, &by, how, photos)?
        }
        C::WithdrawConnection { connection, reason } => {
            let m = open(ctx, connection, needs).await?;
            let reason = ctx.needed_words("reason", connection, &reason)?;
            m.withdraw(at, &by, reason)?
        }
        C::CallBack { connection, call, words, problem } => {
            let m = open(ctx, connection, needs).await?;
            return call_back(ctx, m, call, &words, problem).await;
        }
        C::RateConnection { connection, satisfaction, reasons, words, problem } => {
            let m = open(ctx, connection, needs).await?;
            return rate(ctx, m, satisfaction, reasons, &words, problem).await;
        }
    };
    update(ctx, moved).await
}

/// What two of the matter's commands do where it is a connection: a try to reach the raiser is a call-back that reached
/// nobody, a verdict is the customer's word on the service. None where the matter itself is to do it.
pub(crate) async fn instead(ctx: &mut Ctx<'_>, command: &MatterCommand) -> Result<Option<Done>, AppError> {
    let done = match command {
        MatterCommand::RecordAttempt { note, .. } => match of_a_case(ctx, command).await? {
            Some(m) => call_back(ctx, m, CallIn::NotReached, note, None).await?,
            None => return Ok(None),
        },
        MatterCommand::Rate { verdict, words, .. } => match of_a_case(ctx, command).await? {
            Some(m) => rate(ctx, m, said(*verdict), Vec::new(), words, None).await?,
            None => return Ok(None),
        },
        MatterCommand::RaiseMatter { .. }
        | MatterCommand::Relate { .. }
        | MatterCommand::Assign { .. }
        | MatterCommand::Transfer { .. }
        | MatterCommand::Merge { .. }
        | MatterCommand::Separate { .. }
        | MatterCommand::Refuse { .. }
        | MatterCommand::Accept { .. }
        | MatterCommand::AskExtension { .. }
        | MatterCommand::AskPause { .. }
        | MatterCommand::Decide { .. }
        | MatterCommand::Resume { .. }
        | MatterCommand::Advance { .. }
        | MatterCommand::Submit { .. }
        | MatterCommand::Verify { .. }
        | MatterCommand::Return { .. }
        | MatterCommand::Answer { .. }
        | MatterCommand::Comment { .. }
        | MatterCommand::GiveLink { .. }
        | MatterCommand::Disclose { .. }
        | MatterCommand::EraseWords { .. } => return Ok(None),
    };
    Ok(Some(done))
}

/// The matter of a command, for whoever may do that to it; nothing when it carries no case.
async fn of_a_case(ctx: &mut Ctx<'_>, command: &MatterCommand) -> Result<Option<Matter>, AppError> {
    let m = matters::open(ctx, command.record(), command.needs()).await?;
    Ok(m.case.is_some().then_some(m))
}

fn read_scheme(ctx: &mut Ctx<'_>, record: Uuid, s: SchemeIn) -> Result<Scheme, AppError> {
    let mut faults = Vec::new();
    let capacity = capacity("capacity", &s.capacity, &mut faults);
    if !faults.is_empty() {
        return Err(AppError::Invalid(faults));
    }
    let words = ctx.words(record, &s.words)?;
    Ok(Scheme { voltage: s.voltage, capacity, dual: s.dual, works: s.works, words, at: ctx.at })
}

/// What a verdict on a matter means of a service.
fn said(verdict: Verdict) -> Satisfaction {
    match verdict {
        Verdict::Solved => Satisfaction::Satisfied,
        Verdict::Partly => Satisfaction::Basically,
        Verdict::Not => Satisfaction::Not,
    }
}

/// The customer's own word; "not satisfied" opens a problem with another handler.
async fn rate(
    ctx: &mut Ctx<'_>,
    m: Matter,
    satisfaction: Satisfaction,
    reasons: Vec<Complaint>,
    text: &str,
    problem: Option<Uuid>,
) -> Result<Done, AppError> {
    m.allows(MatterAction::Rate)?;
    let (at, by, record) = (ctx.at, ctx.by(), m.id.0);
    let words = ctx.words(record, text)?;
    let opened = open_problem(ctx, &m, satisfaction, &reasons, text, problem).await?;
    let moved = m.rate_service(at, &by, satisfaction, once(reasons), words, opened, ctx.actor.voice())?;
    update(ctx, moved).await
}

async fn call_back(
    ctx: &mut Ctx<'_>,
    m: Matter,
    call: CallIn,
    text: &str,
    problem: Option<Uuid>,
) -> Result<Done, AppError> {
    if !m.connection()?.may_call() {
        return Err(yixian_domain::refusal::Refusal::AlreadyCalled.into());
    }
    m.allows(MatterAction::RecordAttempt)?;
    let (at, by, record) = (ctx.at, ctx.by(), m.id.0);
    let call = match call {
        CallIn::NotReached => CallOutcome::NotReached,
        CallIn::Refused => CallOutcome::Refused,
        CallIn::Reached { applied_on, steps, paid, designated, satisfaction, reasons } => {
            let mut faults = Vec::new();
            let paid = paid.filter(|p| !p.trim().is_empty()).map(|p| money("paid", &p, &mut faults));
            if applied_on.is_some_and(|d| !remembered(ctx, d)) {
                faults.push(FieldError::new("applied_on", "date"));
            }
            if !faults.is_empty() {
                return Err(AppError::Invalid(faults));
            }
            CallOutcome::Reached { applied_on, steps, paid, designated, satisfaction, reasons: once(reasons) }
        }
    };
    let words = ctx.words(record, text)?;
    let note = match &words {
        Some(w) => w.clone(),
        None => ctx.needed_words("words", record, &phrases().not_reached)?,
    };
    let opened = match &call {
        CallOutcome::Reached { satisfaction: Some(said), reasons, .. } => {
            open_problem(ctx, &m, *said, reasons, text, problem).await?
        }
        _ => None,
    };
    let law = ctx.policies.law();
    let moved = m.call_back(&law, at, &by, call, words, note, opened)?;
    update(ctx, moved).await
}

/// A day a customer can remember: not in the future.
fn remembered(ctx: &Ctx<'_>, day: Date) -> bool {
    day <= ctx.policies.zone.date_of(ctx.now)
}

/// Raises the problem of a customer who is not satisfied, in his name, and names another handler for it.
async fn open_problem(
    ctx: &mut Ctx<'_>,
    m: &Matter,
    said: Satisfaction,
    reasons: &[Complaint],
    text: &str,
    problem: Option<Uuid>,
) -> Result<Option<MatterId>, AppError> {
    if said != Satisfaction::Not {
        return Ok(None);
    }
    let id = MatterId(problem.unwrap_or_else(|| ctx.app.mint().uuid(ctx.now)));
    let contact = match m.raised.by {
        By::Raiser(c) => words::contact(ctx.tx.conn(), c).await?,
        _ => None,
    };
    let raiser = contact.map(|(name, phone)| ContactIn {
        name: name.unwrap_or_default(),
        phone: phone.unwrap_or_default(),
        ..ContactIn::default()
    });
    let why = reasons
        .iter()
        .filter_map(|r| phrases().complaint.get(r.as_str()))
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(&phrases().between_reasons);
    let words = [
        filled(&phrases().unsatisfied, &[("why", if why.is_empty() { &phrases().unsatisfied_unsaid } else { &why })]),
        text.trim().to_owned(),
    ]
    .join("\n")
    .trim()
    .to_owned();
    let new = matters::NewMatter {
        id,
        kind: MatterKind::Problem,
        origin: if ctx.actor.person().is_some() { Origin::Counter } else { Origin::Web },
        category: "service".into(),
        words,
        place: m.raised.place,
        unit: Some(m.unit),
        visit: None,
        photos: Vec::new(),
        raiser,
        about: None,
        owed: matters::Owed::default(),
    };
    let (moved, text) = matters::raise(ctx, new, &TargetChoice::RuleIfAny).await?;
    let path = org::unit(ctx.tx.conn(), m.unit).await?.map(|u| u.path);
    let others = match path {
        Some(p) => matters::near(ctx, Role::Handler, &p).await?,
        None => Vec::new(),
    };
    let was = [m.handler, m.doer.as_ref().and_then(By::person)];
    let (at, law, unit) = (ctx.at, ctx.policies.law(), m.unit);
    // Without another handler near it waits for a coordinator, who names one.
    let moved = match others.into_iter().find(|p| !was.contains(&Some(*p))) {
        Some(other) => {
            moved.and(|p| p.assign(&law, at, &By::Rule, unit, Some(other), &TargetChoice::RuleIfAny, None))?
        }
        None => moved,
    };
    matters::insert(ctx, moved, &text).await?;
    Ok(Some(id))
}
