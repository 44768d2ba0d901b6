//! A leader's week on one page, made to be printed, and his calendar feed: a link that nobody can guess,
//! shown once, ended by another or by hand.

use crate::door::frame::Frame;
use crate::door::page::{Page, show_as, to};
use crate::door::say::Say;
use crate::door::telling::unit_name;
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::planning::plans::name_of;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::IntoResponse;
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::matters::MatterFilter;
use yixian_app::planning::PlannedVisit;
use yixian_app::planning::calendar::{Entry, When, calendar};
use yixian_domain::duty::IsoWeek;
use yixian_domain::ids::*;
use yixian_domain::org::Role;
use yixian_domain::place::Place;
use yixian_domain::time::{Date, Time};
use yixian_domain::visit::VisitState;

struct Line {
    id: Uuid,
    time: String,
    place: String,
    kind: String,
    district: String,
    host: String,
    state: String,
    class: &'static str,
    unannounced: bool,
    with: String,
    open: usize,
}

struct Day {
    title: String,
    iso: String,
    rest: bool,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "planning/week.html")]
struct WeekPage {
    f: Frame,
    name: String,
    unit: String,
    week: String,
    /// As people name it.
    called: String,
    range: String,
    days: Vec<Day>,
    before: String,
    after: String,
    mine: bool,
    choices: Vec<(Uuid, String, bool)>,
    since: Option<String>,
    secret: Option<String>,
    total: usize,
}

fn hour(t: Option<Time>) -> String {
    t.map(|t| format!("{:02}:{:02}", t.hour(), t.minute())).unwrap_or_default()
}

fn monday(say: &Say, week: IsoWeek, weeks: i64) -> Date {
    crate::visits::list::later(say, week.monday(), weeks * 7)
}

async fn week_page(web: &Web, me: PersonId, v: &Visitor, q: &Form, secret: Option<String>) -> Page {
    let (say, app) = (&v.say, web.app());
    let bad = |e| AppError::Invalid(vec![e]);
    let directory = app.directory().await?;
    let leader = q.optional::<Uuid>("leader", "person").map_err(bad)?.map_or(me, PersonId);
    let own = directory.person(leader).ok_or(AppError::NotFound("person"))?;
    // Whose weeks one may choose from: a coordinator's are those of his units.
    let plans: Vec<_> =
        if v.actor.is_somewhere(Role::Coordinator) { app.plannable(&v.actor).await? } else { Vec::new() };
    let within = |p: PersonId| directory.person(p).is_some_and(|p| plans.iter().any(|u| u.id == p.unit));
    if leader != me && !within(leader) {
        return Err(AppError::NotFound("person").into());
    }
    let week = match q.get("week") {
        "" => IsoWeek::of(say.today()),
        text => text.parse().map_err(|_| AppError::field("week", "filter"))?,
    };
    let visits = app.visits_led(&v.actor, leader, week.monday(), week.sunday()).await?;
    let calendar = app.policies();
    let mut days: Vec<Day> = week
        .days()
        .map(|d| Day {
            title: say.day(d),
            iso: d.to_string(),
            rest: !calendar.calendar.is_working(d),
            lines: Vec::new(),
        })
        .collect();
    let mut total = 0;
    let mut visits: Vec<(PlannedVisit, Place)> = visits
        .into_iter()
        .filter(|(k, _)| !matches!(k.visit.state, VisitState::Merged { .. } | VisitState::Cancelled { .. }))
        .collect();
    visits.sort_by_key(|(k, _)| (k.visit.plan.day, k.visit.plan.from, k.n));
    for (k, place) in visits {
        let plan = &k.visit.plan;
        let Some(day) = days.iter_mut().find(|d| d.iso == plan.day.to_string()) else { continue };
        total += 1;
        let here = MatterFilter { place: Some(place.id), open: true, ..Default::default() };
        day.lines.push(Line {
            id: k.visit.id.0,
            time: hour(plan.from),
            kind: say.of("visit-type", plan.kind.as_str()),
            district: place.district.clone(),
            host: directory.unit(plan.host).map(|u| unit_name(say, u)).unwrap_or_default(),
            state: say.of("visit-state", k.visit.state.as_str()),
            class: crate::visits::list::state_class((&k.visit.state).into()),
            unannounced: !plan.announced,
            with: crate::visits::list::names(
                say,
                &directory,
                plan.companions.iter().map(|c| c.person).chain([plan.leader]).filter(|p| *p != leader),
            ),
            open: app.matter_count(&v.actor, &here).await? as usize,
            place: place.name,
        });
    }
    let link = |w: Date| {
        format!(
            "/planning/week?week={}{}",
            IsoWeek::of(w),
            if leader == me { String::new() } else { format!("&leader={leader}") }
        )
    };
    let mut choices: Vec<(Uuid, String, bool)> = directory
        .people()
        .filter(|p| p.duty && within(p.id))
        .map(|p| (p.id.0, p.name.clone(), p.id == leader))
        .collect();
    choices.sort_by(|a, b| a.1.cmp(&b.1));
    if leader == me && !choices.is_empty() && !choices.iter().any(|c| c.2) {
        choices.insert(0, (me.0, name_of(&directory, me), true));
    }
    let page = WeekPage {
        name: name_of(&directory, leader),
        unit: directory.unit(own.unit).map(|u| unit_name(say, u)).unwrap_or_default(),
        week: week.to_string(),
        called: say.t1("week-n", "n", i64::from(week.number())),
        range: say.t2("visit-range", ("from", say.day(week.monday())), ("to", say.day(week.sunday()))),
        before: link(monday(say, week, -1)),
        after: link(monday(say, week, 1)),
        mine: leader == me,
        choices,
        days,
        secret,
        total,
        since: if leader == me { app.calendar_link(me).await?.map(|at| say.moment(at)) } else { None },
        f: Frame::of(web, v, "visits").await?,
    };
    show_as(StatusCode::OK, &page)
}

