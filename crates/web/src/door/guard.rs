//! What stands around every route: request ids and logs, security headers, the same-origin rule for
//! everything that changes something, rate limits, and the last word on errors. The order is fixed
//! in [`crate::router`].

use crate::door::errors::error_page;
use crate::door::frame::Frame;
use crate::door::problem::{problem, retry_after};
use crate::door::visitor::{Visitor, bearer};
use crate::door::web::Web;
use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;
use yixian_app::AppError;
use yixian_domain::access::Denial;

/// Content security policy of every page: nothing but ourselves, no inline anything.
pub const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'";

/// The address a request comes from; a proxy's word counts only when it is trusted.
#[derive(Clone, Copy, Debug)]
pub struct From(pub IpAddr);

/// Request id, `X-Request-Id`, also in every log line of the request.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

fn client(web: &Web, peer: Option<IpAddr>, headers: &HeaderMap) -> IpAddr {
    let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    if !web.options().trusted_proxies.contains(&peer) {
        return peer;
    }
    // From the nearest hop outwards, over every line of the header: the first address that is not a
    // proxy of ours is the client; what stands before it is only what the client says of himself.
    let lines: Vec<&str> = headers.get_all("x-forwarded-for").iter().filter_map(|v| v.to_str().ok()).collect();
    lines
        .iter()
        .rev()
        .flat_map(|v| v.rsplit(','))
        .map_while(|a| a.trim().parse().ok())
        .find(|a| !web.options().trusted_proxies.contains(a))
        .unwrap_or(peer)
}

