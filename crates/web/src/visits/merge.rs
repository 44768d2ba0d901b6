//! Counts a visit with another of the same activity. Which may be merged is the law's.

use crate::door::page::{Page, to};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::page::{Field, FormPage, Kind};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::Faults;
use crate::visits::about::faults_of;
use crate::visits::cancel::{form_of, to_cancel};
use crate::visits::list as visits;
use crate::visits::list::later;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::command::VisitCommand;
use yixian_app::visits::{VisitFilter, VisitStage};

/// Days around a visit in which another one may be the same activity.
const SAME_ACTIVITY_DAYS: i64 = 3;

async fn merge_form(web: &Web, v: &Visitor, id: Uuid, form: Form, faults: Faults, status: StatusCode) -> Page {
    let (p, about) = to_cancel(web, v, id).await?;
    let say = &v.say;
    let day = p.visit.plan.day;
    let days = Some((later(say, day, -SAME_ACTIVITY_DAYS), later(say, day, SAME_ACTIVITY_DAYS)));
    let filter = VisitFilter { place: Some(p.place.id), days, ..VisitFilter::default() };
    let mut list = web.app().visit_list(&v.actor, &filter, 20).await?;
    list.retain(|r| r.id.0 != id && !matches!(r.stage, VisitStage::Cancelled | VisitStage::Merged));
    let others: Vec<_> = visits::lines(web, say, &list)
        .await?
        .into_iter()
        .map(|l| (l.id.to_string(), format!("{} · {} · {}", l.day, l.leader, l.state)))
        .collect();
    let page = form_of(web, v, &about, "merge", form, faults).await?;
    let into = Field::new("into", say.t("visit-merge-into"), Kind::Choice(others.clone()));
    FormPage {
        sub: Some(format!("{} · {}", about.place, about.number)),
        nothing: others.is_empty().then(|| say.t("visit-merge-none")),
        fields: vec![into.hint(say.t("visit-merge-hint"))],
        ..page
    }
    .shown(status)
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
