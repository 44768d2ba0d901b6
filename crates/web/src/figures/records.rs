//! The records behind a figure: the very ids it was counted from. It counts nothing again.

use crate::door::frame::Frame;
use crate::door::page::{Page, show_as};
use crate::door::say::Say;
use crate::door::telling::{digits, period_words, unit_name, week_words};
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::figures::asked::asked;
use crate::figures::report::{Words, sub, value_text, words};
use crate::form::fields::{Form, query};
use crate::matters::rows::{self, Row};
use crate::visits::lines::{self, VisitLine};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use std::collections::HashMap;
use std::fmt::Write as _;
use uuid::Uuid;
use yixian_app::figures::Report;
use yixian_app::{AppError, code_of};
use yixian_domain::duty::{IsoWeek, Month, Standing};
use yixian_domain::figure::{Distinct, Figure, FigureCode, Key, Keys, Period};
use yixian_domain::ids::PersonId;

/// Records on a page.
const PAGE: usize = 50;

struct PlaceLine {
    id: Uuid,
    name: String,
    code: String,
    what: String,
}

struct WeekLine {
    person: String,
    unit: String,
    week: String,
    standing: String,
    class: &'static str,
    visits: Vec<Uuid>,
}

#[derive(Template)]
#[template(path = "figures/records.html")]
struct RecordsPage {
    f: Frame,
    label: String,
    sub: Vec<String>,
    back: String,
    value: Option<String>,
    sign: String,
    parts: Vec<(String, String, bool)>,
    words: Words,
    narrowed: Option<String>,
    matters: Vec<Row>,
    visits: Vec<VisitLine>,
    places: Vec<PlaceLine>,
    weeks: Vec<WeekLine>,
    total: u64,
    shown: String,
    before: Option<String>,
    next: Option<String>,
}

/// The keys a reader asked for: all of a part, or those of one category, person or campaign month.
pub(super) fn chosen(
    q: &Form,
    report: &Report,
    figure: &Figure,
    denominator: bool,
) -> Result<(Keys, Distinct), AppError> {
    let whole = if denominator { figure.denominator_ids().unwrap_or_else(|| figure.ids()) } else { figure.ids() };
    let distinct = figure.definition().distinct;
    if !q.get("category").is_empty() && figure.code == FigureCode::OnTimeClosed {
        let row = report.categories.iter().find(|c| &*c.category == q.get("category"));
        let ids =
            row.map(|c| if denominator { c.closed_with_target.clone() } else { c.on_time.clone() }).unwrap_or_default();
        return Ok((Keys::Records(ids), distinct));
    }
    let who = q.optional::<PersonId>("person", "person").map_err(|e| AppError::Invalid(vec![e]))?;
    if let (Some(who), FigureCode::DutyMet) = (who, figure.code) {
        if let Some(month) = q.optional::<Month>("month", "period").map_err(|e| AppError::Invalid(vec![e]))? {
            let made = report.campaigns.iter().find(|c| c.person == who && c.month == month);
            let mut ids: Vec<Uuid> = made.map(|c| c.visits.iter().map(|v| v.0).collect()).unwrap_or_default();
            ids.sort_unstable();
            return Ok((Keys::Records(ids), Distinct::Visit));
        }
        let of = |s: &Standing| match q.get("standing") {
            "done" => matches!(s, Standing::Done(_)),
            "missed" => matches!(s, Standing::Missed),
            "due" => matches!(s, Standing::Done(_) | Standing::Missed),
            "exempt" => matches!(s, Standing::Exempt(_)),
            "open" => matches!(s, Standing::Open),
            _ => true,
        };
        let weeks =
            report.weeks.iter().filter(|w| w.person == who && of(&w.standing)).map(|w| (w.person, w.week)).collect();
        return Ok((Keys::PersonWeeks(weeks), distinct));
    }
    Ok((whole.clone(), distinct))
}

fn standing_words(say: &Say, s: &Standing) -> (String, &'static str) {
    match s {
        Standing::Done(v) => (say.t1("standing-done", "n", v.len()), "due-done"),
        Standing::Exempt(why) => (say.t1("standing-exempt", "why", say.of("exempt", &code_of(why))), "due-wait"),
        Standing::Missed => (say.t("standing-missed"), "due-over"),
        Standing::Open => (say.t("standing-open"), "due-ok"),
    }
}

