//! A visit: planned (check in), on site (record what is found, each closed on the spot or to be put
//! right by a deadline), finished (summary), called off or counted with another. The words a person
//! typed come back whatever goes wrong.

use super::rows::{self, Row, unit_name};
use super::sign_in::person;
use super::visits::{self, Line, later, names, number, state_class};
use super::{Faults, Page, Reading, show_as, to};
use crate::Web;
use crate::form::{Form, query};
use crate::frame::Frame;
use crate::problem::Failure;
use crate::say::{Lang, Say};
use crate::visitor::Visitor;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use std::collections::HashMap;
use uuid::Uuid;
use yixian_app::command::{ContactIn, DueIn, Envelope, FindingIn, PointIn, VisitCommand};
use yixian_app::policy::Policies;
use yixian_app::read::{Directory, VisitPage};
use yixian_app::store::{matter, visit as table};
use yixian_app::{AppError, FieldError};
use yixian_domain::access::{Ask, Denial, VisitFacts, may};
use yixian_domain::deadline::Promise;
use yixian_domain::ids::{By, CommandId, MatterId, UnitId, VisitId};
use yixian_domain::limit::{Limit, LimitUnit};
use yixian_domain::matter::{MatterKind, TargetChoice};
use yixian_domain::refusal::Refusal;
use yixian_domain::time::{Date, Instant};
use yixian_domain::visit::{VisitEvent, VisitState};

/// Days offered as a deadline, working days.
const DAYS: [u32; 3] = [3, 7, 15];
/// Matters of the host looked at to put the most used categories first.
const LOOKED_AT: i64 = 200;
/// Open matters of the place shown; the rest is a link away.
const OPEN_HERE: usize = 6;
/// Lines of a place's history.
const HISTORY: i64 = 6;
/// Days around a visit in which another one may be the same activity.
const SAME_ACTIVITY_DAYS: i64 = 3;

/// What every page of a visit says of it.
struct About {
    id: Uuid,
    number: String,
    place: String,
    place_id: Uuid,
    kind: String,
    state: String,
    class: &'static str,
    facts: Vec<(String, String)>,
    along: String,
    purpose: Option<String>,
    times: Option<String>,
}

struct Category {
    code: String,
    name: String,
    on: bool,
}

/// The form of a finding, ready to be shown.
struct FindingForm {
    matter: String,
    command_id: String,
    categories: Vec<Category>,
    rules: Vec<String>,
    kinds: Vec<(String, String, bool)>,
    near: Vec<(Uuid, String, bool)>,
    units: Vec<(Uuid, String, bool)>,
    unit: String,
    days: Vec<(String, String, bool)>,
    draft: String,
    open_how: bool,
    open_later: bool,
    open_more: bool,
}

struct Moment {
    when: String,
    iso: String,
    who: String,
    what: String,
    href: Option<String>,
    late: Option<String>,
    class: &'static str,
}

#[derive(Template)]
#[template(path = "visit.html")]
struct VisitHtml {
    f: Frame,
    faults: Faults,
    form: Form,
    about: About,
    start: Option<String>,
    finding: Option<FindingForm>,
    finish: bool,
    may_cancel: bool,
    findings: Vec<Row>,
    counts: String,
    photos: Vec<String>,
    open_here: Vec<Row>,
    history: Vec<Line>,
    timeline: Vec<Moment>,
    summary: Option<String>,
    outcome: Option<(String, Option<Uuid>)>,
    done: Option<String>,
    link: Option<(String, String)>,
    kept_words: Option<String>,
    now_local: String,
}

#[derive(Template)]
#[template(path = "visit_finish.html")]
struct FinishHtml {
    f: Frame,
    faults: Faults,
    form: Form,
    about: About,
    findings: Vec<Row>,
    now_local: String,
}

#[derive(Template)]
#[template(path = "visit_cancel.html")]
struct CancelHtml {
    f: Frame,
    faults: Faults,
    form: Form,
    about: About,
}

#[derive(Template)]
#[template(path = "visit_merge.html")]
struct MergeHtml {
    f: Frame,
    faults: Faults,
    form: Form,
    about: About,
    others: Vec<(Line, bool)>,
}

fn local(say: &Say, at: Instant) -> String {
    let t = say.zone().local(at);
    format!("{}T{:02}:{:02}", t.date(), t.hour(), t.minute())
}

