//! API: organisation.

/// Not there yet.
pub async fn places() -> Result<(), crate::problem::Failure> { Err(yixian_app::AppError::NotFound("page").into()) }

/// Not there yet.
pub async fn units() -> Result<(), crate::problem::Failure> { Err(yixian_app::AppError::NotFound("page").into()) }
