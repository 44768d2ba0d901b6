//! Visits by day: filters in the query, keyset paging. Planned visits without notice are shown only
//! to those who may know of them; the list's own scope sees to that. Also what the other pages of
//! visits share: names of people, states, one line per visit.

use crate::door::frame::Frame;
use crate::door::page::{Page, cut, show};
use crate::door::say::{Lang, Say};
use crate::door::telling::unit_name;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use std::collections::HashMap;
use uuid::Uuid;
use yixian_app::read::Directory;
use yixian_app::visits::{VisitFilter, VisitRow, VisitStage};
use yixian_app::{AppError, FieldError};
use yixian_domain::duty::IsoWeek;
use yixian_domain::ids::{PersonId, PlaceId, UnitId};
use yixian_domain::time::{Date, Time};
use yixian_domain::visit::VisitType;

/// Rows of a page.
const PAGE: usize = 50;

/// A visit in a list.
#[derive(Clone, Debug)]
pub struct Line {
    /// Id.
    pub id: Uuid,
    /// Running number.
    pub number: String,
    /// Day in words.
    pub day: String,
    /// Check-in and end, where there was one.
    pub times: String,
    /// Where to.
    pub place: String,
    /// Type in words.
    pub kind: String,
    /// Host.
    pub host: String,
    /// Leader.
    pub leader: String,
    /// State in words.
    pub state: String,
    /// Class of the state.
    pub class: &'static str,
    /// Without notice.
    pub unannounced: bool,
}

struct Day {
    title: String,
    iso: String,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "visits/list.html")]
