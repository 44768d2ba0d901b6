//! Joint conferences that somebody sees.

use super::shown::{moved, name, title};
use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::record::{Line, ListPage, Way};
use axum::extract::State;
use yixian_app::import::table::CsvKind;
use yixian_domain::org::Role;

/// `GET /conferences`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn) -> Page {
    let say = &v.say;
    let all = web.app().conferences(&v.actor).await?;
    let lines = all.iter().map(|e| {
        let c = &e.conference;
        let seats = c.seats_on(say.today()).count();
        let mut muted = vec![say.t1("conference-seats-n", "n", seats)];
        muted.extend(e.last.as_ref().map(|m| title(say, m)));
        muted.extend(e.last.as_ref().map(|m| moved(say, &m.setting.day)).filter(|t| !t.is_empty()));
        let line =
            Line::to(format!("/conferences/{}", c.id), name(say, c)).muted(muted.join(" · ")).end(c.code.clone());
        match (c.dissolved, e.open) {
            (Some(_), _) => line.mark("", say.t("conference-dissolved")),
            (None, 0) => line.mark("due-done", say.t("conference-none-open")),
            (None, n) => line.mark("due-ok", say.t1("conference-open-n", "n", n)),
        }
    });
    let founds = v.actor.is_somewhere(Role::Coordinator);
    let mut ways = if founds { vec![Way::first(say.t("conference-new"), "/conferences/new/edit")] } else { Vec::new() };
    if web.app().may_import(&v.actor, CsvKind::Resolutions).await.is_ok() {
        ways.push(Way::to(say.t("import-resolutions"), "/conferences/import"));
    }
    show(&ListPage {
        lines: lines.collect(),
        title: say.t("conferences-title"),
        hint: say.t("conferences-hint"),
        ways,
        at: "/conferences",
        form: Form::default(),
        asked: Vec::new(),
        notes: Vec::new(),
        none: say.t("conferences-none"),
        next: None,
        first: None,
        f: Frame::of(&web, &v, "conferences").await?,
    })
}
