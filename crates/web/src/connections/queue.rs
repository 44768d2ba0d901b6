//! The hall's queue of connections: a special need first, then by due date, as the store ranks them; and
//! every list of connections by class, district, step.

use crate::connections::case::step_name;
use crate::connections::words::{kilowatts, stage};
use crate::door::frame::Frame;
use crate::door::page::Page;
use crate::door::say::Say;
use crate::door::telling::{count, unit_name};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::matters::rows::{Clock, Pill, number, pill, stage_class};
use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use std::collections::BTreeMap;
use uuid::Uuid;
use yixian_app::connections::{ConnectionFilter, ConnectionOrder};
use yixian_app::matters::MatterFilter;
use yixian_app::store::matter::ConnectionRow;
use yixian_app::{AppError, FieldError};
use yixian_domain::connection::{Capacity, Class};
use yixian_domain::ids::UnitId;
use yixian_domain::matter::{MatterKind, StageName};

pub(crate) struct Row {
    pub id: Uuid,
    pub number: String,
    pub title: String,
    pub stage: String,
    pub stage_class: &'static str,
    pub flags: Vec<String>,
    pub class: String,
    pub unit: String,
    pub pill: Option<Pill>,
    pub over: bool,
    key: String,
}

struct Choice {
    name: &'static str,
    label: String,
    options: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "connections/queue.html")]
struct QueuePage {
    f: Frame,
    form: Form,
    total: String,
    tabs: Vec<(String, String, bool)>,
    active: usize,
    choices: Vec<Choice>,
    rows: Vec<Row>,
    next: Option<String>,
}

/// Names of the steps of every procedure of connections in force today, by code.
pub(crate) fn step_names(web: &Web, say: &Say) -> BTreeMap<String, String> {
    let policies = web.app().policies();
    policies
        .procedures
        .categories(MatterKind::Connection, say.today())
        .flat_map(|(p, _)| p.steps.iter())
        .map(|s| (s.code.clone(), step_name(say, s)))
        .collect()
}

/// Rows as lists show them.
pub(crate) async fn rows(web: &Web, say: &Say, list: &[ConnectionRow], by_rank: bool) -> Result<Vec<Row>, AppError> {
    let directory = web.app().directory().await?;
    let steps = step_names(web, say);
    Ok(list
        .iter()
        .map(|r| {
            let m = &r.matter;
            let p = pill(
                say,
                Clock {
                    raised_at: m.raised_at,
                    due_at: m.due_at,
                    solved_at: m.solved_at,
                    closed: m.stage == "closed",
                    paused: m.paused,
                    withdrawn: m.stage == "refused" || m.stage == "merged",
                },
            );
            let step = r.step.as_ref().map(|s| steps.get(s).cloned().unwrap_or_else(|| s.clone()));
            Row {
                id: m.id,
                number: number(say, m.raised_at, m.n),
                title: [Some(r.district.clone()), Some(kilowatts(say, &Capacity::watts(r.capacity).to_string())), step]
                    .into_iter()
                    .flatten()
                    .collect::<Vec<_>>()
                    .join(" · "),
                stage: stage(say, &m.stage),
                stage_class: stage_class(&m.stage),
                flags: r.flags.split(' ').filter(|f| !f.is_empty()).map(|f| say.of("flag", f)).collect(),
                class: say.of("class", &r.class),
                unit: directory.unit(UnitId(m.unit_id)).map(|u| unit_name(say, u)).unwrap_or_default(),
                over: p.as_ref().is_some_and(|p| p.class == "due-over") && m.solved_at.is_none(),
                pill: p,
                key: format!("{}.{}", if by_rank { r.rank } else { m.due_sort }, m.n),
            }
        })
        .collect())
}

/// The filter of a query; without one the queue.
pub(crate) fn filter(q: &Form, v: &Visitor) -> Result<ConnectionFilter, AppError> {
    let bad = |field: &'static str| AppError::Invalid(vec![FieldError::with(field, "filter", q.get(field))]);
    let some = |name: &str| Some(q.get(name).to_owned()).filter(|t| !t.is_empty());
    let class = match q.get("class") {
        "" => None,
        c => Some(Class::parse(c).ok_or_else(|| bad("class"))?),
    };
    let show = q.get("show");
    let mut f = ConnectionFilter {
        matter: MatterFilter { text: q.get("text").chars().take(100).collect(), ..MatterFilter::default() },
        class,
        district: some("district"),
        step: some("step"),
        special: q.ticked("special"),
        to_call: show == "callback",
        order: match show {
            "" | "overdue" => ConnectionOrder::Queue,
            _ => ConnectionOrder::AsMatters,
        },
    };
    match show {
        // What waits for the customer's word waits for nobody here.
        "" => {
            f.matter.stages = StageName::ALL
                .into_iter()
                .filter(|s| !matches!(s, StageName::Answered | StageName::Closed | StageName::Merged))
                .collect()
        }
        "all" => {}
        "overdue" => f.matter.overdue_at = Some(v.say.now()),
        "callback" => f.matter.stages = vec![StageName::Answered],
        _ => return Err(bad("show")),
    }
    f.matter.after = q.get("after").parse().ok();
    Ok(f)
}

/// `GET /connections`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
    let q = query(uri.query());
    let say = &v.say;
    let f = filter(&q, &v)?;
    let (mut list, total) = web.app().connections(&v.actor, &(&f).into(), crate::matters::list::PAGE as i64).await?;
    let more = list.len() > crate::matters::list::PAGE;
    list.truncate(crate::matters::list::PAGE);
    let by_rank = f.order == ConnectionOrder::Queue;
    let shown = rows(&web, say, &list, by_rank).await?;
    let steps = step_names(&web, say);
    let tab = |key: &str, search: &str, on: bool| (say.t(key), format!("/connections{search}"), on);
    let (show, special) = (q.get("show"), q.ticked("special"));
    let page = QueuePage {
        total: say.t1("queue-found", "n", count(say, total)),
        tabs: vec![
            tab("queue-waiting", "", show.is_empty() && !special),
            tab("queue-special", "?special=1", special),
            tab("queue-overdue", "?show=overdue", show == "overdue"),
            tab("queue-callback", "?show=callback", show == "callback"),
            tab("queue-all", "?show=all", show == "all"),
        ],
        active: q
            .fields()
            .iter()
            .filter(|(k, v)| !v.is_empty() && !matches!(k.as_str(), "after" | "show" | "special"))
            .count(),
        choices: vec![
            Choice {
                name: "class",
                label: say.t("filter-class"),
                options: Class::ALL.iter().map(|c| (c.as_str().to_owned(), say.of("class", c.as_str()))).collect(),
            },
            Choice {
                name: "district",
                label: say.t("filter-district"),
                options: web.app().districts().await?.into_iter().map(|d| (d.clone(), d)).collect(),
            },
            Choice { name: "step", label: say.t("filter-step"), options: steps.into_iter().collect() },
        ],
        next: more
            .then(|| shown.last().map(|r| format!("/connections?{}&after={}", q.query_without("after"), r.key)))
            .flatten(),
        f: Frame::of(&web, &v, "connections").await?,
        rows: shown,
        form: q,
    };
    crate::door::page::show(&page)
}
