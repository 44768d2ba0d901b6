//! The session's cookie, and the way to the sign-in form and back: where somebody is sent who is not signed in. It
//! knows the form's address and nothing of the form.

use crate::door::visitor::{COOKIE_PLAIN, COOKIE_TLS};
use crate::door::web::Web;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use yixian_app::accounts::SESSION_MS;

/// Paths of our own only: nobody sends people elsewhere through our sign-in. Browsers drop tabs and
/// line ends from addresses, so `/<tab>/elsewhere` would be `//elsewhere`.
pub fn own_path(path: &str) -> &str {
    if path.starts_with('/') && !path.starts_with("//") && !path.contains(|c: char| c == '\\' || c.is_control()) {
        path
    } else {
        "/"
    }
}

/// To the sign-in form, coming back afterwards.
pub fn to_sign_in(path: &str) -> Response {
    let next: String = form_urlencoded::byte_serialize(own_path(path).as_bytes()).collect();
    Redirect::to(&format!("/sign-in?next={next}")).into_response()
}

/// The session's cookie; an empty one with no time ends it.
pub fn set_cookie(web: &Web, secret: &str, max_age_s: i64) -> HeaderValue {
    let text = if web.options().tls {
        format!("{COOKIE_TLS}={secret}; Path=/; Max-Age={max_age_s}; HttpOnly; Secure; SameSite=Lax")
    } else {
        format!("{COOKIE_PLAIN}={secret}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Lax")
    };
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

/// The answer to a good sign-in: the cookie, and on to where he was going.
pub fn signed_in(web: &Web, secret: &str, next: &str) -> Response {
    let mut response = Redirect::to(own_path(next)).into_response();
    response.headers_mut().append(header::SET_COOKIE, set_cookie(web, secret, SESSION_MS / 1000));
    response
}
