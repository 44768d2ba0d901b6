//! A route: its address, who may try it, and its budget: how much text, how many files, and whose photos it takes. It names no handler of its own;
//! each slice lists its routes, and [`crate::router`] puts them together.

use crate::door::answer::SchemaOf;
use crate::door::web::Web;
use axum::http::Method;
use axum::routing::MethodRouter;
use yixian_app::photos::MAX_BYTES;

/// Who may try a route at all; what he may do there is decided by access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Anybody.
    Anyone,
    /// Whoever has the link.
    Link,
    /// Whoever is signed in. The router refuses everybody else before a handler is reached.
    Person,
}

/// Whose photos a form's route keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Photos {
    /// It takes no files.
    OfNobody,
    /// Of people we know, or whose session ran out while they wrote.
    OfKnown,
    /// An applicant has no account; his are taken too, but not without measure.
    OfAnybody,
}

/// Largest text of a form over all its fields, bytes.
pub const MAX_TEXT: usize = 256 * 1024;
/// What is sent around texts and files: names, boundaries.
const AROUND: usize = 256 * 1024;
/// Photos of one form.
pub const PHOTOS_OF_KNOWN: usize = 12;
/// Photos of one form of somebody without an account: each paper of an application twice.
pub const PHOTOS_OF_STRANGERS: usize = 6;

/// What a request is told of its route, so that a form need not know addresses.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// Who may try it.
    pub who: Who,
    /// Largest file, bytes.
    pub limit: usize,
    /// Most text, bytes.
    pub text: usize,
    /// Whose photos are kept.
    pub photos: Photos,
}

impl Terms {
    /// How many files a form has at most.
    pub fn files(self) -> usize {
        match self.photos {
            Photos::OfNobody => 0,
            Photos::OfKnown => PHOTOS_OF_KNOWN,
            Photos::OfAnybody => PHOTOS_OF_STRANGERS,
        }
    }
    /// Largest request, bytes.
    pub fn body(self) -> usize {
        AROUND + self.text + self.files() * self.limit
    }
}

/// A route.
pub struct Route {
    /// Method.
    pub method: Method,
    /// Path as axum writes it.
    pub path: &'static str,
    /// Who.
    pub who: Who,
    /// Largest file that a form of it takes, bytes.
    pub limit: usize,
    /// Most text that a form of it takes, bytes.
    pub text: usize,
    /// Whose photos are kept.
    pub photos: Photos,
    /// One line; for the API the summary of the operation.
    pub what: &'static str,
    /// Fields of the query with the schema of each, as far as the API tells them.
    pub query: &'static [(&'static str, SchemaOf)],
    /// Schema of what it answers when all is well; pages have none.
    pub answer: Option<SchemaOf>,
    /// Makes the handler.
    pub handler: fn() -> MethodRouter<Web>,
}

impl Route {
    /// A route with what is usual.
    pub fn new(
        method: &str,
        path: &'static str,
        who: Who,
        what: &'static str,
        handler: fn() -> MethodRouter<Web>,
    ) -> Route {
        let method = match method {
            "post" => Method::POST,
            "put" => Method::PUT,
            _ => Method::GET,
        };
        Route {
            method,
            path,
            who,
            limit: MAX_BYTES,
            text: MAX_TEXT,
            photos: Photos::OfNobody,
            what,
            query: &[],
            answer: None,
            handler,
        }
    }
    /// With another bound on text.
    #[must_use]
    pub fn text(self, text: usize) -> Route {
        Route { text, ..self }
    }
    /// With another bound on files.
    #[must_use]
    pub fn limit(self, limit: usize) -> Route {
        Route { limit, ..self }
    }
    /// With photos or other files, and whose.
    #[must_use]
    pub fn photos(self, photos: Photos) -> Route {
        Route { photos, ..self }
    }
    /// With the fields of its query.
    #[must_use]
    pub fn query(self, query: &'static [(&'static str, SchemaOf)]) -> Route {
        Route { query, ..self }
    }
    /// With the schema of its answer.
    #[must_use]
    pub fn answer(self, answer: SchemaOf) -> Route {
        Route { answer: Some(answer), ..self }
    }
    /// What a request is told of it.
    pub fn terms(&self) -> Terms {
        Terms { who: self.who, limit: self.limit, text: self.text, photos: self.photos }
    }
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// Routes, one a line: method, path, who, handler, what it is; then, where it is not as usual, its terms.
macro_rules! routes {
    ($($method:ident $path:literal $who:ident $handler:path, $what:literal $(, $term:ident($value:expr))*;)*) => {
        vec![$(
            $crate::door::route::Route::new(
                stringify!($method),
                $path,
                $crate::door::route::Who::$who,
                $what,
                || axum::routing::$method($handler),
            )$(.$term($value))*
        ),*]
    };
}
pub(crate) use routes;
