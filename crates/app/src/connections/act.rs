//! Use cases of connections: read what was typed, ask access, let the law decide, write. Typed values are refused in
//! the field's words, all of them at once. An application that arrives twice within a second is one.

use super::command::{ApplicationIn, CallIn, ConnectionCommand, Needs, SchemeIn, SupplyPlanIn};
use super::phone::months_from;
use crate::frame::error::{AppError, FieldError};
use crate::frame::input::ContactIn;
use crate::frame::phrases::{filled, phrases};
use crate::frame::work::{Ctx, Done};
use crate::matters::act::{self as matters, load, subject, update};
use crate::matters::command::MatterCommand;
use uuid::Uuid;
use yixian_domain::access::{Actor, Ask};
use yixian_domain::connection::area::Areas;
use yixian_domain::connection::law::Apply;
use yixian_domain::connection::*;
use yixian_domain::ids::*;
use yixian_domain::matter::*;
use yixian_domain::org::{Role, UnitKind};
use yixian_domain::time::{Date, Instant};
use yixian_store::ledger::{canonical, sha256};
use yixian_store::{connection as table, org, words};

/// Applications of one content within so many milliseconds are one.
const TWIN_MS: i64 = 1_000;
/// Lines of a plan.
const MAX_LINES: usize = 40;
/// Longest district, street, line or source, characters.
const MAX_SHORT: usize = 200;

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
            let cost = Cost {
                counterfactual: plan("counterfactual", counterfactual, &mut faults),
                chosen: plan("chosen", chosen, &mut faults),
                paid: money("paid", &paid, &mut faults),
            };
            if !faults.is_empty() {
                return Err(AppError::Invalid(faults));
            }
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
    let (MatterCommand::RecordAttempt { matter, .. } | MatterCommand::Rate { matter, .. }) = command else {
        return Ok(None);
    };
    let m = matters::open(ctx, *matter, command.needs()).await?;
    if m.case.is_none() {
        return Ok(None);
    }
    Ok(match command {
        MatterCommand::RecordAttempt { note, .. } => Some(call_back(ctx, m, CallIn::NotReached, note, None).await?),
        MatterCommand::Rate { verdict, words, .. } => {
            Some(rate(ctx, m, said(*verdict), Vec::new(), words, None).await?)
        }
        _ => None,
    })
}

fn once<T: Ord>(mut all: Vec<T>) -> Vec<T> {
    all.sort_unstable();
    all.dedup();
    all
}

fn short(field: &'static str, text: &str, faults: &mut Vec<FieldError>) -> String {
    let text = text.replace('\0', "").trim().to_owned();
    if text.chars().count() > MAX_SHORT {
        faults.push(FieldError::with(field, "text_too_long", MAX_SHORT));
    }
    text
}

fn capacity(field: &'static str, text: &str, faults: &mut Vec<FieldError>) -> Capacity {
    Capacity::parse(text).unwrap_or_else(|e| {
        faults.push(FieldError::value(field, &e));
        Capacity::watts(0)
    })
}

fn money(field: &'static str, text: &str, faults: &mut Vec<FieldError>) -> Money {
    Money::parse(text).unwrap_or_else(|e| {
        faults.push(FieldError::value(field, &e));
        Money(0)
    })
}

fn plan(field: &'static str, p: SupplyPlanIn, faults: &mut Vec<FieldError>) -> Plan {
    if p.lines.len() > MAX_LINES {
        faults.push(FieldError::with(field, "too_many_lines", MAX_LINES));
    }
    let lines = p
        .lines
        .into_iter()
        .take(MAX_LINES)
        .map(|(name, amount)| LineItem { name: short(field, &name, faults), amount: money(field, &amount, faults) })
        .collect();
    Plan {
        voltage: p.voltage,
        capacity: capacity(field, &p.capacity, faults),
        lines,
        days: p.days,
        source: short(field, &p.source, faults),
    }
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

/// An application whose values could be read.
pub(crate) struct ReadApplication {
    pub asked: Application,
    pub phone: Phone,
    pub credit_code: Option<CreditCode>,
    pub address: String,
}

/// Reads what was typed; every fault, not the first only. The address is kept elsewhere; the area follows from the street
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
        street,
        address: None,
        setting,
        purpose: a.purpose,
        capacity,
        voltage: a.voltage,
        dual: a.dual,
        temporary: a.temporary,
        important: a.important,
        exclusions: once(a.exclusions.clone()),
        reference,
    };
    Ok(ReadApplication { asked, phone, credit_code, address })
}

impl crate::App {
    /// The keyed hashes of party and address, by which split applications are found.
    pub(crate) fn connection_keys(&self, r: &ReadApplication) -> (String, String) {
        let party = r.credit_code.as_ref().map_or(r.phone.as_str(), CreditCode::as_str);
        let plain: String = r.address.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        (self.keyed("party", party), self.keyed("address", &format!("{}\n{plain}", r.asked.district)))
    }
}

