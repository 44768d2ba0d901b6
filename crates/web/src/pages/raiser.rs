//! Page: raiser.

/// Not there yet.
pub async fn comment() -> super::Page { Err(yixian_app::AppError::NotFound("page").into()) }

/// Not there yet.
pub async fn file() -> super::Page { Err(yixian_app::AppError::NotFound("page").into()) }

/// Not there yet.
pub async fn page() -> super::Page { Err(yixian_app::AppError::NotFound("page").into()) }

/// Not there yet.
pub async fn rate() -> super::Page { Err(yixian_app::AppError::NotFound("page").into()) }
