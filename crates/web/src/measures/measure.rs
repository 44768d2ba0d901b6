//! A measure: the problems it answers, from where it starts, what was decided, and what it brought: both samples with their
//! numbers, every section of them to click, or that they are too small.

use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::say::Say;
use crate::door::telling::unit_name;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::record::{Block, Body, Line, RecordPage, Way};
use crate::matters::matter::who;
use crate::matters::rows::about_at;
use crate::measures::board::{stands, title};
use axum::extract::{Path, State};
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::measures::MeasurePage;
use yixian_domain::ids::MatterId;
use yixian_domain::matter::Stage;
use yixian_domain::measure::effect::{LEAST, Sample};
use yixian_domain::part::Verdict;

/// Thousandths as people write them.
fn number(thousandths: i64) -> String {
    let text = format!("{:.3}", thousandths as f64 / 1000.0);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn sample(say: &Say, p: &MeasurePage, of: &Sample) -> Vec<Line> {
    of.sections
        .iter()
        .filter_map(|(id, days)| Some((p.sections.get(id)?, days)))
        .map(|(s, days)| {
            Line::to(format!("/sections/{}", s.id), say.named(&s.details.name, s.details.name_en.as_deref()))
                .muted(s.details.district.clone())
                .end(say.t1("measure-days", "n", i64::from(*days)))
        })
        .collect()
}

/// What it brought, in words.
fn told(say: &Say, p: &MeasurePage) -> String {
    let e = &p.effect;
    let (with, without) = (e.with.sections.len() as i64, e.without.sections.len() as i64);
    match e.days() {
        Some(days) => {
            let median = |s: &Sample| s.median.map(|m| format!("{m:.1}")).unwrap_or_default();
            let medians = say.t2("measure-medians", ("with", median(&e.with)), ("without", median(&e.without)));
            format!("{} {medians}", say.t1("measure-saves", "days", format!("{days:.1}")))
        }
        None => {
            let too_few = say.t2("measure-too-few", ("with", with), ("without", without));
            format!("{too_few} {}", say.t1("measure-least", "n", LEAST as i64))
        }
    }
}

/// `GET /measures/{id}`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(id): Path<Uuid>) -> Page {
    let p = web.app().measure_page(&v.actor, MatterId(id)).await?;
    let (say, m) = (&v.say, &p.row.measure);
    let directory = web.app().directory().await?;
    let mut answers = Vec::new();
    for a in &m.answers {
        let kind = say.of("about-kind", a.kind.as_str());
        answers.push(match web.app().about_named(&v.actor, *a, say.is_english()).await? {
            Some(n) => {
                let name = if n.name.is_empty() { say.t("erased") } else { n.name };
                Line::to(about_at(a.kind, n.shown_by), name).muted(kind)
            }
            // It is another unit's.
            None => Line::of(kind),
        });
    }
    let text = |w: &yixian_domain::ids::Words| p.words.get(&w.id).cloned().unwrap_or_else(|| say.t("erased"));
    let mut blocks =
        vec![Block::new("words", say.t("measure-what"), Body::Text(vec![text(&p.row.matter.raised.words)]))];
    blocks.push(Block::new("answers", say.t("measure-answers"), Body::Lines(answers)));
    // Whoever proposed it is answered and thanked, and everybody may read how.
    if let Stage::Answered { answer } | Stage::Closed { answer: Some(answer), .. } = &p.row.matter.stage {
        blocks.push(Block::new("answer", say.t("measure-answer"), Body::Text(vec![text(&answer.words)])));
    }
    blocks.push(Block::new("effect", say.t("measure-effect"), Body::Text(vec![told(say, &p)])));
    blocks.push(Block::new("with", say.t("measure-with"), Body::Lines(sample(say, &p, &p.effect.with))));
    blocks.push(Block::new("without", say.t("measure-without"), Body::Lines(sample(say, &p, &p.effect.without))));
    let taken = m.taken_over.iter().map(|t| {
        let unit = directory.unit(t.unit).map(|u| unit_name(say, u)).unwrap_or_default();
        Line::of(unit).end(say.day(t.day))
    });
    blocks.push(
        Block::new("taken", say.t("measure-taken"), Body::Lines(taken.collect())).none(say.t("measure-taken-none")),
    );
    let mut facts = vec![
        (say.t("measure-class"), say.of("measure-class", m.class.as_str()), None),
        (say.t("measure-unit"), directory.unit(p.row.matter.unit).map(|u| unit_name(say, u)).unwrap_or_default(), None),
        (say.t("measure-proposer"), who(say, &directory, &p.row.matter.raised.by), None),
        (say.t("measure-proposed"), say.day(say.zone().date_of(p.row.matter.raised.at)), None),
    ];
    if let Some(b) = &m.baseline {
        facts.push((b.name.clone(), format!("{} {} · {}", number(b.thousandths), b.unit, b.source), None));
    }
    if let Some(gain) = &m.gain {
        facts.push((say.t("measure-gain"), text(gain), None));
    }
    if let Some(d) = &m.decision {
        let verdict = say.of("measure-verdict", d.verdict.as_str());
        facts.push((verdict, format!("{} · {}", say.day(d.day), who(say, &directory, &d.by)), None));
        if let Some(why) = &d.reason {
            facts.push((say.t("works-reason"), text(why), None));
        }
    }
    let to = |action: &str| format!("/measures/{id}/{action}");
    let mut ways = Vec::new();
    if p.sees {
        ways.push(Way::to(say.t("measure-matter"), format!("/matters/{id}")));
    }
    if p.decides {
        ways.push(Way::to(say.of("measure-do", "decide"), to("decide")));
    }
    let adopted = m.decision.as_ref().is_some_and(|d| d.verdict == Verdict::Adopted);
    if p.applies {
        ways.push(Way::to(say.of("measure-do", "reclass"), to("reclass")));
        if adopted {
            ways.push(Way::to(say.of("measure-do", "apply"), to("apply")));
        }
    }
    if adopted && v.actor.is_somewhere(yixian_domain::org::Role::Coordinator) {
        ways.push(Way::first(say.of("measure-do", "take-over"), to("take-over")));
    }
    show(&RecordPage {
        crumbs: vec![(say.t("measures-title"), "/measures".into())],
        sub: vec![say.of("measure-stage", stands(&p.row))],
        ways,
        blocks,
        facts_title: say.t("works-facts"),
        facts,
        ..RecordPage::new(Frame::of(&web, &v, "measures").await?, title(say, &p.row))
    })
}

/// Whether a measure is there for whoever asks.
pub(crate) async fn there(web: &Web, v: &crate::door::visitor::Visitor, id: Uuid) -> Result<MeasurePage, AppError> {
    web.app().measure_page(&v.actor, MatterId(id)).await
}
