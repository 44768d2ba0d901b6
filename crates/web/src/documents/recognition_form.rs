//! The form of a recognition: what was issued, the practice it speaks of, records and figures that show it.

use super::evidence;
use super::form::{NAME, units};
use super::shown::recognition_title;
use crate::door::frame::Frame;
use crate::door::keeping;
use crate::door::page::{Page, to};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::page::{Field, FormPage, Kind, beside};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use yixian_app::AppError;
use yixian_app::command::DocumentCommand;
use yixian_app::documents::RecognitionPage;

async fn asked(
    web: &Web,
    v: &Visitor,
    before: Option<&RecognitionPage>,
    mut form: Form,
    faults: Faults,
) -> Result<FormPage, AppError> {
    let say = &v.say;
    form.mint(web, &["command_id", "id"]);
    let mut fields = Vec::new();
    fields.extend(beside(
        Field::line("title", say.t("document-title")).with(NAME),
        Field::code(say.t("code"), before.is_some()),
    ));
    fields.push(Field::line("title_en", say.t("document-title-en")).with(NAME).optional());
    fields.extend(beside(
        Field::line("issuer", say.t("document-issuer")).with(NAME),
        Field::line("number", say.t("document-number")).with(NAME).hint(say.t("document-number-hint")).optional(),
    ));
    fields.extend(beside(
        Field::new("day", say.t("recognition-day"), Kind::Line("date")),
        Field::line("clause", say.t("recognition-clause")).with(NAME).optional(),
    ));
    fields.push(Field::new("practice", say.t("recognition-practice"), Kind::Text));
    fields.push(Field::new("unit", say.t("recognition-unit"), Kind::Select(units(web, v).await?)));
    fields.extend(evidence::fields(web, v, &form, 3).await?);
    let at = before.map(|p| format!("/recognitions/{}", p.recognition.id));
    Ok(FormPage {
        button: say.t("save"),
        crumbs: vec![(say.t("recognitions-title"), "/recognitions".into())],
        action: at.as_ref().map_or_else(|| "/recognitions/new".to_owned(), |at| format!("{at}/edit")),
        back: at.unwrap_or_else(|| "/recognitions".into()),
        hidden: vec!["id", "rev"],
        fields,
        ..FormPage::new(
            Frame::of(web, v, "documents").await?,
            before.map_or_else(|| say.t("recognition-new"), |p| recognition_title(say, &p.recognition)),
            form,
            faults,
        )
    })
}

fn read(before: Option<&RecognitionPage>, form: &Form) -> Result<DocumentCommand, AppError> {
    let mut r = Reading::default();
    let id = r.take(form.id("id", "uuid_v7"));
    let unit = r.take(form.id("unit", "unit"));
    let day = r.take(form.day("day"));
    let abouts = evidence::records_in(form, &mut r);
    r.done()?;
    let text = |name: &str| form.get(name).to_owned();
    Ok(DocumentCommand::PutRecognition {
        recognition: before.map_or(id.unwrap_or_default(), |p| p.recognition.id),
        code: before.map_or_else(|| text("code"), |p| p.recognition.code.clone()),
        title: text("title"),
        title_en: Some(text("title_en")),
        issuer: text("issuer"),
        number: Some(text("number")),
        day: day.unwrap_or_default(),
        clause: Some(text("clause")),
        practice: Some(text("practice")),
        unit: unit.unwrap_or_default(),
        about: abouts,
        figures: evidence::quoted_in(form),
    })
}

/// The recognition of an address, for whoever keeps it.
async fn kept(web: &Web, v: &Visitor, at: &str) -> Result<RecognitionPage, AppError> {
    let p = web.app().recognition_page(&v.actor, at).await?;
    if p.keeps { Ok(p) } else { Err(keeping::denied()) }
}

/// `GET /recognitions/new`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn) -> Page {
    units(&web, &v).await?;
    let form = Form::of([("day", v.say.today().to_string())]);
    asked(&web, &v, None, form, Faults::none()).await?.shown(StatusCode::OK)
}

/// `POST /recognitions/new`
pub async fn submit(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, form: Form) -> Page {
    units(&web, &v).await?;
    let read = read(None, &form).map(Read::now);
    match Post::by(&web, &v).minted(&["id"]).send(form, read).await? {
        Posted::Done(receipt) => to(&format!("/recognitions/{}", receipt.record)),
        Posted::Again(Again { form, faults, status }) => asked(&web, &v, None, form, faults).await?.shown(status),
    }
}

/// `GET /recognitions/{id}/edit`
pub async fn edit(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(at): Path<String>) -> Page {
    let p = kept(&web, &v, &at).await?;
    let (r, d) = (&p.recognition, &p.recognition.details);
    let mut form = Form::of([
        ("id", r.id.to_string()),
        ("rev", r.rev.to_string()),
        ("code", r.code.clone()),
        ("title", d.title.clone()),
        ("title_en", d.title_en.clone().unwrap_or_default()),
        ("issuer", d.issuer.clone()),
        ("number", d.number.clone().unwrap_or_default()),
        ("day", d.day.to_string()),
        ("clause", d.clause.clone().unwrap_or_default()),
        ("practice", p.words.get(&d.practice.id).cloned().unwrap_or_default()),
        ("unit", d.unit.to_string()),
    ]);
    evidence::fill(&mut form, &d.about, &d.figures);
    asked(&web, &v, Some(&p), form, Faults::none()).await?.shown(StatusCode::OK)
}

/// `POST /recognitions/{id}/edit`
pub async fn change(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    form: Form,
) -> Page {
    let p = kept(&web, &v, &at).await?;
    let seen = form.optional::<u32>("rev", "event").ok().flatten();
    let read = read(Some(&p), &form).map(|c| Read { seen, ..Read::now(c) });
    match Post::by(&web, &v).send(form, read).await? {
        Posted::Done(_) => to(&format!("/recognitions/{}", p.recognition.id)),
        Posted::Again(Again { form, faults, status }) => asked(&web, &v, Some(&p), form, faults).await?.shown(status),
    }
}
