//! The register of praise: the newest first, by the way in which we were thanked.

use super::shown::line;
use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::query;
use crate::form::page::choice;
use crate::form::record::{Asked, ListPage, Way};
use axum::extract::State;
use axum::http::Uri;
use yixian_domain::access::{Ask, may};
use yixian_domain::praise::Channel;

/// `GET /praise`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
    let say = &v.say;
    let form = query(uri.query());
    let channel = Channel::parse(form.get("channel"));
    let all = web.app().praises(&v.actor).await?;
    let shown = all.iter().filter(|(p, _)| channel.is_none_or(|c| p.details.channel == c));
    let lines = shown.map(|(p, words)| line(say, p, words.as_deref())).collect();
    let directory = web.app().directory().await?;
    let keeps = directory.units().any(|u| may(&v.actor, &Ask::KeepPraise(&u.path)).is_ok());
    let mut ways = vec![Way::to(say.t("publications-title"), "/publications")];
    if keeps {
        ways.insert(0, Way::first(say.t("praise-new"), "/praise/new"));
    }
    show(&ListPage {
        lines,
        title: say.t("praise-title"),
        hint: say.t("praise-hint"),
        ways,
        at: "/praise",
        asked: vec![Asked {
            name: "channel",
            label: say.t("praise-channel"),
            list: choice(say, "praise-channel", Channel::ALL, Channel::as_str),
        }],
        form,
        notes: Vec::new(),
        none: say.t("praise-none"),
        next: None,
        first: None,
        f: Frame::of(&web, &v, "praise").await?,
    })
}
