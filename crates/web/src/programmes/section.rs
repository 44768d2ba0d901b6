//! A section: its milestones with plan, forecast and what was reached, what waits for whom, permits, counted parts, the matters
//! about it, photos before and after.

use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::say::Say;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::record::{Block, Body, Cell, Line, RecordPage, Table, Tap, Way};
use crate::matters::matter::who;
use crate::partners::partner::matter_lines;
use crate::programmes::list::name;
use crate::programmes::programme::{class, told};
use crate::visits::list as visits;
use axum::extract::{Path, State};
use std::collections::HashMap;
use uuid::Uuid;
use yixian_app::programmes::SectionPage;
use yixian_app::read::Directory;
use yixian_domain::ids::*;
use yixian_domain::partner::Partner;
use yixian_domain::programme::{Actual, MilestoneKind, Progress, Section};
use yixian_domain::time::Date;

/// Visits that a page shows.
const SHOWN_VISITS: usize = 20;

/// What a milestone is called.
pub(crate) fn called(say: &Say, kinds: &[MilestoneKind], code: &str) -> String {
    let kind = kinds.iter().find(|k| k.code == code);
    kind.map_or_else(|| code.to_owned(), |k| say.named(&k.name, Some(&k.name_en)))
}

/// Who reported and who confirmed, in words.
fn hands(say: &Say, d: &Directory, names: &HashMap<Uuid, Partner>, a: &Actual) -> String {
    let of = |by: &By| match by {
        By::Partner(p) => names.get(&p.0).map_or_else(|| say.t("by-partner"), |p| p.name().name.clone()),
        by => who(say, d, by),
    };
    match &a.confirmed {
        Some((by, _)) => say.t2("works-hands", ("by", of(&a.by)), ("confirmed", of(by))),
        None => say.t1("works-reported-by", "by", of(&a.by)),
    }
}

/// The milestones of a section as a table.
pub(crate) fn milestone_table(
    say: &Say,
    d: &Directory,
    names: &HashMap<Uuid, Partner>,
    s: &Section,
    kinds: &[MilestoneKind],
) -> Table {
    let heads = ["works-milestone", "works-baseline", "works-forecast", "works-actual", "works-standing"];
    let standings = s.standings(say.today());
    let rows = s.milestones.iter().zip(standings).map(|(m, standing)| {
        let day = |d: Option<Date>| d.map(|d| say.day(d)).unwrap_or_default();
        let baseline = Cell::of(day(m.baseline())).under(match (&m.wanted, m.baselines.len()) {
            (Some(w), _) => say.t1("works-baseline-wanted", "day", say.day(w.day)),
            (None, n) if n > 1 => say.t1("works-baseline-version", "n", n as i64),
            (None, _) => String::new(),
        });
        let forecast = m.forecast.as_ref().map_or_else(Cell::default, |f| {
            let under = if f.approved_by.is_some() { say.t("works-forecast-approved") } else { String::new() };
            Cell::of(say.day(f.day)).under(under)
        });
        let actual = m.actual.as_ref().map_or_else(Cell::default, |a| {
            let mut under = hands(say, d, names, a);
            if a.without_permit.is_some() {
                under = format!("{under} · {}", say.t("works-without-permit"));
            }
            Cell::of(say.day(a.day)).under(under)
        });
        let standing = standing.map_or_else(Cell::default, |x| Cell::of(told(say, x)).marked(class(x)));
        vec![Cell::of(called(say, kinds, &m.code)), baseline, forecast, actual, standing]
    });
    Table { heads: heads.map(|h| say.t(h)).to_vec(), rows: rows.collect() }
}

/// What can be done to milestones now: the next one reached in two taps, what waits confirmed in one.
fn doings(web: &Web, say: &Say, p: &SectionPage, kinds: &[MilestoneKind]) -> Vec<Line> {
    let s = &p.section;
    let mint = || web.app().mint().uuid(web.app().clock().now());
    let at = |action: &str| format!("/sections/{}/{action}", s.id);
    let with = |action: &str, code: &str| format!("{}?milestone={code}", at(action));
    let mut lines = Vec::new();
    let mut next = true;
    for m in &s.milestones {
        let title = called(say, kinds, &m.code);
        let mut line = Line::of(title);
        match &m.actual {
            Some(a) if a.confirmed.is_none() && p.confirms => {
                line = line
                    .muted(say.t1("works-reported-on", "day", say.day(a.day)))
                    .tap(Tap::new(say.t("works-confirm"), at("confirm"), mint()).with("milestone", &m.code).primary())
                    .way(Way::to(say.t("works-refuse"), with("refuse", &m.code)));
            }
            Some(_) => continue,
            None => {}
        }
        if m.wanted.is_some() && p.keeps {
            line = line
                .tap(
                    Tap::new(say.t("works-baseline-approve"), at("approve-baseline"), mint())
                        .with("milestone", &m.code),
                )
                .way(Way::to(say.t("works-baseline-refuse"), with("refuse-baseline", &m.code)));
        }
        if m.forecast.as_ref().is_some_and(|f| f.approved_by.is_none()) && p.keeps {
            line = line.tap(
                Tap::new(say.t("works-forecast-approve"), at("approve-forecast"), mint()).with("milestone", &m.code),
            );
        }
        if m.actual.is_none() && p.reports {
            let way = Way { primary: next, ..Way::to(say.t("works-report"), with("report", &m.code)) };
            line = line.way(way).way(Way::to(say.t("works-forecast-set"), with("forecast", &m.code)));
            if p.keeps {
                line = line.way(Way::to(say.t("works-baseline-want"), with("baseline", &m.code)));
            }
            next = false;
        }
        if !line.taps.is_empty() || !line.ways.is_empty() {
            lines.push(line);
        }
    }
    lines
}

