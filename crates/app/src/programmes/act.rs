//! Use cases of works: plan, approve, report, confirm, survey, split. Load, ask access, let the law decide, write.

use super::command::{BaselineIn, ItemIn, Needs, ProgrammeCommand, SectionPartIn, ServesIn};
use crate::frame::error::{AppError, FieldError, fail};
use crate::frame::input::point;
use crate::frame::phrases::{filled, phrases};
use crate::frame::work::{Ctx, Done};
use crate::matters::act::{self as matters, NewMatter, Owed};
use uuid::Uuid;
use yixian_domain::access::{Ask, WorksFacts};
use yixian_domain::base::about::{About, AboutKind};
use yixian_domain::base::fold::blank;
use yixian_domain::ids::*;
use yixian_domain::matter::{MatterKind, Origin, TargetChoice};
use yixian_domain::org::valid_code;
use yixian_domain::partner::Partner;
use yixian_domain::programme::event::Draft;
use yixian_domain::programme::law::{Evidence, SectionMoved, WorksRule};
use yixian_domain::programme::milestone::{Baseline, Milestone};
use yixian_domain::programme::*;
use yixian_domain::refusal::Refusal;
use yixian_domain::time::{Date, Instant};
use yixian_store::{org, place, programme as table};

/// Working days after a baseline at which its slip becomes a problem.
pub(super) const SLIPS_AFTER: u32 = 5;

/// What access needs to know of a programme, and of one of its sections.
pub(crate) async fn facts(ctx: &mut Ctx<'_>, p: &Programme, s: Option<&Section>) -> Result<WorksFacts, AppError> {
    let owner = org::unit(ctx.tx.conn(), p.details.owner).await?.ok_or(AppError::NotFound("unit"))?.path;
    Ok(WorksFacts::of(owner, p, s))
}

fn admit(ctx: &Ctx<'_>, needs: Needs, w: &WorksFacts) -> Result<(), AppError> {
    ctx.ask(&match needs {
        Needs::Keep => Ask::KeepWorks(w),
        Needs::Report => Ask::ReportWorks(w),
        Needs::Confirm => Ask::ConfirmWorks(w),
    })
}

/// A section and its programme, once access has said yes and nothing newer was seen.
async fn open(ctx: &mut Ctx<'_>, id: Uuid, needs: Needs) -> Result<(Section, Programme), AppError> {
    let s: Section = ctx.record(id, "section").await?;
    let p: Programme = ctx.named("programme", s.programme, "programme").await?;
    let w = facts(ctx, &p, Some(&s)).await?;
    admit(ctx, needs, &w)?;
    Ok((s, p))
}

/// Writes a section that something happened to.
async fn save(ctx: &mut Ctx<'_>, before: Option<&Section>, (s, event): SectionMoved) -> Result<Done, AppError> {
    ctx.tx.put_section(&s, before, &[event]).await?;
    Ok(Done { rev: Some(ctx.tx.rev_of(s.id).await?), number: None, record: Some(s.id) })
}

/// Nothing, or the text without blanks around it.
fn some(text: Option<String>) -> Option<String> {
    text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty())
}

struct Programmed {
    code: String,
    details: ProgrammeDetails,
}

async fn put_programme(ctx: &mut Ctx<'_>, id: Uuid, said: Programmed) -> Result<Done, AppError> {
    let (at, by) = (ctx.at, ctx.by());
    let Programmed { code, details } = said;
    let owner = org::unit(ctx.tx.conn(), details.owner).await?.ok_or_else(|| AppError::field("owner", "unit"))?;
    let w = WorksFacts { owner: owner.path, manager: details.manager, contractor: None, supervisor: None };
    // Nobody makes himself the manager of what is not his.
    let known = ctx.known::<Programme>(id).await?;
    let before = if known { Some(ctx.record::<Programme>(id, "programme").await?) } else { None };
    match &before {
        Some(b) => {
            let was = facts(ctx, b, None).await?;
            ctx.ask(&Ask::KeepWorks(&was))?;
            ctx.ask(&Ask::SeeWorks(&w))?;
        }
        None => ctx.ask(&Ask::KeepWorks(&WorksFacts { manager: PersonId(Uuid::nil()), ..w.clone() }))?,
    }
    let mut faults = Vec::new();
    let mut fault = |wrong: bool, field: &'static str, code: &'static str| {
        if wrong {
            faults.push(FieldError::new(field, code));
        }
    };
    fault(!valid_code(&code), "code", "code");
    fault(blank(&details.name), "name", "name_needed");
    fault(!(2000..=2100).contains(&details.year), "year", "works_year");
    let other = table::by_code(ctx.tx.conn(), &code).await?;
    fault(other.is_some_and(|p| p.id != id), "code", "code_taken");
    fault(before.as_ref().is_some_and(|b| b.code != code), "code", "code_stays");
    fault(org::person(ctx.tx.conn(), details.manager).await?.is_none(), "manager", "person");
    if let Some(with) = details.compare_with {
        fault(with == id || !ctx.known::<Programme>(with).await?, "compare_with", "programme");
    }
    fail(faults)?;
    match before {
        Some(b) => ctx.keep(b.change(at, &by, details)?, false).await,
        None => {
            let made = Programme::register(id, at, &by, code, details).ok_or(Refusal::SameAsBefore)?;
            ctx.keep(made, true).await
        }
    }
}

