//! Forms of a service day and of the sessions planned on it.

use super::shown::day_name;
use crate::door::frame::Frame;
use crate::door::keeping;
use crate::door::page::{Page, to};
use crate::door::say::Say;
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::page::{Field, FormPage, Kind, beside};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use crate::partners::list::{offered, typed};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use uuid::Uuid;
use yixian_app::command::CommunityCommand;
use yixian_app::community::SessionPage;
use yixian_app::{AppError, FieldError};
use yixian_domain::access::Ask;
use yixian_domain::community::{ServiceDay, Session};
use yixian_domain::partner::{Partner, PartnerRole};
use yixian_domain::time::Instant;

const NAME: &str = r#"maxlength="120" autocomplete="off""#;

async fn units(web: &Web, v: &Visitor) -> Result<Vec<(String, String)>, AppError> {
    keeping::units(web, v, |path| Ask::KeepServiceDays(path)).await
}

async fn communities(web: &Web, v: &Visitor) -> Result<Vec<Partner>, AppError> {
    let mut all = web.app().all_partners(&v.actor).await?;
    all.retain(|p| p.roles_on(v.say.today()).any(|r| r == PartnerRole::Community));
    Ok(all)
}

/// What is asked of a session.
pub(super) async fn plan_fields(web: &Web, v: &Visitor, given: bool) -> Result<Vec<Field>, AppError> {
    let say = &v.say;
    let time = |name, label| Field::new(name, label, Kind::Line("time"));
    let known = offered(say, &communities(web, v).await?);
    let directory = web.app().directory().await?;
    let hosts = directory.units().map(|u| (u.id.to_string(), crate::door::telling::unit_name(say, u))).collect();
    let mut fields = vec![
        Field::code(say.t("code"), given),
        Field::new("community", say.t("session-community"), Kind::Typed(known)),
        Field::new("host", say.t("session-host"), Kind::Select(hosts)),
        Field::line("lead", say.t("session-lead")).hint(say.t("session-lead-hint")).optional(),
    ];
    fields.extend(beside(time("from", say.t("session-from")), time("until", say.t("session-until"))));
    Ok(fields)
}

/// A time as its field holds it.
fn time_text(say: &Say, at: Instant) -> String {
    let t = say.zone().local(at);
    format!("{:02}:{:02}", t.hour(), t.minute())
}

/// A session as its form holds it.
pub(super) fn planned(v: &Visitor, p: &SessionPage) -> Form {
    let (say, d) = (&v.say, &p.session.details);
    Form::of([
        ("rev", p.session.rev.to_string()),
        ("code", p.session.code.clone()),
        ("community", format!("{} ({})", crate::partners::list::name(say, &p.community), p.community.code)),
        ("host", d.host.to_string()),
        ("lead", p.lead.as_ref().map(|(m, _)| m.code.clone()).unwrap_or_default()),
        ("from", time_text(say, d.starts)),
        ("until", time_text(say, d.ends)),
    ])
}

/// What a form says of a session.
pub(super) async fn plan_command(
    web: &Web,
    v: &Visitor,
    day: &ServiceDay,
    before: Option<&Session>,
    form: &Form,
) -> Result<CommunityCommand, AppError> {
    let mut r = Reading::default();
    let session = match before {
        Some(s) => Some(s.id.0),
        None => r.take(form.id("id", "uuid_v7")),
    };
    let community = r.take(typed(&communities(web, v).await?, form, "community")).flatten();
    if community.is_none() && form.get("community").trim().is_empty() {
        r.faults.push(FieldError::new("community", "community"));
    }
    let host = r.take(form.id("host", "unit"));
    let lead = match form.get("lead").trim() {
        "" => None,
        code => match web.app().member_of_code(&v.actor, code).await? {
            Some(m) => Some(m.id.0),
            None => {
                r.faults.push(FieldError::with("lead", "member", code));
                None
            }
        },
    };
    let mut at = |name: &'static str| {
        let time = r.take(form.optional_time(name)).flatten();
        if time.is_none() && form.get(name).is_empty() {
            r.faults.push(FieldError::new(name, "time"));
        }
        time.map(|t| v.say.zone().at(day.details.day, t).to_string()).unwrap_or_default()
    };
    let (starts, ends) = (at("from"), at("until"));
    r.done()?;
    Ok(CommunityCommand::PutSession {
        session: session.unwrap_or_default(),
        service_day: day.id.0,
        code: before.map_or_else(|| form.get("code").trim().to_owned(), |s| s.code.clone()),
        community: community.map(|c| c.0).unwrap_or_default(),
        host: host.unwrap_or_default(),
        lead,
        starts,
        ends,
        visit: before.and_then(|s| s.details.visit).map(|visit| visit.0),
    })
}

