//! Plans of visits: the list, the form that begins one, how far a search is, stopping it. Also what the
//! other pages of planning share: words for leaders, days, minutes, parts of a priority.

use crate::door::frame::Frame;
use crate::door::page::{Page, show, show_as, to};
use crate::door::say::Say;
use crate::door::telling::unit_name;
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::form::post::{Again, again};
use crate::form::reading::{Faults, Reading};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use uuid::Uuid;
use yixian_app::command::{PlanIn, WeightsIn};
use yixian_app::planning::{
    PlanRow,
    runs::{Progress, Stage},
};
use yixian_app::read::Directory;
use yixian_app::{AppError, FieldError};
use yixian_domain::duty::Month;
use yixian_domain::ids::*;
use yixian_domain::planning::{Evidence, LimitRules, Part, PartKind, PlanningRules};

/// Plans of a page.
const PAGE: usize = 30;

/// Months the form offers.
const MONTHS: usize = 4;

/// A plan in a list.
pub struct PlanLine {
    /// Id.
    pub id: Uuid,
    /// The number people use.
    pub number: String,
    /// Month in words.
    pub month: String,
    /// Unit.
    pub unit: String,
    /// When it was made and by whom.
    pub made: String,
    /// Its state in words and as a class.
    pub state: (String, &'static str),
    /// Visits, duties, priority, in words.
    pub facts: Vec<String>,
}

/// A search in a list.
struct RunLine {
    id: Uuid,
    unit: String,
    stage: String,
    percent: String,
}

#[derive(Template)]
#[template(path = "planning/plans.html")]
struct PlanningPage {
    f: Frame,
    plans: Vec<PlanLine>,
    runs: Vec<RunLine>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "planning/new.html")]
struct NewPage {
    f: Frame,
    faults: Faults,
    form: Form,
    units: Vec<(String, String)>,
    months: Vec<(String, String)>,
    most: u16,
    loads: Vec<(&'static str, String)>,
    load_hint: String,
    weights: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "planning/run.html")]
struct RunPage {
    f: Frame,
    id: Uuid,
    unit: String,
    stage: String,
    share: u32,
    best: String,
    iterations: String,
    stopping: bool,
    failed: Option<String>,
    again: String,
}

/// The number people use.
pub fn number(row: &PlanRow) -> String {
    format!("P{}-{:03}", row.month, row.n)
}

/// A month in words.
pub fn month_words(say: &Say, month: Month) -> String {
    crate::door::telling::period_words(say, yixian_domain::figure::Period::month(month))
}

/// A minute of the day, told as the clock shows it; past midnight it says that it is the next day.
pub fn clock(say: &Say, minute: i32) -> String {
    let text = format!("{:02}:{:02}", minute.rem_euclid(1440) / 60, minute.rem_euclid(60));
    if minute >= 1440 { say.t1("planning-next-day", "time", text) } else { text }
}

/// A span of minutes in words.
pub fn minutes(say: &Say, n: i64) -> String {
    if n < 90 {
        say.t1("planning-minutes", "n", n)
    } else {
        say.t1("planning-hours", "n", format!("{:.1}", n as f64 / 60.0))
    }
}

/// Points of the goal: whole where they are large.
pub fn worth(n: f64) -> String {
    if n.abs() >= 100.0 || n.fract().abs() < 0.05 {
        crate::door::telling::digits_signed(n.round() as i64)
    } else {
        format!("{n:.1}").replace('-', "−")
    }
}

/// A person's name, or what stands for one who is not there any more.
pub fn name_of(directory: &Directory, id: PersonId) -> String {
    directory.person(id).map_or_else(|| "—".to_owned(), |p| p.name.clone())
}

/// A part of a priority, with where its records are.
pub struct PartChip {
    /// What for.
    pub label: String,
    /// How much.
    pub points: String,
    /// Where its records are.
    pub href: Option<String>,
    /// CSS class.
    pub class: &'static str,
}

/// Parts as chips that open their records.
pub fn chips(say: &Say, rules: &PlanningRules, place: PlaceId, parts: &[Part]) -> Vec<PartChip> {
    parts
        .iter()
        .map(|p| {
            let (mut label, href) = match &p.of {
                Evidence::Matters(all) if all.len() == 1 => {
                    (say.of("part", p.kind.as_str()), Some(format!("/matters/{}", all[0])))
                }
                Evidence::Matters(all) => {
                    let only = match p.kind {
                        PartKind::Overdue => "&overdue=1",
                        PartKind::Open => "&open=1",
                        _ => "",
                    };
                    (
                        format!("{} × {}", say.of("part", p.kind.as_str()), all.len()),
                        Some(format!("/matters?place={place}{only}")),
                    )
                }
                Evidence::LastVisit(visit, days) => {
                    (say.t1("part-absence-days", "n", i64::from(*days)), Some(format!("/visits/{visit}")))
                }
                Evidence::Never => (say.t("part-absence-never"), Some(format!("/visits?place={place}"))),
                Evidence::Special(code) => {
                    let name = rules.special.iter().find(|s| s.code == *code).map(|s| {
                        if say.lang() == crate::door::say::Lang::En && !s.name_en.is_empty() {
                            s.name_en.clone()
                        } else {
                            s.name.clone()
                        }
                    });
                    (name.unwrap_or_else(|| code.clone()), None)
                }
                Evidence::Rule if p.kind == PartKind::Special => (say.t("part-urgent"), None),
                Evidence::Rule => (say.of("part", p.kind.as_str()), Some(format!("/places/{place}"))),
            };
            if p.kind == PartKind::Overdue {
                label = format!("■ {label}");
            }
            let class = match p.kind {
                PartKind::Overdue => "part-bad",
                PartKind::Promise | PartKind::Special => "part-warn",
                PartKind::Base => "part-quiet",
                _ => "",
            };
            PartChip { label, points: format!("+{}", p.points), href, class }
        })
        .collect()
}

