//! Page: admin.

/// Not there yet.
pub async fn ledger() -> super::Page { Err(yixian_app::AppError::NotFound("page").into()) }

/// Not there yet.
pub async fn page() -> super::Page { Err(yixian_app::AppError::NotFound("page").into()) }

/// Not there yet.
pub async fn person_exempt() -> super::Page { Err(yixian_app::AppError::NotFound("page").into()) }

/// Not there yet.
pub async fn person_link() -> super::Page { Err(yixian_app::AppError::NotFound("page").into()) }

/// Not there yet.
pub async fn person_page() -> super::Page { Err(yixian_app::AppError::NotFound("page").into()) }

/// Not there yet.
pub async fn person_submit() -> super::Page { Err(yixian_app::AppError::NotFound("page").into()) }

/// Not there yet.
pub async fn place_page() -> super::Page { Err(yixian_app::AppError::NotFound("page").into()) }

/// Not there yet.
pub async fn place_submit() -> super::Page { Err(yixian_app::AppError::NotFound("page").into()) }

/// Not there yet.
pub async fn unit_page() -> super::Page { Err(yixian_app::AppError::NotFound("page").into()) }

/// Not there yet.
pub async fn unit_submit() -> super::Page { Err(yixian_app::AppError::NotFound("page").into()) }