/// `2018-09-30T09:05` as the form gives it, in the company's zone.
fn happened_at(say: &Say, form: &Form) -> Result<Option<String>, FieldError> {
    let Some(text) = Some(form.get("happened_at")).filter(|t| !t.is_empty()) else { return Ok(None) };
    let bad = || FieldError::with("happened_at", "instant", text);
    let (day, time) = text.split_once('T').ok_or_else(bad)?;
    let (day, time) = (day.parse::<Date>().map_err(|_| bad())?, time.parse().map_err(|_| bad())?);
    Ok(Some(say.zone().at(day, time).to_string()))
}

/// A check-in is never refused for want of a position: what cannot be read is no position.
fn point(form: &Form) -> Option<PointIn> {
    let degrees = |name: &str| form.get(name).parse::<f64>().ok().filter(|d| d.is_finite());
    let (lat, lon) = (degrees("lat")?, degrees("lon")?);
    ((-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon)).then(|| PointIn {
        lat,
        lon,
        accuracy_m: degrees("accuracy"),
    })
}

/// What is wrong, with what the clock refused pointing at the field where the time was given.
fn faults_of(say: &Say, e: AppError) -> Result<(StatusCode, Faults), Failure> {
    let time = matches!(
        e,
        AppError::Refused(Refusal::InTheFuture { .. } | Refusal::TooLongAgo { .. } | Refusal::BeforeItsCause { .. })
    );
    let day =
        matches!(e, AppError::Refused(Refusal::NoRule | Refusal::DueBeforeStart { .. } | Refusal::NoDeadline { .. }));
    let (status, mut faults) = Faults::from_error(say, e)?;
    if let Some(first) = faults.list.first_mut() {
        if time {
            "happened_at".clone_into(&mut first.0);
        } else if day {
            "due".clone_into(&mut first.0);
        }
    }
    Ok((status, faults))
}

fn minted(web: &Web, say: &Say, form: &Form, name: &str) -> String {
    match form.get(name) {
        "" => web.app().mint().uuid(say.now()).to_string(),
        known => known.to_owned(),
    }
}

fn length(say: &Say, ms: i64) -> String {
    let minutes = (ms / 60_000).max(1);
    if minutes < 60 {
        say.t1("visit-minutes", "n", minutes)
    } else {
        say.t2("visit-hours", ("h", minutes / 60), ("m", minutes % 60))
    }
}

fn about(say: &Say, directory: &Directory, p: &VisitPage) -> About {
    let plan = &p.visit.plan;
    let along = names(say, directory, plan.companions.iter().map(|c| c.person));
    let duty = names(say, directory, plan.companions.iter().filter(|c| c.duty).map(|c| c.person));
    let day = match plan.from {
        Some(t) => format!("{} {:02}:{:02}", say.day(plan.day), t.hour(), t.minute()),
        None => say.day(plan.day),
    };
    let announced = p.visit.check_in().map_or(plan.announced, |c| c.announced);
    let mut facts = vec![(say.t("visit-day"), day), (say.t("visit-leader"), names(say, directory, [plan.leader]))];
    if !along.is_empty() {
        facts.push((
            say.t("visit-companions"),
            if duty.is_empty() {
                along.clone()
            } else {
                say.t2("visit-companions-duty", ("names", along.clone()), ("duty", duty))
            },
        ));
    }
    facts.push((say.t("visit-host"), directory.unit(plan.host).map(|u| unit_name(say, u)).unwrap_or_default()));
    facts.push((say.t("visit-notice"), say.t(if announced { "visit-announced" } else { "visit-unannounced" })));
    let times = p.visit.check_in().map(|c| match &p.visit.state {
        VisitState::Finished { at, .. } => {
            say.t2("visit-from-to", ("from", say.moment(c.at)), ("length", length(say, at.since(c.at))))
        }
        _ => format!("{} · {}", say.t1("visit-began", "at", say.moment(c.at)), super::today::since(say, c.at)),
    });
    if let Some(c) = p.visit.check_in()
        && let Some(at) = c.point
    {
        let (lat, lon) = at.degrees();
        let mut text = format!("{lat:.5}, {lon:.5}");
        if let Some(place) = p.place.point {
            let metres = at.metres_to(place);
            let (key, far) = if metres < 1000.0 {
                ("visit-point-metres", format!("{metres:.0}"))
            } else {
                ("visit-point-km", format!("{:.1}", metres / 1000.0))
            };
            text = say.t2(key, ("point", text), ("far", far));
        }
        facts.push((say.t("visit-point"), text));
    }
    let state = p.visit.state.as_str();
    About {
        id: p.visit.id.0,
        number: number(plan.day, p.n),
        place: p.place.name.clone(),
        place_id: p.place.id.0,
        kind: say.of("visit-type", plan.kind.as_str()),
        state: say.of("visit-state", state),
        class: state_class(state),
        facts,
        along,
        purpose: plan.purpose.as_ref().and_then(|w| p.words.get(&w.id).cloned()),
        times,
    }
}

