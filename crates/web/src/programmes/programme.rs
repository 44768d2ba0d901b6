//! A programme: how far it is by batch and district, how its milestones stand, a bar for each section, what is late first.

use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::say::Say;
use crate::door::telling::unit_name;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::query;
use crate::form::record::{Block, Body, Cell, Line, RecordPage, Table, Tap, Way};
use crate::programmes::bars::drawn;
use crate::programmes::list::name;
use axum::extract::{Path, State};
use axum::http::Uri;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use yixian_app::programmes::Works;
use yixian_domain::programme::milestone::START;
use yixian_domain::programme::{LengthKind, MilestoneKind, Progress, Section, Standing};
use yixian_domain::time::Date;

/// Sections drawn on a page; the rest is behind a filter.
const DRAWN: usize = 120;

/// The class of a standing's pill.
pub(crate) fn class(s: Standing) -> &'static str {
    match s {
        Standing::Ahead => "due-done",
        Standing::OnPlan => "",
        Standing::Warning => "due-soon",
        Standing::Late => "due-over",
    }
}

/// A standing with its shape: the word alone is enough, and so is the shape.
pub(crate) fn told(say: &Say, s: Standing) -> String {
    let shape = match s {
        Standing::Ahead => "▲",
        Standing::OnPlan => "●",
        Standing::Warning => "◆",
        Standing::Late => "■",
    };
    format!("{shape} {}", say.of("standing", s.as_str()))
}

/// A section as a line, with how it stands.
pub(crate) fn line(say: &Say, s: &Section, today: Date, href: String) -> Line {
    let metres = s.metres(LengthKind::Route, today).map(|m| format!("{m} m")).unwrap_or_default();
    let muted = [s.details.district.clone(), say.of("section", s.progress().as_str()), metres];
    let muted: Vec<String> = muted.into_iter().filter(|t| !t.is_empty()).collect();
    let line = Line::to(href, say.named(&s.details.name, s.details.name_en.as_deref()))
        .muted(muted.join(" · "))
        .end(s.code.clone());
    match s.stands(today) {
        Some(x) => line.mark(class(x), told(say, x)),
        None => line,
    }
}

fn is_started(s: &Section) -> bool {
    s.milestone(START).is_some_and(|m| m.reached().is_some())
}

/// Kilometres of route with one decimal.
fn kilometres<'a>(sections: impl Iterator<Item = &'a Section>, today: Date) -> f64 {
    sections.filter_map(|s| s.metres(LengthKind::Route, today)).map(f64::from).sum::<f64>() / 1000.0
}

/// Sections of a cell of the grid: how many, how many of them started, and how the worst stands.
#[derive(Clone, Copy, Default)]
struct Tally {
    all: usize,
    started: usize,
    worst: Option<Standing>,
}

impl Tally {
    fn add(&mut self, s: &Section, stands: Option<Standing>) {
        self.all += 1;
        self.started += usize::from(is_started(s));
        self.worst = self.worst.max(stands);
    }
}

/// Batch by district: so many started of so many.
fn grid(say: &Say, works: &Works, counted: &[(&Section, Option<Standing>)]) -> Table {
    let mut batches: BTreeSet<u8> = BTreeSet::new();
    let mut districts: BTreeMap<&str, (Tally, BTreeMap<u8, Tally>)> = BTreeMap::new();
    for (s, stands) in counted {
        batches.insert(s.details.batch);
        let (all, by_batch) = districts.entry(&s.details.district).or_default();
        all.add(s, *stands);
        by_batch.entry(s.details.batch).or_default().add(s, *stands);
    }
    let mut heads = vec![say.t("works-district")];
    heads.extend(batches.iter().map(|b| say.t1("works-batch-n", "n", i64::from(*b))));
    heads.push(say.t("works-all"));
    let cell = |of: &Tally, href: String| {
        let cell = Cell::of(format!("{} / {}", of.started, of.all)).to(href);
        match of.worst {
            Some(x) => cell.marked(class(x)).under(told(say, x)),
            None => cell,
        }
    };
    let at = |batch: Option<u8>, district: &str| {
        let batch = batch.map(|b| format!("&batch={b}")).unwrap_or_default();
        let district: String = form_urlencoded::byte_serialize(district.as_bytes()).collect();
        format!("/programmes/{}?district={district}{batch}#sections", works.programme.code)
    };
    let rows = districts.iter().map(|(district, (all, by_batch))| {
        let mut row = vec![Cell::of(*district)];
        let of = batches.iter().map(|b| by_batch.get(b).map_or(Cell::of("–"), |t| cell(t, at(Some(*b), district))));
        row.extend(of);
        row.push(cell(all, at(None, district)));
        row
    });
    Table { heads, rows: rows.collect() }
}

