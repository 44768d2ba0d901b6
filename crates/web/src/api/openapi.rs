//! API: openapi.

/// Not there yet.
pub async fn document() -> Result<(), crate::problem::Failure> { Err(yixian_app::AppError::NotFound("page").into()) }
