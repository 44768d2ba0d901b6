//! The second factor: setting it up with secret and QR code, recovery codes shown once, taking it away, and the step of sign-in
//! that asks for its code. Who is made to have one sees nothing else before.

use crate::account::entered::{after_sign_in, late_of};
use crate::door::frame::Frame;
use crate::door::guard::{A_MINUTE, From};
use crate::door::page::{Page, show_as, to};
use crate::door::session::whence;
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::qr::qr;
use crate::form::reading::Faults;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use yixian_app::AppError;
use yixian_app::second_factor::Offer;
use yixian_domain::ids::PersonId;

#[derive(Template)]
#[template(path = "account/second_step.html")]
struct SecondStep {
    f: Frame,
    faults: Faults,
    half: String,
    code: String,
    next: String,
    /// A late form: where it was going and what was typed.
    late: Option<(String, Vec<(String, String)>)>,
}

#[derive(Template)]
#[template(path = "account/second_factor.html")]
struct SecondFactorPage {
    f: Frame,
    faults: Faults,
    /// He has one, with so many recovery codes left.
    left: Option<usize>,
    /// He has to have one.
    forced: bool,
    offer: Option<(Offer, String)>,
    /// Recovery codes, shown this once.
    codes: Vec<String>,
}

/// The page that asks for the code, after the password was right.
pub(crate) fn ask(web: &Web, v: &Visitor, half: String, form: &Form, faults: Faults, status: StatusCode) -> Page {
    let page = SecondStep {
        f: Frame::plain(web, v),
        faults,
        half,
        code: form.get("code").to_owned(),
        next: form.get("next").to_owned(),
        late: late_of(form),
    };
    show_as(status, &page)
}

/// `POST /sign-in/second`
pub async fn step(
    State(web): State<Web>,
    v: Visitor,
    Extension(from): Extension<From>,
    headers: HeaderMap,
    form: Form,
) -> Page {
    let Some(person) = web.app().person_of_half(form.get("half")) else {
        return Err(AppError::SignInRefused.into());
    };
    let whence = whence(&web, &headers, from.0, true);
    let half = form.get("half").to_owned();
    if let Err(e) = web.inner.limits.second(person) {
        let faults = Faults { list: vec![(String::new(), v.say.t("error-too-many"))] };
        let mut response = ask(&web, &v, half, &form, faults, crate::door::problem::status(&e))?;
        response.headers_mut().insert(header::RETRY_AFTER, A_MINUTE);
        return Ok(response);
    }
    match web.app().check_second_factor(person, form.get("factor"), &whence).await {
        Ok(()) => {
            let session = web.app().begin_session(person, &whence).await?;
            after_sign_in(&web, &v, &headers, &session, &form)
        }
        Err(AppError::Invalid(_)) => {
            let faults = Faults { list: vec![("factor".into(), v.say.t("second-wrong"))] };
            ask(&web, &v, half, &form, faults, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(e) => Err(e.into()),
    }
}

async fn render(
    web: &Web,
    v: &Visitor,
    me: PersonId,
    (status, faults): (StatusCode, Faults),
    nonce: Option<&str>,
    codes: Vec<String>,
) -> Page {
    let app = web.app();
    let has = app.has_second_factor(me).await?;
    let offer = if has { None } else { Some(app.offer_second_factor(me, nonce).await?) };
    let page = SecondFactorPage {
        f: Frame::of(web, v, "me").await?,
        faults,
        left: if has { Some(app.recovery_codes_left(me).await?) } else { None },
        forced: v.must_enrol,
        offer: offer.map(|o| {
            let image = qr(&o.uri, 200);
            (o, image)
        }),
        codes,
    };
    show_as(status, &page)
}

/// `GET /me/second-factor`
pub async fn page(State(web): State<Web>, SignedIn { person: me, visitor: v }: SignedIn) -> Page {
    render(&web, &v, me, (StatusCode::OK, Faults::none()), None, Vec::new()).await
}

/// `POST /me/second-factor`: a code shows that he has it; the recovery codes are shown once.
pub async fn set(State(web): State<Web>, SignedIn { person: me, visitor: v }: SignedIn, form: Form) -> Page {
    if web.app().has_second_factor(me).await? {
        return to("/me/second-factor");
    }
    let done = match web.inner.limits.second(me) {
        Ok(()) => web.app().set_second_factor(me, form.get("nonce"), form.get("code")).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(codes) => {
            let free = Visitor { must_enrol: false, ..v };
            render(&web, &free, me, (StatusCode::OK, Faults::none()), None, codes).await
        }
        Err(e) => {
            let wrong = Faults::from_error(&v.say, e)?;
            render(&web, &v, me, wrong, Some(form.get("nonce")), Vec::new()).await
        }
    }
}

/// `POST /me/second-factor/off`: a code is asked for, so that a screen left alone does not end it.
pub async fn off(
    State(web): State<Web>,
    SignedIn { person: me, visitor: v }: SignedIn,
    Extension(from): Extension<From>,
    headers: HeaderMap,
    form: Form,
) -> Page {
    let done = match web.inner.limits.second(me) {
        Ok(()) => {
            let whence = whence(&web, &headers, from.0, true);
            web.app().check_second_factor(me, form.get("code"), &whence).await
        }
        Err(e) => Err(e),
    };
    if let Err(e) = done {
        let wrong = Faults::from_error(&v.say, e)?;
        return render(&web, &v, me, wrong, None, Vec::new()).await;
    }
    web.app().end_second_factor(&v.actor, me).await?;
    to("/me/second-factor")
}
