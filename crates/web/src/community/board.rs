//! The board of a service day: a tile a session by district, with its marks, for a wall and for a phone; and what is counted of it.

use super::shown::{day_name, hours, marks, marks_class};
use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::say::Say;
use crate::door::telling::{digits, unit_name};
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::record::{Block, Body, RecordPage, Way};
use crate::partners::list::name as community_name;
use askama::Template;
use axum::extract::{Path, State};
use yixian_app::AppError;
use yixian_app::community::Board;
use yixian_domain::figure::{Figure, Value};

struct Tile {
    href: String,
    name: String,
    under: String,
    marks: String,
    class: &'static str,
    late: Option<String>,
}

struct District {
    name: String,
    done: String,
    tiles: Vec<Tile>,
}

#[derive(Template)]
#[template(path = "community/tiles.html")]
struct Tiles {
    districts: Vec<District>,
}

/// Hours, with their thousands told apart.
fn tenths(value: f64) -> String {
    let all = (value * 10.0).round().max(0.0) as u64;
    format!("{}.{}", digits(all / 10), all % 10)
}

/// A figure as its number stands on the board.
pub(super) fn number(f: &Figure) -> String {
    match f.value {
        Value::Count { n } => digits(n),
        Value::Share { numerator, denominator } => format!("{} / {}", digits(numerator), digits(denominator)),
        Value::Measure { value } => value.map_or_else(String::new, tenths),
        Value::Day { .. } | Value::NotInForce { .. } => String::new(),
    }
}

fn districts(say: &Say, board: &Board) -> Vec<District> {
    let mut all: Vec<District> = Vec::new();
    let mut done: (usize, usize) = (0, 0);
    for t in &board.tiles {
        let name = t.community.details.district.clone().unwrap_or_else(|| say.t("dimension-unsaid"));
        if all.last().is_none_or(|d| d.name != name) {
            all.push(District { name, done: String::new(), tiles: Vec::new() });
            done = (0, 0);
        }
        let s = &t.session;
        let held = s.cancelled.is_none();
        done = (done.0 + usize::from(held && s.marks() == 5), done.1 + usize::from(held));
        let Some(district) = all.last_mut() else { continue };
        district.done = format!("{} / {}", done.0, done.1);
        let came = say.t1("session-members-n", "n", t.members as i64);
        district.tiles.push(Tile {
            href: format!("/sessions/{}", s.id),
            name: community_name(say, &t.community),
            under: format!("{} · {came}", hours(say, s)),
            marks: if held { marks(s.marks()) } else { say.t("session-is-cancelled") },
            class: marks_class(s),
            late: (t.late > 0).then(|| say.t1("session-late-n", "n", t.late as i64)),
        });
    }
    all
}

/// `GET /service-days/{id}`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(at): Path<String>) -> Page {
    let say = &v.say;
    let board = web.app().day_board(&v.actor, &at).await?;
    let day = &board.day;
    let directory = web.app().directory().await?;
    let organiser = directory.unit(day.details.organiser).map(|u| unit_name(say, u)).unwrap_or_default();
    let period = day.details.day.to_string();
    let facts = board.figures.iter().filter(|f| f.number().is_some()).map(|f| {
        let href = format!("/figures/{}?period={period}", f.code.as_str());
        (say.t(&f.definition().label_key()), number(f), Some(href))
    });
    let tiles = Tiles { districts: districts(say, &board) };
    let html = if tiles.districts.is_empty() {
        String::new()
    } else {
        tiles.render().map_err(|e| AppError::broken("template", e))?
    };
    let mut ways = Vec::new();
    if board.keeps {
        ways.push(Way::first(say.t("session-new"), format!("/service-days/{}/session", day.id)));
        ways.push(Way::to(say.t("edit"), format!("/service-days/{}/edit", day.id)));
    }
    let facts = facts.collect();
    show(&RecordPage {
        crumbs: vec![(say.t("service-days-title"), "/service-days".into())],
        sub: vec![say.day(day.details.day), organiser, day.code.clone()],
        ways,
        blocks: vec![
            Block::new("tiles", say.t("service-day-board"), Body::Html(html)).none(say.t("service-day-no-sessions")),
        ],
        facts_title: say.t("service-day-figures"),
        facts,
        ..RecordPage::new(Frame::of(&web, &v, "service-days").await?, day_name(say, day))
    })
}
