//! Setting an empty company up, once, through the link printed at the first start. There is no
//! default password.

use crate::door::frame::Frame;
use crate::door::guard::From;
use crate::door::page::{Page, show, show_as};
use crate::door::session::{remember_device, signed_in, whence};
use crate::door::visitor::Visitor;
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::reading::Faults;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use yixian_app::accounts::FirstPerson;
use yixian_app::links::Entry;
use yixian_app::{AppError, FieldError};

#[derive(Template)]
#[template(path = "account/setup.html")]
struct SetupPage {
    f: Frame,
    faults: Faults,
    secret: String,
    form: Form,
}

async fn known(web: &Web, secret: &str) -> Result<(), AppError> {
    if web.app().link(secret).await? == Some(Entry::Setup) { Ok(()) } else { Err(AppError::NotFound("link")) }
}

/// `GET /setup/{secret}`
pub async fn page(State(web): State<Web>, v: Visitor, Path(secret): Path<String>) -> Page {
    known(&web, &secret).await?;
    show(&SetupPage { f: Frame::plain(&web, &v), faults: Faults::none(), secret, form: Form::default() })
}

/// `POST /setup/{secret}`
pub async fn submit(
    State(web): State<Web>,
    v: Visitor,
    Extension(from): Extension<From>,
    headers: HeaderMap,
    Path(secret): Path<String>,
    form: Form,
) -> Page {
    known(&web, &secret).await?;
    let first = FirstPerson {
        company: form.get("company").to_owned(),
        company_code: form.get("company_code").to_owned(),
        name: form.get("name").to_owned(),
        code: form.get("code").to_owned(),
        password: form.raw("password"),
    };
    let done = if form.raw("password") == form.raw("again") {
        web.app().set_up(first).await
    } else {
        Err(AppError::Invalid(vec![FieldError::new("again", "passwords_differ")]))
    };
    match done {
        Ok(person) => {
            let session = web.app().begin_session(person, &whence(&web, &headers, from.0, true)).await?;
            let mut response = signed_in(&web, &session, "/admin");
            remember_device(&web, &headers, form.get("code"), &mut response);
            Ok(response)
        }
        Err(e) => {
            let (status, faults) = Faults::from_error(&v.say, e)?;
            show_as(status, &SetupPage { f: Frame::plain(&web, &v), faults, secret, form })
        }
    }
}