/// `GET /figures/{code}`
pub async fn page(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(code): Path<String>,
    uri: Uri,
) -> Page {
    let code = FigureCode::parse(&code).ok_or(AppError::NotFound("figure"))?;
    let q = query(uri.query());
    let say = &v.say;
    let asked = asked(&web, &v, &q).await?;
    let report = web.app().report(&v.actor, asked.period, asked.unit, asked.as_of).await?;
    let figure = report.get(code).ok_or(AppError::NotFound("figure"))?;
    let directory = web.app().directory().await?;
    let denominator = q.get("part") == "denominator" && figure.denominator_ids().is_some();
    let (keys, distinct) = chosen(&q, &report, figure, denominator)?;

    let total = keys.len();
    let pages = total.div_ceil(PAGE).max(1);
    let at = q.get("page").parse::<usize>().unwrap_or(1).clamp(1, pages);
    let here: Vec<Key> = keys.iter().skip((at - 1) * PAGE).take(PAGE).collect();
    let ids: Vec<Uuid> = here
        .iter()
        .filter_map(|k| match k {
            Key::Record(id) => Some(*id),
            Key::PersonWeek(..) => None,
        })
        .collect();
    let (mut matters, mut visits, mut places, mut weeks) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    match distinct {
        Distinct::Matter => matters = rows::of_ids(&web, &v, &ids).await?,
        Distinct::Visit => visits = lines::of_ids(&web, &v, &ids).await?,
        Distinct::Place => {
            places = web
                .app()
                .places_by_id(&v.actor, &ids)
                .await?
                .into_iter()
                .map(|p| PlaceLine {
                    id: p.id.0,
                    what: format!(
                        "{} · {} · {}",
                        say.of("place-kind", &code_of(p.kind)),
                        p.district,
                        say.of("area", &code_of(p.area))
                    ),
                    name: p.name,
                    code: p.code,
                })
                .collect()
        }
        Distinct::PersonWeek => {
            let by: HashMap<(PersonId, IsoWeek), &Standing> =
                report.weeks.iter().map(|w| ((w.person, w.week), &w.standing)).collect();
            for key in &here {
                let Key::PersonWeek(p, week) = key else { continue };
                let standing = by.get(&(*p, *week)).copied();
                let (words, class) = standing.map_or((String::new(), "due-ok"), |s| standing_words(say, s));
                let of = directory.person(*p);
                weeks.push(WeekLine {
                    person: of.map(|p| p.name.clone()).unwrap_or_default(),
                    unit: of.and_then(|p| directory.unit(p.unit)).map(|u| unit_name(say, u)).unwrap_or_default(),
                    week: week_words(say, *week),
                    standing: words,
                    class,
                    visits: match standing {
                        Some(Standing::Done(v)) => v.iter().map(|v| v.0).collect(),
                        _ => Vec::new(),
                    },
                });
            }
        }
    }
    let narrowed = match (q.get("category"), q.get("person").parse::<PersonId>()) {
        ("", Ok(p)) => directory.person(p).map(|p| {
            let mut text = p.name.clone();
            if let Ok(m) = q.get("month").parse::<Month>() {
                let _ = write!(text, " · {}", period_words(say, Period::month(m)));
            } else if !q.get("standing").is_empty() {
                let _ = write!(text, " · {}", say.of_or("duty", q.get("standing")));
            }
            text
        }),
        ("", Err(_)) => None,
        (c, _) => Some(say.of_or("category", c)),
    };
    let link = |page: usize| format!("/figures/{}?{}&page={page}", code.as_str(), q.query_without("page"));
    let parts = figure
        .denominator_ids()
        .filter(|_| q.get("person").is_empty())
        .map(|all| {
            let rest = q.query_with(&[("page", ""), ("part", "")]);
            let tab = |part: &str, key: &str, n: usize, on: bool| {
                (
                    format!("{} {}", say.t(key), digits(n as u64)),
                    format!("/figures/{}?{rest}&part={part}", code.as_str()),
                    on,
                )
            };
            let (few, many) = match report
                .categories
                .iter()
                .find(|c| !q.get("category").is_empty() && &*c.category == q.get("category"))
            {
                Some(c) => (c.on_time.len(), c.closed_with_target.len()),
                None => (figure.ids().len(), all.len()),
            };
            vec![
                tab("numerator", "part-numerator", few, !denominator),
                tab("denominator", "part-denominator", many, denominator),
            ]
        })
        .unwrap_or_default();
    let d = figure.definition();
    let page = RecordsPage {
        label: say.t(&d.label_key()),
        sub: sub(say, &asked, &directory),
        back: format!("/figures?{}", asked.query(false)),
        value: value_text(figure).filter(|_| narrowed.is_none()),
        sign: say.of("count-unit", d.unit.as_str()),
        parts,
        words: words(say, d),
        narrowed,
        matters,
        visits,
        places,
        weeks,
        total: total as u64,
        shown: say.t2("records-shown", ("page", at as i64), ("n", digits(total as u64))),
        before: (at > 1).then(|| link(at - 1)),
        next: (at < pages).then(|| link(at + 1)),
        f: Frame::of(&web, &v, "figures").await?,
    };
    show_as(StatusCode::OK, &page)
}
