//! The form of a publication: where it was printed, and which figures it quotes.

use super::form::units;
use super::shown::publication_title;
use crate::documents::evidence;
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
use yixian_app::command::PraiseCommand;
use yixian_app::praise::PublicationPage;

const NAME: &str = r#"maxlength="120" autocomplete="off""#;
/// Empty rows for figures: an article quotes about a dozen.
const SPARE: usize = 6;

async fn asked(
    web: &Web,
    v: &Visitor,
    before: Option<&PublicationPage>,
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
        Field::line("outlet", say.t("publication-outlet")).with(NAME),
        Field::new("day", say.t("publication-day"), Kind::Line("date")),
    ));
    fields.push(
        Field::new("url", say.t("publication-url"), Kind::Line("url")).hint(say.t("publication-url-hint")).optional(),
    );
    fields.push(Field::line("file", say.t("praise-file-hash")).hint(say.t("praise-file-hash-hint")).optional());
    fields.push(Field::new("unit", say.t("publication-unit"), Kind::Select(units(web, v).await?)));
    fields.extend(evidence::fields(web, v, &form, SPARE).await?);
    let at = before.map(|p| format!("/publications/{}", p.publication.id));
    Ok(FormPage {
        button: say.t("save"),
        crumbs: vec![(say.t("publications-title"), "/publications".into())],
        action: at.as_ref().map_or_else(|| "/publications/new".to_owned(), |at| format!("{at}/edit")),
        back: at.unwrap_or_else(|| "/publications".into()),
        hidden: vec!["id", "rev"],
        fields,
        ..FormPage::new(
            Frame::of(web, v, "praise").await?,
            before.map_or_else(|| say.t("publication-new"), |p| publication_title(say, &p.publication)),
            form,
            faults,
        )
    })
}

fn read(before: Option<&PublicationPage>, form: &Form) -> Result<PraiseCommand, AppError> {
    let mut r = Reading::default();
    let id = r.take(form.id("id", "uuid_v7"));
    let unit = r.take(form.id("unit", "unit"));
    let day = r.take(form.day("day"));
    let about = evidence::records_in(form, &mut r);
    r.done()?;
    let text = |name: &str| form.get(name).to_owned();
    Ok(PraiseCommand::PutPublication {
        publication: before.map_or(id.unwrap_or_default(), |p| p.publication.id),
        code: before.map_or_else(|| text("code"), |p| p.publication.code.clone()),
        outlet: text("outlet"),
        title: text("title"),
        title_en: Some(text("title_en")),
        day: day.unwrap_or_default(),
        url: Some(text("url")),
        file: Some(text("file")),
        unit: unit.unwrap_or_default(),
        about,
        figures: evidence::quoted_in(form),
    })
}

/// The publication of an address, for whoever keeps it.
async fn kept(web: &Web, v: &Visitor, at: &str) -> Result<PublicationPage, AppError> {
    let p = web.app().publication_page(&v.actor, at).await?;
    if p.keeps { Ok(p) } else { Err(keeping::denied()) }
}

/// `GET /publications/new`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn) -> Page {
    units(&web, &v).await?;
    let form = Form::of([("day", v.say.today().to_string())]);
    asked(&web, &v, None, form, Faults::none()).await?.shown(StatusCode::OK)
}

/// `POST /publications/new`
pub async fn submit(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, form: Form) -> Page {
    units(&web, &v).await?;
    let read = read(None, &form).map(Read::now);
    match Post::by(&web, &v).minted(&["id"]).send(form, read).await? {
        Posted::Done(receipt) => to(&format!("/publications/{}", receipt.record)),
        Posted::Again(Again { form, faults, status }) => asked(&web, &v, None, form, faults).await?.shown(status),
    }
}

/// `GET /publications/{id}/edit`
pub async fn edit(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(at): Path<String>) -> Page {
    let p = kept(&web, &v, &at).await?;
    let (publication, d) = (&p.publication, &p.publication.details);
    let mut form = Form::of([
        ("id", publication.id.to_string()),
        ("rev", publication.rev.to_string()),
        ("code", publication.code.clone()),
        ("title", d.title.clone()),
        ("title_en", d.title_en.clone().unwrap_or_default()),
        ("outlet", d.outlet.clone()),
        ("day", d.day.to_string()),
        ("url", d.url.clone().unwrap_or_default()),
        ("file", d.file.as_ref().map(|f| f.as_str().to_owned()).unwrap_or_default()),
        ("unit", d.unit.to_string()),
    ]);
    evidence::fill(&mut form, &d.about, &d.figures);
    asked(&web, &v, Some(&p), form, Faults::none()).await?.shown(StatusCode::OK)
}

/// `POST /publications/{id}/edit`
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
        Posted::Done(_) => to(&format!("/publications/{}", p.publication.id)),
        Posted::Again(Again { form, faults, status }) => asked(&web, &v, Some(&p), form, faults).await?.shown(status),
    }
}
