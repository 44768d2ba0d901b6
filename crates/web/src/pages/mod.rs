//! Pages: one file per page with its query, template and handlers; the template lies beside it.
//! Every page does its whole job without JavaScript. A form that cannot be taken is shown again with
//! everything that was typed and what is wrong.

pub mod act;
pub mod admin;
pub mod admin_import;
pub mod connection_act;
pub mod connection_apply;
pub mod connection_case;
pub mod connection_customer;
pub mod connection_figures;
mod connection_form;
pub mod connection_leads;
pub mod connection_new;
pub mod connection_proposals;
pub mod connection_queue;
mod connection_words;
pub mod errors;
pub mod figures;
pub mod files;
pub mod flow;
mod flow_body;
pub mod flow_compare;
pub mod flow_foreign;
pub mod flow_rules;
pub mod flow_warning;
pub mod health;
pub mod help;
pub mod inbox;
pub mod matter;
pub mod matters;
pub mod me;
pub mod places;
pub mod plan;
pub mod planning;
pub mod planning_change;
pub mod planning_compare;
pub mod planning_day;
pub mod planning_plan;
pub mod planning_priorities;
pub mod planning_week;
pub mod raise;
pub mod raiser;
pub mod rows;
pub mod setup;
pub mod sign_in;
pub mod tasks;
pub mod today;
pub mod visit;
pub mod visits;

use crate::problem::Failure;
use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use yixian_app::{AppError, FieldError};

/// What a page handler gives.
pub type Page = Result<Response, Failure>;

/// A template as a response.
pub fn show<T: Template>(page: &T) -> Page {
    show_as(StatusCode::OK, page)
}

/// A template with a status.
pub fn show_as<T: Template>(status: StatusCode, page: &T) -> Page {
    let html = page.render().map_err(|e| AppError::Store(yixian_app::store::StoreError::corrupt("template", e)))?;
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

/// What is wrong with a form, ready to be shown: one line a fault, each with the field it is about.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    /// Field and message.
    pub list: Vec<(String, String)>,
}

impl Faults {
    /// Nothing wrong.
    pub fn none() -> Faults {
        Faults::default()
    }
    /// From field errors.
    pub fn of(say: &crate::say::Say, fields: &[FieldError]) -> Faults {
        Faults { list: fields.iter().map(|f| (f.field.to_owned(), say.invalid(f))).collect() }
    }
    /// From any error of a use case that the person can do something about; others are passed on.
    pub fn from_error(say: &crate::say::Say, e: AppError) -> Result<(StatusCode, Faults), Failure> {
        match &e {
            AppError::Invalid(fields) => Ok((StatusCode::UNPROCESSABLE_ENTITY, Faults::of(say, fields))),
            AppError::Refused(_)
            | AppError::IdReused
            | AppError::Stale { .. }
            | AppError::TooMany { .. }
            | AppError::Store(yixian_app::store::StoreError::DiskFull | yixian_app::store::StoreError::Halted(_)) => {
                Ok((crate::problem::status(&e), Faults { list: vec![(String::new(), say.error(&e))] }))
            }
            _ => Err(Failure(e)),
        }
    }
    /// Whether there is any.
    pub fn any(&self) -> bool {
        !self.list.is_empty()
    }
    /// The message of a field.
    pub fn on(&self, field: &str) -> Option<&str> {
        self.list.iter().find(|(f, _)| f == field).map(|(_, m)| m.as_str())
    }
    /// Whether a field is bad.
    pub fn bad(&self, field: &str) -> bool {
        self.on(field).is_some()
    }
}

/// Collects field errors while a form is read, so that all are told at once.
#[derive(Debug, Default)]
pub struct Reading {
    /// What is wrong so far.
    pub faults: Vec<FieldError>,
}

impl Reading {
    /// The value, or its fault noted.
    pub fn take<T>(&mut self, r: Result<T, FieldError>) -> Option<T> {
        r.map_err(|e| self.faults.push(e)).ok()
    }
    /// Fails when anything was wrong.
    pub fn done(self) -> Result<(), AppError> {
        if self.faults.is_empty() { Ok(()) } else { Err(AppError::Invalid(self.faults)) }
    }
}
