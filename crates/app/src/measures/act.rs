//! Use cases of measures.

use super::command::{BaselineOfIn, MeasureCommand, Needs};
use crate::frame::error::{AppError, FieldError, fail};
use crate::frame::work::{Ctx, Done};
use crate::matters::act::{self as matters, NewMatter, Owed};
use crate::matters::command::AboutIn;
use crate::programmes::act::facts as works_facts;
use uuid::Uuid;
use yixian_domain::access::Ask;
use yixian_domain::base::about::{About, AboutKind};
use yixian_domain::base::fold::blank;
use yixian_domain::base::values::thousandths;
use yixian_domain::ids::*;
use yixian_domain::matter::{Matter, MatterKind, Origin, TargetChoice};
use yixian_domain::measure::law;
use yixian_domain::part::{Baseline, Measure, Part, Verdict};
use yixian_domain::programme::{Programme, Section};

fn baseline(b: Option<BaselineOfIn>) -> Result<Option<Baseline>, AppError> {
    let Some(b) = b else { return Ok(None) };
    let mut faults = Vec::new();
    let thousandths = thousandths(&b.value);
    for (wrong, field) in [
        (blank(&b.name), "baseline_name"),
        (thousandths.is_none(), "baseline_value"),
        (blank(&b.unit), "baseline_unit"),
        // A number without a source is a claim (S0.7).
        (blank(&b.source), "baseline_source"),
    ] {
        if wrong {
            faults.push(FieldError::new(field, field));
        }
    }
    fail(faults)?;
    let text = |t: String| t.trim().to_owned();
    let thousandths = thousandths.unwrap_or_default();
    Ok(Some(Baseline { name: text(b.name), thousandths, unit: text(b.unit), source: text(b.source) }))
}

/// What it answers is there and may be seen by whoever says so: a matter or a section.
async fn answered(ctx: &mut Ctx<'_>, a: AboutIn) -> Result<About, AppError> {
    let no = || AppError::field("answers", "about");
    match a.kind {
        AboutKind::Matter => {
            let (_, facts) = matters::load(ctx, MatterId(a.id)).await.map_err(|_| no())?;
            ctx.ask(&Ask::SeeMatter(&facts)).map_err(|_| no())?;
        }
        AboutKind::Section => {
            let s: Section = ctx.named("answers", a.id, "about").await?;
            let p: Programme = ctx.named("answers", s.programme, "about").await?;
            let w = works_facts(ctx, &p, Some(&s)).await?;
            // A unit's people know the sections at their places, whoever owns the programme.
            if ctx.actor.person().is_none() {
                ctx.ask(&Ask::SeeWorks(&w)).map_err(|_| no())?;
            }
        }
        AboutKind::Partner
        | AboutKind::Visit
        | AboutKind::Agreement
        | AboutKind::Programme
        | AboutKind::Conference
        | AboutKind::Topic
        | AboutKind::Aspect
        | AboutKind::Document
        | AboutKind::Session
        | AboutKind::Team
        | AboutKind::Household => return Err(no()),
    }
    Ok(a.into())
}

/// The measure a command acts on, once access has said yes and nothing newer was seen.
async fn open(ctx: &mut Ctx<'_>, id: Uuid, needs: Needs) -> Result<Matter, AppError> {
    let (stored, facts) = matters::load(ctx, MatterId(id)).await?;
    match needs {
        Needs::Decide => ctx.ask(&Ask::DecideMeasure(&facts))?,
        Needs::Apply => ctx.ask(&Ask::ApplyMeasure(&facts))?,
        Needs::TakeOver => ctx.ask(&Ask::ReadMeasures)?,
        Needs::Propose => ctx.ask(&Ask::RaiseMatter)?,
    }
    match ctx.if_match {
        Some(seen) if seen != stored.matter.rev => Err(AppError::Stale { current: stored.matter.rev }),
        _ => Ok(stored.matter),
    }
}

pub(crate) async fn run(ctx: &mut Ctx<'_>, command: MeasureCommand) -> Result<Done, AppError> {
    use MeasureCommand as C;
    let needs = command.needs();
    let (at, by) = (ctx.at, ctx.by());
    let moved = match command {
        C::ProposeMeasure { matter, class, category, words, answers, baseline: start, gain, unit, photos } => {
            ctx.ask(&Ask::RaiseMatter)?;
            let mut found = Vec::new();
            for a in answers {
                found.push(answered(ctx, a).await?);
            }
            let gain = ctx.words(matter, &gain)?;
            let measure = Measure {
                class,
                answers: found,
                baseline: baseline(start)?,
                gain,
                decision: None,
                applied: Vec::new(),
                taken_over: Vec::new(),
            };
            law::proposed(&measure)?;
            let about = measure.answers.first().copied();
            let new = NewMatter {
                id: MatterId(matter),
                kind: MatterKind::Measure,
                origin: Origin::Staff,
                category,
                words,
                place: None,
                unit: unit.map(UnitId),
                visit: None,
                photos,
                raiser: None,
                about,
                owed: Owed { part: Some(Part::Measure(measure)), ..Owed::default() },
            };
            let (moved, text) = matters::raise(ctx, new, &TargetChoice::RuleIfAny).await?;
            return matters::insert(ctx, moved, &text).await;
        }
        C::DecideMeasure { matter, verdict, day, reason } => {
            let m = open(ctx, matter, needs).await?;
            let reason = ctx.words(matter, &reason)?;
            if verdict == Verdict::Rejected && reason.is_none() {
                return Err(AppError::field("reason", "words_needed"));
            }
            m.decide_measure(at, &by, verdict, day, reason)?
        }
        C::ApplyMeasure { matter, sections, from } => {
            let m = open(ctx, matter, needs).await?;
            if sections.is_empty() {
                return Err(AppError::field("sections", "section"));
            }
            for s in &sections {
                ctx.named::<Section>("sections", *s, "section").await?;
            }
            m.apply_measure(at, &by, sections, from)?
        }
        C::TakeOverMeasure { matter, unit, day } => {
            let m = open(ctx, matter, needs).await?;
            let unit = matters::unit_to_do(ctx, UnitId(unit), "unit").await?;
            ctx.ask(&Ask::TakeOverMeasure(&unit.path))?;
            m.take_over_measure(at, &by, unit.id, day)?
        }
        C::ReclassMeasure { matter, class, reason } => {
            let m = open(ctx, matter, needs).await?;
            let reason = ctx.needed_words("reason", matter, &reason)?;
            m.reclass_measure(at, &by, class, reason)?
        }
    };
    matters::update(ctx, moved).await
}
