//! What a door answers when something did not happen: a page for people, `application/problem+json`
//! (RFC 9457) for programs. Which of the two is decided by the path, not by guesswork.

use crate::door::say::Say;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use yixian_app::{AppError, Trouble};
use yixian_domain::access::Denial;

/// Counts photos that were asked for and could not be shown.
pub(crate) const UNSHOWN_PHOTOS: &str = "yixian_photos_unshown_total";

/// An error on its way out; [`crate::door::guard`] gives it its final form.
#[derive(Debug)]
pub struct Failure(pub AppError);

impl<E: Into<AppError>> From<E> for Failure {
    fn from(e: E) -> Self {
        Failure(e.into())
    }
}

/// The status of an error.
pub fn status(e: &AppError) -> StatusCode {
    match e {
        AppError::Refused(_) | AppError::IdReused | AppError::Denied(Denial::OwnersWork) => StatusCode::CONFLICT,
        AppError::Denied(Denial::SignIn) | AppError::SignInRefused | AppError::SecondStep { .. } => {
            StatusCode::UNAUTHORIZED
        }
        AppError::Denied(Denial::OutOfSight) | AppError::NotFound(_) => StatusCode::NOT_FOUND,
        AppError::Denied(_) => StatusCode::FORBIDDEN,
        AppError::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        AppError::Stale { .. } => StatusCode::PRECONDITION_FAILED,
        AppError::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        AppError::MessageNotSent(_) | AppError::Busy => StatusCode::SERVICE_UNAVAILABLE,
        AppError::Store(_) => match e.trouble() {
            Some(Trouble::DiskFull) => StatusCode::INSUFFICIENT_STORAGE,
            Some(Trouble::Halted) => StatusCode::SERVICE_UNAVAILABLE,
            Some(Trouble::Away) => StatusCode::SERVICE_UNAVAILABLE,
            None => StatusCode::INTERNAL_SERVER_ERROR,
        },
        AppError::BadPolicy { .. }
        | AppError::ForeignSecret { .. }
        | AppError::ForeignPhotos { .. }
        | AppError::Photo { .. } => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// An error as a program reads it.
pub fn problem(say: &Say, e: &AppError) -> Response {
    let status = status(e);
    let mut body = json!({
        "type": format!("urn:yixian:{}", e.code()), "title": say.error(e), "status": status.as_u16(), "code": e.code(),
    });
    match e {
        AppError::Invalid(fields) => {
            body["errors"] =
                fields.iter().map(|f| json!({ "field": f.field, "code": f.code, "detail": say.invalid(f) })).collect();
        }
        AppError::Refused(r) => body["refusal"] = json!(r),
        AppError::Stale { current } => body["current"] = json!(current),
        _ => {}
    }
    let mut response = (status, Json(body)).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if let Some(after) = retry_after(e) {
        response.headers_mut().insert(header::RETRY_AFTER, after.into());
    }
    response
}

/// When sending the same again is worth while, seconds; none where it is not, or not by waiting.
pub fn retry_after(e: &AppError) -> Option<i64> {
    match e {
        AppError::TooMany { seconds } => Some(*seconds),
        _ if status(e) == StatusCode::SERVICE_UNAVAILABLE => Some(5),
        _ => None,
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = status(&self.0);
        if status.is_server_error() {
            tracing::error!(error = %self.0, "a request failed");
        }
        if let AppError::Photo { fault, .. } = &self.0 {
            metrics::counter!(UNSHOWN_PHOTOS, "fault" => fault.as_str()).increment(1);
        }
        // The guard around every route finds the error here and writes page or problem.
        let mut response = status.into_response();
        response.extensions_mut().insert(std::sync::Arc::new(self.0));
        response
    }
}
