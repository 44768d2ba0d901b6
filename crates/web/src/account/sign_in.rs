//! Signing in and out: by code and password, by a one-click link of the demo, by a link to set a
//! first password. A form that arrives too late, or with another session's token, asks to sign in
//! again and then sends what was typed on its way.

use crate::account::entered::{after_sign_in, is_photo, late_of};
use crate::account::second::ask;
use crate::door::frame::Frame;
use crate::door::guard::From;
use crate::door::page::{Page, show, show_as, to};
use crate::door::problem::{Failure, retry_after};
use crate::door::session::{own_path, remember_device, set_cookie, signed_in, whence};
use crate::door::visitor::{Visitor, device_marks, session_secret};
use crate::door::web::Web;
use crate::form::fields::{Form, Late, query};
use crate::form::reading::Faults;
use askama::Template;
use axum::Extension;
use axum::extract::{FromRequestParts, Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use std::sync::Arc;
use yixian_app::links::Entry;
use yixian_app::{AppError, FieldError};
use yixian_domain::ids::PersonId;

#[derive(Template)]
#[template(path = "account/sign_in.html")]
struct SignIn {
    f: Frame,
    faults: Faults,
    code: String,
    next: String,
    /// A late form: where it was going and what was typed.
    late: Option<(String, Vec<(String, String)>)>,
}

impl SignIn {
    /// What becomes of what was typed.
    fn kept(&self) -> &'static str {
        let photos = self.late.iter().flat_map(|(_, fields)| fields).any(|(name, _)| is_photo(name));
        if photos { "late-form-kept-photos" } else { "late-form-kept" }
    }
}

#[derive(Template)]
#[template(path = "account/enter.html")]
struct EnterPage {
    f: Frame,
    name: String,
    secret: String,
}

#[derive(Template)]
#[template(path = "account/password.html")]
struct PasswordPage {
    f: Frame,
    faults: Faults,
    name: String,
    /// With which he signs in.
    code: String,
    secret: String,
}

/// `GET /sign-in`
pub async fn page(State(web): State<Web>, v: Visitor, uri: axum::http::Uri) -> Page {
    let next = query(uri.query()).get("next").to_owned();
    if v.person.is_some() {
        return to(own_path(&next));
    }
    show(&SignIn { f: Frame::plain(&web, &v), faults: Faults::none(), code: String::new(), next, late: None })
}

/// Signs in; what keeps him out is told on the form, and a second factor is asked for where he has one.
async fn try_in(web: &Web, v: &Visitor, headers: &HeaderMap, from: From, form: &Form) -> Page {
    let code = form.get("code");
    let device = web.app().device_of(code, device_marks(web, headers));
    let done = async {
        web.inner.limits.sign_in(from.0, code, device.as_deref()).await?;
        web.app().sign_in(code, form.raw("password"), &whence(web, headers, from.0, device.is_some())).await
    };
    let e = match done.await {
        Ok((_, session)) => return after_sign_in(web, v, headers, &session, form),
        Err(AppError::SecondStep { half }) => return ask(web, v, half, form, Faults::none(), StatusCode::OK),
        Err(e) => e,
    };
    let message = match &e {
        AppError::TooMany { .. } => v.say.t("error-too-many"),
        e => v.say.error(e),
    };
    let page = SignIn {
        f: Frame::plain(web, v),
        faults: Faults { list: vec![(String::new(), message)] },
        code: code.to_owned(),
        next: form.get("next").to_owned(),
        late: late_of(form),
    };
    retry(crate::door::problem::status(&e), &page)
}

fn retry(status: StatusCode, page: &SignIn) -> Page {
    let mut response = show_as(status, page)?;
    if status == StatusCode::TOO_MANY_REQUESTS {
        response.headers_mut().insert(header::RETRY_AFTER, crate::door::guard::A_MINUTE);
    } else if let Some(after) = retry_after(&AppError::Busy).filter(|_| status == StatusCode::SERVICE_UNAVAILABLE) {
        response.headers_mut().insert(header::RETRY_AFTER, after.into());
    }
    Ok(response)
}

/// `POST /sign-in`
pub async fn submit(
    State(web): State<Web>,
    v: Visitor,
    Extension(from): Extension<From>,
    headers: HeaderMap,
    form: Form,
) -> Page {
    try_in(&web, &v, &headers, from, &form).await
}

/// What a late form becomes: the sign-in form that carries it along.
fn late_form(web: &Web, v: &Visitor, late: &Late) -> Response {
    let kept: Vec<(String, String)> = late
        .fields
        .iter()
        .filter(|(k, _)| !matches!(k.as_str(), "csrf" | "password" | "again" | "old" | "late-action"))
        .cloned()
        .collect();
    let message = v.say.t(if v.person.is_some() { "late-form-other" } else { "late-form" });
    let page = SignIn {
        f: Frame::plain(web, v),
        faults: Faults { list: vec![(String::new(), message)] },
        code: String::new(),
        next: String::new(),
        late: Some((own_path(&late.path).to_owned(), kept)),
    };
    show_as(StatusCode::UNAUTHORIZED, &page).unwrap_or_else(IntoResponse::into_response)
}

