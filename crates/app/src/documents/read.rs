//! Documents, clauses and recognitions as pages read them. Nothing here writes.

use super::citers::CitedBy;
use crate::App;
use crate::frame::error::AppError;
use std::collections::HashMap;
use uuid::Uuid;
use yixian_domain::access::{Actor, Ask, may};
use yixian_domain::base::history::Happened;
use yixian_domain::document::{Citation, Document, DocumentEvent, Recognition, RecognitionEvent};
use yixian_domain::ids::*;
use yixian_domain::time::{Date, Instant};
use yixian_store::{document as table, register, words};

/// A document with what belongs to it.
#[derive(Debug)]
pub struct DocumentPage {
    /// The document.
    pub document: Document,
    /// The reader may change and end it, and say which rules cite it.
    pub keeps: bool,
    /// Its words by key.
    pub words: HashMap<WordsId, String>,
    /// Who cites its clauses.
    pub citations: Vec<CitedBy>,
    /// What happened to it, with when that was recorded.
    pub story: Vec<(Instant, Happened<DocumentEvent>)>,
}

impl DocumentPage {
    /// Who cites one clause.
    pub fn citing(&self, clause: ClauseId) -> impl Iterator<Item = &CitedBy> {
        self.citations.iter().filter(move |c| c.citation.clause == clause)
    }

    /// What is cited on a day and holds then no more.
    pub fn left_behind(&self, day: Date) -> Vec<&CitedBy> {
        let left = self.document.left_behind(self.citations.iter().map(|c| &c.citation), day);
        self.citations.iter().filter(|c| left.iter().any(|l| l.id == c.citation.id)).collect()
    }
}

/// A clause with the document it is of.
#[derive(Debug)]
pub struct ClausePage {
    /// The clause.
    pub clause: ClauseId,
    /// Its document, with who cites which clause.
    pub page: DocumentPage,
}

/// A clause as what cites it names it.
#[derive(Clone, Debug)]
pub struct CitedClause {
    /// The citation.
    pub citation: Citation,
    /// The document.
    pub document: Document,
    /// `document/clause@version` on the day since when it is cited.
    pub reference: String,
}

/// A recognition with what belongs to it.
#[derive(Debug)]
pub struct RecognitionPage {
    /// The recognition.
    pub recognition: Recognition,
    /// The reader may change it.
    pub keeps: bool,
    /// Its words by key.
    pub words: HashMap<WordsId, String>,
    /// What happened to it, with when that was recorded.
    pub story: Vec<(Instant, Happened<RecognitionEvent>)>,
}

impl App {
    fn today(&self) -> Date {
        self.policies().zone.date_of(self.clock().now())
    }

    /// Every document, those in force on a day first.
    pub async fn documents(&self, actor: &Actor, day: Date) -> Result<Vec<Document>, AppError> {
        may(actor, &Ask::SeeDocuments)?;
        let mut all: Vec<Document> = register::some(&mut self.store().read().await?, "ORDER BY code", &[]).await?;
        all.sort_by_key(|d| !d.in_force(day));
        Ok(all)
    }

    /// Some documents by their ids.
    pub async fn documents_by_id(&self, actor: &Actor, ids: &[Uuid]) -> Result<Vec<Document>, AppError> {
        may(actor, &Ask::SeeDocuments)?;
        let mut all = register::among::<Document>(&mut self.store().read().await?, ids).await?;
        Ok(ids.iter().filter_map(|id| all.remove(id)).collect())
    }

    /// Some clauses by their ids, each with its document.
    pub async fn clauses_by_id(&self, actor: &Actor, ids: &[Uuid]) -> Result<Vec<(ClauseId, Document)>, AppError> {
        let all = self.documents(actor, self.today()).await?;
        let of = |id: &Uuid| {
            let clause = ClauseId(*id);
            all.iter().find(|d| d.clause(clause).is_some()).map(|d| (clause, d.clone()))
        };
        Ok(ids.iter().filter_map(of).collect())
    }

    /// The document of an address: its id or its code.
    pub async fn document(&self, actor: &Actor, at: &str) -> Result<Document, AppError> {
        may(actor, &Ask::SeeDocuments)?;
        let mut conn = self.store().read().await?;
        let found = match at.parse::<Uuid>() {
            Ok(id) => register::one(&mut conn, id).await?,
            Err(_) => table::by_code(&mut conn, at).await?,
        };
        found.ok_or(AppError::NotFound("document"))
    }

