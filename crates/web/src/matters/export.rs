//! The list of matters as a table that streams: the rows of the list's filter, all of them, in the reader's words for people and
//! in stable names for programs. Taking it is put on record, and so it is posted: nothing changes by looking, and no picture on
//! somebody else's page takes a table in a reader's name.

use crate::door::answer::asked;
use crate::door::page::Page;
use crate::door::problem::Failure;
use crate::door::say::Say;
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::matters::list::filter;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Uri, header};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use yixian_app::AppError;
use yixian_app::export::{Plain, Wording};

asked! {
    /// Rows with a header.
    Table { "type": "string", "description": "CSV: a header of stable names, a line for each matter" }
}

/// A table in the reader's words.
struct Worded(Say);

impl Wording for Worded {
    fn header(&self, column: &'static str) -> String {
        self.0.of("export-column", column)
    }
    fn value(&self, column: &'static str, value: &str) -> String {
        match column {
            "kind" | "category" | "origin" | "stage" | "verdict" => self.0.of_or(column, value),
            _ => self.0.t(value),
        }
    }
}

async fn table(web: &Web, v: &Visitor, uri: &Uri, bom: bool, wording: Arc<dyn Wording>) -> Result<Response, AppError> {
    let filter = filter(web, &query(uri.query()), v.person, v.say.now()).await?;
    let pieces = web.app().stream_matters(&v.actor, &filter, bom, wording).await?;
    let name = format!("attachment; filename=\"matters-{}.csv\"", v.say.today());
    let head = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((head, Body::from_stream(pieces)).into_response())
}

/// `POST /matters/csv`: with a byte-order mark, for spreadsheets.
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri, _: Form) -> Page {
    Ok(table(&web, &v, &uri, true, Arc::new(Worded(v.say.clone()))).await?)
}

/// `POST /api/v1/matters/csv`
pub async fn api(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Result<Response, Failure> {
    Ok(table(&web, &v, &uri, false, Arc::new(Plain)).await?)
}
