//! Who is at the door: from a session cookie, an API token, or nobody; with his language and
//! appearance. What he may do is the domain's business.

use crate::door::problem::Failure;
use crate::door::say::{Lang, Say};
use crate::door::web::Web;
use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, Method, header, request::Parts};
use yixian_app::AppError;
use yixian_app::accounts::Credential;
use yixian_app::mint::hash_secret;
use yixian_domain::access::{Actor, Denial};
use yixian_domain::ids::PersonId;

/// Session cookie over TLS.
pub const COOKIE_TLS: &str = "__Host-s";
/// Session cookie over plain HTTP on the machine itself, where `Secure` cookies do not come back in
/// every browser.
pub const COOKIE_PLAIN: &str = "yx_s";

/// Cookie of a device that signed in before, over TLS.
pub const DEVICE_TLS: &str = "__Host-d";
/// The same over plain HTTP on the machine itself.
pub const DEVICE_PLAIN: &str = "yx_d";

/// Who is at the door.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// As access knows him.
    pub actor: Actor,
    /// The person, when one is signed in.
    pub person: Option<PersonId>,
    /// His voice.
    pub say: Say,
    /// Hash of what he came in with.
    pub credential: Option<String>,
    /// He has to set a second factor before anything else.
    pub must_enrol: bool,
    /// Came with an API token rather than a cookie.
    pub by_token: bool,
    /// `light`, `dark` or as the system has it.
    pub theme: Option<&'static str>,
    /// Large text 适老化.
    pub large: bool,
    /// What forms of this session carry.
    pub form_token: String,
    /// What he did last, where the answer to it sent him here: `matters.assign`.
    pub done: Option<String>,
    /// Where he is, path and query, so that setting the language comes back here; empty after a write.
    pub path: String,
}

/// The cookie that tells the next page what was just done.
pub const DONE: &str = "yx_done";

/// A cookie's value.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .find_map(|c| c.trim().split_once('=').filter(|(k, _)| *k == name).map(|(_, v)| v))
}

/// The session's secret, if a cookie carries one.
pub fn session_secret<'a>(web: &Web, headers: &'a HeaderMap) -> Option<&'a str> {
    cookie(headers, if web.options().tls { COOKIE_TLS } else { COOKIE_PLAIN })
}

/// What a device says of the accounts that signed in on it before.
pub fn device_marks<'a>(web: &Web, headers: &'a HeaderMap) -> &'a str {
    cookie(headers, if web.options().tls { DEVICE_TLS } else { DEVICE_PLAIN }).unwrap_or_default()
}

/// The API token, if one is carried.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

/// Where an API token counts: the API, and the photos its records name. Pages are for people.
fn for_programs(path: &str) -> bool {
    path.starts_with("/api/") || path.starts_with("/files/")
}

/// What forms of a session carry: derived from its secret, useless to anybody else.
pub fn form_token(session: Option<&str>) -> String {
    hash_secret(&format!("form {}", session.unwrap_or("nobody")))[..32].to_owned()
}

impl FromRequestParts<Web> for Visitor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Visitor, Failure> {
        if let Some(known) = parts.extensions.get::<Visitor>() {
            return Ok(known.clone());
        }
        let headers = &parts.headers;
        let app = web.app();
        let secret = session_secret(web, headers);
        let token = bearer(headers).filter(|_| for_programs(parts.uri.path()));
        let known = match token.map(Credential::Token).or(secret.map(Credential::Session)) {
            Some(by) => app.known(by).await?,
            None => None,
        };
        let person = known.as_ref().map(|k| k.person);
        let must_enrol = known.as_ref().is_some_and(|k| k.must_enrol);
        let (actor, chosen) = known.map_or((Actor::Anonymous, None), |k| (k.actor, k.locale));
        let lang = chosen
            .as_deref()
            .and_then(Lang::parse)
            .or_else(|| cookie(headers, "yx_lang").and_then(Lang::parse))
            .or_else(|| headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).and_then(Lang::accepted))
            .unwrap_or_default();
        let zone = app.policies().zone.clone();
        let visitor = Visitor {
            actor,
            person,
            say: web.inner.says.say(lang, zone, app.clock().now()),
            credential: token.or(secret).filter(|_| person.is_some()).map(hash_secret),
            must_enrol,
            by_token: token.is_some(),
            theme: match cookie(headers, "yx_theme") {
                Some("light") => Some("light"),
                Some("dark") => Some("dark"),
                _ => None,
            },
            large: cookie(headers, "yx_text") == Some("large"),
            done: cookie(headers, DONE).filter(|_| parts.method == Method::GET).map(str::to_owned),
            form_token: form_token(secret.filter(|_| person.is_some())),
            path: if parts.method == Method::GET {
                parts.uri.path_and_query().map_or_else(String::new, ToString::to_string)
            } else {
                String::new()
            },
        };
        parts.extensions.insert(visitor.clone());
        Ok(visitor)
    }
}

/// Whoever is signed in, for handlers of routes that ask for a person ([`crate::door::route::Who::Person`]).
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The person.
    pub person: PersonId,
    /// Who is at the door, with what access knows of him.
    pub visitor: Visitor,
}

impl FromRequestParts<Web> for SignedIn {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<SignedIn, Failure> {
        let visitor = Visitor::from_request_parts(parts, web).await?;
        match (&visitor.actor, visitor.person) {
            (Actor::Person { .. }, Some(person)) => Ok(SignedIn { person, visitor }),
            _ => Err(AppError::Denied(Denial::SignIn).into()),
        }
    }
}
