//! The form of a document: what it is, whatever its version.

use super::shown::title;
use crate::door::frame::Frame;
use crate::door::keeping;
use crate::door::page::{Page, to};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::page::{Field, FormPage, Kind, beside, choice};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use yixian_app::AppError;
use yixian_app::command::DocumentCommand;
use yixian_domain::access::Ask;
use yixian_domain::document::{Document, DocumentKind};

pub(super) const NAME: &str = r#"maxlength="120" autocomplete="off""#;

/// Units whose documents and recognitions somebody keeps.
pub(super) async fn units(web: &Web, v: &Visitor) -> Result<Vec<(String, String)>, AppError> {
    keeping::units(web, v, |path| Ask::KeepDocument(path)).await
}

/// The document of an address, for whoever keeps it.
pub(super) async fn kept(web: &Web, v: &Visitor, at: &str) -> Result<Document, AppError> {
    let d = web.app().document(&v.actor, at).await?;
    if web.app().keeps_documents(&v.actor, d.details.unit).await? { Ok(d) } else { Err(keeping::denied()) }
}

async fn asked(
    web: &Web,
    v: &Visitor,
    before: Option<&Document>,
    mut form: Form,
    faults: Faults,
) -> Result<FormPage, AppError> {
    let say = &v.say;
    form.mint(web, &["command_id", "id"]);
    let [label, code] =
        beside(Field::line("title", say.t("document-title")).with(NAME), Field::code(say.t("code"), before.is_some()));
    let [number, issuer] = beside(
        Field::line("number", say.t("document-number")).with(NAME).hint(say.t("document-number-hint")).optional(),
        Field::line("issuer", say.t("document-issuer")).with(NAME),
    );
    let kinds = choice(say, "document-kind", DocumentKind::ALL, DocumentKind::as_str);
    let at = before.map(|d| format!("/documents/{}", d.id));
    Ok(FormPage {
        button: say.t("save"),
        crumbs: vec![(say.t("documents-title"), "/documents".into())],
        action: at.as_ref().map_or_else(|| "/documents/new".to_owned(), |at| format!("{at}/edit")),
        back: at.unwrap_or_else(|| "/documents".into()),
        hidden: vec!["id", "rev"],
        fields: vec![
            label,
            code,
            Field::line("title_en", say.t("document-title-en")).with(NAME).optional(),
            number,
            issuer,
            Field::new("kind", say.t("document-kind"), Kind::Choice(kinds)),
            Field::new("unit", say.t("document-unit"), Kind::Select(units(web, v).await?)),
            Field::new("demo", say.t("document-demo"), Kind::Tick).hint(say.t("document-demo-hint")),
        ],
        ..FormPage::new(
            Frame::of(web, v, "documents").await?,
            before.map_or_else(|| say.t("document-new"), |d| title(say, d)),
            form,
            faults,
        )
    })
}

fn read(before: Option<&Document>, form: &Form) -> Result<DocumentCommand, AppError> {
    let mut r = Reading::default();
    let id = r.take(form.id("id", "uuid_v7"));
    let unit = r.take(form.id("unit", "unit"));
    let kind = r.take(form.needed::<DocumentKind>("kind", "kind"));
    r.done()?;
    Ok(DocumentCommand::PutDocument {
        document: before.map_or(id.unwrap_or_default(), |d| d.id.0),
        code: before.map_or_else(|| form.get("code").to_owned(), |d| d.code.clone()),
        title: form.get("title").to_owned(),
        title_en: Some(form.get("title_en").to_owned()),
        number: Some(form.get("number").to_owned()),
        issuer: form.get("issuer").to_owned(),
        kind: kind.unwrap_or(DocumentKind::Notice),
        unit: unit.unwrap_or_default(),
        demo: form.ticked("demo"),
    })
}

/// `GET /documents/new`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn) -> Page {
    units(&web, &v).await?;
    let form = Form::of([("kind", DocumentKind::Method.as_str())]);
    asked(&web, &v, None, form, Faults::none()).await?.shown(StatusCode::OK)
}

/// `POST /documents/new`
pub async fn submit(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, form: Form) -> Page {
    units(&web, &v).await?;
    let read = read(None, &form).map(Read::now);
    match Post::by(&web, &v).minted(&["id"]).send(form, read).await? {
        // What it says comes with its first version.
        Posted::Done(receipt) => to(&format!("/documents/{}/version", receipt.record)),
        Posted::Again(Again { form, faults, status }) => asked(&web, &v, None, form, faults).await?.shown(status),
    }
}

/// `GET /documents/{id}/edit`
pub async fn edit(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(at): Path<String>) -> Page {
    let d = kept(&web, &v, &at).await?;
    let said = &d.details;
    let form = Form::of([
        ("id", d.id.to_string()),
        ("rev", d.rev.to_string()),
        ("code", d.code.clone()),
        ("title", said.title.clone()),
        ("title_en", said.title_en.clone().unwrap_or_default()),
        ("number", said.number.clone().unwrap_or_default()),
        ("issuer", said.issuer.clone()),
        ("kind", said.kind.as_str().to_owned()),
        ("unit", said.unit.to_string()),
        ("demo", if said.demo { "1".to_owned() } else { String::new() }),
    ]);
    asked(&web, &v, Some(&d), form, Faults::none()).await?.shown(StatusCode::OK)
}

/// `POST /documents/{id}/edit`
pub async fn change(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    form: Form,
) -> Page {
    let d = kept(&web, &v, &at).await?;
    let seen = form.optional::<u32>("rev", "event").ok().flatten();
    let read = read(Some(&d), &form).map(|c| Read { seen, ..Read::now(c) });
    match Post::by(&web, &v).send(form, read).await? {
        Posted::Done(_) => to(&format!("/documents/{}", d.id)),
        Posted::Again(Again { form, faults, status }) => asked(&web, &v, Some(&d), form, faults).await?.shown(status),
    }
}
