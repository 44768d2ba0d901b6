//! Figures of connections: all, and by class, district and month, each number with the cases behind it.
//! The clocks stand in rows of their own and are never mixed; satisfaction stands beside the response.
//! The page computes nothing; [`yixian_domain::figure::connections`] does.

use crate::door::frame::Frame;
use crate::door::page::{Page, show, show_as};
use crate::door::say::Say;
use crate::door::telling::{digits, digits_signed, period_words, unit_name};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::figures::asked::{Asked, asked};
use crate::form::fields::{Form, query};
use crate::form::reading::Faults;
use crate::matters::rows::{Row, of_ids};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use uuid::Uuid;
use yixian_app::{AppError, FieldError};
use yixian_domain::duty::Month;
use yixian_domain::figure::Period;
use yixian_domain::figure::connections::{Breakdown, ClockKind, Group};

/// Records on a page.
const PAGE: usize = 50;

struct Card {
    label: String,
    value: Option<String>,
    unit: String,
    href: String,
    parts: Option<String>,
    definition: String,
}

struct Line {
    name: String,
    href: String,
    cells: Vec<String>,
}

struct Table {
    code: &'static str,
    title: String,
    first: String,
    heads: Vec<String>,
    rows: Vec<Line>,
}

#[derive(Template)]
#[template(path = "figures/connections.html")]
struct FiguresPage {
    f: Frame,
    faults: Faults,
    sub: Vec<String>,
    tabs: Vec<(String, String, bool)>,
    active: bool,
    from: String,
    to: String,
    clock: ClockKind,
    clocks: Vec<(ClockKind, String)>,
    cards: Vec<Card>,
    tables: Vec<Table>,
}

#[derive(Template)]
#[template(path = "figures/connection_records.html")]
struct RecordsPage {
    f: Frame,
    label: String,
    n: String,
    sub: Vec<String>,
    back: String,
    rows: Vec<Row>,
    before: Option<String>,
    next: Option<String>,
    shown: String,
}

/// The sets of cases that stand behind a number.
const PARTS: [&str; 9] =
    ["connected", "judged", "on_time", "answered", "satisfied", "basically", "dissatisfied", "saved", "claimed"];

fn part<'g>(g: &'g Group, name: &str) -> Option<&'g [Uuid]> {
    Some(match name {
        "connected" => &g.connected,
        "judged" => &g.judged,
        "on_time" => &g.on_time,
        "answered" => &g.answered,
        "satisfied" => &g.satisfied,
        "basically" => &g.basically,
        "dissatisfied" => &g.dissatisfied,
        "saved" => &g.saved,
        "claimed" => &g.claimed,
        _ => return None,
    })
}

fn href(asked: &Asked, part: &str, group: &str) -> String {
    let group = if group.is_empty() {
        String::new()
    } else {
        format!("&{}", form_urlencoded::Serializer::new(String::new()).append_pair("group", group).finish())
    };
    format!("/connections/figures/{part}?{}{group}", asked.query(true))
}

fn days(x: Option<f64>) -> String {
    x.map_or_else(|| "—".into(), |n| format!("{n:.2}"))
}

fn share(part: &[Uuid], whole: &[Uuid]) -> Option<String> {
    (!whole.is_empty()).then(|| format!("{:.1}", part.len() as f64 * 100.0 / whole.len() as f64))
}

fn of(part: &[Uuid], whole: &[Uuid]) -> String {
    format!("{} / {}", digits(part.len() as u64), digits(whole.len() as u64))
}

/// Yuan in groups of three digits; fen where there are any.
fn yuan(fen: i64) -> String {
    let whole = digits_signed(fen / 100);
    match fen.abs() % 100 {
        0 => whole,
        rest => format!("{whole}.{rest:02}"),
    }
}

fn cards(say: &Say, asked: &Asked, g: &Group) -> Vec<Card> {
    let card = |key: &str, value: Option<String>, unit: &str, part: &str, parts: Option<String>| Card {
        label: say.t(&format!("cxf-{key}")),
        value,
        unit: if unit.is_empty() { String::new() } else { say.t(unit) },
        href: href(asked, part, ""),
        parts,
        definition: say.t(&format!("cxf-{key}-how")),
    };
    let elapsed = g.clock(ClockKind::Elapsed);
    vec![
        card("connected", Some(digits(g.connected.len() as u64)), "cxf-cases", "connected", None),
        card(
            "elapsed-mean",
            elapsed.map(|d| format!("{:.2}", d.mean)),
            "cxf-days",
            "connected",
            elapsed.map(|d| {
                say.t2("cxf-median-p90", ("median", format!("{:.1}", d.median)), ("p90", format!("{:.1}", d.p90)))
            }),
        ),
        card("on-time", share(&g.on_time, &g.judged), "cxf-percent", "judged", Some(of(&g.on_time, &g.judged))),
        card(
            "satisfied",
            share(&g.satisfied, &g.answered),
            "cxf-percent",
            "satisfied",
            Some(of(&g.satisfied, &g.answered)),
        ),
        card(
            "response",
            share(&g.answered, &g.connected),
            "cxf-percent",
            "answered",
            Some(of(&g.answered, &g.connected)),
        ),
        card("steps", g.steps_mean.map(|n| format!("{n:.2}")), "", "connected", None),
        card(
            "saving",
            (!g.saved.is_empty()).then(|| yuan(g.saving)),
            "case-yuan",
            "saved",
            (!g.saved.is_empty()).then(|| say.t1("cxf-of-cases", "n", g.saved.len() as i64)),
        ),
        card(
            "claimed",
            (!g.claimed.is_empty()).then(|| yuan(g.claim)),
            "case-yuan",
            "claimed",
            (!g.claimed.is_empty()).then(|| say.t1("cxf-of-cases", "n", g.claimed.len() as i64)),
        ),
    ]
}

