//! What is done to a measure, each by a form of its own: decided, applied to sections, taken over, put into another class.

use crate::door::frame::Frame;
use crate::door::page::{Page, to};
use crate::door::telling::unit_name;
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::page::{Field, FormPage, Kind, choice};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use crate::measures::board::title;
use crate::measures::measure::there;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use uuid::Uuid;
use yixian_app::command::MeasureCommand as C;
use yixian_app::measures::MeasurePage;
use yixian_app::{AppError, FieldError};
use yixian_domain::access::{Ask, Denial, may};
use yixian_domain::org::Role;
use yixian_domain::part::{MeasureClass, Verdict};

/// Who may try.
fn admit(v: &Visitor, p: &MeasurePage, action: &str) -> Result<(), AppError> {
    let may = match action {
        "decide" => p.decides,
        "apply" | "reclass" => p.applies,
        "take-over" => v.actor.is_somewhere(Role::Coordinator),
        _ => return Err(AppError::NotFound("page")),
    };
    if may { Ok(()) } else { Err(AppError::Denied(Denial::NeedsRole { role: Role::Coordinator })) }
}

async fn form_page(
    web: &Web,
    v: &Visitor,
    p: &MeasurePage,
    action: &str,
    mut form: Form,
    faults: Faults,
) -> Result<FormPage, AppError> {
    let say = &v.say;
    form.mint(web, &["command_id"]);
    let day = |name| Field::new(name, say.t("measure-from-day"), Kind::Line("date"));
    let fields = match action {
        "decide" => vec![
            Field::new(
                "verdict",
                say.t("measure-decision"),
                Kind::Choice(choice(say, "measure-verdict", Verdict::ALL, Verdict::as_str)),
            ),
            day("day"),
            Field::new("reason", say.t("works-reason"), Kind::Text).hint(say.t("measure-reason-hint")).optional(),
        ],
        "apply" => vec![
            Field::new("sections", say.t("works-sections"), Kind::Text).hint(say.t("measure-sections-hint")),
            day("day"),
        ],
        "take-over" => {
            let directory = web.app().directory().await?;
            let own = directory.units().filter(|u| may(&v.actor, &Ask::TakeOverMeasure(&u.path)).is_ok());
            let list = own.map(|u| (u.id.to_string(), unit_name(say, u))).collect();
            vec![Field::new("unit", say.t("measure-unit"), Kind::Select(list)), day("day")]
        }
        _ => vec![
            Field::new(
                "class",
                say.t("measure-class"),
                Kind::Choice(choice(say, "measure-class", MeasureClass::ALL, MeasureClass::as_str)),
            ),
            Field::new("reason", say.t("works-reason"), Kind::Text),
        ],
    };
    let id = p.row.matter.id;
    Ok(FormPage {
        sub: Some(title(say, &p.row)),
        crumbs: vec![(say.t("measures-title"), "/measures".into()), (title(say, &p.row), format!("/measures/{id}"))],
        action: format!("/measures/{id}/{action}"),
        back: format!("/measures/{id}"),
        fields,
        ..FormPage::new(Frame::of(web, v, "measures").await?, say.of("measure-do", action), form, faults)
    })
}

/// `GET /measures/{id}/{action}`
pub async fn page(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path((id, action)): Path<(Uuid, String)>,
) -> Page {
    let p = there(&web, &v, id).await?;
    admit(&v, &p, &action)?;
    let form = Form::of([
        ("day", v.say.today().to_string()),
        ("class", p.row.measure.class.as_str().to_owned()),
        ("verdict", Verdict::Adopted.as_str().to_owned()),
    ]);
    form_page(&web, &v, &p, &action, form, Faults::none()).await?.shown(StatusCode::OK)
}

async fn read(web: &Web, matter: Uuid, action: &str, form: &Form) -> Result<C, AppError> {
    let mut r = Reading::default();
    let reason = form.get("reason").to_owned();
    let command = match action {
        "decide" => {
            let verdict = r.take(form.needed::<Verdict>("verdict", "decision"));
            let day = r.take(form.day("day"));
            verdict.zip(day).map(|(verdict, day)| C::DecideMeasure { matter, verdict, day, reason })
        }
        "apply" => {
            let mut sections = Vec::new();
            for code in
                form.get("sections").split(['\n', '，', ',', ' ', '、']).map(str::trim).filter(|t| !t.is_empty())
            {
                match web.app().section_of_code(code).await? {
                    Some(id) => sections.push(id),
                    None => r.faults.push(FieldError::with("sections", "section", code)),
                }
            }
            let from = r.take(form.day("day"));
            from.map(|from| C::ApplyMeasure { matter, sections, from })
        }
        "take-over" => {
            let unit = r.take(form.id("unit", "unit"));
            let day = r.take(form.day("day"));
            unit.zip(day).map(|(unit, day)| C::TakeOverMeasure { matter, unit, day })
        }
        "reclass" => {
            let class = r.take(form.needed::<MeasureClass>("class", "measure_class"));
            class.map(|class| C::ReclassMeasure { matter, class, reason })
        }
        _ => return Err(AppError::NotFound("page")),
    };
    r.done()?;
    command.ok_or(AppError::NotFound("page"))
}

/// `POST /measures/{id}/{action}`
pub async fn submit(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path((id, action)): Path<(Uuid, String)>,
    form: Form,
) -> Page {
    let p = there(&web, &v, id).await?;
    admit(&v, &p, &action)?;
    let command = read(&web, id, &action, &form).await.map(Read::now);
    match Post::by(&web, &v).send(form, command).await? {
        Posted::Done(_) => to(&format!("/measures/{id}")),
        Posted::Again(Again { form, faults, status }) => {
            form_page(&web, &v, &p, &action, form, faults).await?.shown(status)
        }
    }
}
