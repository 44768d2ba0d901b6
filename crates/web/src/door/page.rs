//! A page on its way out: a template as an answer, a list cut to a page, the way on after a write. It knows no page.

use crate::door::problem::Failure;

use askama::Template;

use axum::http::StatusCode;

use axum::response::{Html, IntoResponse, Redirect, Response};

use yixian_app::AppError;

/// What a page handler gives.
pub type Page = Result<Response, Failure>;

/// A template as a response.
pub fn show<T: Template>(page: &T) -> Page {
    show_as(StatusCode::OK, page)
}

/// A template with a status.
pub fn show_as<T: Template>(status: StatusCode, page: &T) -> Page {
    let html = page.render().map_err(|e| AppError::broken("template", e))?;
    Ok((status, Html(html)).into_response())
}

/// Cuts a list that was asked for with one row more than a page down to the page; tells whether there is more.
pub fn cut<T>(list: &mut Vec<T>, page: usize) -> bool {
    let more = list.len() > page;
    list.truncate(page);
    more
}

/// After a write: to the page that shows it.
pub fn to(path: &str) -> Page {
    Ok(Redirect::to(path).into_response())
}
