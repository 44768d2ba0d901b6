//! A year of supply at a glance: a chart of its months, a table of each dimension with and without major event days, those days
//! themselves, and how all of it was counted.

use super::chart;
use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::say::Say;
use crate::door::telling::{digits, digits_signed, unit_name};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::form::record::{Block, Body, Cell, Line, RecordPage, Table, Way};
use axum::extract::State;
use axum::http::Uri;
use yixian_app::outages::Reliability;
use yixian_app::{AppError, FieldError};
use yixian_domain::ids::UnitId;
use yixian_domain::outage::year::{Indexed, Year};
use yixian_domain::time::Instant;

/// Years that may be asked for.
const YEARS: std::ops::RangeInclusive<i16> = 1990..=2100;

/// A year of a query: this one, of the whole company, where nothing is asked.
pub(super) async fn asked(web: &Web, v: &Visitor, q: &Form) -> Result<Reliability, AppError> {
    let bad = |name: &'static str| AppError::Invalid(vec![FieldError::with(name, "filter", q.get(name))]);
    let year = match q.get("year") {
        "" => v.say.today().year(),
        text => text.parse().ok().filter(|y| YEARS.contains(y)).ok_or_else(|| bad("year"))?,
    };
    let unit = match q.get("unit") {
        "" => None,
        text => {
            let directory = web.app().directory().await?;
            let found = directory.units().find(|u| u.code == text || u.id.to_string() == text);
            Some(found.map(|u| u.id).ok_or_else(|| bad("unit"))?)
        }
    };
    let as_of = match q.get("as_of") {
        "" => None,
        text => Some(Instant::parse(text).map_err(|_| bad("as_of"))?),
    };
    web.app().reliability(&v.actor, year, unit, as_of).await
}

fn fixed(x: Option<f64>, decimals: usize) -> String {
    x.map_or_else(|| "–".to_owned(), |x| format!("{x:.decimals$}"))
}

/// The cells of a group, behind its name.
fn cells(say: &Say, i: &Indexed) -> Vec<Cell> {
    let apart = i.all.sums != i.without.sums;
    let with = |all: Option<f64>, without: Option<f64>, decimals: usize| {
        let cell = Cell::number(fixed(all, decimals));
        if apart { cell.under(say.t1("reliability-without", "n", fixed(without, decimals))) } else { cell }
    };
    let (all, without) = (&i.all, &i.without);
    let open = all.sums.open;
    let events = Cell::number(digits_signed(all.sums.events));
    vec![
        with(all.saidi_min(), without.saidi_min(), 2),
        with(all.saifi(), without.saifi(), 4),
        with(all.caidi_min(), without.caidi_min(), 1),
        with(all.asai(), without.asai(), 4),
        if open > 0 { events.under(say.t1("reliability-open", "n", open)) } else { events },
    ]
}

fn table(say: &Say, head: &str, rows: impl Iterator<Item = (Cell, Indexed)>) -> Table {
    let mut heads = vec![say.t(head)];
    heads.extend(["saidi", "saifi", "caidi", "asai", "events"].map(|k| say.t(&format!("reliability-{k}"))));
    let row = |(name, i): (Cell, Indexed)| std::iter::once(name).chain(cells(say, &i)).collect();
    Table { heads, rows: rows.map(row).collect() }
}

/// The outages of a group, for whoever wants to see them.
fn link(year: &Year, also: &[(&str, &str)]) -> String {
    let period = year.year.to_string();
    let mut all = form_urlencoded::Serializer::new(String::new());
    if !also.iter().any(|(k, _)| *k == "period") {
        all.append_pair("period", &period);
    }
    for (k, v) in also {
        all.append_pair(k, v);
    }
    format!("/outages?{}", all.finish())
}

fn months(say: &Say, y: &Year) -> Table {
    let month = |m: yixian_domain::time::Date| {
        let period = format!("{:04}-{:02}", m.year(), m.month());
        Cell::of(say.t(&format!("month-{}", m.month()))).to(link(y, &[("period", &period)]))
    };
    let rows = y.months.iter().map(|(m, i)| (month(*m), *i));
    let whole = (Cell::of(say.t("reliability-whole-year")).to(link(y, &[])), y.total);
    table(say, "reliability-month", rows.chain([whole]))
}

/// How the threshold was found, in words.
fn threshold(say: &Say, y: &Year) -> String {
    match &y.threshold {
        None => say.t("reliability-no-threshold"),
        Some(t) => {
            let years = if t.first == t.last { t.first.to_string() } else { format!("{}–{}", t.first, t.last) };
            say.t2("reliability-threshold", ("n", format!("{:.2}", t.threshold.t_med)), ("years", years))
        }
    }
}

