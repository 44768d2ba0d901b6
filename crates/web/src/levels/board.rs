//! The board: what each tier did in each month, the quotas of the campaign months, what the heads of each department led. Every
//! number leads to its records.

use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::say::Say;
use crate::door::telling::{period_words, unit_name};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::figures::asked::{Asked, asked};
use crate::figures::report::{nothing, value_text};
use crate::form::fields::{Form, query};
use crate::form::record::{Block, Body, Cell, Line, RecordPage, Table, Way};
use axum::extract::State;
use axum::http::Uri;
use yixian_app::AppError;
use yixian_app::figures::levels::{BOARD, Levels, Row};
use yixian_app::read::Directory;
use yixian_domain::duty::Month;
use yixian_domain::figure::{Figure, Period, Value};
use yixian_domain::org::UnitKind;

/// What is asked, with the answer.
pub(super) async fn levels(web: &Web, v: &Visitor, q: &Form) -> Result<(Asked, Levels), AppError> {
    let asked = asked(web, v, q).await?;
    let levels = web.app().levels(&v.actor, asked.period, asked.unit, asked.as_of).await?;
    Ok((asked, levels))
}

/// Period and unit, for whoever reads a page of its own.
pub(super) fn sub(say: &Say, asked: &Asked, directory: &Directory) -> Vec<String> {
    let unit = asked.unit.and_then(|u| directory.unit(u)).or_else(|| directory.root());
    let mut sub = vec![period_words(say, asked.period)];
    sub.extend(unit.map(|u| unit_name(say, u)));
    sub.push(say.t1("figures-as-of", "at", say.moment(asked.as_of)));
    sub
}

/// The month before and the one after, and the whole year.
pub(super) fn ways(say: &Say, asked: &Asked, at: &str) -> Vec<Way> {
    let link = |period: Period| format!("{at}?{}", Asked { period, ..asked.clone() }.query(false));
    let month = Month::of(asked.period.first());
    let before = month.first().yesterday().map_or(month, Month::of);
    let mut all: Vec<Way> = [before, month.next()]
        .into_iter()
        .map(|m| Way::to(period_words(say, Period::month(m)), link(Period::month(m))))
        .collect();
    if let Ok(year) = format!("{:04}", month.first().year()).parse::<Period>() {
        all.push(Way::to(period_words(say, year), link(year)));
    }
    all
}

/// A figure with its unit, or why it has none.
pub(super) fn told(say: &Say, f: &Figure) -> String {
    let sign = say.of("count-unit", f.definition().unit.as_str());
    match value_text(f) {
        Some(value) if f.definition().unit.as_str() == "percent" => format!("{value} %"),
        Some(value) => format!("{value} {sign}"),
        None => nothing(say, f),
    }
}

/// The records behind a figure of a row.
fn href(asked: &Asked, row: &Row, f: &Figure) -> String {
    let period = row.month.map_or(asked.period, |_| f.period);
    let group = row.tier.map(|t| format!("&by=tier&key={}", t.as_str())).unwrap_or_default();
    format!("/figures/{}?{}{group}", f.code.as_str(), Asked { period, ..asked.clone() }.query(true))
}

fn cell(say: &Say, asked: &Asked, row: &Row, f: &Figure) -> Cell {
    let text = match f.value {
        Value::Share { .. } => value_text(f).map(|n| format!("{n} %")),
        _ => value_text(f),
    };
    let cell = Cell::number(text.unwrap_or_else(|| "—".to_owned())).to(href(asked, row, f));
    match f.value {
        Value::Share { numerator, denominator } => cell.under(format!("{numerator}/{denominator}")),
        Value::NotInForce { .. } => cell.under(nothing(say, f)),
        _ => cell,
    }
}

/// Tier by month: a row for each, those over all tiers after them, the whole period last.
fn tiers(say: &Say, asked: &Asked, levels: &Levels) -> Table {
    let mut heads = vec![say.t("levels-tier")];
    heads.extend(BOARD.iter().map(|code| say.t(&code.definition().label_key().replace("figure-", "levels-head-"))));
    let several = asked.period.months().len() > 1;
    let row = |row: &Row| {
        let tier = row.tier.map_or_else(|| say.t("levels-all"), |t| say.of("tier", t.as_str()));
        let name = match row.month {
            Some(month) if several => format!("{} · {tier}", period_words(say, Period::month(month))),
            None if several => format!("{} · {tier}", period_words(say, asked.period)),
            _ => tier,
        };
        std::iter::once(Cell::of(name)).chain(row.figures.iter().map(|f| cell(say, asked, row, f))).collect()
    };
    Table { heads, rows: levels.rows.iter().map(row).collect() }
}

