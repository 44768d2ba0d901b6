//! Use cases of documents and citations: register, put a version in force, end; cite, cite no more.

use super::citers::{citing_matter, holding, is_there};
use super::command::{CitingIn, ClauseIn, DocumentCommand, Needs};
use super::keeper::{keeper, some};
use super::recognise;
use crate::frame::error::{AppError, FieldError, fail};
use crate::frame::work::{Ctx, Done};
use std::collections::HashMap;
use uuid::Uuid;
use yixian_domain::access::Ask;
use yixian_domain::base::fold::{blank, plain};
use yixian_domain::document::{
    Citation, Citing, Clause, ClauseEnd, Document, DocumentDetails, DocumentKind, DocumentRule, Version,
};
use yixian_domain::ids::*;
use yixian_domain::matter::MatterKind;
use yixian_domain::org::valid_code;
use yixian_domain::refusal::Refusal;
use yixian_domain::time::Date;
use yixian_store::document as table;

/// A document as whoever keeps it last saw it.
async fn kept(ctx: &mut Ctx<'_>, needs: Needs, id: Uuid) -> Result<Document, AppError> {
    let document: Document = ctx.record(id, "document").await?;
    keeper(ctx, needs, document.details.unit).await?;
    Ok(document)
}

/// What a form says of a document.
struct Said {
    code: String,
    title: String,
    title_en: Option<String>,
    number: Option<String>,
    issuer: String,
    kind: DocumentKind,
    unit: Uuid,
    demo: bool,
}

async fn put(ctx: &mut Ctx<'_>, needs: Needs, id: Uuid, s: Said) -> Result<Done, AppError> {
    let before = if ctx.known::<Document>(id).await? { Some(kept(ctx, needs, id).await?) } else { None };
    let unit = keeper(ctx, needs, UnitId(s.unit)).await?;
    let number = some(s.number);
    let mut faults = Vec::new();
    let mut fault = |wrong: bool, field: &'static str, code: &'static str, detail: &str| {
        if wrong {
            faults.push(FieldError::with(field, code, detail));
        }
    };
    fault(!valid_code(&s.code), "code", "code", "");
    let other = table::by_code(ctx.tx.conn(), &s.code).await?;
    fault(other.is_some_and(|d| d.id.0 != id), "code", "code_taken", "");
    fault(before.as_ref().is_some_and(|b| b.code != s.code), "code", "code_stays", "");
    fault(blank(&s.title), "title", "name_needed", "");
    fault(blank(&s.issuer), "issuer", "document_issuer", "");
    if let Some(number) = &number {
        let other = table::by_number(ctx.tx.conn(), &s.issuer, number).await?.filter(|d| d.id.0 != id);
        fault(other.is_some(), "number", "document_number_taken", other.as_ref().map_or("", |d| &d.code));
    }
    fail(faults)?;
    let details = DocumentDetails {
        title: s.title.trim().to_owned(),
        title_en: some(s.title_en),
        number,
        issuer: s.issuer.trim().to_owned(),
        kind: s.kind,
        unit: unit.id,
        demo: s.demo,
    };
    let (at, by) = (ctx.at, ctx.by());
    match before {
        Some(b) => ctx.keep(b.change(at, &by, details)?, false).await,
        None => ctx.keep(Document::register(DocumentId(id), at, &by, s.code, details)?, true).await,
    }
}

/// A version as it is said.
struct VersionSaid {
    label: String,
    from: Date,
    to: Option<Date>,
    file: Option<String>,
    photos: Vec<String>,
    clauses: Vec<ClauseIn>,
}

/// The clauses of a version: one whose number the document had is the same clause.
fn clauses(
    ctx: &mut Ctx<'_>,
    document: &Document,
    said: &[ClauseIn],
    faults: &mut Vec<FieldError>,
) -> Result<Vec<Clause>, AppError> {
    let known: HashMap<String, ClauseId> =
        document.clauses_by_number().into_iter().map(|(no, id)| (no.to_owned(), id)).collect();
    let mut all = Vec::new();
    for (i, c) in said.iter().enumerate() {
        let no = plain(&c.no);
        let text = ctx.words(document.id.0, &c.text)?;
        if no.is_empty() {
            faults.push(FieldError::with("clauses", "clause_no", i + 1));
        }
        match text {
            Some(text) => {
                let id = known.get(&no).copied().unwrap_or_else(|| ClauseId(ctx.app.mint().uuid(ctx.now)));
                all.push(Clause { id, no, text });
            }
            None => faults.push(FieldError::with("clauses", "clause_text", if no.is_empty() { "—" } else { &no })),
        }
    }
    Ok(all)
}