/// Milestone by milestone: how many were to be reached, how many are, and how the rest stands.
fn milestones(say: &Say, counted: &[(&Section, Option<Standing>)], kinds: &[MilestoneKind], today: Date) -> Table {
    /// What is counted of a milestone.
    #[derive(Default)]
    struct Counts {
        all: usize,
        reached: usize,
        planned: usize,
        by_now: usize,
        standing: [usize; Standing::ALL.len()],
    }
    let mut heads = ["works-milestone", "works-reached", "works-planned-by-now"].map(|k| say.t(k)).to_vec();
    heads.extend(Standing::ALL.iter().map(|s| told(say, *s)));
    let mut counts: HashMap<&str, Counts> = HashMap::new();
    for (s, _) in counted {
        for (m, standing) in s.milestones.iter().zip(s.standings(today)) {
            let of = counts.entry(&m.code).or_default();
            of.all += 1;
            of.reached += usize::from(m.reached().is_some());
            of.planned += usize::from(m.baseline().is_some());
            of.by_now += usize::from(m.baseline().is_some_and(|d| d <= today));
            if let Some(i) = standing.and_then(|s| Standing::ALL.iter().position(|x| *x == s)) {
                of.standing[i] += 1;
            }
        }
    }
    let rows = kinds.iter().filter_map(|kind| {
        let of = counts.get(&*kind.code).filter(|of| of.planned > 0 || of.reached > 0)?;
        let mut row = vec![
            Cell::of(say.named(&kind.name, Some(&kind.name_en))),
            Cell::number(format!("{} / {}", of.reached, of.all)),
            Cell::number(of.by_now.to_string()),
        ];
        for (standing, n) in Standing::ALL.iter().zip(of.standing) {
            let cell = Cell::number(n.to_string());
            row.push(if n > 0 && *standing >= Standing::Warning { cell.marked(class(*standing)) } else { cell });
        }
        Some(row)
    });
    Table { heads, rows: rows.collect() }
}

