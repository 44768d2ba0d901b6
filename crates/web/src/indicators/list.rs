//! Indicators and campaigns.

use super::shown::{campaign_name, name, points};
use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::record::{Block, Body, Line, RecordPage, Way};
use axum::extract::State;
use yixian_app::import::table::CsvKind;

/// `GET /indicators`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn) -> Page {
    let say = &v.say;
    let all = web.app().indicators(&v.actor).await?;
    let campaigns = web.app().campaigns(&v.actor).await?;
    let indicators = all.iter().map(|e| {
        let i = &e.indicator;
        let (done, of) = e.tasks;
        let mut muted = Vec::new();
        muted.extend(e.score.map(|s| say.t1("indicator-score-is", "points", points(s))));
        muted.extend(e.target.map(|s| say.t1("indicator-target-is", "points", points(s))));
        let line =
            Line::to(format!("/indicators/{}", i.code), name(say, i)).muted(muted.join(" · ")).end(i.code.clone());
        if of == 0 {
            return line;
        }
        let class = if done == of { "due-done" } else { "due-ok" };
        line.mark(class, say.t2("indicator-done-of", ("done", done as i64), ("all", of as i64)))
    });
    let today = say.today();
    let called = campaigns.iter().map(|c| {
        let days = format!("{} – {}", say.day(c.details.from), say.day(c.details.to));
        let line = Line::to(format!("/campaigns/{}", c.code), campaign_name(say, c))
            .muted(format!("{days} · {}", c.details.theme))
            .end(c.code.clone());
        if c.covers(today) { line.mark("due-ok", say.t("campaign-now")) } else { line }
    });
    let mut ways = Vec::new();
    if !web.app().indicator_units(&v.actor).await?.is_empty() {
        ways.push(Way::first(say.t("indicator-new"), "/indicators/new/edit"));
        ways.push(Way::to(say.t("campaign-new"), "/campaigns/new/edit"));
    }
    if web.app().may_import(&v.actor, CsvKind::Tasks).await.is_ok() {
        ways.push(Way::to(say.t("import-tasks"), "/indicators/import"));
    }
    show(&RecordPage {
        sub: vec![say.t("indicators-hint")],
        ways,
        blocks: vec![
            Block::new("indicators", say.t("indicators-title"), Body::Lines(indicators.collect()))
                .none(say.t("indicators-none")),
            Block::new("campaigns", say.t("campaigns-title"), Body::Lines(called.collect()))
                .none(say.t("campaigns-none")),
        ],
        ..RecordPage::new(Frame::of(&web, &v, "indicators").await?, say.t("indicators-title"))
    })
}
