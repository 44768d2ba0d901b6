//! `POST /api/v1/files`: takes a photo and answers its content address. Checked and re-encoded like
//! every upload; the same picture again is the same address.

use crate::door::problem::Failure;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use http_body_util::{BodyExt, Limited};
use schemars::JsonSchema;
use serde::Serialize;
use yixian_app::photos::MAX_BYTES;
use yixian_app::{AppError, FieldError};

/// A photo that was taken.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PhotoTaken {
    /// Its content address, 64 hexadecimal digits; commands name it by this.
    sha256: String,
}

/// Takes a photo.
pub async fn upload(
    State(web): State<Web>,
    SignedIn { person, .. }: SignedIn,
    body: Body,
) -> Result<Json<PhotoTaken>, Failure> {
    let too_large = |_| AppError::Invalid(vec![FieldError::with("photo", "photo_too_large", MAX_BYTES / 1024 / 1024)]);
    let bytes = Limited::new(body, MAX_BYTES).collect().await.map_err(too_large)?.to_bytes();
    let file = web.app().take_photo_of(person, bytes).await?;
    Ok(Json(PhotoTaken { sha256: file.as_str().to_owned() }))
}
