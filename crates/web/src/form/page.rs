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

/// A code and the words for it.
pub(crate) type Choice = (String, String);

/// One of many, in a row of such.
#[derive(Clone, Debug)]
pub(crate) struct OneOf {
    pub name: &'static str,
    /// For those who do not see the row.
    pub label: String,
    pub list: Vec<Choice>,
    pub chosen: String,
}

/// How a field is asked.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// One line of an input type.
    Line(&'static str),
    /// One line, with what is known to complete it.
    Typed(Vec<String>),
    /// What stays as it is.
    Fixed(String),
    /// Several lines.
    Text,
    /// Yes or not.
    Tick,
    /// One of few.
    Choice(Vec<Choice>),
    /// One of few, as pictures.
    Pictures(Vec<Picture>),
    /// Several of few.
    Many(Vec<Choice>),
    /// One of many.
    Select(Vec<Choice>),
    /// A role and where it holds, as often as wanted.
    Roles(Vec<[OneOf; 2]>),
    /// Photos.
    Photos,
    /// Photos of a kind of their own: the name of the upload, and of what was kept of an earlier try.
    Shown(&'static str, &'static str),
}

/// Where a field stands in a row of two, on a screen that is wide enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Row {
    Alone,
    Left,
    Right,
}

impl Row {
    pub(crate) fn opens(self) -> bool {
        self == Row::Left
    }
    pub(crate) fn closes(self) -> bool {
        self == Row::Right
    }
}

/// A field.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub name: &'static str,
    pub label: String,
    pub hint: String,
    pub optional: bool,
    pub kind: Kind,
    pub row: Row,
    id: Option<&'static str>,
    also: Option<&'static str>,
    pub attributes: &'static str,
}

/// A choice that may be left open.
pub(crate) fn or_none(words: String, list: Vec<Choice>) -> Vec<Choice> {
    std::iter::once((String::new(), words)).chain(list).collect()
}

/// Two fields beside each other.
pub(crate) fn beside(left: Field, right: Field) -> [Field; 2] {
    [Field { row: Row::Left, ..left }, Field { row: Row::Right, ..right }]
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
        Field {
            name,
            label,
            hint: String::new(),
            optional: false,
            kind,
            row: Row::Alone,
            id: None,
            also: None,
            attributes: "",
        }
    }
    /// A line of text.
    pub(crate) fn line(name: &'static str, label: String) -> Field {
        Field::new(name, label, Kind::Line("text"))
    }
    /// A code by which others find the record; one that is given stays.
    pub(crate) fn code(label: String, given: bool) -> Field {
        const AS_TYPED: &str = r#"maxlength="32" autocapitalize="none" autocomplete="off" spellcheck="false""#;
        const STAYS: &str = r#"maxlength="32" readonly"#;
        Field::line("code", label).with(if given { STAYS } else { AS_TYPED })
    }
    /// With a hint.
    pub(crate) fn hint(self, hint: String) -> Field {
        Field { hint, ..self }
    }
    /// May stay empty.
    pub(crate) fn optional(self) -> Field {
        Field { optional: true, ..self }
    }
    /// With attributes of its input, as they stand in HTML.
    pub(crate) fn with(self, attributes: &'static str) -> Field {
        Field { attributes, ..self }
    }
    /// With an id of its own, where another form of the page has a field of this name.
    pub(crate) fn known_as(self, id: &'static str) -> Field {
        Field { id: Some(id), ..self }
    }
    /// Tells what is wrong with another field too, which is not asked by itself.
    pub(crate) fn tells(self, also: &'static str) -> Field {
        Field { also: Some(also), ..self }
    }
    pub(crate) fn id(&self) -> &'static str {
        self.id.unwrap_or(self.name)
    }
    /// What is wrong, and with which field.
    pub(crate) fn fault<'a>(&self, faults: &'a Faults) -> Option<(&'static str, &'a str)> {
        [Some(self.id()), self.also].into_iter().flatten().find_map(|field| Some((field, faults.on(field)?)))
    }
}

/// A form that is a page.
#[derive(Template)]
#[template(path = "form/page.html")]
pub(crate) struct FormPage {
    pub f: Frame,
    pub faults: Faults,
    pub form: Form,
    pub label: String,
    /// Name of the page at the end of the way to it.
    pub here: String,
    /// Below the title.
    pub sub: Option<String>,
    /// What to know first.
    pub hint: Option<String>,
    /// Why there is nothing to ask.
    pub nothing: Option<String>,
    /// Where the record leads to.
    pub links: Vec<(String, String)>,
    /// It was just saved.
    pub saved: bool,
    /// What the button says.
    pub button: String,
    /// The button's class: what it does may not be undone.
    pub weight: &'static str,
    /// The way to the page.
    pub crumbs: Vec<(String, String)>,
    /// Where it is sent.
    pub action: String,
    /// Where one goes who sends nothing.
    pub back: String,
    /// Fields that are carried along.
    pub hidden: Vec<&'static str>,
    /// What is asked.
    pub fields: Vec<Field>,
    /// Kept on the device until it is sent, under this name.
    pub draft: Option<String>,
    pub kept: Vec<String>,
    /// What else stands on the page, as HTML.
    pub below: String,
}

impl FormPage {
    /// A page that asks nothing yet. The form carries the id of its command: the first time and after one was spent,
    /// the caller mints it.
    pub(crate) fn new(f: Frame, label: String, form: Form, faults: Faults) -> FormPage {
        FormPage {
            here: label.clone(),
            button: label.clone(),
            kept: form.photos("photos"),
            f,
            faults,
            form,
            label,
            sub: None,
            hint: None,
            nothing: None,
            links: Vec::new(),
            saved: false,
            weight: "btn-primary",
            crumbs: Vec::new(),
            action: String::new(),
            back: String::new(),
            hidden: Vec::new(),
            fields: Vec::new(),
            draft: None,
            below: String::new(),
        }
    }
    /// What it does ends something.
    pub(crate) fn grave(self) -> FormPage {
        FormPage { weight: "btn-danger", ..self }
    }
    /// The page.
    pub(crate) fn shown(&self, status: StatusCode) -> Page {
        show_as(status, self)
    }
}
