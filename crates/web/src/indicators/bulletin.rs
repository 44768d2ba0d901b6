//! The bulletin of a month 月报, ready to be printed: how the tasks stand at its end, what was closed in it, what is overdue, by
//! department. It is composed of what the pages count, as it was known at the end of the month.

use super::shown::{State, Tally, name, person, points, reading, share, unit};
use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::say::Say;
use crate::door::telling::period_words;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::query;
use askama::Template;
use axum::extract::{Path, State as Shared};
use axum::http::Uri;
use fluent_bundle::FluentArgs;
use std::collections::BTreeMap;
use yixian_app::AppError;
use yixian_app::indicators::{IndicatorPage, TaskLine};
use yixian_domain::duty::Month;
use yixian_domain::figure::Period;
use yixian_domain::ids::UnitId;
use yixian_domain::indicator::ReadingKind;
use yixian_domain::time::Time;

/// A table of the bulletin.
struct Section {
    title: String,
    heads: Vec<String>,
    rows: Vec<Vec<String>>,
}

#[derive(Template)]
#[template(path = "indicators/bulletin.html")]
struct Bulletin {
    f: Frame,
    back: String,
    action: String,
    title: String,
    month: String,
    months: Vec<(String, String)>,
    paragraphs: Vec<String>,
    sections: Vec<Section>,
    sign: String,
    day: String,
}

fn tasks(say: &Say, p: &IndicatorPage, title: String, own: &[&TaskLine], last: &str) -> Section {
    let rows = own.iter().map(|t| {
        let day = match last {
            "task-closed-on" => t.fact.closed.map(|at| say.zone().date_of(at)),
            _ => t.fact.due.map(|at| say.zone().date_of(at.plus_millis(-1))),
        };
        vec![
            format!("{} {}", t.leaf.code, t.leaf.title),
            unit(say, &p.directory, t.leaf.owner),
            day.map(|d| say.day(d)).unwrap_or_default(),
        ]
    });
    let heads = ["task", "indicator-department", last].map(|k| say.t(k)).to_vec();
    Section { title, heads, rows: rows.collect() }
}

fn departments(say: &Say, p: &IndicatorPage, closed: &[&TaskLine]) -> Section {
    let mut groups: BTreeMap<UnitId, Tally> = BTreeMap::new();
    for t in &p.tasks {
        groups.entry(t.leaf.owner).or_default().add(t, p.at);
    }
    let mut rows: Vec<(UnitId, Tally)> = groups.into_iter().collect();
    rows.sort_by_key(|(_, t)| std::cmp::Reverse(t.all));
    let rows = rows.iter().map(|(id, t)| {
        let now = closed.iter().filter(|c| c.leaf.owner == *id).count();
        vec![
            unit(say, &p.directory, *id),
            t.all.to_string(),
            t.done.to_string(),
            now.to_string(),
            t.overdue.to_string(),
            share(t.weight_done, t.weight),
        ]
    });
    let heads = [
        "indicator-department",
        "indicator-tasks",
        "indicator-tasks-done",
        "bulletin-in-month",
        "task-overdue",
        "indicator-by-weight",
    ];
    Section { title: say.t("indicator-by-department"), heads: heads.map(|k| say.t(k)).to_vec(), rows: rows.collect() }
}

/// `GET /indicators/{id}/bulletin`
pub async fn page(
    Shared(web): Shared<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    uri: Uri,
) -> Page {
    let (say, q) = (&v.say, query(uri.query()));
    let today = say.today();
    let asked: Period = match q.get("month") {
        "" => Month::of(today).to_string().parse().map_err(|_| AppError::NotFound("page"))?,
        text => text.parse().map_err(|_| AppError::NotFound("page"))?,
    };
    let month = Month::of(asked.first());
    let period = Period::new(month.first(), month.last()).map_err(|_| AppError::NotFound("page"))?;
    // A month that is not over is told as it stands.
    let end = say.zone().end_of_day(month.last());
    let p = web.app().indicator(&v.actor, &at, Some(end.min(say.now()))).await?;
    let i = &p.indicator;
    let from = say.zone().at(month.first(), Time::midnight());
    let closed: Vec<&TaskLine> =
        p.tasks.iter().filter(|t| t.fact.closed.is_some_and(|at| from <= at && at < end)).collect();
    let overdue: Vec<&TaskLine> = p.tasks.iter().filter(|t| State::of(&t.fact, p.at) == State::Overdue).collect();
    let sum = Tally::of(&p.tasks, p.at);
    let told = {
        let mut args = FluentArgs::new();
        args.set("month", period_words(say, period));
        args.set("aspects", p.version.as_ref().map_or(0, |v| v.tree.carrying().count()) as i64);
        args.set("tasks", sum.all as i64);
        args.set("done", sum.done as i64);
        args.set("share", share(sum.done as f64, sum.all as f64));
        args.set("weight", share(sum.weight_done, sum.weight));
        args.set("closed", closed.len() as i64);
        args.set("overdue", sum.overdue as i64);
        say.with("bulletin-told", &args)
    };
    let mut paragraphs = vec![told];
    let day = say.zone().date_of(p.at.plus_millis(-1));
    let scored = i.counted_on(day).into_iter().chain(i.readings.iter().filter(|r| r.kind == ReadingKind::Target));
    let scores: Vec<String> = scored.map(|r| format!("{} {}", reading(say, r), points(i.score(r).total))).collect();
    if !scores.is_empty() {
        let between = if say.is_english() { "; " } else { "；" };
        paragraphs.push(say.t1("bulletin-scores", "scores", scores.join(between)));
    }
    let mut sections = vec![departments(say, &p, &closed)];
    if !overdue.is_empty() {
        sections.push(tasks(say, &p, say.t("bulletin-overdue"), &overdue, "task-due"));
    }
    if !closed.is_empty() {
        sections.push(tasks(say, &p, say.t("bulletin-closed"), &closed, "task-closed-on"));
    }
    let months = std::iter::successors(Some(Month::of(today)), |m| m.first().yesterday().ok().map(Month::of));
    let months: Vec<(String, String)> = months
        .take(13)
        .filter_map(|m| Some((m.to_string(), period_words(say, Period::new(m.first(), m.last()).ok()?))))
        .collect();
    show(&Bulletin {
        back: format!("/indicators/{}", i.code),
        action: format!("/indicators/{}/bulletin", i.code),
        title: say.t1("bulletin-of", "name", name(say, i)),
        month: month.to_string(),
        months,
        paragraphs,
        sections,
        sign: format!(
            "{} {}",
            unit(say, &p.directory, i.details.owner),
            person(say, &p.directory, i.details.commander)
        ),
        day: say.day(day),
        f: Frame::of(&web, &v, "indicators").await?,
    })
}
