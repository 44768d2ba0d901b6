//! Form to dissolve a team. What still lies with it is told first, each with the way to where it is handed over.

use super::form::kept;
use super::shown::name;
use crate::door::frame::Frame;
use crate::door::page::{Page, to};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::page::{Field, FormPage, Kind};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use crate::form::record::{Block, Body, blocks_html};
use crate::partners::partner::matter_lines;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use yixian_app::AppError;
use yixian_app::command::TeamCommand;
use yixian_app::teams::TeamRow;
use yixian_domain::ids::MatterId;

async fn asked(web: &Web, v: &Visitor, row: &TeamRow, mut form: Form, faults: Faults) -> Result<FormPage, AppError> {
    let say = &v.say;
    form.mint(web, &["command_id"]);
    let p = web.app().team_page(&v.actor, &row.team.id.to_string()).await?;
    let here = format!("/teams/{}", row.team.id);
    let f = Frame::of(web, v, "teams").await?;
    let mut blocks = Vec::new();
    if p.open_in_all > 0 {
        let lines = matter_lines(say, &p.open, |m: MatterId| format!("/matters/{m}"));
        blocks.push(Block::new("open", say.t1("team-hand-over", "n", p.open_in_all as i64), Body::Lines(lines)));
    }
    Ok(FormPage {
        button: say.t("team-dissolve"),
        crumbs: vec![(say.t("teams-title"), "/teams".into()), (name(say, row), here.clone())],
        action: format!("{here}/dissolve"),
        back: here,
        fields: vec![
            Field::new("on", say.t("team-dissolve-on"), Kind::Line("date")).hint(say.t("team-dissolve-hint")),
            Field::new("reason", say.t("team-dissolve-why"), Kind::Text),
        ],
        below: blocks_html(&f, &blocks)?,
        ..FormPage::new(f, say.t("team-dissolve"), form, faults).grave()
    })
}

/// `GET /teams/{id}/dissolve`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(at): Path<String>) -> Page {
    let row = kept(&web, &v, &at).await?;
    let day = v.say.today().clamp(row.team.details.from, row.team.details.to);
    let form = Form::of([("on", day.to_string())]);
    asked(&web, &v, &row, form, Faults::none()).await?.shown(StatusCode::OK)
}

/// `POST /teams/{id}/dissolve`
pub async fn dissolve(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    form: Form,
) -> Page {
    let row = kept(&web, &v, &at).await?;
    let mut r = Reading::default();
    let on = r.take(form.day("on"));
    let (team, reason) = (row.team.id, form.get("reason").to_owned());
    let read = r.done().map(|()| Read::now(TeamCommand::DissolveTeam { team, on: on.unwrap_or_default(), reason }));
    match Post::by(&web, &v).send(form, read).await? {
        Posted::Done(_) => to(&format!("/teams/{team}")),
        Posted::Again(Again { form, faults, status }) => asked(&web, &v, &row, form, faults).await?.shown(status),
    }
}
