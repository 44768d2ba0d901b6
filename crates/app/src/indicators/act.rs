//! Use cases of indicators: record what is read, draft how one is taken apart and put it in force, call campaigns. When a version
//! comes into force its new tasks become matters of their departments, and those that it has no more are merged or refused.

use super::command::{AspectIn, CityIn, IndicatorCommand, Needs, TaskIn};
use super::templates::templates;
use crate::frame::error::{AppError, FieldError, fail};
use crate::frame::work::{Ctx, Done};
use crate::matters::act::{self as matters, NewMatter, Owed};
use std::collections::HashMap;
use uuid::Uuid;
use yixian_domain::access::Ask;
use yixian_domain::base::about::{About, AboutKind};
use yixian_domain::base::fold::blank;
use yixian_domain::base::values::thousandths;
use yixian_domain::deadline::Promise;
use yixian_domain::ids::*;
use yixian_domain::indicator::method::hundredths;
use yixian_domain::indicator::*;
use yixian_domain::matter::{Matter, MatterAction, MatterKind, Origin, StageName, TargetChoice};
use yixian_domain::org::{Unit, valid_code};
use yixian_domain::part::{Part, Task};
use yixian_domain::refusal::Refusal;
use yixian_domain::time::Date;
use yixian_store::{indicator as table, org};

/// Category of what an indicator is taken apart into.
const CATEGORY: &str = "indicator";

fn text(t: String) -> String {
    t.trim().to_owned()
}

fn some(t: Option<String>) -> Option<String> {
    t.map(text).filter(|t| !t.is_empty())
}

async fn unit(ctx: &mut Ctx<'_>, field: &'static str, id: UnitId) -> Result<Unit, AppError> {
    org::unit(ctx.tx.conn(), id).await?.ok_or_else(|| AppError::field(field, "unit"))
}

async fn admit(ctx: &mut Ctx<'_>, needs: Needs, d: &IndicatorDetails) -> Result<(), AppError> {
    let owner = unit(ctx, "owner", d.owner).await?.path;
    ctx.ask(&match needs {
        Needs::Keep => Ask::KeepIndicator(&owner, Some(d.commander)),
        Needs::Approve => Ask::ApproveBreakdown(&owner, d.commander),
    })
}

async fn indicator(ctx: &mut Ctx<'_>, id: Uuid, needs: Needs) -> Result<Indicator, AppError> {
    let i: Indicator = ctx.record(id, "indicator").await?;
    admit(ctx, needs, &i.details).await?;
    Ok(i)
}

/// A breakdown with its indicator and the version before it.
struct Draft {
    breakdown: Breakdown,
    indicator: Indicator,
    before: Option<Breakdown>,
}

async fn draft(ctx: &mut Ctx<'_>, id: Uuid, needs: Needs) -> Result<Draft, AppError> {
    let breakdown: Breakdown = ctx.record(id, "breakdown").await?;
    let indicator: Indicator = ctx.named("indicator", breakdown.indicator.0, "indicator").await?;
    admit(ctx, needs, &indicator.details).await?;
    let before = match breakdown.no.checked_sub(1) {
        Some(no) => table::version(ctx.tx.conn(), indicator.id, no).await?,
        None => None,
    };
    Ok(Draft { breakdown, indicator, before })
}

/// What is said of an indicator.
struct Said {
    code: String,
    name: String,
    name_en: Option<String>,
    owner: Uuid,
    commander: Uuid,
    method: String,
}

