//! Documents, citations and recognitions, each a register. Versions and clauses stand in a document's body; which clause is whose
//! is found through the citations and by the documents that a company has, which are few.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::table::{
    Column,
    Kind::{self, Id, Int, Text},
    Table, live, once, once_beside, plain, table,
};
use crate::journal::event::RecordKind;
use crate::journal::register::{Get, Registered, bodies, some};
use crate::journal::rows::Hashed;
use uuid::Uuid;
use yixian_domain::base::fold::folded;
use yixian_domain::document::{
    Citation, CitationEvent, Citing, Document, DocumentEvent, Recognition, RecognitionEvent,
};
use yixian_domain::ids::{ClauseId, DocumentId, MatterId};

impl RecordKind {
    /// Supporting documents.
    #[allow(non_upper_case_globals)] // a kind among others, wherever it is declared
    pub const Document: RecordKind = RecordKind::stored_as("document");
    /// Who cites their clauses.
    #[allow(non_upper_case_globals)]
    pub const Citation: RecordKind = RecordKind::stored_as("citation");
    /// What others wrote of our practice.
    #[allow(non_upper_case_globals)]
    pub const Recognition: RecordKind = RecordKind::stored_as("recognition");
}

const DOCUMENT: [Column<Get<Document>>; 8] = [
    once_beside("id", Id, |r| r.it.id.0.into()),
    once("code", Text, |r| r.it.code.as_str().into()),
    live("kind", Text, |r| r.it.details.kind.as_str().into()),
    live("unit_id", Id, |r| r.it.details.unit.0.into()),
    live("issuer_folded", Text, |r| folded(&r.it.details.issuer).into()),
    live("number_folded", Text, |r| r.it.details.number.as_deref().map(folded).into()),
    live("rev", Int, |r| i64::from(r.it.rev).into()),
    live("body", Text, |r| r.body.into()),
];
const DOCUMENT_PLAIN: [(&str, Kind); 8] = plain(&DOCUMENT);
const DOCUMENT_TEXT: Hashed = bodies("document.body", "document");

impl Registered for Document {
    const KIND: RecordKind = RecordKind::Document;
    const TABLE: Table = table("document", "id", &DOCUMENT_PLAIN);
    const COLUMNS: &'static [Column<Get<Document>>] = &DOCUMENT;
    const TEXT: &'static Hashed = &DOCUMENT_TEXT;

    fn id(&self) -> Uuid {
        self.id.0
    }
    fn code_of(event: &DocumentEvent) -> &'static str {
        event.code()
    }
}

const CITATION: [Column<Get<Citation>>; 8] = [
    once_beside("id", Id, |r| r.it.id.into()),
    once("document_id", Id, |r| r.it.document.0.into()),
    once("clause_id", Id, |r| r.it.clause.0.into()),
    once("citing_kind", Text, |r| r.it.citing.kind().as_str().into()),
    once("citing_key", Text, |r| r.it.citing.key().into()),
    live("ended", Text, |r| r.it.ended.map(|d| d.to_string()).into()),
    live("rev", Int, |r| i64::from(r.it.rev).into()),
    live("body", Text, |r| r.body.into()),
];
const CITATION_PLAIN: [(&str, Kind); 8] = plain(&CITATION);
const CITATION_TEXT: Hashed = bodies("citation.body", "citation");

impl Registered for Citation {
    const KIND: RecordKind = RecordKind::Citation;
    const TABLE: Table = table("citation", "id", &CITATION_PLAIN);
    const COLUMNS: &'static [Column<Get<Citation>>] = &CITATION;
    const TEXT: &'static Hashed = &CITATION_TEXT;

    fn id(&self) -> Uuid {
        self.id
    }
    fn code_of(event: &CitationEvent) -> &'static str {
        event.code()
    }
}

const RECOGNITION: [Column<Get<Recognition>>; 6] = [
    once_beside("id", Id, |r| r.it.id.into()),
    once("code", Text, |r| r.it.code.as_str().into()),
    live("unit_id", Id, |r| r.it.details.unit.0.into()),
    live("day", Text, |r| r.it.details.day.to_string().into()),
    live("rev", Int, |r| i64::from(r.it.rev).into()),
    live("body", Text, |r| r.body.into()),
];
const RECOGNITION_PLAIN: [(&str, Kind); 6] = plain(&RECOGNITION);
const RECOGNITION_TEXT: Hashed = bodies("recognition.body", "recognition");

impl Registered for Recognition {
    const KIND: RecordKind = RecordKind::Recognition;
    const TABLE: Table = table("recognition", "id", &RECOGNITION_PLAIN);
    const COLUMNS: &'static [Column<Get<Recognition>>] = &RECOGNITION;
    const TEXT: &'static Hashed = &RECOGNITION_TEXT;

    fn id(&self) -> Uuid {
        self.id
    }
    fn code_of(event: &RecognitionEvent) -> &'static str {
        event.code()
    }
}

/// One document by its code.
pub async fn by_code(conn: &mut Conn, code: &str) -> Result<Option<Document>, StoreError> {
    Ok(some(conn, "WHERE code = $1", &values![code]).await?.pop())
}

/// The document to which an issuer gave a number, in whatever width it is typed.
pub async fn by_number(conn: &mut Conn, issuer: &str, number: &str) -> Result<Option<Document>, StoreError> {
    let rest = "WHERE issuer_folded = $1 AND number_folded = $2";
    Ok(some(conn, rest, &values![folded(issuer), folded(number)]).await?.pop())
}

/// Every citation of a document's clauses, in the order in which they were made.
pub async fn citations_of(conn: &mut Conn, document: DocumentId) -> Result<Vec<Citation>, StoreError> {
    some(conn, "WHERE document_id = $1 ORDER BY id", &values![document.0]).await
}

/// Every citation of a clause.
pub async fn citations_of_clause(conn: &mut Conn, clause: ClauseId) -> Result<Vec<Citation>, StoreError> {
    some(conn, "WHERE clause_id = $1 ORDER BY id", &values![clause.0]).await
}

/// Where something cites a clause and has not ceased to.
pub async fn cited_already(conn: &mut Conn, clause: ClauseId, citing: &Citing) -> Result<bool, StoreError> {
    let rest = "WHERE clause_id = $1 AND citing_key = $2 AND citing_kind = $3 AND ended IS NULL";
    let found: Vec<Citation> = some(conn, rest, &values![clause.0, citing.key(), citing.kind().as_str()]).await?;
    Ok(!found.is_empty())
}

/// What a matter cites.
pub async fn citations_by(conn: &mut Conn, matter: MatterId) -> Result<Vec<Citation>, StoreError> {
    some(conn, "WHERE citing_key = $1 ORDER BY id", &values![matter.to_string()]).await
}

/// One recognition by its code.
pub async fn recognition_by_code(conn: &mut Conn, code: &str) -> Result<Option<Recognition>, StoreError> {
    Ok(some(conn, "WHERE code = $1", &values![code]).await?.pop())
}
