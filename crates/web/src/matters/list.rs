//! The list of matters: filters in the query, newest first or by due date, keyset paging.

use crate::door::frame::Frame;
use crate::door::page::{Page, cut, show};
use crate::door::telling::{count, unit_name};
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::form::reading::Reading;
use crate::matters::rows::{self, Row};
use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use yixian_app::matters::{MatterFilter, MatterOrder};
use yixian_app::{AppError, FieldError};
use yixian_domain::ids::{PersonId, PlaceId, VisitId};
use yixian_domain::matter::{MatterKind, Origin, StageName};
use yixian_domain::time::Instant;

/// Rows of a page.
pub const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "matters/list.html")]
struct MattersPage {
    f: Frame,
    rows: Vec<Row>,
    total: String,
    form: Form,
    stages: Vec<(&'static str, String)>,
    kinds: Vec<(String, String)>,
    origins: Vec<(String, String)>,
    units: Vec<(String, String)>,
    active: usize,
    next: Option<String>,
    csv: String,
    tabs: Vec<(String, String, bool)>,
    place: Option<String>,
}

/// Reads a filter from a query. `now` decides what is overdue; `me` who is meant by `mine`.
pub async fn filter(web: &Web, q: &Form, me: Option<PersonId>, now: Instant) -> Result<MatterFilter, AppError> {
    let bad = |field: &'static str, text: &str| AppError::Invalid(vec![FieldError::with(field, "filter", text)]);
    let mut f = MatterFilter { text: q.get("text").chars().take(100).collect(), ..MatterFilter::default() };
    for s in q.all("stage").filter(|s| !s.is_empty()) {
        f.stages.push(StageName::parse(s).ok_or_else(|| bad("stage", s))?);
    }
    if !q.get("kind").is_empty() {
        f.kind = Some(q.word::<MatterKind>("kind", "filter").map_err(|_| bad("kind", q.get("kind")))?);
    }
    if !q.get("origin").is_empty() {
        f.origin = Some(q.word::<Origin>("origin", "filter").map_err(|_| bad("origin", q.get("origin")))?);
    }
    if !q.get("unit").is_empty() {
        let directory = web.app().directory().await?;
        f.unit = Some(
            directory.units().find(|u| u.code == q.get("unit")).ok_or_else(|| bad("unit", q.get("unit")))?.path.clone(),
        );
    }
    f.place = q.optional("place", "filter").map_err(|e| AppError::Invalid(vec![e]))?.map(PlaceId);
    f.visit = q.optional("visit", "filter").map_err(|e| AppError::Invalid(vec![e]))?.map(VisitId);
    if q.get("handler") == "me" {
        f.handler = me;
    }
    let mut r = Reading::default();
    let mut on = |name| r.take(q.switch(name)).unwrap_or_default();
    let (mine, overdue, requested, open) = (on("mine"), on("overdue"), on("requested"), on("open"));
    f.mine = me.filter(|_| mine);
    if let Some(day) = q.optional_day("due_before").map_err(|e| AppError::Invalid(vec![e]))? {
        f.due_before = Some(web.app().policies().zone.end_of_day(day));
    }
    f.overdue_at = overdue.then_some(now);
    (f.requested, f.open) = (requested, open);
    f.after = r.take(q.optional("after", "filter")).flatten();
    r.done()?;
    if q.get("order") == "due" {
        f.order = MatterOrder::Due;
    }
    Ok(f)
}

/// `GET /matters`
pub async fn page(State(web): State<Web>, SignedIn { person: me, visitor: v }: SignedIn, uri: Uri) -> Page {
    let q = query(uri.query());
    let f = filter(&web, &q, Some(me), v.say.now()).await?;
    let (mut list, total) = web.app().matter_list(&v.actor, &f, PAGE as i64).await?;
    let more = cut(&mut list, PAGE);
    let rows = rows::rows(&web, &v.say, &list).await?;
    let next = rows.last().filter(|_| more).map(|r| format!("/matters?{}", q.query_with(&[("after", &r.key)])));
    let say = &v.say;
    let word = |x: String| x;
    let directory = web.app().directory().await?;
    let tab = |key: &str, search: &str, on: bool| (say.t(key), format!("/matters{search}"), on);
    let bare = q.fields().iter().all(|(_, v)| v.is_empty());
    let place = match f.place {
        Some(p) => web.app().place_names(&[p.0]).await?.remove(&p.0),
        None => None,
    };
    let page = MattersPage {
        total: say.t1("matters-found", "n", count(say, total)),
        stages: StageName::ALL.into_iter().map(|s| (s.as_str(), say.of("stage", s.as_str()))).collect(),
        kinds: MatterKind::ALL
            .into_iter()
            .map(|k| {
                let n = yixian_app::code_of(k);
                (n.clone(), say.of("kind", &n))
            })
            .collect(),
        origins: Origin::ALL
            .into_iter()
            .map(|o| {
                let n = yixian_app::code_of(o);
                (n.clone(), say.of("origin", &n))
            })
            .collect(),
        units: directory
            .units()
            .map(|u| {
                (
                    u.code.clone(),
                    word(format!("{}{}", "　".repeat(u.path.depth().saturating_sub(1)), unit_name(say, u))),
                )
            })
            .collect(),
        active: q.fields().iter().filter(|(k, v)| !v.is_empty() && k != "after" && k != "order").count(),
        tabs: vec![
            tab("matters-all", "", bare),
            tab("matters-open", "?open=1&order=due", q.ticked("open") && !q.ticked("overdue")),
            tab("matters-overdue", "?overdue=1&order=due", q.ticked("overdue")),
            tab("matters-mine", "?mine=1", q.ticked("mine")),
        ],
        f: Frame::of(&web, &v, "matters").await?,
        csv: format!("/matters/csv?{}", q.query_without("after")),
        rows,
        form: q,
        next,
        place,
    };
    show(&page)
}