async fn put(ctx: &mut Ctx<'_>, id: IndicatorId, needs: Needs, s: Said) -> Result<Done, AppError> {
    let known = ctx.known::<Indicator>(id.0).await?;
    let before = if known { Some(indicator(ctx, id.0, needs).await?) } else { None };
    let details = IndicatorDetails {
        name: text(s.name),
        name_en: some(s.name_en),
        owner: UnitId(s.owner),
        commander: PersonId(s.commander),
    };
    if before.as_ref().is_none_or(|b| b.details.owner != details.owner) {
        // Who commands what is not there yet does not make it his.
        let owner = unit(ctx, "owner", details.owner).await?.path;
        ctx.ask(&Ask::KeepIndicator(&owner, None))?;
    }
    let method = templates().iter().find(|m| m.code == s.method);
    let mut faults = Vec::new();
    let mut fault = |wrong: bool, field: &'static str, code: &'static str| {
        if wrong {
            faults.push(FieldError::new(field, code));
        }
    };
    fault(!valid_code(&s.code), "code", "code");
    let other = table::by_code(ctx.tx.conn(), &s.code).await?;
    fault(other.is_some_and(|i| i.id != id), "code", "code_taken");
    fault(before.as_ref().is_some_and(|b| b.code != s.code), "code", "code_stays");
    fault(blank(&details.name), "name", "name_needed");
    fault(org::person(ctx.tx.conn(), details.commander).await?.is_none(), "commander", "person");
    fault(method.is_none(), "method", "method");
    fail(faults)?;
    let Some(method) = method.cloned() else { return Err(AppError::field("method", "method")) };
    let (at, by) = (ctx.at, ctx.by());
    let Some(before) = before else {
        return ctx.keep(Indicator::put(id, at, &by, s.code, details, method)?, true).await;
    };
    // Who keeps it and how it is scored are two things that happen; nothing at all is a repetition.
    let other_method = *before.method() != method;
    if before.details == details {
        return ctx.keep(before.redefine(at, &by, method)?, false).await;
    }
    let changed = before.change(at, &by, details)?;
    if !other_method {
        return ctx.keep(changed, false).await;
    }
    let now = changed.0.clone();
    ctx.keep(changed, false).await?;
    ctx.keep(now.redefine(at, &by, method)?, false).await
}

/// Numbers as people write them; what is none is told of its city.
fn cities(said: Vec<CityIn>, faults: &mut Vec<FieldError>) -> Vec<City> {
    let mut all = Vec::new();
    for c in said {
        let share = hundredths(&c.share);
        if share.is_none() {
            faults.push(FieldError::with("cities", "share", &c.share));
        }
        let mut values = Vec::new();
        for v in &c.values {
            let value = thousandths(v);
            if value.is_none() {
                faults.push(FieldError::with("cities", "decimal", v));
            }
            values.push(value.unwrap_or_default());
        }
        all.push(City { name: text(c.name), share: share.unwrap_or_default(), values });
    }
    all
}

/// What is read of an indicator.
struct Read {
    kind: ReadingKind,
    day: Date,
    label: String,
    source: String,
    cities: Vec<CityIn>,
}

async fn read(ctx: &mut Ctx<'_>, id: Uuid, needs: Needs, r: Read) -> Result<Done, AppError> {
    let indicator = indicator(ctx, id, needs).await?;
    let mut faults = Vec::new();
    let cities = cities(r.cities, &mut faults);
    let typed = faults.is_empty();
    let definition = indicator.definitions.len() - 1;
    let reading =
        Reading { kind: r.kind, day: r.day, label: text(r.label), source: text(r.source), cities, definition };
    for (fault, about) in reading.faults(indicator.method(), ctx.day()) {
        let field = match fault {
            ReadingFault::NoLabel => "label",
            ReadingFault::NoSource => "source",
            ReadingFault::InFuture => "day",
            ReadingFault::NoCity
            | ReadingFault::Shares
            | ReadingFault::Values
            | ReadingFault::OutOfRange
            | ReadingFault::CityTwice => "cities",
        };
        // What could not be read was told.
        if typed || field != "cities" {
            faults.push(FieldError::with(field, fault.as_str(), about));
        }
    }
    fail(faults)?;
    let (at, by) = (ctx.at, ctx.by());
    ctx.keep(indicator.read(at, &by, reading)?, false).await
}

/// A weight as people write it.
fn weight(said: &str, code: &str, faults: &mut Vec<FieldError>) -> u32 {
    hundredths(said).unwrap_or_else(|| {
        faults.push(FieldError::with("weight", "weight", format!("{code} {said}")));
        0
    })
}