/// `GET /programmes/{id}`
pub async fn page(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    uri: Uri,
) -> Page {
    let works = web.app().works(&v.actor, &at, None).await?;
    let (say, today, q) = (&v.say, v.say.today(), query(uri.query()));
    let p = &works.programme;
    let directory = web.app().directory().await?;
    let policies = web.app().policies();
    let kinds = policies.milestones.of(p.details.kind);
    let all: Vec<(&Section, Option<Standing>)> = works.sections.iter().map(|s| (&**s, s.stands(today))).collect();
    let counted: Vec<(&Section, Option<Standing>)> = all.iter().copied().filter(|(s, _)| s.counts()).collect();
    let started: Vec<&Section> = counted.iter().map(|(s, _)| *s).filter(|s| is_started(s)).collect();
    let wanted = |(s, stands): &&(&Section, Option<Standing>)| {
        (q.get("district").is_empty() || s.details.district == q.get("district"))
            && (q.get("batch").is_empty() || s.details.batch.to_string() == q.get("batch"))
            && (q.get("standing").is_empty() || stands.is_some_and(|x| x.as_str() == q.get("standing")))
    };
    // They are in the order of their codes; late first, with what waits for a decision.
    let mut shown: Vec<&(&Section, Option<Standing>)> = all.iter().filter(wanted).collect();
    shown.sort_by_key(|(_, stands)| std::cmp::Reverse(*stands));
    let more = shown.len().saturating_sub(DRAWN);
    let shown: Vec<&Section> = shown.into_iter().take(DRAWN).map(|(s, _)| *s).collect();
    let (km_started, km) = (
        format!("{:.1}", kilometres(started.iter().copied(), today)),
        format!("{:.1}", kilometres(counted.iter().map(|(s, _)| *s), today)),
    );
    let mut facts = vec![
        (say.t("works-kind"), say.of("works-kind", p.details.kind.as_str()), None),
        (say.t("works-year"), p.details.year.to_string(), None),
        (say.t("works-owner"), directory.unit(p.details.owner).map(|u| unit_name(say, u)).unwrap_or_default(), None),
        (
            say.t("works-manager"),
            directory.person(p.details.manager).map_or_else(|| say.t("erased"), |m| m.name.clone()),
            None,
        ),
        (say.t("works-sections"), counted.len().to_string(), None),
        (say.t("works-started"), format!("{} / {}", started.len(), counted.len()), None),
        (say.t("works-length"), format!("{km_started} / {km} km"), None),
    ];
    let households: u32 = counted.iter().filter_map(|(s, _)| s.details.households).sum();
    if households > 0 {
        let done = counted.iter().filter(|(s, _)| matches!(s.progress(), Progress::Energized | Progress::HandedOver));
        let done: u32 = done.filter_map(|(s, _)| s.details.households).sum();
        facts.push((say.t("works-households"), format!("{done} / {households}"), None));
    }
    facts.push((
        say.t("works-figures"),
        say.t("works-figures-see"),
        Some(format!("/figures?period={}", p.details.year)),
    ));
    let drafts = works.sections.iter().filter(|s| s.progress() == Progress::Draft).count();
    let (mut ways, mut aside) =
        (vec![Way::to(say.t("works-calendar"), format!("/programmes/{}/calendar", p.code))], Vec::new());
    if works.keeps {
        ways.insert(0, Way::to(say.t("edit"), format!("/programmes/{}/edit", p.code)));
        ways.push(Way::first(say.t("works-section-new"), format!("/programmes/{}/section", p.code)));
        if drafts > 0 {
            let command = web.app().mint().uuid(web.app().clock().now());
            let tap = Tap::new(say.t("works-approve-all"), format!("/programmes/{}/approve", p.code), command);
            let line = Line::of(say.t1("works-drafts", "n", drafts as i64)).tap(tap);
            aside.push(Block::new("drafts", say.t("works-approval"), Body::Lines(vec![line])));
        }
    }
    let lines = shown.iter().map(|s| line(say, s, today, format!("/sections/{}", s.id)));
    let mut notes = Vec::new();
    if p.details.taken_over {
        notes.push(("banner-warn", say.t("works-taken-over-hint")));
    }
    if more > 0 {
        notes.push(("", say.t1("works-more", "n", more as i64)));
    }
    show(&RecordPage {
        crumbs: vec![(say.t("programmes-title"), "/programmes".into())],
        sub: vec![p.code.clone()],
        ways,
        notes,
        blocks: vec![
            Block::new("grid", say.t("works-grid"), Body::Table(grid(say, &works, &counted))),
            Block::new("milestones", say.t("works-milestones"), Body::Table(milestones(say, &counted, kinds, today))),
            Block::new("bars", say.t("works-bars"), Body::Html(drawn(say, &shown, kinds, today))),
            Block::new("sections", say.t("works-sections"), Body::Lines(lines.collect()))
                .none(say.t("works-sections-none")),
        ],
        facts_title: say.t("works-facts"),
        facts,
        aside,
        ..RecordPage::new(Frame::of(&web, &v, "programmes").await?, name(say, p))
    })
}