/// What a form or a line of a table says of a section.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub code: String,
    pub details: SectionDetails,
    pub metres: Option<u32>,
    pub items: Vec<ItemIn>,
    pub baselines: Vec<BaselineIn>,
}

/// What the registers know of what is said; what is not said is known.
pub(crate) struct Registers {
    /// Another section has the code.
    pub code_elsewhere: bool,
    pub district: bool,
    /// There are villages in the district.
    pub rural: bool,
    pub place: bool,
    /// Another section of the same kind and year lies at the place.
    pub road_twice: bool,
    pub contractor: bool,
    pub supervisor: bool,
}

/// Whether a section at the same place is another one of the same works: the same road is not put below the ground twice in a year.
pub(crate) fn same_road(id: Uuid, p: &Programme, other: &Section, of: &Programme) -> bool {
    let same = (of.details.kind, of.details.year) == (p.details.kind, p.details.year);
    other.id != id && other.counts() && same && other.road != id
}

/// Every fault of a section at once.
pub(crate) fn faults(p: &Programme, kinds: &[MilestoneKind], s: &Said, known: &Registers) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let mut fault = |wrong: bool, field: &'static str, code: &'static str| {
        if wrong {
            faults.push(FieldError::new(field, code));
        }
    };
    let d = &s.details;
    fault(!valid_code(&s.code), "code", "code");
    fault(known.code_elsewhere, "code", "code_taken");
    fault(blank(&d.name), "name", "name_needed");
    fault(d.batch == 0, "batch", "batch");
    fault(d.households == Some(0), "households", "households");
    fault(s.metres.is_some_and(|m| m == 0 || m > law::LONGEST), "metres", "length");
    fault(!known.district, "district", "district_unknown");
    let villages = p.details.kind == ProgrammeKind::CoalToElectricity;
    fault(villages && known.district && !known.rural, "district", "no_villages");
    fault(!known.place, "place", "place");
    fault(known.road_twice, "place", "road_twice");
    fault(!known.contractor, "contractor", "partner");
    fault(!known.supervisor, "supervisor", "partner");
    fault(s.baselines.iter().any(|b| !kinds.iter().any(|k| k.code == b.milestone)), "baselines", "milestone");
    faults
}

async fn registers(ctx: &mut Ctx<'_>, id: Uuid, p: &Programme, s: &Said) -> Result<Registers, AppError> {
    let d = &s.details;
    let code_elsewhere = table::section_by_code(ctx.tx.conn(), &s.code).await?.is_some_and(|o| o.id != id);
    let districts = place::districts(ctx.tx.conn()).await?;
    let district = districts.contains(&d.district) || ctx.policies.areas.districts().any(|n| n == d.district);
    let rural = ctx.policies.areas.has_villages(&d.district);
    let (mut at_place, mut road_twice) = (true, false);
    if let Some(at) = d.place {
        at_place = place::place(ctx.tx.conn(), at).await?.is_some();
        for s in table::sections_at(ctx.tx.conn(), at.0).await? {
            let of: Option<Programme> = yixian_store::register::one(ctx.tx.conn(), s.programme).await?;
            road_twice |= of.is_some_and(|of| same_road(id, p, &s, &of));
        }
    }
    let mut bodies = [true, true];
    for (body, known) in [d.contractor, d.supervisor].into_iter().zip(&mut bodies) {
        if let Some(body) = body {
            *known = ctx.known::<Partner>(body.0).await?;
        }
    }
    let [contractor, supervisor] = bodies;
    Ok(Registers { code_elsewhere, district, rural, place: at_place, road_twice, contractor, supervisor })
}

