//! Calls a visit off. What may be called off is the law's.

use crate::door::frame::Frame;
use crate::door::page::{Page, show_as, to};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::Faults;
use crate::visits::about::{About, about, faults_of, minted};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::command::VisitCommand;
use yixian_app::read::VisitPage;
use yixian_domain::access::{Ask, VisitFacts, may};
use yixian_domain::ids::VisitId;

#[derive(Template)]
#[template(path = "visits/cancel.html")]
struct CancelHtml {
    f: Frame,
    faults: Faults,
    form: Form,
    about: About,
}

/// The visit for a page on which it is called off or merged.
pub(super) async fn to_cancel(web: &Web, v: &Visitor, id: Uuid) -> Result<(VisitPage, About), AppError> {
    let p = web.app().visit_page(&v.actor, VisitId(id)).await?;
    let directory = web.app().directory().await?;
    let host = directory.unit(p.visit.plan.host).ok_or(AppError::NotFound("unit"))?.path.clone();
    may(&v.actor, &Ask::CancelVisit(&VisitFacts::of(&p.visit, host)))?;
    let about = about(&v.say, &directory, &p);
    Ok((p, about))
}

async fn cancel_form(web: &Web, v: &Visitor, id: Uuid, mut form: Form, faults: Faults, status: StatusCode) -> Page {
    let (_, about) = to_cancel(web, v, id).await?;
    form.set("command_id", minted(web, &v.say, &form, "command_id"));
    show_as(status, &CancelHtml { f: Frame::of(web, v, "visits").await?, faults, form, about })
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
