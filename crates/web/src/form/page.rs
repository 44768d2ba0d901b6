//! Forms that are lists of fields: what is asked differs from action to action, how it is asked does
//! not. One template shows them all. It knows no command.

use crate::door::frame::Frame;
use crate::door::page::{Page, show_as};
use crate::door::say::Say;
use crate::form::fields::Form;
use crate::form::reading::Faults;
use askama::Template;
use axum::http::StatusCode;
use yixian_domain::connection::Voltage;

/// A picture to choose by.
#[derive(Clone, Debug)]
pub(crate) struct Picture {
    pub code: &'static str,
    pub art: &'static str,
    pub label: String,
    pub hint: String,
}

/// How a field is asked.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// One line of an input type.
    Line(&'static str),
    /// One line, with what is known to complete it.
    Typed(Vec<String>),
    /// Several lines.
    Text,
    /// One of few.
    Choice(Vec<(String, String)>),
    /// One of few, as pictures.
    Pictures(Vec<Picture>),
    /// Several of few.
    Many(Vec<(String, String)>),
    /// One of many.
    Select(Vec<(String, String)>),
    /// Photos.
    Photos,
}

/// A field.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub name: &'static str,
    pub label: String,
    pub hint: String,
    pub optional: bool,
    pub kind: Kind,
}

/// A choice of every code of an enum, in the reader's words.
pub(crate) fn choice<T: Copy>(
    say: &Say,
    family: &str,
    all: &[T],
    code: fn(T) -> &'static str,
) -> Vec<(String, String)> {
    all.iter().map(|c| (code(*c).to_owned(), say.of(family, code(*c)))).collect()
}

/// A choice of the levels of voltage.
pub(crate) fn voltages() -> Vec<(String, String)> {
    Voltage::ALL.iter().map(|v| (v.as_str().to_owned(), v.as_str().replace("kV", " kV"))).collect()
}

/// Yes or no.
pub(crate) fn yes_no(say: &Say) -> Vec<(String, String)> {
    vec![("yes".into(), say.t("yes")), ("no".into(), say.t("no"))]
}

impl Field {
    /// A field that must be filled in.
    pub(crate) fn new(name: &'static str, label: String, kind: Kind) -> Field {
        Field { name, label, hint: String::new(), optional: false, kind }
    }
    /// With a hint.
    pub(crate) fn hint(mut self, hint: String) -> Field {
        self.hint = hint;
        self
    }
    /// May stay empty.
    pub(crate) fn optional(mut self) -> Field {
        self.optional = true;
        self
    }
}

/// A form.
#[derive(Template)]
#[template(path = "form/page.html")]
pub(crate) struct FormPage {
    pub f: Frame,
    pub faults: Faults,
    pub form: Form,
    pub label: String,
    pub sub: Option<String>,
    pub hint: Option<String>,
    pub button: String,
    pub crumbs: Vec<(String, String)>,
    pub action: String,
    pub back: String,
    pub hidden: Vec<(&'static str, String)>,
    pub fields: Vec<Field>,
    pub kept: Vec<String>,
    pub draft: Option<String>,
}

impl FormPage {
    /// The page.
    pub(crate) fn shown(&self, status: StatusCode) -> Page {
        show_as(status, self)
    }
}