/// The day on which something found now would be due, with the limit in words.
fn due(
    say: &Say,
    policies: &Policies,
    kind: MatterKind,
    category: &str,
    choice: &TargetChoice,
) -> Option<(Date, Option<Limit>)> {
    let law = policies.law();
    let target = law.target(kind, category, say.now(), choice).ok()??;
    let limit = match target.promise {
        Promise::Limit(l) => Some(l),
        _ => None,
    };
    Some((law.deadline(&target, &[], &[]).ok()?.due_date?, limit))
}

fn limit_words(say: &Say, limit: Limit) -> String {
    let key = match limit.unit() {
        LimitUnit::WorkingDays => "visit-limit-working-days",
        LimitUnit::CalendarDays => "visit-limit-calendar-days",
        LimitUnit::Hours => "visit-limit-hours",
    };
    say.t1(key, "n", i64::from(limit.n()))
}

async fn finding_form(
    web: &Web,
    v: &Visitor,
    p: &VisitPage,
    form: &Form,
    faults: &Faults,
) -> Result<FindingForm, AppError> {
    let (say, app) = (&v.say, web.app());
    let directory = app.directory().await?;
    let policies = app.policies();
    let host = p.visit.plan.host;
    let procedure = policies.procedures.in_force(MatterKind::Problem, say.today());
    let zh = say.lang() == Lang::Zh;

    let here = matter::Filter {
        unit: directory.unit(host).map(|u| u.path.clone()),
        kind: Some(MatterKind::Problem),
        ..matter::Filter::default()
    };
    let mut used: HashMap<String, usize> = HashMap::new();
    for m in app.matters(&v.actor, &here, LOOKED_AT).await?.0 {
        *used.entry(m.category).or_default() += 1;
    }
    let mut categories: Vec<Category> = procedure
        .map(|pr| pr.categories.as_slice())
        .unwrap_or_default()
        .iter()
        .map(|c| Category {
            code: c.code.clone(),
            name: if zh { c.name.clone() } else { c.name_en.clone() },
            on: form.get("category") == c.code,
        })
        .collect();
    categories.sort_by_key(|c| std::cmp::Reverse(used.get(&c.code).copied().unwrap_or(0)));

    let rules = categories
        .iter()
        .map(|c| {
            let due = match due(say, &policies, MatterKind::Problem, &c.code, &TargetChoice::Rule) {
                Some((day, Some(limit))) => {
                    say.t2("visit-due-rule", ("limit", limit_words(say, limit)), ("day", say.day(day)))
                }
                _ => say.t("visit-due-no-rule"),
            };
            say.t2("visit-rule-line", ("name", c.name.clone()), ("due", due))
        })
        .collect();
    let mut days = vec![("rule".to_owned(), say.t("visit-due-by-rule"), matches!(form.get("due"), "" | "rule"))];
    for n in DAYS {
        let Ok(limit) = Limit::new(n, LimitUnit::WorkingDays) else { continue };
        if let Some((day, _)) =
            due(say, &policies, MatterKind::Problem, "", &TargetChoice::Promise(Promise::Limit(limit)))
        {
            let code = limit.to_string();
            let on = form.get("due") == code;
            days.push((code, say.t2("visit-due-rule", ("limit", limit_words(say, limit)), ("day", say.day(day))), on));
        }
    }
    days.push(("day".to_owned(), say.t("visit-due-other"), form.get("due") == "day"));

    // Near: the place's own unit, its host, what stands below it, what stands above it.
    let suggested = p.place.unit.filter(|u| directory.unit(*u).is_some()).unwrap_or(host);
    let wanted = form.optional::<Uuid>("unit", "unit").ok().flatten().unwrap_or(suggested.0);
    let mut near = vec![suggested];
    let path = directory.unit(suggested).map(|u| u.path.clone());
    near.push(host);
    near.extend(directory.units().filter(|u| u.parent == Some(suggested)).map(|u| u.id));
    near.extend(
        directory
            .units()
            .filter(|u| path.as_ref().is_some_and(|p| u.path.contains(p) && u.id != suggested))
            .map(|u| u.id),
    );
    let mut known: Vec<UnitId> = Vec::new();
    near.retain(|u| {
        let fresh = !known.contains(u);
        known.push(*u);
        fresh
    });
    let name = |u: UnitId| directory.unit(u).map(|u| unit_name(say, u)).unwrap_or_default();
    let kinds = procedure
        .map(|pr| pr.kinds.as_slice())
        .unwrap_or_default()
        .iter()
        .map(|k| {
            let n = yixian_app::store::org::name_of(*k);
            let on = form.get("kind") == n || form.get("kind").is_empty() && *k == MatterKind::Problem;
            (n.clone(), say.of("kind", &n), on)
        })
        .collect();
    let any = |fields: &[&str]| fields.iter().any(|k| !form.get(k).is_empty() || faults.bad(k));
    Ok(FindingForm {
        matter: minted(web, say, form, "matter"),
        command_id: minted(web, say, form, "command_id"),
        rules,
        categories,
        kinds,
        days,
        near: near.iter().map(|u| (u.0, name(*u), u.0 == wanted)).collect(),
        units: visits::indented(say, &directory)
            .into_iter()
            .filter(|(id, _, _)| !near.contains(id))
            .map(|(id, _, n)| (id.0, n, id.0 == wanted))
            .collect(),
        unit: name(UnitId(wanted)),
        draft: format!("visit-{}-{}", p.visit.id, p.findings.len()),
        open_how: any(&["how"]) || form.photos("after").iter().any(|s| !s.is_empty()),
        open_later: !matches!(form.get("due"), "" | "rule") || faults.bad("unit") || faults.bad("due"),
        open_more: any(&["raiser_name", "raiser_phone", "phone", "happened_at"]),
    })
}