fn aspect_of(a: AspectIn, method: &Method, faults: &mut Vec<FieldError>) -> Aspect {
    if !valid_code(&a.code) {
        faults.push(FieldError::with("code", "code", &a.code));
    }
    if blank(&a.name) {
        faults.push(FieldError::with("name", "name_needed", &a.code));
    }
    if method.component(&a.component).is_none() {
        faults.push(FieldError::with("component", "tree_no_component", format!("{} {}", a.code, a.component)));
    }
    Aspect {
        id: AspectId(a.aspect),
        weight: weight(&a.weight, &a.code, faults),
        code: a.code,
        parent: a.parent.map(AspectId),
        name: text(a.name),
        name_en: some(a.name_en),
        component: a.component,
    }
}

/// Units that were looked at, so that a hundred tasks of eighteen departments do not ask a hundred times.
type Stand = HashMap<Uuid, bool>;

async fn stands(ctx: &mut Ctx<'_>, known: &mut Stand, id: Uuid) -> Result<bool, AppError> {
    if let Some(stands) = known.get(&id) {
        return Ok(*stands);
    }
    let stands = match matters::unit_to_do(ctx, UnitId(id), "owners").await {
        Ok(_) => true,
        Err(AppError::Invalid(_)) => false,
        Err(e) => return Err(e),
    };
    known.insert(id, stands);
    Ok(stands)
}

async fn leaf_of(
    ctx: &mut Ctx<'_>,
    t: TaskIn,
    known: &mut Stand,
    faults: &mut Vec<FieldError>,
) -> Result<Leaf, AppError> {
    let code = t.code.clone();
    let mut fault = |wrong: bool, field: &'static str, what: &'static str| {
        if wrong {
            faults.push(FieldError::with(field, what, &code));
        }
    };
    fault(!valid_code(&t.code), "code", "code");
    fault(blank(&t.title), "title", "name_needed");
    fault(t.owners.is_empty(), "owners", "owner_needed");
    fault(t.owners.len() > 1, "owners", "two_owners");
    fault(t.due.is_none(), "due", "due_needed");
    for id in t.owners.iter().chain(&t.helpers) {
        let field = if t.owners.contains(id) { "owners" } else { "helpers" };
        let there = stands(ctx, known, *id).await?;
        fault(!there, field, "unit");
    }
    let owner = t.owners.first().copied().unwrap_or_default();
    Ok(Leaf {
        task: MatterId(t.task),
        aspect: AspectId(t.aspect),
        title: text(t.title),
        weight: weight(&t.weight, &t.code, faults),
        code: t.code,
        owner: UnitId(owner),
        helpers: t.helpers.into_iter().filter(|h| *h != owner).map(UnitId).collect(),
        due: t.due.unwrap_or_default(),
        deliverable: text(t.deliverable),
        evidence: t.evidence,
    })
}

async fn one_leaf(ctx: &mut Ctx<'_>, t: TaskIn) -> Result<Leaf, AppError> {
    let mut faults = Vec::new();
    let leaf = leaf_of(ctx, t, &mut Stand::new(), &mut faults).await?;
    fail(faults)?;
    Ok(leaf)
}

fn reason_of(reason: &str) -> Result<String, AppError> {
    if blank(reason) { Err(AppError::field("reason", "words_needed")) } else { Ok(reason.trim().to_owned()) }
}

/// Begins another version.
async fn begin(ctx: &mut Ctx<'_>, id: BreakdownId, needs: Needs, of: Uuid, reason: &str) -> Result<Done, AppError> {
    if ctx.known::<Breakdown>(id.0).await? {
        return Err(AppError::IdReused);
    }
    let indicator: Indicator = ctx.named("indicator", of, "indicator").await?;
    admit(ctx, needs, &indicator.details).await?;
    let newest = table::newest(ctx.tx.conn(), indicator.id).await?;
    let reason = if newest.is_some() { reason_of(reason)? } else { reason.trim().to_owned() };
    let moved = Breakdown::begin_version(id, ctx.at, &ctx.by(), indicator.id, newest.as_ref(), reason)?;
    ctx.keep(moved, true).await
}

