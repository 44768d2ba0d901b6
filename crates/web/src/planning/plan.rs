//! A plan: its figures, the calendar of leaders and days with the gaps in their duties, what is left out
//! and why, adopting it. While it is searched for, the same address shows how far that is.

use crate::door::frame::Frame;
use crate::door::page::{Page, show_as, to};
use crate::door::say::Say;
use crate::door::telling::unit_name;
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::Faults;
use crate::planning::plans as shared;
use crate::planning::plans::{PlanLine, name_of};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::IntoResponse;
use std::collections::HashMap;
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::command::PlanCommand;
use yixian_app::planning::document::{PlanDoc, Remark, WhyNot};
use yixian_app::planning::{self, PlanPage as Kept, TravelSource};
use yixian_app::read::Directory;
use yixian_domain::duty::IsoWeek;
use yixian_domain::ids::*;
use yixian_domain::planning::Change;
use yixian_domain::time::Date;

/// Left-out places that the plan's page lists.
const LEFT: usize = 25;

/// A cell of the calendar: none = no shift.
struct Cell {
    href: String,
    n: usize,
    night: bool,
    alt: String,
    moved: bool,
}

struct Line {
    person: String,
    unit: String,
    owed: u32,
    planned: usize,
    short: i64,
    empty_weeks: usize,
    cells: Vec<Option<Cell>>,
    href: String,
}

struct Column {
    date: String,
    weekday: String,
    rest: bool,
    first_of_week: bool,
}

struct Tile {
    value: String,
    label: String,
    href: Option<String>,
    bad: bool,
}

struct LeftLine {
    href: String,
    name: String,
    points: u32,
    why: String,
}

