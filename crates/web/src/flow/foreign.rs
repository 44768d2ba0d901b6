//! Another system's log 外部日志: taken by a form, analysed, shown like our own flow, and forgotten. The page keeps nothing
//! and stores nothing; [`yixian_app::flow::foreign`] reads. What cannot be read is said with the line, and what was typed
//! stays; the file itself has to be chosen again, as browsers will have it.

use crate::door::frame::Frame;
use crate::door::page::{Page, show_as};
use crate::door::say::Say;
use crate::door::telling::digits;
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::flow::body::{Body, Card, Measure, Telling, WAYS, lasted_card, paths};
use crate::form::fields::Form;
use crate::form::reading::Faults;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use yixian_app::flow::foreign::{Analysed, MAX_FILE, Refusal, Upload};
use yixian_app::mining::reading::{ReadError, Remarks};
use yixian_app::mining::table::{EventColumns, EventMap};
use yixian_app::{AppError, code_of};
use yixian_domain::time::{Instant, Zone};

/// Fields of the form that are typed.
const TYPED: [&str; 8] = ["case", "activity", "time", "unit", "dates", "zone", "encoding", "object"];

#[derive(Template)]
#[template(path = "flow/foreign.html")]
struct ForeignPage {
    f: Frame,
    faults: Faults,
    form: Form,
    /// Largest file, megabytes.
    most: i64,
    measures: Vec<(&'static str, String, bool)>,
    paths: u8,
    sub: Vec<String>,
    remarks: Vec<String>,
    body: Option<Body>,
}

async fn blank(web: &Web, v: &Visitor, form: Form) -> Result<ForeignPage, AppError> {
    Ok(ForeignPage {
        most: (MAX_FILE >> 20) as i64,
        measures: Measure::parse(form.get("show")).offered(&v.say),
        paths: paths(form.get("paths")),
        sub: Vec::new(),
        remarks: Vec::new(),
        body: None,
        faults: Faults::none(),
        form,
        f: Frame::of(web, v, "flow").await?,
    })
}

/// `GET /flow/foreign`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn) -> Page {
    let form = Form::of([("zone", v.say.zone().name())]);
    show_as(StatusCode::OK, &blank(&web, &v, form).await?)
}

fn upload(form: &Form) -> Result<Upload, AppError> {
    if !form.faults.is_empty() {
        return Err(AppError::Invalid(vec![yixian_app::FieldError::with("file", "log_too_large", MAX_FILE >> 20)]));
    }
    let (_, file) = form
        .files
        .iter()
        .find(|(field, f)| field == "file" && !f.bytes.is_empty())
        .ok_or_else(|| AppError::field("file", "file_needed"))?;
    let zone = match form.get("zone") {
        "" => None,
        text => Some(
            Zone::parse(text)
                .map_err(|_| AppError::Invalid(vec![yixian_app::FieldError::with("zone", "zone", text)]))?,
        ),
    };
    let given = |name: &str| Some(form.get(name)).filter(|t| !t.is_empty()).map(str::to_owned);
    let usual = EventColumns::default();
    Ok(Upload {
        name: file.name.clone(),
        bytes: file.bytes.clone(),
        map: EventMap {
            zone,
            dates: given("dates").into_iter().collect(),
            encoding: given("encoding"),
            delimiter: None,
            columns: EventColumns {
                case: given("case").unwrap_or(usual.case),
                activity: given("activity").unwrap_or(usual.activity),
                time: given("time").unwrap_or(usual.time),
                unit: given("unit"),
                ..EventColumns::default()
            },
        },
        object: given("object"),
        paths: paths(form.get("paths")),
        ways: WAYS,
    })
}

/// Why and where a reader stopped, in words.
fn unread(say: &Say, e: &ReadError) -> String {
    let what = say.t1(&format!("unread-{}", e.what.code().replace('_', "-")), "detail", e.what.detail());
    match e.place {
        Some(at) => {
            let place = say.t2("unread-place", ("line", digits(at.line)), ("byte", digits(at.offset)));
            say.t2("unread-at", ("place", place), ("what", what))
        }
        None => what,
    }
}

fn remarks(say: &Say, all: &Remarks) -> Vec<String> {
    all.iter()
        .map(|r| {
            let mut args = fluent_bundle::FluentArgs::new();
            args.set("what", say.of("remark", &code_of(r.what)));
            args.set("n", digits(r.count));
            args.set("line", digits(r.first.line));
            say.with(if r.first.line > 0 { "foreign-remark" } else { "foreign-remark-whole" }, &args)
        })
        .collect()
}

fn refused(say: &Say, why: &Refusal) -> (StatusCode, Faults) {
    let (status, field, message) = match why {
        Refusal::UnknownForm => (StatusCode::UNPROCESSABLE_ENTITY, "file", say.t("foreign-unknown-form")),
        Refusal::WhichObject(there) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "object",
            say.t1("foreign-which-object", "list", there.join(&say.t("list-separator"))),
        ),
        Refusal::Unread(e) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            if e.what.code() == "no_column" { "case" } else { "file" },
            unread(say, e),
        ),
        Refusal::Empty(left_out) => {
            let list = remarks(say, left_out).join(&say.t("list-separator"));
            (StatusCode::UNPROCESSABLE_ENTITY, "file", say.t1("foreign-empty", "list", list))
        }
        Refusal::Busy => (StatusCode::SERVICE_UNAVAILABLE, "", say.t("foreign-busy")),
    };
    (status, Faults { list: vec![(field.to_owned(), message)] })
}

fn cards(say: &Say, found: &Analysed) -> Vec<Card> {
    let count = |key: &str, n: usize| (say.t(key), digits(n as u64), String::new(), None);
    let r = &found.report;
    vec![
        count("foreign-cases", r.cases),
        count("foreign-events", r.events),
        count("foreign-steps", r.steps.len()),
        count("foreign-ways", r.ways_in_all),
        lasted_card(say, "flow-lasted", r.lasted, None),
    ]
}

/// `POST /flow/foreign`
pub async fn submit(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, form: Form) -> Page {
    let say = &v.say;
    let typed = Form::of(TYPED.into_iter().chain(["show", "paths"]).map(|name| (name, form.get(name))));
    let measure = Measure::parse(form.get("show"));
    let mut page = blank(&web, &v, typed).await?;
    let asked = match upload(&form) {
        Ok(u) => u,
        Err(e) => {
            let (status, faults) = Faults::from_error(say, e)?;
            page.faults = faults;
            return show_as(status, &page);
        }
    };
    page.sub.push(asked.name.clone());
    drop(form);
    match web.app().analyse(asked).await? {
        Ok(found) => {
            let day = |micros: i64| say.moment(Instant(micros.div_euclid(1_000)));
            page.sub.extend(found.span.map(|(from, to)| say.t2("period-days", ("from", day(from)), ("to", day(to)))));
            page.remarks = remarks(say, &found.remarks);
            // Their words are theirs: a step called like one of ours is not ours.
            let telling = Telling {
                say,
                step: &str::to_owned,
                unit: &str::to_owned,
                link: &|_| None,
                map_hint: "foreign-map-picture",
            };
            page.body = Some(Body::of(&telling, &found.report, measure, cards(say, &found)));
            show_as(StatusCode::OK, &page)
        }
        Err(why) => {
            let (status, faults) = refused(say, &why);
            page.sub.clear();
            page.faults = faults;
            show_as(status, &page)
        }
    }
}
