//! API: praise, and publications with their quoted figures held against the records. Names and words of persons are told on the pages alone.

use crate::door::answer::{Coded, Day, File, Moment, choices, told};
use crate::door::problem::Failure;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::paging::Listed;
use axum::Json;
use axum::extract::{Path, State};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;
use yixian_app::figures::checked::Checked;
use yixian_domain::base::about::AboutKind;
use yixian_domain::figure::Told;
use yixian_domain::praise::{Channel, Praise, PraisedBy, Publication, Verdict};

choices! {
    "PraiseChannel" Channel,
    "QuotedVerdict" Verdict,
}

/// A record it is for.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PraiseFor {
    /// Kind of the record.
    kind: Coded<AboutKind>,
    /// Which.
    id: Uuid,
}

/// A praise.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PraiseItem {
    /// Identity.
    id: Uuid,
    /// Short stable code, unique.
    code: String,
    /// The body that thanked us; none where it was a person.
    partner: Option<Uuid>,
    /// In which way.
    channel: Coded<Channel>,
    /// On which day.
    day: Day,
    /// It may be published.
    consent: bool,
    /// Name and words were erased.
    erased: bool,
    /// The unit of ours that is thanked.
    unit: Uuid,
    /// Records it is for, those that the reader may see.
    about: Vec<PraiseFor>,
    /// Revision, for `If-Match`.
    rev: u32,
}

fn praised(p: &Praise, about: Vec<PraiseFor>) -> PraiseItem {
    let d = &p.details;
    PraiseItem {
        id: p.id,
        code: p.code.clone(),
        partner: match &d.from {
            PraisedBy::Partner { partner } => Some(partner.0),
            PraisedBy::Contact { .. } => None,
        },
        channel: told(&d.channel),
        day: told(&d.day),
        consent: d.consent,
        erased: p.erased,
        unit: d.unit.0,
        about,
        rev: p.rev,
    }
}

/// `GET /api/v1/praise`
pub async fn praises(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
) -> Result<Json<Listed<PraiseItem>>, Failure> {
    let mut items = Vec::new();
    for (p, _) in web.app().praises(&v.actor).await? {
        let mut about = Vec::new();
        for a in &p.details.about {
            if web.app().about_named(&v.actor, *a, v.say.is_english()).await?.is_some() {
                about.push(PraiseFor { kind: told(&a.kind), id: a.id });
            }
        }
        items.push(praised(&p, about));
    }
    Ok(Json(Listed { items, next: None, total: None, total_is_exact: None }))
}

/// A publication.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PublicationItem {
    /// Identity.
    id: Uuid,
    /// Short stable code, unique.
    code: String,
    /// Who printed it.
    outlet: String,
    /// Title.
    title: String,
    /// English title, where there is one.
    title_en: Option<String>,
    /// Its date.
    day: Day,
    /// Where it can be read.
    url: Option<String>,
    /// SHA-256 of its file.
    file: Option<File>,
    /// The unit of ours that keeps it.
    unit: Uuid,
    /// How many figures it quotes.
    quotes: usize,
    /// Revision, for `If-Match`.
    rev: u32,
}

fn published(p: &Publication) -> PublicationItem {
    let d = &p.details;
    PublicationItem {
        id: p.id,
        code: p.code.clone(),
        outlet: d.outlet.clone(),
        title: d.title.clone(),
        title_en: d.title_en.clone(),
        day: told(&d.day),
        url: d.url.clone(),
        file: told(&d.file),
        unit: d.unit.0,
        quotes: d.figures.len(),
        rev: p.rev,
    }
}

/// `GET /api/v1/publications`
pub async fn publications(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
) -> Result<Json<Listed<PublicationItem>>, Failure> {
    let items = web.app().publications(&v.actor).await?.iter().map(published).collect();
    Ok(Json(Listed { items, next: None, total: None, total_is_exact: None }))
}

/// An event that made a difference.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MadeBy {
    /// Its number in the ledger.
    seq: i64,
    /// Kind of the record.
    kind: String,
    /// The record.
    record: Uuid,
    /// What happened.
    code: String,
    /// When it was recorded.
    recorded: Moment,
    /// Its hash.
    hash: String,
}

/// A quoted figure, held against the records.
#[derive(Debug, Serialize, JsonSchema)]
pub struct QuotedFigure {
    /// Code of the figure.
    figure: String,
    /// What of it; the number itself where it is missing.
    part: Option<String>,
    /// Period.
    period: String,
    /// Code of the unit.
    unit: Option<String>,
    /// Code of the works programme.
    programme: Option<String>,
    /// Dimension.
    by: Option<String>,
    /// Its value.
    key: Option<String>,
    /// As of.
    as_of: Moment,
    /// As it was printed.
    printed: Option<String>,
    /// What was known then, not rounded: a number, or a day.
    then: Option<String>,
    /// What is known now.
    now: Option<String>,
    /// How it stands; none where the reader may not see the figure.
    verdict: Option<Coded<Verdict>>,
    /// The events recorded since that made the difference, where it has changed.
    since: Vec<MadeBy>,
    /// There are more of them.
    more: bool,
    /// SHA-256 of what it was counted from when the quotation was recorded.
    hash: Option<String>,
}

fn number(told: Option<Told>) -> Option<String> {
    told.map(|t| match t {
        Told::Number(n) => n.to_string(),
        Told::Day(day) => day.to_string(),
    })
}

fn quoted(c: &Checked) -> QuotedFigure {
    let q = &c.quoted;
    QuotedFigure {
        figure: q.figure.clone(),
        part: q.part.clone(),
        period: q.period.clone(),
        unit: q.unit.clone(),
        programme: q.programme.clone(),
        by: q.by.clone(),
        key: q.key.clone(),
        as_of: told(&q.as_of),
        printed: q.value.clone(),
        then: number(c.then),
        now: number(c.now),
        verdict: told(&c.verdict),
        since: c
            .since
            .iter()
            .map(|e| MadeBy {
                seq: e.seq,
                kind: e.kind.clone(),
                record: e.record,
                code: e.code.clone(),
                recorded: told(&e.recorded),
                hash: e.hash.clone(),
            })
            .collect(),
        more: c.more,
        hash: q.hash.clone(),
    }
}

/// A publication with its quoted figures.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PublicationAnswer {
    /// The publication.
    publication: PublicationItem,
    /// Figures it quotes.
    figures: Vec<QuotedFigure>,
}

/// `GET /api/v1/publications/{id}`
pub async fn publication(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
) -> Result<Json<PublicationAnswer>, Failure> {
    let p = web.app().publication_page(&v.actor, &at).await?.publication;
    let figures = web.app().check_quoted(&v.actor, &p.details.figures).await?;
    Ok(Json(PublicationAnswer { publication: published(&p), figures: figures.iter().map(quoted).collect() }))
}