/// `GET /planning/week?leader=&week=`
pub async fn page(State(web): State<Web>, SignedIn { person: me, visitor: v }: SignedIn, uri: Uri) -> Page {
    week_page(&web, me, &v, &query(uri.query()), None).await
}

/// `POST /planning/calendar`: the link is shown once; the one before it ends.
pub async fn make_link(State(web): State<Web>, SignedIn { person: me, visitor: v }: SignedIn, form: Form) -> Page {
    let secret = web.app().make_calendar_link(me).await?;
    let base = web.options().public_url.trim_end_matches('/').to_owned();
    week_page(&web, me, &v, &form, Some(format!("{base}/calendar/{secret}"))).await
}

/// `POST /planning/calendar/revoke`
pub async fn revoke_link(State(web): State<Web>, SignedIn { person: me, visitor: _v }: SignedIn, _form: Form) -> Page {
    web.app().revoke_calendar_link(me).await?;
    to("/planning/week")
}

/// Minutes that a visit takes in a calendar when nobody said how long.
const LENGTH_MIN: i64 = 60;

fn entry(say: &Say, web: &Web, host: String, k: &PlannedVisit, place: &Place) -> Entry {
    let (v, plan) = (&k.visit, &k.visit.plan);
    let zone = say.zone();
    let when = match (&v.state, plan.from) {
        (VisitState::Finished { check_in, at, .. }, _) => When::Span(check_in.at, *at),
        (_, Some(from)) => {
            let begin = zone.at(plan.day, from);
            When::Span(begin, begin.plus_minutes(LENGTH_MIN))
        }
        (_, None) => When::Day(plan.day),
    };
    let mut about = vec![say.of("visit-type", plan.kind.as_str()), host];
    if !plan.announced {
        about.push(say.t("visit-unannounced"));
    }
    about.extend(k.purpose.clone());
    Entry {
        uid: format!("{}@yixian", v.id),
        sequence: v.rev.saturating_sub(1),
        stamp: v.last_at,
        when,
        summary: say.t1("calendar-entry", "place", place.name.clone()),
        description: about.join("\n"),
        location: format!("{} {}", place.district, place.name),
        point: place.point,
        url: if web.options().public_url.is_empty() {
            String::new()
        } else {
            format!("{}/visits/{}", web.options().public_url.trim_end_matches('/'), v.id)
        },
        cancelled: matches!(v.state, VisitState::Cancelled { .. } | VisitState::Merged { .. }),
        confidential: !plan.announced,
    }
}

/// `GET /calendar/{secret}`
pub async fn feed(State(web): State<Web>, v: Visitor, Path(secret): Path<String>) -> Page {
    let secret = secret.trim_end_matches(".ics");
    let (leader, visits) = web.app().calendar_of_link(secret).await?;
    let directory = web.app().directory().await?;
    // In the leader's own language, whatever the calendar program says it speaks.
    let lang = web.app().locale(leader).await?.as_deref().and_then(crate::door::say::Lang::parse).unwrap_or_default();
    let say = web.inner.says.say(lang, v.say.zone().clone(), v.say.now());
    let entries: Vec<Entry> = visits
        .iter()
        .map(|(k, place)| {
            let host = directory.unit(k.visit.plan.host).map(|u| unit_name(&say, u)).unwrap_or_default();
            entry(&say, &web, host, k, place)
        })
        .collect();
    let text = calendar(&say.t1("calendar-name", "person", name_of(&directory, leader)), &entries);
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "inline; filename=\"yixian.ics\""),
    ];
    Ok((headers, text).into_response())
}
