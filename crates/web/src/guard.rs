//! What stands around every route: request ids and logs, security headers, the same-origin rule for
//! everything that changes something, rate limits, and the last word on errors. The order is fixed
//! in [`crate::routes::router`].

use crate::Web;
use crate::frame::Frame;
use crate::pages::errors::error_page;
use crate::problem::problem;
use crate::visitor::{Visitor, bearer};
use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::DefaultClock;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use std::hash::Hash;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};
use yixian_app::AppError;
use yixian_domain::access::Denial;

/// Content security policy of every page: nothing but ourselves, no inline anything.
pub const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'";

type Keyed<K> = RateLimiter<K, DashMapStateStore<K>, DefaultClock>;

fn per_minute<K: Hash + Eq + Clone>(n: u32, burst: u32) -> Keyed<K> {
    let some = |n| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
    RateLimiter::keyed(Quota::per_minute(some(n)).allow_burst(some(burst)))
}

/// So many at once, then one each period.
fn one_each<K: Hash + Eq + Clone>(period: Duration, burst: u32) -> Keyed<K> {
    let quota = Quota::with_period(period).unwrap_or_else(|| Quota::per_hour(NonZeroU32::MIN));
    RateLimiter::keyed(quota.allow_burst(NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN)))
}

/// Rate limits: sign-in by address and by account, unknown links by address, last digits by link, codes and
/// photos of people without an account by address. Codes to one phone are counted where they are kept.
pub struct Limits {
    address: Keyed<IpAddr>,
    account: Keyed<String>,
    link: Keyed<IpAddr>,
    digits: Keyed<String>,
    digits_from: Keyed<IpAddr>,
    codes: Keyed<IpAddr>,
    upload: Keyed<IpAddr>,
    apply: Keyed<IpAddr>,
}

/// Too many tries; come back after so many seconds.
#[derive(Clone, Copy, Debug)]
pub struct TooMany;

impl Limits {
    pub(crate) fn new() -> Limits {
        Limits {
            address: per_minute(30, 60),
            account: per_minute(5, 10),
            link: per_minute(20, 40),
            digits: one_each(Duration::from_mins(5), 5),
            digits_from: per_minute(10, 20),
            codes: per_minute(10, 20),
            upload: per_minute(12, 24),
            apply: per_minute(30, 60),
        }
    }
    /// A try to sign in. The address's limit is wide, for many people behind one; the account's is
    /// narrow, and does not tell whether the account exists.
    pub fn sign_in(&self, from: IpAddr, account: &str) -> Result<(), TooMany> {
        let key = account.trim().to_lowercase().chars().take(64).collect::<String>();
        if self.address.check_key(&from).is_err() || self.account.check_key(&key).is_err() {
            Err(TooMany)
        } else {
            Ok(())
        }
    }
    /// A try of the last digits of a phone: five, then one in five minutes; ten thousand take a month.
    /// Right ones count too: a limit that lets the right one through would be no limit.
    pub fn digits_try(&self, from: IpAddr, link: &str) -> Result<(), TooMany> {
        if self.digits_from.check_key(&from).is_err() || self.digits.check_key(&link.to_owned()).is_err() {
            Err(TooMany)
        } else {
            Ok(())
        }
    }
    /// A code to be sent, not too many for one address.
    pub fn code(&self, from: IpAddr) -> Result<(), TooMany> {
        self.codes.check_key(&from).map_err(|_| TooMany)
    }
    /// A form with photos by somebody without an account.
    pub fn upload(&self, from: IpAddr) -> Result<(), TooMany> {
        self.upload.check_key(&from).map_err(|_| TooMany)
    }
    /// An application by somebody without an account.
    pub fn apply(&self, from: IpAddr) -> Result<(), TooMany> {
        self.apply.check_key(&from).map_err(|_| TooMany)
    }
    /// A link that was not known: guessing is slow. A known one is never asked, whoever shares the address.
    pub fn unknown_link(&self, from: IpAddr) -> Result<(), TooMany> {
        self.link.check_key(&from).map_err(|_| TooMany)
    }
}

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
    crate::visitor::session_secret(web, headers).is_some()
}

/// Gives errors their final form: a page, or a problem for programs.
pub async fn errors(State(web): State<Web>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let id = request.extensions().get::<RequestId>().map(|r| r.0.clone()).unwrap_or_default();
    let from = request.extensions().get::<From>().copied();
    let (mut parts, body) = request.into_parts();
    let visitor = Visitor::from_request_parts(&mut parts, &web).await;
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
    let Ok(visitor) = visitor else { return (status, "the service is not available").into_response() };
    if path.starts_with("/api/") {
        return match &failure {
            Some(e) => problem(&visitor.say, e),
            None => bare_problem(&visitor, status),
        };
    }
    if matches!(failure.as_deref(), Some(AppError::Denied(Denial::SignIn))) && parts_are_get(&response) {
        return crate::pages::sign_in::to_sign_in(&path);
    }
    let frame = Frame::plain(&web, &visitor);
    let mut page = error_page(&frame, status, failure.as_deref(), &id);
    if status == StatusCode::TOO_MANY_REQUESTS {
        page.headers_mut().insert(header::RETRY_AFTER, A_MINUTE);
    }
    page
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