/// What happens to a section by what is said of it: it is drafted, changed, its baselines are set.
pub(crate) fn moves(
    before: Option<Section>,
    id: Uuid,
    (at, by): (Instant, &By),
    p: &Programme,
    kinds: &[MilestoneKind],
    said: Said,
) -> Result<Vec<SectionMoved>, Refusal> {
    let days: Vec<(String, Date)> = said.baselines.iter().map(|b| (b.milestone.clone(), b.day)).collect();
    let Some(mut s) = before else {
        let milestones = kinds.iter().map(|k| {
            let day = days.iter().find(|(code, _)| *code == k.code).map(|d| d.1);
            let baselines = day.map(|day| Baseline { day, at, reason: None }).into_iter().collect();
            Milestone { baselines, ..Milestone::new(&k.code) }
        });
        let length =
            |metres| Length { metres, kind: LengthKind::Route, from: p.details.from, surveyed_by: String::new() };
        let items = said.items.iter().map(|i| Item { kind: i.kind, planned: i.planned, done: Vec::new() });
        let draft = Draft {
            code: said.code,
            programme: p.id,
            road: id,
            details: said.details,
            lengths: said.metres.map(length).into_iter().collect(),
            items: items.collect(),
            milestones: milestones.collect(),
            approved: false,
        };
        return Ok(vec![Section::draft(id, at, by, draft)?]);
    };
    let mut all = Vec::new();
    if s.details != said.details {
        let moved = s.change(at, by, said.details)?;
        s = moved.0.clone();
        all.push(moved);
    }
    let differ = days.iter().any(|(code, day)| s.milestone(code).and_then(Milestone::baseline) != Some(*day));
    if differ {
        all.push(s.plan(at, by, days)?);
    }
    if all.is_empty() { Err(Refusal::SameAsBefore) } else { Ok(all) }
}

/// Drafts or changes a section.
async fn put_section(ctx: &mut Ctx<'_>, id: Uuid, programme: Uuid, said: Said, needs: Needs) -> Result<Done, AppError> {
    let (at, by) = (ctx.at, ctx.by());
    let p: Programme = ctx.named("programme", programme, "programme").await?;
    let known = ctx.known::<Section>(id).await?;
    let before = if known { Some(open(ctx, id, needs).await?.0) } else { None };
    let w = facts(ctx, &p, None).await?;
    admit(ctx, needs, &w)?;
    if before.as_ref().is_some_and(|b| b.programme != programme) {
        return Err(AppError::field("programme", "section_stays"));
    }
    if before.as_ref().is_some_and(|b| b.code != said.code) {
        return Err(AppError::field("code", "code_stays"));
    }
    let of_registers = registers(ctx, id, &p, &said).await?;
    let kinds = ctx.policies.milestones.of(p.details.kind);
    fail(faults(&p, kinds, &said, &of_registers))?;
    let mut last = before.clone();
    let mut done = Err(Refusal::SameAsBefore.into());
    for moved in moves(before, id, (at, &by), &p, kinds, said)? {
        let next = moved.0.clone();
        done = save(ctx, last.as_ref(), moved).await;
        if done.is_err() {
            break;
        }
        last = Some(next);
    }
    done
}

async fn split(ctx: &mut Ctx<'_>, s: Section, parts: Vec<SectionPartIn>) -> Result<Done, AppError> {
    let (at, by, day) = (ctx.at, ctx.by(), ctx.day());
    let mut faults = Vec::new();
    for part in &parts {
        if !valid_code(&part.code) || blank(&part.name) {
            faults.push(FieldError::with("parts", "section_part", &part.code));
        } else if table::section_by_code(ctx.tx.conn(), &part.code).await?.is_some() {
            faults.push(FieldError::with("parts", "code_taken", &part.code));
        }
    }
    fail(faults)?;
    let parts = parts.into_iter().map(|p| (p.section, p.code, p.name, p.metres)).collect();
    let before = s.clone();
    let (whole, drafts) = s.split(at, &by, parts, day)?;
    for (id, draft) in drafts {
        let moved = Section::draft(id, at, &by, draft)?;
        save(ctx, None, moved).await?;
    }
    save(ctx, Some(&before), whole).await
}

