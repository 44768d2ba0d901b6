//! API: visits.

/// Not there yet.
pub async fn list() -> Result<(), crate::problem::Failure> { Err(yixian_app::AppError::NotFound("page").into()) }

/// Not there yet.
pub async fn one() -> Result<(), crate::problem::Failure> { Err(yixian_app::AppError::NotFound("page").into()) }
