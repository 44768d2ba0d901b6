//! API: files.

/// Not there yet.
pub async fn upload() -> Result<(), crate::problem::Failure> { Err(yixian_app::AppError::NotFound("page").into()) }
