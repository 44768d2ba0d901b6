//! Calls a visit off. What may be called off is the law's.

use crate::door::frame::Frame;
use crate::door::page::{Page, to};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::page::{Field, FormPage, Kind};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::Faults;
use crate::visits::about::{About, about, faults_of};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::command::VisitCommand;
use yixian_app::read::VisitPage;
use yixian_domain::access::{Ask, VisitFacts, may};
use yixian_domain::ids::VisitId;

/// The visit for a page on which it is called off or merged.
pub(super) async fn to_cancel(web: &Web, v: &Visitor, id: Uuid) -> Result<(VisitPage, About), AppError> {
    let p = web.app().visit_page(&v.actor, VisitId(id)).await?;
    let directory = web.app().directory().await?;
    let host = directory.unit(p.visit.plan.host).ok_or(AppError::NotFound("unit"))?.path.clone();
    may(&v.actor, &Ask::CancelVisit(&VisitFacts::of(&p.visit, host)))?;
    let about = about(&v.say, &directory, &p);
    Ok((p, about))
}

/// A form about a visit, before it asks anything.
pub(super) async fn form_of(
    web: &Web,
    v: &Visitor,
    about: &About,
    what: &str,
    mut form: Form,
    faults: Faults,
) -> Result<FormPage, AppError> {
    form.mint(web, &["command_id"]);
    let visit = format!("/visits/{}", about.id);
    Ok(FormPage {
        crumbs: vec![(v.say.t("nav-visits"), "/visits".into()), (about.place.clone(), visit.clone())],
        action: format!("{visit}/{what}"),
        back: visit,
        ..FormPage::new(Frame::of(web, v, "visits").await?, v.say.t(&format!("visit-{what}")), form, faults)
    })
}

async fn cancel_form(web: &Web, v: &Visitor, id: Uuid, form: Form, faults: Faults, status: StatusCode) -> Page {
    let (_, about) = to_cancel(web, v, id).await?;
    let say = &v.say;
    let reason = Field::new("reason", say.t("visit-cancel-reason"), Kind::Text).hint(say.t("visit-cancel-hint"));
    FormPage {
        sub: Some(format!("{} · {}", about.place, about.kind)),
        fields: vec![reason],
        draft: Some(format!("visit-cancel-{id}")),
        ..form_of(web, v, &about, "cancel", form, faults).await?.grave()
    }
    .shown(status)
}

/// `GET /visits/{id}/cancel`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(id): Path<Uuid>) -> Page {
    cancel_form(&web, &v, id, Form::default(), Faults::none(), StatusCode::OK).await
}

/// `POST /visits/{id}/cancel`
pub async fn submit(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<Uuid>,
    form: Form,
) -> Page {
    let read = Read::now(VisitCommand::CancelVisit { visit: id, reason: form.get("reason").to_owned() });
    match Post::by(&web, &v).told(faults_of).send(form, Ok(read)).await? {
        Posted::Done(_) => to(&format!("/visits/{id}")),
        Posted::Again(Again { form, faults, status }) => cancel_form(&web, &v, id, form, faults, status).await,
    }
}