#[derive(Template)]
#[template(path = "planning/plan.html")]
struct PlanView {
    f: Frame,
    line: PlanLine,
    tiles: Vec<Tile>,
    days: Vec<Column>,
    lines: Vec<Line>,
    left: Vec<LeftLine>,
    left_all: usize,
    unmet: usize,
    notes: Vec<(String, &'static str)>,
    changes: Vec<(String, Option<String>)>,
    superseded: bool,
    adopted: Option<String>,
    base: Option<(Uuid, String)>,
    command_id: String,
    fault: Option<String>,
    worth: Vec<(String, String)>,
    total: String,
    bounds: Vec<String>,
    search: String,
    remarks: Vec<String>,
    can_replan: bool,
}

/// A day as the head of a column.
fn short(day: Date) -> String {
    format!("{}/{}", day.month(), day.day())
}

/// Why a place is left out, in one sentence.
pub fn why_words(say: &Say, directory: &Directory, place: impl Fn(Uuid) -> String, why: &WhyNot) -> String {
    let key = format!("whynot-{}", why.code().replace('_', "-"));
    match why {
        WhyNot::Costs { person, day, minutes, net } | WhyNot::Next { person, day, minutes, net } => {
            let mut args = fluent_bundle::FluentArgs::new();
            args.set("person", name_of(directory, *person));
            args.set("day", say.day(*day));
            args.set("minutes", i64::from(*minutes));
            args.set("net", shared::worth(net.abs()));
            say.with(&key, &args)
        }
        WhyNot::Instead { person, day, of, minutes, net } => {
            let mut args = fluent_bundle::FluentArgs::new();
            args.set("person", name_of(directory, *person));
            args.set("day", say.day(*day));
            args.set("other", place(of.0));
            args.set("minutes", i64::from(*minutes));
            args.set("net", shared::worth(*net));
            say.with(&key, &args)
        }
        WhyNot::Full { shifts } => say.t1(&key, "n", i64::from(*shifts)),
        WhyNot::Enough { person, day, lacks } => {
            let mut args = fluent_bundle::FluentArgs::new();
            args.set("person", name_of(directory, *person));
            args.set("day", say.day(*day));
            args.set("lacks", shared::worth(*lacks));
            say.with(&key, &args)
        }
        WhyNot::LeaderDay { person, day }
        | WhyNot::LeaderWeek { person, day }
        | WhyNot::UnitWeek { person, day }
        | WhyNot::PlaceWeek { person, day }
        | WhyNot::Lunch { person, day }
        | WhyNot::Rest { person, day } => say.t2(&key, ("person", name_of(directory, *person)), ("day", say.day(*day))),
        WhyNot::NoPoint
        | WhyNot::RuledOut
        | WhyNot::NoShift
        | WhyNot::NobodyFit
        | WhyNot::TooFar
        | WhyNot::Pinned
        | WhyNot::Unknown => say.t(&key),
    }
}

/// The place that a reason names.
pub fn named_by(why: &WhyNot) -> Option<Uuid> {
    match why {
        WhyNot::Instead { of, .. } => Some(of.0),
        _ => None,
    }
}

/// What to know of a plan's minutes on the road.
pub fn travel_words(say: &Say, source: &TravelSource) -> String {
    let key = format!("travel-{}", source.code().replace('_', "-"));
    match source {
        TravelSource::Guess => say.t(&key),
        TravelSource::Measured { known, pairs } => say.t2(
            &key,
            ("known", crate::door::telling::digits(*known)),
            ("pairs", crate::door::telling::digits(*pairs)),
        ),
        TravelSource::Table { host } => say.t1(&key, "host", host.clone()),
        TravelSource::GuessInstead { host, .. } => say.t1(&key, "host", host.clone()),
    }
}

/// What changed since a plan was made, each with where to look.
async fn change_words(
    web: &Web,
    v: &Visitor,
    directory: &Directory,
    changes: &[Change],
) -> Result<Vec<(String, Option<String>)>, AppError> {
    let places: Vec<Uuid> = changes
        .iter()
        .filter_map(|c| match c {
            Change::Place { place } => Some(place.0),
            _ => None,
        })
        .collect();
    let names = web.app().place_names(&places).await?;
    let say = &v.say;
    Ok(changes
        .iter()
        .map(|c| match c {
            Change::Visit { visit } => (say.t("change-visit"), Some(format!("/visits/{visit}"))),
            Change::Leader { person, day } => {
                (say.t2("change-leader", ("person", name_of(directory, *person)), ("day", say.day(*day))), None)
            }
            Change::Place { place } => (
                say.t1("change-place", "place", names.get(&place.0).cloned().unwrap_or_default()),
                Some(format!("/places/{place}")),
            ),
            Change::Past { day } => (say.t1("change-past", "day", say.day(*day)), None),
        })
        .collect())
}

fn grid(
    say: &Say,
    directory: &Directory,
    id: Uuid,
    doc: &PlanDoc,
    rest: impl Fn(Date) -> bool,
) -> (Vec<Column>, Vec<Line>) {
    let mut days: Vec<Date> = doc
        .leaders
        .iter()
        .flat_map(|l| l.shifts.iter().map(|s| s.day))
        .chain(doc.routes.iter().map(|r| r.day))
        .collect();
    days.sort_unstable();
    days.dedup();
    let routes: HashMap<(PersonId, Date), usize> =
        doc.routes.iter().enumerate().map(|(i, r)| ((r.person, r.day), i)).collect();
    let mut leaders: Vec<_> = doc.leaders.iter().collect();
    leaders.sort_by_cached_key(|l| {
        directory.person(l.person).map(|p| (directory.unit(p.unit).map(|u| u.path.clone()), l.level, p.code.clone()))
    });
    let lines = leaders
        .into_iter()
        .map(|l| {
            let person = name_of(directory, l.person);
            let planned = doc.visits_of(l.person);
            let mut weeks: Vec<(IsoWeek, bool)> = Vec::new();
            for s in &l.shifts {
                let (week, met) = (IsoWeek::of(s.day), routes.contains_key(&(l.person, s.day)));
                match weeks.iter_mut().find(|w| w.0 == week) {
                    Some(w) => w.1 |= met,
                    None => weeks.push((week, met)),
                }
            }
            let cells = days
                .iter()
                .map(|d| {
                    let shift = l.shifts.iter().find(|s| s.day == *d);
                    let route = routes.get(&(l.person, *d)).and_then(|i| doc.routes.get(*i));
                    if shift.is_none() && route.is_none() {
                        return None;
                    }
                    let n = route.map_or(0, |r| r.stops.len());
                    Some(Cell {
                        href: format!("/planning/plans/{id}/day?leader={}&day={d}", l.person),
                        n,
                        night: shift.is_some_and(|s| s.to > 1440),
                        alt: format!("{person} {}", say.day(*d)),
                        moved: route.is_some_and(|r| r.stops.iter().any(|s| s.visit.is_some())),
                    })
                })
                .collect();
            Line {
                unit: directory
                    .person(l.person)
                    .and_then(|p| directory.unit(p.unit))
                    .map(|u| unit_name(say, u))
                    .unwrap_or_default(),
                owed: l.owed,
                planned,
                short: i64::from(l.owed) - planned as i64,
                empty_weeks: weeks.iter().filter(|w| !w.1).count(),
                cells,
                href: format!("/planning/plans/{id}/day?leader={}", l.person),
                person,
            }
        })
        .collect();
    let mut week = None;
    let heads = days
        .iter()
        .map(|d| {
            let first_of_week = week != Some(IsoWeek::of(*d));
            week = Some(IsoWeek::of(*d));
            Column {
                date: short(*d),
                weekday: say.t(&format!("weekday-{}", d.weekday().to_monday_one_offset())),
                rest: rest(*d),
                first_of_week,
            }
        })
        .collect();
    (heads, lines)
}

async fn view(web: &Web, v: &Visitor, kept: Kept, status: StatusCode, form: &Form, faults: &Faults) -> Page {
    let (say, app) = (&v.say, web.app());
    let directory = app.directory().await?;
    let Kept { row, doc, changes, superseded } = kept;
    let policies = app.policies();
    let (days, lines) = grid(say, &directory, row.id, &doc, |d| !policies.calendar.is_working(d));
    let summary = &row.summary;
    let share = if summary.all == 0 { 0.0 } else { summary.covered as f64 * 100.0 / summary.all as f64 };
    let unmet = lines.iter().filter(|l| l.short > 0).count();
    let ids: Vec<Uuid> =
        doc.left.iter().take(LEFT).flat_map(|l| [Some(l.place.0), named_by(&l.why)]).flatten().collect();
    let names = app.place_names(&ids).await?;
    let left = doc
        .left
        .iter()
        .take(LEFT)
        .map(|l| LeftLine {
            href: format!("/planning/plans/{}/place?place={}", row.id, l.place),
            name: names.get(&l.place.0).cloned().unwrap_or_default(),
            points: l.points,
            why: why_words(say, &directory, |p| names.get(&p).cloned().unwrap_or_default(), &l.why),
        })
        .collect();
    let base = match row.base {
        Some(id) => app.plan(&v.actor, id).await.ok().map(|b| {
            let c = planning::compare::compare(&b.doc, &doc);
            let mut args = fluent_bundle::FluentArgs::new();
            args.set("number", shared::number(&b.row));
            args.set("kept", c.kept as i64);
            args.set("all", c.comparable as i64);
            args.set("worth", shared::worth(doc.worth.total() - b.doc.worth.total()));
            (id, say.with("plan-from-base", &args))
        }),
        None => None,
    };
    let mut notes = Vec::new();
    if doc.travel.guessed() {
        notes.push((travel_words(say, &doc.travel), "note-warn"));
    } else {
        notes.push((travel_words(say, &doc.travel), "note-info"));
    }
    if doc.asked.fewer {
        notes.push((say.t("plan-fewer"), "note-info"));
    }
    let adopted = row.adoption.map(|a| {
        let mut args = fluent_bundle::FluentArgs::new();
        args.set("who", a.by.map_or_else(|| say.t("planning-by-system"), |p| name_of(&directory, p)));
        args.set("at", say.moment(a.at));
        for (k, n) in [("made", a.made), ("kept", a.kept), ("moved", a.moved), ("dropped", a.dropped)] {
            args.set(k, n);
        }
        say.with("plan-adopted-words", &args)
    });
    let total = doc.worth.total();
    let limit = |words: &str, bound: Option<f64>| {
        let gap = |b: f64| format!("{:.1}", ((b - total) / b * 100.0).max(0.0));
        bound.filter(|b| *b > 0.0 && b.is_finite()).map(|b| say.t2(words, ("bound", shared::worth(b)), ("gap", gap(b))))
    };
    let search = {
        let mut args = fluent_bundle::FluentArgs::new();
        args.set("iterations", crate::door::telling::digits(doc.search.iterations));
        args.set("seconds", format!("{:.1}", doc.search.ms as f64 / 1000.0));
        args.set("seed", doc.asked.seed.to_string());
        say.with(if doc.search.ms == 0 { "plan-search-iterations" } else { "plan-search-words" }, &args)
    };
    let page = PlanView {
        line: shared::plan_line(say, &directory, &row),
        tiles: vec![
            Tile { value: summary.visits.to_string(), label: say.t("plan-tile-visits"), href: None, bad: false },
            Tile {
                value: format!("{share:.1} %"),
                label: say.t("plan-tile-priority"),
                href: Some(format!("/planning/priorities?month={}", row.month)),
                bad: false,
            },
            Tile {
                value: format!("{}/{}", summary.duties_met, summary.leaders),
                label: say.t("plan-tile-duty"),
                href: Some("#grid".into()),
                bad: unmet > 0,
            },
            Tile {
                value: shared::minutes(say, summary.travel),
                label: say.t("plan-tile-travel"),
                href: None,
                bad: false,
            },
        ],
        days,
        lines,
        left,
        left_all: doc.left.len(),
        unmet,
        notes,
        changes: change_words(web, v, &directory, &changes).await?,
        superseded,
        adopted,
        base,
        fault: faults.list.first().map(|f| f.1.clone()),
        command_id: match form.get("command_id") {
            "" => app.mint().uuid(say.now()).to_string(),
            known => known.to_owned(),
        },
        worth: doc.worth.parts().into_iter().map(|(name, n)| (say.of("plan-part", name), shared::worth(n))).collect(),
        total: shared::worth(total),
        bounds: [
            limit("plan-bound", doc.bound),
            limit("plan-likely", doc.likely.filter(|l| doc.bound.is_none_or(|b| *l < b))),
        ]
        .into_iter()
        .flatten()
        .collect(),
        search,
        remarks: worst(&doc.remarks).into_iter().map(|r| remark(say, &directory, r)).collect(),
        can_replan: doc.last >= say.today(),
        f: Frame::of(web, v, "planning").await?,
    };
    show_as(status, &page)
}

/// Of soft faults of one kind about one person or unit the worst; a month has the same one every week.
fn worst(all: &[Remark]) -> Vec<&Remark> {
    let mut out: Vec<&Remark> = Vec::new();
    for r in all {
        match out.iter_mut().find(|x| x.code == r.code && x.person == r.person && x.unit == r.unit) {
            Some(x) if x.n < r.n => *x = r,
            Some(_) => {}
            None => out.push(r),
        }
    }
    out
}

fn remark(say: &Say, directory: &Directory, r: &Remark) -> String {
    let mut args = fluent_bundle::FluentArgs::new();
    args.set("n", r.n);
    args.set("person", r.person.map(|p| name_of(directory, p)).unwrap_or_default());
    args.set("unit", r.unit.and_then(|u| directory.unit(u)).map(|u| unit_name(say, u)).unwrap_or_default());
    args.set("day", r.day.map(|d| say.day(d)).unwrap_or_default());
    say.with(&format!("remark-{}", r.code.replace('_', "-")), &args)
}

/// A plan that is neither kept nor searched for, for whoever may plan: perhaps a restart ended its search.
#[derive(Template)]
#[template(path = "planning/gone.html")]
struct Gone {
    f: Frame,
}

/// `GET /planning/plans/{id}`
pub async fn page(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
) -> Page {
    web.app().may_plan(&v.actor)?;
    let polled = headers.contains_key("hx-request");
    if let Some(p) = web.app().plan_run(&v.actor, id).await? {
        if polled && p.stage.has_failed() {
            return Ok(elsewhere(id));
        }
        return shared::progress(&web, &v, id, &p).await;
    }
    let kept = match web.app().plan(&v.actor, id).await {
        Err(AppError::NotFound(_)) => {
            return show_as(StatusCode::NOT_FOUND, &Gone { f: Frame::of(&web, &v, "planning").await? });
        }
        kept => kept?,
    };
    if polled {
        return Ok(elsewhere(id));
    }
    view(&web, &v, kept, StatusCode::OK, &Form::default(), &Faults::none()).await
}

/// Tells the polling page to load the whole one.
fn elsewhere(id: Uuid) -> axum::response::Response {
    let mut answer = StatusCode::OK.into_response();
    if let Ok(to) = HeaderValue::from_str(&format!("/planning/plans/{id}")) {
        answer.headers_mut().insert("hx-redirect", to);
    }
    answer
}

/// `POST /planning/plans/{id}/adopt`
pub async fn adopt(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<Uuid>,
    form: Form,
) -> Page {
    web.app().may_plan(&v.actor)?;
    // Seen first, so that whoever may not see it is told nothing else.
    let kept = web.app().plan(&v.actor, id).await?;
    let read = Read::now(PlanCommand::AdoptPlan { plan: id });
    match Post::by(&web, &v).send(form, Ok(read)).await? {
        Posted::Done(_) => to(&format!("/planning/plans/{id}")),
        Posted::Again(Again { form, faults, status }) => view(&web, &v, kept, status, &form, &faults).await,
    }
}