/// The field that a fault of a version is about.
fn field_of(rule: DocumentRule) -> &'static str {
    match rule {
        DocumentRule::VersionEndsBefore => "to",
        DocumentRule::ClauseTwice => "clauses",
        DocumentRule::VersionsOverlap
        | DocumentRule::Ended
        | DocumentRule::EndsBefore
        | DocumentRule::Held
        | DocumentRule::ClauseNotInForce
        | DocumentRule::ClauseEndsBefore
        | DocumentRule::ClauseHeld
        | DocumentRule::CitedAlready
        | DocumentRule::CitationEndsBefore
        | DocumentRule::CitationEnded => "from",
    }
}

async fn put_version(ctx: &mut Ctx<'_>, document: Document, s: VersionSaid) -> Result<Done, AppError> {
    let mut faults = Vec::new();
    let label = plain(&s.label);
    if label.is_empty() {
        faults.push(FieldError::new("label", "document_label"));
    }
    let before = document.versions.iter().find(|v| v.label == label);
    let file = match some(s.file) {
        Some(hash) => match hash.parse::<FileRef>() {
            Ok(file) => Some(file),
            Err(_) => {
                faults.push(FieldError::new("file", "document_file"));
                None
            }
        },
        None => before.and_then(|v| v.file.clone()),
    };
    let mut photos = before.map(|v| v.photos.clone()).unwrap_or_default();
    for photo in ctx.photos(document.id.0, &s.photos).await? {
        if !photos.contains(&photo) {
            photos.push(photo);
        }
    }
    let clauses = clauses(ctx, &document, &s.clauses, &mut faults)?;
    let version = Version { label, from: s.from, to: s.to, file, photos, clauses };
    let wrong = document.faults_of(&version).into_iter();
    faults.extend(wrong.map(|(rule, about)| FieldError::with(field_of(rule), rule.as_str(), about)));
    fail(faults)?;
    let (at, by) = (ctx.at, ctx.by());
    ctx.keep(document.put_version(at, &by, version)?, false).await
}

/// The clause of a number.
fn numbered(document: &Document, no: &str) -> Option<ClauseId> {
    document.clauses_by_number().get(plain(no).as_str()).copied()
}

async fn end_clause(ctx: &mut Ctx<'_>, document: Document, no: &str, on: Date, reason: &str) -> Result<Done, AppError> {
    let clause = numbered(&document, no).ok_or_else(|| AppError::field("clause", "clause"))?;
    let reason = ctx.needed_words("reason", document.id.0, reason)?;
    let citations = table::citations_of_clause(ctx.tx.conn(), clause).await?;
    let held_by = holding(ctx, &citations, on).await?;
    let (at, by) = (ctx.at, ctx.by());
    ctx.keep(document.end_clause(at, &by, ClauseEnd { clause, on, reason }, &held_by)?, false).await
}

async fn end(ctx: &mut Ctx<'_>, document: Document, on: Date, reason: &str) -> Result<Done, AppError> {
    let reason = ctx.needed_words("reason", document.id.0, reason)?;
    let citations = table::citations_of(ctx.tx.conn(), document.id).await?;
    let held_by = holding(ctx, &citations, on).await?;
    let (at, by) = (ctx.at, ctx.by());
    ctx.keep(document.end(at, &by, on, reason, &held_by)?, false).await
}

