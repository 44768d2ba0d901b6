//! What is wrong with a form, collected while it is read so that all is told at once. It knows no field.

use crate::door::problem::Failure;
use crate::door::say::Say;
use axum::http::StatusCode;
use yixian_app::{AppError, FieldError};

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
    pub fn of(say: &Say, fields: &[FieldError]) -> Faults {
        Faults { list: fields.iter().map(|f| (f.field.to_owned(), say.invalid(f))).collect() }
    }
    /// From any error of a use case that the person can do something about; others are passed on.
    pub fn from_error(say: &Say, e: AppError) -> Result<(StatusCode, Faults), Failure> {
        match &e {
            AppError::Invalid(fields) => Ok((StatusCode::UNPROCESSABLE_ENTITY, Faults::of(say, fields))),
            AppError::Refused(_)
            | AppError::IdReused
            | AppError::Stale { .. }
            | AppError::TooMany { .. }
            | AppError::Busy => Ok(Faults::whole(say, &e)),
            // What was typed is kept until an operator has made room.
            e if e.trouble().is_some() => Ok(Faults::whole(say, e)),
            _ => Err(Failure(e)),
        }
    }
    /// Of the whole form, with the status it is answered with.
    fn whole(say: &Say, e: &AppError) -> (StatusCode, Faults) {
        (crate::door::problem::status(e), Faults { list: vec![(String::new(), say.error(e))] })
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
