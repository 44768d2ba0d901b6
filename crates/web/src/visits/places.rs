//! The register of places: who was there when, and what is open there.

use crate::door::frame::Frame;
use crate::door::page::{Page, cut, show};
use crate::door::telling::unit_name;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::matters::rows::{self, Row};
use crate::visits::lines::{VisitLine, visit_lines};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::Uri;
use uuid::Uuid;
use yixian_app::code_of;
use yixian_app::matters::{MatterFilter, MatterOrder};
use yixian_app::visits::VisitFilter;
use yixian_domain::access::{Ask, may};
use yixian_domain::ids::PlaceId;

/// Places on a page.
const PAGE: usize = 50;

/// Visits and matters shown of a place.
const FEW: usize = 20;

struct Line {
    id: Uuid,
    name: String,
    code: String,
    what: String,
    unit: String,
}

#[derive(Template)]
#[template(path = "visits/places.html")]
struct PlacesPage {
    f: Frame,
    form: Form,
    districts: Vec<String>,
    lines: Vec<Line>,
    next: Option<String>,
    first: String,
}

/// `GET /places`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
    let form = query(uri.query());
    let text: String = form.get("text").chars().take(100).collect();
    let mut list = web.app().places(&v.actor, form.get("after"), &text, form.get("district"), PAGE as i64 + 1).await?;
    let more = cut(&mut list, PAGE);
    let next = list.last().filter(|_| more).map(|p| format!("/places?{}", form.query_with(&[("after", &p.code)])));
    let directory = web.app().directory().await?;
    let say = &v.say;
    let page = PlacesPage {
        lines: list
            .into_iter()
            .map(|p| Line {
                id: p.id.0,
                what: format!(
                    "{} · {} · {}",
                    say.of("place-kind", &code_of(p.kind)),
                    p.district,
                    say.of("area", &code_of(p.area))
                ),
                unit: p.unit.and_then(|u| directory.unit(u)).map(|u| unit_name(say, u)).unwrap_or_default(),
                name: p.name,
                code: p.code,
            })
            .collect(),
        districts: web.app().districts().await?,
        first: format!("/places?{}", form.query_without("after")),
        next,
        form,
        f: Frame::of(&web, &v, "places").await?,
    };
    show(&page)
}

#[derive(Template)]
#[template(path = "visits/place.html")]
struct PlacePage {
    f: Frame,
    id: Uuid,
    name: String,
    code: String,
    facts: Vec<(String, String)>,
    last: String,
    /// Nobody was here for longer than a month.
    long_ago: bool,
    visits: Vec<VisitLine>,
    /// Where all of them are listed, when there are more.
    more_visits: Option<String>,
    open: Vec<Row>,
    more_open: Option<String>,
    editable: bool,
}

/// `GET /places/{id}`
pub async fn place(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(id): Path<Uuid>) -> Page {
    let id = PlaceId(id);
    let p = web.app().place(&v.actor, id).await?;
    let say = &v.say;
    let directory = web.app().directory().await?;
    let unit = p.unit.and_then(|u| directory.unit(u));
    let mut visits = web
        .app()
        .visit_list(&v.actor, &VisitFilter { place: Some(id), newest: true, ..Default::default() }, FEW as i64)
        .await?;
    let more_visits = cut(&mut visits, FEW).then(|| format!("/visits?place={id}"));
    let last = visits.iter().filter_map(|r| r.started).max();
    let days = last.map(|at| i64::from((say.today() - say.zone().date_of(at)).get_days()));
    let here = MatterFilter { place: Some(id), order: MatterOrder::Due, ..Default::default() };
    let (mut open, _) = web.app().matter_list(&v.actor, &here, FEW as i64).await?;
    let more_open = cut(&mut open, FEW).then(|| format!("/matters?place={id}&open=1"));
    let mut facts = vec![
        (say.t("place-kind"), say.of("place-kind", &code_of(p.kind))),
        (say.t("place-district"), p.district.clone()),
        (say.t("place-area"), say.of("area", &code_of(p.area))),
        (say.t("place-unit"), unit.map_or_else(|| say.t("place-no-unit"), |u| unit_name(say, u))),
    ];
    if let Some(point) = p.point {
        let (lat, lon) = point.degrees();
        facts.push((say.t("place-point"), format!("{lat:.5}, {lon:.5}")));
    }
    let over = unit.or_else(|| directory.root());
    let page = PlacePage {
        id: p.id.0,
        last: match days {
            None => say.t("place-never"),
            Some(0) => say.t("place-today"),
            Some(n) => say.t1("place-days-ago", "n", n),
        },
        long_ago: days.is_none_or(|n| n > 30),
        visits: visit_lines(&web, say, &visits).await?,
        more_visits,
        open: rows::rows(&web, say, &open).await?,
        more_open,
        editable: over.is_some_and(|u| may(&v.actor, &Ask::Administer(&u.path)).is_ok()),
        name: p.name,
        code: p.code,
        facts,
        f: Frame::of(&web, &v, "places").await?,
    };
    show(&page)
}