fn counts(say: &Say, findings: &[matter::ListRow]) -> String {
    let spot = findings.iter().filter(|m| m.on_the_spot).count();
    say.t2("visit-counts", ("spot", spot as i64), ("later", (findings.len() - spot) as i64))
}

fn timeline(say: &Say, directory: &Directory, p: &VisitPage) -> Vec<Moment> {
    let found: HashMap<Uuid, &matter::ListRow> = p.findings.iter().map(|m| (m.id, m)).collect();
    p.timeline
        .iter()
        .map(|t| {
            let (mut href, mut class) = (None, "tl-done");
            let what = match &t.event {
                VisitEvent::Planned { .. } => say.t("visit-event-planned"),
                VisitEvent::Rescheduled { leader, day, from } => {
                    let hour = from.map(|t| format!(" {:02}:{:02}", t.hour(), t.minute())).unwrap_or_default();
                    format!(
                        "{} · {} · {}{hour}",
                        say.t("visit-event-rescheduled"),
                        names(say, directory, [*leader]),
                        say.day(*day)
                    )
                }
                VisitEvent::Started { .. } => say.t("visit-event-started"),
                VisitEvent::FindingRecorded { matter } => match found.get(&matter.0) {
                    Some(m) => {
                        href = Some(format!("/matters/{}", m.id));
                        say.t1("visit-event-found", "what", m.subject.clone())
                    }
                    None => say.t("visit-event-found-something"),
                },
                VisitEvent::Finished { .. } => say.t("visit-event-finished"),
                VisitEvent::Cancelled { .. } => {
                    class = "tl-bad";
                    say.t("visit-event-cancelled")
                }
                VisitEvent::Merged { into } => {
                    href = Some(format!("/visits/{into}"));
                    say.t("visit-event-merged")
                }
            };
            let at = Instant(t.row.happened_at);
            Moment {
                when: say.moment(at),
                iso: say.iso(at),
                who: match &t.by {
                    By::Person(id) => names(say, directory, [*id]),
                    By::Import => say.t("by-import"),
                    _ => say.t("by-rule"),
                },
                what,
                href,
                class,
                late: t.row.late.then(|| say.t1("visit-late", "at", say.moment_ms(t.row.recorded_at))),
            }
        })
        .collect()
}