/// Around every route: a form that came late is shown with the sign-in form, and nothing typed is lost.
pub async fn late_forms(State(web): State<Web>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let visitor = Visitor::from_request_parts(&mut parts, &web).await;
    let response = next.run(Request::from_parts(parts, body)).await;
    match (response.extensions().get::<Arc<Late>>().cloned(), visitor) {
        (Some(late), Ok(v)) => late_form(&web, &v, &late),
        _ => response,
    }
}

/// `POST /sign-in/again`: signs in and shows what was typed with one button to send it.
pub async fn again(
    State(web): State<Web>,
    v: Visitor,
    Extension(from): Extension<From>,
    headers: HeaderMap,
    form: Form,
) -> Page {
    try_in(&web, &v, &headers, from, &form).await
}

/// `POST /sign-out`
pub async fn out(State(web): State<Web>, Extension(from): Extension<From>, headers: HeaderMap, _form: Form) -> Page {
    if let Some(secret) = session_secret(&web, &headers) {
        web.app().end_session(secret, &whence(&web, &headers, from.0, true)).await?;
    }
    let mut response = Redirect::to("/sign-in").into_response();
    response.headers_mut().append(header::SET_COOKIE, set_cookie(&web, "", 0));
    // Drafts stay on a phone's disk until then; the next one at this machine is somebody else.
    response.headers_mut().insert("clear-site-data", HeaderValue::from_static("\"storage\""));
    Ok(response)
}

async fn link_person(web: &Web, id: PersonId) -> Result<(PersonId, String, String), Failure> {
    let directory = web.app().directory().await?;
    let p = directory.person(id).ok_or(AppError::NotFound("person"))?;
    Ok((id, p.name.clone(), p.code.clone()))
}

/// Whom a link signs in; one to set a password is none.
async fn to_enter(web: &Web, secret: &str) -> Result<(PersonId, String), Failure> {
    match web.app().link(secret).await? {
        Some(Entry::Person(id)) => link_person(web, id).await.map(|(id, name, _)| (id, name)),
        _ => Err(AppError::NotFound("link").into()),
    }
}

/// Whose password a link sets; one of the demo is none.
async fn to_set(web: &Web, secret: &str) -> Result<(PersonId, String, String), Failure> {
    match web.app().link(secret).await? {
        Some(Entry::Password(id)) => link_person(web, id).await,
        _ => Err(AppError::NotFound("link").into()),
    }
}

/// `GET /enter/{secret}`: looking changes nothing; the button signs in.
pub async fn enter_page(State(web): State<Web>, v: Visitor, Path(secret): Path<String>) -> Page {
    let (_, name) = to_enter(&web, &secret).await?;
    show(&EnterPage { f: Frame::plain(&web, &v), name, secret })
}

/// `POST /enter/{secret}`
pub async fn enter(
    State(web): State<Web>,
    Extension(from): Extension<From>,
    headers: HeaderMap,
    Path(secret): Path<String>,
    _form: Form,
) -> Page {
    let (id, _) = to_enter(&web, &secret).await?;
    let session = web.app().begin_session(id, &whence(&web, &headers, from.0, true)).await?;
    Ok(signed_in(&web, &session, "/"))
}

/// `GET /password/{secret}`
pub async fn password_page(State(web): State<Web>, v: Visitor, Path(secret): Path<String>) -> Page {
    let (_, name, code) = to_set(&web, &secret).await?;
    show(&PasswordPage { f: Frame::plain(&web, &v), faults: Faults::none(), name, code, secret })
}

/// `POST /password/{secret}`: the link is spent.
pub async fn password(
    State(web): State<Web>,
    v: Visitor,
    Extension(from): Extension<From>,
    headers: HeaderMap,
    Path(secret): Path<String>,
    form: Form,
) -> Page {
    let (_, name, code) = to_set(&web, &secret).await?;
    let whence = whence(&web, &headers, from.0, true);
    let (first, second) = (form.raw("password"), form.raw("again"));
    let done = if first == second {
        web.app().set_password_by_link(&secret, first, &whence).await
    } else {
        Err(AppError::Invalid(vec![FieldError::new("again", "passwords_differ")]))
    };
    match done {
        Ok(id) => {
            // A link sets a password; the second factor is asked for at the form.
            if web.app().has_second_factor(id).await? {
                return to("/sign-in");
            }
            let session = web.app().begin_session(id, &whence).await?;
            let mut response = signed_in(&web, &session, "/");
            remember_device(&web, &headers, &code, &mut response);
            Ok(response)
        }
        Err(e) => {
            let (status, faults) = Faults::from_error(&v.say, e)?;
            show_as(status, &PasswordPage { f: Frame::plain(&web, &v), faults, name, code, secret })
        }
    }
}