/// What the clerk or customer need not see on the list of matters: neither name nor address.
fn what(asked: &Application, said: &str) -> String {
    if said.trim().is_empty() {
        filled(&phrases().applied, &[("capacity", &asked.capacity.to_string()), ("district", &asked.district)])
    } else {
        said.to_owned()
    }
}

async fn apply(ctx: &mut Ctx<'_>, id: MatterId, a: ApplicationIn) -> Result<Done, AppError> {
    ctx.ask(&Ask::Apply)?;
    let outside = *ctx.actor == Actor::Anonymous;
    if matches!(a.origin, Origin::Visit | Origin::Import) || outside && a.origin != Origin::Web {
        return Err(AppError::field("origin", "origin"));
    }
    let mut r = read(&a, &ctx.policies.areas)?;
    if outside && !a.proof.as_deref().is_some_and(|p| ctx.app.proves(p, r.phone.as_str())) {
        return Err(AppError::field("code", "code_needed"));
    }
    let (party, address) = ctx.app.connection_keys(&r);
    let content = sha256(canonical(&ApplicationIn { proof: None, ..a.clone() })?.as_bytes());
    let content = ctx.app.keyed("content", &content);
    let (from, to) = (ctx.at.plus_millis(-TWIN_MS), ctx.at.plus_millis(TWIN_MS));
    if let Some((first, n)) = table::twin(ctx.tx.conn(), &party, &content, from, to).await? {
        let rev = yixian_store::matter::matter(ctx.tx.conn(), first).await?.map(|s| s.matter.rev);
        return Ok(Done { rev, number: Some(n), record: Some(first.0) });
    }
    if yixian_store::matter::matter(ctx.tx.conn(), id).await?.is_some() {
        return Err(AppError::IdReused);
    }
    let near = earlier(ctx, &party, &address, ctx.at, None).await?;
    let unit = match a.unit.map(UnitId) {
        Some(unit) => matters::home(ctx, Some(unit), None).await?.id,
        None => serving(ctx, &r.asked.district).await?,
    };
    let text = what(&r.asked, &a.words);
    let said = ctx.needed_words("words", id.0, &text)?;
    r.asked.address = ctx.words(id.0, &r.address)?;
    let mut papers = Vec::new();
    for p in &a.papers {
        let photos = ctx.photos(id.0, &p.photos).await?;
        let at = (!photos.is_empty()).then_some(ctx.at);
        papers.push(Paper { kind: p.kind, photos, at });
    }
    let contact = ctx.contact(id, &ContactIn { name: a.name.clone(), phone: r.phone.as_str().to_owned() }).await?;
    if let Some(code) = &r.credit_code {
        ctx.tx.put_credit_code(contact, code.as_str()).await?;
    }
    let by = By::Raiser(contact);
    let recorded_by = if outside { by.clone() } else { ctx.by() };
    let place = a.place.map(PlaceId);
    if let Some(p) = place
        && yixian_store::place::place(ctx.tx.conn(), p).await?.is_none()
    {
        return Err(AppError::field("place", "place"));
    }
    let application = Apply {
        id,
        origin: a.origin,
        by,
        recorded_by,
        at: ctx.at,
        words: said,
        place,
        unit,
        asked: r.asked,
        flags: once(a.flags),
        papers,
        near,
    };
    let moved = Matter::apply_for(&ctx.law(), application)?;
    let text = yixian_store::search::text(&subject(&text), None);
    ctx.tx.with_connection_keys(id, [party, address, content]);
    matters::insert(ctx, moved, &text).await
}

/// Capacity of the other applications of the party or at the address in the months before `at`.
async fn earlier(
    ctx: &mut Ctx<'_>,
    party: &str,
    address: &str,
    at: Instant,
    but: Option<MatterId>,
) -> Result<Capacity, AppError> {
    let since = months_from(&ctx.policies.zone, at, -i64::from(ctx.policies.eligibility.split_months()));
    let others = table::near(ctx.tx.conn(), party, address, since, at).await?;
    Ok(others.iter().filter(|s| Some(s.case) != but).fold(Capacity::watts(0), |sum, s| sum.plus(s.capacity)))
}

/// The unit that serves a district: the district company whose name bears it, else the root.
async fn serving(ctx: &mut Ctx<'_>, district: &str) -> Result<UnitId, AppError> {
    let name = district.trim_end_matches(|c| phrases().district_ends.contains(c));
    let units = org::units(ctx.tx.conn()).await?;
    let found = units.iter().find(|u| u.kind == UnitKind::DistrictCompany && !name.is_empty() && u.name.contains(name));
    found
        .or_else(|| units.iter().find(|u| u.parent.is_none()))
        .map(|u| u.id)
        .ok_or_else(|| AppError::field("unit", "no_unit_yet"))
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
    let moved = m.rate_service(at, &by, satisfaction, once(reasons), words, opened, false)?;
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
    let raiser =
        contact.map(|(name, phone)| ContactIn { name: name.unwrap_or_default(), phone: phone.unwrap_or_default() });
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
