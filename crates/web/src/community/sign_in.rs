//! Signing in by a session's code, without an account: a name, and the last four digits of the phone or the staff number. Whoever is
//! meant by exactly one line of the roster is signed in; everybody else may come as a guest. The roster is never shown, and
//! guessing at it is slow.

use super::shown::hours;
use crate::door::frame::Frame;
use crate::door::guard::From;
use crate::door::page::{Page, show_as, to};
use crate::door::visitor::{Visitor, cookie};
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::Faults;
use crate::partners::list::name as community_name;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use uuid::Uuid;
use yixian_app::command::{CommunityCommand, PointIn};
use yixian_app::{AppError, FieldError};
use yixian_domain::access::Actor;
use yixian_domain::ids::SessionId;

/// The cookie by which tries of one phone are counted; it names nobody.
pub const PHONE: &str = "yx_p";

#[derive(Template)]
#[template(path = "community/sign_in.html")]
struct Shown {
    f: Frame,
    faults: Faults,
    form: Form,
    title: String,
    sub: String,
    action: String,
    /// Why nobody signs in.
    nothing: Option<String>,
    /// He was not found; he may come as a guest.
    unknown: bool,
    /// He is signed in: how that is told, and whether he may sign out.
    done: Option<(String, bool)>,
}

fn at(id: Uuid, secret: &str) -> String {
    format!("/s/{id}/{secret}")
}

async fn shown(
    web: &Web,
    v: &Visitor,
    (id, secret): (Uuid, &str),
    mut form: Form,
    faults: Faults,
) -> Result<Shown, AppError> {
    let (session, community) = web.app().by_session_link(SessionId(id), secret).await?;
    let say = &v.say;
    form.mint(web, &["command_id", "id"]);
    let nothing = if session.cancelled.is_some() {
        Some(say.t("sign-in-session-cancelled"))
    } else if say.today() != session.day || say.now() >= session.details.ends {
        Some(say.t1("sign-in-on-day", "day", say.day(session.day)))
    } else {
        None
    };
    Ok(Shown {
        title: community_name(say, &community),
        sub: format!("{} {}", say.day(session.day), hours(say, &session)),
        action: at(id, secret),
        nothing,
        unknown: form.get("unknown") == "1",
        done: None,
        form,
        faults,
        f: Frame { person: None, ..Frame::plain(web, v) },
    })
}

/// The phone that asks, as its cookie says; its network where it has none.
fn phone(headers: &HeaderMap, from: From) -> String {
    cookie(headers, PHONE).map_or_else(|| format!("from {}", from.0), |c| c.chars().take(64).collect())
}

/// `GET /s/{id}/{secret}`
pub async fn page(
    State(web): State<Web>,
    v: Visitor,
    headers: HeaderMap,
    Path((id, secret)): Path<(Uuid, String)>,
) -> Page {
    let page = shown(&web, &v, (id, &secret), Form::default(), Faults::none()).await?;
    let mut response = show_as(StatusCode::OK, &page)?;
    if cookie(&headers, PHONE).is_none() {
        let secure = if web.options().tls { "; Secure" } else { "" };
        let mark = web.app().mint().secret();
        let text = format!("{PHONE}={mark}; Path=/s/; HttpOnly; SameSite=Lax; Max-Age=86400{secure}");
        if let Ok(value) = HeaderValue::from_str(&text) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    Ok(response)
}

fn read(id: Uuid, secret: &str, form: &Form) -> Result<CommunityCommand, AppError> {
    let degrees = |name: &str| form.get(name).parse::<f64>().ok();
    let point = degrees("lat").zip(degrees("lon"));
    Ok(CommunityCommand::SignInByCode {
        sign_in: form.id("id", "uuid_v7").map_err(|f| AppError::Invalid(vec![f]))?,
        session: id,
        secret: secret.to_owned(),
        name: form.get("name").to_owned(),
        key: form.get("key").to_owned(),
        guest: form.get("go") == "guest",
        point: point.map(|(lat, lon)| PointIn { lat, lon, accuracy_m: degrees("accuracy") }),
    })
}

/// `POST /s/{id}/{secret}`
pub async fn submit(
    State(web): State<Web>,
    v: Visitor,
    Extension(from): Extension<From>,
    headers: HeaderMap,
    Path((id, secret)): Path<(Uuid, String)>,
    mut form: Form,
) -> Page {
    // Who does not have the link is told so before anything is counted.
    web.app().by_session_link(SessionId(id), &secret).await?;
    let again = async |form: Form, faults: Faults, status: StatusCode| -> Page {
        show_as(status, &shown(&web, &v, (id, &secret), form, faults).await?)
    };
    let missing = ["name", "key"].into_iter().filter(|f| form.get(f).trim().is_empty());
    let missing: Vec<FieldError> = missing.map(|f| FieldError::new(f, "needed")).collect();
    if !missing.is_empty() && form.get("go") != "guest" {
        return again(form, Faults::of(&v.say, &missing), StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    if web.inner.limits.sign_in_try(&phone(&headers, from), &id.to_string(), form.get("name")).is_err() {
        let faults = Faults::of(&v.say, &[FieldError::new("name", "sign_in_too_often")]);
        return again(form, faults, StatusCode::TOO_MANY_REQUESTS).await;
    }
    let read = read(id, &secret, &form).map(Read::now);
    form.set("unknown", "");
    match Post::by(&web, &v).of(&Actor::Anonymous).minted(&["id"]).send(form, read).await? {
        Posted::Done(receipt) => to(&format!("{}/{}", at(id, &secret), receipt.record)),
        Posted::Again(Again { mut form, faults, status }) => {
            if faults.on("name").is_some() {
                // As a guest he comes with a command of his own.
                form.set("unknown", "1");
                form.set("command_id", "");
            }
            again(form, faults, status).await
        }
    }
}

/// `GET /s/{id}/{secret}/{sign_in}`
pub async fn signed(
    State(web): State<Web>,
    v: Visitor,
    Path((id, secret, sign_in)): Path<(Uuid, String, Uuid)>,
) -> Page {
    let i = web.app().signed_in(SessionId(id), &secret, sign_in).await?;
    let mut page = shown(&web, &v, (id, &secret), Form::default(), Faults::none()).await?;
    let say = &v.say;
    let told = match (i.member, i.left) {
        (_, Some(left)) => say.t1("sign-in-done-left", "at", say.time(left)),
        (Some(_), None) => say.t1("sign-in-done", "at", say.time(i.came)),
        (None, None) => say.t1("sign-in-done-guest", "at", say.time(i.came)),
    };
    page.done = Some((told, i.left.is_none()));
    page.action = format!("{}/{sign_in}", at(id, &secret));
    show_as(StatusCode::OK, &page)
}

/// `POST /s/{id}/{secret}/{sign_in}`
pub async fn out(
    State(web): State<Web>,
    v: Visitor,
    Path((id, secret, sign_in)): Path<(Uuid, String, Uuid)>,
    form: Form,
) -> Page {
    web.app().signed_in(SessionId(id), &secret, sign_in).await?;
    let command = CommunityCommand::SignOutByCode { sign_in, secret: secret.clone() };
    match Post::by(&web, &v).of(&Actor::Anonymous).send(form, Ok(Read::now(command))).await? {
        Posted::Done(_) => to(&format!("{}/{sign_in}", at(id, &secret))),
        Posted::Again(Again { form, faults, status }) => {
            let mut page = shown(&web, &v, (id, &secret), form, faults).await?;
            page.done = Some((String::new(), true));
            page.action = format!("{}/{sign_in}", at(id, &secret));
            show_as(status, &page)
        }
    }
}
