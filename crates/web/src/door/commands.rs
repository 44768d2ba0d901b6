//! `PUT /api/v1/commands/{uuidv7}`: the one write door. The same id with the same content gives the
//! same receipt, with other content 409; an illegal transition is 409 with the current stage; a
//! revision that has passed is 412. No command of today needs `If-Match`, so nothing answers 428:
//! each acts on a named stage, which the law checks in the same transaction, and none replaces
//! text that somebody else may have changed meanwhile.

use crate::door::problem::Failure;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, Limited};
use serde_json::Value;
use uuid::Uuid;
use yixian_app::command::Envelope;
use yixian_app::{AppError, FieldError};
use yixian_domain::ids::CommandId;

/// Largest command, bytes; its longest text is 10,000 characters.
const MAX_COMMAND: usize = 1024 * 1024;

fn read(body: &[u8]) -> Result<Envelope, serde_json::Error> {
    let mut value: Value = serde_json::from_slice(body)?;
    without_nul(&mut value);
    serde_json::from_value(value)
}

/// PostgreSQL keeps no NUL in a text, and nobody types one.
fn without_nul(value: &mut Value) {
    match value {
        Value::String(s) => s.retain(|c| c != '\0'),
        Value::Array(all) => all.iter_mut().for_each(without_nul),
        Value::Object(all) => all.values_mut().for_each(without_nul),
        _ => {}
    }
}

/// The revision a caller last saw: `If-Match: "7"`.
fn if_match(headers: &HeaderMap) -> Result<Option<u32>, AppError> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim().trim_matches('"');
    if text == "*" {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| AppError::field("if_match", "event"))
}

/// Carries out a command once.
pub async fn put(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let id: Uuid = id.parse().map_err(|_| AppError::field("command_id", "uuid_v7"))?;
    let body = match Limited::new(body, MAX_COMMAND).collect().await {
        Ok(body) => body.to_bytes(),
        Err(_) => return Ok(StatusCode::PAYLOAD_TOO_LARGE.into_response()),
    };
    let envelope = read(&body).map_err(|e| AppError::Invalid(vec![FieldError::with("body", "json", e)]))?;
    let receipt = web.execute(&v.actor, CommandId(id), envelope, if_match(&headers)?).await?;
    let etag = receipt.rev.and_then(|r| HeaderValue::from_str(&format!("\"{r}\"")).ok());
    let mut response = Json(receipt).into_response();
    if let Some(etag) = etag {
        response.headers_mut().insert(header::ETAG, etag);
    }
    Ok(response)
}