/// A plan in a list.
pub fn plan_line(say: &Say, directory: &Directory, row: &PlanRow) -> PlanLine {
    let s = &row.summary;
    let who = row.made_by.map_or_else(|| say.t("planning-by-system"), |p| name_of(directory, p));
    let share = (s.covered * 100).checked_div(s.all).unwrap_or(0);
    PlanLine {
        id: row.id,
        number: number(row),
        month: month_words(say, row.month),
        unit: directory.unit(row.unit).map(|u| unit_name(say, u)).unwrap_or_default(),
        made: format!("{} · {who}", say.moment(row.made_at)),
        state: state(say, row),
        facts: vec![
            say.t1("planning-n-visits", "n", s.visits as i64),
            say.t2("planning-n-duties", ("met", s.duties_met as i64), ("all", s.leaders as i64)),
            say.t1("planning-n-covered", "n", share as i64),
        ],
    }
}

/// A plan's state in words and as a class.
pub fn state(say: &Say, row: &PlanRow) -> (String, &'static str) {
    if row.adoption.is_some() {
        (say.t("plan-state-adopted"), "stage-closed")
    } else {
        (say.t("plan-state-draft"), "stage-new")
    }
}

fn stage_words(say: &Say, p: &Progress) -> String {
    match &p.stage {
        Stage::Waiting => say.t("plan-stage-waiting"),
        Stage::Reading => say.t("plan-stage-reading"),
        Stage::Searching if p.stopping => say.t("plan-stage-stopping"),
        Stage::Searching => say.t("plan-stage-searching"),
        Stage::Writing => say.t("plan-stage-writing"),
        Stage::Failed(_) | Stage::FailedElsewhere => say.t("plan-stage-failed"),
    }
}

/// `GET /planning`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
    let (say, app, q) = (&v.say, web.app(), query(uri.query()));
    let before = q.optional::<i64>("before", "filter").map_err(|e| AppError::Invalid(vec![e]))?;
    let mut rows = app.plan_list(&v.actor, before, PAGE + 1).await?;
    let next = (rows.len() > PAGE).then(|| format!("/planning?before={}", rows[PAGE - 1].n));
    rows.truncate(PAGE);
    let directory = app.directory().await?;
    let plans = rows.iter().map(|r| plan_line(say, &directory, r)).collect();
    let runs = app
        .plan_runs(&v.actor)
        .await?
        .into_iter()
        .map(|(id, p)| RunLine {
            id,
            unit: directory.unit(p.unit).map(|u| unit_name(say, u)).unwrap_or_default(),
            stage: stage_words(say, &p),
            percent: format!("{:.0} %", p.share * 100.0),
        })
        .collect();
    show(&PlanningPage { f: Frame::of(&web, &v, "planning").await?, plans, runs, next })
}

/// The parts of the goal that a form weighs.
pub const WEIGHTS: [&str; 6] = ["priority", "duty", "travel", "spread", "fairness", "keep"];

/// Reads the weights of a form; what is empty counts fully.
pub fn weights(r: &mut Reading, form: &Form) -> WeightsIn {
    let mut one = |name: &'static str| {
        r.take(form.optional::<u16>(name, "plan_weight").map_err(|e| FieldError { detail: "1000".into(), ..e }))
            .flatten()
            .unwrap_or(100)
    };
    WeightsIn {
        priority: one("priority"),
        duty: one("duty"),
        travel: one("travel"),
        spread: one("spread"),
        fairness: one("fairness"),
        keep: one("keep"),
    }
}

/// Months from this one on.
fn months(say: &Say) -> Vec<(String, String)> {
    let mut month = Month::of(say.today());
    (0..MONTHS)
        .map(|_| {
            let row = (month.to_string(), month_words(say, month));
            month = month.next();
            row
        })
        .collect()
}

/// How many visits may be asked for.
const LOADS: [&str; 2] = ["usual", "fewer"];