/// The page of a visit in whatever state it is, with a form that could not be taken.
async fn page_of(web: &Web, v: &Visitor, id: Uuid, form: Form, faults: Faults, status: StatusCode) -> Page {
    person(v)?;
    let (say, app) = (&v.say, web.app());
    let mut p = app.visit_page(&v.actor, VisitId(id)).await?;
    p.open_here.sort_by_key(super::today::urgency);
    p.open_here.truncate(OPEN_HERE);
    let directory = app.directory().await?;
    let planned = p.visit.state == VisitState::Planned;
    let on_site = matches!(p.visit.state, VisitState::OnSite { .. });
    let may_cancel = directory
        .unit(p.visit.plan.host)
        .is_some_and(|u| may(&v.actor, &Ask::CancelVisit(&VisitFacts::of(&p.visit, u.path.clone()))).is_ok());
    let finding = if on_site && p.mine { Some(finding_form(web, v, &p, &form, &faults).await?) } else { None };
    let filter = table::Filter { place: Some(p.place.id), newest: true, ..table::Filter::default() };
    let mut before = app.visits(&v.actor, &filter, HISTORY).await?;
    before.retain(|r| r.id != id && r.state != "planned");

    // What was just recorded, and the link for whoever raised it.
    let raised = form.optional::<Uuid>("raised", "matter").ok().flatten();
    let done = raised
        .and_then(|m| p.findings.iter().find(|f| f.id == m))
        .map(|m| say.t1("visit-recorded", "what", m.subject.clone()));
    let mut link = None;
    if let Some(m) = raised.filter(|_| done.is_some()) {
        let m = app.matter_page(&v.actor, MatterId(m)).await?.matter;
        if let By::Raiser(contact) = m.raised.by
            && m.raised.recorded_by == v.actor.by()
        {
            let url = format!("{}/r/{}", web.options().public_url, app.raiser_token(m.id, contact));
            link = Some((url.clone(), qr(&url)));
        }
    }
    let (summary, outcome) = match &p.visit.state {
        VisitState::Finished { summary, .. } => {
            (summary.as_ref().map(|w| p.words.get(&w.id).cloned().unwrap_or_else(|| say.t("words-erased"))), None)
        }
        VisitState::Cancelled { reason, .. } => {
            (None, Some((p.words.get(&reason.id).cloned().unwrap_or_else(|| say.t("words-erased")), None)))
        }
        VisitState::Merged { into, .. } => (None, Some((say.t("visit-merged-into"), Some(into.0)))),
        _ => (None, None),
    };
    // A finding that came too late for its visit: its words must not vanish with the form.
    let kept_words =
        (faults.any() && finding.is_none()).then(|| form.get("words").to_owned()).filter(|w| !w.is_empty());
    let page = VisitHtml {
        start: (planned && p.mine).then(|| minted(web, say, &form, "command_id")),
        about: about(say, &directory, &p),
        finish: on_site && p.mine,
        may_cancel: may_cancel && !matches!(p.visit.state, VisitState::Cancelled { .. } | VisitState::Merged { .. }),
        counts: counts(say, &p.findings),
        findings: rows::rows(web, say, &p.findings).await?,
        photos: p.visit.photos.iter().map(|f| f.as_str().to_owned()).collect(),
        open_here: rows::rows(web, say, &p.open_here).await?,
        history: visits::lines(web, say, &before).await?,
        timeline: timeline(say, &directory, &p),
        now_local: local(say, say.now()),
        f: Frame::of(web, v, "visits").await?,
        form,
        faults,
        finding,
        summary,
        outcome,
        done,
        link,
        kept_words,
    };
    show_as(status, &page)
}

/// A QR code that a phone across the table can read; black on white in any theme.
fn qr(text: &str) -> String {
    use qrcode::render::svg;
    let Ok(code) = qrcode::QrCode::new(text.as_bytes()) else { return String::new() };
    let image = code
        .render::<svg::Color<'_>>()
        .min_dimensions(160, 160)
        .dark_color(svg::Color("#000"))
        .light_color(svg::Color("#fff"))
        .build();
    image.find("<svg").map(|at| image[at..].to_owned()).unwrap_or_default()
}

/// `GET /visits/{id}`
pub async fn page(State(web): State<Web>, v: Visitor, Path(id): Path<Uuid>, uri: Uri) -> Page {
    let q = query(uri.query());
    let mut form = Form::default();
    form.set("raised", q.get("raised"));
    page_of(&web, &v, id, form, Faults::none(), StatusCode::OK).await
}

