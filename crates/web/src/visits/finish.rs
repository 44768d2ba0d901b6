//! Ends a visit, with its summary as it will be kept. What may be ended is the law's.

use crate::door::frame::Frame;
use crate::door::page::{Page, show_as, to};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::Faults;
use crate::matters::rows::{self, Row};
use crate::visits::about::{About, about, faults_of, goes, happened_at, local, summary};
use crate::visits::visit::page_of;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::command::VisitCommand;
use yixian_domain::ids::VisitId;
use yixian_domain::visit::VisitState;

#[derive(Template)]
#[template(path = "visits/finish.html")]
struct FinishHtml {
    f: Frame,
    faults: Faults,
    form: Form,
    about: About,
    findings: Vec<Row>,
    now_local: String,
}

async fn finish_form(web: &Web, v: &Visitor, id: Uuid, mut form: Form, faults: Faults, status: StatusCode) -> Page {
    let p = web.app().visit_page(&v.actor, VisitId(id)).await?;
    if !matches!(p.visit.state, VisitState::OnSite { .. }) || !p.mine {
        // Ended already, perhaps twice in a row: its page says so.
        return if faults.any() {
            page_of(web, v, id, form, faults, status).await
        } else {
            to(&format!("/visits/{id}"))
        };
    }
    let directory = web.app().directory().await?;
    form.mint(web, &["command_id"]);
    if form.get("summary").is_empty() && !faults.any() {
        form.set("summary", summary(&v.say, &directory, &p));
    }
    let page = FinishHtml {
        about: about(&v.say, &directory, &p),
        findings: rows::rows(web, &v.say, &p.findings).await?,
        now_local: local(&v.say, v.say.now()),
        f: Frame::of(web, v, "visits").await?,
        form,
        faults,
    };
    show_as(status, &page)
}

/// `GET /visits/{id}/finish`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(id): Path<Uuid>) -> Page {
    goes(&web, &v, id).await?;
    finish_form(&web, &v, id, Form::default(), Faults::none(), StatusCode::OK).await
}

/// `POST /visits/{id}/finish`
pub async fn submit(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<Uuid>,
    form: Form,
) -> Page {
    goes(&web, &v, id).await?;
    let command = VisitCommand::FinishVisit { visit: id, summary: form.get("summary").to_owned() };
    let at = happened_at(&v.say, &form).map_err(|e| AppError::Invalid(vec![e]));
    let read = at.map(|at| Read::at(at, command));
    match Post::by(&web, &v).told(faults_of).send(form, read).await? {
        Posted::Done(_) => to(&format!("/visits/{id}")),
        Posted::Again(Again { form, faults, status }) => finish_form(&web, &v, id, form, faults, status).await,
    }
}