/// `GET /sections/{id}`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(id): Path<Uuid>) -> Page {
    let p = web.app().section_page(&v.actor, id).await?;
    let (say, s) = (&v.say, &p.section);
    let policies = web.app().policies();
    let kinds = policies.milestones.of(p.programme.details.kind);
    let directory = web.app().directory().await?;
    let bodies: Vec<Uuid> = [s.details.contractor, s.details.supervisor]
        .into_iter()
        .flatten()
        .map(|b| b.0)
        .chain(s.permits.iter().filter_map(|p| p.authority).map(|a| a.0))
        .collect();
    let names = web.app().partner_names(&bodies).await?;
    let rows: Vec<_> = p.visits.iter().take(SHOWN_VISITS).map(|(row, _)| row.clone()).collect();
    let seen = visits::lines(&web, say, &rows).await?;
    let body = |id: Option<PartnerId>| id.and_then(|id| names.get(&id.0));
    let told_body = |p: &Partner| crate::partners::list::name(say, p);
    let approved = matches!(s.progress(), Progress::Approved | Progress::Started | Progress::Energized);
    let mut ways = Vec::new();
    if p.keeps && s.counts() {
        let to = |action: &str| format!("/sections/{id}/{action}");
        ways.push(Way::to(say.t("edit"), format!("/sections/{id}/edit")));
        let mut more = vec!["permit", "survey"];
        if approved {
            more.push(if s.suspended.is_some() { "resume" } else { "suspend" });
            if !s.items.is_empty() {
                more.push("items");
            }
            more.push("split");
        } else {
            more.insert(0, "approve");
        }
        more.push("cancel");
        ways.extend(more.into_iter().map(|a| Way::to(say.of("works-do", a), to(a))));
    }
    let mut facts = vec![
        (say.t("works-programme"), name(say, &p.programme), Some(format!("/programmes/{}", p.programme.code))),
        (say.t("works-district"), s.details.district.clone(), None),
        (say.t("works-batch"), s.details.batch.to_string(), None),
        (say.t("works-terrain"), say.of("terrain", s.details.terrain.as_str()), None),
    ];
    for l in &s.lengths {
        let by = if l.surveyed_by.is_empty() { String::new() } else { format!(" · {}", l.surveyed_by) };
        facts.push((
            say.of("length", l.kind.as_str()),
            format!("{} m · {}{by}", l.metres, say.t1("since-day", "day", say.day(l.from))),
            None,
        ));
    }
    for (label, who) in [("works-contractor", s.details.contractor), ("works-supervisor", s.details.supervisor)] {
        if let Some(b) = body(who) {
            facts.push((say.t(label), told_body(b), Some(format!("/partners/{}", b.id))));
        }
    }
    if let Some(place) = s.details.place {
        facts.push((say.t("works-place"), say.t("works-place-see"), Some(format!("/places/{place}"))));
    }
    let number = |label: &str, n: Option<u32>| n.map(|n| (say.t(label), n.to_string(), None));
    facts.extend(number("works-households", s.details.households));
    facts.extend(number("works-capacity", s.details.capacity_kw));
    if let Some(c) = &s.details.serves {
        facts.push((say.t("works-serves"), format!("{} · {}", c.name, say.day(c.day)), None));
    }
    let permits = s.permits.iter().map(|permit| {
        let day = |d: Option<Date>| d.map(|d| say.day(d)).unwrap_or_default();
        let of = body(permit.authority).map(told_body).unwrap_or_default();
        vec![
            Cell::of(say.of("permit", permit.kind.as_str())),
            Cell::of(of),
            Cell::of(day(permit.applied)),
            Cell::of(day(permit.granted)),
            Cell::of(day(permit.valid_to)),
        ]
    });
    let heads = ["works-permit", "works-authority", "works-applied", "works-granted", "works-valid-to"];
    let permits = Table { heads: heads.map(|h| say.t(h)).to_vec(), rows: permits.collect() };
    let items =
        s.items.iter().map(|i| Line::of(say.of("item", i.kind.as_str())).end(format!("{} / {}", i.done(), i.planned)));
    let photos = s
        .milestones
        .iter()
        .filter_map(|m| Some((m, m.actual.as_ref()?)))
        .flat_map(|(m, a)| a.photos.iter().map(move |f| (f.as_str().to_owned(), m.code.clone(), a.day)));
    let mut photos: Vec<(String, String, Date)> = photos.collect();
    photos.sort_by_key(|p| p.2);
    let captioned = |(sha, code, day): &(String, String, Date)| {
        (sha.clone(), format!("{} · {}", called(say, kinds, code), say.day(*day)))
    };
    // The first and the last of them side by side, where they were taken on two days.
    let pair = match (photos.first(), photos.last()) {
        (Some(first), Some(last)) if first.2 < last.2 => [("works-before", first), ("works-after", last)]
            .map(|(label, p)| (p.0.clone(), format!("{} · {}", say.t(label), captioned(p).1)))
            .to_vec(),
        _ => Vec::new(),
    };
    let photos: Vec<(String, String)> = photos.iter().map(captioned).collect();
    let story = p.story.iter().rev().take(60).map(|(_, h)| {
        let about = h.event.milestone().map(|c| called(say, kinds, c)).unwrap_or_default();
        let by = match &h.by {
            By::Partner(b) => names.get(&b.0).map_or_else(|| say.t("by-partner"), told_body),
            by => who(say, &directory, by),
        };
        Line::of(format!("{} {about}", say.of("event", h.event.code()))).muted(by).end(say.moment(h.at))
    });
    let visits = seen.into_iter().zip(&p.visits).map(|(l, (_, night))| {
        let line =
            Line::to(format!("/visits/{}", l.id), l.leader).muted([l.state, l.host, l.times].join(" · ")).end(l.day);
        if *night { line.mark("", format!("☾ {}", say.t("works-night-check"))) } else { line }
    });
    let visits: Vec<Line> = visits.collect();
    let nights = p.visits.iter().filter(|(_, night)| *night).count();
    if !p.visits.is_empty() {
        let told = say.t2("works-visits-n", ("n", p.visits.len().to_string()), ("nights", nights.to_string()));
        facts.push((say.t("works-visits"), told, None));
    }
    let mut notes = Vec::new();
    if let Some(reason) = &s.suspended {
        let why = p.words.get(&reason.id).cloned().unwrap_or_else(|| say.t("erased"));
        notes.push(("banner-warn", say.t1("works-suspended", "why", why)));
    }
    let mut blocks = vec![
        Block::new("do", say.t("works-now"), Body::Lines(doings(&web, say, &p, kinds))),
        Block::new(
            "milestones",
            say.t("works-milestones"),
            Body::Table(milestone_table(say, &directory, &names, s, kinds)),
        ),
        Block::new("pair", say.t("works-pair"), Body::Photos("/files/".into(), pair)),
        Block::new("photos", say.t("works-photos"), Body::Photos("/files/".into(), photos)),
        Block::new(
            "matters",
            say.t("works-matters"),
            Body::Lines(matter_lines(say, &p.matters, |m| format!("/matters/{m}"))),
        )
        .none(say.t("works-matters-none")),
    ];
    blocks.push(Block::new("visits", say.t("works-visits"), Body::Lines(visits)).none(say.t("works-visits-none")));
    blocks.push(Block::new("permits", say.t("works-permits"), Body::Table(permits)).none(say.t("works-permits-none")));
    blocks.push(Block::new("items", say.t("works-items"), Body::Lines(items.collect())));
    blocks.push(Block::new("story", say.t("works-story"), Body::Lines(story.collect())));
    let mark = s.stands(say.today()).map(|x| crate::form::record::Mark { class: class(x), text: told(say, x) });
    show(&RecordPage {
        crumbs: vec![
            (say.t("programmes-title"), "/programmes".into()),
            (name(say, &p.programme), format!("/programmes/{}", p.programme.code)),
        ],
        sub: vec![s.code.clone(), say.of("section", s.progress().as_str())],
        mark,
        ways,
        notes,
        blocks,
        facts_title: say.t("works-facts"),
        facts,
        ..RecordPage::new(
            Frame::of(&web, &v, "programmes").await?,
            say.named(&s.details.name, s.details.name_en.as_deref()),
        )
    })
}
