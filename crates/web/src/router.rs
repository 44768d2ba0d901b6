//! The one route table, put together from the slices' lists, and the router built from it with every guard around it.
//! The table is what the OpenAPI document lists and the authorisation matrix walks: a route without a row there fails
//! the tests. It knows no page.

use crate::account::sign_in::late_forms;
use crate::door::answer::{SchemaOf, asked, of};
use crate::door::guard::{envelope, errors, same_origin};
use crate::door::problem::Failure;
use crate::door::route::routes;
use crate::door::visitor::{DONE, SignedIn};
use crate::door::web::{Options, Web};
use crate::door::{errors as error_pages, say};
use crate::form::fields::{Form, query};
use crate::{openapi, slices};
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Request, State};
use axum::http::header::{CONTENT_TYPE, SET_COOKIE};
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::MethodRouter;
use axum::{Extension, Json, Router};
use serde_json::Value;
use std::collections::BTreeMap;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use yixian_app::{App, AppError, FieldError};
use yixian_domain::access::Denial;

pub use crate::door::route::{Photos, Route, Terms, Who};

asked! {
    /// This document.
    Document { "type": "object", "description": "An OpenAPI 3.1 document" }
}

/// Every route.
pub fn table() -> Vec<Route> {
    let own = routes! { get "/api/v1/openapi.json" Anyone document, "This document", answer(of::<Document>); };
    own.into_iter().chain(slices::routes()).collect()
}

/// `GET /api/v1/openapi.json`
async fn document() -> Json<Value> {
    Json(openapi::openapi(&table()))
}

impl Web {
    /// The doors of a company.
    pub fn new(app: App, options: Options) -> Web {
        app.answers_at(&options.public_url);
        Web::speaking(app, options, say::Catalogues::built_in(), slices::navigation())
    }
    /// The router with every guard around it.
    pub fn router(&self) -> Router {
        router(self.clone(), table())
    }
}

/// Where a second factor is set.
const SECOND_FACTOR: &str = "/me/second-factor";

/// What a form did, for the page that its answer leads to: the slice and the action. Searches for plans only begin.
fn done_by(form: bool, path: &str) -> Option<String> {
    let mut parts = path.strip_prefix('/').filter(|_| form)?.split('/');
    let of = parts.next()?;
    let action = parts.next_back().filter(|last| last.parse::<uuid::Uuid>().is_err()).unwrap_or_default();
    let begins = of == "planning" && matches!(action, "new" | "change");
    let plain = |c: char| c.is_ascii_lowercase() || matches!(c, '-' | '_');
    (!begins && [of, action].iter().all(|text| text.chars().all(plain))).then(|| format!("{of}.{action}"))
}

/// Whether it is a page that somebody reads: photos and programs' answers leave the line for it.
fn is_page(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|t| t.to_str().ok());
    response.status().is_success() && kind.is_some_and(|t| t.starts_with("text/html"))
}

/// Sets the cookie that tells it, or takes it away once it was shown.
fn tell_done(web: &Web, response: &mut Response, done: &str, seconds: u32) {
    let secure = if web.options().tls { " Secure;" } else { "" };
    let cookie = format!("{DONE}={done}; Path=/; Max-Age={seconds}; HttpOnly;{secure} SameSite=Lax");
    if let Ok(cookie) = cookie.parse() {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}

/// Answers who is not signed in, before the handler is reached. A form is read first: what somebody typed while his
/// session ran out is kept for him.
async fn only_people(State(web): State<Web>, request: Request, next: Next) -> Response {
    let form = *request.method() == Method::POST && !request.uri().path().starts_with("/api/");
    let (mut parts, body) = request.into_parts();
    let known = SignedIn::from_request_parts(&mut parts, &web).await;
    let request = Request::from_parts(parts, body);
    match known {
        // Whoever has to set a second factor does so before anything else.
        Ok(known) if known.visitor.must_enrol && !request.uri().path().starts_with(SECOND_FACTOR) => {
            if *request.method() == Method::GET && !request.uri().path().starts_with("/api/") {
                Redirect::to(SECOND_FACTOR).into_response()
            } else {
                Failure(AppError::Denied(Denial::SignIn)).into_response()
            }
        }
        Ok(known) => {
            let done = done_by(form, request.uri().path());
            let shows = known.visitor.done.is_some();
            let mut response = next.run(request).await;
            if let Some(done) = done.filter(|_| response.status() == StatusCode::SEE_OTHER) {
                tell_done(&web, &mut response, &done, 60);
            } else if shows && is_page(&response) {
                tell_done(&web, &mut response, "", 0);
            }
            response
        }
        Err(Failure(AppError::Denied(Denial::SignIn))) if form => match Form::from_request(request, &web).await {
            Ok(_) => Failure(AppError::Denied(Denial::SignIn)).into_response(),
            Err(late) => late,
        },
        Err(failure) => failure.into_response(),
    }
}

/// The API answers what it was asked: a field of the query that it does not know is told, not passed over.
async fn only_known(
    State(known): State<&'static [(&'static str, SchemaOf)]>,
    request: Request,
    next: Next,
) -> Response {
    let asked = query(request.uri().query());
    let strange = asked.fields().iter().filter(|(name, _)| !known.iter().any(|k| k.0 == name));
    let faults: Vec<FieldError> = strange.map(|(name, _)| FieldError::with("query", "filter", name)).collect();
    if faults.is_empty() { next.run(request).await } else { Failure(AppError::Invalid(faults)).into_response() }
}

/// The router of a table with every guard around it; [`table`] is the product's.
pub fn router(web: Web, table: Vec<Route>) -> Router {
    let mut paths: BTreeMap<&'static str, MethodRouter<Web>> = BTreeMap::new();
    for route in table {
        let mut handler = (route.handler)();
        if route.method == Method::GET && route.path.starts_with("/api/") {
            handler = handler.route_layer(from_fn_with_state(route.query, only_known));
        }
        if route.who == Who::Person {
            handler = handler.route_layer(from_fn_with_state(web.clone(), only_people));
        }
        let handler =
            handler.route_layer(DefaultBodyLimit::max(route.terms().body())).route_layer(Extension(route.terms()));
        let known = paths.remove(route.path);
        paths.insert(
            route.path,
            match known {
                Some(k) => k.merge(handler),
                None => handler,
            },
        );
    }
    let mut router = Router::new();
    for (path, handler) in paths {
        router = router.route(path, handler);
    }
    // Photos are compressed already, and secrets beside typed words are not compressed over TLS
    // where lengths could tell them: pages carry no secret but the form token, which is per session.
    let compress = CompressionLayer::new().compress_when(SizeAbove::new(1024).and(NotForContentType::IMAGES));
    router
        .fallback(error_pages::no_page)
        .layer(from_fn_with_state(web.clone(), late_forms))
        .layer(from_fn_with_state(web.clone(), same_origin))
        .layer(from_fn_with_state(web.clone(), errors))
        .layer(compress)
        .layer(from_fn_with_state(web.clone(), envelope))
        .with_state(web)
}
