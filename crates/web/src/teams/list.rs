//! The register of teams: those that are there first, a general branch before its parts.

use super::shown::line;
use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::record::{ListPage, Way};
use axum::extract::State;
use yixian_domain::access::{Ask, may};

/// `GET /teams`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn) -> Page {
    let say = &v.say;
    let all = web.app().teams(&v.actor).await?;
    let directory = web.app().directory().await?;
    let keeps = directory.units().any(|u| may(&v.actor, &Ask::KeepTeam(&u.path)).is_ok());
    let waiting = all.iter().filter(|r| r.team.proposed.is_some() && r.team.dissolved.is_none()).count();
    show(&ListPage {
        lines: all.iter().map(|r| line(say, r)).collect(),
        title: say.t("teams-title"),
        hint: say.t("teams-hint"),
        ways: if keeps { vec![Way::first(say.t("team-new"), "/teams/new")] } else { Vec::new() },
        at: "/teams",
        form: Form::default(),
        asked: Vec::new(),
        notes: if waiting > 0 {
            vec![("banner-warn", say.t1("teams-to-dissolve", "n", waiting as i64))]
        } else {
            Vec::new()
        },
        none: say.t("teams-none"),
        next: None,
        first: None,
        f: Frame::of(&web, &v, "teams").await?,
    })
}