async fn write(
    ctx: &mut Ctx<'_>,
    d: Draft,
    aspects: Vec<AspectIn>,
    tasks: Vec<TaskIn>,
    reason: &str,
) -> Result<Done, AppError> {
    let mut faults = Vec::new();
    let mut tree = Tree::default();
    for a in aspects {
        tree.aspects.push(aspect_of(a, d.indicator.method(), &mut faults));
    }
    let mut known = Stand::new();
    for t in tasks {
        tree.tasks.push(leaf_of(ctx, t, &mut known, &mut faults).await?);
    }
    fail(faults)?;
    let (at, by) = (ctx.at, ctx.by());
    let before = d.before.as_ref().map(|b| &b.tree);
    let reason = if blank(reason) { d.breakdown.reason.clone() } else { reason.trim().to_owned() };
    ctx.keep(d.breakdown.write(at, &by, before, tree, &reason)?, false).await
}

/// A task that begins with a version, as the matter that it becomes.
fn raised(i: &Indicator, leaf: &Leaf) -> NewMatter {
    let part = Task {
        indicator: i.id,
        code: leaf.code.clone(),
        deliverable: leaf.deliverable.clone(),
        helpers: leaf.helpers.clone(),
        evidence: leaf.evidence,
    };
    NewMatter {
        id: leaf.task,
        kind: MatterKind::Task,
        origin: Origin::Staff,
        category: CATEGORY.to_owned(),
        words: format!("{} {}", leaf.code, leaf.title),
        place: None,
        unit: Some(leaf.owner),
        visit: None,
        photos: Vec::new(),
        raiser: None,
        about: Some(About { kind: AboutKind::Aspect, id: leaf.aspect.0 }),
        owed: Owed { raiser: Some(By::Person(i.details.commander)), owner: None, part: Some(Part::Task(part)) },
    }
}

/// Gives a task to its department.
async fn hand_out(ctx: &mut Ctx<'_>, i: &Indicator, leaf: &Leaf) -> Result<(), AppError> {
    let (at, by) = (ctx.at, ctx.by());
    let choice = TargetChoice::Promise(Promise::Day(leaf.due));
    let (moved, text) = matters::raise(ctx, raised(i, leaf), &choice).await?;
    let law = ctx.policies.law();
    let moved = moved.and(|m| m.assign(&law, at, &by, leaf.owner, None, &choice, None))?;
    matters::insert(ctx, moved, &text).await?;
    Ok(())
}

async fn task(ctx: &mut Ctx<'_>, id: MatterId) -> Result<Option<Matter>, AppError> {
    match matters::load(ctx, id).await {
        Ok((stored, _)) => Ok(Some(stored.matter)),
        // It was never given to anybody: drafted, and gone before it was approved.
        Err(AppError::NotFound(_)) => Ok(None),
        Err(e) => Err(e),
    }
}

/// Ends a task that the version has no more: it goes with what it became, or is refused; what is done is done.
async fn end(ctx: &mut Ctx<'_>, before: &Tree, r: &Retired) -> Result<(), AppError> {
    let Some(own) = task(ctx, r.task).await? else { return Ok(()) };
    if matches!(own.stage.name(), StageName::Answered | StageName::Closed | StageName::Refused | StageName::Merged) {
        return Ok(());
    }
    if own.allows(MatterAction::Merge).is_err() {
        let code = before.task(r.task).map(|t| t.code.clone()).unwrap_or_default();
        return Err(Refusal::rule(BreakdownRule::TaskGoesOn, code).into());
    }
    let (at, by) = (ctx.at, ctx.by());
    let master = match r.into.first() {
        Some(into) => task(ctx, *into).await?,
        None => None,
    };
    let moved = match master {
        Some(master) => {
            let reason = ctx.words(own.id.0, &r.reason)?;
            own.merge(at, &by, &master, reason)?
        }
        None => {
            let reason = ctx.needed_words("reason", own.id.0, &r.reason)?;
            own.refuse(at, &by, reason)?
        }
    };
    matters::update(ctx, moved).await?;
    Ok(())
}

/// Gives a task that runs to the department that owns it now, where it is still to be done.
async fn hand_over(ctx: &mut Ctx<'_>, leaf: &Leaf, reason: &str) -> Result<(), AppError> {
    let Some(own) = task(ctx, leaf.task).await? else { return Ok(()) };
    if own.allows(MatterAction::Transfer).is_err() {
        return Ok(());
    }
    let reason = ctx.needed_words("reason", own.id.0, reason)?;
    let moved = own.transfer(ctx.at, &ctx.by(), leaf.owner, None, reason)?;
    matters::update(ctx, moved).await?;
    Ok(())
}

