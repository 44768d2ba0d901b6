//! The session's cookie, and the way to the sign-in form and back: where somebody is sent who is not signed in. It
//! knows the form's address and nothing of the form.

use crate::door::limits::Network;
use crate::door::visitor::{COOKIE_PLAIN, COOKIE_TLS, DEVICE_PLAIN, DEVICE_TLS, device_marks, session_secret};
use crate::door::web::Web;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use std::net::IpAddr;
use yixian_app::accounts::{SESSION_MS, Whence};
use yixian_app::devices::DEVICE_MS;

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

fn cookie_of(web: &Web, names: [&str; 2], value: &str, max_age_s: i64) -> HeaderValue {
    let (name, secure) = if web.options().tls { (names[0], " Secure;") } else { (names[1], "") };
    let text = format!("{name}={value}; Path=/; Max-Age={max_age_s}; HttpOnly;{secure} SameSite=Lax");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

/// The session's cookie; an empty one with no time ends it.
pub fn set_cookie(web: &Web, secret: &str, max_age_s: i64) -> HeaderValue {
    cookie_of(web, [COOKIE_TLS, COOKIE_PLAIN], secret, max_age_s)
}

/// From where somebody wants to get in.
pub fn whence(web: &Web, headers: &HeaderMap, from: IpAddr, known: bool) -> Whence {
    Whence {
        network: Some(Network::of(from).to_string()),
        before: session_secret(web, headers).map(str::to_owned),
        known,
    }
}

/// Remembers that an account signed in on this device.
pub fn remember_device(web: &Web, headers: &HeaderMap, code: &str, response: &mut Response) {
    let marks = web.app().device_marks(code, device_marks(web, headers));
    let cookie = cookie_of(web, [DEVICE_TLS, DEVICE_PLAIN], &marks, DEVICE_MS / 1000);
    response.headers_mut().append(header::SET_COOKIE, cookie);
}

/// The answer to a good sign-in: the cookie, and on to where he was going.
pub fn signed_in(web: &Web, secret: &str, next: &str) -> Response {
    let mut response = Redirect::to(own_path(next)).into_response();
    response.headers_mut().append(header::SET_COOKIE, set_cookie(web, secret, SESSION_MS / 1000));
    response
}