/// Whoever may say that this cites: of a matter, who may say what it is about; of all else, who keeps the document. Gives since when a
/// matter cites.
async fn may_cite(
    ctx: &mut Ctx<'_>,
    needs: Needs,
    document: &Document,
    citing: &Citing,
) -> Result<Option<Date>, AppError> {
    let Some(matter) = citing.matter() else {
        keeper(ctx, needs, document.details.unit).await?;
        return Ok(None);
    };
    ctx.ask(&Ask::SeeDocuments)?;
    let (kind, raised) = citing_matter(ctx, matter).await?;
    let wanted = match citing {
        Citing::Task { .. } => MatterKind::Task,
        Citing::Violation { .. } | Citing::Rule { .. } | Citing::Step { .. } | Citing::Figure { .. } => {
            MatterKind::Violation
        }
    };
    if kind == wanted { Ok(Some(raised)) } else { Err(AppError::field("citing", "citing_kind")) }
}

async fn cite(
    ctx: &mut Ctx<'_>,
    needs: Needs,
    id: Uuid,
    (document, no): (Uuid, &str),
    citing: &CitingIn,
    since: Option<Date>,
) -> Result<Done, AppError> {
    let document = ctx.named::<Document>("document", document, "document").await?;
    let mut faults = Vec::new();
    let clause = numbered(&document, no);
    if clause.is_none() {
        faults.push(FieldError::with("clause", "clause", no));
    }
    let named = Citing::parse(citing.kind, &citing.key);
    // What names nothing that might cite is judged as what belongs to the document.
    let raised = match &named {
        Some(named) => may_cite(ctx, needs, &document, named).await?,
        None => keeper(ctx, needs, document.details.unit).await.map(|_| None)?,
    };
    let named = named.filter(|c| is_there(ctx.policies, c));
    if named.is_none() {
        faults.push(FieldError::with("citing", "citing", &citing.key));
    }
    fail(faults)?;
    let (Some(clause), Some(citing)) = (clause, named) else { return Err(AppError::field("clause", "clause")) };
    if table::cited_already(ctx.tx.conn(), clause, &citing).await? {
        return Err(Refusal::rule(DocumentRule::CitedAlready, no).into());
    }
    let since = raised.or(since).unwrap_or_else(|| ctx.day());
    let (at, by) = (ctx.at, ctx.by());
    ctx.keep(Citation::make(id, at, &by, &document, clause, citing, since)?, true).await
}

async fn end_citation(ctx: &mut Ctx<'_>, needs: Needs, id: Uuid, on: Date) -> Result<Done, AppError> {
    let citation: Citation = ctx.record(id, "citation").await?;
    let document = ctx.named::<Document>("document", citation.document.0, "document").await?;
    may_cite(ctx, needs, &document, &citation.citing).await?;
    let (at, by) = (ctx.at, ctx.by());
    ctx.keep(citation.end(at, &by, on)?, false).await
}

pub(crate) async fn run(ctx: &mut Ctx<'_>, command: DocumentCommand) -> Result<Done, AppError> {
    use DocumentCommand as C;
    let needs = command.needs();
    match command {
        C::PutDocument { document, code, title, title_en, number, issuer, kind, unit, demo } => {
            put(ctx, needs, document, Said { code, title, title_en, number, issuer, kind, unit, demo }).await
        }
        C::PutVersion { document, label, from, to, file, photos, clauses } => {
            let document = kept(ctx, needs, document).await?;
            put_version(ctx, document, VersionSaid { label, from, to, file, photos, clauses }).await
        }
        C::EndClause { document, clause, on, reason } => {
            let document = kept(ctx, needs, document).await?;
            end_clause(ctx, document, &clause, on, &reason).await
        }
        C::EndDocument { document, on, reason } => {
            let document = kept(ctx, needs, document).await?;
            end(ctx, document, on, &reason).await
        }
        C::Cite { citation, document, clause, citing, since } => {
            cite(ctx, needs, citation, (document, &clause), &citing, since).await
        }
        C::EndCitation { citation, on } => end_citation(ctx, needs, citation, on).await,
        C::PutRecognition {
            recognition,
            code,
            title,
            title_en,
            issuer,
            number,
            day,
            clause,
            practice,
            unit,
            about,
            figures,
        } => {
            let said =
                recognise::Said { code, title, title_en, issuer, number, day, clause, practice, unit, about, figures };
            recognise::put(ctx, needs, recognition, said).await
        }
    }
}
