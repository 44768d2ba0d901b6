//! The form of what cites a clause, and of a citation's end. Rules, steps and figures are completed while they are typed; a matter is
//! named by its number.

use super::shown::{clause_at, title};
use crate::door::frame::Frame;
use crate::door::keeping;
use crate::door::page::{Page, to};
use crate::door::say::Say;
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::form::page::{Field, FormPage, Kind, choice};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use crate::matters::matter::limit_words;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use uuid::Uuid;
use yixian_app::command::{CitingIn, DocumentCommand};
use yixian_app::documents::ClausePage;
use yixian_app::{AppError, FieldError};
use yixian_domain::document::{Citation, CitingKind, Document};
use yixian_domain::figure::FigureCode;
use yixian_domain::ids::{ClauseId, MatterId};
use yixian_domain::org::Role;

/// Everything but matters that may cite, as it is called, with its key behind.
fn offered(web: &Web, say: &Say) -> Vec<String> {
    let policies = web.app().policies();
    let rules = policies.rules.all().iter().map(|r| format!("{} {} ({})", r.source, limit_words(say, r.limit), r.id));
    let steps = policies.procedures.all().iter().flat_map(|p| {
        let procedure = say.of_or("procedure", &p.id);
        p.steps
            .iter()
            .map(move |s| format!("{procedure} {} ({}/{})", say.named(&s.name, Some(&s.name_en)), p.id, s.code))
    });
    let figures =
        FigureCode::ALL.into_iter().map(|f| format!("{} ({})", say.t(&f.definition().label_key()), f.as_str()));
    rules.chain(steps).chain(figures).collect()
}

/// The key that was typed: behind a name in brackets, or alone.
fn key(text: &str) -> &str {
    text.rsplit_once('(').and_then(|(_, rest)| rest.strip_suffix(')')).unwrap_or(text).trim()
}

/// Whoever coordinates anywhere may find something of his own that cites.
async fn looked_at(web: &Web, v: &Visitor, at: &str, clause: Uuid) -> Result<ClausePage, AppError> {
    let found = web.app().clause_page(&v.actor, at, ClauseId(clause)).await?;
    if v.actor.is_somewhere(Role::Coordinator) { Ok(found) } else { Err(keeping::denied()) }
}

async fn asked(web: &Web, v: &Visitor, c: &ClausePage, mut form: Form, faults: Faults) -> Result<FormPage, AppError> {
    let (say, d) = (&v.say, &c.page.document);
    form.mint(web, &["command_id", "citation"]);
    let here = clause_at(d, c.clause);
    let no = d.clause(c.clause).map(|(_, clause)| clause.no.clone()).unwrap_or_default();
    Ok(FormPage {
        crumbs: vec![
            (say.t("documents-title"), "/documents".into()),
            (title(say, d), format!("/documents/{}", d.id)),
            (say.t1("clause-no", "no", no), here.clone()),
        ],
        action: format!("{here}/cite"),
        back: here,
        hidden: vec!["citation"],
        fields: vec![
            Field::new(
                "kind",
                say.t("citing-kind"),
                Kind::Choice(choice(say, "citing", CitingKind::ALL, CitingKind::as_str)),
            ),
            Field::new("key", say.t("citing-key"), Kind::Typed(offered(web, say)))
                .hint(say.t("citing-key-hint"))
                .tells("citing"),
            Field::new("since", say.t("citing-since"), Kind::Line("date")).hint(say.t("citing-since-hint")).optional(),
        ],
        ..FormPage::new(Frame::of(web, v, "documents").await?, say.t("clause-cite"), form, faults)
    })
}

async fn read(web: &Web, v: &Visitor, c: &ClausePage, form: &Form) -> Result<DocumentCommand, AppError> {
    let mut r = Reading::default();
    let citation = r.take(form.id("citation", "uuid_v7"));
    let kind = r.take(form.needed::<CitingKind>("kind", "kind"));
    let since = r.take(form.optional_day("since")).flatten();
    let typed = key(form.get("key"));
    let named = match kind {
        Some(CitingKind::Task | CitingKind::Violation) if typed.parse::<Uuid>().is_err() => {
            let found: Option<MatterId> = web.app().matter_by_number(&v.actor, typed).await?;
            r.take(found.map(|m| m.to_string()).ok_or_else(|| FieldError::new("key", "matter")))
        }
        _ => r.take(if typed.is_empty() { Err(FieldError::new("key", "citing")) } else { Ok(typed.to_owned()) }),
    };
    r.done()?;
    let no = c.page.document.clause(c.clause).map(|(_, clause)| clause.no.clone());
    Ok(DocumentCommand::Cite {
        citation: citation.unwrap_or_default(),
        document: c.page.document.id.0,
        clause: no.unwrap_or_default(),
        citing: CitingIn { kind: kind.unwrap_or(CitingKind::Rule), key: named.unwrap_or_default() },
        since,
    })
}

