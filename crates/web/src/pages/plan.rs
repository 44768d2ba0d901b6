//! Page: plan.

/// Not there yet.
pub async fn page() -> super::Page { Err(yixian_app::AppError::NotFound("page").into()) }

/// Not there yet.
pub async fn submit() -> super::Page { Err(yixian_app::AppError::NotFound("page").into()) }
