//! What figures read of documents and recognitions, as they were known at an instant. It counts nothing.

use crate::App;
use crate::frame::error::AppError;
use std::collections::HashMap;
use std::sync::Arc;
use yixian_domain::document::{Citation, Document, Recognition};
use yixian_domain::figure::documents::{DocumentFact, DocumentFacts};
use yixian_domain::ids::{DocumentId, UnitId};
use yixian_domain::time::Instant;
use yixian_store::{Conn, register};

impl App {
    /// Documents that units keep, with who cites them, and what was written of their practice.
    pub(crate) async fn document_facts(
        &self,
        conn: &mut Conn,
        as_of: Instant,
        wanted: impl Fn(UnitId) -> bool,
    ) -> Result<DocumentFacts, AppError> {
        let documents: Vec<Document> = register::known(conn, as_of).await?;
        let mut cited: HashMap<DocumentId, Vec<Arc<Citation>>> = HashMap::new();
        // Nothing is cited where there is no document.
        if !documents.is_empty() {
            for citation in register::known::<Citation>(conn, as_of).await? {
                cited.entry(citation.document).or_default().push(Arc::new(citation));
            }
        }
        let kept = documents.into_iter().filter(|d| wanted(d.details.unit));
        let documents = kept.map(|d| {
            let citations = cited.remove(&d.id).unwrap_or_default();
            DocumentFact { document: Arc::new(d), citations }
        });
        let documents = documents.collect();
        let written: Vec<Recognition> = register::known(conn, as_of).await?;
        let recognitions = written.into_iter().filter(|r| wanted(r.details.unit)).map(Arc::new).collect();
        Ok(DocumentFacts { documents, recognitions })
    }
}
