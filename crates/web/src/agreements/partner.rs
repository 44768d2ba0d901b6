//! A partner with all that is between it and us: what it asked for, what either side promised, visits and agreements; and the
//! sheet that is read before somebody goes there, on a phone or printed.

use super::list::{line as agreement_line, title};
use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::say::Say;
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::record::{Block, Body, Line, RecordPage, Way};
use crate::matters::rows::number;
use crate::partners::list::{name, register, roles};
use crate::partners::partner::{matter_lines, record};
use crate::visits::list as visits;
use axum::extract::{Path, State};
use axum::http::Uri;
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::agreements::PartnerStory;
use yixian_app::partners::Numbered;
use yixian_domain::ids::{MatterId, PartnerId, VisitId};
use yixian_domain::time::Instant;

/// Lines of the story of a partner.
const LINES: usize = 40;

fn to_matter(m: MatterId) -> String {
    format!("/matters/{m}")
}

/// Of some matters those still open.
fn open(all: &[Numbered]) -> Vec<Numbered> {
    all.iter().filter(|m| m.matter.is_open()).cloned().collect()
}

/// Matters as a block.
fn block(say: &Say, id: &'static str, label: &str, none: &str, all: &[Numbered]) -> Block {
    Block::new(id, say.t(label), Body::Lines(matter_lines(say, all, to_matter))).none(say.t(none))
}

/// What happened between it and us, the latest first: each with its instant, so that all of it stands in one order.
async fn story(web: &Web, say: &Say, s: &PartnerStory) -> Result<Vec<Line>, AppError> {
    let mut all: Vec<(i64, Line)> = Vec::new();
    for (row, line) in s.visits.iter().zip(visits::lines(web, say, &s.visits).await?) {
        let at = row.started.unwrap_or_else(|| say.zone().end_of_day(row.day));
        let text = format!("{} · {}", say.t("partner-told-visit"), line.leader);
        let line = Line::to(format!("/visits/{}", line.id), text)
            .muted(format!("{} · {}", line.kind, line.state))
            .end(line.day);
        all.push((at.0, line));
    }
    for (label, matters) in
        [("partner-told-demand", &s.demands), ("partner-told-ours", &s.ours), ("partner-told-theirs", &s.theirs)]
    {
        for m in matters {
            let at = m.matter.raised.at;
            let subject = if m.subject.is_empty() { say.t("erased") } else { m.subject.clone() };
            let stage = say.of("stage", m.matter.stage.name().as_str());
            let line = Line::to(to_matter(m.matter.id), format!("{} · {subject}", say.t(label)))
                .muted(format!("{} · {stage}", number(say, at, m.n)))
                .end(say.day(say.zone().date_of(at)));
            all.push((at.0, line));
        }
    }
    for a in &s.agreements {
        let at = say.zone().end_of_day(a.details.signed);
        let text = format!("{} · {}", say.t("partner-told-agreement"), title(say, a));
        let line = Line::to(format!("/agreements/{}", a.id), text).muted(a.code.clone()).end(say.day(a.details.signed));
        all.push((at.0, line));
    }
    all.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    Ok(all.into_iter().map(|(_, line)| line).take(LINES).collect())
}

/// When somebody was there last, in words.
fn seen(say: &Say, last: Option<Instant>) -> String {
    match last.map(|at| say.zone().date_of(at)) {
        Some(day) => say.t2(
            "partner-last-seen",
            ("n", i64::from((say.today() - day).get_days()).to_string()),
            ("day", say.day(day)),
        ),
        None => say.t("partner-never-seen"),
    }
}

/// When somebody was there last.
async fn last_seen(web: &Web, v: &Visitor, id: PartnerId) -> Result<String, AppError> {
    Ok(seen(&v.say, web.app().partners_last_seen(&v.actor, &[id]).await?.remove(&id)))
}

/// `GET /partners`
pub async fn list(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
    let (mut page, partners) = register(&web, &v, &uri).await?;
    let ids: Vec<PartnerId> = partners.iter().map(|p| p.id).collect();
    let last = web.app().partners_last_seen(&v.actor, &ids).await?;
    for (line, id) in page.lines.iter_mut().zip(&ids) {
        line.muted = format!("{} · {}", line.muted, seen(&v.say, last.get(id).copied()));
    }
    show(&page)
}

