//! Erases what says who somebody is who has left. Who may, and when, is decided elsewhere.

use crate::door::frame::Frame;
use crate::door::page::{Page, to};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::page::{Field, FormPage, Kind, choice};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::Faults;
use crate::organisation::choices::administers;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use yixian_app::AppError;
use yixian_app::command::OrganisationCommand;
use yixian_domain::access::{Ask, may};
use yixian_domain::ids::PersonId;
use yixian_domain::matter::ErasureGround;

async fn form_page(web: &Web, v: &Visitor, id: PersonId, mut form: Form, faults: Faults, status: StatusCode) -> Page {
    may(&v.actor, &Ask::Audit)?;
    let say = &v.say;
    let directory = web.app().directory().await?;
    let p = directory.person(id).ok_or(AppError::NotFound("person"))?;
    directory.unit(p.unit).filter(|u| administers(v, u)).ok_or(AppError::NotFound("person"))?;
    form.mint(web, &["command_id"]);
    let left = p.to.is_some_and(|to| to <= say.today());
    let page = FormPage {
        sub: Some(format!("{} · {}", p.code, p.name)),
        hint: Some(say.t("person-erase-hint")),
        nothing: (!left).then(|| say.t("invalid-person-here")),
        crumbs: vec![(say.t("nav-organisation"), "/admin".into()), (p.name.clone(), format!("/admin/people/{id}"))],
        action: format!("/admin/people/{id}/erase"),
        back: format!("/admin/people/{id}"),
        fields: vec![
            Field::new(
                "ground",
                say.t("person-erase-why"),
                Kind::Choice(choice(say, "erasure", ErasureGround::ALL, ErasureGround::as_str)),
            ),
            Field::new("note", say.t("person-erase-note"), Kind::Text).optional(),
        ],
        ..FormPage::new(Frame::of(web, v, "admin").await?, say.t("person-erase"), form, faults).grave()
    };
    page.shown(status)
}

/// `GET /admin/people/{id}/erase`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(id): Path<PersonId>) -> Page {
    form_page(&web, &v, id, Form::default(), Faults::none(), StatusCode::OK).await
}

/// `POST /admin/people/{id}/erase`
pub async fn submit(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<PersonId>,
    form: Form,
) -> Page {
    may(&v.actor, &Ask::Audit)?;
    let ground = form.needed::<ErasureGround>("ground", "ground_needed");
    let read = ground.map_err(|e| AppError::Invalid(vec![e])).map(|ground| {
        Read::now(OrganisationCommand::ErasePerson { person: id.0, ground, note: form.get("note").to_owned() })
    });
    match Post::by(&web, &v).send(form, read).await? {
        Posted::Done(_) => to(&format!("/admin/people/{id}")),
        Posted::Again(Again { form, faults, status }) => form_page(&web, &v, id, form, faults, status).await,
    }
}
