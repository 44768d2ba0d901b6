//! The page of a record of a register and the page of a list of them: facts, lists, tables and one-tap buttons, in the order
//! in which a slice gives them. It knows no slice and no word.

use crate::door::frame::Frame;
use crate::form::fields::Form;
use crate::form::page::Choice;
use askama::Template;
use uuid::Uuid;
use yixian_app::AppError;

/// A link at the head of a page.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    pub label: String,
    pub href: String,
    pub primary: bool,
}

impl Way {
    /// A way among others.
    pub(crate) fn to(label: String, href: impl Into<String>) -> Way {
        Way { label, href: href.into(), primary: false }
    }
    /// The way most people take.
    pub(crate) fn first(label: String, href: impl Into<String>) -> Way {
        Way { primary: true, ..Way::to(label, href) }
    }
}

/// One tap that does something: a form of its own, with the id of its command.
#[derive(Clone, Debug)]
pub(crate) struct Tap {
    pub label: String,
    pub action: String,
    pub command: Uuid,
    pub fields: Vec<(&'static str, String)>,
    pub class: &'static str,
}

impl Tap {
    /// A button.
    pub(crate) fn new(label: String, action: impl Into<String>, command: Uuid) -> Tap {
        Tap { label, action: action.into(), command, fields: Vec::new(), class: "btn" }
    }
    /// With a field.
    pub(crate) fn with(mut self, name: &'static str, value: impl ToString) -> Tap {
        self.fields.push((name, value.to_string()));
        self
    }
    /// As the main thing to do.
    pub(crate) fn primary(self) -> Tap {
        Tap { class: "btn btn-primary", ..self }
    }
}

/// A word with a shape and a colour: what is late is never told by colour alone.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    pub class: &'static str,
    pub text: String,
}

/// A line of a list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line {
    pub text: String,
    pub href: Option<String>,
    pub muted: String,
    pub mark: Option<Mark>,
    pub end: String,
    pub taps: Vec<Tap>,
    /// It leads to forms rather than being one.
    pub ways: Vec<Way>,
}

impl Line {
    /// A line that leads somewhere.
    pub(crate) fn to(href: impl Into<String>, text: String) -> Line {
        Line { text, href: Some(href.into()), ..Line::default() }
    }
    /// A line that leads nowhere.
    pub(crate) fn of(text: String) -> Line {
        Line { text, ..Line::default() }
    }
    pub(crate) fn muted(self, muted: impl Into<String>) -> Line {
        Line { muted: muted.into(), ..self }
    }
    pub(crate) fn end(self, end: impl Into<String>) -> Line {
        Line { end: end.into(), ..self }
    }
    pub(crate) fn mark(self, class: &'static str, text: String) -> Line {
        Line { mark: Some(Mark { class, text }), ..self }
    }
    pub(crate) fn tap(mut self, tap: Tap) -> Line {
        self.taps.push(tap);
        self
    }
    pub(crate) fn way(mut self, way: Way) -> Line {
        self.ways.push(way);
        self
    }
}

/// A cell of a table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cell {
    pub text: String,
    pub href: Option<String>,
    pub mark: Option<&'static str>,
    pub under: String,
    pub number: bool,
}

impl Cell {
    pub(crate) fn of(text: impl Into<String>) -> Cell {
        Cell { text: text.into(), ..Cell::default() }
    }
    pub(crate) fn number(text: impl Into<String>) -> Cell {
        Cell { number: true, ..Cell::of(text) }
    }
    pub(crate) fn to(self, href: impl Into<String>) -> Cell {
        Cell { href: Some(href.into()), ..self }
    }
    pub(crate) fn marked(self, class: &'static str) -> Cell {
        Cell { mark: Some(class), ..self }
    }
    pub(crate) fn under(self, under: impl Into<String>) -> Cell {
        Cell { under: under.into(), ..self }
    }
}