/// The page of a partner, with all that is between it and us; a slice above adds its own.
pub(crate) async fn between(web: &Web, v: &Visitor, id: Uuid) -> Result<RecordPage, AppError> {
    let say = &v.say;
    let mut page = record(web, v, id).await?;
    let s = web.app().partner_story(&v.actor, PartnerId(id)).await?;
    page.sub.push(last_seen(web, v, PartnerId(id)).await?);
    page.ways.insert(0, Way::first(say.t("partner-sheet"), format!("/partners/{id}/sheet")));
    let agreements = s.agreements.iter().map(|a| agreement_line(say, a)).collect();
    let mut blocks = vec![
        block(say, "demands", "partner-demands-open", "partner-demands-none", &open(&s.demands)),
        block(say, "ours", "commitments-ours-open", "commitments-ours-none", &open(&s.ours)),
        block(say, "theirs", "commitments-theirs-open", "commitments-theirs-none", &open(&s.theirs)),
        Block::new("agreements", say.t("agreements-title"), Body::Lines(agreements)),
        Block::new("between", say.t("partner-between"), Body::Lines(story(web, say, &s).await?))
            .none(say.t("partner-between-none")),
    ];
    blocks.append(&mut page.blocks);
    page.blocks = blocks;
    Ok(page)
}

/// `GET /partners/{id}/sheet`
pub async fn sheet(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(id): Path<Uuid>) -> Page {
    let say = &v.say;
    let s = web.app().partner_story(&v.actor, PartnerId(id)).await?;
    let p = web.app().partner_page(&v.actor, PartnerId(id)).await?;
    let last = s.visits.iter().filter(|r| r.started.is_some()).max_by_key(|r| r.started);
    let mut before: Vec<String> = Vec::new();
    if let Some(row) = last {
        let visit = web.app().visit_page(&v.actor, VisitId(row.id.0)).await?;
        let lines = visits::lines(&web, say, std::slice::from_ref(row)).await?;
        before.extend(lines.iter().map(|l| format!("{} · {} · {}", l.day, l.leader, l.place)));
        let words = |w: Option<&yixian_domain::ids::Words>| w.and_then(|w| visit.words.get(&w.id)).cloned();
        if let Some(m) = &visit.visit.meeting {
            before.extend(words(m.met.as_ref()).map(|t| format!("{}：{t}", say.t("visit-met"))));
            before.extend(words(m.topics.as_ref()).map(|t| format!("{}：{t}", say.t("visit-topics"))));
            before.extend(m.load_kw.map(|kw| format!("{}：{kw} kW", say.t("visit-load"))));
        }
    }
    let contacts = p.contacts.as_deref().unwrap_or_default().lines().map(str::to_owned).collect();
    let in_force = s.agreements.iter().filter(|a| a.in_force(say.today())).map(|a| agreement_line(say, a)).collect();
    let here = format!("/partners/{id}");
    show(&RecordPage {
        crumbs: vec![(say.t("partners-title"), "/partners".into()), (name(say, &s.partner), here)],
        sub: vec![s.partner.code.clone(), roles(say, &s.partner), last_seen(&web, &v, PartnerId(id)).await?],
        blocks: vec![
            Block::new("last", say.t("sheet-last-visit"), Body::Text(before)).none(say.t("partner-never-seen")),
            block(say, "demands", "partner-demands-open", "partner-demands-none", &open(&s.demands)),
            block(say, "ours", "sheet-we-owe", "commitments-ours-none", &open(&s.ours)),
            block(say, "theirs", "sheet-they-owe", "commitments-theirs-none", &open(&s.theirs)),
            Block::new("agreements", say.t("sheet-agreements"), Body::Lines(in_force)),
            Block::new("contacts", say.t("partner-contacts"), Body::Text(contacts)),
        ],
        ..RecordPage::new(Frame::of(&web, &v, "partners").await?, say.t1("sheet-title", "name", name(say, &s.partner)))
    })
}
