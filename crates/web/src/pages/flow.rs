//! Flow 流程: which way matters and visits go, where they wait, what is done twice, how old the open ones are; and the
//! records behind each of those numbers. The page computes nothing; [`yixian_app::flow::report`] does, from the ledger.

use super::figures::{asked, digits, period_words, visit_lines, Asked, VisitLine};
use super::rows::{self, Row, unit_name};
use super::sign_in::person;
use super::{Faults, Page, show, show_as};
use crate::Web;
use crate::form::{Form, query};
use crate::frame::Frame;
use crate::say::Say;
use crate::visitor::Visitor;
use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use std::fmt::Write as _;
use uuid::Uuid;
use yixian_app::flow::report::{AGES, FlowReport, Part};
use yixian_app::flow::{Chosen, Of};
use yixian_app::read::Directory;
use yixian_app::{AppError, FieldError};
use yixian_domain::access::{Ask, may};
use yixian_domain::figure::Distribution;
use yixian_domain::org::UnitPath;

/// Records on a page.
const PAGE: usize = 50;
/// Ways told.
const WAYS: usize = 10;
/// Hops told in the table.
const HOPS: usize = 40;
/// Shares of all hops that the slider offers, percent.
const PATHS: [u8; 5] = [50, 80, 90, 95, 100];
/// Bars of a chart.
const MONTHS: usize = 24;

/// What stands on the map's lines.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Measure { Count, Median, Total }

impl Measure {
    fn parse(text: &str) -> Measure {
        match text { "median" => Measure::Median, "total" => Measure::Total, _ => Measure::Count }
    }
    fn word(self) -> &'static str {
        match self { Measure::Count => "count", Measure::Median => "median", Measure::Total => "total" }
    }
}

pub(super) fn step(say: &Say, code: &str) -> String { say.of_or("step", code) }

/// A length of time; seconds in.
fn span(say: &Say, seconds: f64) -> String {
    if seconds < 30.0 { say.t("flow-at-once") } else { say.span((seconds * 1_000.0) as i64) }
}

/// Days that cases spent in something, all together.
fn days(seconds: f64) -> String {
    let days = seconds / 86_400.0;
    if days >= 10.0 { digits(days.round() as u64) } else { format!("{days:.1}") }
}

/// A step of the picture.
struct StepShown { x: i32, y: i32, name: String, count: String, tx: i32, ty: i32, ty2: i32 }

