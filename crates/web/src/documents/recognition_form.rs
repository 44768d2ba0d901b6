//! The form of a recognition: what was issued, the practice it speaks of, records and figures that show it.

use super::form::{NAME, units};
use super::shown::{recognition_title, title};
use crate::door::frame::Frame;
use crate::door::keeping;
use crate::door::page::{Page, to};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::page::{Field, FormPage, Kind, beside, or_none};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use yixian_app::command::{AboutIn, DocumentCommand, QuotedIn};
use yixian_app::documents::RecognitionPage;
use yixian_app::{AppError, FieldError};
use yixian_domain::base::about::AboutKind;
use yixian_domain::figure::FigureCode;

/// Fields in which records are chosen.
const ABOUT: [&str; 4] = ["about_1", "about_2", "about_3", "about_4"];
/// Fields of a figure that is quoted: which, over what, as of when, as what.
const QUOTED: [[&str; 4]; 3] = [
    ["figure_1", "period_1", "as_of_1", "value_1"],
    ["figure_2", "period_2", "as_of_2", "value_2"],
    ["figure_3", "period_3", "as_of_3", "value_3"],
];

fn about_key(about: &AboutIn) -> String {
    format!("{}:{}", about.kind.as_str(), about.id)
}

/// Records to choose from: what a matter may be about, documents, and what was chosen before, however it is called.
async fn records(web: &Web, v: &Visitor, form: &Form) -> Result<Vec<(String, String)>, AppError> {
    let say = &v.say;
    let mut all = web.app().about_choices(&v.actor, say.is_english()).await?;
    for d in web.app().documents(&v.actor, say.today()).await? {
        all.push((format!("{}:{}", AboutKind::Document.as_str(), d.id), title(say, &d)));
    }
    for chosen in ABOUT.map(|field| form.get(field)).into_iter().filter(|c| !c.is_empty()) {
        if let Ok(about) = about(form_key(chosen))
            && !all.iter().any(|(key, _)| key == chosen)
        {
            let named = web.app().about_named(&v.actor, about.into(), say.is_english()).await?;
            let kind = say.of("about-kind", about.kind.as_str());
            all.push((chosen.to_owned(), named.map_or(kind, |n| n.name)));
        }
    }
    Ok(all)
}

/// What stands in a field before and behind the colon.
fn form_key(text: &str) -> Option<(&str, &str)> {
    text.split_once(':')
}

fn about(key: Option<(&str, &str)>) -> Result<AboutIn, FieldError> {
    let read = |(kind, id): (&str, &str)| Some(AboutIn { kind: AboutKind::parse(kind)?, id: id.parse().ok()? });
    key.and_then(read).ok_or_else(|| FieldError::new("about", "about"))
}

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
    let choices = or_none(say.t("none"), records(web, v, &form).await?);
    for (i, name) in ABOUT.into_iter().enumerate() {
        let label = say.t1("recognition-record-n", "n", i as i64 + 1);
        let field = Field::new(name, label, Kind::Select(choices.clone())).optional();
        fields.push(if i == 0 { field.tells("about") } else { field });
    }
    let figures: Vec<_> =
        FigureCode::ALL.into_iter().map(|f| (f.as_str().to_owned(), say.t(&f.definition().label_key()))).collect();
    for (i, [figure, period, as_of, value]) in QUOTED.into_iter().enumerate() {
        let label = say.t1("recognition-figure-n", "n", i as i64 + 1);
        let which = Field::new(figure, label, Kind::Select(or_none(say.t("none"), figures.clone()))).optional();
        fields.push(if i == 0 { which.tells("figures") } else { which });
        fields.extend(beside(
            Field::line(period, say.t("quoted-period")).optional(),
            Field::line(as_of, say.t("quoted-until")).optional(),
        ));
        fields.push(Field::line(value, say.t("quoted-printed")).optional());
    }
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
    let chosen = ABOUT.map(|field| form.get(field)).into_iter().filter(|c| !c.is_empty());
    let abouts = chosen.filter_map(|c| r.take(about(form_key(c)))).collect();
    r.done()?;
    let figures = QUOTED.into_iter().filter(|[figure, ..]| !form.get(figure).is_empty());
    let figures = figures.map(|[figure, period, as_of, value]| QuotedIn {
        figure: form.get(figure).to_owned(),
        period: form.get(period).to_owned(),
        as_of: form.get(as_of).to_owned(),
        value: Some(form.get(value).to_owned()),
    });
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
        figures: figures.collect(),
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
    for (field, a) in ABOUT.into_iter().zip(&d.about) {
        form.set(field, about_key(&AboutIn { kind: a.kind, id: a.id }));
    }
    for ([figure, period, as_of, value], q) in QUOTED.into_iter().zip(&d.figures) {
        form.set(figure, q.figure.clone());
        form.set(period, q.period.clone());
        form.set(as_of, q.as_of.to_string());
        form.set(value, q.value.clone().unwrap_or_default());
    }
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
