//! What follows a good sign-in: on to where he was going, or what he typed before, with one button to send it. It does not know
//! how he showed who he is.

use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::say::Say;
use crate::door::session::{own_path, remember_device, set_cookie, signed_in};
use crate::door::visitor::{Visitor, form_token};
use crate::door::web::Web;
use crate::form::fields::{Form, PHOTOS};
use askama::Template;
use axum::http::{HeaderMap, header};
use yixian_app::accounts::SESSION_MS;

#[derive(Template)]
#[template(path = "account/again.html")]
struct AgainPage {
    f: Frame,
    action: String,
    fields: Vec<Typed>,
}

/// A field on its way again; long texts are shown under a name, so that he sees what he sends.
struct Typed {
    name: String,
    label: Option<String>,
    value: String,
}

/// Longest text that is sent on without being shown, bytes.
const SHORT: usize = 40;

/// Whether a field holds addresses of photos, which nobody reads.
pub(crate) fn is_photo(name: &str) -> bool {
    PHOTOS.iter().any(|(_, kept)| *kept == name)
}

fn typed(say: &Say, (name, value): (String, String)) -> Typed {
    let label = (value.len() > SHORT && !is_photo(&name)).then(|| match say.of_or("field", &name) {
        known if known != name => known,
        _ => say.t("late-form-typed"),
    });
    Typed { name, label, value }
}

/// A late form that a form of sign-in carries along: where it was going, and what was typed.
pub(crate) fn late_of(form: &Form) -> Option<(String, Vec<(String, String)>)> {
    let kept = form
        .fields()
        .iter()
        .filter_map(|(k, value)| k.strip_prefix("late.").map(|k| (k.to_owned(), value.clone())))
        .collect();
    Some((own_path(form.get("late-action")).to_owned(), kept)).filter(|_| !form.get("late-action").is_empty())
}

/// The answer to a good sign-in. The device is remembered.
pub(crate) fn after_sign_in(web: &Web, v: &Visitor, headers: &HeaderMap, session: &str, form: &Form) -> Page {
    let mut response = match late_of(form) {
        None => signed_in(web, session, form.get("next")),
        Some((action, fields)) => {
            let mut f = Frame::plain(web, v);
            f.form_token = form_token(Some(session));
            let fields = fields.into_iter().map(|k| typed(&v.say, k)).collect();
            let mut response = show(&AgainPage { f, action, fields })?;
            response.headers_mut().append(header::SET_COOKIE, set_cookie(web, session, SESSION_MS / 1000));
            response
        }
    };
    remember_device(web, headers, form.get("code"), &mut response);
    Ok(response)
}
