//! `GET /healthz`: whether this node can answer and write. Says no more than a balancer needs.

use crate::door::web::Web;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// 200 when reading works and writing has not stopped; 503 otherwise.
pub async fn page(State(web): State<Web>) -> Response {
    let health = web.app().health().await;
    let good = health.good();
    let status = if good { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (
        status,
        Json(
            json!({ "ok": good, "reads": health.reads, "writes": health.writes, "version": env!("CARGO_PKG_VERSION") }),
        ),
    )
        .into_response()
}