/// Refuses whoever does not go on the visit, before his photos are taken.
async fn goes(web: &Web, v: &Visitor, id: Uuid) -> Result<(), AppError> {
    person(v)?;
    if web.app().visit_page(&v.actor, VisitId(id)).await?.mine {
        Ok(())
    } else {
        Err(AppError::Denied(Denial::OnlyParty))
    }
}

/// `POST /visits/{id}/start`
pub async fn start(State(web): State<Web>, v: Visitor, Path(id): Path<Uuid>, mut form: Form) -> Page {
    goes(&web, &v, id).await?;
    form.take_photos(&web).await;
    match form.command_id() {
        Ok(command) => check_in(&web, &v, id, command, form).await,
        Err(e) => {
            let (status, faults) = faults_of(&v.say, e)?;
            page_of(&web, &v, id, form, faults, status).await
        }
    }
}

/// Checks in, and goes to the visit; shows it with what is wrong when that is not possible.
pub(super) async fn check_in(web: &Web, v: &Visitor, id: Uuid, command: CommandId, mut form: Form) -> Page {
    let done = async {
        let mut r = Reading { faults: form.faults.clone() };
        let at = r.take(happened_at(&v.say, &form)).flatten();
        r.done()?;
        let announced = match form.get("announced") {
            "1" => Some(true),
            "0" => Some(false),
            _ => None,
        };
        let start =
            VisitCommand::StartVisit { visit: id, point: point(&form), photos: form.photos("photos"), announced };
        web.app().execute(&v.actor, command, Envelope { happened_at: at, command: start.into() }, None).await
    }
    .await;
    match done {
        // Begun already, perhaps from another window: that is what was wanted.
        Ok(_) | Err(AppError::Refused(Refusal::VisitNotAtThisState { state: "on_site" })) => {
            to(&format!("/visits/{id}"))
        }
        Err(e) => {
            let (status, faults) = faults_of(&v.say, e)?;
            form.set("command_id", "");
            page_of(web, v, id, form, faults, status).await
        }
    }
}

fn finding_command(form: &Form, id: Uuid) -> Result<VisitCommand, AppError> {
    let mut r = Reading { faults: form.faults.clone() };
    let matter = r.take(form.id("matter", "uuid_v7")).unwrap_or_default();
    let kind = if form.get("kind").is_empty() {
        MatterKind::Problem
    } else {
        r.take(form.word("kind", "kind")).unwrap_or(MatterKind::Problem)
    };
    if form.get("words").is_empty() {
        r.faults.push(FieldError::new("words", "words_needed"));
    }
    if form.get("category").is_empty() {
        r.faults.push(FieldError::new("category", "category"));
    }
    let finding = match form.get("decision") {
        "on_the_spot" => Some(FindingIn::OnTheSpot { how: form.get("how").to_owned(), photos: form.photos("after") }),
        "put_right" => {
            let unit = r.take(form.id("unit", "unit")).unwrap_or_default();
            let due = match form.get("due") {
                "" | "rule" => DueIn::Rule,
                "day" => r
                    .take(form.needed("due_day", "day").map_err(|e| FieldError { field: "due", ..e }))
                    .map_or(DueIn::Rule, DueIn::Day),
                limit => DueIn::Limit(limit.to_owned()),
            };
            Some(FindingIn::PutRight { unit, due })
        }
        _ => {
            r.faults.push(FieldError::new("decision", "decision"));
            None
        }
    };
    let raiser = ContactIn { name: form.get("raiser_name").to_owned(), phone: form.get("raiser_phone").to_owned() };
    r.done()?;
    Ok(VisitCommand::RecordFinding {
        visit: id,
        matter,
        kind,
        category: form.get("category").to_owned(),
        words: form.get("words").to_owned(),
        photos: form.photos("photos"),
        raiser: Some(raiser).filter(|c| *c != ContactIn::default()),
        finding: finding.unwrap_or(FindingIn::OnTheSpot { how: String::new(), photos: Vec::new() }),
    })
}

