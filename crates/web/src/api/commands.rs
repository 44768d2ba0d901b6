//! `PUT /api/v1/commands/{uuidv7}`: the one write door. The same id with the same content gives the
//! same receipt, with other content 409; an illegal transition is 409 with the current stage; a
//! revision that has passed is 412.

use crate::Web;
use crate::problem::Failure;
use crate::visitor::Visitor;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use uuid::Uuid;
use yixian_app::command::Envelope;
use yixian_app::{AppError, FieldError};
use yixian_domain::access::{Actor, Denial};
use yixian_domain::ids::CommandId;

/// Refuses whoever is nobody.
pub(super) fn known(v: &Visitor) -> Result<(), AppError> {
    if v.actor == Actor::Anonymous { Err(AppError::Denied(Denial::SignIn)) } else { Ok(()) }
}

/// The revision a caller last saw: `If-Match: "7"`.
fn if_match(headers: &HeaderMap) -> Result<Option<u32>, AppError> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim().trim_matches('"');
    text.parse().map(Some).map_err(|_| AppError::field("if_match", "event"))
}

/// Carries out a command once.
pub async fn put(State(web): State<Web>, v: Visitor, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Result<Response, Failure> {
    known(&v)?;
    let id: Uuid = id.parse().map_err(|_| AppError::field("command_id", "uuid_v7"))?;
    let envelope: Envelope = serde_json::from_slice(&body).map_err(|e| AppError::Invalid(vec![FieldError::with("body", "json", e)]))?;
    let receipt = web.app().execute(&v.actor, CommandId(id), envelope, if_match(&headers)?).await?;
    let etag = receipt.rev.and_then(|r| HeaderValue::from_str(&format!("\"{r}\"")).ok());
    let mut response = Json(receipt).into_response();
    if let Some(etag) = etag {
        response.headers_mut().insert(header::ETAG, etag);
    }
    Ok(response)
}
