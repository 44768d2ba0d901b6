//! Page: visit.

/// Not there yet.
pub async fn cancel() -> super::Page { Err(yixian_app::AppError::NotFound("page").into()) }

/// Not there yet.
pub async fn cancel_page() -> super::Page { Err(yixian_app::AppError::NotFound("page").into()) }

/// Not there yet.
pub async fn finding() -> super::Page { Err(yixian_app::AppError::NotFound("page").into()) }

/// Not there yet.
pub async fn finish() -> super::Page { Err(yixian_app::AppError::NotFound("page").into()) }

/// Not there yet.
pub async fn finish_page() -> super::Page { Err(yixian_app::AppError::NotFound("page").into()) }

/// Not there yet.
pub async fn merge() -> super::Page { Err(yixian_app::AppError::NotFound("page").into()) }

/// Not there yet.
pub async fn merge_page() -> super::Page { Err(yixian_app::AppError::NotFound("page").into()) }

/// Not there yet.
pub async fn page() -> super::Page { Err(yixian_app::AppError::NotFound("page").into()) }

/// Not there yet.
pub async fn start() -> super::Page { Err(yixian_app::AppError::NotFound("page").into()) }
