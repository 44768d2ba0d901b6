//! Gives the raiser's link away: to his phone, or once to whoever registered the matter, as text and as a picture that
//! another phone can read. Either is an event of the matter.

use crate::door::frame::Frame;
use crate::door::page::{Page, show, to};
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::qr::qr;
use askama::Template;
use axum::extract::{Path, State};
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::command::{Envelope, MatterCommand};
use yixian_domain::ids::MatterId;
use yixian_domain::matter::LinkGiven;

#[derive(Template)]
#[template(path = "matters/link.html")]
struct LinkPage {
    f: Frame,
    url: String,
    code: String,
    back: String,
    number: String,
}

/// `POST /matters/{id}/link`
pub async fn submit(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<Uuid>,
    form: Form,
) -> Page {
    let page = web.app().matter_page(&v.actor, MatterId(id)).await?;
    let how = form.word::<LinkGiven>("how", "link_given").map_err(|e| AppError::Invalid(vec![e]))?;
    let (door, back) =
        if page.matter.case.is_some() { ("c", format!("/connections/{id}")) } else { ("r", format!("/matters/{id}")) };
    let envelope = Envelope { happened_at: None, command: MatterCommand::GiveLink { matter: id, how }.into() };
    web.execute(&v.actor, form.command_id()?, envelope, None).await?;
    match how {
        LinkGiven::Sent => to(&back),
        LinkGiven::Shown => {
            let secret = web.app().shown_link(&v.actor, MatterId(id)).await?;
            let url = format!("{}/{door}/{secret}", web.options().public_url);
            let number = crate::matters::rows::number(&v.say, page.matter.raised.at, page.n);
            show(&LinkPage { f: Frame::of(&web, &v, "matters").await?, code: qr(&url, 160), url, back, number })
        }
    }
}