fn clocks(say: &Say, asked: &Asked, g: &Group) -> Table {
    let rows = g
        .clocks
        .iter()
        .filter_map(|(kind, d)| {
            d.as_ref().map(|d| Line {
                name: say.of("clock-kind", kind.as_str()),
                href: href(asked, "connected", ""),
                cells: vec![digits(d.n), format!("{:.2}", d.mean), format!("{:.1}", d.median), format!("{:.1}", d.p90)],
            })
        })
        .collect();
    Table {
        code: "clocks",
        title: say.t("cxf-by-clock"),
        first: say.t("cxf-clock"),
        heads: ["cxf-cases-head", "cxf-mean", "cxf-median", "cxf-p90"].map(|k| say.t(k)).to_vec(),
        rows,
    }
}

fn grouped(
    say: &Say,
    asked: &Asked,
    clock: ClockKind,
    code: &'static str,
    groups: Vec<(String, String, &Group)>,
) -> Table {
    let rows = groups
        .into_iter()
        .map(|(name, key, g)| {
            let times = g.clock(clock);
            Line {
                name,
                href: href(
                    asked,
                    if g.connected.is_empty() { "judged" } else { "connected" },
                    &format!("{code}:{key}"),
                ),
                cells: vec![
                    digits(g.connected.len() as u64),
                    days(times.map(|d| d.mean)),
                    days(times.map(|d| d.median)),
                    days(times.map(|d| d.p90)),
                    share(&g.on_time, &g.judged).unwrap_or_else(|| "—".into()),
                    share(&g.satisfied, &g.answered).unwrap_or_else(|| "—".into()),
                    share(&g.answered, &g.connected).unwrap_or_else(|| "—".into()),
                ],
            }
        })
        .collect();
    let heads = [
        "cxf-cases-head",
        "cxf-mean",
        "cxf-median",
        "cxf-p90",
        "cxf-on-time-head",
        "cxf-satisfied-head",
        "cxf-response-head",
    ]
    .map(|k| say.t(k))
    .to_vec();
    Table {
        code,
        title: format!("{} · {}", say.t(&format!("cxf-by-{code}")), say.of("clock-kind", clock.as_str())),
        first: say.t(&format!("cxf-{code}")),
        heads,
        rows,
    }
}

fn month_words(say: &Say, m: Month) -> String {
    period_words(say, Period::month(m))
}

fn tables(say: &Say, asked: &Asked, clock: ClockKind, b: &Breakdown) -> Vec<Table> {
    vec![
        clocks(say, asked, &b.all),
        grouped(
            say,
            asked,
            clock,
            "class",
            b.by_class.iter().map(|(c, g)| (say.of("class", c.as_str()), c.as_str().to_owned(), g)).collect(),
        ),
        grouped(
            say,
            asked,
            clock,
            "district",
            b.by_district.iter().map(|(d, g)| (d.to_string(), d.to_string(), g)).collect(),
        ),
        grouped(
            say,
            asked,
            clock,
            "month",
            b.by_month.iter().map(|(m, g)| (month_words(say, *m), m.to_string(), g)).collect(),
        ),
    ]
}

async fn sub(web: &Web, say: &Say, asked: &Asked) -> Result<Vec<String>, AppError> {
    let d = web.app().directory().await?;
    let unit = match asked.unit {
        Some(id) => d.unit(id),
        None => d.root(),
    };
    Ok([
        Some(period_words(say, asked.period)),
        unit.map(|u| unit_name(say, u)),
        Some(say.t1("cxf-as-of", "at", say.moment(asked.as_of))),
    ]
    .into_iter()
    .flatten()
    .collect())
}

