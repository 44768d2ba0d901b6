//! API: documents with their clauses and citations, recognitions.

use crate::door::answer::{Coded, Day, File, Moment, choices, told};
use crate::door::problem::Failure;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::query;
use crate::form::paging::Listed;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::Uri;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::documents::DocumentPage;
use yixian_domain::base::about::AboutKind;
use yixian_domain::document::{CitingKind, Document, DocumentKind, Recognition, Version};
use yixian_domain::time::Date;

choices! {
    "DocumentKind" DocumentKind,
    "CitingKind" CitingKind,
}

/// A version of a document.
#[derive(Debug, Serialize, JsonSchema)]
pub struct VersionItem {
    /// What it is called.
    label: String,
    /// First day.
    from: Day,
    /// Last day, its own or the one before the next version's first.
    to: Option<Day>,
    /// SHA-256 of its file.
    file: Option<File>,
}

/// A document.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DocumentItem {
    /// Identity.
    id: Uuid,
    /// Short stable code, unique.
    code: String,
    /// Title.
    title: String,
    /// English title, where there is one.
    title_en: Option<String>,
    /// Number; none while it is to be checked.
    number: Option<String>,
    /// Who issued it.
    issuer: String,
    /// What sort it is.
    kind: Coded<DocumentKind>,
    /// The unit of ours that keeps it.
    unit: Uuid,
    /// Made up to show the product.
    demo: bool,
    /// Whether a version holds on the day asked for.
    in_force: bool,
    /// The version that holds then.
    version: Option<String>,
    /// Its versions by their first day.
    versions: Vec<VersionItem>,
    /// Repealed: the first day on which nothing of it holds.
    ended: Option<Day>,
    /// Revision, for `If-Match`.
    rev: u32,
}

fn version(d: &Document, v: &Version) -> VersionItem {
    VersionItem { label: v.label.clone(), from: told(&v.from), to: told(&d.last_day(v)), file: told(&v.file) }
}

fn item(d: &Document, day: Date) -> DocumentItem {
    let said = &d.details;
    DocumentItem {
        id: d.id.0,
        code: d.code.clone(),
        title: said.title.clone(),
        title_en: said.title_en.clone(),
        number: said.number.clone(),
        issuer: said.issuer.clone(),
        kind: told(&said.kind),
        unit: said.unit.0,
        demo: said.demo,
        in_force: d.in_force(day),
        version: d.version_on(day).map(|v| v.label.clone()),
        versions: d.versions.iter().map(|v| version(d, v)).collect(),
        ended: told(&d.ended.as_ref().map(|(on, _)| *on)),
        rev: d.rev,
    }
}

/// A clause of a version.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ClauseItem {
    /// The same in every version that has its number.
    id: Uuid,
    /// The version.
    version: String,
    /// Its number.
    no: String,
    /// What it says; none where the words were erased.
    text: Option<String>,
    /// Whether it holds on the day asked for, in this version.
    in_force: bool,
}

/// Who rests on a clause.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CitationItem {
    /// Identity.
    id: Uuid,
    /// The clause.
    clause: Uuid,
    /// The version that held when it was cited first.
    version: String,
    /// What cites.
    kind: Coded<CitingKind>,
    /// Which: the row of a rule, `procedure/step`, a matter, a figure; none of a matter out of the reader's sight.
    key: Option<String>,
    /// Since when.
    since: Day,
    /// First day on which it cites no more.
    ended: Option<Day>,
    /// Whether it keeps the clause from ending today.
    holds: bool,
    /// `document/clause@version` as of today; none where the clause holds no more.
    reference: Option<String>,
}

/// A document with its clauses and who cites them.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DocumentAnswer {
    /// The document.
    document: DocumentItem,
    /// Clauses of every version.
    clauses: Vec<ClauseItem>,
    /// Who cites them.
    citations: Vec<CitationItem>,
}

fn clauses(p: &DocumentPage, day: Date) -> Vec<ClauseItem> {
    let d = &p.document;
    let of = |v: &Version| {
        let holds = |id| d.clause_on(id, day).is_some_and(|(now, _)| now.label == v.label);
        let own = v.clauses.iter().map(|c| ClauseItem {
            id: c.id.0,
            version: v.label.clone(),
            no: c.no.clone(),
            text: p.words.get(&c.text.id).cloned(),
            in_force: holds(c.id),
        });
        own.collect::<Vec<_>>()
    };
    d.versions.iter().flat_map(of).collect()
}