/// A hop of the picture.
struct LineShown { d: String, class: String, label: String, x: i32, y: i32, title: String, marker: &'static str }

struct HopRow { from: String, to: String, count: String, cases: String, href: String, median: String, p90: String, days: String, share: u64 }

struct WayRow { steps: String, cases: String, href: String, share: String, width: u64, median: String }

struct AgeRow { label: String, n: String, href: String, width: u64, y: u64 }

struct MonthBar { label: String, n: String, href: String, median: String, p90: String, height: u64, x: u64, w: u64 }

struct AgainRow { step: String, n: String, href: String }

#[derive(Template)]
#[template(path = "flow.html")]
struct FlowPage {
    f: Frame,
    faults: Faults,
    of: &'static str,
    from: String,
    to: String,
    unit_code: String,
    whole: Option<String>,
    units: Vec<(String, String)>,
    measures: Vec<(&'static str, String, bool)>,
    paths: Vec<(u8, bool)>,
    sub: Vec<String>,
    tabs: Vec<(String, String, bool)>,
    cards: Vec<(String, String, String, Option<String>)>,
    width: i32,
    height: i32,
    boxes: Vec<StepShown>,
    lines: Vec<LineShown>,
    left_out: Option<String>,
    hops: Vec<HopRow>,
    ways: Vec<WayRow>,
    ways_note: String,
    ages: Vec<AgeRow>,
    months: Vec<MonthBar>,
    again: Vec<AgainRow>,
    rules: Option<String>,
}

impl FlowPage {
    fn ages_alt(&self) -> String { alt(self.ages.iter().map(|a| (&a.label, &a.n))) }
    fn months_alt(&self) -> String { alt(self.months.iter().map(|m| (&m.label, &m.median))) }
}

fn alt<'a>(pairs: impl Iterator<Item = (&'a String, &'a String)>) -> String {
    pairs.map(|(label, n)| format!("{label} {n}")).collect::<Vec<_>>().join(", ")
}

/// The query with this year where no period was named: a month seldom holds whole cases.
pub(super) fn with_period(v: &Visitor, mut q: Form) -> Form {
    if ["period", "from", "to"].iter().all(|f| q.get(f).is_empty()) {
        q.set("period", format!("{:04}", v.say.today().year()));
    }
    q
}

pub(super) fn records_of(q: &Form) -> Of { if q.get("of") == "visits" { Of::Visits } else { Of::Matters } }

pub(super) fn chosen(v: &Visitor, asked: &Asked, of: Of) -> Chosen {
    let zone = v.say.zone();
    let from = zone.at(asked.period.first(), yixian_domain::time::Time::midnight());
    Chosen { unit: asked.unit, begun: Some((from.0, zone.end_of_day(asked.period.last()).0)), ..Chosen::all(of) }
}

pub(super) fn base(asked: &Asked, of: Of) -> String {
    format!("{}{}", asked.query(false), if of == Of::Visits { "&of=visits" } else { "" })
}

pub(super) fn encoded(text: &str) -> String { form_urlencoded::byte_serialize(text.as_bytes()).collect() }

fn href(asked: &Asked, of: Of, part: &str) -> String { format!("/flow/cases?{}&{part}", base(asked, of)) }

pub(super) fn sub(say: &Say, asked: &Asked, directory: &Directory) -> Vec<String> {
    let unit = asked.unit.and_then(|u| directory.unit(u)).or_else(|| directory.root()).map(|u| unit_name(say, u)).unwrap_or_default();
    vec![say.t1("flow-begun", "period", period_words(say, asked.period)), unit]
}

/// A smooth line through points, from top to bottom or back.
fn curve(points: &[(i32, i32)]) -> String {
    let mut d = points.first().map(|(x, y)| format!("M{x} {y}")).unwrap_or_default();
    for pair in points.windows(2) {
        let ((x1, y1), (x2, y2)) = (pair[0], pair[1]);
        let middle = i32::midpoint(y1, y2);
        let _ = write!(d, " C{x1} {middle} {x2} {middle} {x2} {y2}");
    }
    d
}

fn picture(say: &Say, report: &FlowReport, measure: Measure) -> (Vec<StepShown>, Vec<LineShown>) {
    let boxes = report.map.steps.iter().map(|s| {
        let (x, y) = s.at;
        let (w, h) = yixian_app::mining::map::STEP;
        StepShown {
            x: x - w / 2, y: y - h / 2, name: step(say, &report.steps[s.activity as usize]), count: digits(s.count as u64), tx: x, ty: y - 2, ty2: y + 13,
        }
    }).collect();
    let weight = |h: &yixian_app::flow::report::HopShown| match measure {
        Measure::Count => h.count as f64,
        Measure::Median => h.median,
        Measure::Total => h.total,
    };
    let most = report.map.lines.iter().map(|l| weight(&report.hops[l.hop])).fold(0.0, f64::max);
    let lines = report.map.lines.iter().map(|l| {
        let hop = &report.hops[l.hop];
        let label = match measure {
            Measure::Count => digits(hop.count as u64),
            Measure::Median => span(say, hop.median),
            Measure::Total => say.t1("flow-days", "n", days(hop.total)),
        };
        // Five widths: more cannot be told apart.
        let heavy = if most > 0.0 { (weight(hop) / most * 4.0).round() as u8 } else { 0 };
        let middle = l.points.len() / 2;
        let (a, b) = (l.points[middle - 1], l.points[middle]);
        LineShown {
            d: curve(&l.points),
            class: format!("flow-line flow-w{heavy}{}", if l.back { " flow-back" } else { "" }),
            x: i32::midpoint(a.0, b.0), y: i32::midpoint(a.1, b.1) + 4,
            title: format!("{} → {}: {}", step(say, &hop.from), step(say, &hop.to), label),
            label, marker: if l.back { "flow-tip-back" } else { "flow-tip" },
        }
    }).collect();
    (boxes, lines)
}

fn lasted(say: &Say, d: Option<Distribution>) -> String {
    d.map_or_else(|| "—".into(), |d| say.t2("flow-median-p90", ("median", span(say, d.median)), ("p90", span(say, d.p90))))
}

fn empty(f: Frame, faults: Faults, q: &Form, of: Of) -> FlowPage {
    let measure = Measure::parse(q.get("show"));
    let asked_paths = q.get("paths").parse::<u8>().ok().filter(|p| PATHS.contains(p)).unwrap_or(90);
    FlowPage {
        of: if of == Of::Visits { "visits" } else { "matters" },
        from: q.get("from").to_owned(),
        to: q.get("to").to_owned(),
        unit_code: q.get("unit").to_owned(),
        whole: None,
        units: Vec::new(),
        measures: [Measure::Count, Measure::Median, Measure::Total].map(|m| (m.word(), f.say.of("flow-show", m.word()), m == measure)).to_vec(),
        paths: PATHS.map(|p| (p, p == asked_paths)).to_vec(),
        sub: Vec::new(), tabs: Vec::new(), cards: Vec::new(), width: 0, height: 0, boxes: Vec::new(), lines: Vec::new(), left_out: None,
        hops: Vec::new(), ways: Vec::new(), ways_note: String::new(), ages: Vec::new(), months: Vec::new(), again: Vec::new(), rules: None,
        f, faults,
    }
}

/// `GET /flow`
pub async fn page(State(web): State<Web>, v: Visitor, uri: Uri) -> Page {
    person(&v)?;
    let q = with_period(&v, query(uri.query()));
    let say = &v.say;
    let of = records_of(&q);
    let directory = web.app().directory().await?;
    let mut page = empty(Frame::of(&web, &v, "flow").await?, Faults::none(), &q, of);
    let root = directory.root().map_or_else(|| UnitPath::from_stored("/"), |u| u.path.clone());
    page.whole = directory.root().filter(|_| may(&v.actor, &Ask::SeeFigures(&root)).is_ok()).map(|u| unit_name(say, u));
    page.units = super::figures::unit_options(&v, &directory);
    let asked = match asked(&web, &v, &q).await {
        Ok(a) => a,
        Err(e) => {
            let (status, faults) = Faults::from_error(say, e)?;
            page.faults = faults;
            return show_as(status, &page);
        }
    };
    page.from = asked.period.first().to_string();
    page.to = asked.period.last().to_string();
    page.unit_code.clone_from(&asked.code);
    page.sub = sub(say, &asked, &directory);
    page.rules = Some(format!("/flow/rules?{}", base(&asked, of)));
    let rest = asked.query(false);
    page.tabs = vec![
        (say.t("nav-matters"), format!("/flow?{rest}"), of == Of::Matters),
        (say.t("nav-visits"), format!("/flow?{rest}&of=visits"), of == Of::Visits),
    ];
    let paths = page.paths.iter().find(|p| p.1).map_or(90, |p| p.0);
    let report = web.app().flow_report(&v.actor, &chosen(&v, &asked, of), paths, WAYS).await?;
    fill(&mut page, say, &asked, of, &report, Measure::parse(q.get("show")));
    show(&page)
}

fn fill(page: &mut FlowPage, say: &Say, asked: &Asked, of: Of, report: &FlowReport, measure: Measure) {
    let link = |part: &str| href(asked, of, part);
    let count = |key: &str, n: usize, part: &str| (say.t(key), digits(n as u64), String::new(), Some(link(part)));
    page.cards = vec![
        count("flow-cases", report.cases, "part=all"),
        count("flow-finished", report.finished, "part=finished"),
        count("flow-open", report.open, "part=open"),
        (say.t("flow-lasted"), lasted(say, report.lasted), String::new(), None),
        (say.t("flow-worked"), lasted(say, report.worked), say.t("flow-worked-hint"), None),
    ];
    (page.boxes, page.lines) = picture(say, report, measure);
    (page.width, page.height) = report.map.size;
    page.left_out = (report.map.steps_left_out + report.map.hops_left_out > 0)
        .then(|| say.t2("flow-left-out", ("steps", report.map.steps_left_out as i64), ("hops", report.map.hops_left_out as i64)));
    let total: f64 = report.hops.iter().map(|h| h.total).sum();
    let mut worst: Vec<_> = report.hops.iter().collect();
    worst.sort_by(|a, b| b.total.total_cmp(&a.total));
    page.hops = worst.into_iter().take(HOPS).map(|h| HopRow {
        from: step(say, &h.from), to: step(say, &h.to), count: digits(h.count as u64), cases: digits(h.cases as u64),
        href: link(&format!("part=hop&a={}&b={}", encoded(&h.from), encoded(&h.to))),
        median: span(say, h.median), p90: span(say, h.p90), days: days(h.total),
        share: if total > 0.0 { (h.total / total * 100.0).round() as u64 } else { 0 },
    }).collect();
    let share = |n: usize| if report.finished == 0 { 0.0 } else { n as f64 * 100.0 / report.finished as f64 };
    page.ways = report.ways.iter().map(|w| WayRow {
        steps: w.path.iter().map(|s| step(say, s)).collect::<Vec<_>>().join(" → "),
        cases: digits(w.cases as u64), href: link(&format!("part=way&path={}", encoded(&w.path.join(">")))),
        share: format!("{:.1} %", share(w.cases)), width: share(w.cases).round() as u64, median: span(say, w.median),
    }).collect();
    page.ways_note = say.t2("flow-ways-note", ("shown", report.ways.len() as i64), ("all", report.ways_in_all as i64));
    let most = report.ages.iter().max().copied().unwrap_or(0).max(1) as u64;
    page.ages = report.ages.iter().enumerate().map(|(i, n)| AgeRow {
        label: match (i.checked_sub(1).map(|b| AGES[b]), AGES.get(i)) {
            (None, Some(to)) => say.t1("flow-age-under", "to", *to),
            (Some(from), Some(to)) => say.t2("flow-age-between", ("from", from), ("to", *to)),
            (from, None) => say.t1("flow-age-over", "from", from.unwrap_or_default()),
        },
        n: digits(*n as u64), href: link(&format!("part=age&class={i}")), width: *n as u64 * 180 / most, y: 4 + i as u64 * 24,
    }).collect();
    let months = &report.months[report.months.len().saturating_sub(MONTHS)..];
    let tallest = months.iter().map(|m| m.median).fold(0.0, f64::max);
    let wide = (320 / months.len().max(1) as u64).max(1);
    page.months = months.iter().enumerate().map(|(i, m)| MonthBar {
        label: m.month.clone(), n: digits(m.cases as u64), href: link(&format!("part=month&month={}", m.month)),
        median: span(say, m.median), p90: span(say, m.p90),
        height: if tallest > 0.0 { (m.median / tallest * 84.0).round() as u64 } else { 0 }, x: i as u64 * wide + wide / 8, w: (wide * 3 / 4).clamp(1, 48),
    }).collect();
    page.again = report.again.iter().map(|(s, n)| AgainRow {
        step: step(say, s), n: digits(*n as u64), href: link(&format!("part=again&a={}", encoded(s))),
    }).collect();
}

/// The part that a link names, and its words.
fn part(say: &Say, q: &Form) -> Result<(Part, String), AppError> {
    let (a, b) = (q.get("a"), q.get("b"));
    Ok(match q.get("part") {
        "" | "all" => (Part::All, say.t("flow-cases")),
        "finished" => (Part::Finished, say.t("flow-finished")),
        "open" => (Part::Open, say.t("flow-open")),
        "hop" => (Part::Hop(a.to_owned(), b.to_owned()), format!("{} → {}", step(say, a), step(say, b))),
        "again" => (Part::Again(a.to_owned()), say.t1("flow-again-of", "step", step(say, a))),
        "month" => (Part::Month(q.get("month").to_owned()), say.t1("flow-begun", "period", q.get("month"))),
        "age" => (Part::Age(q.needed::<usize>("class", "filter").map_err(|e| AppError::Invalid(vec![e]))?), say.t("flow-ages")),
        "way" => {
            let path: Vec<String> = q.get("path").split('>').map(str::to_owned).collect();
            let words = path.iter().map(|s| step(say, s)).collect::<Vec<_>>().join(" → ");
            (Part::Way(path), words)
        }
        other => return Err(AppError::Invalid(vec![FieldError::with("part", "filter", other)])),
    })
}

#[derive(Template)]
#[template(path = "flow_cases.html")]
struct CasesPage {
    f: Frame,
    label: String,
    back: String,
    sub: Vec<String>,
    matters: Vec<Row>,
    visits: Vec<VisitLine>,
    total: usize,
    shown: String,
    before: Option<String>,
    next: Option<String>,
}

/// `GET /flow/cases`
pub async fn cases(State(web): State<Web>, v: Visitor, uri: Uri) -> Page {
    person(&v)?;
    let q = with_period(&v, query(uri.query()));
    let say = &v.say;
    let of = records_of(&q);
    let asked = asked(&web, &v, &q).await?;
    let (part, label) = part(say, &q)?;
    let ids: Vec<Uuid> = web.app().flow_records(&v.actor, &chosen(&v, &asked, of), &part).await?;
    let pages = ids.len().div_ceil(PAGE).max(1);
    let at = q.get("page").parse::<usize>().unwrap_or(1).clamp(1, pages);
    let here: Vec<Uuid> = ids.iter().skip((at - 1) * PAGE).take(PAGE).copied().collect();
    let (mut matters, mut visits) = (Vec::new(), Vec::new());
    match of {
        Of::Matters => matters = rows::rows(&web, say, &web.app().matters_by_id(&v.actor, &here).await?).await?,
        Of::Visits => visits = visit_lines(&web, say, &web.app().visits_by_id(&v.actor, &here).await?).await?,
    }
    let directory = web.app().directory().await?;
    let link = |page: usize| format!("/flow/cases?{}&page={page}", q.query_without("page"));
    show(&CasesPage {
        label, back: format!("/flow?{}", base(&asked, of)), sub: sub(say, &asked, &directory), matters, visits, total: ids.len(),
        shown: say.t2("records-shown", ("page", at as i64), ("n", digits(ids.len() as u64))),
        before: (at > 1).then(|| link(at - 1)), next: (at < pages).then(|| link(at + 1)),
        f: Frame::of(&web, &v, "flow").await?,
    })
}
