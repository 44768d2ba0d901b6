//! The form of a new measure.

use crate::door::frame::Frame;
use crate::door::page::{Page, to};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::form::page::{Field, FormPage, Kind, beside, choice};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use yixian_app::command::{AboutIn, BaselineOfIn, MeasureCommand};
use yixian_app::{AppError, FieldError};
use yixian_domain::access::{Ask, may};
use yixian_domain::base::about::AboutKind;
use yixian_domain::matter::MatterKind;
use yixian_domain::part::MeasureClass;

async fn asked(web: &Web, v: &Visitor, mut form: Form, faults: Faults) -> Result<FormPage, AppError> {
    may(&v.actor, &Ask::RaiseMatter)?;
    let say = &v.say;
    form.mint(web, &["command_id", "matter"]);
    let policies = web.app().policies();
    let categories = policies
        .procedures
        .categories(MatterKind::Measure, say.today())
        .filter(|(p, _)| p.id == "improve")
        .map(|(_, c)| (c.code.clone(), say.named(&c.name, Some(&c.name_en))))
        .collect();
    let [name, value] = beside(
        Field::line("baseline_name", say.t("measure-baseline-name")).optional(),
        Field::line("baseline_value", say.t("measure-baseline-value")).optional(),
    );
    let [unit, source] = beside(
        Field::line("baseline_unit", say.t("measure-baseline-unit")).optional(),
        Field::line("baseline_source", say.t("measure-baseline-source")).optional(),
    );
    Ok(FormPage {
        crumbs: vec![(say.t("measures-title"), "/measures".into())],
        action: "/measures/new".into(),
        back: "/measures".into(),
        hidden: vec!["matter"],
        hint: Some(say.t("measure-new-hint")),
        fields: vec![
            Field::new(
                "class",
                say.t("measure-class"),
                Kind::Choice(choice(say, "measure-class", MeasureClass::ALL, MeasureClass::as_str)),
            ),
            Field::new("category", say.t("measure-about-what"), Kind::Choice(categories)),
            Field::new("words", say.t("measure-what"), Kind::Text),
            Field::new("answers", say.t("measure-answers"), Kind::Text).hint(say.t("measure-answers-hint")),
            name,
            value,
            unit,
            source,
            Field::new("gain", say.t("measure-gain"), Kind::Text).optional(),
            Field::new("photos", say.t("photo-add"), Kind::Photos),
        ],
        draft: Some("measure-new".into()),
        ..FormPage::new(Frame::of(web, v, "measures").await?, say.t("measure-new"), form, faults)
    })
}

/// `GET /measures/new`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
    asked(&web, &v, query(uri.query()), Faults::none()).await?.shown(StatusCode::OK)
}

/// What it answers, one a line: a matter's number, or the code of a section.
async fn answers(web: &Web, v: &Visitor, text: &str) -> Result<Vec<AboutIn>, FieldError> {
    let mut all = Vec::new();
    for one in text.split(['\n', '，', ',', ' ', '、']).map(str::trim).filter(|t| !t.is_empty()) {
        if let Ok(Some(section)) = web.app().section_of_code(one).await {
            all.push(AboutIn { kind: AboutKind::Section, id: section });
            continue;
        }
        match web.app().matter_by_number(&v.actor, one).await {
            Ok(Some(m)) => all.push(AboutIn { kind: AboutKind::Matter, id: m.0 }),
            Ok(None) | Err(_) => return Err(FieldError::with("answers", "about", one)),
        }
    }
    if all.is_empty() { Err(FieldError::new("answers", "measure_answers")) } else { Ok(all) }
}

async fn read(web: &Web, v: &Visitor, form: &Form) -> Result<MeasureCommand, AppError> {
    let mut r = Reading::default();
    let matter = r.take(form.id("matter", "uuid_v7"));
    let class = r.take(form.needed::<MeasureClass>("class", "measure_class"));
    for (name, code) in [("category", "category"), ("words", "words_needed")] {
        if form.get(name).is_empty() {
            r.faults.push(FieldError::new(name, code));
        }
    }
    let answers = answers(web, v, form.get("answers")).await;
    let answers = r.take(answers);
    let text = |name: &str| form.get(name).to_owned();
    let fields = ["baseline_name", "baseline_value", "baseline_unit", "baseline_source"];
    let baseline = fields.iter().any(|f| !form.get(f).is_empty()).then(|| BaselineOfIn {
        name: text("baseline_name"),
        value: text("baseline_value"),
        unit: text("baseline_unit"),
        source: text("baseline_source"),
    });
    r.done()?;
    Ok(MeasureCommand::ProposeMeasure {
        matter: matter.unwrap_or_default(),
        class: class.unwrap_or(MeasureClass::Labour),
        category: text("category"),
        words: text("words"),
        answers: answers.unwrap_or_default(),
        baseline,
        gain: text("gain"),
        unit: None,
        photos: form.photos("photos"),
    })
}

/// `POST /measures/new`
pub async fn submit(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, mut form: Form) -> Page {
    form.take_photos(&web).await;
    let read = read(&web, &v, &form).await.map(Read::now);
    match Post::by(&web, &v).minted(&["matter"]).send(form, read).await? {
        Posted::Done(receipt) => to(&format!("/measures/{}", receipt.record)),
        Posted::Again(Again { form, faults, status }) => asked(&web, &v, form, faults).await?.shown(status),
    }
}