fn citations(p: &DocumentPage) -> Vec<CitationItem> {
    use yixian_app::documents::Citer;
    let of = |c: &yixian_app::documents::CitedBy| CitationItem {
        id: c.citation.id,
        clause: c.citation.clause.0,
        version: c.citation.version.clone(),
        kind: told(&c.citation.citing.kind()),
        key: if matches!(c.citer, Citer::Matter(None)) { None } else { Some(c.citation.citing.key()) },
        since: told(&c.citation.since),
        ended: told(&c.citation.ended),
        holds: c.holds,
        reference: c.reference.clone(),
    };
    p.citations.iter().map(of).collect()
}

/// The day asked for: `on=2018-05-31`, today where none is.
fn day(uri: &Uri, today: Date) -> Result<Date, Failure> {
    let asked = query(uri.query()).optional_day("on").map_err(|fault| Failure(AppError::Invalid(vec![fault])))?;
    Ok(asked.unwrap_or(today))
}

/// `GET /api/v1/documents`
pub async fn documents(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    uri: Uri,
) -> Result<Json<Listed<DocumentItem>>, Failure> {
    let day = day(&uri, v.say.today())?;
    let all = web.app().documents(&v.actor, day).await?;
    let items = all.iter().map(|d| item(d, day)).collect();
    Ok(Json(Listed { items, next: None, total: None, total_is_exact: None }))
}

/// `GET /api/v1/documents/{id}`
pub async fn document(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    uri: Uri,
) -> Result<Json<DocumentAnswer>, Failure> {
    let day = day(&uri, v.say.today())?;
    let p = web.app().document_page(&v.actor, &at).await?;
    Ok(Json(DocumentAnswer { document: item(&p.document, day), clauses: clauses(&p, day), citations: citations(&p) }))
}

/// A record that shows a practice.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ShownBy {
    /// Kind of the record.
    kind: Coded<AboutKind>,
    /// Which.
    id: Uuid,
}

/// A figure as it was quoted.
#[derive(Debug, Serialize, JsonSchema)]
pub struct QuotedItem {
    /// Code of the figure.
    figure: String,
    /// Period.
    period: String,
    /// As of.
    as_of: Moment,
    /// As it was printed.
    value: Option<String>,
}

/// A recognition.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RecognitionItem {
    /// Identity.
    id: Uuid,
    /// Short stable code, unique.
    code: String,
    /// Title of what was issued.
    title: String,
    /// English title, where there is one.
    title_en: Option<String>,
    /// Who issued it.
    issuer: String,
    /// Number; none while it is to be checked.
    number: Option<String>,
    /// Its date.
    day: Day,
    /// The clause or item that speaks of us.
    clause: Option<String>,
    /// The unit of ours whose practice it is.
    unit: Uuid,
    /// Figures it rests on.
    figures: Vec<QuotedItem>,
    /// Revision, for `If-Match`.
    rev: u32,
}

/// A recognition with the practice and the records that show it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RecognitionAnswer {
    /// The recognition.
    recognition: RecognitionItem,
    /// The practice; none where the words were erased.
    practice: Option<String>,
    /// Records that the reader may see.
    about: Vec<ShownBy>,
}

fn recognised(r: &Recognition) -> RecognitionItem {
    let d = &r.details;
    let figures = d.figures.iter().map(|q| QuotedItem {
        figure: q.figure.clone(),
        period: q.period.clone(),
        as_of: told(&q.as_of),
        value: q.value.clone(),
    });
    RecognitionItem {
        id: r.id,
        code: r.code.clone(),
        title: d.title.clone(),
        title_en: d.title_en.clone(),
        issuer: d.issuer.clone(),
        number: d.number.clone(),
        day: told(&d.day),
        clause: d.clause.clone(),
        unit: d.unit.0,
        figures: figures.collect(),
        rev: r.rev,
    }
}

/// `GET /api/v1/recognitions`
pub async fn recognitions(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
) -> Result<Json<Listed<RecognitionItem>>, Failure> {
    let all = web.app().recognitions(&v.actor).await?;
    let items = all.iter().map(recognised).collect();
    Ok(Json(Listed { items, next: None, total: None, total_is_exact: None }))
}

/// `GET /api/v1/recognitions/{id}`
pub async fn recognition(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
) -> Result<Json<RecognitionAnswer>, Failure> {
    let p = web.app().recognition_page(&v.actor, &at).await?;
    let mut about = Vec::new();
    for a in &p.recognition.details.about {
        if web.app().about_named(&v.actor, *a, v.say.is_english()).await?.is_some() {
            about.push(ShownBy { kind: told(&a.kind), id: a.id });
        }
    }
    let practice = p.words.get(&p.recognition.details.practice.id).cloned();
    Ok(Json(RecognitionAnswer { recognition: recognised(&p.recognition), practice, about }))
}