/// `POST /visits/{id}/findings`
pub async fn finding(State(web): State<Web>, v: Visitor, Path(id): Path<Uuid>, mut form: Form) -> Page {
    goes(&web, &v, id).await?;
    form.take_photos(&web).await;
    let done = async {
        let at = happened_at(&v.say, &form).map_err(|e| AppError::Invalid(vec![e]));
        let command = match (finding_command(&form, id), &at) {
            (Err(AppError::Invalid(mut all)), Err(AppError::Invalid(more))) => {
                all.extend(more.iter().cloned());
                return Err(AppError::Invalid(all));
            }
            (command, _) => command?,
        };
        web.app()
            .execute(&v.actor, form.command_id()?, Envelope { happened_at: at?, command: command.into() }, None)
            .await
    }
    .await;
    match done {
        Ok(receipt) => to(&format!("/visits/{id}?raised={}", receipt.record)),
        Err(e) => {
            if matches!(e, AppError::IdReused) {
                // Sent before with other words: what is typed now becomes a record of its own.
                form.set("command_id", "");
                form.set("matter", "");
            }
            let (status, faults) = faults_of(&v.say, e)?;
            page_of(&web, &v, id, form, faults, status).await
        }
    }
}

/// The summary that the records tell by themselves.
fn summary(say: &Say, directory: &Directory, p: &VisitPage) -> String {
    let plan = &p.visit.plan;
    let began = p.visit.check_in().map_or(say.now(), |c| c.at);
    let mut args = fluent_bundle::FluentArgs::new();
    args.set("day", say.day(say.zone().date_of(began)));
    args.set("place", p.place.name.clone());
    args.set("type", say.of("visit-type", plan.kind.as_str()));
    args.set("length", length(say, say.now().since(began)));
    let mut text = say.with("visit-summary-went", &args);
    let findings: Vec<&matter::ListRow> = p.findings.iter().rev().collect();
    if findings.is_empty() {
        text += &say.t("visit-summary-nothing");
        return text;
    }
    let spot = findings.iter().filter(|m| m.on_the_spot).count();
    text += &say.t1("visit-summary-found", "n", findings.len() as i64);
    if spot > 0 {
        text += &say.t1("visit-summary-spot", "n", spot as i64);
    }
    if findings.len() > spot {
        text += &say.t1("visit-summary-later", "n", (findings.len() - spot) as i64);
    }
    text += &say.t("visit-summary-stop");
    for (i, m) in findings.iter().enumerate() {
        let how = if m.on_the_spot {
            say.t("visit-summary-line-spot")
        } else {
            let unit = directory.unit(UnitId(m.unit_id)).map(|u| unit_name(say, u)).unwrap_or_default();
            // Due at 24:00 of the day, which is the next day's first instant.
            match m.due_at {
                Some(at) => say.t2(
                    "visit-summary-line-due",
                    ("unit", unit),
                    ("day", say.day(say.zone().date_of(Instant(at - 1)))),
                ),
                None => say.t1("visit-summary-line-unit", "unit", unit),
            }
        };
        text.extend(["\n", &(i + 1).to_string(), ". ", &m.subject, &how]);
    }
    text
}

async fn finish_form(web: &Web, v: &Visitor, id: Uuid, mut form: Form, faults: Faults, status: StatusCode) -> Page {
    person(v)?;
    let p = web.app().visit_page(&v.actor, VisitId(id)).await?;
    if !matches!(p.visit.state, VisitState::OnSite { .. }) || !p.mine {
        // Ended already, perhaps twice in a row: its page says so.
        return if faults.any() {
            page_of(web, v, id, form, faults, status).await
        } else {
            to(&format!("/visits/{id}"))
        };
    }
    let directory = web.app().directory().await?;
    form.set("command_id", minted(web, &v.say, &form, "command_id"));
    if form.get("summary").is_empty() && !faults.any() {
        form.set("summary", summary(&v.say, &directory, &p));
    }
    let page = FinishHtml {
        about: about(&v.say, &directory, &p),
        findings: rows::rows(web, &v.say, &p.findings).await?,
        now_local: local(&v.say, v.say.now()),
        f: Frame::of(web, v, "visits").await?,
        form,
        faults,
    };
    show_as(status, &page)
}

/// `GET /visits/{id}/finish`
pub async fn finish_page(State(web): State<Web>, v: Visitor, Path(id): Path<Uuid>) -> Page {
    goes(&web, &v, id).await?;
    finish_form(&web, &v, id, Form::default(), Faults::none(), StatusCode::OK).await
}

/// `POST /visits/{id}/finish`
pub async fn finish(State(web): State<Web>, v: Visitor, Path(id): Path<Uuid>, mut form: Form) -> Page {
    goes(&web, &v, id).await?;
    let done = async {
        let at = happened_at(&v.say, &form).map_err(|e| AppError::Invalid(vec![e]))?;
        let command = VisitCommand::FinishVisit { visit: id, summary: form.get("summary").to_owned() };
        web.app()
            .execute(&v.actor, form.command_id()?, Envelope { happened_at: at, command: command.into() }, None)
            .await
    }
    .await;
    match done {
        Ok(_) => to(&format!("/visits/{id}")),
        Err(e) => {
            let (status, faults) = faults_of(&v.say, e)?;
            form.set("command_id", "");
            finish_form(&web, &v, id, form, faults, status).await
        }
    }
}

