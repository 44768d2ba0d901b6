//! Service days, the newest first.

use super::shown::day_name;
use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::record::{Line, ListPage, Way};
use axum::extract::State;

/// `GET /service-days`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn) -> Page {
    let say = &v.say;
    let all = web.app().service_days(&v.actor).await?;
    let lines = all.iter().map(|(d, sessions)| {
        Line::to(format!("/service-days/{}", d.id), day_name(say, d))
            .muted(format!("{} · {}", say.day(d.details.day), say.t1("service-day-sessions-n", "n", *sessions as i64)))
            .end(d.code.clone())
    });
    let mut ways = vec![Way::to(say.t("pairings-title"), "/service-days/pairings")];
    if web.app().keeps_service_days(&v.actor, None).await? {
        ways.insert(0, Way::first(say.t("service-day-new"), "/service-days/new/edit"));
        ways.push(Way::to(say.t("roster-title"), "/service-days/members"));
    }
    show(&ListPage {
        lines: lines.collect(),
        title: say.t("service-days-title"),
        hint: say.t("service-days-hint"),
        ways,
        at: "/service-days",
        form: Form::default(),
        asked: Vec::new(),
        notes: Vec::new(),
        none: say.t("service-days-none"),
        next: None,
        first: None,
        f: Frame::of(&web, &v, "service-days").await?,
    })
}
