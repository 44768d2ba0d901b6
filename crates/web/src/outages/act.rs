//! Forms that end an outage, and that void one.

use super::form::{kept, local, sent};
use crate::door::frame::Frame;
use crate::door::page::{Page, to};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::page::{Field, FormPage, Kind};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::Faults;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use yixian_app::AppError;
use yixian_app::command::OutageCommand;
use yixian_domain::outage::Outage;

/// The form of what is done to an outage, at the end of its way.
async fn asked(
    web: &Web,
    v: &Visitor,
    o: &Outage,
    (way, title): (&str, &str),
    field: Field,
    (mut form, faults): (Form, Faults),
) -> Result<FormPage, AppError> {
    let say = &v.say;
    form.mint(web, &["command_id"]);
    let here = format!("/outages/{}", o.id);
    Ok(FormPage {
        crumbs: vec![(say.t("outages-title"), "/outages".into()), (o.code.clone(), here.clone())],
        action: format!("{here}/{way}"),
        back: here,
        hidden: vec!["rev"],
        fields: vec![field],
        ..FormPage::new(Frame::of(web, v, "reliability").await?, say.t(title), form, faults)
    })
}

async fn end_form(web: &Web, v: &Visitor, o: &Outage, sent: (Form, Faults)) -> Result<FormPage, AppError> {
    let field = Field::new("end", v.say.t("outage-end"), Kind::Line("datetime-local"));
    asked(web, v, o, ("end", "outage-end-it"), field, sent).await
}

async fn void_form(web: &Web, v: &Visitor, o: &Outage, sent: (Form, Faults)) -> Result<FormPage, AppError> {
    let field = Field::new("reason", v.say.t("outage-void-why"), Kind::Text).hint(v.say.t("outage-void-hint"));
    Ok(asked(web, v, o, ("void", "outage-void"), field, sent).await?.grave())
}

fn seen(form: &Form) -> Option<u32> {
    form.optional::<u32>("rev", "event").ok().flatten()
}

/// `GET /outages/{id}/end`
pub async fn end_page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(at): Path<String>) -> Page {
    let o = kept(&web, &v, &at).await?;
    let form = Form::of([("end", local(&v.say, v.say.now())), ("rev", o.rev.to_string())]);
    end_form(&web, &v, &o, (form, Faults::none())).await?.shown(StatusCode::OK)
}

/// `POST /outages/{id}/end`
pub async fn end(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    form: Form,
) -> Page {
    let o = kept(&web, &v, &at).await?;
    let (seen, end) = (seen(&form), sent(&v.say, &form, "end"));
    let read = Ok(Read { seen, ..Read::now(OutageCommand::EndOutage { outage: o.id, end }) });
    match Post::by(&web, &v).send(form, read).await? {
        Posted::Done(_) => to(&format!("/outages/{}", o.id)),
        Posted::Again(Again { form, faults, status }) => end_form(&web, &v, &o, (form, faults)).await?.shown(status),
    }
}

/// `GET /outages/{id}/void`
pub async fn void_page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(at): Path<String>) -> Page {
    let o = kept(&web, &v, &at).await?;
    let form = Form::of([("rev", o.rev.to_string())]);
    void_form(&web, &v, &o, (form, Faults::none())).await?.shown(StatusCode::OK)
}

/// `POST /outages/{id}/void`
pub async fn void(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    form: Form,
) -> Page {
    let o = kept(&web, &v, &at).await?;
    let (seen, reason) = (seen(&form), form.get("reason").to_owned());
    let read = Ok(Read { seen, ..Read::now(OutageCommand::VoidOutage { outage: o.id, reason }) });
    match Post::by(&web, &v).send(form, read).await? {
        Posted::Done(_) => to(&format!("/outages/{}", o.id)),
        Posted::Again(Again { form, faults, status }) => void_form(&web, &v, &o, (form, faults)).await?.shown(status),
    }
}