struct VisitsPage {
    f: Frame,
    form: Form,
    days: Vec<Day>,
    kinds: Vec<(&'static str, String)>,
    states: Vec<(&'static str, String)>,
    units: Vec<(String, String)>,
    tabs: Vec<(String, String, bool)>,
    range: String,
    active: usize,
    next: Option<String>,
}

/// CSS class of a state.
pub fn state_class(stage: VisitStage) -> &'static str {
    match stage {
        VisitStage::Planned => "stage-new",
        VisitStage::OnSite => "stage-doing",
        VisitStage::Finished => "stage-closed",
        VisitStage::Cancelled | VisitStage::Merged => "stage-void",
    }
}

/// The number people use.
pub fn number(day: Date, n: i64) -> String {
    format!("V{}-{n:04}", day.year())
}

/// Names of people in the reader's punctuation.
pub fn names(say: &Say, directory: &Directory, ids: impl IntoIterator<Item = PersonId>) -> String {
    let all: Vec<&str> = ids.into_iter().filter_map(|p| directory.person(p)).map(|p| p.name.as_str()).collect();
    all.join(match say.lang() {
        Lang::Zh => "、",
        Lang::En => ", ",
    })
}

/// A day so many days later.
pub fn later(say: &Say, day: Date, days: i64) -> Date {
    say.zone().date_of(say.zone().at(day, Time::constant(12, 0, 0, 0)).plus_minutes(days * 24 * 60))
}

/// The units of a company for a choice: code or id is the caller's; names are indented by depth.
pub fn indented(say: &Say, directory: &Directory) -> Vec<(UnitId, String, String)> {
    directory
        .units()
        .map(|u| {
            (
                u.id,
                u.code.clone(),
                format!("{}{}", "\u{3000}".repeat(u.path.depth().saturating_sub(1)), unit_name(say, u)),
            )
        })
        .collect()
}

/// Lines ready to be shown.
pub async fn lines(web: &Web, say: &Say, rows: &[VisitRow]) -> Result<Vec<Line>, AppError> {
    let directory = web.app().directory().await?;
    let mut ids: Vec<Uuid> = rows.iter().map(|r| r.place.0).collect();
    ids.sort();
    ids.dedup();
    let places: HashMap<Uuid, String> = web.app().place_names(&ids).await?;
    Ok(rows
        .iter()
        .map(|r| {
            let times = match (r.started, r.finished) {
                (Some(a), Some(b)) => format!("{}–{}", say.time(a), say.time(b)),
                (Some(a), None) => say.time(a),
                _ => String::new(),
            };
            Line {
                id: r.id.0,
                number: number(r.day, r.n),
                day: say.day(r.day),
                times,
                place: places.get(&r.place.0).cloned().unwrap_or_default(),
                kind: say.of("visit-type", r.kind.as_str()),
                host: directory.unit(r.host).map(|u| unit_name(say, u)).unwrap_or_default(),
                leader: names(say, &directory, [r.leader]),
                state: say.of("visit-state", r.stage.as_str()),
                class: state_class(r.stage),
                unannounced: !r.announced,
            }
        })
        .collect())
}

fn bad(e: FieldError) -> AppError {
    AppError::Invalid(vec![e])
}

/// `GET /visits`
pub async fn page(State(web): State<Web>, SignedIn { person: me, visitor: v }: SignedIn, uri: Uri) -> Page {
    let (say, mut q) = (&v.say, query(uri.query()));
    let today = say.today();
    let week = IsoWeek::of(today);
    let from = q.optional_day("from").map_err(bad)?;
    let to = q.optional_day("to").map_err(bad)?;
    let place = q.optional::<Uuid>("place", "place").map_err(bad)?.map(PlaceId);
    let (from, to) = match (from, to) {
        (None, None) => (week.monday(), week.sunday()),
        (a, b) => {
            let a = a.or(b).unwrap_or(today);
            (a, b.unwrap_or(a).max(a))
        }
    };
    q.set("from", from.to_string());
    q.set("to", to.to_string());
    let directory = web.app().directory().await?;
    let host = match q.get("unit") {
        "" => None,
        code => Some(
            directory
                .units()
                .find(|u| u.code == code)
                .ok_or_else(|| bad(FieldError::with("unit", "filter", code)))?
                .path
                .clone(),
        ),
    };
    let stage = match q.get("state") {
        "" => None,
        s => Some(
            VisitStage::ALL
                .into_iter()
                .find(|k| k.as_str() == s)
                .ok_or_else(|| bad(FieldError::with("state", "filter", s)))?,
        ),
    };
    let kind = if q.get("kind").is_empty() { None } else { Some(q.word::<VisitType>("kind", "filter").map_err(bad)?) };
    let after = q.get("after").parse().ok();
    let filter = VisitFilter {
        days: Some((from, to)),
        person: q.ticked("mine").then_some(me),
        host,
        kind,
        stage,
        place,
        partner: None,
        newest: false,
        after,
    };
    let mut rows = web.app().visit_list(&v.actor, &filter, PAGE as i64).await?;
    let more = cut(&mut rows, PAGE);
    let next =
        rows.last().filter(|_| more).map(|r| format!("/visits?{}", q.query_with(&[("after", &r.after().to_string())])));
    let mut days: Vec<Day> = Vec::new();
    for (row, line) in rows.iter().zip(lines(&web, say, &rows).await?) {
        let iso = row.day.to_string();
        if days.last().is_none_or(|d| d.iso != iso) {
            days.push(Day { title: line.day.clone(), iso, lines: Vec::new() });
        }
        if let Some(d) = days.last_mut() {
            d.lines.push(line);
        }
    }
    let tab = |key: &str, a: Date, b: Date| {
        let link =
            format!("/visits?{}", q.query_with(&[("from", &a.to_string()), ("to", &b.to_string()), ("after", "")]));
        (say.t(key), link, a == from && b == to)
    };
    let (monday, sunday) = (week.monday(), week.sunday());
    let month = yixian_domain::duty::Month::of(today);
    let page = VisitsPage {
        f: Frame::of(&web, &v, "visits").await?,
        kinds: VisitType::ALL.into_iter().map(|k| (k.as_str(), say.of("visit-type", k.as_str()))).collect(),
        states: VisitStage::ALL.into_iter().map(|s| (s.as_str(), say.of("visit-state", s.as_str()))).collect(),
        units: indented(say, &directory).into_iter().map(|(_, code, name)| (code, name)).collect(),
        tabs: vec![
            tab("visit-tab-today", today, today),
            tab("visit-tab-last-week", later(say, monday, -7), later(say, sunday, -7)),
            tab("visit-tab-week", monday, sunday),
            tab("visit-tab-next-week", later(say, monday, 7), later(say, sunday, 7)),
            tab("visit-tab-month", month.first(), month.last()),
        ],
        range: if from == to {
            say.day(from)
        } else {
            say.t2("visit-range", ("from", say.day(from)), ("to", say.day(to)))
        },
        active: ["unit", "kind", "state", "mine", "place"].into_iter().filter(|k| !q.get(k).is_empty()).count(),
        form: q,
        days,
        next,
    };
    show(&page)
}