/// `GET /documents/{id}/clauses/{clause}/cite`
pub async fn page(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path((at, clause)): Path<(String, Uuid)>,
    uri: Uri,
) -> Page {
    let c = looked_at(&web, &v, &at, clause).await?;
    let q = query(uri.query());
    let kind = CitingKind::parse(q.get("kind")).unwrap_or(CitingKind::Rule);
    let form = Form::of([("kind", kind.as_str()), ("key", q.get("key"))]);
    asked(&web, &v, &c, form, Faults::none()).await?.shown(StatusCode::OK)
}

/// `POST /documents/{id}/clauses/{clause}/cite`
pub async fn submit(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path((at, clause)): Path<(String, Uuid)>,
    form: Form,
) -> Page {
    let c = looked_at(&web, &v, &at, clause).await?;
    let read = read(&web, &v, &c, &form).await.map(Read::now);
    match Post::by(&web, &v).minted(&["citation"]).send(form, read).await? {
        Posted::Done(_) => to(&clause_at(&c.page.document, c.clause)),
        Posted::Again(Again { form, faults, status }) => asked(&web, &v, &c, form, faults).await?.shown(status),
    }
}

/// A citation with its document, for whoever may end it.
async fn ends(web: &Web, v: &Visitor, id: Uuid) -> Result<(Citation, Document), AppError> {
    let citation = web.app().citation(&v.actor, id).await?;
    let document = web.app().document(&v.actor, &citation.document.to_string()).await?;
    let may_end = match citation.citing.matter() {
        Some(_) => v.actor.is_somewhere(Role::Coordinator),
        None => web.app().keeps_documents(&v.actor, document.details.unit).await?,
    };
    if may_end { Ok((citation, document)) } else { Err(keeping::denied()) }
}

async fn end_form(
    web: &Web,
    v: &Visitor,
    (citation, d): &(Citation, Document),
    mut form: Form,
    faults: Faults,
) -> Result<FormPage, AppError> {
    let say = &v.say;
    form.mint(web, &["command_id"]);
    let here = clause_at(d, citation.clause);
    let no = d.clause(citation.clause).map(|(_, c)| c.no.clone()).unwrap_or_default();
    Ok(FormPage {
        crumbs: vec![(title(say, d), format!("/documents/{}", d.id)), (say.t1("clause-no", "no", no), here.clone())],
        action: format!("/citations/{}/end", citation.id),
        back: here,
        fields: vec![Field::new("on", say.t("citation-end-on"), Kind::Line("date")).hint(say.t1(
            "citation-end-hint",
            "day",
            say.day(citation.since),
        ))],
        ..FormPage::new(Frame::of(web, v, "documents").await?, say.t("citation-end"), form, faults).grave()
    })
}

/// `GET /citations/{id}/end`
pub async fn end_page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(id): Path<Uuid>) -> Page {
    let of = ends(&web, &v, id).await?;
    let form = Form::of([("on", v.say.today().to_string())]);
    end_form(&web, &v, &of, form, Faults::none()).await?.shown(StatusCode::OK)
}

/// `POST /citations/{id}/end`
pub async fn end(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<Uuid>,
    form: Form,
) -> Page {
    let of = ends(&web, &v, id).await?;
    let mut r = Reading::default();
    let on = r.take(form.day("on"));
    let read = r.done().map(|()| Read::now(DocumentCommand::EndCitation { citation: id, on: on.unwrap_or_default() }));
    match Post::by(&web, &v).send(form, read).await? {
        Posted::Done(_) => to(&clause_at(&of.1, of.0.clause)),
        Posted::Again(Again { form, faults, status }) => end_form(&web, &v, &of, form, faults).await?.shown(status),
    }
}
