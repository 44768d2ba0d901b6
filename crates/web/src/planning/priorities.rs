//! What places are worth in a month, and why: every part opens the records it stands on.

use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::telling::unit_name;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::planning::plans as shared;
use crate::planning::plans::{PartChip, chips};
use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use uuid::Uuid;
use yixian_app::{AppError, FieldError, code_of};
use yixian_domain::duty::Month;
use yixian_domain::planning::PartKind;

/// Places of a page.
const PAGE: usize = 50;

struct Line {
    id: Uuid,
    name: String,
    kind: String,
    district: String,
    points: u32,
    chips: Vec<PartChip>,
    planned: Option<Uuid>,
}

#[derive(Template)]
#[template(path = "planning/priorities.html")]
struct PrioritiesPage {
    f: Frame,
    form: Form,
    units: Vec<(String, String)>,
    months: Vec<(String, String)>,
    kinds: Vec<(&'static str, String)>,
    lines: Vec<Line>,
    all: usize,
    sum: String,
    sub: String,
    next: Option<String>,
}

/// `GET /planning/priorities?unit=&month=&part=&after=`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
    let (say, app, mut q) = (&v.say, web.app(), query(uri.query()));
    app.may_plan(&v.actor)?;
    let bad = |e: FieldError| AppError::Invalid(vec![e]);
    let units = app.plannable(&v.actor).await?;
    let unit = match q.get("unit") {
        "" => units.first(),
        code => {
            Some(units.iter().find(|u| u.code == code).ok_or_else(|| bad(FieldError::with("unit", "filter", code)))?)
        }
    }
    .ok_or(AppError::NotFound("unit"))?;
    let this = Month::of(say.today());
    let month = q.optional::<Month>("month", "plan_month").map_err(bad)?.unwrap_or(if say.today().day() >= 20 {
        this.next()
    } else {
        this
    });
    let after = q.optional::<usize>("after", "filter").map_err(bad)?.unwrap_or(0);
    let part = PartKind::ALL.into_iter().find(|k| k.as_str() == q.get("part"));
    let mut ranked = app.priorities(&v.actor, unit.id, month).await?;
    ranked.retain(|r| part.is_none_or(|k| r.priority.parts.iter().any(|p| p.kind == k)));
    let rules = app.policies();
    let sum: u64 = ranked.iter().map(|r| u64::from(r.priority.points)).sum();
    let all = ranked.len();
    let lines = ranked
        .iter()
        .skip(after)
        .take(PAGE)
        .map(|r| Line {
            id: r.place.id.0,
            name: r.place.name.clone(),
            kind: say.of("place-kind", &code_of(r.place.kind)),
            district: r.place.district.clone(),
            points: r.priority.points,
            chips: chips(say, &rules.planning, r.place.id, &r.priority.parts),
            planned: r.planned.map(|v| v.0),
        })
        .collect();
    q.set("unit", unit.code.clone());
    q.set("month", month.to_string());
    let next = (after + PAGE < all).then(|| {
        format!("/planning/priorities?unit={}&month={month}&part={}&after={}", unit.code, q.get("part"), after + PAGE)
    });
    let months = [this, this.next(), this.next().next()]
        .into_iter()
        .map(|m| (m.to_string(), shared::month_words(say, m)))
        .collect();
    let page = PrioritiesPage {
        sub: format!("{} · {}", unit_name(say, unit), shared::month_words(say, month)),
        units: units.iter().map(|u| (u.code.clone(), unit_name(say, u))).collect(),
        kinds: PartKind::ALL
            .into_iter()
            .filter(|k| *k != PartKind::Base)
            .map(|k| (k.as_str(), say.of("part", k.as_str())))
            .collect(),
        f: Frame::of(&web, &v, "planning").await?,
        form: q,
        months,
        lines,
        all,
        sum: crate::door::telling::digits(sum),
        next,
    };
    show(&page)
}