/// Outermost: id, log line, metrics, headers.
pub async fn envelope(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = yixian_app::mint::hash_secret(&web.app().mint().secret())[..16].to_owned();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip());
    let from = client(&web, peer, request.headers());
    request.extensions_mut().insert(From(from));
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    // The route, not the path: paths of raisers carry secrets, and logs must not.
    let route = request.extensions().get::<MatchedPath>().map_or_else(|| "-".to_owned(), |m| m.as_str().to_owned());
    let mut response = next.run(request).await;
    let (status, took) = (response.status().as_u16(), began.elapsed());
    tracing::info!(request = %id, %method, %route, status, ms = took.as_millis() as u64, "request");
    metrics::counter!("yixian_requests_total", "route" => route.clone(), "status" => status.to_string()).increment(1);
    metrics::histogram!("yixian_request_seconds", "route" => route).record(took.as_secs_f64());
    let h = response.headers_mut();
    if let Ok(v) = HeaderValue::from_str(&id) {
        h.insert("x-request-id", v);
    }
    set_default(h, header::CONTENT_SECURITY_POLICY, CSP);
    set_default(h, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set_default(h, header::REFERRER_POLICY, "no-referrer");
    set_default(h, header::X_FRAME_OPTIONS, "DENY");
    set_default(h, header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set_default(h, header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set_default(
        h,
        header::HeaderName::from_static("permissions-policy"),
        "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
    );
    set_default(h, header::CACHE_CONTROL, "no-store");
    if web.options().tls {
        set_default(h, header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    response
}

fn set_default(h: &mut HeaderMap, name: header::HeaderName, value: &'static str) {
    if !h.contains_key(&name) {
        h.insert(name, HeaderValue::from_static(value));
    }
}

/// Whether an unsafe request is known to be same-origin, known not to be, or must show a form token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The browser says so, or no cookie is used at all.
    Ours,
    /// An old browser says nothing: the form's token decides.
    Unsaid,
    /// Somebody else's page.
    Foreign,
}

/// Judges a request's origin by `Sec-Fetch-Site`, else by `Origin` against `Host`.
pub fn origin(headers: &HeaderMap) -> Origin {
    if bearer(headers).is_some() {
        return Origin::Ours;
    }
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    match (text("sec-fetch-site"), text("origin"), text("host")) {
        (Some("same-origin" | "none"), _, _) => Origin::Ours,
        (Some(_), _, _) => Origin::Foreign,
        (None, Some(origin), Some(host)) if origin.split_once("://").is_some_and(|(_, o)| o == host) => Origin::Ours,
        (None, Some(_), _) => Origin::Foreign,
        (None, None, _) => Origin::Unsaid,
    }
}

/// Refuses what other people's pages send, before anything is read.
pub async fn same_origin(State(web): State<Web>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let judged = origin(request.headers());
    let api = request.uri().path().starts_with("/api/");
    // Without a form there is no form token: the API with a cookie needs the browser's word.
    let refuse = !safe
        && (judged == Origin::Foreign || (judged == Origin::Unsaid && api && has_cookie(&web, request.headers())));
    if refuse {
        return StatusCode::FORBIDDEN.into_response();
    }
    next.run(request).await
}

fn has_cookie(web: &Web, headers: &HeaderMap) -> bool {
    crate::door::visitor::session_secret(web, headers).is_some()
}

/// Gives errors their final form: a page, or a problem for programs.
pub async fn errors(State(web): State<Web>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let asked = request.uri().path_and_query().map_or_else(|| path.clone(), ToString::to_string);
    let id = request.extensions().get::<RequestId>().map(|r| r.0.clone()).unwrap_or_default();
    let from = request.extensions().get::<From>().copied();
    let (mut parts, body) = request.into_parts();
    let visitor = Visitor::from_request_parts(&mut parts, &web).await;
    // Who cannot be told apart because the store is away need not wait for it twice.
    let visitor = match visitor {
        Ok(visitor) => visitor,
        Err(failure) => return unknown(&failure.0),
    };
    let response = next.run(Request::from_parts(parts, body)).await;
    let status = response.status();
    let failure = response.extensions().get::<Arc<AppError>>().cloned();
    let bare = status.is_client_error()
        && response.headers().get(header::CONTENT_TYPE).is_none_or(|t| t == "text/plain; charset=utf-8");
    if failure.is_none() && !bare {
        return response;
    }
    let (status, failure) = match failure.as_deref() {
        Some(AppError::NotFound("link")) if from.is_some_and(|f| web.inner.limits.unknown_link(f.0).is_err()) => {
            (StatusCode::TOO_MANY_REQUESTS, None)
        }
        _ => (status, failure),
    };
    if path.starts_with("/api/") {
        return match &failure {
            Some(e) => problem(&visitor.say, e),
            None => bare_problem(&visitor, status),
        };
    }
    if matches!(failure.as_deref(), Some(AppError::Denied(Denial::SignIn))) && parts_are_get(&response) {
        return crate::door::session::to_sign_in(&asked);
    }
    let frame = Frame::plain(&web, &visitor);
    let mut page = error_page(&frame, status, failure.as_deref(), &id);
    if status == StatusCode::TOO_MANY_REQUESTS {
        page.headers_mut().insert(header::RETRY_AFTER, A_MINUTE);
    } else if let Some(after) = failure.as_deref().and_then(retry_after) {
        page.headers_mut().insert(header::RETRY_AFTER, after.into());
    }
    page
}

/// The answer to somebody of whom not even the language is known.
fn unknown(e: &AppError) -> Response {
    let status = crate::door::problem::status(e);
    if status.is_server_error() {
        tracing::error!(error = %e, "a visitor was not recognised");
    }
    let mut response = (status, "系统暂时不可用，请稍后再试。\nThe service is not available, please try again soon.\n")
        .into_response();
    if let Some(after) = retry_after(e) {
        response.headers_mut().insert(header::RETRY_AFTER, after.into());
    }
    response
}

/// When to come back after too many tries, seconds.
pub const A_MINUTE: HeaderValue = HeaderValue::from_static("60");

fn parts_are_get(response: &Response) -> bool {
    response.status() == StatusCode::UNAUTHORIZED
}

fn bare_problem(visitor: &Visitor, status: StatusCode) -> Response {
    let title = match status {
        StatusCode::FORBIDDEN => visitor.say.t("error-foreign-origin"),
        StatusCode::TOO_MANY_REQUESTS => visitor.say.t("error-too-many"),
        StatusCode::PAYLOAD_TOO_LARGE => visitor.say.t("error-too-large"),
        StatusCode::NOT_FOUND => visitor.say.t("error-not-found"),
        StatusCode::METHOD_NOT_ALLOWED => visitor.say.t("error-method"),
        _ => visitor.say.t("error-bad-request"),
    };
    let body = serde_json::json!({ "type": "about:blank", "title": title, "status": status.as_u16() });
    let mut response = (status, axum::Json(body)).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}