/// A table; the first cell of a row is its head.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    pub heads: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// Heads, and whether each stands over numbers.
    pub fn columns(&self) -> impl Iterator<Item = (&str, bool)> {
        let number = |i: usize| self.rows.first().and_then(|row| row.get(i)).is_some_and(|c| c.number);
        self.heads.iter().enumerate().map(move |(i, h)| (h.as_str(), number(i)))
    }
}

/// What a block shows.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    /// Lines.
    Lines(Vec<Line>),
    /// A table.
    Table(Table),
    /// Paragraphs, as they were written.
    Text(Vec<String>),
    /// Photos, each with what it shows; their addresses begin with this.
    Photos(String, Vec<(String, String)>),
    /// What a slice has drawn itself.
    Html(String),
}

impl Body {
    fn is_empty(&self) -> bool {
        match self {
            Body::Lines(all) => all.is_empty(),
            Body::Table(table) => table.rows.is_empty(),
            Body::Text(all) => all.is_empty(),
            Body::Photos(_, all) => all.is_empty(),
            Body::Html(html) => html.is_empty(),
        }
    }
}

/// A part of a page.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub id: &'static str,
    pub title: String,
    pub ways: Vec<Way>,
    pub body: Body,
    /// What is said where there is nothing; such a block without words is left out.
    pub none: String,
}

impl Block {
    pub(crate) fn new(id: &'static str, title: String, body: Body) -> Block {
        Block { id, title, ways: Vec::new(), body, none: String::new() }
    }
    pub(crate) fn none(self, none: String) -> Block {
        Block { none, ..self }
    }
    pub(crate) fn way(mut self, way: Way) -> Block {
        self.ways.push(way);
        self
    }
    pub(crate) fn shows(&self) -> bool {
        !self.body.is_empty() || !self.none.is_empty()
    }
    pub(crate) fn is_empty(&self) -> bool {
        self.body.is_empty()
    }
}

/// The page of a record.
#[derive(Template)]
#[template(path = "form/record.html")]
pub(crate) struct RecordPage {
    pub f: Frame,
    /// The way to it.
    pub crumbs: Vec<(String, String)>,
    pub title: String,
    pub sub: Vec<String>,
    pub mark: Option<Mark>,
    pub ways: Vec<Way>,
    /// What to know first: a class of banner and the words.
    pub notes: Vec<(&'static str, String)>,
    pub blocks: Vec<Block>,
    pub facts_title: String,
    /// Name, value, and where it leads.
    pub facts: Vec<(String, String, Option<String>)>,
    /// Beside the blocks, below the facts.
    pub aside: Vec<Block>,
}

impl RecordPage {
    pub(crate) fn new(f: Frame, title: String) -> RecordPage {
        RecordPage {
            f,
            crumbs: Vec::new(),
            title,
            sub: Vec::new(),
            mark: None,
            ways: Vec::new(),
            notes: Vec::new(),
            blocks: Vec::new(),
            facts_title: String::new(),
            facts: Vec::new(),
            aside: Vec::new(),
        }
    }
}

/// Blocks alone, to stand below a form.
#[derive(Template)]
#[template(path = "form/blocks_alone.html")]
struct Alone<'a> {
    f: &'a Frame,
    blocks: &'a [Block],
}

/// Blocks as HTML, to stand below a form.
pub(crate) fn blocks_html(f: &Frame, blocks: &[Block]) -> Result<String, AppError> {
    Alone { f, blocks }.render().map_err(|e| AppError::broken("template", e))
}

/// A field of a list's filter.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub name: &'static str,
    pub label: String,
    /// A choice, or a text where there is none.
    pub list: Vec<Choice>,
}

/// The page of a list.
#[derive(Template)]
#[template(path = "form/list.html")]
pub(crate) struct ListPage {
    pub f: Frame,
    pub title: String,
    pub hint: String,
    pub ways: Vec<Way>,
    /// Where the list lies.
    pub at: &'static str,
    pub form: Form,
    pub asked: Vec<Asked>,
    /// What to know first.
    pub notes: Vec<(&'static str, String)>,
    pub lines: Vec<Line>,
    pub none: String,
    pub next: Option<String>,
    pub first: Option<String>,
}