async fn approve(ctx: &mut Ctx<'_>, d: Draft, effective: Date) -> Result<Done, AppError> {
    let Draft { breakdown, indicator, before } = d;
    let nothing = Tree::default();
    let was = before.as_ref().map_or(&nothing, |b| &b.tree);
    let mut faults: Vec<FieldError> = breakdown
        .tree
        .faults(indicator.method())
        .into_iter()
        .map(|(fault, about)| FieldError::with("tree", fault.as_str(), about))
        .collect();
    let today = ctx.day();
    for leaf in breakdown.tree.tasks.iter().filter(|t| was.task(t.task).is_none() && t.due < today) {
        faults.push(FieldError::with("tree", "due_before", &leaf.code));
    }
    fail(faults)?;
    let (at, by) = (ctx.at, ctx.by());
    let moved = breakdown.approve(at, &by, before.as_ref(), effective, today)?;
    let now = moved.0.clone();
    let done = ctx.keep(moved, false).await?;
    for leaf in &now.tree.tasks {
        match was.task(leaf.task) {
            None => hand_out(ctx, &indicator, leaf).await?,
            Some(w) if w.owner != leaf.owner => hand_over(ctx, leaf, &now.reason).await?,
            Some(_) => {}
        }
    }
    for r in &now.retired {
        end(ctx, was, r).await?;
    }
    Ok(done)
}

/// What is said of a campaign.
struct Called {
    code: String,
    details: CampaignDetails,
}

async fn put_campaign(ctx: &mut Ctx<'_>, id: CampaignId, needs: Needs, c: Called) -> Result<Done, AppError> {
    let known = ctx.known::<Campaign>(id.0).await?;
    let before = if known { Some(ctx.record::<Campaign>(id.0, "campaign").await?) } else { None };
    let kept = async |ctx: &mut Ctx<'_>, unit_id: UnitId, commander: Option<PersonId>| {
        let owner = unit(ctx, "owner", unit_id).await?.path;
        ctx.ask(&match needs {
            Needs::Keep | Needs::Approve => Ask::KeepIndicator(&owner, commander),
        })
    };
    if let Some(b) = &before {
        kept(ctx, b.details.owner, Some(b.details.commander)).await?;
    }
    if before.as_ref().is_none_or(|b| b.details.owner != c.details.owner) {
        kept(ctx, c.details.owner, None).await?;
    }
    let d = c.details;
    let mut faults = Vec::new();
    let mut fault = |wrong: bool, field: &'static str, code: &'static str| {
        if wrong {
            faults.push(FieldError::new(field, code));
        }
    };
    fault(!valid_code(&c.code), "code", "code");
    let other = table::campaign_by_code(ctx.tx.conn(), &c.code).await?;
    fault(other.is_some_and(|o| o.id != id), "code", "code_taken");
    fault(before.as_ref().is_some_and(|b| b.code != c.code), "code", "code_stays");
    fault(blank(&d.name), "name", "name_needed");
    fault(blank(&d.theme), "theme", "words_needed");
    fault(org::person(ctx.tx.conn(), d.commander).await?.is_none(), "commander", "person");
    for person in &d.members.people {
        fault(org::person(ctx.tx.conn(), *person).await?.is_none(), "people", "person");
    }
    for unit in &d.members.units {
        fault(org::unit(ctx.tx.conn(), *unit).await?.is_none(), "units", "unit");
    }
    if let Some(of) = d.indicator {
        fault(!ctx.known::<Indicator>(of.0).await?, "indicator", "indicator");
    }
    fail(faults)?;
    let (at, by) = (ctx.at, ctx.by());
    match before {
        Some(b) => ctx.keep(b.change(at, &by, d)?, false).await,
        None => ctx.keep(Campaign::call(id, at, &by, c.code, d)?, true).await,
    }
}

/// The aspect of an id, in whichever version it is: what a matter may be about.
pub(crate) async fn see_aspect(ctx: &mut Ctx<'_>, id: Uuid) -> Result<bool, AppError> {
    ctx.ask(&Ask::ReadIndicators)?;
    for i in table::list(ctx.tx.conn()).await? {
        let newest = table::newest(ctx.tx.conn(), i.id).await?;
        if newest.is_some_and(|b| b.tree.aspect(AspectId(id)).is_some()) {
            return Ok(true);
        }
    }
    Ok(false)
}

