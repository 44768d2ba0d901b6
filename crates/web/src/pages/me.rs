//! Page: me.

/// Not there yet.
pub async fn appearance() -> super::Page { Err(yixian_app::AppError::NotFound("page").into()) }

/// Not there yet.
pub async fn locale() -> super::Page { Err(yixian_app::AppError::NotFound("page").into()) }

/// Not there yet.
pub async fn make_token() -> super::Page { Err(yixian_app::AppError::NotFound("page").into()) }

/// Not there yet.
pub async fn notices() -> super::Page { Err(yixian_app::AppError::NotFound("page").into()) }

/// Not there yet.
pub async fn page() -> super::Page { Err(yixian_app::AppError::NotFound("page").into()) }

/// Not there yet.
pub async fn password() -> super::Page { Err(yixian_app::AppError::NotFound("page").into()) }

/// Not there yet.
pub async fn revoke_token() -> super::Page { Err(yixian_app::AppError::NotFound("page").into()) }
