//! The code of a session as a sheet to be printed and hung up: what it is, where, when, and how one signs in.

use super::session::link;
use super::shown::{day_name, hours};
use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::qr::qr;
use crate::partners::list::name as community_name;
use askama::Template;
use axum::extract::{Path, State};
use uuid::Uuid;
use yixian_app::AppError;
use yixian_domain::ids::SessionId;

#[derive(Template)]
#[template(path = "community/poster.html")]
struct Poster {
    f: Frame,
    title: String,
    sub: String,
    url: String,
    code: String,
    back: String,
}

/// `GET /sessions/{id}/poster`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(id): Path<Uuid>) -> Page {
    let say = &v.say;
    let p = web.app().session_page(&v.actor, SessionId(id)).await?;
    let token = web.app().session_token(&v.actor, &p.session).await?.ok_or(AppError::NotFound("link"))?;
    let url = link(&web, &p.session, &token);
    show(&Poster {
        title: community_name(say, &p.community),
        sub: format!("{} · {} {}", day_name(say, &p.day), say.day(p.session.day), hours(say, &p.session)),
        code: qr(&url, 320),
        url,
        back: format!("/sessions/{id}"),
        f: Frame::of(&web, &v, "service-days").await?,
    })
}
