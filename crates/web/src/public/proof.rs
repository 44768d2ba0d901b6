//! Whether somebody from outside speaks for himself: who has only the link may have been lent it, who also reads a code
//! from his phone has not. The code is asked for in the form in which he says something, and is never required.

use crate::door::guard::From;
use crate::door::problem::Failure;
use crate::door::visitor::Visitor;
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::reading::Faults;
use axum::http::StatusCode;
use yixian_app::{AppError, FieldError};
use yixian_domain::access::Actor;
use yixian_domain::matter::privacy::masked_phone;

/// What a form shows of it.
pub(crate) struct Proof {
    /// Where a code can be sent, masked; none where he has left no mobile phone.
    pub phone: Option<String>,
    /// A code was just sent.
    pub sent: bool,
}

impl Proof {
    /// For whoever looks at a form.
    pub async fn of(web: &Web, who: &Actor, form: &Form) -> Result<Proof, AppError> {
        let phone = web.app().raisers_phone(who).await?.map(|p| masked_phone(&p));
        Ok(Proof { phone, sent: form.get("go") == "code" })
    }
}

/// What became of a form that may hold a code.
pub(crate) enum Said {
    /// It is said by him; with the code he is known by his phone.
    By(Actor),
    /// A code was asked for, or was wrong: he sees his form again.
    Again(StatusCode, Faults),
}

/// Sends a code where one is asked for, checks the one that was typed.
pub(crate) async fn said(web: &Web, v: &Visitor, from: From, who: Actor, form: &Form) -> Result<Said, Failure> {
    if form.get("go") == "code" {
        let (status, faults) = send(web, v, from, &who).await?;
        return Ok(Said::Again(status, faults));
    }
    Ok(match form.get("code") {
        "" => Said::By(who),
        code => match web.app().prove_raiser(&who, code).await {
            Ok(proven) => Said::By(proven),
            Err(e) => {
                let (status, faults) = Faults::from_error(&v.say, e)?;
                Said::Again(status, faults)
            }
        },
    })
}

async fn send(web: &Web, v: &Visitor, from: From, who: &Actor) -> Result<(StatusCode, Faults), Failure> {
    let fault = |status, code| Ok((status, Faults::of(&v.say, &[FieldError::new("code", code)])));
    if web.inner.limits.code(from.0).is_err() {
        return fault(StatusCode::TOO_MANY_REQUESTS, "code_too_often");
    }
    let text = |code: &str| v.say.t1("apply-code-sms", "code", code.to_owned());
    match web.app().start_raisers_code(who, text).await {
        Ok(()) => Ok((StatusCode::OK, Faults::none())),
        Err(AppError::TooMany { .. }) => fault(StatusCode::TOO_MANY_REQUESTS, "code_too_often"),
        Err(AppError::MessageNotSent(why)) => {
            tracing::warn!(why, "a code was not sent");
            fault(StatusCode::SERVICE_UNAVAILABLE, "code_not_sent")
        }
        Err(e) => Ok(Faults::from_error(&v.say, e)?),
    }
}