pub(crate) async fn run(ctx: &mut Ctx<'_>, command: IndicatorCommand) -> Result<Done, AppError> {
    use IndicatorCommand as C;
    let needs = command.needs();
    let (at, by) = (ctx.at, ctx.by());
    match command {
        C::PutIndicator { indicator, code, name, name_en, owner, commander, method } => {
            let said = Said { code, name, name_en, owner, commander, method };
            put(ctx, IndicatorId(indicator), needs, said).await
        }
        C::RecordReading { indicator, kind, day, label, source, cities } => {
            read(ctx, indicator, needs, Read { kind, day, label, source, cities }).await
        }
        C::BeginBreakdown { breakdown, indicator, reason } => {
            begin(ctx, BreakdownId(breakdown), needs, indicator, &reason).await
        }
        C::WriteBreakdown { breakdown, aspects, tasks, reason } => {
            let d = draft(ctx, breakdown, needs).await?;
            write(ctx, d, aspects, tasks, &reason).await
        }
        C::PutAspect { breakdown, aspect } => {
            let d = draft(ctx, breakdown, needs).await?;
            let mut faults = Vec::new();
            let aspect = aspect_of(aspect, d.indicator.method(), &mut faults);
            fail(faults)?;
            ctx.keep(d.breakdown.put_aspect(at, &by, aspect)?, false).await
        }
        C::RemoveAspect { breakdown, aspect } => {
            let d = draft(ctx, breakdown, needs).await?;
            ctx.keep(d.breakdown.remove_aspect(at, &by, AspectId(aspect))?, false).await
        }
        C::PutTask { breakdown, task } => {
            let d = draft(ctx, breakdown, needs).await?;
            let leaf = one_leaf(ctx, task).await?;
            let before = d.before.as_ref().map(|b| &b.tree);
            ctx.keep(d.breakdown.put_task(at, &by, before, leaf)?, false).await
        }
        C::SplitTask { breakdown, task, into, reason } => {
            let d = draft(ctx, breakdown, needs).await?;
            let reason = reason_of(&reason)?;
            let (mut parts, mut faults, mut known) = (Vec::new(), Vec::new(), Stand::new());
            for t in into {
                parts.push(leaf_of(ctx, t, &mut known, &mut faults).await?);
            }
            fail(faults)?;
            ctx.keep(d.breakdown.split_task(at, &by, MatterId(task), parts, reason)?, false).await
        }
        C::MergeTasks { breakdown, tasks, into, reason } => {
            let d = draft(ctx, breakdown, needs).await?;
            let tasks: Vec<MatterId> = tasks.into_iter().map(MatterId).collect();
            let reason = reason_of(&reason)?;
            ctx.keep(d.breakdown.merge_tasks(at, &by, &tasks, MatterId(into), &reason)?, false).await
        }
        C::DropTask { breakdown, task, reason } => {
            let d = draft(ctx, breakdown, needs).await?;
            let reason = reason_of(&reason)?;
            ctx.keep(d.breakdown.drop_task(at, &by, MatterId(task), reason)?, false).await
        }
        C::ApproveBreakdown { breakdown, effective } => {
            let d = draft(ctx, breakdown, needs).await?;
            approve(ctx, d, effective).await
        }
        C::PutCampaign {
            campaign,
            code,
            name,
            name_en,
            theme,
            principles,
            from,
            to,
            commander,
            owner,
            people,
            units,
            indicator,
        } => {
            let details = CampaignDetails {
                name: text(name),
                name_en: some(name_en),
                theme: text(theme),
                principles: principles.into_iter().map(text).filter(|p| !p.is_empty()).collect(),
                from,
                to,
                commander: PersonId(commander),
                owner: UnitId(owner),
                members: Members {
                    people: people.into_iter().map(PersonId).collect(),
                    units: units.into_iter().map(UnitId).collect(),
                },
                indicator: indicator.map(IndicatorId),
            };
            put_campaign(ctx, CampaignId(campaign), needs, Called { code, details }).await
        }
    }
}