/// The visit for a page on which it is called off or merged.
async fn to_cancel(web: &Web, v: &Visitor, id: Uuid) -> Result<(VisitPage, About), AppError> {
    person(v)?;
    let p = web.app().visit_page(&v.actor, VisitId(id)).await?;
    let directory = web.app().directory().await?;
    let host = directory.unit(p.visit.plan.host).ok_or(AppError::NotFound("unit"))?.path.clone();
    may(&v.actor, &Ask::CancelVisit(&VisitFacts::of(&p.visit, host)))?;
    let about = about(&v.say, &directory, &p);
    Ok((p, about))
}

async fn cancel_form(web: &Web, v: &Visitor, id: Uuid, mut form: Form, faults: Faults, status: StatusCode) -> Page {
    let (_, about) = to_cancel(web, v, id).await?;
    form.set("command_id", minted(web, &v.say, &form, "command_id"));
    show_as(status, &CancelHtml { f: Frame::of(web, v, "visits").await?, faults, form, about })
}

/// `GET /visits/{id}/cancel`
pub async fn cancel_page(State(web): State<Web>, v: Visitor, Path(id): Path<Uuid>) -> Page {
    cancel_form(&web, &v, id, Form::default(), Faults::none(), StatusCode::OK).await
}

/// `POST /visits/{id}/cancel`
pub async fn cancel(State(web): State<Web>, v: Visitor, Path(id): Path<Uuid>, form: Form) -> Page {
    let command = VisitCommand::CancelVisit { visit: id, reason: form.get("reason").to_owned() };
    let done = async {
        web.app()
            .execute(&v.actor, form.command_id()?, Envelope { happened_at: None, command: command.into() }, None)
            .await
    }
    .await;
    match done {
        Ok(_) => to(&format!("/visits/{id}")),
        Err(e) => {
            let (status, faults) = faults_of(&v.say, e)?;
            cancel_form(&web, &v, id, form, faults, status).await
        }
    }
}

async fn merge_form(web: &Web, v: &Visitor, id: Uuid, mut form: Form, faults: Faults, status: StatusCode) -> Page {
    let (p, about) = to_cancel(web, v, id).await?;
    let day = p.visit.plan.day;
    let days = Some((later(&v.say, day, -SAME_ACTIVITY_DAYS), later(&v.say, day, SAME_ACTIVITY_DAYS)));
    let filter = table::Filter { place: Some(p.place.id), days, ..table::Filter::default() };
    let mut list = web.app().visits(&v.actor, &filter, 20).await?;
    list.retain(|r| r.id != id && !matches!(r.state.as_str(), "cancelled" | "merged"));
    form.set("command_id", minted(web, &v.say, &form, "command_id"));
    let chosen = form.get("into").to_owned();
    let others = visits::lines(web, &v.say, &list)
        .await?
        .into_iter()
        .map(|l| {
            let on = l.id.to_string() == chosen;
            (l, on)
        })
        .collect();
    show_as(status, &MergeHtml { f: Frame::of(web, v, "visits").await?, faults, form, about, others })
}

/// `GET /visits/{id}/merge`
pub async fn merge_page(State(web): State<Web>, v: Visitor, Path(id): Path<Uuid>) -> Page {
    merge_form(&web, &v, id, Form::default(), Faults::none(), StatusCode::OK).await
}

/// `POST /visits/{id}/merge`
pub async fn merge(State(web): State<Web>, v: Visitor, Path(id): Path<Uuid>, form: Form) -> Page {
    let done = async {
        let into = form.id("into", "visit").map_err(|e| AppError::Invalid(vec![e]))?;
        web.app()
            .execute(
                &v.actor,
                form.command_id()?,
                Envelope { happened_at: None, command: VisitCommand::MergeVisit { visit: id, into }.into() },
                None,
            )
            .await
    }
    .await;
    match done {
        Ok(_) => to(&format!("/visits/{id}")),
        Err(e) => {
            let (status, faults) = faults_of(&v.say, e)?;
            merge_form(&web, &v, id, form, faults, status).await
        }
    }
}