/// What either choice means, in the numbers of the rules.
fn load_hint(say: &Say, limit: &LimitRules) -> String {
    let fewer = limit.fewer();
    let mut args = fluent_bundle::FluentArgs::new();
    for (name, n) in [
        ("day", limit.day),
        ("night", limit.night),
        ("week", limit.week),
        ("fewerday", fewer.day),
        ("fewerweek", fewer.week),
    ] {
        args.set(name, i64::from(n));
    }
    let lunch = limit.lunch().map(|(a, b)| format!("{}–{}", clock(say, a.into()), clock(say, b.into())));
    args.set("lunch", lunch.unwrap_or_else(|| say.t("planning-no-lunch")));
    say.with("planning-load-hint", &args)
}

async fn form_page(web: &Web, v: &Visitor, mut form: Form, faults: Faults, status: StatusCode) -> Page {
    let (say, app) = (&v.say, web.app());
    app.may_plan(&v.actor)?;
    let rules = app.policies();
    form.mint(web, &["command_id", "plan"]);
    let months = months(say);
    if form.get("month").is_empty() {
        // Near the end of a month the next one is what people plan.
        let late = say.today().day() >= 20;
        form.set("month", months[usize::from(late)].0.clone());
    }
    if form.get("seconds").is_empty() {
        form.set("seconds", rules.planning.budget.seconds.to_string());
    }
    let units: Vec<(String, String)> =
        app.plannable(&v.actor).await?.iter().map(|u| (u.code.clone(), unit_name(say, u))).collect();
    let page = NewPage {
        weights: WEIGHTS.iter().filter(|w| **w != "keep").map(|w| (*w, say.of("plan-weight", w))).collect(),
        f: Frame::of(web, v, "planning").await?,
        faults,
        form,
        units,
        months,
        most: rules.planning.budget.most_seconds,
        loads: LOADS.iter().map(|l| (*l, say.of("planning-load", l))).collect(),
        load_hint: load_hint(say, &rules.planning.limit),
    };
    show_as(status, &page)
}

/// `GET /planning/new`
pub async fn new_page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
    form_page(&web, &v, query(uri.query()), Faults::none(), StatusCode::OK).await
}

/// `POST /planning/new`: begins and goes to where its progress is shown.
pub async fn submit(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, form: Form) -> Page {
    let app = web.app();
    app.may_plan(&v.actor)?;
    let done = async {
        let mut r = Reading::default();
        let directory = app.directory().await?;
        let unit = directory
            .units()
            .find(|u| u.code == form.get("unit"))
            .map(|u| u.id.0)
            .ok_or_else(|| FieldError::new("unit", "unit"));
        let unit = r.take(unit);
        let plan = r.take(form.id("plan", "uuid_v7"));
        let month = r.take(form.needed::<Month>("month", "plan_month"));
        let from = r.take(form.optional_day("from")).flatten();
        let seconds = r
            .take(
                form.optional::<u16>("seconds", "plan_seconds")
                    .map_err(|e| FieldError { detail: app.policies().planning.budget.most_seconds.to_string(), ..e }),
            )
            .flatten();
        let weights = weights(&mut r, &form);
        let seed = r.take(form.optional::<u64>("seed", "plan_seed")).flatten().unwrap_or(0);
        let id = form.command_id();
        r.done()?;
        let (Some(plan), Some(unit), Some(month)) = (plan, unit, month) else {
            return Err(AppError::field("unit", "unit"));
        };
        let asked = PlanIn {
            plan,
            unit,
            month,
            from,
            base: None,
            changes: Vec::new(),
            weights,
            fewer: form.get("load") == "fewer",
            seconds,
            iterations: None,
            seed,
        };
        app.begin_plan(&v.actor, id?, asked).await?;
        Ok(plan)
    }
    .await;
    match done {
        Ok(plan) => to(&format!("/planning/plans/{plan}")),
        Err(e) => {
            let Again { form, faults, status } = again(&v.say, form, &["plan"], Faults::from_error, e)?;
            form_page(&web, &v, form, faults, status).await
        }
    }
}

/// How far a search is.
pub async fn progress(web: &Web, v: &Visitor, id: Uuid, p: &Progress) -> Page {
    let say = &v.say;
    let directory = web.app().directory().await?;
    let page = RunPage {
        f: Frame::of(web, v, "planning").await?,
        id,
        unit: directory.unit(p.unit).map(|u| unit_name(say, u)).unwrap_or_default(),
        stage: stage_words(say, p),
        share: (p.share * 100.0) as u32,
        best: if p.iterations == 0 { "—".into() } else { worth(p.best) },
        iterations: crate::door::telling::digits(p.iterations),
        stopping: p.stopping,
        failed: match &p.stage {
            Stage::Failed(e) => Some(say.error(e)),
            Stage::FailedElsewhere => Some(say.t("plan-failed-elsewhere")),
            _ => None,
        },
        again: p.base.map_or_else(|| "/planning/new".to_owned(), |b| format!("/planning/plans/{b}")),
    };
    show(&page)
}

/// `POST /planning/plans/{id}/stop`
pub async fn stop(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<Uuid>,
    _form: Form,
) -> Page {
    web.app().may_plan(&v.actor)?;
    if !web.app().stop_plan(&v.actor, id).await? {
        // It may have ended meanwhile.
        web.app().plan(&v.actor, id).await?;
    }
    to(&format!("/planning/plans/{id}"))
}
