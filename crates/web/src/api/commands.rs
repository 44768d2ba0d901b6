//! API: commands.

/// Not there yet.
pub async fn put() -> Result<(), crate::problem::Failure> { Err(yixian_app::AppError::NotFound("page").into()) }
