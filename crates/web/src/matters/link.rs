//! Gives the raiser's link away: to his phone, or once to whoever registered the matter, as text and as a picture that
//! another phone can read. Either is an event of the matter.

use crate::door::frame::Frame;
use crate::door::page::{Page, show, to};
use crate::door::visitor::{SignedIn, Visitor};
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

async fn give(web: &Web, v: &Visitor, form: &Form, matter: Uuid, how: LinkGiven) -> Result<(), AppError> {
    let envelope = Envelope { happened_at: None, command: MatterCommand::GiveLink { matter, how }.into() };
    web.execute(&v.actor, form.command_id()?, envelope, None).await.map(drop)
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
    let url = |secret: &str| format!("{}/{door}/{secret}", web.options().public_url);
    let number = crate::matters::rows::number(&v.say, page.matter.raised.at, page.n);
    match how {
        LinkGiven::Sent => {
            let text = |secret: &str| v.say.t2("link-sms", ("number", number.clone()), ("link", url(secret)));
            web.app().send_link(&v.actor, MatterId(id), text).await?;
            give(&web, &v, &form, id, how).await?;
            to(&back)
        }
        LinkGiven::Shown => {
            give(&web, &v, &form, id, how).await?;
            let url = url(&web.app().shown_link(&v.actor, MatterId(id)).await?);
            show(&LinkPage { f: Frame::of(&web, &v, "matters").await?, code: qr(&url, 160), url, back, number })
        }
    }
}