/// `GET /reliability`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
    let q = query(uri.query());
    let r = asked(&web, &v, &q).await?;
    let (say, y) = (&v.say, &r.year);
    let directory = web.app().directory().await?;
    let t = &y.total.all;
    let mut ways: Vec<Way> = r
        .years
        .iter()
        .filter(|other| **other != y.year)
        .map(|other| {
            let year = other.to_string();
            Way::to(
                say.t1("reliability-year", "year", year.clone()),
                format!("/reliability?{}", q.query_with(&[("year", &year)])),
            )
        })
        .collect();
    ways.insert(0, Way::first(say.t("outages-title"), "/outages"));
    ways.push(Way::to(say.t("served-title"), "/outages/served"));
    let major: Vec<Line> = y
        .major
        .iter()
        .map(|m| {
            let told = [
                say.t1("reliability-minutes", "n", format!("{:.2}", m.saidi_min)),
                say.t1("reliability-times", "n", digits_signed(m.sums.events)),
                say.t1("reliability-interruptions", "n", digits_signed(m.sums.interruptions)),
            ];
            let day = m.day.to_string();
            Line::to(link(y, &[("period", &day)]), say.day(m.day))
                .mark("due-soon", format!("◆ {}", say.t("reliability-major")))
                .muted(told.join(" · "))
        })
        .collect();
    let districts = y.districts.iter().map(|(d, i)| (Cell::of(d.clone()).to(link(y, &[("district", d)])), *i));
    let levels = y
        .levels
        .iter()
        .map(|(l, i)| (Cell::of(say.of("network-level", l.as_str())).to(link(y, &[("level", l.as_str())])), *i));
    let kinds = y
        .kinds
        .iter()
        .map(|(k, i)| (Cell::of(say.of("outage-kind", k.as_str())).to(link(y, &[("kind", k.as_str())])), *i));
    let mut notes = Vec::new();
    if t.served <= 0.0 {
        notes.push(("banner-warn", say.t("reliability-nobody-served")));
    }
    let hours = t.saidi_min().map(|m| m / 60.0);
    let facts = vec![
        (say.t("reliability-hours"), say.t1("reliability-hours-n", "n", fixed(hours, 2)), None),
        (say.t("reliability-saifi"), fixed(t.saifi(), 3), None),
        (say.t("reliability-caidi"), fixed(t.caidi_min(), 1), None),
        (say.t("reliability-asai"), fixed(t.asai(), 4), None),
        (say.t("reliability-sustained"), digits_signed(t.sums.sustained), None),
        (say.t("reliability-served"), digits(t.served.round() as u64), Some("/outages/served".to_owned())),
        (
            say.t("reliability-figures"),
            say.t("reliability-figures-see"),
            Some(format!("/figures/saidi?period={}&by=district", y.year)),
        ),
    ];
    let mut sub = vec![say.t1("reliability-so-far", "at", say.moment(r.as_of))];
    sub.extend(r.unit.and_then(|u: UnitId| directory.unit(u)).map(|u| unit_name(say, u)));
    let text = ["reliability-how-day", "reliability-how-base", "reliability-how-major", "reliability-how-open"];
    let mut how: Vec<String> = text.iter().map(|k| say.t(k)).collect();
    how.insert(0, threshold(say, y));
    show(&RecordPage {
        sub,
        ways,
        notes,
        blocks: vec![
            Block::new("chart", say.t("reliability-chart"), Body::Html(chart::drawn(say, y.year, &y.months))),
            Block::new("months", say.t("reliability-by-month"), Body::Table(months(say, y)))
                .none(say.t("reliability-none")),
            Block::new("major", say.t("reliability-major-days"), Body::Lines(major))
                .none(say.t("reliability-major-none")),
            Block::new(
                "districts",
                say.t("reliability-by-district"),
                Body::Table(table(say, "outage-district", districts)),
            ),
            Block::new("levels", say.t("reliability-by-level"), Body::Table(table(say, "outage-level", levels))),
            Block::new("kinds", say.t("reliability-by-kind"), Body::Table(table(say, "outage-kind-label", kinds))),
            Block::new("how", say.t("reliability-how"), Body::Text(how)),
        ],
        facts_title: say.t1("reliability-year", "year", y.year.to_string()),
        facts,
        ..RecordPage::new(Frame::of(&web, &v, "reliability").await?, say.t("reliability-title"))
    })
}