    /// Whether somebody keeps the documents of a unit.
    pub async fn keeps_documents(&self, actor: &Actor, unit: UnitId) -> Result<bool, AppError> {
        let directory = self.directory().await?;
        Ok(directory.unit(unit).is_some_and(|u| may(actor, &Ask::KeepDocument(&u.path)).is_ok()))
    }

    /// A document with what belongs to it.
    pub async fn document_page(&self, actor: &Actor, at: &str) -> Result<DocumentPage, AppError> {
        let document = self.document(actor, at).await?;
        let keeps = self.keeps_documents(actor, document.details.unit).await?;
        let mut conn = self.store().read().await?;
        let words = words::of_record(&mut conn, document.id.0).await?;
        let citations = table::citations_of(&mut conn, document.id).await?;
        let story = register::story::<Document>(&mut conn, document.id.0).await?;
        drop(conn);
        let citations = self.cited_by(actor, &document, citations, self.today()).await?;
        Ok(DocumentPage { document, keeps, words, citations, story })
    }

    /// A clause of a document, with who cites it.
    pub async fn clause_page(&self, actor: &Actor, at: &str, clause: ClauseId) -> Result<ClausePage, AppError> {
        let page = self.document_page(actor, at).await?;
        page.document.clause(clause).ok_or(AppError::NotFound("clause"))?;
        Ok(ClausePage { clause, page })
    }

    /// A citation, for whoever reads documents.
    pub async fn citation(&self, actor: &Actor, id: Uuid) -> Result<Citation, AppError> {
        may(actor, &Ask::SeeDocuments)?;
        register::one(&mut self.store().read().await?, id).await?.ok_or(AppError::NotFound("citation"))
    }

    /// The clauses that a matter rests on, as of the day on which it was raised: none for whoever reads no documents.
    pub async fn clauses_of_matter(&self, actor: &Actor, matter: MatterId) -> Result<Vec<CitedClause>, AppError> {
        if may(actor, &Ask::SeeDocuments).is_err() {
            return Ok(Vec::new());
        }
        let mut conn = self.store().read().await?;
        let mut all = Vec::new();
        for citation in table::citations_by(&mut conn, matter).await?.into_iter().filter(|c| c.ended.is_none()) {
            let found = register::one::<Document>(&mut conn, citation.document.0).await?;
            let Some(document) = found else { continue };
            let held = document.clause_on(citation.clause, citation.since).or_else(|| document.clause(citation.clause));
            let Some(reference) = held.map(|(v, c)| document.reference(v, c)) else { continue };
            all.push(CitedClause { citation, document, reference });
        }
        Ok(all)
    }

    /// Every recognition, the newest first.
    pub async fn recognitions(&self, actor: &Actor) -> Result<Vec<Recognition>, AppError> {
        may(actor, &Ask::SeeDocuments)?;
        Ok(register::some(&mut self.store().read().await?, "ORDER BY day DESC, code", &[]).await?)
    }

    /// Some recognitions by their ids.
    pub async fn recognitions_by_id(&self, actor: &Actor, ids: &[Uuid]) -> Result<Vec<Recognition>, AppError> {
        may(actor, &Ask::SeeDocuments)?;
        let mut all = register::among::<Recognition>(&mut self.store().read().await?, ids).await?;
        Ok(ids.iter().filter_map(|id| all.remove(id)).collect())
    }

    /// A recognition by its id or its code, with what belongs to it.
    pub async fn recognition_page(&self, actor: &Actor, at: &str) -> Result<RecognitionPage, AppError> {
        may(actor, &Ask::SeeDocuments)?;
        let mut conn = self.store().read().await?;
        let found = match at.parse::<Uuid>() {
            Ok(id) => register::one(&mut conn, id).await?,
            Err(_) => table::recognition_by_code(&mut conn, at).await?,
        };
        let recognition: Recognition = found.ok_or(AppError::NotFound("recognition"))?;
        let words = words::of_record(&mut conn, recognition.id).await?;
        let story = register::story::<Recognition>(&mut conn, recognition.id).await?;
        drop(conn);
        let keeps = self.keeps_documents(actor, recognition.details.unit).await?;
        Ok(RecognitionPage { recognition, keeps, words, story })
    }
}
