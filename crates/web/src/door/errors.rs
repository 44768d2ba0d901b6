//! Error pages: what happened, what to do next, and the id under which the log knows it.

use crate::door::frame::Frame;
use crate::door::page::show_as;
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use yixian_app::AppError;

#[derive(Template)]
#[template(path = "door/errors.html")]
struct ErrorPage<'a> {
    f: &'a Frame,
    code: u16,
    title: String,
    next: String,
    id: &'a str,
}

/// The page of an error.
pub fn error_page(f: &Frame, status: StatusCode, e: Option<&AppError>, id: &str) -> Response {
    let say = &f.say;
    let title = match (e, status) {
        (Some(e), _) => say.error(e),
        (None, StatusCode::FORBIDDEN) => say.t("error-foreign-origin"),
        (None, StatusCode::TOO_MANY_REQUESTS) => say.t("error-too-many"),
        (None, StatusCode::PAYLOAD_TOO_LARGE) => say.t("error-too-large"),
        (None, StatusCode::NOT_FOUND) => say.t("error-not-found"),
        (None, StatusCode::METHOD_NOT_ALLOWED) => say.t("error-method"),
        (None, _) => say.t("error-bad-request"),
    };
    let next = say.t(match status {
        StatusCode::NOT_FOUND => "error-next-not-found",
        StatusCode::FORBIDDEN => "error-next-forbidden",
        s if s.is_server_error() => "error-next-internal",
        _ => "error-next",
    });
    let page = ErrorPage { f, code: status.as_u16(), title, next, id };
    show_as(status, &page).unwrap_or_else(IntoResponse::into_response)
}

/// No such page.
pub async fn no_page() -> StatusCode {
    StatusCode::NOT_FOUND
}