fn roles(say: &Say, asked: &Asked, levels: &Levels) -> Table {
    let heads =
        ["role", "persons", "met", "min", "median", "max"].map(|k| say.t(&format!("levels-quota-{k}"))).to_vec();
    let rows = levels.roles.iter().map(|r| {
        let link = |part: &str| {
            let level = r.level.as_str();
            format!("/figures/quota_met?{}&by=level&key={level}&part={part}", asked.query(true))
        };
        vec![
            Cell::of(say.of("level", r.level.as_str())),
            Cell::number(r.persons.to_string()).to(link("denominator")),
            Cell::number(format!("{:.1} %", r.met as f64 * 100.0 / r.persons.max(1) as f64))
                .under(format!("{}/{}", r.met, r.persons))
                .to(link("numerator")),
            Cell::number(r.min.to_string()),
            Cell::number(r.median.to_string()),
            Cell::number(r.max.to_string()),
        ]
    });
    Table { heads, rows: rows.collect() }
}

/// Those below their floor, in the order of the organisation: this is no ranking.
fn short(say: &Say, asked: &Asked, directory: &Directory, levels: &Levels) -> Vec<Line> {
    let mut all: Vec<_> = levels
        .quotas
        .iter()
        .map(|q| &q.quota)
        .filter(|q| !q.met())
        .filter_map(|q| Some((q, directory.person(q.person)?)))
        .collect();
    all.sort_by_cached_key(|(q, p)| {
        (q.month.first(), directory.unit(q.unit).map(|u| u.path.clone()), q.level, p.code.clone())
    });
    let line = |(q, p): (&yixian_domain::duty::Quota, &yixian_domain::org::Person)| {
        let (person, month) = (q.person, q.month);
        let unit = directory.unit(q.unit).map(|u| unit_name(say, u)).unwrap_or_default();
        let months =
            if asked.period.months().len() > 1 { period_words(say, Period::month(month)) } else { String::new() };
        let muted = [unit, say.of("level", q.level.as_str()), months];
        Line::to(format!("/figures/duty_met?{}&person={person}&month={month}", asked.query(true)), p.name.clone())
            .muted(muted.iter().filter(|t| !t.is_empty()).cloned().collect::<Vec<_>>().join(" · "))
            .mark("due-over", say.t2("levels-of-floor", ("n", q.visits.len()), ("floor", i64::from(q.floor))))
    };
    all.into_iter().map(line).collect()
}

/// What the heads of each department led.
fn led(say: &Say, asked: &Asked, directory: &Directory, levels: &Levels) -> Vec<Line> {
    let departments = levels.led.iter().filter_map(|(id, visits)| Some((directory.unit(*id)?, visits)));
    departments
        .filter(|(u, _)| u.kind == UnitKind::Department)
        .map(|(u, visits)| {
            let link = format!("/figures/activities?{}&by=led&key={}", asked.query(true), u.code);
            Line::to(link, unit_name(say, u)).end(say.t1("levels-led-n", "n", visits.len()))
        })
        .collect()
}

/// Figures of the whole, each with the way to its records.
pub(super) fn figures(say: &Say, asked: &Asked, of: &[&Option<Figure>]) -> Vec<Line> {
    let line = |f: &Figure| {
        let link = format!("/figures/{}?{}", f.code.as_str(), asked.query(true));
        Line::to(link, say.t(&f.definition().label_key())).end(told(say, f))
    };
    of.iter().filter_map(|f| f.as_ref()).map(line).collect()
}

/// `GET /two-levels`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
    let q = query(uri.query());
    let say = &v.say;
    let (asked, levels) = levels(&web, &v, &q).await?;
    let directory = web.app().directory().await?;
    let own = asked.query(false);
    let whole = [&levels.quota, &levels.missing, &levels.unseen, &levels.overburdened];
    let blocks = vec![
        Block::new("whole", say.t("levels-facts"), Body::Lines(figures(say, &asked, &whole))),
        Block::new("board", say.t("levels-board"), Body::Table(tiers(say, &asked, &levels))),
        Block::new("quota", say.t("levels-quota"), Body::Table(roles(say, &asked, &levels)))
            .none(say.t("levels-quota-none")),
        Block::new("short", say.t("levels-short"), Body::Lines(short(say, &asked, &directory, &levels)))
            .none(if levels.roles.is_empty() { String::new() } else { say.t("levels-short-none") }),
        Block::new("led", say.t("levels-led"), Body::Lines(led(say, &asked, &directory, &levels))),
        Block::new(
            "how",
            say.t("levels-how"),
            Body::Text(["levels-how-tier", "levels-how-presence", "levels-how-quota"].map(|k| say.t(k)).to_vec()),
        ),
    ];
    let mut ways = ways(say, &asked, "/two-levels");
    ways.insert(0, Way::first(say.t("levels-matrix"), format!("/two-levels/matrix?{own}")));
    ways.insert(1, Way::to(say.t("levels-burden"), format!("/two-levels/burden?{own}")));
    show(&RecordPage {
        sub: sub(say, &asked, &directory),
        ways,
        blocks,
        ..RecordPage::new(Frame::of(&web, &v, "levels").await?, say.t("levels-title"))
    })
}
