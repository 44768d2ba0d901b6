//! Counts a visit with another of the same activity. Which may be merged is the law's.

use crate::door::frame::Frame;
use crate::door::page::{Page, show_as, to};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::Faults;
use crate::visits::about::{About, faults_of, minted};
use crate::visits::cancel::to_cancel;
use crate::visits::list as visits;
use crate::visits::list::{Line, later};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::command::VisitCommand;
use yixian_app::visits::{VisitFilter, VisitStage};

/// Days around a visit in which another one may be the same activity.
const SAME_ACTIVITY_DAYS: i64 = 3;

#[derive(Template)]
#[template(path = "visits/merge.html")]
struct MergeHtml {
    f: Frame,
    faults: Faults,
    form: Form,
    about: About,
    others: Vec<(Line, bool)>,
}

async fn merge_form(web: &Web, v: &Visitor, id: Uuid, mut form: Form, faults: Faults, status: StatusCode) -> Page {
    let (p, about) = to_cancel(web, v, id).await?;
    let day = p.visit.plan.day;
    let days = Some((later(&v.say, day, -SAME_ACTIVITY_DAYS), later(&v.say, day, SAME_ACTIVITY_DAYS)));
    let filter = VisitFilter { place: Some(p.place.id), days, ..VisitFilter::default() };
    let mut list = web.app().visit_list(&v.actor, &filter, 20).await?;
    list.retain(|r| r.id.0 != id && !matches!(r.stage, VisitStage::Cancelled | VisitStage::Merged));
    form.set("command_id", minted(web, &v.say, &form, "command_id"));
    let chosen = form.get("into").to_owned();
    let others = visits::lines(web, &v.say, &list)
        .await?
        .into_iter()
        .map(|l| {
            let on = l.id.to_string() == chosen;
            (l, on)
        })
        .collect();
    show_as(status, &MergeHtml { f: Frame::of(web, v, "visits").await?, faults, form, about, others })
}

/// `GET /visits/{id}/merge`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(id): Path<Uuid>) -> Page {
    merge_form(&web, &v, id, Form::default(), Faults::none(), StatusCode::OK).await
}

/// `POST /visits/{id}/merge`
pub async fn submit(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<Uuid>,
    form: Form,
) -> Page {
    let into = form.id("into", "visit").map_err(|e| AppError::Invalid(vec![e]));
    let read = into.map(|into| Read::now(VisitCommand::MergeVisit { visit: id, into }));
    match Post::by(&web, &v).told(faults_of).send(form, read).await? {
        Posted::Done(_) => to(&format!("/visits/{id}")),
        Posted::Again(Again { form, faults, status }) => merge_form(&web, &v, id, form, faults, status).await,
    }
}