/// The day of an address; none for `new`.
async fn known(web: &Web, v: &Visitor, at: &str, action: &str) -> Result<Option<ServiceDay>, AppError> {
    if !matches!(action, "edit" | "session") || (at == "new" && action == "session") {
        return Err(AppError::NotFound("page"));
    }
    units(web, v).await?;
    if at == "new" {
        return Ok(None);
    }
    let day = web.app().service_day(&v.actor, at).await?;
    if action == "edit" && !web.app().keeps_service_days(&v.actor, Some(day.details.organiser)).await? {
        return Err(keeping::denied());
    }
    Ok(Some(day))
}

async fn asked(
    web: &Web,
    v: &Visitor,
    (at, action): (&str, &str),
    day: Option<&ServiceDay>,
    mut form: Form,
    faults: Faults,
) -> Result<FormPage, AppError> {
    let say = &v.say;
    form.mint(web, &["command_id", "id"]);
    let (label, fields) = match (action, day) {
        ("session", _) => (say.t("session-new"), plan_fields(web, v, false).await?),
        (_, given) => {
            let [name, code] = beside(
                Field::line("name", say.t("service-day-name")).with(NAME),
                Field::code(say.t("code"), given.is_some()),
            );
            let on = Field::new("day", say.t("service-day-day"), Kind::Line("date"));
            let fields = vec![
                name,
                code,
                Field::line("name_en", say.t("service-day-name-en")).with(NAME).optional(),
                on,
                Field::new("organiser", say.t("service-day-organiser"), Kind::Select(units(web, v).await?)),
            ];
            (say.t(if given.is_some() { "service-day-edit" } else { "service-day-new" }), fields)
        }
    };
    let mut crumbs = vec![(say.t("service-days-title"), "/service-days".to_owned())];
    crumbs.extend(day.map(|d| (day_name(say, d), format!("/service-days/{}", d.id))));
    let back = day.map_or_else(|| "/service-days".to_owned(), |d| format!("/service-days/{}", d.id));
    Ok(FormPage {
        button: say.t("save"),
        crumbs,
        action: format!("/service-days/{at}/{action}"),
        back,
        hidden: vec!["id", "rev"],
        fields,
        ..FormPage::new(Frame::of(web, v, "service-days").await?, label, form, faults)
    })
}

/// `GET /service-days/{id}/{action}`
pub async fn page(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path((at, action)): Path<(String, String)>,
) -> Page {
    let day = known(&web, &v, &at, &action).await?;
    let form = match (&day, &*action) {
        (Some(d), "edit") => Form::of([
            ("id", d.id.to_string()),
            ("rev", d.rev.to_string()),
            ("code", d.code.clone()),
            ("name", d.details.name.clone()),
            ("name_en", d.details.name_en.clone().unwrap_or_default()),
            ("day", d.details.day.to_string()),
            ("organiser", d.details.organiser.to_string()),
        ]),
        _ => Form::of([("day", v.say.today().to_string()), ("from", "09:00".into()), ("until", "11:30".into())]),
    };
    asked(&web, &v, (&at, &action), day.as_ref(), form, Faults::none()).await?.shown(StatusCode::OK)
}

fn read(before: Option<&ServiceDay>, form: &Form) -> Result<CommunityCommand, AppError> {
    let mut r = Reading::default();
    let id = match before {
        Some(d) => Some(d.id.0),
        None => r.take(form.id("id", "uuid_v7")),
    };
    let day = r.take(form.day("day"));
    let organiser = r.take(form.id("organiser", "unit"));
    r.done()?;
    let day = day.ok_or_else(|| AppError::field("day", "day"))?;
    Ok(CommunityCommand::PutServiceDay {
        service_day: id.unwrap_or_default(),
        code: before.map_or_else(|| form.get("code").trim().to_owned(), |d| d.code.clone()),
        name: form.get("name").to_owned(),
        name_en: Some(form.get("name_en").to_owned()),
        day,
        organiser: organiser.unwrap_or_default(),
    })
}

/// `POST /service-days/{id}/{action}`
pub async fn submit(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path((at, action)): Path<(String, String)>,
    form: Form,
) -> Page {
    let day = known(&web, &v, &at, &action).await?;
    let seen = form.optional::<u32>("rev", "event").ok().flatten().filter(|_| action == "edit");
    let (command, home): (Result<CommunityCommand, AppError>, fn(Uuid) -> String) = match (&day, &*action) {
        (Some(d), "session") => (plan_command(&web, &v, d, None, &form).await, |id| format!("/sessions/{id}")),
        (before, _) => (read(before.as_ref(), &form), |id| format!("/service-days/{id}")),
    };
    let command = command.map(|c| Read { seen, ..Read::now(c) });
    match Post::by(&web, &v).minted(&["id"]).send(form, command).await? {
        Posted::Done(receipt) => to(&home(receipt.record)),
        Posted::Again(Again { form, faults, status }) => {
            asked(&web, &v, (&at, &action), day.as_ref(), form, faults).await?.shown(status)
        }
    }
}