/// Raises the problem of a milestone whose baseline passed by five working days, once; in the name of the programme's manager.
async fn reconcile(ctx: &mut Ctx<'_>, s: Section, p: &Programme, matter: Uuid) -> Result<Done, AppError> {
    let today = ctx.day();
    let calendar = &ctx.policies.calendar;
    let slipped = s.slipping(today).find(|m| {
        let promised = m.forecast.as_ref().filter(|f| f.approved_by.is_some()).map(|f| f.day);
        let due = m.baseline().max(promised);
        due.and_then(|d| calendar.nth_working_day_after(d, SLIPS_AFTER)).is_some_and(|last| last <= today)
    });
    let Some(slipped) = slipped.map(|m| (m.code.clone(), m.baseline())) else {
        return Err(Refusal::rule(WorksRule::NothingWaits, "").into());
    };
    let (code, planned) = slipped;
    let kinds = ctx.policies.milestones.of(p.details.kind);
    let name = kinds.iter().find(|k| k.code == code).map_or(code.as_str(), |k| k.name.as_str()).to_owned();
    let planned = planned.map(|d| d.to_string()).unwrap_or_default();
    let words =
        filled(&phrases().slipped, &[("section", &s.details.name), ("milestone", &name), ("planned", &planned)]);
    let new = NewMatter {
        id: MatterId(matter),
        kind: MatterKind::Problem,
        origin: Origin::Staff,
        category: "management".into(),
        words,
        place: s.details.place,
        unit: Some(p.details.owner),
        visit: None,
        photos: Vec::new(),
        raiser: None,
        about: Some(About { kind: AboutKind::Section, id: s.id }),
        owed: Owed { raiser: Some(By::Person(p.details.manager)), ..Owed::default() },
    };
    let (moved, text) = matters::raise(ctx, new, &TargetChoice::RuleIfAny).await?;
    matters::insert(ctx, moved, &text).await?;
    let before = s.clone();
    let moved = s.slip(ctx.at, &code, MatterId(matter));
    save(ctx, Some(&before), moved).await
}