fn tabs(say: &Say, asked: Option<&Asked>) -> Vec<(String, String, bool)> {
    let today = say.today();
    let month = Period::month(Month::of(today));
    let before = today.first_of_month().yesterday().map_or(month, |d| Period::month(Month::of(d)));
    let year = |y: i16| format!("{y:04}").parse::<Period>().unwrap_or(month);
    [
        ("tab-this-month", month),
        ("tab-last-month", before),
        ("tab-this-year", year(today.year())),
        ("tab-last-year", year(today.year() - 1)),
    ]
    .into_iter()
    .map(|(key, p)| (say.t(key), format!("/connections/figures?period={p}"), asked.is_some_and(|a| a.period == p)))
    .collect()
}

/// What is asked; without a period it is this year, in which there is something to see.
async fn read(web: &Web, v: &Visitor, q: &mut Form) -> Result<Asked, AppError> {
    if ["period", "from", "to"].iter().all(|n| q.get(n).is_empty()) {
        q.set("period", format!("{:04}", v.say.today().year()));
    }
    asked(web, v, q).await
}

/// `GET /connections/figures`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
    let say = &v.say;
    let mut q = query(uri.query());
    let active = !q.get("from").is_empty() || !q.get("to").is_empty();
    let f = Frame::of(&web, &v, "connections").await?;
    let clocks: Vec<(ClockKind, String)> =
        ClockKind::ALL.into_iter().map(|c| (c, say.of("clock-kind", c.as_str()))).collect();
    let clock = match q.get("clock") {
        "" => ClockKind::Elapsed,
        name => ClockKind::ALL
            .into_iter()
            .find(|c| c.as_str() == name)
            .ok_or_else(|| AppError::Invalid(vec![FieldError::with("clock", "filter", name)]))?,
    };
    let asked = match read(&web, &v, &mut q).await {
        Ok(asked) => asked,
        Err(e) => {
            let (status, faults) = Faults::from_error(say, e)?;
            let page = FiguresPage {
                sub: vec![],
                tabs: tabs(say, None),
                active: true,
                from: q.get("from").to_owned(),
                to: q.get("to").to_owned(),
                clock,
                clocks,
                cards: vec![],
                tables: vec![],
                f,
                faults,
            };
            return show_as(status, &page);
        }
    };
    let b = web.app().connection_figures(&v.actor, asked.period, asked.unit, asked.as_of).await?;
    let page = FiguresPage {
        sub: sub(&web, say, &asked).await?,
        tabs: tabs(say, Some(&asked)),
        active: active || clock != ClockKind::Elapsed,
        clock,
        clocks,
        from: asked.period.first().to_string(),
        to: asked.period.last().to_string(),
        cards: cards(say, &asked, &b.all),
        tables: tables(say, &asked, clock, &b),
        faults: Faults::none(),
        f,
    };
    show(&page)
}

/// The group a link names, with its name.
fn group<'b>(say: &Say, b: &'b Breakdown, text: &str) -> Option<(&'b Group, Option<String>)> {
    let Some((kind, key)) = text.split_once(':') else { return Some((&b.all, None)) };
    match kind {
        "class" => {
            b.by_class.iter().find(|(c, _)| c.as_str() == key).map(|(c, g)| (g, Some(say.of("class", c.as_str()))))
        }
        "district" => b.by_district.iter().find(|(d, _)| &**d == key).map(|(d, g)| (g, Some(d.to_string()))),
        "month" => b.by_month.iter().find(|(m, _)| m.to_string() == key).map(|(m, g)| (g, Some(month_words(say, *m)))),
        _ => None,
    }
}

/// `GET /connections/figures/{part}`: the cases behind a number.
pub async fn records(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(name): Path<String>,
    uri: Uri,
) -> Page {
    let say = &v.say;
    let mut q = query(uri.query());
    if !PARTS.contains(&name.as_str()) {
        return Err(AppError::NotFound("figure").into());
    }
    let asked = read(&web, &v, &mut q).await?;
    let b = web.app().connection_figures(&v.actor, asked.period, asked.unit, asked.as_of).await?;
    let (g, narrowed) = group(say, &b, q.get("group")).ok_or(AppError::NotFound("figure"))?;
    let ids = part(g, &name).ok_or(AppError::NotFound("figure"))?;
    let pages = ids.len().div_ceil(PAGE).max(1);
    let at = q.get("page").parse::<usize>().unwrap_or(1).clamp(1, pages);
    let here = &ids[((at - 1) * PAGE).min(ids.len())..(at * PAGE).min(ids.len())];
    let link = |n: usize| format!("{}&page={n}", href(&asked, &name, q.get("group")));
    let page = RecordsPage {
        label: say.of("cxf-part", &name),
        n: digits(ids.len() as u64),
        sub: [sub(&web, say, &asked).await?, narrowed.into_iter().collect()].concat(),
        back: format!("/connections/figures?{}", asked.query(false)),
        rows: of_ids(&web, &v, here).await?,
        before: (at > 1).then(|| link(at - 1)),
        next: (at < pages).then(|| link(at + 1)),
        shown: format!("{at} / {pages}"),
        f: Frame::of(&web, &v, "connections").await?,
    };
    show_as(StatusCode::OK, &page)
}
