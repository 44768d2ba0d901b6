//! Two plans side by side: what stays, moves, comes and goes, and what it is worth.

use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::query;
use crate::planning::plans as shared;
use crate::planning::plans::{PlanLine, clock, name_of};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::Uri;
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::planning::compare::{At, compare};

/// Differences a page lists.
const MOST: usize = 300;

struct Row {
    place: String,
    href: String,
    fate: String,
    class: &'static str,
    before: String,
    after: String,
    points: u32,
}

#[derive(Template)]
#[template(path = "planning/compare.html")]
struct ComparePage {
    f: Frame,
    a: PlanLine,
    b: PlanLine,
    kept: String,
    worth: Vec<(String, String, String, String)>,
    facts: Vec<(String, String, String)>,
    rows: Vec<Row>,
    all: usize,
    others: Vec<(Uuid, String, bool)>,
}

/// `GET /planning/plans/{id}/compare?with=`: the plan against the one it began from, or another of the same unit and month.
pub async fn page(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<Uuid>,
    uri: Uri,
) -> Page {
    let (say, app, q) = (&v.say, web.app(), query(uri.query()));
    let b = app.plan(&v.actor, id).await?;
    let others: Vec<_> = app
        .plan_list(&v.actor, None, 200)
        .await?
        .into_iter()
        .filter(|r| r.unit == b.row.unit && r.month == b.row.month && r.id != id)
        .collect();
    let with = q.optional::<Uuid>("with", "plan").map_err(|e| AppError::Invalid(vec![e]))?;
    let with = with.or(b.row.base).or_else(|| others.first().map(|r| r.id)).unwrap_or(id);
    let a = app.plan(&v.actor, with).await?;
    let c = compare(&a.doc, &b.doc);
    let directory = app.directory().await?;
    let ids: Vec<Uuid> = c.differences.iter().take(MOST).map(|d| d.place.0).collect();
    let names = app.place_names(&ids).await?;
    let at = |x: Option<At>| {
        x.map_or_else(
            || "—".to_owned(),
            |x| format!("{} · {} {}", name_of(&directory, x.person), say.day(x.day), clock(say, x.begins)),
        )
    };
    let share =
        |x: u64, all: u64| if all == 0 { "—".to_owned() } else { format!("{:.1} %", x as f64 * 100.0 / all as f64) };
    let (x, y) = (&c.before, &c.after);
    let page = ComparePage {
        a: shared::plan_line(say, &directory, &a.row),
        b: shared::plan_line(say, &directory, &b.row),
        kept: say.t2("compare-kept", ("kept", c.kept as i64), ("all", c.comparable as i64)),
        worth: c
            .worth
            .iter()
            .map(|(name, x, y)| (say.of("plan-part", name), shared::worth(*x), shared::worth(*y), shared::worth(y - x)))
            .chain([(
                say.t("plan-total"),
                shared::worth(a.doc.worth.total()),
                shared::worth(b.doc.worth.total()),
                shared::worth(b.doc.worth.total() - a.doc.worth.total()),
            )])
            .collect(),
        facts: vec![
            (say.t("plan-tile-visits"), x.visits.to_string(), y.visits.to_string()),
            (say.t("plan-tile-priority"), share(x.covered, x.all), share(y.covered, y.all)),
            (
                say.t("plan-tile-duty"),
                format!("{}/{}", x.duties_met, x.leaders),
                format!("{}/{}", y.duties_met, y.leaders),
            ),
            (say.t("plan-tile-travel"), shared::minutes(say, x.travel), shared::minutes(say, y.travel)),
        ],
        rows: c
            .differences
            .iter()
            .take(MOST)
            .map(|d| Row {
                place: names.get(&d.place.0).cloned().unwrap_or_default(),
                href: format!("/planning/plans/{id}/place?place={}", d.place),
                fate: say.of("fate", d.fate.as_str()),
                class: match d.fate.as_str() {
                    "dropped" => "due-over",
                    "added" => "due-done",
                    _ => "due-wait",
                },
                before: at(d.before),
                after: at(d.after),
                points: d.points,
            })
            .collect(),
        all: c.differences.len(),
        others: others.iter().map(|r| (r.id, shared::number(r), r.id == with)).collect(),
        f: Frame::of(&web, &v, "planning").await?,
    };
    show(&page)
}