pub(crate) async fn run(ctx: &mut Ctx<'_>, command: ProgrammeCommand) -> Result<Done, AppError> {
    use ProgrammeCommand as C;
    let needs = command.needs();
    let (at, by) = (ctx.at, ctx.by());
    let (before, moved) = match command {
        C::PutProgramme {
            programme,
            code,
            name,
            name_en,
            year,
            kind,
            owner,
            manager,
            key_project,
            compare_with,
            from,
            taken_over,
        } => {
            let details = ProgrammeDetails {
                name: name.trim().to_owned(),
                name_en: some(name_en),
                year,
                kind,
                owner: UnitId(owner),
                manager: PersonId(manager),
                key_project,
                compare_with,
                from,
                taken_over,
            };
            return put_programme(ctx, programme, Programmed { code, details }).await;
        }
        C::PutSection {
            section,
            programme,
            code,
            name,
            name_en,
            place,
            district,
            batch,
            terrain,
            contractor,
            supervisor,
            households,
            capacity_kw,
            serves,
            metres,
            items,
            baselines,
        } => {
            let details = SectionDetails {
                name: name.trim().to_owned(),
                name_en: some(name_en),
                place: place.map(PlaceId),
                district: district.trim().to_owned(),
                batch,
                terrain,
                contractor: contractor.map(PartnerId),
                supervisor: supervisor.map(PartnerId),
                households,
                capacity_kw,
                serves: serves.map(|ServesIn { name, day }| Serves { name, day }),
            };
            return put_section(ctx, section, programme, Said { code, details, metres, items, baselines }, needs).await;
        }
        C::ApproveSection { section } => {
            let (s, _) = open(ctx, section, needs).await?;
            (s.clone(), s.approve(at, &by)?)
        }
        C::WantBaseline { section, milestone, day, reason } => {
            let (s, _) = open(ctx, section, needs).await?;
            let reason = ctx.needed_words("reason", section, &reason)?;
            (s.clone(), s.want_baseline(at, &by, &milestone, day, reason)?)
        }
        C::DecideBaseline { section, milestone, approve, reason } => {
            let (s, _) = open(ctx, section, needs).await?;
            let refused = if approve { None } else { Some(ctx.needed_words("reason", section, &reason)?) };
            (s.clone(), s.decide_baseline(at, &by, &milestone, refused)?)
        }
        C::ForecastMilestone { section, milestone, day } => {
            let (s, _) = open(ctx, section, needs).await?;
            (s.clone(), s.forecast(at, &by, &milestone, day)?)
        }
        C::ApproveForecast { section, milestone } => {
            let (s, _) = open(ctx, section, needs).await?;
            (s.clone(), s.approve_forecast(at, &by, &milestone)?)
        }
        C::ReportMilestone { section, milestone, day, photos, point: p, visit, without_permit } => {
            let (s, programme) = open(ctx, section, needs).await?;
            if let Some(visit) = visit {
                let there = yixian_store::visit::visit(ctx.tx.conn(), VisitId(visit)).await?;
                there.ok_or_else(|| AppError::field("visit", "visit"))?;
            }
            let photos = ctx.photos(section, &photos).await?;
            let shown = Evidence { photos, point: point(p)?, visit: visit.map(VisitId) };
            let without = ctx.words(section, &without_permit)?;
            let today = ctx.policies.zone.date_of(ctx.now);
            let times = (today, programme.details.year);
            (s.clone(), s.report(at, &by, &milestone, day, times, shown, without)?)
        }
        C::ConfirmMilestone { section, milestone } => {
            let (s, _) = open(ctx, section, needs).await?;
            (s.clone(), s.judge(at, &by, &milestone, None)?)
        }
        C::RefuseReport { section, milestone, reason } => {
            let (s, _) = open(ctx, section, needs).await?;
            let reason = ctx.needed_words("reason", section, &reason)?;
            (s.clone(), s.judge(at, &by, &milestone, Some(reason))?)
        }
        C::SurveySection { section, metres, kind, from, surveyed_by } => {
            let (s, _) = open(ctx, section, needs).await?;
            (s.clone(), s.survey(at, &by, Length { metres, kind, from, surveyed_by })?)
        }
        C::PutPermit { section, kind, authority, applied, granted, valid_to } => {
            let (s, _) = open(ctx, section, needs).await?;
            if let Some(authority) = authority {
                ctx.named::<Partner>("authority", authority, "partner").await?;
            }
            if granted.zip(valid_to).is_some_and(|(g, v)| v < g) || applied.zip(granted).is_some_and(|(a, g)| g < a) {
                return Err(AppError::field("valid_to", "ends_before_it_begins"));
            }
            let permit = Permit { kind, authority: authority.map(PartnerId), applied, granted, valid_to };
            (s.clone(), s.put_permit(at, &by, permit)?)
        }
        C::CountItems { section, kind, day, n } => {
            let (s, _) = open(ctx, section, needs).await?;
            (s.clone(), s.count_items(at, &by, kind, day, n)?)
        }
        C::SuspendSection { section, reason } => {
            let (s, _) = open(ctx, section, needs).await?;
            let reason = ctx.needed_words("reason", section, &reason)?;
            (s.clone(), s.suspend(at, &by, reason)?)
        }
        C::ResumeSection { section } => {
            let (s, _) = open(ctx, section, needs).await?;
            (s.clone(), s.resume(at, &by)?)
        }
        C::CancelSection { section, reason } => {
            let (s, _) = open(ctx, section, needs).await?;
            let reason = ctx.needed_words("reason", section, &reason)?;
            (s.clone(), s.cancel(at, &by, reason)?)
        }
        C::SplitSection { section, parts } => {
            let (s, _) = open(ctx, section, needs).await?;
            return split(ctx, s, parts).await;
        }
        C::MergeSection { section, into } => {
            let (s, _) = open(ctx, section, needs).await?;
            let into: Section = ctx.named("into", into, "section").await?;
            (s.clone(), s.merge(at, &by, &into)?)
        }
        C::ReconcileSection { section, matter } => {
            let (s, p) = open(ctx, section, needs).await?;
            return reconcile(ctx, s, &p, matter).await;
        }
    };
    save(ctx, Some(&before), moved).await
}
