//! A version as it is written: the draft of the next one with what keeps it from being whole, or one that was approved.

use super::shown::{name, unit};
use super::tree::component;
use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::say::Say;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::record::{Block, Body, Line, RecordPage, Way};
use axum::extract::{Path, State};
use yixian_app::read::Directory;
use yixian_app::{AppError, FieldError};
use yixian_domain::indicator::reading::percent;
use yixian_domain::indicator::{Breakdown, BreakdownState, Indicator};

/// Aspects and tasks in their order, an aspect before what lies under it; of a draft each with the way to its form.
fn lines(say: &Say, i: &Indicator, b: &Breakdown, directory: &Directory, writes: bool) -> Vec<Line> {
    let base = format!("/indicators/{}", i.code);
    let children = b.tree.children();
    let mut all = Vec::new();
    let mut stack: Vec<_> = children.get(&None).into_iter().flatten().rev().map(|a| (*a, 0)).collect();
    while let Some((a, depth)) = stack.pop() {
        // A draft may go in a circle; nothing lies deeper than there are aspects.
        if depth > b.tree.aspects.len() {
            continue;
        }
        let muted = format!("{} · {} %", component(say, i.method(), &a.component), percent(u64::from(a.weight)));
        let text = format!("{} {}", a.code, say.named(&a.name, a.name_en.as_deref()));
        let mut line = if writes { Line::to(format!("{base}/aspect?aspect={}", a.id), text) } else { Line::of(text) };
        line = line.muted(muted).mark("due-wait", say.t("indicator-aspect"));
        if writes {
            line = line.way(Way::to(say.t("task-new"), format!("{base}/task?under={}", a.id)));
        }
        all.push(line);
        for t in b.tree.tasks.iter().filter(|t| t.aspect == a.id) {
            let muted = format!(
                "{} · {} % · {}",
                unit(say, directory, t.owner),
                percent(u64::from(t.weight)),
                say.t1("task-due-on", "day", say.day(t.due))
            );
            let text = format!("{} {}", t.code, t.title);
            let line = if writes { Line::to(format!("{base}/task?task={}", t.task), text) } else { Line::of(text) };
            all.push(line.muted(muted));
        }
        stack.extend(children.get(&Some(a.id)).into_iter().flatten().rev().map(|c| (*c, depth + 1)));
    }
    all
}

/// Tasks of the version before that this one has no more.
fn retired(say: &Say, b: &Breakdown) -> Vec<Line> {
    let code = |id| b.tree.task(id).map(|t| t.code.clone());
    b.retired
        .iter()
        .map(|r| {
            let into: Vec<String> = r.into.iter().filter_map(|id| code(*id)).collect();
            let what =
                if into.is_empty() { say.t("task-dropped") } else { say.t1("task-became", "codes", into.join(" ")) };
            Line::to(format!("/matters/{}", r.task), what).muted(r.reason.clone())
        })
        .collect()
}

fn shown(say: &Say, i: &Indicator, b: &Breakdown, directory: &Directory, writes: bool) -> Vec<Block> {
    let counts =
        say.t2("breakdown-counts", ("aspects", b.tree.carrying().count() as i64), ("tasks", b.tree.tasks.len() as i64));
    vec![
        Block::new("tree", counts, Body::Lines(lines(say, i, b, directory, writes))).none(say.t("breakdown-empty")),
        Block::new("retired", say.t("breakdown-retired"), Body::Lines(retired(say, b))),
    ]
}

/// `GET /indicators/{id}/draft`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(at): Path<String>) -> Page {
    let say = &v.say;
    let p = web.app().indicator(&v.actor, &at, None).await?;
    let Some(b) = &p.draft else { return Err(AppError::NotFound("breakdown").into()) };
    let i = &p.indicator;
    let base = format!("/indicators/{}", i.code);
    let faults = b.tree.faults(i.method());
    let told = faults.iter().map(|(fault, about)| {
        let words = say.invalid(&FieldError::with("tree", fault.as_str(), about));
        Line::of(words).mark("due-over", say.t("breakdown-fault"))
    });
    let mut ways = Vec::new();
    if p.keeps {
        ways.push(Way::to(say.t("aspect-new"), format!("{base}/aspect")));
    }
    let own = v.actor.by() == b.drafted_by;
    if p.approves && faults.is_empty() && !own {
        ways.push(Way::first(say.t("breakdown-approve"), format!("{base}/approve")));
    }
    let mut notes = Vec::new();
    if faults.is_empty() {
        notes.push(("", say.t(if own { "breakdown-whole-other" } else { "breakdown-whole" })));
    }
    let mut blocks = vec![Block::new("faults", say.t("breakdown-faults"), Body::Lines(told.collect()))];
    blocks.extend(shown(say, i, b, &p.directory, p.keeps));
    show(&RecordPage {
        crumbs: vec![(say.t("indicators-title"), "/indicators".into()), (name(say, i), base)],
        sub: vec![b.reason.clone()],
        ways,
        notes,
        blocks,
        ..RecordPage::new(Frame::of(&web, &v, "indicators").await?, say.t1("breakdown-draft-n", "n", i64::from(b.no)))
    })
}

/// `GET /indicators/{id}/versions/{no}`
pub async fn version(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path((at, no)): Path<(String, u32)>,
) -> Page {
    let say = &v.say;
    let (i, b) = web.app().breakdown(&v.actor, &at, no).await?;
    let directory = web.app().directory().await?;
    let since = match &b.state {
        BreakdownState::Approved { effective, .. } => say.t1("breakdown-since", "day", say.day(*effective)),
        BreakdownState::Draft => say.t("breakdown-draft"),
    };
    show(&RecordPage {
        crumbs: vec![
            (say.t("indicators-title"), "/indicators".into()),
            (name(say, &i), format!("/indicators/{}", i.code)),
        ],
        sub: vec![since, b.reason.clone()],
        blocks: shown(say, &i, &b, &directory, false),
        ..RecordPage::new(Frame::of(&web, &v, "indicators").await?, say.t1("breakdown-n", "n", i64::from(b.no)))
    })
}
